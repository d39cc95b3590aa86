//! Errors of the archive: a sentence and a remedy for each.
//!
//! No other file reads the error codes of the file system. An archive that cannot be used stops the run.

use crate::domain::failure::{Failure, FailureKind};
use crate::domain::text::{Message, Text, message};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why the archive could not be used. The message names the file; [`ArchiveError::cure`] says what to do.
#[derive(Debug)]
pub enum ArchiveError {
    /// Opened for reading, and the file does not exist.
    Missing {
        /// The path.
        path: PathBuf,
    },
    /// The folder does not exist and cannot be created.
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The message of the system.
        reason: Message,
    },
    /// Another error of its files.
    Inaccessible {
        /// The file.
        path: PathBuf,
        /// The message of the system.
        reason: Message,
    },
    /// The file is no database, or the database of another program.
    NotAnArchive {
        /// The file.
        path: PathBuf,
        /// The reason.
        reason: Message,
    },
    /// The database is damaged.
    Corrupt {
        /// The file.
        path: PathBuf,
        /// The reason.
        reason: Message,
    },
    /// It cannot be written.
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// There is no space for another answer.
    DiskFull {
        /// The file.
        path: PathBuf,
    },
    /// A newer version of hecha wrote it.
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema of this program.
        known: i64,
    },
    /// An older version of hecha wrote it, and it cannot be brought up to date.
    OlderSchema {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The reason.
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
        /// The reason.
        reason: Message,
    },
    /// A run of an older version of hecha uses the archive, which therefore cannot be brought up to date.
    UsedByOlderVersion {
        /// The file.
        path: PathBuf,
    },
    /// A live run of another machine uses the archive.
    UsedByOtherHost {
        /// The file.
        path: PathBuf,
        /// The name of that machine.
        host: String,
        /// The process of that run.
        pid: u32,
    },
    /// The archive has shards of the same list with another number of shards.
    OtherShardCount {
        /// The file.
        path: PathBuf,
        /// The number that the archive remembers.
        known: u64,
        /// The number that was given.
        given: u64,
    },
    /// The file or its log is not the one that this run opened.
    Replaced {
        /// The file.
        path: PathBuf,
    },
    /// An earlier answer of this run could not be stored.
    NotStored {
        /// The file.
        path: PathBuf,
    },
    /// A write to an archive that was opened for reading: a defect of the program.
    OpenedForReading {
        /// The file.
        path: PathBuf,
    },
    /// The server cannot be reached, or the connection to it was lost.
    Unreachable {
        /// The address.
        path: PathBuf,
        /// The reason.
        reason: Message,
    },
    /// The connection was lost after a page was bought; its answer is kept in a file of this machine.
    Spooled {
        /// The address.
        path: PathBuf,
        /// The file.
        spool: PathBuf,
        /// The reason.
        reason: Message,
    },
    /// The connection was lost after a page was bought, and its answer cannot be kept on this machine either.
    NotSpooled {
        /// The address.
        path: PathBuf,
        /// The reason.
        reason: Message,
        /// Why the file cannot be written.
        spool: Box<ArchiveError>,
    },
    /// The server refused the user, the password or the database.
    AccessRefused {
        /// The address.
        path: PathBuf,
        /// The words of the server.
        reason: Message,
    },
    /// The user may not do that on the server.
    NotPermitted {
        /// The address.
        path: PathBuf,
        /// The words of the server.
        reason: Message,
    },
    /// The server's certificate is not trusted, or it offers no encryption.
    Untrusted {
        /// The address.
        path: PathBuf,
        /// The reason.
        reason: Message,
    },
    /// A backup could not be written.
    Backup {
        /// The file of the backup.
        path: PathBuf,
        /// The reason.
        reason: Message,
    },
    /// The output of an export could not be written.
    Output(io::Error),
    /// Any other error.
    Unforeseen {
        /// The file.
        path: PathBuf,
        /// The message of the database.
        reason: Message,
    },
}

