//! Marks that lists put around names: bullets, numbers, quotation marks, separators; several names in one.

use super::company_name::{is_chinese_name, is_han, looks_like_code, looks_like_name};
use super::suspicion::{Suspicion, SuspicionKind};

/// Separators of names or fields on one line.
const SEPARATORS: [char; 12] = ['、', ',', '，', ';', '；', '|', '｜', '/', '／', '\\', '+', '&'];
/// Separators with which no name begins or ends.
const EDGES: [char; 10] = ['、', ',', '，', ';', '；', '|', '｜', ':', '：', '。'];
const BULLETS: [char; 27] = [
    '-', '–', '—', '•', '·', '●', '○', '■', '□', '◆', '◇', '★', '☆', '▪', '▫', '►', '▶', '➢', '※', '√', '✓',
    '✔', '*', '#', '>', '+', '→',
];
/// Opening quotation marks and brackets, each before its closing one.
const QUOTES: [(char, char); 14] = [
    ('"', '"'),
    ('\'', '\''),
    ('“', '”'),
    ('‘', '’'),
    ('「', '」'),
    ('『', '』'),
    ('＂', '＂'),
    ('`', '`'),
    ('【', '】'),
    ('[', ']'),
    ('《', '》'),
    ('<', '>'),
    ('{', '}'),
    ('”', '”'),
];

/// Remains of HTML and JSON.
const MARKUP: [&str; 7] = ["</", "/>", "&nbsp;", "&amp;", "&lt;", "&quot;", "\":"];

/// What is suspicious about the layout of a text.
pub(super) fn review_layout(text: &str) -> Option<Suspicion> {
    if MARKUP.iter().any(|mark| text.contains(mark)) {
        return Some(Suspicion::new(SuspicionKind::Markup));
    }
    if let Some(inner) = unquoted(text) {
        return Some(Suspicion::suggesting(SuspicionKind::Quotes, inner));
    }
    if let Some(rest) = without_bullet(text) {
        return Some(Suspicion::suggesting(SuspicionKind::Bullet, rest));
    }
    if let Some(rest) = without_number(text) {
        return Some(Suspicion::suggesting(SuspicionKind::Numbering, rest));
    }
    let inner = text.trim_matches(|character: char| EDGES.contains(&character) || character.is_whitespace());
    // A full stop may end an abbreviation, but not a Chinese name.
    let inner = match inner.trim_end_matches(['.', '-', '*', '·', '_']) {
        trimmed if trimmed.ends_with(is_han) => trimmed,
        _ => inner,
    };
    if inner.len() < text.len() {
        return Some(Suspicion::suggesting(SuspicionKind::Separator, inner));
    }
    review_fields(text)
}

/// The text inside quotation marks, of which one may be missing and a separator may follow.
fn unquoted(text: &str) -> Option<&str> {
    let ended = text.trim_end_matches([',', '，', ';']).trim_end();
    QUOTES.iter().find_map(|&(open, close)| {
        let inner = match (ended.strip_prefix(open), ended.strip_suffix(close)) {
            (Some(rest), Some(_)) => rest.strip_suffix(close)?,
            // A single mark that is neither a foot nor an apostrophe.
            (Some(rest), None) if matches!(open, '"' | '“' | '＂') && !rest.contains(close) => rest,
            (None, Some(rest)) if matches!(open, '"' | '“' | '＂') && !rest.contains(open) => rest,
            _ => return None,
        };
        (!inner.contains(open) && !inner.contains(close)).then_some(inner.trim())
    })
}

fn without_bullet(text: &str) -> Option<&str> {
    let rest =
        text.trim_start_matches(|character: char| BULLETS.contains(&character) || character.is_whitespace());
    // Shares under special treatment are named with a star.
    (rest.len() < text.len() && !text.starts_with("*ST")).then_some(rest)
}

