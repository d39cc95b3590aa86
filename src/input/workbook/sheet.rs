//! The rows of a sheet, read as a stream.
//!
//! A cell is what a spreadsheet program shows, or an error with its place: never another text.

use std::io::Read;

use quick_xml::events::{BytesStart, Event};

use super::shared_strings::{SharedStrings, unescaped};
use super::styles::{Styles, is_date};
use super::xml::{CUT_OFF, Xml, attribute};
use crate::domain::text::{Message, Text};
use crate::input::error::InputError;
use crate::input::list::Place;
use crate::input::row::{Cell, Row, RowSource};

/// The most rows and columns a sheet has in the format.
const ROWS: u64 = 1_048_576;
const COLUMNS: usize = 16_384;
/// Days between the two beginnings of the calendar, 1900 and 1904.
const DAYS_TO_1904: f64 = 1_462.0;

/// The first day of the calendar of a workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Calendar {
    Of1900,
    Of1904,
}

/// The rows of a sheet.
pub(super) struct SheetRows<'workbook, R> {
    pub input: &'workbook str,
    pub sheet: Xml<R>,
    pub strings: SharedStrings,
    pub styles: Styles,
    pub calendar: Calendar,
    /// The number of the last row, from 1.
    pub row: u64,
    pub is_over: bool,
}

/// A cell as it is written.
#[derive(Default)]
struct WrittenCell {
    kind: Option<String>,
    style: Option<String>,
    value: Option<String>,
    formula: Option<String>,
    inline: Option<String>,
}

/// Why a cell cannot be given.
enum CellError {
    Damaged(Message),
    Unreadable(Text),
    Store(std::io::Error),
}

impl From<Message> for CellError {
    fn from(reason: Message) -> Self {
        Self::Damaged(reason)
    }
}

