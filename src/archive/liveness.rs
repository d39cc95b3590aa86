//! Which runs are alive: each holds a lock file beside the archive, which the kernel lets go of when it dies.
//!
//! Lock files are made, taken and removed only inside an immediate transaction of the archive, or (at a run's
//! end) after its row says that it has ended. So no run ever sees another's file between its creation and its
//! lock, and two runs never clean up at once.

use super::answer::INTERRUPTED;
use super::error::ArchiveError;
use super::files;
use crate::domain::text::{Message, Text};
use rusqlite::{Connection, params};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

const LOCK_INFIX: &str = "-run-";
const LOCK_SUFFIX: &str = ".lock";

/// This run, registered: alive for others as long as the file is locked.
pub(super) struct Run {
    pub(super) id: i64,
    lock_path: PathBuf,
    /// Held, never read: closing it is what ends the lock.
    _lock: File,
}

impl Run {
    /// Registers this run and cleans up after dead ones. Call inside an immediate transaction.
    pub(super) fn register(
        connection: &Connection,
        archive: &Path,
        now_ms: i64,
    ) -> Result<Self, ArchiveError> {
        let failed = |error: rusqlite::Error| ArchiveError::from_sqlite(archive, &error);
        reap_all_dead(connection, archive, now_ms)?;
        let uid: String = connection
            .query_row("SELECT lower(hex(randomblob(16)))", [], |row| row.get(0))
            .map_err(failed)?;
        let lock_path = lock_path(archive, &uid);
        let lock =
            files::create_private(&lock_path).map_err(|error| ArchiveError::from_io(&lock_path, &error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let reason = Text::new("its own new lock file is locked", "刚创建的锁文件已被锁定").into();
                return Err(ArchiveError::Unsuitable { path: lock_path, reason });
            }
            Err(TryLockError::Error(error)) => {
                let reason = Message::of_system(&error);
                return Err(ArchiveError::Unsuitable { path: lock_path, reason });
            }
        }
        connection
            .execute("INSERT INTO runs (uid, started_at) VALUES (?1, ?2)", params![uid, now_ms])
            .map_err(failed)?;
        Ok(Self { id: connection.last_insert_rowid(), lock_path, _lock: lock })
    }

    /// Books what this run leaves unfinished. Call inside an immediate transaction, then [`Run::leave`].
    pub(super) fn retire(&self, connection: &Connection, now_ms: i64) -> rusqlite::Result<()> {
        book_as_interrupted(connection, self.id, now_ms)
    }

    /// Removes the lock file. Where that fails, the next run does it.
    pub(super) fn leave(self) {
        let _ = fs::remove_file(&self.lock_path);
    }
}

/// What is known about another run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    /// It holds its lock.
    Alive,
    /// It does not.
    Dead,
}

fn lock_path(archive: &Path, uid: &str) -> PathBuf {
    files::beside(archive, &format!("{LOCK_INFIX}{uid}{LOCK_SUFFIX}"))
}

/// Whether the run with this `uid` is alive. The look is a shared lock, so that two may look at once.
pub(super) fn life(archive: &Path, uid: &str) -> Result<Life, ArchiveError> {
    life_by_file(&lock_path(archive, uid))
}

fn life_by_file(lock_path: &Path) -> Result<Life, ArchiveError> {
    // For reading only: the lock does not need more, and `usage` may look at an archive that it cannot write.
    let file = match File::open(lock_path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Life::Dead),
        Err(error) => return Err(ArchiveError::from_io(lock_path, &error)),
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(Life::Dead),
        Err(TryLockError::WouldBlock) => Ok(Life::Alive),
        Err(TryLockError::Error(error)) => Err(ArchiveError::from_io(lock_path, &error)),
    }
}

/// Books a dead run's unfinished attempts and removes its lock file. Call inside an immediate transaction.
pub(super) fn reap_if_dead(
    connection: &Connection,
    archive: &Path,
    run: i64,
    now_ms: i64,
) -> Result<Life, ArchiveError> {
    let failed = |error: rusqlite::Error| ArchiveError::from_sqlite(archive, &error);
    let uid: String = connection
        .prepare_cached("SELECT uid FROM runs WHERE id = ?1")
        .and_then(|mut statement| statement.query_row([run], |row| row.get(0)))
        .map_err(failed)?;
    let life = life(archive, &uid)?;
    if life == Life::Dead {
        book_as_interrupted(connection, run, now_ms).map_err(failed)?;
        let _ = fs::remove_file(lock_path(archive, &uid));
    }
    Ok(life)
}

fn reap_all_dead(connection: &Connection, archive: &Path, now_ms: i64) -> Result<(), ArchiveError> {
    let open_runs = || -> rusqlite::Result<Vec<i64>> {
        let mut statement = connection.prepare("SELECT id FROM runs WHERE ended_at IS NULL")?;
        statement.query_map([], |row| row.get(0))?.collect()
    };
    for run in open_runs().map_err(|error| ArchiveError::from_sqlite(archive, &error))? {
        reap_if_dead(connection, archive, run, now_ms)?;
    }
    remove_orphaned_lock_files(archive);
    Ok(())
}

/// Lock files whose run died between making it and its row, or whose row was booked without them.
fn remove_orphaned_lock_files(archive: &Path) {
    let (Some(folder), Some(name)) = (archive.parent(), archive.file_name()) else { return };
    let prefix = format!("{}{LOCK_INFIX}", name.to_string_lossy());
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_lock_file = name.starts_with(&prefix) && name.ends_with(LOCK_SUFFIX);
        if is_lock_file && matches!(life_by_file(&entry.path()), Ok(Life::Dead)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn book_as_interrupted(connection: &Connection, run: i64, now_ms: i64) -> rusqlite::Result<()> {
    // Through the small index of unfinished attempts: a run may have a million finished ones.
    connection.execute(
        "UPDATE attempts INDEXED BY attempts_open SET finished_at = ?2, outcome = ?3, charged = 'unknown'
         WHERE finished_at IS NULL AND run = ?1",
        params![run, now_ms, INTERRUPTED],
    )?;
    connection.execute("UPDATE runs SET ended_at = ?2 WHERE id = ?1", [run, now_ms])?;
    Ok(())
}
