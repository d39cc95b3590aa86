//! `xlsx`: a workbook for analysts, written in constant memory. The first sheet has one row for each row of the list,
//! the second one row for each record.
//!
//! Text and identifiers are strings, so nothing a vendor sends is ever a formula or a rounded number; days are
//! real dates, so they sort and filter. A text that is too long for a cell is cut with a note; rows beyond the limit of
//! a sheet continue on the next. Rows wait in anonymous temporary files of the library until [`Book::save`].

use super::flat_text::flat_text;
use super::input_rows::{InputCell, OpenInput};
use super::outcome_store::OutcomeStore;
use super::query_columns::{QueryColumn, Words, report_row, workbook_columns};
use super::reading::Reading;
use super::report::QUERIES_SHEET;
use super::sink::BUFFER_BYTES;
use super::temporary_room::TemporaryRoom;
use super::{Layout, Options, Sink, Writer};
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::{ColumnKind, Row, Value};
use crate::domain::text::Text;
use jiff::civil::Date;
use rust_xlsxwriter::{Color, ExcelDateTime, Format, Note, Workbook, Worksheet, XlsxError};
use serde_json::Value as Json;
use std::collections::HashMap;
use std::io::{self, BufWriter, Write};
use unicode_width::UnicodeWidthStr;

const RECORDS_SHEET: Text = Text::new("records", "记录");
/// The code of the format for this size.
const PAPER_A4: u8 = 9;

/// The rows of a sheet, the header among them.
const ROWS_A_SHEET: u32 = 1_048_576;
/// About how much a sheet may hold before the next begins, so that its XML stays under the 4 GiB of the classic
/// zip format: `LibreOffice` does not open a workbook of the larger one.
const BYTES_A_SHEET: u64 = 2 << 30;
/// From here on the workbook itself may outgrow the classic format, compressed as it is.
const BYTES_OF_A_LARGE_BOOK: u64 = 16 << 30;
/// What a cell costs beside its text.
const BYTES_A_CELL: u64 = 64;
/// The most that a cell holds, in UTF-16 units.
const LONGEST_CELL: usize = 32_767;
const CUT_NOTE: &str = " … [cut: a cell holds 32767 characters / 单元格最多容纳 32767 个字符]";
/// Whole numbers beyond it lose digits in a spreadsheet.
const LARGEST_NUMBER: i64 = 1 << 53;
/// Rows that decide the width of the columns.
const MEASURED_ROWS: u32 = 500;
const NARROWEST: usize = 6;
const WIDEST: usize = 48;
/// Room for the button of the filter beside a heading.
const FILTER_BUTTON: usize = 3;

/// One column of a sheet.
pub(super) struct SheetColumn {
    pub(super) heading: Option<&'static str>,
    pub(super) kind: ColumnKind,
}

struct XlsxSink {
    layout: Layout,
    words: Words,
    query_columns: Vec<QueryColumn>,
    outcomes: OutcomeStore,
    input: OpenInput,
    book: Book,
    writer: Writer,
}

/// Places of the tables in the workbook.
const QUERIES: usize = 0;
const RECORDS: usize = 1;

pub(super) fn open(
    layout: &Layout,
    options: Options,
    writer: Writer,
    input: OpenInput,
) -> io::Result<Box<dyn Sink>> {
    let words = Words::below(layout.header, layout.language);
    let query_columns = workbook_columns();
    let mut book = Book::new(options.authenticity.mark().map(|mark| mark.in_language(layout.language)))?;
    let columns = query_columns.iter().map(|column| SheetColumn {
        heading: column.heading(layout.header, layout.language),
        kind: column.kind,
    });
    book.add_sheets(QUERIES_SHEET.in_language(layout.language), columns.collect())?;
    let columns = layout.selected().map(|column| SheetColumn {
        heading: layout.header.heading(column.key, column.label, layout.language),
        kind: column.kind,
    });
    book.add_sheets(RECORDS_SHEET.in_language(layout.language), columns.collect())?;
    Ok(Box::new(XlsxSink {
        layout: layout.clone(),
        words,
        query_columns,
        outcomes: OutcomeStore::new(layout.topic, words),
        input,
        book,
        writer,
    }))
}

