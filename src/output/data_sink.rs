//! Records in the formats for programs.
//!
//! A workbook, for analysts, has two sheets: one row for each row of the list, and one row for each record.

use super::data_writer::{DataFile, DataWriter};
use super::layout::TableHead;
use super::outcome_store::OutcomeStore;
use super::output_value::{OutputValue, value_language};
use super::query_columns::{cells, data_columns, workbook_columns};
use super::{Format, InputRows, Layout, Options, OutputWriter, Sink};
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::Row;
use crate::domain::text::{Language, Text};
use std::io;

/// The name of the sheet that holds the queries.
pub(super) const QUERIES_SHEET: Text = Text::new("queries", "查询");
const RECORDS_SHEET: Text = Text::new("records", "记录");

struct DataSink {
    layout: Layout,
    value_language: Language,
    writer: DataWriter,
    /// The first sheet of a workbook, which is written at the end: the outcomes, and the list that they belong to.
    queries: Option<(OutcomeStore, InputRows)>,
}

pub(super) fn open(
    format: Format,
    layout: &Layout,
    options: Options,
    writer: OutputWriter,
    input: InputRows,
) -> io::Result<Box<dyn Sink>> {
    let value_language = value_language(format, layout, options);
    let mut tables =
        vec![TableHead { name: RECORDS_SHEET.in_language(layout.language), columns: layout.data_columns() }];
    let queries = (format == Format::Xlsx).then(|| {
        let name = QUERIES_SHEET.in_language(layout.language);
        tables.insert(0, TableHead { name, columns: data_columns(&workbook_columns(), layout) });
        (OutcomeStore::new(value_language), input)
    });
    let head = format!("\"schema\":\"{}\"", layout.topic.schema());
    let file = DataFile { head, arrays: &["records", "queries"], tables };
    let writer = DataWriter::open(format, file, options, layout.language, writer)?;
    Ok(Box::new(DataSink { layout: layout.clone(), value_language, writer, queries }))
}

impl Sink for DataSink {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        if let Some((outcomes, _)) = &mut self.queries {
            outcomes.row(row);
        }
        let records = usize::from(self.queries.is_some());
        let cells = self.layout.selected();
        let cells =
            cells.map(|(index, column)| OutputValue::in_file(column, row.value(index), self.value_language));
        self.writer.row(records, cells)
    }

    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        match &mut self.queries {
            Some((outcomes, _)) => outcomes.outcome(outcome),
            None => self.writer.object(1, outcome),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        let Self { mut writer, queries, .. } = *self;
        if let Some((outcomes, input)) = queries {
            let columns = workbook_columns();
            outcomes.join(input, |row| writer.row(0, cells(&columns, &row.into())))?;
        }
        writer.finish()
    }
}
