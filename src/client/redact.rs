//! Masking of secrets in responses, in every form in which a request can be echoed.

use crate::domain::invisible::is_ignorable;
use crate::domain::secret::Secret;

/// The length of the shortest secret that is masked. Shorter ones occur in ordinary data.
const SHORTEST_MASKED: usize = 8;

const MASK: &[u8] = b"***";

/// The longest run of backslashes that is read as an escape. It bounds the time for a body full of them.
const LONGEST_RUN: usize = 16;

/// The bytes with three asterisks in place of every secret: plain, percent-encoded, escaped as in JSON or HTML, in another
/// case, split by invisible characters, or several of these at once.
pub fn redact(bytes: Vec<u8>, secrets: &[Secret]) -> Vec<u8> {
    let secrets = secrets.iter().map(|secret| secret.expose().as_bytes());
    secrets.filter(|secret| secret.len() >= SHORTEST_MASKED).fold(bytes, without)
}

fn without(bytes: Vec<u8>, secret: &[u8]) -> Vec<u8> {
    let [first, second, third] = spellings(secret[0]);
    let may_begin = |byte: &u8| [first, second, third, b'%', b'\\', b'&'].contains(byte);
    let mut clean = Vec::new();
    let (mut copied, mut position) = (0, 0);
    while let Some(offset) = bytes[position..].iter().position(may_begin) {
        let start = position + offset;
        position = start + 1;
        if let Some(length) = length_of(&bytes[start..], secret) {
            clean.extend_from_slice(&bytes[copied..start]);
            clean.extend_from_slice(MASK);
            position = start + length;
            copied = position;
        }
    }
    if copied == 0 {
        return bytes;
    }
    clean.extend_from_slice(&bytes[copied..]);
    clean
}

/// The plain spellings of a byte: in lower case, in upper case, and a plus sign for a space.
fn spellings(byte: u8) -> [u8; 3] {
    [byte.to_ascii_lowercase(), byte.to_ascii_uppercase(), if byte == b' ' { b'+' } else { byte }]
}

/// The number of bytes of `text` that spell `secret`, if it begins with it. A character that introduces an escape may also
/// stand for itself, so each reading is tried, the longest first.
fn length_of(text: &[u8], secret: &[u8]) -> Option<usize> {
    let (&byte, rest) = secret.split_first()?;
    let first = *text.first()?;
    let escaped = match first {
        b'%' => [doubled_percent(text, byte), percent(text, byte)],
        b'\\' => [backslash(text, byte), doubled_backslash(text, byte)],
        b'&' => [doubled_entity(text, byte), entity(text, byte)],
        _ => [None, None],
    };
    let plain = spellings(byte).contains(&first).then_some(1);
    let readings = escaped.into_iter().flatten().chain(plain);
    readings.into_iter().find_map(|length| Some(length + length_of_rest(&text[length..], rest)?))
}

/// The same after the first character, with or without ignorable characters before the next one.
fn length_of_rest(text: &[u8], secret: &[u8]) -> Option<usize> {
    if secret.is_empty() {
        return Some(0);
    }
    length_of(text, secret).or_else(|| {
        let mut skipped = 0;
        while let Some(length) = ignorable(&text[skipped..]) {
            skipped += length;
        }
        let length = (skipped > 0).then(|| length_of(&text[skipped..], secret));
        length.flatten().map(|length| skipped + length)
    })
}

/// The length of an ignorable character as it is, or escaped as in JSON, HTML or an address.
fn ignorable(text: &[u8]) -> Option<usize> {
    let (character, length) = match text.first()? {
        b'\\' => escaped_character(text)?,
        b'&' => {
            let (code, length) = numbered(&text[1..])?;
            (char::from_u32(code)?, length + 1)
        }
        b'%' => {
            let bytes: Vec<u8> = text.chunks(3).take(4).map_while(percent_byte).collect();
            let (character, length) = first_character(&bytes)?;
            (character, length * 3)
        }
        _ => first_character(text)?,
    };
    is_ignorable(character).then_some(length)
}

/// `\n`, `\x1f`, `\u200b`, also behind several backslashes.
fn escaped_character(text: &[u8]) -> Option<(char, usize)> {
    let run = text.iter().take(LONGEST_RUN).position(|byte| *byte != b'\\')?;
    let number = |digits: usize| {
        let digits = std::str::from_utf8(text.get(run + 1..run + 1 + digits)?).ok()?;
        char::from_u32(u32::from_str_radix(digits, 16).ok()?)
    };
    match text.get(run)? {
        b'b' | b'f' | b'n' | b'r' | b't' => Some(('\n', run + 1)),
        b'x' => Some((number(2)?, run + 3)),
        b'u' => Some((number(4)?, run + 5)),
        _ => None,
    }
}

