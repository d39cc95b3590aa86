//! Which runs are alive: each holds a lock file beside the archive, which the kernel lets go of when it dies.
//!
//! Lock files are made and taken only inside an immediate transaction of the archive, so that no run ever sees
//! another's file between its creation and its lock. They are removed, and the calls under way with them, only after
//! a commit has booked what was left and that the run has ended: until then the notes are all that is known of it.

use super::error::ArchiveError;
use super::files;
use crate::domain::text::{Message, Text};
use rusqlite::{Connection, params};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

const INFIX: &str = "-run-";
const LOCK_SUFFIX: &str = ".lock";
const CALLS_SUFFIX: &str = ".calls";

/// This run, registered: alive for others as long as the file is locked.
pub(super) struct Run {
    pub(super) id: i64,
    /// Random, in hexadecimal: part of its files' names.
    pub(super) uid: String,
    /// Held, never read: closing it is what ends the lock.
    _lock: File,
}

impl Run {
    /// Registers this run. Request inside an immediate transaction.
    pub(super) fn register(
        connection: &Connection,
        archive: &Path,
        now_ms: i64,
    ) -> Result<Self, ArchiveError> {
        let failed = |error: rusqlite::Error| ArchiveError::from_sqlite(archive, &error);
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
        Ok(Self { id: connection.last_insert_rowid(), uid, _lock: lock })
    }

    /// Removes this run's files. Where that fails, the next run does it.
    pub(super) fn leave(self, archive: &Path) {
        remove_files(archive, &self.uid);
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
    files::beside(archive, &format!("{INFIX}{uid}{LOCK_SUFFIX}"))
}

/// Where the run with this `uid` keeps its calls under way.
pub(super) fn calls_path(archive: &Path, uid: &str) -> PathBuf {
    files::beside(archive, &format!("{INFIX}{uid}{CALLS_SUFFIX}"))
}

/// Whether the run with this `uid` is alive. The look is a shared lock, so that two may look at once.
pub(super) fn life(archive: &Path, uid: &str) -> Result<Life, ArchiveError> {
    let lock_path = &lock_path(archive, uid);
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

/// The `uid`s of the runs that hold, or held, a lock.
///
/// # Errors
/// Where the folder cannot be listed.
pub(super) fn runs_with_locks(archive: &Path) -> Result<Vec<String>, ArchiveError> {
    uids_of_files(archive, LOCK_SUFFIX)
}

/// The `uid`s of the runs that may have calls under way.
///
/// # Errors
/// Where the folder cannot be listed: nothing is known about others then.
pub(super) fn runs_with_calls(archive: &Path) -> Result<Vec<String>, ArchiveError> {
    uids_of_files(archive, CALLS_SUFFIX)
}

fn uids_of_files(archive: &Path, suffix: &str) -> Result<Vec<String>, ArchiveError> {
    let (Some(folder), Some(name)) = (archive.parent(), archive.file_name()) else { return Ok(Vec::new()) };
    let failed = |error: io::Error| ArchiveError::from_io(folder, &error);
    // Bytes: a name need not be UTF-8.
    let prefix = [name.as_encoded_bytes(), INFIX.as_bytes()].concat();
    let uid = |name: &[u8]| {
        let uid = name.strip_prefix(prefix.as_slice())?.strip_suffix(suffix.as_bytes())?;
        std::str::from_utf8(uid).ok().map(str::to_owned)
    };
    let mut uids = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        uids.extend(uid(entry.map_err(failed)?.file_name().as_encoded_bytes()));
    }
    Ok(uids)
}

/// Removes a run's files. Where that fails, the next run does it.
pub(super) fn remove_files(archive: &Path, uid: &str) {
    // The lock last: a file of calls without it is a dead run's.
    let _ = fs::remove_file(calls_path(archive, uid));
    let _ = fs::remove_file(lock_path(archive, uid));
}
