//! Strict decoding of texts, and lists of one keyword a line.

use std::io::{BufRead, BufReader, Read, Seek, Write};

use encoding_rs::DecoderResult;
use tempfile::SpooledTempFile;

use super::encoding::TextEncoding;
use super::error::{not_stored, unreadable};
use super::row::{Cell, FileRow, LINE_LIMIT, MEMORY_LIMIT, RowSource};
use crate::domain::text::{Message, message};

const BLOCK: usize = 1 << 14;
/// The character with which DOS ends a text.
const DOS_END: char = '\u{1a}';

/// A text in UTF-8 whose line breaks are all `\n`.
pub(super) type DecodedText = BufReader<SpooledTempFile>;

/// Decodes a text, which is positioned after its byte-order mark.
///
/// # Errors
/// Bytes that are not in this encoding, a NUL, or a line beyond the limit, each with its line.
pub(super) fn decode(source: &mut dyn Read, encoding: TextEncoding) -> Result<DecodedText, Message> {
    let mut decoder = encoding.0.new_decoder_without_bom_handling();
    let mut spooled = SpooledTempFile::new(MEMORY_LIMIT);
    let mut text = String::new();
    let mut bytes = Vec::with_capacity(BLOCK);
    let (mut line, mut length, mut after_return) = (1_u64, 0, false);
    let mut is_last = false;
    while !is_last {
        bytes.clear();
        text.clear();
        (&mut *source).take(BLOCK as u64).read_to_end(&mut bytes).map_err(unreadable)?;
        is_last = bytes.len() < BLOCK;
        // With this capacity the decoder takes the whole block.
        let capacity = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
        text.reserve(capacity.unwrap_or(4 * BLOCK));
        let (result, _) = decoder.decode_to_string_without_replacement(&bytes, &mut text, is_last);
        let block = if after_return { text.strip_prefix('\n').unwrap_or(&text) } else { &text };
        after_return = if text.is_empty() { after_return } else { text.ends_with('\r') };
        let block = block.replace("\r\n", "\n").replace('\r', "\n");
        for part in block.split_inclusive('\n') {
            let is_whole = part.ends_with('\n');
            length += part.len();
            if part.contains('\0') {
                return Err(message!(
                    "line {line} holds a NUL byte: not text, or UTF-16; name the encoding with --encoding",
                    "第 {line} 行含有 NUL 字节：不是文本，或为 UTF-16；请用 --encoding 指定编码"
                ));
            }
            if length > LINE_LIMIT + usize::from(is_whole) {
                return Err(message!(
                    "line {line} is longer than {LINE_LIMIT} bytes; a list has one keyword a line",
                    "第 {line} 行超过 {LINE_LIMIT} 字节；名单应每行一个关键词"
                ));
            }
            if is_whole {
                (line, length) = (line + 1, 0);
            }
        }
        if let DecoderResult::Malformed(..) = result {
            return Err(message!(
                "line {line} holds bytes that are not {name}: damaged text or mixed encodings; correct the line, or name the encoding with --encoding",
                "第 {line} 行含有不属于 {name} 的字节：文本损坏或编码混杂；请更正该行，或用 --encoding 指定编码",
                name = encoding.name()
            ));
        }
        spooled.write_all(block.as_bytes()).map_err(not_stored)?;
    }
    spooled.rewind().map_err(not_stored)?;
    Ok(BufReader::new(spooled))
}

