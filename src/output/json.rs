//! `json` and `ndjson`: JSON is written as it comes. A document is valid even if the run ends early.
//!
//! The entries of `queries` wait in memory, or if there are many in an anonymous temporary file, so that memory does not
//! grow with the run.

use super::sink::BUFFER_BYTES;
use super::{Layout, Sink, Writer};
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::Row;
use serde::{Serialize, Serializer};
use std::io::{self, BufWriter, Seek, Write};
use tempfile::SpooledTempFile;

/// Bytes of `queries` that are held in memory.
const QUERIES_IN_MEMORY: usize = 256 * 1024;

/// What surrounds the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JsonForm {
    /// A document that ends with an array of values and the array `queries`.
    ValuesAndQueries,
    /// A document that ends with an array of values.
    Values,
    /// One value a line.
    Lines,
}

/// Writes values in one of the forms.
pub(super) struct JsonWriter {
    form: JsonForm,
    separator: &'static str,
    queries: BufWriter<SpooledTempFile>,
    query_separator: &'static str,
    writer: BufWriter<Writer>,
}

impl JsonWriter {
    /// Writes `head`: the document up to the bracket of its first array.
    pub(super) fn new(form: JsonForm, head: &str, writer: Writer) -> io::Result<Self> {
        let mut writer = BufWriter::with_capacity(BUFFER_BYTES, writer);
        writer.write_all(head.as_bytes())?;
        let queries = BufWriter::new(SpooledTempFile::new(QUERIES_IN_MEMORY));
        Ok(Self { form, separator: "\n", queries, query_separator: "\n", writer })
    }

    /// Adds a value to the first array, or a line.
    pub(super) fn value(&mut self, value: &impl Serialize) -> io::Result<()> {
        if self.form == JsonForm::Lines {
            serde_json::to_writer(&mut self.writer, value)?;
            return self.writer.write_all(b"\n");
        }
        self.writer.write_all(self.separator.as_bytes())?;
        self.separator = ",\n";
        Ok(serde_json::to_writer(&mut self.writer, value)?)
    }

    /// Adds an entry of `queries`, in the form that has them.
    pub(super) fn query(&mut self, query: &impl Serialize) -> io::Result<()> {
        if self.form != JsonForm::ValuesAndQueries {
            return Ok(());
        }
        self.queries.write_all(self.query_separator.as_bytes())?;
        self.query_separator = ",\n";
        Ok(serde_json::to_writer(&mut self.queries, query)?)
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    /// Completes the document.
    pub(super) fn finish(self) -> io::Result<()> {
        let Self { form, queries, mut writer, .. } = self;
        if form == JsonForm::ValuesAndQueries {
            let mut queries = queries.into_inner().map_err(io::IntoInnerError::into_error)?;
            queries.rewind()?;
            writer.write_all(b"\n],\"queries\":[")?;
            io::copy(&mut queries, &mut writer)?;
        }
        if form != JsonForm::Lines {
            writer.write_all(b"\n]}\n")?;
        }
        writer.flush()
    }
}

struct JsonSink {
    layout: Layout,
    json: JsonWriter,
}

pub(super) fn open(form: JsonForm, layout: &Layout, writer: Writer) -> io::Result<Box<dyn Sink>> {
    let head = match form {
        JsonForm::Lines => String::new(),
        _ => format!("{{\"schema\":\"{}\",\"records\":[", layout.topic.schema()),
    };
    let json = JsonWriter::new(form, &head, writer)?;
    Ok(Box::new(JsonSink { layout: layout.clone(), json }))
}

/// A row as an object. Every selected key is there, and unknown values are `null`.
struct RowObject<'a>(&'a Layout, &'a Row);

impl Serialize for RowObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(layout, row) = self;
        let values = layout.columns.iter().map(|index| row.value(*index));
        serializer.collect_map(layout.selected().map(|column| column.key).zip(values))
    }
}

impl Sink for JsonSink {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        self.json.value(&RowObject(&self.layout, row))
    }

    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        self.json.query(outcome)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.json.flush()
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.json.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, SharedBytes, written};
    use super::super::{Format, Header, Layout, Options};
    use super::*;
    use crate::domain::record::Topic;
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
        for (rows, outcomes) in [
            (&rows[..], &outcomes[..]),
            (&[], &outcomes),
            (&rows, &[]),
            (&rows[..1], &outcomes[..1]),
            (&[], &[]),
        ] {
            let document = document(rows, outcomes);
            let keys: Vec<_> = document.as_object().unwrap().keys().collect();
            assert_eq!(keys, ["schema", "records", "queries"]);
            assert_eq!(document["schema"], "hecha/dishonest@1");
            assert_eq!(document["records"].as_array().unwrap().len(), rows.len());
            assert_eq!(document["queries"].as_array().unwrap().len(), outcomes.len());
        }
    }

    #[test]
    fn records_have_all_keys_and_queries_those_of_the_contract() {
        let document = document(&samples::dishonest_rows(), &samples::outcomes());
        assert_eq!(document["records"][0], samples::as_json(&samples::dishonest_rows()[0]));
        let keys: Vec<_> = document["queries"][0].as_object().unwrap().keys().collect();
        assert_eq!(
            keys,
            [
                "query",
                "kind",
                "provider",
                "status",
                "total",
                "returned",
                "complete",
                "calls",
                "archived_pages",
                "fetched_at",
                "matched",
                "other",
                "undecided",
                "distinct",
                "warning",
                "error"
            ]
        );
    }

    #[test]
    fn rows_are_written_before_the_document_ends() {
        let bytes = SharedBytes::default();
        let layout = Layout::whole(Topic::Dishonest, Header::Keys, Language::English);
        let mut sink = open(JsonForm::ValuesAndQueries, &layout, Box::new(bytes.clone())).unwrap();
        sink.row(&samples::dishonest_rows()[0]).unwrap();
        sink.flush().unwrap();
        assert!(bytes.text().contains("乐视云计算有限公司"));
    }

    #[test]
    fn many_outcomes_leave_memory_for_a_file() {
        let mut json =
            JsonWriter::new(JsonForm::ValuesAndQueries, "{\"values\":[", Box::new(io::sink())).unwrap();
        let outcome = &samples::outcomes()[0];
        for _ in 0..100_000 {
            json.query(outcome).unwrap();
        }
        assert!(json.queries.get_ref().is_rolled());
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
}
