//! The encoding of a text.
//!
//! The user's word, else the byte-order mark, else UTF-8 if every line is, else GB18030. There is no other guess: a
//! text that is not GB18030 either is an error with its line when it is decoded.

use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::str::FromStr;

use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use super::error::unreadable;
use super::row::LINE_LIMIT;
use crate::domain::text::{Message, message};

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
    type Err = Message;

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
            None => Err(message!(
                "unknown encoding {label:?}; use utf-8, gb18030, big5, utf-16le or utf-16be",
                "未知编码 {label:?}；可用 utf-8、gb18030、big5、utf-16le 或 utf-16be"
            )),
        }
    }
}

/// Decides the encoding of `source`, which is then positioned after the byte-order mark.
pub(super) fn decide(
    source: &mut (impl Read + Seek),
    forced: Option<TextEncoding>,
) -> Result<TextEncoding, Message> {
    let mut beginning = Vec::new();
    source.take(MARK_LENGTH).read_to_end(&mut beginning).map_err(unreadable)?;
    let marked = Encoding::for_bom(&beginning).map(|(encoding, length)| (TextEncoding(encoding), length));
    let (encoding, mark_length) = match (marked, forced) {
        (Some((marked, _)), Some(forced)) if marked != forced => {
            return Err(message!(
                "begins with the byte-order mark of {marked}, but --encoding is {forced}; leave --encoding out",
                "以 {marked} 的字节顺序标记开头，而 --encoding 指定为 {forced}；请去掉 --encoding",
                marked = marked.name(),
                forced = forced.name()
            ));
        }
        (Some((marked, length)), _) => (marked, length),
        (None, Some(forced)) => (forced, 0),
        (None, None) => (TextEncoding(by_content(beginning.as_slice().chain(&mut *source))?), 0),
    };
    source.seek(SeekFrom::Start(mark_length as u64)).map_err(unreadable)?;
    Ok(encoding)
}

/// Reads the text line by line. A list pasted together from two sources has lines in two encodings, and GB18030 reads
/// almost any bytes as some characters.
fn by_content(source: impl Read) -> Result<&'static Encoding, Message> {
    let mut source = BufReader::new(source);
    let (mut utf8_line, mut other_line) = (None, None);
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        (&mut source).take(LINE_LIMIT as u64 + 2).read_until(b'\n', &mut line).map_err(unreadable)?;
        // A line beyond the limit is refused when the text is decoded.
        if line.is_empty() || line.len() > LINE_LIMIT + 1 {
            break;
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
            return Err(message!(
                "line {other_line} is not UTF-8 but line {utf8_line} is: mixed encodings; save the list in one encoding, or state one with --encoding",
                "第 {other_line} 行不是 UTF-8，而第 {utf8_line} 行是：编码混杂；请用同一编码重新保存名单，或用 --encoding 强制指定"
            ));
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

    fn decided(bytes: &[u8]) -> Result<&'static str, Message> {
        decide(&mut Cursor::new(bytes), None).map(TextEncoding::name)
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
        assert!(error.to_string().starts_with("unknown encoding \"klingon\"; use utf-8"), "{error}");
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
        assert_eq!(
            decide(&mut Cursor::new(b"\xef\xbb\xbfabc"), Some(forced)).unwrap_err().to_string(),
            "begins with the byte-order mark of UTF-8, but --encoding is GB18030; leave --encoding out"
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
        let error = decided(&bytes).unwrap_err().to_string();
        assert!(error.starts_with("line 5001 is not UTF-8 but line 1 is: mixed encodings"), "{error}");
        let mut bytes = gb(&"腾讯科技有限公司\n".repeat(5_000));
        bytes.extend("华为技术有限公司\n".as_bytes());
        assert_eq!(
            decided(&bytes).unwrap_err().to_string(),
            "line 1 is not UTF-8 but line 5001 is: mixed encodings; save the list in one encoding, or state one \
             with --encoding"
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
        impl Seek for Broken {
            fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
                Ok(0)
            }
        }
        let error = decide(&mut Broken, None).unwrap_err().to_string();
        assert!(error.starts_with("cannot be read: the disk is gone"), "{error}");
    }
}
