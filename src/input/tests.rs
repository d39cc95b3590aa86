//! Whole lists, from real files and pipes to keywords.

use std::io::Write;
use std::path::PathBuf;

use encoding_rs::GB18030;
use rust_xlsxwriter::Workbook;
use tempfile::TempDir;

use super::*;

struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> InputSettings {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        settings(InputPath::File(path))
    }
}

fn settings(path: InputPath) -> InputSettings {
    InputSettings { path, column: None, sheet: None, encoding: None }
}

fn opened(settings: &InputSettings) -> Result<KeywordList, InputError> {
    open(settings, &mut std::io::empty())
}

fn piped(bytes: &[u8]) -> Result<KeywordList, InputError> {
    open(&settings(InputPath::StandardInput), &mut &*bytes)
}

fn found(list: &KeywordList) -> Vec<String> {
    let show = |keyword: Keyword| format!("{}: {}", keyword.place, keyword.text);
    list.keywords().unwrap().map(Result::unwrap).map(show).collect()
}

/// The error's sentence with the temporary folder taken out.
#[track_caller]
fn refused(files: &Files, settings: &InputSettings) -> String {
    let folder = format!("{}/", files.0.path().display());
    let sentence = opened(settings).unwrap_err().to_string().replace(&folder, "");
    assert!(!sentence.contains('\n') && !sentence.ends_with('.'), "{sentence}");
    sentence
}

fn gb(text: &str) -> Vec<u8> {
    GB18030.encode(text).0.into_owned()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn workbook_bytes() -> Vec<u8> {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().write(0, 0, "甲有限公司").unwrap();
    workbook.save_to_buffer().unwrap()
}

#[test]
fn a_text_is_the_same_list_in_every_encoding() {
    let files = Files::new();
    let text = "\u{3000}华为技术有限公司\r\n\r\n一汽—大众汽车有限公司\r\n91350100M000100Y43";
    let marked_utf16 = utf16(&format!("\u{feff}{text}"));
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), "UTF-8"),
        (format!("\u{feff}{text}").into_bytes(), "UTF-8"),
        (gb(text), "GB18030"),
        (utf16(text), "UTF-16LE"),
        (marked_utf16, "UTF-16LE"),
    ] {
        let list = opened(&files.write("list.txt", bytes)).unwrap();
        assert_eq!(list.summary().encoding, Some(encoding));
        assert_eq!(
            found(&list),
            ["line 1: 华为技术有限公司", "line 3: 一汽—大众汽车有限公司", "line 4: 91350100M000100Y43"]
        );
        assert_eq!((list.summary().keywords, list.summary().blank), (3, 1));
    }
}

#[test]
fn a_table_in_the_encoding_of_a_chinese_spreadsheet_is_read() {
    let files = Files::new();
    let text =
        "序号,企业名称,备注\r\n1,华为技术有限公司,\"第一行\r\n第二行\"\r\n2,,没有\r\n3,\"Foo Co., Ltd\",\r\n";
    let list = opened(&files.write("list.csv", gb(text))).unwrap();
    assert_eq!(found(&list), ["line 2: 华为技术有限公司", "line 5: Foo Co., Ltd"]);
    let column = ChosenColumn {
        name: Some("企业名称".into()),
        number: 2,
        reason: ColumnReason::Heading,
        heading_row: Some(1),
    };
    assert_eq!((list.summary().blank, list.summary().column.as_ref()), (1, Some(&column)));
    let tabs = utf16(&format!("\u{feff}{}", "名称\t代码\n甲公司\t1\n"));
    assert_eq!(found(&opened(&files.write("list.TSV", tabs)).unwrap()), ["line 2: 甲公司"]);
}

