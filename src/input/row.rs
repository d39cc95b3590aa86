//! Rows and cells, whatever file they come from.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::suspicion::{Suspicion, SuspicionKind};
use crate::domain::identifier::{IdentifierKind, clean_keyword, recognise};
use crate::domain::text::Message;

/// Maximum size of a line of a text, or of a row of a table, in bytes.
pub const LINE_LIMIT: usize = 1 << 20;
/// Maximum length of a keyword in characters (Unicode scalar values).
pub const KEYWORD_LIMIT: usize = 512;
/// The size up to which each temporary file of a list stays in memory, in bytes.
pub(super) const MEMORY_LIMIT: usize = 1 << 16;
/// The first number with more digits than a spreadsheet keeps.
const FIRST_INEXACT: f64 = 1e15;

/// The content of a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A number, with the format of its cell unless that is the general one.
    Number(f64, Option<String>),
    /// A date or a time as a serial number, with the format of its cell.
    Date(f64, String),
    /// A truth value.
    Boolean(bool),
    /// An error value such as `#N/A`.
    Error(String),
    /// A formula without a stored value: `=` and the formula.
    UncomputedFormula(String),
}

impl Cell {
    /// Whether there is nothing but white space.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => clean_keyword(text).is_empty(),
            _ => false,
        }
    }

    /// The text as it is, or as a spreadsheet program shows it.
    pub fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) | Self::Error(text) | Self::UncomputedFormula(text) => Cow::Borrowed(text),
            Self::Number(number, format) => {
                let width = format.as_deref().and_then(shown_digits).unwrap_or_default();
                Cow::Owned(format!("{number:0width$}"))
            }
            Self::Date(serial, format) => {
                Cow::Owned(shown_date(*serial, format).unwrap_or_else(|| serial.to_string()))
            }
            Self::Boolean(true) => Cow::Borrowed("TRUE"),
            Self::Boolean(false) => Cow::Borrowed("FALSE"),
        }
    }

    /// The suspicion about the cell, if its type gives one.
    pub(super) fn suspicion(&self) -> Option<Suspicion> {
        let kind = match self {
            Self::Empty | Self::Text(_) => return None,
            Self::Number(number, format) => return number_suspicion(*number, format.as_deref()),
            Self::Date(..) => SuspicionKind::Date,
            Self::Boolean(_) => SuspicionKind::TruthValue,
            Self::Error(_) => SuspicionKind::Placeholder,
            Self::UncomputedFormula(_) => SuspicionKind::UncomputedFormula,
        };
        Some(Suspicion::new(kind))
    }
}

/// Codes are often kept as numbers: the digits are exact up to fifteen, and some formats show zeros before them.
fn number_suspicion(number: f64, format: Option<&str>) -> Option<Suspicion> {
    let kind = if number >= FIRST_INEXACT {
        SuspicionKind::LostDigits
    } else if number <= 0.0 || number.fract() != 0.0 || !number.is_finite() {
        SuspicionKind::Amount
    } else if format.is_none_or(|format| shown_digits(format).is_some()) {
        return None;
    } else {
        SuspicionKind::LostFormat
    };
    Some(Suspicion::new(kind))
}

/// The minimum number of digits of a format that shows a whole number by its plain digits: nine for `000000000`, none
/// for the general format.
fn shown_digits(format: &str) -> Option<usize> {
    let for_positive = format.split(';').next()?;
    // The width of one character as white space, which is trimmed anyway.
    let digits = for_positive.trim_end_matches("_ ").trim_end_matches("_)");
    let is_general =
        ["General", "G/通用格式", "@"].iter().any(|general| digits.eq_ignore_ascii_case(general));
    let is_plain = !digits.is_empty() && digits.bytes().all(|byte| matches!(byte, b'0' | b'#'));
    (is_general || is_plain).then(|| digits.matches('0').count())
}

/// A date as `YYYY-MM-DD`, with the time if it has one; the time only below one day.
fn shown_date(serial: f64, format: &str) -> Option<String> {
    const SECONDS: f64 = 86_400.0;
    let seconds = (serial * SECONDS).round();
    #[expect(clippy::cast_possible_truncation, reason = "a date of a spreadsheet is far below the limit")]
    let span = jiff::Span::new().try_seconds(seconds as i64).ok()?;
    let moment = jiff::civil::date(1899, 12, 30).at(0, 0, 0, 0).checked_add(span).ok()?;
    let has_time = format.to_ascii_lowercase().contains('h') || serial.fract() != 0.0;
    let shown = match has_time {
        true if (0.0..1.0).contains(&serial) => "%H:%M:%S",
        true => "%Y-%m-%d %H:%M:%S",
        false => "%Y-%m-%d",
    };
    Some(moment.strftime(shown).to_string())
}

/// A row of a file in which something is filled in.
#[derive(Debug, Default)]
pub(super) struct FileRow {
    /// Its number as a spreadsheet program shows it, from 1.
    pub input_row: u64,
    /// The line at which it begins, from 1; a row of a workbook has none.
    pub line: Option<u64>,
    /// The number of fields that are written, empty ones included.
    pub fields: usize,
    /// The cells up to the last that is filled.
    pub cells: Vec<Cell>,
    /// Whether a workbook hides it.
    pub is_hidden: bool,
    /// Fields whose quotation marks are not doubled, each with the text that was probably meant.
    pub repaired: Vec<(usize, String)>,
}

impl FileRow {
    /// Ends the row at the last cell that is filled.
    pub(super) fn close(&mut self) {
        self.fields = self.cells.len();
        while self.cells.pop_if(|last| last.is_blank()).is_some() {}
    }

