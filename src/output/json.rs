//! `json` and `ndjson`: JSON is written as it comes. A document is valid even if the run ends early.
//!
//! The values of the second array wait in memory, or in an anonymous temporary file if there are many. Memory does not
//! grow with the run.

use super::OutputWriter;
use super::sink::BUFFER_BYTES;
use serde::Serialize;
use std::io::{self, BufWriter, Seek, Write};
use tempfile::SpooledTempFile;

/// Writes the two arrays of a document, or lines.
pub(super) struct JsonWriter {
    arrays: &'static [&'static str],
    writer: BufWriter<OutputWriter>,
    second: BufWriter<SpooledTempFile>,
    /// The separator before the next value of each array.
    separators: [&'static str; 2],
}

impl JsonWriter {
    /// A document of `head`, its first member, and at most two arrays with these names. Without names
    /// there is no document, and each value is a line.
    pub(super) fn new(head: &str, arrays: &'static [&'static str], writer: OutputWriter) -> io::Result<Self> {
        let mut writer = BufWriter::with_capacity(BUFFER_BYTES, writer);
        if let Some(name) = arrays.first() {
            write!(writer, "{{{head},\"{name}\":[")?;
        }
        let second = BufWriter::new(SpooledTempFile::new(BUFFER_BYTES));
        Ok(Self { arrays, writer, second, separators: ["\n"; 2] })
    }

    /// Adds a value to the array at that place, if there is one. Without arrays the values of the first are lines.
    pub(super) fn value(&mut self, array: usize, value: &impl Serialize) -> io::Result<()> {
        let [first, second] = &mut self.separators;
        match (array, self.arrays.len()) {
            (0, 0) => {
                serde_json::to_writer(&mut self.writer, value)?;
                self.writer.write_all(b"\n")
            }
            (0, _) => element(&mut self.writer, first, value),
            (1, 2) => element(&mut self.second, second, value),
            _ => Ok(()),
        }
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    /// Completes the document.
    pub(super) fn finish(self) -> io::Result<()> {
        let Self { arrays, mut second, mut writer, .. } = self;
        if let Some(name) = arrays.get(1) {
            second.rewind()?;
            write!(writer, "\n],\"{name}\":[")?;
            io::copy(second.get_mut(), &mut writer)?;
        }
        if !arrays.is_empty() {
            writer.write_all(b"\n]}\n")?;
        }
        writer.flush()
    }
}

fn element(writer: &mut impl Write, separator: &mut &'static str, value: &impl Serialize) -> io::Result<()> {
    writer.write_all(std::mem::replace(separator, ",\n").as_bytes())?;
    Ok(serde_json::to_writer(writer, value)?)
}

#[cfg(test)]
mod tests;
