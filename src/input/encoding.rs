//! Which encoding a text is in.
//!
//! Owns the decision: the user's word, else the byte-order mark, else what the bytes say. It reads the whole
//! input once, in blocks of a fixed size. It must not guess in silence: where the bytes leave a doubt that
//! could change a name, the answer is an error that asks for `--encoding`.

use std::io::Read;
use std::str::FromStr;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, DecoderResult, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use super::company_characters;
use super::error::InputError;
use super::utf8_lines::Utf8Lines;

const BLOCK: usize = 1 << 16;
/// How many bytes, from the first block that is not ASCII, the statistical detector is shown.
const DETECTOR_LIMIT: usize = 1 << 20;
/// Up to here a text may be too short for the detector.
const SHORT: usize = 256;

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
            None => Err(InputError::UnknownEncoding { label: label.to_owned() }),
        }
    }
}

/// The encoding of an input and how many bytes of byte-order mark go before its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decision {
    pub encoding: TextEncoding,
    pub mark_length: usize,
}

/// Decides the encoding of `source`, read from its beginning; the caller rewinds it afterwards.
pub(super) fn decide(
    input: &str,
    source: &mut impl Read,
    forced: Option<TextEncoding>,
) -> Result<Decision, InputError> {
    let mut sample = Vec::with_capacity(BLOCK);
    read_block(input, source, &mut sample)?;
    let marked = Encoding::for_bom(&sample);
    if let (Some((mark, _)), Some(forced)) = (marked, forced)
        && mark != forced.0
    {
        let (input, marked, forced) = (input.to_owned(), TextEncoding(mark).name(), forced.name());
        return Err(InputError::ContradictedEncoding { input, marked, forced });
    }
    if let Some((encoding, mark_length)) = marked {
        return Ok(Decision { encoding: TextEncoding(encoding), mark_length });
    }
    let encoding = match forced {
        Some(forced) => forced.0,
        None => match unmarked_utf16(&sample) {
            Some(utf16) => utf16,
            None => scan(input, source, sample)?,
        },
    };
    Ok(Decision { encoding: TextEncoding(encoding), mark_length: 0 })
}

fn read_block(input: &str, source: &mut impl Read, block: &mut Vec<u8>) -> Result<(), InputError> {
    block.clear();
    match source.take(BLOCK as u64).read_to_end(block) {
        Ok(_) => Ok(()),
        Err(source) => Err(InputError::Unreadable { input: input.to_owned(), source }),
    }
}

/// Reads the input to its end: UTF-8 if every line is, an error if some lines are and some are not, else the
/// Chinese encoding that the detector finds.
fn scan(input: &str, source: &mut impl Read, first: Vec<u8>) -> Result<&'static Encoding, InputError> {
    let mut lines = Utf8Lines::new(input);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut shown = Vec::new();
    let mut block = first;
    while !block.is_empty() {
        lines.feed(&block)?;
        let room = DETECTOR_LIMIT - shown.len();
        if room > 0 && !(shown.is_empty() && block.is_ascii()) {
            shown.extend_from_slice(&block[..block.len().min(room)]);
        }
        read_block(input, source, &mut block)?;
    }
    if lines.finish()?.all_utf8() {
        return Ok(if is_utf8_by_chance(&shown) { GB18030 } else { UTF_8 });
    }
    // A text that was cut may end within a character.
    detector.feed(&shown, shown.len() < DETECTOR_LIMIT);
    // Told that the text is from China, the detector takes Big5, Japanese and Korean for GBK too.
    match detector.guess(None, Utf8Detection::Deny) {
        guess if guess == GBK || guess == GB18030 => Ok(GB18030),
        _ if reads_as_names(&shown) => Ok(GB18030),
        guess if guess == BIG5 => Ok(BIG5),
        guess => {
            Err(InputError::UndecidedEncoding { input: input.to_owned(), guess: TextEncoding(guess).name() })
        }
    }
}

/// 茅台 in GBK is well-formed UTF-8 of two letters with accents: but such letters stand among others, and Chinese in
/// UTF-8 has characters of three bytes.
fn is_utf8_by_chance(shown: &[u8]) -> bool {
    !shown.iter().any(|byte| byte.is_ascii_alphabetic() || *byte >= 0xe0) && reads_as_names(shown)
}

