//! The result of a run.

use crate::domain::failure::{Failure, FailureKind};
use crate::domain::outcome::RunSummary;
use crate::domain::request::ProviderId;
use crate::domain::text::{Message, message};
use crate::interrupt::{CancellationToken, StopReason};
use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::io;

/// The result of a run.
#[derive(Debug, Default)]
pub struct RunResult {
    /// The counts.
    pub summary: RunSummary,
    /// A signal or a closed pipe.
    pub stopped_by: Option<StopReason>,
    /// An error of the output.
    pub output_failure: Option<Failure>,
    /// The cost in yuan of all calls that may have been charged, if the prices are known.
    pub cost: Option<f64>,
    /// The minimum number of calls that unfinished queries still need, after a limit stopped the run.
    pub calls_missing: BTreeMap<ProviderId, u64>,
    /// Duplicate keywords that were skipped.
    pub repeats: u64,
    /// The number of queries in the list, if it is known.
    pub listed: Option<u64>,
    /// The time at which the oldest reused page was received.
    pub oldest_archived: Option<jiff::Timestamp>,
}

impl RunResult {
    pub(super) fn output_failed(&mut self, error: &io::Error, cancellation: &CancellationToken) {
        if error.kind() == io::ErrorKind::BrokenPipe {
            cancellation.pipe_closed();
            self.stopped_by.get_or_insert(StopReason::ClosedPipe);
        } else {
            self.output_failure.get_or_insert_with(|| cannot_write(error));
        }
    }
}

/// The failure of output that cannot be written.
pub fn cannot_write(error: impl Borrow<io::Error>) -> Failure {
    let error = error.borrow();
    let is_closed_pipe = error.kind() == io::ErrorKind::BrokenPipe;
    let kind = if is_closed_pipe { FailureKind::ClosedPipe } else { FailureKind::Unforeseen };
    let reason = Message::of_system(error);
    Failure::local(kind, message!("cannot write the output: {reason}", "无法写出结果：{reason:#}"))
}
