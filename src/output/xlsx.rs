//! A workbook with as many sheets as its rows need, written in constant memory.
//!
//! Text and identifiers are strings, so nothing a vendor sends is ever a formula or a rounded number. Days are real dates,
//! so they sort and filter. A text that is too long for a cell is cut with a note. Rows beyond the limit of a sheet
//! continue on the next. Rows wait in anonymous temporary files of the library until [`Book::save`].

#[cfg(test)]
mod tests;

use super::layout::TableHead;
use super::output_value::OutputValue;
use super::sink::{BUFFER_BYTES, OutputWriter};
use super::temporary_room::TemporaryRoom;
use crate::domain::record::{ColumnKind, Value};
use crate::input::Cell;
use jiff::civil::Date;
use rust_xlsxwriter::{Color, ExcelDateTime, Format, Note, Workbook, Worksheet, XlsxError};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, BufWriter, Seek, Write};
use unicode_width::UnicodeWidthStr;

/// The code of the format for this size.
const PAPER_A4: u8 = 9;

/// The rows of a sheet, the header among them.
const ROWS_A_SHEET: u32 = 1_048_576;
/// About how much a sheet may hold before the next begins, so that its XML stays under the 4 GiB of the classic
/// zip format: `LibreOffice` does not open a workbook of the larger one.
const BYTES_A_SHEET: u64 = 2 << 30;
/// The size from which a workbook may exceed the classic format, although it is compressed.
const BYTES_OF_A_LARGE_BOOK: u64 = 16 << 30;
/// The size of a cell without its text.
const BYTES_A_CELL: u64 = 64;
/// Maximum length of a cell, in UTF-16 units.
const LONGEST_CELL: usize = 32_767;
const CUT_NOTE: &str = " … [cut: a cell holds 32767 characters / 单元格最多容纳 32767 个字符]";
/// Whole numbers beyond it lose digits in a spreadsheet.
const LARGEST_NUMBER: u64 = 1 << 53;
/// Rows that decide the width of the columns.
const MEASURED_ROWS: u32 = 500;
const NARROWEST: usize = 6;
const WIDEST: usize = 48;
/// Room for the button of the filter beside a heading.
const FILTER_BUTTON: usize = 3;

/// A workbook that is being written.
pub(super) struct Book {
    workbook: Workbook,
    formats: Formats,
    rows_a_sheet: u32,
    most_bytes: u64,
    room: TemporaryRoom,
    /// The mark on fictitious data.
    mark: Option<&'static str>,
    series: Vec<SheetSeries>,
}

/// One table: as many sheets as its rows need.
struct SheetSeries {
    table: TableHead,
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
    /// Of the cells of a list, by their codes.
    numbers: HashMap<String, Format>,
}

impl Book {
    pub(super) fn new(mark: Option<&'static str>) -> io::Result<Self> {
        let formats = Formats {
            heading: Format::new().set_bold(),
            identifier: Format::new().set_num_format("@"),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            numbers: HashMap::new(),
        };
        Ok(Self {
            workbook: Workbook::new(),
            formats,
            rows_a_sheet: ROWS_A_SHEET,
            most_bytes: BYTES_A_SHEET,
            room: TemporaryRoom::found()?,
            mark,
            series: Vec::new(),
        })
    }

    /// Adds a table. Tables are numbered from 0.
    pub(super) fn add_sheets(&mut self, table: TableHead) -> io::Result<()> {
        let mut series = SheetSeries {
            widths: vec![NARROWEST; table.columns.len()],
            table,
            full: Vec::new(),
            sheet: self.workbook.new_worksheet_with_constant_memory().map_err(into_io)?,
            next_row: 0,
            bytes: 0,
        };
        series.begin_sheet(&self.formats).map_err(into_io)?;
        self.series.push(series);
        Ok(())
    }

    /// Adds a row to the table at that place.
    pub(super) fn row<'a>(
        &mut self,
        table: usize,
        cells: impl Iterator<Item = OutputValue<'a>>,
    ) -> io::Result<()> {
        let series = &mut self.series[table];
        if series.next_row == self.rows_a_sheet || series.bytes > self.most_bytes {
            let next = self.workbook.new_worksheet_with_constant_memory().map_err(into_io)?;
            series.end_sheet().map_err(into_io)?;
            series.full.push(std::mem::replace(&mut series.sheet, next));
            series.begin_sheet(&self.formats).map_err(into_io)?;
        }
        let mut bytes = 0;
        for (place, cell) in (0_u16..).zip(cells) {
            let text = cell.text();
            bytes += BYTES_A_CELL + text.len() as u64;
            if series.next_row <= MEASURED_ROWS {
                let widest = &mut series.widths[usize::from(place)];
                *widest = text.width().min(WIDEST).max(*widest);
            }
            series.cell(place, &cell, &mut self.formats).map_err(into_io)?;
        }
        series.next_row += 1;
        series.bytes += bytes;
        self.room.take(bytes)
    }

    /// Completes every sheet and writes the file.
    pub(super) fn save(mut self, mut writer: OutputWriter) -> io::Result<()> {
        for mut series in self.series {
            series.end_sheet().map_err(into_io)?;
            // Behind the last column, or beside a heading, the note covers no data.
            let column = as_column(if series.has_header() { 0 } else { series.widths.len() - 1 });
            series.full.push(series.sheet);
            for mut sheet in series.full {
                if let Some(mark) = self.mark {
                    add_mark(&mut sheet, column, mark).map_err(into_io)?;
                }
                self.workbook.push_worksheet(sheet);
            }
        }
        self.workbook.use_zip_large_file(self.room.taken > BYTES_OF_A_LARGE_BOOK);
        // After an error of the destination, the library writes once more when it is dropped, and prints the second error.
        let mut file = tempfile::tempfile()?;
        let buffered = BufWriter::with_capacity(BUFFER_BYTES, &mut file);
        self.workbook.save_to_writer(buffered).map_err(into_io)?;
        file.rewind()?;
        io::copy(&mut file, &mut writer)?;
        writer.flush()
    }
}

