//! What is ours, part by part: signing, judging and parsing pages, writing rows, recognising identifiers.
//!
//! `cargo bench --bench parts`. Pages are the documents' own samples, filled up to each vendor's cap.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hecha::domain::identifier::recognise;
use hecha::domain::query::{Filters, PageRequest, Query};
use hecha::domain::record::{RecordMatch, Row, Topic};
use hecha::domain::request::Response;
use hecha::domain::secret::Secret;
use hecha::domain::text::Language;
use hecha::output::{self, CsvDialect, Format, Header, Layout, Options};
use hecha::provider::{Provider, ProviderConfig, ihuyi, market, shuidi};
use jiff::Timestamp;
use serde_json::Value;
use std::hint::black_box;
use std::io;
use std::sync::Arc;

const KEYWORDS: [&str; 6] = [
    "北京第1号科技有限公司",
    "911100000000000000",
    "91310115676275123X",
    "000000000000000",
    "MA1K31QT-4",
    "2015SR183758",
];

fn providers() -> [Arc<dyn Provider>; 3] {
    let text = |(name, value): (&'static str, &str)| (name, value.to_owned());
    let secret = |name| (name, Secret::new("0123456789abcdef0123456789abcdef".to_owned()));
    [&market::INFO, &ihuyi::INFO, &shuidi::INFO].map(|info| {
        (info.new)(ProviderConfig {
            endpoint: "http://127.0.0.1/list".to_owned(),
            texts: [("auth_header", "Authorization"), ("account", "account"), ("pname", "pname")]
                .map(text)
                .into(),
            secrets: ["appcode", "api_key", "pkey"].map(secret).into(),
        })
    })
}

/// A sample with its list repeated up to `count` records.
fn page(sample: &str, list: &str, count: usize) -> Vec<u8> {
    let mut document: Value = serde_json::from_str(sample).expect("a sample is JSON");
    let items = document.pointer_mut(list).and_then(Value::as_array_mut).expect("a sample has a list");
    *items = items.iter().cycle().take(count).cloned().collect();
    serde_json::to_vec(&document).expect("JSON")
}

/// The XML sample with its first `<list>` repeated up to `count` records.
fn xml_page(sample: &str, count: usize) -> Vec<u8> {
    let (head, rest) = sample.split_at(sample.find("<list>").expect("a sample has a list"));
    let (item, _) = rest.split_at(rest.find("</list>").expect("a list ends") + "</list>".len());
    let tail = &rest[rest.rfind("</list>").expect("a list ends") + "</list>".len()..];
    format!("{head}{}{tail}", item.repeat(count)).into_bytes()
}

fn pages() -> [(&'static str, usize, Vec<u8>); 4] {
    let ihuyi = include_str!("../src/provider/fixtures/ihuyi.json");
    [
        (
            "market, 20 records",
            0,
            page(include_str!("../src/provider/fixtures/market.json"), "/result/items", 20),
        ),
        ("ihuyi, 50 records", 1, page(ihuyi, "/result/lists", 50)),
        ("ihuyi XML, 50 records", 1, xml_page(include_str!("../src/provider/fixtures/ihuyi.xml"), 50)),
        (
            "shuidi, 10 records",
            2,
            page(include_str!("../src/provider/fixtures/shuidi.json"), "/data/Items", 10),
        ),
    ]
}

fn answer(body: Vec<u8>) -> Response {
    Response { status: 200, body, ..Response::default() }
}

fn sign(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sign");
    let query = Query {
        keyword: KEYWORDS[0].to_owned(),
        identifier: recognise(KEYWORDS[0]),
        filters: Filters::default(),
    };
    for provider in providers() {
        let request = provider.request(&query, PageRequest { number: 1, size: 10 });
        group.bench_function(provider.info().id.as_str(), |bencher| {
            bencher.iter(|| provider.sign(black_box(&request), Timestamp::UNIX_EPOCH));
        });
        group.bench_function(format!("{} canonical question", provider.info().id), |bencher| {
            bencher.iter(|| black_box(&request).key());
        });
    }
    group.finish();
}

fn judge_and_parse(criterion: &mut Criterion) {
    let providers = providers();
    for (work, is_judging) in [("judge", true), ("parse", false)] {
        let mut group = criterion.benchmark_group(work);
        for (name, provider, body) in pages() {
            group.throughput(Throughput::Bytes(body.len() as u64));
            let (provider, answer) = (&providers[provider], answer(body));
            assert!(provider.info().parse(&answer.body).is_ok_and(|page| page.records.len() >= 10), "{name}");
            group.bench_function(name, |bencher| {
                if is_judging {
                    bencher.iter(|| provider.classify(black_box(&answer)));
                } else {
                    bencher.iter(|| provider.info().parse(black_box(&answer.body)));
                }
            });
        }
        group.finish();
    }
}

fn sinks(criterion: &mut Criterion) {
    let (_, provider, body) = &pages()[0];
    let page = providers()[*provider].info().parse(body).expect("a sample can be parsed");
    let query: Arc<str> = Arc::from(KEYWORDS[0]);
    let rows: Vec<Row> = page
        .records
        .into_iter()
        .map(|record| Row {
            query: Arc::clone(&query),
            provider: market::ID,
            record_match: RecordMatch::Exact,
            input_row: 1,
            record,
        })
        .collect();
    let layout = Layout::whole(Topic::Dishonest, Header::Keys, Language::English);
    let mut group = criterion.benchmark_group("sink, 1,000 rows");
    group.throughput(Throughput::Elements(1000));
    let excel = Options { csv_dialect: CsvDialect::Excel, ..Options::default() };
    let formats = Format::ALL.iter().map(|format| (format.as_str(), *format, Options::default()));
    for (name, format, options) in formats.chain([("csv for excel", Format::Csv, excel)]) {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut sink = output::open(
                    format,
                    &layout,
                    options,
                    Box::new(io::sink()),
                    Box::new(std::iter::empty()),
                )
                .expect("a sink opens");
                for row in rows.iter().cycle().take(1000) {
                    sink.row(row).expect("nothing fails to be written");
                }
                sink.finish().expect("nothing fails to be written");
            });
        });
    }
    group.finish();
}

fn identifiers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("recognise");
    for keyword in KEYWORDS {
        group.bench_function(keyword, |bencher| bencher.iter(|| recognise(black_box(keyword))));
    }
    group.finish();
}

criterion_group! {
    name = parts;
    config = Criterion::default().sample_size(30);
    targets = sign, judge_and_parse, sinks, identifiers
}
criterion_main!(parts);
