//! `json`: one document, written as it comes and valid whatever happens.
//!
//! `records` stream to the writer; the lines of `queries` wait in memory while they are few and in an
//! anonymous temporary file when they are many, so that memory does not grow with the run.

use super::row_json::RowJson;
use super::sink::BUFFER_BYTES;
use super::{Layout, Sink, Writer};
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::Row;
use std::io::{self, BufWriter, Seek, Write};
use tempfile::SpooledTempFile;

/// How many bytes of `queries` are held in memory.
const QUERIES_IN_MEMORY: usize = 256 * 1024;

struct JsonSink {
    rows: RowJson,
    line: Vec<u8>,
    separator: &'static [u8],
    queries: BufWriter<SpooledTempFile>,
    query_separator: &'static [u8],
    writer: BufWriter<Writer>,
}

pub(super) fn open(layout: &Layout, writer: Writer) -> io::Result<Box<dyn Sink>> {
    let mut writer = BufWriter::with_capacity(BUFFER_BYTES, writer);
    write!(writer, "{{\"schema\":\"{}\",\"records\":[", layout.topic.schema())?;
    Ok(Box::new(JsonSink {
        rows: RowJson::new(layout),
        line: Vec::new(),
        separator: b"\n",
        queries: BufWriter::new(SpooledTempFile::new(QUERIES_IN_MEMORY)),
        query_separator: b"\n",
        writer,
    }))
}

impl Sink for JsonSink {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        self.line.clear();
        self.line.extend_from_slice(self.separator);
        self.rows.append(row, &mut self.line)?;
        self.separator = b",\n";
        self.writer.write_all(&self.line)
    }

    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        self.line.clear();
        self.line.extend_from_slice(self.query_separator);
        serde_json::to_writer(&mut self.line, outcome)?;
        self.query_separator = b",\n";
        self.queries.write_all(&self.line)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        let Self { mut writer, queries, .. } = *self;
        let mut queries = queries.into_inner().map_err(io::IntoInnerError::into_error)?;
        queries.rewind()?;
        writer.write_all(b"\n],\"queries\":[")?;
        io::copy(&mut queries, &mut writer)?;
        writer.write_all(b"\n]}\n")?;
        writer.flush()
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
        let mut sink = open(&layout, Box::new(bytes.clone())).unwrap();
        sink.row(&samples::dishonest_rows()[0]).unwrap();
        sink.flush().unwrap();
        assert!(bytes.text().contains("乐视云计算有限公司"));
    }

    #[test]
    fn many_outcomes_leave_memory_for_a_file() {
        let layout = Layout::whole(Topic::Dishonest, Header::Keys, Language::English);
        let mut sink = JsonSink {
            rows: RowJson::new(&layout),
            line: Vec::new(),
            separator: b"\n",
            queries: BufWriter::new(SpooledTempFile::new(QUERIES_IN_MEMORY)),
            query_separator: b"\n",
            writer: BufWriter::new(Box::new(io::sink())),
        };
        let outcome = &samples::outcomes()[0];
        for _ in 0..100_000 {
            sink.outcome(outcome).unwrap();
        }
        assert!(sink.queries.get_ref().is_rolled());
        assert!(sink.line.capacity() < 4096);
        Box::new(sink).finish().unwrap();
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
    }
}
