//! Pages, limits and totals, the same tests for every provider. Calls are counted as the server saw them.

use super::adapter::{Adapter, for_each_provider, ids};
use crate::harness::vendor::{Meter, Step, Vendor, answer, json};
use crate::harness::{Ran, World, sandbox};
use hecha::sandbox::{KEYWORD_WITH_ONE_RECORD, KEYWORD_WITHOUT_RECORDS, Sandbox};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::time::Duration;

for_each_provider!(
    one_record_is_one_call,
    a_full_page_that_is_the_last_buys_no_second,
    every_page_is_fetched_to_the_last_and_each_record_once,
    a_limit_buys_no_page_more_than_it_needs,
    nothing_found_is_an_answer,
    a_refusal_is_told_with_everything_that_is_known,
    wrong_credentials_cost_one_call_and_exit_four,
    a_page_of_html_is_an_answer_that_cannot_be_understood,
    a_page_size_over_the_cap_sends_nothing,
    the_page_size_is_the_one_asked_for,
    one_page_is_one_call,
    a_page_behind_the_last_is_empty,
    a_repeated_page_ends_it_and_is_not_complete,
    a_vendor_that_stops_before_its_total_is_told,
    a_short_page_is_not_the_last,
    many_pages_at_once_are_the_same_document,
    a_failed_third_page_leaves_two_good_ones,
    a_vendor_without_a_total_is_asked_until_a_page_is_empty,
    a_total_of_zero_with_an_empty_list_is_nothing_found,
    the_archive_answers_the_second_time,
);

struct Asked {
    document: Value,
    ran: Ran,
    calls: u64,
}

impl Asked {
    fn query(&self) -> &Value {
        &self.document["queries"][0]
    }
}

fn ask_with(sandbox: &Sandbox, adapter: &Adapter, rest: &[&str], code: i32) -> Asked {
    let before = sandbox.calls(adapter.name).requests;
    let ran = adapter.run(&World::with_sandbox(sandbox), rest).exits_with(code);
    let calls = sandbox.calls(adapter.name).requests - before;
    Asked { document: ran.json(), calls, ran }
}

fn ask(adapter: &Adapter, rest: &[&str], code: i32) -> Asked {
    ask_with(&sandbox(), adapter, rest, code)
}

#[track_caller]
fn assert_query(asked: &Asked, expected: &Value) {
    let query = asked.query();
    for (key, value) in expected.as_object().expect("an object") {
        assert_eq!(&query[key], value, "{key} of {query}");
    }
}

fn one_record_is_one_call(adapter: &Adapter) {
    let asked = ask(adapter, &[KEYWORD_WITH_ONE_RECORD], 0);
    assert_eq!(asked.calls, 1);
    assert_eq!(asked.document["records"].as_array().map(Vec::len), Some(1));
    assert_eq!(asked.document["records"][0]["query"], KEYWORD_WITH_ONE_RECORD);
    assert_eq!(asked.document["records"][0]["provider"], adapter.name);
    assert_query(
        &asked,
        &json!({"query": KEYWORD_WITH_ONE_RECORD, "kind": "name", "provider": adapter.name, "status": "ok",
                "total": 1, "returned": 1, "complete": true, "calls": 1, "archived_pages": 0, "error": null}),
    );
    let fetched_at = asked.query()["fetched_at"].as_str().expect("a time");
    assert!(fetched_at.len() == 25 && fetched_at.ends_with("+08:00"), "{fetched_at}");
    assert_eq!(asked.ran.stderr, "");
}

fn a_full_page_that_is_the_last_buys_no_second(adapter: &Adapter) {
    for pages in [1, 2] {
        let rows = adapter.cap * pages;
        let asked = ask(adapter, &[&format!("行数:{rows}")], 0);
        assert_eq!(asked.calls, pages, "{rows} rows");
        assert_query(&asked, &json!({"total": rows, "returned": rows, "complete": true, "calls": pages}));
    }
}

