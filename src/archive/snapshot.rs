//! Snapshots: which stored answers made a run's result for a query. Also the marks that `hecha changes` sets.

use super::answer::AnswerId;
use super::error::ArchiveError;
use super::lease::moment;
use super::{Archive, ArchiveNotice};
use crate::domain::request::ProviderId;
use crate::locking::lock;
use crossbeam_channel::TryRecvError;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Rows in one step of a walk, and marks in one transaction.
const STEP: u16 = 500;

/// Groups the answers that belong to no snapshot.
pub(super) const DERIVE_SNAPSHOTS: &str = include_str!("migrations/derive_snapshots.sql");

/// The result of one query in one run, as far as answers are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSnapshot {
    /// The provider.
    pub provider: ProviderId,
    /// The question without its endpoint and its page.
    pub question: String,
    /// The keyword as it is sent.
    pub keyword: String,
    /// What the keyword was read as.
    pub kind: &'static str,
    /// The endpoint that answered.
    pub endpoint: String,
    /// The pages and their stored answers.
    pub pages: Vec<(u32, AnswerId)>,
    /// When the newest page was received; `None` if no page was.
    pub taken_at: Option<Timestamp>,
    /// The vendor's total.
    pub total: Option<u64>,
    /// Different records.
    pub records: u64,
    /// Whether the run got the complete list.
    pub is_whole: bool,
}

/// A query that the archive holds snapshots of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredQuery {
    /// Its number.
    pub id: i64,
    /// The provider's name.
    pub provider: String,
    /// The keyword as it is sent.
    pub keyword: String,
    /// What the keyword was read as; `None` if it was not recorded.
    pub kind: Option<String>,
}

/// A snapshot without its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSnapshot {
    /// The endpoint that answered.
    pub endpoint: String,
    /// The pages and their stored answers.
    pub pages: Vec<(u32, AnswerId)>,
    /// When the newest page was received.
    pub taken_at: Timestamp,
    /// Whether the run got the complete list; `None` if it was not recorded.
    pub is_whole: Option<bool>,
}

impl Archive {
    /// Records the snapshot of a query without waiting for the commit. The same answers make one snapshot, however often
    /// they are read. Does nothing if the archive was opened for reading; a failure is a notice.
    pub fn record_snapshot(&self, snapshot: NewSnapshot) {
        let Some(writer) = &self.writer else { return };
        let run = lock(&self.run).as_ref().map(|run| run.id);
        let (path, now_ms) = (self.path.clone(), self.now_ms());
        let reply = writer.write_later(move |connection| {
            insert(connection, run, now_ms, &snapshot)
                .map_err(|error| ArchiveError::from_sqlite(&path, &error))
        });
        let mut pending = lock(&self.pending_snapshots);
        pending.push(reply);
        pending.retain(|reply| match reply.try_recv() {
            Err(TryRecvError::Empty) => true,
            Err(TryRecvError::Disconnected) => false,
            Ok(result) => {
                self.remember_failure(result);
                false
            }
        });
    }

    /// Waits until all snapshots are committed.
    pub(super) fn await_snapshots(&self) {
        let pending = std::mem::take(&mut *lock(&self.pending_snapshots));
        pending.iter().filter_map(|reply| reply.recv().ok()).for_each(|result| self.remember_failure(result));
    }

    fn remember_failure(&self, recorded: Result<(), ArchiveError>) {
        if let Err(error) = recorded {
            self.remember(ArchiveNotice::SnapshotNotRecorded { reason: error.message() });
        }
    }

    /// Calls `each` with every query of the providers that has a snapshot, in the order of their first snapshot.
    ///
    /// # Errors
    /// The archive cannot be read, or an error of `each`.
    pub fn for_each_query<E: From<ArchiveError>>(
        &self,
        providers: &[ProviderId],
        mut each: impl FnMut(StoredQuery) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut after = 0;
        loop {
            let step = self.readers.with(|connection| {
                connection
                    .prepare_cached(
                        "SELECT id, provider, keyword, kind FROM queries
                         WHERE id > ?1 AND EXISTS (SELECT 1 FROM snapshots WHERE query = queries.id)
                         ORDER BY id LIMIT ?2",
                    )?
                    .query_map(params![after, STEP], stored_query)?
                    .collect::<rusqlite::Result<Vec<_>>>()
            })?;
            let Some(last) = step.last() else { return Ok(()) };
            after = last.id;
            let is_asked_for =
                |query: &StoredQuery| providers.iter().any(|provider| provider.as_str() == query.provider);
            step.into_iter().filter(is_asked_for).try_for_each(&mut each)?;
        }
    }

    /// The queries of a provider for a keyword: one for each set of filters.
    ///
    /// # Errors
    /// The archive cannot be read.
    pub fn queries_for(&self, provider: ProviderId, keyword: &str) -> Result<Vec<StoredQuery>, ArchiveError> {
        self.readers.with(|connection| {
            connection
                .prepare_cached(
                    "SELECT id, provider, keyword, kind FROM queries
                     WHERE keyword = ?1 AND provider = ?2
                       AND EXISTS (SELECT 1 FROM snapshots WHERE query = queries.id)
                     ORDER BY id",
                )?
                .query_map(params![keyword, provider.as_str()], stored_query)?
                .collect()
        })
    }

