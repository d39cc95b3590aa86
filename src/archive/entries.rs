//! List and show of stored answers. Reads in short steps, so that a slow consumer of the output never keeps the
//! log of a running purchase from being checkpointed.

use super::answer::{AnswerId, Entry, EntryFilter, EntrySummary, key_hash};
use super::body;
use super::error::ArchiveError;
use super::handle::Archive;
use super::lease::body_use;
use super::store::{Sql, SqlRow, params};
use crate::domain::text::{Text, hexadecimal};
use jiff::Timestamp;
use std::iter;

/// Rows of one step.
const STEP: i64 = 256;

const WRONG_QUESTION: Text = Text::new("the request does not match its key", "查询与其键不符");

const SUMMARY_COLUMNS: &str =
    "id, provider, question, received_at, http_status, serial, finding, size, length(body)";

impl Archive {
    /// The entries that `filter` selects and whose keyword satisfies `is_wanted`, the newest first. They are read as they are
    /// taken; the last one is an error if the archive cannot be read.
    pub fn list<'a>(
        &'a self,
        filter: &'a EntryFilter,
        is_wanted: impl Fn(&str) -> bool + 'a,
    ) -> impl Iterator<Item = Result<EntrySummary, ArchiveError>> + 'a {
        let mut next = Some((i64::MAX, i64::MAX));
        let steps = iter::from_fn(move || {
            let before = next.take()?;
            let step = self.read(|sql| newest(sql, filter, before));
            let last = step.as_ref().ok().and_then(|entries| entries.last());
            next = last.map(|entry| (entry.received_at.as_millisecond(), entry.id.0));
            Some(step)
        });
        let entries = steps.flat_map(|step| match step {
            Ok(entries) => entries.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        });
        let is_selected = move |entry: &Result<EntrySummary, _>| {
            let Ok(entry) = entry else { return true };
            is_wanted(entry.parameters().first().map_or("", |(_, keyword)| keyword))
        };
        let limit = filter.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        entries.filter(is_selected).take(limit)
    }

    /// The entry with this number, with its body, whose digest is verified; `None` if there is none.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn entry(&self, id: AnswerId) -> Result<Option<Entry>, ArchiveError> {
        let row = self.read(|sql| {
            let columns = format!("{SUMMARY_COLUMNS}, sha256, key_hash, encoding, body");
            sql.first(&format!("SELECT {columns} FROM answers WHERE id = ?1"), params![id.0])
        })?;
        let Some(row) = row else { return Ok(None) };
        let (summary, sha256) = (summary(&row)?, row.get::<Vec<u8>>(9)?);
        let body = if row.get::<[u8; 16]>(10)? == key_hash(&summary.question) {
            body::unpack(&row.get::<String>(11)?, row.get(12)?, row.get(7)?, &sha256)
        } else {
            Err(WRONG_QUESTION)
        };
        Ok(Some(Entry { summary, sha256: hexadecimal(&sha256), body }))
    }

    /// Passes the numbers of all entries to `each`, the first stored first.
    pub(super) fn for_each_id<E: From<ArchiveError>>(
        &self,
        mut each: impl FnMut(AnswerId) -> Result<(), E>,
    ) -> Result<(), E> {
        let ids = "SELECT id FROM answers WHERE id > ?1 ORDER BY id";
        self.read_in_steps(ids, vec![i64::MIN.into()], params![], |rows| {
            rows.iter().try_for_each(|row| each(AnswerId(row.get(0)?)))
        })
    }
}

fn newest(
    sql: &mut dyn Sql,
    filter: &EntryFilter,
    before: (i64, i64),
) -> Result<Vec<EntrySummary>, ArchiveError> {
    let rows = sql.query(
        &format!(
            "SELECT {SUMMARY_COLUMNS} FROM answers
             WHERE (received_at, id) < (?1, ?2) AND received_at >= ?3
                   AND (CAST(?4 AS TEXT) IS NULL OR provider = CAST(?4 AS TEXT))
             ORDER BY received_at DESC, id DESC LIMIT ?5"
        ),
        params![
            before.0,
            before.1,
            filter.since.map_or(i64::MIN, Timestamp::as_millisecond),
            filter.provider.map(crate::domain::request::ProviderId::as_str),
            STEP,
        ],
    )?;
    rows.iter().map(summary).collect()
}

fn summary(row: &SqlRow) -> Result<EntrySummary, ArchiveError> {
    Ok(EntrySummary {
        id: AnswerId(row.get(0)?),
        provider: row.get(1)?,
        question: row.get(2)?,
        received_at: row.moment(3)?,
        http_status: row.get(4)?,
        serial: row.get(5)?,
        body_use: body_use(row, 6)?,
        size: row.get::<i64>(7)?.cast_unsigned(),
        stored_size: row.get::<i64>(8)?.cast_unsigned(),
    })
}
