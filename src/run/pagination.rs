//! Pagination: which page to buy next, and when to stop.
//!
//! Pure. It stops at the limit, at the vendor's total, at an empty page and at a page without a new record. A short page is
//! no reason to stop. It looks ahead only as far as earlier pages have confirmed the vendor's total.

use crate::domain::page::Page;
use crate::domain::query::{PageLimits, Query};
use crate::domain::record::{Record, RecordMatch};
use crate::domain::record_match::match_record;
use crate::domain::text::{Message, Text, counted, message};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, RandomState};

/// The reason for which no further page is requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The limit, the total, a page without a new record, or the only page that was asked for.
    Reached,
    /// A page failed.
    Failed,
}

/// The pages of one query.
#[derive(Debug)]
pub struct Pagination {
    /// The pages that may be fetched.
    pub limits: PageLimits,
    /// Records per page.
    pub page_size: u32,
    next_to_request: u32,
    next_to_take: u32,
    /// Results that are not taken yet; `None` is a page that failed or was given up.
    arrived: BTreeMap<u32, Option<Page>>,
    /// Hashes of the keys that distinguish the records taken.
    keys: BTreeSet<u64>,
    hashing: RandomState,
    pages_taken: u32,
    records_taken: u64,
    /// Those that count towards the limit.
    records_counted: u64,
    /// Entries of the lists that are no records.
    unreadable: u64,
    total: Option<u64>,
    /// Whether two pages had different totals.
    total_changed: bool,
    /// Whether the limit left out records of a page.
    left_out: bool,
    end: Option<End>,
}

impl Pagination {
    /// The state before the first page, from a provider that sends at most `page_size_cap` records per page.
    pub fn new(limits: PageLimits, page_size_cap: u32) -> Self {
        let first = limits.only_page.unwrap_or(1);
        Self {
            limits,
            page_size: limits.page_size.unwrap_or(page_size_cap),
            next_to_request: first,
            next_to_take: first,
            arrived: BTreeMap::new(),
            keys: BTreeSet::new(),
            hashing: RandomState::new(),
            pages_taken: 0,
            records_taken: 0,
            records_counted: 0,
            unreadable: 0,
            total: None,
            total_changed: false,
            left_out: false,
            end: None,
        }
    }

    /// The next page that is certainly needed, if it may be requested now. It counts as in flight from then on.
    ///
    /// The vendor's total does not by itself justify a purchase: a back end may stop early or repeat itself. So the second,
    /// third and fourth page are requested one by one, and later ones only as many at once as pages were confirmed.
    pub fn next_page(&mut self, concurrency: usize) -> Option<u32> {
        if self.end.is_some() {
            return None;
        }
        if self.limits.only_page.is_some() && self.next_to_request > self.next_to_take {
            return None;
        }
        let outstanding = self.next_to_request - self.next_to_take;
        let confirmed = self.pages_taken.saturating_sub(2).max(1);
        if outstanding >= confirmed.min(u32::try_from(concurrency).unwrap_or(u32::MAX)) {
            return None;
        }
        if self.pages_taken > 0 && u64::from(outstanding) >= self.pages_missing() {
            return None;
        }
        let page = self.next_to_request;
        self.next_to_request += 1;
        Some(page)
    }

    /// The minimum number of pages that are missing; 1 if the vendor gives no total.
    pub fn pages_missing(&self) -> u64 {
        if self.end == Some(End::Reached) {
            return 0;
        }
        let Some(total) = self.total else { return 1 };
        let wanted = self.limits.limit.map_or(total, |limit| limit.min(total));
        wanted.saturating_sub(self.records_taken + self.unreadable).div_ceil(u64::from(self.page_size))
    }

    /// Takes a page that has arrived.
    pub fn arrive(&mut self, number: u32, page: Page) {
        self.arrived.insert(number, Some(page));
    }

    /// Records that a page has failed: no further page is requested.
    pub fn fail(&mut self, number: u32) {
        self.arrived.insert(number, None);
        self.end = Some(End::Failed);
    }

    /// Ends the query without waiting for the pages in flight, because the run is stopping.
    pub fn stop(&mut self) {
        self.finish(End::Failed);
        for number in self.next_to_take..self.next_to_request {
            self.arrived.entry(number).or_insert(None);
        }
    }

