//! Proxies: given, configured and from the environment; for http and https endpoints; with and without passwords.

use super::certificates::{Authority, NOTHING_FOUND, parameters};
use super::proxy_server::{Kind, Proxy};
use crate::harness::World;
use crate::harness::vendor::{Vendor, json, refusing};

const ASK: [&str; 9] =
    ["copyright", "--provider", "shuidi", "某公司", "-f", "json", "--retries", "0", "--no-archive"];

/// Vendors with and without TLS under the name `vendor.example`, which only a proxy can reach.
struct Vendors {
    plain: Vendor,
    behind_tls: Vendor,
    authority: Authority,
}

impl Vendors {
    fn new() -> Self {
        let authority = Authority::new();
        let tls = authority.server(&parameters(&["vendor.example", "localhost"]));
        Self {
            plain: Vendor::start(|_| json(NOTHING_FOUND)),
            behind_tls: Vendor::start_tls(tls, |_| json(NOTHING_FOUND)),
            authority,
        }
    }

    /// The two, each with the address that leads to it through a proxy.
    fn both(&self, host: &str) -> [(&Vendor, String); 2] {
        [
            (&self.plain, format!("http://{host}:{}", self.plain.port())),
            (&self.behind_tls, format!("https://{host}:{}", self.behind_tls.port())),
        ]
    }

    fn world(&self, origin: &str) -> World {
        let world = World::with_vendor_at(origin);
        let file = world.write("company-ca.pem", self.authority.pem());
        world.with("HECHA_NETWORK_CA_CERT", file.to_str().unwrap())
    }
}

/// The credential of an `http://` endpoint on this computer stays on it, whatever the proxy's scheme.
#[test]
fn a_proxy_of_this_computer_forwards_to_this_computer() {
    let vendor = Vendor::start(|_| json(r#"{"code":2}"#));
    for kind in [Kind::Http, Kind::Socks5] {
        let proxy = Proxy::start(kind, true);
        for host in ["127.0.0.1", "localhost"] {
            let world = World::with_vendor_at(&format!("http://{host}:{}", vendor.port()));
            let world = world.with("HECHA_NETWORK_PROXY", proxy.address_with_password());
            world.run(["dishonest", "某公司", "--retries", "0"]).exits_with(0);
        }
        assert_eq!(proxy.seen().len(), 2, "{kind:?}");
    }
    assert_eq!(vendor.calls(), 4);
}

#[test]
fn both_kinds_of_proxy_forward_to_both_kinds_of_endpoint() {
    let vendors = Vendors::new();
    for kind in [Kind::Http, Kind::Socks5] {
        let open = Proxy::start(kind, false);
        let closed = Proxy::start(kind, true);
        for (vendor, origin) in vendors.both("vendor.example") {
            let before = vendor.calls();
            let by_flag = vendors.world(&origin).run(ASK.iter().copied().chain(["--proxy", &open.address()]));
            assert_eq!(by_flag.exits_with(0).json()["queries"][0]["status"], "empty");
            vendors.world(&origin).with("HECHA_NETWORK_PROXY", open.address()).run(ASK).exits_with(0);
            let with_password =
                vendors.world(&origin).with("HECHA_NETWORK_PROXY", closed.address_with_password());
            with_password.run(ASK).exits_with(0);
            assert_eq!(vendor.calls() - before, 3, "{kind:?} {origin}");
            let header =
                vendor.requests().iter().any(|request| request.header("proxy-authorization").is_some());
            assert!(!header, "the proxy's password stays with the proxy");
        }
        let host = "vendor.example:";
        assert!(
            open.seen().len() == 4 && open.seen().iter().all(|seen| seen.contains(host)),
            "{:?}",
            open.seen()
        );
        assert!(
            closed.seen().len() == 2 && closed.seen().iter().all(|seen| seen.contains(host)),
            "{:?}",
            closed.seen()
        );
    }
}

#[test]
fn a_proxy_that_wants_another_password_is_a_matter_of_the_configuration_and_costs_nothing() {
    let vendors = Vendors::new();
    for kind in [Kind::Http, Kind::Socks5] {
        let proxy = Proxy::start(kind, true);
        for (vendor, origin) in vendors.both("vendor.example") {
            for address in [proxy.address(), proxy.address_with("user:wrong@")] {
                let world = vendors.world(&origin).with("HECHA_NETWORK_PROXY", address);
                let before = proxy.seen().len();
                let mut arguments = ASK.to_vec();
                arguments[7] = "2";
                let ran = world.run(arguments).exits_with(4);
                let error = &ran.json()["queries"][0]["error"];
                assert_eq!(
                    (&error["kind"], &error["charged"]),
                    (&"configuration".into(), &"no".into()),
                    "{error}"
                );
                assert_eq!(proxy.seen().len() - before, 1, "{kind:?} {origin}: asked once");
            }
            assert_eq!(vendor.calls(), 0);
        }
    }
}

#[test]
fn proxies_of_the_environment_apply_to_the_world_and_not_to_this_computer() {
    let vendors = Vendors::new();
    for kind in [Kind::Http, Kind::Socks5] {
        let proxy = Proxy::start(kind, false);
        for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            let (vendor, origin) = &vendors.both("vendor.example")[1];
            let (before, through) = (vendor.calls(), proxy.seen().len());
            vendors.world(origin).with(variable, proxy.address()).run(ASK).exits_with(0);
            assert_eq!((vendor.calls() - before, proxy.seen().len() - through), (1, 1), "{variable}");
        }
        let (vendor, origin) = &vendors.both("vendor.example")[0];
        let (before, through) = (vendor.calls(), proxy.seen().len());
        vendors.world(origin).with("http_proxy", proxy.address()).run(ASK).exits_with(0);
        assert_eq!((vendor.calls() - before, proxy.seen().len() - through), (1, 1), "http_proxy");

        let through = proxy.seen().len();
        for (vendor, origin) in vendors.both("localhost") {
            let before = vendor.calls();
            let mut world = vendors.world(&origin);
            for variable in
                ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
            {
                world = world.with(variable, proxy.address());
            }
            world.run(ASK).exits_with(0);
            assert_eq!(vendor.calls() - before, 1, "{origin}");
        }
        assert_eq!(proxy.seen().len(), through, "loopback goes directly");
    }
}

#[test]
fn an_endpoint_on_this_computer_is_asked_directly_also_beside_one_elsewhere() {
    let vendors = Vendors::new();
    let proxy = Proxy::start(Kind::Http, false);
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        let here = format!("http://{host}:{}/entcopy", vendors.plain.port());
        let world = vendors.world(&format!("http://vendor.example:{}", vendors.plain.port()));
        let world = world.with("HECHA_IHUYI_ENDPOINT", here).with("http_proxy", proxy.address());
        world.run(ASK.map(|word| if word == "shuidi" { "all" } else { word }));
    }
    let seen = proxy.seen();
    assert!(seen.len() == 3 && seen.iter().all(|seen| seen.contains("vendor.example")), "{seen:?}");
}

