//! `csv` and `tsv`, in two dialects.
//!
//! `rfc4180` writes values exactly as they are and quotes what RFC 4180 says must be quoted. Its lines end in
//! LF, because line tools need it and every reader of the format accepts it. `excel` is for a double click; [`excel`]
//! describes what it changes and how to undo it. Null is an empty field.

mod excel;

use super::CsvDialect;
use super::output_value::OutputValue;
use super::sink::BUFFER_BYTES;
use crate::domain::record::{ColumnKind, Value};
use crate::input::Cell;
use ::csv::{QuoteStyle, Terminator, WriterBuilder};
use serde_json::Value as Json;
use std::io::{self, Write};

pub(super) const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Writes rows of flat values in either dialect.
pub(super) struct FlatWriter<W: Write> {
    dialect: CsvDialect,
    writer: ::csv::Writer<W>,
}

impl<W: Write> FlatWriter<W> {
    pub(super) fn new(delimiter: u8, dialect: CsvDialect, mut writer: W) -> io::Result<Self> {
        let terminator = match dialect {
            CsvDialect::Rfc4180 => Terminator::Any(b'\n'),
            CsvDialect::Excel => {
                writer.write_all(BYTE_ORDER_MARK)?;
                Terminator::CRLF
            }
        };
        let writer = WriterBuilder::new()
            .delimiter(delimiter)
            .terminator(terminator)
            .quote_style(QuoteStyle::Necessary)
            .buffer_capacity(BUFFER_BYTES)
            .from_writer(writer);
        Ok(Self { dialect, writer })
    }

