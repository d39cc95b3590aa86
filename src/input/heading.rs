//! The usual headings of company lists, Chinese (simplified and traditional) and English.
//!
//! Looks at one cell only.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

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

const NAMES: &str = "\
    名称 全称 公司 企业 单位 机构 客户 供应商 商户 企业名 公司名 单位名 被执行人 失信被执行人 著作权人
    债务人 债权人 当事人 交易对手 往来方 对手方 合作方 收款方 付款方 户名 抬头 主体 商家 厂商 承包商
    经销商 代理商 投标人 中标人 借款人 担保人 买方 卖方 甲方 乙方 丙方 委托方 受托方 委托人 受托人 承租方 出租方
    承租人 出租人 贷款人 保证人 买受人 出卖人 发包人 承包人 发包方 承包方 招标人 采购人 采购商 采购方 供货商 供货方
    供货单位 供应单位 采购单位 往来单位 建设单位 施工单位 监理单位 购货单位 销货单位 购买方 销售方 客商 申请人
    被申请人 原告 被告 开户名 账户名 名单 关键词 关键字 查询关键词 name company companies
    companyname enterprise enterprisename entname keyword keywords organization organisation
    organizationname organisationname supplier vendor customer debtor";
const NAME_SUBJECTS: &str = "企业 公司 单位 机构 客户 供应商 主体 商户 厂商 人 对手 对方 股东 商家";
const NAME_ENDINGS: &str = "名称 全称 名字";
const CODES: &str = "\
    信用代码 信用码 社会统一代码 统一代码 组织机构代码 机构代码 注册号 营业执照号 执照号 税号 识别号
    uscc creditcode orgcode regno registrationnumber";
const OTHERS: &str = "\
    序号 开户银行 开户行 上级公司 母公司 子公司 所属公司 所属集团 行号 编号 曾用名 简称 负责人 税率 地址
    电话 备注 日期 时间 金额 代码 号码 法定代表人 法人 法人代表 联系人 联系方式 省份 省 城市 市 地区
    区域 行业 状态 类型 类别 注册资本 邮箱 no no. id date address phone remark remarks note notes city
    province status type amount";
const OTHER_ENDINGS: &str = "日期 地址 电话 时间 金额 名称 代码 编号 号码";
/// A longer text that merely ends like a heading is a sentence or a name.
const LONGEST: usize = 12;

/// Whether a list of words separated by white space has this one.
pub(super) fn has_word(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|member| member == word)
}

/// What the cell promises as a heading; `None` when it is no usual heading.
pub(super) fn heading_kind(cell: &str) -> Option<HeadingKind> {
    let word = normalise(cell);
    if word.is_empty() || word.chars().count() > LONGEST.max("registrationnumber".len()) {
        return None;
    }
    let short = word.chars().count() <= LONGEST;
    let names_a_company = |word: &str| {
        NAME_ENDINGS
            .split_whitespace()
            .filter_map(|ending| word.strip_suffix(ending))
            .any(|subject| NAME_SUBJECTS.split_whitespace().any(|known| subject.ends_with(known)))
    };
    if has_word(NAMES, &word) || (short && names_a_company(&word)) {
        Some(HeadingKind::Name)
    } else if CODES
        .split_whitespace()
        .any(|code| word == *code || (short && !code.is_ascii() && word.ends_with(code)))
    {
        Some(HeadingKind::Code)
    } else if has_word(OTHERS, &word)
        || (short && OTHER_ENDINGS.split_whitespace().any(|ending| word.ends_with(ending)))
    {
        Some(HeadingKind::Other)
    } else {
        None
    }
}

/// Whether the heading says nothing of whose names these are, so that it is preferred to others.
pub(super) fn is_generic_name(heading: &str) -> bool {
    const GENERIC: &str = "\
    企业名称 公司名称 单位名称 机构名称 主体名称 名称 企业 公司 企业全称 公司全称 全称 companyname
    company name";
    has_word(GENERIC, &normalise(heading))
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

/// Traditional characters of headings and endings of names, each before its simplified form.
const PAIRS: &str = "\
    業业稱称單单機机構构戶户應应廠厂註注冊册號号編编電电話话備备聯联繫系責责總总計计會会統统碼码體体營营執执\
    識识別别稅税納纳務务債债權权時时間间類类狀状態态區区鍵键關关對对國国團团錄录學学醫医銀银書书報报協协農农\
    場场飯饭館馆廳厅創创產产東东車车門门資资";

static TRADITIONAL: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let characters: Vec<char> = PAIRS.chars().collect();
    characters.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
});

/// The text with the usual traditional characters in their simplified form.
pub(super) fn simplified(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.contains(|character| TRADITIONAL.contains_key(&character)) {
        return Cow::Borrowed(text);
    }
    text.chars().map(|character| TRADITIONAL.get(&character).copied().unwrap_or(character)).collect()
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
        ] {
            assert_eq!(heading_kind(heading), Some(HeadingKind::Name), "{heading}");
        }
        for heading in
            ["统一社会信用代码", "統一社會信用代碼", "组织机构代码", "USCC", "credit code", "纳税人识别号"]
        {
            assert_eq!(heading_kind(heading), Some(HeadingKind::Code), "{heading}");
        }
        for heading in ["序号", "注册地址", "产品名称", "法定代表人", "ID", "成立日期"] {
            assert_eq!(heading_kind(heading), Some(HeadingKind::Other), "{heading}");
        }
        for text in ["华为技术有限公司", "腾讯", "Foo Co., Ltd", "", "*", "（某）"] {
            assert_eq!(heading_kind(text), None, "{text}");
        }
    }
}
