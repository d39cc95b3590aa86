//! Options of the formats.

use crate::domain::text::Text;
use jiff::Timestamp;

/// The dialects of comma- and tab-separated values.
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

/// The mark on records of the sandbox. Output that people read and forward has it.
pub const FICTITIOUS: Text = Text::new(
    "Fictitious data from the sandbox: every company, case and amount is invented.",
    "沙盒虚构数据：其中的企业、案件与金额均为编造。",
);

/// The columns of a layout that a table shows. Other formats write them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Selection {
    /// A readable selection that fits the width.
    #[default]
    Readable,
    /// All of them (`--wide`).
    Wide,
    /// All of them, because the user named each (`--fields`): also empty ones and those that the caption repeats.
    Named,
}

/// Options of the formats. Each format reads those that concern it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// For `csv` and `tsv`.
    pub csv_dialect: CsvDialect,
    /// For `table`.
    pub colour: Colour,
    /// For `table`: the terminal's width in columns; `None` if the output is no terminal.
    pub width: Option<u16>,
    /// For `table` and `html`.
    pub selection: Selection,
    /// For `table`: whether it ends with bar charts of its records (`--summary`). `html` always has them.
    pub summary: bool,
    /// For `table`: whether the run has one query, whose only record is a card.
    pub is_only_query: bool,
    /// For `html`: the time of the command.
    pub asked_at: Timestamp,
    /// For `table`, `xlsx` and `html`: the mark on fictitious data.
    pub mark: Option<Text>,
}