    /// The snapshots of a query, the newest first.
    ///
    /// # Errors
    /// The archive cannot be read.
    pub fn snapshots_of(&self, query: i64) -> Result<Vec<StoredSnapshot>, ArchiveError> {
        self.readers.with(|connection| {
            connection
                .prepare_cached(
                    "SELECT endpoint, pages, taken_at, is_whole FROM snapshots WHERE query = ?1
                     ORDER BY taken_at DESC, id DESC",
                )?
                .query_map([query], |row| {
                    Ok(StoredSnapshot {
                        endpoint: row.get(0)?,
                        pages: pages(row, 1)?,
                        taken_at: moment(row, 2)?,
                        is_whole: row.get(3)?,
                    })
                })?
                .collect()
        })
    }

    /// Whether any query has that mark.
    ///
    /// # Errors
    /// The archive cannot be read.
    pub fn has_mark(&self, name: &str) -> Result<bool, ArchiveError> {
        self.readers.with(|connection| {
            connection.prepare_cached("SELECT 1 FROM marks WHERE name = ?1 LIMIT 1")?.exists([name])
        })
    }

    /// When the snapshot of a query with that mark was taken.
    ///
    /// # Errors
    /// The archive cannot be read.
    pub fn marked_at(&self, name: &str, query: i64) -> Result<Option<Timestamp>, ArchiveError> {
        self.readers.with(|connection| {
            connection
                .prepare_cached("SELECT taken_at FROM marks WHERE name = ?1 AND query = ?2")?
                .query_row(params![name, query], |row| moment(row, 0))
                .optional()
        })
    }

    /// Marks the snapshots of queries by the time they were taken. An earlier mark of that name moves.
    ///
    /// # Errors
    /// The archive cannot be written.
    pub fn mark(&self, name: &str, snapshots: &[(i64, Timestamp)]) -> Result<(), ArchiveError> {
        for step in snapshots.chunks(STEP.into()) {
            let (name, step) = (name.to_owned(), step.to_vec());
            self.write(move |connection| {
                let mut statement = connection.prepare_cached(
                    "INSERT INTO marks (name, query, taken_at) VALUES (?1, ?2, ?3)
                     ON CONFLICT (name, query) DO UPDATE SET taken_at = excluded.taken_at",
                )?;
                for (query, taken_at) in &step {
                    statement.execute(params![name, query, taken_at.as_millisecond()])?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}

/// Deletes the snapshots that refer to an answer that is no longer stored.
pub(super) fn delete_without_answers(connection: &Connection) -> rusqlite::Result<usize> {
    connection.execute(
        "DELETE FROM snapshots WHERE EXISTS (
             SELECT 1 FROM json_each(pages) AS page
             WHERE page.value ->> 1 NOT IN (SELECT id FROM answers))",
        [],
    )
}

fn insert(
    connection: &Connection,
    run: Option<i64>,
    now_ms: i64,
    snapshot: &NewSnapshot,
) -> rusqlite::Result<()> {
    let provider = snapshot.provider.as_str();
    connection
        .prepare_cached(
            "INSERT INTO queries (provider, question, keyword, kind) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (provider, question) DO UPDATE SET kind = excluded.kind WHERE kind IS NULL",
        )?
        .execute(params![provider, snapshot.question, snapshot.keyword, snapshot.kind])?;
    let pages: Vec<(u32, i64)> = snapshot.pages.iter().map(|(page, answer)| (*page, answer.0)).collect();
    let pages = serde_json::to_string(&pages).unwrap_or_default();
    connection
        .prepare_cached(
            "INSERT INTO snapshots (query, endpoint, pages, taken_at, total, records, is_whole, run)
             SELECT id, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM queries WHERE provider = ?1 AND question = ?2
             ON CONFLICT (query, endpoint, pages) DO UPDATE SET
                 taken_at = max(taken_at, excluded.taken_at), total = excluded.total, records = excluded.records,
                 is_whole = excluded.is_whole OR coalesce(is_whole, 0)",
        )?
        .execute(params![
            provider,
            snapshot.question,
            snapshot.endpoint,
            pages,
            snapshot.taken_at.map_or(now_ms, Timestamp::as_millisecond),
            snapshot.total.map(u64::cast_signed),
            snapshot.records.cast_signed(),
            snapshot.is_whole,
            run
        ])?;
    Ok(())
}

fn stored_query(row: &Row<'_>) -> rusqlite::Result<StoredQuery> {
    Ok(StoredQuery { id: row.get(0)?, provider: row.get(1)?, keyword: row.get(2)?, kind: row.get(3)? })
}

fn pages(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<(u32, AnswerId)>> {
    let text: String = row.get(column)?;
    let pages: Vec<(u32, i64)> = serde_json::from_str(&text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })?;
    Ok(pages.into_iter().map(|(page, answer)| (page, AnswerId(answer))).collect())
}
