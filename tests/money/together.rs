//! Two runs at once share one archive: no damage, no busy errors, and no page bought by both.

use super::{calls, companies, documents, list, lock_files, signal, wait_until};
use crate::harness::vendor::{Step, Vendor, json};
use crate::harness::{Ran, World, sandbox, sandbox_with};
use std::process::Stdio;
use std::time::{Duration, Instant};

fn batch(input: &str) -> [&str; 9] {
    ["dishonest", "-i", input, "-j", "4", "--max-calls", "9999", "-f", "ndjson"]
}

fn finished(child: std::process::Child) -> Ran {
    Ran::from(child.wait_with_output().expect("a run")).exits_with(0)
}

fn nothing_was_locked(ran: &Ran) {
    assert!(!ran.stderr.contains("lock") && !ran.stderr.contains("busy"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("error"), "{}", ran.stderr);
}

#[test]
fn two_runs_over_one_list_buy_each_page_once_in_total_and_both_print_all() {
    let names = companies(25);
    let alone = sandbox();
    let quiet = World::with_sandbox(&alone);
    let input = list(&quiet, &names);
    let expected = documents(quiet.run(batch(&input)).exits_with(0).text());
    let pages = calls(&alone);
    // Each round begins without an archive, so both make it.
    for latency in [0, 3, 12] {
        let latency = Duration::from_millis(latency);
        let sandbox = sandbox_with(latency);
        let world = World::with_sandbox(&sandbox);
        list(&world, &names);
        let both = [(); 2].map(|()| world.spawn(batch(&input), Stdio::null()));
        for ran in both.map(finished) {
            nothing_was_locked(&ran);
            assert_eq!(documents(ran.text()), expected);
        }
        assert_eq!(calls(&sandbox), pages, "with a latency of {latency:?}");
        world.run(["archive", "verify"]).exits_with(0);
        assert_eq!(lock_files(&world), [""; 0]);
    }
}

#[test]
fn four_runs_over_different_lists_that_overlap_pay_for_the_union() {
    let names = companies(40);
    let alone = sandbox();
    let quiet = World::with_sandbox(&alone);
    let input = list(&quiet, &names);
    quiet.run(batch(&input)).exits_with(0);
    let pages = calls(&alone);

    let sandbox = sandbox_with(Duration::from_millis(4));
    let world = World::with_sandbox(&sandbox);
    let lists: Vec<String> = (0..4)
        .map(|part| {
            let file = format!("{part}.txt");
            world.write(&file, names[part * 7..part * 7 + 19].join("\n"));
            file
        })
        .collect();
    let children: Vec<_> = lists.iter().map(|file| world.spawn(batch(file), Stdio::null())).collect();
    for child in children {
        nothing_was_locked(&finished(child));
    }
    assert_eq!(calls(&sandbox), pages, "the lists together hold all forty names");
    world.run(["archive", "verify"]).exits_with(0);
}

#[test]
fn many_first_runs_at_once_make_one_archive() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let children: Vec<_> = (1..=8)
        .map(|rows| world.spawn(["dishonest", "-f", "ndjson", &format!("行数:{rows}")], Stdio::null()))
        .collect();
    for child in children {
        nothing_was_locked(&finished(child));
    }
    assert_eq!(calls(&sandbox), 8);
    let entries = world.run(["archive", "list", "-f", "json"]).exits_with(0).json();
    assert_eq!(entries.as_array().unwrap().len(), 8);
}

