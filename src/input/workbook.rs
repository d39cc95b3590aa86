//! The cells of an `.xlsx` or `.xlsm` workbook, row by row.
//!
//! The sheet is streamed. The workbook's table of shared strings is not: where it is large, a copy without one is
//! read ([`inline_strings`]). Formulas count with the value stored in the file. Hidden rows are read
//! like the others; a hidden sheet only when it is asked for. It must not choose columns.

use std::io::{BufReader, Read, Seek};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxCellReader, XlsxError};

use super::column::ColumnChoice;
use super::error::InputError;
use super::inline_strings;
use super::list::{Collector, KeywordList, Place};
use super::row::{Cell, Row, RowSource};
use super::shared_strings;
use super::summary::Findings;
use super::zip_directory;
use crate::domain::identifier::clean_keyword;
use crate::domain::text::{Message, Text};

/// The most rows and columns a sheet has in the format.
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;

/// Reads the keywords out of a sheet: the one named, else the first that is visible.
pub(super) fn read<S: Read + Seek>(
    input: &str,
    mut source: S,
    sheet: Option<&str>,
    column: Option<&ColumnChoice>,
    collector: Collector,
) -> Result<KeywordList, InputError> {
    zip_directory::check(input, &mut source)?;
    shared_strings::check(input, &mut source)?;
    match inline_strings::copy(&mut source)? {
        Some(copy) => read_sheet(input, copy, sheet, column, collector),
        None => read_sheet(input, source, sheet, column, collector),
    }
}

fn read_sheet<S: Read + Seek>(
    input: &str,
    source: S,
    sheet: Option<&str>,
    column: Option<&ColumnChoice>,
    mut collector: Collector,
) -> Result<KeywordList, InputError> {
    let mut workbook = Xlsx::new(BufReader::new(source)).map_err(|error| broken(input, &error))?;
    let (sheet, other_sheets) = choose_sheet(input, &workbook, sheet)?;
    let cells = workbook.worksheet_cells_reader(&sheet).map_err(|error| broken(input, &error))?;
    let mut rows = SheetRows { input, cells, pending: None, ended: false };
    let mut findings = Findings { sheet: Some(sheet), other_sheets, ..Findings::default() };
    super::collect(input, &mut rows, column, Place::of_cell, &mut collector, &mut findings)?;
    collector.finish(findings)
}

fn broken(input: &str, error: &XlsxError) -> InputError {
    let input = input.to_owned();
    match error {
        XlsxError::Password => InputError::OldWorkbook { input },
        other => {
            let reason = other.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
            InputError::BrokenWorkbook { input, reason: Message::verbatim(reason) }
        }
    }
}

fn choose_sheet<S: Read + Seek>(
    input: &str,
    workbook: &Xlsx<S>,
    wanted: Option<&str>,
) -> Result<(String, Vec<String>), InputError> {
    let sheets = || workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let visible = || sheets().filter(|sheet| sheet.visible == SheetVisible::Visible);
    let chosen = match wanted {
        Some(wanted) => {
            let same =
                |name: &str| clean_keyword(name).to_lowercase() == clean_keyword(wanted).to_lowercase();
            sheets().find(|sheet| sheet.name == wanted).or_else(|| sheets().find(|sheet| same(&sheet.name)))
        }
        None => visible().next(),
    };
    let Some(chosen) = chosen else {
        let input = input.to_owned();
        let sheets = sheets().map(|sheet| format!("{:?}", sheet.name)).collect::<Vec<_>>().join(", ");
        return Err(match wanted {
            Some(wanted) => InputError::MissingSheet { input, wanted: wanted.to_owned(), sheets },
            None => InputError::NoVisibleSheet { input, sheets },
        });
    };
    let others = visible().filter(|sheet| sheet.name != chosen.name).map(|sheet| sheet.name.clone());
    Ok((chosen.name.clone(), others.collect()))
}

struct SheetRows<'workbook, S: Read + Seek> {
    input: &'workbook str,
    cells: XlsxCellReader<'workbook, S>,
    pending: Option<FilledCell<'workbook>>,
    ended: bool,
}

/// A cell with something in it; its row and column are from 0.
struct FilledCell<'workbook> {
    row: u32,
    column: u32,
    value: DataRef<'workbook>,
}

impl<'workbook, S: Read + Seek> SheetRows<'workbook, S> {
    fn next_cell(&mut self) -> Result<Option<FilledCell<'workbook>>, InputError> {
        if let Some(cell) = self.pending.take() {
            return Ok(Some(cell));
        }
        while !self.ended {
            let read = self.cells.next_cell_with_formula_metadata();
            let Some(record) = read.map_err(|error| broken(self.input, &error))? else {
                self.ended = true;
                break;
            };
            let (row, column) = record.pos;
            if row >= ROWS || column >= COLUMNS {
                return Err(self.damaged(Text::new(
                    "a cell beyond the last row or column",
                    "有单元格超出最后一行或一列",
                )));
            }
            let blank = match &record.value {
                DataRef::Empty => record.formula.is_none(),
                DataRef::String(text) => clean_keyword(text).is_empty(),
                DataRef::SharedString(text) => clean_keyword(text).is_empty(),
                _ => false,
            };
            if !blank {
                return Ok(Some(FilledCell { row, column, value: record.value }));
            }
        }
        Ok(None)
    }

    fn damaged(&self, reason: Text) -> InputError {
        InputError::BrokenWorkbook { input: self.input.to_owned(), reason: reason.into() }
    }
}

impl<S: Read + Seek> RowSource for SheetRows<'_, S> {
    fn next_row(&mut self) -> Result<Option<Row>, InputError> {
        let Some(mut cell) = self.next_cell()? else { return Ok(None) };
        let index = cell.row;
        let number = u64::from(index) + 1;
        let mut row = Row { input_row: number, line: number, ..Row::default() };
        loop {
            let column = cell.column as usize;
            if column < row.cells.len() {
                return Err(self.damaged(Text::new("cells out of order", "单元格次序错乱")));
            }
            row.cells.resize(column, Cell::Empty);
            row.cells.push(value(cell.value));
            row.fields = row.cells.len();
            match self.next_cell()? {
                Some(next) if next.row == index => cell = next,
                Some(next) if next.row < index => {
                    return Err(self.damaged(Text::new("rows out of order", "行次序错乱")));
                }
                next => {
                    self.pending = next;
                    return Ok(Some(row));
                }
            }
        }
    }
}

fn value(cell: DataRef<'_>) -> Cell {
    match cell {
        DataRef::String(text) => Cell::Text(text),
        DataRef::SharedString(text) => Cell::Text(text.to_owned()),
        #[expect(clippy::cast_precision_loss, reason = "from 10^15 on every number is refused alike")]
        DataRef::Int(number) => Cell::Number(number as f64, None),
        DataRef::Float(number) => Cell::Number(number, None),
        DataRef::Bool(value) => Cell::Boolean(value),
        DataRef::DateTime(date) => Cell::Date(date.as_f64(), "yyyy-mm-dd".to_owned()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Text(text),
        DataRef::Error(error) => Cell::Error(error.to_string()),
        DataRef::Empty => Cell::UncomputedFormula,
    }
}

#[cfg(test)]
mod tests;
