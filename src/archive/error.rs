//! Errors of the archive: a message and a hint for each.
//!
//! No other file reads the error codes of the file system. An archive that cannot be used stops the run.

use crate::domain::failure::{Failure, FailureKind};
use crate::domain::text::{Message, Text, message};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The reason for which the archive cannot be used. The message names the file or the server; [`ArchiveError::hint`]
/// says what to do.
#[derive(Debug, Clone)]
pub struct ArchiveError {
    /// The kind of problem.
    pub problem: ArchiveProblem,
    /// The file, or the address without a password.
    pub(super) path: PathBuf,
    /// The message of the system or of the database, if there is one.
    pub(super) reason: Message,
}

/// A kind of problem with the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArchiveProblem {
    /// Opened for reading, and it does not exist.
    Missing,
    /// An error of its files or its folder, for example a missing permission.
    Inaccessible,
    /// No database, or the database of another program.
    NotAnArchive,
    /// The database is damaged.
    Corrupt,
    /// There is no space for another answer.
    DiskFull,
    /// A newer version of hecha wrote it, with the schema `found`; this version knows those up to `known`.
    NewerSchema {
        /// The schema of the archive.
        found: i64,
        /// The newest schema of this program.
        known: i64,
    },
    /// An older version of hecha wrote it, with this schema, and it cannot be brought up to date.
    OlderSchema(i64),
    /// Another program kept it locked for a minute.
    Busy,
    /// The file system cannot do what two runs at once need.
    Unsuitable,
    /// A live run of another machine uses the archive.
    UsedByOtherHost {
        /// The name of that machine.
        host: String,
        /// The process of that run.
        pid: u32,
    },
    /// The archive has shards of the same list with another number of shards.
    OtherShardCount {
        /// The number that the archive remembers.
        known: u64,
        /// The number that was given.
        given: u64,
    },
    /// The file or its log is not the one that this run opened.
    Replaced,
    /// The server cannot be reached, or the connection to it was lost.
    Unreachable,
    /// The connection was lost after a page was bought; its answer is kept in this file.
    Spooled(PathBuf),
    /// The same, and the answer cannot be kept on this machine either, for this reason.
    NotSpooled(Message),
    /// The server refused the user, the password or the database.
    AccessRefused,
    /// The user may not do that on the server.
    NotPermitted,
    /// The server's certificate is not trusted, or it offers no encryption.
    Untrusted,
    /// A backup could not be written.
    Backup,
    /// Any other error.
    Unforeseen,
}

/// The hint for a missing permission.
const PERMISSION: Text = Text::new(
    "grant yourself read and write permission, or set HECHA_ARCHIVE or [archive] path to another file",
    "请确保您对其有读写权限，或用 HECHA_ARCHIVE、[archive] path 指定其他位置",
);
/// The hint for a lost connection.
const LATER: Text = Text::new(
    "run the same command again when the server can be reached",
    "请在能够连上服务器后重新运行同一命令",
);

impl ArchiveError {
    /// An error without a reason.
    pub(super) fn new(problem: ArchiveProblem, path: &Path) -> Self {
        Self::because(problem, path, Message::default())
    }

    /// An error with its reason.
    pub(super) fn because(problem: ArchiveProblem, path: &Path, reason: impl Into<Message>) -> Self {
        Self { problem, path: path.to_owned(), reason: reason.into() }
    }

    /// The sentence, in both languages.
    pub fn message(&self) -> Message {
        self.describe().0
    }

    /// The hint: what the user can do.
    pub fn hint(&self) -> Text {
        self.describe().1
    }

