//! Workers, order, rate, repeats, and what a failure does to the rest of the list.

use super::{list, market_calls, parts};
use crate::contract::adapter::{Adapter, IHUYI, MARKET, SHUIDI};
use crate::harness::vendor::{Meter, Step, Vendor, json as json_answer, refusing};
use crate::harness::{World, requests_at, sandbox};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A vendor that answers after this time, and its meter. `行数:N` has N rows, every other keyword one.
fn metered(adapter: &'static Adapter, latency: Duration) -> (Vendor, Meter) {
    let meter = Meter::default();
    let counted = meter.clone();
    let vendor = Vendor::start(move |request| {
        counted.wait(latency);
        let keyword = request.parameter(adapter.parameters[0]).expect("a keyword");
        let rows = keyword.strip_prefix("行数:").and_then(|rows| rows.parse().ok());
        json_answer(adapter.answer(request, rows.unwrap_or(1)))
    });
    (vendor, meter)
}

#[test]
fn the_output_is_in_the_order_of_the_input_however_late_each_answer_is() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let delays = [90, 5, 60, 1, 80, 0, 40, 2, 30, 7, 70, 3];
    let keywords: Vec<String> = delays.iter().map(|delay| format!("慢:{delay}")).collect();
    world.write("list.txt", keywords.join("\n"));
    let ran = world.run(["dishonest", "-i", "list.txt", "-j", "8"]).exits_with(0);
    let document = ran.json();
    assert_eq!(parts(&document, "query"), keywords);
    let mut order: Vec<_> = document["records"]
        .as_array()
        .expect("records")
        .iter()
        .map(|record| record["query"].as_str().expect("a query").to_owned())
        .collect();
    order.dedup();
    assert_eq!(order, keywords, "rows of one query stand together");
    for (format, end) in [("csv", ','), ("ndjson", '"')] {
        let again =
            world.run(["dishonest", "-i", "list.txt", "-j", "8", "--fresh", "-f", format]).exits_with(0);
        let place = |keyword: &String| again.text().find(&format!("{keyword}{end}")).expect("its rows");
        let places: Vec<_> = keywords.iter().map(place).collect();
        assert!(places.is_sorted(), "{format}");
    }
}

#[test]
fn as_many_requests_are_under_way_as_were_asked_for_and_never_more() {
    for concurrency in [1, 3, 8] {
        let (vendor, meter) = metered(&MARKET, Duration::from_millis(30));
        let world = World::with_vendor_at(&vendor.origin());
        let list = list(80, |number| format!("仅有一条企业{number}"));
        world.write("list.txt", list);
        let workers = concurrency.to_string();
        world.run(["dishonest", "-i", "list.txt", "-j", &workers, "--limit", "1"]).exits_with(0);
        assert_eq!((vendor.calls(), meter.highest()), (80, concurrency), "-j {concurrency}");
    }
}

#[test]
fn keywords_that_are_refused_without_asking_leave_the_others_as_many_at_once() {
    let (vendor, meter) = metered(&MARKET, Duration::from_millis(100));
    let world = World::with_vendor_at(&vendor.origin());
    let list = list(30, |number| format!("仅有一条企业{number}\n仅有一条公司{number}\nL570118{number:02}"));
    world.write("list.txt", list);
    let begun = Instant::now();
    let ran = world
        .run(["dishonest", "-i", "list.txt", "-j", "8", "--limit", "1", "--suspicious", "skip"])
        .exits_with(0);
    let statuses = parts(&ran.json(), "status");
    assert!(statuses.iter().filter(|status| *status == "skipped").count() > 10, "{statuses:?}");
    assert_eq!(meter.highest(), 8);
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}

#[test]
fn pages_of_a_company_and_companies_of_a_list_share_the_workers() {
    let (vendor, meter) = metered(&MARKET, Duration::from_millis(150));
    let world = World::with_vendor_at(&vendor.origin());
    world.run(["dishonest", "行数:200", "行数:100", "行数:1", "-j", "4"]).exits_with(0);
    assert_eq!((vendor.calls(), meter.highest()), (16, 4));
}

