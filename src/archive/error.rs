//! What can be wrong with an archive: one sentence and one cure for each.
//!
//! The only place that reads `SQLite`'s and the file system's error codes. There is no fallback anywhere: an
//! archive that cannot be used stops the run.

use crate::domain::failure::{Failure, FailureKind};
use crate::domain::text::{Message, Text, message};
use rusqlite::ErrorCode;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why the archive could not be used. The message names the file; [`ArchiveError::cure`] says what helps.
#[derive(Debug)]
pub enum ArchiveError {
    /// Opened for reading, and there is none.
    Missing {
        /// Where it would be.
        path: PathBuf,
    },
    /// The folder is not there and cannot be made.
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The system's words.
        reason: Message,
    },
    /// Something else about its files.
    Inaccessible {
        /// The file.
        path: PathBuf,
        /// The system's words.
        reason: Message,
    },
    /// The file is no database, or another program's.
    NotAnArchive {
        /// The file.
        path: PathBuf,
        /// How that shows.
        reason: Message,
    },
    /// The database is damaged.
    Corrupt {
        /// The file.
        path: PathBuf,
        /// How that shows.
        reason: Message,
    },
    /// It cannot be written.
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// No room for another answer.
    DiskFull {
        /// The file.
        path: PathBuf,
    },
    /// A later hecha wrote it.
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema of this program.
        known: i64,
    },
    /// An earlier hecha wrote it, and it cannot be written to bring it up to date.
    OlderSchema {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// Why not.
        reason: Message,
    },
    /// Another program kept it locked for a minute.
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The file system cannot do what two runs at once need.
    Unsuitable {
        /// The file.
        path: PathBuf,
        /// How that shows.
        reason: Message,
    },
    /// Asked to write through an archive that was opened for reading: a mistake in the program.
    OpenedForReading {
        /// The file.
        path: PathBuf,
    },
    /// An export could not be written; nothing is wrong with the archive.
    Output(io::Error),
    /// Anything unforeseen.
    Unforeseen {
        /// The file.
        path: PathBuf,
        /// The database's words.
        reason: Message,
    },
}

impl ArchiveError {
    /// The sentence, in both languages.
    pub fn message(&self) -> Message {
        match self {
            Self::Missing { path } => {
                message!("there is no archive at {path}", "{path} 处没有存档", path = path.display())
            }
            Self::Folder { folder, reason } => message!(
                "the archive's folder {folder} cannot be created: {reason}",
                "无法创建存档所在目录 {folder}：{reason:#}",
                folder = folder.display()
            ),
            Self::Inaccessible { path, reason } => message!(
                "the archive {path} cannot be opened: {reason}",
                "无法打开存档 {path}：{reason:#}",
                path = path.display()
            ),
            Self::NotAnArchive { path, reason } => message!(
                "{path} is not an archive of hecha: {reason}",
                "{path} 不是 hecha 的存档：{reason:#}",
                path = path.display()
            ),
            Self::Corrupt { path, reason } => message!(
                "the archive {path} is corrupt: {reason}",
                "存档 {path} 已损坏：{reason:#}",
                path = path.display()
            ),
            Self::ReadOnly { path } => {
                message!("the archive {path} is read-only", "存档 {path} 只读", path = path.display())
            }
            Self::DiskFull { path } => message!(
                "the disk that holds the archive {path} is full",
                "存档 {path} 所在的磁盘已满",
                path = path.display()
            ),
            Self::NewerSchema { path, found, known } => message!(
                "the archive {path} has schema {found}, and this hecha knows schemas up to {known}",
                "存档 {path} 的结构版本为 {found}，本程序只认识到 {known}",
                path = path.display()
            ),
            Self::OlderSchema { path, found, reason } => message!(
                "the archive {path} has the old schema {found} and cannot be brought up to date: {reason}",
                "存档 {path} 的结构版本 {found} 较旧，且无法升级：{reason:#}",
                path = path.display()
            ),
            Self::Busy { path } => message!(
                "the archive {path} has been locked by another program for a minute",
                "存档 {path} 已被其他程序锁定一分钟",
                path = path.display()
            ),
            Self::Unsuitable { path, reason } => message!(
                "the archive {path} is on a file system without shared memory or locks: {reason}",
                "存档 {path} 所在的文件系统不支持共享内存或锁：{reason:#}",
                path = path.display()
            ),
            Self::OpenedForReading { path } => message!(
                "the archive {path} was opened for reading only",
                "存档 {path} 是以只读方式打开的",
                path = path.display()
            ),
            Self::Output(error) => message!(
                "the export could not be written: {error}",
                "无法写出导出内容：{error:#}",
                error = Message::of_system(error)
            ),
            Self::Unforeseen { path, reason } => message!(
                "the archive {path} failed: {reason}",
                "存档 {path} 出现意外错误：{reason:#}",
                path = path.display()
            ),
        }
    }

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
        let reason = words_of_sqlite(error);
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
            io::ErrorKind::Unsupported => Self::Unsuitable { path, reason: Message::of_system(error) },
            _ => Self::Inaccessible { path, reason: Message::of_system(error) },
        }
    }
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(formatter)
    }
}

impl std::error::Error for ArchiveError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Output(error) => Some(error),
            _ => None,
        }
    }
}

/// The database's own words, and their sense in Chinese.
fn words_of_sqlite(error: &rusqlite::Error) -> Message {
    let en = error.to_string();
    let zh = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => "文件不是数据库",
        Some(ErrorCode::DatabaseCorrupt) => "数据库内容已损坏",
        Some(ErrorCode::CannotOpen) => "无法打开数据库文件",
        Some(ErrorCode::PermissionDenied) => "没有访问权限",
        Some(ErrorCode::SystemIoFailure) => "磁盘读写出错",
        _ => return Message::verbatim(en),
    };
    message!("{en}", "{zh}（{en}）")
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
        Self::local(FailureKind::Archive, error.message()).with_hint(error.cure())
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
            failure.message.en(),
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
