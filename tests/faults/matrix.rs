//! Runs every case of the matrix and compares what is seen with what the table says.

use super::expected::Expected;
use super::vendor_codes::{self, Carrier, CodeFault, body};
use super::world_faults::{NETWORK, Place, STATUSES, WorldFault};
use crate::harness::vendor::{Step, Vendor, answer, json, refusing};
use crate::harness::{World, command_of};
use hecha::domain::request::ProviderId;
use hecha::provider::info;
use hecha::provider::{REGISTRY, ihuyi, market, shuidi};
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// No message of an error, and nothing else on standard error, may be longer.
const LONGEST_MESSAGE: usize = 2048;

/// A body of 32 MiB, the copy of it while it grows, and the program itself.
const MOST_MEMORY: u64 = 200 << 20;

struct Case {
    title: String,
    provider: ProviderId,
    place: Place,
    timeout: &'static str,
    within: Duration,
    expected: Expected,
    /// The code that an error must name, if the case is about a code.
    code: Option<&'static str>,
}

fn world_cases(faults: &'static [WorldFault]) -> Vec<Case> {
    let of = |fault: &'static WorldFault| {
        REGISTRY.iter().map(|info| info.id).zip(fault.expected).map(|(provider, expected)| Case {
            title: fault.title.to_owned(),
            provider,
            place: (fault.place)(provider),
            timeout: fault.timeout,
            within: Duration::from_secs(fault.within),
            expected,
            code: None,
        })
    };
    faults.iter().flat_map(of).collect()
}

fn code_case(fault: &CodeFault) -> Case {
    let CodeFault { provider, carrier, text, expected } = *fault;
    let title = format!("{text} ({carrier:?})");
    let steps = match carrier {
        Carrier::Body => json(body(provider, text, expected.kind == "ok")),
        Carrier::GatewayCode(status) => {
            let code = format!("X-Ca-Error-Code: {text}");
            answer(&format!("{status} Gateway"), &[&code, "X-Ca-Request-Id: 9D1F-01"], "")
        }
        Carrier::GatewayMessage => answer("403 Forbidden", &[&format!("x-ca-error-message: {text}")], ""),
    };
    Case {
        title,
        provider,
        place: Place::Vendor(steps),
        timeout: "30s",
        within: Duration::from_secs(30),
        expected,
        code: Some(text).filter(|_| carrier != Carrier::GatewayMessage),
    }
}

/// Where a case's requests go, for as long as it lives.
struct Site {
    vendor: Option<Vendor>,
    elsewhere: Option<Vendor>,
    _socket: Option<socket2::Socket>,
    origin: String,
}

impl Site {
    fn new(place: Place) -> Self {
        let nowhere = |origin: String| Self { vendor: None, elsewhere: None, _socket: None, origin };
        match place {
            Place::Vendor(steps) => {
                let vendor = Vendor::start(move |_| steps.clone());
                Self { origin: vendor.origin(), vendor: Some(vendor), elsewhere: None, _socket: None }
            }
            Place::Redirect(status) => {
                let elsewhere = Vendor::start(|_| json("{}"));
                let location = format!("Location: http://localhost:{}/taken", elsewhere.port());
                let vendor = Vendor::start(move |_| answer(status, &[&location], ""));
                Self {
                    origin: vendor.origin(),
                    vendor: Some(vendor),
                    elsewhere: Some(elsewhere),
                    _socket: None,
                }
            }
            Place::PlainBehindTls(bytes) => {
                let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
                let port = listener.local_addr().expect("its address").port();
                std::thread::spawn(move || {
                    for mut stream in listener.incoming().flatten().take(4) {
                        // What is left unread would reset the connection before the answer arrives.
                        let _ = stream.read(&mut [0; 4096]).and_then(|_| stream.write_all(bytes));
                    }
                });
                nowhere(format!("https://127.0.0.1:{port}"))
            }
            Place::SilentTls => {
                // Connections wait in the queue of a listener that accepts none.
                let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
                let port = listener.local_addr().expect("its address").port();
                Self { _socket: Some(listener.into()), ..nowhere(format!("https://127.0.0.1:{port}")) }
            }
            Place::Refused => {
                let (socket, address) = refusing();
                Self { _socket: Some(socket), ..nowhere(format!("http://{address}")) }
            }
            Place::NoSuchHost => nowhere("https://vendor.invalid".to_owned()),
        }
    }
}

/// The arguments of a look-up of one page at this provider.
pub fn look_up(provider: ProviderId, keyword: &str) -> Vec<String> {
    command_of(provider).iter().copied().chain([keyword, "--page", "1"]).map(str::to_owned).collect()
}

