//! Backup: a consistent copy of the archive, also while runs write.

use super::error::{ArchiveError, ArchiveProblem};
use super::handle::Archive;
use super::sqlite::{SqliteStore, files, runs};
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
        let target_file = self.replaceable(target)?;
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

    /// The file to write, without links: a new one, or a backup that no run uses.
    fn replaceable(&self, target: &Path) -> Result<PathBuf, ArchiveError> {
        let refused = |reason| ArchiveError::because(ArchiveProblem::Backup, target, reason);
        let existing = match fs::canonicalize(target) {
            Ok(existing) => existing,
            Err(error)
                if error.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(target).is_err() =>
            {
                return Ok(target.to_owned());
            }
            Err(error) => return Err(refused(Message::of_system(&error))),
        };
        if self.store.files().contains(&existing) {
            return Err(refused(message!("it is the archive itself", "它就是存档本身")));
        }
        SqliteStore::open_as_it_is(&existing)
            .and_then(|store| store.version())
            .map_err(|error| refused(error.message()))?;
        let log = files::beside(&existing, "-wal");
        if fs::metadata(&log).is_ok_and(|log| log.len() > 0) || runs::is_used(&existing)? {
            return Err(refused(message!("it is an archive in use", "它是正在使用的存档")));
        }
        Ok(existing)
    }
}
