//! The reasons for which a body is unreadable.

use crate::domain::text::{Message, Text};

/// The deepest nesting of a body: the limit of `serde_json`, also for XML.
pub(super) const DEPTH_LIMIT: usize = 127;

/// The reason for which a body is unreadable; it completes "the answer cannot be understood: ".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreadable(pub(super) Message);

impl Unreadable {
    pub(super) const NOT_UTF8: Self = Self::because("it is not text in UTF-8", "不是 UTF-8 文本");
    pub(super) const EMPTY: Self = Self::because("it is empty", "内容为空");
    pub(super) const HTML_PAGE: Self = Self::because("it is an HTML page", "是一个 HTML 网页");
    pub(super) const NEITHER_JSON_NOR_XML: Self =
        Self::because("it is neither JSON nor XML", "既不是 JSON 也不是 XML");
    pub(super) const TOO_DEEP: Self = Self::because("it is nested too deeply", "嵌套过深");
    pub(super) const TOO_MANY_VALUES: Self = Self::because("it has too many values", "所含数据项过多");
    pub(super) const JSON_CUT_OFF: Self = Self::because("the JSON is cut off", "JSON 不完整");
    pub(super) const XML_CUT_OFF: Self = Self::because("the XML is cut off", "XML 不完整");
    pub(super) const INVALID_XML: Self = Self::because("it is not well-formed XML", "不是格式良好的 XML");
    pub(super) const REFUSAL: Self =
        Self::because("it is a refusal, not an answer", "是拒绝信息，不是查询结果");
    pub(super) const NO_RESULT_CODE: Self = Self::because("it has no result code", "没有返回码");
    pub(super) const NO_LIST: Self =
        Self::because("it reports success but has no list", "返回成功却没有列表");
    pub(super) const INVALID_LIST: Self =
        Self::because("its list is not a list of records", "其列表不是记录列表");
    pub(super) const NO_RECORD: Self =
        Self::because("its list has entries but no record", "其列表有内容但没有记录");

    const fn because(en: &'static str, zh: &'static str) -> Self {
        Self(Message::fixed(Text::new(en, zh)))
    }
}
