//! One value as a terminal shows it.

use super::super::output_value::OutputValue;
use super::super::sanitise::sanitise;
use super::paint::{Tone, marked};
use crate::domain::performance::Performance;
use crate::domain::record::{Column, RecordMatch, Row, Value};
use crate::domain::text::{Language, shortened};
use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;

/// Blanks before each column.
pub(in super::super) const GAP: usize = 2;
/// The same for the library that draws.
pub(super) const LEFT_PADDING: u16 = 2;
/// Maximum number of characters of a text on a terminal; other formats have all of it.
const LONGEST_TEXT: usize = 4000;
/// Minimum width of an essential text: enough to recognise a name, and for a word of a closed set.
pub(super) const LEAST_OF_ESSENTIAL: usize = 10;

/// The value as text for a terminal; empty for null.
pub(super) fn cell_text<'a>(column: &Column, value: Value<'a>, language: Language) -> Cow<'a, str> {
    let text = match OutputValue::of(column, value, language) {
        OutputValue::Plain(Value::Text(text)) => sanitise(text),
        other => Cow::Owned(sanitise(&other.text()).into_owned()),
    };
    shortened(text, LONGEST_TEXT)
}

/// The same, with a mark of its tone: how far a debtor has performed. A text that may be folded has none, because a mark
/// does not survive that.
pub(super) fn marked_text(row: &Row, index: usize, column: &Column, language: Language) -> String {
    let text = cell_text(column, row.value(index), language);
    let is_toned = column.key == "performance" && text.width() <= LEAST_OF_ESSENTIAL;
    marked(&text, performance_tone(&text).filter(|_| is_toned))
}

/// The tone of a whole record: history and records of other companies are faint.
pub(super) fn tone_of_record(row: &Row) -> Option<Tone> {
    let is_history = row.record.value("is_history") == Value::Boolean(true);
    (is_history || row.record_match == RecordMatch::Other).then_some(Tone::Faint)
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
        let index = Topic::Dishonest.column_index("performance").unwrap();
        let text = |row: &Row, index: usize| marked_text(row, index, &columns[index], Language::Chinese);
        let rows = samples::dishonest_rows();
        let texts: Vec<_> = rows.iter().map(|row| text(row, index)).collect();
        let expected = [("全部未履行", Tone::Bad), ("部分未履行", Tone::Mixed), ("全部已履行", Tone::Good)];
        assert_eq!(texts, expected.map(|(words, tone)| marked(words, tone)));
        assert_eq!(
            text(&rows[0], index - 1),
            cell_text(&columns[index - 1], rows[0].value(index - 1), Language::Chinese)
        );
    }

    #[test]
    fn what_is_history_or_of_another_company_is_faint() {
        let mut other = samples::dishonest_rows().swap_remove(0);
        other.record_match = RecordMatch::Other;
        assert_eq!(tone_of_record(&other), Some(Tone::Faint));
        let tones: Vec<_> = samples::copyright_rows().iter().map(tone_of_record).collect();
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
