//! The cells of an `.xlsx` or `.xlsm` workbook, row by row.
//!
//! The sheet is streamed. The workbook's table of shared strings is not: where it is large, a copy without one is
//! read ([`inline_strings`]). Formulas count with the value stored in the file. Hidden rows are read
//! like the others; a hidden sheet only when it is asked for. It must not choose columns.

use std::io::{BufReader, Read, Seek};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxCellReader, XlsxError};

use super::column::ColumnChoice;
use super::error::{InputError, Problem};
use super::inline_strings;
use super::keyword::Place;
use super::list::{Collector, Findings, KeywordList};
use super::shared_strings;
use super::table::{self, Row, RowSource, Value, Wanted};
use super::zip_directory;
use crate::domain::identifier::clean_keyword;
use crate::domain::text::{Message, Text};

/// The most rows and columns a sheet has in the format.
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;
/// From here on a number has more digits than a spreadsheet keeps.
const FIRST_INEXACT: f64 = 1e15;

/// Reads the keywords out of a sheet: the one named, else the first that is visible.
pub(super) fn read<S: Read + Seek>(
    input: &str,
    mut source: S,
    sheet: Option<&str>,
    column: Option<&ColumnChoice>,
) -> Result<KeywordList, InputError> {
    zip_directory::check(input, &mut source)?;
    shared_strings::check(input, &mut source)?;
    match inline_strings::copy(&mut source)? {
        Some(copy) => read_sheet(input, copy, sheet, column),
        None => read_sheet(input, source, sheet, column),
    }
}

