//! `hecha config check` finds what is wrong, shows no secret and buys nothing.

use crate::harness::vendor::{Step, Vendor, answer, refusing};
use crate::harness::{Ran, World, sandbox};
use hecha::sandbox::{IHUYI_API_KEY, MARKET_APPCODE, SHUIDI_PKEY};
use jiff::{SignedDuration, Timestamp};

fn status(ran: &Ran, check: &str) -> String {
    let checks = ran.json()["checks"].clone();
    let found = checks.as_array().unwrap().iter().find(|found| found["check"] == check).cloned();
    found.unwrap_or_else(|| panic!("no check {check} in {checks:#}"))["status"].as_str().unwrap().to_owned()
}

#[test]
fn nothing_configured_is_missing() {
    let ran = World::new().run(["config", "check"]).exits_with(4);
    assert_eq!(ran.json()["ready"], false);
    for provider in ["market", "ihuyi", "shuidi"] {
        assert_eq!(status(&ran, provider), "missing");
    }
    assert!(ran.text().contains("HECHA_MARKET_ENDPOINT"));
}

#[test]
fn a_whole_configuration_is_ready_and_costs_nothing() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let ran = world.run(["config", "check", "-f", "json"]).exits_with(0);
    assert_eq!(ran.json()["ready"], true);
    assert_eq!(status(&ran, &format!("http://{}/", sandbox.address())), "ok");
    assert_eq!(status(&ran, "clock"), "ok");
    assert_eq!(
        (sandbox.calls("market").requests, sandbox.calls("ihuyi").requests, sandbox.calls("shuidi").requests),
        (0, 0, 0)
    );
    let table = world.run(["config", "check", "-f", "table", "--lang", "zh"]).exits_with(0);
    assert!(table.text().contains("状态") && table.text().contains("正常"), "{}", table.text());
}

#[test]
fn no_secret_is_shown_and_every_value_has_its_origin() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox).with("HECHA_NETWORK_TIMEOUT", "7s");
    for arguments in [&["config", "check"][..], &["config", "check", "-f", "table"], &["config", "show"]] {
        let ran = world.run(arguments).exits_with(0);
        for secret in [MARKET_APPCODE, IHUYI_API_KEY, SHUIDI_PKEY] {
            assert!(!ran.text().contains(secret) && !ran.stderr.contains(secret), "{arguments:?}");
        }
        assert!(ran.text().contains("HECHA_NETWORK_TIMEOUT") && ran.text().contains("7s"), "{arguments:?}");
    }
}

#[test]
fn half_a_provider_is_missing_and_an_untouched_one_is_not() {
    let sandbox = sandbox();
    let market = World::new()
        .with("HECHA_MARKET_ENDPOINT", sandbox.endpoint("market"))
        .with("HECHA_MARKET_APPCODE", MARKET_APPCODE);
    let ran = market.run(["config", "check"]).exits_with(0);
    assert_eq!((status(&ran, "market").as_str(), status(&ran, "ihuyi").as_str()), ("ok", "note"));
    let half = market.with("HECHA_IHUYI_ACCOUNT", "someone");
    let ran = half.run(["config", "check"]).exits_with(4);
    assert_eq!(status(&ran, "ihuyi"), "missing");
}

#[test]
fn the_host_is_asked_for_nothing_but_its_head() {
    let vendor = Vendor::start(|_| answer("404 Not Found", &["Date: Thu, 01 Jan 2026 00:00:00 GMT"], ""));
    let ran = World::with_vendor_at(&vendor.origin()).run(["config", "check"]).exits_with(0);
    assert_eq!(vendor.calls(), 1, "one host is looked at once");
    let request = &vendor.requests()[0];
    assert_eq!(request.line, "HEAD / HTTP/1.1");
    assert!(request.header("authorization").is_none() && request.body.is_empty());
    assert_eq!(status(&ran, "clock"), "warning");
}

#[test]
fn a_clock_that_is_wrong_is_told() {
    for (clock, side) in
        [(SignedDuration::from_mins(15), "behind"), (SignedDuration::from_mins(-15), "ahead")]
    {
        let vendor = Vendor::start(move |_| {
            let date = httpdate::fmt_http_date((Timestamp::now() + clock).into());
            answer("200 OK", &[&format!("Date: {date}")], "")
        });
        let ran = World::with_vendor_at(&vendor.origin()).run(["config", "check"]).exits_with(0);
        assert_eq!(status(&ran, "clock"), "warning");
        assert!(ran.text().contains(side), "{}", ran.text());
    }
}

