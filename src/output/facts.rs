//! The latest date and the number of unperformed records of a query. Records of other companies do not count.

use crate::domain::performance::Performance;
use crate::domain::record::{RecordMatch, Row};

/// Facts about the records of one query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// The latest `filed_on` or `registered_on`.
    pub(super) latest: Option<String>,
    /// Records of which nothing has been performed.
    pub(super) unperformed: u64,
}

impl Facts {
    /// Counts one more record.
    pub(super) fn count(&mut self, row: &Row) {
        if row.record_match == RecordMatch::Other {
            return;
        }
        let record = &row.record;
        if let Some(date) = record.text("filed_on").or_else(|| record.text("registered_on"))
            && self.latest.as_deref().is_none_or(|latest| latest < date)
        {
            self.latest = Some(date.to_owned());
        }
        let performance = record.text("performance").and_then(Performance::of_words);
        self.unperformed += u64::from(performance == Some(Performance::Nothing));
    }
}
