//! The counts of `hecha changes` and its exit code.

use crate::domain::change::{ComparedQuery, ComparisonStatus};
use crate::domain::text::{Message, counted, message};
use crate::settings::ChangesSettings;

/// Counts over all queries.
#[derive(Default)]
pub(super) struct ChangesSummary {
    queries: u64,
    changed: u64,
    changes: u64,
    first: u64,
    /// Queries that could not be compared completely.
    pub(super) not_compared: u64,
    /// Rows of a list that name no company.
    pub(super) suspicious: u64,
}

impl ChangesSummary {
    pub(super) fn count(&mut self, query: &ComparedQuery) {
        let changes: u64 = query.comparison.counts.iter().sum();
        self.queries += 1;
        self.changes += changes;
        self.changed += u64::from(changes > 0);
        match query.comparison.status {
            _ if query.names_no_company() => self.suspicious += 1,
            ComparisonStatus::Incomplete | ComparisonStatus::NeverAsked => self.not_compared += 1,
            ComparisonStatus::Baseline => self.first += 1,
            ComparisonStatus::Changed | ComparisonStatus::Unchanged => {}
        }
    }

    pub(super) fn in_words(&self) -> Message {
        let Self { queries, changed, changes, first, not_compared, suspicious } = self;
        let suspicious = match suspicious {
            0 => Message::default(),
            _ => message!("; suspicious keywords: {suspicious}", "；可疑的关键词 {suspicious} 个"),
        };
        let records = counted(*changes, "record", "records");
        message!(
            "queries: {queries}; with changes: {changed} ({records}); first snapshot: {first}; not comparable: {not_compared}{suspicious}",
            "查询 {queries} 个；有变化 {changed} 个（{changes} 条记录）；首次查询 {first} 个；无法完整比较 {not_compared} 个{suspicious:#}"
        )
    }

    pub(super) const fn exit_code(&self, settings: &ChangesSettings) -> u8 {
        // Probably the wrong column was read.
        let names_no_company = self.suspicious > 0 && self.suspicious == self.queries;
        if settings.fail_changed && self.changes > 0 {
            21
        } else if self.not_compared > 0 || names_no_company {
            3
        } else {
            0
        }
    }
}
