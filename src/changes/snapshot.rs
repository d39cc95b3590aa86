//! One snapshot: the list of one query as one run got it.

use crate::domain::record::{Record, Row};
use std::collections::{HashMap, HashSet};

/// One page of a snapshot.
pub struct SnapshotPage {
    /// Its number, from 1.
    pub number: u32,
    /// Its records.
    pub records: Vec<Record>,
    /// The vendor's total, if the page names one.
    pub total: Option<u64>,
}

/// The different records of one query at one time.
#[derive(Clone)]
pub struct Snapshot {
    /// Each record with its stable key, in the vendor's order.
    pub(super) rows: Vec<(String, Row)>,
    is_whole: bool,
}

impl Snapshot {
    /// Puts pages together; `row` adds the leading columns to a record.
    ///
    /// The list is whole if every page from the first on is there, all pages agree on one total, and the different
    /// records reach it.
    pub fn from_pages(pages: Vec<SnapshotPage>, row: impl Fn(Record) -> Row) -> Self {
        let is_contiguous =
            !pages.is_empty() && (1..).zip(&pages).all(|(expected, page)| page.number == expected);
        let total = agreed_total(&pages);
        let mut keys = HashSet::new();
        let rows: Vec<_> = pages
            .into_iter()
            .flat_map(|page| page.records)
            .map(|record| (record.stable_key(), record))
            .filter(|(key, _)| keys.insert(key.clone()))
            .map(|(key, record)| (key, row(record)))
            .collect();
        let is_whole = is_contiguous && total == Some(rows.len() as u64);
        Self { rows, is_whole }
    }

    /// The same records as an incomplete list: the run itself did not get all of it.
    #[must_use]
    pub fn not_whole(self) -> Self {
        Self { is_whole: false, ..self }
    }

    /// Whether it is the complete list.
    pub const fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The number of different records.
    pub const fn record_count(&self) -> u64 {
        self.rows.len() as u64
    }

    /// This list with what a later, incomplete one showed: its records replace those with the same key.
    #[must_use]
    pub(super) fn updated_by(mut self, later: Self) -> Self {
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
/// A total of 0 beside records, or after a page that named another, says nothing. A page without records and
/// without a total means that the vendor has nothing.
fn agreed_total(pages: &[SnapshotPage]) -> Option<u64> {
    let is_empty = pages.iter().all(|page| page.records.is_empty());
    let mut totals = pages.iter().filter_map(|page| page.total.filter(|total| *total > 0));
    let Some(first) = totals.next() else { return is_empty.then_some(0) };
    totals.all(|total| total == first).then_some(first)
}
