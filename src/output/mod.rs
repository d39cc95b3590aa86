//! The output formats, one file each behind one trait.
//!
//! A sink sees rows, columns and outcomes; it knows no calls, no settings and no vendor. Vendor text is exact
//! in every format for machines and passes [`sanitise`] in every format for terminals.

pub mod annotated;
pub mod changes;
mod counts;
mod csv;
mod facts;
pub mod file;
mod flat_text;
mod html;
pub mod input_rows;
mod json;
pub mod listing;
pub mod merge;
mod ndjson;
#[cfg(test)]
mod office;
pub mod on_terminal;
mod query_columns;
pub mod raw;
mod reading;
pub mod report;
mod row_json;
#[cfg(test)]
mod samples;
pub mod sanitise;
mod table;
pub mod tee;
mod temporary_room;
mod xlsx;

use crate::domain::outcome::QueryOutcome;
use crate::domain::record::{Column, Row, Topic, Value};
use crate::domain::text::{Language, Text};
use input_rows::OpenInput;
use jiff::Timestamp;
use std::io::{self, Write};

/// How much is collected before it is handed to the writer.
const BUFFER_BYTES: usize = 64 * 1024;

/// Where a sink writes to: a file, a pipe, a terminal.
pub type Writer = Box<dyn Write + Send>;

/// What a run writes to, whatever the format. Rows of one query arrive together and before its outcome.
pub trait Sink {
    /// One record.
    fn row(&mut self, row: &Row) -> io::Result<()>;

    /// The end of one query.
    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()>;

    /// One body as the vendor sent it, for `--raw` alone.
    fn body(&mut self, _body: &[u8]) -> io::Result<()> {
        Ok(())
    }

    /// Whether the outcomes must carry the evidence of their pages, which costs a digest for each.
    fn evidence(&self) -> Evidence {
        Evidence::Unwanted
    }

    /// Hands everything written so far to the reader behind a pipe. A format that must see more first (a
    /// table's widths, a spreadsheet) may keep what it has.
    fn flush(&mut self) -> io::Result<()>;

    /// Completes the document, also after an interruption: whatever came before, it is valid afterwards.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// Everything that is to be said about each format, one line each.
macro_rules! formats {
    ($($name:ident, $word:literal, [$($extension:literal),*], $meaning:literal;)+) => {
        /// The formats of `--format`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Format {
            $(#[doc = $meaning] $name,)+
        }

        impl Format {
            /// All of them, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word on the command line.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// The extensions of file names that mean it, without the dot, in lower case.
            pub const fn extensions(self) -> &'static [&'static str] {
                match self {
                    $(Self::$name => &[$($extension),*],)+
                }
            }
        }
    };
}

formats! {
    Table, "table", ["txt"], "For people at a terminal.";
    Json, "json", ["json"], "One JSON document: `schema`, `records`, `queries`.";
    Ndjson, "ndjson", ["ndjson", "jsonl"], "One JSON object a line, records alone.";
    Csv, "csv", ["csv"], "Comma-separated values, records alone.";
    Tsv, "tsv", ["tsv", "tab"], "Tab-separated values, records alone.";
    Xlsx, "xlsx", ["xlsx"], "An Excel workbook with a sheet of queries and a sheet of records.";
    Html, "html", ["html", "htm"], "One self-contained page for a colleague.";
}

/// Opens a sink of that format. `input` reads the list again for formats that have its rows.
///
/// # Errors
/// The writer's, or that of a temporary file.
pub fn open(
    format: Format,
    layout: &Layout,
    options: Options,
    writer: Writer,
    input: OpenInput,
) -> io::Result<Box<dyn Sink>> {
    match format {
        Format::Table => Ok(table::open(layout, options, writer)),
        Format::Json => json::open(layout, writer),
        Format::Ndjson => Ok(ndjson::open(layout, writer)),
        Format::Csv => csv::open(b',', layout, options, writer),
        Format::Tsv => csv::open(b'\t', layout, options, writer),
        Format::Xlsx => xlsx::open(layout, options, writer, input),
        Format::Html => html::open(layout, options, writer),
    }
}

/// A JSON value as the value of a flat format.
fn json_value(json: &serde_json::Value) -> Value<'_> {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::String(text) => Value::Text(text),
        serde_json::Value::Bool(truth) => Value::Boolean(*truth),
        serde_json::Value::Number(number) => number.as_i64().map_or(Value::Json(json), Value::Integer),
        serde_json::Value::Array(_) | serde_json::Value::Object(_) => Value::Json(json),
    }
}