/// Answers with one record, but the first request only after a minute.
fn vendor_that_hangs_once() -> Vendor {
    Vendor::start(|request| {
        let answer = json(r#"{"code":0,"result":{"total":1,"items":[{"id":1,"iname":"甲"}]}}"#);
        if request.number == 0 {
            return std::iter::once(Step::Wait(Duration::from_mins(1))).chain(answer).collect();
        }
        answer
    })
}

#[test]
fn a_run_waits_for_the_page_that_another_is_buying_and_buys_it_soon_after_that_one_is_killed() {
    let vendor = vendor_that_hangs_once();
    let world = World::with_vendor_at(&vendor.origin());
    let mut first = world.spawn(["dishonest", "-f", "json", "甲公司"], Stdio::null());
    wait_until("the first has asked", || vendor.calls() == 1);
    let mut second = world.spawn(["dishonest", "-f", "json", "甲公司"], Stdio::null());
    std::thread::sleep(Duration::from_millis(400));
    assert!(second.try_wait().unwrap().is_none(), "the second waits");
    assert_eq!(vendor.calls(), 1, "the second does not buy what the first is buying");
    signal(&first, "KILL");
    let killed = Instant::now();
    first.wait().unwrap();
    let ran = finished(second);
    assert!(killed.elapsed() < Duration::from_secs(1), "{:?}", killed.elapsed());
    assert_eq!((vendor.calls(), &ran.json()["queries"][0]["status"]), (2, &"ok".into()));
}

#[test]
fn a_run_that_waits_for_another_can_be_interrupted() {
    let vendor = vendor_that_hangs_once();
    let world = World::with_vendor_at(&vendor.origin());
    let mut first = world.spawn(["dishonest", "甲公司"], Stdio::null());
    wait_until("the first has asked", || vendor.calls() == 1);
    let second = world.spawn(["dishonest", "-f", "json", "甲公司"], Stdio::null());
    std::thread::sleep(Duration::from_millis(300));
    signal(&second, "INT");
    let asked = Instant::now();
    let ran = Ran::from(second.wait_with_output().unwrap()).exits_with(130);
    assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
    assert_eq!(ran.json()["queries"][0]["calls"], 0);
    signal(&first, "KILL");
    first.wait().unwrap();
    assert_eq!(vendor.calls(), 1);
}

#[test]
fn what_another_run_bought_counts_as_archived_and_not_as_a_call() {
    let sandbox = sandbox_with(Duration::from_millis(600));
    let world = World::with_sandbox(&sandbox);
    let first = world.spawn(["dishonest", "-f", "json", "行数:3"], Stdio::null());
    wait_until("the first has asked", || calls(&sandbox) == 1);
    let second = world.spawn(["dishonest", "-f", "json", "行数:3", "--max-calls", "1"], Stdio::null());
    let (first, second) = (finished(first).json(), finished(second).json());
    assert_eq!(calls(&sandbox), 1);
    assert_eq!(first["records"], second["records"]);
    let counts = |run: &serde_json::Value| {
        (run["queries"][0]["calls"].clone(), run["queries"][0]["archived_pages"].clone())
    };
    assert_eq!(counts(&first), (1.into(), 0.into()));
    assert_eq!(counts(&second), (0.into(), 1.into()));
}

#[test]
fn fresh_runs_at_once_do_not_take_what_was_bought_before_they_began() {
    let sandbox = sandbox_with(Duration::from_millis(50));
    let world = World::with_sandbox(&sandbox);
    world.run(["dishonest", "行数:3"]).exits_with(0);
    let both = [(); 2].map(|()| world.spawn(["dishonest", "行数:3", "--fresh"], Stdio::null()));
    for child in both {
        finished(child);
    }
    assert!((2..=3).contains(&calls(&sandbox)), "{} calls", calls(&sandbox));
}

#[cfg(unix)]
#[test]
fn a_page_of_a_suspended_run_is_waited_for_with_a_notice_and_a_bound() {
    let vendor = Vendor::start(|_| vec![Step::Wait(Duration::from_secs(20))]);
    let world = World::with_vendor_at(&vendor.origin());
    let mut suspended = world.spawn(["dishonest", "某公司"], Stdio::null());
    wait_until("it has asked", || vendor.calls() == 1);
    signal(&suspended, "STOP");
    let waiting = world.run(["dishonest", "某公司", "--timeout", "3s", "-f", "json"]).exits_with(5);
    assert!(waiting.stderr.contains("waiting for a page"), "{}", waiting.stderr);
    assert!(waiting.stderr.contains(&suspended.id().to_string()), "{}", waiting.stderr);
    assert_eq!(waiting.json()["queries"][0]["error"]["charged"], "no");
    assert_eq!(vendor.calls(), 1);
    suspended.kill().expect("it can be ended");
    suspended.wait().expect("its end");
}