fn every_page_is_fetched_to_the_last_and_each_record_once(adapter: &Adapter) {
    let rows = adapter.cap * 3 + 1;
    let asked = ask(adapter, &[&format!("行数:{rows}")], 0);
    assert_eq!(asked.calls, 4);
    let different: HashSet<_> = ids(&asked.document, adapter).into_iter().collect();
    assert_eq!(different.len() as u64, rows);
    assert_query(
        &asked,
        &json!({"status": "ok", "total": rows, "returned": rows, "complete": true, "calls": 4}),
    );
}

fn a_limit_buys_no_page_more_than_it_needs(adapter: &Adapter) {
    let rows = adapter.cap * 4;
    let keyword = format!("行数:{rows}");
    let whole = ids(&ask(adapter, &[&keyword], 0).document, adapter);
    for (limit, calls) in [(5, 1), (adapter.cap, 1), (adapter.cap + 5, 2), (adapter.cap * 2, 2)] {
        let asked = ask(adapter, &[&keyword, "--limit", &limit.to_string(), "-j", "8"], 0);
        assert_eq!(asked.calls, calls, "--limit {limit}");
        assert_query(
            &asked,
            &json!({"status": "ok", "total": rows, "returned": limit, "complete": false, "calls": calls}),
        );
        let first = usize::try_from(limit).expect("a small number");
        assert_eq!(ids(&asked.document, adapter), whole[..first], "the first {limit} of the same records");
    }
    let over = ask(adapter, &["行数:3", "--limit", "5"], 0);
    assert_query(&over, &json!({"total": 3, "returned": 3, "complete": true, "calls": 1}));
}

fn nothing_found_is_an_answer(adapter: &Adapter) {
    let asked = ask(adapter, &[KEYWORD_WITHOUT_RECORDS], 0);
    assert_eq!(asked.calls, 1);
    assert_eq!(asked.document["records"], json!([]));
    assert_query(
        &asked,
        &json!({"status": "empty", "total": 0, "returned": 0, "complete": true, "calls": 1, "error": null}),
    );
    assert!(asked.query()["fetched_at"].is_string());
    ask(adapter, &[KEYWORD_WITHOUT_RECORDS, "--fail-empty"], 20);
    ask(adapter, &[KEYWORD_WITH_ONE_RECORD, "--fail-empty"], 0);
}

fn a_refusal_is_told_with_everything_that_is_known(adapter: &Adapter) {
    let keyword = format!("错误码:{}", adapter.exhausted);
    let asked = ask(adapter, &[&keyword], 7);
    assert_eq!(asked.calls, 1, "a refusal by quota is not repeated");
    assert_eq!(asked.document["records"], json!([]));
    assert_query(&asked, &json!({"status": "failed", "returned": 0, "complete": false, "calls": 1}));
    let error = asked.query()["error"].as_object().expect("an error");
    let keys: Vec<_> = error.keys().map(String::as_str).collect();
    assert_eq!(keys, ["kind", "code", "message", "http_status", "request_id", "charged", "hint"]);
    assert_eq!(
        (&error["kind"], &error["code"], &error["charged"]),
        (&json!("account"), &json!(adapter.exhausted), &json!("no"))
    );
    assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()));
    assert!(error["hint"].as_str().is_some_and(|hint| !hint.is_empty()));
    assert_eq!(error["http_status"], if adapter.name == "market" { 403 } else { 200 });
    assert!(asked.ran.stderr.contains(adapter.exhausted), "{}", asked.ran.stderr);
}

fn wrong_credentials_cost_one_call_and_exit_four(adapter: &Adapter) {
    let sandbox = sandbox();
    let (variable, code) = adapter.secret;
    let world = World::with_sandbox(&sandbox).with(variable, "entirely-wrong-secret-123");
    let ran = adapter.run(&world, &["行数:90", "-j", "8"]).exits_with(4);
    assert_eq!(sandbox.calls(adapter.name).requests, 1);
    let error = &ran.json()["queries"][0]["error"];
    assert_eq!(
        (&error["kind"], &error["code"], &error["charged"]),
        (&json!("credentials"), &json!(code), &json!("no"))
    );
    assert!(!format!("{}{}", ran.text(), ran.stderr).contains("entirely-wrong-secret-123"));
}

