//! Connections: how they are opened and how they wait. Knows no table.
//!
//! A user with two runs at once never sees a lock: every wait is bounded by a minute, far beyond any
//! transaction of ours.

use super::error::{ArchiveError, is_contention};
use super::{Durability, files};
use crate::locking::lock;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_mins(1);
/// Statements of a connection that stay prepared: more than this module has.
const PREPARED_STATEMENTS: usize = 32;
/// A log from this size on is merged when the archive is closed; a shorter one is read in about a millisecond.
const MERGED_FROM_BYTES: u64 = 2 << 20;
/// Idle reading connections that are kept.
const IDLE_READERS: usize = 64;

/// Repeats what another process's lock prevented, for at most a minute.
pub(super) fn patiently<T>(mut work: impl FnMut() -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    let begun = Instant::now();
    loop {
        match work() {
            Err(error) if is_contention(&error) && begun.elapsed() < PATIENCE => {
                thread::sleep(Duration::from_millis(2));
            }
            result => return result,
        }
    }
}

/// Called by `SQLite` while another connection holds the lock that it needs. Commits take less than a
/// millisecond, so short sleeps come first.
fn wait_for_lock(calls: i32) -> bool {
    let pause = match calls {
        0..50 => Duration::from_micros(200),
        50..200 => Duration::from_millis(1),
        _ => Duration::from_millis(5),
    };
    thread::sleep(pause);
    calls < 12_000
}

fn connect(target: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open_with_flags(target, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_handler(Some(wait_for_lock))?;
    // Without it, a statement with a range would be prepared anew for every value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
    Ok(connection)
}

/// A connection to an existing file that may write, before anything about the file is known.
pub(super) fn open_writing(path: &Path) -> rusqlite::Result<Connection> {
    connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

/// The log beside the file, and how hard a commit is pressed to the disk.
pub(super) fn set_up_writing(connection: &Connection, durability: Durability) -> rusqlite::Result<String> {
    let is_new = connection.query_row("PRAGMA page_count", [], |row| row.get::<_, i64>(0))? == 0;
    if is_new {
        // Only possible before the first page; it lets a prune give space back without locking others out.
        connection.execute_batch("PRAGMA auto_vacuum = INCREMENTAL")?;
    }
    let journal: String =
        patiently(|| connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)))?;
    let synchronous = match durability {
        Durability::Kill => "NORMAL",
        Durability::PowerLoss => "FULL",
    };
    connection.execute_batch(&format!(
        "PRAGMA synchronous = {synchronous};
         PRAGMA wal_autocheckpoint = 16000;
         PRAGMA journal_size_limit = 67108864;
         PRAGMA cache_size = -2048;"
    ))?;
    Ok(journal)
}

/// Ends the checking of words in rows that are made of enumerations. `IN` with three words makes and drops a temporary
/// tree for every row, a third of what booking and storing a page costs. What comes from elsewhere, an import or a
/// stranger's tool, is checked as ever.
pub(super) fn trust_own_rows(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("PRAGMA ignore_check_constraints = ON")
}

/// Brings the log into the file, as far as nobody reads it: a passive checkpoint, which waits for the disk alone.
pub(super) fn merge_what_nobody_reads(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
}

/// Lets the closing connection leave a log that is short: merging it waits for the disk twice, which would take
/// longer than all the rest of a lookup. The next run reads it, and a longer one is merged.
pub(super) fn leave_a_short_log(connection: &Connection, path: &Path) {
    let is_short = files::beside(path, "-wal").metadata().is_ok_and(|log| log.len() < MERGED_FROM_BYTES);
    // Where it cannot be set, the log is merged.
    let _ = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, is_short);
}

/// One immediate transaction: all or nothing.
pub(super) fn in_transaction<T>(
    connection: &Connection,
    path: &Path,
    work: impl FnOnce(&Connection) -> Result<T, ArchiveError>,
) -> Result<T, ArchiveError> {
    let failed = |error: rusqlite::Error| ArchiveError::from_sqlite(path, &error);
    // Prepared statements instead of rusqlite's `Transaction`, which parses both words each time.
    let run = |sql: &str| connection.prepare_cached(sql)?.execute([]).map(|_| ());
    patiently(|| run("BEGIN IMMEDIATE")).map_err(failed)?;
    let result = work(connection).and_then(|value| run("COMMIT").map(|()| value).map_err(failed));
    if result.is_err() && !connection.is_autocommit() {
        // A rollback fails only where the connection is lost; then nothing was committed either.
        let _ = run("ROLLBACK");
    }
    result
}

/// How reading connections reach the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// Together with writers, by the log and its shared memory.
    Shared,
    /// From a place where nothing can be written, not even the shared memory: the file as it lies there.
    Immutable,
}

/// Reading connections, lent to one thread at a time.
pub(super) struct Readers {
    path: PathBuf,
    reading: Reading,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    /// Opens none yet, because the writing connection has shown that the file can be read.
    pub(super) fn beside_a_writer(path: &Path) -> Self {
        Self { path: path.to_owned(), reading: Reading::Shared, idle: Mutex::new(Vec::new()) }
    }

    /// Opens the first connection, so that a file that cannot be read is an error at once.
    pub(super) fn open(path: &Path) -> Result<Self, ArchiveError> {
        let mut readers = Self::beside_a_writer(path);
        let error = match readers.with(probe_reading) {
            Ok(()) => return Ok(readers),
            Err(error) => error,
        };
        let unmerged_log = files::beside(path, "-wal").metadata().is_ok_and(|metadata| metadata.len() > 0);
        let is_about_access =
            matches!(error, ArchiveError::Inaccessible { .. } | ArchiveError::ReadOnly { .. });
        if unmerged_log || !is_about_access {
            return Err(error);
        }
        readers.reading = Reading::Immutable;
        readers.with(probe_reading)?;
        Ok(readers)
    }

    /// Lends a connection to `work`. The lock of the pool is not held meanwhile.
    pub(super) fn with<T>(
        &self,
        work: impl Fn(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, ArchiveError> {
        let failed = |error: rusqlite::Error| ArchiveError::from_sqlite(&self.path, &error);
        let idle = lock(&self.idle).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => patiently(|| self.connect()).map_err(failed)?,
        };
        let value = patiently(|| work(&connection)).map_err(failed)?;
        let mut idle = lock(&self.idle);
        if idle.len() < IDLE_READERS {
            idle.push(connection);
        }
        Ok(value)
    }

    fn connect(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let connection = match self.reading {
            Reading::Shared => connect(&self.path, flags)?,
            Reading::Immutable => {
                connect(Path::new(&immutable_address(&self.path)), flags | OpenFlags::SQLITE_OPEN_URI)?
            }
        };
        connection.execute_batch("PRAGMA cache_size = -256")?;
        Ok(connection)
    }
}

fn probe_reading(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
}

fn immutable_address(path: &Path) -> String {
    let mut address = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' => address.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => address.push(char::from(*byte)),
            byte => {
                address.push('%');
                address.push_str(&super::contents::hexadecimal(&[*byte]));
            }
        }
    }
    address.push_str("?immutable=1");
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_survives_every_byte_of_a_path() {
        assert_eq!(
            immutable_address(Path::new("/a b/核?#.db")),
            "file:/a%20b/%e6%a0%b8%3f%23.db?immutable=1"
        );
    }

    #[test]
    fn waiting_for_a_lock_ends_after_about_a_minute() {
        assert!(wait_for_lock(0));
        assert!(!wait_for_lock(12_000));
    }
}
