//! Numbers, dates, amounts, telephone numbers and web addresses in the place of a keyword.

use jiff::fmt::strtime;

use super::company_name::is_han;
use super::suspicion::{Suspicion, SuspicionKind};

/// From this exponent on, which stands for twelve digits, a spreadsheet rounds what it shows.
const ROUNDED_FROM: u32 = 11;
/// The most digits that a spreadsheet keeps.
const EXACT_DIGITS: usize = 15;

/// Whether a text is a number of some kind.
type IsKind = fn(&str) -> bool;

/// The kinds of numbers, each with its test, in the order of the tests.
const KINDS: [(IsKind, SuspicionKind); 8] = [
    (is_rounded, SuspicionKind::LostDigits),
    (is_web_address, SuspicionKind::WebAddress),
    (is_date, SuspicionKind::Date),
    (is_telephone, SuspicionKind::Telephone),
    (ends_with_lost_digits, SuspicionKind::LostDigits),
    (is_digits, SuspicionKind::Number),
    (is_amount, SuspicionKind::Amount),
    (is_truth_value, SuspicionKind::TruthValue),
];

/// What is suspicious about a text that is no code, if it is a number of some kind.
pub(super) fn review_number(text: &str) -> Option<Suspicion> {
    let text = text.trim_matches(['(', ')', '（', '）', '[', ']', '【', '】']);
    // Programs write whole numbers with `.0`.
    if let Some(whole) = text.strip_suffix(".0").filter(|whole| !whole.is_empty() && is_digits(whole)) {
        return Some(match whole.len() {
            ..=EXACT_DIGITS => Suspicion::suggesting(SuspicionKind::Number, whole),
            _ => Suspicion::new(SuspicionKind::LostDigits),
        });
    }
    KINDS.iter().find(|(is_kind, _)| is_kind(text)).map(|(_, kind)| Suspicion::new(*kind))
}

/// Whether all characters are digits.
pub(super) fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Sixteen digits and more are rounded when their last ones are zeros.
fn ends_with_lost_digits(text: &str) -> bool {
    is_digits(text) && text.len() > EXACT_DIGITS && text.ends_with("000")
}

fn is_truth_value(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "true" | "false")
}

/// A number as a spreadsheet shows it: `9.14403E+17`, `1.5E+08`. A short one without a point may be a name.
pub(super) fn is_rounded(text: &str) -> bool {
    let Some((digits, exponent)) = text.split_once(['E', 'e']) else { return false };
    let exponent = exponent.strip_prefix('+').unwrap_or_default();
    let has_point = digits.contains('.');
    let digits = digits.replacen('.', "", 1);
    !digits.is_empty()
        && is_digits(&digits)
        && exponent.parse().is_ok_and(|exponent: u32| has_point || exponent >= ROUNDED_FROM)
}

fn is_web_address(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_mail = lower.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && host.contains('.') && !lower.contains(|c: char| c.is_whitespace() || is_han(c))
    });
    is_mail || ["http://", "https://", "ftp://", "www."].iter().any(|start| lower.starts_with(start))
}

/// Dates and times as programs and people write them, of which the hyphen stands for any separator.
const DATES: [&str; 16] = [
    "%Y-%m-%d",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d-%m-%y",
    "%m-%d-%y",
    "%Y年%m月%d",
    "%Y年%m月",
    "%Y年",
    "%Y年度",
    "%m月%d",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d-%b",
    "%b-%y",
    "%H:%M",
    "%H:%M:%S",
];

/// `2024-01-31`, `2024/1/31 08:00`, `2024.1.31`, `2024年1月31日`, `2024年1月`, `1月31日`.
fn is_date(text: &str) -> bool {
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    let is_time = |byte| matches!(byte, b'0'..=b'9' | b':' | b'.' | b'+' | b'Z' | b'T' | b' ' | b'-');
    let written = day.trim_end_matches('日').replace(['/', '.'], "-");
    let is_year = |year: i16| (1900..2200).contains(&year);
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text[day.len()..].bytes().all(is_time)
        && DATES
            .iter()
            .any(|format| strtime::parse(format, &written).is_ok_and(|date| date.year().is_none_or(is_year)))
}