fn a_page_of_html_is_an_answer_that_cannot_be_understood(adapter: &Adapter) {
    let asked = ask(adapter, &["网页:200"], 10);
    assert_eq!(asked.calls, 1, "what may have been charged is not repeated");
    assert_query(&asked, &json!({"status": "failed", "complete": false}));
    assert_eq!(asked.query()["error"]["kind"], "answer");
    assert_ne!(asked.query()["error"]["charged"], "no");
    ask(adapter, &["网页:502", "--retries", "0"], 5);
}

fn a_page_size_over_the_cap_sends_nothing(adapter: &Adapter) {
    let sandbox = sandbox();
    let over = (adapter.cap + 1).to_string();
    let ran = adapter.run(&World::with_sandbox(&sandbox), &["行数:3", "--page-size", &over]).exits_with(2);
    assert_eq!(sandbox.calls(adapter.name).requests, 0);
    assert!(ran.stdout.is_empty());
    assert!(
        ran.stderr.contains("--page-size") && ran.stderr.contains(&adapter.cap.to_string()),
        "{}",
        ran.stderr
    );
}

fn the_page_size_is_the_one_asked_for(adapter: &Adapter) {
    let asked = ask(adapter, &["行数:9", "--page-size", "4"], 0);
    assert_eq!(asked.calls, 3);
    assert_query(&asked, &json!({"total": 9, "returned": 9, "complete": true, "calls": 3}));
    let asked = ask(adapter, &["行数:9", "--page-size", "4", "--limit", "7"], 0);
    assert_eq!(asked.calls, 2);
}

fn one_page_is_one_call(adapter: &Adapter) {
    let keyword = format!("行数:{}", adapter.cap * 2 + 1);
    let whole = ids(&ask(adapter, &[&keyword], 0).document, adapter);
    let cap = usize::try_from(adapter.cap).expect("a small number");
    for (page, rows) in [("1", 0..cap), ("2", cap..2 * cap), ("3", 2 * cap..2 * cap + 1)] {
        let asked = ask(adapter, &[&keyword, "--page", page, "-j", "8"], 0);
        assert_eq!(asked.calls, 1, "--page {page}");
        assert_eq!(ids(&asked.document, adapter), whole[rows]);
        assert_query(&asked, &json!({"status": "ok", "total": whole.len(), "complete": false}));
    }
    let limited = ask(adapter, &[&keyword, "--page", "2", "--limit", "3"], 0);
    assert_eq!(ids(&limited.document, adapter), whole[cap..cap + 3]);
}

fn a_page_behind_the_last_is_empty(adapter: &Adapter) {
    let asked = ask(adapter, &["行数:3", "--page", "9", "--fail-empty"], 0);
    assert_eq!(asked.calls, 1);
    assert_query(&asked, &json!({"status": "empty", "returned": 0, "complete": false}));
    assert_ne!(asked.query()["total"], 0);
    assert!(asked.ran.stderr.contains("other pages may have records"), "{}", asked.ran.stderr);
}

fn a_repeated_page_ends_it_and_is_not_complete(adapter: &Adapter) {
    let rows = adapter.cap * 5;
    let asked = ask(adapter, &[&format!("重复页:{rows}"), "-j", "8"], 0);
    assert_eq!(asked.calls, 2, "the second page shows that the vendor repeats itself");
    assert_query(&asked, &json!({"total": rows, "returned": adapter.cap, "complete": false}));
    assert!(asked.ran.stderr.contains("incomplete"), "{}", asked.ran.stderr);
}

fn a_vendor_that_stops_before_its_total_is_told(adapter: &Adapter) {
    let rows = adapter.cap * 4;
    let asked = ask(adapter, &[&format!("封顶:{rows}")], 0);
    let given = if adapter.name == "market" { 20 } else { adapter.cap * 2 };
    assert_eq!(asked.calls, given / adapter.cap + 1, "one empty page ends it");
    assert_query(&asked, &json!({"total": rows, "returned": given, "complete": false}));
    assert!(asked.ran.stderr.contains("incomplete"), "{}", asked.ran.stderr);
}

