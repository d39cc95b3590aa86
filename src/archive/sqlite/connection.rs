//! `SQLite` connections: how they are opened and how long they wait. This file knows no table.
//!
//! Every wait for another connection's lock ends after a minute, far beyond any transaction of this program.

use super::files;
use crate::archive::error::{ArchiveError, ArchiveProblem};
use crate::locking::lock;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};
use url::Url;

const LOCK_TIMEOUT: Duration = Duration::from_mins(1);

/// Repeats what another connection's lock prevented, for at most a minute. `SQLite`'s own timeout does not apply while a log
/// is recovered or a journal mode changes.
pub(super) fn retry_while_busy<T>(
    mut work: impl FnMut() -> Result<T, ArchiveError>,
) -> Result<T, ArchiveError> {
    let begun = Instant::now();
    loop {
        match work() {
            Err(error) if error.problem == ArchiveProblem::Busy && begun.elapsed() < LOCK_TIMEOUT => {
                thread::sleep(Duration::from_millis(2));
            }
            result => return result,
        }
    }
}

fn connect(target: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(target, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(LOCK_TIMEOUT)?;
    // Otherwise each new value in a range condition prepares the statement again.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

/// A connection to an existing file that may write, before anything about the file is known.
pub(super) fn open_writing(path: &Path) -> rusqlite::Result<Connection> {
    connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

/// Sets the journal mode; returns it. A commit survives the end of the process, however it ends.
pub(super) fn set_up_writing(connection: &Connection) -> rusqlite::Result<String> {
    let is_new = connection.query_row("PRAGMA page_count", [], |row| row.get::<_, i64>(0))? == 0;
    if is_new {
        // Possible only before the first page; it lets a prune return space without locking other runs out.
        connection.execute_batch("PRAGMA auto_vacuum = INCREMENTAL")?;
    }
    let journal = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    connection.execute_batch("PRAGMA synchronous = NORMAL")?;
    // A checkpoint waits for the disk twice, longer than the rest of a single lookup takes.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(journal)
}

/// Copies the log into the file, as far as no other connection reads it, and lets the last connection remove the log.
/// Waits for the disk, not for other runs.
pub(super) fn checkpoint(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
}

/// One immediate transaction: all or nothing.
pub(super) fn write_transaction<T>(
    connection: &Connection,
    path: &Path,
    work: impl FnOnce(&Connection) -> Result<T, ArchiveError>,
) -> Result<T, ArchiveError> {
    let failed = |error: rusqlite::Error| ArchiveError::from_sqlite(path, &error);
    let begin = || Transaction::new_unchecked(connection, TransactionBehavior::Immediate).map_err(failed);
    let transaction = retry_while_busy(begin)?;
    let value = work(&transaction)?;
    transaction.commit().map_err(failed)?;
    Ok(value)
}

/// A pool of reading connections: as many as threads read at once.
pub(super) struct Readers {
    path: PathBuf,
    /// The file; or, if not even its shared memory can be written there, the address that calls it immutable.
    target: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    /// Opens no connection yet: the writing connection has shown that the file can be read.
    pub(super) fn beside_a_writer(path: &Path) -> Self {
        Self { path: path.to_owned(), target: path.to_owned(), idle: Mutex::default() }
    }

    /// Opens the first connection, so that an unreadable file is an error at once.
    pub(super) fn open(path: &Path) -> Result<Self, ArchiveError> {
        let mut readers = Self::beside_a_writer(path);
        let error = match readers.probe() {
            Ok(()) => return Ok(readers),
            Err(error) => error,
        };
        if files::has_log(path) || error.problem != ArchiveProblem::Inaccessible {
            return Err(error);
        }
        readers.target = immutable_address(path).ok_or(error)?.into();
        readers.probe()?;
        Ok(readers)
    }

    fn probe(&self) -> Result<(), ArchiveError> {
        let probe = "SELECT count(*) FROM sqlite_schema";
        self.with(|connection| {
            connection
                .query_row(probe, [], |_| Ok(()))
                .map_err(|error| ArchiveError::from_sqlite(&self.path, &error))
        })
    }

    /// Runs `work` with a connection of the pool.
    pub(super) fn with<T>(
        &self,
        mut work: impl FnMut(&Connection) -> Result<T, ArchiveError>,
    ) -> Result<T, ArchiveError> {
        let failed = |error: rusqlite::Error| ArchiveError::from_sqlite(&self.path, &error);
        let idle = lock(&self.idle).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => retry_while_busy(|| self.connect().map_err(failed))?,
        };
        let value = retry_while_busy(|| work(&connection))?;
        lock(&self.idle).push(connection);
        Ok(value)
    }

    fn connect(&self) -> rusqlite::Result<Connection> {
        // The path of a file is absolute, so that it is not read as an address.
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let connection = connect(&self.target, flags)?;
        connection.execute_batch("PRAGMA cache_size = -256")?;
        Ok(connection)
    }
}

/// The address of a file that nothing changes; `None` for a relative path.
fn immutable_address(path: &Path) -> Option<String> {
    let mut address = Url::from_file_path(path).ok()?;
    address.set_query(Some("immutable=1"));
    Some(address.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_survives_every_byte_of_a_path() {
        assert_eq!(
            immutable_address(Path::new("/a b/核?#%.db")).unwrap(),
            "file:///a%20b/%E6%A0%B8%3F%23%25.db?immutable=1"
        );
    }
}
