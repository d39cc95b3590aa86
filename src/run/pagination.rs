//! The one pagination loop: which page is worth buying next, and when there is none.
//!
//! Pure. It stops on the limit, on the vendor's total, on an empty page and on a repeated page, never on a
//! short one; and it looks ahead only as far as the vendor has proved that its pages are what it says.

use crate::domain::page::Page;
use crate::domain::record::Record;
use std::collections::{BTreeMap, BTreeSet};

/// Why no further page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The user's limit is reached.
    Limit,
    /// The vendor's total is reached.
    Total,
    /// A page had no records.
    EmptyPage,
    /// A page had the records of one before.
    RepeatedPage,
    /// The only page that was asked for has come.
    OnlyPage,
    /// A page failed.
    Failed,
}

/// What a query asks for.
#[derive(Debug, Clone, Copy)]
pub struct PageLimits {
    /// Records a page.
    pub page_size: u32,
    /// At most so many records.
    pub limit: Option<u64>,
    /// Only this page.
    pub only_page: Option<u32>,
}

/// The state of one query's pages.
#[derive(Debug)]
pub struct Pagination {
    wish: PageLimits,
    next_to_ask: u32,
    next_to_take: u32,
    under_way: u32,
    /// Asked for, and given back before anybody had begun.
    given_back: BTreeSet<u32>,
    arrived: BTreeMap<u32, Page>,
    failed: Vec<u32>,
    fingerprints: BTreeSet<u64>,
    pages_taken: u32,
    records_taken: u64,
    total: Option<u64>,
    end: Option<End>,
}

impl Pagination {
    /// Before the first page.
    pub const fn new(wish: PageLimits) -> Self {
        let first = match wish.only_page {
            Some(page) => page,
            None => 1,
        };
        Self {
            wish,
            next_to_ask: first,
            next_to_take: first,
            under_way: 0,
            given_back: BTreeSet::new(),
            arrived: BTreeMap::new(),
            failed: Vec::new(),
            fingerprints: BTreeSet::new(),
            pages_taken: 0,
            records_taken: 0,
            total: None,
            end: None,
        }
    }

    /// The next page that is certainly needed, if it may be asked for now; it counts as under way from then.
    ///
    /// The vendor's total alone is not trusted with money: a back end may stop early or repeat itself. So the
    /// second, third and fourth page go alone, and only then as many at once as pages have proved good.
    pub fn ask(&mut self, at_once: usize) -> Option<u32> {
        if self.end.is_some() {
            return None;
        }
        if let Some(page) = self.given_back.pop_first() {
            self.under_way += 1;
            return Some(page);
        }
        if self.wish.only_page.is_some() && self.next_to_ask > self.next_to_take {
            return None;
        }
        let outstanding = self.next_to_ask - self.next_to_take;
        let proved = self.pages_taken.saturating_sub(2).max(1);
        if outstanding >= proved.min(u32::try_from(at_once).unwrap_or(u32::MAX)) {
            return None;
        }
        if self.pages_taken > 0 && u64::from(outstanding) >= self.pages_missing() {
            return None;
        }
        let page = self.next_to_ask;
        self.next_to_ask += 1;
        self.under_way += 1;
        Some(page)
    }

    fn is_completed_by(&self, records: u64) -> bool {
        let taken = self.records_taken + records;
        [self.total, self.wish.limit].into_iter().flatten().any(|wanted| taken >= wanted)
            || self.wish.only_page.is_some()
    }

    /// How many pages the rest needs at least; 1 where the vendor names no total.
    pub fn pages_missing(&self) -> u64 {
        if self.end.is_some_and(|end| end != End::Failed) {
            return 0;
        }
        let wanted = match (self.total, self.wish.limit) {
            (Some(total), Some(limit)) => total.min(limit),
            (Some(total), None) => total,
            (None, _) => return 1,
        };
        wanted.saturating_sub(self.records_taken).div_ceil(u64::from(self.wish.page_size))
    }

    /// A page has come.
    pub fn arrive(&mut self, number: u32, page: Page) {
        self.under_way -= 1;
        self.arrived.insert(number, page);
    }

