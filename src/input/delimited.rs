//! Tables of separated fields (RFC 4180: fields may be quoted and then hold line breaks).
//!
//! Rows may be shorter than the headings. A longer row is an error: it is nearly always a name with an unquoted
//! comma, and half of it would be paid for. A row never takes more than [`LINE_LIMIT`] bytes of memory, also when a
//! quotation mark is opened and never closed.

use std::io::{self, BufRead, Read};

use csv::{ErrorKind, ReaderBuilder, StringRecord};

use super::error::InputError;
use super::row::{Cell, LINE_LIMIT, Row, RowSource};
use super::separator::{self, FULL_WIDTH_FIELD_END, Separator};
use super::text::recover;
use crate::domain::identifier::clean_keyword;

const BUFFER: usize = 1 << 14;
/// A row of its own after the last. No decoded text holds a NUL, so when it is found inside another field,
/// that field was never closed.
const END_MARK: &str = "\0";
const END_ROW: &[u8] = b"\n\0\n";

/// The rows of a decoded text.
pub(super) struct DelimitedRows<R> {
    input: String,
    reader: csv::Reader<RowBound<R>>,
    record: StringRecord,
    delimiter: u8,
    /// The row and the line after the last record.
    row: u64,
    next_line: u64,
}

impl<R: BufRead> DelimitedRows<R> {
    pub(super) fn new(input: &str, text: R, separator: Separator) -> Self {
        let source = RowBound {
            input: input.to_owned(),
            text,
            given: 0,
            allowed: LINE_LIMIT as u64,
            line: 1,
            end: END_ROW,
            recent: Vec::new(),
            used: 0,
        };
        let reader = ReaderBuilder::new()
            .delimiter(separator.byte())
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(BUFFER)
            .from_reader(source);
        let (input, delimiter) = (input.to_owned(), separator.byte());
        Self { input, reader, record: StringRecord::new(), delimiter, row: 0, next_line: 1 }
    }

    /// Reads the next record and returns the line it begins at; `None` after the last.
    fn advance(&mut self) -> Result<Option<u64>, InputError> {
        let more = self.reader.read_record(&mut self.record).map_err(|error| match error.into_kind() {
            ErrorKind::Io(error) => recover(&self.input, error),
            // Only UTF-8 goes in and rows may have any length: nothing but reading can fail.
            other => {
                let source = io::Error::new(io::ErrorKind::InvalidData, format!("{other:?}"));
                InputError::Unreadable { input: self.input.clone(), source }
            }
        })?;
        // The line after a record is certain, the one where it began is not (empty lines are skipped).
        let after = self.reader.position().line();
        let breaks = memchr::memchr_iter(b'\n', self.record.as_slice().as_bytes()).count() as u64;
        let begin = after.saturating_sub(breaks + 1);
        let bound = self.reader.position().byte() + LINE_LIMIT as u64;
        let source = self.reader.get_mut();
        (source.allowed, source.line) = (bound, after);
        if !more || (self.record.len() == 1 && &self.record[0] == END_MARK) {
            return Ok(None);
        }
        if self.record.as_slice().contains(END_MARK) {
            // Such a record has no line break after it, only within.
            let line = after.saturating_sub(breaks);
            return Err(InputError::UnclosedQuote { input: self.input.clone(), line });
        }
        Ok(Some(begin))
    }
}

impl<R: BufRead> RowSource for DelimitedRows<R> {
    fn next_row(&mut self) -> Result<Option<Row>, InputError> {
        loop {
            let start = self.reader.position().byte();
            let Some(line) = self.advance()? else { return Ok(None) };
            let end = self.reader.position().byte();
            // Empty lines are skipped by the reader and are rows all the same; line breaks inside fields are none.
            self.row += line.saturating_sub(self.next_line) + 1;
            self.next_line = self.reader.position().line();
            let quoted = self.reader.get_mut().take_recent(start, end);
            if line == 1 && self.record.get(0).is_some_and(separator::is_declaration) {
                continue;
            }
            let mut row = Row { input_row: self.row, line, fields: self.record.len(), ..Row::default() };
            match quoted.and_then(|record| malformed_fields(&record, self.delimiter)) {
                Some(fields) => fill_malformed(&mut row, fields),
                None => row.cells.extend(self.record.iter().map(cell)),
            }
            while row.cells.last().is_some_and(Cell::is_blank) {
                row.cells.pop();
            }
            if !row.cells.is_empty() {
                return Ok(Some(row));
            }
        }
    }

