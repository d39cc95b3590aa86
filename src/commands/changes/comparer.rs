//! The comparison of one query: its snapshots read with today's parser. Threads share it.

use crate::archive::{Archive, ArchiveError, StoredQuery, StoredSnapshot};
use crate::changes::{Baseline, Comparison, Snapshot, SnapshotEntry, compare_history};
use crate::domain::change::{ChangeKind, ComparedQuery, ComparisonStatus};
use crate::domain::identifier::{IdentifierKind, read_as, recognise};
use crate::domain::outcome::KeywordWarning;
use crate::domain::query::{Filters, Query};
use crate::domain::record::{Record, Row};
use crate::domain::record_match::{RecordMatch, match_record};
use crate::domain::request::ProviderId;
use crate::provider::Provider;
use crate::settings::BaselineChoice;
use jiff::Timestamp;
use std::sync::Arc;

/// What to compare.
pub(super) struct Job {
    pub keyword: String,
    pub input_row: u64,
    /// `None` if none of several providers was asked.
    pub provider: Option<ProviderId>,
    /// The query in the archive; `None` if there is none.
    pub stored: Option<StoredQuery>,
    /// What is suspicious about a keyword that is not in the archive.
    pub warning: Option<KeywordWarning>,
}

/// The result of one job.
pub(super) struct Compared {
    pub query: ComparedQuery,
    /// The query and the time of its newest complete snapshot.
    pub newest_whole: Option<(i64, Timestamp)>,
}

/// Compares queries of one archive.
pub(super) struct Comparer<'a> {
    /// `None` before the first query.
    pub archive: Option<&'a Archive>,
    pub baseline: &'a BaselineChoice,
    pub parsers: Vec<Arc<dyn Provider>>,
}

impl Comparer<'_> {
    pub(super) fn compare(&self, job: &Job) -> Result<Compared, ArchiveError> {
        let query = as_query(job);
        let parser = self.parsers.iter().find(|parser| Some(parser.info().id) == job.provider);
        let mut comparison = match (self.archive, &job.stored, parser) {
            (Some(archive), Some(stored), Some(parser)) => {
                self.compare_stored(archive, stored, parser.as_ref(), job)?
            }
            _ => Comparison::without_changes(ComparisonStatus::NeverAsked, None),
        };
        for change in &mut comparison.changes {
            change.row.record_match = match_record(&query, &change.row.record);
        }
        let count = |kind| comparison.changes.iter().filter(|change| change.kind == kind).count() as u64;
        Ok(Compared {
            query: ComparedQuery {
                query: query.keyword,
                kind: query.identifier.kind.as_str().to_owned(),
                provider: job.provider,
                filters: job.stored.as_ref().and_then(|stored| stored.filters.clone()),
                status: comparison.status,
                counts: ChangeKind::ALL.map(count),
                older: comparison.older,
                newer: comparison.newer,
                reason: comparison.reason,
                warning: job.warning.clone(),
                changes: comparison.changes,
            },
            newest_whole: job.stored.as_ref().map(|stored| stored.id).zip(comparison.newest_whole),
        })
    }

    fn compare_stored(
        &self,
        archive: &Archive,
        stored: &StoredQuery,
        parser: &dyn Provider,
        job: &Job,
    ) -> Result<Comparison, ArchiveError> {
        let history = archive.snapshots_of(stored.id)?;
        let entries: Vec<SnapshotEntry> = history.iter().map(snapshot_entry).collect();
        let baseline = match self.baseline {
            BaselineChoice::Previous => Baseline::Previous,
            BaselineChoice::Before(moment) => Baseline::Before(*moment),
            BaselineChoice::Marked(name) => Baseline::Marked(archive.marked_at(name, stored.id)?),
        };
        let keyword: Arc<str> = job.keyword.as_str().into();
        let row = |record: Record| Row {
            query: Arc::clone(&keyword),
            provider: parser.info().id,
            // Only the rows that are written need it.
            record_match: RecordMatch::Undecided,
            input_row: job.input_row,
            record,
        };
        compare_history(&entries, baseline, |position| load(archive, &history[position], parser, row))
    }
}

fn snapshot_entry(stored: &StoredSnapshot) -> SnapshotEntry {
    // Settings accept an endpoint with and without its last slash.
    let endpoint = stored.endpoint.trim_end_matches('/').to_owned();
    SnapshotEntry { endpoint, taken_at: stored.taken_at }
}

/// The query as it was asked, for the comparison of its records with the keyword.
fn as_query(job: &Job) -> Query {
    let stored = job.stored.as_ref();
    let asked = stored.map_or(&job.keyword, |stored| &stored.keyword);
    let kind = stored.and_then(|stored| stored.kind.as_deref());
    let kind = IdentifierKind::STATABLE.into_iter().find(|known| Some(known.as_str()) == kind);
    let identifier = kind.map_or_else(|| recognise(asked), |kind| read_as(asked, kind));
    Query { keyword: job.keyword.clone(), identifier, filters: Filters::default() }
}

/// Reads a snapshot with today's parser. A page that is gone, damaged or not understood makes it incomplete.
fn load(
    archive: &Archive,
    stored: &StoredSnapshot,
    parser: &dyn Provider,
    row: impl Fn(Record) -> Row,
) -> Result<Snapshot, ArchiveError> {
    let mut pages = Vec::new();
    for (number, answer) in &stored.pages {
        let body = archive.entry(*answer)?.and_then(|entry| entry.body.ok());
        let page = body.and_then(|body| parser.parse(&body).ok());
        pages.extend(page.map(|page| (*number, page)));
    }
    let is_partial = pages.len() < stored.pages.len() || stored.is_whole == Some(false);
    let mut snapshot = Snapshot::from_pages(stored.taken_at, pages, row);
    snapshot.is_whole &= !is_partial;
    Ok(snapshot)
}
