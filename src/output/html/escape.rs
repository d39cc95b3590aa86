//! Strangers' text on a page: visible, and never markup.

use super::super::sanitise::sanitise;
use std::borrow::Cow;
use std::fmt::Write;

/// The text as people may see it: line breaks stay, whatever steers or hides is replaced by something visible.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') {
        return sanitise(text);
    }
    let lines: Vec<Cow<'_, str>> = text.lines().map(sanitise).collect();
    Cow::Owned(lines.join("\n"))
}

/// Appends visible text as the content of an element or of a quoted attribute.
pub(super) fn push_text(text: &str, html: &mut String) {
    for character in visible(text).chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            character => html.push(character),
        }
    }
}

/// The same as a text of its own.
pub(super) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    push_text(text, &mut html);
    html
}

/// Appends JSON so that it can stand in a script element: no `<`, `>`, `&`, U+2028 or U+2029, which in JSON occur
/// in strings alone and mean the same when they are escaped.
pub(super) fn push_json_in_script(json: &str, html: &mut String) {
    for character in json.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                write!(html, "\\u{:04x}", u32::from(character)).expect("a string takes everything");
            }
            character => html.push(character),
        }
    }
}

/// Standard base64 with padding, as a content security policy spells digests.
pub(super) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = (group >> (18 - 6 * place)) & 0x3f;
            text.push(if place <= chunk.len() { char::from(ALPHABET[digit as usize]) } else { '=' });
        }
    }
    text
}

/// The number with a comma after each thousand.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::super::samples;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn markup_is_text_in_elements_and_in_attributes() {
        assert_eq!(
            escaped("<script>alert(\"1\")</script> & 'x' ]]> <!--"),
            "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39; ]]&gt; &lt;!--"
        );
        assert_eq!(escaped("a\nb\u{202e}c\0\r"), "a\nb\u{fffd}c␀⏎");
    }

    #[test]
    fn json_cannot_leave_its_script_element() {
        let mut html = String::new();
        push_json_in_script(r#"["</script><!--","a&b","#, &mut html);
        push_json_in_script("\"\u{2028}\"]", &mut html);
        assert_eq!(html, r#"["\u003c/script\u003e\u003c!--","a\u0026b","\u2028"]"#);
    }

    #[test]
    fn base64_is_that_of_the_standard() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("\u{fb}", "w7s="),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(
            [0, 999, 1000, 50_000, 1_234_567].map(grouped),
            ["0", "999", "1,000", "50,000", "1,234,567"]
        );
    }

    proptest! {
        #[test]
        fn whatever_a_vendor_sends_is_the_same_text_after_parsing(text in samples::hostile_text()) {
            let json = serde_json::to_string(&text).unwrap();
            let mut html = String::new();
            push_json_in_script(&json, &mut html);
            prop_assert!(!html.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{}", html);
            prop_assert_eq!(serde_json::from_str::<String>(&html).unwrap(), text.clone());
            let safe = !escaped(&text).contains(['<', '>', '"', '\'', '\0', '\r', '\u{202e}']);
            prop_assert!(safe, "{}", escaped(&text));
        }
    }
}
