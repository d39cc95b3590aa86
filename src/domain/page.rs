//! One parsed page of an answer.

use super::record::Record;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The records of one page and what the vendor says there is in all.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The records, in the vendor's order. A page may be shorter than asked without being the last.
    pub records: Vec<Record>,
    /// The vendor's total for the query; `None` where the answer names none.
    pub total: Option<u64>,
}

impl Page {
    /// A number that two pages share when their records are the same: how a vendor that repeats a page for
    /// ever is noticed.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.records.len().hash(&mut hasher);
        for record in &self.records {
            record.hash_values(&mut hasher);
        }
        hasher.finish()
    }
}
