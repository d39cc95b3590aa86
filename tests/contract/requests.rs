//! The requests as they arrive on the socket: method, header, and each parameter present or absent. Signatures are computed
//! here from the documents' formulas, not by hecha and not by the sandbox.

use super::adapter::{IHUYI, MARKET, SHUIDI};
use crate::harness::World;
use crate::harness::vendor::{Request, Vendor, answer, json};
use hecha::sandbox::{IHUYI_ACCOUNT, IHUYI_API_KEY, MARKET_APPCODE, SHUIDI_PKEY, SHUIDI_PNAME};
use md5::{Digest, Md5};
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

fn md5(text: &str) -> String {
    format!("{:032x}", u128::from_be_bytes(Md5::digest(text).into()))
}

#[test]
fn the_digest_of_these_tests_is_that_of_the_notes() {
    assert_eq!(md5("demo_key_1700000000000_demo_key"), "bcdbc95da2790727113aa83db467f287");
}

fn now_in_milliseconds() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis()
}

/// All parameters of a request, from the address and from the form; none may come twice.
fn parameters(request: &Request) -> BTreeMap<String, String> {
    let target = request.line.split(' ').nth(1).expect("a target");
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let mut all = BTreeMap::new();
    for part in [query, &request.body] {
        for (name, value) in url::form_urlencoded::parse(part.as_bytes()) {
            assert!(all.insert(name.to_string(), value.into_owned()).is_none(), "{name} twice");
        }
    }
    all
}

fn names(request: &Request) -> Vec<String> {
    parameters(request).into_keys().collect()
}

fn empty_vendor() -> Vendor {
    Vendor::start(|request| {
        let adapter = if request.line.contains("/market") {
            &MARKET
        } else if request.line.contains("/ihuyi") {
            &IHUYI
        } else {
            &SHUIDI
        };
        json(adapter.nothing)
    })
}

fn only_request(world: &World, vendor: &Vendor, arguments: &[&str]) -> Request {
    world.run(arguments).exits_with(0);
    let requests = vendor.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    requests[0].clone()
}

fn first_request(arguments: &[&str], variables: &[(&str, &str)]) -> Request {
    let vendor = empty_vendor();
    let world = World::with_vendor_at(&vendor.origin());
    let world = variables.iter().fold(world, |world, (name, value)| world.with(name, *value));
    only_request(&world, &vendor, arguments)
}

