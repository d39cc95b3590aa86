//! From a call to its answer, in layers around a [`Caller`], one behaviour each.
//!
//! [`stack`] is the one place that fixes their order:
//! `Reuse(Budget(Retry(Throttle(Booking(Attempt)))))`. An answer from the archive costs nothing and is not
//! counted; every attempt is paced, booked, stamped and signed anew; what may have been charged is never
//! repeated. No layer knows which provider it serves.
//!
//! A call is a future: a thread drives as many at once as it is given. Each thread has layers and connections of its
//! own, so that nothing passes from thread to thread on its way to the vendor; what a run shares (budget, pace, clock,
//! archive) is shared in its [`ClientSettings`].

mod attempt;
mod booking;
mod budget;
mod clock;
mod event_loop;
mod masking;
mod pause;
pub mod reach;
mod retry;
mod reuse;
mod throttle;
mod trust;
mod wire;

pub use attempt::{Attempt, Reading};
pub use booking::Booking;
pub use budget::{Budget, WithinBudget};
pub use clock::Clock;
pub use event_loop::EventLoop;
pub use retry::RetryUncharged;
pub use reuse::{CachePolicy, ReuseArchived, reply_of as archived_reply};
pub use throttle::{Pacer, RateLimit, Throttle};
pub use wire::{Wire, WireError, WireSettings, Wiring, http_date, retry_after};

use crate::archive::Archive;
use crate::domain::failure::Failure;
use crate::domain::page::Page;
use crate::domain::request::{Request, Response};
use crate::interrupt::CancellationToken;
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
    pub answer: Response,
    /// How it was judged.
    pub answered: Answered,
    /// Its records, where they are read already: an archived answer is kept, and without an archive none is.
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
    pub answer: Option<Box<Response>>,
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
    fn call(&self, call: &Request) -> impl Future<Output = Result<Reply, Refusal>> + Send;
}

/// What the layers of one provider need. Every stack that is made of the same settings shares what they hold.
#[derive(Clone)]
pub struct ClientSettings {
    /// Whom to ask.
    pub provider: Arc<dyn Provider>,
    /// How connections are made.
    pub wiring: Arc<Wiring>,
    /// The clock that stamps are taken from; shared, so that a correction helps every later attempt.
    pub clock: Arc<Clock>,
    /// The archive; `None` with `--no-archive` and in the sandbox.
    pub archive: Option<Arc<Archive>>,
    /// When an archived answer serves.
    pub reuse: CachePolicy,
    /// Paid calls in this run, shared by its providers.
    pub budget: Arc<Budget>,
    /// Requests per second, across all stacks.
    pub pacer: Arc<Pacer>,
    /// Attempts after the first one.
    pub retries: u32,
    /// The wish to stop.
    pub stop: CancellationToken,
}

/// The layers in their one right order.
pub type Stack = ReuseArchived<WithinBudget<RetryUncharged<Throttle<Booking<Attempt>>>>>;

/// Makes the layers, with connections of their own.
///
/// # Errors
/// Where the connections cannot be prepared.
pub fn stack(settings: &ClientSettings) -> Result<Stack, Failure> {
    let ClientSettings { provider, wiring, clock, archive, reuse, budget, pacer, retries, stop } =
        settings.clone();
    let reading = if archive.is_some() { Reading::OnceKept } else { Reading::AtOnce };
    let attempt =
        Attempt::new(Arc::clone(&provider), wiring.wire()?, Arc::clone(&clock), reading, stop.clone());
    let booking = Booking::new(attempt, archive.clone(), Arc::clone(&provider), reuse, stop.clone());
    let throttle = Throttle::new(booking, pacer, stop.clone());
    let retry = RetryUncharged::new(throttle, retries, clock, stop.clone());
    let budget = WithinBudget::new(retry, budget, stop);
    Ok(ReuseArchived::new(budget, archive, provider, reuse))
}
