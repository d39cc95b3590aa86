//! Several processes at once on one database: no page is bought twice, no budget and no rate exceeded.

use super::{
    BATCH, check_bought_once, database, database_with_lease, ended, ledger, member, server, signal, vendor,
    wait_until, write_list,
};
use crate::harness::World;
use std::process::Stdio;
use std::time::{Duration, Instant};

const NAMES: usize = 500;
const PAGES_OF_EACH: u64 = 4;
const PAGES: usize = 2000;
const PROCESSES: usize = 4;

fn team(vendor: &crate::harness::vendor::Vendor, url: &str, names: usize) -> Vec<World> {
    let members: Vec<_> = (0..PROCESSES).map(|_| member(vendor, url)).collect();
    for member in &members {
        write_list(member, names);
    }
    members
}

#[test]
fn four_processes_over_one_list_of_two_thousand_pages_buy_each_page_once() {
    let Some(server) = server() else { return };
    let (database, url) = database(server);
    let vendor = vendor(PAGES_OF_EACH, Duration::from_millis(5));
    let members = team(&vendor, &url, NAMES);
    let children: Vec<_> = members.iter().map(|member| member.spawn(BATCH, Stdio::null())).collect();
    let outputs: Vec<_> = children.into_iter().map(|child| ended(child).exits_with(0)).collect();
    assert_eq!(vendor.calls(), PAGES);
    check_bought_once(&vendor);
    assert_eq!(ledger(server, &database), [("data".to_owned(), PAGES)].into());
    for output in &outputs {
        assert_eq!(output.text().lines().count(), PAGES);
        assert!(output.text() == outputs[0].text(), "all members get the same records");
    }
}

#[test]
fn two_of_four_processes_are_killed_and_what_they_had_in_flight_is_not_bought_again_by_itself() {
    let Some(server) = server() else { return };
    let (database, url) = database_with_lease(server, Duration::from_secs(3));
    let vendor = vendor(PAGES_OF_EACH, Duration::from_millis(60));
    let members = team(&vendor, &url, 60);
    let mut children: Vec<_> = members.iter().map(|member| member.spawn(BATCH, Stdio::null())).collect();
    wait_until("the four have bought a third", || vendor.calls() > 80);
    // One of the two that are killed has calls in flight; stopped processes keep theirs until that is known.
    let in_flight = "SELECT DISTINCT pid FROM runs JOIN attempts ON run = runs.id WHERE finished_at IS NULL";
    let mut buyers = String::new();
    wait_until("a process has a call in flight", || {
        for child in &children {
            signal(child, "STOP");
        }
        buyers = server.sql(&database, in_flight);
        if buyers.is_empty() {
            for child in &children {
                signal(child, "CONT");
            }
        }
        !buyers.is_empty()
    });
    children.sort_by_key(|child| !buyers.lines().any(|pid| pid == child.id().to_string()));
    for child in &mut children[..2] {
        signal(child, "KILL");
        child.wait().unwrap();
    }
    for child in &children[2..] {
        signal(child, "CONT");
    }
    for child in children.drain(2..) {
        let ran = ended(child);
        assert!(matches!(ran.code, Some(0 | 3 | 6)), "{}", ran.stderr);
    }
    std::thread::sleep(Duration::from_secs(4));
    let again = members[0].run(BATCH);
    check_bought_once(&vendor);
    let ledger_now = ledger(server, &database);
    let uncertain = ledger_now.get("failed:uncertain").copied().unwrap_or(0);
    assert!((1..=16).contains(&uncertain), "{ledger_now:?}");
    let attempts: usize = ledger_now.values().sum();
    // A process may be killed after its lease is taken and before its request is sent.
    assert!((attempts - uncertain..=attempts).contains(&vendor.calls()), "{ledger_now:?}");
    assert!(matches!(again.code, Some(3 | 6)), "{}", again.snapshot());
    assert!(again.stderr.contains("--retry-uncertain"), "{}", again.stderr);
    let calls = vendor.calls();
    let retried = members[1].run(BATCH.iter().chain(&["--retry-uncertain"])).exits_with(0);
    assert_eq!(retried.text().lines().count(), 240);
    assert_eq!(vendor.calls() - calls, 240 - ledger_now["data"]);
}

