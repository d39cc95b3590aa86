//! `html`: one self-contained page to forward, with summary, charts, all records, all queries and the evidence. It is made
//! from `templates/report.html`.
//!
//! The page loads nothing: style, script, drawings and data are in it, and its content security policy forbids
//! everything else. The first rows of each table are markup, so that it can be read and mailed without scripts;
//! the script shows the others. Text of vendors passes [`sanitise`](super::sanitise) and is escaped by the template.
//! Everything that grows with the records waits in temporary files.

mod columns;
mod data_table;
mod presentation;

use super::counts::{Counts, Drawing, per_cent};
use super::facts::Facts;
use super::output_value::OutputValue;
use super::sink::{BUFFER_BYTES, OutputWriter, Sink};
use super::{Layout, Options, Selection};
use crate::domain::date::moment_in_shanghai;
use crate::domain::outcome::{QueryOutcome, RunSummary, Status};
use crate::domain::record::{ColumnPriority, Row, Topic, Value};
use crate::domain::request::ProviderId;
use crate::domain::text::Language;
use askama::Template;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use data_table::{DataTable, ROWS_AT_ONCE};
use presentation::{grouped, link, readable, shown, tone, visible};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};

const STYLE: &str = include_str!("../../templates/report.css");
const SCRIPT: &str = include_str!("../../templates/report.js");
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Maximum number of keywords at the head of the page.
const MOST_NAMES: usize = 5;
/// Maximum number of rows that are printed from the screen; a longer list belongs in a spreadsheet.
const MOST_PRINTED: u64 = 2000;

/// The page: `head` is everything that a reader sees, `tail` follows the data.
#[derive(Template)]
#[template(path = "report.html", blocks = ["head", "tail"])]
struct HtmlPage {
    layout: Layout,
    language: Language,
    options: Options,
    run: RunSummary,
    counts: Counts,
    facts: Facts,
    /// The first different keywords, one more than are named.
    names: Vec<String>,
    providers: BTreeSet<ProviderId>,
    /// The times at which the oldest and the newest answers were received.
    received: Option<(String, String)>,
    /// Queries from which `--exact` left all records out; `run` counts them as empty.
    queries_left_out: u64,
    /// Queries whose only page is empty; `run` counts them as empty, too.
    empty_pages: u64,
    /// Records that are, or may be, of other companies.
    unmatched: u64,
    /// Answered queries that have, or may have, more records.
    incomplete: u64,
    has_archive: bool,
    records: DataTable,
    queries: DataTable,
    evidence: DataTable,
    writer: BufWriter<OutputWriter>,
}

pub(super) fn open(layout: &Layout, options: Options, writer: OutputWriter) -> io::Result<Box<dyn Sink>> {
    let language = layout.language;
    let queries = columns::page_columns(&columns::of_queries(), language);
    let evidence = columns::page_columns(&columns::of_evidence(), language);
    let mut records = DataTable::new("records", columns::of_records(layout, options.selection))?;
    records.faint = layout.selected().position(|(_, column)| column.key == "is_history");
    Ok(Box::new(HtmlPage {
        layout: layout.clone(),
        language,
        options,
        run: RunSummary::default(),
        counts: Counts::of(layout.topic),
        facts: Facts::default(),
        names: Vec::new(),
        providers: BTreeSet::new(),
        received: None,
        queries_left_out: 0,
        empty_pages: 0,
        unmatched: 0,
        incomplete: 0,
        has_archive: false,
        records,
        queries: DataTable::new("queries", queries)?,
        evidence: DataTable::new("evidence", evidence)?,
        writer: BufWriter::with_capacity(BUFFER_BYTES, writer),
    }))
}

