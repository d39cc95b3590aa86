//! The list that was read: every row with its state, kept aside in order, and the summary of what was found.
//!
//! The reading pass writes each row into a store. It is in memory while it is small, and in an anonymous temporary
//! file otherwise. What is sent later is read from that store: it is exactly what was reviewed,
//! though the file may change meanwhile.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::iter::Peekable;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use tempfile::SpooledTempFile;

use super::company_name::looks_like_keyword;
use super::error::{COMMAND_LINE, InputError, InputErrorKind};
use super::review::{ReviewContext, review};
use super::row::{Cell, Row, keyword_of};
use super::summary::{Findings, ListSummary};
use super::suspicion::{Suspicion, SuspicionKind};
use crate::domain::fold::fold_name;
use crate::domain::identifier::IdentifierKind;
use crate::domain::text::message;
use crate::locking::lock;

/// How many bytes of rows stay in memory before they go to a temporary file.
const MEMORY_LIMIT: usize = 1 << 20;
/// How many bytes are read from the store at once.
const READ_SIZE: usize = 1 << 16;

/// One keyword of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyword {
    /// The text without outer white space and invisible marks, otherwise as it was found.
    pub text: String,
    /// Where it was found.
    pub place: Place,
    /// The row of the list, or the position on the command line; from 1.
    pub input_row: u64,
    /// Why it does not look like something worth paying for.
    pub suspicion: Option<Suspicion>,
}

/// Where a keyword stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Place {
    /// A line of a text, from 1. For a row of a `.csv` that spans lines, its first.
    Line(u64),
    /// A cell of a sheet in the notation of spreadsheets, like `B7`.
    Cell(String),
    /// A keyword of the command line, from 1.
    Argument(u64),
}

impl Place {
    /// The line at which a row of a text begins.
    pub(super) fn of_line(row: &Row, _column: usize) -> Self {
        Self::Line(row.line)
    }

    /// The cell of a row in this column, from 0.
    pub(super) fn of_cell(row: &Row, column: usize) -> Self {
        Self::Cell(cell_name(column, row.input_row))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => message!("line {line}", "第 {line} 行"),
            Self::Cell(cell) => message!("cell {cell}", "单元格 {cell}"),
            Self::Argument(position) => message!("keyword {position}", "第 {position} 个关键词"),
        }
        .fmt(formatter)
    }
}

/// A cell in the notation of spreadsheets. Its column counts from 0, its row from 1.
pub(super) fn cell_name(column: usize, row: u64) -> String {
    format!("{}{row}", column_letters(column))
}

/// The letters of a column, from 0.
fn column_letters(column: usize) -> String {
    let last = char::from(b'A' + u8::try_from(column % 26).unwrap_or_default());
    let mut letters = if column < 26 { String::new() } else { column_letters(column / 26 - 1) };
    letters.push(last);
    letters
}

/// One row of a list, for results that are joined back to it.
#[derive(Debug, Clone, PartialEq)]
pub struct ListRow {
    /// Its number as a spreadsheet program shows it, from 1.
    pub input_row: u64,
    /// The place of the queried cell.
    pub place: Place,
    /// The cell that is asked, as it is.
    pub cell: String,
    /// What becomes of it.
    pub state: RowState,
    /// All cells of the row, if the list keeps them.
    pub columns: Vec<Cell>,
}

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowState {
    /// A heading or a title above the data.
    Heading,
    /// Its keyword is asked.
    Asked,
    /// The same as that of an earlier row, which is asked in its place.
    RepeatOf(u64),
    /// There is no keyword.
    Blank,
    /// Its keyword is suspicious: asked or left out as the user decides.
    Suspicious(Suspicion),
}

/// A list that has been read and reviewed from the first row to the last.
#[derive(Debug, Clone)]
pub struct KeywordList {
    summary: ListSummary,
    store: Arc<Mutex<SpooledTempFile>>,
    /// Hashes of the keywords that occur more than once, sorted.
    repeated: Arc<[u64]>,
}

impl KeywordList {
    /// The list of the keywords given on the command line, in their order.
    ///
    /// # Errors
    /// A keyword that is blank, named by its position; no keyword.
    pub fn from_arguments(arguments: Vec<String>, context: ReviewContext) -> Result<Self, InputError> {
        let collect = || {
            let mut collector = Collector::new(context, KeptColumns::None);
            for (position, argument) in (1..).zip(arguments) {
                let cell = Cell::Text(argument);
                if cell.is_blank() {
                    return Err(InputErrorKind::BlankArgument { position });
                }
                let row = Row { input_row: position, cells: vec![cell], ..Row::default() };
                collector.take(row, 0, Place::Argument(position))?;
            }
            collector.finish(Findings::default())
        };
        collect().map_err(|kind| kind.about(COMMAND_LINE.en))
    }

    /// What was found.
    pub fn summary(&self) -> &ListSummary {
        &self.summary
    }