impl SheetSeries {
    fn has_header(&self) -> bool {
        self.table.columns.iter().any(|column| column.heading.is_some())
    }

    fn begin_sheet(&mut self, formats: &Formats) -> Result<(), XlsxError> {
        let name = match self.full.len() {
            0 => self.table.name.to_owned(),
            sheets => format!("{} {}", self.table.name, sheets + 1),
        };
        self.sheet.set_name(name)?;
        self.sheet.set_landscape().set_paper_size(PAPER_A4).set_print_fit_to_pages(1, 0);
        self.next_row = 0;
        self.bytes = 0;
        if !self.has_header() {
            return Ok(());
        }
        for (place, (column, widest)) in (0_u16..).zip(self.table.columns.iter().zip(&mut self.widths)) {
            let heading = column.heading.unwrap_or_default();
            *widest = (heading.width() + FILTER_BUTTON).max(*widest);
            self.sheet.write_string_with_format(0, place, heading, &formats.heading)?;
        }
        self.sheet.set_freeze_panes(1, 0)?;
        self.sheet.set_repeat_rows(0, 0)?;
        self.next_row = 1;
        Ok(())
    }

    fn end_sheet(&mut self) -> Result<(), XlsxError> {
        for (place, width) in (0_u16..).zip(&self.widths) {
            let width = u16::try_from(width + 1).unwrap_or(u16::MAX);
            self.sheet.set_column_width(place, width)?;
        }
        if self.has_header() {
            let last_column = as_column(self.widths.len() - 1);
            self.sheet.autofilter(0, 0, self.next_row - 1, last_column)?;
        }
        Ok(())
    }

    /// Writes a value. A cell of a list is written as it was; what a sheet cannot hold again, such as an error value,
    /// becomes its text.
    fn cell(&mut self, place: u16, cell: &OutputValue<'_>, formats: &mut Formats) -> Result<(), XlsxError> {
        let (row, sheet) = (self.next_row, &mut self.sheet);
        let kind = self.table.columns[usize::from(place)].kind;
        let text = cell.text();
        let day = if kind == ColumnKind::Date { as_spreadsheet_day(&text) } else { None };
        if let Some(day) = day {
            return sheet.write_datetime_with_format(row, place, &day, &formats.date).map(|_| ());
        }
        match (cell, cell.value()) {
            // A row of which nothing is written would be none at the end of a sheet.
            _ if text.is_empty() && place == 0 => sheet.write_blank(row, place, &formats.identifier),
            _ if text.is_empty() => return Ok(()),
            (OutputValue::Cell(Cell::Number(number, None), _), _) => sheet.write_number(row, place, *number),
            (OutputValue::Cell(Cell::Number(number, Some(code)) | Cell::Date(number, code), _), _) => {
                let new = || Format::new().set_num_format(code);
                let format = formats.numbers.entry(code.clone()).or_insert_with(new);
                sheet.write_number_with_format(row, place, *number, format)
            }
            (OutputValue::Cell(Cell::Boolean(truth), _), _) => sheet.write_boolean(row, place, *truth),
            (_, Value::Boolean(truth)) => sheet.write_boolean(row, place, truth),
            (_, Value::Integer(number)) if number.unsigned_abs() <= LARGEST_NUMBER => {
                sheet.write_number(row, place, number as f64)
            }
            (_, Value::Text(_)) if kind == ColumnKind::Identifier => {
                sheet.write_string_with_format(row, place, within_a_cell(&text), &formats.identifier)
            }
            _ => sheet.write_string(row, place, within_a_cell(&text)),
        }
        .map(|_| ())
    }
}

fn as_column(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

/// Marks a sheet as fictitious: on the screen by a note and a red tab, on paper by a header.
fn add_mark(sheet: &mut Worksheet, column: u16, mark: &str) -> Result<(), XlsxError> {
    let note = Note::new(mark).set_visible(true).add_author_prefix(false).set_width(320).set_height(48);
    sheet.insert_note(0, column, &note)?;
    sheet.set_tab_color(Color::Red).set_header(format!("&C{mark}"));
    Ok(())
}

/// The day as a date. Before 1900-03-01 the calendar of spreadsheets is wrong.
fn as_spreadsheet_day(text: &str) -> Option<ExcelDateTime> {
    let is_day = text.parse::<Date>().is_ok() && text.len() == 10;
    if is_day && text >= "1900-03-01" { ExcelDateTime::parse_from_str(text).ok() } else { None }
}

/// The text, cut with a note if a cell cannot hold it.
fn within_a_cell(text: &str) -> Cow<'_, str> {
    // A UTF-16 unit needs at least one byte.
    if text.len() <= LONGEST_CELL || text.encode_utf16().count() <= LONGEST_CELL {
        return Cow::Borrowed(text);
    }
    let mut room = LONGEST_CELL - CUT_NOTE.encode_utf16().count();
    let fits = |character: &char| {
        let fits = character.len_utf16() <= room;
        room = room.saturating_sub(character.len_utf16());
        fits
    };
    Cow::Owned(text.chars().take_while(fits).collect::<String>() + CUT_NOTE)
}

fn into_io(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(format!("the workbook could not be written: {other}")),
    }
}
