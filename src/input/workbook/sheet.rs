//! The rows of a sheet, read as a stream.
//!
//! A cell is what a spreadsheet program shows, or an error with its place: never another text.

use std::io::Read;

use super::shared_strings::{SharedStrings, unescaped};
use super::styles::{Styles, is_date};
use super::xml::{Xml, attributes};
use crate::domain::text::{Message, Text, message};
use crate::input::error::damaged;
use crate::input::list::cell_name;
use crate::input::row::{Cell, Row, RowSource, number_of_letters};

/// The most rows and columns a sheet has in the format.
const ROWS: u64 = 1_048_576;
const COLUMNS: usize = 16_384;

/// The rows of a sheet.
pub(super) struct SheetRows<R> {
    pub sheet: Xml<R>,
    pub strings: SharedStrings,
    pub styles: Styles,
    /// Days from the first day of the usual calendar to that of the workbook.
    pub first_day: f64,
    /// The number of the last row, from 1.
    pub row: u64,
    pub is_over: bool,
}

impl<R: Read> RowSource for SheetRows<R> {
    fn next_row(&mut self) -> Result<Option<Row>, Message> {
        while !self.is_over {
            let Some(start) = self.sheet.next_in("sheetData", "row")? else {
                self.is_over = true;
                break;
            };
            let [number] = attributes(&start, ["r"])?;
            let next = self.row + 1;
            self.row = match number.map_or(next, |number| number.parse().unwrap_or(0)) {
                number if number > ROWS => return Err(damaged(BEYOND)),
                number if number < next => return Err(damaged(ROWS_OUT_OF_ORDER)),
                number => number,
            };
            let row = self.read_row()?;
            if !row.cells.is_empty() {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }
}

impl<R: Read> SheetRows<R> {
    /// The cells up to the last that is filled; the start of the row was given last.
    fn read_row(&mut self) -> Result<Row, Message> {
        let mut row = Row { input_row: self.row, ..Row::default() };
        while let Some(start) = self.sheet.next_in("row", "c")? {
            let [reference, kind, style] = attributes(&start, ["r", "t", "s"])?;
            let column = match reference {
                Some(reference) => self.column(&reference)?,
                None => row.cells.len(),
            };
            if column < row.cells.len() {
                return Err(damaged(Text::new("cells out of order", "单元格次序错乱")));
            }
            if column >= COLUMNS {
                return Err(damaged(BEYOND));
            }
            row.cells.resize(column, Cell::Empty);
            row.cells.push(self.cell(column, kind.as_deref(), style.as_deref())?);
        }
        row.close();
        Ok(row)
    }

    /// The column of a reference such as `B7`, from 0; its row must be this one.
    fn column(&self, reference: &str) -> Result<usize, Message> {
        let digits = reference.trim_start_matches(|character: char| character.is_ascii_alphabetic());
        let letters = &reference[..reference.len() - digits.len()];
        let column = number_of_letters(letters).ok_or(damaged(BEYOND))?;
        match digits.parse::<u64>() {
            Ok(row) if row == self.row => {}
            Ok(row) if row > ROWS => return Err(damaged(BEYOND)),
            _ => return Err(damaged(ROWS_OUT_OF_ORDER)),
        }
        Ok(column - 1)
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
            return Ok(if formula.is_some() { Cell::UncomputedFormula } else { Cell::Empty });
        };
        let cell = match kind {
            Some("str" | "inlineStr" | "d") => Ok(Cell::Text(unescaped(value))),
            Some("e") => Ok(Cell::Error(value)),
            Some("b") => match value.trim() {
                "1" | "true" => Ok(Cell::Boolean(true)),
                "0" | "false" => Ok(Cell::Boolean(false)),
                _ => Err(Text::new("no truth value", "不是逻辑值")),
            },
            Some("s") => match value.trim().parse() {
                Ok(number) => self.strings.get(number)?.map(Cell::Text).ok_or(NO_STRING),
                Err(_) => Err(NO_STRING),
            },
            Some("n") | None => match value.trim().parse() {
                Ok(number) if f64::is_finite(number) => Ok(self.number(number, style)),
                _ => Err(Text::new("it is no number", "不是数字")),
            },
            Some(_) => Err(Text::new("of an unknown type", "类型未知")),
        };
        cell.map_err(|reason| {
            message!(
                "cell {cell} cannot be read ({reason}); open the workbook in a spreadsheet program and save it again",
                "单元格 {cell} 无法读取（{reason:#}）；请用表格软件打开工作簿后重新保存",
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

const BEYOND: Text = Text::new("a cell beyond the last row or column", "有单元格超出最后一行或一列");
const ROWS_OUT_OF_ORDER: Text = Text::new("rows out of order", "行次序错乱");
const NO_STRING: Text = Text::new("it refers to a text that does not exist", "所引用的文本不存在");
