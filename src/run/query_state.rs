//! The state of one query: its pages, their records, and finally its outcome.

use super::pagination::{End, PageLimits, Pagination};
use super::queries::QueryItem;
use super::worker_pool::{FetchedPage, interrupted_in_flight, not_started};
use crate::archive::{AnswerId, NewSnapshot};
use crate::client::{CachePolicy, FetchError, FetchedFrom};
use crate::domain::date::moment_in_shanghai;
use crate::domain::failure::{Charged, Failure, FailureKind};
use crate::domain::outcome::{KeywordWarning, PageEvidence, QueryOutcome, Status, WarningCode};
use crate::domain::query::{PageRequest, Query};
use crate::domain::record::{Record, RecordMatch, Row};
use crate::domain::record_match::match_record;
use crate::domain::request::{ProviderId, Request};
use crate::domain::text::message;
use crate::provider::Provider;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The records to write, by how they match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchSelection {
    /// All of them.
    All,
    /// `--exact`: those of the company that was asked for.
    Matched,
}

/// Counts of a query's records by how they match.
#[derive(Debug, Clone, Copy, Default)]
struct MatchCounts {
    matched: u64,
    other: u64,
    undecided: u64,
}

impl MatchCounts {
    const fn count(&mut self, record_match: RecordMatch) {
        match record_match {
            RecordMatch::Other => self.other += 1,
            RecordMatch::Undecided => self.undecided += 1,
            RecordMatch::Identifier | RecordMatch::Exact | RecordMatch::Folded => self.matched += 1,
        }
    }
}

/// A query that is not finished.
pub(super) struct QueryState {
    /// The position of its provider in the run.
    pub provider: usize,
    /// Which archived answers it reuses.
    pub cache_policy: CachePolicy,
    query: Query,
    keyword: Arc<str>,
    input_row: u64,
    warning: Option<KeywordWarning>,
    counts: MatchCounts,
    /// Records written.
    returned: u64,
    page_size: u32,
    only_page: bool,
    pagination: Pagination,
    ready: Vec<Record>,
    bodies: BTreeMap<u32, Vec<u8>>,
    pages: BTreeMap<u32, PageEvidence>,
    stored: BTreeMap<u32, Option<AnswerId>>,
    newest_page: Option<Timestamp>,
    calls: u64,
    archived_pages: u64,
    oldest_page: Option<Timestamp>,
    failure: Option<Failure>,
}

impl QueryState {
    /// The initial state. A query that must not be sent has failed already.
    pub fn new(item: QueryItem, limits: PageLimits, cache_policy: CachePolicy) -> Self {
        let QueryItem { provider, query, input_row, warning, refusal } = item;
        let mut pagination = Pagination::new(limits);
        if refusal.is_some() {
            pagination.stop();
        }
        Self {
            provider,
            cache_policy,
            keyword: Arc::from(query.keyword.as_str()),
            query,
            input_row,
            warning,
            counts: MatchCounts::default(),
            returned: 0,
            page_size: limits.page_size,
            only_page: limits.only_page.is_some(),
            pagination,
            ready: Vec::new(),
            bodies: BTreeMap::new(),
            pages: BTreeMap::new(),
            stored: BTreeMap::new(),
            newest_page: None,
            calls: 0,
            archived_pages: 0,
            oldest_page: None,
            failure: refusal,
        }
    }

    /// A query that the run did not reach.
    pub fn never_started(item: QueryItem) -> Self {
        let limits = PageLimits { page_size: 1, limit: None, only_page: None };
        let mut query = Self::new(item, limits, CachePolicy::since(Timestamp::MAX));
        query.give_up();
        query
    }

    /// The next page to fetch, if one may be fetched now.
    pub fn next_page(&mut self, concurrency: usize) -> Option<u32> {
        self.pagination.next_page(concurrency)
    }

    /// The request for a page.
    pub fn request(&self, provider: &dyn Provider, number: u32) -> Request {
        provider.call(&self.query, PageRequest { number, size: self.page_size })
    }

