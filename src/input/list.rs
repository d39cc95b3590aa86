//! The list that was read: every row with its state, kept aside in order, and the summary of what was found.
//!
//! The reading pass writes each row into a store. It is in memory while it is small, and in an anonymous temporary
//! file otherwise. What is sent later is read from that store: it is exactly what was reviewed,
//! though the file may change meanwhile.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use tempfile::SpooledTempFile;

use super::cell_kind::CellKind;
use super::company_name::looks_like_keyword;
use super::error::not_stored;
use super::repeats::{KeywordHash, RepeatRule, find_first_rows, read_entry, write_entry};
use super::review::{ReviewContext, review};
use super::row::{Cell, FileRow, MEMORY_LIMIT, cell_name, keyword_of};
use super::summary::ListSummary;
use super::suspicion::{Suspicion, SuspicionKind};
use crate::domain::failure::Failure;
use crate::domain::identifier::IdentifierKind;
use crate::domain::text::{Message, message};
use crate::locking::lock;

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

/// The place of a keyword in its list.
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
    /// The line at which a row of a text begins, or the cell of a workbook in this column, from 0.
    pub(super) fn of(row: &FileRow, column: usize) -> Self {
        row.line.map_or_else(|| Self::Cell(cell_name(column, row.input_row)), Self::Line)
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

/// One row of a list, for results that are joined back to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListRow {
    /// Its number as a spreadsheet program shows it, from 1.
    pub input_row: u64,
    /// The place of the queried cell.
    pub place: Place,
    /// The cell that is queried, unchanged.
    pub cell: String,
    /// What becomes of it.
    pub state: RowState,
    /// All cells of the row, if the list keeps them.
    pub columns: Vec<Cell>,
}

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowState {
    /// A heading, a title or an empty row between them, above the data.
    Heading,
    /// Its keyword is queried; if it is suspicious, the user decides.
    Asked(Option<Suspicion>),
    /// Its keyword is that of an earlier row, which is queried in its place.
    RepeatOf(u64),
    /// There is no keyword.
    Blank,
    /// Its keyword belongs to another `--shard`. The list itself does not know shards.
    OtherShard,
}

/// A list that has been read and reviewed from the first row to the last.
#[derive(Debug, Clone)]
pub struct KeywordList {
    summary: ListSummary,
    /// The rows, one JSON object a line. Those that are empty throughout are not stored.
    rows: RowStore,
    /// The number of the last row.
    last_row: u64,
    /// The first row of each keyword, in the order of the rows.
    first_rows: RowStore,
}

type RowStore = Arc<Mutex<SpooledTempFile>>;

impl KeywordList {
    /// The list of the keywords given on the command line, in their order.
    ///
    /// # Errors
    /// A keyword that is blank, named by its position; no keyword.
    pub fn from_arguments(arguments: Vec<String>, context: ReviewContext) -> Result<Self, Failure> {
        let collect = || {
            let mut collector = Collector::new(context, KeptColumns::None);
            for (position, argument) in (1..).zip(arguments) {
                let cell = Cell::Text(argument);
                if cell.is_blank() {
                    return Err(message!(
                        "keyword {position} is blank; leave it out or name a company",
                        "第 {position} 个关键词为空；请去掉，或填写企业名称"
                    ));
                }
                let row = FileRow { input_row: position, cells: vec![cell], ..FileRow::default() };
                collector.take(row, 0, Place::Argument(position))?;
            }
            collector.finish()
        };
        collect().map_err(Failure::usage)
    }

