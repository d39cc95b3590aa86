//! The output of `hecha changes`, in every format.
//!
//! Values never depend on the language, except in the formats for people.

mod side_by_side;

use super::data_sink::QUERIES_SHEET;
use super::data_writer::{DataFile, DataWriter};
use super::layout::TableHead;
use super::output_value::OutputValue;
use super::query_columns::{self, COMPARED, data_columns};
pub use super::sink::ChangeSink;
use super::{Format, Header, Layout, Options, OutputWriter};
use crate::domain::change::{CHANGES_SCHEMA, Change, ComparedQuery, change_columns};
use crate::domain::record::{Topic, Value};
use crate::domain::text::{Language, Text};
use serde_json::{Value as Json, json};
use side_by_side::{Form, SideBySide};
use std::io;

const CHANGES_SHEET: Text = Text::new("changes", "变化");

/// Opens a sink of that format. A table is as wide as the terminal, if there is one.
///
/// # Errors
/// Those of the writer or of a temporary file.
pub fn open(
    format: Format,
    topic: Topic,
    language: Language,
    width: Option<u16>,
    writer: OutputWriter,
) -> io::Result<Box<dyn ChangeSink>> {
    Ok(match format {
        Format::Table => Box::new(SideBySide::new(Form::Table(width), language, writer)?),
        Format::Html => Box::new(SideBySide::new(Form::Page, language, writer)?),
        Format::Json | Format::Ndjson | Format::Csv | Format::Tsv | Format::Xlsx => {
            Box::new(open_data(format, topic, language, writer)?)
        }
    })
}

/// The values of a change, in the order of [`change_columns`]. `fields` is its [`Change::fields_document`].
fn cells<'a>(change: &'a Change, fields: Option<&'a Json>) -> impl Iterator<Item = OutputValue<'a>> + Clone {
    let own = (0..change.row.record.topic().columns().len()).map(|index| change.row.value(index));
    let fields = fields.map_or(Value::Null, Value::Json);
    [Value::Text(change.kind.as_str())].into_iter().chain(own).chain([fields]).map(OutputValue::Plain)
}

/// Opens one of the formats for programs. A workbook has a sheet of changes and one of queries; the flat formats and
/// ndjson have the changes only.
fn open_data(
    format: Format,
    topic: Topic,
    language: Language,
    writer: OutputWriter,
) -> io::Result<DataWriter> {
    let header = if format == Format::Xlsx { Header::Labels } else { Header::Keys };
    let titles = Layout::whole(topic, header, language);
    let changes = change_columns(topic);
    let changes = changes.map(|column| titles.data_column(column.key, column.label, column.kind));
    let tables = vec![
        TableHead { name: CHANGES_SHEET.in_language(language), columns: changes.collect() },
        TableHead { name: QUERIES_SHEET.in_language(language), columns: data_columns(COMPARED, &titles) },
    ];
    let head = format!("\"schema\":\"{CHANGES_SCHEMA}\"");
    let file = DataFile { head, arrays: &["changes", "queries"], tables };
    DataWriter::open(format, file, Options::default(), language, writer)
}

impl ChangeSink for DataWriter {
    fn query(&mut self, query: &ComparedQuery) -> io::Result<()> {
        for change in &query.comparison.changes {
            let fields = change.fields_document();
            self.row(0, cells(change, fields.as_ref()))?;
        }
        let query = json!(query);
        self.row(1, query_columns::cells(COMPARED, &query))
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        DataWriter::finish(*self)
    }
}
