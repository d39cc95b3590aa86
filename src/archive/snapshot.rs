//! Snapshots: which stored answers made a run's result for a query. Also the marks that `hecha changes` sets.

use super::answer::{AnswerId, parameters_of};
use super::error::ArchiveError;
use super::handle::Archive;
use super::store::{Sql, SqlRow, params, value};
use crate::domain::request::ProviderId;
use crate::domain::text::message;
use crate::locking::lock;
use jiff::Timestamp;

/// Marks in one transaction.
const STEP: usize = 500;

/// The result of one query in one run, as far as answers are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSnapshot {
    /// The provider's name.
    pub provider: String,
    /// The question without its endpoint and its page.
    pub question: String,
    /// The keyword as it is sent.
    pub keyword: String,
    /// The kind that the keyword was read as; `None` if it is not known.
    pub kind: Option<String>,
    /// The endpoint that answered.
    pub endpoint: String,
    /// The pages and their stored answers.
    pub pages: Vec<(u32, AnswerId)>,
    /// The time at which the newest page was received; `None` if no page was.
    pub taken_at: Option<Timestamp>,
    /// The vendor's total.
    pub total: Option<u64>,
    /// Different records; `None` if they were not counted.
    pub records: Option<u64>,
    /// Whether the run got the complete list; `None` if it is not known.
    pub is_whole: Option<bool>,
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
    /// The kind that the keyword was read as; `None` if it was not recorded.
    pub kind: Option<String>,
    /// The vendor's parameters after the keyword, for example `year=2020`; `None` if there are none.
    pub filters: Option<String>,
}

/// A snapshot without its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSnapshot {
    /// The endpoint that answered.
    pub endpoint: String,
    /// The pages and their stored answers.
    pub pages: Vec<(u32, AnswerId)>,
    /// The time at which the newest page was received.
    pub taken_at: Timestamp,
    /// Whether the run got the complete list; `None` if it was not recorded.
    pub is_whole: Option<bool>,
}

impl Archive {
    /// Records the snapshot of a query without waiting for the commit. The same answers make one snapshot, however often
    /// they are read. Does nothing if the archive was opened for reading; a failure is a notice.
    pub fn record_snapshot(&self, mut snapshot: NewSnapshot) {
        let Some(writer) = &self.writer else { return };
        let run = lock(&self.run).as_ref().map(|run| run.id);
        snapshot.taken_at.get_or_insert_with(|| self.now());
        let notices = self.notices.clone();
        writer.write_with_next(
            move |sql| insert(sql, run, &snapshot),
            move |result| {
                if let Err(error) = result {
                    notices.add(message!(
                        "a result was not recorded for `hecha changes`: {error}",
                        "有结果未能记录供 `hecha changes` 使用：{error:#}"
                    ));
                }
            },
        );
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
        let queries = "SELECT id, provider, keyword, kind, question FROM queries
                       WHERE id > ?1 AND EXISTS (SELECT 1 FROM snapshots WHERE query = queries.id)
                       ORDER BY id";
        self.read_in_steps(queries, vec![0.into()], params![], |rows| {
            rows.iter().try_for_each(|row| match stored_query(row)? {
                query if providers.iter().any(|provider| provider.as_str() == query.provider) => each(query),
                _ => Ok(()),
            })
        })
    }

    /// The queries of a provider for a keyword: one for each set of filters.
    ///
    /// # Errors
    /// The archive cannot be read.
    pub fn queries_for(&self, provider: ProviderId, keyword: &str) -> Result<Vec<StoredQuery>, ArchiveError> {
        let rows = self.read(|sql| {
            sql.query(
                "SELECT id, provider, keyword, kind, question FROM queries
                 WHERE keyword = ?1 AND provider = ?2
                   AND EXISTS (SELECT 1 FROM snapshots WHERE query = queries.id)
                 ORDER BY id",
                params![keyword, provider.as_str()],
            )
        })?;
        rows.iter().map(stored_query).collect()
    }

    /// The snapshots of a query, the newest first.
    ///
    /// # Errors
    /// The archive cannot be read.
    pub fn snapshots_of(&self, query: i64) -> Result<Vec<StoredSnapshot>, ArchiveError> {
        let rows = self.read(|sql| {
            sql.query(
                "SELECT endpoint, pages, taken_at, is_whole FROM snapshots WHERE query = ?1
                 ORDER BY taken_at DESC, id DESC",
                params![query],
            )
        })?;
        let snapshot = |row: &SqlRow| {
            Ok(StoredSnapshot {
                endpoint: row.get(0)?,
                pages: serde_json::from_str(&row.get::<String>(1)?).map_err(|_| row.damaged(1))?,
                taken_at: row.moment(2)?,
                is_whole: row.get(3)?,
            })
        };
        rows.iter().map(snapshot).collect()
    }

