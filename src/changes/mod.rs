//! The comparison of a query's snapshots. Pure: it reads no archive and parses no answer.
//!
//! [`Snapshot`] decides whether a list is complete, and [`compare_history`] which two of them are compared.

mod differences;
mod history;
mod snapshot;

pub use history::{Baseline, compare_history};
pub use snapshot::Snapshot;

#[cfg(test)]
mod tests;
