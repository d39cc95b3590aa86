//! The table of shared strings, in a temporary file.
//!
//! A list of a million companies has as many strings, so they are not held in memory. Cells mostly refer to the string
//! after the one before, which is in the buffer then.

use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use quick_xml::events::Event;
use tempfile::SpooledTempFile;

use super::xml::Xml;
use crate::input::error::InputErrorKind;

/// How many bytes of the file stay in memory.
const MEMORY_LIMIT: usize = 1 << 18;
/// The beginning of every such string is kept in memory.
const STEP: u64 = 64;

/// The strings by their numbers, from 0.
pub(super) struct SharedStrings {
    /// Each string after its length.
    texts: BufReader<SpooledTempFile>,
    /// Where each [`STEP`]th string begins.
    begins: Vec<u64>,
    count: u64,
    /// The number of the string at which the reader stands.
    next: u64,
}

impl SharedStrings {
    /// Reads the table from its beginning to its end; without one there are no strings.
    pub(super) fn read<R: Read>(table: Option<Xml<R>>) -> Result<Self, InputErrorKind> {
        let mut texts = BufWriter::new(SpooledTempFile::new(MEMORY_LIMIT));
        let (mut begins, mut count, mut end) = (Vec::new(), 0, 0);
        let Some(mut table) = table else { return Self::of_file(texts, begins, count).map_err(store) };
        loop {
            match table.next()? {
                Event::Start(start) if start.local_name().as_ref() == "si" => {
                    let text = unescaped(table.text(&["rPh"])?);
                    if count % STEP == 0 {
                        begins.push(end);
                    }
                    let length = (text.len() as u64).to_le_bytes();
                    texts
                        .write_all(&length)
                        .and_then(|()| texts.write_all(text.as_bytes()))
                        .map_err(store)?;
                    end += (length.len() + text.len()) as u64;
                    count += 1;
                }
                Event::Eof => return Self::of_file(texts, begins, count).map_err(store),
                _ => {}
            }
        }
    }

    fn of_file(texts: BufWriter<SpooledTempFile>, begins: Vec<u64>, count: u64) -> io::Result<Self> {
        let mut texts = texts.into_inner().map_err(io::IntoInnerError::into_error)?;
        texts.rewind()?;
        Ok(Self { texts: BufReader::new(texts), begins, count, next: 0 })
    }

    /// A string; `None` if there is no such number.
    pub(super) fn get(&mut self, number: u64) -> Result<Option<String>, InputErrorKind> {
        if number >= self.count { Ok(None) } else { self.read_string(number).map(Some).map_err(store) }
    }

    fn read_string(&mut self, number: u64) -> io::Result<String> {
        if number < self.next || number >= self.next + STEP {
            let block = usize::try_from(number / STEP).map_err(io::Error::other)?;
            self.texts.seek(SeekFrom::Start(self.begins[block]))?;
            self.next = number - number % STEP;
        }
        while self.next < number {
            let length = self.read_length()?;
            self.texts.seek_relative(length.cast_signed())?;
            self.next += 1;
        }
        let mut text = vec![0; usize::try_from(self.read_length()?).map_err(io::Error::other)?];
        self.texts.read_exact(&mut text)?;
        self.next += 1;
        String::from_utf8(text).map_err(io::Error::other)
    }

    fn read_length(&mut self) -> io::Result<u64> {
        let mut length = [0; size_of::<u64>()];
        self.texts.read_exact(&mut length)?;
        Ok(u64::from_le_bytes(length))
    }
}

fn store(source: io::Error) -> InputErrorKind {
    InputErrorKind::Store { source }
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
