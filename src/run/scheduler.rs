//! The scheduler: one thread that admits queries, hands pages to the workers, and decides when to stop. It reads and
//! writes in the order of the input.
//!
//! A page is handed out only when its request may be sent, so none has to be taken back. The next page is handed out while
//! an answered one is being stored.

use super::pages_needed::PagesNeeded;
use super::progress::Progress;
use super::queries::Queries;
use super::query_state::QueryState;
use super::result::RunResult;
use super::result_writer::ResultWriter;
use super::worker_pool::{Job, JobResult, Reporter, Worker, WorkerMessage, WorkerPool};
use crate::client::{Client, FetchError};
use crate::domain::failure::{Charged, Failure, FailureKind};
use crate::domain::outcome::{KeywordWarning, QueryOutcome, Status, WarningCode};
use crate::domain::page::Finding;
use crate::domain::text::message;
use crate::interrupt::CancellationToken;
use crate::settings::QuerySettings;
use crate::terminal::Terminal;
use std::collections::VecDeque;
use std::io;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

/// Queries in progress or waiting to be written, for each concurrent request.
const QUERIES_PER_REQUEST: usize = 32;

/// Records that may wait to be written, about 8 MB; above that only the first query continues.
const LARGEST_BUFFER: usize = 2_000;

/// The interval at which a waiting run checks for a signal or a closed pipe.
const POLL_INTERVAL: Duration = Duration::from_millis(25);

/// The time that requests in flight may take after Ctrl-C.
const GRACE_PERIOD: Duration = Duration::from_secs(3);

/// The time for which queries that were not started are listed after Ctrl-C; enough for all but enormous lists.
const LISTING_TIME: Duration = Duration::from_millis(500);

/// The parts of a run.
pub struct Run<'a> {
    /// The clients, in the order of `QueryItem::provider`.
    pub clients: Vec<Client>,
    /// The queries.
    pub queries: Queries<'a>,
    /// The settings.
    pub settings: &'a QuerySettings,
    /// Whether outcomes carry the bodies of their pages.
    pub keeps_bodies: bool,
    /// The output.
    pub output: ResultWriter<'a>,
    /// Chooses which archived answers a query reuses, and estimates the calls that a stopped run is missing.
    pub pages_needed: PagesNeeded<'a>,
    /// The terminal.
    pub terminal: &'a Terminal,
    /// Cancels the run.
    pub cancellation: CancellationToken,
}

impl Run<'_> {
    /// Executes the run and completes its output, whatever happens.
    pub fn execute(self) -> RunResult {
        match Scheduler::start(self) {
            Ok(scheduler) => scheduler.execute(),
            Err(failure) => RunResult { output_failure: Some(failure), ..RunResult::default() },
        }
    }
}

struct Scheduler<'a> {
    run: Run<'a>,
    pools: Vec<WorkerPool>,
    messages: Receiver<WorkerMessage>,
    /// Queries that are not written to their end, in the order of the input.
    waiting: VecDeque<QueryState>,
    /// The ticket of the first waiting query.
    first_ticket: u64,
    /// The kinds of the last failures of each provider, without a success after them.
    consecutive_failures: Vec<Vec<FailureKind>>,
    /// The user's own limit that stopped the run: the reason why the rest was not queried.
    own_limit: Option<Failure>,
    /// The kind of failure that stopped the run, once it is reported.
    reported_stop: Option<FailureKind>,
    progress: Progress<'a>,
    result: RunResult,
}

impl<'a> Scheduler<'a> {
    /// Starts the workers of each client.
    ///
    /// # Errors
    /// If the system refuses to start threads.
    pub fn start(mut run: Run<'a>) -> Result<Self, Failure> {
        let (sender, messages) = mpsc::channel();
        let (keeps_bodies, concurrency) = (run.keeps_bodies, run.settings.network.concurrency);
        let clients = std::mem::take(&mut run.clients).into_iter().enumerate();
        let pools: Vec<WorkerPool> = clients
            .map(|(provider, client)| {
                let (cancellation, messages) = (client.cancellation.clone(), sender.clone());
                let reporter = Reporter { provider, keeps_bodies, cancellation, messages };
                WorkerPool::start(Worker { client, has_peers: concurrency > 1, reporter })
            })
            .collect::<Result<_, _>>()?;
        let all_are_priced = run.settings.providers.iter().all(|id| run.settings.prices.contains_key(id));
        Ok(Self {
            consecutive_failures: vec![Vec::new(); pools.len()],
            pools,
            messages,
            waiting: VecDeque::new(),
            first_ticket: 0,
            own_limit: None,
            reported_stop: None,
            progress: Progress::new(run.queries.at_most, run.terminal),
            result: RunResult { cost: all_are_priced.then_some(0.0), ..RunResult::default() },
            run,
        })
    }

