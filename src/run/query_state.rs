//! The state of one query: its pages, their records, and finally its outcome.

use super::pagination::{End, Pagination};
use super::queries::QueryItem;
use super::worker_pool::{JobResult, interrupted_in_flight, not_started};
use crate::archive::{AnswerId, NewSnapshot};
use crate::client::CachePolicy;
use crate::domain::date::moment_in_shanghai;
use crate::domain::failure::{Charged, Failure, FailureKind};
use crate::domain::outcome::{KeywordWarning, PageEvidence, QueryOutcome, Status, WarningCode};
use crate::domain::query::{PageLimits, PageRequest, Query};
use crate::domain::record::{RecordMatch, Row};
use crate::domain::request::Request;
use crate::domain::text::{Text, message};
use crate::provider::{Provider, ProviderInfo};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A query that is not finished.
pub(super) struct QueryState {
    /// The position of its provider in the run.
    pub provider: usize,
    /// The archived answers that it reuses; chosen when its first page is requested.
    pub cache_policy: Option<CachePolicy>,
    pub query: Query,
    pub pagination: Pagination,
    /// Rows that may be written now.
    pub ready: Vec<Row>,
    pages: BTreeMap<u32, PageEvidence>,
    /// The outcome so far; [`Self::outcome`] completes it.
    outcome: QueryOutcome,
}

impl QueryState {
    /// The initial state. A query that must not be sent has failed already.
    pub fn new(item: QueryItem, provider: &ProviderInfo, limits: PageLimits) -> Self {
        let mut pagination = Pagination::new(limits, provider.page_size_cap);
        if item.refusal.is_some() {
            pagination.stop();
        }
        let outcome = QueryOutcome {
            query: item.query.keyword.clone(),
            kind: item.query.identifier.kind,
            provider: provider.id,
            warning: item.warning,
            error: item.refusal,
            input_row: item.input_row,
            ..QueryOutcome::default()
        };
        Self {
            provider: item.provider,
            cache_policy: None,
            query: item.query,
            pagination,
            ready: Vec::new(),
            pages: BTreeMap::new(),
            outcome,
        }
    }

    /// The request for a page.
    pub fn request(&self, provider: &dyn Provider, number: u32) -> Request {
        provider.request(&self.query, PageRequest { number, size: self.pagination.page_size })
    }

    /// Takes the result of a page.
    pub fn settle(&mut self, JobResult { page: number, result, .. }: JobResult) {
        match result {
            Ok(fetched) => {
                self.outcome.calls += fetched.calls;
                self.outcome.archived_pages += u64::from(fetched.from_archive);
                let evidence = PageEvidence {
                    page: number,
                    archive_id: fetched.archive_id,
                    body: fetched.response.body,
                    received_at: fetched.response.received_at,
                    from_archive: fetched.from_archive,
                };
                self.pages.insert(number, evidence);
                if let Some(failure) = fetched.not_stored {
                    self.outcome.error.get_or_insert(failure);
                }
                self.pagination.arrive(number, fetched.answered.page);
            }
            Err(error) => {
                self.outcome.calls += error.calls;
                // The failure that caused a cancellation is more specific than the cancellation.
                let known = self.outcome.error.as_ref().map(|failure| failure.kind);
                if matches!(known, None | Some(FailureKind::Interrupted)) {
                    self.outcome.error = Some(error.failure);
                }
                self.pagination.fail(number);
            }
        }
        self.take_records();
    }

    /// Makes rows of the records that are next in order. The output leaves out those that `--exact` does.
    fn take_records(&mut self) {
        let outcome = &mut self.outcome;
        let keyword: Arc<str> = outcome.query.as_str().into();
        for (record_match, record) in self.pagination.take(&self.query) {
            *match record_match {
                RecordMatch::Other => &mut outcome.other,
                RecordMatch::Undecided => &mut outcome.undecided,
                RecordMatch::Identifier | RecordMatch::Exact | RecordMatch::Folded => &mut outcome.matched,
            } += 1;
            outcome.returned += u64::from(!self.pagination.limits.exact || record_match.is_matched());
            let (query, provider) = (Arc::clone(&keyword), outcome.provider);
            let input_row = outcome.input_row;
            self.ready.push(Row { query, provider, record_match, input_row, record });
        }
    }

    /// Ends the query as it is, because the run is ending.
    pub fn give_up(&mut self) {
        if !self.pagination.is_over() || self.pagination.end() == Some(End::Failed) {
            let dropped = self.pagination.in_flight();
            self.outcome.calls += dropped;
            self.pagination.stop();
            let failure = if dropped > 0 { interrupted_in_flight } else { not_started };
            self.outcome.error.get_or_insert_with(failure);
            self.take_records();
        }
    }

