//! Whole lists, from real files and pipes to keywords.

use std::path::PathBuf;

use encoding_rs::{BIG5, EUC_JP, EUC_KR, GB18030, SHIFT_JIS};
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
        settings(Some(path))
    }
}

fn settings(path: Option<PathBuf>) -> InputSettings {
    InputSettings { path, column: None, sheet: None, encoding: None }
}

fn opened(settings: &InputSettings) -> Result<KeywordList, Failure> {
    open(settings, ReviewContext::default(), KeptColumns::None, &mut std::io::empty())
}

fn piped(bytes: &[u8]) -> Result<KeywordList, Failure> {
    open(&settings(None), ReviewContext::default(), KeptColumns::None, &mut &*bytes)
}

fn found(list: &KeywordList) -> Vec<String> {
    let show = |keyword: Keyword| format!("{}: {}", keyword.place, keyword.text);
    list.keywords().unwrap().map(Result::unwrap).map(show).collect()
}

/// The suspicious keywords: row, code and probable text.
fn suspicious(list: &KeywordList) -> Vec<(u64, String, Option<String>)> {
    let keywords = list.keywords().unwrap().map(Result::unwrap);
    let found = keywords.filter_map(|Keyword { input_row, suspicion, .. }| {
        let Suspicion { kind, suggestion } = suspicion?;
        Some((input_row, kind.code().to_string(), suggestion))
    });
    found.collect()
}

/// The error's sentence with the temporary folder taken out.
#[track_caller]
fn refused(files: &Files, settings: &InputSettings) -> String {
    let folder = files.0.path().join("").display().to_string();
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
fn names_in_an_encoding_that_is_not_recognised_are_suspicious() {
    let files = Files::new();
    for (encoding, names) in [
        (SHIFT_JIS, "株式会社村田製作所\nトヨタ自動車株式会社\n有限会社山田商店\nキヤノン\n"),
        (EUC_JP, "株式会社村田製作所\n"),
        (EUC_KR, "삼성전자 주식회사\n"),
        (BIG5, "華為技術有限公司\n統一企業\n"),
    ] {
        let list = opened(&files.write("list.txt", encoding.encode(names).0)).unwrap();
        assert!(list.keywords().unwrap().all(|keyword| keyword.unwrap().suspicion.is_some()), "{names}");
    }
}

#[test]
fn a_heading_above_a_single_name_is_not_asked() {
    let files = Files::new();
    for heading in [
        "合作单位",
        "目标公司",
        "承运商",
        "尽调对象",
        "拟查对象",
        "发票抬头",
        "公司简称",
        "Clients",
        "vendor_nm",
        "MC",
        "vnd_txt",
    ] {
        let list = opened(&files.write("list.txt", format!("{heading}\n华为技术有限公司\n"))).unwrap();
        assert_eq!(found(&list), ["line 2: 华为技术有限公司"], "{heading}");
    }
}

#[test]
fn a_table_in_the_encoding_of_a_chinese_spreadsheet_is_read() {
    let files = Files::new();
    let text =
        "序号,企业名称,备注\r\n1,华为技术有限公司,\"第一行\r\n第二行\"\r\n2,,没有\r\n3,\"Foo Co., Ltd\",\r\n";
    let list = opened(&files.write("list.csv", gb(text))).unwrap();
    assert_eq!(found(&list), ["line 2: 华为技术有限公司", "line 5: Foo Co., Ltd"]);
    let columns = vec![NamedColumn { name: Some("企业名称".into()), number: 2 }];
    let summary = list.summary();
    assert_eq!(summary.columns, Some(ChosenColumns { columns, reason: ColumnReason::Content }));
    assert_eq!((list.summary().blank, &summary.heading_rows[..]), (1, &[1][..]));
    assert_eq!(
        list.summary().in_words().to_string(),
        "keywords: 2 (encoding: GB18030; column: 2 '企业名称', chosen by its content; heading rows: 1; blank rows: 1)"
    );
    let rows: Vec<_> = list.keywords().unwrap().map(|keyword| keyword.unwrap().input_row).collect();
    assert_eq!(rows, [2, 4], "rows are counted as a spreadsheet counts them");
    let tabs = utf16(&format!("\u{feff}{}", "名称\t代码\n甲公司\t1\n"));
    assert_eq!(found(&opened(&files.write("list.TSV", tabs)).unwrap()), ["line 2: 甲公司"]);
}

#[test]
fn an_unquoted_comma_is_refused_and_not_half_a_name_bought() {
    let files = Files::new();
    let sentence = refused(&files, &files.write("a.csv", "name,city\nFoo Co., Ltd,Shenzhen\n"));
    assert_eq!(
        sentence,
        "a.csv: line 2 has 3 fields instead of 2; put the field that holds the separator in \
         quotation marks, or give every column a heading; a list of one column can be named .txt"
    );
    let sentence = refused(&files, &files.write("a.csv", "甲公司\n乙公司\nFoo Co., Ltd\n丙公司\n"));
    assert!(sentence.starts_with("a.csv: line 3 has 2 fields instead of 1"), "{sentence}");
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
        "a.txt: line 90001 is not UTF-8 but line 1 is: mixed encodings; save the list in one encoding, \
         or state one with --encoding"
    );
    let mut forced = files.write("a.txt", &bytes);
    forced.encoding = Some("utf-8".parse().unwrap());
    assert_eq!(
        refused(&files, &forced),
        "a.txt: line 90001 holds bytes that are not UTF-8: damaged text or mixed encodings; correct the line, \
         or name the encoding with --encoding"
    );
    let long = format!("乙公司\n{}\n", "甲".repeat(KEYWORD_LIMIT + 1));
    assert_eq!(
        suspicious(&opened(&files.write("a.txt", long)).unwrap()),
        [(2, "structure".to_owned(), None)]
    );
    let sentence = refused(&files, &files.write("a.txt", "a".repeat(LINE_LIMIT + 1)));
    assert!(sentence.starts_with("a.txt: line 1 is longer than 1048576 bytes"), "{sentence}");
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
    assert_eq!(
        error,
        "standard input: no keyword (encoding: UTF-8); put one company on each line or row, or choose with \
         --sheet and --column"
    );
}