    pub fn execute(mut self) -> RunResult {
        if let Err(error) = self.run_queries() {
            self.result.output_failed(&error, &self.run.cancellation);
        }
        self.await_requests_in_flight();
        while let Err(error) = self.write_rest() {
            // What has failed is not written again. A report still is.
            self.result.output_failed(&error, &self.run.cancellation);
        }
        self.progress.end();
        if let Err(error) = self.run.output.finish() {
            self.result.output_failed(&error, &self.run.cancellation);
        }
        self.pools.into_iter().for_each(WorkerPool::shutdown);
        self.result.repeats = self.run.queries.repeats;
        self.result.listed = self.run.queries.at_most;
        self.result
    }

    fn run_queries(&mut self) -> io::Result<()> {
        while !self.is_stopping() {
            if self.waiting.front().is_some_and(QueryState::has_failed_at_the_vendor) {
                // It is counted before more is handed out: it may be the last one that `--max-errors` allows.
                self.write_finished()?;
            }
            self.admit();
            if self.is_stopping() || self.waiting.is_empty() {
                break;
            }
            // The workers fetch while records are written.
            self.submit_pages();
            self.write_finished()?;
            if self.waiting.front().is_some_and(|query| !query.pagination.is_over()) && !self.is_stopping() {
                self.receive()?;
            }
        }
        Ok(())
    }

    fn is_stopping(&self) -> bool {
        self.run.cancellation.reason().is_some() || self.result.summary.stopped_by.is_some()
    }

    fn admit(&mut self) {
        let most = self.run.settings.network.concurrency * self.pools.len() * QUERIES_PER_REQUEST;
        while self.waiting.len() < most && !self.is_stopping() {
            match self.run.queries.items.next() {
                Some(Ok(item)) => {
                    let provider = self.pools[item.provider].provider().info();
                    self.waiting.push_back(QueryState::new(item, provider, self.run.settings.pages));
                }
                Some(Err(failure)) => {
                    self.run.terminal.error(&failure, None);
                    self.result.summary.stopped_by = Some(failure.kind);
                }
                None => break,
            }
        }
    }

    /// Hands pages to the workers, those of the first query first.
    fn submit_pages(&mut self) {
        let buffered: usize = self.waiting.iter().skip(1).map(|query| query.ready.len()).sum();
        let eligible = if buffered > LARGEST_BUFFER { 1 } else { self.waiting.len() };
        let failures_left = self.failures_left();
        let concurrency = self.run.settings.network.concurrency;
        let most = |provider: usize| failures_left[provider].clamp(1, concurrency);
        for position in 0..eligible {
            let query = &mut self.waiting[position];
            // What the first query lacks decides whether the run goes on.
            if failures_left[query.provider] == 0 && position > 0 {
                continue;
            }
            let pool = &mut self.pools[query.provider];
            while pool.has_room(most(query.provider)) {
                let Some(page) = query.pagination.next_page(concurrency) else { break };
                let request = query.request(pool.provider(), page);
                let ticket = self.first_ticket + position as u64;
                let policy = *query.cache_policy.get_or_insert_with(|| {
                    let chosen = self.run.pages_needed.cache_policy(pool.provider(), &query.query);
                    // An archive that cannot be read fails the query itself.
                    chosen.unwrap_or(self.run.settings.reuse)
                });
                pool.submit(Job { ticket, page, request, policy });
            }
            if self.pools.iter().enumerate().all(|(provider, pool)| pool.in_flight >= most(provider)) {
                return;
            }
        }
    }