#[test]
fn eight_processes_of_the_team_never_exceed_a_budget_and_use_all_of_it() {
    let Some(server) = server() else { return };
    let (_, url) = database(server);
    let vendor = vendor(1, Duration::from_millis(5));
    let world = || member(&vendor, &url).with("HECHA_BUDGET_PER_DAY", "50").with("USER", "张三");
    let members: Vec<_> = (0..8).map(|_| world()).collect();
    let children: Vec<_> = members
        .iter()
        .map(|member| {
            write_list(member, 90);
            member.spawn(BATCH, Stdio::null())
        })
        .collect();
    for child in children {
        let ran = ended(child).exits_with(8);
        assert!(ran.stderr.contains("50 of 50 calls"), "{}", ran.stderr);
    }
    assert_eq!(vendor.calls(), 50);
    let budget = members[3].run(["usage", "--budget", "-f", "json"]).exits_with(0).json();
    assert_eq!((&budget[0]["used"], &budget[0]["left"]), (&50.into(), &0.into()), "{budget}");
    let who = members[3].run(["usage", "--by", "host,user", "-f", "json"]).exits_with(0).json();
    assert_eq!((&who[0]["calls"], &who[0]["user"]), (&50.into(), &"张三".into()), "{who}");
}

#[test]
fn four_processes_of_the_team_keep_one_rate() {
    let Some(server) = server() else { return };
    let (_, url) = database(server);
    let vendor = vendor(1, Duration::ZERO);
    let members = team(&vendor, &url, 25);
    let begun = Instant::now();
    let children: Vec<_> = members
        .iter()
        .map(|member| member.command(BATCH).env("HECHA_BUDGET_RATE", "10/s").spawn().unwrap())
        .collect();
    for child in children {
        ended(child).exits_with(0);
    }
    assert_eq!(vendor.calls(), 25);
    assert!(begun.elapsed() >= Duration::from_millis(24 * 100), "{:?}", begun.elapsed());
}

#[test]
fn the_clock_of_the_server_decides_how_old_an_answer_is_and_which_day_it_is() {
    let Some(server) = server() else { return };
    for ahead in ["2 hours", "-2 hours", "240 hours"] {
        let (database, url) = database(server);
        server.sql(
            &database,
            &format!(
                "ALTER DATABASE {database} SET search_path = public, pg_catalog;
                 CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql
                 AS $$ SELECT pg_catalog.clock_timestamp() + interval '{ahead}' $$"
            ),
        );
        let vendor = vendor(1, Duration::ZERO);
        let members = [(); 2].map(|()| member(&vendor, &url).with("HECHA_BUDGET_PER_DAY", "9"));
        let ask = |index: usize, options: &[&str]| {
            let ran =
                members[index].run(["dishonest", "-f", "json", "甲公司"].iter().chain(options)).exits_with(0);
            (vendor.calls(), ran.json()["queries"][0]["fetched_at"].clone())
        };
        let (calls, fetched_at) = ask(0, &["--max-age", "1h"]);
        assert_eq!(ask(1, &["--max-age", "1h"]), (calls, fetched_at.clone()), "bought once, with one time");
        let seconds =
            "SELECT abs(extract(epoch FROM clock_timestamp()) - received_at / 1000)::int FROM answers";
        assert!(server.sql(&database, seconds).parse::<u32>().unwrap() < 60, "{ahead}");
        let listed = members[1].run(["archive", "list", "-f", "json"]).exits_with(0).json();
        assert_eq!(listed[0]["received_at"], fetched_at);
        server.sql(&database, "UPDATE answers SET received_at = received_at - 5400000");
        assert_eq!(ask(1, &["--max-age", "2h"]).0, 1);
        assert_eq!(ask(1, &["--max-age", "1h"]).0, 2);
        assert_eq!(ask(0, &["--max-age", "1h"]).0, 2);
        assert_eq!(ask(0, &["--fresh"]).0, 3);
        let budgets = members[0].run(["usage", "--budget", "-f", "json"]).exits_with(0).json();
        let tomorrow =
            "SELECT to_char(clock_timestamp() AT TIME ZONE 'Asia/Shanghai' + interval '1 day', 'YYYY-MM-DD')";
        let until = budgets[0]["until"].as_str().unwrap().to_owned();
        assert_eq!((&budgets[0]["used"], &until[..10]), (&3.into(), &*server.sql(&database, tomorrow)));
    }
}
