//! JSON documents and lines, also those of interrupted runs.

use super::super::samples::{self, SharedBytes, written};
use super::super::{Format, Header, Layout, Options, open};
use super::*;
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::{Row, Topic};
use crate::domain::text::Language;
use proptest::prelude::*;
use serde_json::Value;

fn document(rows: &[Row], outcomes: &[QueryOutcome]) -> Value {
    let layout = Layout::whole(Topic::Dishonest, Header::Keys, Language::English);
    let text = written(Format::Json, &layout, Options::default(), rows, outcomes);
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_document_is_whole_with_and_without_rows_and_outcomes() {
    let (rows, outcomes) = (samples::dishonest_rows(), samples::outcomes());
    for (rows, outcomes) in
        [(&rows[..], &outcomes[..]), (&[], &outcomes), (&rows, &[]), (&rows[..1], &outcomes[..1]), (&[], &[])]
    {
        let document = document(rows, outcomes);
        let keys: Vec<_> = document.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["schema", "records", "queries"]);
        assert_eq!(document["schema"], "hecha/dishonest@1");
        assert_eq!(document["records"].as_array().unwrap().len(), rows.len());
        assert_eq!(document["queries"].as_array().unwrap().len(), outcomes.len());
    }
}

#[test]
fn rows_are_written_before_the_document_ends() {
    let bytes = SharedBytes::default();
    let layout = Layout::whole(Topic::Dishonest, Header::Keys, Language::English);
    let input = samples::input_of(&[]);
    let mut sink = open(Format::Json, &layout, Options::default(), Box::new(bytes.clone()), input).unwrap();
    sink.row(&samples::dishonest_rows()[0]).unwrap();
    sink.flush().unwrap();
    assert!(bytes.text().contains("乐视云计算有限公司"));
}

#[test]
fn many_outcomes_leave_memory_for_a_file() {
    let mut json = JsonWriter::new("\"schema\":1", &["values", "queries"], Box::new(io::sink())).unwrap();
    let outcome = &samples::outcomes()[0];
    for _ in 0..100_000 {
        json.value(1, outcome).unwrap();
    }
    assert!(json.second.get_ref().is_rolled());
    json.finish().unwrap();
}

#[test]
fn a_line_has_every_selected_key_in_the_selected_order_and_null_for_unknown() {
    let layout = Layout {
        columns: vec![5, 0, 28, 6],
        ..Layout::whole(Topic::Dishonest, Header::Labels, Language::Chinese)
    };
    let text = written(Format::Ndjson, &layout, Options::default(), &samples::dishonest_rows()[..1], &[]);
    assert_eq!(
        text,
        "{\"name\":\"乐视云计算有限公司\",\"query\":\"乐视云计算有限公司\",\"legal_person_type\":null,\"subject_type\":\"company\"}\n"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn hostile_rows_come_back_as_they_were(rows in samples::hostile_rows()) {
        let layout = Layout::whole(Topic::Copyright, Header::Keys, Language::English);
        let text = written(Format::Json, &layout, Options::default(), &rows, &[]);
        let document: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&document["records"], &Value::from(rows.iter().map(samples::as_json).collect::<Vec<_>>()));
    }

    #[test]
    fn hostile_rows_come_back_as_lines(rows in samples::hostile_rows()) {
        let layout = Layout::whole(Topic::Copyright, Header::Keys, Language::English);
        let text = written(Format::Ndjson, &layout, Options::default(), &rows, &[]);
        let lines: Vec<Value> =
            text.split_terminator('\n').map(|line| serde_json::from_str(line).unwrap()).collect();
        prop_assert_eq!(lines, rows.iter().map(samples::as_json).collect::<Vec<_>>());
    }
}
