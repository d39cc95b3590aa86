//! What was found in a list, for people and for the report.

use serde_json::{Value, json};

use crate::domain::text::{Message, Text, message};

/// What the reading pass found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListSummary {
    /// How many different keywords there are, suspicious ones included.
    pub keywords: u64,
    /// Rows with a keyword that an earlier row has.
    pub repeats: u64,
    /// Rows with a suspicious keyword.
    pub suspicious: u64,
    /// Rows without a keyword between those that have one.
    pub blank: u64,
    /// How many columns the list has, if all are kept.
    pub width: usize,
    pub(super) stored_rows: u64,
    /// How the list was read.
    pub findings: Findings,
}

/// How a list was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// The columns of a table that are asked; `None` for a list of lines and for the command line.
    pub columns: Option<ChosenColumns>,
    /// Rows at the top that were taken for titles and headings.
    pub heading_rows: Vec<u64>,
    /// The heading of a list of lines.
    pub heading: Option<String>,
    /// What separates the fields of a table in a text file.
    pub separator: Option<Text>,
    /// The encoding of a text, like `GB18030`.
    pub encoding: Option<&'static str>,
    /// The sheet of a workbook that was read.
    pub sheet: Option<String>,
    /// The visible sheets of a workbook that were not read.
    pub other_sheets: Vec<String>,
}

/// The columns that are asked, and why these and not others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenColumns {
    /// The columns, of which the first that is not blank in a row is asked.
    pub columns: Vec<NamedColumn>,
    /// Why these.
    pub reason: ColumnReason,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedColumn {
    /// Its heading, when it has one.
    pub name: Option<String>,
    /// Its number, from 1.
    pub number: usize,
}

/// Why a column was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnReason {
    /// Chosen with `--column`.
    Requested,
    /// Its heading decided between columns.
    Heading,
    /// Most of its cells are names or codes of companies.
    Content,
    /// No other column has anything in it.
    OnlyColumn,
}

impl ColumnReason {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Heading => "heading",
            Self::Content => "content",
            Self::OnlyColumn => "only-column",
        }
    }

    const fn in_words(self) -> Text {
        match self {
            Self::Requested => Text::new("chosen with --column", "由 --column 指定"),
            Self::Heading => Text::new("chosen by its heading", "按表头选定"),
            Self::Content => Text::new("chosen by its content", "按内容选定"),
            Self::OnlyColumn => Text::new("the only column", "唯一的一列"),
        }
    }
}

impl ListSummary {
    /// How a list was read, in one sentence.
    pub fn in_words(&self) -> Message {
        let Findings { columns, heading_rows, heading, separator, encoding, sheet, other_sheets } =
            &self.findings;
        let mut remarks = Vec::new();
        if let Some(encoding) = encoding {
            remarks.push(message!("encoding {encoding}", "编码 {encoding}"));
        }
        if let Some(separator) = separator {
            remarks.push(message!("separated by {separator}", "以{separator:#}分隔"));
        }
        if let Some(sheet) = sheet {
            remarks.push(message!("sheet '{sheet}'", "工作表 '{sheet}'"));
        }
        if !other_sheets.is_empty() {
            let sheets = other_sheets.join("', '");
            remarks.push(message!("other sheets '{sheets}'", "其他工作表 '{sheets}'"));
        }
        if let Some(chosen) = columns {
            remarks.push(chosen.in_words());
        }
        if columns.is_some() || !heading_rows.is_empty() {
            remarks.push(headings_in_words(heading_rows, heading.as_deref()));
        }
        if self.repeats > 0 {
            remarks.push(message!("duplicates: {n}", "重复：{n}", n = self.repeats));
        }
        if self.blank > 0 {
            remarks.push(message!("blank rows: {n}", "空行：{n}", n = self.blank));
        }
        if self.suspicious > 0 {
            remarks.push(message!("suspicious: {n}", "可疑：{n}", n = self.suspicious));
        }
        let remarks = remarks
            .into_iter()
            .reduce(|remarks, remark| message!("{remarks}; {remark}", "{remarks:#}；{remark:#}"))
            .map_or_else(Message::default, |remarks| message!(" ({remarks})", "（{remarks:#}）"));
        message!("keywords: {count}{remarks}", "关键词：{count} 个{remarks:#}", count = self.keywords)
    }

    /// The same for the plan and the report's metadata.
    pub fn to_json(&self) -> Value {
        let Findings { columns, heading_rows, heading: _, separator, encoding, sheet, other_sheets } =
            &self.findings;
        let column = |column: &NamedColumn| json!({"number": column.number, "heading": column.name});
        json!({
            "keywords": self.keywords,
            "repeats": self.repeats,
            "blank": self.blank,
            "suspicious": self.suspicious,
            "columns": columns.as_ref().map(|chosen| chosen.columns.iter().map(column).collect::<Vec<_>>()),
            "column_reason": columns.as_ref().map(|chosen| chosen.reason.as_str()),
            "heading_rows": heading_rows,
            "separator": separator.map(|separator| separator.en),
            "encoding": encoding,
            "sheet": sheet,
            "other_sheets": other_sheets,
        })
    }
}

fn headings_in_words(rows: &[u64], heading: Option<&str>) -> Message {
    match (rows, heading) {
        ([], _) => Text::new("no heading row", "无表头行").into(),
        ([row], Some(heading)) => {
            message!("heading '{heading}' in row {row}", "第 {row} 行是表头 '{heading}'")
        }
        ([row], None) => message!("heading in row {row}", "第 {row} 行是表头"),
        ([first, .., last], _) => message!("headings in rows {first}-{last}", "第 {first}-{last} 行是表头"),
    }
}

impl ChosenColumns {
    fn in_words(&self) -> Message {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|column| match &column.name {
                Some(name) => format!("{} '{name}'", column.number),
                None => column.number.to_string(),
            })
            .collect();
        let columns = columns.join(", ");
        message!("column {columns}, {reason}", "列 {columns}，{reason:#}", reason = self.reason.in_words())
    }
}

impl Findings {
    /// The part of the sentence about a list without keywords that says where they were looked for.
    pub(super) fn detail(&self) -> Message {
        let column =
            self.columns.as_ref().and_then(|chosen| chosen.columns.first()).map(|column| column.number);
        let detail = match (&self.sheet, column) {
            (None, None) => Message::default(),
            (None, Some(column)) => message!(" in column {column}", "第 {column} 列"),
            (Some(sheet), None) => message!(" in sheet {sheet:?}", "工作表 {sheet:?} "),
            (Some(sheet), Some(column)) => {
                message!(" in column {column} of sheet {sheet:?}", "工作表 {sheet:?} 第 {column} 列")
            }
        };
        if self.other_sheets.is_empty() {
            return detail;
        }
        let sheets = self.other_sheets.join(", ");
        message!(
            "{detail} (other sheets, for --sheet: {sheets})",
            "{detail:#}（其他工作表，可用 --sheet 指定：{sheets}）"
        )
    }
}