#[test]
fn each_provider_has_its_own_workers() {
    let [ihuyi, shuidi] = [&IHUYI, &SHUIDI].map(|adapter| metered(adapter, Duration::from_millis(20)));
    let world = World::with_vendor_at(&ihuyi.0.origin())
        .with("HECHA_SHUIDI_ENDPOINT", format!("{}/shuidi", shuidi.0.origin()));
    let list = list(12, |number| format!("仅有一条企业{number}"));
    world.write("list.txt", list);
    let ran = world.run(["copyright", "--provider", "all", "-i", "list.txt", "-j", "2"]).exits_with(0);
    for (vendor, meter) in [&ihuyi, &shuidi] {
        assert_eq!(vendor.calls(), 12);
        assert!(meter.highest() <= 2, "{} at once", meter.highest());
    }
    let providers = parts(&ran.json(), "provider");
    assert!(providers.chunks(2).all(|pair| pair == ["ihuyi", "shuidi"]), "{providers:?}");
}

#[test]
fn the_rate_bounds_all_workers_together() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let list = list(11, |number| format!("仅有一条企业{number}"));
    world.write("list.txt", list);
    let begun = Instant::now();
    world.run(["dishonest", "-i", "list.txt", "-j", "8", "--rate", "20/s"]).exits_with(0);
    assert!(begun.elapsed() >= Duration::from_millis(400), "{:?}", begun.elapsed());
    assert_eq!(market_calls(&sandbox), 11);
}

#[test]
fn a_repeated_keyword_is_asked_once_and_told() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let ran = world.run(["dishonest", "行数:1", "行数:2", "行数:1", " 行数:1 "]).exits_with(0);
    assert_eq!(
        (market_calls(&sandbox), parts(&ran.json(), "query")),
        (2, vec!["行数:1".to_owned(), "行数:2".to_owned()])
    );
    assert!(ran.stderr.contains("2 duplicate"), "{}", ran.stderr);
}

#[test]
fn one_failure_does_not_end_a_batch() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let list = ["行数:2", "错误码:1001", "行数:3", "网页:200", "查无此企业"];
    world.write("list.txt", list.join("\n"));
    let ran = world.run(["dishonest", "-i", "list.txt"]).exits_with(6);
    let document = ran.json();
    assert_eq!(parts(&document, "status"), ["ok", "failed", "ok", "failed", "empty"]);
    assert_eq!(document["records"].as_array().map(Vec::len), Some(5));
    assert_eq!(
        (&document["queries"][1]["error"]["kind"], &document["queries"][3]["error"]["kind"]),
        (&json!("refused"), &json!("answer"))
    );
    assert_eq!(market_calls(&sandbox), 5);
    let again = world.run(["dishonest", "-i", "list.txt"]);
    assert_eq!(again.code, Some(6));
    assert_eq!(market_calls(&sandbox), 5, "what may have been charged is not asked again");
    world.run(["dishonest", "-i", "list.txt", "--retry-uncertain"]).exits_with(6);
    assert_eq!(market_calls(&sandbox), 7, "running it again asks only what is missing");
}

#[test]
fn wrong_credentials_stop_a_batch_after_one_call() {
    let sandbox = sandbox();
    let list = list(50, |number| format!("某{number}公司"));
    for (variable, arguments) in [
        ("HECHA_MARKET_APPCODE", &["dishonest"][..]),
        ("HECHA_IHUYI_API_KEY", &["copyright", "--provider", "ihuyi"]),
        ("HECHA_SHUIDI_PKEY", &["copyright", "--provider", "shuidi"]),
    ] {
        let world = World::with_sandbox(&sandbox).with(variable, "wrong-wrong-wrong");
        world.write("list.txt", &list);
        let before = requests_at(&sandbox);
        let ran = world.run(arguments.iter().chain(&["-i", "list.txt", "-j", "8"])).exits_with(4);
        assert_eq!(requests_at(&sandbox) - before, 1, "{variable}");
        let statuses = parts(&ran.json(), "status");
        assert_eq!((statuses.len(), statuses[0].as_str()), (50, "failed"));
        assert!(statuses[1..].iter().all(|status| status == "skipped"), "{statuses:?}");
        assert_eq!(ran.stderr.matches("error:").count(), 1, "it is told once: {}", ran.stderr);
    }
}

