//! The words of a page in both languages.

use super::super::reading::truth_in_words;
use super::super::reason::reason;
use super::super::sanitise::sanitise;
use crate::domain::outcome::{QueryOutcome, Status};
use crate::domain::performance::Performance;
use crate::domain::record::RecordMatch;
use crate::domain::text::{Language, Text, counted, message};
use serde_json::Value as Json;
use std::borrow::Cow;
use std::fmt::Display;

/// The text as people may see it: line breaks stay, and whatever steers or hides is replaced by something visible.
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

/// A status as its badge shows it, and the badge's colour: "nothing found" and "failed" share neither word nor sign nor
/// colour.
pub(super) const fn status(status: Status) -> (Text, &'static str) {
    match status {
        Status::Ok => (Text::new("✓ records found", "✓ 有记录"), "info"),
        Status::Empty => (Text::new("○ nothing found", "○ 未查到记录"), "calm"),
        Status::Partial => (Text::new("◐ only in part", "◐ 仅部分取得"), "mixed"),
        Status::Failed => (Text::new("✕ failed, no answer", "✕ 失败，无答复"), "fault"),
        Status::Skipped => (Text::new("– not queried", "– 未查询"), "faint"),
    }
}

/// The meaning of a query's status, in a sentence.
pub(super) fn meaning(outcome: &QueryOutcome, language: Language) -> String {
    let returned = outcome.returned;
    let sentence = match (outcome.status, outcome.total) {
        (Status::Empty, _) => {
            message!("The vendor answered that it has no record.", "服务商已答复：没有记录。")
        }
        (Status::Skipped, _) => message!(
            "It was not queried: this says nothing about the company.",
            "未查询：不能据此判断有无记录。"
        ),
        (Status::Failed, _) => message!(
            "There was no usable answer: this says nothing about the company.",
            "没有得到可用的答复：不能据此判断有无记录。"
        ),
        _ if outcome.complete => message!("All records of the vendor are here.", "服务商的记录已全部取得。"),
        (_, Some(total)) => message!(
            "Not complete: {returned} of {all}.",
            "不完整：共 {total} 条，取得 {returned} 条。",
            all = counted(total, "record", "records")
        ),
        (_, None) => {
            message!("Perhaps not complete: the vendor gave no total.", "未必完整：服务商未给出总数。")
        }
    };
    let sentence = match &outcome.error {
        None => sentence,
        Some(failure) => message!("{sentence} {reason}", "{sentence:#}{reason:#}", reason = reason(failure)),
    };
    sentence.in_language(language).to_owned()
}

/// A cell as it is read.
pub(super) fn shown(cell: &Json, language: Language) -> Cow<'_, str> {
    match cell {
        Json::String(text) => Cow::Borrowed(text),
        Json::Bool(truth) => Cow::Borrowed(truth_in_words(*truth).in_language(language)),
        other => Cow::Owned(other.to_string()),
    }
}

/// The colour of a badge: of a status, of a record of another company, or of a performance.
pub(super) fn tone_of_badge(words: &str) -> Option<&'static str> {
    let is = |text: Text| [text.en, text.zh].contains(&words);
    let statuses = [Status::Ok, Status::Empty, Status::Partial, Status::Failed, Status::Skipped].map(status);
    match statuses.into_iter().find(|(text, _)| is(*text)) {
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
    use super::super::super::samples;
    use super::*;

    #[test]
    fn what_is_unknown_is_never_called_nothing_found() {
        let [.., empty, _, failed, skipped] = &samples::outcomes()[..] else { panic!("five outcomes") };
        for language in [Language::English, Language::Chinese] {
            let sentences = [empty, failed, skipped].map(|outcome| meaning(outcome, language));
            let badges =
                [empty, failed, skipped].map(|outcome| status(outcome.status).0.in_language(language));
            for unknown in 1..3 {
                assert!(!sentences[unknown].contains(&sentences[0]) && badges[unknown] != badges[0]);
                assert_ne!(badges[unknown].chars().next(), badges[0].chars().next(), "the signs differ");
            }
        }
        assert_eq!(
            meaning(failed, Language::English),
            "There was no usable answer: this says nothing about the company. account: 剩余条数不足 (code 1013)"
        );
        assert_eq!(meaning(empty, Language::Chinese), "服务商已答复：没有记录。");
        assert_eq!(status(Status::Failed).1, "fault");
        assert_ne!(status(Status::Empty).1, status(Status::Failed).1);
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
