//! The outcome of each row of a list: what a report and an annotated list are made of.
//!
//! Outcomes wait in temporary files until every query has ended, so that memory does not grow with the list.

use super::InputRows;
use super::facts::Facts;
use super::query_columns;
use super::sink::{BUFFER_BYTES, Sink};
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::Row;
use crate::domain::text::Language;
use crate::input::{ListRow, RowState};
use serde_json::{Map, Value as Json};
use std::collections::HashMap;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use tempfile::SpooledTempFile;

/// The size of an offset in the index.
const OFFSET: usize = 8;

/// Collects outcomes, which come in the order of their rows.
pub(super) struct OutcomeStore {
    /// Of the values.
    language: Language,
    /// About the records of the query under way, by provider.
    facts: HashMap<String, Facts>,
    lines: BufWriter<SpooledTempFile>,
    /// The size of `lines`.
    offset: u64,
    /// The offset of the first line of each row, from row 0. The lines of a row end at the offset of the next row.
    index: BufWriter<SpooledTempFile>,
    /// The number of rows in the index.
    rows: u64,
}

impl OutcomeStore {
    pub(super) fn new(language: Language) -> Self {
        let file = || BufWriter::new(SpooledTempFile::new(BUFFER_BYTES));
        Self { language, facts: HashMap::new(), lines: file(), offset: 0, index: file(), rows: 0 }
    }

    /// Takes note of a record. A merged one counts for each provider that has it.
    pub(super) fn row(&mut self, row: &Row) {
        for provider in row.providers() {
            self.facts.entry(provider.to_owned()).or_default().count(row);
        }
    }

    pub(super) fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        debug_assert!(self.rows <= outcome.input_row + 1, "outcomes come in the order of their rows");
        self.begin_rows_to(outcome.input_row)?;
        let latest = self.facts.remove(outcome.provider.as_str()).and_then(|facts| facts.latest);
        let mut line = serde_json::to_vec(&query_columns::object(outcome, latest, self.language))?;
        line.push(b'\n');
        self.offset += line.len() as u64;
        self.lines.write_all(&line)
    }

    fn begin_rows_to(&mut self, row: u64) -> io::Result<()> {
        while self.rows <= row {
            self.index.write_all(&self.offset.to_le_bytes())?;
            self.rows += 1;
        }
        Ok(())
    }

    /// Calls `write` for each row of a report: each outcome of each row of the list, in its order.
    pub(super) fn join(
        self,
        rows: InputRows,
        mut write: impl FnMut(Map<String, Json>) -> io::Result<()>,
    ) -> io::Result<()> {
        let language = self.language;
        self.each_row(rows, |row, outcomes| {
            if matches!(row.state, RowState::Heading | RowState::OtherShard) {
                return Ok(());
            }
            let not_queried = outcomes.is_empty().then(|| query_columns::not_queried(&row, language));
            let outcomes = outcomes.into_iter().chain(not_queried);
            outcomes.map(|outcome| query_columns::report_row(&row, outcome)).try_for_each(&mut write)
        })
    }

    /// Calls `write` for each row of the list with all outcomes of it, in the order of the list.
    pub(super) fn each_row(
        mut self,
        rows: InputRows,
        mut write: impl FnMut(ListRow, Vec<Map<String, Json>>) -> io::Result<()>,
    ) -> io::Result<()> {
        self.begin_rows_to(self.rows)?;
        let into_inner = |file: BufWriter<_>| file.into_inner().map_err(io::IntoInnerError::into_error);
        let (mut lines, mut index) = (into_inner(self.lines)?, into_inner(self.index)?);
        for row in rows {
            let row = row?;
            let asked = match row.state {
                RowState::Heading | RowState::OtherShard | RowState::Blank => None,
                RowState::Asked(_) => Some(row.input_row),
                RowState::RepeatOf(first) => Some(first),
            };
            // The run may have ended before the row.
            let outcomes = match asked.filter(|asked| asked + 1 < self.rows) {
                Some(asked) => outcomes_of(asked, &mut lines, &mut index)?,
                None => Vec::new(),
            };
            write(row, outcomes)?;
        }
        Ok(())
    }
}

/// A file with the rows of a list, which is written once every query has ended.
struct ListSink<F> {
    outcomes: OutcomeStore,
    write: F,
}

/// Collects outcomes and calls `write` at the end.
pub(super) fn list_sink(
    language: Language,
    write: impl FnOnce(OutcomeStore) -> io::Result<()> + 'static,
) -> Box<dyn Sink> {
    Box::new(ListSink { outcomes: OutcomeStore::new(language), write })
}