/// Runs one case; the result is what is wrong with it.
fn differences(case: Case) -> Option<String> {
    let Case { title, provider, place, timeout, within, expected, code } = case;
    let site = Site::new(place);
    let world = World::with_vendor_at(&site.origin);
    let mut arguments = look_up(provider, "某公司");
    arguments.extend(["--retries", "1", "--timeout", timeout, "-f", "json"].map(str::to_owned));
    let started = Instant::now();
    let mut child = world.spawn(&arguments, Stdio::null());
    let memory = peak_memory(&mut child, within);
    let ran = crate::harness::Ran::from(child.wait_with_output().expect("hecha ends"));
    let took = started.elapsed();

    let mut wrong = String::new();
    let mut expect = |what: &str, is_so: bool, seen: &dyn std::fmt::Debug| {
        if !is_so {
            let _ = writeln!(wrong, "  {what}: saw {seen:?}");
        }
    };
    let document: Value = serde_json::from_slice(&ran.stdout).unwrap_or_default();
    let query = &document["queries"][0];
    let error = &query["error"];
    let kind = error["kind"].as_str().or(query["status"].as_str()).unwrap_or("nothing");
    let requests = site.vendor.as_ref().map_or(0, Vendor::calls);
    expect("exit code", ran.code == Some(expected.exit), &ran.code);
    expect("kind", kind == expected.kind, &kind);
    if error.is_object() {
        expect("charged", error["charged"] == expected.charged, &error["charged"]);
        expect("code", code.is_none_or(|code| error["code"] == code), &error["code"]);
    }
    expect("requests", requests == expected.requests, &requests);
    expect("calls in the report", query["calls"] == requests, &query["calls"]);
    expect("nothing paid twice", expected.charged == "no" || requests <= 1, &requests);
    let message = error["message"].as_str().unwrap_or_default();
    expect("the message's length", message.len() < LONGEST_MESSAGE, &message.len());
    expect("standard error's length", ran.stderr.len() < LONGEST_MESSAGE, &ran.stderr.len());
    expect("seconds", took < within, &took);
    expect("bytes of memory", memory < MOST_MEMORY, &memory);
    if let Some(elsewhere) = &site.elsewhere {
        expect("connections elsewhere", elsewhere.connections() == 0, &elsewhere.connections());
    }
    if kind == "answer" {
        let listed = world.run(["archive", "list", "--format", "json"]).exits_with(0);
        let is_kept = listed.json()[0]["kept"] == "evidence";
        expect("the body as evidence in the archive", is_kept == expected.evidence, &listed.text());
    }
    let shown = format!("{message} | {}", ran.stderr.trim_end());
    (!wrong.is_empty()).then(|| format!("{provider}: {title}\n{wrong}  said: {shown}\n"))
}

/// The most memory that a child has had, as far as it can be seen before it ends. One that takes too long is ended.
fn peak_memory(child: &mut Child, within: Duration) -> u64 {
    let path = format!("/proc/{}/status", child.id());
    let (started, mut peak) = (Instant::now(), 0);
    while child.try_wait().expect("a child").is_none() {
        if started.elapsed() > within {
            child.kill().expect("it can be ended");
        }
        if let Ok(status) = std::fs::read_to_string(&path) {
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kibibytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
            peak = peak.max(kibibytes.unwrap_or(0) * 1024);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    peak
}

/// Runs the cases, a few at once because most of them wait, and shows everything that is wrong together.
fn check(cases: Vec<Case>) {
    let next = AtomicUsize::new(0);
    let cases: Vec<_> = cases.into_iter().map(|case| Mutex::new(Some(case))).collect();
    let found = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let case = case.lock().expect("a case").take().expect("each case once");
                    found.lock().expect("the findings").extend(differences(case));
                }
            });
        }
    });
    let found = found.into_inner().expect("the findings");
    assert!(found.is_empty(), "{} of {} cases\n{}", found.len(), cases.len(), found.join("\n"));
}

#[test]
fn faults_of_network_and_body_come_to_what_the_table_says() {
    check(world_cases(NETWORK));
}

#[test]
fn every_class_of_status_comes_to_what_the_table_says() {
    check(world_cases(STATUSES));
}

#[test]
fn every_code_of_every_vendor_and_of_the_gateway_comes_to_what_the_table_says() {
    check(vendor_codes::all().iter().map(code_case).collect());
}

#[test]
fn the_table_has_every_code_that_the_program_knows() {
    let cases = vendor_codes::all();
    for provider in REGISTRY.iter().map(|info| info.id) {
        for known in info(provider).codes {
            let prefix = known.code.trim_end_matches('*');
            let is_tested = cases.iter().any(|case| {
                let is_this = if prefix == known.code {
                    case.text == known.code
                } else {
                    case.text.starts_with(prefix)
                };
                case.provider == provider && case.carrier != Carrier::GatewayMessage && is_this
            });
            assert!(is_tested, "{provider} {}", known.code);
        }
    }
}

#[test]
fn a_fault_after_the_first_page_leaves_what_was_bought() {
    for (provider, first) in [
        (market::ID, r#"{"code":0,"result":{"total":40,"items":[{"id":1,"iname":"某公司"}]}}"#),
        (ihuyi::ID, r#"{"code":2,"result":{"total":"80","lists":[{"copyrightName":"甲"}]}}"#),
        (shuidi::ID, r#"{"statusCode":1,"data":{"Paging":{"TotalRecords":30},"Items":[{"Name":"甲"}]}}"#),
    ] {
        let vendor =
            Vendor::start(move |request| if request.number == 0 { json(first) } else { vec![Step::Reset] });
        let world = World::with_vendor_at(&vendor.origin());
        let mut arguments = look_up(provider, "某公司");
        arguments.truncate(arguments.len() - 2);
        arguments.extend(["--retries", "1", "-f", "json"].map(str::to_owned));
        let ran = world.run(&arguments).exits_with(3);
        let query = &ran.json()["queries"][0];
        assert_eq!(query["status"], "partial", "{provider}");
        assert_eq!(query["error"]["charged"], "unknown", "{provider}");
        assert_eq!((vendor.calls(), &query["returned"]), (2, &1.into()), "{provider}");
    }
}
