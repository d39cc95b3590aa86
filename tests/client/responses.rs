//! Responses that bend the rules of HTTP are read as browsers read them.

use crate::harness::World;
use crate::harness::vendor::{Step, Vendor};

#[test]
fn folded_headers_and_spaces_before_the_colon_are_accepted() {
    let body = r#"{"code":0,"result":{"total":1,"items":[{"id":30778596,"iname":"甲公司"}]}}"#;
    for head in [
        "X-Trace: a\r\n b\r\n",
        "X-Trace: a\r\n\tb\r\nServer: x\r\n",
        "X-Trace : a\r\n",
        "X-Trace\t: a\r\n",
        "not a header\r\n",
    ] {
        let length = body.len();
        let response = format!("HTTP/1.1 200 OK\r\n{head}Content-Length: {length}\r\n\r\n{body}");
        let vendor = Vendor::start(move |_| vec![Step::Send(response.clone().into_bytes())]);
        let world = World::with_vendor_at(&vendor.origin());
        let ran = world.run(["dishonest", "甲公司", "-f", "json"]).exits_with(0);
        assert_eq!((&ran.json()["records"][0]["name"], vendor.calls()), (&"甲公司".into(), 1), "{head:?}");
    }
}

#[test]
fn an_answer_that_is_cut_off_is_told_in_chinese_however_its_length_is_given() {
    for rest in ["Content-Length: 9\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", "X-Trace: a"] {
        let response = format!("HTTP/1.1 200 OK\r\n{rest}").into_bytes();
        let vendor = Vendor::start(move |_| vec![Step::Send(response.clone()), Step::Close]);
        let ran = World::with_vendor_at(&vendor.origin()).run(["dishonest", "甲公司", "--lang", "zh"]);
        assert!(ran.exits_with(5).stderr.contains("服务器提前关闭了连接"), "{rest:?}");
    }
}
