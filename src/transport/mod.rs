//! From a call to its answer, in layers around a [`Caller`], one behaviour each.
//!
//! [`stack`] is the one place that fixes their order:
//! `Reuse(Budget(Retry(Throttle(Booking(Attempt)))))`. An answer from the archive costs nothing and is not
//! counted; every attempt is paced, booked, stamped and signed anew; what may have been charged is never
//! repeated. No layer knows which provider it serves.

mod attempt;
mod booking;
mod budget;
mod clock;
mod masking;
pub mod reach;
mod retry;
mod reuse;
mod throttle;
mod trust;
mod wire;

pub use attempt::Attempt;
pub use budget::Budget;
pub use clock::Clock;
pub use reuse::{ReusePolicy, reply_of as archived_reply};
pub use throttle::{Pace, Throttle};
pub use wire::{Wire, WireError, WireSettings, http_date, retry_after};

use crate::archive::Archive;
use crate::domain::call::{Answer, Call};
use crate::domain::failure::Failure;
use crate::domain::page::Page;
use crate::interrupt::StopRequest;
use crate::provider::{Answered, Provider};
use std::sync::Arc;

/// Where an answer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The vendor, in this run.
    Vendor,
    /// The archive.
    Archive,
}

/// An answer worth keeping, on its way to the parser.
#[derive(Debug)]
pub struct Reply {
    /// The answer.
    pub answer: Answer,
    /// How it was judged.
    pub answered: Answered,
    /// Its records, where reading them was the judgement: an archived answer is kept already.
    pub page: Option<Page>,
    /// Where it came from.
    pub origin: Origin,
    /// Requests that reached the vendor for it.
    pub calls: u64,
    /// Its number in the archive, where it is kept.
    pub archive_id: Option<i64>,
    /// Why it could not be kept, although it was bought: it is printed, and the run ends.
    pub not_kept: Option<Failure>,
}

/// A call that got no answer worth keeping.
#[derive(Debug)]
pub struct Refusal {
    /// The answer that was judged a failure, for the evidence, the clock and the log.
    pub answer: Option<Box<Answer>>,
    /// Why.
    pub failure: Failure,
    /// Requests that reached the vendor all the same.
    pub calls: u64,
}

impl Refusal {
    /// A refusal before anything was sent.
    pub const fn unsent(failure: Failure) -> Self {
        Self { failure, calls: 0, answer: None }
    }
}

/// Whatever answers calls.
pub trait Caller: Send + Sync {
    /// Answers one call, or says why not.
    fn call(&self, call: &Call) -> Result<Reply, Refusal>;
}

/// What the layers of one provider need.
pub struct StackSettings {
    /// Whom to ask.
    pub provider: Arc<dyn Provider>,
    /// The socket.
    pub wire: Arc<Wire>,
    /// The clock that stamps are taken from; shared, so that a correction helps every later attempt.
    pub clock: Arc<Clock>,
    /// The archive; `None` with `--no-archive` and in the sandbox.
    pub archive: Option<Arc<Archive>>,
    /// When an archived answer serves.
    pub reuse: ReusePolicy,
    /// Paid calls in this run, shared by its providers.
    pub budget: Arc<Budget>,
    /// Requests per second.
    pub pace: Option<Pace>,
    /// Attempts after the first one.
    pub retries: u32,
    /// The wish to stop.
    pub stop: StopRequest,
}

/// The layers in their one right order.
pub fn stack(settings: StackSettings) -> Arc<dyn Caller> {
    let StackSettings { provider, wire, clock, archive, reuse, budget, pace, retries, stop } = settings;
    let attempt = Attempt::new(Arc::clone(&provider), wire, Arc::clone(&clock));
    let booking = booking::Booking::new(attempt, archive.clone(), Arc::clone(&provider), reuse, stop.clone());
    let throttle = Throttle::new(booking, pace, stop.clone());
    let retry = retry::RetryUncharged::new(throttle, retries, clock, stop.clone());
    let budget = budget::WithinBudget::new(retry, budget, stop);
    Arc::new(reuse::ReuseArchived::new(budget, archive, provider, reuse))
}
