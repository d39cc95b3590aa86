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
    let secrets = secrets.iter().map(Secret::expose);
    secrets.filter(|secret| secret.len() >= SHORTEST_MASKED).fold(bytes, without)
}

fn without(bytes: Vec<u8>, secret: &str) -> Vec<u8> {
    let characters: Vec<char> = secret.chars().collect();
    let first = secret.as_bytes()[0];
    let plus = if first == b' ' { b'+' } else { first };
    let mut is_beginning = [false; 256];
    for byte in [first.to_ascii_lowercase(), first.to_ascii_uppercase(), plus, b'%', b'\\', b'&'] {
        is_beginning[usize::from(byte)] = true;
    }
    let mut clean = Vec::new();
    let (mut copied, mut position) = (0, 0);
    while let Some(offset) = bytes[position..].iter().position(|byte| is_beginning[usize::from(*byte)]) {
        let start = position + offset;
        position = start + 1;
        if may_continue(&bytes[start..], secret)
            && let Some(length) = length_of(&bytes[start..], &characters)
        {
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

/// Whether a letter or digit at the beginning may be the first character of the secret: the next byte is the second one, or
/// may introduce an escape or an ignorable character. Tells most beginnings apart at the cost of two comparisons.
fn may_continue(text: &[u8], secret: &str) -> bool {
    let is_next =
        |byte: u8| !byte.is_ascii_alphanumeric() || byte.eq_ignore_ascii_case(&secret.as_bytes()[1]);
    !text[0].is_ascii_alphanumeric() || text.get(1).copied().is_some_and(is_next)
}

/// The number of bytes of `text` that spell `secret`, if it begins with it. Ignorable characters may stand between those of
/// the secret.
fn length_of(text: &[u8], secret: &[char]) -> Option<usize> {
    let Some((wanted, rest)) = secret.split_first() else { return Some(0) };
    let spells =
        |character: char| character.eq_ignore_ascii_case(wanted) || (*wanted == ' ' && character == '+');
    find_reading(text, |(character, length)| {
        let text = spells(character).then(|| &text[length..])?;
        let length_of_rest = length_of(text, rest).or_else(|| {
            let ignored = length_of_ignorable(text);
            (ignored > 0).then(|| length_of(&text[ignored..], rest)).flatten().map(|rest| ignored + rest)
        });
        length_of_rest.map(|rest| length + rest)
    })
}

/// The number of bytes of the ignorable characters at the beginning.
fn length_of_ignorable(text: &[u8]) -> usize {
    let mut length = 0;
    let ignorable = |(character, length)| is_ignorable(character).then_some(length);
    while let Some(more) = find_reading(&text[length..], ignorable) {
        length += more;
    }
    length
}

/// The first result of `find` for the characters for which the beginning of `text` may stand, each with its number of
/// bytes. The one that introduces an escape may also stand for itself, and comes last.
fn find_reading<T>(text: &[u8], find: impl Fn((char, usize)) -> Option<T>) -> Option<T> {
    let escaped = match text.first() {
        Some(b'%') => [percent(text, b"%25"), percent(text, b"%"), None],
        Some(b'\\') => {
            let doubled = |length: usize| text.starts_with(&BACKSLASHES[..length]).then_some(('\\', length));
            [backslash(text), doubled(4), doubled(2)]
        }
        Some(b'&') => [entity(text, b"&amp;"), entity(text, b"&"), None],
        _ => return find(first_character(text)?),
    };
    escaped.into_iter().flatten().chain(first_character(text)).find_map(find)
}

const BACKSLASHES: &[u8; 4] = br"\\\\";

/// The character at the beginning of UTF-8.
fn first_character(bytes: &[u8]) -> Option<(char, usize)> {
    let valid = bytes[..bytes.len().min(4)].utf8_chunks().next()?.valid();
    valid.chars().next().map(|character| (character, character.len_utf8()))
}

/// `%2F`, or `%252F` with the prefix `%25`.
fn percent(text: &[u8], prefix: &[u8]) -> Option<(char, usize)> {
    let size = prefix.len() + 2;
    let byte = |chunk: &[u8]| u8::try_from(hexadecimal(chunk.strip_prefix(prefix)?, 2)?).ok();
    let bytes: Vec<u8> = text.chunks(size).take(4).map_while(byte).collect();
    first_character(&bytes).map(|(character, length)| (character, length * size))
}

/// `\"`, `\/`, `\n`, `\x2f`, `\u002f`; with more backslashes for JSON inside JSON.
fn backslash(text: &[u8]) -> Option<(char, usize)> {
    let run = text.iter().take(LONGEST_RUN).position(|byte| *byte != b'\\')?;
    let after = &text[run + 1..];
    match text[run] {
        b'u' => Some((char::from_u32(hexadecimal(after, 4)?)?, run + 5)),
        b'x' => Some((char::from_u32(hexadecimal(after, 2)?)?, run + 3)),
        b'b' | b'f' | b'n' | b'r' | b't' => Some(('\n', run + 1)),
        other if other.is_ascii() && !other.is_ascii_alphanumeric() => Some((other.into(), run + 1)),
        _ => None,
    }
}

const NAMED: [(&str, char); 5] = [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\'')];

/// `&amp;`, `&#38;`, `&#x26;`; with the prefix `&amp;` of HTML inside XML.
fn entity(text: &[u8], prefix: &[u8]) -> Option<(char, usize)> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    let end = rest.iter().take(10).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(&rest[..end]).ok().filter(|_| head.eq_ignore_ascii_case(prefix))?;
    let character = match name.strip_prefix('#') {
        None => NAMED.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?.1,
        Some(number) => char::from_u32(match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        })?,
    };
    Some((character, prefix.len() + end + 1))
}

fn hexadecimal(text: &[u8], digits: usize) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(text.get(..digits)?).ok()?, 16).ok()
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
