//! A keyword, the place it was found at, and the rules a text must keep to be one.
//!
//! It must not know where texts come from.

use std::fmt;

use super::error::Problem;
use crate::domain::identifier::{IdentifierKind, clean_keyword, recognise};
use crate::domain::text::message;

/// The most characters (Unicode scalar values) a keyword may have.
pub const KEYWORD_LIMIT: usize = 512;

/// One keyword of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyword {
    /// The text without outer white space and invisible marks, otherwise as it was found.
    pub text: String,
    /// Where it was found.
    pub place: Place,
}

impl Keyword {
    /// The row in the file as a spreadsheet shows it, or the position on the command line; from 1.
    pub fn input_row(&self) -> u64 {
        match &self.place {
            Place::Line(line) => *line,
            Place::Cell(cell) => cell
                .trim_start_matches(|letter: char| letter.is_ascii_alphabetic())
                .parse()
                .unwrap_or_default(),
            Place::Argument(position) => *position as u64,
        }
    }
}

/// Where a keyword stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// A line of a text, from 1. For a row of a `.csv` that spans lines, its first.
    Line(u64),
    /// A cell of a sheet in the notation of spreadsheets, like `B7`.
    Cell(String),
    /// A keyword of the command line, from 1.
    Argument(usize),
}

impl Place {
    /// The cell at this row and column, both from 0.
    pub(super) fn cell(row: u32, column: u32) -> Self {
        Self::Cell(format!("{}{}", column_letters(column), u64::from(row) + 1))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => message!("line {line}", "第 {line} 行"),
            Self::Cell(cell) => message!("cell {cell}", "单元格 {cell}"),
            Self::Argument(position) => message!("keyword {position}", "第 {position} 个关键词"),
        }
        .fmt(formatter)
    }
}

fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    loop {
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        rest /= 26;
        if rest == 0 {
            return letters.into_iter().rev().collect();
        }
        rest -= 1;
    }
}

/// The cleaned text without the frame by which people and programs keep a code from becoming a number in a
/// spreadsheet: `="914403001922038216"`, or a `'` before the code.
pub(super) fn bare(text: &str) -> &str {
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

/// From this exponent on, which stands for twelve digits, a spreadsheet rounds what is shown.
const ROUNDED_FROM: u32 = 11;

/// Whether a spreadsheet wrote this where a long number stood: `9.14403E+17`.
fn is_rounded_number(text: &str) -> bool {
    let Some((digits, exponent)) = text.split_once("E+").or_else(|| text.split_once("e+")) else {
        return false;
    };
    let digits = digits.replacen('.', "", 1);
    !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && exponent.parse().is_ok_and(|exponent: u32| exponent >= ROUNDED_FROM)
}

/// The keyword in `text`, `None` when there is nothing but white space.
pub(super) fn accept(text: &str) -> Result<Option<&str>, Problem> {
    let cleaned = bare(text);
    if cleaned.is_empty() {
        return Ok(None);
    }
    if is_rounded_number(cleaned) {
        return Err(Problem::RoundedNumber(cleaned.to_owned()));
    }
    if cleaned.chars().nth(KEYWORD_LIMIT).is_some() {
        return Err(Problem::TooLong { limit: KEYWORD_LIMIT });
    }
    match cleaned.chars().find(|character| character.is_control() || is_line_break(*character)) {
        Some('\t') => return Err(Problem::Tab),
        Some(character) if is_line_break(character) => return Err(Problem::LineBreak),
        Some(_) => return Err(Problem::ControlCharacter),
        None => {}
    }
    if cleaned.contains('\u{fffd}') {
        return Err(Problem::ReplacementCharacter);
    }
    Ok(Some(cleaned))
}

fn is_line_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{0b}' | '\u{0c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_as_people_name_them() {
        assert_eq!(Place::Line(12).to_string(), "line 12");
        assert_eq!(Place::cell(6, 1).to_string(), "cell B7");
        assert_eq!(Place::Argument(2).to_string(), "keyword 2");
        for (column, letters) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")]
        {
            assert_eq!(column_letters(column), letters);
        }
    }

    #[test]
    fn a_keyword_is_cleaned_at_its_ends_only() {
        assert_eq!(accept("\u{3000}一汽—大众 (中国)\u{200b} \r"), Ok(Some("一汽—大众 (中国)")));
        assert_eq!(accept(" \u{feff}\u{3000}"), Ok(None));
    }

    #[test]
    fn what_protects_a_code_in_a_spreadsheet_is_no_part_of_it() {
        for text in [
            "=\"914403001922038216\"",
            "'914403001922038216",
            " 914403001922038216\t",
            "=\" 914403001922038216\"",
        ] {
            assert_eq!(accept(text), Ok(Some("914403001922038216")), "{text}");
        }
        assert_eq!(accept("=\"-乙公司\""), Ok(Some("-乙公司")));
        assert_eq!(accept("=\"\""), Ok(None));
        for text in ["'甲公司'", "=SUM(A1)", "=\"a\"&\"b\"", "'"] {
            assert_eq!(accept(text), Ok(Some(text)), "{text}");
        }
    }

    #[test]
    fn a_code_that_lost_its_digits_is_refused() {
        for text in ["9.14403E+17", "9E+17", "9.14403001922038e+17", "=\"9.14E+17\""] {
            assert!(matches!(accept(text), Err(Problem::RoundedNumber(_))), "{text}");
        }
        for text in ["E+17", "1E+02", "甲E+17", "9.14403E17", "9.1.4E+17", "C&E+5"] {
            assert!(accept(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_would_be_bought_in_vain_is_refused() {
        assert_eq!(accept("某公司\t91350100M000100Y43"), Err(Problem::Tab));
        assert_eq!(accept("甲公司\n乙公司"), Err(Problem::LineBreak));
        assert_eq!(accept("甲公司\u{2028}乙公司"), Err(Problem::LineBreak));
        assert_eq!(accept("甲\u{7}公司"), Err(Problem::ControlCharacter));
        assert_eq!(accept("甲\u{fffd}公司"), Err(Problem::ReplacementCharacter));
        assert_eq!(accept(&"甲".repeat(KEYWORD_LIMIT)), Ok(Some("甲".repeat(KEYWORD_LIMIT).as_str())));
        assert_eq!(accept(&"甲".repeat(KEYWORD_LIMIT + 1)), Err(Problem::TooLong { limit: KEYWORD_LIMIT }));
    }
}
