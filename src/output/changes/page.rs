//! `html`: one self-contained page without scripts, made from `templates/changes.html`. Old and new values stand side by
//! side.

use super::super::query_columns::{COMPARED, QueryColumn};
use super::super::reading::flat_text;
use super::super::sanitise::sanitise;
use super::super::sink::{BUFFER_BYTES, Writer};
use super::side_by_side::{HEADINGS, Line, heading_of, lines_of};
use super::sink::ChangeSink;
use crate::domain::change::{Change, ComparedQuery};
use crate::domain::text::Language;
use askama::Template;
use serde_json::json;
use std::io::{self, BufWriter, Seek, Write};
use tempfile::SpooledTempFile;

/// Bytes of the table of queries that are held in memory.
const QUERIES_IN_MEMORY: usize = 256 * 1024;

/// The page, with the rows of its table of queries held back until the end. It is written block by block.
#[derive(Template)]
#[template(path = "changes.html", blocks = ["head", "changes", "queries", "query"])]
pub(super) struct PageChanges {
    language: Language,
    /// The changes of one query, and the heading above them.
    lines: Vec<Line>,
    heading: String,
    has_changes: bool,
    /// One row of the table of queries.
    cells: Vec<String>,
    queries: BufWriter<SpooledTempFile>,
    writer: BufWriter<Writer>,
}

impl PageChanges {
    pub(super) fn new(language: Language, writer: Writer) -> io::Result<Self> {
        let mut page = Self {
            language,
            lines: Vec::new(),
            heading: String::new(),
            has_changes: false,
            cells: Vec::new(),
            queries: BufWriter::new(SpooledTempFile::new(QUERIES_IN_MEMORY)),
            writer: BufWriter::with_capacity(BUFFER_BYTES, writer),
        };
        let head = rendered(page.as_head())?;
        page.writer.write_all(head.as_bytes())?;
        Ok(page)
    }
}

fn rendered(template: impl Template) -> io::Result<String> {
    template.render().map_err(io::Error::other)
}

impl ChangeSink for PageChanges {
    fn change(&mut self, change: &Change) -> io::Result<()> {
        let clean = |line: Line| line.map(|cell| sanitise(&cell).into_owned());
        self.lines.extend(lines_of(change, self.language).into_iter().map(clean));
        Ok(())
    }

    fn query(&mut self, query: &ComparedQuery) -> io::Result<()> {
        let language = self.language;
        if !self.lines.is_empty() {
            self.has_changes = true;
            self.heading = sanitise(&heading_of(query, language)).into_owned();
            let changes = rendered(self.as_changes())?;
            self.writer.write_all(changes.as_bytes())?;
            self.lines.clear();
        }
        let document = json!(query);
        let cell = |column: &QueryColumn| {
            let text = match (column.key, query.reason) {
                ("status", _) => query.status.label().in_language(language).into(),
                ("reason", Some(reason)) => reason.text().in_language(language).into(),
                _ => flat_text(column.value(&document)),
            };
            sanitise(&text).into_owned()
        };
        self.cells = COMPARED.iter().map(cell).collect();
        let row = rendered(self.as_query())?;
        self.queries.write_all(row.as_bytes())
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        let queries_head = rendered(self.as_queries())?;
        let Self { queries, mut writer, .. } = *self;
        let mut queries = queries.into_inner().map_err(io::IntoInnerError::into_error)?;
        queries.rewind()?;
        writer.write_all(queries_head.as_bytes())?;
        io::copy(&mut queries, &mut writer)?;
        writer.write_all(b"</table>\n</body>\n</html>\n")?;
        writer.flush()
    }
}
