//! Lists of keywords: texts, tables and workbooks, from files, standard input or the command line.
//!
//! The way from bytes to reviewed keywords. [`open`] reads the whole input before anything is sent, reviews every
//! keyword and keeps the rows aside; keywords and rows are streamed from there. Memory is bounded for any input:
//! blocks, one line or row, and the first rows of a table.
//!
//! | input | read as |
//! |---|---|
//! | `.txt`, any other extension, none, standard input | a keyword a line; there are no comments |
//! | the same, with several headings in one of its first rows, or divided by tabs or bars | a table |
//! | the same (but not `.txt`), with a column chosen | a table |
//! | the same (but not `.txt`), beginning like a zip archive | a workbook |
//! | `.csv` | a table with any usual separator, fields may be quoted |
//! | `.tsv` | a table, tabs, fields may be quoted |
//! | `.xlsx`, `.xlsm` | a workbook, its first visible sheet with something in it |

mod cell_kind;
mod column;
mod company_name;
mod delimited;
mod encoding;
mod error;
mod heading;
mod layout_review;
mod list;
mod number_review;
mod repeats;
mod review;
mod row;
mod source;
mod summary;
mod suspicion;
mod table_detection;
mod text;
mod words;
mod workbook;

use std::io::{Read, Seek};
use std::path::PathBuf;

use crate::domain::failure::Failure;
use crate::domain::text::{Message, Text, counted, message};

pub use encoding::TextEncoding;
pub use list::{ANNOTATIONS, KeptColumns, Keyword, KeywordList, Keywords, ListRow, Place, RowState};
pub use review::{BareNumbers, ReviewContext, SuspiciousKeywords, review};
pub use row::{Cell, KEYWORD_LIMIT, LINE_LIMIT, keyword_of};
pub use summary::{ChosenColumns, ColumnReason, ListSummary, NamedColumn};
pub use suspicion::{Suspicion, SuspicionKind};

use delimited::{DelimitedRows, name_of};
use list::Collector;
use row::{FileRow, RowSource};
use source::{ListFormat, ListSource};
use table_detection::{separator_of_evident_table, separator_of_table};
use text::Lines;
use workbook::{Sheet, Workbook};

/// The number of rows by which the column is chosen.
const SAMPLE_ROWS: usize = 200;
/// The maximum size of the sample in bytes, beyond its first row.
const SAMPLE_BYTES: usize = 1 << 20;

/// The options of the command line for a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputSettings {
    /// The file, or anything else that can be read by its path; `None` is standard input.
    pub path: Option<PathBuf>,
    /// The columns of a table by heading, number or letter, separated by commas; `None` to find one.
    pub column: Option<String>,
    /// The sheet of a workbook; `None` to find it.
    pub sheet: Option<String>,
    /// The encoding of a text; `None` to find it.
    pub encoding: Option<TextEncoding>,
}

/// Reads a list from beginning to end and reviews every keyword of it. `standard_input` is read only when the
/// settings name it.
///
/// # Errors
/// The first thing that makes the list unreadable, with its line or cell and what to do; a list without a keyword.
pub fn open(
    settings: &InputSettings,
    context: ReviewContext,
    kept: KeptColumns,
    standard_input: &mut dyn Read,
) -> Result<KeywordList, Failure> {
    read(settings, Collector::new(context, kept), standard_input).map_err(|problem| {
        let list = match &settings.path {
            Some(path) => message!("{path}", "“{path}”", path = path.display()),
            None => Text::new("standard input", "标准输入").into(),
        };
        Failure::usage(message!("{list}: {problem}", "{list:#}：{problem:#}"))
    })
}

fn read(
    settings: &InputSettings,
    collector: Collector,
    standard_input: &mut dyn Read,
) -> Result<KeywordList, Message> {
    let (source, format) = source::open(settings.path.as_deref(), standard_input)?;
    match format {
        ListFormat::Workbook if settings.encoding.is_some() => {
            Err(inapplicable("--encoding", Text::new("texts", "文本")))
        }
        ListFormat::Workbook => {
            read_workbook(source, settings.sheet.as_deref(), settings.column.as_deref(), collector)
        }
        _ if settings.sheet.is_some() => Err(inapplicable("--sheet", Text::new("workbooks", "工作簿"))),
        _ => read_text(settings, source, format, collector),
    }
}

fn inapplicable(option: &str, inputs: Text) -> Message {
    message!("{option} applies only to {inputs}; leave it out", "{option} 只适用于{inputs:#}；请去掉该选项")
}

fn read_workbook(
    source: impl Read + Seek,
    sheet: Option<&str>,
    column: Option<&str>,
    mut collector: Collector,
) -> Result<KeywordList, Message> {
    let mut workbook = Workbook::open(source)?;
    let sheet = match sheet {
        Some(name) => workbook.named(name)?,
        None => find_sheet(&mut workbook, column.is_some())?,
    };
    let others = workbook.sheets.iter().filter(|other| other.is_visible && **other != sheet);
    collector.summary.other_sheets = others.map(|other| other.name.clone()).collect();
    collector.summary.sheet = Some(sheet.name.clone());
    collect(workbook.rows(&sheet)?, column, &mut collector)?;
    collector.finish()
}

