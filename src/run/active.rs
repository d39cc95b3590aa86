//! One query on its way: its pages, what came of them, and in the end its outcome.

use super::pagination::{End, PageLimits, Pagination};
use super::queries::QueryItem;
use super::workers::{CameTo, dropped_under_way, halted};
use crate::client::Origin;
use crate::domain::date::moment_in_shanghai;
use crate::domain::failure::{Charged, Failure, FailureKind};
use crate::domain::outcome::{KeywordWarning, PageEvidence, QueryOutcome, Status};
use crate::domain::query::{PageRequest, Query};
use crate::domain::record::{Record, RecordMatch, Row};
use crate::domain::record_match::match_record;
use crate::domain::request::{ProviderId, Request};
use crate::provider::Provider;
use jiff::Timestamp;
use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

/// Records whose turn has come.
pub(super) struct ReadyPage {
    /// The thread that made them.
    pub home: usize,
    pub records: Vec<Record>,
}

/// Counts of a query's records by how they match.
#[derive(Default)]
struct MatchCounts {
    matched: u64,
    other: u64,
    undecided: u64,
    hashing: RandomState,
    /// Hashes of the stable keys seen.
    keys: HashSet<u64>,
}

impl MatchCounts {
    fn count(&mut self, record_match: RecordMatch, record: &Record) {
        match record_match {
            RecordMatch::Other => self.other += 1,
            RecordMatch::Undecided => self.undecided += 1,
            RecordMatch::Identifier | RecordMatch::Exact | RecordMatch::Folded => self.matched += 1,
        }
        self.keys.insert(self.hashing.hash_one(record.stable_key()));
    }

    fn distinct(&self) -> u64 {
        self.keys.len() as u64
    }
}

/// A query in line.
pub(super) struct QueryState {
    /// Position of its provider in the run's.
    pub lane: usize,
    query: Query,
    keyword: Arc<str>,
    input_row: u64,
    warning: Option<KeywordWarning>,
    counts: MatchCounts,
    page_size: u32,
    only_page: bool,
    pagination: Pagination,
    ready: Vec<ReadyPage>,
    homes: BTreeMap<u32, usize>,
    bodies: BTreeMap<u32, Vec<u8>>,
    pages: BTreeMap<u32, PageEvidence>,
    calls: u64,
    archived_pages: u64,
    oldest_page: Option<Timestamp>,
    failure: Option<Failure>,
}

impl QueryState {
    /// Lines a query up. One that must not be sent has failed already.
    pub fn new(item: QueryItem, wish: PageLimits) -> Self {
        let QueryItem { lane, query, input_row, warning, refusal } = item;
        let mut pagination = Pagination::new(wish);
        if refusal.is_some() {
            pagination.stop();
        }
        Self {
            lane,
            keyword: Arc::from(query.keyword.as_str()),
            query,
            input_row,
            warning,
            counts: MatchCounts::default(),
            page_size: wish.page_size,
            only_page: wish.only_page.is_some(),
            pagination,
            ready: Vec::new(),
            homes: BTreeMap::new(),
            bodies: BTreeMap::new(),
            pages: BTreeMap::new(),
            calls: 0,
            archived_pages: 0,
            oldest_page: None,
            failure: refusal,
        }
    }

    /// A query that the run did not come to.
    pub fn never_asked(item: QueryItem) -> Self {
        let mut active = Self::new(item, PageLimits { page_size: 1, limit: None, only_page: None });
        active.give_up();
        active
    }

    /// The keyword as given.
    pub fn keyword(&self) -> Arc<str> {
        Arc::clone(&self.keyword)
    }

    /// The next page worth buying now.
    pub fn ask(&mut self, at_once: usize) -> Option<u32> {
        self.pagination.ask(at_once)
    }

    /// The call for a page.
    pub fn call(&self, provider: &dyn Provider, number: u32) -> Request {
        provider.call(&self.query, PageRequest { number, size: self.page_size })
    }

    /// Takes what became of a page.
    pub fn settle(&mut self, number: u32, came_to: CameTo) {
        match came_to {
            CameTo::NotBegun => self.pagination.give_back(number),
            CameTo::Reply(reply) => {
                self.calls += reply.calls;
                self.archived_pages += u64::from(reply.origin == Origin::Archive);
                self.oldest_page =
                    Some(self.oldest_page.map_or(reply.received_at, |oldest| oldest.min(reply.received_at)));
                if let Some(body) = reply.body {
                    self.bodies.insert(number, body);
                }
                if let Some(evidence) = reply.evidence {
                    self.pages.insert(number, evidence);
                }
                if let Some(failure) = reply.not_kept {
                    self.failure.get_or_insert(failure);
                }
                self.homes.insert(number, reply.home);
                self.pagination.arrive(number, reply.page);
            }
            CameTo::Refusal(refusal) => {
                self.calls += refusal.calls;
                let told_better =
                    self.failure.as_ref().is_some_and(|known| known.kind != FailureKind::Interrupted);
                if !told_better {
                    self.failure = Some(refusal.failure);
                }
                self.pagination.fail(number);
            }
        }
        self.make_ready();
    }

