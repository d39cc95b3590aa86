//! `ndjson`: one record a line, nothing else.

use super::row_json::RowJson;
use super::sink::BUFFER_BYTES;
use super::{Layout, Sink, Writer};
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::Row;
use std::io::{self, BufWriter, Write};

struct NdjsonSink {
    rows: RowJson,
    line: Vec<u8>,
    writer: BufWriter<Writer>,
}

pub(super) fn open(layout: &Layout, writer: Writer) -> Box<dyn Sink> {
    let writer = BufWriter::with_capacity(BUFFER_BYTES, writer);
    Box::new(NdjsonSink { rows: RowJson::new(layout), line: Vec::new(), writer })
}

impl Sink for NdjsonSink {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        self.line.clear();
        self.rows.append(row, &mut self.line)?;
        self.line.push(b'\n');
        self.writer.write_all(&self.line)
    }

    fn outcome(&mut self, _: &QueryOutcome) -> io::Result<()> {
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.writer.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, written};
    use super::super::{Format, Header, Layout, Options};
    use crate::domain::record::Topic;
    use crate::domain::text::Language;
    use proptest::prelude::*;

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
            let text = written(Format::Ndjson, &layout, Options::default(), &rows, &[]);
            let lines: Vec<serde_json::Value> =
                text.split_terminator('\n').map(|line| serde_json::from_str(line).unwrap()).collect();
            prop_assert_eq!(lines, rows.iter().map(samples::as_json).collect::<Vec<_>>());
        }
    }
}