    /// The new records of all pages that are next in order, and how they match the query.
    ///
    /// After a failure the pages after the failed one are taken too: they were paid for.
    pub fn take(&mut self, query: &Query) -> Vec<(RecordMatch, Record)> {
        let mut taken = Vec::new();
        while let Some(page) = self.arrived.remove(&self.next_to_take) {
            self.next_to_take += 1;
            if let Some(page) = page {
                self.accept(page, query, &mut taken);
            }
        }
        taken
    }

    /// Appends the records of the next page to `taken`, up to the limit. Records that do not
    /// count towards the limit are no reason to buy another page.
    fn accept(&mut self, page: Page, query: &Query, taken: &mut Vec<(RecordMatch, Record)>) {
        if self.end == Some(End::Reached) {
            return;
        }
        if page.records.is_empty() {
            // A page after the last one may have a total of 0; that of the first page holds.
            let is_first = self.records_taken == 0 && self.began_at_page_1();
            self.total = self.total.or(page.total.filter(|total| *total > 0 || is_first));
            return self.finish(End::Reached);
        }
        // A total of 0 beside records is no total.
        let total = page.total.filter(|total| *total > 0);
        self.total_changed |= matches!((self.total, total), (Some(known), Some(new)) if known != new);
        self.total = total.or(self.total);
        // Records that share a key by a mistake of the vendor differ in one of these.
        let hash = |record: &Record| {
            let own = ["id", "case_number", "name"].map(|key| record.text(key));
            self.hashing.hash_one((record.stable_key(), own))
        };
        let keys: Vec<u64> = page.records.iter().map(hash).collect();
        if keys.iter().all(|key| self.keys.contains(key)) {
            return self.finish(End::Reached);
        }
        self.pages_taken += 1;
        self.unreadable += page.unreadable;
        for (key, record) in keys.into_iter().zip(page.records) {
            if self.limits.limit.is_some_and(|limit| self.records_counted >= limit) {
                self.left_out = true;
                break;
            }
            let record_match = match_record(query, &record);
            self.keys.insert(key);
            self.records_taken += 1;
            self.records_counted += u64::from(!self.limits.exact || record_match.is_matched());
            taken.push((record_match, record));
        }
        if self.limits.only_page.is_some()
            || self.limits.limit.is_some_and(|limit| self.records_taken >= limit)
            || self.total.is_some_and(|total| self.records_taken + self.unreadable >= total)
        {
            self.finish(End::Reached);
        }
    }

    fn finish(&mut self, end: End) {
        self.end.get_or_insert(end);
    }

    /// Whether every requested page is taken and nothing more is requested.
    pub const fn is_over(&self) -> bool {
        self.end.is_some() && self.next_to_take == self.next_to_request
    }

    /// The number of pages that were requested and have no result.
    pub fn in_flight(&self) -> u64 {
        u64::from(self.next_to_request - self.next_to_take) - self.arrived.len() as u64
    }

    /// The reason for its end.
    pub const fn end(&self) -> Option<End> {
        self.end
    }

    /// Whether all records of the vendor were taken. Without a total that is never known.
    pub fn is_complete(&self) -> bool {
        self.total == Some(self.distinct()) && !self.total_changed && !self.left_out
    }

    /// Whether the user asked for no more than was taken.
    fn was_limited(&self) -> bool {
        let is_limit_below_total = |limit: &u64| self.total.is_none_or(|total| *limit < total);
        let limit = self.limits.limit.filter(is_limit_below_total);
        self.limits.only_page.is_some()
            || self.left_out
            || limit.is_some_and(|limit| self.records_taken >= limit)
    }

    /// Whether the first page was requested: another page without records does not mean that there are none.
    pub fn began_at_page_1(&self) -> bool {
        self.limits.only_page.is_none_or(|page| page == 1)
    }

    /// The number of different records taken.
    pub fn distinct(&self) -> u64 {
        self.keys.len() as u64
    }

