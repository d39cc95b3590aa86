//! What may have been charged without an answer: it is not bought again by itself, and the exit code says so.

use super::wait_until;
use crate::harness::vendor::{Request, Step, Vendor, answer, json};
use crate::harness::{Ran, World};
use std::process::Stdio;

const FOUND: &str = r#"{"code":0,"result":{"total":1,"items":[{"id":1,"iname":"某公司"}]}}"#;

/// A vendor that resets the connection of its first request for a keyword that contains `lost`.
fn vendor() -> Vendor {
    let is_lost = std::sync::atomic::AtomicBool::new(false);
    Vendor::start(move |request: &Request| {
        let keyword = request.parameter("keyword").unwrap_or_default();
        if keyword.contains("丢失") && !is_lost.swap(true, std::sync::atomic::Ordering::Relaxed) {
            return vec![Step::Reset];
        }
        if keyword.contains("繁忙") { answer("503 Service Unavailable", &[], "") } else { json(FOUND) }
    })
}

#[test]
fn a_later_run_repeats_it_only_if_told_to() {
    for option in ["--retry-uncertain", "--fresh"] {
        let vendor = vendor();
        let world = World::with_vendor_at(&vendor.origin());
        let ask = ["dishonest", "丢失公司", "-f", "json"];
        let first = world.run(ask).exits_with(5);
        assert!(first.stderr.contains("--retry-uncertain"), "{}", first.stderr);
        let second = world.run(ask).exits_with(6);
        let error = &second.json()["queries"][0]["error"];
        assert_eq!((&error["kind"], &error["charged"]), (&"uncertain".into(), &"no".into()));
        assert!(second.stderr.contains("--retry-uncertain"), "{}", second.stderr);
        assert_eq!(vendor.calls(), 1);
        world.run(ask.iter().chain(&[option])).exits_with(0);
        assert_eq!(vendor.calls(), 2, "{option}");
        world.run(ask).exits_with(0);
        assert_eq!(vendor.calls(), 2, "the answer is archived");
    }
}

#[test]
fn what_another_run_tried_meanwhile_is_not_repeated() {
    let (release, released) = std::sync::mpsc::channel::<()>();
    let released = std::sync::Mutex::new(released);
    let vendor = Vendor::start(move |request: &Request| {
        let keyword = request.parameter("keyword").unwrap_or_default();
        if keyword.contains("丢失") {
            return vec![Step::Reset];
        }
        released.lock().unwrap().recv().unwrap();
        json(FOUND)
    });
    let world = World::with_vendor_at(&vendor.origin());
    let ask = ["dishonest", "某公司", "丢失公司", "-j", "1", "--retry-uncertain"];
    let run = world.spawn(ask, Stdio::null());
    wait_until("the first request", || vendor.calls() == 1);
    world.run(["dishonest", "丢失公司"]).exits_with(5);
    release.send(()).unwrap();
    Ran::from(run.wait_with_output().unwrap()).exits_with(6);
    assert_eq!(vendor.calls(), 2, "the request that was lost meanwhile may have been charged");
    world.run(["dishonest", "丢失公司", "--retry-uncertain"]).exits_with(5);
    assert_eq!(vendor.calls(), 3);
}

#[test]
fn a_batch_ends_with_three_only_if_running_it_again_can_help() {
    let vendor = vendor();
    let world = World::with_vendor_at(&vendor.origin());
    let ask = ["dishonest", "甲公司", "丢失公司", "--retries", "0"];
    world.run(ask).exits_with(6);
    world.run(ask).exits_with(6);
    assert_eq!(vendor.calls(), 2);
    world.run(ask.iter().chain(&["繁忙公司"])).exits_with(3);
    world.run(ask.iter().chain(&["--retry-uncertain"])).exits_with(0);
    assert_eq!(vendor.calls(), 4);
}

#[test]
fn max_errors_ends_with_five_if_all_failures_were_temporary() {
    let vendor = vendor();
    let world = World::with_vendor_at(&vendor.origin());
    let busy = ["dishonest", "繁忙甲公司", "繁忙乙公司", "某公司", "--retries", "0", "--max-errors", "2"];
    let ran = world.run(busy).exits_with(5);
    assert!(ran.stderr.contains("--max-errors"), "{}", ran.stderr);
    assert_eq!(vendor.calls(), 2);

    let vendor = Vendor::start(|request| match request.number {
        0 => json(r#"{"code":1001,"desc":"参数错误"}"#),
        _ => answer("503 Service Unavailable", &[], ""),
    });
    World::with_vendor_at(&vendor.origin()).run(busy).exits_with(3);
    assert_eq!(vendor.calls(), 2);
}

#[test]
fn a_pending_answer_is_asked_for_again_until_a_call_may_have_been_charged() {
    const PENDING: &str = r#"{"statusCode":5,"statusMessage":"等待处理中","data":{},"orderNo":13}"#;
    let vendor = Vendor::start(|request| match request.number {
        0 => json(PENDING),
        _ => vec![Step::Reset],
    });
    let world = World::with_vendor_at(&vendor.origin());
    let ask = ["copyright", "某公司", "--provider", "shuidi", "--retries", "5"];
    world.run(ask).exits_with(5);
    assert_eq!(vendor.calls(), 2);
    world.run(ask).exits_with(6);
    assert_eq!(vendor.calls(), 2, "the second call is not repeated");
}

#[test]
fn the_hint_for_an_uncertain_failure_leads_out_of_it() {
    let vendor = Vendor::start(|_| answer("500 Internal Server Error", &[], "oops"));
    let world = World::with_vendor_at(&vendor.origin());
    let ask = ["copyright", "某公司", "--provider", "shuidi", "-f", "json"];
    for (option, code) in [(None, 5), (Some("--offline"), 9), (Some("--retry-uncertain"), 5)] {
        let ran = world.run(ask.iter().copied().chain(option)).exits_with(code);
        let hint = ran.json()["queries"][0]["error"]["hint"].to_string();
        assert!(hint.contains("--retry-uncertain"), "{option:?}: {hint}");
    }
    assert_eq!(vendor.calls(), 2);
}