fn percent_byte(text: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(text.strip_prefix(b"%")?).ok().filter(|digits| digits.len() == 2)?;
    u8::from_str_radix(digits, 16).ok()
}

/// The character at the beginning of UTF-8, and its length.
fn first_character(bytes: &[u8]) -> Option<(char, usize)> {
    let head = &bytes[..bytes.len().min(4)];
    let valid = head.utf8_chunks().next()?.valid();
    valid.chars().next().map(|character| (character, character.len_utf8()))
}

/// `%2F`.
fn percent(text: &[u8], byte: u8) -> Option<usize> {
    is_hexadecimal(text.get(1..3)?, byte).then_some(3)
}

/// `%252F`, percent-encoded twice.
fn doubled_percent(text: &[u8], byte: u8) -> Option<usize> {
    (text.get(1..3)? == b"25" && is_hexadecimal(text.get(3..5)?, byte)).then_some(5)
}

/// `\"`, `\/`, `\\`, `\x2f`, `\u002f`; with more backslashes for JSON inside JSON.
fn backslash(text: &[u8], byte: u8) -> Option<usize> {
    let run = text.iter().take(LONGEST_RUN).position(|character| *character != b'\\')?;
    match *text.get(run)? {
        b'u' if text.get(run + 1..run + 3)? == b"00" && is_hexadecimal(text.get(run + 3..run + 5)?, byte) => {
            Some(run + 5)
        }
        b'x' if is_hexadecimal(text.get(run + 1..run + 3)?, byte) => Some(run + 3),
        escaped if escaped == byte && !byte.is_ascii_alphanumeric() => Some(run + 1),
        _ => None,
    }
}

/// A backslash in JSON: two of them, or four for JSON inside JSON.
fn doubled_backslash(text: &[u8], byte: u8) -> Option<usize> {
    let is_run_of = |length: usize| text.len() >= length && text[..length].iter().all(|byte| *byte == b'\\');
    (byte == b'\\').then(|| [4, 2].into_iter().find(|length| is_run_of(*length))).flatten()
}

const NAMED: [(&str, u8); 5] = [("amp", b'&'), ("lt", b'<'), ("gt", b'>'), ("quot", b'"'), ("apos", b'\'')];

/// `&amp;`, `&#38;`, `&#x26;`.
fn entity(text: &[u8], byte: u8) -> Option<usize> {
    named(&text[1..], byte).map(|length| length + 1)
}

/// `&amp;lt;`: HTML inside XML.
fn doubled_entity(text: &[u8], byte: u8) -> Option<usize> {
    const AMPERSAND: &[u8] = b"&amp;";
    let is_doubled = text.get(..AMPERSAND.len()).is_some_and(|head| head.eq_ignore_ascii_case(AMPERSAND));
    is_doubled.then(|| named(&text[AMPERSAND.len()..], byte).map(|length| length + AMPERSAND.len())).flatten()
}

/// The length of the name of an entity for `byte`, with its semicolon and without its ampersand.
fn named(text: &[u8], byte: u8) -> Option<usize> {
    if let Some((code, length)) = numbered(text) {
        return (code == u32::from(byte)).then_some(length);
    }
    let end = text.iter().take(10).position(|byte| *byte == b';')?;
    let is_this = |known: &str| known.as_bytes().eq_ignore_ascii_case(&text[..end]);
    NAMED.iter().any(|(known, of)| *of == byte && is_this(known)).then_some(end + 1)
}

/// The code of `#38;` or `#x26;`, and its length.
fn numbered(text: &[u8]) -> Option<(u32, usize)> {
    let end = text.iter().take(10).position(|byte| *byte == b';')?;
    let number = std::str::from_utf8(&text[..end]).ok()?.strip_prefix('#')?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    Some((code, end + 1))
}