    /// Whether any query has that mark.
    ///
    /// # Errors
    /// The archive cannot be read.
    pub fn has_mark(&self, name: &str) -> Result<bool, ArchiveError> {
        let row = self.read(|sql| sql.first("SELECT 1 FROM marks WHERE name = ?1 LIMIT 1", params![name]))?;
        Ok(row.is_some())
    }

    /// The time of the snapshot of a query with that mark.
    ///
    /// # Errors
    /// The archive cannot be read.
    pub fn marked_at(&self, name: &str, query: i64) -> Result<Option<Timestamp>, ArchiveError> {
        let row = self.read(|sql| {
            sql.first("SELECT taken_at FROM marks WHERE name = ?1 AND query = ?2", params![name, query])
        })?;
        row.map(|row| row.moment(0)).transpose()
    }

    /// Marks the snapshots of queries by the time they were taken. An earlier mark of that name moves.
    ///
    /// # Errors
    /// The archive cannot be written.
    pub fn mark(&self, name: &str, snapshots: &[(i64, Timestamp)]) -> Result<(), ArchiveError> {
        for step in snapshots.chunks(STEP) {
            let (name, step) = (name.to_owned(), step.to_vec());
            self.write(move |sql| {
                for (query, taken_at) in &step {
                    sql.execute(
                        "INSERT INTO marks (name, query, taken_at) VALUES (?1, ?2, ?3)
                         ON CONFLICT (name, query) DO UPDATE SET taken_at = excluded.taken_at",
                        params![name, query, taken_at.as_millisecond()],
                    )?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}

/// Inserts the query and the snapshot, or adds what is new to those that are stored.
pub(super) fn insert(
    sql: &mut dyn Sql,
    run: Option<i64>,
    snapshot: &NewSnapshot,
) -> Result<(), ArchiveError> {
    let (provider, question) = (&snapshot.provider, &snapshot.question);
    let inserted = sql.insert(
        "INSERT INTO queries (provider, question, keyword, kind) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        params![provider, question, snapshot.keyword, snapshot.kind],
    )?;
    let query: i64 = match inserted {
        Some(query) => query,
        None => value(
            sql,
            "UPDATE queries SET kind = coalesce(kind, ?3) WHERE provider = ?1 AND question = ?2 RETURNING id",
            params![provider, question, snapshot.kind],
        )?,
    };
    let columns = params![
        query,
        snapshot.endpoint,
        serde_json::to_string(&snapshot.pages).unwrap_or_default(),
        snapshot.taken_at.map(Timestamp::as_millisecond),
        snapshot.total.map(u64::cast_signed),
        snapshot.records.map(u64::cast_signed),
        snapshot.is_whole,
        run,
    ];
    let is_new = sql.execute(
        "INSERT INTO snapshots (query, endpoint, pages, taken_at, total, records, is_whole, run)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
        columns,
    )? > 0;
    if !is_new && snapshot.records.is_some() {
        sql.execute(
            "UPDATE snapshots SET
                 taken_at = CASE WHEN taken_at < ?4 THEN ?4 ELSE taken_at END, total = ?5, records = ?6,
                 is_whole = CASE WHEN is_whole = 1 THEN 1 ELSE ?7 END
             WHERE query = ?1 AND endpoint = ?2 AND pages = ?3",
            &columns[..7],
        )?;
    }
    Ok(())
}

fn stored_query(row: &SqlRow) -> Result<StoredQuery, ArchiveError> {
    Ok(StoredQuery {
        id: row.get(0)?,
        provider: row.get(1)?,
        keyword: row.get(2)?,
        kind: row.get(3)?,
        filters: filters_of(&row.get::<String>(4)?),
    })
}

/// The parameters of a question after the first, which is the keyword.
fn filters_of(question: &str) -> Option<String> {
    let filters = parameters_of(question).into_iter().skip(1);
    filters
        .map(|(name, value)| format!("{name}={value}"))
        .reduce(|filters, next| format!("{filters}, {next}"))
}
