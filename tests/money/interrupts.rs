//! Ctrl-C, SIGTERM and a reader who goes away: what was fetched is written whole, and the buying ends.

use super::{booked, calls, companies, documents, has_outcome, list, lock_files, signal, usage, wait_until};
use crate::harness::vendor::{Step, Vendor, answer, json};
use crate::harness::{Ran, World, sandbox_with};
use calamine::{Reader, Xlsx, open_workbook};
use hecha::sandbox::Sandbox;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

fn slow_sandbox(milliseconds: u64) -> Sandbox {
    let latency = Duration::from_millis(milliseconds);
    sandbox_with(latency)
}

/// The number of records in an output of a format, which has to be valid.
fn valid_records(format: &str, path: &Path) -> usize {
    let text = || std::fs::read_to_string(path).expect("text");
    match format {
        "json" => {
            let document: Value = serde_json::from_str(&text()).expect("one document");
            assert_eq!(document["schema"], "hecha/dishonest@1");
            let queries = document["queries"].as_array().expect("queries");
            assert!(queries.iter().any(|query| query["status"] == "ok"), "{queries:?}");
            document["records"].as_array().expect("records").len()
        }
        "ndjson" => documents(&text()).len(),
        "csv" | "tsv" => {
            let delimiter = if format == "csv" { b',' } else { b'\t' };
            let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_path(path).expect("a file");
            assert_eq!(reader.headers().expect("a header").get(0), Some("query"));
            let records: Result<Vec<_>, _> = reader.records().collect();
            records.expect("as many fields as the header").len()
        }
        "xlsx" => {
            let mut book: Xlsx<_> = open_workbook(path).expect("a workbook");
            let sheets = book.sheet_names();
            assert_eq!(sheets.len(), 2);
            book.worksheet_range(&sheets[1]).expect("the records").height() - 1
        }
        _ => {
            let text = text();
            assert!(text.ends_with('\n') && text.contains("科技有限公司"), "{text}");
            text.lines().filter(|line| line.contains('〔') || line.contains("法院")).count()
        }
    }
}

#[test]
fn an_interrupted_batch_leaves_a_valid_partial_file_in_every_format_and_continues_where_it_was() {
    let names = companies(40);
    let alone = slow_sandbox(0);
    let quiet = World::with_sandbox(&alone);
    let input = list(&quiet, &names);
    quiet.run(["dishonest", "-i", &input, "-f", "ndjson", "-o", "all", "--max-calls", "999"]).exits_with(0);
    let pages = calls(&alone);
    let records = valid_records("ndjson", &quiet.path("all"));

    for (format, kind, code) in [
        ("json", "INT", 130),
        ("ndjson", "TERM", 143),
        ("csv", "INT", 130),
        ("tsv", "TERM", 143),
        ("xlsx", "INT", 130),
        ("table", "TERM", 143),
    ] {
        let sandbox = slow_sandbox(8);
        let world = World::with_sandbox(&sandbox);
        list(&world, &names);
        world.write("rows", "earlier");
        let arguments =
            ["dishonest", "-i", &input, "-f", format, "-o", "rows", "--lang", "en", "--max-calls", "999"];
        let child = world.spawn(arguments, Stdio::null());
        wait_until("half of it is bought", || calls(&sandbox) >= pages / 2);
        signal(&child, kind);
        let asked = Instant::now();
        let ran = Ran::from(child.wait_with_output().unwrap()).exits_with(code);
        assert!(asked.elapsed() < Duration::from_secs(3), "{format}: {:?}", asked.elapsed());
        assert!(ran.stderr.contains("rows.partial"), "{}", ran.stderr);
        assert_eq!(std::fs::read_to_string(world.path("rows")).unwrap(), "earlier");
        if format == "json" {
            let document: Value =
                serde_json::from_slice(&std::fs::read(world.path("rows.partial")).unwrap()).unwrap();
            let queries = document["queries"].as_array().unwrap();
            assert_eq!(queries.len(), names.len(), "those that were never asked are listed, too");
            assert_eq!(queries.last().unwrap()["status"], "skipped");
            assert_eq!(queries.last().unwrap()["error"]["kind"], "interrupted");
        }
        let written = valid_records(format, &world.path("rows.partial"));
        assert!(written > 0, "{format}: {written} of {records}");
        if format != "table" {
            assert!(written < records, "{format}: {written} of {records}");
        }
        let bought = calls(&sandbox);
        assert!(bought < pages, "{format}: {bought} of {pages}");
        let entries = world.run(["archive", "list", "-f", "json"]).exits_with(0).json();
        assert_eq!(entries.as_array().unwrap().len() as u64, bought, "calls in flight were kept");
        assert_eq!(lock_files(&world), [""; 0]);

        world.run(arguments).exits_with(0);
        assert_eq!(calls(&sandbox), pages, "{format}: nothing was bought again");
        assert!(!world.path("rows.partial").exists());
        let whole = valid_records(format, &world.path("rows"));
        assert!(whole == records || format == "table", "{format}: {whole} of {records}");
        assert_eq!(booked(&usage(&world), |_| true), pages);
    }
}