    /// A line of headings, which are ours and need no protection.
    pub(super) fn headings<'a>(&mut self, headings: impl Iterator<Item = &'a str>) -> io::Result<()> {
        self.writer.write_record(headings).map_err(cause)
    }

    /// A row of values, each with the type of its column.
    pub(super) fn row<'a>(
        &mut self,
        cells: impl Iterator<Item = (ColumnKind, OutputValue<'a>)>,
    ) -> io::Result<()> {
        for (kind, value) in cells {
            let mut text = value.text();
            if self.dialect == CsvDialect::Excel && is_text(&value) {
                text = excel::protected(text, kind);
            }
            self.writer.write_field(text.as_bytes()).map_err(cause)?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(cause)
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// The writer's own error: the conversion of the library hides that a pipe was closed.
fn cause(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}

/// Whether it is a text. A spreadsheet reads a cell of a list back as the number, the day or the truth value that it was,
/// unless it has only digits, which may be too many, or begin with zeros of the cell's format.
fn is_text(value: &OutputValue<'_>) -> bool {
    match value {
        OutputValue::Cell(Cell::Number(..) | Cell::Date(..) | Cell::Boolean(_), text) => {
            text.bytes().all(|byte| byte.is_ascii_digit())
        }
        value => matches!(value.value(), Value::Text(_) | Value::Json(_)),
    }
}

/// Writes JSON objects as CSV: the keys are the columns. Values that are not flat stay JSON.
///
/// # Errors
/// Those of the objects and of the writer.
pub fn csv_of_objects(
    writer: impl Write,
    keys: &[&str],
    objects: impl IntoIterator<Item = io::Result<Json>>,
) -> io::Result<()> {
    let mut writer = FlatWriter::new(b',', CsvDialect::Rfc4180, writer)?;
    writer.headings(keys.iter().copied())?;
    for object in objects {
        let object = object?;
        writer.row(keys.iter().map(|key| (ColumnKind::Text, OutputValue::Plain((&object[*key]).into()))))?;
    }
    writer.flush()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, written};
    use super::super::{Format, Header, Layout, Options};
    use super::*;
    use crate::domain::record::{Row, Topic};
    use crate::domain::text::Language;
    use proptest::prelude::*;

    /// The text of a cell that was protected.
    fn unprotected(field: &str) -> String {
        if let Some(literal) = field.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
            return literal.replace("\"\"", "\"");
        }
        field.strip_prefix('\'').unwrap_or(field).to_owned()
    }

    fn excel() -> Options {
        Options { csv_dialect: CsvDialect::Excel, ..Options::default() }
    }

    fn copyright(format: Format, options: Options, rows: &[Row]) -> String {
        written(format, &Layout::whole(Topic::Copyright, Header::Keys, Language::English), options, rows, &[])
    }

    fn read(text: &str, delimiter: u8) -> Vec<Vec<String>> {
        ::csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(true)
            .from_reader(text.as_bytes())
            .records()
            .map(|record| record.unwrap().iter().map(str::to_owned).collect())
            .collect()
    }

    #[test]
    fn a_closed_pipe_is_told_from_other_errors() {
        struct ClosedPipe;
        impl Write for ClosedPipe {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut writer = FlatWriter::new(b',', CsvDialect::Rfc4180, ClosedPipe).unwrap();
        let error = (0..=BUFFER_BYTES).find_map(|_| writer.headings(["query", "name"].into_iter()).err());
        assert_eq!(error.unwrap().kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn without_rows_there_is_still_a_header() {
        assert!(
            copyright(Format::Csv, Options::default(), &[])
                .starts_with("query,provider,match,input_row,registration_number,")
        );
    }

    #[test]
    fn the_excel_dialect_has_a_byte_order_mark_crlf_and_no_live_formula() {
        let mut rows = samples::copyright_rows();
        let record = &mut rows[0].record;
        record.set("name", "=cmd|' /C calc'!A0".into());
        record.set("category", "913101156762751234".into());
        let text = copyright(Format::Csv, excel(), &rows);
        assert!(text.starts_with("\u{feff}query,"));
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        assert!(text.contains(r#","=""=cmd|' /C calc'!A0""","#), "{text}");
        assert!(text.contains(r#","=""913101156762751234""","#), "{text}");
        assert!(text.contains(r#","=""1.0""","#), "{text}");
        assert!(text.contains(",2019-02-03,2019,"), "{text}");
    }

    #[test]
    fn numbers_and_days_of_a_list_are_no_texts_in_the_excel_dialect() {
        let cells = [
            Cell::Number(-1234.5, None),
            Cell::Date(44972.0, "yyyy-mm-dd".to_owned()),
            Cell::Boolean(true),
            Cell::Number(123.0, Some("000000".to_owned())),
            Cell::Text("1234.5".to_owned()),
        ];
        let mut bytes = Vec::new();
        let mut flat = FlatWriter::new(b',', CsvDialect::Excel, &mut bytes).unwrap();
        let values = cells.iter().map(|cell| OutputValue::Cell(cell, cell.shown()));
        flat.row(values.map(|value| (ColumnKind::Text, value))).unwrap();
        drop(flat);
        let expected = "\u{feff}-1234.5,2023-02-15,TRUE,\"=\"\"000123\"\"\",\"=\"\"1234.5\"\"\"\r\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn hostile_rows_come_back_as_they_were(rows in samples::hostile_rows()) {
            let expected: Vec<_> = rows.iter().map(samples::as_texts).collect();
            let csv = copyright(Format::Csv, Options::default(), &rows);
            prop_assert_eq!(read(&csv, b','), &expected[..]);
            let tsv = copyright(Format::Tsv, Options::default(), &rows);
            prop_assert_eq!(read(&tsv, b'\t'), expected);
        }

        #[test]
        fn what_is_protected_for_excel_is_undone_by_its_rule(rows in samples::hostile_rows()) {
            let csv = copyright(Format::Csv, excel(), &rows);
            let back: Vec<Vec<String>> = read(csv.strip_prefix('\u{feff}').unwrap(), b',')
                .into_iter()
                .map(|record| record.iter().map(|field| unprotected(field)).collect())
                .collect();
            prop_assert_eq!(back, rows.iter().map(samples::as_texts).collect::<Vec<_>>());
        }
    }
}
