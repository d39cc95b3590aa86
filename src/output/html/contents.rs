//! The contents of the page: counts, and the rows of its three tables.

use super::super::counts::Counts;
use super::super::facts::Facts;
use super::super::reading::Reading;
use super::super::{Layout, Options, Selection};
use super::data_table::{DataTable, PageColumn, class_of};
use super::{chart, words};
use crate::domain::outcome::{QueryOutcome, RunSummary, Status};
use crate::domain::record::{RecordMatch, Row, Topic, Value};
use crate::domain::request::ProviderId;
use crate::domain::text::Language;
use std::collections::BTreeSet;
use std::io;

/// The most keywords that are named at the head of the page.
const MOST_NAMES: usize = 5;

/// The contents of the page.
pub(super) struct PageContents {
    pub(super) layout: Layout,
    pub(super) options: Options,
    pub(super) run: RunSummary,
    pub(super) counts: Counts,
    pub(super) facts: Facts,
    pub(super) names: Vec<String>,
    /// Keywords that are not the one before them.
    pub(super) queried: u64,
    pub(super) last_query: Option<String>,
    pub(super) providers: BTreeSet<ProviderId>,
    /// When the oldest and the newest answers were received.
    pub(super) received: Option<(String, String)>,
    /// Records that are of other companies, or may be.
    pub(super) unmatched: u64,
    /// Answered queries of which there are more records, as far as is known.
    pub(super) incomplete: u64,
    pub(super) has_archive: bool,
    pub(super) records: DataTable,
    pub(super) queries: DataTable,
    pub(super) evidence: DataTable,
}

impl PageContents {
    /// A page without records. An error is that of a temporary file.
    pub(super) fn new(layout: &Layout, options: Options) -> io::Result<Self> {
        let language = layout.language;
        let mut records = DataTable::new("records", record_columns(layout, options.selection), language)?;
        records.faint = layout.selected().position(|(_, column)| column.key == "is_history");
        Ok(Self {
            layout: layout.clone(),
            options,
            run: RunSummary::default(),
            counts: Counts::of(layout.topic),
            facts: Facts::default(),
            names: Vec::new(),
            queried: 0,
            last_query: None,
            providers: BTreeSet::new(),
            received: None,
            unmatched: 0,
            incomplete: 0,
            has_archive: false,
            records,
            queries: DataTable::new("queries", query_columns(language), language)?,
            evidence: DataTable::new("evidence", evidence_columns(language), language)?,
        })
    }

    /// Counts and adds one record.
    pub(super) fn row(&mut self, row: &Row) -> io::Result<()> {
        self.counts.count(row);
        self.facts.count(row);
        let language = self.layout.language;
        let readings: Vec<Reading<'_>> = self
            .layout
            .selected()
            .map(|(index, column)| Reading::of(column, row.value(index), language))
            .collect();
        for (column, reading) in self.records.columns.iter_mut().zip(&readings) {
            column.repeats_the_query &= reading.value() == Value::Text(&row.query);
        }
        self.records.row(readings.iter().map(Reading::value))
    }

    /// Counts one query, and adds it and its pages.
    pub(super) fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        self.run.count(outcome);
        self.unmatched += outcome.returned.saturating_sub(outcome.matched);
        self.providers.insert(outcome.provider);
        if self.last_query.as_ref() != Some(&outcome.query) {
            self.queried += 1;
            if self.names.len() < MOST_NAMES {
                self.names.push(outcome.query.clone());
            }
            self.last_query = Some(outcome.query.clone());
        }
        let answered_in_part = matches!(outcome.status, Status::Ok | Status::Partial) && !outcome.complete;
        self.incomplete += u64::from(answered_in_part);
        if let Some(moment) = &outcome.fetched_at {
            self.received = Some(match self.received.take() {
                None => (moment.clone(), moment.clone()),
                Some((oldest, newest)) => (oldest.min(moment.clone()), newest.max(moment.clone())),
            });
        }
        self.query(outcome)?;
        self.pages(outcome)
    }

    fn query(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        let language = self.layout.language;
        let meaning = words::meaning(outcome, language);
        let fetched_at = outcome.fetched_at.as_deref().map(words::readable);
        let count = |count: u64| i64::try_from(count).map_or(Value::Null, Value::Integer);
        let values = [
            Value::Text(&outcome.query),
            Value::Text(outcome.kind.in_words().in_language(language)),
            Value::Text(outcome.provider.as_str()),
            Value::Text(words::status(outcome.status).0.in_language(language)),
            Value::Text(&meaning),
            count(outcome.returned),
            outcome.total.map_or(Value::Null, count),
            Value::Boolean(outcome.complete),
            count(outcome.matched),
            count(outcome.other),
            count(outcome.undecided),
            count(outcome.calls),
            count(outcome.archived_pages),
            fetched_at.as_deref().map_or(Value::Null, Value::Text),
        ];
        self.queries.row(values.into_iter())
    }

    fn pages(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        let language = self.layout.language;
        for page in &outcome.pages {
            self.has_archive |= page.archive_id.is_some();
            let received_at = words::readable(&page.received_at);
            let source = if page.from_archive {
                language.choose("archive", "存档")
            } else {
                language.choose("vendor, this run", "服务商（本次）")
            };
            let values = [
                Value::Text(&outcome.query),
                Value::Text(outcome.provider.as_str()),
                Value::Integer(page.page.into()),
                page.archive_id.map_or(Value::Text(language.choose("not kept", "未存档")), Value::Integer),
                Value::Text(&page.sha256),
                Value::Text(&received_at),
                Value::Text(source),
            ];
            self.evidence.row(values.into_iter())?;
        }
        Ok(())
    }
}