fn read_sheet<S: Read + Seek>(
    input: &str,
    source: S,
    sheet: Option<&str>,
    column: Option<&ColumnChoice>,
) -> Result<KeywordList, InputError> {
    let mut workbook = Xlsx::new(BufReader::new(source)).map_err(|error| broken(input, &error))?;
    let (sheet, other_sheets) = choose_sheet(input, &workbook, sheet)?;
    let cells = workbook.worksheet_cells_reader(&sheet).map_err(|error| broken(input, &error))?;
    let mut rows = SheetRows { input, cells, pending: None, ended: false };
    let mut collector = Collector::new(input);
    let column = table::collect(input, &mut rows, column, &mut collector)?;
    collector.finish(Findings { column, sheet: Some(sheet), other_sheets, ..Findings::default() })
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
    fn next_row(&mut self, wanted: Wanted) -> Result<Option<Row>, InputError> {
        let Some(mut cell) = self.next_cell()? else { return Ok(None) };
        let index = cell.row;
        let mut row = Row { number: u64::from(index) + 1, fields: 0, width: 0, cells: Vec::new() };
        loop {
            let column = cell.column as usize;
            if column < row.width {
                return Err(self.damaged(Text::new("cells out of order", "单元格次序错乱")));
            }
            row.width = column + 1;
            row.fields = row.width;
            if wanted.includes(column) {
                row.cells.push((column, value(cell.value)));
            }
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

    fn place(&self, row: &Row, column: usize) -> Place {
        let number = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        Place::cell(number(row.number - 1), number(column as u64))
    }

    /// Cells do not spill: a row may be wider than the headings.
    fn check_width(&self, _row: &Row, _expected: usize) -> Result<(), InputError> {
        Ok(())
    }
}

fn value(cell: DataRef<'_>) -> Value {
    match cell {
        DataRef::String(text) => Value::Text(text),
        DataRef::SharedString(text) => Value::Text(text.to_owned()),
        #[expect(clippy::cast_precision_loss, reason = "from 10^15 on every number is refused alike")]
        DataRef::Int(number) => number_value(number as f64),
        DataRef::Float(number) => number_value(number),
        DataRef::Bool(_) => Value::Unusable(Problem::Truth),
        DataRef::DateTime(_) | DataRef::DateTimeIso(_) | DataRef::DurationIso(_) => {
            Value::Unusable(Problem::Date)
        }
        DataRef::Error(error) => Value::Unusable(Problem::ErrorValue(error.to_string())),
        DataRef::Empty => Value::Unusable(Problem::Uncomputed),
    }
}

/// A code that was typed as a number, as the digits that were typed. Leading zeros are lost to Excel. Zero is
/// what a formula makes of an empty cell, and what some programs store for a formula they cannot compute.
fn number_value(number: f64) -> Value {
    if number >= FIRST_INEXACT {
        Value::Unusable(Problem::LostDigits)
    } else if number <= 0.0 || number.fract() != 0.0 || !number.is_finite() {
        Value::Unusable(Problem::Number(number.to_string()))
    } else {
        Value::Text(format!("{number:.0}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};
    use std::io::Cursor;

    fn saved(mut workbook: Workbook) -> Vec<u8> {
        workbook.save_to_buffer().unwrap()
    }

    fn workbook(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
        let mut workbook = Workbook::new();
        fill(workbook.add_worksheet());
        saved(workbook)
    }

    fn list(bytes: Vec<u8>, sheet: Option<&str>, column: Option<&str>) -> Result<KeywordList, InputError> {
        let column = column.map(|text| text.parse().unwrap());
        read("a.xlsx", Cursor::new(bytes), sheet, column.as_ref())
    }

    fn found(list: &KeywordList) -> Vec<String> {
        let show = |keyword: super::super::Keyword| format!("{}: {}", keyword.place, keyword.text);
        list.keywords().unwrap().map(Result::unwrap).map(show).collect()
    }

    fn refused(fill: impl FnOnce(&mut Worksheet)) -> String {
        list(workbook(fill), None, Some("1")).unwrap_err().to_string()
    }

    #[test]
    fn the_named_column_is_read_with_its_cells() {
        let bytes = workbook(|sheet| {
            sheet.write(0, 0, "序号").unwrap().write(0, 1, "企业名称").unwrap();
            sheet.write(1, 0, 1).unwrap().write(1, 1, " 华为技术有限公司\u{3000}").unwrap();
            sheet.write(2, 0, 2).unwrap();
            sheet.write(6, 0, 3).unwrap().write(6, 1, "腾讯").unwrap();
        });
        let list = list(bytes, None, None).unwrap();
        assert_eq!(found(&list), ["cell B2: 华为技术有限公司", "cell B7: 腾讯"]);
        let survey = list.summary();
        assert_eq!((survey.keywords, survey.blank, survey.encoding), (2, 1, None));
        assert_eq!(survey.sheet.as_deref(), Some("Sheet1"));
        let column = survey.column.as_ref().unwrap();
        assert_eq!(
            (column.name.as_deref(), column.number, column.heading_row),
            (Some("企业名称"), 2, Some(1))
        );
    }

    #[test]
    fn numbers_become_their_exact_digits_and_formulas_their_value() {
        let bytes = workbook(|sheet| {
            sheet.write(0, 0, "注册号").unwrap();
            sheet.write(1, 0, 110_108_000_000_016_u64).unwrap();
            sheet.write(2, 0, 30_778_596).unwrap();
            sheet.write(3, 0, Formula::new("=A1&\"公司\"").set_result("某某公司")).unwrap();
        });
        let list = list(bytes, None, None).unwrap();
        assert_eq!(found(&list), ["cell A2: 110108000000016", "cell A3: 30778596", "cell A4: 某某公司"]);
    }

    #[test]
    fn a_number_that_lost_digits_is_refused_with_its_cell() {
        assert_eq!(
            refused(|sheet| {
                sheet.write(0, 0, "甲公司").unwrap().write(1, 0, 914_403_001_922_038_216_u64).unwrap();
            }),
            "cell A2 of a.xlsx holds a number of more than 15 digits, and Excel keeps only 15; format the \
             column as text and paste the codes again"
        );
        assert!(
            refused(|sheet| {
                sheet.write(0, 0, 1e15).unwrap();
            })
            .contains("more than 15 digits")
        );
    }

    #[test]
    fn what_is_no_text_in_the_column_of_keywords_is_refused_with_its_cell() {
        let date = Format::new().set_num_format("yyyy-mm-dd");
        let number = refused(|sheet| {
            sheet.write(0, 0, 1.5).unwrap();
        });
        assert!(number.starts_with("cell A1 of a.xlsx holds the number 1.5, which is no code"), "{number}");
        assert!(
            refused(|sheet| {
                sheet.write(0, 0, -3).unwrap();
            })
            .contains("the number -3")
        );
        assert!(
            refused(|sheet| {
                sheet.write(0, 0, true).unwrap();
            })
            .contains("a truth value")
        );
        let dated = refused(|sheet| {
            sheet.write_number_with_format(0, 0, 45_000, &date).unwrap();
        });
        assert!(dated.contains("a date or a time"), "{dated}");
        let error = Formula::new("=VLOOKUP(1,B:B,1)").set_result("#N/A");
        let error = refused(|sheet| {
            sheet.write(0, 0, error).unwrap();
        });
        assert!(error.contains("the error value #N/A"), "{error}");
        let of_an_empty_cell = refused(|sheet| {
            sheet.write(0, 0, Formula::new("=B1")).unwrap();
        });
        assert!(of_an_empty_cell.contains("the number 0"), "{of_an_empty_cell}");
        let two_names = refused(|sheet| {
            sheet.write(0, 0, "甲公司\n乙公司").unwrap();
        });
        assert!(two_names.contains("a line break within the keyword"), "{two_names}");
    }

    #[test]
    fn the_same_in_another_column_does_no_harm() {
        let bytes = workbook(|sheet| {
            sheet.write(0, 0, "甲有限公司").unwrap().write(0, 1, 1e17).unwrap().write(0, 2, true).unwrap();
        });
        assert_eq!(found(&list(bytes, None, None).unwrap()), ["cell A1: 甲有限公司"]);
    }

    fn three_sheets() -> Vec<u8> {
        let mut workbook = Workbook::new();
        workbook.add_worksheet().set_name("隐藏").unwrap().set_hidden(true).write(0, 0, "甲公司").unwrap();
        workbook.add_worksheet().set_name("客户").unwrap().write(0, 0, "乙公司").unwrap();
        workbook.add_worksheet().set_name("Empty").unwrap();
        workbook.worksheet_from_index(1).unwrap().set_active(true).set_first_tab(true);
        saved(workbook)
    }

    #[test]
    fn the_first_visible_sheet_is_read_unless_one_is_named() {
        let first = list(three_sheets(), None, None).unwrap();
        assert_eq!(first.summary().sheet.as_deref(), Some("客户"));
        assert_eq!(first.summary().other_sheets, ["Empty"]);
        assert_eq!(found(&list(three_sheets(), Some("隐藏"), None).unwrap()), ["cell A1: 甲公司"]);
        let empty = list(three_sheets(), Some("empty"), None).unwrap_err().to_string();
        assert_eq!(
            empty,
            "a.xlsx holds no keyword in sheet \"Empty\" (other sheets, for --sheet: 客户); put one company a \
             line, or one a row"
        );
        let missing = list(three_sheets(), Some("供应商"), None).unwrap_err().to_string();
        assert_eq!(missing, "a.xlsx has no sheet \"供应商\"; its sheets are: \"隐藏\", \"客户\", \"Empty\"");
    }

    #[test]
    fn an_archive_that_is_no_workbook_or_a_cut_one_is_one_sentence() {
        let whole = workbook(|sheet| {
            sheet.write(0, 0, "甲公司").unwrap();
        });
        for length in [0, 30, whole.len() / 2, whole.len() - 1] {
            let error = list(whole[..length].to_vec(), None, None).unwrap_err().to_string();
            assert!(error.starts_with("a.xlsx is a damaged workbook (") && !error.contains('\n'), "{error}");
        }
        let mut damaged = whole.clone();
        let name = b"xl/worksheets/sheet1.xml";
        let start = memchr::memmem::find(&damaged, name).unwrap() + name.len();
        for byte in &mut damaged[start..start + 100] {
            *byte ^= 0x55;
        }
        let error = list(damaged, None, None).unwrap_err();
        assert!(matches!(error, InputError::BrokenWorkbook { .. }), "{error}");
    }

    #[test]
    fn a_large_sheet_streams() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet_with_constant_memory().unwrap();
        sheet.write(0, 0, "公司名称").unwrap();
        for row in 1..=20_000 {
            sheet.write(row, 0, format!("第{row}有限公司")).unwrap();
        }
        let list = list(saved(workbook), None, None).unwrap();
        assert_eq!(list.summary().keywords, 20_000);
        assert_eq!(found(&list).last().unwrap(), "cell A20001: 第20000有限公司");
    }

    /// A workbook of one sheet with these rows as they stand, its parts stored and not packed.
    fn handmade(rows: &str) -> Vec<u8> {
        const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
        const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let relation = |kind: &str, target: &str| {
            format!(
                r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>"#
            )
        };
        let parts = [
            ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
            ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
            (
                "xl/workbook.xml",
                format!(
                    r#"<workbook xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#
                ),
            ),
            ("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
        ];
        let (mut archive, mut directory) = (Vec::new(), Vec::new());
        for (name, text) in &parts {
            let start = u32::try_from(archive.len()).unwrap();
            let size = u32::try_from(text.len()).unwrap().to_le_bytes();
            let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            common.extend(checksum(text.as_bytes()).to_le_bytes());
            common.extend([size, size].concat());
            common.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
            common.extend([0, 0]);
            archive.extend([b"PK\x03\x04", common.as_slice(), name.as_bytes(), text.as_bytes()].concat());
            directory.extend([b"PK\x01\x02\x14\0", common.as_slice(), &[0; 10]].concat());
            directory.extend([&start.to_le_bytes(), name.as_bytes()].concat());
        }
        let start = u32::try_from(archive.len()).unwrap().to_le_bytes();
        let size = u32::try_from(directory.len()).unwrap().to_le_bytes();
        let end = [b"PK\x05\x06\0\0\0\0\x04\0\x04\0".as_slice(), &size, &start, &[0, 0]].concat();
        [archive, directory, end].concat()
    }

    /// The CRC-32 of zip archives.
    fn checksum(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, &byte| {
            (0..8).fold(sum ^ u32::from(byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 * (sum & 1)))
        })
    }

    #[test]
    fn cells_without_references_and_in_scientific_notation_are_read() {
        let rows = r#"<row><c t="inlineStr"><is><t>甲有限公司</t></is></c></row>
            <row r="4"><c r="A4"><v>1.10108000000016E14</v></c></row>
            <row r="5"><c r="A5" t="str"><f>B5</f><v></v></c><c r="B5"><v>1</v></c></row>"#;
        let list = list(handmade(rows), None, Some("1")).unwrap();
        assert_eq!(found(&list), ["cell A1: 甲有限公司", "cell A4: 110108000000016"]);
        assert_eq!(list.summary().blank, 1);
    }

    #[test]
    fn a_formula_without_a_stored_value_is_refused_with_its_cell() {
        let error = list(handmade(r#"<row r="2"><c r="A2"><f>B1</f></c></row>"#), None, None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cell A2 of a.xlsx holds a formula that was never computed; open the workbook in a spreadsheet \
             program and save it"
        );
    }

    #[test]
    fn a_sheet_that_no_program_writes_is_damaged() {
        let cell = |reference: &str| format!(r#"<c r="{reference}"><v>7</v></c>"#);
        for (rows, reason) in [
            (format!("<row>{}{}</row>", cell("A2"), cell("A1")), "rows out of order"),
            (format!("<row>{}{}</row>", cell("B1"), cell("A1")), "cells out of order"),
            (format!("<row>{}</row>", cell("A1048577")), ""),
            (format!("<row>{}</row>", cell("XFE1")), ""),
        ] {
            let error = list(handmade(&rows), None, Some("1")).unwrap_err();
            assert!(matches!(error, InputError::BrokenWorkbook { .. }), "{rows}: {error}");
            assert!(error.to_string().contains(reason), "{error}");
        }
    }
}