    /// How many more queries of each provider may fail before `--max-errors` ends the run, if none succeeds meanwhile. After
    /// a failure, no more requests than that are in flight; before one, there is no limit.
    fn failures_left(&self) -> Vec<usize> {
        let mut failed: Vec<usize> = self.consecutive_failures.iter().map(Vec::len).collect();
        for query in self.waiting.iter().filter(|query| query.has_failed_at_the_vendor()) {
            failed[query.provider] += 1;
        }
        let allowed = usize::try_from(self.run.settings.max_errors).unwrap_or(usize::MAX);
        let left = |failed| if failed == 0 { usize::MAX } else { allowed.saturating_sub(failed) };
        failed.into_iter().map(left).collect()
    }

    /// Waits for a result, then takes all others that have arrived.
    fn receive(&mut self) -> io::Result<()> {
        let writes_to_pipe = self.run.settings.output.file.is_none();
        if writes_to_pipe && self.run.terminal.output_pipe_is_closed() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let mut next = self.messages.try_recv().ok();
        if next.is_none() {
            self.run.output.flush()?;
            next = self.messages.recv_timeout(POLL_INTERVAL).ok();
        }
        while let Some(message) = next {
            self.take(message);
            next = self.messages.try_recv().ok();
        }
        self.progress.show(&self.result.summary, self.result.cost);
        Ok(())
    }

    fn take(&mut self, message: WorkerMessage) {
        match message {
            WorkerMessage::CallEnded(provider) => self.pools[provider].in_flight -= 1,
            WorkerMessage::Result(job) => self.settle(*job),
        }
    }

    fn settle(&mut self, job: JobResult) {
        let (provider, ticket) = (job.provider, job.ticket);
        self.pools[provider].finished(job.call_has_ended);
        let stopped_by = match &job.result {
            Ok(fetched) => {
                if fetched.from_archive {
                    let received_at = fetched.response.received_at;
                    let oldest = self.result.oldest_archived.get_or_insert(received_at);
                    *oldest = (*oldest).min(received_at);
                }
                self.add_cost(provider, fetched.answered.charged, fetched.answered.page.finding());
                fetched.not_stored.as_ref().map(|failure| failure.kind)
            }
            Err(FetchError { failure, .. }) => {
                self.add_cost(provider, failure.charged, Finding::Records);
                if failure.kind == FailureKind::Limit {
                    self.own_limit.get_or_insert_with(|| failure.clone());
                }
                Some(failure.kind).filter(|kind| kind.stops_the_run())
            }
        };
        // The worker has cancelled the run already.
        if let Some(kind) = stopped_by.filter(|kind| *kind != FailureKind::Interrupted) {
            self.result.summary.stopped_by.get_or_insert(kind);
        }
        let position = usize::try_from(ticket - self.first_ticket).unwrap_or(usize::MAX);
        if let Some(query) = self.waiting.get_mut(position) {
            query.settle(job);
        }
    }

    /// Adds a call that may have been charged. Of the attempts at a page at most one is: no such attempt is repeated.
    fn add_cost(&mut self, provider: usize, charged: Charged, finding: Finding) {
        let price = self.run.settings.prices.get(&self.pools[provider].provider_id());
        if let (Some(price), Some(cost)) = (price, &mut self.result.cost)
            && charged != Charged::No
        {
            *cost += price.of(finding);
        }
    }

    /// Writes the records of the first query, and of those after it that have become the first.
    fn write_finished(&mut self) -> io::Result<()> {
        while let Some(query) = self.waiting.front_mut() {
            let rows = std::mem::take(&mut query.ready);
            if !rows.is_empty() {
                // All of them, even if one output fails: the others need every row.
                self.run
                    .output
                    .write(|sink| rows.iter().map(|row| sink.row(row)).fold(Ok(()), io::Result::and))?;
            }
            if !query.pagination.is_over() {
                return Ok(());
            }
            if let Some(query) = self.waiting.pop_front() {
                self.first_ticket += 1;
                self.conclude(query)?;
            }
        }
        Ok(())
    }