impl Sink for HtmlPage {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        self.counts.count(row);
        self.facts.count(row);
        let cell = |(index, column)| match row.value(index) {
            // The script also reads truth values.
            Value::Boolean(truth) => Ok(truth.into()),
            value => serde_json::to_value(OutputValue::of(column, value, self.language)),
        };
        let cells: Vec<Json> = self.layout.selected().map(cell).collect::<Result<_, _>>()?;
        self.records.row(cells)
    }

    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        self.run.count(outcome);
        self.queries_left_out += u64::from(outcome.is_left_out());
        self.empty_pages += u64::from(outcome.is_empty_page());
        self.unmatched += outcome.returned.saturating_sub(outcome.matched);
        self.providers.insert(outcome.provider);
        if self.names.len() <= MOST_NAMES && self.names.last() != Some(&outcome.query) {
            self.names.push(outcome.query.clone());
        }
        let answered_in_part = matches!(outcome.status, Status::Ok | Status::Partial) && !outcome.complete;
        self.incomplete += u64::from(answered_in_part);
        if let Some(moment) = &outcome.fetched_at {
            let (oldest, newest) = self.received.take().unwrap_or((moment.clone(), moment.clone()));
            self.received = Some((oldest.min(moment.clone()), newest.max(moment.clone())));
        }
        let cells = columns::of_queries().map(|(.., value)| value(outcome, self.language));
        self.queries.row(cells.into())?;
        for page in &outcome.pages {
            self.has_archive |= page.archive_id.is_some();
            let cells = columns::of_evidence().map(|(.., value)| value((outcome, page), self.language));
            self.evidence.row(cells.into())?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        if self.options.selection == Selection::Readable {
            self.move_columns();
        }
        let head = self.as_head().render().map_err(io::Error::other)?;
        let tail = self.as_tail().render().map_err(io::Error::other)?;
        let Self { records, queries, evidence, mut writer, .. } = *self;
        writer.write_all(head.as_bytes())?;
        for table in [records, queries, evidence] {
            table.write_data(&mut writer)?;
        }
        writer.write_all(tail.as_bytes())?;
        writer.flush()
    }
}

impl HtmlPage {
    /// Shows the columns that distinguish records; the others are among the details of a row.
    fn move_columns(&mut self) {
        for column in &mut self.records.columns {
            let distinguishes = match column.key {
                // The head of the page names a single query.
                "query" => self.names.len() > 1,
                "match" => self.unmatched > 0,
                _ => continue,
            };
            column.priority = if distinguishes { ColumnPriority::Essential } else { ColumnPriority::Detail };
        }
    }

    /// The first keywords.
    fn names(&self) -> String {
        let named = &self.names[..self.names.len().min(MOST_NAMES)];
        let more =
            if named.len() < self.names.len() { self.language.choose(" and others", "等") } else { "" };
        visible(&named.join(self.language.choose(", ", "、"))) + more
    }

    fn drawings(&self) -> Vec<Drawing> {
        self.counts.drawings(self.language).collect()
    }

    /// The configuration of the script.
    fn configuration(&self) -> Json {
        let tables = [&self.records, &self.queries, &self.evidence].map(DataTable::description);
        json!({
            "language": self.language.tag(),
            "rowsAtOnce": ROWS_AT_ONCE,
            "mostPrinted": MOST_PRINTED,
            "tables": tables,
        })
    }
}

