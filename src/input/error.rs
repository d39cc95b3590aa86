//! What can be wrong with a list of keywords.
//!
//! Owns the sentences: each names the file (or standard input), the line or cell, and the cure. All of them
//! are found before anything is sent, and all of them mean that the user has to change the input or the
//! command line. It must not decide what is wrong: the readers do.

use std::io;

use super::keyword::Place;
use crate::domain::failure::{Failure, FailureKind};

/// Why a list of keywords cannot be used. Nothing has been sent when one of these is returned by
/// [`open`](super::open).
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentence of each variant says what its fields are")]
pub enum InputError {
    #[error("cannot read {input}: {source}; check the path and its permissions")]
    Unreadable { input: String, source: io::Error },
    #[error("{input} is a folder; name the list inside it")]
    Folder { input: String },
    #[error("cannot keep the checked keywords in a temporary file: {source}; free some space, or set TMPDIR")]
    Store { source: io::Error },

    #[error("{input} is an old .xls workbook or one with a password; save it as .xlsx without a password")]
    OldWorkbook { input: String },
    #[error("{input}: {format} cannot be read; save it as .xlsx or .csv")]
    UnsupportedFormat { input: String, format: String },
    #[error("{input} holds a workbook or another zip archive, not text; name it .xlsx if it is a workbook")]
    ArchiveNamedAsText { input: String },
    #[error(
        "{input} is not a workbook inside; name it .csv or .txt if it is text, else save it anew as .xlsx"
    )]
    NotAWorkbook { input: String },
    #[error("{input} is a damaged workbook ({reason}); open it in a spreadsheet program and save it anew")]
    BrokenWorkbook { input: String, reason: String },
    #[error("{input} would unpack to too much ({reason}); save the column of keywords alone as .csv")]
    OversizedWorkbook { input: String, reason: String },
    #[error("{input} has no sheet {wanted:?}; its sheets are: {sheets}")]
    MissingSheet { input: String, wanted: String, sheets: String },
    #[error("{input} has no sheet of cells that is visible; name one with --sheet: {sheets}")]
    NoVisibleSheet { input: String, sheets: String },

    #[error("{option} means nothing for {input}, which is read as {format}; leave it out")]
    OptionWithoutMeaning { input: String, option: &'static str, format: &'static str },
    #[error("{text:?} is no column: give its heading, or its number counted from 1")]
    ColumnNotation { text: String },
    #[error("{input} has no column {wanted}; its columns are: {columns}")]
    MissingColumn { input: String, wanted: String, columns: String },
    #[error(
        "{input} has several columns headed {wanted:?}; choose one by its number with --column: {columns}"
    )]
    AmbiguousColumn { input: String, wanted: String, columns: String },
    #[error("cannot tell which column of {input} holds the keywords; choose one with --column: {columns}")]
    UndecidedColumn { input: String, columns: String },

    #[error("{label:?} is no encoding known here; use utf-8, gb18030, big5, utf-16le or utf-16be")]
    UnknownEncoding { label: String },
    #[error("cannot tell the encoding of {input} (it resembles {guess}); name it with --encoding")]
    UndecidedEncoding { input: String, guess: &'static str },
    #[error("{input} begins with the mark of {marked}, but --encoding says {forced}; leave --encoding out")]
    ContradictedEncoding { input: String, marked: &'static str, forced: &'static str },
    #[error(
        "line {other_line} of {input} is not UTF-8 but line {utf8_line} is: mixed encodings; save the list anew \
         in one encoding, or force one with --encoding"
    )]
    MixedEncodings { input: String, other_line: u64, utf8_line: u64 },
    #[error(
        "line {line} of {input} holds bytes that are not {encoding}: damaged text or mixed encodings; correct \
         the line, or name the encoding with --encoding"
    )]
    Undecodable { input: String, line: u64, encoding: &'static str },
    #[error(
        "line {line} of {input} holds a NUL byte: not text, or UTF-16; name the encoding with --encoding"
    )]
    NulByte { input: String, line: u64 },

    #[error("line {line} of {input} is longer than {limit} bytes; a list has one keyword a line")]
    LineTooLong { input: String, line: u64, limit: usize },
    #[error(
        "the row at line {line} of {input} is longer than {limit} bytes; look for a quotation mark that is \
         opened and never closed"
    )]
    RowTooLong { input: String, line: u64, limit: usize },
    #[error("the row at line {line} of {input} opens a quotation mark that is never closed; close it")]
    UnclosedQuote { input: String, line: u64 },
    #[error(
        "line {line} of {input} has {fields} fields where {expected} are expected; put the field that holds \
         the separator in quotation marks, or give every column a heading"
    )]
    SurplusFields { input: String, line: u64, fields: usize, expected: usize },

    #[error("{place} of {input} holds {problem}")]
    Unusable { input: String, place: Place, problem: Problem },
    #[error("{input} holds no keyword{detail}; put one company a line, or one a row")]
    NoKeywords { input: String, detail: String },
}

/// What is wrong with the text or the cell that should be a keyword.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Nothing but white space, where a keyword was given by hand.
    #[error("nothing but white space; leave it out or name a company")]
    Blank,
    /// More than [`KEYWORD_LIMIT`](super::keyword::KEYWORD_LIMIT) characters.
    #[error("more than {limit} characters; no company name is that long: one keyword each")]
    TooLong {
        /// The bound, in characters.
        limit: usize,
    },
    /// A tab within the keyword.
    #[error("a tab; if this is a table, name the file .tsv, else take the tab out")]
    Tab,
    /// A line break within the keyword.
    #[error("a line break within the keyword; one keyword each")]
    LineBreak,
    /// Another control character within the keyword.
    #[error("an invisible control character; type the keyword anew")]
    ControlCharacter,
    /// U+FFFD: what another program left where it could not read the text.
    #[error("a replacement character (U+FFFD), left by a program that misread the text; type it anew")]
    ReplacementCharacter,
    /// A number of 16 digits or more.
    #[error(
        "a number of more than 15 digits, and Excel keeps only 15; format the column as text and paste the \
         codes again"
    )]
    LostDigits,
    /// A number as a spreadsheet shows a long one: its last digits are lost.
    #[error(
        "the rounded number {0}: a spreadsheet program has cut a long code; format the column as text and paste the \
         codes again"
    )]
    RoundedNumber(String),
    /// A number that is negative or has decimals.
    #[error("the number {0}, which is no code; format the cell as text and type the keyword")]
    Number(String),
    /// A date or a time.
    #[error("a date or a time; format the cell as text and type the keyword, or choose another column")]
    Date,
    /// TRUE or FALSE.
    #[error("a truth value; type the keyword as text, or choose another column")]
    Truth,
    /// An error value such as `#N/A`.
    #[error("the error value {0}; correct the formula or type the keyword")]
    ErrorValue(String),
    /// A formula without a stored result.
    #[error("a formula that was never computed; open the workbook in a spreadsheet program and save it")]
    Uncomputed,
}

impl From<InputError> for Failure {
    fn from(error: InputError) -> Self {
        Self::local(FailureKind::Usage, error.to_string())
    }
}
