//! `--annotate FILE`: the list itself, every row with its own cells, followed by its outcome.

use super::data_writer::{DataFile, DataWriter};
use super::layout::{DataColumn, TableHead};
use super::outcome_store::list_sink;
use super::output_value::OutputValue;
use super::{Format, InputRows, Options, OutputWriter, Sink};
use crate::domain::record::{ColumnKind, Value};
use crate::domain::text::Language;
use crate::input::{ANNOTATIONS, Cell, ListRow, RowState};
use serde_json::{Map, Value as Json};

/// The formats of an annotated list.
pub const FORMATS: [Format; 2] = [Format::Csv, Format::Xlsx];

/// Opens an annotated list in one of the [`FORMATS`], which is written once every query has ended. `width` is the number
/// of the list's own columns.
pub fn open(
    format: Format,
    options: Options,
    language: Language,
    width: usize,
    input: InputRows,
    writer: OutputWriter,
) -> Box<dyn Sink> {
    list_sink(Language::English, move |outcomes| {
        let kinds = ANNOTATIONS.map(|heading| match heading {
            "hecha_latest" => ColumnKind::Date,
            _ => ColumnKind::Text,
        });
        let kinds = std::iter::repeat_n(ColumnKind::Text, width).chain(kinds);
        let columns = kinds.map(|kind| DataColumn { key: "", heading: None, kind }).collect();
        let tables = vec![TableHead { name: "Sheet1", columns }];
        let file = DataFile { head: String::new(), arrays: &[], tables };
        let mut data = DataWriter::open(format, file, options, language, writer)?;
        let mut write = |own: &[Cell], annotations: &[Json]| {
            let blanks = || std::iter::repeat(OutputValue::Plain(Value::Null));
            let own =
                own.iter().map(|cell| OutputValue::Cell(cell, cell.shown())).chain(blanks()).take(width);
            let cells = own.chain(annotations.iter().map(|value| OutputValue::Plain(Value::from(value))));
            data.row(0, cells.chain(blanks()).take(width + ANNOTATIONS.len()))
        };
        // Only the last row above the data names columns. A list without headings gets a row that names the new columns.
        let mut heading: Option<ListRow> = None;
        let mut is_headed = false;
        outcomes.each_row(input, |row, outcomes| {
            if row.state == RowState::Heading {
                if let Some(title) = heading.replace(row) {
                    write(&title.columns, &[])?;
                }
                return Ok(());
            }
            if let Some(heading) = heading.take() {
                write(&heading.columns, &ANNOTATIONS.map(Json::from))?;
            } else if !is_headed {
                write(&[], &ANNOTATIONS.map(Json::from))?;
            }
            is_headed = true;
            match row.state {
                RowState::OtherShard => write(&row.columns, &[]),
                _ => write(&row.columns, &annotations(&row.state, &outcomes)),
            }
        })?;
        data.finish()
    })
}

/// The annotations of a row, in the order of [`ANNOTATIONS`]. Those of several providers are added up.
fn annotations(state: &RowState, outcomes: &[Map<String, Json>]) -> [Json; ANNOTATIONS.len()] {
    let sum = |key: &str| outcomes.iter().filter_map(|outcome| outcome[key].as_u64()).sum::<u64>().into();
    let texts = |pointer: fn(&Map<String, Json>) -> Option<&str>| outcomes.iter().filter_map(pointer);
    let latest = texts(|outcome| outcome["latest"].as_str()).max();
    let mut errors: Vec<String> = outcomes
        .iter()
        .filter_map(|outcome| {
            let (kind, message) = (outcome["error"]["kind"].as_str()?, outcome["error"]["message"].as_str()?);
            Some(format!("{kind}: {message}"))
        })
        .collect();
    errors.dedup();
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