/// The first block of a text, which is read again afterwards.
pub(super) fn beginning(text: &mut DecodedText) -> Result<String, Message> {
    let mut bytes = Vec::new();
    let read = text.take(BLOCK as u64).read_to_end(&mut bytes).and_then(|_| text.rewind());
    read.map_err(not_stored)?;
    // The last character may be cut, as may the last line.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The lines of a text. As rows they are a list of one keyword a line; there are no comments and no separators.
pub(super) struct Lines<R> {
    text: R,
    /// The number of the last line, from 1.
    pub(super) number: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(text: R) -> Self {
        Self { text, number: 0 }
    }

    /// The next line without its break; `None` after the last.
    pub(super) fn next_line(&mut self) -> Result<Option<String>, Message> {
        let mut line = String::new();
        self.text.read_line(&mut line).map_err(not_stored)?;
        if line.chars().all(|character| character == DOS_END) {
            return Ok(None);
        }
        self.number += 1;
        let end = line.strip_suffix('\n').unwrap_or_else(|| line.trim_end_matches(DOS_END)).len();
        line.truncate(end);
        Ok(Some(line))
    }
}

impl<R: BufRead> RowSource for Lines<R> {
    fn next_row(&mut self) -> Result<Option<FileRow>, Message> {
        while let Some(text) = self.next_line()? {
            let (line, cells) = (Some(self.number), vec![Cell::Text(text)]);
            let mut row = FileRow { input_row: self.number, line, cells, ..FileRow::default() };
            row.close();
            if !row.cells.is_empty() {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    fn last_row(&self) -> u64 {
        self.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16LE};

    /// Gives one byte at a time, so that every character is split over reads.
    struct Dribble<'bytes>(&'bytes [u8]);

    impl Read for Dribble<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let wanted = buffer.len().min(1);
            self.0.read(&mut buffer[..wanted])
        }
    }

    fn decoded_from(source: &mut dyn Read, encoding: &'static Encoding) -> Result<String, Message> {
        let mut text = String::new();
        decode(source, TextEncoding(encoding))?.read_to_string(&mut text).unwrap();
        Ok(text)
    }

    fn decoded(bytes: &[u8], encoding: &'static Encoding) -> Result<String, Message> {
        decoded_from(&mut Dribble(bytes), encoding)
    }

    #[test]
    fn every_line_break_becomes_one_newline() {
        assert_eq!(decoded(b"a\r\nb\rc\n\nd\r", UTF_8).unwrap(), "a\nb\nc\n\nd\n");
    }

    #[test]
    fn bytes_are_decoded_whole_wherever_blocks_end() {
        let name = "北京某某科技有限公司，𠮷\r\n".repeat(4_000);
        let expected = name.replace("\r\n", "\n");
        assert_eq!(decoded(name.as_bytes(), UTF_8).unwrap(), expected);
        assert_eq!(decoded(&GB18030.encode(&name).0, GB18030).unwrap(), expected);
        let utf16: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(&utf16, UTF_16LE).unwrap(), expected);
    }

    #[test]
    fn what_cannot_be_decoded_is_an_error_with_its_line() {
        let mut bytes = "甲公司\r\n".repeat(20_000).into_bytes();
        bytes.extend(b"\xb9\xab\n");
        for (bytes, encoding, beginning) in [
            (&bytes[..], UTF_8, "line 20001 holds bytes that are not UTF-8: "),
            (b"a\n\xe4\xb8", UTF_8, "line 2 holds bytes that are not UTF-8: "),
            (b"a\0\n\0b", UTF_16LE, "line 2 holds bytes that are not UTF-16LE: "),
        ] {
            let error = decoded(bytes, encoding).unwrap_err().to_string();
            assert!(error.starts_with(beginning), "{error}");
        }
    }

    #[test]
    fn a_nul_is_an_error_with_its_line() {
        let error = decoded(b"a\nb\nc\0d\n", UTF_8).unwrap_err().to_string();
        assert!(error.starts_with("line 3 holds a NUL byte"), "{error}");
    }

    #[test]
    fn lines_have_their_numbers_and_nothing_is_a_comment() {
        let mut lines = Lines::new("# 甲公司\n\n \u{3000}\n乙公司  \n-- 丙".as_bytes());
        let mut read = Vec::new();
        while let Some(row) = lines.next_row().unwrap() {
            read.push((row.input_row, row.text(0).unwrap().into_owned()));
        }
        assert_eq!(read, [(1, "# 甲公司".into()), (4, "乙公司".into()), (5, "-- 丙".into())]);
    }

    #[test]
    fn a_dos_end_of_file_mark_is_no_text() {
        let line = |text: &str| Lines::new(text.as_bytes()).next_line().unwrap();
        assert_eq!(line("甲公司\u{1a}\u{1a}").as_deref(), Some("甲公司"));
        assert_eq!(line("\u{1a}"), None);
        assert_eq!(line("甲\u{1a}公司\n").as_deref(), Some("甲\u{1a}公司"));
    }

    #[test]
    fn a_line_that_never_ends_is_refused_within_its_bound() {
        struct Endless {
            given: usize,
        }
        impl Read for Endless {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                buffer.fill(b'a');
                self.given += buffer.len();
                Ok(buffer.len())
            }
        }
        let mut source = Endless { given: 0 };
        let error = decoded_from(&mut source, UTF_8).unwrap_err();
        assert!(error.to_string().starts_with("line 1 is longer than 1048576 bytes"), "{error}");
        assert!(source.given <= LINE_LIMIT + 2 * BLOCK, "read {} bytes", source.given);
    }
}