    /// A page has failed: nothing more is asked for.
    pub fn fail(&mut self, number: u32) {
        self.under_way -= 1;
        self.failed.push(number);
        self.end = Some(End::Failed);
    }

    /// A page was not begun: it is asked for again before any other.
    pub fn give_back(&mut self, number: u32) {
        self.under_way -= 1;
        self.given_back.insert(number);
    }

    /// Nothing more is asked for or awaited, although no page failed: the run is stopping.
    pub fn stop(&mut self) {
        if self.end.is_none() {
            self.end = Some(End::Failed);
        }
        self.failed
            .extend((self.next_to_take..self.next_to_ask).filter(|page| !self.arrived.contains_key(page)));
    }

    /// Whether a page that was asked for will never come.
    fn is_missing(&self, number: u32) -> bool {
        self.end == Some(End::Failed) && (self.failed.contains(&number) || self.given_back.contains(&number))
    }

    /// The next page whose records are ready to be written, with its number.
    ///
    /// After a failure, what was bought behind the failed page is handed out too: it was paid for.
    pub fn take(&mut self) -> Option<(u32, Vec<Record>)> {
        loop {
            let number = self.next_to_take;
            if self.is_missing(number) {
                self.next_to_take += 1;
                continue;
            }
            let page = self.arrived.remove(&number)?;
            self.next_to_take += 1;
            if let Some(records) = self.judge(page) {
                return Some((number, records));
            }
        }
    }

    fn judge(&mut self, page: Page) -> Option<Vec<Record>> {
        if self.end.is_some_and(|end| end != End::Failed) {
            return None;
        }
        if page.records.is_empty() {
            // A page past the end may well say that there is nothing; what the first page said stands.
            self.total = self.total.or(page.total.filter(|total| *total > 0 || self.records_taken == 0));
            self.finish(End::EmptyPage);
            return None;
        }
        // None at all, said beside records, is no total.
        self.total = page.total.filter(|total| *total > 0 || self.total.is_none()).or(self.total);
        // A page that is the first and the last is compared with nothing.
        let is_compared = self.pages_taken > 0 || !self.is_completed_by(page.records.len() as u64);
        if is_compared && !self.fingerprints.insert(page.fingerprint()) {
            self.finish(End::RepeatedPage);
            return None;
        }
        self.pages_taken += 1;
        let mut records = page.records;
        if let Some(limit) = self.wish.limit {
            let left = usize::try_from(limit - self.records_taken).unwrap_or(usize::MAX);
            records.truncate(left);
        }
        self.records_taken += records.len() as u64;
        if self.wish.only_page.is_some() {
            self.finish(End::OnlyPage);
        } else if self.wish.limit == Some(self.records_taken) {
            self.finish(End::Limit);
        } else if self.total.is_some_and(|total| self.records_taken >= total) {
            self.finish(End::Total);
        }
        Some(records)
    }

    const fn finish(&mut self, end: End) {
        if self.end.is_none() {
            self.end = Some(end);
        }
    }

    /// Whether nothing is under way, nothing waits to be taken and nothing more will be asked for.
    pub fn is_over(&self) -> bool {
        self.end.is_some() && self.under_way == 0 && self.arrived.is_empty()
    }

    /// How many answers are still awaited.
    pub const fn calls_under_way(&self) -> u32 {
        self.under_way
    }

    /// Why it ended.
    pub const fn end(&self) -> Option<End> {
        self.end
    }

    /// Whether everything that the vendor has was handed out, as far as it says what it has.
    pub fn is_complete(&self) -> bool {
        match self.total {
            Some(total) => self.records_taken >= total,
            None => matches!(self.end, Some(End::EmptyPage | End::RepeatedPage)),
        }
    }

    /// What the vendor says there is.
    pub const fn total(&self) -> Option<u64> {
        self.total
    }

