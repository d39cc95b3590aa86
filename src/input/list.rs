//! The checked list: keywords that passed, kept aside in order, and the survey of what was found.
//!
//! The checking pass writes each keyword into a store that stays in memory while it is small and becomes an
//! anonymous temporary file when it is not. What is sent later is read from that store: it is exactly what was
//! checked, though the file may change meanwhile. It must not read any input format.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex};

use tempfile::SpooledTempFile;

use super::error::{COMMAND_LINE, InputError, Problem};
use super::keyword::{self, Keyword, Place};
use crate::domain::text::{Message, Text, message};
use crate::locking::lock;

/// How many bytes of keywords stay in memory before they go to a temporary file.
const MEMORY_LIMIT: usize = 1 << 20;
/// How many bytes are read from the store at once.
const READ_SIZE: usize = 1 << 16;

/// What the checking pass found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListSummary {
    /// How many keywords there are, repetitions counted.
    pub keywords: u64,
    /// Lines without a keyword in a text; in a table, rows that are filled elsewhere but not in the column of
    /// the keywords (rows that are empty throughout are not counted).
    pub blank: u64,
    /// The column of a table that was read; `None` for a text and for the command line.
    pub column: Option<ChosenColumn>,
    /// What separates the fields of a table in a text, like `semicolons`, where its name does not say it.
    pub separator: Option<Text>,
    /// The first line of a list of lines where it is a heading and no keyword.
    pub heading: Option<String>,
    /// The encoding of a text, like `GB18030`; `None` for a workbook and for the command line.
    pub encoding: Option<&'static str>,
    /// The sheet of a workbook that was read.
    pub sheet: Option<String>,
    /// The visible sheets of a workbook that were not read.
    pub other_sheets: Vec<String>,
}

/// The column that was read, and why it and not another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenColumn {
    /// Its heading, when it has one.
    pub name: Option<String>,
    /// Its number, from 1.
    pub number: usize,
    /// Why this column.
    pub reason: ColumnReason,
    /// The line or sheet row, from 1, that was taken for headings. It and what is above it is no keyword.
    pub heading_row: Option<u64>,
}

/// Why a column was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnReason {
    /// The user chose it.
    Requested,
    /// Its heading is one of the usual ones.
    Heading,
    /// Most of its first cells look like company names or codes.
    Content,
    /// No other column has anything in it.
    OnlyColumn,
}

impl ColumnReason {
    /// The reason for people.
    pub const fn in_words(self) -> Text {
        match self {
            Self::Requested => Text::new("as chosen", "按指定"),
            Self::Heading => Text::new("chosen by its heading", "按列标题选定"),
            Self::Content => Text::new(
                "chosen because its cells look like company names or codes",
                "因其内容像企业名称或代码而选定",
            ),
            Self::OnlyColumn => Text::new("the only column", "唯一的一列"),
        }
    }
}

/// A list of keywords that has been checked from the first to the last.
#[derive(Debug)]
pub struct KeywordList {
    survey: ListSummary,
    store: Arc<Mutex<SpooledTempFile>>,
}

impl KeywordList {
    /// The list of the keywords given on the command line, in their order.
    ///
    /// # Errors
    /// A keyword that is blank, too long, or holds control characters, named by its position; no keyword.
    pub fn from_arguments(arguments: Vec<String>) -> Result<Self, InputError> {
        let input = COMMAND_LINE.en;
        let mut collector = Collector::new(input);
        for (index, argument) in arguments.into_iter().enumerate() {
            let place = Place::Argument(index + 1);
            if collector.take(&argument, &place)? == Taken::Blank {
                return Err(InputError::Unusable { input: input.to_owned(), place, problem: Problem::Blank });
            }
        }
        collector.finish(Findings::default())
    }

    /// What the checking pass found.
    pub fn summary(&self) -> &ListSummary {
        &self.survey
    }

    /// The keywords in their order, read from the store as they are asked for. Every call starts at the
    /// first, independently of other readers.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn keywords(&self) -> Result<Keywords, InputError> {
        let store = StoreReader { store: Arc::clone(&self.store), offset: 0 };
        let mut reader = BufReader::with_capacity(READ_SIZE, store);
        // Reading the first block now finds a store that is gone before anything is sent.
        reader.fill_buf().map_err(|source| InputError::Store { source })?;
        Ok(Keywords { reader, remaining: self.survey.keywords })
    }
}

