//! Tables of separated fields (RFC 4180: fields may be quoted and then hold line breaks).
//!
//! Rows may be shorter than the headings. A longer row is an error: it is nearly always a name with an unquoted
//! comma, and half of it would be paid for. The csv crate is not used here: it accepts a quotation mark that is never
//! closed or not doubled, and it has no separators of several bytes.

use std::io::BufRead;
use std::iter;

use super::row::{Cell, FileRow, LINE_LIMIT, RowSource};
use super::text::Lines;
use crate::domain::identifier::clean_keyword;
use crate::domain::text::{Message, Text, message};

/// The separators and their names; a text that could have several has the first.
pub(super) const SEPARATORS: [(char, Text); 5] = [
    (',', Text::new("commas", "逗号")),
    (';', Text::new("semicolons", "分号")),
    ('\t', Text::new("tabs", "制表符")),
    ('|', Text::new("bars", "竖线")),
    ('，', Text::new("full-width commas", "全角逗号")),
];

/// The name of a separator.
pub(super) fn name_of(separator: char) -> Option<Text> {
    SEPARATORS.into_iter().find(|(character, _)| *character == separator).map(|(_, name)| name)
}

/// Whether the first field of a first row is Excel's way to declare the separator.
pub(super) fn is_declaration(field: &str) -> bool {
    clean_keyword(field).eq_ignore_ascii_case("sep=")
}

/// The rows of a decoded text.
pub(super) struct DelimitedRows<R> {
    lines: Lines<R>,
    separator: char,
    /// The number of the last row, from 1.
    row: u64,
}

impl<R: BufRead> DelimitedRows<R> {
    pub(super) fn new(text: R, separator: char) -> Self {
        Self { lines: Lines::new(text), separator, row: 0 }
    }

    /// The text of the next row and the line at which it begins; `None` after the last.
    fn next_record(&mut self) -> Result<Option<(u64, String)>, Message> {
        let Some(mut record) = self.lines.next_line()? else { return Ok(None) };
        let line = self.lines.number;
        let mut is_open = leaves_open(&record, false, self.separator);
        while is_open {
            let Some(next) = self.lines.next_line()? else {
                return Err(message!(
                    "the row at line {line} opens a quotation mark that is never closed; close it",
                    "第 {line} 行起的引号没有闭合；请补上"
                ));
            };
            is_open = leaves_open(&next, true, self.separator);
            record.push('\n');
            record.push_str(&next);
            if record.len() > LINE_LIMIT {
                return Err(message!(
                    "the row at line {line} is longer than {LINE_LIMIT} bytes; look for a quotation mark that is opened and never closed",
                    "第 {line} 行起的一行记录超过 {LINE_LIMIT} 字节；请检查是否有未闭合的引号"
                ));
            }
        }
        Ok(Some((line, record)))
    }
}

impl<R: BufRead> RowSource for DelimitedRows<R> {
    fn next_row(&mut self) -> Result<Option<FileRow>, Message> {
        while let Some((line, record)) = self.next_record()? {
            self.row += 1;
            let mut row = FileRow { input_row: self.row, line: Some(line), ..FileRow::default() };
            let mut rest = Some(record.as_str());
            while let Some(text) = rest {
                let (written, meant, after) = next_field(text, self.separator);
                row.repaired.extend(meant.map(|meant| (row.cells.len(), meant)));
                row.cells.push(if written.is_empty() { Cell::Empty } else { Cell::Text(written) });
                rest = after;
            }
            let is_declared = line == 1 && is_declaration(&row.cells[0].shown());
            row.close();
            if !is_declared && !row.cells.is_empty() {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    fn last_row(&self) -> u64 {
        self.row
    }
}

/// Whether a quoted field is open at the end of a line, which may begin inside one.
fn leaves_open(line: &str, mut is_open: bool, separator: char) -> bool {
    let mut is_field_start = !is_open;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if is_open => is_open = characters.next_if_eq(&'"').is_some(),
            '"' if is_field_start => is_open = true,
            _ => {}
        }
        is_field_start = !is_open && character == separator;
    }
    is_open
}

/// The first field of a text as it is written, and the text after its separator. A quoted field ends at a quotation mark
/// before a separator, and is given without its quotation marks. If one inside it is not doubled, it is given with all of
/// them. The second text is then the one that was probably meant: without the outer ones, and without the backslashes
/// before the inner ones.
fn next_field(text: &str, separator: char) -> (String, Option<String>, Option<&str>) {
    let Some(mut rest) = text.strip_prefix('"') else {
        let (written, after) =
            text.split_once(separator).map_or((text, None), |(field, rest)| (field, Some(rest)));
        return (written.to_owned(), None, after);
    };
    let (mut meant, mut is_malformed) = (String::new(), false);
    let after = loop {
        let (before, after) = rest.split_once('"').unwrap_or((rest, ""));
        if after.is_empty() || after.starts_with(separator) {
            meant.push_str(before);
            break after;
        }
        let doubled = after.strip_prefix('"');
        is_malformed |= doubled.is_none();
        meant.push_str(if doubled.is_none() { before.trim_end_matches('\\') } else { before });
        meant.push('"');
        rest = doubled.unwrap_or(after);
    };
    let next = after.strip_prefix(separator);
    if is_malformed {
        (text[..text.len() - after.len()].to_owned(), Some(meant), next)
    } else {
        (meant, None, next)
    }
}

/// The first rows of a text. Its last line is left out: it may be cut.
pub(super) fn first_rows(text: &str, separator: char, most: usize) -> impl Iterator<Item = FileRow> {
    let whole = text.rfind('\n').map_or(text, |end| &text[..end]);
    let mut rows = DelimitedRows::new(whole.as_bytes(), separator);
    iter::from_fn(move || rows.next_row().ok().flatten()).take(most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str, separator: char) -> Result<Vec<(u64, Vec<String>)>, Message> {
        let mut source = DelimitedRows::new(text.as_bytes(), separator);
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
            rows(text, ',').unwrap(),
            [row(3, &["a", "b"]), row(5, &["c\nc", "d"]), row(7, &["e", "f"])]
        );
    }

