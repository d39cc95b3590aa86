//! The archive as a whole, by its public interface; damage is done to the file by SQL from outside.

/// Runs each promise on an SQLite file, and on a PostgreSQL server if one is installed.
macro_rules! contract {
    ($($name:ident)*) => {
        mod on_sqlite {
            $(#[test]
            fn $name() {
                super::$name(&super::Place::new());
            })*
        }

        #[cfg(all(unix, feature = "postgres"))]
        mod on_postgres {
            $(#[test]
            fn $name() {
                if let Some(place) = super::Place::on_server() {
                    super::$name(&place);
                }
            })*
        }
    };
}

mod buying;
#[cfg(all(unix, feature = "postgres"))]
mod clocks;
mod keeping;
mod opening;
#[cfg(all(unix, feature = "postgres"))]
mod server;
mod snapshots;

#[cfg(all(unix, feature = "postgres"))]
#[path = "../../../tests/harness/postgres.rs"]
#[allow(dead_code, reason = "some of it is for the tests of the binary")]
mod harness;

use super::sqlite::{files, runs};
use super::*;
use crate::domain::failure::{Charged, FailureKind};
use crate::domain::page::Finding;
use crate::domain::request::Request;
use crate::domain::text::{Message, message};
use crate::locking::lock;
use crate::provider::market;
use jiff::Timestamp;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder of its own for each test, with the path of an archive in a subfolder that is not there yet; or a database of
/// its own.
struct Place {
    _folder: TempDir,
    path: PathBuf,
    location: ArchiveLocation,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hecha/archive.db");
        Self { _folder: folder, location: ArchiveLocation::File(path.clone()), path }
    }

    /// A new database of a server that all tests share; `None` if PostgreSQL is not installed.
    #[cfg(all(unix, feature = "postgres"))]
    fn on_server() -> Option<Self> {
        let server = server::server()?;
        Some(server::database(server, "").0)
    }

    fn archive(&self) -> Archive {
        Archive::open_at(&self.location, Access::ReadWrite, at_noon()).unwrap()
    }

    /// The same folder with another path.
    fn at(self, path: PathBuf) -> Self {
        Self { location: ArchiveLocation::File(path.clone()), path, ..self }
    }

    fn lock_files(&self) -> usize {
        self.files_ending_in(".lock")
    }

    fn files_ending_in(&self, suffix: &str) -> usize {
        std::fs::read_dir(self.path.parent().unwrap())
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(suffix))
            .count()
    }

    /// The database from outside, as a vandal or another version would see it.
    fn sql(&self, sql: &str) {
        let connection = Connection::open(&self.path).unwrap();
        connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
        connection.execute_batch(sql).unwrap();
    }
}

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn noon() -> Timestamp {
    moment("2026-01-02T12:00:00Z")
}

fn long_ago() -> Timestamp {
    moment("2020-01-01T00:00:00Z")
}

fn at_noon() -> ArchiveOptions {
    ArchiveOptions { clock: noon, ..ArchiveOptions::default() }
}

fn request(keyword: &str) -> Request {
    Request {
        provider: market::ID,
        form: "market/dishonest@1",
        endpoint: "https://market.example/list".into(),
        parameters: vec![("keyword", keyword.into()), ("pageNum", "1".into())],
    }
}

fn body_of(keyword: &str) -> Vec<u8> {
    format!("{{\"keyword\":\"{keyword}\",\"items\":[{}]}}", vec!["{\"iname\":\"某某公司\"}"; 100].join(","))
        .into_bytes()
}

fn bought() -> AttemptEnding {
    AttemptEnding {
        outcome: Ok(Finding::Records),
        charged: Charged::Yes,
        http_status: Some(200),
        code: Some("0".into()),
        serial: Some("S-1".into()),
    }
}

fn keep<'a>(request: &'a Request, body: &'a [u8]) -> Keep<'a> {
    Keep { request, body, http_status: 200, received_at: noon() }
}

fn granted(archive: &Archive, request: &Request) -> Lease {
    match archive.acquire(request, long_ago()).unwrap() {
        Acquired::Granted(lease) => lease,
        other => panic!("not granted: {other:?}"),
    }
}

/// Acquires a lease and never ends it.
fn leave_in_flight(archive: &Archive, request: &Request) {
    let _ = granted(archive, request);
}

/// Whether the same request is in flight.
fn is_busy(archive: &Archive, request: &Request) -> bool {
    matches!(archive.acquire(request, long_ago()).unwrap(), Acquired::Busy(_))
}

/// Ends a run as SIGKILL would: its lock is gone, its files and rows stay.
#[expect(clippy::used_underscore_binding, reason = "only tests open the lock by hand")]
fn kill(archive: Archive) {
    let run = lock(&archive.run).take();
    // A child process of another test may have the file open for a moment longer.
    if let Some(file) = run.as_ref().and_then(|run| run._lock.as_ref()) {
        file.unlock().unwrap();
    }
    std::mem::forget(archive);
}

/// Buys the answer to `keyword` as a run does.
fn buy(archive: &Archive, keyword: &str) -> AnswerId {
    let request = request(keyword);
    let lease = granted(archive, &request);
    archive.complete(lease, bought(), Some(keep(&request, &body_of(keyword)))).unwrap().unwrap()
}

/// The beginning of each notice that was not shown yet.
fn notices<const N: usize>(archive: &Archive, beginnings: [&str; N]) {
    let notices = archive.take_notices();
    let begin = |(notice, beginning): (&Message, &str)| notice.en().starts_with(beginning);
    assert!(notices.len() == N && notices.iter().zip(beginnings).all(begin), "{notices:?}");
}

/// The ledger as lines of `provider day outcome charged attempts`.
fn usage(archive: &Archive) -> Vec<String> {
    let mut sums = std::collections::BTreeMap::new();
    for row in archive.usage(None, UsageDetail::Sums).unwrap() {
        let key = format!("{} {} {} {}", row.provider, row.day, row.outcome, row.charged.as_str());
        *sums.entry(key).or_default() += row.attempts;
    }
    sums.into_iter().map(|(key, attempts): (_, u64)| format!("{key} {attempts}")).collect()
}
