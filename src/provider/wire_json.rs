//! JSON into the tree of [`super::wire_value`]: borrowed where nothing is escaped, numbers exact.
//!
//! The first pass is fast and knows whole numbers only. A body with other numbers, or one that fails, is read
//! again more carefully; escapes of half a character (`"\ud800"`) become U+FFFD, so that no paid page is lost
//! to them.

use super::wire_value::{DEPTH_LIMIT, Detail, Unreadable, WireValue};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Reads a text that begins with `{` or `[`.
pub(super) fn read(text: &str, detail: Detail) -> Result<WireValue<'_>, Unreadable> {
    // What is skimmed is not counted on the way, and must not pass where the whole will not.
    if detail == Detail::Skimmed && is_too_deep(text) {
        return Err(Unreadable::TooDeep);
    }
    let start = Reading { depth: 0, detail, numbers: Numbers::Whole, expected: 0 };
    start.of_document(text).or_else(|_| read_carefully(text, detail)).map_err(|error| {
        if is_too_deep(text) {
            return Unreadable::TooDeep;
        }
        if error.is_eof() {
            return Unreadable::JsonBreaksOff;
        }
        Unreadable::InvalidJson { line: error.line(), column: error.column() }
    })
}

fn read_carefully(text: &str, detail: Detail) -> Result<WireValue<'_>, serde_json::Error> {
    let start = Reading { depth: 0, detail, numbers: Numbers::Exact, expected: 0 };
    start.of_document(text).or_else(|error| {
        let escaped = with_control_characters_escaped(text);
        let mended = without_lone_surrogates(&escaped).map_or(escaped, Cow::Owned);
        if let Cow::Owned(mended) = mended {
            start.of_document(&mended).map(WireValue::into_owned)
        } else {
            Err(error)
        }
    })
}

/// How numbers are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbers {
    /// As whole numbers; any other is an error that has the body read again.
    Whole,
    /// As they are written, at the price of going over nested values once for each level.
    Exact,
}

#[derive(Clone, Copy)]
struct Reading {
    depth: usize,
    detail: Detail,
    numbers: Numbers,
    /// How many members the object is likely to have.
    expected: usize,
}

