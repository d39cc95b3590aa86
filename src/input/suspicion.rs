//! The findings about suspicious keywords: kinds, codes and sentences.

use serde::{Deserialize, Serialize};

use crate::domain::failure::{Failure, FailureKind};
use crate::domain::outcome::{KeywordWarning, WarningCode};
use crate::domain::text::{Message, Text, message};

/// The reasons for which a keyword does not look like something worth paying for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SuspicionKind {
    /// A code with a wrong check digit.
    WrongCheckDigit,
    /// Letters and digits like those of a code, but too many or too few.
    DamagedCode,
    /// A text without the form of the kind stated with `--by`.
    Misfit,
    /// A word or sign for "nothing", or an error value of a spreadsheet.
    Placeholder,
    /// A heading of a table.
    Heading,
    /// A total of a table.
    Total,
    /// A remark, a signature or a page number.
    Remark,
    /// A label before the name, such as `企业名称：`.
    Label,
    /// A tab or a line break.
    LineBreak,
    /// Quotation marks around the text, or not closed.
    Quotes,
    /// Quotation marks inside a quoted field that are not doubled.
    UnescapedQuotes,
    /// A separator at the beginning or the end, or more fields after the name.
    Separator,
    /// Remains of HTML or JSON.
    Markup,
    /// A bullet or a number before the text.
    Numbering,
    /// A remark on the state of the company after its name.
    State,
    /// Several names in one.
    SeveralNames,
    /// A date or a time.
    Date,
    /// An amount or a percentage.
    Amount,
    /// A telephone number.
    Telephone,
    /// A web or e-mail address.
    WebAddress,
    /// A street address.
    StreetAddress,
    /// A number that is no code.
    Number,
    /// A truth value of a spreadsheet.
    TruthValue,
    /// A formula of a spreadsheet.
    Formula,
    /// A formula without a stored value.
    UncomputedFormula,
    /// White space inside Chinese text.
    InnerSpace,
    /// Compatibility characters, such as Kangxi radicals from a PDF.
    Compatibility,
    /// Invisible, control or private-use characters.
    Unprintable,
    /// Text that was decoded in a wrong encoding, or U+FFFD in place of what a program could not read.
    Misread,
    /// More characters than any name has.
    TooLong,
    /// A text that was cut off, or of which an ellipsis or asterisks stand for a part.
    Incomplete,
    /// A number that lost digits.
    LostDigits,
    /// A number that lost its leading zeros.
    LostZeros,
    /// A number whose cell shows another text than its digits.
    LostFormat,
}