    fn make_ready(&mut self) {
        while let Some((number, records)) = self.pagination.take() {
            let home = self.homes.remove(&number).unwrap_or_default();
            self.ready.push(ReadyPage { home, records });
        }
    }

    /// Ends the query where it stands, because the run is ending.
    pub fn give_up(&mut self) {
        if !self.pagination.is_over() || self.pagination.end() == Some(End::Failed) {
            let dropped = self.pagination.calls_under_way();
            self.calls += u64::from(dropped);
            self.pagination.stop();
            self.failure.get_or_insert_with(if dropped > 0 { dropped_under_way } else { halted });
            self.make_ready();
        }
    }

    /// Records that may be written now.
    pub fn take_ready(&mut self) -> Vec<ReadyPage> {
        std::mem::take(&mut self.ready)
    }

    /// The rows of a page's records, which are counted as they are made.
    pub fn rows(&mut self, records: Vec<Record>, provider: ProviderId) -> Vec<Row> {
        let mut rows = Vec::with_capacity(records.len());
        for record in records {
            let record_match = match_record(&self.query, &record);
            self.counts.count(record_match, &record);
            let (query, input_row) = (self.keyword(), self.input_row);
            rows.push(Row { query, provider, record_match, input_row, record });
        }
        rows
    }

    /// Records that wait.
    pub fn buffered(&self) -> usize {
        self.ready.iter().map(|page| page.records.len()).sum()
    }

    /// The bodies, in the order of their pages.
    pub fn take_bodies(&mut self) -> impl Iterator<Item = Vec<u8>> + use<> {
        std::mem::take(&mut self.bodies).into_values()
    }

    /// Whether nothing more will come.
    pub fn is_over(&self) -> bool {
        self.pagination.is_over()
    }

    /// Whether nothing more will come, because a page failed.
    pub fn has_failed(&self) -> bool {
        self.is_over() && self.failure.is_some()
    }

    /// Whether it has failed for a reason that may have to do with the vendor.
    pub fn has_failed_at_the_vendor(&self) -> bool {
        self.is_over() && self.failure.as_ref().is_some_and(|failure| !failure.kind.blames_no_vendor())
    }

    /// Whether the end of the run ended it.
    pub fn was_cut_short(&self) -> bool {
        self.failure.as_ref().is_some_and(|failure| failure.kind.stops_the_run())
    }

    /// Pages that the rest would need at least.
    pub fn pages_missing(&self) -> u64 {
        self.pagination.pages_missing()
    }

    /// What is asked.
    pub const fn query(&self) -> &Query {
        &self.query
    }

    fn was_never_asked(&self, failure: &Failure) -> bool {
        matches!(failure.kind, FailureKind::Limit | FailureKind::Interrupted)
            && failure.charged == Charged::No
            && self.calls == 0
    }

    fn status(&self) -> Status {
        let returned = self.pagination.records_taken();
        match &self.failure {
            Some(_) if returned > 0 => Status::Partial,
            Some(failure) if self.was_never_asked(failure) => Status::Skipped,
            Some(_) => Status::Failed,
            None if returned > 0 => Status::Ok,
            // The vendor counts records and shows none: that is not "nothing found".
            None if self.pagination.total().is_some_and(|total| total > 0) && !self.only_page => {
                Status::Partial
            }
            None => Status::Empty,
        }
    }

    /// How it ended.
    pub fn outcome(self, provider: ProviderId) -> QueryOutcome {
        let status = self.status();
        let returned = self.pagination.records_taken();
        let nothing = status == Status::Empty;
        let total = self.pagination.total().or(nothing.then_some(0));
        let nothing_at_all = nothing && total == Some(0);
        let answered = matches!(status, Status::Ok | Status::Empty);
        QueryOutcome {
            kind: self.query.identifier.kind,
            query: self.query.keyword,
            provider,
            status,
            total,
            returned,
            complete: answered
                && (nothing_at_all
                    || (self.pagination.is_complete()
                        && self.counts.distinct() == total.unwrap_or(returned))),
            calls: self.calls,
            archived_pages: self.archived_pages,
            fetched_at: self.oldest_page.map(moment_in_shanghai),
            // That the run had stopped is the run's failure, not this query's.
            error: self
                .failure
                .filter(|failure| status != Status::Skipped || failure.kind != FailureKind::Interrupted),
            input_row: self.input_row,
            matched: self.counts.matched,
            other: self.counts.other,
            undecided: self.counts.undecided,
            distinct: self.counts.distinct(),
            warning: self.warning,
            pages: self.pages.into_values().collect(),
        }
    }
}
