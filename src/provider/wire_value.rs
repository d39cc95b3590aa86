//! What a vendor sent, as one small tree, whichever of JSON and XML it was.
//!
//! The tree stands in place of a vendor-shaped struct for each interface: these vendors change between numbers
//! and strings, upper and lower case, `[]` and `{}`, one item and many, and fields that nobody documented must be
//! kept, none of which a derived struct reads without losing a page that was paid for. This module knows the
//! tree and where it comes from; it knows no vendor and builds no record.

use super::{wire_json, wire_xml};
use crate::domain::text::{Message, Text, message};
use std::borrow::Cow;

/// How deep a body may be nested, in JSON and in XML alike.
pub(super) const DEPTH_LIMIT: usize = 64;

/// How many values a body may hold. The largest body full of ordinary records has a million; one full of empty values
/// has ten times as many, each of which takes fifty times its room in memory.
pub(super) const VALUE_LIMIT: usize = 1_500_000;

/// A name and its value, in the order of the body.
pub(super) type Member<'a> = (Cow<'a, str>, WireValue<'a>);

/// One value of a body. XML knows texts, lists and objects only.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum WireValue<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number that fits; its text is exact.
    Integer(i64),
    /// Any other number, exactly as it was written.
    Number(Cow<'a, str>),
    /// A text, unescaped but not trimmed.
    Text(Cow<'a, str>),
    /// A JSON array, or an XML element that is repeated.
    List(Vec<Self>),
    /// A JSON object, or an XML element with elements in it. A name that JSON repeats stands here twice.
    Object(Vec<Member<'a>>),
}

/// How much of a body is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// All of it.
    Whole,
    /// The syntax of all of it, but of the elements of a JSON array only whether they are objects.
    Skimmed,
}

/// Why a body cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unreadable {
    NotUtf8,
    Empty,
    HtmlPage,
    NeitherJsonNorXml,
    TooDeep,
    JsonBreaksOff,
    InvalidJson { line: usize, column: usize },
    XmlBreaksOff,
    NotWellFormedXml,
    Refusal,
    NoResultCode,
    NoList,
    ListIsNoList,
    NoRecord,
    TooManyRecords,
    TooManyValues,
}

impl Unreadable {
    /// The reason, which completes "the answer cannot be understood: ".
    pub(super) fn reason(&self) -> Message {
        let words = match self {
            Self::InvalidJson { line, column } => {
                return message!(
                    "it is not valid JSON (line {line}, column {column})",
                    "不是有效的 JSON（第 {line} 行第 {column} 列）"
                );
            }
            Self::NotUtf8 => Text::new("it is not text in UTF-8", "不是 UTF-8 文本"),
            Self::Empty => Text::new("it is empty", "内容为空"),
            Self::HtmlPage => Text::new("it is an HTML page", "是一个 HTML 网页"),
            Self::NeitherJsonNorXml => Text::new("it is neither JSON nor XML", "既不是 JSON 也不是 XML"),
            Self::TooDeep => Text::new("it is nested too deeply", "嵌套过深"),
            Self::JsonBreaksOff => Text::new("it is JSON that breaks off", "是中途截断的 JSON"),
            Self::XmlBreaksOff => Text::new("it is XML that breaks off", "是中途截断的 XML"),
            Self::NotWellFormedXml => Text::new("it is not well-formed XML", "不是格式良好的 XML"),
            Self::Refusal => Text::new("it is a refusal and no answer", "是拒绝信息而不是应答"),
            Self::NoResultCode => Text::new("it carries no result code", "没有返回码"),
            Self::NoList => Text::new("it says success but carries no list", "声称成功却没有列表"),
            Self::ListIsNoList => Text::new("its list is no list", "其列表不是列表"),
            Self::NoRecord => {
                Text::new("its list holds something that is no record", "其列表中有非记录的内容")
            }
            Self::TooManyRecords => {
                Text::new("it holds more records than any page has", "其记录多于任何一页所能有的")
            }
            Self::TooManyValues => {
                Text::new("it holds more values than any answer has", "其中的值多于任何应答所能有的")
            }
        };
        words.into()
    }
}

