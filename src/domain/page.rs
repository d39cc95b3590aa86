//! One parsed page of an answer.

use super::record::Record;

/// Whether an answer contains records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// There are records.
    Records,
    /// The vendor has none: an answer, not a failure.
    Nothing,
}

/// The records of one page and the vendor's total.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The records, in the vendor's order. A page may be shorter than asked without being the last.
    pub records: Vec<Record>,
    /// Entries of the list that are no records, such as `null`.
    pub unreadable: u64,
    /// The vendor's total for the query; `None` if the answer names none.
    pub total: Option<u64>,
}

impl Page {
    /// Whether it has records.
    pub const fn finding(&self) -> Finding {
        if self.records.is_empty() { Finding::Nothing } else { Finding::Records }
    }
}
