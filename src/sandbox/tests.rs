//! The sandbox over real sockets. A small raw HTTP/1.1 client shares no code with the network layer of hecha.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use md5::{Digest, Md5};
use serde_json::{Value, json};

use super::*;

pub(super) mod toy;
mod vendors;

struct Client {
    stream: TcpStream,
    unread: Vec<u8>,
}

struct Reply {
    status: u16,
    head: String,
    body: String,
}

impl Reply {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a JSON body")
    }
}

impl Client {
    fn new(sandbox: &Sandbox) -> Self {
        Self {
            stream: TcpStream::connect(sandbox.address()).expect("the sandbox listens"),
            unread: Vec::new(),
        }
    }

    fn send(&mut self, method: &str, target: &str, headers: &str, body: &str) -> Reply {
        let request = format!(
            "{method} {target} HTTP/1.1\r\nHost: sandbox\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.write_all(request.as_bytes()).expect("the request goes out");
        self.receive()
    }

    fn receive(&mut self) -> Reply {
        let end = loop {
            if let Some(end) = self.unread.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            self.read_more();
        };
        let head = String::from_utf8(self.unread.drain(..end).collect()).expect("headers are ASCII");
        let mut reply = Reply {
            status: head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status"),
            head,
            body: String::new(),
        };
        let length: usize = reply.header("content-length").and_then(|n| n.parse().ok()).expect("a length");
        while self.unread.len() < length {
            self.read_more();
        }
        reply.body = String::from_utf8(self.unread.drain(..length).collect()).expect("bodies are UTF-8");
        reply
    }

    fn read_more(&mut self) {
        let mut buffer = [0; 16 * 1024];
        let read = self.stream.read(&mut buffer).expect("the sandbox answers");
        assert!(read > 0, "the sandbox closed the connection");
        self.unread.extend_from_slice(&buffer[..read]);
    }

    fn market(&mut self, fields: Fields<'_>) -> Reply {
        let headers = format!("Authorization: APPCODE {MARKET_APPCODE}\r\n");
        self.send("GET", &format!("/market/dishonest?{}", form(fields)), &headers, "")
    }

    /// POST with the static password.
    fn ihuyi(&mut self, path: &str, fields: Fields<'_>) -> Reply {
        let mut all = vec![("account", IHUYI_ACCOUNT), ("password", IHUYI_API_KEY)];
        all.extend_from_slice(fields);
        self.post(path, &all)
    }

    /// POST with a fresh signature.
    fn shuidi(&mut self, fields: Fields<'_>) -> Reply {
        let ptime = now_milliseconds().to_string();
        let vkey = vkey(&ptime);
        let mut all = vec![("pname", SHUIDI_PNAME), ("ptime", &ptime), ("vkey", &vkey)];
        all.extend_from_slice(fields);
        self.post(SHUIDI, &all)
    }

    fn post(&mut self, path: &str, fields: Fields<'_>) -> Reply {
        let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
        self.send("POST", path, headers, &form(fields))
    }
}

const IHUYI_JSON: &str = "/idcard/entcopy/Submit.json";
const IHUYI_XML: &str = "/idcard/entcopy/Submit.xml";
const SHUIDI: &str = "/utn/ip/CopyrightSoftwarePageByKey/V2";
type Fields<'a> = &'a [(&'a str, &'a str)];

const NAME: &str = "深圳华信科技有限公司";

fn sandbox() -> Sandbox {
    sandbox_with(Duration::ZERO)
}

fn sandbox_with(latency: Duration) -> Sandbox {
    Sandbox::start(SocketAddr::from(([127, 0, 0, 1], 0)), latency).expect("a loopback port is free")
}

fn form(fields: Fields<'_>) -> String {
    let mut text = String::new();
    for (key, value) in fields {
        let separator = if text.is_empty() { "" } else { "&" };
        write!(text, "{separator}{key}=").expect("memory");
        for byte in value.bytes() {
            write!(text, "%{byte:02X}").expect("memory");
        }
    }
    text
}

fn now_milliseconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    u64::try_from(since.as_millis()).expect("a clock before the year 500000000")
}

fn hex(text: &str) -> String {
    Md5::digest(text).iter().fold(String::new(), |all, byte| format!("{all}{byte:02x}"))
}

fn vkey(ptime: &str) -> String {
    hex(&format!("{SHUIDI_PKEY}_{ptime}_{SHUIDI_PKEY}"))
}

