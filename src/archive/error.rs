//! What can be wrong with an archive: one sentence and one cure for each.
//!
//! The only place that reads `SQLite`'s and the file system's error codes. There is no fallback anywhere: an
//! archive that cannot be used stops the run.

use crate::domain::failure::{Failure, FailureKind};
use crate::domain::text::Text;
use rusqlite::ErrorCode;
use std::io;
use std::path::{Path, PathBuf};

/// Why the archive could not be used. The message names the file; [`ArchiveError::cure`] says what helps.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Opened for reading, and there is none.
    #[error("there is no archive at {}", path.display())]
    Missing {
        /// Where it would be.
        path: PathBuf,
    },
    /// The folder is not there and cannot be made.
    #[error("the archive's folder {} cannot be created: {reason}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// Something else about its files.
    #[error("the archive {} cannot be opened: {reason}", path.display())]
    Inaccessible {
        /// The file.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// The file is no database, or another program's.
    #[error("{} is not an archive of hecha: {reason}", path.display())]
    NotAnArchive {
        /// The file.
        path: PathBuf,
        /// How that shows.
        reason: String,
    },
    /// The database is damaged.
    #[error("the archive {} is corrupt: {reason}", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// How that shows.
        reason: String,
    },
    /// It cannot be written.
    #[error("the archive {} is read-only", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// No room for another answer.
    #[error("the disk that holds the archive {} is full", path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
    },
    /// A later hecha wrote it.
    #[error("the archive {} has schema {found}, and this hecha knows schemas up to {known}", path.display())]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema of this program.
        known: i64,
    },
    /// An earlier hecha wrote it, and it cannot be written to bring it up to date.
    #[error("the archive {} has the old schema {found} and cannot be brought up to date: {reason}", path.display())]
    OlderSchema {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// Why not.
        reason: String,
    },
    /// Another program kept it locked for a minute.
    #[error("the archive {} has been locked by another program for a minute", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The file system cannot do what two runs at once need.
    #[error("the archive {} is on a file system without shared memory or locks: {reason}", path.display())]
    Unsuitable {
        /// The file.
        path: PathBuf,
        /// How that shows.
        reason: String,
    },
    /// Asked to write through an archive that was opened for reading: a mistake in the program.
    #[error("the archive {} was opened for reading only", path.display())]
    OpenedForReading {
        /// The file.
        path: PathBuf,
    },
    /// An export could not be written; nothing is wrong with the archive.
    #[error("the export could not be written: {0}")]
    Output(#[source] io::Error),
    /// Anything unforeseen.
    #[error("the archive {} failed: {reason}", path.display())]
    Unforeseen {
        /// The file.
        path: PathBuf,
        /// The database's words.
        reason: String,
    },
}

