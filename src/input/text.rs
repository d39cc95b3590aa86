//! Texts as lines: strict decoding in blocks, and lists of one keyword a line.
//!
//! [`DecodedText`] gives UTF-8 with every line break (`\n`, `\r\n`, `\r`) as `\n`; bytes that cannot be decoded
//! and NULs are errors with their line. It never holds more than a block.

use std::io::{self, BufRead, Read};

use encoding_rs::{Decoder, DecoderResult};

use super::encoding::Decision;
use super::error::InputError;
use super::row::{Cell, LINE_LIMIT, Row, RowSource};
use super::separator::FULL_WIDTH_FIELD_END;

const RAW_BLOCK: usize = 1 << 14;
/// No encoding here makes more than three bytes of UTF-8 of one byte; a few are left from the block before.
const DECODED_BLOCK: usize = 3 * RAW_BLOCK + 16;

/// A reader of UTF-8 over bytes in another encoding. Its `io::Error`s carry an [`InputError`]; see
/// [`recover`].
pub(super) struct DecodedText<R> {
    input: String,
    source: R,
    encoding: &'static str,
    decoder: Decoder,
    mark_left: usize,
    raw: Vec<u8>,
    raw_used: usize,
    decoded: Vec<u8>,
    decoded_used: usize,
    line: u64,
    after_return: bool,
    splits_at_full_width_commas: bool,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Reading,
    SourceEnded,
    Ended,
}

impl<R: Read> DecodedText<R> {
    /// A reader from the beginning of `source`, mark included.
    pub(super) fn new(input: &str, source: R, decision: Decision) -> Self {
        Self {
            input: input.to_owned(),
            source,
            encoding: decision.encoding.name(),
            decoder: decision.encoding.0.new_decoder_without_bom_handling(),
            mark_left: decision.mark_length,
            raw: Vec::with_capacity(RAW_BLOCK),
            raw_used: 0,
            decoded: Vec::with_capacity(DECODED_BLOCK),
            decoded_used: 0,
            line: 1,
            after_return: false,
            splits_at_full_width_commas: false,
            state: State::Reading,
        }
    }

    /// The text of the first block, without taking it.
    pub(super) fn beginning(&mut self) -> Result<&str, InputError> {
        self.advance()?;
        // A block ends between characters.
        Ok(std::str::from_utf8(&self.decoded[self.decoded_used..]).unwrap_or_default())
    }

    /// Gives [`FULL_WIDTH_FIELD_END`] in place of full-width commas, from the current block on.
    pub(super) fn split_at_full_width_commas(&mut self) {
        self.splits_at_full_width_commas = true;
        self.replace_full_width_commas();
    }

    /// A block ends between characters.
    fn replace_full_width_commas(&mut self) {
        if self.splits_at_full_width_commas {
            let text = String::from_utf8_lossy(&self.decoded[self.decoded_used..]);
            self.decoded = text.replace('，', FULL_WIDTH_FIELD_END).into_bytes();
            self.decoded_used = 0;
        }
    }

    /// Decodes until there is something to give or nothing left.
    fn advance(&mut self) -> Result<(), InputError> {
        while self.decoded_used == self.decoded.len() && self.state != State::Ended {
            if self.raw_used == self.raw.len() && self.state == State::Reading {
                self.read_raw()?;
            }
            self.decode()?;
        }
        Ok(())
    }

    fn read_raw(&mut self) -> Result<(), InputError> {
        self.raw.clear();
        let read = (&mut self.source).take(RAW_BLOCK as u64).read_to_end(&mut self.raw);
        read.map_err(|source| InputError::Unreadable { input: self.input.clone(), source })?;
        if self.raw.len() < RAW_BLOCK {
            self.state = State::SourceEnded;
        }
        self.raw_used = std::mem::take(&mut self.mark_left);
        Ok(())
    }

    fn decode(&mut self) -> Result<(), InputError> {
        self.decoded.resize(DECODED_BLOCK, 0);
        let last = self.state == State::SourceEnded;
        let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(
            &self.raw[self.raw_used..],
            &mut self.decoded,
            last,
        );
        self.raw_used += read;
        self.decoded.truncate(written);
        self.decoded_used = 0;
        self.normalise_breaks();
        let breaks = memchr::memchr_iter(b'\n', &self.decoded).count() as u64;
        if let Some(position) = memchr::memchr(0, &self.decoded) {
            let before = memchr::memchr_iter(b'\n', &self.decoded[..position]).count() as u64;
            return Err(InputError::NulByte { input: self.input.clone(), line: self.line + before });
        }
        self.line += breaks;
        self.replace_full_width_commas();
        match result {
            DecoderResult::InputEmpty if last => {
                // DOS ends a text with Ctrl-Z.
                while self.decoded.last() == Some(&0x1a) {
                    self.decoded.pop();
                }
                self.state = State::Ended;
            }
            DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => {
                let (input, encoding) = (self.input.clone(), self.encoding);
                return Err(InputError::Undecodable { input, line: self.line, encoding });
            }
        }
        Ok(())
    }

    fn normalise_breaks(&mut self) {
        if !self.after_return && memchr::memchr(b'\r', &self.decoded).is_none() {
            return;
        }
        let mut after_return = self.after_return;
        self.decoded.retain_mut(|byte| {
            let second_of_pair = after_return && *byte == b'\n';
            after_return = *byte == b'\r';
            if after_return {
                *byte = b'\n';
            }
            !second_of_pair
        });
        self.after_return = after_return;
    }
}

