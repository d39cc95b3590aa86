//! List, show and export of stored answers. Reads in short steps, so that a slow consumer of the output never keeps the
//! log of a running purchase from being checkpointed.

use super::answer::{AnswerId, Entry, EntryFilter, EntrySummary, KeyHash};
use super::body::{self, Damage};
use super::error::ArchiveError;
use super::handle::Archive;
use super::lease::kept;
use super::store::{Row, Sql, values};
use crate::domain::fold::fold_name;
use crate::domain::text::hexadecimal;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::tz::Offset;
use serde::Serialize;
use serde_json::value::RawValue;
use std::io::Write;
use std::ops::ControlFlow;

/// Rows of one step.
const STEP: u64 = 256;

const SUMMARY_COLUMNS: &str =
    "id, provider, question, received_at, http_status, serial, finding, size, length(body)";

/// What an export wrote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExportSummary {
    /// Entries written.
    pub written: u64,
    /// Damaged entries that were left out; `hecha archive verify` names them.
    pub damaged: u64,
}

/// One line of an export. `received_at` is `2026-01-02T03:04:05.678+08:00`; exactly one of the bodies is present.
#[derive(Serialize)]
struct ExportLine<'a> {
    id: i64,
    provider: &'a str,
    question: &'a RawValue,
    finding: &'static str,
    status: u16,
    received_at: String,
    sha256: &'a str,
    serial: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
}

impl Archive {
    /// Passes the entries that `filter` selects to `each`, the newest first, until it breaks.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn list(
        &self,
        filter: EntryFilter,
        mut each: impl FnMut(EntrySummary) -> ControlFlow<()>,
    ) -> Result<(), ArchiveError> {
        let mut left = filter.limit.unwrap_or(u64::MAX);
        let mut before = (i64::MAX, i64::MAX);
        while left > 0 {
            let step = self.read(|sql| newest(sql, &filter, before))?;
            let Some(last) = step.last() else { break };
            before = (last.received_at.as_millisecond(), last.id.0);
            for entry in step.into_iter().filter(|entry| asks_for(&entry.question, &filter.keywords)) {
                if left == 0 || each(entry).is_break() {
                    return Ok(());
                }
                left -= 1;
            }
        }
        Ok(())
    }

    /// The entry with this number, or `None`.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn entry(&self, id: AnswerId) -> Result<Option<Entry>, ArchiveError> {
        self.read(|sql| load_entry(sql, id))
    }

    /// Writes every undamaged entry as one line of JSON: `id`, `provider`, `question` (the canonical form),
    /// `finding`, `status`, `received_at`, `sha256`, `serial`, and `body` or, if that is not UTF-8,
    /// `body_base64`.
    ///
    /// # Errors
    /// If the archive cannot be read, or [`super::ArchiveProblem::Output`] if `output` cannot be written.
    pub fn export(&self, output: &mut dyn Write) -> Result<ExportSummary, ArchiveError> {
        let mut summary = ExportSummary::default();
        self.for_each_id(|id| {
            let Some(entry) = self.entry(id)? else { return Ok(()) };
            let (Ok(body), Ok(question)) = (&entry.body, serde_json::from_str(&entry.summary.question))
            else {
                summary.damaged += 1;
                return Ok(());
            };
            let mut line = export_line(&entry, body, question).map_err(ArchiveError::of_output)?;
            line.push(b'\n');
            output.write_all(&line).map_err(ArchiveError::of_output)?;
            summary.written += 1;
            Ok(())
        })?;
        output.flush().map_err(ArchiveError::of_output)?;
        Ok(summary)
    }

    /// Passes the numbers of all entries to `each`, the first stored first.
    pub(super) fn for_each_id(
        &self,
        mut each: impl FnMut(AnswerId) -> Result<(), ArchiveError>,
    ) -> Result<(), ArchiveError> {
        let mut after = i64::MIN;
        loop {
            let rows = self.read(|sql| {
                let ids = "SELECT id FROM answers WHERE id > ?1 ORDER BY id LIMIT ?2";
                sql.query(ids, values![after, STEP.cast_signed()])
            })?;
            let step = rows.iter().map(|row| row.get(0)).collect::<Result<Vec<i64>, _>>()?;
            let Some(last) = step.last() else { return Ok(()) };
            after = *last;
            step.into_iter().map(AnswerId).try_for_each(&mut each)?;
        }
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
        values![
            before.0,
            before.1,
            filter.since.map_or(i64::MIN, Timestamp::as_millisecond),
            filter.provider.map(crate::domain::request::ProviderId::as_str),
            STEP.cast_signed(),
        ],
    )?;
    rows.iter().map(summary).collect()
}

/// Whether a request in canonical form has one of the folded keywords. Page numbers and sizes are no keywords.
fn asks_for(question: &str, keywords: &[String]) -> bool {
    let question: serde_json::Value = serde_json::from_str(question).unwrap_or_default();
    let mut parameters = question["ask"].as_object().into_iter().flatten();
    keywords.is_empty()
        || parameters.any(|(name, value)| {
            !name.starts_with("page")
                && value.as_str().is_some_and(|value| keywords.contains(&fold_name(value)))
        })
}

fn summary(row: &Row) -> Result<EntrySummary, ArchiveError> {
    Ok(EntrySummary {
        id: AnswerId(row.get(0)?),
        provider: row.get(1)?,
        question: row.get(2)?,
        received_at: row.get(3)?,
        http_status: row.get(4)?,
        serial: row.get(5)?,
        kept: kept(row, 6)?,
        size: row.get::<i64>(7)?.cast_unsigned(),
        stored_size: row.get::<i64>(8)?.cast_unsigned(),
    })
}

/// One entry with its body, whose digest is verified.
pub(super) fn load_entry(sql: &mut dyn Sql, id: AnswerId) -> Result<Option<Entry>, ArchiveError> {
    let row = sql.first(
        &format!(
            "SELECT {SUMMARY_COLUMNS}, form, endpoint, sha256, key_hash, encoding, body FROM answers WHERE id = ?1"
        ),
        values![id.0],
    )?;
    let Some(row) = row else { return Ok(None) };
    let summary = summary(&row)?;
    let sha256: Vec<u8> = row.get(11)?;
    let body = if row.get::<Vec<u8>>(12)?[..] == KeyHash::of(&summary.question).0 {
        body::unpack(&row.get::<String>(13)?, row.get(14)?, summary.size, &sha256)
    } else {
        Err(Damage::WrongQuestion)
    };
    let (form, endpoint, sha256) = (row.get(9)?, row.get(10)?, hexadecimal(&sha256));
    Ok(Some(Entry { summary, form, endpoint, sha256, body }))
}

fn export_line(entry: &Entry, body: &[u8], question: &RawValue) -> std::io::Result<Vec<u8>> {
    let text = std::str::from_utf8(body).ok();
    let line = ExportLine {
        id: entry.summary.id.0,
        provider: &entry.summary.provider,
        question,
        finding: entry.summary.kept.as_str(),
        status: entry.summary.http_status,
        received_at: format!("{:.3}", entry.summary.received_at.display_with_offset(Offset::constant(8))),
        sha256: &entry.sha256,
        serial: entry.summary.serial.as_deref(),
        body: text,
        body_base64: text.is_none().then(|| STANDARD.encode(body)),
    };
    serde_json::to_vec(&line).map_err(Into::into)
}