    /// Decides that suspicious keywords are sent. A code that is suspicious in one row and not in another is queried
    /// once then, and not twice.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub fn send_suspicious(&mut self) -> Result<(), Failure> {
        let compared = find_first_rows(&mut lock(&self.first_rows), RepeatRule::ByText);
        (self.summary.keywords, self.summary.repeats) = compared.map_err(lost)?;
        Ok(())
    }

    /// What was found.
    pub fn summary(&self) -> &ListSummary {
        &self.summary
    }

    /// The keywords in their order, each once. Every call starts at the first, independently of other readers.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn keywords(&self) -> Result<Keywords, Failure> {
        Ok(Box::new(self.stored_rows()?.filter_map(|row| match row {
            Ok(ListRow { input_row, place, cell, state: RowState::Asked(suspicion), .. }) => {
                Some(Ok(Keyword { text: keyword_of(&cell).to_owned(), place, input_row, suspicion }))
            }
            Ok(_) => None,
            Err(failure) => Some(Err(failure)),
        })))
    }

    /// All rows in their order, blank ones and headings included.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn rows(&self) -> Result<impl Iterator<Item = Result<ListRow, Failure>> + Send + use<>, Failure> {
        let mut stored = self.stored_rows()?.peekable();
        let last_row = self.last_row;
        Ok((1..).map_while(move |input_row| {
            let state = match stored.peek() {
                Some(Ok(next)) if next.input_row > input_row && next.state == RowState::Heading => {
                    RowState::Heading
                }
                Some(Ok(next)) if next.input_row > input_row => RowState::Blank,
                None if input_row <= last_row => RowState::Blank,
                _ => return stored.next(),
            };
            let (place, columns) = (Place::Line(input_row), Vec::new());
            Some(Ok(ListRow { input_row, place, cell: String::new(), state, columns }))
        }))
    }

    /// The stored rows, each repeat with the row that is queried in its place.
    fn stored_rows(&self) -> Result<impl Iterator<Item = Result<ListRow, Failure>> + Send + use<>, Failure> {
        let reader = |store: &RowStore| BufReader::new(StoreReader { store: Arc::clone(store), offset: 0 });
        let (mut rows, mut first_rows) = (reader(&self.rows), reader(&self.first_rows));
        // Reading the first block now finds a store that is gone before anything is sent.
        rows.fill_buf().map_err(lost)?;
        let with_repeat = move |line: io::Result<String>| -> io::Result<ListRow> {
            let mut row: ListRow = serde_json::from_str(&line?)?;
            if let RowState::Asked(_) = row.state {
                let (_, first_row) = read_entry(&mut first_rows)?;
                if first_row != row.input_row {
                    row.state = RowState::RepeatOf(first_row);
                }
            }
            Ok(row)
        };
        Ok(rows.lines().map(with_repeat).map(|row| row.map_err(lost)))
    }
}

/// The failure of a command whose list is no longer in its store.
fn lost(error: io::Error) -> Failure {
    Failure::usage(not_stored(error))
}

/// The keywords of a [`KeywordList`], one by one. Can be moved to another thread.
pub type Keywords = Box<dyn Iterator<Item = Result<Keyword, Failure>> + Send>;

#[derive(Debug)]
struct StoreReader {
    store: RowStore,
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

/// The headings of the columns that `--annotate` writes behind those of a list. If the list has them from an earlier
/// run, they are not kept: the new ones take their place.
pub const ANNOTATIONS: [&str; 7] = [
    "hecha_status",
    "hecha_records",
    "hecha_matched",
    "hecha_other",
    "hecha_undecided",
    "hecha_latest",
    "hecha_error",
];

/// The cells of a row that the list keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeptColumns {
    /// Only the cell that is queried.
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
    /// The columns of an earlier `--annotate`.
    annotations: Vec<usize>,
    /// Whether a text that is no name is the heading of a group if it is alone in its row.
    pub(super) has_groups: bool,
    rows: BufWriter<SpooledTempFile>,
    /// The keyword of each row that has one, to find repeats.
    entries: BufWriter<SpooledTempFile>,
    hashing: [RandomState; 2],
    pub(super) summary: ListSummary,
    /// The number of the last row of the data, from 1; 0 above the data.
    last_row: u64,
}

impl Collector {
    pub(super) fn new(context: ReviewContext, kept: KeptColumns) -> Self {
        Self {
            context,
            kept,
            headings: Vec::new(),
            annotations: Vec::new(),
            has_groups: false,
            rows: BufWriter::new(SpooledTempFile::new(MEMORY_LIMIT)),
            entries: BufWriter::new(SpooledTempFile::new(MEMORY_LIMIT)),
            hashing: [RandomState::new(), RandomState::new()],
            summary: ListSummary::default(),
            last_row: 0,
        }
    }

    /// Takes a row above the data.
    pub(super) fn take_heading(&mut self, row: FileRow, column: usize) -> Result<(), Message> {
        let cell = row.cell(column).map(|cell| cell.shown().into_owned()).unwrap_or_default();
        // The title of a table may be the name of a company.
        if !looks_like_keyword(keyword_of(&cell)) {
            self.headings.push(keyword_of(&cell).to_owned());
        }
        let annotations = row.texts().filter(|(_, text)| ANNOTATIONS.contains(&text.as_ref()));
        self.annotations = annotations.map(|(column, _)| column).collect();
        let place = Place::of(&row, column);
        self.store(row, place, cell, RowState::Heading)
    }

