//! Lists of keywords.

use hecha::input::{InputSettings, KEYWORD_LIMIT, KeptColumns, ReviewContext, TextEncoding, open};
use std::cell::RefCell;
use std::io::{Cursor, Write};
use std::path::PathBuf;
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

thread_local! {
    static FOLDER: RefCell<Option<TempDir>> = const { RefCell::new(None) };
}

/// A file of that name with these bytes.
fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = FOLDER.with_borrow_mut(|folder| {
        folder.get_or_insert_with(|| tempfile::tempdir().expect("a folder")).path().join(name)
    });
    std::fs::write(&path, bytes).expect("a file");
    path
}

const ENCODINGS: [Option<&str>; 6] =
    [None, Some("utf-8"), Some("gb18030"), Some("big5"), Some("utf-16le"), Some("utf-16be")];

/// Texts and tables: the first byte chooses the format (its two low bits) and the encoding.
pub fn list_text(data: &[u8]) {
    let Some((choice, bytes)) = data.split_first() else { return };
    let encoding = ENCODINGS[usize::from(choice >> 2) % ENCODINGS.len()];
    let encoding = encoding.map(|name| name.parse::<TextEncoding>().expect("a known encoding"));
    let (path, standard_input) = match choice & 3 {
        0 => (None, bytes),
        1 => (Some(file("list.txt", bytes)), &[][..]),
        2 => (Some(file("list.csv", bytes)), &[][..]),
        _ => (Some(file("list.tsv", bytes)), &[][..]),
    };
    let settings = InputSettings { path, column: None, sheet: None, encoding };
    check(&settings, standard_input);
    if choice & 2 != 0 {
        let column = Some("1".to_owned());
        check(&InputSettings { column, ..settings }, standard_input);
    }
}

/// Workbooks: bytes that begin like a zip archive are one; others are the parts of one, divided by NUL bytes in the
/// order of [`PARTS`], those that are missing being the usual ones.
pub fn list_workbook(data: &[u8]) {
    let bytes = if data.starts_with(b"PK") { data.to_vec() } else { workbook(data) };
    let settings = InputSettings { path: None, column: None, sheet: None, encoding: None };
    check(&settings, &bytes);
    let column = Some("1".to_owned());
    check(&InputSettings { column, ..settings }, &bytes);
}

/// A list either is refused with one sentence, or gives keywords within their bounds, as many as it says.
fn check(settings: &InputSettings, standard_input: &[u8]) {
    match open(settings, ReviewContext::default(), KeptColumns::All, &mut Cursor::new(standard_input)) {
        Ok(list) => {
            let keywords = list.keywords().expect("the checked keywords").collect::<Result<Vec<_>, _>>();
            let keywords = keywords.expect("what was checked can be read");
            assert_eq!(keywords.len() as u64, list.summary().keywords);
            let rows = list.rows().expect("the rows").collect::<Result<Vec<_>, _>>();
            assert!(rows.expect("the rows can be read").len() >= keywords.len());
            for keyword in keywords.iter().filter(|keyword| keyword.suspicion.is_none()) {
                let length = keyword.text.chars().count();
                assert!((1..=KEYWORD_LIMIT).contains(&length), "{length} characters");
                assert!(!keyword.text.contains(char::is_control), "{:?}", keyword.text);
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

const PARTS: [(&str, &str); 6] = [
    (
        "xl/worksheets/sheet1.xml",
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\">\
         <c r=\"A1\" t=\"s\"><v>0</v></c></row></sheetData></worksheet>",
    ),
    (
        "xl/sharedStrings.xml",
        "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" count=\"1\" uniqueCount=\"1\">\
         <si><t>乐视云计算有限公司</t></si></sst>",
    ),
    (
        "xl/workbook.xml",
        "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>\
         <sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
    ),
    (
        "xl/_rels/workbook.xml.rels",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship \
         Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" \
         Target=\"worksheets/sheet1.xml\"/></Relationships>",
    ),
    (
        "xl/styles.xml",
        "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><cellXfs>\
         <xf numFmtId=\"0\"/></cellXfs></styleSheet>",
    ),
    (
        "_rels/.rels",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship \
         Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
         Target=\"xl/workbook.xml\"/></Relationships>",
    ),
];

fn workbook(data: &[u8]) -> Vec<u8> {
    let mut given = data.split(|byte| *byte == 0);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, usual) in PARTS {
        let part = given.next().filter(|part| !part.is_empty()).unwrap_or(usual.as_bytes());
        archive.start_file(name, options).expect("a part");
        archive.write_all(part).expect("its bytes");
    }
    archive.finish().expect("the directory").into_inner()
}
