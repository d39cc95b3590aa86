//! Text of vendors and lists in a form that is safe on a terminal.
//!
//! Characters that could control a terminal or deceive a reader are replaced by visible ones: C0 controls by their
//! pictures (`␛`, `␀`, `␉`), line breaks by `⏎`, and C1 controls, bidi controls, invisible characters and
//! invisible fillers by U+FFFD. Everything people write stays: Chinese with rare Han and its variation
//! selectors, combining marks, emoji with their joiners.

use crate::domain::invisible::is_invisible;
use std::borrow::Cow;

const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;
const ZERO_WIDTH_JOINER: char = '\u{200d}';

/// The text in a form that is safe on a terminal, on one line. Borrowed if nothing is replaced.
///
/// ```
/// use hecha::output::sanitise::sanitise;
/// assert_eq!(sanitise("乐视\u{1b}[31m云\n"), "乐视␛[31m云⏎");
/// ```
pub fn sanitise(text: &str) -> Cow<'_, str> {
    let characters: Vec<char> = text.replace("\r\n", "\n").chars().collect();
    let shown = |(place, character): (usize, &char)| {
        if joins_emoji(&characters, place) { *character } else { shown(*character) }
    };
    let clean: String = characters.iter().enumerate().map(shown).collect();
    if clean == text { Cow::Borrowed(text) } else { Cow::Owned(clean) }
}

/// The replacement of a character, or itself.
fn shown(character: char) -> char {
    match character {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => '⏎',
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(character)).unwrap_or(REPLACEMENT),
        '\x7f' => '␡',
        _ if is_invisible(character) => REPLACEMENT,
        _ => character,
    }
}

/// Whether a zero-width joiner stands between two emoji, which it may join. Symbols and variation selectors count as emoji.
fn joins_emoji(characters: &[char], place: usize) -> bool {
    let is_emoji = |character: &char| {
        matches!(character, '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
            && !is_invisible(*character)
    };
    let is_between = || is_emoji(&characters[place - 1]) && characters.get(place + 1).is_some_and(is_emoji);
    characters[place] == ZERO_WIDTH_JOINER && place > 0 && is_between()
}

/// JSON in which characters that control a terminal or are invisible are written as `\uXXXX`. They occur only in its
/// strings, which stay exact. Line breaks between its tokens stay.
pub fn escaped_in_json(json: &str) -> Cow<'_, str> {
    if json.lines().all(|line| matches!(sanitise(line), Cow::Borrowed(_))) {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len() + 64);
    let (mut single, mut units) = ([0; 4], [0; 2]);
    for character in json.chars() {
        if character == '\n' || matches!(sanitise(character.encode_utf8(&mut single)), Cow::Borrowed(_)) {
            escaped.push(character);
        } else {
            escaped.extend(character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn what_people_write_is_untouched_and_not_copied() {
        for text in [
            "",
            "plain ASCII ~",
            "乐视云计算有限公司（北京）",
            "𠮷野家 𫝆 龘 辻\u{e0100}",
            "👨\u{200d}👩\u{200d}👧\u{200d}👦 👍🏽 ❤\u{fe0f}\u{200d}🔥 🇨🇳 1\u{fe0f}\u{20e3}",
            "e\u{301} ở שָׁלוֹם",
            "\u{e000} private use of old fonts",
        ] {
            assert!(matches!(sanitise(text), Cow::Borrowed(same) if same == text), "{text:?}");
        }
    }

    #[test]
    fn controls_are_shown_and_not_obeyed() {
        assert_eq!(sanitise("a\u{1b}]0;title\u{7}b"), "a␛]0;title␇b");
        assert_eq!(sanitise("one\r\ntwo\nthree\rfour\u{2028}five"), "one⏎two⏎three⏎four⏎five");
        assert_eq!(sanitise("\0\t\x08\x7f\u{9b}31m"), "␀␉␈␡\u{fffd}31m");
    }

    #[test]
    fn order_and_invisibility_cannot_deceive() {
        for character in "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{200b}\u{200c}\
                          \u{200e}\u{200f}\u{2060}\u{2063}\u{feff}\u{ad}\u{61c}\u{3164}\u{e0041}\u{180e}\u{206a}"
            .chars()
        {
            assert_eq!(sanitise(&format!("a{character}b")), "a\u{fffd}b", "{:x}", u32::from(character));
        }
    }

    #[test]
    fn a_joiner_outside_an_emoji_is_shown() {
        assert_eq!(sanitise("甲\u{200d}乙"), "甲\u{fffd}乙");
        assert_eq!(sanitise("👨\u{200d}"), "👨\u{fffd}");
        assert_eq!(sanitise("\u{200d}👨"), "\u{fffd}👨");
        assert_eq!(sanitise("👨\u{200d}\u{2800}"), "👨\u{fffd}\u{fffd}", "an invisible symbol");
    }

    #[test]
    fn json_for_a_terminal_keeps_its_text_and_steers_nothing() {
        let text = "一\u{1b}[31m二\u{9b}三\u{202e}四\u{7f}五\u{e0041}六👩\u{200d}🚀\n\r";
        for written in [json!({ "message": text }).to_string(), format!("{:#}", json!([{ "message": text }]))]
        {
            let escaped = escaped_in_json(&written);
            assert!(escaped.lines().all(|line| matches!(sanitise(line), Cow::Borrowed(_))), "{escaped}");
            let read = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap();
            assert_eq!(read(&escaped), read(&written));
        }
        assert!(matches!(escaped_in_json("{\"a\":\n\"核查\"}\n"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn nothing_that_steers_is_left_and_twice_is_as_good_as_once(text in any::<String>()) {
            let clean = sanitise(&text).into_owned();
            let steers =
                |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            prop_assert!(!clean.contains(steers), "{:?}", clean);
            prop_assert_eq!(sanitise(&clean), clean.as_str());
        }
    }
}
