//! The documents' own samples, cleaned of the line breaks of their pages, and what the tests of all providers
//! share.

use super::api::Envelope;
use super::{Provider, ProviderInfo, ihuyi, market, shuidi};
use crate::domain::failure::FailureKind;
use crate::domain::identifier::{CheckDigit, Identifier, IdentifierKind};
use crate::domain::query::{Filters, Query};
use crate::domain::record::{Record, RecordMatch, Row, Topic};
use crate::domain::request::Response;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) const MARKET_JSON: &str = include_str!("fixtures/market.json");
pub(super) const IHUYI_JSON: &str = include_str!("fixtures/ihuyi.json");
pub(super) const IHUYI_XML: &str = include_str!("fixtures/ihuyi.xml");
pub(super) const SHUIDI_JSON: &str = include_str!("fixtures/shuidi.json");

/// An answer without headers.
pub(super) fn answer(status: u16, body: &str) -> Response {
    Response { status, body: body.as_bytes().to_vec(), ..Response::default() }
}

/// A query without filters.
pub(super) fn query(kind: IdentifierKind, canonical: &str) -> Query {
    Query {
        keyword: format!(" {canonical}"),
        identifier: Identifier { kind, canonical: canonical.to_owned(), check: CheckDigit::NotApplicable },
        filters: Filters::default(),
    }
}

/// A record as a row of every column.
pub(super) fn columns(record: &Record) -> Value {
    let provider = match record.topic() {
        Topic::Dishonest => market::ID,
        Topic::Copyright if record.text("entity_name").is_some() => ihuyi::ID,
        Topic::Copyright | Topic::MergedCopyright => shuidi::ID,
    };
    let row = Row {
        query: "查询".into(),
        provider,
        record_match: RecordMatch::Other,
        input_row: 1,
        record: record.clone(),
    };
    let columns = record.topic().columns().iter().enumerate();
    let columns = columns.filter(|(_, column)| !matches!(column.key, "match" | "input_row"));
    columns.map(|(index, column)| (column.key.to_owned(), serde_json::json!(row.value(index)))).collect()
}

/// The kind of every code, checking that none occurs twice and that each has a meaning.
pub(super) fn kinds_of(facts: &ProviderInfo) -> BTreeMap<&'static str, Option<FailureKind>> {
    let kinds: BTreeMap<_, _> = facts.codes.iter().map(|code| (code.code, code.kind)).collect();
    assert_eq!(kinds.len(), facts.codes.len());
    for code in facts.codes {
        let texts = [
            code.meaning.en,
            code.meaning.zh,
            code.advice.en,
            code.advice.zh,
            code.document.en,
            code.document.zh,
        ];
        assert!(texts.iter().all(|text| !text.is_empty()), "{}", code.code);
    }
    kinds
}

/// Bodies that no provider can read, in terms of one provider's names.
pub(super) fn unreadable_bodies(envelope: &Envelope) -> Vec<Vec<u8>> {
    let Envelope { code, success, result, list, .. } = envelope;
    let mut bodies: Vec<Vec<u8>> = [
        "",
        " \r\n",
        "\u{feff}",
        "OK",
        "{}",
        "[]",
        "null",
        "<!DOCTYPE html><html><body>502 Bad Gateway</body></html>",
        "<html>\u{1b}[31m\u{202e}</html>",
        "<SubmitResult/>",
    ]
    .map(|body| body.as_bytes().to_vec())
    .into();
    for template in [
        "{\"CODE\":\"SUCCESS\",\"RESULT\":{\"LIST\":[{\"a\":1}",
        "{\"CODE\":\"SUCCESS\"}",
        "{\"CODE\":\"SUCCESS\",\"RESULT\":\"text\"}",
        "{\"CODE\":\"SUCCESS\",\"RESULT\":[]}",
        "{\"CODE\":\"SUCCESS\",\"RESULT\":{}}",
        "{\"CODE\":\"SUCCESS\",\"RESULT\":{\"LIST\":\"none\"}}",
        "{\"CODE\":null,\"RESULT\":{\"LIST\":[]}}",
        "{\"RESULT\":{\"LIST\":[]}}",
        "<r><CODE>SUCCESS</CODE><RESULT><LIST/></RESULT></r>",
        "<r><CODE>SUCCESS</CODE><RESULT><LIST>",
    ] {
        let body = template.replace("CODE", code).replace("SUCCESS", success);
        bodies.push(body.replace("RESULT", result).replace("LIST", list).into_bytes());
    }
    bodies.push(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03".to_vec());
    // 查询 in GBK
    bodies.push([b"{\"x\":\"".as_slice(), b"\xb2\xe9\xd1\xaf", b"\"}"].concat());
    bodies
}

/// Gives a provider arbitrary bytes, and its samples broken off and changed, and checks that nothing panics and
/// that what is judged an answer can be parsed.
pub(super) fn judge_arbitrary_bytes(provider: &dyn Provider, samples: &[&str]) {
    let check = |status: u16, body: Vec<u8>| {
        let mut answer = answer(status, "");
        answer.body = body;
        let parsed = provider.info().parse(&answer.body);
        if provider.classify(&answer).is_ok() {
            assert!(parsed.is_ok(), "{parsed:?}");
        }
    };
    let run = |samples: &[&str]| {
        let mut runner =
            TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() });
        let bytes = (any::<u16>(), prop::collection::vec(any::<u8>(), 0..200));
        runner.run(&bytes, |(status, body)| {
            let _: () = check(status, body);
            Ok(())
        })?;
        for sample in samples {
            let broken = (0..=sample.len(), any::<usize>(), any::<u8>());
            runner.run(&broken, |(end, place, byte)| {
                check(200, sample.as_bytes()[..end].to_vec());
                let mut changed = sample.as_bytes().to_vec();
                let place = place % changed.len();
                changed[place] = byte;
                let _: () = check(200, changed);
                Ok(())
            })?;
        }
        Ok::<(), Box<dyn std::error::Error>>(())
    };
    run(samples).unwrap();
}
