//! Text that Excel, WPS and `LibreOffice` would take for a number, a date or a formula, kept as the text it is.
//!
//! A cell of a CSV file has no type. A double click makes `913101156762751234` a rounded number, `3-4` a day of
//! March, and runs a text that begins with `=`. Two marks of text survive a double click:
//!
//! - `="…"`, a formula whose value is that text, inner quotes doubled. Excel and WPS show only the text,
//!   and copying the cell gives it. It is limited to 255 characters and one line.
//! - a leading `'`, which stays visible but makes the cell a text. It is used if the first mark is not possible. A text
//!   that begins with `'` itself gets another, so that the rule can be undone.
//!
//! To undo it in a program: `="…"` loses its frame, and `""` inside becomes `"`; else a leading `'` is
//! dropped. `rfc4180` is the better dialect for programs.

use crate::domain::record::ColumnKind;
use jiff::civil::Date;
use std::borrow::Cow;

/// The maximum length of a text literal in a formula, in UTF-16 units.
const LONGEST_LITERAL: usize = 255;

/// Digit strings from here on lose their last digits or are shown as `9.1E+17`.
const LONG_DIGITS: usize = 12;

/// The text, protected if a double click would change or run it.
pub(super) fn protected(text: Cow<'_, str>, kind: ColumnKind) -> Cow<'_, str> {
    let is_day = kind == ColumnKind::Date && text.len() == 10 && text.parse::<Date>().is_ok();
    if text.is_empty() || is_day || !(begins_dangerously(&text) || would_be_converted(&text)) {
        return text;
    }
    let fits_a_literal =
        text.encode_utf16().count() <= LONGEST_LITERAL && !text.contains(|c: char| c.is_control());
    Cow::Owned(if fits_a_literal {
        format!("=\"{}\"", text.replace('"', "\"\""))
    } else {
        format!("'{text}")
    })
}

/// Whether it begins like a formula, also after blanks, or with the mark of this dialect.
fn begins_dangerously(text: &str) -> bool {
    let visible = text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
    text.starts_with(|c: char| c == '\'' || c.is_control())
        || visible.starts_with(['=', '+', '-', '@', '#', '＝', '＋', '－', '＠'])
}

/// Whether the English or the Chinese version would read it as a number, a date, a time or a truth value, and thereby
/// change it.
fn would_be_converted(text: &str) -> bool {
    if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
        return true;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.len() >= LONG_DIGITS || (text.len() > 1 && text.starts_with('0'));
    }
    reads_as_number_or_date(text)
}

/// Full-width digits, and the signs between the digits of numbers, amounts, days and times.
const SIGNS_OF_NUMBERS: &str =
    "０１２３４５６７８９ \u{a0}\u{3000}.,-/:%()+$¥￥€£，．－／：％（）年月日时時分秒上下午";

fn reads_as_number_or_date(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    text.contains(char::is_numeric)
        && text.chars().all(|c| c.is_ascii_alphanumeric() || SIGNS_OF_NUMBERS.contains(c))
        && words.all(is_word_of_numbers)
}

/// Exponents, halves of the day and months.
fn is_word_of_numbers(word: &str) -> bool {
    const MONTHS: &str =
        "january february march april may june july august september october november december";
    let word = word.to_ascii_lowercase();
    matches!(word.as_str(), "e" | "d" | "a" | "p" | "am" | "pm" | "sept")
        || MONTHS.split(' ').any(|month| word == month || word == month[..3])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn protect(text: &str) -> String {
        protected(text.into(), ColumnKind::Identifier).into_owned()
    }

    #[test]
    fn what_a_double_click_would_change_is_framed() {
        for text in [
            "913101156762751234",
            "007",
            "1E5",
            "1e-5",
            "3-4",
            "3/4",
            "1.0",
            "1,234",
            "12%",
            "10:30",
            "MAR-1",
            "1 sept 2020",
            "(5)",
            "TRUE",
            "3月4日",
            "１２",
            "2023-02-15",
            "#N/A",
        ] {
            assert_eq!(protect(text), format!("=\"{text}\""), "{text}");
        }
    }

    #[test]
    fn formulas_are_framed_or_marked_and_never_live() {
        for text in ["=1+1", "+86", "-5-", "@SUM(A1)", "＝1", " =1"] {
            assert_eq!(protect(text), format!("=\"{text}\""), "{text}");
        }
        assert_eq!(protect("=\"a\"&\"b\""), "=\"=\"\"a\"\"&\"\"b\"\"\"");
        assert_eq!(protect("\t=1"), "'\t=1");
        assert_eq!(protect("\r=1"), "'\r=1");
        assert_eq!(protect("=1\n2"), "'=1\n2");
        assert_eq!(protect("'=1"), "=\"'=1\"");
        let long = format!("={}", "长".repeat(255));
        assert_eq!(protect(&long), format!("'{long}"));
        assert_eq!(protect(&"9".repeat(300)), format!("'{}", "9".repeat(300)));
    }

    #[test]
    fn what_stays_text_by_itself_is_left_alone() {
        for text in [
            "",
            "乐视云计算有限公司",
            "(2023)苏 1311执 705号",
            "V1.0",
            "2019SR0123456",
            "30778596",
            "0",
            "江苏",
        ] {
            assert_eq!(protect(text), text);
        }
        assert_eq!(protected("2023-02-15".into(), ColumnKind::Date), "2023-02-15");
        assert_eq!(protected("=2023-2-15".into(), ColumnKind::Date), "=\"=2023-2-15\"");
    }
}
