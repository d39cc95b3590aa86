//! The usual headings of company lists, Chinese (simplified and traditional) and English.
//!
//! Looks at one cell only.

use super::words::{
    CODE_HEADINGS, ENDINGS_OF_NO_NAME, GENERIC_NAMES, LATIN_SUBJECTS, NAME_HEADING_ENDINGS,
    NAME_HEADING_SUBJECTS, NAME_HEADINGS, OTHER_HEADING_ENDINGS, OTHER_HEADINGS, PARTIES, ROLES, simplified,
};
use crate::domain::identifier::clean_keyword;

/// What a heading promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HeadingKind {
    /// Names of companies, or keywords in general.
    Name,
    /// Codes of companies.
    Code,
    /// Something else that lists of companies have.
    Other,
}

/// A longer text that merely ends like a heading is a sentence or a name.
const LONGEST: usize = 12;

/// A longer text that ends with a word for a party is a sentence.
const LONGEST_OF_PARTY: usize = 6;

/// What the cell promises as a heading; `None` when it is no usual heading.
pub(super) fn heading_kind(cell: &str) -> Option<HeadingKind> {
    let is_mark = |character: char| character == '/' || character.is_whitespace();
    kind_of_word(&normalise(cell)).or_else(|| {
        // In two languages: `企业名称/Company Name`.
        let (first, rest) = cell.split_once(is_mark)?;
        let kind = kind_of_word(&normalise(first))?;
        let mut others = rest.split(is_mark).filter(|part| !part.is_empty());
        others.all(|part| kind_of_word(&normalise(part)).is_some()).then_some(kind)
    })
}

fn kind_of_word(word: &str) -> Option<HeadingKind> {
    let length = word.chars().count();
    if word.is_empty() || length > LONGEST.max("registrationnumber".len()) {
        return None;
    }
    let is_short = length <= LONGEST;
    if NAME_HEADINGS.contains(word) {
        Some(HeadingKind::Name)
    } else if OTHER_HEADINGS.contains(word) {
        Some(HeadingKind::Other)
    } else if PARTIES.before(word).any(|role| ROLES.contains(role))
        || (length <= LONGEST_OF_PARTY && ENDINGS_OF_NO_NAME.end(word))
        || word
            .strip_suffix("name")
            .is_some_and(|subject| NAME_HEADINGS.contains(subject) || LATIN_SUBJECTS.contains(subject))
        || (is_short && NAME_HEADING_ENDINGS.before(word).any(|subject| NAME_HEADING_SUBJECTS.end(subject)))
    {
        Some(HeadingKind::Name)
    } else if CODE_HEADINGS.contains(word) || (is_short && !word.is_ascii() && CODE_HEADINGS.end(word)) {
        Some(HeadingKind::Code)
    } else if OTHER_HEADINGS.before(word).any(|subject| NAME_HEADINGS.contains(subject))
        || (is_short && OTHER_HEADING_ENDINGS.end(word))
    {
        Some(HeadingKind::Other)
    } else {
        None
    }
}

/// Whether the heading says nothing of whose names these are, so that it is preferred to others.
pub(super) fn is_generic_name(heading: &str) -> bool {
    GENERIC_NAMES.contains(&normalise(heading))
}

/// The heading in lower case, without stars, a remark in brackets, and separators between words.
pub(super) fn normalise(heading: &str) -> String {
    let bare = clean_keyword(heading).trim_matches(['*', '＊', ':', '：']);
    let end = bare.find(['（', '(', '[', '【']).filter(|&end| end > 0).unwrap_or(bare.len());
    simplified(&bare[..end])
        .chars()
        .filter(|character| !character.is_whitespace() && !matches!(character, '_' | '-'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_promise_names_codes_or_something_else() {
        for heading in [
            "企业名称",
            "公司",
            " *客户名称（必填）",
            "Company_Name",
            "被执行人名称",
            "Name",
            "借款企业名称",
            "单位全称：",
            "企業名稱",
            "公司 名稱",
            "往来方",
            "合作单位",
            "被投资企业",
            "承运商",
            "拟查对象",
            "Supplier Name",
            "Legal Entity Name",
            "收款户名",
            "抵押人",
            "入驻商家",
            "QYMC",
            "企业名称/Company Name",
            "Company Name\n公司名称",
        ] {
            assert_eq!(heading_kind(heading), Some(HeadingKind::Name), "{heading}");
        }
        for heading in
            ["统一社会信用代码", "統一社會信用代碼", "组织机构代码", "USCC", "credit code", "纳税人识别号"]
        {
            assert_eq!(heading_kind(heading), Some(HeadingKind::Code), "{heading}");
        }
        for heading in [
            "序号",
            "注册地址",
            "产品名称",
            "法定代表人",
            "ID",
            "成立日期",
            "Supplier No",
            "公司电话",
            "所属单位",
        ] {
            assert_eq!(heading_kind(heading), Some(HeadingKind::Other), "{heading}");
        }
        for text in ["华为技术有限公司", "腾讯", "Foo Co., Ltd", "", "*", "（某）"] {
            assert_eq!(heading_kind(text), None, "{text}");
        }
    }
}