    /// Whether it ended with a failure that the vendor may have caused.
    pub fn has_failed_at_the_vendor(&self) -> bool {
        let blames_vendor = |failure: &Failure| !failure.kind.blames_no_vendor();
        self.pagination.is_over() && self.outcome.error.as_ref().is_some_and(blames_vendor)
    }

    /// Whether it ended because the run stopped.
    pub fn was_cut_short(&self) -> bool {
        self.outcome.error.as_ref().is_some_and(|failure| failure.kind.stops_the_run())
    }

    fn was_never_started(&self, failure: &Failure) -> bool {
        matches!(failure.kind, FailureKind::Limit | FailureKind::Interrupted | FailureKind::Keyword)
            && failure.charged == Charged::No
            && self.outcome.calls == 0
    }

    fn status(&self) -> Status {
        match &self.outcome.error {
            Some(_) if self.pagination.records_taken() > 0 => Status::Partial,
            Some(failure) if self.was_never_started(failure) => Status::Skipped,
            Some(_) => Status::Failed,
            None if self.outcome.returned > 0 => Status::Ok,
            // Records that were not seen do not mean "nothing found".
            None if !self.pagination.is_complete()
                && (self.pagination.total().is_some() || self.pagination.records_taken() > 0)
                && self.pagination.limits.only_page.is_none() =>
            {
                Status::Partial
            }
            None => Status::Empty,
        }
    }

    /// The warnings that follow from the answers.
    fn findings(&self) -> Vec<KeywordWarning> {
        let QueryOutcome { matched, other, undecided, .. } = self.outcome;
        let mut findings = Vec::new();
        if other > 0 && matched + undecided == 0 {
            let message = match other {
                1 => message!("the only record is of another company", "唯一的记录属于其他企业"),
                _ => message!(
                    "all {other} records are of other companies",
                    "全部 {other} 条记录均属于其他企业"
                ),
            };
            findings.push(KeywordWarning { code: WarningCode::OtherCompanies, message });
        }
        let why_incomplete = self.pagination.why_incomplete().or_else(|| match self.status() {
            status if status == Status::Partial || self.lacks_exact_records() => {
                Some(Text::new("--limit: not all records were compared", "因 --limit 未比对全部记录").into())
            }
            Status::Empty if !self.is_complete() => Some(
                Text::new("--page: other pages may have records", "因 --page 只查一页，其他页可能有记录")
                    .into(),
            ),
            _ => None,
        });
        if self.outcome.error.is_none()
            && let Some(message) = why_incomplete
        {
            findings.push(KeywordWarning { code: WarningCode::Incomplete, message });
        }
        findings
    }

    /// Whether `--exact` left fewer records than `--limit` allows, though pages that were not bought may hold more.
    fn lacks_exact_records(&self) -> bool {
        let limits = &self.pagination.limits;
        let is_short = limits.limit.is_some_and(|limit| self.outcome.returned < limit);
        limits.exact && limits.only_page.is_none() && is_short && !self.is_complete()
    }

    /// The vendor's total, which is 0 if it has nothing.
    fn total(&self) -> Option<u64> {
        let has_nothing = self.status() == Status::Empty
            && self.pagination.records_taken() == 0
            && self.pagination.began_at_page_1();
        self.pagination.total().or(has_nothing.then_some(0))
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
            [1, 2].map(|number| provider.request(&self.query, PageRequest { number, size: number }));
        let pages: Vec<_> = self
            .pages
            .iter()
            .filter_map(|(number, page)| Some((*number, AnswerId(page.archive_id?))))
            .collect();
        let all_are_stored = pages.len() == self.pages.len();
        Some(NewSnapshot {
            provider: provider.info().id.as_str().to_owned(),
            question: request.question_shared_with(&other_page),
            keyword: self.query.identifier.canonical.clone(),
            kind: Some(self.query.identifier.kind.as_str().to_owned()),
            endpoint: request.endpoint,
            pages,
            taken_at: self.pages.values().map(|page| page.received_at).max(),
            total: self.total(),
            records: Some(self.pagination.distinct()),
            is_whole: Some(all_are_stored && self.is_complete()),
        })
    }

    /// The outcome, and the findings that it adds to the warning about the keyword.
    pub fn outcome(self) -> (QueryOutcome, Vec<KeywordWarning>) {
        let (status, total, complete) = (self.status(), self.total(), self.is_complete());
        let findings = self.findings();
        let outcome = QueryOutcome {
            status,
            total,
            complete,
            distinct: self.pagination.distinct(),
            fetched_at: self.pages.values().map(|page| page.received_at).min().map(moment_in_shanghai),
            warning: self.outcome.warning.into_iter().chain(findings.clone()).reduce(joined),
            pages: self.pages.into_values().collect(),
            ..self.outcome
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
