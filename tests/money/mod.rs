//! The proof that nothing is paid for twice. What is proved is always counted where the money is lost: by the
//! sandbox or by the vendor's socket, never only by hecha.

mod bad_archives;
mod billing;
mod budget;
mod crash;
mod interrupts;
mod ledger;
mod refresh;
mod reuse;
mod shared_budget;
mod together;
mod uncertain;

use crate::harness::{World, signal, wait_until};
use hecha::sandbox::Sandbox;
use rusqlite::Connection;
use serde_json::Value;
use std::path::PathBuf;
use std::time::Duration;

/// Where a user without configuration has the archive.
fn archive_path(world: &World) -> PathBuf {
    world.path(".local/share/hecha/archive.db")
}

/// The archive, opened directly.
fn database(world: &World) -> Connection {
    let database = Connection::open(archive_path(world)).expect("an archive");
    database.busy_timeout(Duration::from_secs(10)).expect("a time-out");
    database
}

/// Makes everything that is stored older.
fn age_by_hours(world: &World, hours: i64) {
    let changed =
        database(world).execute("UPDATE answers SET received_at = received_at - ?1", [hours * 3_600_000]);
    assert!(changed.expect("older answers") > 0);
}

/// So many ordinary names, of which about one in five has nothing and the others one to four pages.
fn companies(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("核查测试第{number}科技有限公司")).collect()
}

/// A list with a name a line in the home folder.
fn list(world: &World, names: &[String]) -> String {
    world.write("list.txt", names.join("\n") + "\n");
    "list.txt".to_owned()
}

/// Requests to the dishonest list so far.
fn calls(sandbox: &Sandbox) -> u64 {
    sandbox.calls("market").requests
}

/// The documents of ndjson.
fn documents(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// The rows of `hecha usage`.
fn usage(world: &World) -> Vec<Value> {
    let ran = world.run(["usage", "-f", "json"]).exits_with(0);
    ran.json().as_array().expect("a list").clone()
}

/// Attempts in the ledger of which `chosen` is true.
fn booked(rows: &[Value], chosen: impl Fn(&Value) -> bool) -> u64 {
    rows.iter().filter(|row| chosen(row)).map(|row| row["calls"].as_u64().expect("a count")).sum()
}

fn has_outcome(word: &str) -> impl Fn(&Value) -> bool {
    move |row| row["outcome"] == word
}

/// Lock files beside the archive.
fn lock_files(world: &World) -> Vec<String> {
    let folder = archive_path(world);
    let entries = std::fs::read_dir(folder.parent().expect("a folder")).expect("the archive's folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    names.filter(|name| name.contains(".lock")).collect()
}

/// Says why a test proves nothing here, or what it measured.
#[expect(clippy::print_stdout, reason = "for runs with --nocapture")]
fn say(words: &str) {
    println!("{words}");
}