#[test]
fn two_requests_on_one_connection_are_both_answered() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox);
    let first = client.market(&[("keyword", SAMPLE_DEBTOR)]);
    let second = client.market(&[("keyword", SAMPLE_DEBTOR)]);
    assert_eq!((first.status, second.status), (200, 200));
    assert_eq!(first.body, second.body);
    assert_ne!(first.header("x-ca-request-id"), second.header("x-ca-request-id"));
    assert_eq!(sandbox.calls("market").requests, 2);
}

#[test]
fn listings_that_misbehave_misbehave_as_asked() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox);
    let capped = client.market(&[("keyword", "封顶:45"), ("pageNum", "2")]).json();
    assert_eq!(capped, json!({"code": 0, "desc": "成功", "result": {"total": 45, "items": []}}));
    let first = client.market(&[("keyword", "重复页:45")]).json();
    assert_eq!(client.market(&[("keyword", "重复页:45"), ("pageNum", "2")]).json(), first);
    let mut shuidi = |keyword: &str, page: &str| {
        client.shuidi(&[("keyword", keyword), ("pageIndex", page)]).json()["data"].clone()
    };
    assert_eq!(shuidi("capped:45", "2")["Items"].as_array().map(Vec::len), Some(10));
    assert_eq!(shuidi("capped:45", "3")["Items"], json!([]));
    assert_eq!(shuidi("capped:45", "3")["Paging"]["TotalRecords"], 45);
    assert_eq!(shuidi("short:45", "1")["Paging"]["PageSize"], 9);
    let page =
        client.ihuyi(IHUYI_JSON, &[("ent_name", "capped:45"), ("page_size", "10"), ("page_index", "3")]);
    assert_eq!(page.json()["result"], json!({"total": "45", "lists": []}));
    let html = client.market(&[("keyword", "html:502")]);
    assert_eq!((html.status, html.header("content-type")), (502, Some("text/html; charset=utf-8")));
}

#[test]
fn the_same_keyword_has_the_same_rows_in_every_sandbox() {
    let (one, other) = (sandbox(), sandbox());
    let (mut first, mut second) = (Client::new(&one), Client::new(&other));
    for keyword in [NAME, "rows:20", "91110000600037341L", "一汽—大众汽车有限公司"] {
        let fields = [("keyword", keyword)];
        assert_eq!(first.market(&fields).body, second.market(&fields).body);
        assert_eq!(first.shuidi(&fields).json()["data"], second.shuidi(&fields).json()["data"]);
    }
}

#[test]
fn calls_are_counted_by_their_charge() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox);
    client.market(&[("keyword", SAMPLE_DEBTOR)]);
    client.market(&[("keyword", "error:B403MQ")]);
    client.shuidi(&[("keyword", "error:99999")]);
    assert_eq!(sandbox.calls("market"), ProviderCalls { requests: 2, charged: 1, refused: 1, unknown: 0 });
    assert_eq!(sandbox.calls("shuidi").unknown, 1);
    assert_eq!(client.send("GET", "/elsewhere", "", "").status, 404);
}

#[test]
fn answers_have_a_date_and_a_stamp_of_another_hour_is_refused() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox);
    let reply = client.market(&[("keyword", SAMPLE_DEBTOR)]);
    let date = httpdate::parse_http_date(reply.header("date").expect("a date")).expect("an HTTP date");
    assert!(SystemTime::now().duration_since(date).expect("a past date") < Duration::from_secs(10));
    let ptime = (now_milliseconds() + 3_600_000).to_string();
    let key = vkey(&ptime);
    let fields =
        [("pname", SHUIDI_PNAME), ("ptime", ptime.as_str()), ("vkey", &key), ("keyword", SAMPLE_OWNER)];
    assert_eq!(client.post(SHUIDI, &fields).json()["statusCode"], 30001);
}

#[test]
fn latency_holds_answers_back_and_lets_requests_run_at_once() {
    let latency = Duration::from_millis(300);
    let sandbox = sandbox_with(latency);
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let reply = Client::new(&sandbox).market(&[("keyword", SAMPLE_DEBTOR)]);
                assert_eq!(reply.status, 200);
            });
        }
    });
    assert!((latency..2 * latency).contains(&started.elapsed()));
    assert_eq!(sandbox.calls("market").requests, 4);
}

