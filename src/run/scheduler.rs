//! The scheduler: one thread that admits queries in the order of the input, hands pages to the workers, writes the
//! records in the order of the input, and decides when to stop.
//!
//! No more pages are handed out than requests may be in flight, so none has to be taken back.

use super::pagination::PageLimits;
use super::progress::Progress;
use super::queries::{Queries, QueryItem};
use super::query_state::{MatchSelection, QueryState};
use super::result::{CachePolicyOf, CallsNeeded, RunResult};
use super::result_writer::{FLUSH_INTERVAL, ResultWriter};
use super::worker_pool::{Job, JobResult, WorkerPool};
use crate::client::{FetchError, FetchedFrom};
use crate::domain::failure::{Charged, Failure, FailureKind};
use crate::domain::outcome::{ConsecutiveFailures, KeywordWarning, QueryOutcome, Status, WarningCode};
use crate::domain::price::Price;
use crate::domain::query::Query;
use crate::domain::text::message;
use crate::interrupt::{CancellationToken, StopReason};
use crate::provider::Finding;
use crate::terminal::Terminal;
use crossbeam_channel::{Receiver, RecvTimeoutError};
use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

/// Queries in progress or waiting to be written, for each concurrent request.
const QUERIES_PER_REQUEST: usize = 32;

/// Records that may wait to be written; above that only the first query continues.
const LARGEST_BUFFER: usize = 20_000;

/// How long requests in flight may take after Ctrl-C.
const GRACE_PERIOD: Duration = Duration::from_secs(3);

/// How long the queries that were not started are listed after Ctrl-C; enough for all but enormous lists.
const LISTING_TIME: Duration = Duration::from_millis(500);

pub(super) struct Scheduler<'a> {
    pub pools: Vec<WorkerPool>,
    pub results: Receiver<JobResult>,
    pub queries: Queries,
    /// Queries that are not written to their end, in the order of the input.
    pub waiting: VecDeque<QueryState>,
    /// The ticket of the first waiting query.
    pub first_ticket: u64,
    pub page_size: Option<u32>,
    pub limit: Option<u64>,
    pub only_page: Option<u32>,
    pub selection: MatchSelection,
    pub concurrency: usize,
    pub max_errors: u64,
    pub consecutive_failures: u64,
    /// Those that were not temporary.
    pub other_failures: u64,
    /// The user's own limit that stopped the run: the reason why the rest was not queried.
    pub own_limit: Option<Failure>,
    /// The kind of failure that stopped the run, once it is reported.
    pub reported_stop: Option<FailureKind>,
    pub input_is_over: bool,
    pub output: ResultWriter<'a>,
    pub cache_policy: CachePolicyOf<'a>,
    pub calls_needed: CallsNeeded<'a>,
    pub prices: Option<Vec<Price>>,
    pub terminal: &'a Terminal,
    pub progress: Progress,
    pub cancellation: CancellationToken,
    pub result: RunResult,
}

