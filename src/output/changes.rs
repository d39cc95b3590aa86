//! The output of `hecha changes`, in every format.
//!
//! The changes of one query arrive together and before its entry. Values never depend on the language, except in the
//! formats for people.

mod page;
mod side_by_side;
mod sink;

use super::csv::FlatWriter;
use super::json::{JsonForm, JsonWriter};
use super::xlsx::{Book, SheetColumn};
use super::{CsvDialect, Format, Header, Writer};
use crate::domain::change::{CHANGES_SCHEMA, COMPARED_QUERY_COLUMNS, Change, ComparedQuery, change_columns};
use crate::domain::record::{Topic, Value};
use crate::domain::text::Text;
use serde_json::{Map, Value as Json};
pub use sink::{ChangeLayout, ChangeSink};
use std::io;

const CHANGES_SHEET: Text = Text::new("changes", "变化");
const QUERIES_SHEET: Text = Text::new("queries", "查询");

/// Opens a sink of that format.
///
/// # Errors
/// Those of the writer or of a temporary file.
pub fn open(format: Format, layout: ChangeLayout, writer: Writer) -> io::Result<Box<dyn ChangeSink>> {
    Ok(match format {
        Format::Table => Box::new(side_by_side::TableChanges::new(layout, writer)),
        Format::Html => Box::new(page::PageChanges::new(layout, writer)?),
        Format::Json => {
            let head = format!("{{\"schema\":\"{CHANGES_SCHEMA}\",\"changes\":[");
            Box::new(JsonChanges(JsonWriter::new(JsonForm::ValuesAndQueries, &head, writer)?))
        }
        Format::Ndjson => Box::new(JsonChanges(JsonWriter::new(JsonForm::Lines, "", writer)?)),
        Format::Csv => Box::new(FlatChanges::new(b',', layout, writer)?),
        Format::Tsv => Box::new(FlatChanges::new(b'\t', layout, writer)?),
        Format::Xlsx => Box::new(WorkbookChanges::new(layout, writer)?),
    })
}

/// The values of a change, in the order of [`change_columns`]. `fields` is its [`Change::fields_document`].
fn values<'a>(change: &'a Change, fields: Option<&'a Json>) -> impl Iterator<Item = Value<'a>> {
    let own = (0..change.row.record.topic().columns().len()).map(|index| change.row.value(index));
    let fields = fields.map_or(Value::Null, Value::Json);
    [Value::Text(change.kind.as_str())].into_iter().chain(own).chain([fields])
}

/// One change as a JSON object.
fn change_document(change: &Change) -> io::Result<Json> {
    let fields = change.fields_document();
    let columns = change_columns(change.row.record.topic());
    let mut document = Map::new();
    for (column, value) in columns.zip(values(change, fields.as_ref())) {
        document.insert(column.key.to_owned(), serde_json::to_value(value)?);
    }
    Ok(document.into())
}

/// One query as a JSON object.
fn query_document(query: &ComparedQuery) -> io::Result<Json> {
    let mut document = Map::new();
    for column in COMPARED_QUERY_COLUMNS {
        document.insert(column.key.to_owned(), serde_json::to_value((column.value)(query))?);
    }
    Ok(document.into())
}

/// `json` and `ndjson`.
struct JsonChanges(JsonWriter);

impl ChangeSink for JsonChanges {
    fn change(&mut self, change: &Change) -> io::Result<()> {
        self.0.value(&change_document(change)?)
    }

    fn query(&mut self, query: &ComparedQuery) -> io::Result<()> {
        self.0.query(&query_document(query)?)
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.0.finish()
    }
}

/// `csv` and `tsv`: the changes only.
struct FlatChanges {
    topic: Topic,
    writer: FlatWriter,
}

impl FlatChanges {
    fn new(delimiter: u8, layout: ChangeLayout, writer: Writer) -> io::Result<Self> {
        let mut writer = FlatWriter::new(delimiter, CsvDialect::Rfc4180, writer)?;
        writer.headings(change_columns(layout.topic).map(|column| column.key))?;
        Ok(Self { topic: layout.topic, writer })
    }
}

impl ChangeSink for FlatChanges {
    fn change(&mut self, change: &Change) -> io::Result<()> {
        let fields = change.fields_document();
        for (column, value) in change_columns(self.topic).zip(values(change, fields.as_ref())) {
            self.writer.value(column.kind, value)?;
        }
        self.writer.end_of_row()
    }

    fn query(&mut self, _: &ComparedQuery) -> io::Result<()> {
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.writer.flush()
    }
}

/// `xlsx`: a sheet of changes and a sheet of queries.
struct WorkbookChanges {
    book: Book,
    writer: Writer,
}

impl WorkbookChanges {
    fn new(layout: ChangeLayout, writer: Writer) -> io::Result<Self> {
        let mut book = Book::new(None)?;
        let language = layout.language;
        let sheet_column =
            |key, label, kind| SheetColumn { heading: Header::Labels.heading(key, label, language), kind };
        let changes = change_columns(layout.topic)
            .map(|column| sheet_column(column.key, column.label, column.kind))
            .collect();
        let queries = COMPARED_QUERY_COLUMNS
            .iter()
            .map(|column| sheet_column(column.key, column.label, column.kind))
            .collect();
        book.add_sheets(CHANGES_SHEET.in_language(language), changes)?;
        book.add_sheets(QUERIES_SHEET.in_language(language), queries)?;
        Ok(Self { book, writer })
    }
}

impl ChangeSink for WorkbookChanges {
    fn change(&mut self, change: &Change) -> io::Result<()> {
        let fields = change.fields_document();
        self.book.row(0, values(change, fields.as_ref()))
    }

    fn query(&mut self, query: &ComparedQuery) -> io::Result<()> {
        self.book.row(1, COMPARED_QUERY_COLUMNS.iter().map(|column| (column.value)(query)))
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        let Self { book, writer } = *self;
        book.save(writer)
    }
}