    /// The keywords in their order, each once. Every call starts at the first, independently of other readers.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn keywords(&self) -> Result<Keywords, InputError> {
        Ok(Keywords(self.stored_rows()?))
    }

    /// All rows in their order, blank ones and headings included.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn rows(&self) -> Result<ListRows, InputError> {
        Ok(ListRows { stored: self.stored_rows()?.peekable(), row: 0 })
    }

    fn stored_rows(&self) -> Result<StoredRows, InputError> {
        let store = StoreReader { store: Arc::clone(&self.store), offset: 0 };
        let mut reader = BufReader::with_capacity(READ_SIZE, store);
        // Reading the first block now finds a store that is gone before anything is sent.
        reader.fill_buf().map_err(|source| InputErrorKind::Store { source })?;
        Ok(StoredRows {
            reader,
            line: Vec::new(),
            remaining: self.summary.stored_rows,
            repeated: Arc::clone(&self.repeated),
            first: HashMap::new(),
        })
    }
}

/// A row in the store, one JSON object a line.
#[derive(Debug, Serialize, Deserialize)]
struct StoredRow {
    input_row: u64,
    place: Place,
    cell: String,
    /// The hash of the keyword's meaning; `None` for a blank row.
    hash: Option<u64>,
    heading: bool,
    suspicion: Option<Suspicion>,
    columns: Vec<Cell>,
}

/// The stored rows. Rows that are empty throughout are not stored.
#[derive(Debug)]
struct StoredRows {
    reader: BufReader<StoreReader>,
    line: Vec<u8>,
    remaining: u64,
    repeated: Arc<[u64]>,
    /// The first row of each repeated keyword.
    first: HashMap<u64, u64>,
}

impl Iterator for StoredRows {
    type Item = Result<ListRow, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.remaining = self.remaining.checked_sub(1)?;
        self.line.clear();
        let read = self.reader.read_until(b'\n', &mut self.line);
        match read.and_then(|_| serde_json::from_slice(&self.line).map_err(io::Error::from)) {
            Ok(row) => Some(Ok(self.list_row(row))),
            Err(source) => {
                self.remaining = 0;
                Some(Err(InputErrorKind::Store { source }.into()))
            }
        }
    }
}

impl StoredRows {
    fn list_row(&mut self, row: StoredRow) -> ListRow {
        let StoredRow { input_row, place, cell, hash, heading, suspicion, columns } = row;
        let repeated = hash.filter(|hash| self.repeated.binary_search(hash).is_ok());
        let first = repeated.map_or(input_row, |hash| *self.first.entry(hash).or_insert(input_row));
        let state = match suspicion {
            _ if heading => RowState::Heading,
            _ if hash.is_none() => RowState::Blank,
            _ if first != input_row => RowState::RepeatOf(first),
            Some(suspicion) => RowState::Suspicious(suspicion),
            None => RowState::Asked,
        };
        ListRow { input_row, place, cell, state, columns }
    }
}

/// The keywords of a [`KeywordList`], one by one. Can be moved to another thread.
#[derive(Debug)]
pub struct Keywords(StoredRows);

impl Iterator for Keywords {
    type Item = Result<Keyword, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.find_map(|row| {
            let ListRow { input_row, place, cell, state, .. } = match row {
                Ok(row) => row,
                Err(error) => return Some(Err(error)),
            };
            let suspicion = match state {
                RowState::Asked => None,
                RowState::Suspicious(suspicion) => Some(suspicion),
                RowState::Heading | RowState::RepeatOf(_) | RowState::Blank => return None,
            };
            Some(Ok(Keyword { text: keyword_of(&cell).to_owned(), place, input_row, suspicion }))
        })
    }
}

/// The rows of a [`KeywordList`], one by one. Can be moved to another thread.
#[derive(Debug)]
pub struct ListRows {
    stored: Peekable<StoredRows>,
    /// The number of the last row, from 1.
    row: u64,
}

impl Iterator for ListRows {
    type Item = Result<ListRow, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.row += 1;
        match self.stored.peek()? {
            Ok(stored) if stored.input_row > self.row => Some(Ok(ListRow {
                input_row: self.row,
                place: Place::Line(self.row),
                cell: String::new(),
                state: RowState::Blank,
                columns: Vec::new(),
            })),
            _ => self.stored.next(),
        }
    }
}

#[derive(Debug)]
struct StoreReader {
    store: Arc<Mutex<SpooledTempFile>>,
    offset: u64,
}

impl Read for StoreReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut store = lock(&self.store);
        store.seek(SeekFrom::Start(self.offset))?;
        let read = store.read(buffer)?;
        self.offset += read as u64;
        Ok(read)
    }
}

/// Which cells of a row the list keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeptColumns {
    /// Only the cell that is asked.
    #[default]
    None,
    /// All, so that the list can be written again.
    All,
}

/// Takes the rows of a reading pass and makes the list of them.
pub(super) struct Collector {
    context: ReviewContext,
    kept: KeptColumns,
    /// The headings above the data, which may be repeated among them.
    headings: Vec<String>,
    store: BufWriter<SpooledTempFile>,
    hashing: RandomState,
    /// A hash of what each keyword asks for. 64 bits in place of a text: a million take eight megabytes.
    hashes: Vec<u64>,
    suspicious: u64,
    blank: u64,
    width: usize,
    stored_rows: u64,
    last_data_row: Option<u64>,
}

