//! `--annotate FILE`: the list itself, every row with its own cells, and behind them what was found.

use super::csv::FlatWriter;
use super::input_rows::{InputCell, InputRow, OpenInput, RowState};
use super::outcome_store::OutcomeStore;
use super::query_columns::{Words, json_value};
use super::xlsx::PlainSheet;
use super::{CsvDialect, Sink, Writer};
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::{ColumnKind, Row, Topic, Value};
use serde_json::{Map, Value as Json};
use std::io;

/// The formats of an annotated list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnnotatedFormat {
    /// Comma-separated values in this dialect.
    Csv(CsvDialect),
    /// An Excel workbook with one sheet.
    Xlsx,
}

/// The headings of the columns behind those of the list.
const HEADINGS: [&str; 7] = [
    "hecha_status",
    "hecha_records",
    "hecha_matched",
    "hecha_other",
    "hecha_undecided",
    "hecha_latest",
    "hecha_error",
];

struct AnnotatedSink {
    format: AnnotatedFormat,
    /// How many columns the list has.
    width: usize,
    /// The mark on fictitious data, for xlsx.
    mark: Option<&'static str>,
    outcomes: OutcomeStore,
    input: OpenInput,
    writer: Writer,
}

/// Opens an annotated list, which is written once every query has ended. `width` is the number of its columns; `mark`
/// is put on fictitious data in a workbook.
pub fn open(
    format: AnnotatedFormat,
    width: usize,
    mark: Option<&'static str>,
    topic: Topic,
    input: OpenInput,
    writer: Writer,
) -> Box<dyn Sink> {
    let outcomes = OutcomeStore::new(topic, Words::Machine);
    Box::new(AnnotatedSink { format, width, mark, outcomes, input, writer })
}

impl Sink for AnnotatedSink {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        self.outcomes.row(row);
        Ok(())
    }

    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        self.outcomes.outcome(outcome)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        let Self { format, width, mark, outcomes, input, writer } = *self;
        let mut list = match format {
            AnnotatedFormat::Csv(dialect) => {
                ListWriter::Csv(Box::new(FlatWriter::new(b',', dialect, writer)?))
            }
            AnnotatedFormat::Xlsx => {
                ListWriter::Xlsx(Box::new(PlainSheet::new(width + HEADINGS.len(), mark, writer)?))
            }
        };
        // Only the last row above the data names columns.
        let mut heading: Option<InputRow> = None;
        outcomes.each_row(input()?, |row, outcomes| {
            if row.state == RowState::Heading {
                if let Some(title) = heading.replace(row) {
                    list.row(&title, width, &[const { Json::Null }; HEADINGS.len()])?;
                }
                return Ok(());
            }
            if let Some(heading) = heading.take() {
                list.row(&heading, width, &HEADINGS.map(Json::from))?;
            }
            list.row(&row, width, &annotations(row.state, &outcomes))
        })?;
        list.finish()
    }
}

/// The annotations of a row, in the order of [`HEADINGS`]. Those of several providers are added up.
fn annotations(state: RowState, outcomes: &[Map<String, Json>]) -> [Json; HEADINGS.len()] {
    if state == RowState::OtherShard {
        return [const { Json::Null }; HEADINGS.len()];
    }
    let sum = |key: &str| outcomes.iter().filter_map(|outcome| outcome[key].as_u64()).sum::<u64>().into();
    let texts = |pointer: fn(&Map<String, Json>) -> Option<&str>| outcomes.iter().filter_map(pointer);
    let latest = texts(|outcome| outcome["latest"].as_str()).max();
    let errors: Vec<String> = outcomes
        .iter()
        .filter_map(|outcome| {
            let (kind, message) = (outcome["error"]["kind"].as_str()?, outcome["error"]["message"].as_str()?);
            Some(format!("{kind}: {message}"))
        })
        .collect();
    let error = match (state, errors.is_empty()) {
        (RowState::Blank, _) => Json::from("blank"),
        (_, true) => Json::Null,
        (_, false) => Json::from(errors.join("; ")),
    };
    [
        status(&texts(|outcome| outcome["status"].as_str()).collect::<Vec<_>>()).into(),
        sum("returned"),
        sum("matched"),
        sum("other"),
        sum("undecided"),
        latest.map_or(Json::Null, Json::from),
        error,
    ]
}

/// One status for the outcomes of several providers.
fn status(statuses: &[&str]) -> &'static str {
    let has = |wanted: &str| statuses.contains(&wanted);
    let is_answered = has("ok") || has("empty");
    match () {
        () if statuses.is_empty() => "skipped",
        () if has("partial") || (is_answered && (has("failed") || has("skipped"))) => "partial",
        () if has("ok") => "ok",
        () if has("empty") => "empty",
        () if has("failed") => "failed",
        () => "skipped",
    }
}

/// The file, in either format.
enum ListWriter {
    Csv(Box<FlatWriter>),
    Xlsx(Box<PlainSheet>),
}

impl ListWriter {
    fn row(&mut self, row: &InputRow, width: usize, annotations: &[Json; HEADINGS.len()]) -> io::Result<()> {
        match self {
            Self::Csv(writer) => {
                for column in 0..width {
                    let text = row.cells.get(column).map_or("", InputCell::shown);
                    writer.value(ColumnKind::Identifier, Value::Text(text))?;
                }
                for annotation in annotations {
                    writer.value(ColumnKind::Text, json_value(annotation))?;
                }
                writer.end_of_row()
            }
            Self::Xlsx(sheet) => sheet.row(row.input_row, &row.cells, width, annotations),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::Csv(mut writer) => writer.flush(),
            Self::Xlsx(sheet) => sheet.finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statuses_of_several_providers_become_one() {
        for (statuses, expected) in [
            (&["ok"][..], "ok"),
            (&["empty", "ok"], "ok"),
            (&["empty", "empty"], "empty"),
            (&["ok", "failed"], "partial"),
            (&["partial", "ok"], "partial"),
            (&["failed", "skipped"], "failed"),
            (&["skipped"], "skipped"),
            (&[], "skipped"),
        ] {
            assert_eq!(status(statuses), expected, "{statuses:?}");
        }
    }
}