impl Scheduler<'_> {
    pub fn execute(mut self) -> RunResult {
        if let Err(error) = self.run_queries() {
            self.output_failed(&error);
        }
        self.await_requests_in_flight();
        if let Err(error) = self.write_rest() {
            self.output_failed(&error);
        }
        self.progress.end(self.terminal);
        if let Err(error) = self.output.finish() {
            self.result.output_failed(&error, &self.cancellation);
        }
        self.pools.into_iter().for_each(WorkerPool::shutdown);
        self.result.repeats = self.queries.repeats();
        self.result.listed = self.queries.at_most();
        self.result
    }

    fn run_queries(&mut self) -> io::Result<()> {
        while !self.is_stopping() {
            self.admit();
            if self.waiting.front().is_some_and(QueryState::has_failed) {
                // It is counted before more is handed out: it may be the last one that `--max-errors` allows.
                self.write_finished()?;
                if self.is_stopping() {
                    continue;
                }
            }
            self.submit_pages();
            self.write_finished()?;
            if self.waiting.is_empty() && self.input_is_over {
                break;
            }
            if self.waiting.front().is_some_and(QueryState::is_over) || self.is_stopping() {
                continue;
            }
            self.receive()?;
        }
        Ok(())
    }

    fn is_stopping(&self) -> bool {
        self.cancellation.reason().is_some() || self.result.summary.stopped_by.is_some()
    }

    fn admit(&mut self) {
        let most = self.concurrency * self.pools.len() * QUERIES_PER_REQUEST;
        while self.waiting.len() < most && !self.input_is_over {
            match self.queries.next() {
                Some(Ok(item)) => {
                    let limits = self.page_limits(&item);
                    let pool = &self.pools[item.provider];
                    let policy = (self.cache_policy)(pool.provider(), &item.query);
                    self.waiting.push_back(QueryState::new(item, pool.provider_id(), limits, policy));
                }
                Some(Err(failure)) => {
                    self.terminal.error(&failure, None);
                    self.result.summary.stopped_by = Some(failure.kind);
                    return;
                }
                None => self.input_is_over = true,
            }
        }
    }

    fn page_limits(&self, item: &QueryItem) -> PageLimits {
        let cap = self.pools[item.provider].provider().info().page_size_cap;
        PageLimits { page_size: self.page_size.unwrap_or(cap), limit: self.limit, only_page: self.only_page }
    }

    /// Hands pages to the workers, those of the first query first.
    fn submit_pages(&mut self) {
        let buffered: usize = self.waiting.iter().skip(1).map(QueryState::buffered).sum();
        let eligible = if buffered > LARGEST_BUFFER { 1 } else { self.waiting.len() };
        let most = self.most_in_flight();
        for position in 0..eligible {
            let query = &mut self.waiting[position];
            let pool = &mut self.pools[query.provider];
            // The first request to a vendor goes alone: with a wrong key or an empty account one call fails, not several.
            while pool.in_flight() < if pool.has_finished() { most } else { 1 } {
                let Some(page) = query.next_page(self.concurrency) else { break };
                let request = query.request(pool.provider(), page);
                let (ticket, policy) = (self.first_ticket + position as u64, query.cache_policy);
                pool.submit(Job { ticket, page, request, policy });
            }
            if self.pools.iter().all(|pool| pool.in_flight() >= most) {
                return;
            }
        }
    }

    /// The most requests in flight for each provider. After a failure no more go out than `--max-errors` allows to fail.
    fn most_in_flight(&self) -> usize {
        let waiting = self.waiting.iter().filter(|query| query.has_failed_at_the_vendor()).count() as u64;
        let failed = self.consecutive_failures + waiting;
        if failed > 0 {
            let left = self.max_errors.saturating_sub(failed).max(1);
            usize::try_from(left).map_or(self.concurrency, |left| left.min(self.concurrency))
        } else {
            self.concurrency
        }
    }

    /// Waits for a result, then takes all others that have arrived.
    fn receive(&mut self) -> io::Result<()> {
        self.output.check_reader()?;
        let result = match self.results.try_recv() {
            Ok(result) => Ok(result),
            Err(_) => self.results.recv_timeout(self.output.flush_if_due()?),
        };
        match result {
            Ok(result) => self.settle(result),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(io::Error::other("every worker has ended")),
        }
        while let Ok(result) = self.results.try_recv() {
            self.settle(result);
        }
        let (summary, cost) = (&self.result.summary, self.result.cost);
        self.progress.show(summary, cost, self.queries.at_most(), self.terminal);
        Ok(())
    }

    fn settle(&mut self, JobResult { provider, ticket, page, result, evidence }: JobResult) {
        self.pools[provider].finished();
        let stopped_by = match &result {
            Ok(fetched) => {
                if fetched.from == FetchedFrom::Archive {
                    let received_at = fetched.response.received_at;
                    let oldest = self.result.oldest_archived.get_or_insert(received_at);
                    *oldest = (*oldest).min(received_at);
                }
                self.add_cost(provider, fetched.charged(), |price| match fetched.answered.finding {
                    Finding::Records => price.records,
                    Finding::Nothing => price.nothing,
                });
                fetched.not_stored.as_ref().map(|failure| failure.kind)
            }
            Err(FetchError { failure, .. }) => {
                self.add_cost(provider, failure.charged, |price| price.records);
                if failure.kind == FailureKind::Limit {
                    self.own_limit.get_or_insert_with(|| failure.clone());
                }
                Some(failure.kind).filter(|kind| kind.stops_the_run())
            }
        };
        if let Some(kind) = stopped_by {
            self.cancellation.cancel();
            if kind != FailureKind::Interrupted {
                self.result.summary.stopped_by.get_or_insert(kind);
            }
        }
        let position = usize::try_from(ticket - self.first_ticket).unwrap_or(usize::MAX);
        if let Some(query) = self.waiting.get_mut(position) {
            query.settle(page, result, evidence);
        }
    }

    /// Adds a call that may have been charged. Of the attempts at a page at most one is: no such attempt is repeated.
    fn add_cost(&mut self, provider: usize, charged: Charged, price: impl Fn(&Price) -> f64) {
        if let (Some(prices), Some(cost)) = (&self.prices, &mut self.result.cost)
            && charged != Charged::No
        {
            *cost += price(&prices[provider]);
        }
    }

    /// Writes the records of the first query, and of those behind it that have become the first.
    fn write_finished(&mut self) -> io::Result<()> {
        while let Some(query) = self.waiting.front_mut() {
            self.output.rows(&query.take_rows(self.selection))?;
            if !query.is_over() {
                return Ok(());
            }
            if let Some(query) = self.waiting.pop_front() {
                self.first_ticket += 1;
                self.conclude(query)?;
            }
            if self.is_stopping() {
                return Ok(());
            }
        }
        Ok(())
    }

    fn conclude(&mut self, mut query: QueryState) -> io::Result<()> {
        for body in query.take_bodies() {
            self.output.body(&body)?;
        }
        if query.was_cut_short() {
            self.count_missing(query.provider, query.query(), query.pages_missing());
        }
        let pool = &self.pools[query.provider];
        pool.record_snapshot(query.snapshot(pool.provider()));
        let (outcome, findings) = query.outcome();
        self.report(&outcome, &findings);
        self.count_consecutive_failures(&outcome);
        self.write_outcome(outcome)
    }

    /// Adds the calls that a query still needs, if a limit of the user stopped the run.
    fn count_missing(&mut self, provider: usize, query: &Query, at_least: u64) {
        if self.result.summary.stopped_by == Some(FailureKind::Limit) {
            let provider = self.pools[provider].provider();
            let calls = (self.calls_needed)(provider, query).unwrap_or(at_least);
            let missing = self.result.calls_missing.entry(provider.info().id).or_default();
            *missing = missing.saturating_add(calls);
        }
    }

    fn write_outcome(&mut self, mut outcome: QueryOutcome) -> io::Result<()> {
        if outcome.status == Status::Skipped && outcome.error.is_none() {
            outcome.error.clone_from(&self.own_limit);
        }
        self.result.summary.count(&outcome);
        self.output.outcome(&outcome)
    }

    /// Reports the failure and the findings of a query on standard error.
    fn report(&mut self, outcome: &QueryOutcome, findings: &[KeywordWarning]) {
        let (query, provider) = (outcome.query.as_str(), outcome.provider);
        if let Some(failure) = &outcome.error
            && !matches!(failure.kind, FailureKind::Interrupted | FailureKind::Keyword)
        {
            // The failure that stopped the run is reported once, not for each remaining query.
            let is_reported = self.reported_stop == Some(failure.kind);
            if failure.kind.stops_the_run() {
                self.reported_stop = Some(failure.kind);
            }
            if !is_reported {
                self.terminal.error(failure, Some((query, provider)));
            }
        }
        for KeywordWarning { code, message } in findings {
            self.result.summary.short += u64::from(*code == WarningCode::Incomplete);
            self.terminal
                .warning(&message!("{query} ({provider}): {message}", "{query}（{provider}）：{message:#}"));
        }
        if self.selection == MatchSelection::Matched {
            self.result.summary.left_out += outcome.other + outcome.undecided;
        }
    }

    fn count_consecutive_failures(&mut self, outcome: &QueryOutcome) {
        match outcome.status {
            Status::Failed
                if outcome.error.as_ref().is_some_and(|failure| failure.kind.blames_no_vendor()) => {}
            Status::Failed => {
                self.consecutive_failures += 1;
                let is_temporary =
                    outcome.error.as_ref().is_some_and(|failure| failure.kind.exit_code() == 5);
                self.other_failures += u64::from(!is_temporary);
            }
            Status::Ok | Status::Empty | Status::Partial => {
                self.consecutive_failures = 0;
                self.other_failures = 0;
            }
            Status::Skipped => {}
        }
        let is_batch = self.queries.at_most() != Some(1);
        if self.consecutive_failures >= self.max_errors && is_batch && !self.is_stopping() {
            self.cancellation.cancel();
            self.result.summary.stopped_by = Some(FailureKind::Limit);
            let are_temporary = self.other_failures == 0;
            self.result.summary.consecutive_failures =
                Some(if are_temporary { ConsecutiveFailures::Temporary } else { ConsecutiveFailures::Mixed });
            let failure = Failure::local(
                FailureKind::Limit,
                message!(
                    "consecutive queries that failed: {failed} (--max-errors); the rest was not queried",
                    "连续 {failed} 个查询失败（--max-errors）；其余未查询",
                    failed = self.consecutive_failures
                ),
            );
            self.terminal.error(&failure, None);
            self.reported_stop = Some(FailureKind::Limit);
            self.own_limit = Some(failure);
        }
    }

    /// Waits for requests in flight, because they are paid for; after an interruption only for the grace period.
    fn await_requests_in_flight(&mut self) {
        self.cancellation.cancel();
        let mut deadline = None;
        while self.pools.iter().any(|pool| pool.in_flight() > 0) {
            deadline = deadline.or_else(|| self.cancellation.reason().map(|_| Instant::now() + GRACE_PERIOD));
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                break;
            }
            if let Ok(result) = self.results.recv_timeout(FLUSH_INTERVAL) {
                self.settle(result);
            }
        }
        // Requests that still hang may be charged.
        for provider in 0..self.pools.len() {
            for _ in 0..self.pools[provider].in_flight() {
                self.add_cost(provider, Charged::Unknown, |price| price.records);
            }
        }
    }

    /// Writes what was bought, and an outcome for every query that was not started.
    fn write_rest(&mut self) -> io::Result<()> {
        self.result.stopped_by = self.cancellation.reason();
        if self.result.stopped_by == Some(StopReason::ClosedPipe) {
            return Ok(());
        }
        while let Some(mut query) = self.waiting.pop_front() {
            self.first_ticket += 1;
            query.give_up();
            self.output.rows(&query.take_rows(self.selection))?;
            self.conclude(query)?;
        }
        if self.input_is_over {
            return Ok(());
        }
        let deadline = self.result.stopped_by.map(|_| Instant::now() + LISTING_TIME);
        while let Some(Ok(item)) = self.queries.next() {
            let (provider, id) = (item.provider, self.pools[item.provider].provider_id());
            if item.refusal.is_none() {
                self.count_missing(provider, &item.query, 1);
            }
            self.write_outcome(QueryState::never_started(item, id).outcome().0)?;
            let is_late = match deadline {
                Some(deadline) => Instant::now() >= deadline,
                None => self.cancellation.reason().is_some(),
            };
            if is_late {
                break;
            }
        }
        Ok(())
    }

    fn output_failed(&mut self, error: &io::Error) {
        self.cancellation.cancel();
        self.result.output_failed(error, &self.cancellation);
    }
}
