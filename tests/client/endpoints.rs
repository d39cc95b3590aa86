//! Where secrets may travel readably: nowhere but on this computer, and where the vendor's document says so.

use crate::harness::World;
use crate::harness::vendor::{Vendor, json};

const SECRET: &str = "appcode-of-the-market-0001";

fn world(endpoint: &str) -> World {
    World::new()
        .with("HECHA_MARKET_ENDPOINT", endpoint)
        .with("HECHA_MARKET_APPCODE", SECRET)
        .with("HECHA_IHUYI_ENDPOINT", endpoint)
        .with("HECHA_IHUYI_ACCOUNT", "anaccount")
        .with("HECHA_IHUYI_API_KEY", SECRET)
        .with("HECHA_SHUIDI_ENDPOINT", endpoint)
        .with("HECHA_SHUIDI_PNAME", "apname")
        .with("HECHA_SHUIDI_PKEY", SECRET)
}

#[test]
fn http_is_refused_with_a_secret_except_for_loopback_and_where_it_is_documented() {
    let proxy = Vendor::start(|_| json(r#"{"statusCode":2}"#));
    for endpoint in ["http://vendor.invalid/x", "http://127.0.0.1.vendor.invalid/x", "http://10.0.0.1/x"] {
        let world = world(endpoint).with("HECHA_NETWORK_PROXY", proxy.origin());
        for command in [&["dishonest", "某公司"][..], &["copyright", "--provider", "ihuyi", "某公司"]] {
            let ran = world.run(command).exits_with(4);
            assert!(ran.stderr.contains("http://"), "{}", ran.stderr);
        }
        assert_eq!(proxy.connections(), 0, "{endpoint}");
    }
    let documented = world("http://vendor.invalid/x").with("HECHA_NETWORK_PROXY", proxy.origin());
    documented.run(["copyright", "--provider", "shuidi", "某公司"]).exits_with(0);
    assert_eq!(proxy.calls(), 1);
    let request = &proxy.requests()[0];
    let sent = format!("{} {:?} {}", request.line, request.headers, request.body);
    assert!(!sent.contains(SECRET), "the key signs, and never travels: {sent}");
}

#[test]
fn a_proxy_elsewhere_does_not_get_a_credential_that_was_meant_for_loopback() {
    let vendor = Vendor::start(|_| json(r#"{"code":2}"#));
    let world = world(&format!("http://127.0.0.1:{}/x", vendor.port()));
    for command in [&["dishonest", "某公司"][..], &["copyright", "--provider", "ihuyi", "某公司"]] {
        let elsewhere = ["--proxy", "http://proxy.invalid:3128", "--timeout", "2s"];
        let ran = world.run(command.iter().chain(&elsewhere)).exits_with(4);
        assert!(ran.stderr.contains("a proxy elsewhere could read the credential"), "{}", ran.stderr);
    }
    assert_eq!(vendor.connections(), 0);
}

#[test]
fn loopback_is_reached_without_tls_by_every_name_of_it() {
    let vendor = Vendor::start(|_| json(r#"{"code":2}"#));
    for host in ["127.0.0.1", "localhost", "LOCALHOST"] {
        let ran =
            world(&format!("http://{host}:{}/x", vendor.port())).run(["dishonest", "某公司"]).exits_with(0);
        assert!(ran.stderr.is_empty() || !ran.stderr.contains("error"), "{}", ran.stderr);
    }
    assert_eq!(vendor.calls(), 3);
}
