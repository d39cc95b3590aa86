//! `html`: one self-contained page without scripts; old and new values stand side by side.

use super::super::sanitise::sanitise;
use super::super::sink::{BUFFER_BYTES, Writer};
use super::side_by_side::{HEADINGS, Line, heading_of, lines_of};
use super::sink::{ChangeLayout, ChangeSink, HELD_IN_MEMORY};
use crate::domain::change::{COMPARED_QUERY_COLUMNS, Change, ComparedQuery};
use crate::domain::record::Value;
use crate::domain::text::{Language, Text};
use std::fmt;
use std::io::{self, BufWriter, Seek, Write};
use tempfile::SpooledTempFile;

const STYLE: &str = include_str!("page.css");
const TITLE: Text = Text::new("What has changed", "变化");
const QUERIES: Text = Text::new("Queries", "查询");
const NOTE: Text = Text::new(
    "“No longer listed” says only that the newest complete answer does not contain the record. It does not say why.",
    "“不再列出”仅表示最近一次完整结果中没有该记录，不说明原因。",
);
const NOTHING: Text = Text::new("No changes.", "没有变化。");

/// The page, with its table of queries held back until the end.
pub(super) struct PageChanges {
    layout: ChangeLayout,
    lines: Vec<Line>,
    has_changes: bool,
    queries: BufWriter<SpooledTempFile>,
    writer: BufWriter<Writer>,
}

/// Text as the content of an element or of a quoted attribute.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in sanitise(self.0).chars() {
            match character {
                '&' => formatter.write_str("&amp;")?,
                '<' => formatter.write_str("&lt;")?,
                '>' => formatter.write_str("&gt;")?,
                '"' => formatter.write_str("&quot;")?,
                character => write!(formatter, "{character}")?,
            }
        }
        Ok(())
    }
}

impl PageChanges {
    pub(super) fn new(layout: ChangeLayout, writer: Writer) -> io::Result<Self> {
        let mut writer = BufWriter::with_capacity(BUFFER_BYTES, writer);
        let language = layout.language;
        let title = TITLE.in_language(language);
        write!(
            writer,
            "<!doctype html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <title>hecha · {title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n\
             <p class=\"note\">{note}</p>\n",
            tag = if language == Language::Chinese { "zh-CN" } else { "en" },
            note = NOTE.in_language(language)
        )?;
        let queries = BufWriter::new(SpooledTempFile::new(HELD_IN_MEMORY));
        Ok(Self { layout, lines: Vec::new(), has_changes: false, queries, writer })
    }

    fn changes_table(&mut self) -> io::Result<()> {
        writeln!(self.writer, "<table>\n<tr>{}</tr>", headings(&HEADINGS, self.layout))?;
        for [change, record, field, old, new] in std::mem::take(&mut self.lines) {
            writeln!(
                self.writer,
                "<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"old\">{}</td><td class=\"new\">{}</td></tr>",
                Escaped(&change),
                Escaped(&record),
                Escaped(&field),
                Escaped(&old),
                Escaped(&new)
            )?;
        }
        writeln!(self.writer, "</table>")
    }
}

fn headings(labels: &[Text], layout: ChangeLayout) -> String {
    labels.iter().map(|label| format!("<th>{}</th>", Escaped(label.in_language(layout.language)))).collect()
}

impl ChangeSink for PageChanges {
    fn change(&mut self, change: &Change) -> io::Result<()> {
        self.lines.extend(lines_of(change, self.layout.language));
        Ok(())
    }

    fn query(&mut self, query: &ComparedQuery) -> io::Result<()> {
        if !self.lines.is_empty() {
            self.has_changes = true;
            let heading = heading_of(query, self.layout.language);
            writeln!(self.writer, "<h2>{}</h2>", Escaped(&heading))?;
            self.changes_table()?;
        }
        write!(self.queries, "<tr>")?;
        for column in COMPARED_QUERY_COLUMNS {
            let language = self.layout.language;
            let text = match (column.key, (column.value)(query), query.reason) {
                ("status", ..) => query.status.label().in_language(language).to_owned(),
                ("reason", _, Some(reason)) => reason.text().in_language(language).to_owned(),
                (_, Value::Text(text), _) => text.to_owned(),
                (_, Value::Integer(number), _) => number.to_string(),
                _ => String::new(),
            };
            write!(self.queries, "<td>{}</td>", Escaped(&text))?;
        }
        writeln!(self.queries, "</tr>")
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        let Self { layout, has_changes, queries, mut writer, .. } = *self;
        let mut queries = queries.into_inner().map_err(io::IntoInnerError::into_error)?;
        queries.rewind()?;
        if !has_changes {
            writeln!(writer, "<p>{}</p>", NOTHING.in_language(layout.language))?;
        }
        let labels: Vec<Text> = COMPARED_QUERY_COLUMNS.iter().map(|column| column.label).collect();
        writeln!(writer, "<h2>{}</h2>", QUERIES.in_language(layout.language))?;
        writeln!(writer, "<table>\n<tr>{}</tr>", headings(&labels, layout))?;
        io::copy(&mut queries, &mut writer)?;
        writer.write_all(b"</table>\n</body>\n</html>\n")?;
        writer.flush()
    }
}