fn record_columns(layout: &Layout, selection: Selection) -> Vec<PageColumn> {
    let columns = layout.selected().map(|(_, column)| {
        let mut shown = PageColumn::new(column.key, layout.label_of(column), class_of(column.kind));
        if selection == Selection::Readable {
            shown.priority = column.priority;
        }
        match (layout.topic, column.key) {
            (Topic::Dishonest, "performance") => {
                shown.class = "badge";
                shown.is_choice = true;
                shown.tone = chart::performance_tone;
            }
            (Topic::Copyright, "category") => shown.is_choice = true,
            (_, "match") => {
                shown.class = "badge";
                shown.is_choice = true;
                shown.tone = match_tone;
            }
            (_, "query") => {
                shown.is_choice = true;
                shown.class = "text";
            }
            _ => {}
        }
        shown
    });
    columns.collect()
}

fn query_columns(language: Language) -> Vec<PageColumn> {
    let column = |key, en, zh, class| PageColumn::new(key, language.choose(en, zh), class);
    let mut columns = vec![
        column("query", "Query", "查询", "text"),
        column("kind", "Read as", "识别为", "text"),
        column("provider", "Provider", "服务商", "id"),
        column("status", "Result", "结果", "badge"),
        column("meaning", "Meaning", "说明", "text"),
        column("returned", "Records", "取得条数", "int"),
        column("total", "Vendor's total", "服务商总数", "int"),
        column("complete", "Complete", "完整", "bool"),
        column("matched", "Of this company", "本企业", "int"),
        column("other", "Of other companies", "其他主体", "int"),
        column("undecided", "Undecided", "无法判断", "int"),
        column("calls", "Calls", "调用", "int"),
        column("archived_pages", "From archive", "存档页", "int"),
        column("fetched_at", "Received at (UTC+8)", "取得时间（UTC+8）", "date"),
    ];
    columns[3].is_choice = true;
    columns[3].tone = status_tone;
    columns
}

fn match_tone(words: &str) -> Option<&'static str> {
    let label = RecordMatch::Other.label();
    [label.en, label.zh].contains(&words).then_some("mixed")
}

fn status_tone(badge: &str) -> Option<&'static str> {
    let statuses = [Status::Ok, Status::Empty, Status::Partial, Status::Failed, Status::Skipped];
    let found = statuses.map(words::status).into_iter().find(|(text, _)| [text.en, text.zh].contains(&badge));
    found.map(|(_, tone)| tone)
}

fn evidence_columns(language: Language) -> Vec<PageColumn> {
    let column = |key, en, zh, class| PageColumn::new(key, language.choose(en, zh), class);
    vec![
        column("query", "Query", "查询", "text"),
        column("provider", "Provider", "服务商", "id"),
        column("page", "Page", "页", "int"),
        column("archive_id", "Archive ID", "存档编号", "int"),
        column("sha256", "SHA-256", "SHA-256", "digest"),
        column("received_at", "Received at (UTC+8)", "取得时间（UTC+8）", "date"),
        column("source", "Source", "来源", "text"),
    ]
}