/// Chinese mobile and land-line numbers, with or without separators and a country code.
fn is_telephone(text: &str) -> bool {
    let number = text.strip_prefix("+86").or_else(|| text.strip_prefix("0086")).unwrap_or(text);
    let number = number.split_once('转').map_or(number, |(number, _)| number);
    let is_separator = |character: char| matches!(character, '-' | ' ' | '(' | ')' | '（' | '）' | '－');
    if !number.chars().all(|character| character.is_ascii_digit() || is_separator(character)) {
        return false;
    }
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let is_mobile = digits.len() == 11 && digits.starts_with('1') && !digits.starts_with("10");
    let is_land_line = (10..=12).contains(&digits.len())
        && (digits.starts_with('0') || digits.starts_with("400") || digits.starts_with("800"));
    let is_local = (7..=8).contains(&digits.len()) && number.contains('-');
    is_mobile || (number.contains(is_separator) && (is_land_line || is_local))
}

/// `1,000.00`, `￥500`, `USD 500`, `5万元`, `12%`, `-3`, `叁万元整`.
fn is_amount(text: &str) -> bool {
    const CHINESE_DIGITS: &str = "零一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟";
    const UNITS: [&str; 14] =
        ["亿元", "万元", "千元", "元整", "元", "亿", "万", "％", "%", "RMB", "CNY", "USD", "人民币", "美元"];
    let amount = text.trim_start_matches(['¥', '￥', '$', '-', '+', ' ']);
    let currency = ["人民币", "RMB", "CNY", "USD"].into_iter().find_map(|name| amount.strip_prefix(name));
    let amount = currency.unwrap_or(amount).trim_start();
    let amount = UNITS.iter().find_map(|unit| amount.strip_suffix(unit)).unwrap_or(amount).trim();
    let is_written_out = |amount: &str| amount.chars().all(|digit| CHINESE_DIGITS.contains(digit));
    text.strip_suffix("元整").is_some_and(is_written_out)
        || amount.starts_with(|character: char| character.is_ascii_digit())
            && amount.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_kind_are_told_apart() {
        for (text, kind) in [
            ("9.14403E+17", SuspicionKind::LostDigits),
            ("9E+17", SuspicionKind::LostDigits),
            ("1.5E+08", SuspicionKind::LostDigits),
            ("914403001922038216.0", SuspicionKind::LostDigits),
            ("9144030019220382160000", SuspicionKind::LostDigits),
            ("100234.0", SuspicionKind::Number),
            ("100234", SuspicionKind::Number),
            ("2024-01-31", SuspicionKind::Date),
            ("2024/1/31 08:00:00", SuspicionKind::Date),
            ("2024.1.31", SuspicionKind::Date),
            ("31/1/2024", SuspicionKind::Date),
            ("2024年1月31日", SuspicionKind::Date),
            ("2024年1月", SuspicionKind::Date),
            ("2024年", SuspicionKind::Date),
            ("2024-01-31T08:00:00Z", SuspicionKind::Date),
            ("1-31-24", SuspicionKind::Date),
            ("1.2.3", SuspicionKind::Date),
            ("1月31日", SuspicionKind::Date),
            ("2024年度", SuspicionKind::Date),
            ("10:30", SuspicionKind::Date),
            ("01-Jan-24", SuspicionKind::Date),
            ("Jan-24", SuspicionKind::Date),
            ("13800138000", SuspicionKind::Telephone),
            ("+86 138 0013 8000", SuspicionKind::Telephone),
            ("0755-28780808", SuspicionKind::Telephone),
            ("400-830-8300", SuspicionKind::Telephone),
            ("0755-28780808转801", SuspicionKind::Telephone),
            ("1,000.00", SuspicionKind::Amount),
            ("￥500", SuspicionKind::Amount),
            ("5万元", SuspicionKind::Amount),
            ("12%", SuspicionKind::Amount),
            ("USD 500", SuspicionKind::Amount),
            ("叁佰万元整", SuspicionKind::Amount),
            ("-3.5", SuspicionKind::Amount),
            ("https://example.com/a", SuspicionKind::WebAddress),
            ("www.example.com", SuspicionKind::WebAddress),
            ("someone@example.com", SuspicionKind::WebAddress),
            ("TRUE", SuspicionKind::TruthValue),
        ] {
            assert_eq!(review_number(text).map(|found| found.kind), Some(kind), "{text}");
        }
    }

    #[test]
    fn names_with_digits_are_no_numbers() {
        for text in [
            "3M中国有限公司",
            "1号店",
            "7-ELEVEN",
            "58同城",
            "E+17",
            "1E+02",
            "9.1.4E+17",
            "C&E+5",
            "58.com",
            "2024年会",
            "2024-01-31年会",
            "99-1-1",
            "三元",
            "May",
        ] {
            assert_eq!(review_number(text), None, "{text}");
        }
    }
}
