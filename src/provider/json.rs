//! JSON as careless back ends write it: exact numbers, raw control characters and halves of surrogate pairs.

use crate::domain::text::{Message, Text, message};
use serde_json::{Error, Value};

/// The deepest nesting that `serde_json` reads.
pub(super) const DEPTH_LIMIT: usize = 127;

/// The reason for a body that is nested deeper.
pub(super) const TOO_DEEP: Text = Text::new("it is nested too deeply", "嵌套过深");

/// Reads a text that begins with `{` or `[`. A fault in a string's characters does not cost the page.
pub(super) fn read(text: &str) -> Result<Value, Message> {
    serde_json::from_str(text)
        .or_else(|_| serde_json::from_str(&with_faulty_characters_escaped(text)))
        .map_err(|error| reason(&error))
}

fn reason(error: &Error) -> Message {
    if error.to_string().starts_with("recursion limit exceeded") {
        TOO_DEEP.into()
    } else if error.is_eof() {
        Text::new("the JSON is cut off", "JSON 不完整").into()
    } else {
        let (line, column) = (error.line(), error.column());
        message!(
            "it is not valid JSON (line {line}, column {column})",
            "不是有效的 JSON（第 {line} 行第 {column} 列）"
        )
    }
}

/// The text with the control characters in its strings escaped, and each half of a surrogate pair replaced by U+FFFD.
fn with_faulty_characters_escaped(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    let (mut rest, mut in_string) = (text, false);
    while let Some(character) = rest.chars().next() {
        in_string ^= character == '"';
        let (length, replacement) = match character {
            '\\' if in_string => escape_at_start(rest),
            '\0'..='\x1f' if in_string => (1, Some(format!("\\u{:04x}", u32::from(character)))),
            _ => (character.len_utf8(), None),
        };
        mended.push_str(replacement.as_deref().unwrap_or(&rest[..length]));
        rest = &rest[length..];
    }
    mended
}

/// The length of the escape at the start, and what replaces it.
fn escape_at_start(text: &str) -> (usize, Option<String>) {
    match escaped_unit(text) {
        Some(0xD800..=0xDBFF) if matches!(escaped_unit(&text[6..]), Some(0xDC00..=0xDFFF)) => (12, None),
        Some(0xD800..=0xDFFF) => (6, Some("\\ufffd".to_owned())),
        _ => (1 + text[1..].chars().next().map_or(0, char::len_utf8), None),
    }
}

/// The number in `\uXXXX` at the start.
fn escaped_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> Value {
        read(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn numbers_keep_their_text() {
        for number in [
            "0",
            "-1",
            "9007199254740993",
            "9223372036854775808",
            "123456789012345678901234567890",
            "1.10",
            "-0",
            "1e+999",
        ] {
            assert_eq!(whole(&format!("[{number}, 7]"))[0].to_string(), number);
        }
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
        assert!(read("{\"a\": \"x\ny").is_err());
        assert!(read("[\"\\中\"]").is_err());
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(&nested(DEPTH_LIMIT)).is_ok());
        for depth in [DEPTH_LIMIT + 1, 100_000] {
            for body in [nested(depth), format!("{{\"a\":{}}}", nested(depth - 1)), "[{\"a\":".repeat(depth)]
            {
                assert_eq!(read(&body), Err(TOO_DEEP.into()));
            }
        }
    }

    #[test]
    fn what_is_not_json_says_where() {
        for (body, reason) in [
            ("{\"a\":1", "the JSON is cut off"),
            ("[", "the JSON is cut off"),
            ("{\"a\":1}x", "it is not valid JSON (line 1, column 8)"),
            ("{\"a\":\n01}", "it is not valid JSON (line 2, column 2)"),
            ("{'a':1}", "it is not valid JSON (line 1, column 2)"),
            ("[1,]", "it is not valid JSON (line 1, column 4)"),
        ] {
            assert_eq!(read(body).unwrap_err().en(), reason, "{body}");
        }
    }
}