    /// The message and the hint.
    #[expect(clippy::too_many_lines, reason = "one row for each error")]
    fn describe(&self) -> (Message, Text) {
        use ArchiveProblem as Problem;
        let (path, reason) = (self.path.display(), &self.reason);
        let because =
            |what: Text| message!("the archive {path} {what}: {reason}", "存档 {path} {what:#}：{reason:#}");
        match &self.problem {
            Problem::Missing => (
                message!("there is no archive at {path}", "{path} 处没有存档"),
                Text::new(
                    "run a query first, or choose another archive: HECHA_ARCHIVE, or path or url in [archive]",
                    "请先执行一次查询，或用 HECHA_ARCHIVE、[archive] path 或 url 指定其他存档",
                ),
            ),
            Problem::Inaccessible => (because(Text::new("cannot be opened", "无法打开")), PERMISSION),
            Problem::NotAnArchive => (
                message!(
                    "{path} is not an archive of hecha: {reason}",
                    "{path} 不是 hecha 的存档：{reason:#}"
                ),
                Text::new(
                    "choose another place for the archive: HECHA_ARCHIVE, or path or url in [archive]",
                    "请用 HECHA_ARCHIVE、[archive] path 或 url 为存档指定其他位置",
                ),
            ),
            Problem::Corrupt => (
                because(Text::new("is corrupt", "已损坏")),
                Text::new(
                    "see what can be read with `hecha archive verify` and `hecha archive export`, then move the file away",
                    "请用 `hecha archive verify` 和 `hecha archive export` 查看可用内容，然后移走该文件",
                ),
            ),
            Problem::DiskFull => (
                message!(
                    "the disk that holds the archive {path} is full, or a quota or file size limit is reached",
                    "存档 {path} 所在的磁盘已满，或已达到配额或文件大小上限"
                ),
                Text::new(
                    "free some space on that disk, then run again; or move the archive to another disk",
                    "请在该磁盘上释放空间后重试，或将存档移到其他磁盘",
                ),
            ),
            Problem::NewerSchema { found, known } => (
                message!(
                    "the archive {path} has schema {found}, but this version of hecha supports schemas up to {known}",
                    "存档 {path} 的结构版本为 {found}，本程序最高支持 {known}"
                ),
                Text::new(
                    "update hecha, or choose another archive: HECHA_ARCHIVE, or path or url in [archive]",
                    "请升级 hecha，或用 HECHA_ARCHIVE、[archive] path 或 url 指定其他存档",
                ),
            ),
            Problem::OlderSchema(found) => (
                message!(
                    "the archive {path} has the old schema {found} and cannot be brought up to date: {reason}",
                    "存档 {path} 的结构版本 {found} 较旧，且无法升级：{reason:#}"
                ),
                Text::new(
                    "run `hecha usage` once as the role or user that owns it, when no older version is running; copy a read-only file to a writable folder first",
                    "请在没有旧版本运行时，以其所有者（角色或用户）执行一次 `hecha usage`；只读文件请先复制到可写的目录",
                ),
            ),
            Problem::Busy => (
                message!(
                    "the archive {path} has been locked by another program for a minute",
                    "存档 {path} 已被其他程序锁定一分钟"
                ),
                Text::new("close the program that locks it, then run again", "请关闭占用它的程序后重试"),
            ),
            Problem::Unsuitable => (
                because(Text::new(
                    "is on a file system without shared memory or locks",
                    "所在的文件系统不支持共享内存或锁",
                )),
                Text::new(
                    "set HECHA_ARCHIVE or [archive] path to a file on a local disk",
                    "请用 HECHA_ARCHIVE、[archive] path 指定本地磁盘上的位置",
                ),
            ),
            Problem::UsedByOtherHost { host, pid } => (
                message!(
                    "a run on another machine is using the archive {path} (process {pid} on {host})",
                    "另一台机器上的运行正在使用存档 {path}（{host} 上的进程 {pid}）"
                ),
                Text::new(
                    "wait until that run has ended, or use one archive for each machine and merge them with `hecha archive import`",
                    "请等待该运行结束；或每台机器各用一个存档，再用 `hecha archive import` 合并",
                ),
            ),
            Problem::OtherShardCount { known, given } => (
                message!(
                    "the archive {path} has shards of this list with a shard count of {known}, but --shard gives {given}: other shards would be bought again",
                    "存档 {path} 中此名单的分片总数为 {known}，而 --shard 给出的是 {given}：其他分片会被重复购买"
                ),
                Text::new(
                    "use the same shard count for every run over the list, or another archive",
                    "请对同一名单始终使用相同的分片总数，或使用另一个存档",
                ),
            ),
            Problem::Replaced => (
                message!(
                    "the archive {path} or its log was deleted, replaced or unmounted while this run used it; nothing more is bought",
                    "存档 {path} 或其日志在使用中被删除、替换或卸载，不再继续购买"
                ),
                Text::new(
                    "restore the file or its disk, then run again; what was printed may be missing in the archive",
                    "请恢复该文件或其磁盘后重试；已输出的内容可能未存入存档",
                ),
            ),
            Problem::Unreachable => (because(Text::new("cannot be reached", "无法连接")), LATER),
            Problem::Spooled(spool) => (
                message!(
                    "the connection to the archive {path} was lost ({reason}); a bought answer is kept in {spool}, and nothing more is bought",
                    "与存档 {path} 的连接已中断（{reason:#}）；已购买的应答暂存于 {spool}，不再继续购买",
                    spool = spool.display()
                ),
                LATER,
            ),
            Problem::NotSpooled(spool) => (
                message!(
                    "the connection to the archive {path} was lost ({reason}), and a bought answer cannot be kept on this machine: {spool}; nothing more is bought",
                    "与存档 {path} 的连接已中断（{reason:#}），且已购买的应答无法暂存于本机：{spool:#}；不再继续购买"
                ),
                Text::new(
                    "keep the output, the only copy of that answer, and make that file writable before the next run",
                    "请保留输出，它是此应答的唯一副本；并在下次运行前确保该文件可写",
                ),
            ),
            Problem::AccessRefused => (
                because(Text::new("refuses access", "拒绝访问")),
                Text::new(
                    "check [archive] url, its database, and the password (password_file, password_command or ~/.pgpass)",
                    "请检查 [archive] url、其中的数据库以及密码（password_file、password_command 或 ~/.pgpass）",
                ),
            ),
            Problem::NotPermitted => (
                because(Text::new("may only be read by this user", "对该用户只读")),
                Text::new(
                    "use --offline, or a user who may write to the archive's tables",
                    "请使用 --offline，或改用对存档各表有写入权限的用户",
                ),
            ),
            Problem::Untrusted => (
                because(Text::new("offers no trusted TLS connection", "无法建立受信任的 TLS 连接")),
                Text::new(
                    "add the server's certificate with [network] ca_cert, or use a host name that it covers",
                    "请用 [network] ca_cert 添加服务器证书，或使用证书所含的主机名",
                ),
            ),
            Problem::Backup => (
                message!("cannot write the backup {path}: {reason}", "无法写入备份 {path}：{reason:#}"),
                Text::new("write the backup to another file", "请将备份写到其他文件"),
            ),
            Problem::Unforeseen => (
                because(Text::new("failed", "出现意外错误")),
                Text::new(
                    "this is a defect of hecha: please report it with the exact message",
                    "这是 hecha 的缺陷：请附上完整信息反馈",
                ),
            ),
        }
    }

