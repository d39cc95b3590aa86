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
pub use result_writer::{OutputTarget, ResultWriter};

use crate::client::Client;
use crate::domain::price::Price;
use crate::interrupt::CancellationToken;
use crate::terminal::Terminal;
use scheduler::Scheduler;

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
    pub output: ResultWriter<'a>,
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
        match Scheduler::start(self) {
            Ok(scheduler) => scheduler.execute(),
            Err(failure) => RunResult { output_failure: Some(failure), ..RunResult::default() },
        }
    }
}
