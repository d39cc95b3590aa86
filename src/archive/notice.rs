//! What the user should be told although the run continues.

use super::answer::AnswerId;
use super::body::Damage;
use crate::domain::text::{Message, counted, message};
use crate::locking::lock;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// Something that the user should be told although the run continues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArchiveNotice {
    /// A stored answer was damaged and therefore not used.
    DamagedAnswer {
        /// The number of the answer.
        id: AnswerId,
        /// What is wrong.
        damage: Damage,
    },
    /// The snapshot of a query was not recorded: `hecha changes` does not see this run's result for it.
    SnapshotNotRecorded {
        /// Why.
        reason: Message,
    },
    /// The archive is on a network file system.
    NetworkFileSystem {
        /// The file.
        path: PathBuf,
        /// The name of the file system.
        file_system: &'static str,
    },
    /// An imported archive has runs but no answers.
    ImportedNoAnswers {
        /// The other archive.
        path: PathBuf,
        /// The number of its runs.
        runs: u64,
    },
    /// An imported archive lacks the log of a run that did not end properly.
    ImportedWithoutLog {
        /// The other archive.
        path: PathBuf,
    },
    /// Answers that could not be stored on the server wait in a file.
    Spooled {
        /// The file.
        path: PathBuf,
    },
    /// Answers that waited in a file are stored on the server.
    SpoolStored {
        /// The number of attempts.
        attempts: u64,
    },
    /// Other users may be able to read the archive, and this user may not change that.
    OpenToOthers {
        /// The file.
        path: PathBuf,
    },
}

impl ArchiveNotice {
    /// The sentence, in both languages.
    pub fn message(&self) -> Message {
        match self {
            Self::DamagedAnswer { id, damage } => message!(
                "stored answer {id} is not used: {damage}; run `hecha archive verify` to list all damaged entries",
                "存档条目 {id} 未使用：{damage:#}；`hecha archive verify` 可列出全部损坏条目",
                damage = damage.in_words()
            ),
            Self::SnapshotNotRecorded { reason } => message!(
                "a result was not recorded for `hecha changes`: {reason}",
                "有结果未能记录供 `hecha changes` 使用：{reason:#}"
            ),
            Self::NetworkFileSystem { path, file_system } => message!(
                "the archive {path} is on a network file system ({file_system}): use it from one machine at a time, or keep it on a local disk",
                "存档 {path} 位于网络文件系统（{file_system}）：请勿多机同时使用，或改存本地磁盘",
                path = path.display()
            ),
            Self::ImportedNoAnswers { path, runs } => message!(
                "{path} has {counted_runs} but no answers: check that the log {path}-wal was copied with it",
                "{path} 有 {runs} 次运行记录，但没有应答：请确认已一并复制其日志 {path}-wal",
                counted_runs = counted(*runs, "run", "runs"),
                path = path.display()
            ),
            Self::ImportedWithoutLog { path } => message!(
                "{path} may lack answers: a run did not end properly, and the log {path}-wal is missing; copy it too and import again",
                "{path} 可能缺少应答：有运行未正常结束，且缺少日志 {path}-wal；请一并复制后重新导入",
                path = path.display()
            ),
            Self::Spooled { path } => message!(
                "answers that could not be stored on the server are kept in {path}; the next query that can reach the server stores them",
                "有应答未能存入服务器，暂存于 {path}；下一次能连上服务器的查询会将其存入",
                path = path.display()
            ),
            Self::SpoolStored { attempts } => message!(
                "stored {count} on the server that an earlier connection failure had kept back",
                "已将此前因连接中断而暂存的 {attempts} 次调用存入服务器",
                count = counted(*attempts, "attempt", "attempts")
            ),
            Self::OpenToOthers { path } => message!(
                "other users may read {path}: restrict it with `chmod 600`",
                "其他用户可能读取 {path}：请用 `chmod 600` 改为仅本人可读",
                path = path.display()
            ),
        }
    }
}

/// The notices that were not shown yet, each once. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Notices(Arc<Mutex<Vec<ArchiveNotice>>>);

impl Notices {
    pub(super) fn add(&self, notice: ArchiveNotice) {
        let mut notices = lock(&self.0);
        if !notices.contains(&notice) {
            notices.push(notice);
        }
    }

    pub(super) fn take(&self) -> Vec<ArchiveNotice> {
        std::mem::take(&mut lock(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_name_the_entry_and_the_next_step() {
        let notice = ArchiveNotice::DamagedAnswer { id: AnswerId(7), damage: Damage::WrongDigest };
        let text = notice.message().to_string();
        assert!(text.contains("answer 7") && text.contains("hecha archive verify"), "{text}");
    }
}
