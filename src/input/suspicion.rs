//! The findings about suspicious keywords: kinds, codes and sentences.

use serde::{Deserialize, Serialize};

use crate::domain::failure::{Failure, FailureKind};
use crate::domain::outcome::{KeywordWarning, WarningCode};
use crate::domain::text::{Message, Text, message, shortened};

/// Defines [`SuspicionKind`] by a table, one kind a line: its code in the data, and the reason in English and Chinese, to be
/// read after the keyword.
macro_rules! suspicion_kinds {
    ($($kind:ident $code:ident $en:literal $zh:literal;)*) => {
        /// The reasons for which a keyword does not look like something worth paying for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum SuspicionKind {
            $(#[doc = $en] $kind,)*
        }

        impl SuspicionKind {
            const fn describe(self) -> (WarningCode, Text) {
                match self {
                    $(Self::$kind => (WarningCode::$code, Text::new($en, $zh)),)*
                }
            }
        }
    };
}

suspicion_kinds! {
    WrongCheckDigit CheckDigit "invalid check digit in a code" "代码校验位错误";
    DamagedCode CheckDigit "resembles a code, but has the wrong length" "像代码，但长度不对";
    Misfit Form "does not have the form stated with --by" "不符合 --by 指定的类型";
    Placeholder Placeholder "a placeholder or an error value, not a name" "占位符或错误值，不是名称";
    Heading Heading "a heading of columns or rows" "表头或分组标题";
    Total Remark "a total, not a name" "合计行，不是名称";
    Remark Remark "a remark, not a name" "备注，不是名称";
    Label Structure "has a label before the name" "名称前带有标签";
    LineBreak Structure "contains a tab or a line break" "含有制表符或换行";
    Quotes Structure "is in quotation marks" "带有引号";
    UnescapedQuotes Structure "contains quotation marks that are not doubled" "含有未加倍的引号";
    Separator Structure "contains a separator or another field" "含有分隔符或其他字段";
    Markup Structure "contains HTML, JSON or URL escapes" "含有 HTML、JSON 或 URL 转义";
    Numbering Structure "has a bullet or a number before the name" "名称前带有项目符号或序号";
    State Structure "has a remark after the name" "名称后带有备注";
    SeveralNames Structure "contains several names" "含有多个名称";
    Date Number "a date or a time" "日期或时间";
    Amount Number "an amount or a percentage" "金额或百分比";
    Telephone Number "a telephone number" "电话号码";
    WebAddress Number "a web or e-mail address" "网址或邮箱地址";
    StreetAddress Number "a street address" "街道地址";
    Number Number "a number, not a code of a company" "数字，不是企业代码";
    TruthValue Number "a truth value" "逻辑值";
    Formula Formula "a formula" "公式";
    UncomputedFormula Formula "a formula without a stored value; open the workbook and save it" "没有存储计算结果的公式；请打开工作簿并保存";
    InnerSpace Characters "contains white space inside Chinese text" "中文之间含有空白";
    Compatibility Characters "contains compatibility characters, as from a PDF" "含有兼容字符，如复制自 PDF";
    Unprintable Characters "contains invisible or private-use characters" "含有不可见或私用区字符";
    Misread Characters "is garbled: read in a wrong encoding" "乱码：编码有误";
    TooLong Structure "is longer than any name" "超出名称的最大长度";
    // Cut off, or with an ellipsis or asterisks in place of a part.
    Incomplete Lossy "is incomplete: cut off or masked" "不完整：被截断或遮盖";
    LostDigits Lossy "a number that lost its last digits in a spreadsheet" "数字在表格中丢失了末尾几位";
    LostZeros Lossy "a number that lost its leading zeros in a spreadsheet" "数字在表格中丢失了开头的零";
    LostFormat Lossy "a number that its cell shows in another form" "数字与单元格显示的内容不同";
}

impl SuspicionKind {
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
        let shown = shortened(keyword, SHOWN_CHARACTERS);
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
