//! The listing of one keyword at one vendor, and its pages.

use serde_json::Value;

use super::company::Company;
use super::exchange::{Editions, VendorState};
use super::scenario::{RowContent, Scenario};
use crate::locking::lock;

/// The differences between the vendors' listings.
#[derive(Debug, Clone, Copy)]
pub(super) struct ListingRules {
    /// Tells the vendors' totals apart.
    pub(super) salt: u64,
    /// The total of the companies in the vendors' documents.
    pub(super) sample_total: u64,
    /// The company of the vendor's document, and the rows that it prints, without the line breaks and spaces of its
    /// typesetting.
    pub(super) sample: (&'static str, &'static str),
    /// Renders one row.
    pub(super) row: fn(&Company, u64, RowContent) -> Value,
}

/// All rows of a keyword.
#[derive(Debug)]
pub(super) struct Listing<'keyword> {
    company: Company,
    scenario: Scenario<'keyword>,
    rules: ListingRules,
    edition: u64,
    total: u64,
    /// The rows of the vendor's document, if they are of this company.
    samples: Vec<Value>,
}

/// One page.
#[derive(Debug)]
pub(super) struct ListingPage {
    /// The number of rows in the whole listing.
    pub(super) total: u64,
    pub(super) rows: Vec<Value>,
}

impl<'keyword> Listing<'keyword> {
    /// The listing that a request for `page` receives.
    pub(super) fn of_request(
        keyword: &'keyword str,
        scenario: Scenario<'keyword>,
        rules: ListingRules,
        page: u64,
        state: &VendorState<'_>,
    ) -> Self {
        let company = Company::of_keyword(keyword);
        let edition = match scenario {
            Scenario::Changing => edition_of_request(state.editions, (rules.salt, keyword.to_owned()), page),
            _ => 0,
        };
        let total = if company.is_sample() {
            rules.sample_total
        } else {
            scenario.total(keyword, rules.salt, edition)
        };
        let (sample, rows) = rules.sample;
        let rows = Some(rows).filter(|_| company.name == sample);
        let samples = rows.and_then(|rows| serde_json::from_str(rows).ok()).unwrap_or_default();
        Self { company, scenario, rules, edition, total, samples }
    }

    /// A page of `size` rows; `cap` is the last row of a capped listing. `None` = no data (left).
    pub(super) fn page(&self, page: u64, size: u64, cap: u64) -> Option<ListingPage> {
        let positions = self.scenario.rows_on_page(self.total, page, size, cap)?;
        Some(ListingPage { total: self.total, rows: positions.map(|position| self.row(position)).collect() })
    }

    /// A page of the rows that pass a filter, which the total counts.
    pub(super) fn filtered_page(
        &self,
        (page, size, cap): (u64, u64, u64),
        filter: impl Fn(&Value) -> bool,
    ) -> Option<ListingPage> {
        let rows: Vec<Value> = (0..self.total).map(|position| self.row(position)).filter(filter).collect();
        let total = rows.len() as u64;
        let positions = self.scenario.rows_on_page(total, page, size, cap)?;
        let on_page = rows.into_iter().zip(0..).filter(|(_, position)| positions.contains(position));
        Some(ListingPage { total, rows: on_page.map(|(row, _)| row).collect() })
    }

    fn row(&self, position: u64) -> Value {
        let row = self.scenario.row_at(position, self.edition);
        let sample = usize::try_from(row).ok().and_then(|row| self.samples.get(row)).cloned();
        let content = self.scenario.content_of_row(row, self.edition);
        sample.unwrap_or_else(|| (self.rules.row)(&self.company, row, content))
    }
}

/// The edition of a changing listing, from 0, that a request for `page` receives. Each request for page 1 begins a new one.
fn edition_of_request(editions: &Editions, listing: (u64, String), page: u64) -> u64 {
    let mut editions = lock(editions);
    let first_pages = editions.entry(listing).or_default();
    *first_pages += u64::from(page == 1);
    first_pages.saturating_sub(1)
}
