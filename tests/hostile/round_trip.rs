//! Hostile text from a vendor, through every format and back: the same rows, the same text.

use super::vendors::Form;
use crate::harness::World;
use crate::harness::vendor::{Vendor, json};
use calamine::{Data, Reader, Xlsx};
use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, TestRunner};
use serde_json::Value;
use std::fmt::Write;
use std::io::Cursor;

/// What is looked at of a row; `None` is null, or an empty cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Cells {
    pub query: Option<String>,
    pub name: Option<String>,
    pub extra: Option<Value>,
}

/// The rows of a file in that format.
pub fn records(format: &str, bytes: &[u8]) -> Vec<Cells> {
    match format {
        "json" => {
            let document: Value = serde_json::from_slice(bytes).unwrap();
            document["records"].as_array().unwrap().iter().map(of_json).collect()
        }
        "ndjson" => {
            let text = std::str::from_utf8(bytes).unwrap();
            text.split_terminator('\n').map(|line| of_json(&serde_json::from_str(line).unwrap())).collect()
        }
        "csv" => of_table(bytes, b','),
        "tsv" => of_table(bytes, b'\t'),
        "xlsx" => of_workbook(bytes),
        _ => unreachable!("{format}"),
    }
}

fn of_json(row: &Value) -> Cells {
    let text = |key: &str| row[key].as_str().map(str::to_owned);
    Cells {
        query: text("query"),
        name: text("name"),
        extra: Some(row["extra"].clone()).filter(|value| !value.is_null()),
    }
}

fn of_cells(headings: &[String], cells: &[String]) -> Cells {
    let cell = |key: &str| {
        let place = headings.iter().position(|heading| heading == key).unwrap();
        cells.get(place).filter(|cell| !cell.is_empty()).cloned()
    };
    let extra = cell("extra").map(|json| serde_json::from_str(&json).unwrap());
    Cells { query: cell("query"), name: cell("name"), extra }
}

fn of_table(bytes: &[u8], delimiter: u8) -> Vec<Cells> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(bytes);
    let headings: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    reader
        .records()
        .map(|row| of_cells(&headings, &row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()))
        .collect()
}

fn of_workbook(bytes: &[u8]) -> Vec<Cells> {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let sheet = book.worksheet_range_at(1).unwrap().unwrap();
    let mut rows = sheet.rows().map(|row| {
        row.iter()
            .map(|cell| match cell {
                Data::Empty => String::new(),
                Data::String(text) => text.clone(),
                other => format!("{other:?}"),
            })
            .collect::<Vec<_>>()
    });
    let headings = rows.next().unwrap();
    rows.map(|row| of_cells(&headings, &row)).collect()
}

/// A text, and how a vendor writes it.
#[derive(Debug, Clone)]
struct Sent {
    written: String,
    meant: String,
}

