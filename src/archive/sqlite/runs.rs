//! Runs: a row for each, and a locked file beside the archive while the run is alive.
//!
//! The operating system releases the lock when the process ends, however it ends. A run without a locked file is dead;
//! what it left open is recorded as interrupted, possibly charged.

use super::files;
use crate::archive::answer::INTERRUPTED;
use crate::archive::error::{ArchiveError, ArchiveProblem};
use crate::archive::owner::RunOwner;
use crate::archive::runs::{end_run, insert_run};
use crate::archive::store::{RegisteredRun, Sql, SqlRow, params, value};
use crate::domain::text::Message;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicI64;

const INFIX: &str = "-run-";
const LOCK_SUFFIX: &str = ".lock";
/// On a network file system whose locks are not shared, a run that sent a request within this time counts as alive.
const ACTIVE_MS: i64 = 60_000;

/// Registers this run. Requires an immediate transaction, so that no other run sees the file before it is locked.
pub(super) fn register(
    sql: &mut dyn Sql,
    archive: &Path,
    owner: &RunOwner,
    now_ms: i64,
) -> Result<RegisteredRun, ArchiveError> {
    let uid: String = value(sql, "SELECT lower(hex(randomblob(16)))", params![])?;
    let path = lock_path(archive, &uid);
    let lock = files::create_private(&path).map_err(|error| ArchiveError::from_io(&path, &error))?;
    lock.try_lock().map_err(|error| {
        ArchiveError::because(ArchiveProblem::Unsuitable, &path, Message::of_system(&error.into()))
    })?;
    let id = insert_run(sql, &uid, owner, now_ms)?;
    Ok(RegisteredRun { id, uid, attempts: AtomicI64::default(), _lock: Some(lock) })
}

fn lock_path(archive: &Path, uid: &str) -> PathBuf {
    file_of_run(archive, uid, LOCK_SUFFIX)
}

/// Whether the run `uid` holds its lock. The test is a shared lock, so that several runs can test at once.
pub(in crate::archive) fn is_process_alive(archive: &Path, uid: &str) -> Result<bool, ArchiveError> {
    let lock_path = lock_path(archive, uid);
    files::check_regular(&lock_path)?;
    // Opened for reading only: `usage` also reads an archive that it cannot write.
    let file = match File::open(&lock_path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(ArchiveError::from_io(&lock_path, &error)),
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(ArchiveError::from_io(&lock_path, &error)),
    }
}

/// The runs that have not ended: `id`, `uid`, `host`, `pid`, and when they were last active.
fn open_runs(sql: &mut dyn Sql) -> Result<Vec<SqlRow>, ArchiveError> {
    sql.query(
        "SELECT id, uid, host, coalesce(pid, 0),
                max(started_at, coalesce((SELECT max(started_at) FROM attempts WHERE run = runs.id), 0))
         FROM runs WHERE ended_at IS NULL",
        params![],
    )
}

/// Ends every run whose process is dead and removes its lock file. Requires an immediate transaction.
pub(super) fn recover_crashed_runs(
    sql: &mut dyn Sql,
    archive: &Path,
    now_ms: i64,
) -> Result<(), ArchiveError> {
    for run in open_runs(sql)? {
        if !is_process_alive(archive, &run.get::<String>(1)?)? {
            end_run(sql, run.get(0)?, now_ms, INTERRUPTED)?;
        }
    }
    for uid in runs_with_files(archive, LOCK_SUFFIX)? {
        if !is_process_alive(archive, &uid)? {
            remove_lock(archive, &uid);
        }
    }
    Ok(())
}

/// Refuses an archive that a live run of another machine uses: SQLite keeps a part of the log in shared memory.
pub(super) fn check_hosts(
    sql: &mut dyn Sql,
    archive: &Path,
    own_host: &str,
    now_ms: i64,
) -> Result<(), ArchiveError> {
    let locks_may_be_local = files::is_on_network(archive);
    for run in open_runs(sql)? {
        let (uid, host, pid): (String, Option<String>, u32) = (run.get(1)?, run.get(2)?, run.get(3)?);
        let Some(host) = host.filter(|host| !own_host.is_empty() && host != own_host) else { continue };
        let is_active = locks_may_be_local && (now_ms - run.get::<i64>(4)?).abs() < ACTIVE_MS;
        if is_active || is_process_alive(archive, &uid)? {
            return Err(ArchiveError::new(ArchiveProblem::UsedByOtherHost { host, pid }, archive));
        }
    }
    Ok(())
}

/// Removes the lock file of a dead run. If that fails, the next run does it.
pub(super) fn remove_lock(archive: &Path, uid: &str) {
    let _ = fs::remove_file(lock_path(archive, uid));
}

/// The `uid`s in the names of the files beside the archive that end in `suffix`.
pub(super) fn runs_with_files(archive: &Path, suffix: &str) -> Result<Vec<String>, ArchiveError> {
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

/// The path of a file that belongs to the run `uid`.
pub(in crate::archive) fn file_of_run(archive: &Path, uid: &str, suffix: &str) -> PathBuf {
    files::beside(archive, &format!("{INFIX}{uid}{suffix}"))
}
