//! A run: queries in, records and outcomes out. One keyword and a million take the same path.

pub mod pagination;
mod progress;
mod queries;
mod query_state;
mod result;
mod result_writer;
mod scheduler;
mod worker_pool;

pub use progress::{Progress, counts};
pub use queries::{KeywordPolicy, Queries, QueryItem, undocumented_kind};
pub use query_state::MatchSelection;
pub use result::{CachePolicyOf, CallsNeeded, RunResult, cannot_write};
pub use result_writer::OutputTarget;

use crate::client::Client;
use crate::domain::price::Price;
use crate::interrupt::CancellationToken;
use crate::output::Sink;
use crate::terminal::Terminal;
use result_writer::ResultWriter;
use scheduler::Scheduler;
use std::time::Instant;
use worker_pool::{Worker, WorkerPool};

/// The parts and the settings of a run.
pub struct Run<'a> {
    /// The clients, in the order of `QueryItem::provider`.
    pub clients: Vec<Client>,
    /// The queries.
    pub queries: Queries,
    /// Records per page; `None` is the cap of each provider.
    pub page_size: Option<u32>,
    /// The most records of a query.
    pub limit: Option<u64>,
    /// Only this page.
    pub only_page: Option<u32>,
    /// The records to write.
    pub selection: MatchSelection,
    /// Concurrent requests for each provider.
    pub concurrency: usize,
    /// Consecutive failed queries that end the run.
    pub max_errors: u64,
    /// Whether bodies are written instead of records.
    pub raw: bool,
    /// The output.
    pub sink: Box<dyn Sink>,
    /// Where the output goes.
    pub target: OutputTarget,
    /// Chooses which archived answers a query reuses.
    pub cache_policy: CachePolicyOf<'a>,
    /// Estimates the calls that a stopped run is missing.
    pub calls_needed: CallsNeeded<'a>,
    /// The price of a call for each provider; `None` unless all are known.
    pub prices: Option<Vec<Price>>,
    /// The terminal.
    pub terminal: &'a Terminal,
    /// Cancels the run.
    pub cancellation: CancellationToken,
}

impl Run<'_> {
    /// Executes the run and completes its output, whatever happens.
    pub fn execute(self) -> RunResult {
        let (results, received) = crossbeam_channel::unbounded();
        let (raw, evidence) = (self.raw, self.sink.wants_evidence());
        let mut result = RunResult { cost: self.prices.as_ref().map(|_| 0.0), ..RunResult::default() };
        let mut pools = Vec::new();
        for (provider, client) in self.clients.into_iter().enumerate() {
            let worker = Worker { provider, client, raw, evidence, results: results.clone() };
            match WorkerPool::start(worker, self.concurrency) {
                Ok(pool) => pools.push(pool),
                Err(failure) => {
                    result.output_failure = Some(failure);
                    return result;
                }
            }
        }
        let progress = Progress::new(self.queries.at_most(), self.terminal);
        let output = ResultWriter {
            sink: self.sink,
            target: self.target,
            terminal: self.terminal,
            is_dirty: false,
            flushed_at: Instant::now(),
        };
        Scheduler {
            pools,
            results: received,
            queries: self.queries,
            waiting: std::collections::VecDeque::new(),
            first_ticket: 0,
            page_size: self.page_size,
            limit: self.limit,
            only_page: self.only_page,
            selection: self.selection,
            concurrency: self.concurrency,
            max_errors: self.max_errors,
            consecutive_failures: 0,
            other_failures: 0,
            own_limit: None,
            reported_stop: None,
            input_is_over: false,
            output,
            cache_policy: self.cache_policy,
            calls_needed: self.calls_needed,
            prices: self.prices,
            terminal: self.terminal,
            progress,
            cancellation: self.cancellation,
            result,
        }
        .execute()
    }
}
