//! Whether a text looks like the name or the code of a company.

use super::heading::{has_word, heading_kind, simplified};
use crate::domain::identifier::{CheckDigit, IdentifierKind, Shape, recognise};

/// Endings of names, in simplified characters.
const ENDINGS: &str = "\
    公司 厂 研究院 研究所 设计院 医院 卫生院 卫生所 诊所 药房 药店 学院 书院 中心 合作社 联合社 集团
    企业 事务所 银行 信用社 学校 大学 中学 小学 幼儿园 商行 经营部 服务部 营业部 工作室 商店 超市 门市部
    分行 支行 分理处 协会 学会 商会 基金会 联合会 报社 出版社 杂志社 旅行社 委员会 人民政府 管理局
    税务局 公安局 农场 林场 饭店 酒店 餐厅 宾馆 加油站 个体工商户 专业社 电视台 有限合伙";
/// Remarks in brackets with which a name may end.
const BRACKETED: &str = "合伙 独资 中国 集团 个体";
const LATIN: &str = "\
    ltd ltd. limited inc inc. llc corp corp. corporation co. company gmbh ag s.a. plc llp";

/// Whether the text looks like the name of a company, a name of at least four characters with a usual ending.
pub(super) fn looks_like_name(text: &str) -> bool {
    if text.chars().count() < 4 || heading_kind(text).is_some() {
        return false;
    }
    if let Some(inner) = text.strip_suffix(['）', ')']) {
        let remark = inner.rsplit(['（', '(']).next().unwrap_or("");
        let before = inner.strip_suffix(remark).unwrap_or("").trim_end_matches(['（', '(']);
        return BRACKETED.split_whitespace().any(|word| remark.contains(word)) || looks_like_name(before);
    }
    if is_chinese_name(text) {
        return true;
    }
    let lower = text.to_lowercase();
    let last_word = lower.rsplit([' ', ',', '，']).next().unwrap_or("");
    lower.len() > last_word.len() && has_word(LATIN, last_word)
}

/// Whether the text ends like a Chinese name.
pub(super) fn is_chinese_name(text: &str) -> bool {
    let plain = simplified(text);
    ENDINGS
        .split_whitespace()
        .any(|ending| plain.strip_suffix(ending).is_some_and(|before| !before.is_empty()))
}

/// Whether the text is a code that hardly anything else could be: its check digit vouches for it.
pub(super) fn looks_like_code(text: &str) -> bool {
    let identifier = recognise(text);
    match identifier.kind {
        IdentifierKind::Uscc => identifier.shape == Shape::Fits,
        IdentifierKind::OrganisationCode | IdentifierKind::RegistrationNumber => {
            identifier.check == CheckDigit::Right
        }
        _ => false,
    }
}

/// Whether the text looks like a name or a code.
pub(super) fn looks_like_keyword(text: &str) -> bool {
    looks_like_name(text) || looks_like_code(text)
}

/// Whether the character is a Chinese ideograph of any block.
pub(super) const fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}' | '〇')
}
