//! What can go wrong between here and a vendor, and with every HTTP status: the same for the three APIs.

use super::expected::{
    ACCOUNT, AGAIN, CONFIGURATION, CREDENTIALS, Expected, INPUT, LATER, LOST, NO_TLS, NOT_HTTP, NOTHING,
    UNREADABLE, UNREADABLE_FREE, UNSENT,
};
use crate::harness::vendor::{Step, answer, json};
use flate2::Compression;
use flate2::write::GzEncoder;
use hecha::domain::request::ProviderId;
use hecha::provider::{ihuyi, market};
use std::io::Write;
use std::time::Duration;

/// Where the requests of a case go.
pub enum Place {
    /// A vendor that answers so.
    Vendor(Vec<Step>),
    /// A port without a listener.
    Refused,
    /// A host that cannot exist.
    NoSuchHost,
    /// A port that takes connections and says nothing, behind `https://`.
    SilentTls,
    /// A port without TLS that answers with these bytes, behind `https://`.
    PlainBehindTls(&'static [u8]),
    /// A vendor that redirects to another host, which must see no request.
    Redirect(&'static str),
}

/// One line of the matrix, for the three APIs.
pub struct WorldFault {
    /// What happens, for people.
    pub title: &'static str,
    /// Where, and what is answered to this provider.
    pub place: fn(ProviderId) -> Place,
    /// `--timeout`.
    pub timeout: &'static str,
    /// The longest that the run may take, in seconds.
    pub within: u64,
    /// What it must come to at market, ihuyi and shuidi.
    pub expected: [Expected; 3],
}

/// The answer "nothing found", which every part of the program takes for good.
pub fn nothing_found(provider: ProviderId) -> &'static str {
    match provider {
        market::ID => r#"{"code":2,"desc":"无数据"}"#,
        ihuyi::ID => r#"{"code":4201,"msg":"查询无结果","result":{}}"#,
        _ => r#"{"statusCode":2,"statusMessage":"查询无结果","data":null}"#,
    }
}

/// An answer of as many records as fit into the largest body.
fn records_without_end(provider: ProviderId) -> String {
    let records = format!("[{}{{}}]", "{},".repeat(10_000_000));
    match provider {
        market::ID => format!(r#"{{"code":0,"result":{{"total":9,"items":{records}}}}}"#),
        ihuyi::ID => format!(r#"{{"code":2,"result":{{"total":"9","lists":{records}}}}}"#),
        _ => {
            format!(r#"{{"statusCode":1,"data":{{"Paging":{{"TotalRecords":9}},"Items":{records}}}}}"#)
        }
    }
}

fn raw(bytes: impl Into<Vec<u8>>, end: Step) -> Place {
    Place::Vendor(vec![Step::Send(bytes.into()), end])
}

fn ok(headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 200 OK\r\n{headers}\r\n").into_bytes();
    bytes.extend_from_slice(body.as_ref());
    bytes
}

fn status(status: &str, headers: &[&str], body: &str) -> Place {
    Place::Vendor(answer(status, headers, body))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

const SILENCE: Step = Step::Wait(Duration::from_mins(1));
const HTML: &str = "<!DOCTYPE html>\n<html><head><title>502</title></head><body>Bad Gateway</body></html>";
const MEBIBYTE: usize = 1024 * 1024;

const fn fault(title: &'static str, place: fn(ProviderId) -> Place, expected: Expected) -> WorldFault {
    WorldFault { title, place, timeout: "30s", within: 30, expected: [expected; 3] }
}

/// A fault that is only ended by the time limit of one second.
const fn endless(title: &'static str, place: fn(ProviderId) -> Place, expected: Expected) -> WorldFault {
    WorldFault { timeout: "1s", within: 20, ..fault(title, place, expected) }
}

const fn each(title: &'static str, place: fn(ProviderId) -> Place, expected: [Expected; 3]) -> WorldFault {
    WorldFault { expected, ..fault(title, place, expected[0]) }
}

/// Faults of the network and of the answer's form.
pub static NETWORK: &[WorldFault] = &[
    fault("connection refused", |_| Place::Refused, UNSENT),
    fault("host name that does not exist", |_| Place::NoSuchHost, UNSENT),
    endless("silence in the TLS handshake", |_| Place::SilentTls, UNSENT),
    fault("reset before the headers", |_| Place::Vendor(vec![Step::Reset]), LOST),
    fault("closed before the headers", |_| Place::Vendor(vec![Step::Close]), LOST),
    fault(
        "reset after the headers",
        |_| {
            let head = ok("Content-Length: 500\r\n", "");
            Place::Vendor(vec![Step::Send(head), Step::Wait(Duration::from_millis(100)), Step::Reset])
        },
        LOST,
    ),
    fault("body cut off", |_| raw(ok("Content-Length: 500\r\n", r#"{"code":"#), Step::Close), LOST),
    endless(
        "body that drips, a byte every 50 ms",
        |_| {
            let mut steps = vec![Step::Send(ok("Content-Length: 4000\r\n", ""))];
            for _ in 0..1200 {
                steps.extend([Step::Send(b" ".to_vec()), Step::Wait(Duration::from_millis(50))]);
            }
            Place::Vendor(steps)
        },
        LOST,
    ),
    endless("silence", |_| Place::Vendor(vec![SILENCE]), LOST),
    endless("silence after the headers", |_| raw(ok("Content-Length: 9\r\n", ""), SILENCE), LOST),
    fault("bytes that are not HTTP", |_| raw("SSH-2.0-OpenSSH_9.6\r\n", Step::Close), NOT_HTTP),
    fault("HTTP/0.9: only a body", |provider| raw(nothing_found(provider), Step::Close), NOT_HTTP),
    fault("the first frame of HTTP/2", |_| raw([0, 0, 0, 4, 0, 0, 0, 0, 0], Step::Close), NOT_HTTP),
    fault("a TLS port behind http://", |_| raw([21, 3, 1, 0, 2, 2, 70], Step::Close), NOT_HTTP),
    fault(
        "a port without TLS behind https://",
        |_| Place::PlainBehindTls(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
        NO_TLS,
    ),
    fault(
        "a server that refuses TLS with an alert",
        |_| Place::PlainBehindTls(&[21, 3, 1, 0, 2, 2, 40]),
        NO_TLS,
    ),
    fault(
        "a content length that is no number",
        |provider| raw(ok("Content-Length: many\r\n", nothing_found(provider)), Step::Close),
        NOT_HTTP,
    ),
    fault(
        "two content lengths that differ",
        |provider| {
            raw(ok("Content-Length: 3\r\nContent-Length: 9\r\n", nothing_found(provider)), Step::Close)
        },
        NOT_HTTP,
    ),
    fault(
        "headers without end",
        |_| {
            Place::Vendor(vec![
                Step::Send(b"HTTP/1.1 200 OK\r\n".to_vec()),
                Step::Repeat([b"X-Filler: ".to_vec(), vec![b'a'; 1000], b"\r\n".to_vec()].concat(), 64 << 20),
            ])
        },
        NOT_HTTP,
    ),
    fault(
        "body of 1 GiB, announced",
        |_| {
            let head = ok("Content-Length: 1073741824\r\n", "");
            Place::Vendor(vec![Step::Send(head), Step::Repeat(vec![b' '; MEBIBYTE], 1 << 30), Step::Close])
        },
        UNREADABLE,
    ),
    fault(
        "body of 1 GiB, not announced",
        |_| {
            let head = ok("Connection: close\r\n", "");
            Place::Vendor(vec![Step::Send(head), Step::Repeat(vec![b' '; MEBIBYTE], 1 << 30), Step::Close])
        },
        UNREADABLE,
    ),
    endless(
        "content length too long",
        |provider| raw(ok("Content-Length: 500\r\n", nothing_found(provider)), SILENCE),
        LOST,
    ),
    fault(
        "content length too short",
        |provider| raw(ok("Content-Length: 9\r\n", nothing_found(provider)), Step::Close),
        UNREADABLE,
    ),
    fault(
        "chunks that are none",
        |_| raw(ok("Transfer-Encoding: chunked\r\n", "ZZZ\r\n{}\r\n"), Step::Close),
        NOT_HTTP,
    ),
    fault(
        "chunks without an end",
        |_| raw(ok("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n"), Step::Close),
        LOST,
    ),
    fault(
        "gzip bomb: 64 KiB that become 64 MiB",
        |_| Place::Vendor(answer("200 OK", &["Content-Encoding: gzip"], gzip(&vec![0; 64 * MEBIBYTE]))),
        UNREADABLE,
    ),
    fault(
        "gzip bomb: 48 KiB that become ten million records",
        |provider| {
            let body = records_without_end(provider);
            Place::Vendor(answer("200 OK", &["Content-Encoding: gzip"], gzip(body.as_bytes())))
        },
        UNREADABLE,
    ),
    fault(
        "gzip in the header, not in the body",
        |provider| Place::Vendor(answer("200 OK", &["Content-Encoding: gzip"], nothing_found(provider))),
        NOTHING,
    ),
    fault(
        "gzip in the body, not in the header",
        |provider| Place::Vendor(json(gzip(nothing_found(provider).as_bytes()))),
        NOTHING,
    ),
    fault(
        "gzip that is none",
        |_| {
            Place::Vendor(answer(
                "200 OK",
                &["Content-Encoding: gzip"],
                [0x1f, 0x8b, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            ))
        },
        UNREADABLE,
    ),
    fault(
        "gzip cut off",
        |provider| {
            let whole = gzip(nothing_found(provider).as_bytes());
            Place::Vendor(answer("200 OK", &["Content-Encoding: gzip"], &whole[..whole.len() - 12]))
        },
        UNREADABLE,
    ),
    fault(
        "gzip",
        |provider| {
            let whole = gzip(nothing_found(provider).as_bytes());
            Place::Vendor(answer("200 OK", &["Content-Encoding: gzip"], whole))
        },
        NOTHING,
    ),
    fault(
        "a compression that was not asked for",
        |_| Place::Vendor(answer("200 OK", &["Content-Encoding: br"], [0x0b, 0x02, 0x80, 0x7b, 0x7d, 0x03])),
        UNREADABLE,
    ),
    fault("HTML", |_| status("200 OK", &["Content-Type: text/html"], HTML), UNREADABLE),
    fault(
        "GBK",
        |_| {
            let (bytes, _, _) = encoding_rs::GBK.encode(r#"{"code":2,"desc":"没有数据"}"#);
            Place::Vendor(answer("200 OK", &["Content-Type: application/json; charset=GBK"], bytes))
        },
        UNREADABLE,
    ),
    fault(
        "binary",
        |_| Place::Vendor(answer("200 OK", &[], (0..=255).cycle().take(4096).collect::<Vec<u8>>())),
        UNREADABLE,
    ),
    fault("JSON nested 100,000 deep", |_| Place::Vendor(json("[".repeat(100_000))), UNREADABLE),
    fault("empty body", |_| status("200 OK", &[], ""), UNREADABLE),
    fault("redirect to another host (301)", |_| Place::Redirect("301 Moved Permanently"), CONFIGURATION),
    fault("redirect to another host (302)", |_| Place::Redirect("302 Found"), CONFIGURATION),
    fault("redirect to another host (307)", |_| Place::Redirect("307 Temporary Redirect"), CONFIGURATION),
    fault("redirect to another host (308)", |_| Place::Redirect("308 Permanent Redirect"), CONFIGURATION),
];

/// Every class of HTTP status, with an empty body where nothing else is said.
pub static STATUSES: &[WorldFault] = &[
    fault(
        "100, then 200",
        |provider| {
            let mut steps = vec![Step::Send(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec())];
            steps.extend(json(nothing_found(provider)));
            Place::Vendor(steps)
        },
        NOTHING,
    ),
    fault(
        "103, then 200",
        |provider| {
            let mut steps = vec![Step::Send(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".to_vec())];
            steps.extend(json(nothing_found(provider)));
            Place::Vendor(steps)
        },
        NOTHING,
    ),
    each(
        "101",
        |_| raw("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", Step::Close),
        [UNREADABLE_FREE, UNREADABLE, UNREADABLE],
    ),
    each("204", |_| status("204 No Content", &[], ""), [UNREADABLE_FREE, UNREADABLE, UNREADABLE]),
    fault("301 without a Location", |_| status("301 Moved Permanently", &[], ""), CONFIGURATION),
    fault("304", |_| raw("HTTP/1.1 304 Not Modified\r\n\r\n", Step::Close), CONFIGURATION),
    fault("400", |_| status("400 Bad Request", &[], ""), INPUT),
    fault("401", |_| status("401 Unauthorized", &[], ""), CREDENTIALS),
    fault("402", |_| status("402 Payment Required", &[], ""), ACCOUNT),
    each("403", |_| status("403 Forbidden", &[], ""), [CREDENTIALS, ACCOUNT, ACCOUNT]),
    fault("404", |_| status("404 Not Found", &[], HTML), CONFIGURATION),
    fault("405", |_| status("405 Method Not Allowed", &[], ""), CONFIGURATION),
    fault("407", |_| status("407 Proxy Authentication Required", &[], ""), CONFIGURATION),
    each("408", |_| status("408 Request Timeout", &[], ""), [AGAIN, LOST, LOST]),
    fault("413", |_| status("413 Payload Too Large", &[], ""), INPUT),
    fault("429", |_| status("429 Too Many Requests", &[], ""), AGAIN),
    fault("429, Retry-After: 1", |_| status("429 Too Many Requests", &["Retry-After: 1"], ""), AGAIN),
    fault(
        "429, Retry-After: a date one second after the server's own",
        |_| {
            let dates = ["Date: Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After: Sun, 06 Nov 1994 08:49:38 GMT"];
            status("429 Too Many Requests", &dates, "")
        },
        AGAIN,
    ),
    fault("429, Retry-After: 86400", |_| status("429 Too Many Requests", &["Retry-After: 86400"], ""), LATER),
    fault("450", |_| status("450 Vendor Specific", &[], ""), INPUT),
    each(
        "450 with the ordinary body of an answer",
        |provider| status("450 Vendor Specific", &[], nothing_found(provider)),
        [NOTHING, INPUT, INPUT],
    ),
    each("500", |_| status("500 Internal Server Error", &[], ""), [AGAIN, LOST, LOST]),
    each("502, HTML", |_| status("502 Bad Gateway", &["Content-Type: text/html"], HTML), [AGAIN, LOST, LOST]),
    fault("503", |_| status("503 Service Unavailable", &[], ""), AGAIN),
    each("504", |_| status("504 Gateway Timeout", &[], ""), [AGAIN, LOST, LOST]),
    each(
        "500 with the ordinary body of an answer",
        |provider| status("500 Internal Server Error", &[], nothing_found(provider)),
        [AGAIN, LOST, LOST],
    ),
];
