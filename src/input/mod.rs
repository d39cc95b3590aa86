//! Lists of keywords: texts, tables and workbooks, from files, standard input or the command line.
//!
//! Owns the way from bytes to checked keywords. [`open`] reads the whole input once and finds everything that
//! is wrong with it, so that nothing is sent, and paid for, when line 900,000 is bad; the keywords that passed
//! are kept aside and streamed from there. It must not recognise what a keyword is, remove repetitions, or
//! print. Memory is bounded whatever the input: blocks, one line or row, and the first rows of a table; only
//! the shared strings of a workbook must be held whole, and they are limited before they are unpacked.
//!
//! | input | read as |
//! |---|---|
//! | `.txt`, any other extension, none, standard input | a keyword a line; blank lines are passed over; there are no comments |
//! | the same (but not `.txt`) beginning like a zip archive | a workbook |
//! | `.csv`, `.tsv` | a table, commas or tabs, fields may be quoted |
//! | `.xlsx`, `.xlsm` | a workbook, its first visible sheet |
//!
//! Texts are UTF-8, UTF-16, GB18030 (with GBK and GB2312) or Big5, told by their mark or their bytes, and are
//! decoded strictly. Which column of a table holds the keywords, and where its headings are, is told in
//! [`Survey::column`].

mod column;
mod delimited;
mod encoding;
mod error;
mod heading;
mod keyword;
mod list;
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
pub use list::{ChosenColumn, ColumnReason, KeywordList, Keywords, Survey};
pub use source::InputPath;
pub use text::LINE_LIMIT;

use delimited::{DelimitedRows, Separator};
use list::{Collector, Findings};
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
    refuse_pointless_options(settings, &input, format)?;
    match format {
        Format::Text => read_text(settings, &input, source),
        Format::CommaTable => read_table(settings, &input, source, Separator::Comma),
        Format::TabTable => read_table(settings, &input, source, Separator::Tab),
        Format::Workbook => {
            workbook::read(&input, source, settings.sheet.as_deref(), settings.column.as_ref())
        }
    }
}

fn refuse_pointless_options(settings: &InputSettings, input: &str, format: Format) -> Result<(), InputError> {
    let pointless = match format {
        Format::Text if settings.column.is_some() => Some("--column"),
        Format::Workbook if settings.encoding.is_some() => Some("--encoding"),
        Format::Text | Format::CommaTable | Format::TabTable if settings.sheet.is_some() => Some("--sheet"),
        _ => None,
    };
    match pointless {
        None => Ok(()),
        Some(option) => {
            let format = format.describe();
            Err(InputError::OptionWithoutMeaning { input: input.to_owned(), option, format })
        }
    }
}

fn read_text(settings: &InputSettings, input: &str, mut source: Source) -> Result<KeywordList, InputError> {
    let decision = encoding::decide(input, &mut source, settings.encoding)?;
    let mut text = DecodedText::new(input, source.rewound(input)?, decision);
    let mut collector = Collector::new(input);
    text::collect(input, &mut text, &mut collector)?;
    collector.finish(Findings { encoding: Some(decision.encoding.name()), ..Findings::default() })
}

fn read_table(
    settings: &InputSettings,
    input: &str,
    mut source: Source,
    separator: Separator,
) -> Result<KeywordList, InputError> {
    let decision = encoding::decide(input, &mut source, settings.encoding)?;
    let text = DecodedText::new(input, source.rewound(input)?, decision);
    let mut rows = DelimitedRows::new(input, text, separator);
    let mut collector = Collector::new(input);
    let column = table::collect(input, &mut rows, settings.column.as_ref(), &mut collector)?;
    let encoding = Some(decision.encoding.name());
    collector.finish(Findings { column, encoding, ..Findings::default() })
}

#[cfg(test)]
mod tests;
