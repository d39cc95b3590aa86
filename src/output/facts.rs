//! The latest date and the unperformed records of a query. Records of other companies do not count.

use crate::domain::performance::Performance;
use crate::domain::record::{RecordMatch, Row, Topic, Value};

/// Facts about the records of one query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// The latest `filed_on` or `registered_on`.
    pub(super) latest: Option<String>,
    /// Records of which nothing has been performed.
    pub(super) unperformed: u64,
}

/// The columns that the facts are read from.
#[derive(Debug, Clone, Copy)]
pub(super) struct FactColumns {
    date: Option<usize>,
    performance: Option<usize>,
}

impl FactColumns {
    pub(super) fn of(topic: Topic) -> Self {
        Self {
            date: topic.column_index("filed_on").or_else(|| topic.column_index("registered_on")),
            performance: topic.column_index("performance"),
        }
    }
}

impl Facts {
    /// Counts one more record.
    pub(super) fn count(&mut self, row: &Row, columns: FactColumns) {
        if row.record_match == RecordMatch::Other {
            return;
        }
        let text = |column: Option<usize>| match column.map(|column| row.value(column)) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        };
        if let Some(date) = text(columns.date)
            && self.latest.as_deref().is_none_or(|latest| latest < date)
        {
            self.latest = Some(date.to_owned());
        }
        let is_unperformed =
            text(columns.performance).and_then(Performance::of_words) == Some(Performance::Nothing);
        self.unperformed += u64::from(is_unperformed);
    }
}
