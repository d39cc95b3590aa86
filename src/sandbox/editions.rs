//! The editions of changing listings: how often the first page of each has been requested.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::locking::lock;

/// Counters by vendor and keyword.
#[derive(Debug, Default)]
pub(super) struct Editions {
    requests: Mutex<BTreeMap<(u64, String), u64>>,
}

impl Editions {
    /// The edition of a listing, from 0, that a request for `page` receives.
    pub(super) fn of_request(&self, vendor: u64, keyword: &str, page: u64) -> u64 {
        let mut requests = lock(&self.requests);
        let first_pages = requests.entry((vendor, keyword.to_owned())).or_default();
        if page == 1 {
            *first_pages += 1;
        }
        first_pages.saturating_sub(1)
    }
}
