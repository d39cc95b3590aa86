//! Backup: a consistent copy of the archive, also while runs write.

use super::error::{ArchiveError, ArchiveProblem};
use super::handle::Archive;
use super::sqlite::{SqliteStore, files};
use crate::domain::text::{Message, message};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

impl Archive {
    /// Writes a copy of the archive to `target` and returns its size in bytes. Until it is complete, the copy is in
    /// `target.partial`, and an earlier backup stays as it is.
    ///
    /// # Errors
    /// [`ArchiveProblem::Backup`] if `target` is another kind of file or an archive in use, or cannot be written.
    pub fn backup(&self, target: &Path) -> Result<u64, ArchiveError> {
        let refused = |reason| ArchiveError::because(ArchiveProblem::Backup, target, reason);
        let failed = |error: &io::Error| refused(Message::of_system(error));
        let target_file = replaceable(target)?;
        let partial = files::beside(&target_file, ".partial");
        let unusable = |error: ArchiveError| ArchiveError { problem: ArchiveProblem::Backup, ..error };
        files::check_regular(&partial).map_err(unusable)?;
        let is_locked = |file: File| matches!(file.try_lock(), Err(TryLockError::WouldBlock));
        if File::open(&partial).is_ok_and(is_locked) {
            return Err(refused(message!("another run is writing it", "另一运行正在写入")));
        }
        // An interrupted backup leaves its files.
        files::remove(&partial).map_err(unusable)?;
        let file = files::create_private(&partial).map_err(|error| failed(&error))?;
        // Elsewhere a lock would keep the database out, and a file in use cannot be removed.
        #[cfg(unix)]
        let _ = file.try_lock();
        let copied = self.store.copy_into(&partial).map_err(|error| match error.problem {
            ArchiveProblem::DiskFull => refused(message!(
                "its disk is full, or a quota or file size limit is reached",
                "其所在磁盘已满，或已达到配额或文件大小上限"
            )),
            _ => refused(error.message()),
        });
        let written = copied.and_then(|()| {
            let renamed = file.sync_all().and_then(|()| fs::rename(&partial, &target_file));
            renamed.and_then(|()| file.metadata()).map_err(|error| failed(&error))
        });
        if written.is_err() {
            let _ = files::remove(&partial);
        }
        Ok(written?.len())
    }
}

/// The file to write, without links: a new one, or an earlier backup.
fn replaceable(target: &Path) -> Result<PathBuf, ArchiveError> {
    let refused = |reason| ArchiveError::because(ArchiveProblem::Backup, target, reason);
    let existing = match fs::canonicalize(target) {
        Ok(existing) => existing,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(target.to_owned()),
        Err(error) => return Err(refused(Message::of_system(&error))),
    };
    let keeps_log = SqliteStore::open_as_it_is(&existing)
        .and_then(|store| store.version().and_then(|_| store.keeps_log()))
        .map_err(|error| refused(error.message()))?;
    if keeps_log {
        return Err(refused(message!("it is an archive in use, not a backup", "它是使用中的存档，不是备份")));
    }
    Ok(existing)
}
