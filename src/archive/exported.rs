//! Export of all answers, one JSON object per line, and its import. An export has no ledger.

use super::answer::{BodyUse, Entry, key_hash};
use super::body;
use super::error::{ArchiveError, ArchiveProblem};
use super::handle::Archive;
use super::store::Value;
use crate::domain::text::{Message, hexadecimal, message};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

/// One line of an export. `received_at` is `2026-01-02T03:04:05.678+08:00`; exactly one of the bodies is present.
#[derive(Serialize, Deserialize)]
pub(super) struct ExportLine {
    #[serde(default)]
    id: i64,
    provider: String,
    question: Box<RawValue>,
    finding: String,
    status: u16,
    received_at: String,
    sha256: String,
    serial: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
}

impl ExportLine {
    /// The line of an entry; `None` if the entry is damaged.
    pub(super) fn of(entry: Entry) -> Option<Self> {
        let Entry { summary, sha256, body, .. } = entry;
        let question = RawValue::from_string(summary.question).ok()?;
        let (body, body_base64) = match String::from_utf8(body.ok()?) {
            Ok(text) => (Some(text), None),
            Err(error) => (None, Some(STANDARD.encode(error.as_bytes()))),
        };
        Some(Self {
            id: summary.id.0,
            provider: summary.provider,
            question,
            finding: summary.body_use.as_str().to_owned(),
            status: summary.http_status,
            received_at: format!("{:.3}", summary.received_at.display_with_offset(Offset::constant(8))),
            sha256,
            serial: summary.serial,
            body,
            body_base64,
        })
    }

    /// The row of `answers`; `None` if a part of it is damaged.
    pub(super) fn into_row(self) -> Option<Vec<Value>> {
        let question: serde_json::Value = serde_json::from_str(self.question.get()).ok()?;
        let received_at: Timestamp = self.received_at.parse().ok()?;
        BodyUse::from_word(&self.finding)?;
        let body = match (&self.body, &self.body_base64) {
            (Some(text), None) => text.as_bytes().to_vec(),
            (None, Some(encoded)) => STANDARD.decode(encoded).ok()?,
            _ => return None,
        };
        let packed = body::pack(&body);
        if hexadecimal(&packed.sha256) != self.sha256 {
            return None;
        }
        Some(vec![
            key_hash(self.question.get()).to_vec().into(),
            received_at.as_millisecond().into(),
            packed.sha256.to_vec().into(),
            self.provider.into(),
            question["form"].as_str()?.to_owned().into(),
            question["endpoint"].as_str()?.to_owned().into(),
            self.question.get().to_owned().into(),
            self.status.into(),
            self.serial.into(),
            self.finding.into(),
            packed.size.into(),
            packed.encoding.to_owned().into(),
            packed.stored.into(),
        ])
    }
}

/// Whether the file begins as an export does. A database begins with its own mark.
pub(super) fn is_export(file: &Path) -> bool {
    let mut first = [0];
    File::open(file).is_ok_and(|mut file| file.read_exact(&mut first).is_ok() && first == *b"{")
}

/// Passes the row of `answers` of each line of an export to `each`; `None` for a damaged one.
pub(super) fn for_each_row(
    export: &Path,
    mut each: impl FnMut(Option<Vec<Value>>) -> Result<(), ArchiveError>,
) -> Result<(), ArchiveError> {
    let failed = |error| ArchiveError::from_io(export, &error);
    let lines = BufReader::new(File::open(export).map_err(failed)?).split(b'\n');
    for (number, line) in (1..).zip(lines) {
        let line: ExportLine = serde_json::from_slice(&line.map_err(failed)?).map_err(|_| {
            let reason: Message =
                message!("line {number} is not an entry of an export", "第 {number} 行不是导出的条目");
            ArchiveError::because(ArchiveProblem::NotAnArchive, export, reason)
        })?;
        each(line.into_row())?;
    }
    Ok(())
}

impl Archive {
    /// Passes every entry to `each` as one line of JSON: `id`, `provider`, `question` (the canonical form), `finding`,
    /// `status`, `received_at`, `sha256`, `serial`, and `body` or, if that is not UTF-8, `body_base64`. A damaged entry,
    /// which `hecha archive verify` names, is `None`.
    ///
    /// # Errors
    /// The archive cannot be read, or an error of `each`.
    pub fn export<E: From<ArchiveError>>(
        &self,
        mut each: impl FnMut(Option<String>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.for_each_id(|id| match self.entry(id)? {
            Some(entry) => each(ExportLine::of(entry).and_then(|line| serde_json::to_string(&line).ok())),
            None => Ok(()),
        })
    }
}