impl ArchiveError {
    /// The sentence, in both languages.
    #[expect(clippy::too_many_lines, reason = "one sentence for each error")]
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
                "the archive {path} has schema {found}, but this version of hecha supports schemas up to {known}",
                "存档 {path} 的结构版本为 {found}，本程序最高支持 {known}",
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
            Self::UsedByOlderVersion { path } => message!(
                "a running older version of hecha is using the archive {path}",
                "旧版本 hecha 正在使用存档 {path}",
                path = path.display()
            ),
            Self::UsedByOtherHost { path, host, pid } => message!(
                "a run on another machine is using the archive {path} (process {pid} on {host})",
                "另一台机器上的任务正在使用存档 {path}（{host} 上的进程 {pid}）",
                path = path.display()
            ),
            Self::OtherShardCount { path, known, given } => message!(
                "the archive {path} has shards of this list with a shard count of {known}, but --shard gives {given}: other shards would be bought again",
                "存档 {path} 中此名单的分片总数为 {known}，而 --shard 给出的是 {given}：其他分片会被重复购买",
                path = path.display()
            ),
            Self::Replaced { path } => message!(
                "the archive {path} or its log was deleted, replaced or unmounted while this run used it; nothing more is bought",
                "存档 {path} 或其日志在使用中被删除、替换或卸载，不再继续购买",
                path = path.display()
            ),
            Self::NotStored { path } => message!(
                "an earlier answer could not be stored in the archive {path}; nothing more is bought",
                "先前的应答未能写入存档 {path}，不再继续购买",
                path = path.display()
            ),
            Self::OpenedForReading { path } => message!(
                "the archive {path} was opened for reading only",
                "存档 {path} 是以只读方式打开的",
                path = path.display()
            ),
            Self::Unreachable { path, reason } => message!(
                "the archive {path} cannot be reached: {reason}",
                "无法连接存档 {path}：{reason:#}",
                path = path.display()
            ),
            Self::Spooled { path, spool, reason } => message!(
                "the connection to the archive {path} was lost ({reason}); the answer is kept in {spool}, and nothing more is bought",
                "与存档 {path} 的连接已中断（{reason:#}）；应答暂存于 {spool}，不再继续购买",
                path = path.display(),
                spool = spool.display()
            ),
            Self::NotSpooled { path, reason, spool } => message!(
                "the connection to the archive {path} was lost ({reason}), and the answer cannot be kept on this machine: {spool}; nothing more is bought",
                "与存档 {path} 的连接已中断（{reason:#}），且应答无法暂存于本机：{spool:#}；不再继续购买",
                path = path.display()
            ),
            Self::AccessRefused { path, reason } => message!(
                "the archive {path} refuses access: {reason}",
                "存档 {path} 拒绝访问：{reason:#}",
                path = path.display()
            ),
            Self::NotPermitted { path, reason } => message!(
                "this user may only read the archive {path}: {reason}",
                "该用户对存档 {path} 没有写入权限：{reason:#}",
                path = path.display()
            ),
            Self::Untrusted { path, reason } => message!(
                "no trusted TLS connection to the archive {path}: {reason}",
                "无法与存档 {path} 建立受信任的 TLS 连接：{reason:#}",
                path = path.display()
            ),
            Self::Backup { path, reason } => message!(
                "cannot write the backup {path}: {reason}",
                "无法写入备份 {path}：{reason:#}",
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

    /// What the user can do about it.
    pub fn cure(&self) -> Text {
        if let Some(cure) = self.cure_on_a_server() {
            return cure;
        }
        match self {
            Self::Missing { .. } => Text::new(
                "run a query first, or set HECHA_ARCHIVE or [archive] path to another file",
                "请先执行一次查询，或用 HECHA_ARCHIVE、[archive] path 指定其他文件",
            ),
            Self::Folder { .. } | Self::Inaccessible { .. } | Self::ReadOnly { .. } => Text::new(
                "grant yourself read and write permission, or set HECHA_ARCHIVE or [archive] path to another file",
                "请确保您对其有读写权限，或用 HECHA_ARCHIVE、[archive] path 指定其他位置",
            ),
            Self::NotAnArchive { .. } => Text::new(
                "move the file away, or set HECHA_ARCHIVE or [archive] path to another file",
                "请移走该文件，或用 HECHA_ARCHIVE、[archive] path 指定其他文件",
            ),
            Self::Corrupt { .. } => Text::new(
                "see what can be read with `hecha archive verify` and `hecha archive export`, then move the file away",
                "请用 `hecha archive verify` 和 `hecha archive export` 查看可用内容，然后移走该文件",
            ),
            Self::DiskFull { .. } => Text::new(
                "free some space, or set HECHA_ARCHIVE or [archive] path to a file on another disk",
                "请释放磁盘空间，或用 HECHA_ARCHIVE、[archive] path 指定其他磁盘上的位置",
            ),
            Self::NewerSchema { .. } => Text::new(
                "update hecha, or set HECHA_ARCHIVE or [archive] path to another file",
                "请升级 hecha，或用 HECHA_ARCHIVE、[archive] path 指定其他文件",
            ),
            Self::OlderSchema { .. } => Text::new(
                "copy it to a writable folder and open the copy",
                "请将其复制到可写的文件夹后再打开",
            ),
            Self::UsedByOlderVersion { .. } => {
                Text::new("wait until that run has ended, then run again", "请等待该任务结束后重试")
            }
            Self::UsedByOtherHost { .. } => Text::new(
                "wait until that run has ended, or use one archive for each machine and merge them with `hecha archive import`",
                "请等待该任务结束；或每台机器各用一个存档，再用 `hecha archive import` 合并",
            ),
            Self::OtherShardCount { .. } => Text::new(
                "use the same shard count for every run over the list, or another archive",
                "请对同一名单始终使用相同的分片总数，或使用另一个存档",
            ),
            Self::Replaced { .. } => Text::new(
                "restore the file or its disk, then run again; what was printed may be missing in the archive",
                "请恢复该文件或其磁盘后重试；已输出的内容可能未存入存档",
            ),
            Self::NotStored { .. } => Text::new(
                "see the first error about the archive, then run again",
                "请查看首个存档错误，处理后重试",
            ),
            Self::Busy { .. } => {
                Text::new("close the program that locks it, then run again", "请关闭占用它的程序后重试")
            }
            Self::Unsuitable { .. } => Text::new(
                "set HECHA_ARCHIVE or [archive] path to a file on a local disk",
                "请用 HECHA_ARCHIVE、[archive] path 指定本地磁盘上的位置",
            ),
            Self::OpenedForReading { .. } | Self::Unforeseen { .. } => Text::new(
                "this is a defect of hecha: please report it with the exact message",
                "此情况不应出现：请附上完整信息反馈",
            ),
            Self::Unreachable { .. } | Self::Spooled { .. } => Text::new(
                "run the same command again when the server can be reached",
                "请在能够连上服务器后重新运行同一命令",
            ),
            Self::NotSpooled { .. } => Text::new(
                "keep the output, the only copy of this answer, and make that file writable before the next run",
                "请保留输出，它是此应答的唯一副本；并在下次运行前确保该文件可写",
            ),
            Self::AccessRefused { .. } => Text::new(
                "check [archive] url, its database, and the password (password_file, password_command or ~/.pgpass)",
                "请检查 [archive] url、其中的数据库以及密码（password_file、password_command 或 ~/.pgpass）",
            ),
            Self::NotPermitted { .. } => Text::new(
                "use --offline, or a user who may write to the archive's tables",
                "请使用 --offline，或改用对存档各表有写入权限的用户",
            ),
            Self::Untrusted { .. } => Text::new(
                "add the server's certificate with [network] ca_cert, or use a host name that it covers",
                "请用 [network] ca_cert 添加服务器证书，或使用证书所含的主机名",
            ),
            Self::Backup { .. } => Text::new("write the backup to another file", "请将备份写到其他文件"),
            Self::Output(_) => Text::new("write the export to another file", "请将导出内容写到其他文件"),
        }
    }

    /// What the user can do about an error that also a file may have.
    fn cure_on_a_server(&self) -> Option<Text> {
        let (Self::Missing { path }
        | Self::NotAnArchive { path, .. }
        | Self::NewerSchema { path, .. }
        | Self::OlderSchema { path, .. }
        | Self::DiskFull { path }) = self
        else {
            return None;
        };
        // The path of a file is absolute.
        if !path.to_string_lossy().starts_with("postgres") {
            return None;
        }
        Some(match self {
            Self::NewerSchema { .. } => Text::new(
                "update hecha, or set [archive] url to another database",
                "请升级 hecha，或用 [archive] url 指定其他数据库",
            ),
            Self::OlderSchema { .. } => Text::new(
                "run any command of this version once as the role that owns the tables, for example `hecha usage`",
                "请用拥有各表的角色以本版本执行一次任意命令，例如 `hecha usage`",
            ),
            Self::DiskFull { .. } => {
                Text::new("free some space on the server, then run again", "请在服务器上释放磁盘空间后重试")
            }
            Self::Missing { .. } => Text::new(
                "run a query first, or set [archive] url to another database",
                "请先执行一次查询，或用 [archive] url 指定其他数据库",
            ),
            _ => Text::new("set [archive] url to another database", "请用 [archive] url 指定其他数据库"),
        })
    }

    /// The kind of failure, which decides the exit code.
    pub const fn kind(&self) -> FailureKind {
        match self {
            Self::Unreachable { .. } | Self::Spooled { .. } | Self::NotSpooled { .. } => {
                FailureKind::ArchiveServer
            }
            Self::AccessRefused { .. } => FailureKind::Credentials,
            Self::NotPermitted { .. } | Self::Untrusted { .. } => FailureKind::Configuration,
            _ => FailureKind::Archive,
        }
    }

    /// The same error for another change that was lost with the connection.
    pub(super) fn of_lost_connection(&self) -> Option<Self> {
        match self {
            Self::Unreachable { path, reason } => {
                Some(Self::Unreachable { path: path.clone(), reason: reason.clone() })
            }
            _ => None,
        }
    }

    /// The writer thread has ended, which only a defect can cause.
    pub(super) fn writer_ended(path: &Path) -> Self {
        let reason = Text::new("its writer thread has ended", "写入线程已结束").into();
        Self::Unforeseen { path: path.to_owned(), reason }
    }

    /// The error that a file system error about `path`, a file of the archive, means.
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

impl From<ArchiveError> for Failure {
    fn from(error: ArchiveError) -> Self {
        Self::local(error.kind(), error.message()).with_hint(error.cure())
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
            "the archive /data/archive.db has schema 9, but this version of hecha supports schemas up to 2"
        );
        assert!(failure.hint.unwrap().en.starts_with("update hecha"));
    }

    #[test]
    fn a_full_disk_is_recognised() {
        let path = Path::new("/data/archive.db");
        let full = io::Error::from(io::ErrorKind::StorageFull);
        assert!(matches!(ArchiveError::from_io(path, &full), ArchiveError::DiskFull { .. }));
    }
}