impl<R: Read> RowSource for SheetRows<'_, R> {
    fn next_row(&mut self) -> Result<Option<Row>, InputError> {
        while !self.is_over {
            let start = match self.sheet.next().map_err(|reason| broken(self.input, reason))? {
                Event::Start(start) if start.local_name().as_ref() == "row" => start,
                Event::End(end) if end.local_name().as_ref() == "sheetData" => {
                    self.is_over = true;
                    break;
                }
                Event::Eof => return Err(broken(self.input, CUT_OFF.into())),
                _ => continue,
            };
            let number = attribute(&start, "r").map_err(|reason| broken(self.input, reason))?;
            self.begin_row(number.as_deref())?;
            let row = self.read_row()?;
            if !row.cells.is_empty() {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }
}

impl<R: Read> SheetRows<'_, R> {
    fn begin_row(&mut self, number: Option<&str>) -> Result<(), InputError> {
        let next = self.row + 1;
        let number = match number {
            Some(number) => number.parse().unwrap_or(0),
            None => next,
        };
        if number > ROWS {
            return Err(broken(self.input, BEYOND.into()));
        }
        if number < next {
            return Err(broken(self.input, Text::new("rows out of order", "行次序错乱").into()));
        }
        self.row = number;
        Ok(())
    }

    /// The cells up to the last that is filled; the start of the row was given last.
    fn read_row(&mut self) -> Result<Row, InputError> {
        let mut row = Row { input_row: self.row, line: self.row, ..Row::default() };
        loop {
            let start = match self.sheet.next().map_err(|reason| broken(self.input, reason))? {
                Event::Start(start) if start.local_name().as_ref() == "c" => start,
                Event::End(end) if end.local_name().as_ref() == "row" => break,
                Event::Eof => return Err(broken(self.input, CUT_OFF.into())),
                _ => continue,
            };
            let cell = start_cell(&start);
            let (reference, cell) = cell.map_err(|reason| broken(self.input, reason))?;
            let column = match reference {
                Some(reference) => self.column(&reference)?,
                None => row.cells.len(),
            };
            if column < row.cells.len() {
                return Err(broken(self.input, Text::new("cells out of order", "单元格次序错乱").into()));
            }
            if column >= COLUMNS {
                return Err(broken(self.input, BEYOND.into()));
            }
            let cell = self.read_cell(cell).and_then(|cell| self.value(cell));
            let cell = cell.map_err(|error| self.cell_error(error, &row, column))?;
            row.cells.resize(column, Cell::Empty);
            row.cells.push(cell);
        }
        row.fields = row.cells.len();
        while row.cells.last().is_some_and(Cell::is_blank) {
            row.cells.pop();
        }
        Ok(row)
    }

    /// The column of a reference such as `B7`, from 0; its row must be this one.
    fn column(&self, reference: &str) -> Result<usize, InputError> {
        let digits = reference.trim_start_matches(|character: char| character.is_ascii_alphabetic());
        let letters = &reference[..reference.len() - digits.len()];
        if letters.is_empty() || letters.len() > 3 {
            return Err(broken(self.input, BEYOND.into()));
        }
        match digits.parse::<u64>() {
            Ok(row) if row == self.row => {}
            Ok(row) if row > ROWS => return Err(broken(self.input, BEYOND.into())),
            _ => return Err(broken(self.input, Text::new("rows out of order", "行次序错乱").into())),
        }
        let digit = |byte: u8| usize::from(byte.to_ascii_uppercase() - b'A') + 1;
        Ok(letters.bytes().fold(0, |column, byte| column * 26 + digit(byte)) - 1)
    }

    /// Reads what is inside a cell, whose start was given last.
    fn read_cell(&mut self, mut cell: WrittenCell) -> Result<WrittenCell, CellError> {
        loop {
            let name = match self.sheet.next()? {
                Event::Start(start) => start.local_name().as_ref().to_owned(),
                Event::End(_) => return Ok(cell),
                Event::Eof => return Err(CellError::Damaged(CUT_OFF.into())),
                _ => continue,
            };
            let text = self.sheet.text(&["rPh"])?;
            match name.as_str() {
                "v" => cell.value = Some(text),
                "f" => cell.formula = Some(text),
                "is" => cell.inline = Some(text),
                _ => {}
            }
        }
    }

    fn value(&mut self, cell: WrittenCell) -> Result<Cell, CellError> {
        let WrittenCell { kind, style, value, formula, inline } = cell;
        // A picture inside a cell: its value is the formula once more.
        if let Some(formula) = formula.as_ref().filter(|formula| formula.contains("DISPIMG(")) {
            return Ok(Cell::Text(format!("={}", formula.trim_start_matches("_xlfn."))));
        }
        if let Some(text) = inline {
            return Ok(Cell::Text(unescaped(text)));
        }
        let is_text = matches!(kind.as_deref(), Some("str" | "inlineStr"));
        let Some(value) = value.filter(|value| is_text || !value.trim().is_empty()) else {
            return Ok(if formula.is_some() { Cell::UncomputedFormula } else { Cell::Empty });
        };
        match kind.as_deref() {
            Some("str" | "inlineStr" | "d") => Ok(Cell::Text(unescaped(value))),
            Some("e") => Ok(Cell::Error(value)),
            Some("b") => match value.trim() {
                "1" | "true" => Ok(Cell::Boolean(true)),
                "0" | "false" => Ok(Cell::Boolean(false)),
                _ => Err(CellError::Unreadable(Text::new("no truth value", "不是逻辑值"))),
            },
            Some("s") => {
                let number = value.trim().parse().map_err(|_| NO_STRING)?;
                let text = self.strings.get(number).map_err(CellError::Store)?;
                text.map(Cell::Text).ok_or(NO_STRING)
            }
            Some("n") | None => self.number(&value, style.as_deref()),
            Some(_) => Err(CellError::Unreadable(Text::new("of an unknown type", "类型未知"))),
        }
    }

    fn number(&self, value: &str, style: Option<&str>) -> Result<Cell, CellError> {
        let number: f64 = value.trim().parse().map_err(|_| NO_NUMBER)?;
        if !number.is_finite() {
            return Err(NO_NUMBER);
        }
        Ok(match self.styles.format(style) {
            Some(format) if is_date(format) => {
                let shift = if self.calendar == Calendar::Of1904 { DAYS_TO_1904 } else { 0.0 };
                Cell::Date(number + shift, format.to_owned())
            }
            format => Cell::Number(number, format.map(str::to_owned)),
        })
    }

    fn cell_error(&self, error: CellError, row: &Row, column: usize) -> InputError {
        match error {
            CellError::Damaged(reason) => broken(self.input, reason),
            CellError::Store(source) => InputError::Store { source },
            CellError::Unreadable(reason) => {
                let cell = match Place::of_cell(row, column) {
                    Place::Cell(cell) => cell,
                    place => place.to_string(),
                };
                InputError::UnreadableCell { input: self.input.to_owned(), cell, reason }
            }
        }
    }
}

const BEYOND: Text = Text::new("a cell beyond the last row or column", "有单元格超出最后一行或一列");
const NO_STRING: CellError =
    CellError::Unreadable(Text::new("it refers to a text that does not exist", "所引用的文本不存在"));
const NO_NUMBER: CellError = CellError::Unreadable(Text::new("it is no number", "不是数字"));

/// The reference of a cell, and what its start says of it.
fn start_cell(start: &BytesStart<'_>) -> Result<(Option<String>, WrittenCell), Message> {
    let cell =
        WrittenCell { kind: attribute(start, "t")?, style: attribute(start, "s")?, ..WrittenCell::default() };
    Ok((attribute(start, "r")?, cell))
}

pub(super) fn broken(input: &str, reason: Message) -> InputError {
    InputError::BrokenWorkbook { input: input.to_owned(), reason }
}
