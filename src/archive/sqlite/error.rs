//! The errors of SQLite as errors of the archive. No other file reads its error codes.

use crate::archive::error::{ArchiveError, ArchiveProblem};
use crate::domain::text::{Message, message};
use rusqlite::{ErrorCode, ffi};
use std::path::Path;

impl ArchiveError {
    /// The error that a database error at `path` means.
    pub(in crate::archive) fn from_sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        let extended_code = error.sqlite_error().map(|error| error.extended_code);
        let problem = match error {
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::Utf8Error(..) => ArchiveProblem::Corrupt,
            // Shared memory that does not fit on the disk has a general code; so has a quota that is used up.
            _ if matches!(extended_code, Some(ffi::SQLITE_IOERR_SHMSIZE | ffi::SQLITE_IOERR_WRITE)) => {
                ArchiveProblem::DiskFull
            }
            _ => match error.sqlite_error_code() {
                Some(ErrorCode::DiskFull) => ArchiveProblem::DiskFull,
                Some(
                    ErrorCode::DatabaseBusy
                    | ErrorCode::DatabaseLocked
                    | ErrorCode::FileLockingProtocolFailed,
                ) => ArchiveProblem::Busy,
                Some(ErrorCode::NotADatabase) => ArchiveProblem::NotAnArchive,
                Some(ErrorCode::DatabaseCorrupt) => ArchiveProblem::Corrupt,
                Some(
                    ErrorCode::CannotOpen
                    | ErrorCode::PermissionDenied
                    | ErrorCode::ReadOnly
                    | ErrorCode::SystemIoFailure,
                ) => ArchiveProblem::Inaccessible,
                _ => ArchiveProblem::Unforeseen,
            },
        };
        Self::because(problem, path, message_of_sqlite(error))
    }
}

/// The message of the database, with its meaning in Chinese.
fn message_of_sqlite(error: &rusqlite::Error) -> Message {
    let en = error.to_string();
    let zh = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => "文件不是数据库",
        Some(ErrorCode::DatabaseCorrupt) => "数据库内容已损坏",
        Some(ErrorCode::CannotOpen) => "无法打开数据库文件",
        Some(ErrorCode::PermissionDenied) => "没有访问权限",
        Some(ErrorCode::ReadOnly) => "文件只读",
        Some(ErrorCode::SystemIoFailure) => "磁盘读写出错",
        _ => return Message::verbatim(en),
    };
    message!("{en}", "{zh}（{en}）")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_recognised() {
        let path = Path::new("/data/archive.db");
        let full = rusqlite::Error::SqliteFailure(ffi::Error::new(13), None);
        assert!(matches!(
            ArchiveError::from_sqlite(path, &full),
            ArchiveError { problem: ArchiveProblem::DiskFull, .. }
        ));
    }
}
