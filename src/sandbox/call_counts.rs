//! Counters of the requests that the sandbox has received, of their charges and of their concurrency.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

/// The counts of all vendors at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CallCounts {
    /// The counts of each vendor, by its name.
    #[serde(flatten)]
    pub vendors: BTreeMap<&'static str, ProviderCalls>,
    /// The highest number of concurrent requests, all vendors together.
    pub highest_at_once: u64,
}

impl CallCounts {
    /// The counts of one vendor.
    pub fn of(&self, vendor: &str) -> ProviderCalls {
        self.vendors.get(vendor).copied().unwrap_or_default()
    }
}

/// The counts of one vendor. A request is counted once it has been read, before any latency: a client that disconnects
/// while it waits has still been charged. `requests` = `charged` + `refused` + `unknown`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ProviderCalls {
    /// Requests that reached this vendor.
    pub requests: u64,
    /// Answers with data or with "no data": the vendor charges for both.
    pub charged: u64,
    /// Answers that cost nothing: bad credentials, quota, bad input, throttling, a gateway's failure.
    pub refused: u64,
    /// The vendor's own failures: whether they were charged cannot be known.
    pub unknown: u64,
    /// The highest number of concurrent requests to this vendor.
    pub highest_at_once: u64,
}

/// Whether an answer is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charge {
    Charged,
    Refused,
    Unknown,
}

/// The running counters of one vendor.
#[derive(Debug, Default)]
pub(super) struct CallCounters {
    requests: AtomicU64,
    charged: AtomicU64,
    refused: AtomicU64,
    unknown: AtomicU64,
    concurrency: ConcurrencyGauge,
}

/// The current and the highest number of concurrent requests.
#[derive(Debug, Default)]
pub(super) struct ConcurrencyGauge {
    now: AtomicU64,
    highest: AtomicU64,
}

impl CallCounters {
    /// Counts a request and its charge; it is in flight until the guard is dropped.
    pub(super) fn count(&self, charge: Charge) -> InFlightGuard<'_> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let outcome = match charge {
            Charge::Charged => &self.charged,
            Charge::Refused => &self.refused,
            Charge::Unknown => &self.unknown,
        };
        outcome.fetch_add(1, Ordering::Relaxed);
        self.concurrency.enter()
    }

    /// The counts at this moment.
    pub(super) fn calls(&self) -> ProviderCalls {
        ProviderCalls {
            requests: self.requests.load(Ordering::Relaxed),
            charged: self.charged.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            unknown: self.unknown.load(Ordering::Relaxed),
            highest_at_once: self.concurrency.highest(),
        }
    }
}

impl ConcurrencyGauge {
    /// Counts a request as in flight until the guard is dropped.
    pub(super) fn enter(&self) -> InFlightGuard<'_> {
        let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
        self.highest.fetch_max(now, Ordering::Relaxed);
        InFlightGuard { gauge: self }
    }

    /// The highest number of concurrent requests so far.
    pub(super) fn highest(&self) -> u64 {
        self.highest.load(Ordering::Relaxed)
    }
}

/// A request in flight; dropped with the response or with the connection.
#[derive(Debug)]
pub(super) struct InFlightGuard<'gauge> {
    gauge: &'gauge ConcurrencyGauge,
}

impl Drop for InFlightGuard<'_> {
    fn drop(&mut self) {
        self.gauge.now.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_add_up_to_the_requests_and_the_highest_concurrency_is_kept() {
        let counters = CallCounters::default();
        let first = counters.count(Charge::Charged);
        let second = counters.count(Charge::Refused);
        drop((first, second));
        drop(counters.count(Charge::Unknown));
        let calls = counters.calls();
        assert_eq!(
            calls,
            ProviderCalls { requests: 3, charged: 1, refused: 1, unknown: 1, highest_at_once: 2 }
        );
    }
}
