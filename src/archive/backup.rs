//! Backup: a consistent copy of the archive, also while runs write.

use super::error::{ArchiveError, ArchiveProblem};
use super::handle::Archive;
use super::sqlite::SqliteStore;
use crate::domain::text::{Message, message};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

impl Archive {
    /// Writes a copy of the archive to `target` and returns its size in bytes. The copy replaces an earlier backup only
    /// when it is complete.
    ///
    /// # Errors
    /// [`ArchiveProblem::Backup`] if `target` is another kind of file or an archive in use, or cannot be written.
    pub fn backup(&self, target: &Path) -> Result<u64, ArchiveError> {
        let refused = |reason| ArchiveError::because(ArchiveProblem::Backup, target, reason);
        let failed = |error: &io::Error| refused(Message::of_system(error));
        let target_file = replaceable(target)?;
        let folder = target_file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let copy = tempfile::Builder::new()
            .prefix(".hecha-backup-")
            .tempfile_in(folder.unwrap_or(Path::new(".")))
            .map_err(|error| failed(&error))?;
        self.store.copy_into(copy.path()).map_err(|error| refused(error.message()))?;
        copy.as_file().sync_all().map_err(|error| failed(&error))?;
        let file = copy.persist(&target_file).map_err(|error| failed(&error.error))?;
        file.metadata().map(|metadata| metadata.len()).map_err(|error| failed(&error))
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