#[test]
fn a_used_up_account_stops_a_batch_with_seven() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.write("list.txt", "行数:1\n错误码:B403MQ\n行数:2\n行数:3\n行数:4\n");
    let ran = world.run(["dishonest", "-i", "list.txt", "-j", "1"]).exits_with(7);
    let statuses = parts(&ran.json(), "status");
    assert_eq!(statuses, ["ok", "failed", "skipped", "skipped", "skipped"]);
    let error = &ran.json()["queries"][4]["error"];
    assert_eq!((&error["kind"], &error["charged"]), (&"interrupted".into(), &"no".into()), "not a blank row");
    assert_eq!(market_calls(&sandbox), 2);
    assert_eq!(ran.json()["records"].as_array().map(Vec::len), Some(1), "what was bought is written");
}

#[test]
fn too_many_failures_in_a_row_stop_a_batch() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let list = list(30, |number| format!("网页:2{number:02}"));
    world.write("list.txt", list);
    let ran = world.run(["dishonest", "-i", "list.txt", "-j", "1", "--max-errors", "3"]).exits_with(3);
    assert_eq!(market_calls(&sandbox), 3);
    assert!(ran.stderr.contains("--max-errors"), "{}", ran.stderr);
    let before = market_calls(&sandbox);
    world.run(["dishonest", "-i", "list.txt", "-j", "1", "--no-archive"]).exits_with(3);
    assert_eq!(market_calls(&sandbox) - before, 10, "10 in a row by default");
    world.write("mixed.txt", "网页:200\n网页:201\n行数:1\n网页:202\n网页:203\n行数:2\n");
    world.run(["dishonest", "-i", "mixed.txt", "-j", "1", "--max-errors", "3"]).exits_with(6);

    let before = market_calls(&sandbox);
    world.run(["dishonest", "-i", "list.txt", "-j", "8", "--fresh", "--max-errors", "3"]).exits_with(3);
    assert_eq!(market_calls(&sandbox), before + 3, "many at once fail no more often than allowed");
}

#[test]
fn once_calls_fail_no_more_go_out_than_were_under_way() {
    const GOOD: u64 = 10;
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let (good, bad) =
        (list(10, |number| format!("仅有一条企业{number}")), list(60, |number| format!("网页:2{number:02}")));
    world.write("list.txt", format!("{good}\n{bad}"));
    for round in 0..5 {
        let before = market_calls(&sandbox);
        let arguments = ["dishonest", "-i", "list.txt", "-j", "8", "--fresh", "--max-errors", "3"];
        let ran = world.run(arguments).exits_with(3);
        let calls = market_calls(&sandbox) - before;
        // Eight were under way when the first failure became known.
        assert!((GOOD + 3..=GOOD + 8).contains(&calls), "round {round}: {calls} calls");
        assert_eq!(ran.json()["queries"].as_array().map(Vec::len), Some(70), "every query has its outcome");
    }
}

#[test]
fn a_slow_query_before_failures_does_not_let_more_calls_out() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.write(
        "list.txt",
        format!("仅有一条企业\n慢:1500\n{}", list(60, |number| format!("网页:2{number:02}"))),
    );
    world.run(["dishonest", "-i", "list.txt", "-j", "8", "--max-errors", "3", "--limit", "1"]).exits_with(3);
    let calls = market_calls(&sandbox);
    assert!((2 + 3..=2 + 7).contains(&calls), "seven beside the slow one at most: {calls} calls");
}

#[test]
fn failures_of_one_provider_are_consecutive_although_another_one_answers() {
    let sandbox = sandbox();
    let (_held, nobody) = refusing();
    let world =
        World::with_sandbox(&sandbox).with("HECHA_IHUYI_ENDPOINT", format!("http://{nobody}/Submit.json"));
    world.write("list.txt", list(40, |number| format!("仅有一条企业{number}")));
    let arguments =
        ["copyright", "--provider", "all", "-i", "list.txt", "--max-errors", "3", "--retries", "0"];
    let ran = world.run(arguments).exits_with(5);
    let document = ran.json();
    let queries = document["queries"].as_array().expect("the outcomes");
    let failed = |query: &&Value| query["provider"] == "ihuyi" && query["status"] == "failed";
    assert_eq!((queries.len(), queries.iter().filter(failed).count()), (80, 3), "{}", ran.stderr);
    assert!(ran.stderr.contains("failed at ihuyi: 3 (--max-errors)"), "{}", ran.stderr);
}