/// Whether the whole of a text that is too short for the detector reads as Chinese names.
fn reads_as_names(shown: &[u8]) -> bool {
    shown.len() <= SHORT
        && GB18030
            .decode_without_bom_handling_and_without_replacement(shown)
            .is_some_and(|text| company_characters::mostly_make(&text))
}

/// UTF-16 without a mark: the sample reads as Chinese and Latin text in one byte order, while it is either
/// full of NUL bytes or neither ASCII nor UTF-8.
fn unmarked_utf16(sample: &[u8]) -> Option<&'static Encoding> {
    if sample.is_empty() || (sample.len() < BLOCK && sample.len() % 2 == 1) {
        return None;
    }
    let nul = memchr::memchr_iter(0, sample).count();
    let full_of_nul = nul * 10 >= sample.len() * 3;
    // Bytes that one-byte encodings hardly use, and that Chinese in UTF-16 cannot do without.
    let odd = sample.iter().filter(|byte| matches!(byte, 0..=8 | 0x0e..=0x1f | 0x7f..=0x9f)).count();
    let unlike_utf8 = std::str::from_utf8(sample).is_err_and(|error| error.error_len().is_some())
        && odd * 10 >= sample.len();
    if !full_of_nul && !unlike_utf8 {
        return None;
    }
    [UTF_16LE, UTF_16BE].into_iter().find(|encoding| reads_plausibly(sample, encoding))
}

