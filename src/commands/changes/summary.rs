//! The counts of `hecha changes` and its exit code.

use crate::domain::change::{ComparedQuery, ComparisonStatus};
use crate::domain::text::{Message, counted, message};
use crate::settings::ChangesSettings;

/// Counts over all queries.
#[derive(Default)]
pub(super) struct Summary {
    queries: u64,
    changed: u64,
    changes: u64,
    first: u64,
    /// Queries that could not be compared completely.
    pub(super) not_compared: u64,
    /// Rows of a list that name no company.
    pub(super) left_out: u64,
}

impl Summary {
    pub(super) fn count(&mut self, query: &ComparedQuery) {
        let changes: u64 = query.counts.iter().sum();
        self.queries += 1;
        self.changes += changes;
        self.changed += u64::from(changes > 0);
        match query.status {
            _ if query.is_left_out() => self.left_out += 1,
            ComparisonStatus::Incomplete | ComparisonStatus::NeverAsked => self.not_compared += 1,
            ComparisonStatus::Baseline => self.first += 1,
            ComparisonStatus::Changed | ComparisonStatus::Unchanged => {}
        }
    }

    pub(super) fn in_words(&self) -> Message {
        let Self { queries, changed, changes, first, not_compared, left_out } = self;
        let left_out = match left_out {
            0 => Message::default(),
            _ => message!("; suspicious keywords: {left_out}", "；可疑的关键词 {left_out} 个"),
        };
        let records = counted(*changes, "record", "records");
        message!(
            "queries: {queries}; with changes: {changed} ({records}); first snapshot: {first}; not comparable: {not_compared}{left_out}",
            "查询 {queries} 个；有变化 {changed} 个（{changes} 条记录）；首次查询 {first} 个；无法完整比较 {not_compared} 个{left_out:#}"
        )
    }

    pub(super) const fn exit_code(&self, settings: &ChangesSettings) -> u8 {
        // Probably the wrong column was read.
        let names_no_company = self.left_out > 0 && self.left_out == self.queries;
        if settings.fail_changed && self.changes > 0 {
            21
        } else if self.not_compared > 0 || names_no_company {
            3
        } else {
            0
        }
    }
}