#[test]
fn a_long_pipe_goes_through_a_temporary_file() {
    let text: String = (1..=20_000).map(|number| format!("第{number}号技术有限公司\n")).collect();
    let list = piped(text.as_bytes()).unwrap();
    assert_eq!(list.summary().keywords, 20_000);
    assert_eq!(found(&list).last().unwrap(), "line 20000: 第20000号技术有限公司");
}

#[test]
fn files_are_judged_by_extension_and_first_bytes() {
    let files = Files::new();
    let old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    for (name, bytes, beginning) in [
        ("a.csv", workbook_bytes(), "a.csv: a workbook or another zip archive, not text; name it .xlsx"),
        ("a.xlsx", b"name\n".to_vec(), "a.xlsx: not a workbook inside; name it .csv or .txt"),
        ("a.xlsx", Vec::new(), "a.xlsx: not a workbook inside"),
        ("a.xlsx", old.to_vec(), "a.xlsx: an old .xls workbook or one with a password; save it as .xlsx"),
        ("a.txt", old.to_vec(), "a.txt: an old .xls workbook"),
        ("a.xls", b"".to_vec(), "a.xls: .xls cannot be read; save it as .xlsx or .csv"),
        ("a.ODS", b"".to_vec(), "a.ODS: .ods cannot be read; save it as .xlsx or .csv"),
        ("a.txt", b" \n\n".to_vec(), "a.txt: no keyword (encoding: UTF-8); put one company on each line"),
        ("a.csv", b"".to_vec(), "a.csv: no keyword"),
        (
            "a.csv",
            "名称\n".into(),
            "a.csv: no keyword (encoding: UTF-8; column: 1 '名称', chosen by its heading; heading rows: 1)",
        ),
        ("a.txt", "企业名称\n".into(), "a.txt: no keyword"),
        ("a.txt", b"Soci\xe9t\xe9 \n".to_vec(), "a.txt: line 1 holds bytes that are not GB18030"),
        ("a.txt", b"a\n\0b\n".to_vec(), "a.txt: line 2 holds a NUL byte"),
        ("a.csv", "甲公司\n\"乙公司\n".into(), "a.csv: the row at line 2 opens a quotation mark"),
    ] {
        let sentence = refused(&files, &files.write(name, bytes));
        assert!(sentence.starts_with(beginning), "{sentence}");
    }
    for name in ["list", "list.dat"] {
        assert_eq!(found(&opened(&files.write(name, workbook_bytes())).unwrap()), ["cell A1: 甲有限公司"]);
        assert_eq!(found(&opened(&files.write(name, "甲公司\n")).unwrap()), ["line 1: 甲公司"]);
    }
}

