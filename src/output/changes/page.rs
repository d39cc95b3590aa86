//! `html`: one self-contained page without scripts, made from `templates/changes.html`. Old and new values stand side by
//! side.

use super::super::sanitise::sanitise;
use super::super::sink::{BUFFER_BYTES, Writer};
use super::side_by_side::{HEADINGS, Line, heading_of, lines_of};
use super::sink::ChangeSink;
use crate::domain::change::{COMPARED_QUERY_COLUMNS, Change, ComparedQuery, ComparedQueryColumn};
use crate::domain::record::Value;
use crate::domain::text::{Language, Text};
use askama::Template;
use std::io::{self, BufWriter, Seek, Write};
use tempfile::SpooledTempFile;

/// Bytes of the table of queries that are held in memory.
const QUERIES_IN_MEMORY: usize = 256 * 1024;

#[derive(Template)]
#[template(path = "changes.html", block = "head")]
struct ChangesHead {
    language: Language,
}

/// The changes of one query.
#[derive(Template)]
#[template(path = "changes.html", block = "changes")]
struct ChangesTable {
    language: Language,
    heading: String,
    labels: [Text; 5],
    lines: Vec<Line>,
}

/// The beginning of the table of queries.
#[derive(Template)]
#[template(path = "changes.html", block = "queries")]
struct QueriesHead {
    language: Language,
    has_changes: bool,
}

/// One row of the table of queries.
#[derive(Template)]
#[template(path = "changes.html", block = "query")]
struct QueryRow {
    cells: Vec<String>,
}

/// The page, with the rows of its table of queries held back until the end.
pub(super) struct PageChanges {
    language: Language,
    lines: Vec<Line>,
    has_changes: bool,
    queries: BufWriter<SpooledTempFile>,
    writer: BufWriter<Writer>,
}

impl PageChanges {
    pub(super) fn new(language: Language, writer: Writer) -> io::Result<Self> {
        let mut writer = BufWriter::with_capacity(BUFFER_BYTES, writer);
        render(&ChangesHead { language }, &mut writer)?;
        let queries = BufWriter::new(SpooledTempFile::new(QUERIES_IN_MEMORY));
        Ok(Self { language, lines: Vec::new(), has_changes: false, queries, writer })
    }
}

fn render(template: &impl Template, writer: &mut impl Write) -> io::Result<()> {
    Template::write_into(template, writer).map_err(io::Error::other)
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
            let heading = sanitise(&heading_of(query, language)).into_owned();
            let lines = std::mem::take(&mut self.lines);
            render(&ChangesTable { language, heading, labels: HEADINGS, lines }, &mut self.writer)?;
        }
        let cell = |column: &ComparedQueryColumn| {
            let text = match (column.key, (column.value)(query), query.reason) {
                ("status", ..) => query.status.label().in_language(language).to_owned(),
                ("reason", _, Some(reason)) => reason.text().in_language(language).to_owned(),
                (_, Value::Text(text), _) => text.to_owned(),
                (_, Value::Integer(number), _) => number.to_string(),
                _ => String::new(),
            };
            sanitise(&text).into_owned()
        };
        let cells = COMPARED_QUERY_COLUMNS.iter().map(cell).collect();
        render(&QueryRow { cells }, &mut self.queries)
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        let Self { language, has_changes, queries, mut writer, .. } = *self;
        let mut queries = queries.into_inner().map_err(io::IntoInnerError::into_error)?;
        queries.rewind()?;
        render(&QueriesHead { language, has_changes }, &mut writer)?;
        io::copy(&mut queries, &mut writer)?;
        writer.write_all(b"</table>\n</body>\n</html>\n")?;
        writer.flush()
    }
}
