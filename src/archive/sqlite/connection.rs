//! `SQLite` connections: how they are opened, how they execute and how long they wait. This file knows no table.
//!
//! Every wait for another connection's lock ends after a minute, far beyond any transaction of this program.

use super::files;
use crate::archive::error::{ArchiveError, ArchiveProblem};
use crate::archive::store::{Sql, SqlRow, ToSql, Work, WriteConnection, params, value};
use crate::domain::text::message;
use crate::locking::lock;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use url::Url;

const LOCK_TIMEOUT: Duration = Duration::from_mins(1);

/// The length of the log above which a run copies it into the database when it ends: that of about 16 lookups.
const LONGEST_LOG_BYTES: u64 = 1 << 20;

/// A statement that reads the file.
const PROBE: &str = "SELECT count(*) FROM sqlite_schema";

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

/// A connection to the file of an archive.
pub(in crate::archive) struct SqliteConnection {
    connection: Connection,
    path: Arc<Path>,
    /// Gives its space back to the disk when that becomes full; `None` from then on, and if nothing is bought.
    pub(super) reserve: Option<File>,
}

impl SqliteConnection {
    /// Connects to `target`, which is the file at `path` or its address.
    fn open(path: &Arc<Path>, target: &Path, flags: OpenFlags) -> Result<Self, ArchiveError> {
        let connect = || -> rusqlite::Result<Connection> {
            let connection = Connection::open_with_flags(target, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
            connection.busy_timeout(LOCK_TIMEOUT)?;
            // Otherwise each new value in a range condition prepares the statement again.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
            Ok(connection)
        };
        let connection =
            retry_while_busy(|| connect().map_err(|error| ArchiveError::from_sqlite(path, &error)))?;
        Ok(Self { connection, path: Arc::clone(path), reserve: None })
    }

    /// A connection to an existing file that may write, before anything about the file is known.
    pub(super) fn to_write(path: &Arc<Path>) -> Result<Self, ArchiveError> {
        Self::open(path, path, OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    /// A connection to an existing file that only reads.
    pub(super) fn to_read(path: &Arc<Path>) -> Result<Self, ArchiveError> {
        let error = match Self::to_read_at(path, path) {
            Ok(connection) => return Ok(connection),
            Err(error) => error,
        };
        if files::length_of(path, files::JOURNAL) > 0 {
            // Only a connection that may write rolls it back.
            value::<i64>(&mut Self::to_write(path)?, PROBE, params![])?;
            return Self::to_read_at(path, path);
        }
        if files::length_of(path, files::LOG) > 0 || error.problem != ArchiveProblem::Inaccessible {
            return Err(error);
        }
        // Not even its shared memory can be written there.
        Self::to_read_at(path, immutable_address(path).ok_or(error)?.as_ref())
    }

    /// Also reads, so that an unreadable file is an error at once.
    fn to_read_at(path: &Arc<Path>, target: &Path) -> Result<Self, ArchiveError> {
        // The path of a file is absolute, so that it is not read as an address.
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let mut connection = Self::open(path, target, flags)?;
        retry_while_busy(|| value::<i64>(&mut connection, PROBE, params![]))?;
        Ok(connection)
    }

    /// Whether the file cannot be written.
    pub(super) fn is_read_only(&self) -> Result<bool, ArchiveError> {
        self.connection.is_readonly("main").map_err(|error| self.failed(&error))
    }

    /// Sets the journal mode. A commit survives the end of the process, however it ends.
    pub(super) fn set_up_writing(&mut self) -> Result<(), ArchiveError> {
        if value::<i64>(self, "PRAGMA page_count", params![])? == 0 {
            // Possible only before the first page; it lets a prune return space without locking other runs out.
            self.execute_batch("PRAGMA auto_vacuum = INCREMENTAL")?;
        }
        let journal: String = value(self, "PRAGMA journal_mode = WAL", params![])?;
        if journal != "wal" {
            let reason = message!("it keeps a `{journal}` journal", "其日志模式为 `{journal}`");
            return Err(ArchiveError::because(ArchiveProblem::Unsuitable, &self.path, reason));
        }
        self.execute_batch("PRAGMA synchronous = NORMAL")?;
        // A checkpoint waits for the disk, longer than the rest of a single lookup takes. But each start reads the log.
        self.checkpoint_on_close(files::length_of(&self.path, files::LOG) > LONGEST_LOG_BYTES)
    }

    fn checkpoint_on_close(&self, checkpoint: bool) -> Result<(), ArchiveError> {
        let set = self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !checkpoint);
        set.map(|_| ()).map_err(|error| self.failed(&error))
    }

    fn execute_transaction(&mut self, work: &mut Work<'_>) -> Result<(), ArchiveError> {
        retry_while_busy(|| self.execute_batch("BEGIN IMMEDIATE"))?;
        let committed = work(self).and_then(|()| self.execute_batch("COMMIT"));
        if committed.is_err() && !self.connection.is_autocommit() {
            let _ = self.execute_batch("ROLLBACK");
        }
        committed
    }

    fn failed(&self, error: &rusqlite::Error) -> ArchiveError {
        ArchiveError::from_sqlite(&self.path, error)
    }

    fn rows(&self, statement: &str, parameters: &[&dyn ToSql]) -> rusqlite::Result<Vec<SqlRow>> {
        let mut statement = self.connection.prepare_cached(statement)?;
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            let values = (0..columns).map(|column| row.get(column)).collect::<rusqlite::Result<_>>()?;
            Ok(SqlRow::new(values, Arc::clone(&self.path)))
        };
        statement.query_map(parameters, row)?.collect()
    }
}

impl Sql for SqliteConnection {
    fn execute(&mut self, statement: &str, parameters: &[&dyn ToSql]) -> Result<u64, ArchiveError> {
        let prepared = self.connection.prepare_cached(statement);
        let executed = prepared.and_then(|mut statement| statement.execute(parameters));
        executed.map(|rows| rows as u64).map_err(|error| self.failed(&error))
    }

