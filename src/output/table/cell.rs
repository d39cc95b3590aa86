//! One value as a terminal shows it.

use super::super::reading::Reading;
use super::super::sanitise::sanitise;
use super::paint::Tone;
use crate::domain::performance::Performance;
use crate::domain::record::{Column, RecordMatch, Row, Value};
use crate::domain::text::Language;
use std::borrow::Cow;

/// The value as text for a terminal; empty for null.
pub(super) fn cell_text<'a>(column: &Column, value: Value<'a>, language: Language) -> Cow<'a, str> {
    match Reading::of(column, value, language) {
        Reading::Plain(Value::Text(text)) => sanitise(text),
        other => Cow::Owned(sanitise(&other.text()).into_owned()),
    }
}

/// How a value is toned: how far a debtor has performed, what is history, and records of other companies.
pub(super) fn tone_of(row: &Row, column: &Column) -> Option<Tone> {
    let is_other = row.record_match == RecordMatch::Other;
    let is_faint = is_other || row.record.value("is_history") == Value::Boolean(true);
    match column.key {
        "performance" => row.record.text("performance").and_then(performance_tone),
        "match" if is_other => Some(Tone::Mixed),
        _ => is_faint.then_some(Tone::Faint),
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
    use crate::domain::record::Topic;

    #[test]
    fn performance_is_red_yellow_or_green() {
        let columns = Topic::Dishonest.columns();
        let column = Topic::Dishonest.column_index("performance").unwrap();
        let rows = samples::dishonest_rows();
        let tones: Vec<_> = rows.iter().map(|row| tone_of(row, &columns[column])).collect();
        assert_eq!(tones, [Some(Tone::Bad), Some(Tone::Mixed), Some(Tone::Good)]);
        assert_eq!(tone_of(&rows[0], &columns[column - 1]), None);
    }

    #[test]
    fn what_is_history_is_faint() {
        let column = &Topic::Copyright.columns()[3];
        let tones: Vec<_> = samples::copyright_rows().iter().map(|row| tone_of(row, column)).collect();
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
