//! The files of a batch: the report in each format, the output that appears when it is whole, and the document of many
//! queries.

use super::{market_calls, parts};
use crate::contract::formats::sheets;
use crate::harness::{Disk, World, sandbox};
use calamine::{Reader, Xlsx};
use serde_json::{Value, json};

const LIST: &str = "行数:25\n查无此企业\n错误码:1001\n";

fn world(sandbox: &hecha::sandbox::Sandbox) -> World {
    let world = World::with_sandbox(sandbox);
    world.write("list.txt", LIST);
    world
}

#[test]
fn the_report_has_one_row_a_query_in_every_format() {
    let sandbox = sandbox();
    let world = world(&sandbox);
    let read = |name: &str| {
        world
            .run(["dishonest", "-i", "list.txt", "-o", "out.csv", "--report", name, "--fresh"])
            .exits_with(6);
        std::fs::read(world.path(name)).expect(name)
    };
    let document: Value = serde_json::from_slice(&read("r.json")).expect("JSON");
    let queries = document["queries"].as_array().expect("queries");
    assert_eq!(parts(&document, "query"), ["行数:25", "查无此企业", "错误码:1001"]);
    assert_eq!(parts(&document, "status"), ["ok", "empty", "failed"]);
    assert_eq!(
        (&queries[0]["total"], &queries[0]["returned"], &queries[0]["calls"], &queries[0]["source"]),
        (&json!(25), &json!(25), &json!(2), &json!("vendor"))
    );
    assert_eq!(
        (&queries[2]["error"]["code"], &queries[2]["error"]["kind"]),
        (&json!("1001"), &json!("refused"))
    );

    let lines = read("r.ndjson");
    let lines: Vec<Value> = std::str::from_utf8(&lines)
        .expect("UTF-8")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[2]["error"]["message"], queries[2]["error"]["message"]);

    let csv = read("r.csv");
    let mut reader = csv::Reader::from_reader(csv.as_slice());
    let head = reader.headers().expect("a header").clone();
    assert_eq!(
        head.iter().take(9).collect::<Vec<_>>(),
        ["input_row", "input", "repeat_of", "query", "kind", "provider", "status", "total", "returned"]
    );
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 3);
    let of = |row: usize, column: &str| {
        rows[row][head.iter().position(|name| name == column).expect(column)].to_owned()
    };
    assert_eq!(
        (of(0, "total"), of(0, "status"), of(2, "error_code"), of(2, "error_kind")),
        ("25".into(), "ok".into(), "1001".into(), "refused".into())
    );

    let xlsx = read("r.xlsx");
    let mut book = Xlsx::new(std::io::Cursor::new(xlsx)).expect("a workbook");
    let sheet = book.worksheet_range_at(0).expect("a sheet").expect("readable");
    assert_eq!(sheet.height(), 4);
    assert_eq!(sheet.get((3, 1)).expect("a cell").to_string(), "错误码:1001");
}

#[test]
fn spellings_of_a_name_are_in_one_shard_and_have_one_outcome() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let spellings = |name: &&str| format!("腾讯科技（{name}）有限公司\n腾讯科技({name})有限公司\n");
    let names: String = ["甲", "乙", "丙", "丁"].iter().map(spellings).collect();
    let code = "91110000600037341L\n91110000600037341l\n９１１１００００６０００３７３４１Ｌ\n";
    world.write("list.txt", names + code);
    let mut rows = 0;
    for shard in ["1/2", "2/2"] {
        let query = "dishonest -i list.txt --no-archive --limit 1 --report r.csv --shard".split(' ');
        world.run(query.chain([shard])).exits_with(0);
        let report = std::fs::read_to_string(world.path("r.csv")).expect("a report");
        assert!(!report.contains("skipped"), "{report}");
        rows += report.lines().count() - 1;
    }
    assert_eq!((rows, market_calls(&sandbox)), (11, 5));
}