#[test]
fn a_host_that_nobody_answers_for_is_a_temporary_failure() {
    let (_socket, closed) = refusing();
    let ran = World::with_vendor_at(&format!("http://{closed}")).run(["config", "check"]).exits_with(5);
    assert_eq!(status(&ran, &format!("http://{closed}/")), "failed");
}

#[test]
fn a_host_without_an_answer_has_charged_nothing() {
    for steps in [vec![Step::Send(b"garbage\r\n\r\n".to_vec()), Step::Close], vec![Step::Close]] {
        let vendor = Vendor::start(move |_| steps.clone());
        let ran = World::with_vendor_at(&vendor.origin()).run(["config", "check"]);
        assert_eq!(status(&ran, &format!("{}/", vendor.origin())), "failed");
        assert!(ran.text().contains("nothing was charged"), "{}", ran.text());
        assert!(!ran.text().contains("may have been charged"), "{}", ran.text());
    }
}

#[test]
fn a_host_that_speaks_no_tls_is_told() {
    let vendor = Vendor::start(|_| answer("200 OK", &[], ""));
    let world = World::new()
        .with("HECHA_MARKET_ENDPOINT", format!("https://127.0.0.1:{}/list", vendor.port()))
        .with("HECHA_MARKET_APPCODE", "abc");
    let ran = world.run(["config", "check"]).exits_with(5);
    assert_eq!(status(&ran, &format!("https://127.0.0.1:{}/", vendor.port())), "failed");
    assert_eq!(vendor.calls(), 0);
}

#[test]
fn a_misspelt_variable_is_answered_with_the_right_one() {
    for (misspelt, meant) in
        [("HECHA_MARKET_APPCDE", "HECHA_MARKET_APPCODE"), ("HECHA_MAX_CALLS", "HECHA_NETWORK_MAX_CALLS")]
    {
        let ran = World::new().with(misspelt, "topsecret").run(["config", "check"]).exits_with(4);
        assert_eq!(status(&ran, "configuration"), "warning");
        assert!(ran.text().contains(misspelt), "{}", ran.text());
        assert!(ran.text().contains(&format!("did you mean {meant}?")), "{}", ran.text());
        assert!(!ran.text().contains("topsecret"));
    }
}

#[test]
fn a_value_that_cannot_be_read_is_named() {
    let sandbox = sandbox();
    let ran = World::with_sandbox(&sandbox)
        .with("HECHA_NETWORK_TIMEOUT", "soon")
        .run(["config", "check"])
        .exits_with(4);
    assert!(ran.text().contains("HECHA_NETWORK_TIMEOUT") && ran.text().contains("'soon'"), "{}", ran.text());
}

#[test]
fn a_proxys_password_stays_hidden() {
    let world = World::new()
        .with("HTTPS_PROXY", "http://me:topsecret@127.0.0.1:9")
        .with("HECHA_MARKET_APPCODE", "abc");
    let ran = world
        .with("HECHA_MARKET_ENDPOINT", "https://market.invalid/list")
        .run(["config", "check"])
        .exits_with(5);
    assert!(ran.text().contains("http://***@127.0.0.1:9"), "{}", ran.text());
    assert!(!ran.text().contains("topsecret") && !ran.stderr.contains("topsecret"), "{}", ran.snapshot());
}

#[cfg(unix)]
#[test]
fn of_two_proxies_the_one_that_applies_is_shown() {
    let world = World::new()
        .with("HECHA_MARKET_APPCODE", "abc")
        .with("HECHA_MARKET_ENDPOINT", "https://market.invalid/list")
        .with("https_proxy", "http://127.0.0.1:8")
        .with("HTTPS_PROXY", "http://127.0.0.1:9");
    let ran = world.run(["config", "check"]).exits_with(5);
    assert!(ran.text().contains("http://127.0.0.1:9 (HTTPS_PROXY)"), "{}", ran.text());
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_worth_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let path = world.write("config.toml", "[market]\nappcode = \"abc\"\n");
    for mode in [0o644, 0o600] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let ran = world.run(["--config", "config.toml", "config", "check"]).exits_with(4);
        assert_eq!(status(&ran, "configuration file"), "ok");
        let is_warned = ran.text().contains("contains secrets, and other users can read it");
        assert_eq!(is_warned, mode == 0o644, "{}", ran.text());
        assert!(ran.text().contains(&format!("mode {mode:o}")), "{}", ran.text());
    }
}