impl ArchiveError {
    /// What the user can do.
    pub const fn cure(&self) -> Text {
        match self {
            Self::Missing { .. } => Text::new(
                "run a query first, or name another file with HECHA_ARCHIVE or [archive] path",
                "请先执行一次查询，或用 HECHA_ARCHIVE、[archive] path 指定其他文件",
            ),
            Self::Folder { .. } | Self::Inaccessible { .. } | Self::ReadOnly { .. } => Text::new(
                "make it readable and writable for you, or name another place with HECHA_ARCHIVE or [archive] path",
                "请确保您对其有读写权限，或用 HECHA_ARCHIVE、[archive] path 指定其他位置",
            ),
            Self::NotAnArchive { .. } => Text::new(
                "move that file away, or name another one with HECHA_ARCHIVE or [archive] path",
                "请移走该文件，或用 HECHA_ARCHIVE、[archive] path 指定其他文件",
            ),
            Self::Corrupt { .. } => Text::new(
                "see what is left with `hecha archive verify` and `hecha archive export`, then move the file away",
                "请用 `hecha archive verify` 和 `hecha archive export` 查看可用内容，然后移走该文件",
            ),
            Self::DiskFull { .. } => Text::new(
                "free some space, or name a place on another disk with HECHA_ARCHIVE or [archive] path",
                "请释放磁盘空间，或用 HECHA_ARCHIVE、[archive] path 指定其他磁盘上的位置",
            ),
            Self::NewerSchema { .. } => Text::new(
                "update hecha, or name another file with HECHA_ARCHIVE or [archive] path",
                "请升级 hecha，或用 HECHA_ARCHIVE、[archive] path 指定其他文件",
            ),
            Self::OlderSchema { .. } => Text::new(
                "copy it to a folder that you can write to and open it there",
                "请将其复制到可写的文件夹后再打开",
            ),
            Self::Busy { .. } => {
                Text::new("close the program that holds it, then run again", "请关闭占用它的程序后重试")
            }
            Self::Unsuitable { .. } => Text::new(
                "name a place on a local disk with HECHA_ARCHIVE or [archive] path",
                "请用 HECHA_ARCHIVE、[archive] path 指定本地磁盘上的位置",
            ),
            Self::OpenedForReading { .. } | Self::Unforeseen { .. } => Text::new(
                "this should not happen: please report it with the exact message",
                "此情况不应出现：请附上完整信息反馈",
            ),
            Self::Output(_) => Text::new("write the export to another place", "请将导出内容写到其他位置"),
        }
    }

    /// Reads an error of the database at `path`.
    pub(super) fn from_sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        let reason = error.to_string();
        match error {
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::Utf8Error(..) => return Self::Corrupt { path, reason },
            _ => {}
        }
        if is_out_of_space(error) {
            return Self::DiskFull { path };
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NotAnArchive { path, reason },
            Some(ErrorCode::DatabaseCorrupt) => Self::Corrupt { path, reason },
            Some(ErrorCode::ReadOnly) => Self::ReadOnly { path },
            Some(
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed,
            ) => Self::Busy { path },
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::SystemIoFailure) => {
                Self::Inaccessible { path, reason }
            }
            _ => Self::Unforeseen { path, reason },
        }
    }

    /// Reads an error of the file system about `path`, which belongs to the archive.
    pub(super) fn from_io(path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { path },
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path },
            io::ErrorKind::Unsupported => Self::Unsuitable { path, reason: error.to_string() },
            _ => Self::Inaccessible { path, reason: error.to_string() },
        }
    }
}

/// Whether waiting and trying again is the answer.
pub(super) fn is_contention(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed)
    )
}

fn is_out_of_space(error: &rusqlite::Error) -> bool {
    let extended = error.sqlite_error().map(|error| error.extended_code);
    error.sqlite_error_code() == Some(ErrorCode::DiskFull)
        || extended == Some(rusqlite::ffi::SQLITE_IOERR_SHMSIZE)
}

impl From<ArchiveError> for Failure {
    fn from(error: ArchiveError) -> Self {
        Self::local(FailureKind::Archive, error.to_string()).with_hint(error.cure())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_of_the_archive_names_the_file_and_the_cure() {
        let error = ArchiveError::NewerSchema { path: "/data/archive.db".into(), found: 9, known: 2 };
        let failure = Failure::from(error);
        assert_eq!(failure.kind, FailureKind::Archive);
        assert_eq!(
            failure.message,
            "the archive /data/archive.db has schema 9, and this hecha knows schemas up to 2"
        );
        assert!(failure.hint.unwrap().en.starts_with("update hecha"));
    }

    #[test]
    fn a_full_disk_is_recognised_in_both_layers() {
        let path = Path::new("/data/archive.db");
        let full = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(13), None);
        assert!(matches!(ArchiveError::from_sqlite(path, &full), ArchiveError::DiskFull { .. }));
        let full = io::Error::from(io::ErrorKind::StorageFull);
        assert!(matches!(ArchiveError::from_io(path, &full), ArchiveError::DiskFull { .. }));
    }
}
