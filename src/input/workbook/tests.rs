//! Workbooks and their sheets.

use super::*;
use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};
use std::io::Cursor;

use crate::input::{KeptColumns, Keyword, ReviewContext, SuspicionKind};

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
    let collector = Collector::new("a.xlsx", ReviewContext::default(), KeptColumns::None);
    read("a.xlsx", Cursor::new(bytes), sheet, column.as_ref(), collector)
}

fn found(list: &KeywordList) -> Vec<String> {
    let show = |keyword: Keyword| format!("{}: {}", keyword.place, keyword.text);
    list.keywords().unwrap().map(Result::unwrap).map(show).collect()
}

fn suspicion(fill: impl FnOnce(&mut Worksheet)) -> String {
    let list = list(workbook(fill), None, Some("1")).unwrap();
    let keyword = list.keywords().unwrap().map(Result::unwrap).find(|keyword| keyword.suspicion.is_some());
    let Keyword { text, place, suspicion, .. } = keyword.expect("a suspicious keyword");
    let suspicion = suspicion.unwrap();
    format!("{place}: {}: {}", suspicion.kind.code().as_str(), suspicion.message(&text))
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
    let summary = list.summary();
    assert_eq!((summary.keywords, summary.blank, summary.findings.encoding), (2, 4, None));
    assert_eq!(summary.findings.sheet.as_deref(), Some("Sheet1"));
    let chosen = summary.findings.columns.as_ref().unwrap();
    let column = &chosen.columns[0];
    assert_eq!((column.name.as_deref(), column.number), (Some("企业名称"), 2));
    assert_eq!(summary.findings.heading_rows, [1]);
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
fn what_is_no_text_is_suspicious_and_shown_as_a_spreadsheet_shows_it() {
    let date = Format::new().set_num_format("yyyy-mm-dd");
    type Fill<'a> = Box<dyn FnOnce(&mut Worksheet) + 'a>;
    let cells: [(Fill<'_>, &str); 8] = [
        (
            Box::new(|sheet| drop(sheet.write(0, 0, 914_403_001_922_038_216_u64))),
            "cell A1: lossy: '914403001922038300': a number that lost its last digits in a spreadsheet",
        ),
        (Box::new(|sheet| drop(sheet.write(0, 0, 1.5))), "cell A1: number: '1.5': an amount or a percentage"),
        (Box::new(|sheet| drop(sheet.write(0, 0, -3))), "cell A1: number: '-3': an amount or a percentage"),
        (Box::new(|sheet| drop(sheet.write(0, 0, true))), "cell A1: number: 'TRUE': a truth value"),
        (
            Box::new(|sheet| drop(sheet.write_number_with_format(0, 0, 45_322, &date))),
            "cell A1: number: '2024-01-31': a date or a time",
        ),
        (
            Box::new(|sheet| drop(sheet.write(0, 0, Formula::new("=VLOOKUP(1,B:B,1)").set_result("#N/A")))),
            "cell A1: placeholder: '#N/A': an error value of a spreadsheet",
        ),
        (
            Box::new(|sheet| drop(sheet.write(0, 0, Formula::new("=B1")))),
            "cell A1: number: '0': an amount or a percentage",
        ),
        (
            Box::new(|sheet| drop(sheet.write(0, 0, "甲公司\n乙公司"))),
            "cell A1: structure: '甲公司\n乙公司': contains a tab or a line break",
        ),
    ];
    for (fill, expected) in cells {
        assert_eq!(suspicion(fill), expected);
    }
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
    assert_eq!(first.summary().findings.sheet.as_deref(), Some("客户"));
    assert_eq!(first.summary().findings.other_sheets, ["Empty"]);
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
    assert_eq!(list.summary().blank, 3);
}

#[test]
fn a_formula_without_a_stored_value_is_suspicious() {
    let list = list(handmade(r#"<row r="2"><c r="A2"><f>B1</f></c></row>"#), None, None).unwrap();
    let keyword = list.keywords().unwrap().next().unwrap().unwrap();
    assert_eq!(keyword.suspicion.unwrap().kind, SuspicionKind::UncomputedFormula);
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