#[test]
fn the_report_says_how_the_list_was_read() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.write("list.csv", "名单\n序号,企业名称\n1,仅有一条企业\n2,仅有一条企业\n");
    let run = |name: &str| world.run(["dishonest", "-i", "list.csv", "--report", name]).exits_with(0);
    run("r.json");
    let document: Value =
        serde_json::from_slice(&std::fs::read(world.path("r.json")).expect("a report")).expect("JSON");
    let list = &document["list"];
    assert_eq!(list["columns"], json!([{"number": 2, "heading": "企业名称"}]));
    assert_eq!(
        (&list["encoding"], &list["separator"], &list["heading_rows"], &list["repeats"]),
        (&json!("UTF-8"), &Value::Null, &json!([1, 2]), &json!(1))
    );
    run("r.xlsx");
    let mut book: Xlsx<_> = calamine::open_workbook(world.path("r.xlsx")).expect("a workbook");
    assert_eq!(book.sheet_names(), ["queries", "list"]);
    let sheet = book.worksheet_range("list").expect("a sheet");
    let rows: Vec<String> =
        sheet.rows().map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join("=")).collect();
    assert_eq!(
        rows,
        [
            "Item=Value",
            "keywords=1",
            "encoding=UTF-8",
            "column=2 '企业名称', chosen by its content",
            "heading rows=1-2",
            "duplicates=1"
        ]
    );
    world.run(["dishonest", "仅有一条企业", "--report", "one.json"]).exits_with(0);
    let document: Value =
        serde_json::from_slice(&std::fs::read(world.path("one.json")).expect("a report")).expect("JSON");
    assert_eq!(document["list"], Value::Null);
}

#[test]
fn a_second_run_says_that_the_archive_answered() {
    let sandbox = sandbox();
    let world = world(&sandbox);
    for source in ["vendor", "archive"] {
        world.run(["dishonest", "-i", "list.txt", "--report", "r.json"]).exits_with(6);
        let document: Value =
            serde_json::from_slice(&std::fs::read(world.path("r.json")).expect("a report")).expect("JSON");
        assert_eq!(document["queries"][0]["source"], source);
    }
}

#[test]
fn the_output_appears_under_its_name_when_it_is_whole() {
    let sandbox = sandbox();
    let world = world(&sandbox);
    world.write("out.json", "what was there before");
    let ran = world.run(["dishonest", "-i", "list.txt", "-o", "out.json"]).exits_with(6);
    assert!(ran.stdout.is_empty());
    let document: Value =
        serde_json::from_slice(&std::fs::read(world.path("out.json")).expect("a file")).expect("JSON");
    assert_eq!(document["records"].as_array().map(Vec::len), Some(25), "a partial result is a result");
    assert!(!world.path("out.json.partial").exists());
}

#[test]
fn a_run_that_was_stopped_leaves_what_it_has_beside_the_name() {
    let sandbox = sandbox();
    let world = world(&sandbox);
    world.write("out.csv", "what was there before\n");
    world.write("stopped.txt", "行数:2\n错误码:B403MQ\n行数:3\n");
    world.run(["dishonest", "-i", "stopped.txt", "-j", "1", "-o", "out.csv"]).exits_with(7);
    assert_eq!(std::fs::read_to_string(world.path("out.csv")).expect("a file"), "what was there before\n");
    let partial = std::fs::read(world.path("out.csv.partial")).expect("what was bought");
    assert_eq!(csv::Reader::from_reader(partial.as_slice()).records().count(), 2);
}

#[test]
fn one_document_whatever_the_number_of_keywords() {
    let sandbox = sandbox();
    let world = world(&sandbox);
    let document = world.run(["dishonest", "-i", "list.txt"]).exits_with(6).json();
    let keys: Vec<_> = document.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["schema", "records", "queries"]);
    assert_eq!(document["queries"].as_array().map(Vec::len), Some(3));
    world.run(["dishonest", "-i", "list.txt", "-o", "out.xlsx"]).exits_with(6);
    let (records, queries) = sheets(&world.path("out.xlsx"));
    assert_eq!((records.len(), queries.len()), (26, 4));
}

