//! `html`: one self-contained page without scripts, made from `templates/changes.html`. Old and new values stand side by
//! side.

use super::super::sanitise::sanitise;
use super::super::sink::{BUFFER_BYTES, Writer};
use super::side_by_side::{HEADINGS, Line, heading_of, lines_of};
use super::sink::ChangeSink;
use crate::domain::change::{Change, ComparedQuery, Incomparable};
use crate::domain::text::Language;
use askama::Template;
use std::io::{self, BufWriter, Write};

/// The page, which is written block by block: `head`, then `query` for each query.
#[derive(Template)]
#[template(path = "changes.html", blocks = ["head", "query"])]
pub(super) struct PageChanges {
    language: Language,
    /// The query that is written next.
    heading: String,
    reason: Option<Incomparable>,
    lines: Vec<Line>,
    writer: BufWriter<Writer>,
}

impl PageChanges {
    pub(super) fn new(language: Language, writer: Writer) -> io::Result<Self> {
        let mut page = Self {
            language,
            heading: String::new(),
            reason: None,
            lines: Vec::new(),
            writer: BufWriter::with_capacity(BUFFER_BYTES, writer),
        };
        let head = page.as_head().render().map_err(io::Error::other)?;
        page.writer.write_all(head.as_bytes())?;
        Ok(page)
    }
}

impl ChangeSink for PageChanges {
    fn change(&mut self, change: &Change) -> io::Result<()> {
        let clean = |line: Line| line.map(|cell| sanitise(&cell).into_owned());
        self.lines.extend(lines_of(change, self.language).into_iter().map(clean));
        Ok(())
    }

    fn query(&mut self, query: &ComparedQuery) -> io::Result<()> {
        self.heading = sanitise(&heading_of(query, self.language)).into_owned();
        self.reason = query.reason;
        let section = self.as_query().render().map_err(io::Error::other)?;
        self.lines.clear();
        self.writer.write_all(section.as_bytes())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.writer.write_all(b"</body>\n</html>\n")?;
        self.writer.flush()
    }
}
