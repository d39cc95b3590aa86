//! One archive for a team in PostgreSQL: processes of several members against a real server. Skipped if it is not
//! installed. Money is counted by the requests that the vendor saw.

mod access;
mod outages;
mod sharing;

use crate::harness::postgres::{PASSWORD, PostgresServer, USER};
use crate::harness::vendor::{Step, Vendor, json};
use crate::harness::{Ran, World, signal, wait_until};
use std::collections::BTreeMap;
use std::process::Child;
use std::sync::OnceLock;
use std::time::Duration;

/// The server of all tests that do not stop it.
fn server() -> Option<&'static PostgresServer> {
    static SERVER: OnceLock<Option<PostgresServer>> = OnceLock::new();
    SERVER.get_or_init(|| PostgresServer::start(&[("max_connections", "200")])).as_ref()
}

/// A vendor with `pages` pages of one record for each keyword, which answers after `latency`.
fn vendor(pages: u64, latency: Duration) -> Vendor {
    Vendor::start(move |request| {
        let keyword = request.parameter("keyword").unwrap_or_default();
        let page = request.parameter("pageNum").unwrap_or_default();
        let body = format!(
            r#"{{"code":0,"result":{{"total":{pages},"items":[{{"id":"{keyword}-{page}","iname":"{keyword}"}}]}}}}"#
        );
        let mut steps = vec![Step::Wait(latency)];
        steps.extend(json(body));
        steps
    })
}

/// How often each page was requested.
fn purchases(vendor: &Vendor) -> BTreeMap<(String, String), usize> {
    let mut purchases = BTreeMap::new();
    for request in vendor.requests() {
        let page = ["keyword", "pageNum"].map(|name| request.parameter(name).expect("a parameter"));
        *purchases.entry(page.into()).or_insert(0) += 1;
    }
    purchases
}

/// No page was bought twice.
#[track_caller]
fn check_bought_once(vendor: &Vendor) {
    let twice: Vec<_> = purchases(vendor).into_iter().filter(|(_, times)| *times > 1).collect();
    assert!(twice.is_empty(), "bought twice: {twice:?}");
}

/// A member of the team, on a machine of its own: a home folder without a local archive.
fn member(vendor: &Vendor, url: &str) -> World {
    let world = World::with_vendor_at(&vendor.origin()).with("HECHA_ARCHIVE_URL", url);
    let file = world.write("archive-password", PASSWORD);
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("a mode");
    world.with("HECHA_ARCHIVE_PASSWORD_FILE", file.to_str().expect("UTF-8"))
}

/// The URL of a new database; an abandoned lease expires after `lease`.
fn database_with_lease(server: &PostgresServer, lease: Duration) -> (String, String) {
    let database = server.create_database();
    let url = format!("{}?lease_seconds={}", server.url(USER, &database), lease.as_secs());
    (database, url)
}

fn database(server: &PostgresServer) -> (String, String) {
    database_with_lease(server, Duration::from_mins(1))
}

/// A list of names in the home folder of a member.
fn write_list(world: &World, names: usize) {
    let names: Vec<_> = (0..names).map(|number| format!("核查测试第{number}科技有限公司")).collect();
    world.write("list.txt", names.join("\n") + "\n");
}

const BATCH: [&str; 11] =
    ["dishonest", "-i", "list.txt", "-j", "8", "--max-calls", "99999", "--page-size", "1", "-f", "ndjson"];

fn ended(child: Child) -> Ran {
    child.wait_with_output().expect("a run").into()
}

/// The number of attempts in the ledger by outcome.
fn ledger(server: &PostgresServer, database: &str) -> BTreeMap<String, usize> {
    let rows = server.sql(database, "SELECT coalesce(outcome, 'open'), count(*) FROM attempts GROUP BY 1");
    let row = |line: &str| {
        let (outcome, count) = line.split_once('|').expect("two columns");
        (outcome.to_owned(), count.parse().expect("a count"))
    };
    rows.lines().map(row).collect()
}
