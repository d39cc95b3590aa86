//! Workbooks and their sheets.

use std::io::Cursor;

use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};

use crate::domain::text::Message;
use crate::input::list::Collector;
use crate::input::row::Cell;
use crate::input::{KeptColumns, Keyword, KeywordList, ReviewContext, SuspicionKind, read_workbook};

fn saved(mut workbook: Workbook) -> Vec<u8> {
    workbook.save_to_buffer().unwrap()
}

fn workbook(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(workbook.add_worksheet());
    saved(workbook)
}

fn list(bytes: Vec<u8>, sheet: Option<&str>, column: Option<&str>) -> Result<KeywordList, Message> {
    let collector = Collector::new(ReviewContext::default(), KeptColumns::None);
    read_workbook(Cursor::new(bytes), sheet, column, collector)
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
    format!("{place}: {}: {}", suspicion.kind.code(), suspicion.message(&text))
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
    assert_eq!((summary.keywords, summary.blank, summary.encoding), (2, 4, None));
    assert_eq!(summary.sheet.as_deref(), Some("Sheet1"));
    let chosen = summary.columns.as_ref().unwrap();
    let column = &chosen.columns[0];
    assert_eq!((column.name.as_deref(), column.number), (Some("企业名称"), 2));
    assert_eq!(summary.heading_rows, [1]);
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
    type Fill<'a> = Box<dyn FnOnce(&mut Worksheet) + 'a>;
    let date = Format::new().set_num_format("yyyy-mm-dd");
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
            "cell A1: placeholder: '#N/A': a placeholder or an error value, not a name",
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

#[test]
fn keywords_in_hidden_rows_are_counted() {
    let bytes = workbook(|sheet| {
        for (row, text) in ["企业名称", "甲公司", "乙公司", ""].into_iter().enumerate() {
            sheet.write(u32::try_from(row).unwrap(), 0, text).unwrap();
        }
        for row in [0, 2, 3] {
            sheet.set_row_hidden(row).unwrap();
        }
    });
    let list = list(bytes, None, None).unwrap();
    assert_eq!((list.summary().keywords, list.summary().hidden), (2, 1));
    let words = list.summary().in_words().to_string();
    assert!(words.contains("; in hidden rows: 1"), "{words}");
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
        "no keyword (sheet: 'Empty'; other sheets: '客户'); put one company on each line or row, or \
         choose with --sheet and --column"
    );
    let missing = list(three_sheets(), Some("供应商"), None).unwrap_err().to_string();
    assert_eq!(missing, "no sheet \"供应商\"; its sheets are: \"隐藏\", \"客户\", \"Empty\"");
}

/// A workbook of sheets with one column each.
fn sheets(sheets: &[(&str, &[&str])]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, cells) in sheets {
        workbook.add_worksheet().set_name(*name).unwrap().write_column(0, 0, cells.iter().copied()).unwrap();
    }
    saved(workbook)
}

#[test]
fn a_sheet_before_another_is_read_only_if_it_is_a_list() {
    let names: (&str, &[&str]) = ("名单", &["企业名称", "华为技术有限公司"]);
    for first in [
        &["本名单由财务部整理", "请勿外传"][..],
        &["供应商尽职调查", "2024年", "深圳市某某有限公司"],
        &["供应商名单", "深圳市某某有限公司"],
        &["客户简称", "华为", "腾讯"],
        &["华为", "腾讯"],
    ] {
        let error = list(sheets(&[("一", first), names]), None, None).unwrap_err().to_string();
        assert!(error.contains("--sheet '一' ('") && error.contains("--sheet '名单' ('企业名称'"), "{error}");
        let chosen = list(sheets(&[("空", &[]), ("一", first), names]), None, Some("1")).unwrap();
        assert_eq!(chosen.summary().sheet.as_deref(), Some("一"));
    }
    let list_of = |first| list(sheets(&[("一", first), ("二", &["企业名称", "腾讯"])]), None, None).unwrap();
    assert_eq!(found(&list_of(&["企业名称", "华为"])), ["cell A2: 华为"]);
    let list_after_nothing = list_of(&[]);
    assert_eq!(found(&list_after_nothing), ["cell A2: 腾讯"]);
    let summary = list_after_nothing.summary();
    assert_eq!((summary.sheet.as_deref(), &summary.other_sheets[..]), (Some("二"), &["一".into()][..]));
    let bytes = sheets(&[("说明", &["请勿外传"]), ("名单", &["华为", "腾讯"])]);
    assert_eq!(
        list(bytes, None, None).unwrap_err().to_string(),
        "cannot tell which sheet holds the keywords; choose one: --sheet '说明' ('请勿外传'); \
         --sheet '名单' ('华为', '腾讯')"
    );
    assert_eq!(
        found(&list(sheets(&[("名单", &["华为"]), ("空", &[])]), None, None).unwrap()),
        ["cell A1: 华为"]
    );
}

