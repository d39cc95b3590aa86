//! SIGKILL at any moment: only what was in flight may be bought again.

use super::{booked, calls, companies, documents, has_outcome, list, lock_files, signal, usage, wait_until};
use crate::harness::{World, sandbox_with};
use hecha::sandbox::Sandbox;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

const AT_ONCE: u64 = 4;
const KILLS_WHILE_BUYING: u64 = 14;
const KILLS_AT_ANY_TIME: u64 = 10;

/// A pseudo-random sequence (xorshift) with a fixed seed, so that a failure comes again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

fn slow_sandbox() -> Sandbox {
    sandbox_with(Duration::from_millis(5))
}

fn batch(input: &str) -> [&str; 11] {
    ["dishonest", "-i", input, "-j", "4", "--max-calls", "9999", "-f", "ndjson", "-o", "rows.ndjson"]
}

fn rows(path: &Path) -> Vec<serde_json::Value> {
    documents(&std::fs::read_to_string(path).expect("rows"))
}

/// Every row that a killed run has written was durable: the archive has its page.
fn rows_are_archived(world: &World, input: &str) {
    let partial = world.path("rows.ndjson.partial");
    let Ok(text) = std::fs::read_to_string(partial) else { return };
    let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
    if whole.is_empty() {
        return;
    }
    let mut offline = batch(input).to_vec();
    offline.truncate(offline.len() - 2);
    offline.push("--offline");
    let archived = world.run(offline);
    assert!(archived.text().starts_with(whole), "a row was written before its page was kept");
}

#[test]
fn a_batch_that_is_killed_again_and_again_buys_only_what_was_in_flight_twice() {
    let names = companies(60);
    let undisturbed = slow_sandbox();
    let quiet = World::with_sandbox(&undisturbed);
    let input = list(&quiet, &names);
    quiet.run(batch(&input)).exits_with(0);
    let pages = calls(&undisturbed);
    let expected = rows(&quiet.path("rows.ndjson"));
    assert!(pages > 90 && expected.len() > 1000, "{pages} pages, {} rows", expected.len());

    let sandbox = slow_sandbox();
    let world = World::with_sandbox(&sandbox);
    list(&world, &names);
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    for kill in 0..KILLS_WHILE_BUYING + KILLS_AT_ANY_TIME {
        let mut child = world.spawn(batch(&input), Stdio::null());
        if kill % 2 == 0 || kill >= 2 * KILLS_AT_ANY_TIME {
            let target = calls(&sandbox) + 1 + chance.below(2 * pages / KILLS_WHILE_BUYING);
            wait_until("the batch has bought some or is over", || {
                calls(&sandbox) >= target || child.try_wait().expect("a child").is_some()
            });
            std::thread::sleep(Duration::from_micros(chance.below(8000)));
        } else {
            std::thread::sleep(Duration::from_micros(chance.below(60_000)));
        }
        signal_if_alive(&mut child);
        child.wait().expect("a killed child");
        if kill % 5 == 0 {
            rows_are_archived(&world, &input);
        }
    }
    let kills = KILLS_WHILE_BUYING + KILLS_AT_ANY_TIME;
    world.run(batch(&input)).exits_with(0);

    assert_eq!(rows(&world.path("rows.ndjson")), expected);
    assert!(!world.path("rows.ndjson.partial").exists());
    let requests = calls(&sandbox);
    let rows = usage(&world);
    let interrupted = booked(&rows, has_outcome("interrupted"));
    let attempts = booked(&rows, |_| true);
    assert_eq!(attempts - interrupted, pages, "each page was bought to its end exactly once: {rows:?}");
    assert!(
        interrupted > 0 && interrupted <= AT_ONCE * kills,
        "{interrupted} were in flight at {kills} kills"
    );
    assert!(
        requests >= pages && requests <= attempts,
        "{pages} pages, {requests} requests, {attempts} booked"
    );
    assert_eq!(booked(&rows, |row| row["charged"] == "unknown"), interrupted);
    assert_eq!(sandbox.calls("market").charged, requests);

    let verified = world.run(["archive", "verify"]).exits_with(0);
    assert_eq!(verified.text(), format!("{pages} entries checked, 0 damaged\n"));
    // Where the killed runs have bought everything, it is the next run that buys which cleans up after them.
    world.run(["dishonest", "仅有一条企业"]).exits_with(0);
    assert_eq!(lock_files(&world), [""; 0]);
    let before = calls(&sandbox);
    world.run(batch(&input)).exits_with(0);
    assert_eq!(calls(&sandbox), before);
    super::say(&format!(
        "{kills} kills: {pages} pages, {requests} requests; {interrupted} attempts were in flight, {} of them sent",
        requests - pages
    ));
}

fn signal_if_alive(child: &mut std::process::Child) {
    if child.try_wait().expect("a child").is_none() {
        signal(child, "KILL");
    }
}

#[test]
fn a_page_that_a_killed_run_was_buying_is_booked_as_interrupted_and_perhaps_charged() {
    let sandbox = sandbox_with(Duration::from_secs(2));
    let world = World::with_sandbox(&sandbox);
    let mut child = world.spawn(["dishonest", "行数:1"], Stdio::null());
    wait_until("the call is under way", || calls(&sandbox) == 1);
    let rows = usage(&world);
    assert_eq!((booked(&rows, has_outcome("under-way")), rows.len()), (1, 1));
    signal(&child, "KILL");
    child.wait().unwrap();
    // Nothing has run since, but the attempt no longer counts as under way.
    let rows = usage(&world);
    assert_eq!((booked(&rows, has_outcome("interrupted")), rows.len()), (1, 1));
    assert_eq!(rows[0]["charged"], "unknown");
    assert_eq!(lock_files(&world).len(), 1);
    world.run(["dishonest", "行数:1"]).exits_with(0);
    assert_eq!(calls(&sandbox), 2);
    assert_eq!(lock_files(&world), [""; 0]);
}

#[test]
fn every_way_to_end_takes_the_lock_file_away() {
    let sandbox = slow_sandbox();
    let world = World::with_sandbox(&sandbox);
    let two = ["dishonest", "行数:45", "行数:46", "--max-calls", "2"];
    for (arguments, code) in [
        (&["dishonest", "行数:1"][..], 0),
        (&["dishonest", "错误码:B403MQ"], 7),
        (&["dishonest", "网页:200"], 10),
        (&two, 8),
        (&["dishonest", "慢:3000", "--timeout", "100ms"], 5),
        (&["copyright", "--provider", "all", "行数:12"], 0),
    ] {
        world.run(arguments).exits_with(code);
        assert_eq!(lock_files(&world), [""; 0], "{arguments:?}");
    }
}
