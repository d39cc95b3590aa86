//! Backup: a consistent copy of the archive, also while runs write.

use super::connection::Readers;
use super::error::ArchiveError;
use super::{Archive, files, runs, schema};
use crate::domain::text::{Message, message};
use rusqlite::Connection;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

impl Archive {
    /// Writes a copy of the archive to `target` and returns its size in bytes. The copy replaces an earlier backup only
    /// when it is complete.
    ///
    /// # Errors
    /// [`ArchiveError::Backup`] if `target` is another kind of file or an archive in use, or cannot be written.
    pub fn backup(&self, target: &Path) -> Result<u64, ArchiveError> {
        let refused = |reason| ArchiveError::Backup { path: target.to_owned(), reason };
        let failed = |error: &io::Error| refused(Message::of_system(error));
        let target_file = self.replaceable(target)?;
        let folder = target_file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let copy = tempfile::Builder::new()
            .prefix(".hecha-backup-")
            .tempfile_in(folder.unwrap_or(Path::new(".")))
            .map_err(|error| failed(&error))?;
        self.readers
            .with(|connection| Ok(copy_into(connection, copy.path())))?
            .map_err(|error| refused(ArchiveError::from_sqlite(target, &error).message()))?;
        copy.as_file().sync_all().map_err(|error| failed(&error))?;
        let file = copy.persist(&target_file).map_err(|error| failed(&error.error))?;
        file.metadata().map(|metadata| metadata.len()).map_err(|error| failed(&error))
    }

    /// The file to write, without links: a new one, or a backup that no run uses.
    fn replaceable(&self, target: &Path) -> Result<PathBuf, ArchiveError> {
        let refused = |reason| ArchiveError::Backup { path: target.to_owned(), reason };
        let existing = match fs::canonicalize(target) {
            Ok(existing) => existing,
            Err(error)
                if error.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(target).is_err() =>
            {
                return Ok(target.to_owned());
            }
            Err(error) => return Err(refused(Message::of_system(&error))),
        };
        let is_own = files::is_same_file(&existing, &self.path);
        if is_own
            || ["-wal", "-shm"]
                .iter()
                .any(|log| files::is_same_file(&existing, &files::beside(&self.path, log)))
        {
            return Err(refused(message!("it is the archive itself", "它就是存档本身")));
        }
        let replaceable =
            files::existing(&existing).and_then(|_| Readers::open(&existing)).and_then(|readers| {
                readers.with(|connection| Ok(schema::version(connection, &existing)))?.map(|_| ())
            });
        replaceable.map_err(|error| refused(error.message()))?;
        let log = files::beside(&existing, "-wal");
        if fs::metadata(&log).is_ok_and(|log| log.len() > 0) || runs::is_used(&existing)? {
            return Err(refused(message!("it is an archive in use", "它是正在使用的存档")));
        }
        Ok(existing)
    }
}

/// Copies the database into an empty file.
pub(super) fn copy_into(connection: &Connection, target: &Path) -> rusqlite::Result<()> {
    // A cast, because a path need not be UTF-8.
    connection.execute("VACUUM INTO CAST(?1 AS TEXT)", [target.as_os_str().as_encoded_bytes()]).map(|_| ())
}