/// A closed terminal hangs up twice: the kernel and the shell each send the signal. So does `timeout` with SIGTERM: to the
/// process and to its group.
#[test]
#[cfg(target_os = "linux")]
fn a_signal_that_is_sent_twice_keeps_the_calls_in_flight_and_an_ignored_hang_up_does_nothing() {
    for (disposition, name, code) in [
        ("--default-signal=HUP", "HUP", 143),
        ("--ignore-signal=HUP", "HUP", 0),
        ("--default-signal=TERM", "TERM", 143),
    ] {
        let sandbox = slow_sandbox(300);
        let world = World::with_sandbox(&sandbox);
        let input = list(&world, &companies(4));
        let hecha = world.command(["dishonest", "-i", &input, "-f", "json", "-o", "rows", "-j", "2"]);
        let variables = hecha.get_envs().filter_map(|(name, value)| Some((name, value?)));
        let child = std::process::Command::new("env")
            .args([disposition.as_ref(), hecha.get_program()])
            .args(hecha.get_args())
            .env_clear()
            .envs(variables)
            .current_dir(hecha.get_current_dir().unwrap())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        wait_until("two calls are in flight", || calls(&sandbox) >= 2);
        signal(&child, name);
        std::thread::sleep(Duration::from_millis(20));
        signal(&child, name);
        Ran::from(child.wait_with_output().unwrap()).exits_with(code);
        assert_eq!(world.path("rows.partial").exists(), code != 0);
        let entries = world.run(["archive", "list", "-f", "json"]).exits_with(0).json();
        assert_eq!(entries.as_array().unwrap().len() as u64, calls(&sandbox), "calls in flight were kept");
    }
}

/// Answers the first `good` requests with one record, all later ones after a minute.
fn vendor_that_hangs_after(good: usize) -> Vendor {
    Vendor::start(move |request| {
        if request.number >= good {
            return vec![Step::Wait(Duration::from_mins(1)), Step::Close];
        }
        json(format!(
            r#"{{"code":0,"result":{{"total":1,"items":[{{"id":{},"iname":"甲"}}]}}}}"#,
            request.number
        ))
    })
}

#[test]
fn a_vendor_that_hangs_delays_the_end_by_the_grace_alone_and_its_call_is_booked_as_unknown() {
    let vendor = vendor_that_hangs_after(3);
    let world = World::with_vendor_at(&vendor.origin());
    let input = list(&world, &companies(20));
    let child = world.spawn(["dishonest", "-i", &input, "-f", "json", "-j", "2"], Stdio::null());
    wait_until("two calls hang", || vendor.calls() == 5);
    signal(&child, "TERM");
    let asked = Instant::now();
    let ran = Ran::from(child.wait_with_output().unwrap()).exits_with(143);
    assert!(asked.elapsed() < Duration::from_secs(4), "{:?}", asked.elapsed());
    let document = ran.json();
    assert_eq!(document["records"].as_array().unwrap().len(), 3);
    let queries = document["queries"].as_array().unwrap();
    let calls = |query: &Value| query["calls"].as_u64().unwrap();
    assert_eq!(queries.iter().map(calls).sum::<u64>(), 5, "a call that hangs was made too: {queries:?}");
    let charged: Vec<_> = queries.iter().filter(|query| query["error"]["charged"] == "unknown").collect();
    assert_eq!(charged.len(), 2, "{queries:?}");
    assert_eq!(vendor.calls(), 5);
    assert_eq!(lock_files(&world), [""; 0]);
    let rows = usage(&world);
    assert_eq!((booked(&rows, has_outcome("interrupted")), booked(&rows, |_| true)), (2, 5), "{rows:?}");
}