fn reads_plausibly(sample: &[u8], encoding: &'static Encoding) -> bool {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(sample.len() * 2 + 16);
    let (result, _) =
        match decoder.decode_to_string_without_replacement(sample, &mut text, sample.len() < BLOCK) {
            (DecoderResult::InputEmpty, read) => (true, read),
            (_, read) => (false, read),
        };
    result
        && text.chars().all(|character| {
            matches!(character,
                '\t' | '\n' | '\r' | ' '..='~' | '\u{a0}'..='\u{24f}' | '\u{2010}'..='\u{203b}' | '\u{2100}'..='\u{24ff}'
                | '\u{3000}'..='\u{303f}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
                | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
        })
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

    fn decided(bytes: &[u8]) -> Result<&'static str, InputError> {
        decide("list.txt", &mut Cursor::new(bytes), None).map(|decision| decision.encoding.name())
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
        let error = decide("a.txt", &mut Cursor::new(b"\xef\xbb\xbfabc"), Some(forced)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a.txt begins with the mark of UTF-8, but --encoding says GB18030; leave --encoding out"
        );
    }

    #[test]
    fn every_single_name_is_told_apart_in_every_encoding() {
        for name in NAMES {
            for text in [name.to_owned(), format!("{name}\r\n"), format!("{name}\n{name}\n")] {
                assert_eq!(decided(text.as_bytes()).unwrap(), "UTF-8", "{text:?}");
                assert_eq!(decided(&utf16(&text, u16::to_le_bytes)).unwrap(), "UTF-16LE", "{text:?}");
                assert_eq!(decided(&utf16(&text, u16::to_be_bytes)).unwrap(), "UTF-16BE", "{text:?}");
                assert_eq!(decided(&gb(&text)).unwrap(), "GB18030", "{text:?}");
            }
        }
    }

    #[test]
    fn names_too_short_for_statistics_are_known_by_their_characters() {
        for name in [
            "小米",
            "联通",
            "京东",
            "百度",
            "比亚迪",
            "格力电器",
            "恒大",
            "万科",
            "乐视网",
            "中国石化",
            "中粮",
            "美的",
            "工商银行",
            "上海家化",
            "茅台",
            "海尔",
            "三一重工",
            "招商银行",
            "中兴",
            "平安",
            "顺丰",
            "网易",
            "联想",
            "苏宁易购",
            "TCL科技",
            "国家电网",
            "南方航空",
            "大疆",
            "宁德时代",
            "药明康德",
        ] {
            for text in [name.to_owned(), format!("{name}\r\n"), format!("企业名称,备注\n{name},1\n")] {
                assert_eq!(decided(&gb(&text)).ok(), Some("GB18030"), "{text:?}");
            }
        }
    }

    #[test]
    fn short_texts_of_neighbours_are_not_taken_for_chinese_names() {
        let korean = ["삼성전자", "현대자동차", "엘지", "네이버", "카카오", "한국전력공사", "기아", "롯데"];
        let japanese =
            ["トヨタ自動車", "日産", "ソニー", "三菱商事株式会社", "任天堂", "ホンダ", "日立製作所"];
        let traditional = ["台積電", "鴻海", "國泰金控", "聯發科技", "長榮航空"];
        for text in ["Nestlé", "España\n", "Müller GmbH", "中国茅台", "Газпром", "ΔΕΗ"] {
            assert_eq!(decided(text.as_bytes()).unwrap(), "UTF-8", "{text}");
        }
        let wrong = |encoding: &'static Encoding, texts: &[&str]| {
            let bytes = texts.iter().map(|text| encoding.encode(text).0.into_owned());
            bytes.filter(|bytes| reads_as_names(bytes)).count()
        };
        assert_eq!(wrong(encoding_rs::EUC_KR, &korean), 0);
        assert_eq!(wrong(encoding_rs::EUC_JP, &japanese), 0);
        assert_eq!(wrong(encoding_rs::SHIFT_JIS, &japanese), 0);
        assert_eq!(wrong(BIG5, &traditional), 0);
    }

    #[test]
    fn ascii_is_utf8_whatever_it_spells_in_utf16() {
        for text in ["", "bush hid the facts", "company\n", "91350100M000100Y43\n"] {
            assert_eq!(decided(text.as_bytes()).unwrap(), "UTF-8");
        }
        assert_eq!(decided(&utf16("company\nfoo\n", u16::to_le_bytes)).unwrap(), "UTF-16LE");
        // One stray NUL does not make a text UTF-16; decoding will name its line.
        assert_eq!(decided("甲公司\0\n乙公司\n".as_bytes()).unwrap(), "UTF-8");
    }

    #[test]
    fn big5_is_found() {
        let text = "台灣積體電路製造股份有限公司\n鴻海精密工業股份有限公司\n國泰金融控股股份有限公司\n";
        let (bytes, _, failed) = BIG5.encode(text);
        assert!(!failed);
        assert_eq!(decided(&bytes).unwrap(), "Big5");
    }

    #[test]
    fn texts_of_other_languages_are_not_read_as_chinese() {
        for text in ["Société Générale\nCrédit Agricole\nNestlé\n", "Nestlé", "Nestlé\n", "Société Générale"]
        {
            let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(text);
            assert!(matches!(decided(&bytes), Err(InputError::UndecidedEncoding { .. })), "{text:?}");
        }
        let (bytes, _, _) = encoding_rs::EUC_KR.encode("삼성전자 주식회사\n현대자동차 주식회사\n");
        assert!(matches!(decided(&bytes), Err(InputError::UndecidedEncoding { guess: "EUC-KR", .. })));
        let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode("トヨタ自動車株式会社\n日産自動車株式会社\n");
        assert!(matches!(decided(&bytes), Err(InputError::UndecidedEncoding { guess: "Shift_JIS", .. })));
    }

    #[test]
    fn a_chinese_line_after_a_megabyte_of_ascii_is_found() {
        let mut bytes = b"Foo Company Limited\n".repeat(100_000);
        bytes.extend(gb("华为技术有限公司\n"));
        assert_eq!(decided(&bytes).unwrap(), "GB18030");
    }

    #[test]
    fn a_long_text_is_judged_though_the_detector_sees_only_its_beginning() {
        for start in ["", "x"] {
            let text = format!("{start}{}", "第一二三号某某科技有限公司\n".repeat(100_000));
            assert_eq!(decided(&gb(&text)).unwrap(), "GB18030");
        }
    }

    #[test]
    fn one_foreign_line_among_many_is_named() {
        let mut bytes = "华为技术有限公司\n".repeat(5_000).into_bytes();
        bytes.extend(gb("腾讯科技有限公司\n"));
        assert!(matches!(
            decided(&bytes),
            Err(InputError::MixedEncodings { other_line: 5_001, utf8_line: 1, .. })
        ));
        let mut bytes = gb(&"腾讯科技有限公司\n".repeat(5_000));
        bytes.extend("华为技术有限公司\n".as_bytes());
        let error = decided(&bytes).unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 1 of list.txt is not UTF-8 but line 5001 is: mixed encodings; save the list anew in one \
             encoding, or force one with --encoding"
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
        let error = decide("a.txt", &mut Broken, None).unwrap_err();
        assert!(error.to_string().starts_with("cannot read a.txt: the disk is gone"), "{error}");
    }
}