/// Reads a body. Its first character that is not blank decides between JSON and XML, never its address.
pub(super) fn read(body: &[u8], detail: Detail) -> Result<WireValue<'_>, Unreadable> {
    let text = simdutf8::basic::from_utf8(body).map_err(|_| Unreadable::NotUtf8)?;
    let text =
        text.trim_matches(|character: char| character == '\u{feff}' || character.is_ascii_whitespace());
    if holds_too_many_values(text) {
        return Err(Unreadable::TooManyValues);
    }
    match text.as_bytes().first() {
        None => Err(Unreadable::Empty),
        Some(b'{' | b'[') => wire_json::read(text, detail),
        Some(b'<') if is_html(text) => Err(Unreadable::HtmlPage),
        Some(b'<') => wire_xml::read(text),
        Some(_) => Err(Unreadable::NeitherJsonNorXml),
    }
}

/// Counted without reading: there are no more values than characters before which, or after which, one begins. Those
/// inside of texts count too, for a text may hold JSON.
fn holds_too_many_values(text: &str) -> bool {
    text.len() > VALUE_LIMIT
        && text.bytes().filter(|byte| matches!(byte, b',' | b'[' | b'{' | b'<')).count() > VALUE_LIMIT
}

fn is_html(text: &str) -> bool {
    ["<!doctype html", "<html", "<head", "<body"]
        .iter()
        .any(|start| text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)))
}

/// The position of a name: as it is documented, else in other upper and lower case; of several, the last, as
/// every JSON reader has it.
fn position(members: &[Member<'_>], name: &str) -> Option<usize> {
    members
        .iter()
        .rposition(|(key, _)| key == name)
        .or_else(|| members.iter().rposition(|(key, _)| key.eq_ignore_ascii_case(name)))
}

impl WireValue<'_> {
    /// The value under a name, whatever its upper and lower case.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        position(members, name).map(|index| &members[index].1)
    }

    /// The same, taken out of the tree.
    pub(super) fn take(&mut self, name: &str) -> Option<Self> {
        let Self::Object(members) = self else { return None };
        position(members, name).map(|index| std::mem::replace(&mut members[index].1, Self::Null))
    }

    /// A number or a text that is not blank, trimmed; numbers exactly as they were written.
    pub(super) fn scalar(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Integer(number) => Some(number.to_string().into()),
            Self::Number(text) => Some(Cow::Borrowed(text)),
            Self::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()).map(Cow::Borrowed),
            Self::Null | Self::Boolean(_) | Self::List(_) | Self::Object(_) => None,
        }
    }

    /// A count, as a number or as a text of digits.
    pub(super) fn count(&self) -> Option<u64> {
        self.scalar()?.parse().ok()
    }

    /// Whether it says nothing: null, a blank text, `[]` or `{}`.
    pub(super) fn is_blank(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.chars().all(char::is_whitespace),
            Self::List(items) => items.is_empty(),
            Self::Object(members) => members.is_empty(),
            Self::Boolean(_) | Self::Integer(_) | Self::Number(_) => false,
        }
    }

    /// The tree without its body.
    pub(super) fn into_owned(self) -> WireValue<'static> {
        match self {
            Self::Null => WireValue::Null,
            Self::Boolean(truth) => WireValue::Boolean(truth),
            Self::Integer(number) => WireValue::Integer(number),
            Self::Number(text) => WireValue::Number(Cow::Owned(text.into_owned())),
            Self::Text(text) => WireValue::Text(Cow::Owned(text.into_owned())),
            Self::List(items) => WireValue::List(items.into_iter().map(Self::into_owned).collect()),
            Self::Object(members) => WireValue::Object(
                members
                    .into_iter()
                    .map(|(name, value)| (Cow::Owned(name.into_owned()), value.into_owned()))
                    .collect(),
            ),
        }
    }

    /// The same as JSON. A number that a double would change becomes its text.
    pub(super) fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Boolean(truth) => (*truth).into(),
            Self::Integer(number) => (*number).into(),
            Self::Number(text) => exact_number(text).unwrap_or_else(|| (**text).into()),
            Self::Text(text) => (**text).into(),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
            Self::Object(members) => serde_json::Value::Object(
                members.iter().map(|(name, value)| (name.to_string(), value.to_json())).collect(),
            ),
        }
    }
}

