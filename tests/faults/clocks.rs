//! A computer whose clock is wrong: one free call more, and the rest of the run is signed by the vendor's clock.

use crate::harness::World;
use crate::harness::vendor::{Request, Vendor, answer};
use jiff::{SignedDuration, Timestamp};

const TWENTY_MINUTES: SignedDuration = SignedDuration::from_mins(20);

/// Vendors whose clock is ahead of this computer's, and that refuse stamps more than ten minutes off. Else they have
/// nothing.
fn vendors_with_clock(ahead: SignedDuration) -> Vendor {
    Vendor::start(move |request| {
        let now = Timestamp::now() + ahead;
        let stamp = request.parameter("ptime").or_else(|| request.parameter("time"));
        let is_wrong = stamp.is_some_and(|stamp| {
            let seconds: i64 = stamp[..10].parse().expect("a stamp");
            seconds.abs_diff(now.as_second()) > 600
        });
        let body = match (provider_of(request), is_wrong) {
            ("ihuyi", true) => r#"{"code":40501,"msg":"动态密码已过期"}"#,
            ("ihuyi", false) => r#"{"code":4201}"#,
            ("shuidi", true) => r#"{"statusCode":30001}"#,
            ("shuidi", false) => r#"{"statusCode":2}"#,
            _ => r#"{"code":2,"desc":"无数据"}"#,
        };
        answer("200 OK", &[&format!("Date: {}", httpdate::fmt_http_date(now.into()))], body)
    })
}

fn provider_of(request: &Request) -> &'static str {
    let is_asked = |name: &&&str| request.line.contains(&format!("/{name}"));
    ["ihuyi", "shuidi"].iter().find(is_asked).unwrap_or(&"market")
}

#[test]
fn a_wrong_clock_costs_one_free_call_and_a_warning() {
    for clock in [TWENTY_MINUTES, -TWENTY_MINUTES] {
        for provider in ["ihuyi", "shuidi"] {
            let vendor = vendors_with_clock(clock);
            let world = World::with_vendor_at(&vendor.origin());
            let keywords = ["甲公司", "乙公司", "丙公司"];
            let arguments =
                [&["copyright", "--provider", provider, "-f", "json", "-j", "4"][..], &keywords].concat();
            let ran = world.run(arguments).exits_with(0);
            let document = ran.json();
            let calls: Vec<_> = document["queries"]
                .as_array()
                .unwrap()
                .iter()
                .map(|query| query["calls"].as_u64().unwrap())
                .collect();
            assert_eq!(calls, [2, 1, 1], "{provider} {clock:?}: {}", ran.stderr);
            assert_eq!(vendor.calls(), 4, "{provider} {clock:?}");
            let usage = world.run(["usage", "--by", "charged", "-f", "json"]).exits_with(0).json();
            assert_eq!((&usage[0]["charged"], &usage[0]["calls"]), (&"no".into(), &1.into()), "{usage}");
            assert_eq!((&usage[1]["charged"], &usage[1]["calls"]), (&"yes".into(), &3.into()), "{usage}");
            assert_eq!(ran.stderr.matches("this computer's clock").count(), 1, "{}", ran.stderr);
            assert!(ran.stderr.contains("20 minutes"), "{}", ran.stderr);
        }
    }
}

#[test]
fn each_vendor_is_corrected_once_also_if_many_calls_find_the_clock_wrong() {
    let ahead = SignedDuration::from_mins(11);
    for clock in [ahead, -ahead] {
        let vendor = vendors_with_clock(clock);
        let world = World::with_vendor_at(&vendor.origin());
        let ask = ["copyright", "--provider", "all", "甲公司", "乙公司", "丙公司", "丁公司", "-j", "4"];
        let ran = world.run(ask).exits_with(0);
        assert_eq!(ran.stderr.matches("this computer's clock").count(), 2, "{}", ran.stderr);
        let requests = vendor.requests();
        let calls = |name| requests.iter().filter(|request| provider_of(request) == name).count();
        assert_eq!((calls("ihuyi"), calls("shuidi")), (5, 5), "{clock:?}");
    }
}

#[test]
fn the_dishonest_list_is_not_signed_by_time() {
    let vendor = vendors_with_clock(TWENTY_MINUTES);
    let ran =
        World::with_vendor_at(&vendor.origin()).run(["dishonest", "某公司", "-f", "json"]).exits_with(0);
    assert_eq!((vendor.calls(), ran.stderr.contains("clock")), (1, false), "{}", ran.stderr);
}

#[test]
fn a_stamp_that_grew_old_on_the_way_is_made_anew_once_though_both_clocks_agree() {
    for (provider, refusal, nothing) in [
        ("ihuyi", r#"{"code":40501,"msg":"动态密码已过期"}"#, r#"{"code":4201}"#),
        ("shuidi", r#"{"statusCode":30001}"#, r#"{"statusCode":2}"#),
    ] {
        let vendor = Vendor::start(move |request| {
            let date = httpdate::fmt_http_date(std::time::SystemTime::now());
            let body = if request.number == 0 { refusal } else { nothing };
            answer("200 OK", &[&format!("Date: {date}")], body)
        });
        let world = World::with_vendor_at(&vendor.origin());
        let ran = world.run(["copyright", "--provider", provider, "某公司", "-f", "json"]).exits_with(0);
        assert_eq!(vendor.calls(), 2, "{}", ran.stderr);
        assert!(!ran.stderr.contains("clock"), "{}", ran.stderr);
    }
}

#[test]
fn a_vendor_that_refuses_every_stamp_is_asked_twice_and_no_more() {
    for (provider, body) in
        [("ihuyi", r#"{"code":40501,"msg":"动态密码已过期"}"#), ("shuidi", r#"{"statusCode":30001}"#)]
    {
        let vendor = Vendor::start(move |_| answer("200 OK", &["Date: Sun, 06 Nov 1994 08:49:37 GMT"], body));
        let world = World::with_vendor_at(&vendor.origin());
        let ran = world.run(["copyright", "--provider", provider, "某公司", "-f", "json"]).exits_with(4);
        assert_eq!(vendor.calls(), 2, "{}", ran.stderr);
        let stamp = if provider == "ihuyi" { "time" } else { "ptime" };
        let stamps: Vec<_> =
            vendor.requests().iter().map(|request| request.parameter(stamp).unwrap()).collect();
        assert!(stamps[1].starts_with("7841"), "{stamps:?}");
    }
}
