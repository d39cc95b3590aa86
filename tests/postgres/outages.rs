//! The server or the way to it fails in the middle: what was bought is kept, nothing more is bought, nothing twice.

use super::{BATCH, check_bought_once, ended, ledger, member, signal, vendor, wait_until, write_list};
use crate::harness::World;
use crate::harness::postgres::{PostgresServer, Shutdown, USER};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const NAMES: usize = 100;

/// A way to the server that can be cut and repaired.
struct Proxy {
    port: u16,
    is_cut: Arc<AtomicBool>,
    is_frozen: Arc<AtomicBool>,
    connections: Arc<Mutex<Vec<TcpStream>>>,
}

impl Proxy {
    fn start(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let is_cut = Arc::new(AtomicBool::new(false));
        let connections: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
        let is_frozen = Arc::new(AtomicBool::new(false));
        let (cut, frozen, open) = (Arc::clone(&is_cut), Arc::clone(&is_frozen), Arc::clone(&connections));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if cut.load(Ordering::SeqCst) {
                    continue;
                }
                let Ok(server) = TcpStream::connect(("127.0.0.1", target)) else { continue };
                open.lock().unwrap().extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
                for (from, to) in
                    [(client.try_clone().unwrap(), server.try_clone().unwrap()), (server, client)]
                {
                    let frozen = Arc::clone(&frozen);
                    std::thread::spawn(move || copy(from, to, &frozen));
                }
            }
        });
        Self { port, is_cut, is_frozen, connections }
    }

    fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
        for connection in self.connections.lock().unwrap().drain(..) {
            let _ = connection.shutdown(std::net::Shutdown::Both);
        }
    }

    /// Keeps the connections, but transmits nothing.
    fn freeze(&self) {
        self.is_frozen.store(true, Ordering::SeqCst);
    }

    fn repair(&self) {
        self.is_cut.store(false, Ordering::SeqCst);
        self.is_frozen.store(false, Ordering::SeqCst);
    }
}

fn copy(mut from: TcpStream, mut to: TcpStream, is_frozen: &AtomicBool) {
    let mut buffer = [0; 16 << 10];
    while let Ok(read) = from.read(&mut buffer) {
        while is_frozen.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(5));
        }
        if read == 0 || to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    let _ = (from.shutdown(std::net::Shutdown::Both), to.shutdown(std::net::Shutdown::Both));
}

#[test]
fn the_server_is_restarted_in_the_middle_and_no_page_is_lost_or_bought_twice() {
    let Some(mut server) = PostgresServer::start(&[]) else { return };
    for shutdown in [Shutdown::Fast, Shutdown::Immediate] {
        let database = server.create_database();
        let url = format!("{}?lease_seconds=5", server.url(USER, &database));
        let vendor = vendor(1, Duration::from_millis(20));
        let members = [(); 2].map(|()| member(&vendor, &url));
        let children: Vec<_> = members
            .iter()
            .map(|member| {
                write_list(member, NAMES);
                member.spawn(BATCH, Stdio::null())
            })
            .collect();
        wait_until("some are bought", || vendor.calls() > 20);
        server.stop(shutdown);
        std::thread::sleep(Duration::from_millis(300));
        let bought_meanwhile = vendor.calls();
        std::thread::sleep(Duration::from_millis(300));
        assert!(vendor.calls() <= bought_meanwhile + 1, "nothing is bought without the archive");
        server.start_again();
        for child in children {
            let ran = ended(child);
            assert!(matches!(ran.code, Some(0 | 5)), "{}", ran.snapshot());
        }
        std::thread::sleep(Duration::from_secs(6));
        for member in &members {
            // What was leased when the server went away may have been charged; it is not bought again by itself.
            let ran = member.run(BATCH);
            assert!(matches!(ran.code, Some(0 | 3 | 6)), "{}", ran.stderr);
        }
        check_bought_once(&vendor);
        let bought = ledger(&server, &database)["data"];
        assert_eq!(vendor.calls(), bought, "no answer that was bought is lost");
        assert!(bought > NAMES - 16, "{bought}");
    }
}

#[test]
fn an_answer_that_arrives_after_the_connection_is_lost_waits_on_this_machine_for_the_next_run() {
    let Some(server) = super::server() else { return };
    let (database, _) = super::database(server);
    let proxy = Proxy::start(server.port());
    let url = format!("postgres://{USER}@127.0.0.1:{}/{database}", proxy.port);
    let vendor = vendor(1, Duration::from_millis(1500));
    let member = member(&vendor, &url);
    let child = member.spawn(["dishonest", "-f", "json", "-j", "1", "甲公司", "乙公司"], Stdio::null());
    wait_until("the first request is sent", || vendor.calls() == 1);
    proxy.cut();
    let ran = ended(child).exits_with(5);
    assert_eq!(vendor.calls(), 1, "nothing more is bought");
    let run = ran.json();
    assert_eq!(run["records"].as_array().unwrap().len(), 1, "what was bought is printed: {}", ran.stderr);
    assert!(ran.stderr.contains("127.0.0.1") && !ran.stderr.contains("canary"), "{}", ran.stderr);
    let offline = member.run(["dishonest", "-f", "json", "甲公司"]);
    assert_eq!((offline.code, vendor.calls()), (Some(5), 1), "no server, no purchase: {}", offline.stderr);
    proxy.repair();
    let again = member.run(["dishonest", "-f", "json", "-j", "1", "甲公司", "乙公司"]).exits_with(0).json();
    assert_eq!(again["records"].as_array().unwrap().len(), 2);
    assert_eq!(vendor.calls(), 2);
    assert_eq!(ledger(server, &database), [("data".to_owned(), 2)].into());
}

