//! `LibreOffice`, if it is installed, reads the workbook and the spreadsheet dialect of csv as they are meant.

use super::samples::{self, written_bytes};
use super::{CsvDialect, Format, Header, Layout, Options};
use crate::domain::record::{Row, Topic};
use crate::domain::text::Language;
use std::path::Path;
use std::process::Command;

/// Texts that a spreadsheet would run, round or turn into a day.
fn tempting_row() -> Row {
    let mut row = samples::dishonest_rows().swap_remove(0);
    let record = &mut row.record;
    record.set("name", "=HYPERLINK(\"http://x\",\"y\")".into());
    record.set("court", "@SUM(1) \"a\", 𠮷".into());
    record.set("id_number", "913101156762751234".into());
    record.set("company_id", "007".into());
    record.set("subject_id", "1E5".into());
    record.set("basis_number", "3-4".into());
    row
}

/// The cells of the row after the header, as the office program exports them again.
fn exported(soffice_input_filter: &str, name: &str, bytes: &[u8]) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join(name);
    std::fs::write(&input, bytes).unwrap();
    let profile = format!("-env:UserInstallation=file://{}", folder.path().join("profile").display());
    let mut command = Command::new("soffice");
    command.args([profile.as_str(), "--headless"]);
    if !soffice_input_filter.is_empty() {
        command.arg(format!("--infilter={soffice_input_filter}"));
    }
    // The last number is the sheet; a text has only one.
    let sheet = if Path::new(name).extension().is_some_and(|it| it == "xlsx") { 2 } else { 0 };
    let filter =
        format!("csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,{sheet}");
    command.args(["--convert-to", &filter, "--outdir"]);
    let out = folder.path().join("out");
    match command.arg(&out).arg(&input).output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        result => assert!(result.unwrap().status.success()),
    }
    let written = std::fs::read_dir(out).unwrap().next().expect("a sheet").unwrap();
    Some(first_row(&written.path()))
}

fn first_row(path: &Path) -> Vec<String> {
    let mut reader = ::csv::Reader::from_path(path).expect("the program opens the file and writes it again");
    reader.records().next().unwrap().unwrap().iter().map(str::to_owned).collect()
}

fn assert_as_it_was(cells: &[String]) {
    let mut expected = samples::as_texts(&tempting_row());
    let truth = Topic::Dishonest.column_index("on_official_site").unwrap();
    expected[truth] = "TRUE".to_owned();
    assert_eq!(cells, expected);
}

fn bytes_of(format: Format) -> Vec<u8> {
    let options = Options { csv_dialect: CsvDialect::Excel, ..Options::default() };
    let layout = Layout::whole(Topic::Dishonest, Header::Keys, Language::English);
    written_bytes(format, &layout, options, &[tempting_row()], &samples::outcomes())
}

#[test]
fn a_workbook_shows_every_text_as_it_was() {
    if let Some(cells) = exported("", "book.xlsx", &bytes_of(Format::Xlsx)) {
        assert_as_it_was(&cells);
    }
}

#[test]
fn the_excel_dialect_shows_every_text_as_it_was() {
    // Comma, quotation mark, UTF-8, from the first line: what the dialogue of a double click proposes.
    if let Some(cells) = exported("CSV:44,34,76,1", "list.csv", &bytes_of(Format::Csv)) {
        assert_as_it_was(&cells);
    }
}
