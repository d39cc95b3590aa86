//! Bodies of the three vendors.

use hecha::domain::failure::FailureKind;
use hecha::domain::page::Page;
use hecha::domain::record::{RecordMatch, Row};
use hecha::domain::request::Response;
use hecha::domain::secret::Secret;
use hecha::domain::text::Language;
use hecha::output::{Format, Header, Layout, Options, OutputWriter, Selection, open};
use hecha::provider::{Provider, ProviderConfig, ihuyi, market, shuidi};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::sync::{Arc, Mutex};

fn configuration(secret: &'static str) -> ProviderConfig {
    let text = |(name, value): (&'static str, &str)| (name, value.to_owned());
    ProviderConfig {
        endpoint: "https://vendor.example/list".to_owned(),
        texts: [("auth_header", "Authorization"), ("account", "account"), ("pname", "pname")]
            .map(text)
            .into(),
        secrets: [(secret, Secret::new("0123456789abcdef".to_owned()))].into(),
    }
}

/// The dishonest list.
pub fn market(body: &[u8]) {
    check(&*(market::INFO.new)(configuration("appcode")), body);
}

/// Copyrights by ihuyi.
pub fn ihuyi(body: &[u8]) {
    check(&*(ihuyi::INFO.new)(configuration("api_key")), body);
}

/// Copyrights by shuidi.
pub fn shuidi(body: &[u8]) {
    check(&*(shuidi::INFO.new)(configuration("pkey")), body);
}

/// Integers that went through a double are the same integers: codes, totals, ids, flags and dates.
pub fn numbers(data: &[u8]) {
    let Some(bytes) = data.first_chunk::<12>() else { return };
    let number = |range: std::ops::Range<usize>| {
        bytes[range].iter().fold(0, |number: u64, byte| number << 8 | u64::from(*byte))
    };
    let (total, id, flag, day) = (
        number(0..2),
        number(2..7),
        number(7..8) % 2,
        400_000_000_000 + number(8..12) * 86_400_000 % (1 << 43),
    );
    let code = if data.len().is_multiple_of(3) { 2 } else { 0 };
    let body = |written: fn(u64) -> String| {
        let (code, total, id, flag, day) =
            (written(code), written(total), written(id), written(flag), written(day));
        format!(
            r#"{{"code":{code},"desc":"成功","result":{{"total":{total},"items":[{{"id":{id},"cid":{id},"status":{flag},"focusnumber":{total},"regdate":{day},"iname":"甲公司","type":"1"}}]}}}}"#
        )
    };
    let market = (market::INFO.new)(configuration("appcode"));
    let expected = market.info().parse(body(|number| number.to_string()).as_bytes());
    for written in [
        |number: u64| format!("{number}.0"),
        |number: u64| format!("{number}e0"),
        |number: u64| format!("\"{number}.0\""),
    ] {
        let body = body(written);
        assert_eq!(market.info().parse(body.as_bytes()), expected, "{body}");
    }
}

/// Classifying and parsing never panic, give the same result twice and agree with each other; what was parsed can be
/// written.
fn check(provider: &dyn Provider, body: &[u8]) {
    let page = provider.info().parse(body);
    assert_eq!(page, provider.info().parse(body), "parsed differently the second time");
    for status in [200, 403, 503] {
        let answer = answer(status, body);
        let verdict = provider.classify(&answer);
        match verdict {
            Ok(answered) => {
                let page = page.as_ref().expect("what is judged an answer can be parsed");
                assert_eq!(&answered.page, page);
            }
            Err(failure) if failure.kind == FailureKind::Answer && status == 200 => {
                assert!(page.is_err(), "judged unreadable and yet read: {failure}");
            }
            Err(_) => {}
        }
    }
    match page {
        Ok(page) => write(provider, &page),
        Err(failure) => assert_eq!(failure.kind, FailureKind::Answer, "{failure}"),
    }
}

fn answer(status: u16, body: &[u8]) -> Response {
    Response { status, body: body.to_vec(), ..Response::default() }
}

/// The same number for the same records.
fn hash(page: &Page) -> u64 {
    let mut hasher = DefaultHasher::new();
    page.records.iter().for_each(|record| record.stable_key().hash(&mut hasher));
    hasher.finish()
}

fn write(provider: &dyn Provider, page: &Page) {
    let facts = provider.info();
    let layout = Layout::whole(facts.topic, Header::None, Language::English);
    let options = Options { selection: Selection::Wide, width: Some(80), ..Options::default() };
    // A page takes ten times as long as all others together: it is written for some of the inputs.
    let page_too = [Format::Html].into_iter().filter(|_| hash(page).is_multiple_of(8));
    let texts = [Format::Table, Format::Ndjson, Format::Csv, Format::Tsv, Format::Json];
    for format in texts.into_iter().chain(page_too) {
        let written = Written::default();
        let writer = Box::new(written.clone()) as OutputWriter;
        let mut sink = open(format, &layout, options, writer, Box::new(std::iter::empty())).expect("a sink");
        for record in &page.records {
            let row = Row {
                query: "查询".into(),
                provider: facts.id,
                record_match: RecordMatch::Other,
                input_row: 1,
                record: record.clone(),
            };
            sink.row(&row).expect("a row is written");
        }
        sink.finish().expect("the end is written");
        let bytes = written.0.lock().expect("the bytes").clone();
        let text = String::from_utf8(bytes).expect("every format is UTF-8");
        match format {
            Format::Ndjson => check_ndjson(&text, page.records.len()),
            Format::Json => {
                let document: serde_json::Value = serde_json::from_str(&text).expect("one JSON document");
                assert_eq!(document["records"].as_array().map(Vec::len), Some(page.records.len()));
            }
            Format::Table => {
                let steers = |character: char| character != '\n' && character.is_control();
                assert!(!text.contains(steers), "{text:?}");
            }
            _ => {}
        }
    }
}

fn check_ndjson(text: &str, records: usize) {
    assert_eq!(text.lines().count(), records);
    for line in text.lines() {
        let row: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(line).expect("a JSON object a line");
        assert!(row.values().all(|value| value != ""), "an empty text instead of null: {line}");
    }
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the bytes").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
