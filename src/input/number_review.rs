//! Numbers, dates, amounts, telephone numbers and web addresses in the place of a keyword.

use jiff::fmt::strtime;

use super::suspicion::{Suspicion, SuspicionKind};
use super::words::{AMOUNT_UNITS, DATE_PARTS, DATE_WORDS, DOMAINS, comparable, is_made_of};
use crate::domain::fold::nfkc;
use crate::domain::identifier::is_digits;

/// The exponent, of twelve digits, from which a spreadsheet rounds the numbers that it shows.
const ROUNDED_FROM: u32 = 11;
/// Maximum number of digits that a spreadsheet keeps.
pub(super) const EXACT_DIGITS: usize = 15;

/// Whether a text is a number of some kind.
type IsKind = fn(&str) -> bool;

/// Digits of written amounts.
pub(super) const CHINESE_DIGITS: &str = "零一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟";

/// The kinds of numbers, each with its test, in the order of the tests.
const KINDS: [(IsKind, SuspicionKind); 8] = [
    (is_rounded, SuspicionKind::LostDigits),
    (is_web_address, SuspicionKind::WebAddress),
    (is_date, SuspicionKind::Date),
    (is_telephone, SuspicionKind::Telephone),
    (ends_with_lost_digits, SuspicionKind::LostDigits),
    (is_plain_number, SuspicionKind::Number),
    (is_amount, SuspicionKind::Amount),
    (is_street_address, SuspicionKind::StreetAddress),
];

/// The suspicion about a text that is no code, if it is a number of some kind.
pub(super) fn review_number(text: &str) -> Option<Suspicion> {
    let text = text.trim_matches(['(', ')', '（', '）', '[', ']', '【', '】']);
    if text.contains(|character| matches!(character, '０'..='９')) {
        return review_number(&nfkc(text));
    }
    // Programs write whole numbers with `.0`.
    if let Some(whole) = text.strip_suffix(".0").filter(|whole| is_digits(whole)) {
        return Some(match whole.len() {
            ..=EXACT_DIGITS => Suspicion::suggesting(SuspicionKind::Number, whole),
            _ => Suspicion::new(SuspicionKind::LostDigits),
        });
    }
    KINDS.iter().find(|(is_kind, _)| is_kind(text)).map(|(_, kind)| Suspicion::new(*kind))
}

/// Sixteen digits and more are rounded when their last ones are zeros.
pub(super) fn ends_with_lost_digits(text: &str) -> bool {
    is_digits(text) && text.len() > EXACT_DIGITS && text.ends_with("000")
}

/// Digits, or `1/3`, which may also be a page of three or a day.
fn is_plain_number(text: &str) -> bool {
    text.split('/').map(str::trim).all(is_digits)
}

/// A number as a spreadsheet or a program shows it: `9.14403E+17`, `1.5E8`. A short one without a point may be a name.
fn is_rounded(text: &str) -> bool {
    let Some((digits, exponent)) = text.split_once(['E', 'e']) else { return false };
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let has_point = digits.contains('.');
    let digits = digits.replacen('.', "", 1);
    is_digits(&digits) && exponent.parse().is_ok_and(|exponent: u32| has_point || exponent >= ROUNDED_FROM)
}

/// One address or several.
fn is_web_address(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let mut addresses = lower.split([' ', ',', ';', '，', '；', '、']).filter(|part| !part.is_empty());
    // A text of signs only is no address.
    text.contains(['.', ':'])
        && addresses.all(|address| {
            let host = address.split(['/', ':']).next().unwrap_or_default();
            ["http://", "https://", "ftp://", "www."].iter().any(|start| address.starts_with(start))
                || address.split_once('@').is_some_and(|(user, host)| !user.is_empty() && is_host(host))
                || is_host(host) && host.rsplit('.').next().is_some_and(|domain| DOMAINS.contains(domain))
        })
}

/// A text that names a street or a district and ends with the number of a house, a floor or a room.
fn is_street_address(text: &str) -> bool {
    let number = text.strip_suffix(['号', '室', '楼', '层', '栋', '幢']);
    number.is_some_and(|before| {
        before.ends_with(|character: char| character.is_ascii_digit())
            && before.contains(['路', '街', '道', '巷', '弄', '园', '村', '镇', '区', '县', '市'])
    })
}

