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
/// How many bytes at the beginning of the table are held in memory: many cells repeat a city or a status.
const HELD: u64 = 1 << 16;

/// The strings by their numbers, from 0.
pub(super) struct SharedStrings {
    /// The strings at the beginning.
    held: Vec<String>,
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
        let mut file = BufWriter::new(SpooledTempFile::new(MEMORY_LIMIT));
        let (mut held, mut begins, mut count, mut end) = (Vec::new(), Vec::new(), 0, 0);
        if let Some(mut table) = table {
            loop {
                match table.next()? {
                    Event::Start(start) if start.local_name().as_ref() == "si" => {}
                    Event::Eof => break,
                    _ => continue,
                }
                let text = unescaped(table.text(&["rPh"])?);
                if count % STEP == 0 {
                    begins.push(end);
                }
                let length = text.len() as u64;
                let written = file.write_all(&length.to_le_bytes());
                written.and_then(|()| file.write_all(text.as_bytes())).map_err(store)?;
                end += size_of::<u64>() as u64 + length;
                count += 1;
                if end <= HELD {
                    held.push(text);
                }
            }
        }
        let mut file = file.into_inner().map_err(|error| store(error.into_error()))?;
        file.rewind().map_err(store)?;
        Ok(Self { held, texts: BufReader::new(file), begins, count, next: 0 })
    }

    /// A string; `None` if there is no such number.
    pub(super) fn get(&mut self, number: u64) -> Result<Option<String>, InputErrorKind> {
        let held = usize::try_from(number).ok().and_then(|number| self.held.get(number));
        match held {
            Some(text) => Ok(Some(text.clone())),
            None if number >= self.count => Ok(None),
            None => self.read_string(number).map(Some).map_err(store),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_found_in_any_order() {
        let items: String =
            (0..5_000).map(|n| format!("<si><t>第{n}号{}</t></si>", "x".repeat(n % 90))).collect();
        let table = format!("<sst>{items}</sst>");
        let mut strings = SharedStrings::read(Some(Xml::new(table.as_bytes()))).unwrap();
        assert!(strings.held.len() < 2_000, "{} strings are in memory", strings.held.len());
        let forwards = 0..5_000;
        let backwards = (0..5_000).rev().step_by(7);
        let scattered = (0..5_000).map(|n| n * 1_234_577 % 5_000);
        for number in forwards.chain(backwards).chain(scattered) {
            let text = strings.get(number).unwrap();
            let expected = format!("第{number}号{}", "x".repeat(usize::try_from(number).unwrap() % 90));
            assert_eq!(text, Some(expected));
        }
        assert_eq!(strings.get(5_000).unwrap(), None);
        assert_eq!(SharedStrings::read::<&[u8]>(None).unwrap().get(0).unwrap(), None);
    }
}