    /// The reason for which not all records were taken, although neither a limit nor a failure ended the query.
    pub fn why_incomplete(&self) -> Option<Message> {
        let is_empty = self.pages_taken == 0 && self.total.is_none();
        if self.end.is_none() || self.was_limited() || self.is_complete() || is_empty {
            return None;
        }
        let distinct = self.distinct();
        Some(match self.total {
            Some(_) if self.total_changed => Text::new(
                "incomplete: the vendor's total changed while the pages were fetched",
                "不完整：获取各页期间服务商给出的总数发生了变化",
            )
            .into(),
            Some(total) if total < distinct => message!(
                "possibly incomplete: the vendor gave {records}, more than its total of {total}",
                "可能不完整：服务商给出 {distinct} 条记录，多于其给出的总数 {total}",
                records = counted(distinct, "record", "records")
            ),
            Some(total) => message!(
                "incomplete: the vendor gave {distinct} of {records}",
                "不完整：服务商称共 {total} 条记录，实际给出 {distinct} 条",
                records = counted(total, "record", "records")
            ),
            None => {
                Text::new("possibly incomplete: the vendor gives no total", "可能不完整：服务商未给出总数")
                    .into()
            }
        })
    }

    /// The vendor's total.
    pub const fn total(&self) -> Option<u64> {
        self.total
    }

