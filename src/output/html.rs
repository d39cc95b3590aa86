//! `html`: one self-contained page to forward, with summary, charts, all records, all queries and the evidence.
//!
//! The page loads nothing: style, script, drawings and data are in it, and its content security policy forbids
//! everything else. The first rows of each table are markup, so that it can be read and mailed without scripts;
//! the script shows the others. Text of vendors passes [`sanitise`](super::sanitise) and is escaped by the template.
//! Everything that grows with the records waits in temporary files.

mod chart;
mod contents;
mod data_table;
mod filters;
mod page;
mod words;

use super::sink::{BUFFER_BYTES, Sink, Writer};
use super::{Layout, Options};
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::Row;
use contents::PageContents;
use std::io::{self, BufWriter, Write};

struct HtmlSink {
    contents: PageContents,
    writer: BufWriter<Writer>,
}

pub(super) fn open(layout: &Layout, options: Options, writer: Writer) -> io::Result<Box<dyn Sink>> {
    let contents = PageContents::new(layout, options)?;
    Ok(Box::new(HtmlSink { contents, writer: BufWriter::with_capacity(BUFFER_BYTES, writer) }))
}

impl Sink for HtmlSink {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        self.contents.row(row)
    }

    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        self.contents.outcome(outcome)
    }

    fn wants_evidence(&self) -> bool {
        true
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        let Self { contents, mut writer } = *self;
        page::write(contents, &mut writer)?;
        writer.flush()
    }
}