impl<R: Read> BufRead for DecodedText<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.advance().map_err(io::Error::other)?;
        Ok(&self.decoded[self.decoded_used..])
    }

    fn consume(&mut self, amount: usize) {
        self.decoded_used = (self.decoded_used + amount).min(self.decoded.len());
    }
}

impl<R: Read> Read for DecodedText<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

/// The [`InputError`] that an `io::Error` of a [`DecodedText`] carries.
pub(super) fn recover(input: &str, error: io::Error) -> InputError {
    error
        .downcast::<InputError>()
        .unwrap_or_else(|source| InputError::Unreadable { input: input.to_owned(), source })
}

/// The lines of a list of one keyword a line. There are no comments and no separators.
pub(super) struct Lines<R> {
    input: String,
    text: R,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: &str, text: R) -> Self {
        Self { input: input.to_owned(), text, number: 0 }
    }

    /// Reads one line without its break; `false` after the last.
    fn read_line(&mut self, line: &mut Vec<u8>) -> Result<bool, InputError> {
        line.clear();
        self.number += 1;
        let mut bounded = (&mut self.text).take(LINE_LIMIT as u64 + 2);
        let read = bounded.read_until(b'\n', line).map_err(|error| recover(&self.input, error))?;
        if line.ends_with(b"\n") {
            line.pop();
        }
        if line.len() > LINE_LIMIT {
            let (input, line) = (self.input.clone(), self.number);
            return Err(InputError::LineTooLong { input, line, limit: LINE_LIMIT });
        }
        Ok(read > 0)
    }
}

impl<R: BufRead> RowSource for Lines<R> {
    fn next_row(&mut self) -> Result<Option<Row>, InputError> {
        let mut line = Vec::new();
        while self.read_line(&mut line)? {
            // The bytes come out of a decoder: they are UTF-8.
            let cell = Cell::Text(String::from_utf8_lossy(&line).into_owned());
            if !cell.is_blank() {
                let (input_row, line) = (self.number, self.number);
                return Ok(Some(Row { input_row, line, fields: 1, cells: vec![cell], repaired: Vec::new() }));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16LE};

    use crate::input::encoding::TextEncoding;

    /// Gives one byte at a time, so that every character is split over reads.
    struct Dribble<'bytes>(&'bytes [u8]);

    impl Read for Dribble<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let wanted = buffer.len().min(1);
            self.0.read(&mut buffer[..wanted])
        }
    }

    fn decoder<R: Read>(source: R, encoding: &'static Encoding) -> DecodedText<R> {
        DecodedText::new("a.txt", source, Decision { encoding: TextEncoding(encoding), mark_length: 0 })
    }

    fn decoded(bytes: &[u8], encoding: &'static Encoding) -> Result<String, InputError> {
        let mut text = String::new();
        match decoder(Dribble(bytes), encoding).read_to_string(&mut text) {
            Ok(_) => Ok(text),
            Err(error) => Err(recover("a.txt", error)),
        }
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
        assert!(matches!(decoded(&bytes, UTF_8), Err(InputError::Undecodable { line: 20_001, .. })));
        assert!(matches!(decoded(b"a\n\xe4\xb8", UTF_8), Err(InputError::Undecodable { line: 2, .. })));
        assert!(matches!(decoded(b"a\0\n\0b", UTF_16LE), Err(InputError::Undecodable { .. })));
    }

    #[test]
    fn a_nul_is_an_error_with_its_line() {
        assert!(matches!(decoded(b"a\nb\nc\0d\n", UTF_8), Err(InputError::NulByte { line: 3, .. })));
    }

    #[test]
    fn lines_have_their_numbers_and_nothing_is_a_comment() {
        let mut lines = Lines::new("a.txt", "# 甲公司\n\n \u{3000}\n乙公司  \n-- 丙".as_bytes());
        let mut read = Vec::new();
        while let Some(row) = lines.next_row().unwrap() {
            read.push((row.input_row, row.text(0).unwrap().into_owned()));
        }
        assert_eq!(read, [(1, "# 甲公司".into()), (4, "乙公司".into()), (5, "-- 丙".into())]);
    }

    #[test]
    fn a_dos_end_of_file_mark_is_no_text() {
        assert_eq!(decoded("甲公司\r\n\u{1a}".as_bytes(), UTF_8).unwrap(), "甲公司\n");
        assert_eq!(decoded("甲\u{1a}公司\n".as_bytes(), UTF_8).unwrap(), "甲\u{1a}公司\n");
    }

    #[test]
    fn full_width_commas_separate_fields_when_asked_to() {
        let mut text = decoder("甲，乙\n".as_bytes(), UTF_8);
        text.beginning().unwrap();
        text.split_at_full_width_commas();
        let mut read = String::new();
        text.read_to_string(&mut read).unwrap();
        assert_eq!(read, "甲\u{1f}乙\n");
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
        let mut text = decoder(Endless { given: 0 }, UTF_8);
        let error = Lines::new("a.txt", &mut text).next_row().unwrap_err();
        assert!(matches!(error, InputError::LineTooLong { line: 1, .. }));
        assert!(text.source.given <= LINE_LIMIT + 2 * RAW_BLOCK, "read {} bytes", text.source.given);
        assert!(text.decoded.capacity() <= DECODED_BLOCK && text.raw.capacity() <= 2 * RAW_BLOCK);
    }
}