/// The first visible sheet with something in it. If it may be a note or a cover page, and others are filled too, the user
/// has to choose. A named column is looked for in the first.
fn find_sheet<S: Read + Seek>(workbook: &mut Workbook<S>, has_column: bool) -> Result<Sheet, Message> {
    let visible = workbook.visible()?;
    let (mut filled, mut listed) = (Vec::new(), Vec::new());
    for sheet in &visible {
        let sample = read_sample(&mut workbook.rows(sheet)?)?;
        let texts = sample.iter().flat_map(FileRow::texts).take(column::LISTED_VALUES);
        let values: Vec<_> = texts.map(|(_, text)| column::shown_value(text)).collect();
        if values.is_empty() {
            continue;
        }
        if filled.is_empty() && (has_column || column::is_list(&sample)) {
            return Ok(sheet.clone());
        }
        filled.push(sheet);
        listed.push(format!("--sheet '{}' ({})", sheet.name, values.join(", ")));
    }
    match filled[..] {
        [] => Ok(visible[0].clone()),
        [only] => Ok(only.clone()),
        _ => Err(message!(
            "cannot tell which sheet holds the keywords; choose one: {sheets}",
            "无法判断哪个工作表是名单；请选择：{sheets}",
            sheets = listed.join("; ")
        )),
    }
}

fn read_text(
    settings: &InputSettings,
    mut source: ListSource,
    format: ListFormat,
    mut collector: Collector,
) -> Result<KeywordList, Message> {
    let encoding = encoding::decide(&mut source, settings.encoding)?;
    let mut text = text::decode(&mut source, encoding)?;
    let beginning = text::beginning(&mut text)?;
    let column = settings.column.as_deref();
    let separator = match format {
        ListFormat::CommaTable => Some(separator_of_table(&beginning)),
        ListFormat::UnnamedText if column.is_some() => Some(separator_of_table(&beginning)),
        ListFormat::Text | ListFormat::UnnamedText => separator_of_evident_table(&beginning),
        ListFormat::TabTable | ListFormat::Workbook => Some('\t'),
    };
    collector.summary.encoding = Some(encoding.name());
    if let Some(separator) = separator {
        let is_expected =
            matches!((format, separator), (ListFormat::CommaTable, ',') | (ListFormat::TabTable, '\t'));
        collector.summary.separator = name_of(separator).filter(|_| !is_expected);
        collect(DelimitedRows::new(text, separator), column, &mut collector)?;
    } else if column.is_some() {
        return Err(inapplicable("--column", Text::new("tables and workbooks", "表格与工作簿")));
    } else {
        collect(Lines::new(text), None, &mut collector)?;
        let lines = collector.summary.columns.take().and_then(|mut chosen| chosen.columns.pop());
        collector.summary.heading = lines.and_then(|lines| lines.name);
    }
    collector.finish()
}

/// Gives the rows of a table to the collector, each with the column that holds its keyword.
fn collect(mut rows: impl RowSource, column: Option<&str>, collector: &mut Collector) -> Result<(), Message> {
    let sample = read_sample(&mut rows)?;
    if sample.is_empty() {
        return Ok(());
    }
    let chosen = column::choose(&sample, column)?;
    collector.summary.heading_rows = sample[..chosen.first_row].iter().map(|row| row.input_row).collect();
    collector.summary.columns = Some(chosen.columns.clone());
    collector.has_groups = chosen.has_groups;
    let mut sample = sample.into_iter();
    for row in sample.by_ref().take(chosen.first_row) {
        collector.take_heading(row, chosen.indexes[0])?;
    }
    while let Some(row) = sample.next().map_or_else(|| rows.next_row(), |row| Ok(Some(row)))? {
        if let Some(line) = row.line {
            check_width(line, row.cells.len(), chosen.expected_fields)?;
        }
        let column = chosen.column_of(&row);
        let place = Place::of(&row, column);
        collector.take(row, column, place)?;
    }
    collector.take_blank_rows_to(rows.last_row());
    Ok(())
}

/// Refuses a row of a text with too many fields. It is nearly always a name with an unquoted comma, and half of it would
/// be paid for.
fn check_width(line: u64, fields: usize, expected: usize) -> Result<(), Message> {
    if fields <= expected {
        return Ok(());
    }
    Err(message!(
        "line {line} has {found} instead of {expected}; put the field that holds the separator in quotation marks, or give every column a heading; a list of one column can be named .txt",
        "第 {line} 行有 {fields} 个字段，应为 {expected} 个；请给含分隔符的字段加上引号，或给每一列加上表头；只有一列的名单可命名为 .txt",
        found = counted(fields as u64, "field", "fields")
    ))
}

fn read_sample(rows: &mut impl RowSource) -> Result<Vec<FileRow>, Message> {
    let mut sample = Vec::new();
    let mut bytes = 0;
    while sample.len() < SAMPLE_ROWS && bytes < SAMPLE_BYTES {
        let Some(row) = rows.next_row()? else { break };
        bytes += row.cells.iter().map(|cell| cell.shown().len()).sum::<usize>();
        sample.push(row);
    }
    Ok(sample)
}

#[cfg(test)]
mod tests;
