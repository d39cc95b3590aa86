//! The outcome of each row of a list: what a report and an annotated list are made of.
//!
//! Outcomes wait in temporary files until every query has ended, so that memory does not grow with the list.

use super::facts::{FactColumns, Facts};
use super::input_rows::{InputRow, InputRows, RowState};
use super::query_columns::{self, Words};
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::{Row, Topic};
use serde_json::{Map, Value as Json};
use std::cmp::Ordering;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use tempfile::SpooledTempFile;

/// Bytes of each temporary file that are held in memory.
const IN_MEMORY: usize = 128 * 1024;
/// Row, offset and length of an entry in the index, eight bytes each.
const ENTRY: usize = 24;

/// Collects outcomes by the row of their keyword.
pub(super) struct OutcomeStore {
    words: Words,
    columns: FactColumns,
    /// About the records of the query under way.
    facts: Facts,
    lines: BufWriter<SpooledTempFile>,
    offset: u64,
    index: BufWriter<SpooledTempFile>,
    entries: u64,
    /// The last entry of the index, which another provider's outcome may extend.
    last: Option<[u64; 3]>,
}

impl OutcomeStore {
    pub(super) fn new(topic: Topic, words: Words) -> Self {
        let file = || BufWriter::new(SpooledTempFile::new(IN_MEMORY));
        Self {
            words,
            columns: FactColumns::of(topic),
            facts: Facts::default(),
            lines: file(),
            offset: 0,
            index: file(),
            entries: 0,
            last: None,
        }
    }

    /// Takes note of a record.
    pub(super) fn row(&mut self, row: &Row) {
        self.facts.count(row, self.columns);
    }

    pub(super) fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        let latest = std::mem::take(&mut self.facts).latest;
        let mut line = serde_json::to_vec(&query_columns::object(outcome, latest, self.words))?;
        line.push(b'\n');
        self.lines.write_all(&line)?;
        let length = line.len() as u64;
        match &mut self.last {
            Some(last) if last[0] == outcome.input_row => last[2] += length,
            _ => {
                self.end_entry()?;
                self.last = Some([outcome.input_row, self.offset, length]);
            }
        }
        self.offset += length;
        Ok(())
    }

    fn end_entry(&mut self) -> io::Result<()> {
        let Some(last) = self.last.take() else { return Ok(()) };
        self.entries += 1;
        last.iter().try_for_each(|number| self.index.write_all(&number.to_le_bytes()))
    }

    /// Calls `write` for each row of a report and each outcome of it, in the order of the list.
    pub(super) fn join(
        self,
        rows: InputRows,
        mut write: impl FnMut(&InputRow, Map<String, Json>) -> io::Result<()>,
    ) -> io::Result<()> {
        let words = self.words;
        self.each_row(rows, |row, outcomes| {
            if matches!(row.state, RowState::Heading | RowState::OtherShard) {
                return Ok(());
            }
            if outcomes.is_empty() {
                write(&row, query_columns::not_queried(&row, words))?;
            }
            outcomes.into_iter().try_for_each(|outcome| write(&row, outcome))
        })
    }

    /// Calls `write` for each row of the list with all outcomes of it, in the order of the list.
    pub(super) fn each_row(
        mut self,
        rows: InputRows,
        mut write: impl FnMut(InputRow, Vec<Map<String, Json>>) -> io::Result<()>,
    ) -> io::Result<()> {
        self.end_entry()?;
        let into_inner = |file: BufWriter<_>| file.into_inner().map_err(io::IntoInnerError::into_error);
        let mut stored = StoredOutcomes {
            lines: into_inner(self.lines)?,
            index: into_inner(self.index)?,
            entries: self.entries,
            next: 0,
        };
        for row in rows {
            let row = row?;
            let outcomes = match row.state {
                RowState::Heading | RowState::OtherShard | RowState::Blank => vec![],
                RowState::Keyword => stored.of_row(row.input_row)?,
                RowState::RepeatOf(first) => stored.of_row(first)?,
            };
            write(row, outcomes)?;
        }
        Ok(())
    }
}

/// The outcomes of a run that is over.
struct StoredOutcomes {
    lines: SpooledTempFile,
    index: SpooledTempFile,
    entries: u64,
    /// The entry after the last one that was read in order.
    next: u64,
}

