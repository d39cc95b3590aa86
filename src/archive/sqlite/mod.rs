//! The archive in one SQLite file.
//!
//! The database keeps a write-ahead log. Beside the file are the locked files that show which runs are alive.

mod connection;
mod error;
pub(super) mod files;
mod in_flight_files;
pub(super) mod runs;
pub(super) mod schema;

use super::answer::INTERRUPTED;
use super::error::{ArchiveError, ArchiveProblem};
use super::notice::Notices;
use super::options::ArchiveOptions;
use super::owner::RunOwner;
use super::store::{RegisteredRun, Sql, Store, Work, params, read, value};
use crate::domain::text::{Message, message};
use crate::locking::lock;
use connection::{SharedConnection, SqliteConnection, retry_while_busy};
use files::FileIdentity;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// Pages returned to the disk in one transaction, so that other runs can write in between.
const PAGES_OF_A_STEP: i64 = 500;

/// An open file.
pub(super) struct SqliteStore {
    connection: SharedConnection,
    path: Arc<Path>,
    /// The files that were opened.
    identity: FileIdentity,
}

impl SqliteStore {
    /// Opens the file for a run that buys: created if missing, brought to the current schema, and tested by a write.
    pub(super) fn open_to_write(
        path: &Path,
        options: &ArchiveOptions,
        notices: &Notices,
    ) -> Result<(Self, SharedConnection), ArchiveError> {
        let path: &Arc<Path> = &files::ensure(path)?.into();
        let reserve = files::reserve(path)?;
        files::tighten(path, notices);
        let mut connection = SqliteConnection::to_write(path)?;
        schema::version(&mut connection, path)?;
        retry_while_busy(|| connection.set_up_writing())?;
        schema::migrate(&mut connection, path)?;
        schema::check_health(&mut connection, path)?;
        schema::check_writing(&mut connection, path)?;
        runs::check_hosts(&mut connection, path, &options.owner.host, (options.clock)().as_millisecond())?;
        if files::is_on_network(path) {
            notices.add(message!(
                "the archive {path} is on a network file system: use it from one machine at a time, or keep it on a local disk",
                "存档 {path} 位于网络文件系统：请勿多机同时使用，或改存本地磁盘",
                path = path.display()
            ));
        }
        connection.reserve = Some(reserve);
        let connection = Arc::new(Mutex::new(connection));
        let store = Self {
            connection: Arc::clone(&connection),
            path: Arc::clone(path),
            identity: files::identity(path),
        };
        Ok((store, connection))
    }

    /// Opens an existing file for reading. Nothing changes, except that an old schema is brought up to date.
    pub(super) fn open_to_read(path: &Path, options: &ArchiveOptions) -> Result<Self, ArchiveError> {
        let store = Self::open_as_it_is(path)?;
        let found = store.version()?;
        if found != schema::CURRENT {
            Self::open_to_write(&store.path, options, &Notices::default()).map_err(|error| {
                match (found, &error.problem) {
                    (0, _) | (_, ArchiveProblem::OlderSchema(_)) => error,
                    _ => ArchiveError::because(
                        ArchiveProblem::OlderSchema(found),
                        &store.path,
                        error.message(),
                    ),
                }
            })?;
        }
        Ok(store)
    }

    /// Opens an existing file for reading, whatever its schema.
    pub(super) fn open_as_it_is(path: &Path) -> Result<Self, ArchiveError> {
        let path: Arc<Path> = files::existing(path)?.into();
        let connection = Arc::new(Mutex::new(SqliteConnection::to_read(&path)?));
        Ok(Self { connection, identity: files::identity(&path), path })
    }

    /// The schema of the file, 0 if it is empty.
    pub(super) fn version(&self) -> Result<i64, ArchiveError> {
        read(self, |sql| schema::version(sql, &self.path))
    }

    /// Whether the file keeps a log. A backup does not until it is used as an archive.
    pub(super) fn keeps_log(&self) -> Result<bool, ArchiveError> {
        let mode: String = read(self, |sql| value(sql, "PRAGMA journal_mode", params![]))?;
        Ok(mode == "wal")
    }
}

impl Store for SqliteStore {
    fn location(&self) -> &Path {
        &self.path
    }

    fn read(&self, work: &mut Work<'_>) -> Result<(), ArchiveError> {
        let mut connection = lock(&self.connection);
        retry_while_busy(|| work(&mut *connection))
    }

    fn check_usable(&self) -> Result<(), ArchiveError> {
        if files::identity(&self.path) == self.identity {
            return Ok(());
        }
        Err(ArchiveError::new(ArchiveProblem::Replaced, &self.path))
    }

    fn register_run(
        &self,
        sql: &mut dyn Sql,
        owner: &RunOwner,
        now_ms: i64,
    ) -> Result<RegisteredRun, ArchiveError> {
        runs::check_hosts(sql, &self.path, &owner.host, now_ms)?;
        runs::recover_crashed_runs(sql, &self.path, now_ms)?;
        runs::register(sql, &self.path, owner, now_ms)
    }

    fn is_alive(&self, _sql: &mut dyn Sql, uid: &str) -> Result<bool, ArchiveError> {
        runs::is_process_alive(&self.path, uid)
    }

    fn forget_run(&self, uid: &str) {
        runs::remove_lock(&self.path, uid);
    }

    fn outcome_of_crash(&self) -> &'static str {
        INTERRUPTED
    }

    fn derive_snapshots(&self) -> &'static str {
        include_str!("migrations/derive_snapshots.sql")
    }

    fn delete_broken_snapshots(&self) -> &'static str {
        "DELETE FROM snapshots WHERE EXISTS (
             SELECT 1 FROM json_each(pages) AS page WHERE page.value ->> 1 NOT IN (SELECT id FROM answers))"
    }

    fn integrity(&self) -> Result<Vec<Message>, ArchiveError> {
        let rows = read(self, |sql| sql.query("PRAGMA integrity_check", params![]))?;
        let lines = rows.iter().map(|row| row.get(0)).collect::<Result<Vec<String>, _>>()?;
        Ok(lines.into_iter().filter(|line| line != "ok").map(Message::verbatim).collect())
    }

    fn return_space(&self, sql: &mut dyn Sql) -> Result<u64, ArchiveError> {
        let bytes = |sql: &mut dyn Sql| value::<i64>(sql, schema::SIZE, params![]);
        let before = bytes(sql)?;
        sql.query(&format!("PRAGMA incremental_vacuum({PAGES_OF_A_STEP})"), params![])?;
        Ok((before - bytes(sql)?).cast_unsigned())
    }

    fn copy_into(&self, target: &Path) -> Result<(), ArchiveError> {
        // A cast, because a path need not be UTF-8.
        let statement = "VACUUM INTO CAST(?1 AS TEXT)";
        read(self, |sql| sql.execute(statement, params![target.as_os_str().as_encoded_bytes()])).map(|_| ())
    }
}
