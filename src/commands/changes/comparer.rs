//! The comparison of one query: its snapshots read with today's parser.

use crate::archive::{Archive, ArchiveError, Entry, StoredQuery, StoredSnapshot};
use crate::changes::{Baseline, Snapshot, compare_history};
use crate::domain::change::{ComparedQuery, Comparison};
use crate::domain::identifier::{IdentifierKind, read_as, recognise};
use crate::domain::page::Page;
use crate::domain::query::{Filters, Query};
use crate::domain::record::{Record, Row};
use crate::domain::record_match::match_record;
use crate::domain::request::ProviderId;
use crate::provider::{ProviderInfo, info};
use crate::settings::ChangesSettings;
use std::collections::HashMap;
use std::sync::Arc;

/// Compares queries of one archive.
pub(super) struct Comparer<'a> {
    /// `None` before the first query.
    pub archive: Option<&'a Archive>,
    pub settings: &'a ChangesSettings,
}

impl Comparer<'_> {
    /// Compares a query; `stored` is `None` if the archive has none for the keyword.
    pub(super) fn compare(
        &self,
        keyword: &str,
        input_row: u64,
        stored: Option<&StoredQuery>,
    ) -> Result<ComparedQuery, ArchiveError> {
        let query = as_query(keyword, stored);
        let is_meant = |id: &ProviderId| stored.is_none_or(|stored| stored.provider == id.as_str());
        let mut providers = self.settings.providers.iter().copied().filter(is_meant);
        let provider = providers.next().filter(|_| providers.next().is_none());
        let comparison = match (self.archive, stored, provider) {
            (Some(archive), Some(stored), Some(provider)) => {
                let keyword: Arc<str> = keyword.into();
                let row = |record: Record| Row {
                    query: Arc::clone(&keyword),
                    provider,
                    record_match: match_record(&query, &record),
                    input_row,
                    record,
                };
                self.compare_stored(archive, stored, info(provider), row)?
            }
            _ => Comparison::default(),
        };
        Ok(ComparedQuery {
            query: query.keyword,
            kind: query.identifier.kind,
            provider,
            filters: stored.and_then(|stored| stored.filters.clone()),
            comparison,
            warning: None,
        })
    }

    fn compare_stored(
        &self,
        archive: &Archive,
        stored: &StoredQuery,
        provider: &ProviderInfo,
        row: impl Fn(Record) -> Row,
    ) -> Result<Comparison, ArchiveError> {
        let history = archive.snapshots_of(stored.id)?;
        // Settings accept an endpoint with and without its last slash.
        let entries = history.iter().map(|stored| (stored.endpoint.trim_end_matches('/'), stored.taken_at));
        let entries: Vec<_> = entries.collect();
        let baseline = match (self.settings.since, &self.settings.baseline) {
            (Some(moment), _) => Baseline::Before(moment),
            (None, Some(name)) => Baseline::Marked(archive.marked_at(name, stored.id)?),
            (None, None) => Baseline::Previous,
        };
        let mut parsed = HashMap::new();
        compare_history(&entries, baseline, |position| {
            load(archive, stored, &history[position], provider, &mut parsed, &row)
        })
    }
}

/// The query as it was asked, for the comparison of its records with the keyword.
fn as_query(keyword: &str, stored: Option<&StoredQuery>) -> Query {
    let asked = stored.map_or(keyword, |stored| &stored.keyword);
    let kind = stored.and_then(|stored| stored.kind.as_deref());
    let kind = IdentifierKind::ALL.into_iter().find(|known| Some(known.as_str()) == kind);
    let identifier = kind.map_or_else(|| recognise(asked), |kind| read_as(asked, kind));
    Query { keyword: keyword.to_owned(), identifier, filters: Filters::default() }
}

/// Reads a snapshot with today's parser. A page that is gone, damaged or not understood makes it incomplete. So does an
/// answer for another keyword: early archives gave the number of a deleted answer to another one.
///
/// `parsed` holds the pages of the snapshot that was read before by the digests of their bodies: most pages do not change.
fn load(
    archive: &Archive,
    query: &StoredQuery,
    stored: &StoredSnapshot,
    provider: &ProviderInfo,
    parsed: &mut HashMap<String, Option<Page>>,
    row: impl Fn(Record) -> Row,
) -> Result<Snapshot, ArchiveError> {
    let mut pages = Vec::new();
    let mut by_digest = HashMap::new();
    for (number, answer) in &stored.pages {
        let Some(Entry { summary, sha256, body: Ok(body) }) = archive.entry(*answer)? else { continue };
        if summary.parameters().first().is_none_or(|(_, keyword)| *keyword != query.keyword) {
            continue;
        }
        let page = parsed.get(&sha256).cloned().unwrap_or_else(|| provider.parse(&body).ok());
        by_digest.insert(sha256, page.clone());
        pages.extend(page.map(|page| (*number, page)));
    }
    *parsed = by_digest;
    let is_partial = pages.len() < stored.pages.len() || stored.is_whole == Some(false);
    let mut snapshot = Snapshot::from_pages(stored.taken_at, pages, row);
    snapshot.is_whole &= !is_partial;
    Ok(snapshot)
}
