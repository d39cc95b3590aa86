//! The words of a page in both languages, with their colours and links.

use super::super::counts::Bar;
use super::super::output_value::truth_in_words;
use super::super::sanitise::sanitise;
use crate::domain::outcome::{QueryOutcome, Status};
use crate::domain::performance::Performance;
use crate::domain::record::RecordMatch;
use crate::domain::text::Language;
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

/// The signs of results and their colours: "nothing found" and "failed" share neither word nor sign nor colour.
const SIGNS: [(char, &str); 6] =
    [('✓', "info"), ('○', "calm"), ('◇', "mixed"), ('◐', "mixed"), ('✕', "fault"), ('–', "faint")];

/// The result of a query as its badge shows it.
pub(super) fn result(outcome: &QueryOutcome, language: Language) -> String {
    let sign = match outcome.status {
        Status::Ok => '✓',
        Status::Empty if outcome.is_left_out() || outcome.is_empty_page() => '◇',
        Status::Empty => '○',
        Status::Partial => '◐',
        Status::Failed => '✕',
        Status::Skipped => '–',
    };
    format!("{sign} {}", outcome.result().in_language(language))
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
    let other = RecordMatch::Other.label();
    match SIGNS.iter().find(|(sign, _)| words.starts_with(*sign)) {
        Some((_, tone)) => Some(tone),
        None if [other.en, other.zh].contains(&words) => Some("mixed"),
        None => performance_tone(words),
    }
}

/// The colour of a performance.
fn performance_tone(words: &str) -> Option<&'static str> {
    Performance::of_words(words).map(|performance| match performance {
        Performance::Nothing => "bad",
        Performance::Part => "mixed",
        Performance::Everything => "good",
    })
}

/// The colour of a bar in the chart of the column `key`.
pub(super) fn tone(key: &str, bar: &Bar) -> &'static str {
    match (bar.is_value, key) {
        (true, "performance") => performance_tone(&bar.label).unwrap_or("info"),
        (true, _) => "info",
        (false, _) => "faint",
    }
}

/// The fragment that shows the records of a value on the same page.
pub(super) fn link(key: &str, bar: &Bar) -> Option<String> {
    let mut fragment = url::form_urlencoded::Serializer::for_suffix(String::from("#"), 1);
    fragment.append_pair(key, &visible(&bar.label));
    bar.is_value.then(|| fragment.finish())
}

#[cfg(test)]
mod tests {
    use super::super::super::samples;
    use super::*;

    #[test]
    fn what_is_unknown_is_never_called_nothing_found() {
        let [_, empty, partial, failed, skipped] = &samples::outcomes()[..] else { panic!("five outcomes") };
        let left_out = QueryOutcome { distinct: 3, other: 3, ..empty.clone() };
        let empty_page = QueryOutcome { total: None, complete: false, ..empty.clone() };
        for language in [Language::English, Language::Chinese] {
            let empty = result(empty, language);
            for unknown in [&left_out, &empty_page, partial, failed, skipped] {
                let unknown = result(unknown, language);
                assert_ne!(tone_of_badge(&unknown), tone_of_badge(&empty));
                let [(sign, words), (empty_sign, empty_words)] =
                    [&unknown, &empty].map(|text| text.split_once(' ').unwrap());
                assert!(sign != empty_sign && !words.contains(empty_words), "{unknown}");
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
