//! The comparison of one query: its snapshots read with today's parser. Threads share it.

use crate::archive::{Archive, ArchiveError, StoredQuery, StoredSnapshot};
use crate::changes::{Baseline, Comparison, Snapshot, SnapshotEntry, SnapshotPage, compare_history};
use crate::domain::change::{Change, ChangeKind, ComparedQuery, ComparisonStatus, SnapshotSummary};
use crate::domain::date::moment_in_shanghai;
use crate::domain::identifier::{IdentifierKind, read_as, recognise};
use crate::domain::query::{Filters, Query};
use crate::domain::record::{Record, Row};
use crate::domain::record_match::{RecordMatch, match_record};
use crate::domain::request::ProviderId;
use crate::provider::Provider;
use crate::settings::BaselineChoice;
use jiff::Timestamp;
use std::sync::Arc;

/// What to compare.
pub(super) enum Job {
    /// A query of the archive.
    Query(QueryJob),
    /// A keyword without any query, and the provider if there is only one.
    NeverAsked(String, Option<ProviderId>),
}

/// A query of the archive, and how it is reported.
pub(super) struct QueryJob {
    pub stored: StoredQuery,
    pub provider: Arc<dyn Provider>,
    pub keyword: String,
    pub input_row: u64,
}

/// The result of one job.
pub(super) struct Compared {
    pub query: ComparedQuery,
    pub changes: Vec<Change>,
    /// The query and the time of its newest complete snapshot.
    pub newest_whole: Option<(i64, Timestamp)>,
}

/// Compares queries of one archive.
pub(super) struct Comparer<'a> {
    pub archive: &'a Archive,
    pub baseline: &'a BaselineChoice,
}

impl Comparer<'_> {
    pub(super) fn compare(&self, job: Job) -> Result<Compared, ArchiveError> {
        match job {
            Job::Query(job) => self.compare_query(&job),
            Job::NeverAsked(keyword, provider) => Ok(never_asked(keyword, provider)),
        }
    }

    fn compare_query(&self, job: &QueryJob) -> Result<Compared, ArchiveError> {
        let QueryJob { stored, provider, keyword, input_row } = job;
        let history = self.archive.snapshots_of(stored.id)?;
        let query = as_query(keyword, stored);
        let text: Arc<str> = Arc::from(keyword.as_str());
        let id = provider.info().id;
        let row = |record: Record| Row {
            query: Arc::clone(&text),
            provider: id,
            // Only the rows that are written need it.
            record_match: RecordMatch::Undecided,
            input_row: *input_row,
            record,
        };
        let entries: Vec<SnapshotEntry> = history.iter().map(snapshot_entry).collect();
        let baseline = match self.baseline {
            BaselineChoice::Previous => Baseline::Previous,
            BaselineChoice::Before(moment) => Baseline::Before(*moment),
            BaselineChoice::Marked(name) => Baseline::Marked(self.archive.marked_at(name, stored.id)?),
        };
        let mut comparison = compare_history(&entries, baseline, |position| {
            load(self.archive, &history[position], provider.as_ref(), row)
        })?;
        for change in &mut comparison.changes {
            change.row.record_match = match_record(&query, &change.row.record);
        }
        let kind = query.identifier.kind.as_str();
        Ok(Compared {
            query: entry(keyword, kind, Some(id), &comparison, &history),
            newest_whole: comparison.newest_whole.map(|position| (stored.id, history[position].taken_at)),
            changes: comparison.changes,
        })
    }
}

/// The entry of a keyword that the archive has no query for.
pub(super) fn never_asked(keyword: String, provider: Option<ProviderId>) -> Compared {
    let query = ComparedQuery {
        kind: recognise(&keyword).kind.as_str().to_owned(),
        query: keyword,
        provider,
        status: ComparisonStatus::NeverAsked,
        counts: [0; ChangeKind::ALL.len()],
        older: None,
        newer: None,
        reason: None,
    };
    Compared { query, changes: Vec::new(), newest_whole: None }
}

fn snapshot_entry(stored: &StoredSnapshot) -> SnapshotEntry {
    // Settings accept an endpoint with and without its last slash.
    let endpoint = stored.endpoint.trim_end_matches('/').to_owned();
    SnapshotEntry { endpoint, taken_at: stored.taken_at }
}

/// The query as it was asked, for the comparison of its records with the keyword.
fn as_query(keyword: &str, stored: &StoredQuery) -> Query {
    let kind =
        IdentifierKind::STATABLE.into_iter().find(|kind| Some(kind.as_str()) == stored.kind.as_deref());
    let identifier = kind.map_or_else(|| recognise(&stored.keyword), |kind| read_as(&stored.keyword, kind));
    Query { keyword: keyword.to_owned(), identifier, filters: Filters::default() }
}

/// Reads a snapshot with today's parser. A page that is gone, damaged or not understood makes it incomplete.
fn load(
    archive: &Archive,
    stored: &StoredSnapshot,
    provider: &dyn Provider,
    row: impl Fn(Record) -> Row,
) -> Result<Snapshot, ArchiveError> {
    let mut pages = Vec::new();
    for (number, answer) in &stored.pages {
        let body = archive.entry(*answer)?.and_then(|entry| entry.body.ok());
        let page = body.and_then(|body| provider.parse(&body).ok());
        pages.extend(page.map(|page| SnapshotPage {
            number: *number,
            records: page.records,
            total: page.total,
        }));
    }
    let is_partial = pages.len() < stored.pages.len() || stored.is_whole == Some(false);
    let snapshot = Snapshot::from_pages(pages, row);
    Ok(if is_partial { snapshot.not_whole() } else { snapshot })
}

/// The entry of a query in `queries`.
fn entry(
    keyword: &str,
    kind: &str,
    provider: Option<ProviderId>,
    comparison: &Comparison,
    history: &[StoredSnapshot],
) -> ComparedQuery {
    let summary = |side: Option<(usize, u64)>| {
        side.map(|(position, records)| SnapshotSummary {
            fetched_at: moment_in_shanghai(history[position].taken_at),
            records,
        })
    };
    let count = |kind| comparison.changes.iter().filter(|change| change.kind == kind).count() as u64;
    ComparedQuery {
        query: keyword.to_owned(),
        kind: kind.to_owned(),
        provider,
        status: comparison.status,
        counts: ChangeKind::ALL.map(count),
        older: summary(comparison.older),
        newer: summary(comparison.newer),
        reason: comparison.reason,
    }
}
