//! The table of shared strings, in temporary files.
//!
//! A list of a million companies has as many strings, so they are not held in memory. Cells mostly refer to the string
//! after the one before, which is in the buffer then.

use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

use quick_xml::events::Event;
use tempfile::SpooledTempFile;

use super::xml::Xml;
use crate::domain::text::Message;

/// How many bytes of each file stay in memory.
const MEMORY_LIMIT: usize = 1 << 18;
const NUMBER: usize = size_of::<u64>();

/// The strings by their numbers, from 0.
pub(super) struct SharedStrings {
    texts: Window,
    /// Where each text ends.
    ends: Window,
    count: u64,
}

/// Why the table cannot be used.
pub(super) enum TableError {
    Damaged(Message),
    Store(io::Error),
}

impl From<Message> for TableError {
    fn from(reason: Message) -> Self {
        Self::Damaged(reason)
    }
}

impl From<io::Error> for TableError {
    fn from(error: io::Error) -> Self {
        Self::Store(error)
    }
}

impl SharedStrings {
    /// A table without strings.
    pub(super) fn empty() -> Self {
        let window = || Window { file: BufReader::new(SpooledTempFile::new(MEMORY_LIMIT)), position: 0 };
        Self { texts: window(), ends: window(), count: 0 }
    }

    /// Reads the table from its beginning to its end.
    pub(super) fn read<R: Read>(mut table: Xml<R>) -> Result<Self, TableError> {
        let mut texts = BufWriter::new(SpooledTempFile::new(MEMORY_LIMIT));
        let mut ends = BufWriter::new(SpooledTempFile::new(MEMORY_LIMIT));
        let (mut end, mut count) = (0_u64, 0);
        loop {
            match table.next()? {
                Event::Start(start) if start.local_name().as_ref() == "si" => {
                    let text = unescaped(table.text(&["rPh"])?);
                    texts.write_all(text.as_bytes())?;
                    end += text.len() as u64;
                    ends.write_all(&end.to_le_bytes())?;
                    count += 1;
                }
                Event::Eof => break,
                _ => {}
            }
        }
        Ok(Self { texts: Window::new(texts)?, ends: Window::new(ends)?, count })
    }

    /// A string; `None` if there is no such number.
    pub(super) fn get(&mut self, number: u64) -> io::Result<Option<String>> {
        if number >= self.count {
            return Ok(None);
        }
        let start = if number == 0 { 0 } else { self.end(number - 1)? };
        let length = self.end(number)? - start;
        let mut text = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        self.texts.read_at(start, &mut text)?;
        String::from_utf8(text).map(Some).map_err(io::Error::other)
    }

    fn end(&mut self, number: u64) -> io::Result<u64> {
        let mut bytes = [0; NUMBER];
        self.ends.read_at(number * NUMBER as u64, &mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }
}

/// A file that is mostly read in order.
struct Window {
    file: BufReader<SpooledTempFile>,
    position: u64,
}

impl Window {
    fn new(file: BufWriter<SpooledTempFile>) -> io::Result<Self> {
        let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok(Self { file: BufReader::new(file), position: 0 })
    }

    fn read_at(&mut self, position: u64, bytes: &mut [u8]) -> io::Result<()> {
        // Within the buffer nothing is read again.
        self.file.seek_relative(position.cast_signed() - self.position.cast_signed())?;
        self.file.read_exact(bytes)?;
        self.position = position + bytes.len() as u64;
        Ok(())
    }
}

/// The text with characters that XML cannot hold, which are written as `_x000D_`.
pub(super) fn unescaped(text: String) -> String {
    const LENGTH: usize = "_x000D_".len();
    if !text.contains("_x") {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find("_x") {
        plain.push_str(&rest[..start]);
        let escape = rest.get(start..start + LENGTH).filter(|escape| escape.ends_with('_'));
        let character = escape.and_then(|escape| u32::from_str_radix(&escape[2..LENGTH - 1], 16).ok());
        match character.and_then(char::from_u32) {
            Some(character) => {
                plain.push(character);
                rest = &rest[start + LENGTH..];
            }
            None => {
                plain.push_str("_x");
                rest = &rest[start + 2..];
            }
        }
    }
    plain.push_str(rest);
    plain
}
