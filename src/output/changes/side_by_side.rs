//! The changes for people: one line for each value, the old beside the new. `table` is for a terminal, `html` is one
//! self-contained page without scripts, made from `templates/changes.html`.

use super::super::listing;
use super::super::output_value::OutputValue;
use super::super::sanitise::sanitise;
use super::super::sink::{BUFFER_BYTES, ChangeSink, OutputWriter};
use crate::domain::change::{Change, ChangeKind, ComparedQuery, Comparison, FieldChange};
use crate::domain::record::{Column, Topic, Value};
use crate::domain::text::{Language, Text, message};
use askama::Template;
use std::io::{self, BufWriter, Write};

/// The headings of the lines.
const HEADINGS: [Text; 5] = [
    Text::new("change", "变化"),
    Text::new("record", "记录"),
    Text::new("field", "字段"),
    Text::new("before", "原值"),
    Text::new("now", "现值"),
];

/// One line: the cells under [`HEADINGS`].
type Line = [String; 5];

/// The lines of one change.
fn lines_of(change: &Change, language: Language) -> Vec<Line> {
    let label = change.kind.label().in_language(language).to_owned();
    let (identity, details) = match change.row.record.topic() {
        Topic::Dishonest => (["name", "case_number", "court"], ["performance", "filed_on"]),
        Topic::Copyright | Topic::MergedCopyright => {
            (["owner", "registration_number", "name"], ["version", "registered_on"])
        }
    };
    // A record of another company must not pass for one of the company that was asked for.
    let record_match = change.row.record_match;
    let record = if record_match.is_matched() {
        joined(change, &identity[1..], language)
    } else {
        let relation = record_match.label().in_language(language);
        format!("{relation} · {}", joined(change, &identity, language))
    };
    if change.kind == ChangeKind::Changed {
        let line = |field: &FieldChange| {
            let shown = |value| text_of(field.column, Value::from(value), language);
            let heading = field.column.label.in_language(language).to_owned();
            [label.clone(), record.clone(), heading, shown(&field.old), shown(&field.new)]
        };
        return change.fields.iter().map(line).collect();
    }
    let details = joined(change, &details, language);
    let [before, now] = match change.kind {
        ChangeKind::Removed => [details, String::new()],
        _ => [String::new(), details],
    };
    vec![[label, record, String::new(), before, now]]
}

/// The values of some columns, one after the other.
fn joined(change: &Change, keys: &[&str], language: Language) -> String {
    let record = &change.row.record;
    let values = keys.iter().filter_map(|key| {
        let column = record.topic().columns().iter().find(|column| column.key == *key)?;
        Some(text_of(column, Value::Text(record.text(key)?), language))
    });
    values.collect::<Vec<_>>().join(" · ")
}

/// A value for people.
fn text_of(column: &Column, value: Value<'_>, language: Language) -> String {
    if value == Value::Null {
        return "–".to_owned();
    }
    OutputValue::of(column, value, language).text().into_owned()
}

/// The heading above the changes of a query: the keyword, the provider, the filters, the counts and the two days.
fn heading_of(query: &ComparedQuery, language: Language) -> String {
    let Comparison { status, older, newer, .. } = &query.comparison;
    let counts = query.comparison.counts_in_words().unwrap_or_else(|| status.label().into());
    let day = |moment: &str| moment.get(..16).unwrap_or(moment).replace('T', " ");
    let period = older.as_ref().zip(newer.as_ref()).map(|(older, newer)| {
        let (from, to) = (day(&older.fetched_at), day(&newer.fetched_at));
        message!(" ({from} → {to})", "（{from} → {to}）")
    });
    let filters = query.filters.as_ref().map(|filters| message!(", {filters}", "，{filters}"));
    let filters = filters.unwrap_or_default();
    let provider = query.provider.map(|id| message!(" ({id}{filters})", "（{id}{filters:#}）"));
    let heading = message!(
        "{keyword}{provider}: {counts}{period}",
        "{keyword}{provider:#}：{counts:#}{period:#}",
        keyword = query.query,
        provider = provider.unwrap_or_default(),
        period = period.unwrap_or_default()
    );
    heading.in_language(language).to_owned()
}

/// The form of the output.
pub(super) enum Form {
    /// A block for each query with changes, as wide as the terminal if there is one.
    Table(Option<u16>),
    /// One self-contained page.
    Page,
}

/// Writes the changes of each query as soon as all of them are known.
pub(super) struct SideBySide {
    language: Language,
    form: Form,
    writer: BufWriter<OutputWriter>,
}

/// A part of the page: `head` once, `query` for each query.
#[derive(Template)]
#[template(path = "changes.html", blocks = ["head", "query"])]
struct Section<'a> {
    language: Language,
    heading: &'a str,
    /// The reason for which it was not compared, or not completely.
    note: Option<&'a str>,
    lines: &'a [Line],
}

impl SideBySide {
    pub(super) fn new(form: Form, language: Language, writer: OutputWriter) -> io::Result<Self> {
        let mut writer = BufWriter::with_capacity(BUFFER_BYTES, writer);
        if matches!(form, Form::Page) {
            let head = Section { language, heading: "", note: None, lines: &[] }.as_head().render();
            writer.write_all(head.map_err(io::Error::other)?.as_bytes())?;
        }
        Ok(Self { language, form, writer })
    }
}

impl ChangeSink for SideBySide {
    fn query(&mut self, query: &ComparedQuery) -> io::Result<()> {
        let language = self.language;
        let clean = |line: Line| line.map(|cell| sanitise(&cell).into_owned());
        let lines: Vec<Line> = query
            .comparison
            .changes
            .iter()
            .flat_map(|change| lines_of(change, language))
            .map(clean)
            .collect();
        let heading = heading_of(query, language);
        let heading = sanitise(&heading);
        match self.form {
            // The reason for a comparison that is not possible is a warning on standard error.
            Form::Table(_) if lines.is_empty() => Ok(()),
            Form::Table(width) => {
                let headings = HEADINGS.map(|heading| heading.in_language(language));
                let table = listing::draw(&headings, lines.into_iter().map(Vec::from), width);
                writeln!(self.writer, "{heading}\n{table}")
            }
            Form::Page => {
                let reason = query.comparison.reason.map(|reason| reason.text().in_language(language));
                let warning = query.warning.as_ref().map(|warning| warning.message.in_language(language));
                let note = warning.map(sanitise);
                let section =
                    Section { language, heading: &heading, note: note.as_deref().or(reason), lines: &lines };
                let section = section.as_query().render().map_err(io::Error::other)?;
                self.writer.write_all(section.as_bytes())
            }
        }
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        if matches!(self.form, Form::Page) {
            self.writer.write_all(b"</body>\n</html>\n")?;
        }
        self.writer.flush()
    }
}
