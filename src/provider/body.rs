//! A vendor's body as one tree of JSON values, whether it was JSON or XML.
//!
//! Vendors change between numbers and strings, upper and lower case, `[]` and `{}`, and add fields without notice. The
//! functions here read such a tree tolerantly; no vendor's names are known here.

use super::{json, xml};
use crate::domain::identifier::is_digits;
use crate::domain::text::{Message, Text};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The maximum number of values of a body, to bound memory. The largest page of these vendors has about 1,500.
pub(super) const VALUE_LIMIT: usize = 500_000;

/// Reads a body. Its first character decides between JSON and XML, never its address or content type.
///
/// # Errors
/// The reason, a sentence about the body: "it is empty".
pub(super) fn read(body: &[u8]) -> Result<Value, Message> {
    let text = simdutf8::basic::from_utf8(body)
        .map_err(|_| Text::new("it is not text in UTF-8", "不是 UTF-8 文本"))?;
    let text =
        text.trim_matches(|character: char| character == '\u{feff}' || character.is_ascii_whitespace());
    if has_too_many_values(text) {
        return Err(Text::new("it has too many values", "所含数据项过多").into());
    }
    match text.as_bytes().first() {
        None => Err(Text::new("it is empty", "内容为空").into()),
        Some(b'{' | b'[') => json::read(text),
        Some(b'<') if is_html(text) => Err(Text::new("it is an HTML page", "是一个 HTML 网页").into()),
        Some(b'<') => xml::read(text),
        Some(_) => Err(Text::new("it is neither JSON nor XML", "既不是 JSON 也不是 XML").into()),
    }
}

/// Counts the characters that begin a value or follow one, also inside texts: a text may hold JSON.
fn has_too_many_values(text: &str) -> bool {
    text.len() > VALUE_LIMIT
        && text.bytes().filter(|byte| matches!(byte, b',' | b'[' | b'{' | b'<')).count() > VALUE_LIMIT
}

fn is_html(text: &str) -> bool {
    ["<!doctype html", "<html", "<head", "<body"].iter().any(|beginning| begins_with(text, beginning))
}

/// Whether a text begins so, in any upper and lower case.
pub(super) fn begins_with(text: &str, beginning: &str) -> bool {
    text.get(..beginning.len()).is_some_and(|head| head.eq_ignore_ascii_case(beginning))
}

/// The key of a name: as it is documented, else in other upper and lower case; of several, the last.
pub(super) fn key_of<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a String> {
    match members.get_key_value(name) {
        Some((key, _)) => Some(key),
        None => members.keys().rev().find(|key| key.eq_ignore_ascii_case(name)),
    }
}

/// The value under a name, whatever its upper and lower case.
pub(super) fn get<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let members = value.as_object()?;
    members.get(key_of(members, name)?)
}

/// The same, moved out of the tree; null if there is none.
pub(super) fn take(value: &mut Value, name: &str) -> Value {
    let key = value.as_object().and_then(|members| key_of(members, name)).cloned();
    key.map_or(Value::Null, |key| value[key].take())
}

/// A number or a text that is not blank, trimmed. An integral number that went through a double is an integer.
pub(super) fn scalar(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Number(number) => Some(integer_digits(number.as_str()).unwrap_or(number.as_str().into())),
        Value::String(text) => match text.trim() {
            "" => None,
            text if text.contains('.') => Some(integer_digits(text).unwrap_or(text.into())),
            text => Some(text.into()),
        },
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The digits of an integer that may be written as a double: `0.0`, `30.0`, `3.0778596E7`. `None` for another number
/// or text.
pub(super) fn integer_digits(number: &str) -> Option<Cow<'_, str>> {
    let unsigned = number.strip_prefix('-').unwrap_or(number);
    if is_digits(unsigned) {
        return Some(number.into());
    }
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let exponent: usize = exponent.parse().ok().filter(|exponent| *exponent <= 30)?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > exponent {
        return None;
    }
    let digits = format!("{whole}{fraction:0<exponent$}");
    let digits = digits.trim_start_matches('0');
    let sign = if number.starts_with('-') && !digits.is_empty() { "-" } else { "" };
    Some(if digits.is_empty() { "0".into() } else { format!("{sign}{digits}").into() })
}

