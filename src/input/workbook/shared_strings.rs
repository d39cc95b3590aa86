//! The table of shared strings, in a temporary file.
//!
//! A list of a million companies has as many strings, so they are not held in memory. Cells mostly refer to the string
//! after the one before, which is in the buffer then.

use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

use tempfile::SpooledTempFile;

use super::xml::Xml;
use crate::domain::text::Message;
use crate::input::error::not_stored;
use crate::input::row::MEMORY_LIMIT;

const OFFSET_SIZE: usize = size_of::<u64>();

/// The strings by their numbers, from 0.
pub(super) struct SharedStrings {
    texts: BufReader<SpooledTempFile>,
    /// The offset of each string in `texts`, then the length of `texts`.
    offsets: BufReader<SpooledTempFile>,
    count: u64,
}

impl SharedStrings {
    /// Reads the table from its beginning to its end; without one there are no strings.
    pub(super) fn read<R: Read>(table: Option<Xml<R>>) -> Result<Self, Message> {
        let file = || BufWriter::new(SpooledTempFile::new(MEMORY_LIMIT));
        let (mut texts, mut offsets, mut count, mut end) = (file(), file(), 0, 0_u64);
        offsets.write_all(&end.to_le_bytes()).map_err(not_stored)?;
        if let Some(mut table) = table {
            while let Some(start) = table.next_start()? {
                if start.local_name().as_ref() == "si" {
                    let text = unescaped(table.text()?);
                    end += text.len() as u64;
                    count += 1;
                    let written = texts.write_all(text.as_bytes());
                    written.and_then(|()| offsets.write_all(&end.to_le_bytes())).map_err(not_stored)?;
                }
            }
        }
        let reader = |file: BufWriter<_>| {
            file.into_inner().map(BufReader::new).map_err(|error| not_stored(error.into_error()))
        };
        Ok(Self { texts: reader(texts)?, offsets: reader(offsets)?, count })
    }

    /// A string; `None` if there is no such number.
    pub(super) fn get(&mut self, number: u64) -> Result<Option<String>, Message> {
        (number < self.count).then(|| self.read_string(number)).transpose().map_err(not_stored)
    }

    fn read_string(&mut self, number: u64) -> io::Result<String> {
        let mut bounds = [[0; OFFSET_SIZE]; 2];
        read_at(&mut self.offsets, number * OFFSET_SIZE as u64, bounds.as_flattened_mut())?;
        let [begin, end] = bounds.map(u64::from_le_bytes);
        let mut text = vec![0; usize::try_from(end - begin).map_err(io::Error::other)?];
        read_at(&mut self.texts, begin, &mut text)?;
        String::from_utf8(text).map_err(io::Error::other)
    }
}

/// Reads from an offset. The buffer is kept if the offset is in it.
fn read_at(file: &mut BufReader<SpooledTempFile>, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
    let position = file.stream_position()?;
    file.seek_relative(offset.cast_signed() - position.cast_signed())?;
    file.read_exact(bytes)
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
        assert!(strings.texts.get_ref().is_rolled(), "all strings are in memory");
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