impl StoredOutcomes {
    /// The outcomes of a row; none if the run did not reach it.
    fn of_row(&mut self, input_row: u64) -> io::Result<Vec<Map<String, Json>>> {
        let Some([_, offset, length]) = self.find(input_row)? else { return Ok(Vec::new()) };
        self.lines.seek(SeekFrom::Start(offset))?;
        let mut lines = Vec::new();
        (&mut self.lines).take(length).read_to_end(&mut lines)?;
        Ok(serde_json::Deserializer::from_slice(&lines).into_iter().collect::<Result<_, _>>()?)
    }

    /// Rows come in order but for repeats, which are looked for by bisection.
    fn find(&mut self, input_row: u64) -> io::Result<Option<[u64; 3]>> {
        if self.next < self.entries {
            let entry = self.entry(self.next)?;
            if entry[0] == input_row {
                self.next += 1;
                return Ok(Some(entry));
            }
        }
        let (mut low, mut high) = (0, self.entries);
        while low < high {
            let middle = low.midpoint(high);
            let entry = self.entry(middle)?;
            match entry[0].cmp(&input_row) {
                Ordering::Equal => return Ok(Some(entry)),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        Ok(None)
    }

    fn entry(&mut self, number: u64) -> io::Result<[u64; 3]> {
        let mut bytes = [0; ENTRY];
        self.index.seek(SeekFrom::Start(number * ENTRY as u64))?;
        self.index.read_exact(&mut bytes)?;
        let (numbers, _) = bytes.as_chunks::<8>();
        Ok([0, 1, 2].map(|place| u64::from_le_bytes(numbers[place])))
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::domain::outcome::Status;
    use crate::domain::record::RecordMatch;

    fn row(input_row: u64, state: RowState) -> InputRow {
        InputRow { input_row, input: format!("row {input_row}"), state, cells: Vec::new() }
    }

    #[test]
    fn every_row_has_the_outcome_of_its_own_keyword_in_the_order_of_the_list() {
        let mut store = OutcomeStore::new(Topic::Dishonest, Words::Machine);
        for input_row in [2, 3, 6] {
            for provider in ["a", "b"] {
                let name = format!("{provider}{input_row}");
                let outcome = samples::outcome(&name, Status::Empty, Some(0), 0);
                store.outcome(&QueryOutcome { input_row, ..outcome }).unwrap();
            }
        }
        let rows = [
            row(1, RowState::Heading),
            row(2, RowState::Keyword),
            row(3, RowState::Keyword),
            row(4, RowState::Blank),
            row(5, RowState::RepeatOf(2)),
            row(6, RowState::Keyword),
            row(7, RowState::RepeatOf(6)),
            row(8, RowState::Keyword),
        ];
        let mut joined = Vec::new();
        let write = |row: &InputRow, outcome: Map<String, Json>| {
            let text = |key| outcome[key].as_str().map(str::to_owned);
            joined.push((row.input_row, text("query"), text("status").unwrap()));
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
        let mut store = OutcomeStore::new(Topic::Dishonest, Words::Machine);
        let mut rows = samples::dishonest_rows();
        rows[0].record_match = RecordMatch::Other;
        for row in &rows {
            store.row(row);
        }
        store.outcome(&samples::outcomes()[0]).unwrap();
        store.outcome(&samples::outcomes()[1]).unwrap();
        let mut latest = Vec::new();
        let rows = [1, 2].map(|number| Ok(row(number, RowState::Keyword)));
        store
            .join(Box::new(rows.into_iter()), |_, outcome| {
                latest.push(outcome["latest"].clone());
                Ok(())
            })
            .unwrap();
        assert_eq!(latest, [Json::from("2019-04-01"), Json::Null]);
    }

    #[test]
    fn many_outcomes_leave_memory_for_a_file() {
        let mut store = OutcomeStore::new(Topic::Dishonest, Words::Machine);
        for input_row in 1..=10_000 {
            store.outcome(&QueryOutcome { input_row, ..samples::outcomes().swap_remove(1) }).unwrap();
        }
        assert!(store.lines.get_ref().is_rolled() && store.index.get_ref().is_rolled());
        let rows = (1..=10_000).rev().map(|number| Ok(row(number, RowState::RepeatOf(number))));
        let mut joined = 0;
        store
            .join(Box::new(rows), |_, outcome| {
                joined += u64::from(outcome["status"] == "empty");
                Ok(())
            })
            .unwrap();
        assert_eq!(joined, 10_000);
    }
}