impl Sink for XlsxSink {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        self.outcomes.row(row);
        let columns = self.layout.columns.iter().zip(self.layout.selected());
        let values: Vec<Reading<'_>> =
            columns.map(|(index, column)| Reading::in_words(column, row.value(*index), self.words)).collect();
        self.book.row(RECORDS, values.iter().map(Reading::value))
    }

    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        self.outcomes.outcome(outcome)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        let Self { query_columns, outcomes, input, mut book, writer, .. } = *self;
        outcomes.join(input()?, |row, outcome| {
            let row = report_row(row, outcome);
            book.row(QUERIES, query_columns.iter().map(|column| column.value(&row)))
        })?;
        book.save(writer)
    }
}

/// A workbook under way.
pub(super) struct Book {
    workbook: Workbook,
    formats: Formats,
    rows_a_sheet: u32,
    most_bytes: u64,
    /// About as many as its sheets have, before compression.
    bytes: u64,
    room: TemporaryRoom,
    /// The mark on fictitious data.
    mark: Option<&'static str>,
    scratch: String,
    tables: Vec<SheetSeries>,
}

/// One table: as many sheets as its rows need.
struct SheetSeries {
    name: &'static str,
    columns: Vec<SheetColumn>,
    full: Vec<Worksheet>,
    sheet: Worksheet,
    next_row: u32,
    bytes: u64,
    widths: Vec<usize>,
}

struct Formats {
    heading: Format,
    identifier: Format,
    date: Format,
}

impl Book {
    pub(super) fn new(mark: Option<&'static str>) -> io::Result<Self> {
        let formats = Formats {
            heading: Format::new().set_bold(),
            identifier: Format::new().set_num_format("@"),
            date: Format::new().set_num_format("yyyy-mm-dd"),
        };
        let most_bytes = BYTES_A_SHEET;
        Ok(Self {
            workbook: Workbook::new(),
            formats,
            rows_a_sheet: ROWS_A_SHEET,
            most_bytes,
            bytes: 0,
            room: TemporaryRoom::found()?,
            mark,
            scratch: String::new(),
            tables: Vec::new(),
        })
    }

    /// Adds a table, which is spoken of by its place from 0.
    pub(super) fn add_sheets(&mut self, name: &'static str, columns: Vec<SheetColumn>) -> io::Result<()> {
        let sheet = self.workbook.new_worksheet_with_constant_memory().map_err(into_io)?;
        let widths = vec![NARROWEST; columns.len()];
        let mut series =
            SheetSeries { name, columns, full: Vec::new(), sheet, next_row: 0, bytes: 0, widths };
        series.begin_sheet(&self.formats)?;
        self.tables.push(series);
        Ok(())
    }

    /// Adds a row to the table at that place.
    pub(super) fn row<'a>(
        &mut self,
        table: usize,
        values: impl Iterator<Item = Value<'a>>,
    ) -> io::Result<()> {
        let series = &mut self.tables[table];
        if series.next_row == self.rows_a_sheet || series.bytes > self.most_bytes {
            let next = self.workbook.new_worksheet_with_constant_memory().map_err(into_io)?;
            series.end_sheet()?;
            series.full.push(std::mem::replace(&mut series.sheet, next));
            series.begin_sheet(&self.formats)?;
        }
        let measured = series.next_row <= MEASURED_ROWS;
        let mut bytes = 0;
        for (place, value) in (0_u16..).zip(values) {
            let text = flat_text(value, &mut self.scratch);
            bytes += BYTES_A_CELL + text.len() as u64;
            if measured {
                let widest = &mut series.widths[usize::from(place)];
                *widest = text.width().min(WIDEST).max(*widest);
            }
            series.cell(place, value, &self.formats)?;
        }
        series.next_row += 1;
        series.bytes += bytes;
        self.bytes += bytes;
        self.room.take(bytes)
    }

    /// Completes every sheet and writes the file.
    pub(super) fn save(mut self, writer: Writer) -> io::Result<()> {
        for mut series in self.tables {
            series.end_sheet()?;
            series.full.push(series.sheet);
            for mut sheet in series.full {
                if let Some(mark) = self.mark {
                    add_mark(&mut sheet, 0, mark).map_err(into_io)?;
                }
                self.workbook.push_worksheet(sheet);
            }
        }
        self.workbook.use_zip_large_file(self.bytes > BYTES_OF_A_LARGE_BOOK);
        let mut writer = BufWriter::with_capacity(BUFFER_BYTES, writer);
        self.workbook.save_to_writer(&mut writer).map_err(into_io)?;
        writer.flush()
    }
}

