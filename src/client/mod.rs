//! From a request to a response, in layers of one behaviour each.
//!
//! [`Client::fetch`] fixes their order: `cache(budget(retry(rate_limit(ledger(attempt)))))`. An archived answer costs
//! nothing and is not counted. Every attempt is paced, recorded, stamped and signed again. A request that may have been
//! charged is never repeated. No layer knows which provider it serves.

mod attempt;
mod budget;
mod cache;
mod clock;
mod http;
mod ledger;
mod pause;
mod rate_limit;
pub mod reach;
mod redact;
mod retry;
mod tls;

pub use budget::Budget;
pub use cache::{CachePolicy, archived_response};
pub use clock::Clock;
pub use http::{HttpClient, HttpSettings, http_date, proxy_address, retry_after};
pub use rate_limit::RateLimiter;
pub use redact::redact;
pub use tls::tls_config;

use crate::archive::{Archive, ArchiveError, Completion};
use crate::domain::failure::Failure;
use crate::domain::request::{Request, Response};
use crate::interrupt::CancellationToken;
use crate::provider::{Answered, Provider};
use jiff::Timestamp;
use std::sync::{Arc, mpsc};

/// A response worth keeping.
#[derive(Debug)]
pub struct Fetched {
    /// The response.
    pub response: Response,
    /// Its records, and whether this run was charged for them.
    pub answered: Answered,
    /// Whether it was in the archive.
    pub from_archive: bool,
    /// Requests that may have reached the vendor for it.
    pub calls: u64,
    /// Its number in the archive, if it is stored.
    pub archive_id: Option<i64>,
    /// What the archive must still store: [`Client::store_later`] takes it.
    pub completion: Option<Completion>,
    /// The reason for which a paid response could not be stored. Its records are still written, then the run ends.
    pub not_stored: Option<Failure>,
}

/// A request without a response worth keeping.
#[derive(Debug)]
pub struct FetchError {
    /// The response, or its beginning if it is too large or damaged.
    pub response: Option<Box<Response>>,
    /// The failure.
    pub failure: Failure,
    /// Requests that may have reached the vendor.
    pub calls: u64,
}

impl FetchError {
    /// A failure before anything was sent.
    pub const fn unsent(failure: Failure) -> Self {
        Self { failure, calls: 0, response: None }
    }

    /// A failure of a request that may have reached the vendor.
    pub const fn unanswered(failure: Failure) -> Self {
        Self { failure, calls: 1, response: None }
    }
}

/// The archive cannot be used before a request is sent.
impl From<ArchiveError> for FetchError {
    fn from(error: ArchiveError) -> Self {
        Self::unsent(error.into())
    }
}

/// The outcome of a request at any layer.
pub type FetchResult = Result<Fetched, FetchError>;

/// Fetches pages of one provider. Threads share it; the clients of a run share the budget and the archive.
#[derive(Clone)]
pub struct Client {
    /// The provider to ask.
    pub provider: Arc<dyn Provider>,
    /// The HTTP connections.
    pub http: Arc<HttpClient>,
    /// The clock of the provider's time stamps.
    pub clock: Arc<Clock>,
    /// The archive; `None` with `--no-archive` and in the sandbox.
    pub archive: Option<Arc<Archive>>,
    /// The limit of paid calls.
    pub budget: Arc<Budget>,
    /// The limit of requests per second.
    pub rate_limiter: Arc<RateLimiter>,
    /// Attempts after the first one.
    pub retries: u32,
    /// `--retry-uncertain`: attempts before this moment, by the clock of the archive, are repeated although they may have been
    /// charged.
    pub retry_uncertain: Option<Timestamp>,
    /// Cancels pauses, and requests that are not sent yet.
    pub cancellation: CancellationToken,
}

impl Client {
    /// Fetches one page, from the archive if the policy allows it, else from the vendor. Returns when it is stored.
    ///
    /// # Errors
    /// Any failure, with the number of requests that may have been charged.
    ///
    /// # Panics
    /// If the writer thread of the archive has panicked.
    pub fn fetch(&self, request: &Request, policy: CachePolicy) -> FetchResult {
        let (caller, stored) = mpsc::sync_channel(1);
        self.store_later(self.fetch_without_storing(request, policy), move |result| {
            drop(caller.send(result));
        });
        stored.recv().expect("the archive calls back")
    }

    /// The same, but a response of the vendor must still be passed to [`Client::store_later`]. Other pages may be
    /// requested before that.
    ///
    /// # Errors
    /// As [`Client::fetch`]. A failure is stored already.
    pub fn fetch_without_storing(&self, request: &Request, policy: CachePolicy) -> FetchResult {
        let token = &self.cancellation;
        self.cached(request, policy, || {
            self.budget.spend(token, || {
                self.with_retries(request, || {
                    self.rate_limiter
                        .throttle(token, || self.recorded(request, policy, || self.attempt(request)))
                })
            })
        })
    }

    /// Stores a response, then calls `done` on the archive's writer thread; at once if there is nothing to store.
    pub fn store_later(&self, mut result: FetchResult, done: impl FnOnce(FetchResult) + Send + 'static) {
        let completion = result.as_mut().ok().and_then(|fetched| fetched.completion.take());
        let (Some(archive), Some(completion)) = (&self.archive, completion) else { return done(result) };
        archive.complete_later(completion, move |stored| {
            if let Ok(fetched) = &mut result {
                match stored {
                    Ok(id) => fetched.archive_id = id.map(|id| id.0),
                    Err(error) => {
                        fetched.not_stored =
                            Some(Failure::from(error).with_charged(fetched.answered.charged));
                    }
                }
            }
            done(result);
        });
    }
}
