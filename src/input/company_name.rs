//! Whether a text looks like the name or the code of a company.

use super::heading::heading_kind;
use super::words::{BRACKETED, LATIN_FORMS, NAME_ENDINGS, comparable};
use crate::domain::identifier::{CheckDigit, IdentifierKind, is_identity_number, recognise};

/// Whether the text looks like the name of a company, a name of at least four characters with a usual ending.
pub(super) fn looks_like_name(text: &str) -> bool {
    if text.chars().count() < 4 || heading_kind(text).is_some() {
        return false;
    }
    if let Some(inner) = text.strip_suffix(['）', ')']) {
        let remark = inner.rsplit(['（', '(']).next().unwrap_or("");
        let before = inner.strip_suffix(remark).unwrap_or("").trim_end_matches(['（', '(']);
        return BRACKETED.occur_in(remark) || looks_like_name(before);
    }
    let is_form = |last: &str| last.len() < text.len() && LATIN_FORMS.contains(&last.to_lowercase());
    is_chinese_name(text) || text.rsplit([' ', ',', '，']).next().is_some_and(is_form)
}

/// Whether the text ends like a Chinese name.
pub(super) fn is_chinese_name(text: &str) -> bool {
    NAME_ENDINGS.before(&comparable(text, |_| false)).any(|before| !before.is_empty())
}

/// Whether the text also begins with an ideograph, and not with a mark or a number before the name.
pub(super) fn is_bare_chinese_name(text: &str) -> bool {
    text.starts_with(is_han) && (is_chinese_name(text) || looks_like_name(text))
}

/// Whether the text is a code that hardly anything else could be: its check digit vouches for it.
pub(super) fn looks_like_code(text: &str) -> bool {
    let identifier = recognise(text);
    let is_uscc = identifier.kind == IdentifierKind::Uscc && identifier.has_form();
    identifier.check == CheckDigit::Right || (is_uscc && !is_identity_number(&identifier.canonical))
}

/// Whether the text looks like a name or a code.
pub(super) fn looks_like_keyword(text: &str) -> bool {
    looks_like_name(text) || looks_like_code(text)
}

/// Whether the character is a Chinese ideograph of any block.
pub(super) const fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}' | '〇')
}