impl SheetSeries {
    fn has_header(&self) -> bool {
        self.columns.iter().any(|column| column.heading.is_some())
    }

    fn begin_sheet(&mut self, formats: &Formats) -> io::Result<()> {
        let name = match self.full.len() {
            0 => self.name.to_owned(),
            sheets => format!("{} {}", self.name, sheets + 1),
        };
        self.sheet.set_name(name).map_err(into_io)?;
        self.sheet.set_landscape().set_paper_size(PAPER_A4).set_print_fit_to_pages(1, 0);
        self.next_row = 0;
        self.bytes = 0;
        if !self.has_header() {
            return Ok(());
        }
        for (place, column) in (0_u16..).zip(&self.columns) {
            let heading = column.heading.unwrap_or_default();
            let widest = &mut self.widths[usize::from(place)];
            *widest = (heading.width() + FILTER_BUTTON).max(*widest);
            self.sheet.write_string_with_format(0, place, heading, &formats.heading).map_err(into_io)?;
        }
        self.sheet.set_freeze_panes(1, 0).map_err(into_io)?;
        self.sheet.set_repeat_rows(0, 0).map_err(into_io)?;
        self.next_row = 1;
        Ok(())
    }

    fn end_sheet(&mut self) -> io::Result<()> {
        for (place, width) in (0_u16..).zip(&self.widths) {
            let width = u16::try_from(width + 1).unwrap_or(u16::MAX);
            self.sheet.set_column_width(place, width).map_err(into_io)?;
        }
        if self.has_header() {
            let last_column = u16::try_from(self.columns.len() - 1).unwrap_or(u16::MAX);
            self.sheet.autofilter(0, 0, self.next_row - 1, last_column).map_err(into_io)?;
        }
        Ok(())
    }

    fn cell(&mut self, place: u16, value: Value<'_>, formats: &Formats) -> io::Result<()> {
        let (row, sheet) = (self.next_row, &mut self.sheet);
        match (self.columns[usize::from(place)].kind, value) {
            (_, Value::Null) => Ok(sheet),
            (_, Value::Boolean(truth)) => sheet.write_boolean(row, place, truth),
            (_, Value::Integer(number)) => match as_spreadsheet_number(number) {
                Some(exact) => sheet.write_number(row, place, exact),
                None => sheet.write_string(row, place, number.to_string()),
            },
            (_, Value::Json(json)) => sheet.write_string(row, place, within_a_cell(json.to_string())),
            (ColumnKind::Date, Value::Text(text)) => match as_spreadsheet_day(text) {
                Some(day) => sheet.write_datetime_with_format(row, place, &day, &formats.date),
                None => sheet.write_string(row, place, within_a_cell(text.to_owned())),
            },
            (ColumnKind::Identifier, Value::Text(text)) => {
                let text = within_a_cell(text.to_owned());
                sheet.write_string_with_format(row, place, text, &formats.identifier)
            }
            (_, Value::Text(text)) => sheet.write_string(row, place, within_a_cell(text.to_owned())),
        }
        .map(|_| ())
        .map_err(into_io)
    }
}

