//! Which lines of a byte stream are UTF-8.
//!
//! A list pasted together from two sources has lines in two encodings, and GB18030 reads almost any bytes as
//! some characters: only a look at every line tells. Keeps one line in memory, at most [`LINE_LIMIT`] bytes.

use super::error::InputError;
use super::text::LINE_LIMIT;

/// From this many characters of three bytes on, a well-formed line is UTF-8 and not by chance.
const CERTAIN: usize = 4;

/// Sorts the lines of a stream.
pub(super) struct Utf8Lines<'input> {
    input: &'input str,
    line: u64,
    pending: Vec<u8>,
    after_return: bool,
    utf8_line: Option<u64>,
    other_line: Option<u64>,
}

impl<'input> Utf8Lines<'input> {
    pub(super) fn new(input: &'input str) -> Self {
        Self { input, line: 1, pending: Vec::new(), after_return: false, utf8_line: None, other_line: None }
    }

    /// Takes the next bytes of the stream.
    pub(super) fn feed(&mut self, mut bytes: &[u8]) -> Result<(), InputError> {
        while let Some(end) = memchr::memchr2(b'\n', b'\r', bytes) {
            let second_of_pair =
                bytes[end] == b'\n' && self.after_return && end == 0 && self.pending.is_empty();
            if !second_of_pair {
                self.extend(&bytes[..end])?;
                self.judge();
                self.line += 1;
            }
            self.after_return = bytes[end] == b'\r';
            bytes = &bytes[end + 1..];
        }
        if !bytes.is_empty() {
            self.after_return = false;
        }
        self.extend(bytes)
    }

    /// Ends the stream.
    ///
    /// # Errors
    /// Some lines are certainly UTF-8 and others certainly not.
    pub(super) fn finish(mut self) -> Result<Self, InputError> {
        self.judge();
        match (self.utf8_line, self.other_line) {
            (Some(utf8_line), Some(other_line)) => {
                Err(InputError::MixedEncodings { input: self.input.to_owned(), other_line, utf8_line })
            }
            _ => Ok(self),
        }
    }

    /// Whether every line seen was well-formed.
    pub(super) fn all_utf8(&self) -> bool {
        self.other_line.is_none()
    }

    fn extend(&mut self, bytes: &[u8]) -> Result<(), InputError> {
        if self.pending.len() + bytes.len() > LINE_LIMIT {
            let input = self.input.to_owned();
            return Err(InputError::LineTooLong { input, line: self.line, limit: LINE_LIMIT });
        }
        self.pending.extend_from_slice(bytes);
        Ok(())
    }

    fn judge(&mut self) {
        match std::str::from_utf8(&self.pending) {
            Ok(text) => {
                let long = text.chars().filter(|character| character.len_utf8() == 3);
                if self.utf8_line.is_none() && long.take(CERTAIN).count() == CERTAIN {
                    self.utf8_line = Some(self.line);
                }
            }
            Err(_) => {
                self.other_line.get_or_insert(self.line);
            }
        }
        self.pending.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(blocks: &[&[u8]]) -> (Option<u64>, Option<u64>) {
        let mut lines = Utf8Lines::new("a.txt");
        for block in blocks {
            lines.feed(block).unwrap();
        }
        lines.judge();
        (lines.utf8_line, lines.other_line)
    }

    #[test]
    fn lines_are_counted_over_every_kind_of_break_and_block() {
        assert_eq!(sorted(&[b"a\r", b"\nb\rc\n", b"\n", b"\xb9\xab"]), (None, Some(5)));
        assert_eq!(sorted(&[b"a\r\n\r\n\xff"]), (None, Some(3)));
        assert_eq!(sorted(&["一二".as_bytes(), "三四\n".as_bytes()]), (Some(1), None));
        let split = "一二三四".as_bytes();
        assert_eq!(sorted(&[b"\n", &split[..4], &split[4..]]), (Some(2), None));
    }

    #[test]
    fn a_few_characters_that_are_utf8_by_chance_do_not_mix() {
        // 模 in GBK is the UTF-8 of another letter.
        assert_eq!(sorted(&[b"\xc4\xa3\n\xb9\xab\xcb\xbe\n"]), (None, Some(2)));
    }

    #[test]
    fn memory_stays_within_one_line() {
        let mut lines = Utf8Lines::new("a.txt");
        let block = vec![b'a'; 1 << 16];
        let mut fed = 0;
        let error = loop {
            match lines.feed(&block) {
                Ok(()) => fed += block.len(),
                Err(error) => break error,
            }
        };
        assert!(fed <= LINE_LIMIT && lines.pending.capacity() <= 2 * LINE_LIMIT);
        assert!(matches!(error, InputError::LineTooLong { line: 1, .. }));
    }
}