    /// The kind of failure, which decides the exit code.
    pub const fn kind(&self) -> FailureKind {
        use ArchiveProblem as Problem;
        match self.problem {
            Problem::Unreachable | Problem::Spooled(_) | Problem::NotSpooled(_) => FailureKind::ArchiveServer,
            Problem::AccessRefused => FailureKind::Credentials,
            Problem::NotPermitted | Problem::Untrusted => FailureKind::Configuration,
            Problem::Backup | Problem::OtherShardCount { .. } => FailureKind::Usage,
            _ => FailureKind::Archive,
        }
    }

    /// The error that a file system error about `path`, a file of the archive, means.
    pub(super) fn from_io(path: &Path, error: &io::Error) -> Self {
        let problem = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                ArchiveProblem::DiskFull
            }
            io::ErrorKind::Unsupported => ArchiveProblem::Unsuitable,
            _ => ArchiveProblem::Inaccessible,
        };
        Self::because(problem, path, Message::of_system(error))
    }
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(formatter)
    }
}

impl std::error::Error for ArchiveError {}

impl From<ArchiveError> for Failure {
    fn from(error: ArchiveError) -> Self {
        let (message, hint) = error.describe();
        Self::local(error.kind(), message).with_hint(hint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_of_the_archive_names_the_file_and_the_cure() {
        let newer = ArchiveProblem::NewerSchema { found: 9, known: 2 };
        let failure = Failure::from(ArchiveError::new(newer, Path::new("/data/archive.db")));
        assert_eq!(failure.kind, FailureKind::Archive);
        assert_eq!(
            failure.message.en(),
            "the archive /data/archive.db has schema 9, but this version of hecha supports schemas up to 2"
        );
        assert!(failure.hint.unwrap().en.contains("HECHA_ARCHIVE"));
    }

    #[test]
    fn a_full_disk_is_recognised() {
        let path = Path::new("/data/archive.db");
        let full = io::Error::from(io::ErrorKind::StorageFull);
        assert_eq!(ArchiveError::from_io(path, &full).problem, ArchiveProblem::DiskFull);
    }
}