impl<F: FnOnce(OutcomeStore) -> io::Result<()>> Sink for ListSink<F> {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        self.outcomes.row(row);
        Ok(())
    }

    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        self.outcomes.outcome(outcome)
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        (self.write)(self.outcomes)
    }
}

fn outcomes_of(
    row: u64,
    lines: &mut SpooledTempFile,
    index: &mut SpooledTempFile,
) -> io::Result<Vec<Map<String, Json>>> {
    index.seek(SeekFrom::Start(row * OFFSET as u64))?;
    let mut bytes = [0; 2 * OFFSET];
    index.read_exact(&mut bytes)?;
    let [start, end] = [0, 1].map(|place| u64::from_le_bytes(bytes.as_chunks().0[place]));
    lines.seek(SeekFrom::Start(start))?;
    let mut text = Vec::new();
    lines.take(end - start).read_to_end(&mut text)?;
    Ok(serde_json::Deserializer::from_slice(&text).into_iter().collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::domain::outcome::Status;
    use crate::domain::record::RecordMatch;

    fn row(input_row: u64, state: RowState) -> ListRow {
        ListRow { state, ..samples::list_row(input_row, format!("row {input_row}")) }
    }

    #[test]
    fn every_row_has_the_outcome_of_its_own_keyword_in_the_order_of_the_list() {
        let mut store = OutcomeStore::new(Language::English);
        for input_row in [2, 3, 6] {
            for provider in ["a", "b"] {
                let name = format!("{provider}{input_row}");
                let outcome = samples::outcome(&name, Status::Empty, Some(0), 0);
                store.outcome(&QueryOutcome { input_row, ..outcome }).unwrap();
            }
        }
        let rows = [
            row(1, RowState::Heading),
            row(2, RowState::Asked(None)),
            row(3, RowState::Asked(None)),
            row(4, RowState::Blank),
            row(5, RowState::RepeatOf(2)),
            row(6, RowState::Asked(None)),
            row(7, RowState::RepeatOf(6)),
            row(8, RowState::Asked(None)),
        ];
        let mut joined = Vec::new();
        let write = |row: Map<String, Json>| {
            let text = |key| row[key].as_str().map(str::to_owned);
            joined.push((row["input_row"].as_u64().unwrap(), text("query"), text("status").unwrap()));
            Ok(())
        };
        store.join(Box::new(rows.map(Ok).into_iter()), write).unwrap();
        let expected: Vec<(u64, Option<&str>, &str)> = vec![
            (2, Some("a2"), "empty"),
            (2, Some("b2"), "empty"),
            (3, Some("a3"), "empty"),
            (3, Some("b3"), "empty"),
            (4, None, "skipped"),
            (5, Some("a2"), "empty"),
            (5, Some("b2"), "empty"),
            (6, Some("a6"), "empty"),
            (6, Some("b6"), "empty"),
            (7, Some("a6"), "empty"),
            (7, Some("b6"), "empty"),
            (8, Some("row 8"), "skipped"),
        ];
        let joined: Vec<_> =
            joined.iter().map(|(row, query, status)| (*row, query.as_deref(), status.as_str())).collect();
        assert_eq!(joined, expected);
    }

    #[test]
    fn the_latest_date_is_that_of_the_companys_own_records() {
        let mut store = OutcomeStore::new(Language::English);
        let mut rows = samples::dishonest_rows();
        rows[0].record_match = RecordMatch::Other;
        for row in &rows {
            store.row(row);
        }
        store.outcome(&samples::outcomes()[0]).unwrap();
        store.outcome(&samples::outcomes()[1]).unwrap();
        let mut latest = Vec::new();
        let rows = [1, 2].map(|number| Ok(row(number, RowState::Asked(None))));
        store
            .join(Box::new(rows.into_iter()), |outcome| {
                latest.push(outcome["latest"].clone());
                Ok(())
            })
            .unwrap();
        assert_eq!(latest, [Json::from("2019-04-01"), Json::Null]);
    }

    #[test]
    fn many_outcomes_leave_memory_for_a_file() {
        let mut store = OutcomeStore::new(Language::English);
        for input_row in 1..=20_000 {
            store.outcome(&QueryOutcome { input_row, ..samples::outcomes().swap_remove(1) }).unwrap();
        }
        assert!(store.lines.get_ref().is_rolled() && store.index.get_ref().is_rolled());
        let rows = (1..=20_000).rev().map(|number| Ok(row(number, RowState::RepeatOf(number))));
        let mut joined = 0;
        store
            .join(Box::new(rows), |outcome| {
                joined += u64::from(outcome["status"] == "empty");
                Ok(())
            })
            .unwrap();
        assert_eq!(joined, 20_000);
    }
}