#[test]
fn what_is_not_in_the_archive_offline_does_not_give_a_batch_up() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.run(["dishonest", "仅有一条企业"]).exits_with(0);
    world.write("list.txt", format!("{}\n仅有一条企业\n", list(30, |number| format!("未查过{number}"))));
    let ran = world.run(["dishonest", "-i", "list.txt", "--offline"]).exits_with(3);
    let statuses = parts(&ran.json(), "status");
    assert_eq!((statuses.len(), statuses.last().map(String::as_str)), (31, Some("ok")));
    // Mistyped codes are left out without a question.
    world.write("codes.txt", "L57011812\nL57011813\nL57011814\n仅有一条企业\n");
    let ran = world
        .run(["dishonest", "-i", "codes.txt", "--max-errors", "2", "--suspicious", "skip"])
        .exits_with(0);
    assert_eq!(parts(&ran.json(), "status"), ["skipped", "skipped", "skipped", "ok"]);
}

#[test]
fn every_query_behind_an_own_limit_says_which_limit() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.write("list.txt", list(40, |number| format!("仅有一条企业{number}")));
    world.write("bad.txt", list(40, |number| format!("网页:2{number:02}")));
    for (name, option, limit, code) in
        [("list.txt", "--max-calls", "7", 8), ("bad.txt", "--max-errors", "3", 3)]
    {
        let ran = world.run(["dishonest", "-i", name, option, limit]).exits_with(code);
        let document = ran.json();
        let queries = document["queries"].as_array().expect("queries");
        let skipped: Vec<_> = queries.iter().filter(|query| query["status"] == "skipped").collect();
        assert!(skipped.len() > 30, "{}", ran.snapshot());
        for query in skipped {
            let (kind, message) = (&query["error"]["kind"], &query["error"]["message"]);
            assert_eq!(kind, "limit", "{query}");
            assert!(message.as_str().is_some_and(|message| message.contains(option)), "{query}");
        }
        assert_eq!(ran.stderr.matches("own limit").count(), 1, "told once: {}", ran.stderr);
    }
}

#[test]
fn a_query_that_an_own_limit_cuts_off_says_which_limit() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.write("list.txt", list(8, |number| format!("行数:{}", 60 + number)));
    let arguments = ["dishonest", "-i", "list.txt", "--suspicious", "send", "--max-calls", "9"];
    let ran = world.run(arguments).exits_with(8);
    assert_eq!(market_calls(&sandbox), 9);
    let document = ran.json();
    let queries = document["queries"].as_array().expect("queries");
    let partial = queries.iter().filter(|query| query["status"] == "partial").count();
    assert!(partial > 1, "{}", ran.snapshot());
    for query in queries.iter().filter(|query| query["status"] != "ok") {
        assert_eq!(
            (&query["error"]["kind"], &query["error"]["charged"]),
            (&"limit".into(), &"no".into()),
            "{query}"
        );
    }
}

#[test]
fn the_spending_limit_is_kept_by_all_workers_together_and_free_refusals_do_not_count() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let list = list(40, |number| format!("仅有一条企业{number}"));
    world.write("list.txt", list);
    let ran = world.run(["dishonest", "-i", "list.txt", "-j", "8", "--max-calls", "13"]).exits_with(8);
    assert_eq!(market_calls(&sandbox), 13);
    let statuses = parts(&ran.json(), "status");
    assert_eq!(statuses.iter().filter(|status| *status == "ok").count(), 13);
    assert_eq!(statuses.len(), 40);
    let again = world.run(["dishonest", "-i", "list.txt", "-j", "8", "--max-calls", "100"]).exits_with(0);
    assert_eq!(market_calls(&sandbox), 40, "what was bought is not bought again: {}", again.stderr);

    world
        .run([
            "dishonest",
            "错误码:I400MP",
            "错误码:I413UL",
            "行数:1",
            "--no-archive",
            "--max-calls",
            "1",
            "-j",
            "1",
        ])
        .exits_with(6);
}

