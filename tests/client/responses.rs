//! Responses that bend the rules of HTTP or gzip are read as browsers read them, and damaged ones are not.

use crate::harness::vendor::{Step, Vendor};
use crate::harness::{World, gzip};

const BODY: &str = r#"{"code":0,"result":{"total":1,"items":[{"id":30778596,"iname":"甲公司"}]}}"#;

/// The only record of a look-up at a vendor that sends this head and body.
fn name_of_record(head: &str, body: &[u8]) -> String {
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\n{head}Content-Length: {length}\r\n\r\n");
    let response = [head.as_bytes(), body].concat();
    let vendor = Vendor::start(move |_| vec![Step::Send(response.clone())]);
    let world = World::with_vendor_at(&vendor.origin());
    let ran = world.run(["dishonest", "甲公司", "-f", "json"]).exits_with(0);
    assert_eq!(vendor.calls(), 1);
    ran.json()["records"][0]["name"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn bytes_behind_a_gzip_stream_are_ignored() {
    for rest in ["", "\0", "\0\0\0\0\0\0\0\0", "\n", "\r\n"] {
        let body = [gzip(BODY.as_bytes()), rest.into()].concat();
        assert_eq!(name_of_record("Content-Encoding: gzip\r\n", &body), "甲公司", "{rest:?}");
    }
}

#[test]
fn folded_headers_and_spaces_before_the_colon_are_accepted() {
    for head in [
        "X-Trace: a\r\n b\r\n",
        "X-Trace: a\r\n\tb\r\nServer: x\r\n",
        "X-Trace : a\r\n",
        "X-Trace\t: a\r\n",
        "not a header\r\n",
    ] {
        assert_eq!(name_of_record(head, BODY.as_bytes()), "甲公司", "{head:?}");
    }
}
