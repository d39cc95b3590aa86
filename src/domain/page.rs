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

/// A value for each finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByFinding<T> {
    /// For an answer with records.
    pub records: T,
    /// For an answer without records.
    pub nothing: T,
}

impl<T: Copy> ByFinding<T> {
    /// The same value for both.
    pub const fn both(value: T) -> Self {
        Self { records: value, nothing: value }
    }

    /// The value for a finding.
    pub const fn of(self, finding: Finding) -> T {
        match finding {
            Finding::Records => self.records,
            Finding::Nothing => self.nothing,
        }
    }

    /// What follows from each value.
    pub fn map<U>(self, change: impl Fn(T) -> U) -> ByFinding<U> {
        ByFinding { records: change(self.records), nothing: change(self.nothing) }
    }
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