/// Digests instead of `unsafe-inline`: not even a style attribute that slipped in would be obeyed.
fn policy() -> String {
    let [style, script] = [STYLE, SCRIPT].map(|text| BASE64_STANDARD.encode(Sha256::digest(text.as_bytes())));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::super::samples::{copyright_row, copyright_rows, dishonest_rows, outcomes, written};
    use super::super::{Format, Header, Layout, Options};
    use super::*;
    use crate::domain::record::Record;

    /// The part of a page without records between two of its texts.
    fn part(of: &[QueryOutcome], language: Language, start: &str, end: &str) -> String {
        let layout = Layout::whole(Topic::Dishonest, Header::Labels, language);
        let page = written(Format::Html, &layout, Options::default(), &[], of);
        page.split_once(start).unwrap().1.split_once(end).unwrap().0.to_owned()
    }

    #[test]
    fn the_answer_fits_what_became_of_the_run() {
        let outcomes = outcomes();
        let empty_page = [QueryOutcome { total: None, complete: false, ..outcomes[1].clone() }];
        let left_out = [QueryOutcome { distinct: 3, other: 3, ..outcomes[1].clone() }];
        for (of, english, chinese) in [
            (&outcomes[..1], "3 records found.", "查到 3 条记录。"),
            (&outcomes[1..2], "The vendor answered: no record.", "服务商答复：没有记录。"),
            (
                &left_out[..],
                "No record of this company. Records of others are left out (--exact).",
                "没有该企业的记录。其他记录已略去（--exact）。",
            ),
            (&empty_page[..], "No records on this page of the list.", "本页没有记录。"),
            (
                &[&outcomes[1..2], &left_out].concat(),
                "0 of 2 queries found records, 0 records in all; for 1 the vendor answered that it has none; for 1 there are only records of others, left out (--exact).",
                "2 个查询中 0 个有记录，共 0 条；1 个经服务商答复没有记录；1 个只有其他记录，已略去（--exact）。",
            ),
            (&outcomes[2..3], "20 records found, but not all of them.", "查到 20 条记录，但未能全部取得。"),
            (
                &outcomes[3..4],
                "The query failed: it is not known whether there are records.",
                "查询失败：不知道有没有记录。",
            ),
            (
                &outcomes[..],
                "1 of 5 queries found records, 23 records in all; for 1 the vendor answered that it has none; 3 without a full answer.",
                "5 个查询中 1 个有记录，共 23 条；1 个经服务商答复没有记录；3 个没有完整答复。",
            ),
        ] {
            for (language, expected) in [(Language::English, english), (Language::Chinese, chinese)] {
                assert_eq!(part(of, language, "<p class=\"answer\">", "</p>"), expected);
            }
        }
    }

    #[test]
    fn warnings_are_given_where_something_is_missing_and_nowhere_else() {
        let outcomes = outcomes();
        let warnings = |of| part(of, Language::English, "<main>\n", "<ul class=\"numbers\">");
        assert_eq!(warnings(&outcomes[..2]), "");
        let all = warnings(&outcomes);
        let tones: Vec<_> = all.split("<p class=\"warning ").skip(1).map(|rest| &rest[..5]).collect();
        assert_eq!(tones, ["fault", "mixed"]);
        assert!(all.contains(">Without an answer: 2 of 5 queries."), "{all}");
    }

    /// The charts of a page of these records.
    fn charts(topic: Topic, language: Language, rows: &[Row]) -> String {
        let layout = Layout::whole(topic, Header::Labels, language);
        let page = written(Format::Html, &layout, Options::default(), rows, &[]);
        page.split_once("<section id=\"charts\">").unwrap().1.split_once("</section>").unwrap().0.to_owned()
    }

    #[test]
    fn a_bar_has_its_label_its_length_its_count_and_its_link() {
        let html = charts(Topic::Dishonest, Language::Chinese, &dishonest_rows());
        assert!(html.contains("<figcaption>按执行法院</figcaption>"), "{html}");
        assert!(
            html.contains(
                "<a href=\"#filed_on=2019\"><span class=\"label\">2019</span><svg><title>2019: 2</title>"
            ),
            "{html}"
        );
        assert!(html.contains(">2 · 67%</span>") && html.contains(">1 · 33%</span>"), "{html}");
        assert!(html.contains("class=\"bad\"") && html.contains("class=\"good\""), "{html}");
    }

    #[test]
    fn a_hostile_label_is_text() {
        let record = Record::new(Topic::Copyright).with("owner", "</span><script>alert(1)</script>");
        let html = charts(Topic::Copyright, Language::English, &[copyright_row("甲", record)]);
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("%3Cscript%3E"), "{html}");
    }

    #[test]
    fn what_is_history_is_faint() {
        let layout = Layout::whole(Topic::Copyright, Header::Labels, Language::English);
        let page = written(Format::Html, &layout, Options::default(), &copyright_rows(), &[]);
        let records = page.split_once("<section id=\"records\">").unwrap().1;
        assert_eq!(records.matches("<tr class=\"faint\">").count(), 1);
    }
}