/// The number where JSON of double precision holds it; fifteen digits always survive.
fn exact_number(text: &str) -> Option<serde_json::Value> {
    if let Ok(number) = text.parse::<u64>() {
        return Some(number.into());
    }
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let number: f64 = text.parse().ok()?;
    let is_zero = digits.bytes().all(|digit| digit == b'0');
    let survives = digits.trim_start_matches('0').len() <= 15 && (number.is_normal() || is_zero);
    survives.then(|| serde_json::Number::from_f64(number)).flatten().map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> WireValue<'_> {
        WireValue::Text(Cow::Borrowed(value))
    }

    #[test]
    fn the_first_character_decides_between_json_and_xml() {
        let object = WireValue::Object(vec![("code".into(), text("2"))]);
        for body in [
            "{\"code\":\"2\"}",
            " \r\n\t{\"code\":\"2\"}\n",
            "\u{feff}{\"code\":\"2\"}",
            "<a><code>2</code></a>",
        ] {
            assert_eq!(read(body.as_bytes(), Detail::Whole), Ok(object.clone()), "{body}");
        }
        assert_eq!(read("\u{feff}\r\n<a><code>2</code></a>".as_bytes(), Detail::Whole), Ok(object));
    }

    #[test]
    fn what_is_neither_says_what_it_is() {
        for (body, reason) in [
            (&b""[..], Unreadable::Empty),
            (b" \r\n", Unreadable::Empty),
            (b"\xef\xbb\xbf", Unreadable::Empty),
            (b"<!DOCTYPE html><html></html>", Unreadable::HtmlPage),
            (b"<HTML><body>502</body></HTML>", Unreadable::HtmlPage),
            (b"{\"msg\":\"\xb2\xe9\xd1\xaf\"}", Unreadable::NotUtf8),
            (b"\x89PNG\r\n", Unreadable::NotUtf8),
            (b"OK", Unreadable::NeitherJsonNorXml),
            (b"\"text\"", Unreadable::NeitherJsonNorXml),
        ] {
            assert_eq!(read(body, Detail::Whole), Err(reason));
        }
    }

    #[test]
    fn values_are_counted_before_they_take_memory() {
        let array = |values: usize| format!("[{}]", vec!["1"; values].join(","));
        let in_a_text = |values: usize| format!("{{\"staff\":\"{}\"}}", array(values));
        let elements = |values: usize| format!("<r>{}</r>", "<a/>".repeat(values));
        for detail in [Detail::Whole, Detail::Skimmed] {
            for body in [array(VALUE_LIMIT), in_a_text(VALUE_LIMIT - 2), elements(VALUE_LIMIT - 2)] {
                assert!(read(body.as_bytes(), detail).is_ok());
            }
            for body in [array(VALUE_LIMIT + 1), in_a_text(VALUE_LIMIT + 1), elements(VALUE_LIMIT)] {
                assert_eq!(read(body.as_bytes(), detail), Err(Unreadable::TooManyValues));
            }
        }
    }

    #[test]
    fn names_are_found_in_any_case_and_the_documented_spelling_wins() {
        let body = r#"{"Items":1,"items":2,"items":3,"ITEMS":4,"Total":5,"TOTAL":6}"#;
        let tree = read(body.as_bytes(), Detail::Whole).unwrap();
        assert_eq!(tree.get("items"), Some(&WireValue::Integer(3)));
        assert_eq!(tree.get("Items"), Some(&WireValue::Integer(1)));
        assert_eq!(tree.get("total"), Some(&WireValue::Integer(6)));
        assert_eq!(tree.get("absent"), None);
    }

    #[test]
    fn json_numbers_are_exact_or_become_their_text() {
        for (number, json) in [
            ("1.5", "1.5"),
            ("18446744073709551615", "18446744073709551615"),
            ("1e3", "1000.0"),
            ("0.0", "0.0"),
            ("123456789012345678901234567890", "\"123456789012345678901234567890\""),
            ("1e999", "\"1e999\""),
            ("0.12345678901234567", "\"0.12345678901234567\""),
        ] {
            assert_eq!(WireValue::Number(number.into()).to_json().to_string(), json, "{number}");
        }
    }
}
