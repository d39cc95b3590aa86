//! The same rows and columns in every format, in the contract's order and under its options.

use super::columns::{COPYRIGHT, DISHONEST, MARKET_SAMPLE, SHUIDI_SAMPLE};
use crate::harness::vendor::{Vendor, json};
use crate::harness::{Ran, World};
use calamine::{Data, Reader, Xlsx};
use serde_json::Value;
use std::path::Path;

/// The records and the queries of a workbook, each as rows of text.
pub fn sheets(path: &Path) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let mut book: Xlsx<_> = calamine::open_workbook(path).expect("a workbook");
    let names = book.sheet_names();
    assert_eq!(names.len(), 2, "{names:?}");
    let mut sheet = |name: &str| -> Vec<Vec<String>> {
        let range = book.worksheet_range(name).expect("a sheet");
        range.rows().map(|row| row.iter().map(cell).collect()).collect()
    };
    (sheet(&names[1]), sheet(&names[0]))
}

/// A cell as the other formats write it; days are dates of the sheet.
fn cell(data: &Data) -> String {
    match data {
        Data::DateTime(day) => {
            let (year, month, day, ..) = day.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Data::Bool(truth) => truth.to_string(),
        other => other.to_string(),
    }
}

fn vendor() -> Vendor {
    Vendor::start(|request| {
        json(if request.line.contains("/market") { MARKET_SAMPLE } else { SHUIDI_SAMPLE })
    })
}

fn run(arguments: &[&str]) -> Ran {
    let vendor = vendor();
    let world = World::with_vendor_at(&vendor.origin());
    let whole = ["dishonest", "某公司", "--page", "1"].iter().chain(arguments);
    world.run(whole).exits_with(0)
}

fn flat(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn table(bytes: &[u8], delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(bytes);
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

/// The documents' rows as a table of text under their keys.
fn expected(command: &[&str]) -> Vec<Vec<String>> {
    let vendor = vendor();
    let world = World::with_vendor_at(&vendor.origin());
    let document = world.run(command).exits_with(0).json();
    let records = document["records"].as_array().expect("records");
    let head: Vec<String> = records[0].as_object().expect("an object").keys().cloned().collect();
    let rows = records.iter().map(|record| head.iter().map(|key| flat(&record[key])).collect());
    std::iter::once(head.clone()).chain(rows).collect()
}

#[test]
fn every_format_has_the_same_rows_and_columns() {
    for (command, columns) in [
        (&["dishonest", "某公司", "--page", "1"][..], &DISHONEST[..]),
        (&["copyright", "--provider", "shuidi", "某公司", "--page", "1"], &COPYRIGHT),
    ] {
        let expected = expected(command);
        assert_eq!(expected[0], columns);
        let vendor = vendor();
        let world = World::with_vendor_at(&vendor.origin());
        let run = |rest: &[&str]| world.run(command.iter().chain(rest)).exits_with(0);

        assert_eq!(table(&run(&["-f", "csv"]).stdout, b','), expected);
        assert_eq!(table(&run(&["-f", "tsv"]).stdout, b'\t'), expected);

        let lines = run(&["-f", "ndjson"]);
        let objects: Vec<Value> =
            lines.text().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(objects.len(), expected.len() - 1);
        for (object, row) in objects.iter().zip(&expected[1..]) {
            let keys: Vec<_> = object.as_object().expect("an object").keys().collect();
            assert_eq!(keys, columns);
            assert_eq!(columns.iter().map(|column| flat(&object[column])).collect::<Vec<_>>(), *row);
        }

        run(&["-o", "out.xlsx", "--header", "keys"]);
        let (records, queries) = sheets(&world.path("out.xlsx"));
        assert_eq!(records, expected);
        assert_eq!(queries.len(), 2);
        assert_eq!(queries[1][0], "某公司");

        let wide = run(&["-f", "table", "--wide", "--header", "keys"]);
        for column in columns {
            assert!(wide.text().contains(column), "{column} in\n{}", wide.text());
        }
    }
}

#[test]
fn fields_choose_and_order_the_columns_of_every_format() {
    let fields = ["--fields", "court,id,query"];
    let with = |rest: &[&str]| run(&[&fields[..], rest].concat());
    let rows = [
        ["court", "id", "query"],
        ["宿迁市宿豫区人民法院", "30778596", "某公司"],
        ["北京市朝阳区人民法院", "13989961", "某公司"],
    ];
    assert_eq!(table(&with(&["-f", "csv"]).stdout, b','), rows);
    assert_eq!(table(&with(&["-f", "tsv"]).stdout, b'\t'), rows);
    let document = with(&["-f", "json"]).json();
    let keys: Vec<_> = document["records"][0].as_object().expect("an object").keys().collect();
    assert_eq!(keys, rows[0]);
    let ndjson = with(&["-f", "ndjson"]);
    assert_eq!(
        ndjson.text().lines().next(),
        Some(r#"{"court":"宿迁市宿豫区人民法院","id":"30778596","query":"某公司"}"#)
    );
    let table = with(&["-f", "table", "--header", "keys"]);
    let head = table.text().lines().find(|line| line.contains("court")).expect("a heading");
    assert!(head.find("court") < head.find("id") && head.find("id") < head.find("query"), "{head}");
    assert!(!table.text().contains("case_number"));

    let vendor = vendor();
    let world = World::with_vendor_at(&vendor.origin());
    world
        .run([
            "dishonest",
            "某公司",
            "--page",
            "1",
            "--fields",
            "court,id,query",
            "-o",
            "a.xlsx",
            "--header",
            "keys",
        ])
        .exits_with(0);
    assert_eq!(sheets(&world.path("a.xlsx")).0, rows);
}

#[test]
fn the_header_is_keys_labels_or_nothing() {
    let head = |rest: &[&str]| {
        let ran = run(&[&["-f", "csv", "--fields", "name,court"], rest].concat());
        ran.text().lines().next().expect("a line").to_owned()
    };
    assert_eq!(head(&[]), "name,court");
    assert_eq!(head(&["--header", "keys"]), "name,court");
    assert_eq!(head(&["--header", "labels", "--lang", "zh"]), "失信人名称,执行法院");
    assert_eq!(head(&["--header", "labels", "--lang", "en"]), "Name,Court");
    assert_eq!(head(&["--header", "none"]), "乐视云计算有限公司,宿迁市宿豫区人民法院");
    let json = run(&["-f", "json", "--header", "labels", "--lang", "zh"]).json();
    assert_eq!(json["records"][0]["court"], "宿迁市宿豫区人民法院", "JSON keeps its keys");
    let table = run(&["-f", "table", "--lang", "zh"]);
    assert!(table.text().contains("失信人名称"), "{}", table.text());
}

#[test]
fn the_locale_decides_the_language_of_a_table() {
    let vendor = vendor();
    for (locale, label) in [("zh_CN.UTF-8", "执行法院"), ("en_US.UTF-8", "Court")] {
        let world = World::with_vendor_at(&vendor.origin()).with("LANG", locale);
        let ran = world.run(["dishonest", "某公司", "--page", "1", "-f", "table"]).exits_with(0);
        assert!(ran.text().contains(label), "{}", ran.text());
    }
}

#[test]
fn raw_writes_the_bodies_as_received_one_a_line() {
    let ran = run(&["--raw"]);
    let lines: Vec<_> = ran.text().lines().collect();
    let [line] = lines.as_slice() else { panic!("{} lines", lines.len()) };
    let (sent, written): (Value, Value) =
        (serde_json::from_str(MARKET_SAMPLE).expect("JSON"), serde_json::from_str(line).expect("JSON"));
    assert_eq!(sent, written);

    let vendor = Vendor::start(|request| json(super::adapter::SHUIDI.answer(request, 25)));
    let world = World::with_vendor_at(&vendor.origin());
    let ran = world.run(["copyright", "--provider", "shuidi", "某公司", "--raw"]).exits_with(0);
    assert_eq!(ran.text().lines().count(), 3);
    for (page, line) in ran.text().lines().enumerate() {
        let body: Value = serde_json::from_str(line).expect("JSON");
        let first = &body["data"]["Items"][0]["RegisterNo"];
        assert_eq!(first, &format!("2015SR{:06}", page * 10), "the pages are in order");
    }
}

#[test]
fn json_is_the_default_in_a_pipe_and_names_its_schema() {
    let document = run(&[]).json();
    let keys: Vec<_> = document.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["schema", "records", "queries"]);
    assert_eq!(document["schema"], "hecha/dishonest@1");
    let keys: Vec<_> = document["queries"][0].as_object().expect("an object").keys().collect();
    assert_eq!(
        keys,
        [
            "query",
            "kind",
            "provider",
            "status",
            "total",
            "returned",
            "complete",
            "calls",
            "archived_pages",
            "fetched_at",
            "matched",
            "other",
            "undecided",
            "distinct",
            "warning",
            "error"
        ]
    );
}

#[test]
fn the_extension_of_the_output_decides_the_format() {
    let vendor = vendor();
    let world = World::with_vendor_at(&vendor.origin());
    for (name, start) in [
        ("a.csv", "query,provider"),
        ("a.tsv", "query\tprovider"),
        ("a.json", "{\"schema\""),
        ("a.ndjson", "{\"query\""),
        ("a.xlsx", "PK"),
    ] {
        let ran = world.run(["dishonest", "某公司", "--page", "1", "-o", name]).exits_with(0);
        assert!(ran.stdout.is_empty());
        let written = std::fs::read(world.path(name)).expect(name);
        assert!(written.starts_with(start.as_bytes()), "{name}");
        assert!(!world.path(&format!("{name}.partial")).exists());
    }
    world.run(["dishonest", "某公司", "--page", "1", "-o", "b.dat", "-f", "csv"]).exits_with(0);
    assert!(std::fs::read(world.path("b.dat")).expect("b.dat").starts_with(b"query,"));
    world.run(["dishonest", "某公司", "-o", "b.dat2"]).exits_with(2);
    #[cfg(unix)]
    {
        let ran = world.run(["dishonest", "某公司", "--page", "1", "-o", "/dev/stdout"]).exits_with(0);
        assert_eq!(ran.json()["schema"], "hecha/dishonest@1", "a pipe has no ending and gets json");
    }
}

#[test]
fn excels_csv_has_a_mark_crlf_and_codes_as_text() {
    let ran = run(&["-f", "csv", "--csv-dialect", "excel"]);
    assert!(ran.stdout.starts_with("\u{feff}".as_bytes()));
    assert!(ran.text().contains("\r\n"));
    assert!(!ran.text().contains(",26900010345678901,"));
    let plain = run(&["-f", "csv"]);
    assert!(!plain.stdout.starts_with("\u{feff}".as_bytes()));
}

#[test]
fn colours_are_where_the_user_wants_them() {
    let colour = "\u{1b}[31m";
    assert!(run(&["-f", "table", "--color", "always"]).text().contains(colour), "everywhere, a pipe too");
    for rest in [&[][..], &["--color", "never"], &["--color", "auto"]] {
        assert!(!run(&[&["-f", "table"], rest].concat()).text().contains('\u{1b}'), "{rest:?}");
    }
    assert!(!run(&["-f", "json", "--color", "always"]).text().contains('\u{1b}'), "data has no colours");
    let vendor = vendor();
    let world = World::with_vendor_at(&vendor.origin()).with("NO_COLOR", "1");
    let wanted = ["dishonest", "某公司", "--page", "1", "-f", "table", "--color", "always"];
    assert!(world.run(wanted).exits_with(0).text().contains(colour), "an option goes before the environment");
}

#[test]
fn a_single_record_is_a_card() {
    let vendor = Vendor::start(|_| json((super::adapter::MARKET.page)(0..1, 1)));
    let world = World::with_vendor_at(&vendor.origin());
    let ran = world.run(["dishonest", "某公司", "-f", "table", "--lang", "zh"]).exits_with(0);
    let lines: Vec<_> = ran.text().lines().filter(|line| line.contains("失信人名称")).collect();
    assert!(
        lines.len() == 1 && lines[0].contains("公司0"),
        "label and value stand in one line:\n{}",
        ran.text()
    );
}
