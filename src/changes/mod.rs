//! The comparison of a query's snapshots. Pure: it reads no archive and parses no answer.
//!
//! [`Snapshot`] decides whether a list is complete, [`differences`] compares two of them, and [`compare_history`]
//! chooses which two.

mod differences;
mod history;
mod snapshot;

pub use history::{Baseline, compare_history};
pub use snapshot::Snapshot;

#[cfg(test)]
mod tests;
