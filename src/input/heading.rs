//! The usual headings of company lists, Chinese (simplified and traditional) and English.
//!
//! Looks at one cell only.

use super::words::{
    CODE_HEADINGS, ENDINGS_OF_NO_NAME, GENERIC_NAMES, LATIN_ABBREVIATIONS, LATIN_NAMES, LATIN_PARTIES,
    LATIN_QUALIFIERS, NAME_ENDINGS, NAME_HEADING_ENDINGS, NAME_HEADING_SUBJECTS, NAME_HEADINGS,
    OTHER_HEADING_ENDINGS, OTHER_HEADINGS, PARTIES, ROLES, comparable, is_made_of,
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

/// The same for a text of ASCII characters.
const LONGEST_LATIN: usize = 30;

/// What the cell promises as a heading; `None` when it is no usual heading.
pub(super) fn heading_kind(cell: &str) -> Option<HeadingKind> {
    let is_mark = |character: char| character == '/' || character.is_whitespace();
    let bilingual = || {
        // In two languages: `企业名称/Company Name`.
        let (first, rest) = cell.split_once(is_mark)?;
        let kind = kind_of_word(&normalise(first))?;
        let mut others = rest.split(is_mark).filter(|part| !part.is_empty());
        others.all(|part| kind_of_word(&normalise(part)) == Some(kind)).then_some(kind)
    };
    let unknown = || is_database_column(cell).then_some(HeadingKind::Other);
    bilingual().or_else(|| kind_of_word(&normalise(cell))).or_else(unknown)
}

/// Whether the text is the name of a column in a database, such as `vendor_nm`: no company has an underscore.
pub(super) fn is_database_column(text: &str) -> bool {
    let mut words = text.split('_');
    text.contains('_')
        && words.all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

fn kind_of_word(word: &str) -> Option<HeadingKind> {
    // Long names are spread over two columns: `名称1`, `名称2`.
    let word = if word.is_ascii() { word } else { word.trim_end_matches(['1', '2']) };
    let length = word.chars().count();
    if word.is_empty() || length > if word.is_ascii() { LONGEST_LATIN } else { LONGEST } {
        return None;
    }
    let is_party = |subject: &str| NAME_HEADINGS.contains(subject) || LATIN_PARTIES.contains(subject);
    let is_subject = |subject| {
        [&NAME_HEADING_SUBJECTS, &ENDINGS_OF_NO_NAME].iter().any(|words| words.end(subject))
            || NAME_HEADINGS.contains(subject)
    };
    if NAME_HEADINGS.contains(word) {
        Some(HeadingKind::Name)
    } else if OTHER_HEADINGS.contains(word)
        || NAME_HEADING_ENDINGS.before(word).any(|subject| OTHER_HEADINGS.end(subject))
        || word.starts_with("是否")
    {
        Some(HeadingKind::Other)
    } else if PARTIES.before(word).any(|role| ROLES.end(role))
        || word.strip_suffix("公司").is_some_and(|role| {
            [role, role.trim_start_matches(['拟', '待', '需', '被'])].iter().any(|role| ROLES.contains(role))
        })
        || ENDINGS_OF_NO_NAME.end(word)
        || NAME_HEADING_ENDINGS.before(word).any(is_subject)
        || is_latin_name(word)
    {
        Some(HeadingKind::Name)
    } else if CODE_HEADINGS.contains(word) || (!word.is_ascii() && CODE_HEADINGS.end(word)) {
        Some(HeadingKind::Code)
    } else if OTHER_HEADINGS.before(word).any(is_party)
        || OTHER_HEADING_ENDINGS.end(word)
        // Only the ending of a name, such as `幼儿园`.
        || NAME_ENDINGS.contains(word)
    {
        Some(HeadingKind::Other)
    } else {
        None
    }
}

/// Whether the word is put together from English words for companies and for names, such as `custfullnm`. Abbreviations
/// count only before a word for a name: `namco` and `cobank` are companies.
fn is_latin_name(word: &str) -> bool {
    let subjects = [&LATIN_PARTIES, &LATIN_QUALIFIERS, &LATIN_ABBREVIATIONS];
    let is_split_at = |(middle, _): (usize, char)| {
        let (subject, name) = word.split_at(middle);
        LATIN_NAMES.begin(name)
            && is_made_of(name, &[&LATIN_NAMES, &LATIN_QUALIFIERS])
            && is_made_of(subject, &subjects)
    };
    let is_whole = is_made_of(word, &[&LATIN_PARTIES, &LATIN_NAMES, &LATIN_QUALIFIERS]);
    LATIN_PARTIES.contains(word)
        || (is_whole && !is_made_of(word, &[&LATIN_QUALIFIERS]))
        || word.char_indices().any(is_split_at)
}

/// Whether the heading says nothing of whose names these are, so that it is preferred to others.
pub(super) fn is_generic_name(heading: &str) -> bool {
    GENERIC_NAMES.contains(&normalise(heading))
}

/// The heading in lower case, without stars, remarks in brackets, and separators between words.
pub(super) fn normalise(heading: &str) -> String {
    let mut is_outside = true;
    let is_kept = |character: &char| {
        is_outside &= !matches!(character, '（' | '(' | '[' | '【');
        let is_kept = is_outside;
        is_outside |= matches!(character, '）' | ')' | ']' | '】');
        is_kept
    };
    let kept: String = clean_keyword(heading).chars().filter(is_kept).collect();
    let word = if kept.is_empty() { heading } else { &kept };
    let is_separator = |c: char| c.is_whitespace() || matches!(c, '_' | '-' | '.' | '\'' | '’');
    comparable(word.trim_matches(['*', '＊', ':', '：', ' ']), is_separator)
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
            "企业名称（全称）(必填) *",
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
            "vendor_nm",
            "MC",
            "CUST_NAME",
            "comp_full_nm",
            "cVenName",
            "NAME_ORG1",
            "Vendor's Name",
            "Name of the Company",
            "company_name_cn",
            "cust_name_cn",
            "Legal Name",
            "Sold-to Party",
            "supplier_desc",
            "Payee",
            "业务伙伴",
            "供应商描述",
            "名称 1",
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
            "VENDOR_CD",
            "cust_no",
            "vnd_key",
            "联系人名称",
            "收款银行",
            "经营者",
            "著作权登记号",
            "经营状态",
        ] {
            assert_eq!(heading_kind(heading), Some(HeadingKind::Other), "{heading}");
        }
        for text in [
            "华为技术有限公司",
            "腾讯",
            "Foo Co., Ltd",
            "MC (China) Ltd",
            "MC控股",
            "企业（北京）投资中心（有限合伙）",
            "MC Mining",
            "CNMC",
            "TSMC",
            "TradeCo",
            "Namco",
            "Nam Co",
            "CoBank",
            "Cono",
            "Name Brands Inc",
            "CN",
            "",
            "*",
            "（某）",
        ] {
            assert_eq!(heading_kind(text), None, "{text}");
        }
    }

    #[test]
    fn kinds_of_companies_are_headings() {
        for heading in
            ["集团", "集团公司", "上市公司", "客户公司", "下属企业", "经销商全称", "持有人", "取引先"]
        {
            assert_eq!(heading_kind(heading), Some(HeadingKind::Name), "{heading}");
        }
        for heading in [
            "行政相对人",
            "中标（成交）供应商",
            "申请（专利权）人",
            "上市许可持有人",
            "境内收货人",
            "候选供应商",
            "共同借款人",
            "*(供应商)名称",
            "【必填】单位(公司)名称",
            "门店名称",
            "工商注册名称",
            "股东名称",
            "第一中标候选人",
            "待核查公司",
            "被执行公司",
            "拟上市公司",
            "Bill To",
            "失信被执行人姓名/名称",
            "姓名/名称",
        ] {
            assert_eq!(heading_kind(heading), Some(HeadingKind::Name), "{heading}");
        }
        for heading in [
            "总公司",
            "律师事务所",
            "幼儿园",
            "主办券商",
            "列1",
            "Column1",
            "cid",
            "供应商编码",
            "客户/供应商编码",
        ] {
            assert_eq!(heading_kind(heading), Some(HeadingKind::Other), "{heading}");
        }
        for text in ["集团军", "宁波物流公司", "小幼儿园", "平安企业", "姬美人", "尚德机构"]
        {
            assert_eq!(heading_kind(text), None, "{text}");
        }
    }
}