    /// `RETURNING` would make a temporary table for each row.
    fn insert(&mut self, statement: &str, parameters: &[&dyn ToSql]) -> Result<Option<i64>, ArchiveError> {
        let inserted = self.execute(statement, parameters)? > 0;
        Ok(inserted.then(|| self.connection.last_insert_rowid()))
    }

    fn query(&mut self, statement: &str, parameters: &[&dyn ToSql]) -> Result<Vec<SqlRow>, ArchiveError> {
        self.rows(statement, parameters).map_err(|error| self.failed(&error))
    }

    fn execute_batch(&mut self, statements: &str) -> Result<(), ArchiveError> {
        self.connection.execute_batch(statements).map_err(|error| self.failed(&error))
    }

    fn check_room(&self) -> Result<(), ArchiveError> {
        let is_full = self.reserve.is_none();
        if is_full { Err(ArchiveError::new(ArchiveProblem::DiskFull, &self.path)) } else { Ok(()) }
    }
}

impl WriteConnection for SqliteConnection {
    fn transaction(&mut self, work: &mut Work<'_>) -> Result<(), ArchiveError> {
        match self.execute_transaction(work) {
            Err(error) if error.problem == ArchiveProblem::DiskFull && self.reserve.take().is_some() => {
                self.execute_transaction(work)
            }
            result => result,
        }
    }

    /// As far as no other connection reads the log; the last connection removes it. Waits for the disk, not for other runs.
    fn checkpoint(&mut self) -> Result<(), ArchiveError> {
        self.checkpoint_on_close(true)?;
        self.query("PRAGMA wal_checkpoint(PASSIVE)", params![]).map(|_| ())
    }
}

/// The connection of an open file, shared by all threads that read and by the writer thread.
pub(in crate::archive) type SharedConnection = Arc<Mutex<SqliteConnection>>;

impl WriteConnection for SharedConnection {
    fn transaction(&mut self, work: &mut Work<'_>) -> Result<(), ArchiveError> {
        lock(self).transaction(work)
    }

    fn checkpoint(&mut self) -> Result<(), ArchiveError> {
        lock(self).checkpoint()
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
    #[cfg_attr(windows, ignore = "an absolute path has a drive there")]
    fn an_address_survives_every_byte_of_a_path() {
        assert_eq!(
            immutable_address(Path::new("/a b/核?#%.db")).unwrap(),
            "file:///a%20b/%E6%A0%B8%3F%23%25.db?immutable=1"
        );
    }
}
