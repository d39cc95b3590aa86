//! The words of a page in both languages.

use super::super::reading::truth_in_words;
use super::super::sanitise::sanitise;
use crate::domain::outcome::{QueryOutcome, Status};
use crate::domain::performance::Performance;
use crate::domain::record::RecordMatch;
use crate::domain::text::{Language, Text};
use serde_json::Value as Json;
use std::borrow::Cow;
use std::fmt::Display;

/// The text in a form that is safe to show, with its line breaks.
pub(super) fn visible(text: &str) -> String {
    text.lines().map(sanitise).collect::<Vec<_>>().join("\n")
}

/// The number with a comma after each thousand.
pub(super) fn grouped(number: impl Display) -> String {
    let mut digits = number.to_string();
    for place in (1..digits.len()).rev().skip(2).step_by(3) {
        digits.insert(place, ',');
    }
    digits
}

/// `2026-01-02T03:04:05+08:00` as people read it, without its zone.
pub(super) fn readable(moment: &str) -> String {
    moment.trim_end_matches("+08:00").replacen('T', " ", 1)
}

const OK: Text = Text::new("✓ records found", "✓ 有记录");
const EMPTY: Text = Text::new("○ nothing found", "○ 未查到记录");
const LEFT_OUT: Text = Text::new("◇ none of this company", "◇ 无该企业的记录");
const EMPTY_PAGE: Text = Text::new("◇ no records on this page", "◇ 本页没有记录");
const PARTIAL: Text = Text::new("◐ only in part", "◐ 仅部分取得");
const FAILED: Text = Text::new("✕ failed, no answer", "✕ 失败，无答复");
const SKIPPED: Text = Text::new("– not queried", "– 未查询");

/// The results of queries and their colours: "nothing found" and "failed" share neither word nor sign nor colour.
const RESULTS: [(Text, &str); 7] = [
    (OK, "info"),
    (EMPTY, "calm"),
    (LEFT_OUT, "mixed"),
    (EMPTY_PAGE, "mixed"),
    (PARTIAL, "mixed"),
    (FAILED, "fault"),
    (SKIPPED, "faint"),
];

/// The result of a query as its badge shows it.
pub(super) fn result(outcome: &QueryOutcome) -> Text {
    match outcome.status {
        Status::Ok => OK,
        Status::Empty if outcome.is_left_out() => LEFT_OUT,
        Status::Empty if outcome.is_empty_page() => EMPTY_PAGE,
        Status::Empty => EMPTY,
        Status::Partial => PARTIAL,
        Status::Failed => FAILED,
        Status::Skipped => SKIPPED,
    }
}

/// A cell as it is read.
pub(super) fn shown(cell: &Json, language: Language) -> Cow<'_, str> {
    match cell {
        Json::String(text) => Cow::Borrowed(text),
        Json::Bool(truth) => Cow::Borrowed(truth_in_words(*truth).in_language(language)),
        other => Cow::Owned(other.to_string()),
    }
}

/// The colour of a badge: of a result, of a record of another company, or of a performance.
pub(super) fn tone_of_badge(words: &str) -> Option<&'static str> {
    let is = |text: Text| [text.en, text.zh].contains(&words);
    match RESULTS.into_iter().find(|(text, _)| is(*text)) {
        Some((_, tone)) => Some(tone),
        None if is(RecordMatch::Other.label()) => Some("mixed"),
        None => performance_tone(words),
    }
}

/// The colour of a performance.
pub(super) fn performance_tone(words: &str) -> Option<&'static str> {
    Performance::of_words(words).map(|performance| match performance {
        Performance::Nothing => "bad",
        Performance::Part => "mixed",
        Performance::Everything => "good",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_is_never_called_nothing_found() {
        for unknown in [LEFT_OUT, EMPTY_PAGE, FAILED, SKIPPED] {
            assert_ne!(tone_of_badge(unknown.en), tone_of_badge(EMPTY.en));
            for (unknown, empty) in [(unknown.en, EMPTY.en), (unknown.zh, EMPTY.zh)] {
                let words = |text: &'static str| text.split_once(' ').unwrap();
                assert!(words(unknown).0 != words(empty).0 && !words(unknown).1.contains(words(empty).1));
            }
        }
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(
            [0, 999, 1000, 50_000, 1_234_567].map(grouped),
            ["0", "999", "1,000", "50,000", "1,234,567"]
        );
    }

    #[test]
    fn line_breaks_stay_and_what_steers_is_replaced() {
        assert_eq!(visible("a\nb\u{202e}c\0\r"), "a\nb\u{fffd}c␀⏎");
    }
}