    fn check_width(&self, row: &Row, expected: usize) -> Result<(), InputError> {
        if row.cells.len() <= expected {
            return Ok(());
        }
        let (input, line, fields) = (self.input.clone(), row.line, row.cells.len());
        Err(InputError::SurplusFields { input, line, fields, expected })
    }
}

fn cell(field: &str) -> Cell {
    if field.is_empty() { Cell::Empty } else { Cell::Text(field.replace(FULL_WIDTH_FIELD_END, "，")) }
}

fn fill_malformed(row: &mut Row, fields: Vec<Field>) {
    row.fields = fields.len();
    for (index, field) in fields.into_iter().enumerate() {
        row.cells.push(cell(&field.written));
        if field.is_malformed {
            row.repaired.push((index, field.meant.replace(FULL_WIDTH_FIELD_END, "，")));
        }
    }
}

/// A field of a record in which quotation marks are not doubled.
struct Field {
    /// The text as it is written; without its quotation marks if they are in order.
    written: String,
    meant: String,
    is_malformed: bool,
}

/// The fields of a record if a quotation mark inside a quoted field is not doubled. The field then ends at a
/// quotation mark before a separator; a backslash before a quotation mark is dropped.
fn malformed_fields(record: &str, delimiter: u8) -> Option<Vec<Field>> {
    let delimiter = char::from(delimiter);
    let mut fields = Vec::new();
    let mut rest = Some(record.trim_matches('\n'));
    while let Some(text) = rest {
        let (field, after) = next_field(text, delimiter);
        fields.push(field);
        rest = after;
    }
    fields.iter().any(|field| field.is_malformed).then_some(fields)
}

fn next_field(text: &str, delimiter: char) -> (Field, Option<&str>) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (written, after) =
            text.split_once(delimiter).map_or((text, None), |(field, rest)| (field, Some(rest)));
        let written = written.to_owned();
        return (Field { meant: written.clone(), written, is_malformed: false }, after);
    };
    let (mut meant, mut is_malformed) = (String::new(), false);
    let mut rest = quoted;
    loop {
        let Some((before, after)) = rest.split_once('"') else {
            meant.push_str(rest);
            return (Field { written: text.to_owned(), meant, is_malformed }, None);
        };
        if after.is_empty() || after.starts_with(delimiter) {
            meant.push_str(before);
            let written = text[..text.len() - after.len()].to_owned();
            let written = if is_malformed { written } else { meant.clone() };
            return (Field { written, meant, is_malformed }, after.strip_prefix(delimiter));
        }
        let doubled = after.strip_prefix('"');
        is_malformed |= doubled.is_none();
        meant.push_str(if doubled.is_none() { before.trim_end_matches('\\') } else { before });
        meant.push('"');
        rest = doubled.unwrap_or(after);
    }
}

/// The first rows of a text as cleaned cells, at most so many; a row without any text is empty. The last row of the
/// text is left out: it may be cut.
pub(super) fn first_rows(text: &str, separator: Separator, most: usize) -> impl Iterator<Item = Vec<String>> {
    let whole = text.rfind('\n').map_or(text, |end| &text[..end]);
    let whole = match separator {
        Separator::FullWidthComma => whole.replace('，', FULL_WIDTH_FIELD_END),
        _ => whole.to_owned(),
    };
    let reader = ReaderBuilder::new()
        .delimiter(separator.byte())
        .has_headers(false)
        .flexible(true)
        .from_reader(io::Cursor::new(whole));
    reader.into_records().take(most).map_while(Result::ok).map(|record| {
        let cells: Vec<String> = record.iter().map(|field| clean_keyword(field).to_owned()).collect();
        if cells.iter().all(String::is_empty) { Vec::new() } else { cells }
    })
}

/// Passes a text on, fails once a row has taken more than it may, and appends [`END_ROW`].
struct RowBound<R> {
    input: String,
    text: R,
    given: u64,
    allowed: u64,
    line: u64,
    end: &'static [u8],
    /// What was given last, and how much of it belongs to records that were taken.
    recent: Vec<u8>,
    used: usize,
}

impl<R> RowBound<R> {
    /// The text between two positions in what was given, if there is a quotation mark in it. Positions only grow.
    fn take_recent(&mut self, start: u64, end: u64) -> Option<String> {
        let offset = |position: u64| {
            let behind = usize::try_from(self.given.saturating_sub(position)).unwrap_or(usize::MAX);
            self.recent.len().saturating_sub(behind)
        };
        let (start, end) = (offset(start), offset(end));
        self.used = end;
        let record = self.recent.get(start..end).filter(|record| memchr::memchr(b'"', record).is_some())?;
        Some(String::from_utf8_lossy(record).into_owned())
    }
}