    /// Records handed out.
    pub const fn records_taken(&self) -> u64 {
        self.records_taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dishonest::DishonestRecord;

    fn page(ids: std::ops::Range<u64>, total: u64) -> Page {
        let records = ids
            .map(|id| {
                Record::Dishonest(Box::new(DishonestRecord {
                    id: Some(id.to_string().into()),
                    ..Default::default()
                }))
            })
            .collect();
        Page { records, total: Some(total) }
    }

    /// Runs a vendor to the end and returns the pages it was asked for.
    fn pages_asked(
        wish: PageLimits,
        at_once: usize,
        vendor: impl Fn(u32) -> Page,
    ) -> (Vec<u32>, u64, Option<End>) {
        let mut pagination = Pagination::new(wish);
        let mut asked = Vec::new();
        loop {
            let mut batch = Vec::new();
            while let Some(number) = pagination.ask(at_once) {
                batch.push(number);
            }
            if batch.is_empty() {
                break;
            }
            asked.extend(&batch);
            for number in batch.into_iter().rev() {
                pagination.arrive(number, vendor(number));
            }
            while pagination.take().is_some() {}
        }
        assert!(pagination.is_over());
        (asked, pagination.records_taken(), pagination.end())
    }

    const ALL: PageLimits = PageLimits { page_size: 20, limit: None, only_page: None };

    fn honest(total: u64) -> impl Fn(u32) -> Page {
        move |number| {
            let start = u64::from(number - 1) * 20;
            page(start.min(total)..(start + 20).min(total), total)
        }
    }

    #[test]
    fn a_limit_buys_no_page_more_than_it_needs() {
        let limit = |limit| PageLimits { limit: Some(limit), ..ALL };
        assert_eq!(pages_asked(limit(25), 8, honest(300)), (vec![1, 2], 25, Some(End::Limit)));
        assert_eq!(pages_asked(limit(5), 8, honest(300)), (vec![1], 5, Some(End::Limit)));
        assert_eq!(pages_asked(limit(20), 8, honest(300)), (vec![1], 20, Some(End::Limit)));
    }

    #[test]
    fn the_total_ends_it_without_an_empty_page() {
        assert_eq!(pages_asked(ALL, 8, honest(40)), (vec![1, 2], 40, Some(End::Total)));
        let (asked, records, _) = pages_asked(ALL, 8, honest(230));
        assert_eq!((asked.len(), records), (12, 230));
    }

    #[test]
    fn a_vendor_that_stops_early_costs_one_empty_page_however_many_go_at_once() {
        let stops = |number| if number == 1 { page(0..20, 300) } else { page(0..0, 300) };
        assert_eq!(pages_asked(ALL, 64, stops), (vec![1, 2], 20, Some(End::EmptyPage)));
    }

    #[test]
    fn a_vendor_that_stops_after_a_few_pages_costs_one_empty_page_too() {
        for good in 1..=3 {
            let stops = |number| {
                let start = u64::from(number - 1) * 20;
                if number <= good { page(start..start + 20, 300) } else { page(0..0, 300) }
            };
            let (asked, records, end) = pages_asked(ALL, 64, stops);
            assert_eq!(
                (asked.len(), records, end),
                (good as usize + 1, u64::from(good) * 20, Some(End::EmptyPage))
            );
        }
    }

    #[test]
    fn a_vendor_that_repeats_itself_costs_one_page() {
        assert_eq!(pages_asked(ALL, 64, |_| page(0..20, 300)), (vec![1, 2], 20, Some(End::RepeatedPage)));
    }

    #[test]
    fn a_vendor_that_begins_again_costs_one_page() {
        let twice_around = |number: u32| {
            let start = u64::from((number - 1) % 3) * 20;
            page(start..start + 20, 300)
        };
        assert_eq!(pages_asked(ALL, 1, twice_around), (vec![1, 2, 3, 4], 60, Some(End::RepeatedPage)));
    }

    #[test]
    fn a_total_that_is_gone_from_a_later_page_still_holds() {
        let forgets = |number: u32| {
            let start = u64::from(number - 1) * 20;
            page(start..start + 20, if number == 1 { 60 } else { 0 })
        };
        assert_eq!(pages_asked(ALL, 8, forgets), (vec![1, 2, 3], 60, Some(End::Total)));
    }

    #[test]
    fn a_short_page_is_not_the_last() {
        let short = |number: u32| page(u64::from(number) * 100..u64::from(number) * 100 + 9, 53);
        let wish = PageLimits { page_size: 10, ..ALL };
        assert_eq!(pages_asked(wish, 1, short), (vec![1, 2, 3, 4, 5, 6], 54, Some(End::Total)));
    }

    #[test]
    fn pages_that_were_given_back_are_asked_for_once_more_and_before_all_others() {
        let (mut pagination, vendor) = (with_four_under_way(), honest(400));
        pagination.give_back(9);
        pagination.give_back(8);
        assert_eq!(pagination.calls_under_way(), 2);
        pagination.arrive(7, vendor(7));
        pagination.take().unwrap();
        let asked: Vec<_> = std::iter::from_fn(|| pagination.ask(4)).collect();
        assert_eq!(asked, [8, 9, 11]);
    }

    /// Six pages have come, and the next four are under way.
    fn with_four_under_way() -> Pagination {
        let mut pagination = Pagination::new(ALL);
        for number in 1..=6 {
            assert_eq!(pagination.ask(1), Some(number));
            pagination.arrive(number, honest(400)(number));
            pagination.take().unwrap();
        }
        let asked: Vec<_> = std::iter::from_fn(|| pagination.ask(4)).collect();
        assert_eq!(asked, [7, 8, 9, 10]);
        pagination
    }

    #[test]
    fn a_page_behind_one_that_was_given_back_is_handed_out_after_a_failure() {
        for given_back_first in [true, false] {
            let mut pagination = with_four_under_way();
            pagination.arrive(9, honest(400)(9));
            pagination.arrive(10, honest(400)(10));
            if given_back_first {
                pagination.give_back(8);
            }
            pagination.fail(7);
            if !given_back_first {
                assert_eq!(pagination.take(), None, "the eighth page may still come");
                pagination.give_back(8);
            }
            assert_eq!(pagination.take().map(|(number, _)| number), Some(9));
            assert_eq!(pagination.take().map(|(number, _)| number), Some(10));
            assert_eq!((pagination.take(), pagination.ask(4)), (None, None));
            assert!(pagination.is_over());
        }
    }

    #[test]
    fn a_run_that_stops_hands_out_what_has_come_behind_a_page_that_has_not() {
        let mut pagination = with_four_under_way();
        pagination.arrive(8, honest(400)(8));
        pagination.arrive(10, honest(400)(10));
        pagination.give_back(9);
        assert_eq!(pagination.take(), None);
        pagination.stop();
        assert_eq!(pagination.take().map(|(number, _)| number), Some(8));
        assert_eq!(pagination.take().map(|(number, _)| number), Some(10));
        assert_eq!(pagination.take(), None);
        assert_eq!(pagination.calls_under_way(), 1);
    }

    #[test]
    fn a_first_page_that_was_given_back_is_asked_for_again() {
        let mut pagination = Pagination::new(ALL);
        assert_eq!(pagination.ask(1), Some(1));
        pagination.give_back(1);
        assert_eq!(pagination.calls_under_way(), 0);
        assert_eq!(pagination.ask(1), Some(1));
    }

    #[test]
    fn one_page_is_one_call() {
        let wish = PageLimits { only_page: Some(3), ..ALL };
        assert_eq!(pages_asked(wish, 8, honest(300)), (vec![3], 20, Some(End::OnlyPage)));
    }

    #[test]
    fn pages_behind_a_failed_one_are_handed_out_because_they_were_paid_for() {
        let mut pagination = Pagination::new(ALL);
        let vendor = honest(200);
        for number in 1..=4 {
            assert_eq!(pagination.ask(4), Some(number));
            assert_eq!(pagination.ask(4), None, "the pages that prove the vendor go alone");
            pagination.arrive(number, vendor(number));
            assert_eq!(pagination.take().unwrap().1.len(), 20);
        }
        assert_eq!((pagination.ask(4), pagination.ask(4), pagination.ask(4)), (Some(5), Some(6), None));
        pagination.arrive(6, vendor(6));
        assert_eq!(pagination.take(), None);
        pagination.fail(5);
        let (number, records) = pagination.take().unwrap();
        assert_eq!((number, records.len()), (6, 20));
        assert!(pagination.is_over());
        assert_eq!((pagination.records_taken(), pagination.total()), (100, Some(200)));
    }
}
