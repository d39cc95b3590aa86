//! Tables of values in the formats for programs: csv, tsv, json, ndjson and xlsx.

use super::csv::FlatWriter;
use super::json::JsonWriter;
use super::layout::TableHead;
use super::output_value::OutputValue;
use super::xlsx::Book;
use super::{Format, Options, OutputWriter};
use crate::domain::text::Language;
use serde::{Serialize, Serializer};
use std::io;

/// The parts of a file around its rows. The flat formats and the first JSON array hold the first table.
pub(super) struct DataFile {
    /// The first member of a JSON document.
    pub(super) head: String,
    /// The names of its arrays.
    pub(super) arrays: &'static [&'static str],
    pub(super) tables: Vec<TableHead>,
}

/// Writes rows in one of the formats.
pub(super) struct DataWriter {
    tables: Vec<TableHead>,
    destination: Destination,
}

enum Destination {
    Flat(Box<FlatWriter<OutputWriter>>),
    Json(JsonWriter),
    Workbook(Box<Book>, OutputWriter),
}

impl DataWriter {
    pub(super) fn open(
        format: Format,
        file: DataFile,
        options: Options,
        language: Language,
        writer: OutputWriter,
    ) -> io::Result<Self> {
        let DataFile { head, arrays, tables } = file;
        let flat = |delimiter, writer| {
            let mut flat = FlatWriter::new(delimiter, options.csv_dialect, writer)?;
            let headings = || tables[0].columns.iter().filter_map(|column| column.heading);
            if headings().next().is_some() {
                flat.headings(headings())?;
            }
            Ok::<_, io::Error>(Destination::Flat(Box::new(flat)))
        };
        let destination = match format {
            Format::Csv => flat(b',', writer)?,
            Format::Tsv => flat(b'\t', writer)?,
            Format::Ndjson => Destination::Json(JsonWriter::new("", &[], writer)?),
            Format::Xlsx => {
                let mut book = Book::new(options.mark.map(|mark| mark.in_language(language)))?;
                for table in tables.iter().cloned() {
                    book.add_sheets(table)?;
                }
                Destination::Workbook(Box::new(book), writer)
            }
            // The formats for people have sinks of their own.
            Format::Json | Format::Table | Format::Html => {
                Destination::Json(JsonWriter::new(&head, arrays, writer)?)
            }
        };
        Ok(Self { tables, destination })
    }

    /// Adds a row to the table at that place, if the format has it.
    pub(super) fn row<'a>(
        &mut self,
        table: usize,
        cells: impl Iterator<Item = OutputValue<'a>> + Clone,
    ) -> io::Result<()> {
        let columns = &self.tables[table].columns;
        match &mut self.destination {
            Destination::Flat(flat) if table == 0 => {
                flat.row(columns.iter().map(|column| column.kind).zip(cells))
            }
            Destination::Flat(_) => Ok(()),
            Destination::Json(json) => {
                json.value(table, &Members(columns.iter().map(|column| column.key).zip(cells)))
            }
            Destination::Workbook(book, _) => book.row(table, cells),
        }
    }

    /// Adds an object to a JSON array, or nothing to another format.
    pub(super) fn object(&mut self, array: usize, object: &impl Serialize) -> io::Result<()> {
        match &mut self.destination {
            Destination::Json(json) => json.value(array, object),
            Destination::Flat(_) | Destination::Workbook(..) => Ok(()),
        }
    }

    /// A workbook is written at its end.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        match &mut self.destination {
            Destination::Flat(flat) => flat.flush(),
            Destination::Json(json) => json.flush(),
            Destination::Workbook(..) => Ok(()),
        }
    }

    /// Completes the file.
    pub(super) fn finish(self) -> io::Result<()> {
        match self.destination {
            Destination::Flat(mut flat) => flat.flush(),
            Destination::Json(json) => json.finish(),
            Destination::Workbook(book, writer) => book.save(writer),
        }
    }
}

/// The members of an object.
struct Members<I>(I);

impl<'a, I: Iterator<Item = (&'static str, OutputValue<'a>)> + Clone> Serialize for Members<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.clone())
    }
}