    /// The number of records taken.
    pub const fn records_taken(&self) -> u64 {
        self.records_taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::identifier::recognise;
    use crate::domain::query::Filters;
    use crate::domain::record::Topic;

    fn taken_from(pagination: &mut Pagination) -> Vec<Record> {
        let keyword = "甲公司";
        let query = Query {
            keyword: keyword.to_owned(),
            identifier: recognise(keyword),
            filters: Filters::default(),
        };
        pagination.take(&query).into_iter().map(|(_, record)| record).collect()
    }

    fn page(ids: std::ops::Range<u64>, total: u64) -> Page {
        let records = ids.map(|id| Record::new(Topic::Dishonest).with("id", id.to_string())).collect();
        Page { records, unreadable: 0, total: Some(total) }
    }

    /// Runs a vendor to the end and returns the pages it was asked for.
    fn pages_requested(
        limits: PageLimits,
        at_once: usize,
        vendor: impl Fn(u32) -> Page,
    ) -> (Vec<u32>, u64, Option<End>) {
        let mut pagination = Pagination::new(limits, 20);
        let mut asked = Vec::new();
        loop {
            let mut batch = Vec::new();
            while let Some(number) = pagination.next_page(at_once) {
                batch.push(number);
            }
            if batch.is_empty() {
                break;
            }
            asked.extend(&batch);
            for number in batch.into_iter().rev() {
                pagination.arrive(number, vendor(number));
            }
            taken_from(&mut pagination);
        }
        assert!(pagination.is_over());
        (asked, pagination.records_taken(), pagination.end())
    }

    const ALL: PageLimits = PageLimits { page_size: None, limit: None, only_page: None, exact: false };

    fn honest(total: u64) -> impl Fn(u32) -> Page {
        move |number| {
            let start = u64::from(number - 1) * 20;
            page(start.min(total)..(start + 20).min(total), total)
        }
    }

    #[test]
    fn more_records_than_the_total_are_not_fewer() {
        let mut pagination = Pagination::new(ALL, 20);
        let number = pagination.next_page(1).unwrap();
        pagination.arrive(number, page(0..20, 5));
        taken_from(&mut pagination);
        let reason = pagination.why_incomplete().unwrap();
        assert_eq!(reason.en(), "possibly incomplete: the vendor gave 20 records, more than its total of 5");
    }

    #[test]
    fn records_that_the_limit_leaves_out_are_missing_whatever_the_total_says() {
        let mut pagination = Pagination::new(PageLimits { limit: Some(5), ..ALL }, 20);
        let number = pagination.next_page(1).unwrap();
        pagination.arrive(number, page(0..20, 5));
        assert_eq!(taken_from(&mut pagination).len(), 5);
        assert!(!pagination.is_complete());
        assert!(pagination.why_incomplete().is_none(), "the user asked for no more");
    }

    #[test]
    fn a_limit_buys_no_page_more_than_it_needs() {
        let limit = |limit| PageLimits { limit: Some(limit), ..ALL };
        assert_eq!(pages_requested(limit(25), 8, honest(300)), (vec![1, 2], 25, Some(End::Reached)));
        assert_eq!(pages_requested(limit(5), 8, honest(300)), (vec![1], 5, Some(End::Reached)));
        assert_eq!(pages_requested(limit(20), 8, honest(300)), (vec![1], 20, Some(End::Reached)));
    }

    #[test]
    fn the_total_ends_it_without_an_empty_page() {
        assert_eq!(pages_requested(ALL, 8, honest(40)), (vec![1, 2], 40, Some(End::Reached)));
        let (asked, records, _) = pages_requested(ALL, 8, honest(230));
        assert_eq!((asked.len(), records), (12, 230));
    }

    #[test]
    fn records_that_share_a_key_by_mistake_are_different_ones() {
        let vendor = |number: u32| {
            let ids = (number - 1) * 20..(number * 20).min(45);
            let record =
                |id: u32| Record::new(Topic::Dishonest).with("record_key", "7c99").with("id", id.to_string());
            Page { records: ids.map(record).collect(), unreadable: 0, total: Some(45) }
        };
        assert_eq!(pages_requested(ALL, 1, vendor), (vec![1, 2, 3], 45, Some(End::Reached)));
    }

    #[test]
    fn a_vendor_that_stops_early_costs_one_empty_page_however_many_go_at_once() {
        let stops = |number| if number == 1 { page(0..20, 300) } else { page(0..0, 300) };
        assert_eq!(pages_requested(ALL, 64, stops), (vec![1, 2], 20, Some(End::Reached)));
    }

    #[test]
    fn a_vendor_that_stops_after_a_few_pages_costs_one_empty_page_too() {
        for good in 1..=3 {
            let stops = |number| {
                let start = u64::from(number - 1) * 20;
                if number <= good { page(start..start + 20, 300) } else { page(0..0, 300) }
            };
            let (asked, records, end) = pages_requested(ALL, 64, stops);
            assert_eq!(
                (asked.len(), records, end),
                (good as usize + 1, u64::from(good) * 20, Some(End::Reached))
            );
        }
    }

    #[test]
    fn a_vendor_that_repeats_itself_costs_one_page() {
        assert_eq!(pages_requested(ALL, 64, |_| page(0..20, 300)), (vec![1, 2], 20, Some(End::Reached)));
    }

    #[test]
    fn a_vendor_that_begins_again_costs_one_page() {
        let twice_around = |number: u32| {
            let start = u64::from((number - 1) % 3) * 20;
            page(start..start + 20, 300)
        };
        assert_eq!(pages_requested(ALL, 1, twice_around), (vec![1, 2, 3, 4], 60, Some(End::Reached)));
    }

    /// Takes these pages and returns whether the query is complete, and how many records are distinct.
    fn taken(pages: Vec<Page>) -> (bool, u64, Option<End>) {
        let mut pagination = Pagination::new(ALL, 20);
        for page in pages {
            let Some(number) = pagination.next_page(1) else { break };
            pagination.arrive(number, page);
            taken_from(&mut pagination);
        }
        (pagination.is_complete(), pagination.distinct(), pagination.end())
    }

    #[test]
    fn completeness_counts_distinct_records() {
        assert_eq!(taken(vec![page(0..20, 30), page(20..30, 30)]), (true, 30, Some(End::Reached)));
        assert_eq!(taken(vec![page(0..20, 30), page(19..29, 30)]), (false, 29, Some(End::Reached)));
    }

    #[test]
    fn a_new_record_on_top_of_an_older_first_page_is_not_complete() {
        assert_eq!(taken(vec![page(0..20, 30), page(19..30, 31)]), (false, 30, Some(End::Reached)));
    }

    #[test]
    fn a_total_that_differs_between_pages_is_not_complete() {
        assert_eq!(taken(vec![page(0..20, 31), page(20..30, 30)]), (false, 30, Some(End::Reached)));
    }

    #[test]
    fn a_page_without_a_new_record_ends_the_query_also_in_another_order() {
        let mut repeated = page(0..20, 2000);
        repeated.records.reverse();
        repeated.records.truncate(15);
        assert_eq!(taken(vec![page(0..20, 2000), repeated]), (false, 20, Some(End::Reached)));
    }

    #[test]
    fn a_repeated_record_below_a_limit_is_not_a_record_that_the_vendor_keeps_back() {
        for (limit, total, is_said) in [(20, 300, false), (20, 20, true), (30, 20, true)] {
            let mut repeated = page(0..19, total);
            repeated.records.push(repeated.records[0].clone());
            let mut pagination = Pagination::new(PageLimits { limit: Some(limit), ..ALL }, 20);
            assert_eq!(pagination.next_page(1), Some(1));
            pagination.arrive(1, repeated);
            assert_eq!(taken_from(&mut pagination).len(), 20);
            assert_eq!((pagination.is_complete(), pagination.distinct()), (false, 19));
            assert_eq!(pagination.why_incomplete().is_some(), is_said, "--limit {limit} of {total}");
        }
    }

    #[test]
    fn a_total_of_zero_beside_records_is_no_total() {
        assert_eq!(
            taken(vec![page(0..20, 0), page(20..40, 0), page(0..0, 0)]),
            (false, 40, Some(End::Reached))
        );
        assert_eq!(taken(vec![page(0..20, 0), page(0..20, 0)]), (false, 20, Some(End::Reached)));
    }

    #[test]
    fn a_total_that_is_gone_from_a_later_page_still_holds() {
        let forgets = |number: u32| {
            let start = u64::from(number - 1) * 20;
            page(start..start + 20, if number == 1 { 60 } else { 0 })
        };
        assert_eq!(pages_requested(ALL, 8, forgets), (vec![1, 2, 3], 60, Some(End::Reached)));
    }

    #[test]
    fn a_short_page_is_not_the_last() {
        let short = |number: u32| page(u64::from(number) * 100..u64::from(number) * 100 + 9, 53);
        let limits = PageLimits { page_size: Some(10), ..ALL };
        assert_eq!(pages_requested(limits, 1, short), (vec![1, 2, 3, 4, 5, 6], 54, Some(End::Reached)));
    }

    /// Six pages have arrived, and four are in flight.
    fn with_four_in_flight() -> Pagination {
        let mut pagination = Pagination::new(ALL, 20);
        for number in 1..=6 {
            assert_eq!(pagination.next_page(1), Some(number));
            pagination.arrive(number, honest(400)(number));
            assert_eq!(taken_from(&mut pagination).len(), 20);
        }
        let asked: Vec<_> = std::iter::from_fn(|| pagination.next_page(4)).collect();
        assert_eq!(asked, [7, 8, 9, 10]);
        pagination
    }

    #[test]
    fn a_run_that_stops_hands_out_what_has_come_behind_a_page_that_has_not() {
        let mut pagination = with_four_in_flight();
        pagination.arrive(8, honest(400)(8));
        pagination.arrive(10, honest(400)(10));
        assert_eq!((taken_from(&mut pagination).len(), pagination.in_flight()), (0, 2));
        pagination.stop();
        let records = taken_from(&mut pagination);
        let ids: Vec<_> = [0, 20].map(|index| records[index].text("id")).into();
        assert_eq!((records.len(), ids), (40, vec![Some("140"), Some("180")]));
        assert!(pagination.is_over());
    }

    #[test]
    fn one_page_is_one_call() {
        let limits = PageLimits { only_page: Some(3), ..ALL };
        assert_eq!(pages_requested(limits, 8, honest(300)), (vec![3], 20, Some(End::Reached)));
    }

    #[test]
    fn pages_behind_a_failed_one_are_handed_out_because_they_were_paid_for() {
        let mut pagination = Pagination::new(ALL, 20);
        let vendor = honest(200);
        for number in 1..=4 {
            assert_eq!(pagination.next_page(4), Some(number));
            assert_eq!(pagination.next_page(4), None, "the pages that prove the vendor go alone");
            pagination.arrive(number, vendor(number));
            assert_eq!(taken_from(&mut pagination).len(), 20);
        }
        assert_eq!(
            (pagination.next_page(4), pagination.next_page(4), pagination.next_page(4)),
            (Some(5), Some(6), None)
        );
        pagination.arrive(6, vendor(6));
        assert_eq!(taken_from(&mut pagination), []);
        pagination.fail(5);
        let records = taken_from(&mut pagination);
        assert_eq!((records.len(), records[0].text("id")), (20, Some("100")));
        assert!(pagination.is_over());
        assert_eq!((pagination.records_taken(), pagination.total()), (100, Some(200)));
    }
}
