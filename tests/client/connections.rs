//! Connections are kept and reused, none is followed elsewhere, and packed answers are read.

use crate::harness::World;
use crate::harness::vendor::{Request, Step, Vendor, answer, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Page `pageNum` of three, with one record each.
fn page(request: &Request) -> String {
    let number = request.parameter("pageNum").expect("a page");
    format!(r#"{{"code":0,"result":{{"total":3,"items":[{{"id":{number},"iname":"某公司"}}]}}}}"#)
}

const ASK: [&str; 8] = ["dishonest", "某公司", "-f", "json", "--page-size", "1", "--retries", "0"];

#[test]
fn one_connection_serves_one_request_after_the_other() {
    let vendor = Vendor::start(|request| json(page(request)));
    let ran =
        World::with_vendor_at(&vendor.origin()).run(ASK.iter().copied().chain(["-j", "1"])).exits_with(0);
    assert_eq!(ran.json()["records"].as_array().map(Vec::len), Some(3));
    assert_eq!((vendor.calls(), vendor.connections()), (3, 1));
}

#[test]
fn a_server_that_closes_after_each_answer_gets_a_new_connection_and_no_request_twice() {
    for announced in [true, false] {
        let vendor = Vendor::start(move |request| {
            let headers: &[&str] = if announced { &["Connection: close"] } else { &[] };
            let mut steps = answer("200 OK", headers, page(request));
            steps.push(Step::Close);
            steps
        });
        let world = World::with_vendor_at(&vendor.origin());
        let ran = world.run(ASK.iter().copied().chain(["-j", "1", "--rate", "4/s"])).exits_with(0);
        assert_eq!(ran.json()["records"].as_array().map(Vec::len), Some(3));
        assert_eq!((vendor.calls(), vendor.connections()), (3, 3), "announced: {announced}");
    }
}

/// A world that asks this vendor, with so many names in `names.txt`.
fn with_names(vendor: &Vendor, count: u32) -> World {
    let world = World::with_vendor_at(&vendor.origin());
    let names: String = (0..count).map(|number| format!("第{number}家公司\n")).collect();
    world.write("names.txt", names);
    world
}

/// How many of 200 companies, eight at a time, are lost to a vendor that closes each connection without a word, so long
/// after the answer that has this number on it.
fn lost_to_a_vendor_that_closes(after: usize, pause: Duration) -> usize {
    let vendor = Vendor::start(move |request| {
        let mut steps = json(page(request));
        if request.number_on_connection == after {
            steps.extend([Step::Wait(pause), Step::Close]);
        }
        steps
    });
    let world = with_names(&vendor, 200);
    let ran = world.run([
        "dishonest",
        "-i",
        "names.txt",
        "-f",
        "json",
        "--page",
        "1",
        "-j",
        "8",
        "--max-calls",
        "300",
    ]);
    let document = ran.json();
    let queries = document["queries"].as_array().expect("queries");
    let with = |status: &str| queries.iter().filter(|query| query["status"] == status).count();
    assert_eq!(with("ok") + with("failed"), 200);
    assert!(vendor.calls() <= 200);
    with("failed")
}

#[test]
fn a_server_that_closes_without_a_word_costs_one_call_at_most() {
    for pause in [Duration::ZERO, Duration::from_millis(1), Duration::from_millis(20)] {
        for answers in [1, 2, 4, 9] {
            let lost = lost_to_a_vendor_that_closes(answers - 1, pause);
            assert!(lost <= 1, "{lost} calls after {answers} answers and {pause:?}");
        }
    }
}

#[test]
fn a_slow_answer_on_a_connection_that_is_used_again_costs_no_other_call() {
    let was_slow = AtomicBool::new(false);
    let vendor = Vendor::start_with_workers(4, move |request| {
        let is_slow = request.number_on_connection == 1 && !was_slow.swap(true, Ordering::Relaxed);
        let pause = Duration::from_millis(if is_slow { 1200 } else { 20 });
        [vec![Step::Wait(pause)], json(page(request))].concat()
    });
    let world = with_names(&vendor, 40).with("HECHA_NETWORK_TIMEOUT", "2s");
    world.run(["dishonest", "-i", "names.txt", "--page", "1", "-j", "4"]).exits_with(0);
    assert_eq!(vendor.calls(), 40);
}

#[test]
fn an_answer_that_ends_with_its_connection_says_nothing_of_the_next() {
    let vendor = Vendor::start(|request| {
        if request.number > 0 {
            return json(page(request));
        }
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";
        vec![Step::Send([head, &page(request)].concat().into()), Step::Close]
    });
    let world = with_names(&vendor, 20);
    world.run(["dishonest", "-i", "names.txt", "--page", "1", "-j", "1"]).exits_with(0);
    assert_eq!((vendor.calls(), vendor.connections()), (20, 2));
}

#[test]
fn the_request_says_what_it_takes_and_who_it_is() {
    let vendor = Vendor::start(|request| json(page(request)));
    World::with_vendor_at(&vendor.origin()).run(ASK).exits_with(0);
    let request = &vendor.requests()[0];
    assert_eq!(request.header("accept-encoding"), Some("gzip"));
    assert!(request.header("user-agent").is_some_and(|agent| agent.starts_with("hecha/")));
    assert_eq!(request.header("referer"), None);
    assert_eq!(request.header("cookie"), None);
}

#[test]
fn a_cookie_that_a_vendor_sets_is_not_sent_back() {
    let vendor = Vendor::start(|request| answer("200 OK", &["Set-Cookie: id=1"], page(request)));
    World::with_vendor_at(&vendor.origin()).run(ASK).exits_with(0);
    assert!(vendor.requests().iter().all(|request| request.header("cookie").is_none()));
    assert_eq!(vendor.calls(), 3);
}
