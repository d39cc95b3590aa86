//! An annotated list as a workbook.

use super::super::input_rows::InputCell;
use super::super::sink::{BUFFER_BYTES, Writer};
use super::super::temporary_room::TemporaryRoom;
use super::book::{BYTES_A_CELL, add_mark, into_io};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use serde_json::Value as Json;
use std::collections::HashMap;
use std::io::{self, BufWriter, Write};
use unicode_width::UnicodeWidthStr;

/// Rows that decide the width of the columns.
const MEASURED_ROWS: u64 = 500;
/// The bounds of a column's width.
const NARROWEST: usize = 8;
const WIDEST: usize = 48;

/// A sheet that is written again as it was, row by row.
pub struct PlainSheet {
    workbook: Workbook,
    sheet: Worksheet,
    formats: HashMap<String, Format>,
    widths: Vec<usize>,
    room: TemporaryRoom,
    writer: Writer,
}

impl PlainSheet {
    /// A sheet of `width` columns, those of the annotations included.
    pub fn new(width: usize, mark: Option<&'static str>, writer: Writer) -> io::Result<Self> {
        let mut workbook = Workbook::new();
        let mut sheet = workbook.new_worksheet_with_constant_memory().map_err(into_io)?;
        if let Some(mark) = mark {
            let column = u16::try_from(width.saturating_sub(1)).map_err(io::Error::other)?;
            // Behind the last column the note covers no cell.
            add_mark(&mut sheet, column, mark).map_err(into_io)?;
        }
        let (formats, widths) = (HashMap::new(), vec![NARROWEST; width]);
        Ok(Self { workbook, sheet, formats, widths, room: TemporaryRoom::found()?, writer })
    }

    /// Writes a row at its number, from 1: its own cells, and behind the `width` columns of the list the annotations.
    pub fn row(
        &mut self,
        input_row: u64,
        cells: &[InputCell],
        width: usize,
        annotations: &[Json],
    ) -> io::Result<()> {
        let row = u32::try_from(input_row - 1).map_err(io::Error::other)?;
        let column = |index: usize| u16::try_from(index).map_err(io::Error::other);
        let mut bytes = 0;
        // A single cell may be a title above the table.
        if input_row <= MEASURED_ROWS && cells.iter().filter(|cell| !cell.shown().is_empty()).count() > 1 {
            let padded = cells.iter().map(InputCell::shown).chain(std::iter::repeat("")).take(width);
            let texts = padded.chain(annotations.iter().map(|annotation| annotation.as_str().unwrap_or("")));
            for (widest, text) in self.widths.iter_mut().zip(texts) {
                *widest = text.width().min(WIDEST).max(*widest);
            }
        }
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

    pub fn finish(mut self) -> io::Result<()> {
        for (column, width) in (0_u16..).zip(&self.widths) {
            let width = u16::try_from(width + 1).unwrap_or(u16::MAX);
            self.sheet.set_column_width(column, width).map_err(into_io)?;
        }
        self.workbook.push_worksheet(self.sheet);
        let mut writer = BufWriter::with_capacity(BUFFER_BYTES, self.writer);
        self.workbook.save_to_writer(&mut writer).map_err(into_io)?;
        writer.flush()
    }
}