impl Format {
    /// The format of that name on the command line.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.as_str() == name)
    }

    /// The format of a file with that extension, without its dot, in upper or lower case.
    pub fn from_extension(extension: &str) -> Option<Self> {
        let lower = extension.to_ascii_lowercase();
        Self::ALL.iter().copied().find(|format| format.extensions().contains(&lower.as_str()))
    }
}

/// What heads the columns. JSON has its keys whatever is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// The keys of the data.
    Keys,
    /// The labels for people.
    Labels,
    /// Nothing.
    None,
}

impl Header {
    /// The heading of a column with that key and that label.
    pub const fn heading(self, key: &'static str, label: Text, language: Language) -> Option<&'static str> {
        match self {
            Self::Keys => Some(key),
            Self::Labels => Some(label.in_language(language)),
            Self::None => None,
        }
    }
}

/// How comma- and tab-separated values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CsvDialect {
    /// RFC 4180: UTF-8 without byte-order mark, values exactly as they are; lines end in LF.
    #[default]
    Rfc4180,
    /// For a double click in Excel or WPS: byte-order mark, CRLF, long digit strings and formula starts kept
    /// as text.
    Excel,
}

/// Whether a table may use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colour {
    /// ANSI colours.
    On,
    /// None.
    #[default]
    Off,
}

/// Whether a sink wants to know of each page where it is kept and what its digest is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// It does.
    Wanted,
    /// It does not.
    Unwanted,
}

/// Whether a table ends with bars that count its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Summary {
    /// `--summary`.
    Shown,
    /// None.
    #[default]
    Hidden,
}

/// Whether the records are anybody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Authenticity {
    /// The vendors', as far as is known here.
    #[default]
    Real,
    /// Invented by the sandbox: what can be forwarded must say so.
    Invented,
}

/// Which of a layout's columns a table shows. Other formats write them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Selection {
    /// The few that matter and that there is room for.
    #[default]
    Readable,
    /// All of them (`--wide`).
    Wide,
    /// All of them, because the user named each (`--fields`): also what is empty, also what the caption says.
    Named,
}

/// What the formats need to know besides the layout. Each takes what concerns it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// For `csv` and `tsv`.
    pub csv_dialect: CsvDialect,
    /// For `table`.
    pub colour: Colour,
    /// For `table`: the terminal's width in columns; `None` where the output is no terminal.
    pub width: Option<u16>,
    /// For `table` and `html`.
    pub selection: Selection,
    /// For `table`; `html` always has a summary.
    pub summary: Summary,
    /// For `html`: when the page was asked for.
    pub asked_at: Timestamp,
    /// For `html`.
    pub authenticity: Authenticity,
}

/// Which columns are written, and how they are headed.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The kind of records.
    pub topic: Topic,
    /// Positions in [`Topic::columns`], in the order in which they are written.
    pub columns: Vec<usize>,
    /// What heads them.
    pub header: Header,
    /// The language of the labels.
    pub language: Language,
}

impl Layout {
    /// Every column of the topic in its documented order.
    pub fn whole(topic: Topic, header: Header, language: Language) -> Self {
        Self { topic, columns: (0..topic.columns().len()).collect(), header, language }
    }

    /// The columns that are written, in their order.
    pub fn selected(&self) -> impl Iterator<Item = &'static Column> + '_ {
        self.columns.iter().map(|index| &self.topic.columns()[*index])
    }

    /// The headings of the columns that are written; nothing where there is no header.
    pub fn headings(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.selected().filter_map(|column| self.header.heading(column.key, column.label, self.language))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_found_by_its_name_and_by_its_extension_in_any_case() {
        for format in Format::ALL {
            assert_eq!(Format::from_name(format.as_str()), Some(*format));
            for extension in format.extensions() {
                assert_eq!(Format::from_extension(&extension.to_uppercase()), Some(*format));
            }
        }
        assert_eq!(Format::from_name("xls"), None);
        assert_eq!(Format::from_extension(""), None);
    }

    #[test]
    fn the_formats_are_those_of_the_contract_and_a_page() {
        let words: Vec<_> = Format::ALL.iter().map(|format| format.as_str()).collect();
        assert_eq!(words, ["table", "json", "ndjson", "csv", "tsv", "xlsx", "html"]);
    }
}