/// A sheet that is written again as it was, row by row.
pub(super) struct PlainSheet {
    workbook: Workbook,
    sheet: Worksheet,
    formats: HashMap<String, Format>,
    room: TemporaryRoom,
    writer: Writer,
}

impl PlainSheet {
    /// A sheet of `width` columns.
    pub(super) fn new(width: usize, mark: Option<&'static str>, writer: Writer) -> io::Result<Self> {
        let mut workbook = Workbook::new();
        let mut sheet = workbook.new_worksheet_with_constant_memory().map_err(into_io)?;
        if let Some(mark) = mark {
            let column = u16::try_from(width).map_err(io::Error::other)?;
            add_mark(&mut sheet, column, mark).map_err(into_io)?;
        }
        Ok(Self { workbook, sheet, formats: HashMap::new(), room: TemporaryRoom::found()?, writer })
    }

    /// Writes a row at its number, from 1: its own cells, and behind the `width` columns of the list the annotations.
    pub(super) fn row(
        &mut self,
        input_row: u64,
        cells: &[InputCell],
        width: usize,
        annotations: &[Json],
    ) -> io::Result<()> {
        let row = u32::try_from(input_row - 1).map_err(io::Error::other)?;
        let column = |index: usize| u16::try_from(index).map_err(io::Error::other);
        let mut bytes = 0;
        for (index, cell) in cells.iter().enumerate() {
            bytes += BYTES_A_CELL + cell.shown().len() as u64;
            self.cell(row, column(index)?, cell).map_err(into_io)?;
        }
        for (index, annotation) in annotations.iter().enumerate() {
            let column = column(width + index)?;
            bytes += BYTES_A_CELL;
            match annotation {
                Json::String(text) => self.sheet.write_string(row, column, text).map(|_| ()),
                Json::Number(number) => {
                    self.sheet.write_number(row, column, number.as_f64().unwrap_or_default()).map(|_| ())
                }
                _ => Ok(()),
            }
            .map_err(into_io)?;
        }
        self.room.take(bytes)
    }

    fn cell(&mut self, row: u32, column: u16, cell: &InputCell) -> Result<(), XlsxError> {
        let written = match cell {
            InputCell::Text(text) if text.is_empty() => return Ok(()),
            InputCell::Text(text) => self.sheet.write_string(row, column, text),
            InputCell::Number(number, None, _) => self.sheet.write_number(row, column, *number),
            InputCell::Number(number, Some(code), _) => {
                let format =
                    self.formats.entry(code.clone()).or_insert_with(|| Format::new().set_num_format(code));
                self.sheet.write_number_with_format(row, column, *number, format)
            }
            InputCell::Boolean(value) => self.sheet.write_boolean(row, column, *value),
        };
        written.map(|_| ())
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.workbook.push_worksheet(self.sheet);
        let mut writer = BufWriter::with_capacity(BUFFER_BYTES, self.writer);
        self.workbook.save_to_writer(&mut writer).map_err(into_io)?;
        writer.flush()
    }
}

/// Marks a sheet as fictitious: on the screen by a note and a red tab, on paper by a header.
fn add_mark(sheet: &mut Worksheet, column: u16, mark: &str) -> Result<(), XlsxError> {
    let note = Note::new(mark).set_visible(true).add_author_prefix(false).set_width(320).set_height(48);
    sheet.insert_note(0, column, &note)?;
    sheet.set_tab_color(Color::Red).set_header(format!("&C{mark}"));
    Ok(())
}

fn as_spreadsheet_number(number: i64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "exact up to the bound that is checked first")]
    (number.unsigned_abs() <= LARGEST_NUMBER.unsigned_abs()).then_some(number as f64)
}

/// The day as a date, where spreadsheets have one: from 1900-03-01, before which their calendar is wrong.
fn as_spreadsheet_day(text: &str) -> Option<ExcelDateTime> {
    let day: Date = text.parse().ok().filter(|_| text.len() == 10)?;
    if day < jiff::civil::date(1900, 3, 1) {
        return None;
    }
    let (month, day_of_month) = (u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?);
    ExcelDateTime::from_ymd(u16::try_from(day.year()).ok()?, month, day_of_month).ok()
}

