//! What can be wrong with a list of keywords as a whole.
//!
//! Each sentence names the file or standard input, the line or cell, and the cure. All errors are found before
//! anything is sent.

use std::fmt;
use std::io;

use crate::domain::failure::{Failure, FailureKind};
use crate::domain::text::{Message, Text, counted, message};

/// An error about one input.
#[derive(Debug)]
pub struct InputError {
    /// The path, or the name of what has none; empty if the error names no input.
    pub input: String,
    /// What is wrong.
    pub kind: InputErrorKind,
}

/// Why a list of keywords cannot be used.
#[derive(Debug)]
#[expect(missing_docs, reason = "the sentence of each variant says what its fields are")]
pub enum InputErrorKind {
    Unreadable(io::Error),
    Directory,
    Store(io::Error),

    OldWorkbook,
    UnsupportedFormat { format: String },
    ArchiveNamedAsText,
    NotAWorkbook,
    BrokenWorkbook { reason: Message },
    OversizedWorkbook { reason: Message },
    MissingSheet { wanted: String, sheets: String },
    NoVisibleSheet { sheets: String },

    OptionWithoutMeaning { option: &'static str, format: Text },
    ColumnNotation { text: String },
    MissingColumn { wanted: String, columns: String },
    AmbiguousColumn { wanted: String, columns: String },
    UndecidedColumn { columns: String },

    UnknownEncoding { label: String },
    ContradictedEncoding { marked: &'static str, forced: &'static str },
    MixedEncodings { other_line: u64, utf8_line: u64 },
    Undecodable { line: u64, encoding: &'static str },
    NulByte { line: u64 },

    LineTooLong { line: u64, limit: usize },
    RowTooLong { line: u64, limit: usize },
    UnclosedQuote { line: u64 },
    SurplusFields { line: u64, fields: usize, expected: usize },

    BlankArgument { position: u64 },
    UnreadableCell { cell: String, reason: Text },
    NoKeywords { detail: Message },
}

impl InputError {
    /// The sentence, in both languages.
    pub fn message(&self) -> Message {
        self.kind.message(&self.input)
    }
}

impl InputErrorKind {
    /// The error about this input.
    pub(super) fn about(self, input: &str) -> InputError {
        InputError { input: input.to_owned(), kind: self }
    }

    /// A workbook that is damaged.
    pub(super) fn damaged(reason: impl Into<Message>) -> Self {
        Self::BrokenWorkbook { reason: reason.into() }
    }

    #[expect(clippy::too_many_lines, reason = "one sentence for each variant, and nothing else")]
    fn message(&self, input: &str) -> Message {
        let input = named(input);
        match self {
            Self::Unreadable(source) => message!(
                "cannot read {input}: {source}; check the path and its permissions",
                "无法读取{input:#}：{source:#}；请检查路径与权限",
                source = Message::of_system(source)
            ),
            Self::Directory => message!(
                "{input} is a directory; name the list in it",
                "{input:#}是一个目录；请指定其中的名单文件"
            ),
            Self::Store(source) => message!(
                "cannot write the list to a temporary file: {source}; free some space, or set TMPDIR",
                "无法把名单写入临时文件：{source:#}；请释放磁盘空间，或设置 TMPDIR",
                source = Message::of_system(source)
            ),
            Self::OldWorkbook => message!(
                "{input} is an old .xls workbook or one with a password; save it as .xlsx without a password",
                "{input:#}是旧版 .xls 或带密码的工作簿；请另存为不带密码的 .xlsx"
            ),
            Self::UnsupportedFormat { format } => message!(
                "{input}: {format} cannot be read; save it as .xlsx or .csv",
                "{input:#}：不支持 {format}；请另存为 .xlsx 或 .csv"
            ),
            Self::ArchiveNamedAsText => message!(
                "{input} holds a workbook or another zip archive, not text; name it .xlsx if it is a workbook",
                "{input:#}的内容是工作簿或其他 zip 文件，不是文本；若为工作簿，请以 .xlsx 命名"
            ),
            Self::NotAWorkbook => message!(
                "{input} is not a workbook inside; name it .csv or .txt if it is text, or save it again as .xlsx",
                "{input:#}的内容不是工作簿；若为文本，请以 .csv 或 .txt 命名，否则请重新另存为 .xlsx"
            ),
            Self::BrokenWorkbook { reason } => message!(
                "{input} is a damaged workbook ({reason}); open it in a spreadsheet program and save it again",
                "{input:#}是损坏的工作簿（{reason:#}）；请用表格软件打开后重新保存"
            ),
            Self::OversizedWorkbook { reason } => message!(
                "{input} would unpack to too much ({reason}); save only the column of keywords as .csv",
                "{input:#}解压后过大（{reason:#}）；请只把关键词一列另存为 .csv"
            ),
            Self::MissingSheet { wanted, sheets } => message!(
                "{input} has no sheet {wanted:?}; its sheets are: {sheets}",
                "{input:#}中没有工作表 {wanted:?}；现有：{sheets}"
            ),
            Self::NoVisibleSheet { sheets } => message!(
                "{input} has no sheet of cells that is visible; name one with --sheet: {sheets}",
                "{input:#}中没有可见的工作表；请用 --sheet 指定：{sheets}"
            ),
            Self::OptionWithoutMeaning { option, format } => message!(
                "{option} does not apply to {input}, which is read as {format}; leave it out",
                "{option} 对{input:#}没有意义（按{format:#}读取）；请去掉该选项"
            ),
            Self::ColumnNotation { text } => message!(
                "{text:?} is no column: give its heading, its number counted from 1, or its letter",
                "{text:?} 不是列：请给出列标题、从 1 起的列号或列字母"
            ),
            Self::MissingColumn { wanted, columns } => message!(
                "{input} has no column {wanted}; its columns are: {columns}",
                "{input:#}中没有列 {wanted}；现有：{columns}"
            ),
            Self::AmbiguousColumn { wanted, columns } => message!(
                "{input} has several columns headed {wanted:?}; choose one by its number with --column: {columns}",
                "{input:#}中有多列的标题是 {wanted:?}；请用 --column 按列号选择：{columns}"
            ),
            Self::UndecidedColumn { columns } => message!(
                "cannot tell which column of {input} holds the keywords; choose one: {columns}",
                "无法判断{input:#}中哪一列是关键词；请选择：{columns}"
            ),
            Self::UnknownEncoding { label } => message!(
                "{label:?} is no encoding known here; use utf-8, gb18030, big5, utf-16le or utf-16be",
                "不认识编码 {label:?}；可用 utf-8、gb18030、big5、utf-16le 或 utf-16be"
            ),
            Self::ContradictedEncoding { marked, forced } => message!(
                "{input} begins with the mark of {marked}, but --encoding says {forced}; leave --encoding out",
                "{input:#}以 {marked} 的标记开头，而 --encoding 指定为 {forced}；请去掉 --encoding"
            ),
            Self::MixedEncodings { other_line, utf8_line } => message!(
                "line {other_line} of {input} is not UTF-8 but line {utf8_line} is: mixed encodings; save the list in one encoding, or state one with --encoding",
                "{input:#}第 {other_line} 行不是 UTF-8，而第 {utf8_line} 行是：编码混杂；请用同一编码重新保存名单，或用 --encoding 强制指定"
            ),
            Self::Undecodable { line, encoding } => message!(
                "line {line} of {input} holds bytes that are not {encoding}: damaged text or mixed encodings; correct the line, or name the encoding with --encoding",
                "{input:#}第 {line} 行含有不属于 {encoding} 的字节：文本损坏或编码混杂；请更正该行，或用 --encoding 指定编码"
            ),
            Self::NulByte { line } => message!(
                "line {line} of {input} holds a NUL byte: not text, or UTF-16; name the encoding with --encoding",
                "{input:#}第 {line} 行含有 NUL 字节：不是文本，或为 UTF-16；请用 --encoding 指定编码"
            ),
            Self::LineTooLong { line, limit } => message!(
                "line {line} of {input} is longer than {limit} bytes; a list has one keyword a line",
                "{input:#}第 {line} 行超过 {limit} 字节；名单应每行一个关键词"
            ),
            Self::RowTooLong { line, limit } => message!(
                "the row at line {line} of {input} is longer than {limit} bytes; look for a quotation mark that is opened and never closed",
                "{input:#}第 {line} 行起的一行记录超过 {limit} 字节；请检查是否有未闭合的引号"
            ),
            Self::UnclosedQuote { line } => message!(
                "the row at line {line} of {input} opens a quotation mark that is never closed; close it",
                "{input:#}第 {line} 行起的引号没有闭合；请补上"
            ),
            Self::SurplusFields { line, fields, expected } => message!(
                "line {line} of {input} has {found} instead of {expected}; put the field that holds the separator in quotation marks, or give every column a heading",
                "{input:#}第 {line} 行有 {fields} 个字段，应为 {expected} 个；请给含分隔符的字段加上引号，或给每一列加上标题",
                found = counted(*fields as u64, "field", "fields")
            ),
            Self::BlankArgument { position } => message!(
                "keyword {position} of the command line is blank; leave it out or name a company",
                "命令行的第 {position} 个关键词为空；请去掉，或填写企业名称"
            ),
            Self::UnreadableCell { cell, reason } => message!(
                "cell {cell} of {input} cannot be read ({reason}); open the workbook in a spreadsheet program and save it again",
                "{input:#}的单元格 {cell} 无法读取（{reason:#}）；请用表格软件打开工作簿后重新保存"
            ),
            Self::NoKeywords { detail } => message!(
                "{input} holds no keyword{detail}; put one company a line, or one a row",
                "{input:#}{detail:#}没有关键词；请每行写一家企业"
            ),
        }
    }
}

/// A path stands in quotation marks in a Chinese sentence; what has no path has a name.
fn named(input: &str) -> Message {
    match [STANDARD_INPUT, COMMAND_LINE].into_iter().find(|name| name.en == input) {
        Some(name) => name.into(),
        None => message!("{input}", "“{input}”"),
    }
}

/// What standard input is called.
pub(super) const STANDARD_INPUT: Text = Text::new("standard input", "标准输入");

/// What the command line is called when it is the input.
pub(super) const COMMAND_LINE: Text = Text::new("the command line", "命令行");

impl fmt::Display for InputError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(formatter)
    }
}

impl std::error::Error for InputError {}

impl From<InputErrorKind> for InputError {
    fn from(kind: InputErrorKind) -> Self {
        Self { input: String::new(), kind }
    }
}

impl From<InputError> for Failure {
    fn from(error: InputError) -> Self {
        Self::local(FailureKind::Usage, error.message())
    }
}