#[test]
fn a_slow_keyword_is_answered_late_and_charged_even_if_its_client_has_left() {
    let sandbox = sandbox();
    let started = Instant::now();
    let reply = Client::new(&sandbox).shuidi(&[("keyword", "慢:150")]);
    assert!(started.elapsed() >= Duration::from_millis(150));
    assert_eq!(reply.json()["statusCode"], 1);
    let mut impatient = TcpStream::connect(sandbox.address()).expect("the sandbox listens");
    let target = form(&[("keyword", "slow:60000")]);
    write!(
        impatient,
        "GET /market/dishonest?{target} HTTP/1.1\r\nHost: x\r\nAuthorization: APPCODE {MARKET_APPCODE}\r\n\r\n"
    )
    .expect("the request goes out");
    let deadline = Instant::now() + Duration::from_secs(10);
    while sandbox.calls("market").charged == 0 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(impatient);
    assert_eq!(sandbox.calls("market").charged, 1);
}

#[test]
fn a_dropped_sandbox_frees_its_port() {
    let sandbox = sandbox();
    let address = sandbox.address();
    let mut client = Client::new(&sandbox);
    client.market(&[("keyword", SAMPLE_DEBTOR)]);
    assert_eq!(sandbox.calls("market").charged, 1);
    drop(sandbox);
    let again = Sandbox::start(address, Duration::ZERO).expect("the port is free again");
    assert_eq!(again.address(), address);
    drop(again);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn a_mixed_keyword_has_records_of_several_subjects_at_each_vendor() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox);
    let count = |rows: &Value, field: &str, name: &str| {
        rows.as_array().expect("rows").iter().filter(|row| row[field] == name).count()
    };
    let market = client.market(&[("keyword", KEYWORD_WITH_MIXED_RECORDS)]).json();
    assert_eq!(market["result"]["total"], 12);
    assert_eq!(count(&market["result"]["items"], "iname", KEYWORD_WITH_MIXED_RECORDS), 2);
    assert_eq!(count(&market["result"]["items"], "type", "0"), 2);
    let shuidi = client.shuidi(&[("keyword", KEYWORD_WITH_MIXED_RECORDS)]).json();
    assert_eq!(count(&shuidi["data"]["Items"], "Owner", KEYWORD_WITH_MIXED_RECORDS), 2);
    let ihuyi = client.ihuyi(IHUYI_JSON, &[("ent_name", KEYWORD_WITH_OTHERS_RECORDS)]).json();
    assert_eq!(ihuyi["result"]["total"], "3");
    assert_eq!(count(&ihuyi["result"]["lists"], "entityName", KEYWORD_WITH_OTHERS_RECORDS), 0);
}

#[test]
fn each_query_of_the_changing_keyword_receives_the_next_edition() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox);
    let mut ids = || {
        let answer = client.market(&[("keyword", KEYWORD_WITH_CHANGES)]).json();
        let items = answer["result"]["items"].as_array().expect("rows").clone();
        items
            .into_iter()
            .map(|item| (item["id"].to_string(), item["performance"].clone()))
            .collect::<Vec<_>>()
    };
    let (first, second, third) = (ids(), ids(), ids());
    assert_eq!((first.len(), second.len(), third.len()), (7, 6, 7));
    assert_eq!(first[1].0, second[0].0, "the oldest record is removed");
    assert!(!first.iter().any(|(id, _)| *id == second[5].0), "a record is added");
    assert_ne!(first[3].1, second[2].1, "a record changes");
    assert_eq!(first[6], third[6], "a record returns");
    let pages = ["1", "2"].map(|page| {
        client.shuidi(&[("keyword", KEYWORD_WITH_CHANGES), ("pageSize", "4"), ("pageIndex", page)]).json()
    });
    let totals = pages.map(|page| page["data"]["Paging"]["TotalRecords"].clone());
    assert_eq!(totals, [json!(7), json!(7)], "further pages belong to the edition of the first");
}

#[test]
fn a_body_that_is_too_large_is_refused_by_status() {
    let sandbox = sandbox();
    let mut client = Client::new(&sandbox);
    let headers =
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 70000\r\n\r\n".to_owned();
    let request = format!("POST {IHUYI_JSON} HTTP/1.1\r\nHost: x\r\n{headers}{}", "a".repeat(70_000));
    client.stream.write_all(request.as_bytes()).expect("the request goes out");
    assert_eq!(client.receive().status, 413);
    assert_eq!(sandbox.calls("ihuyi").requests, 0);
}