    /// Takes the result of a page.
    pub fn settle(&mut self, number: u32, result: Result<FetchedPage, FetchError>) {
        match result {
            Ok(fetched) => {
                self.calls += fetched.calls;
                self.archived_pages += u64::from(fetched.from == FetchedFrom::Archive);
                let oldest = self.oldest_page.get_or_insert(fetched.received_at);
                *oldest = (*oldest).min(fetched.received_at);
                self.newest_page = self.newest_page.max(Some(fetched.received_at));
                self.stored.insert(number, fetched.archive_id.map(AnswerId));
                if let Some(body) = fetched.body {
                    self.bodies.insert(number, body);
                }
                if let Some(evidence) = fetched.evidence {
                    self.pages.insert(number, evidence);
                }
                if let Some(failure) = fetched.not_stored {
                    self.failure.get_or_insert(failure);
                }
                self.pagination.arrive(number, fetched.page);
            }
            Err(error) => {
                self.calls += error.calls;
                // A cancellation says less than the failure that caused it.
                let is_explained =
                    self.failure.as_ref().is_some_and(|known| known.kind != FailureKind::Interrupted);
                if !is_explained {
                    self.failure = Some(error.failure);
                }
                self.pagination.fail(number);
            }
        }
        self.make_ready();
    }

    fn make_ready(&mut self) {
        while let Some((_, records)) = self.pagination.take() {
            self.ready.extend(records);
        }
    }

    /// Ends the query as it is, because the run is ending.
    pub fn give_up(&mut self) {
        if !self.pagination.is_over() || self.pagination.end() == Some(End::Failed) {
            let dropped = self.pagination.in_flight();
            self.calls += u64::from(dropped);
            self.pagination.stop();
            self.failure.get_or_insert_with(if dropped > 0 { interrupted_in_flight } else { not_started });
            self.make_ready();
        }
    }

    /// The rows that may be written now.
    pub fn take_rows(&mut self, provider: ProviderId, selection: MatchSelection) -> Vec<Row> {
        let records = std::mem::take(&mut self.ready);
        let mut rows: Vec<Row> = records.into_iter().map(|record| self.row(record, provider)).collect();
        if selection == MatchSelection::Matched {
            rows.retain(|row| row.record_match.is_matched());
        }
        self.returned += rows.len() as u64;
        rows
    }

    fn row(&mut self, record: Record, provider: ProviderId) -> Row {
        let record_match = match_record(&self.query, &record);
        self.counts.count(record_match);
        Row { query: Arc::clone(&self.keyword), provider, record_match, input_row: self.input_row, record }
    }

    /// The number of records that wait to be written.
    pub const fn buffered(&self) -> usize {
        self.ready.len()
    }

    /// The bodies, in the order of their pages.
    pub fn take_bodies(&mut self) -> impl Iterator<Item = Vec<u8>> + use<> {
        std::mem::take(&mut self.bodies).into_values()
    }

    /// Whether every page has arrived or failed.
    pub fn is_over(&self) -> bool {
        self.pagination.is_over()
    }

    /// Whether it ended because a page failed.
    pub fn has_failed(&self) -> bool {
        self.is_over() && self.failure.is_some()
    }

    /// Whether it ended with a failure that the vendor may have caused.
    pub fn has_failed_at_the_vendor(&self) -> bool {
        self.is_over() && self.failure.as_ref().is_some_and(|failure| !failure.kind.blames_no_vendor())
    }

    /// Whether it ended because the run stopped.
    pub fn was_cut_short(&self) -> bool {
        self.failure.as_ref().is_some_and(|failure| failure.kind.stops_the_run())
    }

    /// The least number of pages that are missing.
    pub fn pages_missing(&self) -> u64 {
        self.pagination.pages_missing()
    }

    /// The query.
    pub const fn query(&self) -> &Query {
        &self.query
    }

    fn was_never_started(&self, failure: &Failure) -> bool {
        matches!(failure.kind, FailureKind::Limit | FailureKind::Interrupted | FailureKind::Keyword)
            && failure.charged == Charged::No
            && self.calls == 0
    }

