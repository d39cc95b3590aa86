//! Folding of names: spellings that people take for the same name become the same text.

use super::identifier::is_outer_noise;
use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// The name after Unicode NFKC, with brackets, white space, middle dots and case made alike.
///
/// White space counts only between two words of a script that separates words; elsewhere it is removed.
pub fn fold_name(name: &str) -> String {
    let mut folded = String::new();
    let (mut last, mut space_before) = (' ', false);
    for character in nfkc(name).chars().flat_map(char::to_lowercase) {
        if is_outer_noise(character) {
            space_before |= character.is_whitespace();
            continue;
        }
        if space_before && is_word_character(character) && is_word_character(last) {
            folded.push(' ');
        }
        (last, space_before) = (fold_punctuation(character), false);
        folded.push(last);
    }
    folded
}

/// The text after Unicode NFKC and without white space and invisible characters.
pub fn fold_width(text: &str) -> String {
    nfkc(text).chars().filter(|character| !is_outer_noise(*character)).collect()
}

/// The text after Unicode NFKC. Most texts already have that form, and all usual ideographs do.
pub fn nfkc(text: &str) -> Cow<'_, str> {
    match is_nfkc_quick(text.chars().filter(|character| !matches!(character, '\u{4e00}'..='\u{9fff}'))) {
        IsNormalized::Yes => Cow::Borrowed(text),
        IsNormalized::No | IsNormalized::Maybe => Cow::Owned(text.nfkc().collect()),
    }
}

const fn fold_punctuation(character: char) -> char {
    match character {
        '[' | '{' | '【' | '〔' | '〖' | '〘' | '〚' => '(',
        ']' | '}' | '】' | '〕' | '〗' | '〙' | '〛' => ')',
        '•' | '‧' | '∙' | '⋅' | '・' => '·',
        other => other,
    }
}

/// A letter or digit of a script that is written with spaces; Chinese, Japanese and Korean begin at U+2E80.
fn is_word_character(character: char) -> bool {
    character < '\u{2e80}' && character.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_are_alike() {
        for (one, other) in [
            ("腾讯科技（深圳）有限公司", "腾讯科技(深圳)有限公司"),
            ("腾讯科技〔深圳〕有限公司", "腾讯科技【深圳】有限公司"),
            ("上海A·B设计事务所", "上海ａ・Ｂ设计事务所"),
            ("上海A•B设计事务所", "上海Ａ‧b设计事务所"),
            ("乐视云计算有限公司", " 乐视云 计算\u{3000}有限\u{200b}公司 "),
            ("⼩⽶科技有限公司", "小米科技有限公司"),
            ("Apple  Inc.", "APPLE\u{a0}inc."),
            ("3M 中国有限公司", "3M中国有限公司"),
        ] {
            assert_eq!(fold_name(one), fold_name(other));
        }
    }

    #[test]
    fn different_names_stay_different() {
        for (one, other) in [
            ("腾讯科技（深圳）有限公司", "腾讯科技（北京）有限公司"),
            ("AB CD", "ABCD"),
            ("一汽—大众", "一汽大众"),
            ("𠮷野家", "吉野家"),
        ] {
            assert_ne!(fold_name(one), fold_name(other));
        }
    }
}
