//! Which encoding a text is in.
//!
//! The user's word, else the byte-order mark, else UTF-8 if every line is, else GB18030. There is no other guess: a
//! text that is not GB18030 either is an error with its line when it is decoded.

use std::io::{BufRead, BufReader, Read};
use std::str::FromStr;

use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use super::error::{InputError, InputErrorKind};
use super::row::LINE_LIMIT;

/// How many bytes the mark of an encoding is looked for in.
const MARK_LENGTH: u64 = 4;
/// From this many characters of three bytes on, a line is UTF-8 and not by chance.
const CERTAIN: usize = 4;

/// An encoding of texts that can be read.
///
/// Parsed from any label of the WHATWG Encoding Standard and from `utf16`, `utf16le`, `utf16be` and `cp936`,
/// in any case. GB2312 and GBK are read as GB18030, which contains them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextEncoding(pub(super) &'static Encoding);

impl TextEncoding {
    /// The name, like `UTF-8` or `GB18030`.
    pub fn name(self) -> &'static str {
        // The standard writes its label; the national standard is written in capitals.
        if self.0 == GB18030 { "GB18030" } else { self.0.name() }
    }
}

impl FromStr for TextEncoding {
    type Err = InputError;

    fn from_str(label: &str) -> Result<Self, Self::Err> {
        let known = match label.trim().to_ascii_lowercase().as_str() {
            "utf16" | "utf16le" => Some(UTF_16LE),
            "utf16be" => Some(UTF_16BE),
            "cp936" | "936" => Some(GB18030),
            label => Encoding::for_label_no_replacement(label.as_bytes()),
        };
        match known {
            Some(encoding) if encoding == GBK => Ok(Self(GB18030)),
            Some(encoding) => Ok(Self(encoding)),
            None => Err(InputErrorKind::UnknownEncoding { label: label.to_owned() }.into()),
        }
    }
}

/// The encoding of an input and how many bytes of byte-order mark go before its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decision {
    pub encoding: TextEncoding,
    pub mark_length: u64,
}

/// Decides the encoding of `source`, read from its beginning; the caller rewinds it afterwards.
pub(super) fn decide(
    source: &mut impl Read,
    forced: Option<TextEncoding>,
) -> Result<Decision, InputErrorKind> {
    let mut beginning = Vec::new();
    let read = source.take(MARK_LENGTH).read_to_end(&mut beginning);
    read.map_err(InputErrorKind::Unreadable)?;
    let marked = Encoding::for_bom(&beginning);
    if let (Some((mark, _)), Some(forced)) = (marked, forced)
        && mark != forced.0
    {
        let (marked, forced) = (TextEncoding(mark).name(), forced.name());
        return Err(InputErrorKind::ContradictedEncoding { marked, forced });
    }
    if let Some((encoding, mark_length)) = marked {
        return Ok(Decision { encoding: TextEncoding(encoding), mark_length: mark_length as u64 });
    }
    let encoding = match forced {
        Some(forced) => forced,
        None => TextEncoding(by_content(beginning.as_slice().chain(source))?),
    };
    Ok(Decision { encoding, mark_length: 0 })
}