    fn conclude(&mut self, query: QueryState) -> io::Result<()> {
        let provider = query.provider;
        let pool = &self.pools[provider];
        if query.was_cut_short() && self.result.summary.stopped_by == Some(FailureKind::Limit) {
            let calls = self.run.pages_needed.calls(pool.provider(), &query.query);
            let missing = self.result.calls_missing.entry(pool.provider_id()).or_default();
            *missing = missing.saturating_add(calls.unwrap_or(query.pagination.pages_missing()));
        }
        pool.record_snapshot(|| query.snapshot(pool.provider()));
        let (mut outcome, findings) = query.outcome();
        self.report(&outcome, &findings);
        self.count_consecutive_failures(provider, &outcome);
        if let (Some(limit), Some(error)) = (&self.own_limit, &mut outcome.error)
            && (error.kind, error.charged) == (FailureKind::Interrupted, Charged::No)
        {
            error.clone_from(limit);
        }
        self.result.summary.count(&outcome);
        self.run.output.write(|sink| sink.outcome(&outcome))
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
                self.run.terminal.error(failure, Some((query, provider)));
            }
        }
        for KeywordWarning { code, message } in findings {
            self.result.summary.short += u64::from(*code == WarningCode::Incomplete);
            self.run
                .terminal
                .warning(&message!("{query} ({provider}): {message}", "{query}（{provider}）：{message:#}"));
        }
    }

    /// Stops the run after as many consecutive failures of one provider as `--max-errors` allows.
    fn count_consecutive_failures(&mut self, provider: usize, outcome: &QueryOutcome) {
        let failures = &mut self.consecutive_failures[provider];
        match (outcome.status, &outcome.error) {
            (Status::Failed, Some(failure)) if !failure.kind.blames_no_vendor() => {
                failures.push(failure.kind);
            }
            (Status::Ok | Status::Empty | Status::Partial, _) => failures.clear(),
            _ => {}
        }
        let failed = failures.len();
        let is_batch = self.run.queries.at_most != Some(1);
        if (failed as u64) < self.run.settings.max_errors || !is_batch || self.is_stopping() {
            return;
        }
        self.run.cancellation.cancel();
        self.result.summary.stop_after(&self.consecutive_failures[provider]);
        let failure = Failure::local(
            FailureKind::Limit,
            message!(
                "consecutive queries that failed at {provider}: {failed} (--max-errors); the rest was not queried",
                "{provider} 连续 {failed} 个查询失败（--max-errors）；其余未查询",
                provider = outcome.provider
            ),
        );
        self.run.terminal.error(&failure, None);
        self.reported_stop = Some(FailureKind::Limit);
        self.own_limit = Some(failure);
    }

    /// Waits for requests in flight, because they are paid for; after an interruption only for the grace period.
    fn await_requests_in_flight(&mut self) {
        self.run.cancellation.cancel();
        let mut deadline = None;
        while self.pools.iter().any(|pool| pool.unfinished > 0) {
            deadline =
                deadline.or_else(|| self.run.cancellation.reason().map(|_| Instant::now() + GRACE_PERIOD));
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                break;
            }
            if let Ok(message) = self.messages.recv_timeout(POLL_INTERVAL) {
                self.take(message);
            }
        }
        // Requests that still hang may be charged.
        for provider in 0..self.pools.len() {
            for _ in 0..self.pools[provider].unfinished {
                self.add_cost(provider, Charged::Unknown, Finding::Records);
            }
        }
    }

    /// Writes what was bought, and an outcome for every query that was not started.
    fn write_rest(&mut self) -> io::Result<()> {
        self.result.stopped_by = self.run.cancellation.reason();
        self.waiting.iter_mut().for_each(QueryState::give_up);
        self.write_finished()?;
        let started = Instant::now();
        while let Some(Ok(item)) = self.run.queries.items.next() {
            let provider = self.pools[item.provider].provider().info();
            let mut query = QueryState::new(item, provider, self.run.settings.pages);
            query.give_up();
            self.conclude(query)?;
            if self.run.cancellation.reason().is_some() && started.elapsed() >= LISTING_TIME {
                break;
            }
        }
        Ok(())
    }
}