#[test]
fn files_that_are_no_lists_are_refused_by_their_first_bytes() {
    let files = Files::new();
    for (name, bytes, format) in [
        ("a.txt", &b"%PDF-1.4\n1 0 obj\n"[..], "PDF"),
        ("a.csv", b"MIME-Version: 1.0\nContent-Type: multipart/related\n", "MHTML"),
        ("a.csv", b"\xef\xbb\xbf \r\n<html><body><table>", "HTML"),
        ("a.xlsx", b"<?xml version=\"1.0\"?><Workbook/>", "XML"),
        ("a", b"{\\rtf1\\ansi", "RTF"),
        ("b.csv", b"\x1f\x8b\x08\x00", "gzip"),
    ] {
        assert_eq!(
            refused(&files, &files.write(name, bytes)),
            format!("{name}: {format} cannot be read; save it as .xlsx or .csv")
        );
    }
}

#[test]
fn what_cannot_be_opened_is_told() {
    let files = Files::new();
    let missing = settings(Some(files.0.path().join("none.txt")));
    assert!(refused(&files, &missing).starts_with("none.txt: cannot be read: "));
    let folder = files.0.path().join("folder");
    std::fs::create_dir(&folder).unwrap();
    assert_eq!(refused(&files, &settings(Some(folder))), "folder: a directory; name the list in it");
}

#[test]
fn options_that_mean_nothing_for_the_format_are_refused() {
    let files = Files::new();
    let text = InputSettings { column: Some("1".into()), ..files.write("a.txt", "甲公司") };
    assert_eq!(refused(&files, &text), "a.txt: --column applies only to tables and workbooks; leave it out");
    let table = InputSettings { sheet: Some("1".into()), ..files.write("a.csv", "甲公司") };
    assert!(refused(&files, &table).starts_with("a.csv: --sheet applies only to workbooks"));
    let encoding = "gbk".parse().ok();
    let workbook = InputSettings { encoding, ..files.write("a.xlsx", workbook_bytes()) };
    assert!(refused(&files, &workbook).starts_with("a.xlsx: --encoding applies only to texts"));
}

