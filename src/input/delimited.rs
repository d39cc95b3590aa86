//! Tables of separated fields (RFC 4180: fields may be quoted and then hold line breaks).
//!
//! Rows may be shorter than the headings. A row that is longer is an error: nearly always a name with a comma
//! that nobody quoted, and half of it would be paid for. A row never takes more than
//! [`LINE_LIMIT`] bytes of memory, also when a quotation mark is opened and never closed. Lines are empty only
//! between rows and do not count. It must not decode or choose columns.

use std::io::{self, BufRead, Read};

use csv::{ErrorKind, ReaderBuilder, StringRecord};

use super::error::InputError;
use super::keyword::Place;
use super::separator::{self, Separator};
use super::table::{Row, RowSource, Value, Wanted};
use super::text::{LINE_LIMIT, recover};
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
        };
        let reader = ReaderBuilder::new()
            .delimiter(separator.byte())
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(BUFFER)
            .from_reader(source);
        Self { input: input.to_owned(), reader, record: StringRecord::new() }
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
    fn next_row(&mut self, wanted: Wanted) -> Result<Option<Row>, InputError> {
        while let Some(number) = self.advance()? {
            if number == 1 && self.record.get(0).is_some_and(separator::is_declaration) {
                continue;
            }
            let mut row = Row { number, fields: self.record.len(), width: 0, cells: Vec::new() };
            for (column, field) in self.record.iter().enumerate() {
                if clean_keyword(field).is_empty() {
                    continue;
                }
                row.width = column + 1;
                if wanted.includes(column) {
                    row.cells.push((column, Value::Text(field.to_owned())));
                }
            }
            if row.width > 0 {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    fn place(&self, row: &Row, _column: usize) -> Place {
        Place::Line(row.number)
    }

    fn check_width(&self, row: &Row, expected: usize) -> Result<(), InputError> {
        if row.width <= expected {
            return Ok(());
        }
        let (input, line, fields) = (self.input.clone(), row.number, row.width);
        Err(InputError::SurplusFields { input, line, fields, expected })
    }
}

/// The first rows of a text as cleaned cells, at most so many; a row without any text is empty. The last row of the
/// text is left out: it may be cut.
pub(super) fn first_rows(text: &str, separator: Separator, most: usize) -> impl Iterator<Item = Vec<String>> {
    let whole = text.rfind('\n').map_or(text, |end| &text[..end]);
    let reader = ReaderBuilder::new()
        .delimiter(separator.byte())
        .has_headers(false)
        .flexible(true)
        .from_reader(whole.as_bytes());
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
        while let Some(row) = source.next_row(Wanted::Every)? {
            let texts = row.cells.iter().map(|(_, value)| value.text().unwrap().to_owned());
            rows.push((row.number, texts.collect()));
        }
        Ok(rows)
    }

    fn row(number: u64, cells: &[&str]) -> (u64, Vec<String>) {
        (number, cells.iter().map(|&text| text.to_owned()).collect())
    }

    #[test]
    fn rows_bear_the_line_they_begin_at() {
        let text = "\n\na,b\n\n\"c\nc\",d\n,,\ne,f";
        assert_eq!(
            rows(text, Separator::Comma).unwrap(),
            [row(3, &["a", "b"]), row(5, &["c\nc", "d"]), row(8, &["e", "f"])]
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
    fn only_the_wanted_column_is_kept() {
        let mut source = DelimitedRows::new("a.csv", &b"a,b,c\n,,d\n"[..], Separator::Comma);
        let row = source.next_row(Wanted::Only(1)).unwrap().unwrap();
        assert_eq!((row.width, row.text(1), row.cells.len()), (3, Some("b"), 1));
        let row = source.next_row(Wanted::Only(1)).unwrap().unwrap();
        assert_eq!((row.width, row.cells.len()), (3, 0));
    }

    #[test]
    fn a_row_that_never_ends_is_refused_within_its_bound() {
        let text = format!("a,b\nc,\"{}", "x\n".repeat(2 * LINE_LIMIT));
        let mut source = DelimitedRows::new("a.csv", text.as_bytes(), Separator::Comma);
        source.next_row(Wanted::Every).unwrap().unwrap();
        let error = source.next_row(Wanted::Every).unwrap_err();
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
            let mut line = 1;
            let mut expected = Vec::new();
            for cells in &table {
                let cleaned = cells.iter().map(|cell| clean_keyword(cell).to_owned()).collect::<Vec<_>>();
                expected.push((line, cleaned));
                line += 1 + cells.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
            }
            prop_assert_eq!(read, expected);
        }
    }
}