impl SuspicionKind {
    /// The code in the data, and the reason, to be read after the keyword.
    const fn describe(self) -> (WarningCode, Text) {
        use WarningCode as Code;
        let (code, en, zh) = match self {
            Self::WrongCheckDigit => (Code::CheckDigit, "invalid check digit in a code", "代码校验位错误"),
            Self::DamagedCode => {
                (Code::CheckDigit, "resembles a code, but has the wrong length", "像代码，但长度不对")
            }
            Self::Misfit => (Code::Form, "does not have the form stated with --by", "不符合 --by 指定的类型"),
            Self::Placeholder => {
                (Code::Placeholder, "a placeholder or an error value, not a name", "占位符或错误值，不是名称")
            }
            Self::Heading => (Code::Heading, "a heading of columns or rows", "表头或分组标题"),
            Self::Total => (Code::Remark, "a total, not a name", "合计行，不是名称"),
            Self::Remark => (Code::Remark, "a remark, not a name", "备注，不是名称"),
            Self::Label => (Code::Structure, "has a label before the name", "名称前带有标签"),
            Self::LineBreak => (Code::Structure, "contains a tab or a line break", "含有制表符或换行"),
            Self::Quotes => (Code::Structure, "is in quotation marks", "带有引号"),
            Self::UnescapedQuotes => {
                (Code::Structure, "contains quotation marks that are not doubled", "含有未加倍的引号")
            }
            Self::Separator => {
                (Code::Structure, "contains a separator or another field", "含有分隔符或其他字段")
            }
            Self::Markup => {
                (Code::Structure, "contains HTML, JSON or URL escapes", "含有 HTML、JSON 或 URL 转义")
            }
            Self::Numbering => {
                (Code::Structure, "has a bullet or a number before the name", "名称前带有项目符号或序号")
            }
            Self::State => (Code::Structure, "has a remark after the name", "名称后带有备注"),
            Self::SeveralNames => (Code::Structure, "contains several names", "含有多个名称"),
            Self::Date => (Code::Number, "a date or a time", "日期或时间"),
            Self::Amount => (Code::Number, "an amount or a percentage", "金额或百分比"),
            Self::Telephone => (Code::Number, "a telephone number", "电话号码"),
            Self::WebAddress => (Code::Number, "a web or e-mail address", "网址或邮箱地址"),
            Self::StreetAddress => (Code::Number, "a street address", "街道地址"),
            Self::Number => (Code::Number, "a number, not a code of a company", "数字，不是企业代码"),
            Self::TruthValue => (Code::Number, "a truth value", "逻辑值"),
            Self::Formula => (Code::Formula, "a formula", "公式"),
            Self::UncomputedFormula => (
                Code::Formula,
                "a formula without a stored value; open the workbook and save it",
                "没有存储计算结果的公式；请打开工作簿并保存",
            ),
            Self::InnerSpace => {
                (Code::Characters, "contains white space inside Chinese text", "中文之间含有空白")
            }
            Self::Compatibility => (
                Code::Characters,
                "contains compatibility characters, as from a PDF",
                "含有兼容字符，如复制自 PDF",
            ),
            Self::Unprintable => {
                (Code::Characters, "contains invisible or private-use characters", "含有不可见或私用区字符")
            }
            Self::Misread => (Code::Characters, "is garbled: read in a wrong encoding", "乱码：编码有误"),
            Self::TooLong => (Code::Structure, "is longer than any name", "超出名称的最大长度"),
            Self::Incomplete => (Code::Lossy, "is incomplete: cut off or masked", "不完整：被截断或遮盖"),
            Self::LostDigits => (
                Code::Lossy,
                "a number that lost its last digits in a spreadsheet",
                "数字在表格中丢失了末尾几位",
            ),
            Self::LostZeros => (
                Code::Lossy,
                "a number that lost its leading zeros in a spreadsheet",
                "数字在表格中丢失了开头的零",
            ),
            Self::LostFormat => {
                (Code::Lossy, "a number that its cell shows in another form", "数字与单元格显示的内容不同")
            }
        };
        (code, Text::new(en, zh))
    }

    /// The code in the data.
    pub const fn code(self) -> WarningCode {
        self.describe().0
    }
}

/// A finding of the review about one keyword.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspicion {
    /// The kind of finding.
    pub kind: SuspicionKind,
    /// The text that was probably meant, if it is known.
    pub suggestion: Option<String>,
}

/// Longer keywords are cut in messages.
const SHOWN_CHARACTERS: usize = 60;

impl Suspicion {
    pub(super) fn new(kind: SuspicionKind) -> Self {
        Self { kind, suggestion: None }
    }

    pub(super) fn suggesting(kind: SuspicionKind, suggestion: impl Into<String>) -> Self {
        let suggestion = suggestion.into();
        Self { kind, suggestion: (!suggestion.is_empty()).then_some(suggestion) }
    }

    /// The sentence about `keyword`: the reason, and the probable text.
    pub fn message(&self, keyword: &str) -> Message {
        let (_, reason) = self.kind.describe();
        let mut shown: String = keyword.chars().take(SHOWN_CHARACTERS).collect();
        if shown.len() < keyword.len() {
            shown.push('…');
        }
        match &self.suggestion {
            Some(probable) => message!(
                "'{shown}': {reason} (probably '{probable}')",
                "'{shown}'：{reason:#}（可能是 '{probable}'）"
            ),
            None => message!("'{shown}': {reason}", "'{shown}'：{reason:#}"),
        }
    }

    /// The warning in a query's outcome.
    pub fn warning(&self, keyword: &str) -> KeywordWarning {
        KeywordWarning { code: self.kind.code(), message: self.message(keyword) }
    }

    /// The failure of a query that was left out because of this.
    pub fn failure(&self, keyword: &str) -> Failure {
        Failure::local(FailureKind::Keyword, self.message(keyword)).with_hint(Text::new(
            "correct the list, or send the keyword as it is with --suspicious send",
            "请更正名单，或用 --suspicious send 按原样发送",
        ))
    }
}