#[test]
fn a_forced_encoding_overrules_what_the_bytes_say() {
    let files = Files::new();
    let big5 = BIG5.encode("台積電\n").0.into_owned();
    let mut settings = files.write("a.txt", big5);
    settings.encoding = Some("big5".parse().unwrap());
    let list = opened(&settings).unwrap();
    assert_eq!((found(&list), list.summary().encoding), (vec!["line 1: 台積電".into()], Some("Big5")));
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_read_like_a_file() {
    use std::io::Write;
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
    let list = opened(&settings(Some(path))).unwrap();
    writer.join().unwrap();
    assert_eq!(found(&list), ["line 1: 甲公司", "line 2: 乙公司"]);
}

#[test]
fn a_table_with_full_width_commas_is_one() {
    let files = Files::new();
    let text =
        "企业名称，统一社会信用代码\n深圳3有限公司，914403001922038216\n广州3有限公司，91350100M000100Y43\n";
    for (name, bytes) in [("a.csv", text.as_bytes().to_vec()), ("b.csv", gb(text)), ("c.txt", gb(text))] {
        let list = opened(&files.write(name, bytes)).unwrap();
        assert_eq!(found(&list), ["line 2: 深圳3有限公司", "line 3: 广州3有限公司"]);
        assert_eq!(suspicious(&list), []);
        assert_eq!(list.summary().separator.map(|separator| separator.en), Some("full-width commas"));
    }
}

#[test]
fn each_kind_of_suspicious_row_is_told_with_its_code() {
    let files = Files::new();
    let probable = |text: &str| Some(text.to_owned());
    for (name, text, expected) in [
        ("a.csv", "企业名称\n⼴州⽯油3有限公司\n", vec![(2, "characters", probable("广州石油3有限公司"))]),
        (
            "a.csv",
            "序号,企业名称,金额\n1,深圳有限公司,5\n2,广州3有限公司,6\n,合计,11\n,备注：以上数据由财务部提供,\n,制表人：张三,\n",
            vec![(4, "remark", None), (5, "remark", None), (6, "remark", None)],
        ),
        (
            "a.csv",
            "企业名称,金额\n深圳3有限公司,5\n-,3\n/,2\nN/A,1\n#N/A,2\nNULL,3\n\\N,4\n无,1\n",
            (3..=9).map(|row| (row, "placeholder", None)).collect(),
        ),
        ("a.txt", "- 深圳3有限公司\n", vec![(1, "structure", probable("深圳3有限公司"))]),
        ("a.txt", "1、深圳3有限公司\n", vec![(1, "structure", probable("深圳3有限公司"))]),
        ("a.txt", "\"深圳3有限公司\"\n", vec![(1, "structure", probable("深圳3有限公司"))]),
        ("a.txt", "深圳3有限公司、广州3有限公司\n", vec![(1, "structure", None)]),
        ("a.txt", "甲公司\t91\n", vec![(1, "structure", probable("甲公司"))]),
        (
            "a.csv",
            "企业名称,金额\n深圳3有限公司,5\n企业名称,金额\n广州3有限公司,6\n",
            vec![(3, "heading", None)],
        ),
        (
            "a.csv",
            "企业名称,备注\n\"深圳\\\"3\\\"有限公司\",a\n",
            vec![(2, "structure", probable("深圳\"3\"有限公司"))],
        ),
        (
            "a.csv",
            "序号,企业名称,备注\n1,\"深圳\"华\"3有限公司\",x\n",
            vec![(2, "structure", probable("深圳\"华\"3有限公司"))],
        ),
        ("a.csv", "供应商\n100234\n100235\n", vec![(2, "number", None), (3, "number", None)]),
        ("a.csv", "名称\n\"甲\n乙\"\n", vec![(2, "structure", None)]),
    ] {
        let list = opened(&files.write(name, text)).unwrap();
        let expected: Vec<(u64, String, _)> = expected
            .into_iter()
            .map(|(row, code, text): (_, &str, _)| (row, code.to_owned(), text))
            .collect();
        assert_eq!(suspicious(&list), expected, "{text}");
        assert!(list.summary().suspicious == expected.len() as u64);
    }
}

#[test]
fn headings_titles_and_a_dos_end_of_file_mark_are_no_keywords() {
    let files = Files::new();
    for (name, text, expected) in [
        ("a.csv", "企业名称,备注\r\n深圳3有限公司,a\r\n\u{1a}", vec!["line 2: 深圳3有限公司"]),
        (
            "a.csv",
            "说明：请勿修改表头，企业名称为必填项\n企业名称\n深圳3有限公司\n广州3有限公司\n",
            vec!["line 3: 深圳3有限公司", "line 4: 广州3有限公司"],
        ),
        (
            "a.txt",
            "说明：请勿修改表头，企业名称为必填项\n企业名称\n深圳3有限公司\n",
            vec!["line 3: 深圳3有限公司"],
        ),
        ("a.txt", "\n企業名稱\n甲公司\n", vec!["line 3: 甲公司"]),
    ] {
        let list = opened(&files.write(name, text)).unwrap();
        assert_eq!(
            (found(&list), suspicious(&list)),
            (expected.into_iter().map(str::to_owned).collect(), vec![])
        );
    }
}

#[test]
fn the_only_text_among_codes_is_asked_about_as_a_heading() {
    let files = Files::new();
    let codes = "91350100M000100Y43\n91440300708461136T\n9144030071526726XG\n";
    let of = |text: String| suspicious(&opened(&files.write("codes.csv", text)).unwrap());
    let heading = |row| vec![(row, "heading".to_owned(), None)];
    assert_eq!(of(format!("KEY\n{codes}")), heading(1));
    assert_eq!(of(format!("{codes}华为\n")), heading(4));
    for text in ["华为技术有限公司\n", "华为\n小米\n"] {
        assert_eq!(of(format!("{text}{codes}")), []);
    }
}

#[test]
fn a_text_alone_in_its_row_is_the_heading_of_a_group() {
    let files = Files::new();
    let text =
        "企业名称,金额\n华北区,\n甲有限公司,5\n乙有限公司,6\n华南区,\n丙有限公司,7\n张三,8\n丁有限公司,9\n";
    let list = opened(&files.write("a.csv", text)).unwrap();
    let heading = |row| (row, "heading".to_owned(), None);
    assert_eq!(suspicious(&list), [heading(2), heading(5)]);
    // A brief name beside names that are alone in their rows, too.
    let text = "企业名称,代码\n甲有限公司,\n乙有限公司,914403001922038216\n丙有限公司,\n华为,\n";
    assert_eq!(suspicious(&opened(&files.write("b.csv", text)).unwrap()), []);
}

#[test]
fn a_text_that_tabs_divide_is_a_table() {
    let files = Files::new();
    let list = opened(&files.write("a.txt", "1\t甲有限公司\t已查\n2\t乙有限公司\t未查\n")).unwrap();
    assert_eq!(found(&list), ["line 1: 甲有限公司", "line 2: 乙有限公司"]);
}

#[test]
fn a_row_without_a_code_is_asked_by_its_name() {
    let files = Files::new();
    let text = "企业名称,统一社会信用代码\n甲公司,914403001922038216\n乙公司,\n丙公司,无\n,\n";
    let settings = InputSettings {
        column: Some("统一社会信用代码,企业名称".into()),
        ..files.write("a.csv", text)
    };
    let list = opened(&settings).unwrap();
    assert_eq!(found(&list), ["line 2: 914403001922038216", "line 3: 乙公司", "line 4: 丙公司"]);
}

#[test]
fn all_columns_are_kept_when_the_list_is_to_be_written_again() {
    let files = Files::new();
    let settings = files.write("a.csv", "序号,企业名称\n1,甲公司\n\n2,甲公司\n3,\n,,\n\n");
    let list = open(&settings, ReviewContext::default(), KeptColumns::All, &mut std::io::empty()).unwrap();
    let rows: Vec<_> = list.rows().unwrap().map(Result::unwrap).collect();
    let text = |text: &str| Cell::Text(text.to_owned());
    let row = |input_row, cell: &str, state, columns| ListRow {
        input_row,
        place: Place::Line(input_row),
        cell: cell.into(),
        state,
        columns,
    };
    assert_eq!(
        rows,
        [
            row(1, "企业名称", RowState::Heading, vec![text("序号"), text("企业名称")]),
            row(2, "甲公司", RowState::Asked(None), vec![text("1"), text("甲公司")]),
            row(3, "", RowState::Blank, vec![]),
            row(4, "甲公司", RowState::RepeatOf(2), vec![text("2"), text("甲公司")]),
            row(5, "", RowState::Blank, vec![text("3")]),
            row(6, "", RowState::Blank, vec![]),
            row(7, "", RowState::Blank, vec![]),
        ]
    );
    assert_eq!(list.summary().blank, 4);
}