#[test]
fn a_comma_that_nobody_quoted_is_refused_and_not_half_a_name_bought() {
    let files = Files::new();
    let sentence = refused(&files, &files.write("a.csv", "name,city\nFoo Co., Ltd,Shenzhen\n"));
    assert_eq!(
        sentence,
        "line 2 of a.csv has 3 fields where 2 are expected; put the field that holds the separator in \
         quotation marks, or give every column a heading"
    );
    let sentence = refused(&files, &files.write("a.csv", "甲公司\n乙公司\nFoo Co., Ltd\n丙公司\n"));
    assert!(sentence.starts_with("line 3 of a.csv has 2 fields where 1 are expected"), "{sentence}");
    let shorter = opened(&files.write("a.csv", "name,city\n甲公司\n乙公司,北京,\n")).unwrap();
    assert_eq!(found(&shorter), ["line 2: 甲公司", "line 3: 乙公司"]);
}

#[test]
fn the_last_line_is_checked_before_the_first_is_given() {
    let files = Files::new();
    let mut bytes = "华为技术有限公司\n".repeat(90_000).into_bytes();
    bytes.extend(b"\xb9\xab\xcb\xbe\n");
    let sentence = refused(&files, &files.write("a.txt", &bytes));
    assert_eq!(
        sentence,
        "line 90001 of a.txt is not UTF-8 but line 1 is: mixed encodings; save the list anew in one encoding, \
         or force one with --encoding"
    );
    let mut forced = files.write("a.txt", &bytes);
    forced.encoding = Some("utf-8".parse().unwrap());
    assert_eq!(
        refused(&files, &forced),
        "line 90001 of a.txt holds bytes that are not UTF-8: damaged text or mixed encodings; correct the line, \
         or name the encoding with --encoding"
    );
    let long = "甲".repeat(KEYWORD_LIMIT + 1);
    let sentence = refused(&files, &files.write("a.txt", format!("乙公司\n{long}\n")));
    assert!(sentence.starts_with("line 2 of a.txt holds more than 512 characters"), "{sentence}");
    let sentence = refused(&files, &files.write("a.txt", "a".repeat(LINE_LIMIT + 1)));
    assert!(sentence.starts_with("line 1 of a.txt is longer than 1048576 bytes"), "{sentence}");
}

#[test]
fn what_was_checked_is_what_is_given_though_the_file_changes() {
    let files = Files::new();
    let settings = files.write("a.txt", "甲公司\n");
    let list = opened(&settings).unwrap();
    files.write("a.txt", "乙公司\n丙公司\n");
    assert_eq!(found(&list), ["line 1: 甲公司"]);
}

#[test]
fn standard_input_is_a_text_or_a_workbook_by_its_first_bytes() {
    assert_eq!(found(&piped("甲公司\n乙公司\n".as_bytes()).unwrap()), ["line 1: 甲公司", "line 2: 乙公司"]);
    assert_eq!(found(&piped(&workbook_bytes()).unwrap()), ["cell A1: 甲有限公司"]);
    let error = piped(b"").unwrap_err().to_string();
    assert_eq!(error, "standard input holds no keyword; put one company a line, or one a row");
    assert!(matches!(InputPath::from(PathBuf::from("-")), InputPath::StandardInput));
}

#[test]
fn a_long_pipe_goes_through_a_temporary_file() {
    let text = "华为技术有限公司\n".repeat(100_000);
    let list = piped(text.as_bytes()).unwrap();
    assert_eq!(list.summary().keywords, 100_000);
    assert_eq!(found(&list).last().unwrap(), "line 100000: 华为技术有限公司");
}

