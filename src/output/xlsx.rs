//! `xlsx`: a workbook for analysts, written in constant memory. The first sheet has one row for each row of the list,
//! the second one row for each record.
//!
//! Text and identifiers are strings, so nothing a vendor sends is ever a formula or a rounded number; days are
//! real dates, so they sort and filter. A text that is too long for a cell is cut with a note; rows beyond the limit of
//! a sheet continue on the next. Rows wait in anonymous temporary files of the library until [`Book::save`].

mod book;
mod plain_sheet;
#[cfg(test)]
mod tests;

use super::input_rows::OpenInput;
use super::outcome_store::OutcomeStore;
use super::query_columns::{QueryColumn, Words, report_row, workbook_columns};
use super::reading::Reading;
use super::report::QUERIES_SHEET;
use super::{Layout, Options, Sink, Writer};
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::Row;
use crate::domain::text::Text;
pub(super) use book::{Book, SheetColumn};
pub(super) use plain_sheet::PlainSheet;
use std::io;

const RECORDS_SHEET: Text = Text::new("records", "记录");

struct XlsxSink {
    layout: Layout,
    words: Words,
    query_columns: Vec<QueryColumn>,
    outcomes: OutcomeStore,
    input: OpenInput,
    book: Book,
    writer: Writer,
}

/// Places of the tables in the workbook.
const QUERIES: usize = 0;
const RECORDS: usize = 1;

pub(super) fn open(
    layout: &Layout,
    options: Options,
    writer: Writer,
    input: OpenInput,
) -> io::Result<Box<dyn Sink>> {
    let words = Words::below(layout.header, layout.language);
    let query_columns = workbook_columns();
    let mut book = Book::new(options.authenticity.mark().map(|mark| mark.in_language(layout.language)))?;
    let columns = query_columns.iter().map(|column| SheetColumn {
        heading: column.heading(layout.header, layout.language),
        kind: column.kind,
    });
    book.add_sheets(QUERIES_SHEET.in_language(layout.language), columns.collect())?;
    let columns = layout.selected().map(|column| SheetColumn {
        heading: layout.header.heading(column.key, column.label, layout.language),
        kind: column.kind,
    });
    book.add_sheets(RECORDS_SHEET.in_language(layout.language), columns.collect())?;
    Ok(Box::new(XlsxSink {
        layout: layout.clone(),
        words,
        query_columns,
        outcomes: OutcomeStore::new(layout.topic, words),
        input,
        book,
        writer,
    }))
}

impl Sink for XlsxSink {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        self.outcomes.row(row);
        let columns = self.layout.columns.iter().zip(self.layout.selected());
        let values: Vec<Reading<'_>> =
            columns.map(|(index, column)| Reading::in_words(column, row.value(*index), self.words)).collect();
        self.book.row(RECORDS, values.iter().map(Reading::value))
    }

    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        self.outcomes.outcome(outcome)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        let Self { query_columns, outcomes, input, mut book, writer, .. } = *self;
        outcomes.join(input()?, |row, outcome| {
            let row = report_row(row, outcome);
            book.row(QUERIES, query_columns.iter().map(|column| column.value(&row)))
        })?;
        book.save(writer)
    }
}