fn is_hexadecimal(digits: &[u8], byte: u8) -> bool {
    std::str::from_utf8(digits)
        .ok()
        .and_then(|digits| u8::from_str_radix(digits, 16).ok())
        .is_some_and(|value| value.eq_ignore_ascii_case(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str, secret: &str) -> String {
        String::from_utf8(redact(text.as_bytes().to_vec(), &[Secret::new(secret.into())])).unwrap()
    }

    #[test]
    fn an_echoed_secret_is_masked_in_every_form() {
        for echoed in [
            "abc/def+g h\"1&%",
            "abc%2Fdef%2Bg%20h%221%26%25",
            "abc%2fdef%2bg+h%221%26%25",
            "abc%252Fdef%252Bg%2520h%25221%2526%2525",
            r#"abc/def+g h\"1&%"#,
            r#"abc\/def+g h\"1&%"#,
            r"abc\/def\u002bg h\u00221\u0026%",
            r#"abc\\/def+g h\\\"1\\u0026%"#,
            r"abc\x2Fdef+g\x20h\x221&%",
            "abc/def+g h&quot;1&amp;%",
            "abc&#47;def&#x2b;g h&#34;1&amp;&#37;",
            "abc/def+g h&amp;quot;1&amp;amp;%",
            "ABC/DEF+G H\"1&%",
            "%61%62%63%2F%64%65%66%2B%67%20%68%22%31%26%25",
        ] {
            let clean = masked(&format!("<<{echoed}>> and {echoed}"), "abc/def+g h\"1&%");
            assert_eq!(clean, "<<***>> and ***", "{echoed}");
        }
    }

    #[test]
    fn a_secret_with_a_backslash_is_masked_however_often_it_is_doubled() {
        let secret = r"abcd\efgh%";
        for echoed in
            [r"abcd\efgh%25", r"abcd\efgh%", r"abcd\\efgh%", r"abcd\u005cefgh%", r"abcd\u005cefgh\u0025"]
        {
            assert_eq!(masked(echoed, secret), "***", "{echoed}");
        }
    }

    #[test]
    fn a_secret_that_is_split_by_invisible_characters_is_masked() {
        for split in [
            "\u{200b}",
            "\u{feff}\u{202e}",
            "\0",
            "\r\n",
            "\u{7f}",
            "\u{85}",
            "\u{ad}",
            "\u{fe0f}",
            "\u{e0041}",
            r"\u200b",
            r"\u0000",
            r"\n",
            r"\\u00ad",
            r"\x1b",
            "&#8203;",
            "&#x200B;",
            "%E2%80%8B",
            "%00",
            "%c2%85",
        ] {
            let echoed = format!("<<{}>>", "zyw/vutq".split("").collect::<Vec<_>>().join(split));
            let clean = masked(&echoed, "zyw/vutq");
            assert!(clean.contains("***") && !clean.contains('z'), "{split:?}: {clean}");
        }
        let long = "\u{200b}".repeat(100_000);
        assert_eq!(masked(&format!("abcd{long}efgh"), "abcdefgh"), "***");
        assert_eq!(masked("ab\u{200b}cd", "abcdefgh"), "ab\u{200b}cd");
    }

    #[test]
    fn a_digest_is_masked_in_upper_case_too() {
        let digest = "9cdfb439c7876e703e307864c9167a15";
        assert_eq!(masked(&format!("vkey={};", digest.to_uppercase()), digest), "vkey=***;");
        assert_eq!(masked(&format!("{digest}{digest}"), digest), "******");
    }

    #[test]
    fn a_secret_is_found_with_spaces_and_in_any_case() {
        for secret in ["zabcdefg", "abcdefgz", "abcd efgk", "11112222", "AB-CD-EF-QQ", "       9"] {
            for echoed in [secret, &secret.to_uppercase(), &secret.replace(' ', "+")] {
                assert_eq!(masked(&format!("z{echoed} zk{echoed}"), secret), "z*** zk***", "{echoed}");
                assert_eq!(masked(echoed, secret), "***");
                assert_eq!(masked(&echoed[1..], secret), echoed[1..]);
            }
        }
    }

    #[test]
    fn what_is_no_secret_stays_byte_for_byte() {
        let secret = "abcdefgh";
        for honest in
            ["", "abcdefg", "abcdefgh".get(1..).unwrap(), "%61%62", "%", "\\u00", "&#97", "&;", "abcdefg%6"]
        {
            assert_eq!(masked(honest, secret), honest);
        }
        let bytes = [b"\xff\xfe%".as_slice(), &[0x80; 9]].concat();
        assert_eq!(redact(bytes.clone(), &[Secret::new(secret.into())]), bytes);
    }

    #[test]
    fn a_short_secret_does_not_spoil_honest_data() {
        assert_eq!(masked("2015SR183758", "2015"), "2015SR183758");
    }

    #[test]
    fn a_secret_of_escapes_is_not_searched_for_ever() {
        let secret = "%25".repeat(40);
        assert_eq!(masked(&"%25".repeat(5000), &secret), "***".repeat(125));
    }
}