#[test]
fn files_are_judged_by_extension_and_first_bytes() {
    let files = Files::new();
    let old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    for (name, bytes, beginning) in [
        ("a.csv", workbook_bytes(), "a.csv holds a workbook or another zip archive, not text; name it .xlsx"),
        ("a.xlsx", b"name\n".to_vec(), "a.xlsx is not a workbook inside; name it .csv or .txt"),
        ("a.xlsx", Vec::new(), "a.xlsx is not a workbook inside"),
        ("a.xlsx", old.to_vec(), "a.xlsx is an old .xls workbook or one with a password; save it as .xlsx"),
        ("a.txt", old.to_vec(), "a.txt is an old .xls workbook"),
        ("a.xls", b"".to_vec(), "a.xls: .xls cannot be read; save it as .xlsx or .csv"),
        ("a.ODS", b"".to_vec(), "a.ODS: .ods cannot be read; save it as .xlsx or .csv"),
        ("a.txt", b" \n\n".to_vec(), "a.txt holds no keyword; put one company a line"),
        ("a.csv", b"".to_vec(), "a.csv holds no keyword"),
        ("a.csv", "名称\n".into(), "a.csv holds no keyword in column 1"),
        (
            "a.txt",
            "甲公司\t91\n".into(),
            "line 1 of a.txt holds a tab; if this is a table, name the file .tsv",
        ),
        ("a.txt", b"a\n\0b\n".to_vec(), "line 2 of a.txt holds a NUL byte"),
        ("a.csv", "甲公司\n\"乙公司\n".into(), "the row at line 2 of a.csv opens a quotation mark"),
        ("a.csv", "名称\n\"甲\n乙\"\n".into(), "line 2 of a.csv holds a line break within the keyword"),
    ] {
        let sentence = refused(&files, &files.write(name, bytes));
        assert!(sentence.starts_with(beginning), "{sentence}");
    }
    for name in ["list", "list.dat"] {
        assert_eq!(found(&opened(&files.write(name, workbook_bytes())).unwrap()), ["cell A1: 甲有限公司"]);
        assert_eq!(found(&opened(&files.write(name, "甲,乙\n")).unwrap()), ["line 1: 甲,乙"]);
    }
}

#[test]
fn what_cannot_be_opened_is_told() {
    let files = Files::new();
    let missing = settings(InputPath::File(files.0.path().join("none.txt")));
    assert!(refused(&files, &missing).starts_with("cannot read none.txt: "));
    let folder = files.0.path().join("folder");
    std::fs::create_dir(&folder).unwrap();
    assert_eq!(
        refused(&files, &settings(InputPath::File(folder))),
        "folder is a folder; name the list inside it"
    );
}

#[test]
fn options_that_mean_nothing_for_the_format_are_refused() {
    let files = Files::new();
    let text = InputSettings { column: Some(ColumnChoice::Number(1)), ..files.write("a.txt", "甲公司") };
    assert_eq!(
        refused(&files, &text),
        "--column means nothing for a.txt, which is read as a text of one keyword a line; leave it out"
    );
    let table = InputSettings { sheet: Some("1".into()), ..files.write("a.csv", "甲公司") };
    assert!(refused(&files, &table).starts_with("--sheet means nothing for a.csv"));
    let encoding = "gbk".parse().ok();
    let workbook = InputSettings { encoding, ..files.write("a.xlsx", workbook_bytes()) };
    assert!(refused(&files, &workbook).starts_with("--encoding means nothing for a.xlsx"));
}

#[test]
fn a_forced_encoding_overrules_what_the_bytes_say() {
    let files = Files::new();
    let big5 = encoding_rs::BIG5.encode("台積電\n").0.into_owned();
    let mut settings = files.write("a.txt", big5);
    settings.encoding = Some("big5".parse().unwrap());
    let list = opened(&settings).unwrap();
    assert_eq!((found(&list), list.summary().encoding), (vec!["line 1: 台積電".into()], Some("Big5")));
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_read_like_a_file() {
    let files = Files::new();
    let path = files.0.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    let writer = {
        let path = path.clone();
        std::thread::spawn(move || {
            let mut pipe = std::fs::File::options().write(true).open(path).unwrap();
            pipe.write_all("甲公司\n乙公司".as_bytes()).unwrap();
        })
    };
    let list = opened(&settings(InputPath::File(path))).unwrap();
    writer.join().unwrap();
    assert_eq!(found(&list), ["line 1: 甲公司", "line 2: 乙公司"]);
}
