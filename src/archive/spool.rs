//! The spool: what could not be stored on the server, in an archive of its own on this machine.
//!
//! A run stores it as soon as it reaches the server, before it buys anything. The files are used under a lock.

use super::error::ArchiveError;
use super::lease::Completion;
use super::notice::Notices;
use super::options::ArchiveOptions;
use super::runs;
use super::sqlite::{SqliteStore, files};
use super::store::{WriteConnection as _, params};
use std::fs::File;
use std::path::Path;

/// Keeps the end of an attempt, with its answer.
pub(super) fn keep(spool: &Path, completion: &Completion) -> Result<(), ArchiveError> {
    files::ensure(spool)?;
    let _lock = lock(spool)?;
    let (_store, mut writer) =
        SqliteStore::open_to_write(spool, &ArchiveOptions::default(), &Notices::default())?;
    writer.transaction(&mut |sql| {
        let lease = &completion.lease;
        let times = [lease.started_at_ms, completion.now_ms];
        let unknown = None::<&str>;
        let columns = params![lease.uid, times[0], times[1], unknown, None::<i64>, unknown];
        let run = runs::insert_if_new(sql, columns)?;
        completion.execute(sql, run).map(|_| ())
    })
}

/// Waits until no other run uses the spool.
pub(super) fn lock(spool: &Path) -> Result<File, ArchiveError> {
    let path = files::beside(spool, ".lock");
    let file = File::create(&path).and_then(|file| file.lock().map(|()| file));
    file.map_err(|error| ArchiveError::from_io(&path, &error))
}