#[test]
fn a_run_that_is_suspended_beyond_its_lease_buys_nothing_twice_and_keeps_what_it_bought() {
    let Some(server) = super::server() else { return };
    let (database, url) = super::database_with_lease(server, Duration::from_secs(2));
    let vendor = vendor(1, Duration::from_millis(700));
    let (first, second) = (member(&vendor, &url), member(&vendor, &url));
    let arguments = ["dishonest", "-f", "json", "-j", "1", "甲公司", "乙公司", "丙公司"];
    let suspended = first.spawn(arguments, Stdio::null());
    wait_until("the first has asked", || vendor.calls() == 1);
    signal(&suspended, "STOP");
    std::thread::sleep(Duration::from_millis(2500));
    let meanwhile = second.run(["dishonest", "-f", "json", "甲公司"]).exits_with(6);
    assert_eq!(meanwhile.json()["queries"][0]["error"]["kind"], "uncertain");
    assert_eq!(vendor.calls(), 1, "an expired lease is not bought again by itself");
    signal(&suspended, "CONT");
    let resumed = ended(suspended);
    assert!(resumed.json()["records"].as_array().unwrap().iter().any(|row| row["query"] == "甲公司"));
    let found = second.run(["dishonest", "-f", "json", "甲公司", "--offline"]).exits_with(0).json();
    assert_eq!(found["records"].as_array().unwrap().len(), 1, "its answer was stored after all");
    check_bought_once(&vendor);
    let ledger = ledger(server, &database);
    assert_eq!(ledger.get("data"), Some(&vendor.calls()), "{ledger:?}");
}

#[test]
fn a_run_that_is_killed_before_it_could_store_what_it_bought_has_perhaps_been_charged() {
    let Some(server) = super::server() else { return };
    let (database, _) = super::database(server);
    let proxy = Proxy::start(server.port());
    let url = format!("postgres://{USER}@127.0.0.1:{}/{database}?lease_seconds=3", proxy.port);
    let vendor = vendor(1, Duration::from_millis(400));
    let member = member(&vendor, &url);
    let ask = ["dishonest", "-f", "json", "甲公司", "--timeout", "1s"];
    let mut child = member.spawn(ask, Stdio::null());
    wait_until("the request is sent", || vendor.calls() == 1);
    proxy.freeze();
    std::thread::sleep(Duration::from_millis(800));
    signal(&child, "KILL");
    child.wait().unwrap();
    assert!(!has_spool(&member), "bought, but not spooled");
    proxy.repair();
    assert_eq!(ledger(server, &database), [("open".to_owned(), 1)].into());
    let busy = member.run(ask).exits_with(5);
    assert!(busy.stderr.contains("a lost run on a server expires with its lease"), "{}", busy.stderr);
    std::thread::sleep(Duration::from_secs(3));
    let ran = member.run(ask).exits_with(6);
    assert_eq!(ran.json()["queries"][0]["error"]["kind"], "uncertain");
    assert_eq!(vendor.calls(), 1, "not bought again by itself");
    assert_eq!(ledger(server, &database), [("failed:uncertain".to_owned(), 1)].into());
    member.run(ask.iter().chain(&["--retry-uncertain"])).exits_with(0);
    assert_eq!(vendor.calls(), 2);
}

/// Whether an answer waits on the machine of a member.
fn has_spool(member: &World) -> bool {
    let files = std::fs::read_dir(member.path(".local/share/hecha")).into_iter().flatten().flatten();
    files.into_iter().any(|file| file.file_name().to_string_lossy().ends_with(".db"))
}

#[test]
fn an_answer_that_can_be_stored_nowhere_is_printed_and_nothing_more_is_bought() {
    let Some(server) = super::server() else { return };
    for (limit, obstacle) in [("ulimit -f 0;", None), ("", Some(".local/share/hecha"))] {
        let (database, _) = super::database(server);
        let proxy = Proxy::start(server.port());
        let url = format!("postgres://{USER}@127.0.0.1:{}/{database}?lease_seconds=2", proxy.port);
        let vendor = vendor(1, Duration::from_secs(1));
        let member = member(&vendor, &url);
        if let Some(file) = obstacle {
            std::fs::create_dir_all(member.path(file).parent().unwrap()).unwrap();
            member.write(file, "not a folder");
        }
        let ran = std::thread::scope(|scope| {
            scope.spawn(|| {
                wait_until("the first request is sent", || vendor.calls() == 1);
                proxy.cut();
            });
            member.in_a_shell("sh", &format!("{limit} exec hecha dishonest -f json -j 1 甲公司 乙公司"))
        });
        let ran = ran.exits_with(5);
        assert_eq!(ran.json()["records"].as_array().unwrap().len(), 1, "{}", ran.stderr);
        assert!(ran.stderr.contains("cannot be kept on this machine"), "{}", ran.stderr);
        assert!(
            ran.stderr.contains("keep the output") && ran.stderr.contains(".local/share/hecha"),
            "{}",
            ran.stderr
        );
        proxy.repair();
        std::thread::sleep(Duration::from_millis(2500));
        let again = member.run(["dishonest", "-f", "json", "-j", "1", "甲公司"]).exits_with(6);
        assert_eq!(again.json()["queries"][0]["error"]["kind"], "uncertain");
        assert_eq!(vendor.calls(), 1, "it is not bought again by itself");
    }
}