#[test]
fn an_archive_that_is_no_workbook_or_a_cut_one_is_one_sentence() {
    let whole = workbook(|sheet| {
        sheet.write(0, 0, "甲公司").unwrap();
    });
    for length in [0, 30, whole.len() / 2, whole.len() - 1] {
        let error = list(whole[..length].to_vec(), None, None).unwrap_err().to_string();
        assert!(error.starts_with("a damaged workbook (") && !error.contains('\n'), "{error}");
    }
    let mut damaged = whole.clone();
    let name = b"xl/worksheets/sheet1.xml";
    let start = memchr::memmem::find(&damaged, name).unwrap() + name.len();
    for byte in &mut damaged[start..start + 100] {
        *byte ^= 0x55;
    }
    let error = list(damaged, None, None).unwrap_err().to_string();
    assert!(error.starts_with("a damaged workbook ("), "{error}");
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

/// A workbook of one sheet with these rows as they are written.
fn handmade(rows: &str) -> Vec<u8> {
    handmade_with(rows, &[])
}

/// The same with further parts, by the types of their relations.
fn handmade_with(rows: &str, others: &[(&str, &str)]) -> Vec<u8> {
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relations = |relations: &[(&str, String)]| {
        let relation = |(index, (kind, target)): (usize, &(&str, String))| {
            format!(r#"<Relationship Id="r{index}" Type="{OFFICE}/{kind}" Target="{target}"/>"#)
        };
        let relations: String = relations.iter().enumerate().map(relation).collect();
        format!(r#"<Relationships xmlns="{PACKAGE}">{relations}</Relationships>"#)
    };
    let mut related = vec![("worksheet", "worksheets/sheet1.xml".to_owned())];
    related.extend(others.iter().map(|(kind, _)| (*kind, format!("/xl/{kind}.xml"))));
    let mut parts = vec![
        ("_rels/.rels".to_owned(), relations(&[("officeDocument", "xl/workbook.xml".to_owned())])),
        ("xl/_rels/workbook.xml.rels".to_owned(), relations(&related)),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                r#"<workbook xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r0"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/worksheets/sheet1.xml".to_owned(),
            format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ];
    parts.extend(others.iter().map(|(kind, text)| (format!("xl/{kind}.xml"), (*text).to_owned())));
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut archive, text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
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
    assert_eq!(keyword.text, "=B1");
}

#[test]
fn a_sheet_that_no_program_writes_is_damaged() {
    let row = |row: u32, cells: &[&str]| {
        let cells: String =
            cells.iter().map(|reference| format!(r#"<c r="{reference}"><v>7</v></c>"#)).collect();
        format!(r#"<row r="{row}">{cells}</row>"#)
    };
    for rows in [
        row(2, &["A2", "A1"]),
        row(2, &["A2"]) + &row(1, &["A1"]),
        row(2, &["A2"]) + &row(2, &["A2"]),
        row(1, &["B1", "A1"]),
        row(1, &["A1", "A1"]),
        row(1_048_577, &["A1048577"]),
        row(1, &["XFE1"]),
    ] {
        let error = list(handmade(&rows), None, Some("1")).unwrap_err().to_string();
        assert!(
            error.starts_with("a damaged workbook (rows or cells out of order, or beyond the last"),
            "{rows}: {error}"
        );
    }
}

/// The cells of the first row of a handmade workbook, all columns.
fn first_row(cells: &str, parts: &[(&str, &str)]) -> Vec<Cell> {
    let rows = format!(r#"<row r="1">{cells}</row>"#);
    let collector = Collector::new(ReviewContext::default(), KeptColumns::All);
    let bytes = handmade_with(&rows, parts);
    let list = read_workbook(Cursor::new(bytes), None, Some("1"), collector).unwrap();
    list.rows().unwrap().next().unwrap().unwrap().columns
}

const STYLES: &str = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="000000000"/></numFmts>
    <cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>
    <cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
const STRINGS: &str = "<sst><si><t>甲公司</t></si><si><r><t>乙</t></r><r><t xml:space=\"preserve\"> &amp; </t></r>\
    <r><t>丙公司</t></r><rPh sb=\"0\" eb=\"1\"><t>yi</t></rPh></si><si><t>丁_x000D_公司</t></si></sst>";

#[test]
fn cells_are_what_a_spreadsheet_program_shows() {
    let cells = r#"<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c>
        <c r="D1" s="1"><v>7110123</v></c><c r="E1" s="2"><v>45322</v></c><c r="F1" t="b"><v>1</v></c>
        <c r="G1" t="e"><v>#N/A</v></c><c r="H1" t="str"><f>A1</f><v>某</v></c>
        <c r="I1"><v>914403001922038216</v></c><c r="J1"><v>9.1440300192203827E+17</v></c>"#;
    let read = first_row(cells, &[("styles", STYLES), ("sharedStrings", STRINGS)]);
    let shown: Vec<_> = read.iter().map(Cell::shown).collect();
    assert_eq!(
        shown,
        [
            "甲公司",
            "乙 & 丙公司",
            "丁\r公司",
            "007110123",
            "2024-01-31",
            "TRUE",
            "#N/A",
            "某",
            "914403001922038216",
            "914403001922038300"
        ]
    );
}

#[test]
fn a_cell_that_cannot_be_read_is_refused_and_never_another_text() {
    for cell in [
        r#"<c r="A1" t="s"><v>3</v></c>"#,
        r#"<c r="A1" t="s"><v>x</v></c>"#,
        r#"<c r="A1"><v>7x</v></c>"#,
        r#"<c r="A1"><v>inf</v></c>"#,
        r#"<c r="A1" t="b"><v>2</v></c>"#,
        r#"<c r="A1" t="z"><v>7</v></c>"#,
    ] {
        let bytes = handmade_with(&format!(r#"<row r="1">{cell}</row>"#), &[("sharedStrings", STRINGS)]);
        let error = list(bytes, None, Some("1")).unwrap_err().to_string();
        assert!(error.starts_with("cell A1 cannot be read; open the workbook"), "{cell}: {error}");
    }
}

#[test]
fn a_picture_inside_a_cell_is_a_formula() {
    let cell = r#"<c r="A1" t="str"><f>_xlfn.DISPIMG("ID_1F8C",1)</f><v>=DISPIMG("ID_1F8C",1)</v></c>"#;
    let list = list(handmade(&format!(r#"<row r="1">{cell}</row>"#)), None, Some("1")).unwrap();
    let keyword = list.keywords().unwrap().next().unwrap().unwrap();
    assert_eq!(keyword.text, "=DISPIMG(\"ID_1F8C\",1)");
    assert_eq!(keyword.suspicion.unwrap().kind, SuspicionKind::Formula);
}

#[test]
fn a_part_that_unpacks_to_too_much_is_refused() {
    let bomb = vec![b' '; 20 << 20];
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut archive, &bomb).unwrap();
    let error = list(archive.finish().unwrap().into_inner(), None, None).unwrap_err().to_string();
    assert!(error.starts_with("is too large when unpacked ("), "{error}");
}
