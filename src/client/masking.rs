//! Finds secrets in what strangers send back, in every form in which a request can be echoed, and masks them.
//! Pure; knows neither sockets nor vendors.

use crate::domain::secret::Secret;

/// Shorter secrets are not looked for: masking them would spoil honest data.
const SHORTEST_MASKED: usize = 8;

/// What is seldom in what vendors send, the most seldom first.
const SELDOM: &[u8] = b"zqxjkvwybgfphmu";

const MASK: &[u8] = b"***";

/// More backslashes than this escape nothing; a body full of them must not take long.
const LONGEST_RUN: usize = 16;

/// The bytes with three asterisks in place of every secret: as it is, percent-encoded, escaped as in JSON or
/// HTML, in upper or lower case, or with several of these mixed. Given back as they are where there is none.
pub(super) fn mask(bytes: Vec<u8>, secrets: &[Secret]) -> Vec<u8> {
    let masked = secrets.iter().map(|secret| secret.expose().as_bytes());
    let long_enough = masked.filter(|secret| secret.len() >= SHORTEST_MASKED);
    long_enough
        .fold(bytes, |bytes, secret| if may_hold(&bytes, secret) { without(bytes, secret) } else { bytes })
}

/// A quick look, with which nearly every answer is done: where nothing is escaped, only the secret as it is can stand
/// there, and its most seldom character is looked for instead of its first.
fn may_hold(bytes: &[u8], secret: &[u8]) -> bool {
    if escape_in(bytes).is_some() {
        return true;
    }
    let place = |seldom: &u8| secret.iter().position(|byte| byte.eq_ignore_ascii_case(seldom));
    let place = SELDOM.iter().find_map(place).unwrap_or(0);
    let [lower, upper, spelling] = spellings(secret[place]);
    memchr::memchr3_iter(lower, upper, spelling, bytes).any(|found| {
        let whole = found.checked_sub(place).and_then(|start| bytes.get(start..start + secret.len()));
        whole.is_some_and(|text| text.iter().zip(secret).all(|(byte, of)| spellings(*of).contains(byte)))
    })
}

/// A byte as itself: in lower case, in upper case, and the plus sign that stands for a space.
fn spellings(byte: u8) -> [u8; 3] {
    [byte.to_ascii_lowercase(), byte.to_ascii_uppercase(), if byte == b' ' { b'+' } else { byte }]
}

/// The first character that may introduce an escape.
fn escape_in(bytes: &[u8]) -> Option<usize> {
    memchr::memchr3(b'%', b'\\', b'&', bytes)
}

fn without(bytes: Vec<u8>, secret: &[u8]) -> Vec<u8> {
    let mut starts = Starts::new(&bytes, secret[0]);
    let mut clean: Option<Vec<u8>> = None;
    let (mut copied, mut position) = (0, 0);
    while let Some(start) = starts.next_from(position) {
        let text = &bytes[start..];
        let Some(length) = may_begin(text, secret).then(|| length_of(text, secret)).flatten() else {
            position = start + 1;
            continue;
        };
        let clean = clean.get_or_insert_with(|| Vec::with_capacity(bytes.len()));
        clean.extend_from_slice(&bytes[copied..start]);
        clean.extend_from_slice(MASK);
        position = start + length;
        copied = position;
    }
    match clean {
        Some(mut clean) => {
            clean.extend_from_slice(&bytes[copied..]);
            clean
        }
        None => bytes,
    }
}

/// The places at which some form of a byte may begin. Each half is looked for with vector instructions, because
/// every byte of every answer is looked at.
struct Starts<'a> {
    bytes: &'a [u8],
    plain: [u8; 3],
    next_plain: Option<usize>,
    next_escape: Option<usize>,
}

impl<'a> Starts<'a> {
    fn new(bytes: &'a [u8], byte: u8) -> Self {
        let mut starts = Self { bytes, plain: spellings(byte), next_plain: None, next_escape: None };
        starts.next_plain = starts.plain_from(0);
        starts.next_escape = starts.escape_from(0);
        starts
    }

    /// The first place at `position` or behind it. Positions never go back.
    fn next_from(&mut self, position: usize) -> Option<usize> {
        if self.next_plain.is_some_and(|next| next < position) {
            self.next_plain = self.plain_from(position);
        }
        if self.next_escape.is_some_and(|next| next < position) {
            self.next_escape = self.escape_from(position);
        }
        match (self.next_plain, self.next_escape) {
            (Some(plain), Some(escape)) => Some(plain.min(escape)),
            (plain, escape) => plain.or(escape),
        }
    }

