//! The output formats, one file each behind one trait.
//!
//! A sink sees rows, columns and outcomes; it knows no calls, no settings and no vendor. Vendor text is exact
//! in every format for machines and passes [`sanitise`] in every format for terminals.

pub mod annotated;
pub mod changes;
mod counts;
mod csv;
mod data_sink;
mod data_writer;
pub mod exact;
mod facts;
pub mod file;
mod format;
mod html;
mod json;
mod layout;
pub mod listing;
pub mod merge;
#[cfg(test)]
mod office;
pub mod on_terminal;
mod options;
mod outcome_store;
mod output_value;
mod query_columns;
pub mod raw;
pub mod report;
#[cfg(test)]
mod samples;
pub mod sanitise;
mod sink;
mod table;
pub mod tee;
mod temporary_room;
mod xlsx;

pub use csv::csv_of_objects;
pub use format::Format;
pub use layout::{Header, Layout};
pub use options::{Colour, CsvDialect, FICTITIOUS, Options, Selection};
pub use sink::{InputRows, OutputWriter, Sink};
use std::io;

/// Opens a sink of that format. `input` is the list for formats that have its rows.
///
/// # Errors
/// The writer's, or that of a temporary file.
pub fn open(
    format: Format,
    layout: &Layout,
    options: Options,
    writer: OutputWriter,
    input: InputRows,
) -> io::Result<Box<dyn Sink>> {
    match format {
        Format::Table => Ok(table::open(layout, options, writer)),
        Format::Html => html::open(layout, options, writer),
        Format::Json | Format::Ndjson | Format::Csv | Format::Tsv | Format::Xlsx => {
            data_sink::open(format, layout, options, writer, input)
        }
    }
}