/// A piece of hostile text, in the ways a JSON writer may write it.
fn piece() -> impl Strategy<Value = Sent> {
    let text = prop_oneof![
        prop::sample::select(vec![
            "\"",
            "'",
            "\\",
            ",",
            ";\t",
            "\n",
            "\r",
            "\r\n",
            "\0",
            "\u{1b}[31m",
            "\u{9b}2J",
            "\u{7f}",
            "=1+1",
            "@SUM(A1)",
            "-2+3|cmd'/c calc'!A0",
            "+1",
            "\u{202e}gnp",
            "\u{2066}\u{200b}\u{feff}",
            "\u{2028}\u{2029}\u{ffff}",
            "_x000D_",
            "</t>&amp;<![CDATA[]]>",
            "乐视云计算有限公司",
            "👨\u{200d}👩\u{200d}👧 🇨🇳 ❤\u{fe0f}",
            "𠮷𪜶𫝆𫠢𬺰𮯰\u{30000}\u{31350}",
            "\u{e0100}",
            "e\u{301}",
            "91110105000012345678",
            "007",
            "1E5",
            "2020-01-01",
            "TRUE",
            " ",
            "null",
            "{}",
            "[1]",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
        "[ -~]{1,9}",
    ];
    let style = 0_u8..3;
    let honest = (text, style).prop_map(|(meant, style)| Sent { written: written(&meant, style), meant });
    let lone = prop::sample::select(vec!["\\ud800", "\\uDFFF", "\\udbff"])
        .prop_map(|half| Sent { written: half.to_owned(), meant: "\u{fffd}".to_owned() });
    prop_oneof![12 => honest, 1 => lone]
}

/// As JSON writers do it: only what must be escaped, everything escaped, or everything beyond ASCII.
fn written(text: &str, style: u8) -> String {
    let mut written = String::new();
    for unit in text.chars() {
        let must = matches!(unit, '"' | '\\') || u32::from(unit) < 0x20;
        if must || style == 1 || (style == 2 && !unit.is_ascii()) {
            for half in unit.encode_utf16(&mut [0; 2]) {
                write!(written, "\\u{half:04x}").unwrap();
            }
        } else {
            written.push(unit);
        }
    }
    written
}

/// Half a character before another half would be a whole one: pieces are kept apart where both could be.
fn text() -> impl Strategy<Value = Sent> {
    prop::collection::vec(piece(), 1..6).prop_map(|pieces| {
        let join = |part: fn(&Sent) -> &str| pieces.iter().map(part).collect::<Vec<_>>().join("·");
        Sent { written: join(|sent| &sent.written), meant: join(|sent| &sent.meant) }
    })
}

/// Runs the program once for each format; the page is bought once and comes from the archive afterwards.
fn check(form: Form, page: String, expected: &[Cells]) {
    let vendor = Vendor::start(move |_| json(&page));
    let world = World::with_vendor_at(&vendor.origin());
    for format in ["json", "ndjson", "csv", "tsv", "xlsx"] {
        let mut arguments = form.command().to_vec();
        arguments.extend(["甲公司", "--header", "keys", "-f", format, "-o", "out"]);
        world.run(&arguments).exits_with(0);
        let found = records(format, &std::fs::read(world.path("out")).unwrap());
        assert_eq!(found, expected, "{form:?} {format}");
    }
    assert_eq!(vendor.calls(), 1);
}

fn row(name: &str, note: &str) -> Cells {
    Cells {
        query: Some("甲公司".to_owned()),
        name: Some(name.to_owned()).filter(|name| !name.trim().is_empty()),
        extra: Some(serde_json::json!({ "note": note })),
    }
}

fn runner(cases: u32) -> TestRunner {
    let failure_persistence = Some(Box::new(FileFailurePersistence::Off) as Box<_>);
    TestRunner::new(ProptestConfig {
        cases,
        failure_persistence,
        max_shrink_iters: 40,
        ..ProptestConfig::default()
    })
}

#[test]
fn hostile_text_comes_back_from_every_format_as_the_vendor_sent_it() {
    for form in Form::JSON {
        let texts = prop::collection::vec((text(), text()), 1..10);
        let outcome = runner(6).run(&texts, |texts| {
            let quoted = |sent: &Sent| format!("\"{}\"", sent.written);
            let record = |(name, note): &(Sent, Sent)| {
                form.record(&[(form.name_field(), quoted(name)), ("note", quoted(note))])
            };
            let records: Vec<String> = texts.iter().map(record).collect();
            let expected: Vec<Cells> =
                texts.iter().map(|(name, note)| row(&name.meant, &note.meant)).collect();
            check(form, form.page(&records), &expected);
            Ok(())
        });
        outcome.unwrap();
    }
}

#[test]
fn hostile_text_in_xml_comes_back_from_every_format_as_the_vendor_sent_it() {
    let numbered =
        |text: &str| text.chars().map(|unit| format!("&#x{:x};", u32::from(unit))).collect::<String>();
    let is_xml = |unit: char| {
        matches!(unit, '\t' | '\n' | '\r') || (unit >= ' ' && !matches!(unit, '\u{fffe}' | '\u{ffff}'))
    };
    for form in Form::XML {
        let texts = prop::collection::vec((text(), text()), 1..10);
        let outcome = runner(4).run(&texts, |texts| {
            let kept = |sent: &Sent| sent.meant.chars().filter(|unit| is_xml(*unit)).collect::<String>();
            let texts: Vec<_> = texts.iter().map(|(name, note)| (kept(name), kept(note))).collect();
            let record = |(name, note): &(String, String)| {
                form.record(&[(form.name_field(), numbered(name)), ("note", numbered(note))])
            };
            let records: Vec<String> = texts.iter().map(record).collect();
            let expected: Vec<Cells> = texts.iter().map(|(name, note)| row(name, note)).collect();
            check(form, form.page(&records), &expected);
            Ok(())
        });
        outcome.unwrap();
    }
}