    fn status(&self) -> Status {
        let returned = self.returned;
        match &self.failure {
            Some(_) if self.pagination.records_taken() > 0 => Status::Partial,
            Some(failure) if self.was_never_started(failure) => Status::Skipped,
            Some(_) => Status::Failed,
            None if returned > 0 => Status::Ok,
            // A total without records does not mean "nothing found".
            None if self.pagination.records_taken() == 0
                && self.pagination.total().is_some_and(|total| total > 0)
                && !self.only_page =>
            {
                Status::Partial
            }
            None => Status::Empty,
        }
    }

    /// What the answers say about the query beyond its records.
    fn findings(&self) -> Vec<KeywordWarning> {
        let MatchCounts { matched, other, undecided } = self.counts;
        let mut findings = Vec::new();
        if other > 0 && matched + undecided == 0 {
            let message =
                message!("all {other} records are of other companies", "全部 {other} 条记录均属于其他企业");
            findings.push(KeywordWarning { code: WarningCode::OtherCompanies, message });
        }
        if self.failure.is_none()
            && let Some(message) = self.pagination.why_incomplete()
        {
            findings.push(KeywordWarning { code: WarningCode::Incomplete, message });
        }
        findings
    }

    /// The vendor's total, which is 0 if it has nothing.
    fn total(&self) -> Option<u64> {
        self.pagination.total().or((self.status() == Status::Empty).then_some(0))
    }

    fn is_complete(&self) -> bool {
        match self.status() {
            Status::Ok => self.pagination.is_complete(),
            Status::Empty => self.total() == Some(0) || self.pagination.is_complete(),
            Status::Partial | Status::Failed | Status::Skipped => false,
        }
    }

    /// The stored answers of the query; `None` if it was not asked.
    pub fn snapshot(&self, provider: &dyn Provider) -> Option<NewSnapshot> {
        if self.status() == Status::Skipped {
            return None;
        }
        let [request, other_page] =
            [1, 2].map(|number| provider.call(&self.query, PageRequest { number, size: number }));
        let all_are_stored = self.stored.values().all(Option::is_some);
        Some(NewSnapshot {
            provider: provider.info().id,
            question: request.question_shared_with(&other_page),
            keyword: self.query.identifier.canonical.clone(),
            kind: self.query.identifier.kind.as_str(),
            endpoint: request.endpoint,
            pages: self.stored.iter().filter_map(|(page, id)| Some((*page, (*id)?))).collect(),
            taken_at: self.newest_page,
            total: self.total(),
            records: self.pagination.distinct(),
            is_whole: all_are_stored && self.is_complete(),
        })
    }

    /// The outcome, and the findings that it adds to the warning about the keyword.
    pub fn outcome(self, provider: ProviderId) -> (QueryOutcome, Vec<KeywordWarning>) {
        let status = self.status();
        let findings = self.findings();
        let complete = self.is_complete();
        let total = self.total();
        let outcome = QueryOutcome {
            kind: self.query.identifier.kind,
            query: self.query.keyword,
            provider,
            status,
            total,
            returned: self.returned,
            complete,
            calls: self.calls,
            archived_pages: self.archived_pages,
            fetched_at: self.oldest_page.map(moment_in_shanghai),
            // A stopped run is no failure of the query.
            error: self
                .failure
                .filter(|failure| status != Status::Skipped || failure.kind != FailureKind::Interrupted),
            input_row: self.input_row,
            matched: self.counts.matched,
            other: self.counts.other,
            undecided: self.counts.undecided,
            distinct: self.pagination.distinct(),
            warning: self.warning.into_iter().chain(findings.clone()).reduce(joined),
            pages: self.pages.into_values().collect(),
        };
        (outcome, findings)
    }
}

/// Two warnings about one keyword as one.
fn joined(first: KeywordWarning, second: KeywordWarning) -> KeywordWarning {
    let message =
        message!("{one}; {other}", "{one:#}；{other:#}", one = first.message, other = second.message);
    KeywordWarning { code: first.code, message }
}