/// Reads the text line by line: a list pasted together from two sources has lines in two encodings, and GB18030 reads
/// almost any bytes as some characters.
fn by_content(source: impl Read) -> Result<&'static Encoding, InputErrorKind> {
    let mut source = BufReader::new(source);
    let (mut utf8_line, mut other_line) = (None, None);
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let read = (&mut source).take(LINE_LIMIT as u64 + 2).read_until(b'\n', &mut line);
        read.map_err(InputErrorKind::Unreadable)?;
        if line.is_empty() {
            break;
        }
        if line.len() > LINE_LIMIT + 1 {
            return Err(InputErrorKind::LineTooLong { line: number, limit: LINE_LIMIT });
        }
        match std::str::from_utf8(&line) {
            Ok(text) if utf8_line.is_none() => {
                let long = text.chars().filter(|character| character.len_utf8() == 3).take(CERTAIN).count();
                utf8_line = (long == CERTAIN).then_some(number);
            }
            Ok(_) => {}
            Err(_) => other_line = other_line.or(Some(number)),
        }
        if let (Some(utf8_line), Some(other_line)) = (utf8_line, other_line) {
            return Err(InputErrorKind::MixedEncodings { other_line, utf8_line });
        }
    }
    Ok(if other_line.is_none() { UTF_8 } else { GB18030 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{self, Cursor};

    const NAMES: [&str; 8] = [
        "华为技术有限公司",
        "腾讯",
        "一汽—大众汽车有限公司",
        "《语文报》社",
        "北京字节跳动科技有限公司",
        "联通",
        "上海浦东发展银行股份有限公司（深圳分行）",
        "Foo 中国 Co., Ltd",
    ];

    fn decided(bytes: &[u8]) -> Result<&'static str, InputErrorKind> {
        decide(&mut Cursor::new(bytes), None).map(|decision| decision.encoding.name())
    }

    fn gb(text: &str) -> Vec<u8> {
        let (bytes, _, failed) = GB18030.encode(text);
        assert!(!failed);
        bytes.into_owned()
    }

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn labels_are_read_in_any_case_and_gbk_is_gb18030() {
        for (label, name) in [
            ("utf-8", "UTF-8"),
            ("GBK", "GB18030"),
            ("gb2312", "GB18030"),
            (" GB18030 ", "GB18030"),
            ("cp936", "GB18030"),
            ("utf-16", "UTF-16LE"),
            ("UTF16BE", "UTF-16BE"),
            ("big5", "Big5"),
        ] {
            assert_eq!(label.parse::<TextEncoding>().unwrap().name(), name);
        }
        let error = "klingon".parse::<TextEncoding>().unwrap_err();
        assert!(error.to_string().starts_with("\"klingon\" is no encoding known here; use utf-8"), "{error}");
    }

    #[test]
    fn marks_decide_first() {
        assert_eq!(decided(b"\xef\xbb\xbfabc").unwrap(), "UTF-8");
        assert_eq!(decided(b"\xff\xfea\0").unwrap(), "UTF-16LE");
        assert_eq!(decided(b"\xfe\xff\0a").unwrap(), "UTF-16BE");
    }

    #[test]
    fn a_mark_that_contradicts_the_forced_encoding_is_told() {
        let forced = "gbk".parse().unwrap();
        let kind = decide(&mut Cursor::new(b"\xef\xbb\xbfabc"), Some(forced)).unwrap_err();
        assert_eq!(
            InputError { input: "a.txt".to_owned(), kind }.to_string(),
            "a.txt begins with the mark of UTF-8, but --encoding says GB18030; leave --encoding out"
        );
    }

    #[test]
    fn every_single_name_is_told_apart_in_every_encoding() {
        for name in NAMES {
            for text in [name.to_owned(), format!("{name}\r\n"), format!("{name}\n{name}\n")] {
                assert_eq!(decided(text.as_bytes()).unwrap(), "UTF-8", "{text:?}");
                let marked = format!("\u{feff}{text}");
                assert_eq!(decided(&utf16(&marked, u16::to_le_bytes)).unwrap(), "UTF-16LE", "{text:?}");
                assert_eq!(decided(&utf16(&marked, u16::to_be_bytes)).unwrap(), "UTF-16BE", "{text:?}");
                assert_eq!(decided(&gb(&text)).unwrap(), "GB18030", "{text:?}");
            }
        }
    }

    #[test]
    fn a_chinese_line_after_a_megabyte_of_ascii_is_found() {
        let mut bytes = b"Foo Company Limited\n".repeat(100_000);
        bytes.extend(gb("华为技术有限公司\n"));
        assert_eq!(decided(&bytes).unwrap(), "GB18030");
    }

    #[test]
    fn one_foreign_line_among_many_is_named() {
        let mut bytes = "华为技术有限公司\n".repeat(5_000).into_bytes();
        bytes.extend(gb("腾讯科技有限公司\n"));
        assert!(matches!(
            decided(&bytes),
            Err(InputErrorKind::MixedEncodings { other_line: 5_001, utf8_line: 1 })
        ));
        let mut bytes = gb(&"腾讯科技有限公司\n".repeat(5_000));
        bytes.extend("华为技术有限公司\n".as_bytes());
        let kind = decided(&bytes).unwrap_err();
        assert_eq!(
            InputError { input: "list.txt".to_owned(), kind }.to_string(),
            "line 1 of list.txt is not UTF-8 but line 5001 is: mixed encodings; save the list in one \
             encoding, or state one with --encoding"
        );
    }

    #[test]
    fn a_read_error_is_passed_on() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("the disk is gone"))
            }
        }
        let kind = decide(&mut Broken, None).unwrap_err();
        let error = InputError { input: "a.txt".to_owned(), kind };
        assert!(error.to_string().starts_with("cannot read a.txt: the disk is gone"), "{error}");
    }
}