impl Collector {
    pub(super) fn new(context: ReviewContext, kept: KeptColumns) -> Self {
        Self {
            context,
            kept,
            headings: Vec::new(),
            store: BufWriter::new(SpooledTempFile::new(MEMORY_LIMIT)),
            hashing: RandomState::new(),
            hashes: Vec::new(),
            suspicious: 0,
            blank: 0,
            width: 0,
            stored_rows: 0,
            last_data_row: None,
        }
    }

    /// Takes a row above the data.
    pub(super) fn take_heading(&mut self, row: Row, column: usize) -> Result<(), InputErrorKind> {
        let cell = row.cell(column).map(|cell| cell.shown().into_owned()).unwrap_or_default();
        // The title of a table may be the name of a company.
        if !looks_like_keyword(keyword_of(&cell)) {
            self.headings.push(keyword_of(&cell).to_owned());
        }
        let (input_row, line) = (row.input_row, row.line);
        let columns = self.columns(row);
        self.store(&StoredRow {
            input_row,
            place: Place::Line(line),
            cell,
            hash: None,
            heading: true,
            suspicion: None,
            columns,
        })
    }

    /// Takes a row of the data, whose keyword is in `column`.
    pub(super) fn take(&mut self, row: Row, column: usize, place: Place) -> Result<(), InputErrorKind> {
        // Rows that are empty throughout are not given.
        self.blank += self.last_data_row.map_or(0, |last| row.input_row.saturating_sub(last + 1));
        self.last_data_row = Some(row.input_row);
        let cell = row.cells.get(column).unwrap_or(&Cell::Empty);
        let text = cell.shown().into_owned();
        let (hash, suspicion) = if cell.is_blank() || keyword_of(&text).is_empty() {
            self.blank += 1;
            (None, None)
        } else {
            let suspicion = self.suspicion(&row, column, &text);
            self.suspicious += u64::from(suspicion.is_some());
            let hash = self.hash(keyword_of(&text), suspicion.is_some());
            self.hashes.push(hash);
            (Some(hash), suspicion)
        };
        let input_row = row.input_row;
        let columns = self.columns(row);
        self.store(&StoredRow { input_row, place, cell: text, hash, heading: false, suspicion, columns })
    }

    fn suspicion(&self, row: &Row, column: usize, text: &str) -> Option<Suspicion> {
        let repaired = row.repaired.iter().find(|(index, _)| *index == column);
        if let Some((_, probable)) = repaired {
            return Some(Suspicion::suggesting(SuspicionKind::UnescapedQuotes, keyword_of(probable)));
        }
        if self.headings.iter().any(|heading| heading == keyword_of(text)) {
            return Some(Suspicion::new(SuspicionKind::Heading));
        }
        let of_type = row.cells.get(column).and_then(Cell::suspicion);
        of_type.or_else(|| review(keyword_of(text), self.context))
    }

    /// Two spellings of a name or a code have one hash. A suspicious keyword is like nothing but itself: it must not
    /// take the place of a right one.
    fn hash(&self, text: &str, is_suspicious: bool) -> u64 {
        if is_suspicious {
            return self.hashing.hash_one((true, text));
        }
        let identifier = self.context.read(text);
        let meaning = match identifier.kind {
            IdentifierKind::Name => fold_name(text),
            IdentifierKind::OrganisationCode => identifier.canonical.replace('-', ""),
            _ => identifier.canonical,
        };
        self.hashing.hash_one((false, meaning))
    }

    fn columns(&mut self, row: Row) -> Vec<Cell> {
        if self.kept == KeptColumns::None {
            return Vec::new();
        }
        self.width = self.width.max(row.cells.len());
        row.cells
    }

    fn store(&mut self, row: &StoredRow) -> Result<(), InputErrorKind> {
        self.stored_rows += 1;
        let written = serde_json::to_writer(&mut self.store, row).map_err(io::Error::from);
        written.and_then(|()| self.store.write_all(b"\n")).map_err(|source| InputErrorKind::Store { source })
    }

    pub(super) fn finish(mut self, findings: Findings) -> Result<KeywordList, InputErrorKind> {
        if self.hashes.is_empty() {
            return Err(InputErrorKind::NoKeywords { detail: findings.detail() });
        }
        let rows = self.hashes.len() as u64;
        self.hashes.sort_unstable();
        let mut repeated: Vec<u64> =
            self.hashes.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        repeated.dedup();
        self.hashes.dedup();
        let keywords = self.hashes.len() as u64;
        let store =
            self.store.into_inner().map_err(|error| InputErrorKind::Store { source: error.into_error() })?;
        let summary = ListSummary {
            keywords,
            repeats: rows - keywords,
            suspicious: self.suspicious,
            blank: self.blank,
            width: self.width,
            stored_rows: self.stored_rows,
            findings,
        };
        Ok(KeywordList { summary, store: Arc::new(Mutex::new(store)), repeated: repeated.into() })
    }
}

#[cfg(test)]
mod tests;