#[test]
fn suspicious_keywords_stop_a_list_before_anything_is_bought() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.write("list.txt", "行数:1\n9144030019220382160\n行数\u{200b}:2\n1、行数:3\n");
    let ran = world.run(["dishonest", "-i", "list.txt"]).exits_with(2);
    let quiet = world.run(["dishonest", "-i", "list.txt", "-q"]).exits_with(2);
    for part in [
        "line 2: check-digit: '9144030019220382160'",
        "line 3: characters:",
        "line 4: structure: '1、行数:3': has a bullet or a number before the name (probably '行数:3')",
        "suspicious keywords: 3; nothing was sent",
        "--suspicious skip",
        "--suspicious send",
    ] {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
        assert!(quiet.stderr.contains(part), "-q: {part}: {}", quiet.stderr);
    }
    assert_eq!(market_calls(&sandbox), 0);
    let identified = world.run(["identify", "-i", "list.txt"]).exits_with(0).json();
    let rows = identified.as_array().expect("a list");
    let codes: Vec<_> = rows.iter().map(|row| row["warning"]["code"].as_str()).collect();
    assert_eq!(codes, [None, Some("check-digit"), Some("characters"), Some("structure")]);
    assert_eq!(rows[3]["suggestion"], "行数:3");
    assert_eq!(market_calls(&sandbox), 0);
    let plan = world.run(["dishonest", "-i", "list.txt", "--dry-run"]).exits_with(0).json();
    let rows: Vec<_> =
        plan["suspicious"].as_array().expect("rows").iter().map(|row| &row["input_row"]).collect();
    assert_eq!(rows, [2, 3, 4]);
}

#[test]
fn a_suspicious_keyword_behind_many_other_warnings_is_named() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let organisation_code = |number: u32| {
        let digits = format!("{number:08}");
        let weights = [3, 7, 9, 10, 5, 8, 4, 2];
        let sum: u32 =
            digits.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
        let check = ["0", "X", "9", "8", "7", "6", "5", "4", "3", "2", "1"][(sum % 11) as usize];
        format!("{digits}-{check}\n")
    };
    let codes: String = (60_003_700..60_003_760).map(organisation_code).collect();
    world.write("list.txt", format!("{codes}合计\n"));
    let ran = world.run(["dishonest", "-i", "list.txt"]).exits_with(2);
    assert_eq!(ran.stderr.matches(": kind: ").count(), 50, "{}", ran.stderr);
    assert!(ran.stderr.contains("line 61: remark: '合计'"), "{}", ran.stderr);
    assert!(ran.stderr.contains("suspicious keywords: 1; nothing was sent"), "{}", ran.stderr);
}

#[test]
fn suspicious_keywords_are_left_out_or_sent_on_demand() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.write("list.txt", "行数:1\n无\n无\n\n1、行数:3\n");
    let run = |policy: &str| {
        let arguments =
            ["dishonest", "-i", "list.txt", "--suspicious", policy, "--limit", "1", "--report", "r.json"];
        let ran = world.run(arguments).exits_with(0);
        let report = std::fs::read(world.path("r.json")).expect("the report");
        (ran.json(), serde_json::from_slice::<Value>(&report).expect("JSON"))
    };
    let (document, report) = run("skip");
    assert_eq!(market_calls(&sandbox), 1);
    let column = |document: &Value, pointer: &str| -> Vec<Value> {
        let rows = document["queries"].as_array().expect("queries").iter();
        rows.map(|row| row.pointer(pointer).cloned().unwrap_or_default()).collect()
    };
    assert_eq!(column(&document, "/status"), ["ok", "skipped", "skipped"]);
    assert_eq!(column(&document, "/error/kind"), [json!(null), json!("keyword"), json!("keyword")]);
    assert_eq!(column(&document, "/warning/code"), [json!(null), json!("placeholder"), json!("structure")]);
    assert_eq!(column(&report, "/input_row"), [1, 2, 3, 4, 5]);
    assert_eq!(column(&report, "/repeat_of"), [json!(null), json!(null), json!(2), json!(null), json!(null)]);
    let kinds = [json!(null), json!("keyword"), json!("keyword"), json!("blank"), json!("keyword")];
    assert_eq!(column(&report, "/error/kind"), kinds);
    let (document, _) = run("send");
    assert_eq!(market_calls(&sandbox), 3, "the first is in the archive");
    assert_eq!(column(&document, "/warning/code"), [json!(null), json!("placeholder"), json!("structure")]);
}

#[test]
fn names_are_asked_once_in_whatever_spelling() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.write("list.txt", "腾讯科技（深圳）有限公司\n腾讯科技(深圳)有限公司\n60003734-1\n600037341\n");
    let ran = world.run(["dishonest", "-i", "list.txt", "--limit", "1"]).exits_with(0);
    assert_eq!(parts(&ran.json(), "query"), ["腾讯科技（深圳）有限公司", "60003734-1"]);
    assert_eq!(market_calls(&sandbox), 2);
}

