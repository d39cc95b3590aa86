//! The summary of a list, for people and for the report.

use serde_json::{Value, json};

use crate::domain::text::{Message, Text, message};

/// The findings of the reading pass, and how the list was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListSummary {
    /// The number of different keywords, suspicious ones included.
    pub keywords: u64,
    /// Rows with a keyword that an earlier row has.
    pub repeats: u64,
    /// Rows with a suspicious keyword.
    pub suspicious: u64,
    /// Rows without a keyword between those that have one.
    pub blank: u64,
    /// Keywords in rows that a workbook hides, such as those that a filter leaves out.
    pub hidden: u64,
    /// The number of columns of the list, if all are kept.
    pub width: usize,
    /// The columns of a table that are asked; `None` for a list of lines and for the command line.
    pub columns: Option<ChosenColumns>,
    /// Rows at the top that were taken for titles and headings.
    pub heading_rows: Vec<u64>,
    /// The heading of a list of lines.
    pub heading: Option<String>,
    /// The separator of the fields of a table in a text file.
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
    /// The reason for these.
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

/// The reason for the choice of a column.
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
    /// The code in the data, and the words for people.
    const fn describe(self) -> (&'static str, Text) {
        match self {
            Self::Requested => ("requested", Text::new("chosen with --column", "由 --column 指定")),
            Self::Heading => ("heading", Text::new("chosen by its heading", "按表头选定")),
            Self::Content => ("content", Text::new("chosen by its content", "按内容选定")),
            Self::OnlyColumn => ("only-column", Text::new("the only column", "唯一的一列")),
        }
    }
}

impl ListSummary {
    /// The way in which a list was read, in one sentence.
    pub fn in_words(&self) -> Message {
        message!(
            "keywords: {count}{remarks}",
            "关键词：{count} 个{remarks:#}",
            count = self.keywords,
            remarks = self.remarks()
        )
    }

    /// All but the number of keywords, in brackets.
    pub(super) fn remarks(&self) -> Message {
        let remarks = self.details().into_iter().skip(1);
        remarks
            .map(|(label, value)| message!("{label}: {value}", "{label:#}：{value:#}"))
            .reduce(|remarks, remark| message!("{remarks}; {remark}", "{remarks:#}；{remark:#}"))
            .map_or_else(Message::default, |remarks| message!(" ({remarks})", "（{remarks:#}）"))
    }

    /// The way in which a list was read, item by item; the number of keywords comes first.
    pub fn details(&self) -> Vec<(Text, Message)> {
        let Self { columns, heading_rows, separator, encoding, sheet, other_sheets, .. } = self;
        let quoted = |names: &[String]| {
            (!names.is_empty()).then(|| Message::verbatim(format!("'{}'", names.join("', '"))))
        };
        let count = |count: u64| (count > 0).then(|| Message::verbatim(count.to_string()));
        let headings = (columns.is_some() || !heading_rows.is_empty())
            .then(|| headings_in_words(heading_rows, self.heading.as_deref()));
        let details = [
            (Text::new("keywords", "关键词"), Some(Message::verbatim(self.keywords.to_string()))),
            (Text::new("encoding", "编码"), encoding.map(|name| Message::verbatim(name.to_owned()))),
            (Text::new("separator", "分隔符"), separator.map(Message::from)),
            (Text::new("sheet", "工作表"), quoted(sheet.as_slice())),
            (Text::new("other sheets", "其他工作表"), quoted(other_sheets)),
            (Text::new("column", "列"), columns.as_ref().map(ChosenColumns::in_words)),
            (Text::new("heading rows", "表头行"), headings),
            (Text::new("duplicates", "重复"), count(self.repeats)),
            (Text::new("blank rows", "空行"), count(self.blank)),
            (Text::new("in hidden rows", "位于隐藏行"), count(self.hidden)),
            (Text::new("suspicious", "可疑"), count(self.suspicious)),
        ];
        details.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
    }

    /// The same for the plan and the report's metadata.
    pub fn to_json(&self) -> Value {
        let column = |column: &NamedColumn| json!({"number": column.number, "heading": column.name});
        json!({
            "keywords": self.keywords,
            "repeats": self.repeats,
            "blank": self.blank,
            "hidden": self.hidden,
            "suspicious": self.suspicious,
            "columns": self.columns.as_ref().map(|chosen| chosen.columns.iter().map(column).collect::<Vec<_>>()),
            "column_reason": self.columns.as_ref().map(|chosen| chosen.reason.describe().0),
            "heading_rows": self.heading_rows,
            "separator": self.separator.map(|separator| separator.en),
            "encoding": self.encoding,
            "sheet": self.sheet,
            "other_sheets": self.other_sheets,
        })
    }
}

fn headings_in_words(rows: &[u64], heading: Option<&str>) -> Message {
    match (rows, heading) {
        ([], _) => Text::new("none", "无").into(),
        ([row], Some(heading)) => Message::verbatim(format!("{row} '{heading}'")),
        ([row], None) => Message::verbatim(row.to_string()),
        ([first, .., last], _) => Message::verbatim(format!("{first}-{last}")),
    }
}

impl ChosenColumns {
    fn in_words(&self) -> Message {
        let columns = self.columns.iter().map(|NamedColumn { name, number }| match name {
            Some(name) => format!("{number} '{name}'"),
            None => number.to_string(),
        });
        let columns = columns.collect::<Vec<_>>().join(", ");
        message!("{columns}, {reason}", "{columns}，{reason:#}", reason = self.reason.describe().1)
    }
}