    #[test]
    fn tabs_separate_where_they_should() {
        assert_eq!(rows("a,b\tc\n", '\t').unwrap(), [row(1, &["a,b", "c"])]);
        assert_eq!(rows("", '\t').unwrap(), []);
    }

    #[test]
    fn an_unclosed_quotation_mark_is_named_by_the_row_it_is_in() {
        for text in ["a,b\nc,\"d\ne,f\ng,h\n", "a,b\nc,\"d\ne,f\ng,h", "a\n\"d", "a\n\"", "a\n\"b\n"] {
            let error = rows(text, ',').unwrap_err();
            assert!(
                error.to_string().starts_with("the row at line 2 opens a quotation mark"),
                "{text:?}: {error}"
            );
        }
    }

    #[test]
    fn quotation_marks_that_are_not_doubled_are_told_with_what_was_meant() {
        for (text, written, meant) in [
            ("\"深圳\\\"3\\\"有限公司\",a\n", "\"深圳\\\"3\\\"有限公司\"", "深圳\"3\"有限公司"),
            ("\"深圳\"华\"3有限公司\",a\n", "\"深圳\"华\"3有限公司\"", "深圳\"华\"3有限公司"),
        ] {
            let mut source = DelimitedRows::new(text.as_bytes(), ',');
            let row = source.next_row().unwrap().unwrap();
            assert_eq!((row.text(0).as_deref(), row.text(1).as_deref()), (Some(written), Some("a")));
            assert_eq!(row.repaired, [(0, meant.to_owned())]);
        }
        let mut source = DelimitedRows::new("\"甲\"\"乙\"\"\",5\" pipe\n".as_bytes(), ',');
        let row = source.next_row().unwrap().unwrap();
        assert_eq!((row.text(0).as_deref(), row.text(1).as_deref()), (Some("甲\"乙\""), Some("5\" pipe")));
        assert_eq!(row.repaired, []);
    }

    #[test]
    fn a_row_that_never_ends_is_refused_within_its_bound() {
        let text = format!("a,b\nc,\"{}", "x\n".repeat(2 * LINE_LIMIT));
        let mut source = DelimitedRows::new(text.as_bytes(), ',');
        source.next_row().unwrap().unwrap();
        let error = source.next_row().unwrap_err();
        assert!(error.to_string().starts_with("the row at line 2 is longer than 1048576 bytes"), "{error}");
        assert!(source.lines.number <= LINE_LIMIT as u64 / 2 + 3, "{} lines were read", source.lines.number);
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
            let read = rows(&text, ',').unwrap();
            let mut expected = Vec::new();
            for (row, cells) in (1..).zip(&table) {
                let cleaned = cells.iter().map(|cell| clean_keyword(cell).to_owned()).collect::<Vec<_>>();
                expected.push((row, cleaned));
            }
            prop_assert_eq!(read, expected);
        }

        /// The csv crate reads the same fields, if it reads without complaint what this module reads.
        #[test]
        fn a_text_in_order_has_the_fields_that_the_csv_crate_finds(text in "[a,\"\n]{0,40}") {
            let mut source = DelimitedRows::new(text.as_bytes(), ',');
            let mut records = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(text.as_bytes())
                .into_records()
                .map(Result::unwrap)
                .filter(|record| record.iter().any(|field| !clean_keyword(field).is_empty()));
            while let Ok(Some(row)) = source.next_row() {
                if !row.repaired.is_empty() {
                    break;
                }
                let fields: Vec<String> =
                    records.next().unwrap().iter().take(row.cells.len()).map(str::to_owned).collect();
                let cells: Vec<String> = row.cells.iter().map(|cell| cell.shown().into_owned()).collect();
                prop_assert_eq!(cells, fields);
            }
        }
    }
}
