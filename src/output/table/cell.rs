//! One value as a terminal shows it.

use super::super::flat_text::flat_text;
use super::super::reading::Reading;
use super::super::sanitise::sanitise;
use super::paint::Tone;
use crate::domain::performance::Performance;
use crate::domain::record::{Column, RecordMatch, Row, Topic, Value};
use crate::domain::text::Language;
use std::borrow::Cow;

/// The value as text for a terminal; empty for null.
pub(super) fn cell_text<'a>(column: &Column, value: Value<'a>, language: Language) -> Cow<'a, str> {
    match Reading::of(column, value, language) {
        Reading::Plain(Value::Null) => Cow::Borrowed(""),
        Reading::Plain(Value::Text(text)) => sanitise(text),
        Reading::Plain(Value::Boolean(true)) => Cow::Borrowed(language.choose("yes", "是")),
        Reading::Plain(Value::Boolean(false)) => Cow::Borrowed(language.choose("no", "否")),
        other => Cow::Owned(sanitise(flat_text(other.value(), &mut String::new())).into_owned()),
    }
}

/// The position of `match` among the columns of every topic.
pub(super) const MATCH_COLUMN: usize = 2;

/// Which values are toned: how far a debtor has performed, what is history, and records of other companies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tones {
    performance: Option<usize>,
    is_history: Option<usize>,
}

impl Tones {
    pub(super) fn of(topic: Topic) -> Self {
        Self { performance: topic.column_index("performance"), is_history: topic.column_index("is_history") }
    }

    /// How the value in the column at `index` is toned.
    pub(super) fn of_cell(self, row: &Row, index: usize) -> Option<Tone> {
        if self.performance == Some(index) {
            return match row.value(index) {
                Value::Text(text) => performance_tone(text),
                _ => None,
            };
        }
        if row.record_match == RecordMatch::Other {
            return Some(if index == MATCH_COLUMN { Tone::Mixed } else { Tone::Faint });
        }
        let is_history = self.is_history.is_some_and(|history| row.value(history) == Value::Boolean(true));
        is_history.then_some(Tone::Faint)
    }
}

/// The tone of a performance: how bad it is for the creditor.
pub(super) fn performance_tone(performance: &str) -> Option<Tone> {
    Performance::of_words(performance).map(|performance| match performance {
        Performance::Nothing => Tone::Bad,
        Performance::Part => Tone::Mixed,
        Performance::Everything => Tone::Good,
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::samples;
    use super::*;

    #[test]
    fn performance_is_red_yellow_or_green() {
        let column = Topic::Dishonest.column_index("performance").unwrap();
        let tones: Vec<_> = samples::dishonest_rows()
            .iter()
            .map(|row| Tones::of(Topic::Dishonest).of_cell(row, column))
            .collect();
        assert_eq!(tones, [Some(Tone::Bad), Some(Tone::Mixed), Some(Tone::Good)]);
        assert_eq!(Tones::of(Topic::Dishonest).of_cell(&samples::dishonest_rows()[0], column - 1), None);
    }

    #[test]
    fn what_is_history_is_faint() {
        let tones: Vec<_> =
            samples::copyright_rows().iter().map(|row| Tones::of(Topic::Copyright).of_cell(row, 3)).collect();
        assert_eq!(tones, [None, Some(Tone::Faint)]);
    }

    #[test]
    fn truth_speaks_the_language_and_nothing_is_nothing() {
        let column = &Topic::Dishonest.columns()[2];
        assert_eq!(cell_text(column, Value::Boolean(true), Language::Chinese), "是");
        assert_eq!(cell_text(column, Value::Boolean(false), Language::English), "no");
        assert_eq!(cell_text(column, Value::Null, Language::English), "");
    }
}
