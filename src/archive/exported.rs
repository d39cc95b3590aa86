//! Import of an export: one JSON object per line, as [`Archive::export`] writes it. An export has no ledger.

use super::answer::{Kept, KeyHash};
use super::body;
use super::error::{ArchiveError, ArchiveProblem};
use super::handle::Archive;
use super::imported_rows::{ImportSummary, STEP};
use super::store::{Value, values};
use crate::domain::text::{Text, hexadecimal};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

/// One line of an export.
#[derive(Deserialize)]
struct ImportLine {
    provider: String,
    question: Box<RawValue>,
    finding: String,
    status: u16,
    received_at: String,
    sha256: String,
    serial: Option<String>,
    body: Option<String>,
    body_base64: Option<String>,
}

/// The parts of a question that are columns as well.
#[derive(Deserialize)]
struct Question {
    form: String,
    endpoint: String,
}

impl ImportLine {
    /// The row of `answers`; `None` if a part of it is damaged.
    fn row(&self) -> Option<Vec<Value>> {
        let question: Question = serde_json::from_str(self.question.get()).ok()?;
        let received_at: Timestamp = self.received_at.parse().ok()?;
        Kept::from_word(&self.finding)?;
        let body = match (&self.body, &self.body_base64) {
            (Some(text), None) => text.as_bytes().to_vec(),
            (None, Some(encoded)) => STANDARD.decode(encoded).ok()?,
            _ => return None,
        };
        let packed = body::pack(&body);
        if hexadecimal(&packed.sha256) != self.sha256 {
            return None;
        }
        let row = values![
            &KeyHash::of(self.question.get()).0[..],
            received_at.as_millisecond(),
            &packed.sha256[..],
            &self.provider,
            &question.form,
            &question.endpoint,
            self.question.get(),
            self.status,
            self.serial.as_deref(),
            &self.finding,
            i64::try_from(packed.size).ok()?,
            packed.encoding.as_str(),
            &packed.stored[..],
        ];
        Some(row.to_vec())
    }
}

/// Whether the file begins as an export does. A database begins with its own mark.
pub(super) fn is_export(file: &Path) -> bool {
    let mut first = [0];
    File::open(file).is_ok_and(|mut file| file.read_exact(&mut first).is_ok() && first == *b"{")
}

impl Archive {
    /// Adds the entries of an export that are new.
    pub(super) fn import_export(
        &self,
        export: &Path,
        summary: &mut ImportSummary,
    ) -> Result<(), ArchiveError> {
        let failed = |error| ArchiveError::from_io(export, &error);
        let mut lines = BufReader::new(File::open(export).map_err(failed)?).split(b'\n').peekable();
        while lines.peek().is_some() {
            let mut rows = Vec::new();
            for line in lines.by_ref().take(usize::from(STEP)) {
                let entry: ImportLine = serde_json::from_slice(&line.map_err(failed)?).map_err(|_| {
                    let reason = Text::new("a line is not an entry of an export", "有一行不是导出的条目");
                    ArchiveError::because(ArchiveProblem::NotAnArchive, export, reason)
                })?;
                match entry.row() {
                    Some(row) => rows.push(row),
                    None => summary.answers_damaged += 1,
                }
            }
            self.insert_answers(rows, summary)?;
        }
        Ok(())
    }
}
