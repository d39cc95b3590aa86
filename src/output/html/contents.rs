//! What the page shows: counts, and the rows of its three tables.

use super::super::counts::Counts;
use super::super::reading::Reading;
use super::super::{Header, Layout, Options, Selection};
use super::rows::{Choice, Look, PageColumn, PageTable, Place};
use super::{chart, words};
use crate::domain::outcome::{QueryOutcome, RunSummary, Status};
use crate::domain::record::{ColumnPriority, RecordMatch, Row, Topic, Value};
use crate::domain::request::ProviderId;
use crate::domain::text::Language;
use std::collections::BTreeSet;
use std::io;

/// The most keywords that are named at the head of the page.
const MOST_NAMES: usize = 5;

/// Everything that the page shows.
pub(super) struct PageContents {
    pub(super) layout: Layout,
    pub(super) options: Options,
    pub(super) run: RunSummary,
    pub(super) counts: Counts,
    pub(super) names: Vec<String>,
    /// Keywords that are not the one before them.
    pub(super) asked: u64,
    pub(super) last_query: Option<String>,
    pub(super) providers: BTreeSet<ProviderId>,
    /// When the oldest and the newest answers were received.
    pub(super) received: Option<(String, String)>,
    /// Records that are of other companies, or may be.
    pub(super) unmatched: u64,
    /// Answered queries of which there are more records, as far as is known.
    pub(super) incomplete: u64,
    pub(super) has_archive: bool,
    pub(super) records: PageTable,
    pub(super) queries: PageTable,
    pub(super) evidence: PageTable,
}

impl PageContents {
    /// A page without records. An error is that of a temporary file.
    pub(super) fn new(layout: &Layout, options: Options) -> io::Result<Self> {
        let language = layout.language;
        let mut records = PageTable::new("records", record_columns(layout, options.selection), language)?;
        records.faint = layout.selected().position(|column| column.key == "is_history");
        Ok(Self {
            layout: layout.clone(),
            options,
            run: RunSummary::default(),
            counts: Counts::of(layout.topic),
            names: Vec::new(),
            asked: 0,
            last_query: None,
            providers: BTreeSet::new(),
            received: None,
            unmatched: 0,
            incomplete: 0,
            has_archive: false,
            records,
            queries: PageTable::new("queries", query_columns(language), language)?,
            evidence: PageTable::new("evidence", evidence_columns(language), language)?,
        })
    }

    /// Counts and adds one record.
    pub(super) fn row(&mut self, row: &Row) -> io::Result<()> {
        self.counts.count(row);
        let language = self.layout.language;
        let readings: Vec<Reading<'_>> = self
            .layout
            .columns
            .iter()
            .zip(self.layout.selected())
            .map(|(index, column)| Reading::of(column, row.value(*index), language))
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
            self.asked += 1;
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
            Value::Text(words::keyword_kind(outcome.kind).in_language(language)),
            Value::Text(outcome.provider.as_str()),
            Value::Text(words::status(outcome.status).in_language(language)),
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
            let source = if page.from_archive { words::FROM_ARCHIVE } else { words::FROM_VENDOR };
            let values = [
                Value::Text(&outcome.query),
                Value::Text(outcome.provider.as_str()),
                Value::Integer(page.page.into()),
                page.archive_id.map_or(Value::Text(words::NOT_KEPT.in_language(language)), Value::Integer),
                Value::Text(&page.sha256),
                Value::Text(&received_at),
                Value::Text(source.in_language(language)),
            ];
            self.evidence.row(values.into_iter())?;
        }
        Ok(())
    }
}

fn record_columns(layout: &Layout, selection: Selection) -> Vec<PageColumn> {
    let header = if layout.header == Header::None { Header::Labels } else { layout.header };
    let columns = layout.selected().map(|column| {
        let label = header.heading(column.key, column.label, layout.language).unwrap_or(column.key);
        let mut shown = PageColumn::new(column.key, label, Look::of(column.kind));
        shown.place = match (selection, column.priority) {
            (Selection::Wide | Selection::Named, _) | (_, ColumnPriority::Essential) => Place::Shown,
            (Selection::Readable, ColumnPriority::Useful) => Place::ShownIfFilled,
            (Selection::Readable, ColumnPriority::Detail) => Place::Details,
        };
        match (layout.topic, column.key) {
            (Topic::Dishonest, "performance") => {
                shown.look = Look::Badge;
                shown.choice = Choice::Offered;
                shown.tone = chart::performance_tone;
            }
            (Topic::Copyright, "category") => shown.choice = Choice::Offered,
            (_, "match") => {
                shown.look = Look::Badge;
                shown.choice = Choice::Offered;
                shown.tone = match_tone;
            }
            (_, "query") => {
                shown.choice = Choice::Offered;
                shown.look = Look::Text;
            }
            _ => {}
        }
        shown
    });
    columns.collect()
}

fn query_columns(language: Language) -> Vec<PageColumn> {
    use words::heading;
    let column = |key, heading: crate::domain::text::Text, look| {
        PageColumn::new(key, heading.in_language(language), look)
    };
    let mut columns = vec![
        column("query", heading::QUERY, Look::Text),
        column("kind", heading::KIND, Look::Text),
        column("provider", heading::PROVIDER, Look::Identifier),
        column("status", heading::STATUS, Look::Badge),
        column("meaning", heading::MEANING, Look::Text),
        column("returned", heading::RETURNED, Look::Integer),
        column("total", heading::TOTAL, Look::Integer),
        column("complete", heading::COMPLETE, Look::Boolean),
        column("matched", heading::MATCHED, Look::Integer),
        column("other", heading::OTHER, Look::Integer),
        column("undecided", heading::UNDECIDED, Look::Integer),
        column("calls", heading::CALLS, Look::Integer),
        column("archived_pages", heading::ARCHIVED, Look::Integer),
        column("fetched_at", heading::FETCHED_AT, Look::Date),
    ];
    columns[3].choice = Choice::Offered;
    columns[3].tone = status_tone;
    columns
}

fn match_tone(words: &str) -> Option<&'static str> {
    let label = RecordMatch::Other.label();
    [label.en, label.zh].contains(&words).then_some("mixed")
}

fn status_tone(words: &str) -> Option<&'static str> {
    [Status::Ok, Status::Empty, Status::Partial, Status::Failed, Status::Skipped]
        .into_iter()
        .find(|status| [words::status(*status).en, words::status(*status).zh].contains(&words))
        .map(words::tone)
}

fn evidence_columns(language: Language) -> Vec<PageColumn> {
    use words::heading;
    let column = |key, heading: crate::domain::text::Text, look| {
        PageColumn::new(key, heading.in_language(language), look)
    };
    vec![
        column("query", heading::QUERY, Look::Text),
        column("provider", heading::PROVIDER, Look::Identifier),
        column("page", heading::PAGE, Look::Integer),
        column("archive_id", heading::ARCHIVE_ID, Look::Integer),
        PageColumn::new("sha256", "SHA-256", Look::Digest),
        column("received_at", heading::FETCHED_AT, Look::Date),
        column("source", heading::SOURCE, Look::Text),
    ]
}
