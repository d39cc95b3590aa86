//! Verify and prune.

use super::Archive;
use super::answer::AnswerId;
use super::body::Damage;
use super::connection::{in_transaction, merge_what_nobody_reads};
use super::contents::load_entry;
use super::error::ArchiveError;
use crate::domain::text::{Message, message};
use jiff::Timestamp;
use rusqlite::Connection;

/// Rows deleted, or pages given back, in one transaction: other runs get their turn in between.
const STEP: i64 = 500;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VerifyFinding {
    /// A stored answer is damaged. It is never used.
    Answer {
        /// Its number.
        id: AnswerId,
        /// What is wrong.
        damage: Damage,
    },
    /// A stored answer cannot be read from the file.
    Unreadable {
        /// Its number.
        id: AnswerId,
        /// The database's words.
        reason: Message,
    },
    /// The database itself is damaged.
    Database {
        /// Its words.
        reason: Message,
    },
}

impl VerifyFinding {
    /// What is wrong and where, in both languages.
    pub fn message(&self) -> Message {
        match self {
            Self::Answer { id, damage } => {
                message!("entry {id}: {damage}", "条目 {id}：{damage:#}", damage = damage.in_words())
            }
            Self::Unreadable { id, reason } => message!("entry {id}: {reason}", "条目 {id}：{reason:#}"),
            Self::Database { reason } => message!("the database: {reason}", "数据库：{reason:#}"),
        }
    }
}

/// What a check of everything found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VerifySummary {
    /// Stored answers looked at.
    pub checked: u64,
    /// Those that are damaged or cannot be read.
    pub damaged: u64,
    /// What is wrong with the database itself.
    pub database_problems: u64,
}

impl VerifySummary {
    /// Whether nothing is wrong.
    pub const fn is_clean(&self) -> bool {
        self.damaged == 0 && self.database_problems == 0
    }
}

/// What a prune removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PruneSummary {
    /// Stored answers removed. The ledger stays.
    pub answers: u64,
    /// Bytes given back to the disk, as far as other runs' reading allowed.
    pub bytes: u64,
}

impl Archive {
    /// Checks the structure of the database, then decompresses every body and recomputes its digest; tells
    /// `each` what is wrong.
    ///
    /// # Errors
    /// Where the archive cannot be read for another reason than damage.
    pub fn verify(&self, mut each: impl FnMut(VerifyFinding)) -> Result<VerifySummary, ArchiveError> {
        let mut summary = VerifySummary::default();
        for reason in damage_or(self.readers.with(integrity), |reason| vec![reason])? {
            summary.database_problems += 1;
            each(VerifyFinding::Database { reason });
        }
        let walk = self.for_each_id(|id| {
            let loaded =
                self.readers.with(|connection| Ok(load_entry(connection, id)?.map(|entry| entry.body)));
            let finding = match damage_or(loaded.map(Ok), Err)? {
                Ok(None) => return Ok(()),
                Ok(Some(body)) => body.err().map(|damage| VerifyFinding::Answer { id, damage }),
                Err(reason) => Some(VerifyFinding::Unreadable { id, reason }),
            };
            summary.checked += 1;
            if let Some(finding) = finding {
                summary.damaged += 1;
                each(finding);
            }
            Ok(())
        });
        if let Some(reason) = damage_or(walk.map(|()| None), Some)? {
            summary.database_problems += 1;
            each(VerifyFinding::Database { reason });
        }
        Ok(summary)
    }

    /// Removes the answers that were received before `older_than`, and gives their space back.
    ///
    /// # Errors
    /// Where the archive cannot be written.
    pub fn prune(&self, older_than: Timestamp) -> Result<PruneSummary, ArchiveError> {
        let before = older_than.as_millisecond();
        let mut summary = PruneSummary::default();
        loop {
            let removed = self.alone(|connection| {
                connection.execute(
                    "DELETE FROM answers WHERE id IN
                     (SELECT id FROM answers WHERE received_at < ?1 ORDER BY received_at LIMIT ?2)",
                    [before, STEP],
                )
            })?;
            if removed == 0 {
                break;
            }
            summary.answers += removed as u64;
        }
        summary.bytes = self.give_space_back()?;
        Ok(summary)
    }

    fn give_space_back(&self) -> Result<u64, ArchiveError> {
        let mut pages = 0;
        while self.alone(|connection| number(connection, "PRAGMA freelist_count"))? > 0 {
            let before = self.alone(|connection| number(connection, "PRAGMA page_count"))?;
            self.alone(|connection| {
                let mut statement = connection.prepare(&format!("PRAGMA incremental_vacuum({STEP})"))?;
                let mut rows = statement.query([])?;
                while rows.next()?.is_some() {}
                Ok(())
            })?;
            let after = self.alone(|connection| number(connection, "PRAGMA page_count"))?;
            if after >= before {
                break;
            }
            pages += before - after;
        }
        let desk = self.writer()?.desk();
        let failed = |error: rusqlite::Error| ArchiveError::from_sqlite(self.path(), &error);
        let page_size = number(&desk.connection, "PRAGMA page_size").map_err(failed)?;
        merge_what_nobody_reads(&desk.connection).map_err(failed)?;
        Ok((pages * page_size).cast_unsigned())
    }

    /// Brings everything that is stored into the file itself, so that whoever takes the file alone elsewhere takes
    /// it whole. Waits for the disk, but for no other run: what another still reads is merged by the last of them.
    ///
    /// # Errors
    /// Where the archive cannot be written. Nothing is lost then: the log beside the file stays. An archive that was
    /// opened to look is left as it is.
    pub fn merge_log(&self) -> Result<(), ArchiveError> {
        let Some(writer) = &self.writer else { return Ok(()) };
        let _alone = writer.alone_with_the_log();
        let mut desk = writer.desk();
        desk.leaves_a_log = false;
        merge_what_nobody_reads(&desk.connection)
            .map_err(|error| ArchiveError::from_sqlite(self.path(), &error))
    }

    /// One transaction of the writing connection, outside of the groups.
    pub(super) fn alone<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, ArchiveError> {
        let desk = self.writer()?.desk();
        in_transaction(&desk.connection, self.path(), |connection| {
            work(connection).map_err(|error| ArchiveError::from_sqlite(self.path(), &error))
        })
    }
}

fn number(connection: &Connection, sql: &str) -> rusqlite::Result<i64> {
    connection.query_row(sql, [], |row| row.get(0))
}

fn integrity(connection: &Connection) -> rusqlite::Result<Vec<Message>> {
    let mut statement = connection.prepare("PRAGMA integrity_check")?;
    let lines: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").map(Message::verbatim).collect())
}

/// Turns damage into a value, because finding it is what `verify` is for.
fn damage_or<T>(
    result: Result<T, ArchiveError>,
    damaged: impl FnOnce(Message) -> T,
) -> Result<T, ArchiveError> {
    match result {
        Err(ArchiveError::Corrupt { reason, .. }) => Ok(damaged(reason)),
        other => other,
    }
}