    fn plain_from(&self, position: usize) -> Option<usize> {
        let [lower, upper, spelling] = self.plain;
        memchr::memchr3(lower, upper, spelling, self.bytes.get(position..)?).map(|found| position + found)
    }

    fn escape_from(&self, position: usize) -> Option<usize> {
        escape_in(self.bytes.get(position..)?).map(|found| position + found)
    }
}

/// A first look at the second byte, at which most places turn out to be none.
fn may_begin(text: &[u8], secret: &[u8]) -> bool {
    let [first, second, ..] = text else { return true };
    matches!(first, b'%' | b'\\' | b'&')
        || second.eq_ignore_ascii_case(&secret[1])
        || matches!(second, b'%' | b'\\' | b'&' | b'+')
}

/// How many bytes of `text` spell `secret`, if it begins so. A character that introduces an escape may also stand
/// for itself, so each reading is tried, the longest first.
fn length_of(text: &[u8], secret: &[u8]) -> Option<usize> {
    let Some((&byte, rest)) = secret.split_first() else { return Some(0) };
    let first = *text.first()?;
    let escaped = match first {
        b'%' => [doubled_percent(text, byte), percent(text, byte)],
        b'\\' => [backslash(text, byte), doubled_backslash(text, byte)],
        b'&' => [doubled_entity(text, byte), entity(text, byte)],
        _ => [None, None],
    };
    let plain = (first.eq_ignore_ascii_case(&byte) || (first == b'+' && byte == b' ')).then_some(1);
    let readings = escaped.into_iter().flatten().chain(plain);
    readings.into_iter().find_map(|length| Some(length + length_of(&text[length..], rest)?))
}

/// `%2F`.
fn percent(text: &[u8], byte: u8) -> Option<usize> {
    is_hexadecimal(text.get(1..3)?, byte).then_some(3)
}

/// `%252F` of an address in an address.
fn doubled_percent(text: &[u8], byte: u8) -> Option<usize> {
    (text.get(1..3)? == b"25" && is_hexadecimal(text.get(3..5)?, byte)).then_some(5)
}

/// `\"`, `\/`, `\\`, `\x2f`, `\u002f`; with more backslashes where JSON stands in a text in JSON.
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

/// A backslash as JSON has it: two of them, or four in JSON in JSON.
fn doubled_backslash(text: &[u8], byte: u8) -> Option<usize> {
    let is_run_of = |length: usize| text.len() >= length && text[..length].iter().all(|byte| *byte == b'\\');
    (byte == b'\\').then(|| [4, 2].into_iter().find(|length| is_run_of(*length))).flatten()
}

const NAMED: [(&str, u8); 5] = [("amp", b'&'), ("lt", b'<'), ("gt", b'>'), ("quot", b'"'), ("apos", b'\'')];

/// `&amp;`, `&#38;`, `&#x26;`.
fn entity(text: &[u8], byte: u8) -> Option<usize> {
    named(&text[1..], byte).map(|length| length + 1)
}

/// `&amp;lt;` of HTML in XML.
fn doubled_entity(text: &[u8], byte: u8) -> Option<usize> {
    const AMPERSAND: &[u8] = b"&amp;";
    let is_doubled = text.get(..AMPERSAND.len()).is_some_and(|head| head.eq_ignore_ascii_case(AMPERSAND));
    is_doubled.then(|| named(&text[AMPERSAND.len()..], byte).map(|length| length + AMPERSAND.len())).flatten()
}

/// How long the name of an entity that stands for `byte` is, with its semicolon and without its ampersand.
fn named(text: &[u8], byte: u8) -> Option<usize> {
    let end = text.iter().take(10).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(&text[..end]).ok()?;
    let is_this = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok() == Some(byte.into()),
            None => number.parse() == Ok(u32::from(byte)),
        },
        None => NAMED.iter().any(|(known, of)| *of == byte && known.eq_ignore_ascii_case(name)),
    };
    is_this.then_some(end + 1)
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
        String::from_utf8(mask(text.as_bytes().to_vec(), &[Secret::new(secret.into())])).unwrap()
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
    fn a_digest_is_masked_in_upper_case_too() {
        let digest = "9cdfb439c7876e703e307864c9167a15";
        assert_eq!(masked(&format!("vkey={};", digest.to_uppercase()), digest), "vkey=***;");
        assert_eq!(masked(&format!("{digest}{digest}"), digest), "******");
    }

    #[test]
    fn a_secret_is_found_wherever_its_most_seldom_character_stands() {
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
        assert_eq!(mask(bytes.clone(), &[Secret::new(secret.into())]), bytes);
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
