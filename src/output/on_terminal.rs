//! Data in a machine format that is written to a terminal, without control characters. In pipes and files the same data
//! stays exact.

use super::sanitise::{escaped_in_json, sanitise};
use std::borrow::Cow;
use std::io::{self, Write};

/// The replacement of characters that a terminal must not receive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EscapeMode {
    /// As escapes of JSON, which leave its texts exact.
    Escaped,
    /// As visible characters; tabs stay.
    Replaced,
}

/// Escapes text line by line. An unfinished line waits for [`Write::flush`].
pub struct OnTerminal<W> {
    inner: W,
    mode: EscapeMode,
    waiting: Vec<u8>,
}

impl<W: Write> OnTerminal<W> {
    /// A writer in front of the one to a terminal.
    pub const fn new(inner: W, mode: EscapeMode) -> Self {
        Self { inner, mode, waiting: Vec::new() }
    }

    fn pass_on(&mut self, length: usize) -> io::Result<()> {
        let text = String::from_utf8_lossy(&self.waiting[..length]);
        let shown = match self.mode {
            EscapeMode::Escaped => escaped_in_json(&text),
            EscapeMode::Replaced => Cow::Owned(text.split_inclusive('\n').map(replaced).collect()),
        };
        let written = self.inner.write_all(shown.as_bytes());
        self.waiting.drain(..length);
        written
    }
}

/// One line, with its line break.
fn replaced(line: &str) -> String {
    let cells = |bare: &str| bare.split('\t').map(sanitise).collect::<Vec<_>>().join("\t");
    match line.strip_suffix('\n') {
        Some(bare) => cells(bare.strip_suffix('\r').unwrap_or(bare)) + "\n",
        None => cells(line),
    }
}

impl<W: Write> Write for OnTerminal<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        if let Some(last) = self.waiting.iter().rposition(|byte| *byte == b'\n') {
            self.pass_on(last + 1)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass_on(self.waiting.len())?;
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(harmless: EscapeMode, pieces: &[&[u8]]) -> String {
        let mut seen = Vec::new();
        let mut writer = OnTerminal::new(&mut seen, harmless);
        for piece in pieces {
            writer.write_all(piece).unwrap();
        }
        writer.flush().unwrap();
        String::from_utf8(seen).unwrap()
    }

    #[test]
    fn lines_and_tabs_stay_and_nothing_steers_wherever_the_writes_are_cut() {
        let text = "名\t👩\u{200d}🚀\r\n\u{1b}[2J\u{9b}\u{202e}倒\rover\r\n\u{7}\u{7f}end\r";
        let expected = "名\t👩\u{200d}🚀\n␛[2J\u{fffd}\u{fffd}倒⏎over\n␇␡end⏎";
        for cut in 0..text.len() {
            let (head, tail) = text.as_bytes().split_at(cut);
            assert_eq!(shown(EscapeMode::Replaced, &[head, tail]), expected, "cut at {cut}");
        }
        assert_eq!(shown(EscapeMode::Replaced, &[b"\xff\x9b\n"]), "\u{fffd}\u{fffd}\n");
    }

    #[test]
    fn json_stays_exact() {
        let json = "[\n{\"a\":\"\u{9b}\u{202e}一\u{7f}\"}\n]\n";
        let shown = shown(EscapeMode::Escaped, &[&json.as_bytes()[..9], &json.as_bytes()[9..]]);
        assert_eq!(shown, "[\n{\"a\":\"\\u009b\\u202e一\\u007f\"}\n]\n");
    }
}
