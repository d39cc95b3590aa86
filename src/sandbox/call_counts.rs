//! Counters of the requests that the sandbox has received, and of their charges.

use std::collections::BTreeMap;

use crate::domain::failure::Charged;

/// The counts of all vendors at one moment, by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallCounts {
    /// The counts of each vendor.
    pub vendors: BTreeMap<&'static str, ProviderCalls>,
}

impl CallCounts {
    /// The counts of one vendor.
    pub fn of(&self, vendor: &str) -> ProviderCalls {
        self.vendors.get(vendor).copied().unwrap_or_default()
    }

    /// Counts a request and its charge.
    pub(super) fn count(&mut self, vendor: &'static str, charged: Charged) {
        let calls = self.vendors.entry(vendor).or_default();
        calls.requests += 1;
        *match charged {
            Charged::Yes => &mut calls.charged,
            Charged::No => &mut calls.refused,
            Charged::Unknown => &mut calls.unknown,
        } += 1;
    }
}

/// The counts of one vendor. A request is counted once it has been read, before any latency: a client that disconnects
/// while it waits has still been charged. `requests` = `charged` + `refused` + `unknown`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProviderCalls {
    /// Requests that reached this vendor.
    pub requests: u64,
    /// Answers with data or with "no data": the vendor charges for both.
    pub charged: u64,
    /// Answers that cost nothing: bad credentials, quota, bad input, throttling, a gateway's failure.
    pub refused: u64,
    /// The vendor's own failures: whether they were charged cannot be known.
    pub unknown: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_add_up_to_the_requests() {
        let mut counts = CallCounts::default();
        for charged in [Charged::Yes, Charged::No, Charged::Unknown] {
            counts.count("a", charged);
        }
        let expected = ProviderCalls { requests: 3, charged: 1, refused: 1, unknown: 1 };
        assert_eq!((counts.of("a"), counts.of("b")), (expected, ProviderCalls::default()));
    }
}