#[test]
fn the_market_is_asked_with_get_one_space_and_the_documented_parameters() {
    let request = first_request(&["dishonest", "一汽—大众（集团）有限公司"], &[]);
    assert!(request.line.starts_with("GET /market?"), "{}", request.line);
    assert!(request.line.ends_with(" HTTP/1.1"));
    assert_eq!(request.header("authorization"), Some(format!("APPCODE {MARKET_APPCODE}").as_str()));
    assert_eq!(request.body, "");
    let parameters = parameters(&request);
    let expected = [("keyword", "一汽—大众（集团）有限公司"), ("pageNum", "1"), ("pageSize", "20")];
    assert_eq!(parameters, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    assert!(!request.line.contains(MARKET_APPCODE));
}

#[test]
fn another_market_has_its_own_header_and_no_scheme() {
    let file = "[market]\nauth_header = \"X-Apig-AppCode\"\nauth_scheme = \"\"\n";
    let vendor = empty_vendor();
    let world = World::with_vendor_at(&vendor.origin());
    let path = world.write("hecha.toml", file);
    let world = world.with("HECHA_CONFIG", path.display().to_string());
    let request = only_request(&world, &vendor, &["dishonest", "某公司"]);
    assert_eq!(request.header("x-apig-appcode"), Some(MARKET_APPCODE));
    assert_eq!(request.header("authorization"), None);
}

#[test]
fn a_keyword_goes_out_as_given_but_for_outer_white_space_and_invisible_marks() {
    for (given, sent) in [
        ("  某公司\t", "某公司"),
        ("\u{feff}\u{200b}某公司\u{200b}", "某公司"),
        ("\u{3000}某 公司\u{a0}", "某 公司"),
        ("《语文报》社", "《语文报》社"),
        ("A&B 100% + co=1?", "A&B 100% + co=1?"),
    ] {
        let request = first_request(&["dishonest", "--suspicious", "send", given], &[]);
        assert_eq!(request.parameter("keyword").as_deref(), Some(sent));
        let target = request.line.split(' ').nth(1).expect("a target");
        assert!(!target.contains('+'), "a plus is a space to some servers and a plus to others: {target}");
    }
}

#[test]
fn ihuyi_is_asked_with_post_and_a_dynamic_password_by_default() {
    let request = first_request(&["copyright", "--provider", "ihuyi", "上海某有限公司"], &[]);
    assert_eq!(request.line, "POST /ihuyi HTTP/1.1");
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(names(&request), ["account", "ent_name", "page_index", "page_size", "password", "time"]);
    let parameters = parameters(&request);
    assert_eq!(
        (parameters["account"].as_str(), parameters["page_index"].as_str(), parameters["page_size"].as_str()),
        (IHUYI_ACCOUNT, "1", "50")
    );
    let time = &parameters["time"];
    assert_eq!(time.len(), 10);
    let age = now_in_milliseconds() / 1000 - time.parse::<u128>().expect("seconds");
    assert!(age < 60, "stamped {age} s ago");
    assert_eq!(
        parameters["password"],
        md5(&format!("{IHUYI_ACCOUNT}{IHUYI_API_KEY}entcopy上海某有限公司{time}"))
    );
    assert!(!format!("{request:?}").contains(IHUYI_API_KEY), "the key itself never travels");
}

#[test]
fn ihuyi_is_asked_for_exactly_one_of_its_four_ways_and_signed_by_name_and_code_alone() {
    let four = ["ent_name", "ent_code", "organization_code", "reg_no"];
    for (keyword, by, parameter, sent) in [
        ("某公司", None, "ent_name", "某公司"),
        ("91350100M000100Y43", None, "ent_code", "91350100M000100Y43"),
        ("59467239-9", None, "organization_code", "59467239-9"),
        ("110108000000016", None, "reg_no", "110108000000016"),
        ("110108000000017", Some("reg-no"), "reg_no", "110108000000017"),
        ("91350100M000100Y43", Some("name"), "ent_name", "91350100M000100Y43"),
    ] {
        let mut arguments = vec!["copyright", "--provider", "ihuyi", "--suspicious", "send", keyword];
        arguments.extend(by.into_iter().flat_map(|by| ["--by", by]));
        let request = first_request(&arguments, &[]);
        let parameters = parameters(&request);
        let present: Vec<_> = four.into_iter().filter(|name| parameters.contains_key(*name)).collect();
        assert_eq!(present, [parameter], "{keyword}");
        assert_eq!(parameters[parameter], sent);
        let signed = if parameter == "ent_name" || parameter == "ent_code" { sent } else { "" };
        let time = &parameters["time"];
        assert_eq!(
            parameters["password"],
            md5(&format!("{IHUYI_ACCOUNT}{IHUYI_API_KEY}entcopy{signed}{time}")),
            "{keyword}"
        );
    }
}

#[test]
fn a_static_password_is_the_key_and_comes_without_a_time() {
    let vendor = empty_vendor();
    let world = World::with_vendor_at(&vendor.origin());
    let path = world.write("c.toml", "[ihuyi]\npassword = \"static\"\nmethod = \"get\"\n");
    let world = world.with("HECHA_CONFIG", path.display().to_string());
    let request = only_request(&world, &vendor, &["copyright", "--provider", "ihuyi", "某公司"]);
    assert!(request.line.starts_with("GET /ihuyi?"), "{}", request.line);
    assert_eq!(request.body, "");
    assert_eq!(names(&request), ["account", "ent_name", "page_index", "page_size", "password"]);
    assert_eq!(request.parameter("password").as_deref(), Some(IHUYI_API_KEY));
}

#[test]
fn every_filter_of_ihuyi_has_its_parameter() {
    let request = first_request(
        &[
            "copyright",
            "--provider",
            "ihuyi",
            "某公司",
            "--type",
            "work",
            "--year",
            "2024",
            "--registration-number",
            "2017SR123456",
            "--title",
            "著作",
            "--owner",
            "张",
            "--page",
            "3",
            "--page-size",
            "7",
        ],
        &[],
    );
    let parameters = parameters(&request);
    for (name, value) in [
        ("copyright_type", "P"),
        ("year", "2024"),
        ("reg_num", "2017SR123456"),
        ("copyright_name", "著作"),
        ("owner", "张"),
        ("page_index", "3"),
        ("page_size", "7"),
    ] {
        assert_eq!(parameters.get(name).map(String::as_str), Some(value), "{name}");
    }
    let software = first_request(&["copyright", "--provider", "ihuyi", "某公司", "--type", "software"], &[]);
    assert_eq!(software.parameter("copyright_type").as_deref(), Some("S"));
}

#[test]
fn shuidi_is_asked_with_post_and_a_signature_of_key_and_time() {
    for (method, start) in [("post", "POST /shuidi HTTP/1.1"), ("get", "GET /shuidi?")] {
        let request = first_request(
            &["copyright", "--provider", "shuidi", "上海二三四五网络科技有限公司"],
            &[("HECHA_SHUIDI_METHOD", method)],
        );
        assert!(request.line.starts_with(start), "{}", request.line);
        assert_eq!(request.body.is_empty(), method == "get");
        let parameters = parameters(&request);
        let without_type: Vec<_> = parameters.keys().filter(|name| *name != "dtype").collect();
        assert_eq!(without_type, ["keyword", "pageIndex", "pageSize", "pname", "ptime", "vkey"]);
        assert!(parameters.get("dtype").is_none_or(|form| form == "json"));
        assert_eq!(
            (
                parameters["keyword"].as_str(),
                parameters["pageIndex"].as_str(),
                parameters["pageSize"].as_str()
            ),
            ("上海二三四五网络科技有限公司", "1", "10")
        );
        assert_eq!(parameters["pname"], SHUIDI_PNAME);
        let ptime = &parameters["ptime"];
        assert_eq!(ptime.len(), 13);
        assert!(now_in_milliseconds() - ptime.parse::<u128>().expect("milliseconds") < 60_000);
        assert_eq!(parameters["vkey"], md5(&format!("{SHUIDI_PKEY}_{ptime}_{SHUIDI_PKEY}")));
        assert!(!format!("{request:?}").contains(SHUIDI_PKEY), "the key itself never travels");
    }
}

#[test]
fn shuidi_is_asked_for_xml_where_that_is_configured() {
    let request =
        first_request(&["copyright", "--provider", "shuidi", "某公司"], &[("HECHA_SHUIDI_WIRE", "xml")]);
    assert_eq!(request.parameter("dtype").as_deref(), Some("xml"));
}

#[test]
fn a_retry_carries_a_fresh_stamp_and_its_own_signature() {
    for (arguments, time, signature) in
        [(SHUIDI.command, "ptime", "vkey"), (IHUYI.command, "time", "password")]
    {
        let vendor = Vendor::start(move |request| match request.number {
            // One second is the grain of ihuyi's stamp.
            0 => answer("429 Too Many Requests", &["Retry-After: 2"], ""),
            _ => json(if request.line.contains("/ihuyi") { IHUYI.nothing } else { SHUIDI.nothing }),
        });
        let world = World::with_vendor_at(&vendor.origin());
        let mut arguments = arguments.to_vec();
        arguments.push("某公司");
        world.run(arguments).exits_with(0);
        let requests = vendor.requests();
        assert_eq!(requests.len(), 2);
        let stamp =
            |index: usize| requests[index].parameter(time).expect("a stamp").parse::<u64>().expect("digits");
        assert!(stamp(1) > stamp(0), "{} then {}", stamp(0), stamp(1));
        assert_ne!(requests[0].parameter(signature), requests[1].parameter(signature));
        let again = parameters(&requests[1]);
        let expected = if time == "ptime" {
            md5(&format!("{SHUIDI_PKEY}_{}_{SHUIDI_PKEY}", again["ptime"]))
        } else {
            md5(&format!("{IHUYI_ACCOUNT}{IHUYI_API_KEY}entcopy某公司{}", again["time"]))
        };
        assert_eq!(again[signature], expected);
    }
}