/// The keywords of a [`KeywordList`], one by one. Can be moved to another thread.
#[derive(Debug)]
pub struct Keywords {
    reader: BufReader<StoreReader>,
    remaining: u64,
}

impl Iterator for Keywords {
    type Item = Result<Keyword, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.remaining = self.remaining.checked_sub(1)?;
        let read = read_entry(&mut self.reader).map_err(|source| {
            self.remaining = 0;
            InputError::Store { source }
        });
        Some(read)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        usize::try_from(self.remaining).map_or((usize::MAX, None), |remaining| (remaining, Some(remaining)))
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

/// What a collector made of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    Keyword,
    Blank,
}

/// What a reader knows about its input beyond the keywords.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub column: Option<ChosenColumn>,
    pub separator: Option<Text>,
    pub heading: Option<String>,
    pub encoding: Option<&'static str>,
    pub sheet: Option<String>,
    pub other_sheets: Vec<String>,
}

/// Takes the texts of a checking pass and makes the list of them.
pub(super) struct Collector {
    input: String,
    store: BufWriter<SpooledTempFile>,
    keywords: u64,
    blank: u64,
}

impl Collector {
    pub(super) fn new(input: &str) -> Self {
        let store = BufWriter::new(SpooledTempFile::new(MEMORY_LIMIT));
        Self { input: input.to_owned(), store, keywords: 0, blank: 0 }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.keywords == 0
    }

    pub(super) fn take(&mut self, text: &str, place: &Place) -> Result<Taken, InputError> {
        let accepted = keyword::accept(text).map_err(|problem| InputError::Unusable {
            input: self.input.clone(),
            place: place.clone(),
            problem,
        })?;
        let Some(text) = accepted else {
            self.blank += 1;
            return Ok(Taken::Blank);
        };
        write_entry(&mut self.store, text, place).map_err(|source| InputError::Store { source })?;
        self.keywords += 1;
        Ok(Taken::Keyword)
    }

    pub(super) fn finish(self, findings: Findings) -> Result<KeywordList, InputError> {
        let Findings { column, separator, heading, encoding, sheet, other_sheets } = findings;
        if self.keywords == 0 {
            let detail = where_nothing_was(column.as_ref(), sheet.as_deref(), &other_sheets);
            return Err(InputError::NoKeywords { input: self.input, detail });
        }
        let store =
            self.store.into_inner().map_err(|error| InputError::Store { source: error.into_error() })?;
        let survey = ListSummary {
            keywords: self.keywords,
            blank: self.blank,
            column,
            separator,
            heading,
            encoding,
            sheet,
            other_sheets,
        };
        Ok(KeywordList { survey, store: Arc::new(Mutex::new(store)) })
    }
}

/// An entry is the place (a tag, and a text or number), then the keyword; lengths and numbers little-endian.
fn write_entry(store: &mut impl Write, text: &str, place: &Place) -> io::Result<()> {
    match place {
        Place::Line(line) => {
            store.write_all(b"L")?;
            store.write_all(&line.to_le_bytes())?;
        }
        Place::Cell(cell) => {
            store.write_all(b"C")?;
            write_text(store, cell)?;
        }
        Place::Argument(position) => {
            store.write_all(b"A")?;
            store.write_all(&(*position as u64).to_le_bytes())?;
        }
    }
    write_text(store, text)
}

fn write_text(store: &mut impl Write, text: &str) -> io::Result<()> {
    let length = u16::try_from(text.len()).map_err(io::Error::other)?;
    store.write_all(&length.to_le_bytes())?;
    store.write_all(text.as_bytes())
}

fn read_entry(store: &mut impl Read) -> io::Result<Keyword> {
    let mut tag = [0];
    store.read_exact(&mut tag)?;
    let place = match tag[0] {
        b'L' => Place::Line(read_number(store)?),
        b'C' => Place::Cell(read_text(store)?),
        b'A' => Place::Argument(usize::try_from(read_number(store)?).map_err(io::Error::other)?),
        _ => return Err(io::Error::new(io::ErrorKind::InvalidData, "the stored list is damaged")),
    };
    Ok(Keyword { text: read_text(store)?, place })
}