/// The text, cut with a note if a cell cannot hold it.
fn within_a_cell(mut text: String) -> String {
    // A UTF-16 unit needs at least one byte.
    if text.len() <= LONGEST_CELL || text.encode_utf16().count() <= LONGEST_CELL {
        return text;
    }
    let room = LONGEST_CELL - CUT_NOTE.encode_utf16().count();
    let mut units = 0;
    let end = text
        .char_indices()
        .find(|(_, character)| {
            units += character.len_utf16();
            units > room
        })
        .map_or(text.len(), |(start, _)| start);
    text.truncate(end);
    text.push_str(CUT_NOTE);
    text
}

fn into_io(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(format!("the workbook could not be written: {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, written_bytes};
    use super::super::{self as output, Header};
    use super::*;
    use crate::domain::record::Topic;
    use crate::domain::text::Language;
    use calamine::{Data, Range, Reader, Xlsx};
    use proptest::prelude::*;

    fn workbook(rows: &[Row], outcomes: &[QueryOutcome], layout: &Layout) -> Xlsx<io::Cursor<Vec<u8>>> {
        let bytes = written_bytes(output::Format::Xlsx, layout, Options::default(), rows, outcomes);
        Xlsx::new(io::Cursor::new(bytes)).unwrap()
    }

    fn english(topic: Topic) -> Layout {
        Layout::whole(topic, Header::Keys, Language::English)
    }

    fn cell(sheet: &Range<Data>, row: u32, key: &str) -> Data {
        let column = Topic::Dishonest.column_index(key).unwrap();
        sheet.get_value((row, u32::try_from(column).unwrap())).cloned().unwrap_or(Data::Empty)
    }

    #[test]
    fn text_stays_text_numbers_are_numbers_and_days_are_dates() {
        let mut rows = samples::dishonest_rows();
        let record = &mut rows[0].record;
        record.set("name", "=1+1".into());
        record.set("company_id", "913101156762751234".into());
        record.set("published_on", "1899-12-31".into());
        let mut book = workbook(&rows, &samples::outcomes(), &english(Topic::Dishonest));
        assert_eq!(book.sheet_names(), ["queries", "records"]);
        assert!(book.worksheet_formula("records").unwrap().is_empty());
        let sheet = book.worksheet_range("records").unwrap();
        assert_eq!(cell(&sheet, 1, "name"), Data::String("=1+1".into()));
        assert_eq!(cell(&sheet, 1, "company_id"), Data::String("913101156762751234".into()));
        assert_eq!(cell(&sheet, 1, "followers"), Data::Float(0.0));
        assert_eq!(cell(&sheet, 1, "on_official_site"), Data::Bool(true));
        assert_eq!(cell(&sheet, 1, "legal_person_id"), Data::Empty);
        assert_eq!(cell(&sheet, 1, "published_on"), Data::String("1899-12-31".into()));
        match cell(&sheet, 1, "filed_on") {
            Data::DateTime(day) => assert_eq!(day.to_ymd_hms_milli(), (2023, 2, 15, 0, 0, 0, 0)),
            other => panic!("a date was expected: {other:?}"),
        }
    }

    #[test]
    fn sheets_and_headings_speak_the_language_and_a_book_without_rows_opens() {
        let layout = Layout::whole(Topic::Copyright, Header::Labels, Language::Chinese);
        let mut book = workbook(&[], &[], &layout);
        assert_eq!(book.sheet_names(), ["查询", "记录"]);
        let sheet = book.worksheet_range("记录").unwrap();
        assert_eq!(sheet.get_value((0, 4)), Some(&Data::String("登记号".into())));
        assert_eq!(sheet.height(), 1);
    }

    #[test]
    fn the_filter_covers_every_row_and_column() {
        let book = workbook(&samples::dishonest_rows(), &[], &english(Topic::Dishonest));
        let filters: Vec<_> = book.defined_names().iter().map(|(_, range)| range.as_str()).collect();
        let headings = ["queries!$1:$1", "records!$1:$1"];
        assert_eq!(filters[..2], ["queries!$A$1:$AB$1", "records!$A$1:$AF$4"]);
        assert_eq!(filters[2..], headings, "repeated on every printed page");
    }

    #[test]
    fn more_rows_than_a_sheet_holds_go_on_the_next() {
        let mut book = Book::new(None).unwrap();
        book.rows_a_sheet = 3;
        let column = SheetColumn { heading: Some("n"), kind: ColumnKind::Integer };
        book.add_sheets("records", vec![column]).unwrap();
        for number in 0..5 {
            book.row(0, [Value::Integer(number)].into_iter()).unwrap();
        }
        let bytes = samples::SharedBytes::default();
        book.save(Box::new(bytes.clone())).unwrap();
        let mut book = Xlsx::new(io::Cursor::new(bytes.bytes())).unwrap();
        assert_eq!(book.sheet_names(), ["records", "records 2", "records 3"]);
        for (name, values) in
            [("records", vec![0.0, 1.0]), ("records 2", vec![2.0, 3.0]), ("records 3", vec![4.0])]
        {
            let sheet = book.worksheet_range(name).unwrap();
            assert_eq!(sheet.get_value((0, 0)), Some(&Data::String("n".into())));
            let column: Vec<_> = sheet.rows().skip(1).map(|row| row[0].clone()).collect();
            assert_eq!(column, values.into_iter().map(Data::Float).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_sheet_that_grows_too_large_goes_on_the_next() {
        let mut book = Book::new(None).unwrap();
        book.most_bytes = 3 * BYTES_A_CELL;
        let column = SheetColumn { heading: None, kind: ColumnKind::Text };
        book.add_sheets("records", vec![column]).unwrap();
        for _ in 0..5 {
            book.row(0, [Value::Text("text")].into_iter()).unwrap();
        }
        let bytes = samples::SharedBytes::default();
        book.save(Box::new(bytes.clone())).unwrap();
        let mut book = Xlsx::new(io::Cursor::new(bytes.bytes())).unwrap();
        assert_eq!(book.worksheet_range("records").unwrap().height(), 3);
        assert_eq!(book.worksheet_range("records 2").unwrap().height(), 2);
    }

    #[test]
    fn a_text_too_long_for_a_cell_is_cut_with_a_note() {
        let cut = within_a_cell("𠮷".repeat(20_000));
        assert!(cut.encode_utf16().count() <= LONGEST_CELL);
        assert!(cut.ends_with(CUT_NOTE));
        let whole = "字".repeat(LONGEST_CELL);
        assert_eq!(within_a_cell(whole.clone()), whole);
    }

    #[test]
    fn numbers_that_a_spreadsheet_would_round_are_text() {
        assert_eq!(as_spreadsheet_number(LARGEST_NUMBER), Some(9_007_199_254_740_992.0));
        assert_eq!(as_spreadsheet_number(i64::MIN), None);
        assert_eq!(as_spreadsheet_number(LARGEST_NUMBER + 1), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn hostile_rows_come_back_as_they_were(rows in samples::hostile_rows()) {
            let mut book = workbook(&rows, &[], &english(Topic::Copyright));
            let sheet = book.worksheet_range("records").unwrap();
            prop_assert_eq!(sheet.height(), rows.len() + 1);
            for (row, cells) in rows.iter().zip(sheet.rows().skip(1)) {
                for (index, cell) in cells.iter().enumerate() {
                    let expected = match row.value(index) {
                        Value::Null => Data::Empty,
                        Value::Integer(number) => Data::Float(as_spreadsheet_number(number).unwrap()),
                        Value::Boolean(truth) => Data::Bool(truth),
                        Value::Text(text) => Data::String(text.to_owned()),
                        Value::Json(json) => Data::String(json.to_string()),
                    };
                    prop_assert_eq!(cell, &expected);
                }
            }
        }
    }
}
