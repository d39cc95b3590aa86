//! `--raw`: the vendors' bodies as received, one a line.

use super::csv::BYTE_ORDER_MARK;
use super::sink::BUFFER_BYTES;
use super::{OutputWriter, Sink};
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::Row;
use serde::de::IgnoredAny;
use std::io::{self, BufWriter, Write};

struct RawSink(BufWriter<OutputWriter>);

/// Opens the sink of `--raw`. It writes the bodies of a query's pages with its outcome.
///
/// A JSON body is written byte for byte, less the line breaks between its tokens and a byte-order mark. Any
/// other body — XML, HTML, nothing — becomes one JSON string; bytes that are not UTF-8 show as U+FFFD there,
/// and are kept in the archive.
pub fn open(writer: OutputWriter) -> Box<dyn Sink> {
    Box::new(RawSink(BufWriter::with_capacity(BUFFER_BYTES, writer)))
}

impl Sink for RawSink {
    fn row(&mut self, _: &Row) -> io::Result<()> {
        Ok(())
    }

    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        outcome.pages.iter().try_for_each(|page| self.body(&page.body))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.0.flush()
    }
}

impl RawSink {
    fn body(&mut self, body: &[u8]) -> io::Result<()> {
        let bare = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
        if is_json(bare) {
            // Inside a JSON string a bare line break is not allowed, so each one lies between two tokens.
            for part in bare.split(|byte| matches!(byte, b'\n' | b'\r')) {
                self.0.write_all(part)?;
            }
        } else {
            serde_json::to_writer(&mut self.0, &String::from_utf8_lossy(body))?;
        }
        self.0.write_all(b"\n")
    }
}

fn is_json(body: &[u8]) -> bool {
    std::str::from_utf8(body).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok())
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, SharedBytes};
    use super::*;
    use crate::domain::outcome::PageEvidence;

    fn lines(bodies: &[&[u8]]) -> String {
        let bytes = SharedBytes::default();
        let mut sink = open(Box::new(bytes.clone()));
        sink.row(&samples::dishonest_rows()[0]).unwrap();
        let page = |body: &&[u8]| PageEvidence {
            page: 1,
            archive_id: None,
            body: body.to_vec(),
            received_at: jiff::Timestamp::UNIX_EPOCH,
            from_archive: false,
        };
        let pages = bodies.iter().map(page).collect();
        sink.outcome(&QueryOutcome { pages, ..samples::outcomes().swap_remove(0) }).unwrap();
        sink.finish().unwrap();
        bytes.text()
    }

    #[test]
    fn json_is_byte_exact_but_for_line_breaks_between_tokens() {
        assert_eq!(
            lines(&[b"{\r\n  \"a\" : 1.50,\n \"b\":\"x\\ny \\u4e50\", \"a\":2}\n", "\u{feff}[1]".as_bytes()]),
            "{  \"a\" : 1.50, \"b\":\"x\\ny \\u4e50\", \"a\":2}\n[1]\n"
        );
    }

    #[test]
    fn anything_else_is_one_string_on_one_line() {
        assert_eq!(
            lines(&[b"<a>\n\"x\"</a>", b"", b"\xb2\xbb", b"{\"broken\nstring\":1}"]),
            "\"<a>\\n\\\"x\\\"</a>\"\n\"\"\n\"\u{fffd}\u{fffd}\"\n\"{\\\"broken\\nstring\\\":1}\"\n"
        );
    }

    #[test]
    fn rows_and_outcomes_without_pages_write_nothing() {
        assert_eq!(lines(&[]), "");
    }
}