    /// Takes a row of the data, whose keyword is in `column`.
    pub(super) fn take(&mut self, row: FileRow, column: usize, place: Place) -> Result<(), Message> {
        // Rows that are empty throughout are not given.
        self.take_blank_rows_to(row.input_row - 1);
        self.last_row = row.input_row;
        let cell = row.cells.get(column).unwrap_or(&Cell::Empty);
        let text = cell.shown().into_owned();
        let keyword = keyword_of(&text);
        let state = if keyword.is_empty() {
            self.summary.blank += 1;
            RowState::Blank
        } else {
            self.summary.hidden += u64::from(row.is_hidden);
            let suspicion = self.suspicion(&row, column, keyword);
            self.summary.suspicious += u64::from(suspicion.is_some());
            let key = self.key(keyword, suspicion.is_some());
            let written = write_entry(&mut self.entries, key, suspicion.is_some(), row.input_row);
            written.map_err(not_stored)?;
            RowState::Asked(suspicion)
        };
        self.store(row, place, text, state)
    }

    /// Takes the empty rows after the last row of the data.
    pub(super) fn take_blank_rows_to(&mut self, row: u64) {
        if self.last_row > 0 && self.last_row < row {
            self.summary.blank += row - self.last_row;
            self.last_row = row;
        }
    }

    fn suspicion(&self, row: &FileRow, column: usize, keyword: &str) -> Option<Suspicion> {
        let repaired = row.repaired.iter().find(|(index, _)| *index == column);
        if let Some((_, probable)) = repaired {
            return Some(Suspicion::suggesting(SuspicionKind::UnescapedQuotes, keyword_of(probable)));
        }
        let is_alone = row.texts().nth(1).is_none();
        let is_group = self.has_groups && is_alone && CellKind::of(keyword) == CellKind::Text;
        if is_group || self.headings.iter().any(|heading| heading == keyword) {
            return Some(Suspicion::new(SuspicionKind::Heading));
        }
        let of_type = row.cells.get(column).and_then(Cell::suspicion);
        of_type.or_else(|| review(keyword, self.context))
    }

    /// Two spellings of a name or a code have one key. A suspicious name is like nothing but itself: it must not take the
    /// place of a right one.
    fn key(&self, text: &str, is_suspicious: bool) -> KeywordHash {
        let is_unlike_others = is_suspicious && self.context.read(text).kind == IdentifierKind::Name;
        let comparable = if is_unlike_others { text.to_owned() } else { self.context.comparable(text) };
        self.hashing.each_ref().map(|hashing| hashing.hash_one(&comparable))
    }

    fn store(&mut self, row: FileRow, place: Place, cell: String, state: RowState) -> Result<(), Message> {
        let input_row = row.input_row;
        let columns = match self.kept {
            KeptColumns::None => Vec::new(),
            KeptColumns::All => {
                let own = row.cells.into_iter().enumerate();
                own.filter(|(column, _)| !self.annotations.contains(column)).map(|(_, cell)| cell).collect()
            }
        };
        self.summary.width = self.summary.width.max(columns.len());
        let row = ListRow { input_row, place, cell, state, columns };
        let written = serde_json::to_writer(&mut self.rows, &row).map_err(io::Error::from);
        written.and_then(|()| self.rows.write_all(b"\n")).map_err(not_stored)
    }

    pub(super) fn finish(self) -> Result<KeywordList, Message> {
        let written = |file: BufWriter<_>| file.into_inner().map_err(|error| not_stored(error.into_error()));
        let (rows, mut first_rows) = (written(self.rows)?, written(self.entries)?);
        let compared = find_first_rows(&mut first_rows, RepeatRule::WithSuspicion);
        let (keywords, repeats) = compared.map_err(not_stored)?;
        let summary = ListSummary { keywords, repeats, ..self.summary };
        if keywords == 0 {
            return Err(message!(
                "no keyword{remarks}; put one company on each line or row, or choose with --sheet and --column",
                "没有关键词{remarks:#}；请每行写一家企业，或用 --sheet 与 --column 指定位置",
                remarks = summary.remarks()
            ));
        }
        let [rows, first_rows] = [rows, first_rows].map(|store| Arc::new(Mutex::new(store)));
        Ok(KeywordList { summary, rows, last_row: self.last_row, first_rows })
    }
}

#[cfg(test)]
mod tests;