impl Reading {
    fn of_document(self, text: &str) -> Result<WireValue<'_>, serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let value = self.deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(value)
    }

    fn of_raw(self, raw: &str) -> Result<WireValue<'_>, serde_json::Error> {
        if raw.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
            return Ok(raw.parse().map_or(WireValue::Number(Cow::Borrowed(raw)), |number: i64| {
                // "-0" is the one whole number that does not keep its text
                if raw == "-0" { WireValue::Number(Cow::Borrowed(raw)) } else { WireValue::Integer(number) }
            }));
        }
        self.of_document(raw)
    }

    fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.depth == DEPTH_LIMIT {
            return Err(E::custom("nested too deeply"));
        }
        Ok(Self { depth: self.depth + 1, expected: 0, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Reading {
    type Value = WireValue<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reading {
    type Value = WireValue<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(WireValue::Null)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(WireValue::Boolean(truth))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(WireValue::Integer(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(number)
            .map_or_else(|_| WireValue::Number(number.to_string().into()), WireValue::Integer))
    }

    fn visit_f64<E: Error>(self, _number: f64) -> Result<Self::Value, E> {
        Err(E::custom("a number that is not whole"))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(WireValue::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(WireValue::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut deeper = Self { expected: 8, ..self.deeper()? };
        let mut items = Vec::new();
        if self.detail == Detail::Skimmed {
            while let Some(item) = sequence.next_element_seed(Outline)? {
                items.push(item);
            }
            return Ok(WireValue::List(items));
        }
        loop {
            let item = match self.numbers {
                Numbers::Whole => sequence.next_element_seed(deeper)?,
                Numbers::Exact => match sequence.next_element::<&'de RawValue>()? {
                    Some(raw) => Some(deeper.of_raw(raw.get()).map_err(A::Error::custom)?),
                    None => None,
                },
            };
            let Some(item) = item else { return Ok(WireValue::List(items)) };
            if let WireValue::Object(members) = &item {
                deeper.expected = members.len();
            }
            items.push(item);
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let deeper = self.deeper()?;
        let mut members = Vec::with_capacity(self.expected);
        while let Some(name) = map.next_key_seed(Name)? {
            let value = match self.numbers {
                Numbers::Whole => map.next_value_seed(deeper)?,
                Numbers::Exact => {
                    let raw = map.next_value::<&'de RawValue>()?;
                    deeper.of_raw(raw.get()).map_err(A::Error::custom)?
                }
            };
            members.push((name, value));
        }
        Ok(WireValue::Object(members))
    }
}

/// A name, borrowed where nothing in it is escaped.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// An element of an array of which only the shape is wanted: an empty object for any object, null for the rest.
struct Outline;

impl<'de> DeserializeSeed<'de> for Outline {
    type Value = WireValue<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Outline {
    type Value = WireValue<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(WireValue::Null)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(WireValue::Null)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(WireValue::Null)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(WireValue::Null)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(WireValue::Null)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> {
        Ok(WireValue::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        while sequence.next_element::<IgnoredAny>()?.is_some() {}
        Ok(WireValue::Null)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(WireValue::Object(Vec::new()))
    }
}

/// Whether more than [`DEPTH_LIMIT`] arrays and objects are open at once.
fn is_too_deep(text: &str) -> bool {
    // Hardly a page has so many of them at all.
    if memchr::memchr2_iter(b'[', b'{', text.as_bytes()).nth(DEPTH_LIMIT).is_none() {
        return false;
    }
    let mut depth = 0_usize;
    let (mut in_string, mut escaped) = (false, false);
    text.bytes().any(|byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEPTH_LIMIT
    })
}

/// The text with the control characters inside its strings escaped, as careless back ends forget to.
fn with_control_characters_escaped(text: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    let mut copied = 0;
    let (mut in_string, mut escaped) = (false, false);
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            0..=0x1f if in_string => {
                mended.push_str(&text[copied..index]);
                mended.push_str(&format!("\\u{byte:04x}"));
                copied = index + 1;
            }
            _ => {}
        }
    }
    if copied == 0 { Cow::Borrowed(text) } else { Cow::Owned(mended + &text[copied..]) }
}

/// The text with every escape of half a surrogate pair replaced by that of U+FFFD; `None` if it has none.
fn without_lone_surrogates(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut mended = String::new();
    let mut copied = 0;
    let mut index = 0;
    while let Some(found) = memchr::memchr(b'\\', &bytes[index..]) {
        let escape = index + found;
        index = escape + 2;
        match escaped_unit(bytes, escape) {
            Some(0xD800..=0xDBFF) if matches!(escaped_unit(bytes, escape + 6), Some(0xDC00..=0xDFFF)) => {
                index = escape + 12;
            }
            Some(0xD800..=0xDFFF) => {
                mended.push_str(&text[copied..escape]);
                mended.push_str("\\ufffd");
                index = escape + 6;
                copied = index;
            }
            Some(_) => index = escape + 6,
            None => {}
        }
        if index >= bytes.len() {
            break;
        }
    }
    (copied > 0).then(|| mended + &text[copied..])
}

/// The number in `\uXXXX` at `start`.
fn escaped_unit(bytes: &[u8], start: usize) -> Option<u16> {
    let digits = bytes.get(start..start + 6)?.strip_prefix(b"\\u")?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> WireValue<'_> {
        read(text, Detail::Whole).unwrap_or_else(|error| panic!("{text}: {}", error.reason()))
    }

    fn nested(depth: usize) -> String {
        format!("{}{}", "[".repeat(depth), "]".repeat(depth))
    }

    #[test]
    fn numbers_keep_their_text() {
        for number in ["0", "-1", "9007199254740993", "-9223372036854775808"] {
            let body = format!("[{number}]");
            assert_eq!(whole(&body), WireValue::List(vec![WireValue::Integer(number.parse().unwrap())]));
        }
        for number in ["9223372036854775808", "123456789012345678901234567890", "1.10", "1E5", "-0", "1e999"]
        {
            let body = format!("{{\"a\":[{number}, 7]}}");
            let expected = vec![WireValue::Number(number.into()), WireValue::Integer(7)];
            assert_eq!(whole(&body), WireValue::Object(vec![("a".into(), WireValue::List(expected))]));
        }
    }

    #[test]
    fn texts_are_borrowed_unless_they_are_escaped() {
        let WireValue::Object(members) = whole(r#"{"名":"乐视","b\u4e00":"\"\n一"}"#) else { panic!() };
        assert!(matches!(&members[0], (Cow::Borrowed("名"), WireValue::Text(Cow::Borrowed("乐视")))));
        assert!(matches!(&members[1], (Cow::Owned(name), WireValue::Text(Cow::Owned(text)))
            if name == "b一" && text == "\"\n一"));
    }

    #[test]
    fn half_a_surrogate_pair_costs_one_character_and_not_the_page() {
        let body = r#"{"a\udc00":"x\ud800y","b":"\ud83d\ude00","c":"\\ud800","d":"\uD800\uD800","e":1.5}"#;
        let expected = r#"{"a\ufffd":"x\ufffdy","b":"😀","c":"\\ud800","d":"\ufffd\ufffd","e":1.5}"#;
        assert_eq!(whole(body), whole(expected));
        assert_eq!(whole(r#"["\ud800\n"]"#), whole(r#"["\ufffd\n"]"#));
    }

    #[test]
    fn a_raw_control_character_in_a_string_does_not_cost_the_page() {
        let body = "{\n\"a\": \"x\ny\\\"\tz\", \"b\": \"\\\\\", \"c\": \"\u{0}\\ud800\"}";
        assert_eq!(whole(body), whole(r#"{"a":"x\ny\"\tz","b":"\\","c":"\u0000\ufffd"}"#));
        assert!(read("{\"a\": \"x\ny", Detail::Whole).is_err());
    }

    #[test]
    fn depth_is_bounded_in_the_same_way_however_much_is_read() {
        for detail in [Detail::Whole, Detail::Skimmed] {
            assert!(read(&nested(DEPTH_LIMIT), detail).is_ok());
            assert!(read(&format!("[{},\"[[[[\\\"[[[[\"]", nested(DEPTH_LIMIT - 1)), detail).is_ok());
            for depth in [DEPTH_LIMIT + 1, 100_000] {
                for body in
                    [nested(depth), format!("{{\"a\":{}}}", nested(depth - 1)), "[{\"a\":".repeat(depth)]
                {
                    assert_eq!(read(&body, detail), Err(Unreadable::TooDeep));
                }
            }
        }
    }

    #[test]
    fn skimming_sees_the_objects_around_arrays_and_the_shape_of_their_elements() {
        let body =
            r#"{"code":2,"result":{"total":"3","lists":[{"a":1.5},{},"\u4e00",null,[1]],"p":{"q":[]}}}"#;
        let tree = read(body, Detail::Skimmed).unwrap();
        let result = tree.get("result").unwrap();
        let object = || WireValue::Object(Vec::new());
        let shapes = vec![object(), object(), WireValue::Null, WireValue::Null, WireValue::Null];
        assert_eq!(result.get("lists"), Some(&WireValue::List(shapes)));
        assert_eq!(result.get("total").and_then(WireValue::count), Some(3));
        assert_eq!(result.get("p").unwrap().get("q"), Some(&WireValue::List(Vec::new())));
    }

    #[test]
    fn what_is_not_json_says_where() {
        for (body, reason) in [
            ("{\"a\":1", "it is JSON that breaks off"),
            ("[", "it is JSON that breaks off"),
            ("{\"a\":1}x", "it is not valid JSON (line 1, column 8)"),
            ("{\"a\":\n01}", "it is not valid JSON (line 2, column 2)"),
            ("{'a':1}", "it is not valid JSON (line 1, column 2)"),
            ("[1,]", "it is not valid JSON (line 1, column 4)"),
        ] {
            for detail in [Detail::Whole, Detail::Skimmed] {
                assert_eq!(read(body, detail).unwrap_err().reason().en(), reason, "{body}");
            }
        }
    }
}
