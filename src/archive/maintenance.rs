//! Verify and prune.

use super::error::{ArchiveError, ArchiveProblem};
use super::handle::Archive;
use super::store::params;
use super::writer::Writer;
use crate::domain::text::{Message, message};
use jiff::Timestamp;
use std::sync::Arc;

/// Rows deleted in one transaction, so that other runs can write in between.
const STEP: i64 = 500;

/// The result of `verify`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VerifySummary {
    /// Stored answers that were checked.
    pub checked: u64,
    /// Those that are damaged or cannot be read.
    pub damaged: u64,
    /// Defects of the database itself.
    pub database_problems: u64,
}

impl VerifySummary {
    /// Whether there is no defect.
    pub const fn is_clean(&self) -> bool {
        self.damaged == 0 && self.database_problems == 0
    }
}

/// The result of `prune`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PruneSummary {
    /// Stored answers that were deleted. The ledger stays.
    pub answers: u64,
    /// Bytes returned to the disk, as far as other runs' reads allowed.
    pub bytes: u64,
}

impl Archive {
    /// Checks the structure of the database, then the digest of every body. Passes each defect with its place to `each`.
    ///
    /// # Errors
    /// If the archive cannot be read for another reason than damage.
    pub fn verify(&self, mut each: impl FnMut(Message)) -> Result<VerifySummary, ArchiveError> {
        let mut summary = VerifySummary::default();
        let mut database_problems = damage_or(self.store.integrity(), |reason| vec![reason])?;
        let walk = self.for_each_id(|id| {
            let reason = match damage_or(self.entry(id).map(Ok), Err)? {
                Ok(None) => return Ok(()),
                Ok(Some(entry)) => entry.body.err().map(Message::from),
                Err(reason) => Some(reason),
            };
            summary.checked += 1;
            if let Some(reason) = reason {
                summary.damaged += 1;
                each(message!("entry {id}: {reason}", "条目 {id}：{reason:#}"));
            }
            Ok(())
        });
        database_problems.extend(damage_or(walk.map(|()| None), Some)?);
        for reason in database_problems {
            summary.database_problems += 1;
            each(message!("database: {reason}", "数据库：{reason:#}"));
        }
        Ok(summary)
    }

    /// Deletes the answers that were received before `older_than` and returns their space to the disk.
    ///
    /// # Errors
    /// If the archive cannot be written.
    pub fn prune(&self, older_than: Timestamp) -> Result<PruneSummary, ArchiveError> {
        let before = older_than.as_millisecond();
        let mut summary = PruneSummary::default();
        loop {
            let removed = self.write(move |sql| {
                sql.execute(
                    "DELETE FROM answers WHERE id IN
                     (SELECT id FROM answers WHERE received_at < ?1 ORDER BY received_at LIMIT ?2)",
                    params![before, STEP],
                )
            })?;
            if removed == 0 {
                break;
            }
            summary.answers += removed;
        }
        let statement = self.store.delete_broken_snapshots();
        self.write(move |sql| sql.execute(statement, params![]))?;
        loop {
            let store = Arc::clone(&self.store);
            let returned = self.write(move |sql| store.return_space(sql))?;
            if returned == 0 {
                break;
            }
            summary.bytes += returned;
        }
        self.checkpoint()?;
        Ok(summary)
    }

    /// Copies the log into the archive file, so that a copy of that file has every answer. Waits for the disk, but for no
    /// other run: the last of them copies what another still reads. Does nothing if the archive was opened for reading.
    ///
    /// # Errors
    /// If the archive cannot be written. Nothing is lost then: the log beside the file stays.
    pub fn checkpoint(&self) -> Result<(), ArchiveError> {
        self.writer.as_ref().map_or(Ok(()), Writer::checkpoint)
    }
}

/// Turns damage into a value: finding it is the purpose of `verify`.
fn damage_or<T>(
    result: Result<T, ArchiveError>,
    damaged: impl FnOnce(Message) -> T,
) -> Result<T, ArchiveError> {
    match result {
        Err(error) if error.problem == ArchiveProblem::Corrupt => Ok(damaged(error.reason)),
        other => other,
    }
}