/// Whether it has no content: null, a blank text, `[]` or `{}`.
pub(super) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.chars().all(char::is_whitespace),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_first_character_decides_between_json_and_xml() {
        for body in [
            "{\"code\":\"2\"}",
            " \r\n\t{\"code\":\"2\"}\n",
            "\u{feff}{\"code\":\"2\"}",
            "<a><code>2</code></a>",
            "\u{feff}\r\n<a><code>2</code></a>",
        ] {
            assert_eq!(read(body.as_bytes()), Ok(json!({"code": "2"})), "{body}");
        }
    }

    #[test]
    fn what_is_neither_says_what_it_is() {
        for (body, reason) in [
            (&b""[..], "it is empty"),
            (b" \r\n", "it is empty"),
            (b"\xef\xbb\xbf", "it is empty"),
            (b"<!DOCTYPE html><html></html>", "it is an HTML page"),
            (b"<HTML><body>502</body></HTML>", "it is an HTML page"),
            (b"{\"msg\":\"\xb2\xe9\xd1\xaf\"}", "it is not text in UTF-8"),
            (b"\x89PNG\r\n", "it is not text in UTF-8"),
            (b"OK", "it is neither JSON nor XML"),
            (b"\"text\"", "it is neither JSON nor XML"),
        ] {
            assert_eq!(read(body).unwrap_err().en(), reason);
        }
    }

    #[test]
    fn values_are_counted_before_they_take_memory() {
        let array = |values: usize| format!("[{}]", vec!["1"; values].join(","));
        let in_a_text = |values: usize| format!("{{\"staff\":\"{}\"}}", array(values));
        let elements = |values: usize| format!("<r>{}</r>", "<a/>".repeat(values));
        for body in [array(VALUE_LIMIT), in_a_text(VALUE_LIMIT - 2), elements(VALUE_LIMIT - 2)] {
            assert!(read(body.as_bytes()).is_ok());
        }
        for body in [array(VALUE_LIMIT + 1), in_a_text(VALUE_LIMIT + 1), elements(VALUE_LIMIT)] {
            assert_eq!(read(body.as_bytes()).unwrap_err().en(), "it has too many values");
        }
    }

    #[test]
    fn names_are_found_in_any_case_and_the_documented_spelling_wins() {
        let body = r#"{"Items":1,"items":2,"items":3,"ITEMS":4,"Total":5,"TOTAL":6}"#;
        let mut tree = read(body.as_bytes()).unwrap();
        assert_eq!(get(&tree, "items"), Some(&json!(3)));
        assert_eq!(get(&tree, "Items"), Some(&json!(1)));
        assert_eq!(get(&tree, "absent"), None);
        assert_eq!((take(&mut tree, "total"), take(&mut tree, "absent")), (json!(6), Value::Null));
    }

    #[test]
    fn an_integer_that_went_through_a_double_is_an_integer() {
        for (number, digits) in [
            ("0.0", Some("0")),
            ("-0.0", Some("0")),
            ("30.0", Some("30")),
            ("3.0778596E7", Some("30778596")),
            ("3.0778596e+7", Some("30778596")),
            ("1.6763904E12", Some("1676390400000")),
            ("-15e1", Some("-150")),
            ("1359050784083415123456", Some("1359050784083415123456")),
            ("007", Some("007")),
            ("1.5", None),
            ("3.07785961E7", Some("30778596.1")),
            ("1e-3", None),
            ("1e999", None),
            ("1.", None),
            (".5", None),
            ("V1.0", None),
            ("", None),
        ] {
            let expected = digits.filter(|digits| !digits.contains('.'));
            assert_eq!(integer_digits(number).as_deref(), expected, "{number}");
        }
        for (value, expected) in [
            (json!(" 1.0 "), Some("1")),
            (json!("12e5"), Some("12e5")),
            (json!("V1.0"), Some("V1.0")),
            (json!("　"), None),
            (json!(true), None),
        ] {
            assert_eq!(scalar(&value).as_deref(), expected, "{value}");
        }
    }
}