/// Whether a text has the form of `example.com`.
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.contains('.') && text.split('.').all(is_label)
}

/// Dates in digits, of which the hyphen stands for any separator.
const DATES: [&str; 7] = ["%Y-%m-%d", "%d-%m-%Y", "%m-%d-%Y", "%d-%m-%y", "%m-%d-%y", "%Y-%m", "%m-%Y"];

/// `2024/1/31`, `2024-01-31T08:00:00Z`, or in words: `2024年1月31日 08:00`, `Jan 31, 2024`, `二〇二四年一月`, `2024Q1`.
fn is_date(text: &str) -> bool {
    let day = text.split_once('T').filter(|(_, time)| time.contains(':')).map_or(text, |(day, _)| day);
    let is_in_digits = day.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_alphabetic());
    let is_year = |year: i16| (1900..2200).contains(&year);
    let has_format = || {
        let written = day.replace(['/', '.'], "-");
        let is_date =
            |format| strtime::parse(format, &written).is_ok_and(|date| date.year().is_none_or(is_year));
        DATES.into_iter().any(is_date)
    };
    (is_in_digits && has_format()) || is_date_in_words(day)
}

/// Whether a text has only words of dates and digits. Brief ones without digits, such as `三月三`, are names.
fn is_date_in_words(text: &str) -> bool {
    let is_sign = |c: char| c.is_whitespace() || matches!(c, '-' | '/' | '.' | ',' | '，');
    let compact = comparable(text, is_sign);
    let is_year = |number: &str| number.len() == 4 && (number.starts_with("19") || number.starts_with("20"));
    let is_date = if text.contains(|character: char| character.is_ascii_digit()) {
        text.split(|c: char| !c.is_ascii_digit()).any(is_year) || DATE_WORDS.occur_in(&text.to_lowercase())
    } else {
        text.contains("季度") || text.contains("半年") || (text.contains('年') && text.chars().count() > 3)
    };
    is_date && !is_digits(&compact) && is_made_of(&compact, &[&DATE_WORDS, &DATE_PARTS])
}

/// Chinese mobile and land-line numbers with or without separators, and others with a plus sign. Several may follow.
fn is_telephone(text: &str) -> bool {
    let number = text.trim_start_matches(|character| "电话手机传真：: ".contains(character));
    let number = number.split_once('转').map_or(number, |(number, _)| number);
    let is_separator = |c: char| matches!(c, '-' | ' ' | '(' | ')' | '（' | '）' | '－' | '+' | '/' | '、');
    let is_number = number.chars().all(|character| character.is_ascii_digit() || is_separator(character));
    let first = number.split(['/', '、']).next().unwrap_or_default();
    let digits: String = first.chars().filter(char::is_ascii_digit).collect();
    let national = digits.trim_start_matches("00").trim_start_matches("86");
    let is_mobile = national.len() == 11 && national.starts_with('1') && !national.starts_with("10");
    let is_land_line = (10..=15).contains(&digits.len())
        && (digits.starts_with('0') || digits.starts_with("400") || digits.starts_with("800"));
    let is_local = (7..=8).contains(&digits.len()) && first.contains('-');
    let is_foreign = (8..=15).contains(&digits.len()) && first.starts_with('+');
    is_number && (is_mobile || is_foreign || (number.contains(is_separator) && (is_land_line || is_local)))
}

