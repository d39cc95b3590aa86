//! Lists of keywords: texts, tables and workbooks, from files, standard input or the command line.
//!
//! Owns the way from bytes to checked keywords. [`open`] reads the whole input once and finds everything that
//! is wrong with it, so that nothing is sent, and paid for, when line 900,000 is bad; the keywords that passed
//! are kept aside and streamed from there. It must not recognise what a keyword is, remove repetitions, or
//! print. Memory is bounded whatever the input: blocks, one line or row, the first rows of a table, and the shared
//! strings of a workbook while they are few.
//!
//! | input | read as |
//! |---|---|
//! | `.txt`, any other extension, none, standard input | a keyword a line; blank lines are passed over; there are no comments |
//! | the same, with several headings in its first row | a table |
//! | the same (but not `.txt`), with a column chosen | a table |
//! | the same (but not `.txt`), beginning like a zip archive | a workbook |
//! | `.csv` | a table, its separator found out, fields may be quoted |
//! | `.tsv` | a table, tabs, fields may be quoted |
//! | `.xlsx`, `.xlsm` | a workbook, its first visible sheet |
//!
//! Texts are UTF-8, UTF-16, GB18030 (with GBK and GB2312) or Big5, told by their mark or their bytes, and are
//! decoded strictly. Which column of a table holds the keywords, and where its headings are, is told in
//! [`ListSummary::column`].

mod column;
mod company_characters;
mod delimited;
mod encoding;
mod error;
mod heading;
mod inline_strings;
mod keyword;
mod list;
mod separator;
mod shared_strings;
mod source;
mod table;
mod text;
mod utf8_lines;
mod workbook;
mod zip_directory;

use std::io::Read;

pub use column::ColumnChoice;
pub use encoding::TextEncoding;
pub use error::{InputError, Problem};
pub use keyword::{KEYWORD_LIMIT, Keyword, Place};
pub use list::{ChosenColumn, ColumnReason, KeywordList, Keywords, ListSummary};
pub use source::InputPath;
pub use text::LINE_LIMIT;

use delimited::DelimitedRows;
use list::{Collector, Findings};
use separator::Separator;
use source::{Format, Source};
use text::DecodedText;

/// What the command line says about a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputSettings {
    /// The file.
    pub path: InputPath,
    /// The column of a table; `None` to find it.
    pub column: Option<ColumnChoice>,
    /// The sheet of a workbook; `None` for the first visible one.
    pub sheet: Option<String>,
    /// The encoding of a text; `None` to find it.
    pub encoding: Option<TextEncoding>,
}

/// Reads a list from beginning to end and checks every keyword of it. `standard_input` is read only when the
/// settings name it.
///
/// # Errors
/// The first thing that is wrong, with its line or cell and the cure; see [`InputError`]. A list without a
/// keyword is an error.
pub fn open(settings: &InputSettings, standard_input: &mut dyn Read) -> Result<KeywordList, InputError> {
    let input = settings.path.to_string();
    let (source, format) = source::open(&settings.path, standard_input)?;
    if settings.sheet.is_some() && format != Format::Workbook {
        return Err(pointless("--sheet", &input, format));
    }
    if format == Format::Workbook {
        if settings.encoding.is_some() {
            return Err(pointless("--encoding", &input, format));
        }
        return workbook::read(&input, source, settings.sheet.as_deref(), settings.column.as_ref());
    }
    read_text(settings, &input, source, format)
}

fn pointless(option: &'static str, input: &str, format: Format) -> InputError {
    InputError::OptionWithoutMeaning { input: input.to_owned(), option, format: format.describe() }
}

fn read_text(
    settings: &InputSettings,
    input: &str,
    mut source: Source,
    format: Format,
) -> Result<KeywordList, InputError> {
    let decision = encoding::decide(input, &mut source, settings.encoding)?;
    let mut text = DecodedText::new(input, source.rewound(input)?, decision);
    let beginning = text.beginning()?;
    let separator = match format {
        Format::CommaTable => Some(Separator::of_table(beginning)),
        Format::UnnamedText if settings.column.is_some() => Some(Separator::of_table(beginning)),
        Format::Text | Format::UnnamedText => Separator::of_evident_table(beginning),
        Format::TabTable | Format::Workbook => Some(Separator::Tab),
    };
    let mut findings = Findings { encoding: Some(decision.encoding.name()), ..Findings::default() };
    let mut collector = Collector::new(input);
    match separator {
        Some(separator) => {
            let mut rows = DelimitedRows::new(input, text, separator);
            findings.column = table::collect(input, &mut rows, settings.column.as_ref(), &mut collector)?;
            let is_expected = matches!(
                (format, separator),
                (Format::CommaTable, Separator::Comma) | (Format::TabTable, Separator::Tab)
            );
            findings.separator = (!is_expected).then(|| separator.plural());
        }
        None if settings.column.is_some() => return Err(pointless("--column", input, format)),
        None => findings.heading = text::collect(input, &mut text, &mut collector)?,
    }
    collector.finish(findings)
}

#[cfg(test)]
mod tests;
