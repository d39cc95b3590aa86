//! The rows of a list, as output that joins them with outcomes reads them.

use crate::input::Cell;
use std::io;

/// What a row of a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// A keyword.
    Keyword,
    /// A keyword that stands in an earlier row, too, and was queried there.
    RepeatOf(u64),
    /// Nothing to query.
    Blank,
    /// Part of the heading; not a row of a report.
    Heading,
    /// A keyword of another `--shard`; not a row of a report.
    OtherShard,
}

/// One row of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct InputRow {
    /// Its number as a spreadsheet shows it.
    pub input_row: u64,
    /// The cell of the keyword, as it is.
    pub input: String,
    /// What it is.
    pub kind: RowKind,
    /// All its cells, for an annotated list.
    pub cells: Vec<Cell>,
}

/// The rows of a list in their order. It is read again once the run is over.
pub type InputRows = Box<dyn Iterator<Item = io::Result<InputRow>>>;

/// Opens the list for reading it again.
pub type OpenInput = Box<dyn FnOnce() -> io::Result<InputRows> + Send>;

/// A list without rows, for output that joins nothing.
pub fn no_rows() -> OpenInput {
    Box::new(|| Ok(Box::new(std::iter::empty())))
}