#[test]
fn an_output_that_cannot_be_written_is_told_before_anything_is_bought() {
    let sandbox = sandbox();
    let world = world(&sandbox);
    std::fs::create_dir(world.path("folder.csv")).expect("a folder");
    for (option, name) in [
        ("-o", "no/such/folder/out.csv"),
        ("--report", "no/such/folder/r.csv"),
        ("-o", "folder.csv"),
        ("--report", "folder.csv"),
        ("--annotate", "no/such/folder/a.csv"),
    ] {
        let ran = world.run(["dishonest", "-i", "list.txt", option, name]).exits_with(2);
        assert!(ran.stderr.contains(name) && ran.text().is_empty(), "{}{}", ran.stderr, ran.text());
    }
    let arguments = ["dishonest", "-i", "list.txt", "-o", "out.json", "--report", "no/such/folder/r.csv"];
    world.run(arguments).exits_with(2);
    assert!(!world.path("out.json.partial").exists());
    assert_eq!(sandbox.calls("market").requests, 0);
}

#[test]
fn a_file_that_would_be_lost_is_refused_before_anything_is_bought() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox).with("HECHA_ARCHIVE", "archive.csv");
    world.write("list.csv", "企业名称\n行数:1\n");
    std::os::unix::fs::symlink("list.csv", world.path("link.csv")).expect("a link");
    world.run(["dishonest", "行数:2", "-o", "first.csv"]).exits_with(0);
    let bought = sandbox.calls("market").requests;
    for arguments in [
        &["-i", "list.csv", "-o", "list.csv"][..],
        &["-i", "list.csv", "-o", "./link.csv"],
        &["-i", "list.csv", "--report", "list.csv"],
        &["-i", "list.csv", "-o", "new.csv", "--report", "new.csv"],
        &["-i", "list.csv", "-o", "new.csv", "--report", "./new.csv"],
        &["-i", "list.csv", "-o", "archive.csv"],
        &["行数:1", "--report", "archive.csv"],
    ] {
        let ran = world.run(["dishonest"].iter().chain(arguments)).exits_with(2);
        assert!(ran.stderr.contains("the same file"), "{}", ran.stderr);
    }
    assert_eq!(std::fs::read_to_string(world.path("list.csv")).expect("the list"), "企业名称\n行数:1\n");
    assert_eq!(sandbox.calls("market").requests, bought);
    world.run(["dishonest", "-i", "list.csv", "-o", "/dev/null", "-f", "csv"]).exits_with(0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_workbook_that_has_no_room_for_its_temporary_files_ends_in_order() {
    let sandbox = sandbox();
    for (size, bought_something) in [("256k", false), ("5m", true)] {
        let world = World::with_sandbox(&sandbox);
        let Some(disk) = Disk::mount(world.path("disk"), &format!("size={size}")) else { return };
        let world = world.with("TMPDIR", disk.0.to_str().expect("a path"));
        world.write("list.txt", (0..40).map(|number| format!("行数:{}\n", 900 + number)).collect::<String>());
        let before = sandbox.calls("market").requests;
        let arguments = ["dishonest", "-i", "list.txt", "-o", "found.xlsx", "--max-calls", "9999", "-j", "8"];
        let ran = world.run(arguments).exits_with(1);
        assert!(ran.stderr.contains("set TMPDIR"), "{}", ran.stderr);
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        let after = sandbox.calls("market").requests;
        assert_eq!(after > before, bought_something, "{size}");
        let usage = world.run(["usage"]).exits_with(0).json();
        let booked: u64 =
            usage.as_array().expect("rows").iter().filter_map(|row| row["calls"].as_u64()).sum();
        assert_eq!(booked, after - before, "every call is in the ledger");
    }
}
