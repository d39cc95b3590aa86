//! Workbooks as calamine reads them.

use super::super::layout::DataColumn;
use super::super::samples::{self, written_bytes};
use super::super::{self as output, Header, Layout, Options};
use super::*;
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::{Row, Topic};
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
fn a_row_without_values_is_a_row_nevertheless() {
    let mut book = Book::new(None).unwrap();
    let columns = vec![DataColumn { key: "n", heading: Some("n"), kind: ColumnKind::Text }];
    book.add_sheets(TableHead { name: "records", columns }).unwrap();
    for _ in 0..2 {
        book.row(0, [OutputValue::Plain(Value::Null)].into_iter()).unwrap();
    }
    let bytes = samples::SharedBytes::default();
    book.save(Box::new(bytes.clone())).unwrap();
    let mut archive = zip::ZipArchive::new(io::Cursor::new(bytes.bytes())).unwrap();
    let sheet = io::read_to_string(archive.by_name("xl/worksheets/sheet1.xml").unwrap()).unwrap();
    assert!(sheet.contains(r#"<dimension ref="A1:A3"/>"#) && sheet.contains(r#"<row r="3""#), "{sheet}");
}

#[test]
fn more_rows_than_a_sheet_holds_go_on_the_next() {
    let mut book = Book::new(None).unwrap();
    book.rows_a_sheet = 3;
    let columns = vec![DataColumn { key: "n", heading: Some("n"), kind: ColumnKind::Integer }];
    let table = TableHead { name: "records", columns };
    book.add_sheets(table).unwrap();
    for number in 0..5 {
        book.row(0, [OutputValue::Plain(Value::Integer(number))].into_iter()).unwrap();
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
    let columns = vec![DataColumn { key: "n", heading: None, kind: ColumnKind::Text }];
    let table = TableHead { name: "records", columns };
    book.add_sheets(table).unwrap();
    for _ in 0..5 {
        book.row(0, [OutputValue::Plain(Value::Text("text"))].into_iter()).unwrap();
    }
    let bytes = samples::SharedBytes::default();
    book.save(Box::new(bytes.clone())).unwrap();
    let mut book = Xlsx::new(io::Cursor::new(bytes.bytes())).unwrap();
    assert_eq!(book.worksheet_range("records").unwrap().height(), 3);
    assert_eq!(book.worksheet_range("records 2").unwrap().height(), 2);
}

#[test]
fn a_text_too_long_for_a_cell_is_cut_with_a_note() {
    let cut = within_a_cell(&"𠮷".repeat(20_000)).into_owned();
    assert!(cut.encode_utf16().count() <= LONGEST_CELL);
    assert!(cut.ends_with(CUT_NOTE));
    let whole = "字".repeat(LONGEST_CELL);
    assert_eq!(within_a_cell(&whole), whole);
}

#[test]
fn numbers_that_a_spreadsheet_would_round_are_text() {
    let mut book = Book::new(None).unwrap();
    let columns = vec![DataColumn { key: "n", heading: None, kind: ColumnKind::Integer }];
    book.add_sheets(TableHead { name: "numbers", columns }).unwrap();
    for number in [1 << 53, (1 << 53) + 1, i64::MIN] {
        book.row(0, [OutputValue::Plain(Value::Integer(number))].into_iter()).unwrap();
    }
    let bytes = samples::SharedBytes::default();
    book.save(Box::new(bytes.clone())).unwrap();
    let sheet = Xlsx::new(io::Cursor::new(bytes.bytes())).unwrap().worksheet_range("numbers").unwrap();
    let numbers: Vec<Data> = sheet.rows().map(|row| row[0].clone()).collect();
    let texts = ["9007199254740993", "-9223372036854775808"].map(|text| Data::String(text.into()));
    assert_eq!(numbers[..1], [Data::Float(9_007_199_254_740_992.0)]);
    assert_eq!(numbers[1..], texts);
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
                    Value::Integer(number) => Data::Float(number as f64),
                    Value::Boolean(truth) => Data::Bool(truth),
                    Value::Text(text) => Data::String(text.to_owned()),
                    Value::Json(json) => Data::String(json.to_string()),
                };
                prop_assert_eq!(cell, &expected);
            }
        }
    }
}