#[test]
fn where_all_calls_hang_what_waits_behind_them_was_not_asked() {
    let vendor = vendor_that_hangs_after(1);
    let world = World::with_vendor_at(&vendor.origin());
    let input = list(&world, &companies(40));
    let child = world.spawn(["dishonest", "-i", &input, "-f", "json", "-j", "8"], Stdio::null());
    wait_until("eight calls hang", || vendor.calls() == 9);
    signal(&child, "INT");
    let ran = Ran::from(child.wait_with_output().unwrap()).exits_with(130);
    let document = ran.json();
    let queries = document["queries"].as_array().unwrap();
    let calls = |query: &Value| query["calls"].as_u64().unwrap();
    assert_eq!(queries.iter().map(calls).sum::<u64>(), 9, "{queries:?}");
    let with = |status| queries.iter().filter(|query| query["status"] == status).count();
    assert_eq!((with("ok"), with("failed"), with("skipped")), (1, 8, 31), "{}", ran.stderr);
}

#[test]
fn an_interruption_while_a_failed_run_waits_for_calls_that_hang_is_heard() {
    let vendor = Vendor::start(|request| match request.number {
        0 => json(r#"{"code":2,"desc":"无数据"}"#),
        1 => [vec![Step::Wait(Duration::from_millis(300))], quota_exhausted()].concat(),
        _ => vec![Step::Wait(Duration::from_mins(1)), Step::Close],
    });
    let world = World::with_vendor_at(&vendor.origin());
    let child = world.spawn(["dishonest", "甲一", "甲二", "甲三", "-j", "2"], Stdio::null());
    wait_until("one hangs", || vendor.calls() == 3);
    std::thread::sleep(Duration::from_millis(700));
    signal(&child, "INT");
    let asked = Instant::now();
    Ran::from(child.wait_with_output().unwrap()).exits_with(130);
    assert!(asked.elapsed() < Duration::from_secs(4), "{:?}", asked.elapsed());
}

#[test]
fn the_second_signal_ends_it_at_once() {
    let vendor = vendor_that_hangs_after(0);
    let world = World::with_vendor_at(&vendor.origin());
    let mut child = world.spawn(["dishonest", "甲公司"], Stdio::null());
    wait_until("the call hangs", || vendor.calls() == 1);
    signal(&child, "INT");
    std::thread::sleep(Duration::from_millis(200));
    assert!(child.try_wait().unwrap().is_none(), "the grace is not over");
    signal(&child, "INT");
    let asked = Instant::now();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(asked.elapsed() < Duration::from_millis(500), "{:?}", asked.elapsed());
    // The next run records what a killed run left open.
    assert_eq!(booked(&usage(&world), has_outcome("interrupted")), 1);
}

#[test]
fn an_interruption_ends_a_pause_before_the_next_attempt() {
    let vendor = Vendor::start(|_| {
        answer("429 Too Many Requests", &["X-Ca-Error-Code: T429US", "Retry-After: 60"], "")
    });
    let world = World::with_vendor_at(&vendor.origin());
    let child = world.spawn(["dishonest", "甲公司"], Stdio::null());
    wait_until("it is throttled", || vendor.calls() == 1);
    std::thread::sleep(Duration::from_millis(100));
    signal(&child, "INT");
    let asked = Instant::now();
    Ran::from(child.wait_with_output().unwrap()).exits_with(130);
    assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
    assert_eq!(vendor.calls(), 1);
}

#[test]
fn a_failure_that_ends_the_run_ends_the_pauses_of_other_calls_without_buying_more() {
    let vendor = Vendor::start(|request| match request.parameter("keyword").unwrap().as_str() {
        "甲一" => json(r#"{"code":2,"desc":"无数据"}"#),
        // Late enough for the third to be under way before all requests are asked to pause.
        "甲二" => [vec![Step::Wait(Duration::from_millis(200))], throttled()].concat(),
        _ => [vec![Step::Wait(Duration::from_millis(600))], quota_exhausted()].concat(),
    });
    let world = World::with_vendor_at(&vendor.origin());
    let begun = Instant::now();
    let ran = world.run(["dishonest", "-f", "json", "-j", "2", "甲一", "甲二", "甲三", "甲四"]).exits_with(7);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(vendor.calls(), 3, "{}", ran.snapshot());
}

fn throttled() -> Vec<Step> {
    answer("429 Too Many Requests", &["X-Ca-Error-Code: T429US", "Retry-After: 30"], "")
}

fn quota_exhausted() -> Vec<Step> {
    answer("403 Forbidden", &["X-Ca-Error-Code: B403MQ"], "")
}

/// Reads the first line of a batch's output, goes away, and gives what had been asked then and in the end.
fn read_one_line_and_leave(format: &str, names: &[String], latency: u64) -> (u64, u64) {
    let sandbox = slow_sandbox(latency);
    let world = World::with_sandbox(&sandbox);
    let input = list(&world, names);
    let arguments = ["dishonest", "-i", &input, "-f", format, "-j", "2", "--max-calls", "999"];
    let mut child = world.spawn(arguments.iter().chain(&["--report", "report.csv"]), Stdio::null());
    let mut line = String::new();
    BufReader::with_capacity(1, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(!line.is_empty());
    let before = calls(&sandbox);
    let left = Instant::now();
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{stderr}");
    assert!(left.elapsed() < Duration::from_secs(2), "{format}: {:?}", left.elapsed());
    assert!(!stderr.contains("error"), "{stderr}");
    let entries = world.run(["archive", "list", "-f", "json"]).exits_with(0).json();
    assert_eq!(entries.as_array().unwrap().len() as u64, calls(&sandbox), "what was bought is kept");
    let mut report = csv::Reader::from_path(world.path("report.csv")).unwrap();
    let place = report.headers().unwrap().iter().position(|heading| heading == "calls").unwrap();
    let told = report.records().map(|row| row.unwrap()[place].parse::<u64>().unwrap_or(0)).sum::<u64>();
    assert_eq!(told, calls(&sandbox), "the report has every call");
    (before, calls(&sandbox))
}

#[test]
fn a_reader_who_goes_away_ends_the_buying_at_once() {
    let names: Vec<String> = (1..=150).map(|number| format!("行数:{number}")).collect();
    for format in ["ndjson", "csv", "tsv", "json"] {
        let (before, after) = read_one_line_and_leave(format, &names, 20);
        assert!(after <= before + 6, "{format}: {before} calls when the reader left, {after} in the end");
    }
}

#[test]
fn a_company_is_annotated_with_all_its_records_although_the_reader_has_gone() {
    let vendor = Vendor::start(|_| {
        let duty = "注".repeat(3000);
        let entry = |day: u64| {
            let filed = 1_676_390_400_000 + day * 86_400_000;
            format!(r#"{{"id":{day},"duty":"{duty}","regdate":{filed}}}"#)
        };
        let entries: Vec<_> = (0..20).map(entry).collect();
        json(format!(r#"{{"code":0,"result":{{"total":20,"items":[{}]}}}}"#, entries.join(",")))
    });
    let world = World::with_vendor_at(&vendor.origin());
    let input = list(&world, &companies(12));
    let arguments = ["dishonest", "-i", &input, "-f", "ndjson", "--annotate", "annotated.csv"];
    let mut child = world.spawn(arguments, Stdio::null());
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut String::new()).expect("a line");
    assert_eq!(child.wait().expect("its end").code(), Some(0));
    let annotated = std::fs::read_to_string(world.path("annotated.csv")).expect("the list");
    let mut whole = annotated.lines().filter(|row| row.contains(",ok,20,")).peekable();
    assert!(whole.peek().is_some(), "{annotated}");
    assert!(whole.all(|row| row.contains(",2023-03-06,")), "{annotated}");
}

#[test]
fn a_reader_who_goes_away_is_noticed_although_nothing_more_is_found() {
    let mut names = vec!["行数:1".to_owned()];
    names.extend((0..300).map(|number| format!("查无此企业{number}")));
    for format in ["ndjson", "csv"] {
        let (before, after) = read_one_line_and_leave(format, &names, 20);
        assert!(after <= before + 8, "{format}: {before} calls when the reader left, {after} in the end");
    }
}

#[test]
fn a_reader_who_goes_away_before_a_table_is_drawn_is_noticed() {
    let sandbox = slow_sandbox(20);
    let world = World::with_sandbox(&sandbox);
    let names: Vec<String> = (0..300).map(|number| format!("仅有一条企业{number}")).collect();
    let input = list(&world, &names);
    let mut child = world
        .spawn(["dishonest", "-i", &input, "-f", "table", "-j", "2", "--max-calls", "999"], Stdio::null());
    wait_until("it has begun", || calls(&sandbox) >= 4);
    drop(child.stdout.take());
    let before = calls(&sandbox);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let after = calls(&sandbox);
    assert!(after <= before + 8, "{before} calls when the reader left, {after} in the end");
}