#[test]
fn no_proxy_of_the_environment_is_respected() {
    let vendors = Vendors::new();
    let proxy = Proxy::start(Kind::Http, false);
    let world = vendors.world("https://vendor.invalid").with("HTTPS_PROXY", proxy.address());
    world.with("NO_PROXY", "vendor.invalid").run(ASK).exits_with(5);
    assert_eq!(proxy.seen(), Vec::<String>::new());
}

#[test]
fn a_given_proxy_goes_before_the_environment_and_serves_loopback_too() {
    let vendors = Vendors::new();
    let (given, environment) = (Proxy::start(Kind::Http, false), Proxy::start(Kind::Http, false));
    for (vendor, origin) in vendors.both("localhost") {
        let world = vendors.world(&origin).with("ALL_PROXY", environment.address());
        world.run(ASK.iter().copied().chain(["--proxy", &given.address()])).exits_with(0);
        assert_eq!(vendor.calls(), 1);
    }
    assert_eq!((given.seen().len(), environment.seen().len()), (2, 0));
}

#[test]
fn the_certificate_is_the_vendors_also_through_a_proxy() {
    let vendors = Vendors::new();
    for kind in [Kind::Http, Kind::Socks5] {
        let proxy = Proxy::start(kind, false);
        let origin = format!("https://other.example:{}", vendors.behind_tls.port());
        let ran = vendors.world(&origin).with("HECHA_NETWORK_PROXY", proxy.address()).run(ASK).exits_with(4);
        assert!(ran.stderr.contains("certificate"), "{}", ran.stderr);
    }
    assert_eq!(vendors.behind_tls.calls(), 0);
}

#[test]
fn a_proxy_that_is_not_there_is_temporary_and_costs_nothing() {
    let (_socket, address) = refusing();
    for scheme in ["http", "socks5", "socks5h"] {
        for origin in ["https://127.0.0.1:9", "http://127.0.0.1:9"] {
            let world =
                World::with_vendor_at(origin).with("HECHA_NETWORK_PROXY", format!("{scheme}://{address}"));
            let ran = world.run(ASK).exits_with(5);
            let query = &ran.json()["queries"][0];
            assert_eq!(
                (&query["error"]["charged"], &query["calls"]),
                (&"no".into(), &0.into()),
                "{scheme}: {query}"
            );
        }
    }
}

#[test]
fn what_is_no_proxy_is_refused_before_anything_is_sent() {
    for address in ["ftp://127.0.0.1:1", "127.0.0.1", "http://", "socks9://127.0.0.1:1"] {
        let world = World::with_vendor_at("http://127.0.0.1:9");
        let by_flag = world.run(ASK.iter().copied().chain(["--proxy", address]));
        assert_eq!(by_flag.code, Some(2), "{address}: {}", by_flag.stderr);
        let by_setting = world.with("HECHA_NETWORK_PROXY", address).run(ASK);
        assert_eq!(by_setting.code, Some(4), "{address}: {}", by_setting.stderr);
    }
}

#[test]
fn a_proxy_variable_that_cannot_be_used_is_an_error_and_nothing_is_sent() {
    let vendors = Vendors::new();
    let (vendor, origin) = &vendors.both("localhost.localdomain")[1];
    for name in ["https_proxy", "ALL_PROXY"] {
        let world = vendors.world(origin).with(name, "socks://proxy:1080");
        for arguments in [&ASK[..], &["config", "check"]] {
            let ran = world.run(arguments).exits_with(4);
            assert!(format!("{}{}", ran.text(), ran.stderr).contains(name), "{}", ran.stderr);
        }
    }
    assert_eq!(vendor.calls(), 0);
}

#[test]
fn no_proxy_with_an_asterisk_covers_ip_addresses() {
    let vendors = Vendors::new();
    let (vendor, _) = &vendors.both("127.0.0.1")[0];
    let proxy = Proxy::start(Kind::Http, false);
    let origin = format!("http://127.0.0.2:{}", vendor.port());
    let world = vendors.world(&origin).with("HTTP_PROXY", proxy.address()).with("NO_PROXY", "*");
    world.run(ASK);
    assert_eq!(proxy.seen().len(), 0);
}