fn a_short_page_is_not_the_last(adapter: &Adapter) {
    let rows = adapter.cap * 2;
    let asked = ask(adapter, &[&format!("短页:{rows}"), "-j", "8"], 0);
    assert_eq!(asked.calls, 3, "each page is one row short");
    assert_query(&asked, &json!({"status": "ok", "total": rows, "returned": rows, "complete": true}));
}

fn many_pages_at_once_are_the_same_document(adapter: &'static Adapter) {
    let answered = |concurrency| {
        let meter = Meter::default();
        let vendor = {
            let meter = meter.clone();
            Vendor::start(move |request| {
                meter.wait(Duration::from_millis(15));
                json(adapter.answer(request, adapter.cap * 20))
            })
        };
        let world = World::with_vendor_at(&vendor.origin());
        let ran = adapter.run(&world, &["某公司", "-j", concurrency]).exits_with(0);
        assert_eq!(vendor.calls(), 20);
        (ran.json()["records"].clone(), meter.highest())
    };
    let ((at_once, highest), (one_by_one, _)) = (answered("8"), answered("1"));
    assert!((4..=8).contains(&highest), "{highest} at once");
    assert_eq!(at_once, one_by_one);
}

/// A vendor whose third page is a failure that cannot be repeated.
fn fails_on_page_three(adapter: &'static Adapter) -> Vendor {
    Vendor::start(move |request| {
        if adapter.page_of(request) == 3 {
            vec![Step::Reset]
        } else {
            json(adapter.answer(request, adapter.cap * 5))
        }
    })
}

fn a_failed_third_page_leaves_two_good_ones(adapter: &'static Adapter) {
    let vendor = fails_on_page_three(adapter);
    let world = World::with_vendor_at(&vendor.origin());
    let ran = adapter.run(&world, &["某公司", "--no-archive"]).exits_with(3);
    let document = ran.json();
    let rows = usize::try_from(adapter.cap * 2).expect("a small number");
    assert_eq!(ids(&document, adapter).len(), rows);
    let query = &document["queries"][0];
    assert_eq!(
        (&query["status"], &query["returned"], &query["total"], &query["complete"], &query["calls"]),
        (&json!("partial"), &json!(rows), &json!(adapter.cap * 5), &json!(false), &json!(3))
    );
    assert_eq!(
        (&query["error"]["kind"], &query["error"]["charged"]),
        (&json!("temporary"), &json!("unknown"))
    );
    assert_eq!(vendor.calls(), 3, "nothing unknown is repeated and no fourth page is bought");

    let csv = adapter.run(&world, &["某公司", "--no-archive", "-f", "csv"]).exits_with(3);
    let mut reader = csv::Reader::from_reader(csv.stdout.as_slice());
    assert_eq!(reader.records().flatten().count(), rows);

    adapter.run(&world, &["某公司", "--no-archive", "-o", "out.xlsx"]).exits_with(3);
    let (records, queries) = super::formats::sheets(&world.path("out.xlsx"));
    assert_eq!((records.len(), queries.len()), (rows + 1, 2));
}

