//! What a call was charged: by the gateway's header if it is there, and never "free" for records without it.

use crate::harness::World;
use crate::harness::vendor::{Request, Vendor, answer};

/// A page with one of a hundred records.
fn page(request: &Request) -> String {
    let number = request.parameter("pageNum").unwrap_or_default();
    format!(r#"{{"code":0,"result":{{"total":100,"items":[{{"id":{number},"iname":"甲公司"}}]}}}}"#)
}

/// How the calls of a run over one page each are booked.
fn booked(status: &'static str, headers: &'static [&'static str], body: fn(&Request) -> String) -> String {
    let vendor = Vendor::start(move |request| answer(status, headers, body(request)));
    let world = World::with_vendor_at(&vendor.origin());
    world.run(["dishonest", "甲公司", "--page", "1", "--retries", "0"]);
    assert_eq!(vendor.calls(), 1);
    let usage = world.run(["usage", "-f", "json"]).exits_with(0).json();
    usage
        .pointer("/usage/0/charged")
        .or(usage.pointer("/0/charged"))
        .expect("one row")
        .as_str()
        .unwrap()
        .into()
}

#[test]
fn the_gateways_billing_result_decides() {
    const CHARGED: &[&str] = &["X-Ca-Market-Billing-Result: 1"];
    const FREE: &[&str] = &["x-ca-market-billing-result: 0"];
    let refused = |_: &Request| r#"{"code":1001,"desc":"查询失败"}"#.to_owned();
    assert_eq!(booked("200 OK", CHARGED, page), "yes");
    assert_eq!(booked("200 OK", FREE, page), "no");
    assert_eq!(booked("450 Refused", CHARGED, page), "yes");
    assert_eq!(booked("200 OK", CHARGED, refused), "yes");
    assert_eq!(booked("200 OK", FREE, refused), "no");
    assert_eq!(booked("200 OK", &["X-Ca-Market-Billing-Result: soon"], page), "yes");
}

#[test]
fn a_failure_that_was_charged_is_not_bought_again_by_itself() {
    for (status, body) in
        [("500 Internal Server Error", ""), ("200 OK", r#"{"code":1001,"desc":"查询失败"}"#)]
    {
        let vendor = Vendor::start(move |_| answer(status, &["X-Ca-Market-Billing-Result: 1"], body));
        let world = World::with_vendor_at(&vendor.origin());
        let ask = ["dishonest", "甲公司", "-f", "json"];
        assert_eq!(world.run(ask).json()["queries"][0]["error"]["charged"], "yes");
        let again = world.run(ask).exits_with(6);
        assert_eq!(again.json()["queries"][0]["error"]["kind"], "uncertain");
        assert_eq!(vendor.calls(), 1, "{status}");
        world.run(ask.iter().chain(&["--retry-uncertain"]));
        assert_eq!(vendor.calls(), 2, "{status}");
    }
}

#[test]
fn max_calls_bounds_records_under_any_status() {
    for status in ["200 OK", "206 Partial Content", "450 Refused"] {
        let vendor = Vendor::start(move |request| answer(status, &[], page(request)));
        let world = World::with_vendor_at(&vendor.origin());
        world.run(["dishonest", "甲公司", "--page-size", "1", "--max-calls", "3"]).exits_with(8);
        assert_eq!(vendor.calls(), 3, "{status}");
    }
    assert_eq!(booked("450 Refused", &[], page), "unknown");
}
