//! Counters of the requests that the sandbox has received, of their charges and of their concurrency.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde::Serialize;

use crate::domain::failure::Charged;
use crate::locking::lock;

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
    /// Requests that are not answered yet.
    #[serde(skip)]
    pub in_flight: u64,
}

/// The running counters.
#[derive(Debug, Default)]
pub(super) struct CallCounters(Mutex<CallCounts>);

impl CallCounters {
    /// Counters of these vendors.
    pub(super) fn of_vendors(names: impl Iterator<Item = &'static str>) -> Self {
        let vendors = names.map(|name| (name, ProviderCalls::default())).collect();
        Self(Mutex::new(CallCounts { vendors, ..CallCounts::default() }))
    }

    /// Counts a request and its charge; it is in flight until the guard is dropped.
    pub(super) fn count(&self, vendor: &'static str, charged: Charged) -> InFlightGuard<'_> {
        let mut counts = lock(&self.0);
        let calls = counts.vendors.entry(vendor).or_default();
        calls.requests += 1;
        calls.in_flight += 1;
        calls.highest_at_once = calls.highest_at_once.max(calls.in_flight);
        *match charged {
            Charged::Yes => &mut calls.charged,
            Charged::No => &mut calls.refused,
            Charged::Unknown => &mut calls.unknown,
        } += 1;
        let all_in_flight = counts.vendors.values().map(|calls| calls.in_flight).sum();
        counts.highest_at_once = counts.highest_at_once.max(all_in_flight);
        InFlightGuard { counters: self, vendor }
    }

    /// The counts at this moment.
    pub(super) fn counts(&self) -> CallCounts {
        lock(&self.0).clone()
    }
}

/// A request in flight; dropped with the response or with the connection.
#[derive(Debug)]
pub(super) struct InFlightGuard<'counters> {
    counters: &'counters CallCounters,
    vendor: &'static str,
}

impl Drop for InFlightGuard<'_> {
    fn drop(&mut self) {
        lock(&self.counters.0).vendors.entry(self.vendor).or_default().in_flight -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_add_up_to_the_requests_and_the_highest_concurrency_is_kept() {
        let counters = CallCounters::of_vendors(["a", "b"].into_iter());
        let first = counters.count("a", Charged::Yes);
        let second = counters.count("a", Charged::No);
        drop(counters.count("b", Charged::Yes));
        drop((first, second));
        drop(counters.count("a", Charged::Unknown));
        let counts = counters.counts();
        assert_eq!(
            counts.of("a"),
            ProviderCalls {
                requests: 3,
                charged: 1,
                refused: 1,
                unknown: 1,
                highest_at_once: 2,
                in_flight: 0
            }
        );
        assert_eq!((counts.of("b").highest_at_once, counts.highest_at_once), (1, 3));
    }
}
