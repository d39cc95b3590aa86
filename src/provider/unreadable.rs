//! The reasons for which a body is unreadable.

use crate::domain::text::{Message, Text, message};

/// The deepest nesting of a body: the limit of `serde_json`, also for XML.
pub(super) const DEPTH_LIMIT: usize = 127;

/// The reason for which a body is unreadable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unreadable {
    NotUtf8,
    Empty,
    HtmlPage,
    NeitherJsonNorXml,
    TooDeep,
    JsonBreaksOff,
    InvalidJson { line: usize, column: usize },
    XmlBreaksOff,
    NotWellFormedXml,
    Refusal,
    NoResultCode,
    NoList,
    ListIsNoList,
    NoRecord,
    TooManyValues,
}

impl Unreadable {
    /// The reason, which completes "the answer cannot be understood: ".
    pub(super) fn reason(&self) -> Message {
        let words = match self {
            Self::InvalidJson { line, column } => {
                return message!(
                    "it is not valid JSON (line {line}, column {column})",
                    "不是有效的 JSON（第 {line} 行第 {column} 列）"
                );
            }
            Self::NotUtf8 => Text::new("it is not text in UTF-8", "不是 UTF-8 文本"),
            Self::Empty => Text::new("it is empty", "内容为空"),
            Self::HtmlPage => Text::new("it is an HTML page", "是一个 HTML 网页"),
            Self::NeitherJsonNorXml => Text::new("it is neither JSON nor XML", "既不是 JSON 也不是 XML"),
            Self::TooDeep => Text::new("it is nested too deeply", "嵌套过深"),
            Self::JsonBreaksOff => Text::new("the JSON is cut off", "JSON 不完整"),
            Self::XmlBreaksOff => Text::new("the XML is cut off", "XML 不完整"),
            Self::NotWellFormedXml => Text::new("it is not well-formed XML", "不是格式良好的 XML"),
            Self::Refusal => Text::new("it is a refusal, not an answer", "是拒绝信息，不是查询结果"),
            Self::NoResultCode => Text::new("it has no result code", "没有返回码"),
            Self::NoList => Text::new("it reports success but has no list", "返回成功却没有列表"),
            Self::ListIsNoList => Text::new("its list is not a list of records", "其列表不是记录列表"),
            Self::NoRecord => Text::new("its list has entries but no record", "其列表有内容但没有记录"),
            Self::TooManyValues => Text::new("it has too many values", "所含数据项过多"),
        };
        words.into()
    }
}