#[test]
fn progress_is_silent_where_nobody_looks() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.write("list.txt", "行数:1\n行数:2\n查无此企业\n");
    let quiet = world.run(["dishonest", "-i", "list.txt", "-q"]).exits_with(0);
    assert_eq!(quiet.stderr, "");
    let plain = world.run(["dishonest", "-i", "list.txt"]).exits_with(0);
    assert!(!plain.stderr.contains(['\r', '\u{1b}', '━']), "no bar outside a terminal: {:?}", plain.stderr);
    assert!(plain.stderr.contains("2 with records"), "{}", plain.stderr);
    let failing = world.run(["dishonest", "错误码:1001", "行数:1", "-q"]).exits_with(6);
    assert!(failing.stderr.contains("1001"), "errors are told all the same");
}

#[test]
fn connections_are_shared() {
    let vendor = Vendor::start(|_| json_answer(r#"{"code":2,"desc":"无数据"}"#));
    let world = World::with_vendor_at(&vendor.origin());
    let list = list(300, |number| format!("某{number}公司"));
    world.write("list.txt", list);
    world.run(["dishonest", "-i", "list.txt", "-j", "4", "--max-calls", "300"]).exits_with(0);
    assert_eq!(vendor.calls(), 300);
    assert!(vendor.connections() <= 40, "{} connections", vendor.connections());
}

#[test]
fn a_query_that_lost_its_answer_does_not_take_the_others_with_it() {
    let vendor = Vendor::start(|request| {
        if request.parameter("keyword").as_deref() == Some("坏公司") {
            vec![Step::Reset]
        } else {
            json_answer(r#"{"code":2,"desc":"无数据"}"#)
        }
    });
    let world = World::with_vendor_at(&vendor.origin());
    let ran = world.run(["dishonest", "甲公司", "坏公司", "乙公司", "-j", "1"]).exits_with(6);
    assert_eq!(parts(&ran.json(), "status"), ["empty", "failed", "empty"]);
    assert_eq!(vendor.calls(), 3);
}

#[test]
fn the_first_request_to_each_vendor_goes_alone() {
    let vendor = Vendor::start(|request| {
        if request.parameter("pname").is_some() {
            let refused = json_answer(r#"{"statusCode":30002,"statusMsg":"套餐已停用"}"#);
            [vec![Step::Wait(Duration::from_millis(400))], refused].concat()
        } else {
            json_answer(r#"{"code":4201}"#)
        }
    });
    let world = World::with_vendor_at(&vendor.origin());
    world.write("list.txt", list(20, |number| format!("某{number}公司")));
    world.run(["copyright", "--provider", "all", "-i", "list.txt", "-j", "8"]).exits_with(7);
    let asked = vendor.requests().iter().filter(|request| request.parameter("pname").is_some()).count();
    assert_eq!(asked, 1, "an account that is refused costs one call");
}

#[test]
fn behind_a_slow_query_only_so_many_records_wait_in_memory() {
    let (others, at_the_end) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counted, kept) = (Arc::clone(&others), Arc::clone(&at_the_end));
    let records: Vec<_> = (0..20).map(|id| json!({"id": id, "iname": "某公司", "businessId": id})).collect();
    let page = json!({"code": 0, "result": {"total": 20, "items": records}}).to_string();
    let vendor = Vendor::start(move |request| {
        if request.parameter("keyword").as_deref() == Some("某1公司") {
            // Until no other request comes any more.
            while kept.swap(counted.load(Ordering::Relaxed), Ordering::Relaxed)
                != counted.load(Ordering::Relaxed)
                || counted.load(Ordering::Relaxed) < 50
            {
                std::thread::sleep(Duration::from_millis(400));
            }
        } else {
            counted.fetch_add(1, Ordering::Relaxed);
        }
        json_answer(&page)
    });
    let world = World::with_vendor_at(&vendor.origin());
    world.write("list.txt", list(400, |number| format!("某{number}公司")));
    let ran = world
        .run(["dishonest", "-i", "list.txt", "-j", "8", "-f", "ndjson", "--no-archive", "--max-calls", "400"])
        .exits_with(0);
    assert_eq!((vendor.calls(), ran.text().lines().count()), (400, 8000));
    let waiting = at_the_end.load(Ordering::Relaxed);
    assert!((100..=110).contains(&waiting), "{waiting} pages of 20 records, of about 2,000");
}