/// The text behind `1、`, `(2)`, `③` or `四、`.
fn without_number(text: &str) -> Option<&str> {
    if text.starts_with(|character| matches!(character, '①'..='⓿' | '❶'..='➓')) {
        return Some(
            text.trim_start_matches(|c: char| matches!(c, '①'..='⓿' | '❶'..='➓') || c.is_whitespace()),
        );
    }
    let open = text.strip_prefix(['(', '（', '[', '【']);
    let numbered = open.unwrap_or(text).trim_start();
    let is_digit = |character: char| {
        character.is_ascii_digit()
            || ('０'..='９').contains(&character)
            || "一二三四五六七八九十".contains(character)
    };
    let rest = numbered.trim_start_matches(is_digit);
    let number = &numbered[..numbered.len() - rest.len()];
    if number.is_empty() || number.chars().count() > 4 {
        return None;
    }
    let rest = rest.trim_start();
    let behind =
        |marks: &[char]| rest.strip_prefix(marks).map(str::trim_start).filter(|rest| !rest.is_empty());
    if open.is_some() {
        return behind(&[')', '）', ']', '】']).filter(|rest| looks_like_name(rest) || number.len() < 3);
    }
    if let Some(rest) = behind(&['、', '）', ')', '．']) {
        return Some(rest);
    }
    let is_chinese = |rest: &str| rest.starts_with(is_han);
    if let Some(rest) = behind(&['.', ':', '：', '，', ',', '-', '—', '\u{ff0e}']) {
        return (is_chinese(rest) && is_chinese_name(rest)).then_some(rest);
    }
    // Only white space between them: `1 某公司`; a registered name has none there.
    let is_spaced = numbered[number.len()..].starts_with(char::is_whitespace);
    (is_spaced && number.is_ascii() && is_chinese(rest) && is_chinese_name(rest)).then_some(rest)
}

/// Several names, or a name and other fields.
fn review_fields(text: &str) -> Option<Suspicion> {
    let parts = || text.split(|character: char| SEPARATORS.contains(&character)).map(str::trim);
    let is_name = |part: &str| looks_like_name(part) || (part.chars().count() > 2 && is_chinese_name(part));
    let spaced = text.split_whitespace().filter(|part| part.starts_with(is_han) && is_name(part)).count();
    if parts().filter(|part| is_name(part)).count() > 1 || spaced > 1 {
        return Some(Suspicion::new(SuspicionKind::SeveralNames));
    }
    let first = parts().next().unwrap_or_default();
    if first.len() < text.len() && first.chars().count() > 2 && is_chinese_name(first) {
        return Some(Suspicion::suggesting(SuspicionKind::Separator, first));
    }
    let with_code = text
        .split(|character: char| !character.is_ascii_alphanumeric())
        .find(|token| token.len() == 18 && text.len() > token.len() + ".0".len() && looks_like_code(token));
    with_code.map(|code| Suspicion::suggesting(SuspicionKind::Separator, code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_around_a_name_are_told_with_the_name() {
        for (text, kind, name) in [
            ("\"深圳3有限公司\"", SuspicionKind::Quotes, "深圳3有限公司"),
            ("“深圳3有限公司”", SuspicionKind::Quotes, "深圳3有限公司"),
            ("  \"深圳3有限公司\",", SuspicionKind::Quotes, "深圳3有限公司"),
            ("深圳3有限公司\"", SuspicionKind::Quotes, "深圳3有限公司"),
            ("- 深圳3有限公司", SuspicionKind::Bullet, "深圳3有限公司"),
            ("•深圳3有限公司", SuspicionKind::Bullet, "深圳3有限公司"),
            ("1、深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("12. 深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("（3）深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("④深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("一、深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("7 深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("1) Apple Inc.", SuspicionKind::Numbering, "Apple Inc."),
            ("深圳3有限公司，", SuspicionKind::Separator, "深圳3有限公司"),
            ("深圳3有限公司,5", SuspicionKind::Separator, "深圳3有限公司"),
            ("深圳3有限公司，914403001922038216", SuspicionKind::Separator, "深圳3有限公司"),
            ("华为 914403001922038216", SuspicionKind::Separator, "914403001922038216"),
        ] {
            assert_eq!(review_layout(text.trim()), Some(Suspicion::suggesting(kind, name)), "{text}");
        }
    }

    #[test]
    fn several_names_in_one_are_told() {
        for text in [
            "深圳3有限公司、广州3有限公司、上海3有限公司",
            "甲公司/乙公司",
            "深圳3有限公司 广州3有限公司",
            "Foo Co., Ltd.; Bar Inc.",
        ] {
            assert_eq!(review_layout(text), Some(Suspicion::new(SuspicionKind::SeveralNames)), "{text}");
        }
    }
}
