//! The rows of a sheet, read as a stream.
//!
//! A cell is what a spreadsheet program shows, or an error with its place: never another text.

use std::io::Read;

use super::shared_strings::{SharedStrings, unescaped};
use super::styles::{Styles, is_date};
use super::xml::{Xml, attributes};
use crate::domain::identifier::is_digits;
use crate::domain::text::{Message, Text, message};
use crate::input::error::damaged;
use crate::input::number_review::EXACT_DIGITS;
use crate::input::row::{Cell, FileRow, RowSource, cell_name, number_of_letters};

/// Maximum numbers of rows and columns of a sheet in the format.
const ROWS: u64 = 1_048_576;
const COLUMNS: usize = 16_384;

/// The rows of a sheet.
pub(super) struct SheetRows<'workbook, R> {
    pub sheet: Xml<R>,
    pub strings: &'workbook mut SharedStrings,
    pub styles: &'workbook Styles,
    /// Days from the first day of the usual calendar to that of the workbook.
    pub first_day: f64,
    /// The number of the last row, from 1.
    pub row: u64,
    pub is_over: bool,
}

impl<R: Read> RowSource for SheetRows<'_, R> {
    fn next_row(&mut self) -> Result<Option<FileRow>, Message> {
        while !self.is_over {
            let Some(start) = self.sheet.next_in("sheetData", "row")? else {
                self.is_over = true;
                break;
            };
            let [number, hidden] = attributes(&start, ["r", "hidden"])?;
            let next = self.row + 1;
            let row = number.map_or(Some(next), |number| number.parse().ok());
            let row = row.filter(|row| (next..=ROWS).contains(row));
            self.row = row.ok_or(OUT_OF_PLACE).map_err(damaged)?;
            let mut row = self.read_row()?;
            row.is_hidden = hidden.is_some_and(|hidden| matches!(hidden.as_str(), "1" | "true"));
            if !row.cells.is_empty() {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }
}

impl<R: Read> SheetRows<'_, R> {
    /// The cells up to the last that is filled; the start of the row was given last.
    fn read_row(&mut self) -> Result<FileRow, Message> {
        let mut row = FileRow { input_row: self.row, ..FileRow::default() };
        while let Some(start) = self.sheet.next_in("row", "c")? {
            let [reference, kind, style] = attributes(&start, ["r", "t", "s"])?;
            let next = row.cells.len();
            let column = reference.map_or(Some(next), |reference| self.column(&reference));
            let column = column.filter(|column| (next..COLUMNS).contains(column));
            let column = column.ok_or(OUT_OF_PLACE).map_err(damaged)?;
            row.cells.resize(column, Cell::Empty);
            row.cells.push(self.cell(column, kind.as_deref(), style.as_deref())?);
        }
        row.close();
        Ok(row)
    }

    /// The column of a reference such as `B7`, from 0; its row must be this one.
    fn column(&self, reference: &str) -> Option<usize> {
        let digits = reference.trim_start_matches(|character: char| character.is_ascii_alphabetic());
        let letters = &reference[..reference.len() - digits.len()];
        number_of_letters(letters).filter(|_| digits.parse() == Ok(self.row)).map(|number| number - 1)
    }

    /// The cell whose start was given last.
    fn cell(&mut self, column: usize, kind: Option<&str>, style: Option<&str>) -> Result<Cell, Message> {
        let [value, formula, inline] = self.sheet.children(["v", "f", "is"])?;
        // A picture inside a cell: its value is the formula once more.
        if let Some(formula) = formula.as_ref().filter(|formula| formula.contains("DISPIMG(")) {
            return Ok(Cell::Text(format!("={}", formula.trim_start_matches("_xlfn."))));
        }
        if let Some(text) = inline {
            return Ok(Cell::Text(unescaped(text)));
        }
        let is_text = matches!(kind, Some("str" | "inlineStr"));
        let Some(value) = value.filter(|value| is_text || !value.trim().is_empty()) else {
            return Ok(formula.map_or(Cell::Empty, |formula| Cell::UncomputedFormula(format!("={formula}"))));
        };
        let value = match kind {
            Some("str" | "inlineStr" | "d") => Some(Cell::Text(unescaped(value))),
            Some("e") => Some(Cell::Error(value)),
            Some("b") => match value.trim() {
                "1" | "true" => Some(Cell::Boolean(true)),
                "0" | "false" => Some(Cell::Boolean(false)),
                _ => None,
            },
            Some("s") => match value.trim().parse() {
                Ok(number) => self.strings.get(number)?.map(Cell::Text),
                Err(_) => None,
            },
            None | Some("n") => {
                let number = value.trim().parse().ok().filter(|number: &f64| number.is_finite());
                number.map(|number| match value.trim() {
                    code if is_written_by_digits(code, number) => Cell::Text(code.to_owned()),
                    _ => self.number(number, style),
                })
            }
            Some(_) => None,
        };
        value.ok_or_else(|| {
            message!(
                "cell {cell} cannot be read; open the workbook in a spreadsheet program and save it again",
                "单元格 {cell} 无法读取；请用表格软件打开工作簿后重新保存",
                cell = cell_name(column, self.row)
            )
        })
    }

    fn number(&self, number: f64, style: Option<&str>) -> Cell {
        match self.styles.format(style) {
            Some(format) if is_date(format) => Cell::Date(number + self.first_day, format.to_owned()),
            format => Cell::Number(number, format.map(str::to_owned)),
        }
    }
}

/// Whether a long code was written digit by digit: no program gets these digits from the number, which would lose some.
fn is_written_by_digits(text: &str, number: f64) -> bool {
    is_digits(text)
        && text.len() > EXACT_DIGITS
        && text != format!("{number}")
        && text != format!("{number:.0}")
}

const OUT_OF_PLACE: Text = Text::new(
    "rows or cells out of order, or beyond the last row or column",
    "行或单元格次序错乱，或超出最后一行或一列",
);