impl<R: BufRead> Read for RowBound<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given > self.allowed {
            let (input, line) = (self.input.clone(), self.line);
            return Err(io::Error::other(InputError::RowTooLong { input, line, limit: LINE_LIMIT }));
        }
        let mut read = self.text.read(buffer)?;
        if read == 0 {
            read = self.end.read(buffer)?;
        }
        self.given += read as u64;
        self.recent.drain(..self.used);
        self.used = 0;
        self.recent.extend_from_slice(&buffer[..read]);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str, separator: Separator) -> Result<Vec<(u64, Vec<String>)>, InputError> {
        let mut source = DelimitedRows::new("a.csv", text.as_bytes(), separator);
        let mut rows = Vec::new();
        while let Some(row) = source.next_row()? {
            let texts = (0..row.cells.len()).map(|column| row.text(column).unwrap_or_default().into_owned());
            rows.push((row.input_row, texts.collect()));
        }
        Ok(rows)
    }

    fn row(number: u64, cells: &[&str]) -> (u64, Vec<String>) {
        (number, cells.iter().map(|&text| text.to_owned()).collect())
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_counts_them() {
        let text = "\n\na,b\n\n\"c\nc\",d\n,,\ne,f";
        assert_eq!(
            rows(text, Separator::Comma).unwrap(),
            [row(3, &["a", "b"]), row(5, &["c\nc", "d"]), row(7, &["e", "f"])]
        );
    }

    #[test]
    fn tabs_separate_where_they_should() {
        assert_eq!(rows("a,b\tc\n", Separator::Tab).unwrap(), [row(1, &["a,b", "c"])]);
        assert_eq!(rows("", Separator::Tab).unwrap(), []);
    }

    #[test]
    fn an_unclosed_quotation_mark_is_named_by_the_row_it_is_in() {
        for text in ["a,b\nc,\"d\ne,f\ng,h\n", "a,b\nc,\"d\ne,f\ng,h", "a\n\"d", "a\n\"", "a\n\"b\n"] {
            let error = rows(text, Separator::Comma).unwrap_err();
            assert!(matches!(error, InputError::UnclosedQuote { line: 2, .. }), "{text:?}: {error}");
        }
    }

    #[test]
    fn quotation_marks_that_are_not_doubled_are_told_with_what_was_meant() {
        for (text, written, meant) in [
            ("\"深圳\\\"3\\\"有限公司\",a\n", "\"深圳\\\"3\\\"有限公司\"", "深圳\"3\"有限公司"),
            ("\"深圳\"华\"3有限公司\",a\n", "\"深圳\"华\"3有限公司\"", "深圳\"华\"3有限公司"),
        ] {
            let mut source = DelimitedRows::new("a.csv", text.as_bytes(), Separator::Comma);
            let row = source.next_row().unwrap().unwrap();
            assert_eq!((row.text(0).as_deref(), row.text(1).as_deref()), (Some(written), Some("a")));
            assert_eq!(row.repaired, [(0, meant.to_owned())]);
        }
        let mut source =
            DelimitedRows::new("a.csv", "\"甲\"\"乙\"\"\",5\" pipe\n".as_bytes(), Separator::Comma);
        let row = source.next_row().unwrap().unwrap();
        assert_eq!((row.text(0).as_deref(), row.text(1).as_deref()), (Some("甲\"乙\""), Some("5\" pipe")));
        assert_eq!(row.repaired, []);
    }

    #[test]
    fn a_row_that_never_ends_is_refused_within_its_bound() {
        let text = format!("a,b\nc,\"{}", "x\n".repeat(2 * LINE_LIMIT));
        let mut source = DelimitedRows::new("a.csv", text.as_bytes(), Separator::Comma);
        source.next_row().unwrap().unwrap();
        let error = source.next_row().unwrap_err();
        assert!(matches!(error, InputError::RowTooLong { line: 2, .. }), "{error}");
        let given = source.reader.get_ref().given;
        assert!(given <= (LINE_LIMIT + 2 * BUFFER) as u64, "{given} bytes were read");
    }

    proptest! {
        #[test]
        fn what_a_csv_writer_writes_is_read_back(
            table in prop::collection::vec(prop::collection::vec("[a-c,\"\n 甲]{0,6}x", 1..4), 0..8),
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for cells in &table {
                writer.write_record(cells).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let read = rows(&text, Separator::Comma).unwrap();
            let mut expected = Vec::new();
            for (row, cells) in (1..).zip(&table) {
                let cleaned = cells.iter().map(|cell| clean_keyword(cell).to_owned()).collect::<Vec<_>>();
                expected.push((row, cleaned));
            }
            prop_assert_eq!(read, expected);
        }
    }
}
