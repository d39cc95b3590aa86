//! One snapshot: the list of one query as one run got it.

use crate::domain::change::SnapshotSummary;
use crate::domain::date::moment_in_shanghai;
use crate::domain::page::Page;
use crate::domain::record::{Record, Row};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};

/// The different records of one query at one time.
#[derive(Clone)]
pub struct Snapshot {
    /// The time at which its newest page was received.
    pub(super) taken_at: Timestamp,
    /// Each record with its stable key, in the vendor's order.
    pub(super) rows: Vec<(String, Row)>,
    /// Whether it is the complete list.
    pub is_whole: bool,
}

impl Snapshot {
    /// Puts pages together, each with its number; `row` adds the leading columns to a record.
    ///
    /// The list is whole if every page from the first on is there, all pages agree on one total, and the different
    /// records reach it.
    pub fn from_pages(taken_at: Timestamp, pages: Vec<(u32, Page)>, row: impl Fn(Record) -> Row) -> Self {
        let is_contiguous =
            !pages.is_empty() && (1..).zip(&pages).all(|(expected, (number, _))| *number == expected);
        let total = agreed_total(&pages);
        let mut keys = HashSet::new();
        let rows: Vec<_> = pages
            .into_iter()
            .flat_map(|(_, page)| page.records)
            .map(|record| (record.stable_key(), record))
            .filter(|(key, _)| keys.insert(key.clone()))
            .map(|(key, record)| (key, row(record)))
            .collect();
        let is_whole = is_contiguous && total == Some(rows.len() as u64);
        Self { taken_at, rows, is_whole }
    }

    /// Its time and the number of its records.
    pub(super) fn summary(&self) -> SnapshotSummary {
        SnapshotSummary { fetched_at: moment_in_shanghai(self.taken_at), records: self.rows.len() as u64 }
    }

    /// This list with what a later, incomplete one showed: its records replace those with the same key.
    #[must_use]
    pub(super) fn updated_by(mut self, later: Self) -> Self {
        self.taken_at = later.taken_at;
        let places: HashMap<String, usize> =
            self.rows.iter().enumerate().map(|(place, (key, _))| (key.clone(), place)).collect();
        for (key, row) in later.rows {
            match places.get(&key) {
                Some(place) => self.rows[*place].1 = row,
                None => self.rows.push((key, row)),
            }
        }
        self
    }
}

/// The total on which all pages agree; `None` if they differ or none names one.
///
/// A total of 0 beside records, or after a page that named another, is no total. A page without records and
/// without a total means that the vendor has nothing.
fn agreed_total(pages: &[(u32, Page)]) -> Option<u64> {
    let is_empty = pages.iter().all(|(_, page)| page.records.is_empty());
    let mut totals = pages.iter().filter_map(|(_, page)| page.total.filter(|total| *total > 0));
    let Some(first) = totals.next() else { return is_empty.then_some(0) };
    totals.all(|total| total == first).then_some(first)
}