    /// The cell of this column when it is filled.
    pub(super) fn cell(&self, column: usize) -> Option<&Cell> {
        self.cells.get(column).filter(|cell| !cell.is_blank())
    }

    /// The cleaned text of this column, cut after the limit of keywords: it is then none, whatever follows.
    pub(super) fn text(&self, column: usize) -> Option<Cow<'_, str>> {
        Some(match self.cell(column)?.shown() {
            Cow::Borrowed(text) => {
                let text = keyword_of(text);
                let end = text.char_indices().nth(KEYWORD_LIMIT + 1).map_or(text.len(), |(end, _)| end);
                Cow::Borrowed(&text[..end])
            }
            Cow::Owned(text) => Cow::Owned(text),
        })
    }

    /// The filled cells: column and cleaned text.
    pub(super) fn texts(&self) -> impl Iterator<Item = (usize, Cow<'_, str>)> {
        (0..self.cells.len()).filter_map(|column| Some((column, self.text(column)?)))
    }
}

/// The keyword in a cell: the cleaned text without the frame that keeps a code from becoming a number in a spreadsheet:
/// `="914403001922038216"`, or a `'` before the code.
pub fn keyword_of(text: &str) -> &str {
    let cleaned = clean_keyword(text);
    if let Some(framed) = cleaned.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'))
        && !framed.contains('"')
    {
        return clean_keyword(framed);
    }
    match cleaned.strip_prefix('\'') {
        Some(code) if recognise(code).kind != IdentifierKind::Name => clean_keyword(code),
        _ => cleaned,
    }
}

/// The number of a column, from 1, by its letters in a spreadsheet.
pub(super) fn number_of_letters(letters: &str) -> Option<usize> {
    let digit = |byte: u8| usize::from(byte.to_ascii_uppercase() - b'A') + 1;
    let is_column =
        (1..=3).contains(&letters.len()) && letters.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_column.then(|| letters.bytes().fold(0, |number, byte| number * 26 + digit(byte)))
}

/// A cell in the notation of spreadsheets. Its column counts from 0, its row from 1.
pub(super) fn cell_name(column: usize, row: u64) -> String {
    format!("{}{row}", column_letters(column))
}

/// The letters of a column, from 0.
fn column_letters(column: usize) -> String {
    let last = char::from(b'A' + u8::try_from(column % 26).unwrap_or_default());
    let mut letters = if column < 26 { String::new() } else { column_letters(column / 26 - 1) };
    letters.push(last);
    letters
}

/// A file that gives rows. Rows that are empty throughout are passed over.
pub(super) trait RowSource {
    /// The next row, `None` after the last.
    fn next_row(&mut self) -> Result<Option<FileRow>, Message>;

    /// The number of the last row that was read, empty ones included, from 1. The empty rows at the end of a sheet are no
    /// rows of the list: they are only formatted.
    fn last_row(&self) -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_a_spreadsheet_shows_them() {
        assert_eq!(Cell::Number(110_108_000_000_016.0, None).shown(), "110108000000016");
        assert_eq!(Cell::Number(7_110_123.0, Some("000000000".into())).shown(), "007110123");
        assert_eq!(Cell::Number(1.5, None).shown(), "1.5");
        assert_eq!(Cell::Date(45_322.0, "yyyy/m/d".into()).shown(), "2024-01-31");
        assert_eq!(Cell::Date(45_322.5, "yyyy/m/d h:mm".into()).shown(), "2024-01-31 12:00:00");
        assert_eq!(Cell::Date(0.75, "h:mm".into()).shown(), "18:00:00");
    }

    #[test]
    fn numbers_that_show_another_text_are_suspicious() {
        let found = |number, format: Option<&str>| {
            Cell::Number(number, format.map(str::to_owned)).suspicion().map(|found| found.kind)
        };
        assert_eq!(found(30_778_596.0, None), None);
        for format in ["000000000", "0_ ", "0_);[Red]\\(0\\)", "#", "General;@", "general", "@", "G/通用格式"]
        {
            assert_eq!(found(7_110_123.0, Some(format)), None, "{format}");
        }
        for format in ["#,##0", "0.00", "0000-0000", "\"SH\"0", "0%", "[DBNum1]General", ""] {
            assert_eq!(found(7_110_123.0, Some(format)), Some(SuspicionKind::LostFormat), "{format}");
        }
        assert_eq!(found(914_403_001_922_038_216.0, None), Some(SuspicionKind::LostDigits));
        assert_eq!(found(600_037_341.0, Some("00000000-0")), Some(SuspicionKind::LostFormat));
        assert_eq!(found(0.0, None), Some(SuspicionKind::Amount));
    }

    #[test]
    fn columns_have_the_letters_of_a_spreadsheet() {
        for (column, letters) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")]
        {
            assert_eq!(column_letters(column), letters);
            assert_eq!(number_of_letters(letters), Some(column + 1));
        }
    }

    #[test]
    fn what_protects_a_code_in_a_spreadsheet_is_no_part_of_it() {
        for text in ["=\"914403001922038216\"", "'914403001922038216", " 914403001922038216\t"] {
            assert_eq!(keyword_of(text), "914403001922038216");
        }
        assert_eq!(keyword_of("=\"-乙公司\""), "-乙公司");
        for text in ["'甲公司'", "=SUM(A1)", "=\"a\"&\"b\"", "'"] {
            assert_eq!(keyword_of(text), text);
        }
    }
}
