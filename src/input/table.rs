//! Tables as rows, whatever file they come from, and the pass that takes the keywords out of one column.
//!
//! A few first rows are held to choose the column by; the rest goes by one row at a time. It must not know a
//! file format.

use super::column::{self, ColumnChoice};
use super::error::{InputError, Problem};
use super::keyword::{self, Place};
use super::list::{ChosenColumn, Collector};

/// How many rows the column is chosen by.
const SAMPLE_ROWS: usize = 50;
/// How many bytes of text the sample may have, beyond its first row.
const SAMPLE_BYTES: usize = 1 << 20;

/// A row in which something is filled in.
#[derive(Debug)]
pub(super) struct Row {
    /// Its line or its row in the sheet, from 1.
    pub number: u64,
    /// How many fields are written, empty ones included.
    pub fields: usize,
    /// How many fields there are up to the last that is filled.
    pub width: usize,
    /// The filled cells that were wanted, by their column from 0, in order.
    pub cells: Vec<(usize, Value)>,
}

impl Row {
    /// The cell of this column when it is filled and wanted.
    pub(super) fn cell(&self, column: usize) -> Option<&Value> {
        self.cells.iter().find(|(index, _)| *index == column).map(|(_, value)| value)
    }

    /// The cleaned text of this column's cell.
    pub(super) fn text(&self, column: usize) -> Option<&str> {
        self.cell(column).and_then(Value::text)
    }
}

/// What a filled cell holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A text, or a number that is exactly this text.
    Text(String),
    /// What cannot be a keyword. An error only in the column of the keywords.
    Unusable(Problem),
}

impl Value {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(keyword::bare(text)),
            Self::Unusable(_) => None,
        }
    }
}

/// Which cells of a row are worth keeping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Every,
    Only(usize),
}

impl Wanted {
    pub(super) fn includes(self, column: usize) -> bool {
        match self {
            Self::Every => true,
            Self::Only(only) => only == column,
        }
    }
}

/// A file that gives rows. Rows that are empty throughout are passed over.
pub(super) trait RowSource {
    /// The next row, `None` after the last.
    fn next_row(&mut self, wanted: Wanted) -> Result<Option<Row>, InputError>;

    /// How to name a cell.
    fn place(&self, row: &Row, column: usize) -> Place;

    /// Refuses a row that has more than the `expected` fields, where that means a text was cut in two.
    fn check_width(&self, row: &Row, expected: usize) -> Result<(), InputError>;
}

/// Gives the keywords of the chosen column to the collector. `None` when the table is empty.
pub(super) fn collect(
    input: &str,
    rows: &mut impl RowSource,
    choice: Option<&ColumnChoice>,
    collector: &mut Collector,
) -> Result<Option<ChosenColumn>, InputError> {
    let sample = read_sample(rows)?;
    if sample.is_empty() {
        return Ok(None);
    }
    let chosen = column::choose(input, &sample, choice)?;
    let mut take = |rows: &dyn RowSource, row: &Row| {
        rows.check_width(row, chosen.expected_fields)?;
        let place = rows.place(row, chosen.index);
        match row.cell(chosen.index) {
            Some(Value::Unusable(problem)) => {
                Err(InputError::Unusable { input: input.to_owned(), place, problem: problem.clone() })
            }
            Some(Value::Text(text)) => collector.take(text, &place).map(|_| ()),
            None => collector.take("", &place).map(|_| ()),
        }
    };
    for row in &sample[chosen.first_row..] {
        take(rows, row)?;
    }
    drop(sample);
    while let Some(row) = rows.next_row(Wanted::Only(chosen.index))? {
        take(rows, &row)?;
    }
    Ok(Some(ChosenColumn {
        name: chosen.name,
        number: chosen.index + 1,
        reason: chosen.reason,
        heading_row: chosen.heading_row,
    }))
}

fn read_sample(rows: &mut impl RowSource) -> Result<Vec<Row>, InputError> {
    let mut sample = Vec::new();
    let mut bytes = 0;
    while sample.len() < SAMPLE_ROWS && bytes < SAMPLE_BYTES {
        let Some(row) = rows.next_row(Wanted::Every)? else { break };
        bytes += row.cells.iter().filter_map(|(_, value)| value.text()).map(str::len).sum::<usize>();
        sample.push(row);
    }
    Ok(sample)
}