fn a_vendor_without_a_total_is_asked_until_a_page_is_empty(adapter: &'static Adapter) {
    let rows = adapter.cap + 2;
    let vendor = Vendor::start(move |request| {
        let (page, size) = (adapter.page_of(request), adapter.size_of(request));
        let body =
            if (page - 1) * size < rows { adapter.answer(request, rows) } else { adapter.nothing.to_owned() };
        let mut body: Value = serde_json::from_str(&body).expect("our own JSON");
        for (container, name) in [("/result", "total"), ("/data/Paging", "TotalRecords")] {
            if let Some(container) = body.pointer_mut(container).and_then(Value::as_object_mut) {
                container.remove(name);
            }
        }
        json(body.to_string())
    });
    let ran = adapter.run(&World::with_vendor_at(&vendor.origin()), &["某公司"]).exits_with(0);
    assert_eq!(vendor.calls(), 3);
    let query = ran.json()["queries"][0].clone();
    assert_eq!(
        (&query["returned"], &query["total"], &query["complete"]),
        (&json!(rows), &Value::Null, &json!(false)),
        "complete only if the distinct records equal the total"
    );
    assert!(query["warning"].is_object(), "{query}");
    let limited = ["某公司", "--limit", "2", "--fresh"];
    let ran = adapter.run(&World::with_vendor_at(&vendor.origin()), &limited).exits_with(0);
    let query = ran.json()["queries"][0].clone();
    assert_eq!((&query["returned"], &query["complete"]), (&json!(2), &json!(false)), "the rest is unknown");
}

fn a_total_of_zero_with_an_empty_list_is_nothing_found(adapter: &'static Adapter) {
    let vendor = Vendor::start(move |_| json((adapter.page)(0..0, 0)));
    let ran = adapter.run(&World::with_vendor_at(&vendor.origin()), &["某公司"]).exits_with(0);
    let query = ran.json()["queries"][0].clone();
    assert_eq!(
        (&query["status"], &query["total"], &query["complete"]),
        (&json!("empty"), &json!(0), &json!(true))
    );
    assert_eq!(vendor.calls(), 1);
}

fn the_archive_answers_the_second_time(adapter: &Adapter) {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let keyword = format!("行数:{}", adapter.cap + 1);
    let first = adapter.run(&world, &[&keyword]).exits_with(0);
    let second = adapter.run(&world, &[&keyword]).exits_with(0);
    assert_eq!(sandbox.calls(adapter.name).requests, 2);
    assert_eq!(first.json()["records"], second.json()["records"]);
    let query = &second.json()["queries"][0];
    assert_eq!((&query["calls"], &query["archived_pages"]), (&json!(0), &json!(2)));
    assert_eq!(query["fetched_at"], first.json()["queries"][0]["fetched_at"]);
}

#[test]
fn a_gateway_that_is_down_is_asked_again_because_that_costs_nothing() {
    let vendor = Vendor::start(|request| {
        if request.number == 0 {
            answer("503 Service Unavailable", &["X-Ca-Error-Code: D503BB", "X-Ca-Request-Id: ABC-1"], "")
        } else {
            json((super::adapter::MARKET.page)(0..1, 1))
        }
    });
    let ran = World::with_vendor_at(&vendor.origin()).run(["dishonest", "某公司"]).exits_with(0);
    assert_eq!((vendor.calls(), &ran.json()["queries"][0]["calls"]), (2, &json!(2)));
}

/// Simple servers, those of many scripting languages among them, speak like this.
#[test]
fn old_and_chunked_and_unlabelled_http_is_understood() {
    let chunked = |body: &str| {
        let (head, tail) = body.split_at(body.char_indices().nth(40).expect("a longer body").0);
        let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
        format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}{}0\r\n\r\n",
            chunk(head),
            chunk(tail)
        )
    };
    for (name, form) in [
        ("1.0", (|body: &str| format!("HTTP/1.0 200 OK\r\nserver: x\r\n\r\n{body}")) as fn(&str) -> String),
        ("closing", |body| format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{body}")),
        ("html", |body| {
            format!(
                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            )
        }),
        ("chunked", chunked),
    ] {
        let adapter = &super::adapter::IHUYI;
        let vendor = Vendor::start(move |request| {
            let answer = form(&adapter.answer(request, 120));
            let mut steps = vec![Step::Send(answer.into_bytes())];
            if name == "1.0" || name == "closing" {
                steps.push(Step::Close);
            }
            steps
        });
        let ran = adapter.run(&World::with_vendor_at(&vendor.origin()), &["某公司"]).exits_with(0);
        assert_eq!(ran.json()["queries"][0]["returned"], 120, "{name}");
        assert_eq!(vendor.calls(), 3, "{name}");
    }
}
