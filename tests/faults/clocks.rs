//! A computer whose clock is wrong: one free call more, and the rest of the run is signed by the vendor's clock.

use crate::harness::{World, sandbox_with};
use hecha::sandbox::SandboxOptions;
use jiff::SignedDuration;

const TWENTY_MINUTES: SignedDuration = SignedDuration::from_mins(20);

#[test]
fn a_wrong_clock_costs_one_free_call_and_a_warning() {
    for clock in [TWENTY_MINUTES, -TWENTY_MINUTES] {
        for provider in ["ihuyi", "shuidi"] {
            let sandbox = sandbox_with(SandboxOptions { clock_offset: clock, ..SandboxOptions::default() });
            let world = World::with_sandbox(&sandbox);
            let keywords = ["rows:1", "rows:2", "rows:3"];
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
            let asked = sandbox.calls();
            let asked = if provider == "ihuyi" { asked.of("ihuyi") } else { asked.of("shuidi") };
            assert_eq!((asked.requests, asked.charged), (4, 3), "{provider} {clock:?}");
            assert_eq!(ran.stderr.matches("this computer's clock").count(), 1, "{}", ran.stderr);
            assert!(ran.stderr.contains("20 minutes"), "{}", ran.stderr);
        }
    }
}

#[test]
fn each_vendor_is_corrected_once_also_if_many_calls_find_the_clock_wrong() {
    let ahead = SignedDuration::from_mins(11);
    for clock in [ahead, -ahead] {
        let sandbox = sandbox_with(SandboxOptions { clock_offset: clock, ..SandboxOptions::default() });
        let world = World::with_sandbox(&sandbox);
        let ask = ["copyright", "--provider", "all", "rows:1", "rows:2", "rows:3", "rows:4", "-j", "4"];
        let ran = world.run(ask).exits_with(0);
        assert_eq!(ran.stderr.matches("this computer's clock").count(), 2, "{}", ran.stderr);
        let calls = sandbox.calls();
        assert_eq!((calls.of("ihuyi").requests, calls.of("shuidi").requests), (5, 5), "{clock:?}");
    }
}

#[test]
fn the_dishonest_list_is_not_signed_by_time() {
    let clock = TWENTY_MINUTES;
    let sandbox = sandbox_with(SandboxOptions { clock_offset: clock, ..SandboxOptions::default() });
    let ran = World::with_sandbox(&sandbox).run(["dishonest", "rows:1", "-f", "json"]).exits_with(0);
    assert_eq!(
        (sandbox.calls().of("market").requests, ran.stderr.contains("clock")),
        (1, false),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_stamp_that_grew_old_on_the_way_is_made_anew_once_though_both_clocks_agree() {
    use crate::harness::vendor::{Vendor, answer};
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
    use crate::harness::vendor::{Vendor, answer};
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