/// `1,000.00`, `￥500`, `USD 500`, `5万元`, `12%`, `-3`, `叁万元整`.
fn is_amount(text: &str) -> bool {
    let amount = text.trim_start_matches(['¥', '￥', '$', '-', '+', ' ']);
    let currency =
        ["人民币", "RMB", "CNY", "USD", "US$", "HK$"].into_iter().find_map(|name| amount.strip_prefix(name));
    let whole = currency.unwrap_or(amount).trim_start();
    let amount = AMOUNT_UNITS.before(whole).min_by_key(|rest| rest.len()).unwrap_or(whole).trim();
    let is_written_out = |amount: &str| amount.chars().all(|digit| CHINESE_DIGITS.contains(digit));
    whole.strip_suffix("元整").is_some_and(is_written_out)
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
            ("9.14403E17", SuspicionKind::LostDigits),
            ("１２３４５", SuspicionKind::Number),
            ("100万美元", SuspicionKind::Amount),
            ("US$100", SuspicionKind::Amount),
            ("人民币壹佰万元整", SuspicionKind::Amount),
            ("914403001922038216.0", SuspicionKind::LostDigits),
            ("9144030019220382160000", SuspicionKind::LostDigits),
            ("100234.0", SuspicionKind::Number),
            ("100234", SuspicionKind::Number),
            ("2024-01-31", SuspicionKind::Date),
            ("2024/1/31 08:00:00", SuspicionKind::Date),
            ("2024.1.31", SuspicionKind::Date),
            ("31/1/2024", SuspicionKind::Date),
            ("2024年1月31日", SuspicionKind::Date),
            ("2024年1月31號", SuspicionKind::Date),
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
            ("2024Q1", SuspicionKind::Date),
            ("Q1 2024", SuspicionKind::Date),
            ("2024年第一季度", SuspicionKind::Date),
            ("2024 年 2 季度", SuspicionKind::Date),
            ("上半年", SuspicionKind::Date),
            ("Jan 31, 2024", SuspicionKind::Date),
            ("31 January 2024", SuspicionKind::Date),
            ("31-Jan-24", SuspicionKind::Date),
            ("Jan. 2024", SuspicionKind::Date),
            ("3/4/2024 10:30 AM", SuspicionKind::Date),
            ("10:30-11:30", SuspicionKind::Date),
            ("2024-01", SuspicionKind::Date),
            ("2024- 1", SuspicionKind::Date),
            ("3月", SuspicionKind::Date),
            ("二〇二四年一月三十一日", SuspicionKind::Date),
            ("2024年1月31日 星期三", SuspicionKind::Date),
            ("Wed Jan 31 2024", SuspicionKind::Date),
            ("上午10:30", SuspicionKind::Date),
            ("Q3 FY2024", SuspicionKind::Date),
            ("1/3", SuspicionKind::Number),
            ("1 / 3", SuspicionKind::Number),
            ("huawei.com", SuspicionKind::WebAddress),
            ("深圳市南山区科技园1号", SuspicionKind::StreetAddress),
            ("幸福路１２号3栋502室", SuspicionKind::StreetAddress),
            ("58.com", SuspicionKind::WebAddress),
            ("mail.huawei.com.cn:8080/a", SuspicionKind::WebAddress),
            ("a@example.com; b@example.com", SuspicionKind::WebAddress),
            ("+86-755-28780808", SuspicionKind::Telephone),
            ("86-13800138000", SuspicionKind::Telephone),
            ("电话0755-28780808", SuspicionKind::Telephone),
            ("+44 20 7946 0958", SuspicionKind::Telephone),
            ("138 0013 8000、139 0013 9000", SuspicionKind::Telephone),
            ("0755-28780808-801", SuspicionKind::Telephone),
        ] {
            assert_eq!(review_number(text).map(|found| found.kind), Some(kind), "{text}");
        }
    }

    #[test]
    fn names_with_digits_are_no_numbers() {
        for text in [
            ");",
            "3M中国有限公司",
            "1号店",
            "7-ELEVEN",
            "58同城",
            "E+17",
            "1E+02",
            "9.1.4E+17",
            "C&E+5",
            "7-11",
            "Q1",
            "H3C",
            "A.O.Smith",
            "E.ON",
            "北京京东世纪贸易有限公司(JD.com)",
            "Amazon.com, Inc.",
            "Q1科技",
            "Mar Trading",
            "May",
            "一年",
            "三月三",
            "T3",
            "88号",
            "100度",
            "2024年会",
            "2024-01-31年会",
            "99-1-1",
            "三元",
        ] {
            assert_eq!(review_number(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_of_any_length_is_reviewed() {
        let text = "2024年".to_owned() + &"1".repeat(100_000);
        assert_eq!(review_number(&text).map(|found| found.kind), Some(SuspicionKind::Date));
    }
}