fn read_number(store: &mut impl Read) -> io::Result<u64> {
    let mut number = [0; 8];
    store.read_exact(&mut number)?;
    Ok(u64::from_le_bytes(number))
}

fn read_text(store: &mut impl Read) -> io::Result<String> {
    let mut length = [0; 2];
    store.read_exact(&mut length)?;
    let mut text = vec![0; usize::from(u16::from_le_bytes(length))];
    store.read_exact(&mut text)?;
    String::from_utf8(text).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// The part of the sentence about a list without keywords that says where they were looked for.
fn where_nothing_was(column: Option<&ChosenColumn>, sheet: Option<&str>, other_sheets: &[String]) -> Message {
    let column = column.map(|column| column.number);
    let mut detail = match (sheet, column) {
        (None, None) => Message::default(),
        (None, Some(column)) => message!(" in column {column}", "第 {column} 列"),
        (Some(sheet), None) => message!(" in sheet {sheet:?}", "工作表 {sheet:?} "),
        (Some(sheet), Some(column)) => {
            message!(" in column {column} of sheet {sheet:?}", "工作表 {sheet:?} 第 {column} 列")
        }
    };
    if !other_sheets.is_empty() {
        let sheets = other_sheets.join(", ");
        detail = message!(
            "{detail} (other sheets, for --sheet: {sheets})",
            "{detail:#}（其他工作表，可用 --sheet 指定：{sheets}）"
        );
    }
    detail
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(list: &[&str]) -> Result<KeywordList, InputError> {
        KeywordList::from_arguments(list.iter().map(|&text| text.to_owned()).collect())
    }

    #[test]
    fn arguments_come_back_in_order_with_their_positions() {
        let list = arguments(&[" 华为技术有限公司", "91350100M000100Y43"]).unwrap();
        assert_eq!((list.summary().keywords, list.summary().blank), (2, 0));
        let keywords: Vec<_> = list.keywords().unwrap().map(Result::unwrap).collect();
        assert_eq!(keywords[0], Keyword { text: "华为技术有限公司".into(), place: Place::Argument(1) });
        assert_eq!(keywords[1], Keyword { text: "91350100M000100Y43".into(), place: Place::Argument(2) });
    }

    #[test]
    fn a_blank_argument_is_refused_by_its_position() {
        let error = arguments(&["甲公司", "\u{3000} "]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "keyword 2 of the command line holds nothing but white space; leave it out or name a company"
        );
    }

    #[test]
    fn no_arguments_are_no_list() {
        assert!(matches!(arguments(&[]), Err(InputError::NoKeywords { .. })));
    }

    #[test]
    fn a_long_list_leaves_memory_and_reads_back_whole_by_several_readers() {
        let mut collector = Collector::new("a list");
        for number in 0..100_000_u64 {
            collector.take(&format!("第{number}号有限公司"), &Place::Line(number + 1)).unwrap();
        }
        let list = collector.finish(Findings::default()).unwrap();
        assert!(list.store.lock().unwrap().is_rolled(), "the store must have become a file");
        let mut first = list.keywords().unwrap();
        let mut second = list.keywords().unwrap();
        for number in 0..100_000_u64 {
            for reader in [&mut first, &mut second] {
                let keyword = reader.next().unwrap().unwrap();
                assert_eq!(keyword.text, format!("第{number}号有限公司"));
                assert_eq!(keyword.place, Place::Line(number + 1));
            }
        }
        assert!(first.next().is_none() && second.next().is_none());
        assert_eq!(first.reader.capacity(), READ_SIZE);
    }

    #[test]
    fn keywords_can_be_moved_to_another_thread() {
        let list = arguments(&["甲公司", "乙公司"]).unwrap();
        let keywords = list.keywords().unwrap();
        drop(list);
        let read = std::thread::spawn(move || keywords.count()).join().unwrap();
        assert_eq!(read, 2);
    }

    #[test]
    fn a_store_that_ends_early_is_an_error_and_ends_the_iteration() {
        let list = arguments(&["甲公司", "乙公司"]).unwrap();
        list.store.lock().unwrap().set_len(20).unwrap();
        let mut keywords = list.keywords().unwrap();
        assert!(keywords.next().unwrap().is_ok());
        assert!(matches!(keywords.next(), Some(Err(InputError::Store { .. }))));
        assert!(keywords.next().is_none());
    }
}
