//! What the sandbox has seen: requests, what a vendor would have charged for, and how many requests were under way at once.
//! Owns the counters; decides nothing about what is charged.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

/// The counts of all three vendors at one moment. Serialised by `GET /_sandbox/calls` under these names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct CallCounts {
    /// The dishonest list on the cloud market.
    pub market: ProviderCalls,
    /// ihuyi's copyright check.
    pub ihuyi: ProviderCalls,
    /// shuidi's software copyright pages.
    pub shuidi: ProviderCalls,
    /// The highest number of requests that were under way at once, at all vendors together.
    pub highest_at_once: u64,
}

/// The counts of one vendor. Every request is booked when it has been read whole, before any latency: a client that goes
/// away while it waits has still been charged. `requests` = `charged` + `refused` + `unknown`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ProviderCalls {
    /// Requests that reached this vendor.
    pub requests: u64,
    /// Answers with data or with "no data": the vendor charges for both.
    pub charged: u64,
    /// Refusals that cost nothing: credentials, quota, input, throttling, a gateway's failure.
    pub refused: u64,
    /// The vendor's own failures: whether they were charged cannot be known.
    pub unknown: u64,
    /// The highest number of requests to this vendor that were under way at once.
    pub highest_at_once: u64,
}

/// The three vendors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vendor {
    Market,
    Ihuyi,
    Shuidi,
}

/// What an answer means for the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charge {
    Charged,
    Refused,
    Unknown,
}

/// The running counters, shared by all connections.
#[derive(Debug, Default)]
pub(super) struct Tally {
    market: Counters,
    ihuyi: Counters,
    shuidi: Counters,
    together: Gauge,
}

#[derive(Debug, Default)]
struct Counters {
    requests: AtomicU64,
    charged: AtomicU64,
    refused: AtomicU64,
    unknown: AtomicU64,
    gauge: Gauge,
}

#[derive(Debug, Default)]
struct Gauge {
    now: AtomicU64,
    highest: AtomicU64,
}

impl Tally {
    /// Books a request and what it is charged, and counts it as under way until the guard is dropped.
    pub(super) fn book(&self, vendor: Vendor, charge: Charge) -> UnderWay<'_> {
        let counters = self.counters(vendor);
        counters.requests.fetch_add(1, Ordering::Relaxed);
        let outcome = match charge {
            Charge::Charged => &counters.charged,
            Charge::Refused => &counters.refused,
            Charge::Unknown => &counters.unknown,
        };
        outcome.fetch_add(1, Ordering::Relaxed);
        counters.gauge.rise();
        self.together.rise();
        UnderWay { gauges: [&counters.gauge, &self.together] }
    }

    /// The counts as they stand.
    pub(super) fn counts(&self) -> CallCounts {
        CallCounts {
            market: self.market.calls(),
            ihuyi: self.ihuyi.calls(),
            shuidi: self.shuidi.calls(),
            highest_at_once: self.together.highest.load(Ordering::Relaxed),
        }
    }

    fn counters(&self, vendor: Vendor) -> &Counters {
        match vendor {
            Vendor::Market => &self.market,
            Vendor::Ihuyi => &self.ihuyi,
            Vendor::Shuidi => &self.shuidi,
        }
    }
}

impl Counters {
    fn calls(&self) -> ProviderCalls {
        ProviderCalls {
            requests: self.requests.load(Ordering::Relaxed),
            charged: self.charged.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            unknown: self.unknown.load(Ordering::Relaxed),
            highest_at_once: self.gauge.highest.load(Ordering::Relaxed),
        }
    }
}

impl Gauge {
    fn rise(&self) {
        let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
        self.highest.fetch_max(now, Ordering::Relaxed);
    }
}

/// A request that is being answered; dropped with the answer, or with the connection.
#[derive(Debug)]
pub(super) struct UnderWay<'tally> {
    gauges: [&'tally Gauge; 2],
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        for gauge in self.gauges {
            gauge.now.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_add_up_to_the_requests_and_the_highest_number_at_once_is_kept() {
        let tally = Tally::default();
        let first = tally.book(Vendor::Market, Charge::Charged);
        let second = tally.book(Vendor::Market, Charge::Refused);
        let third = tally.book(Vendor::Shuidi, Charge::Unknown);
        drop((first, second, third));
        drop(tally.book(Vendor::Market, Charge::Charged));
        let counts = tally.counts();
        assert_eq!(
            counts.market,
            ProviderCalls { requests: 3, charged: 2, refused: 1, unknown: 0, highest_at_once: 2 }
        );
        assert_eq!((counts.shuidi.unknown, counts.shuidi.highest_at_once), (1, 1));
        assert_eq!(counts.ihuyi, ProviderCalls::default());
        assert_eq!(counts.highest_at_once, 3);
    }
}
