//! The review of keywords before anything is sent.
//!
//! Looks at one text and tells why it does not look like something worth paying for. Names of companies and
//! persons and valid codes pass, including brief, foreign and rare ones; see the list of names in the tests.

use encoding_rs::WINDOWS_1252;
use unicode_normalization::UnicodeNormalization;

use super::company_name::{
    is_bare_chinese_name, is_chinese_name, is_han, looks_like_keyword, looks_like_name,
};
use super::heading::{HeadingKind, heading_kind, is_database_column};
use super::layout_review::{name_among_fields, review_layout};
use super::number_review::{CHINESE_DIGITS, ends_with_lost_digits, review_number};
use super::row::KEYWORD_LIMIT;
use super::suspicion::{Suspicion, SuspicionKind};
use super::words::{
    ENDINGS_OF_TOTALS, FILE_ENDINGS, LABELS, LEGAL_FORMS, MOJIBAKE, PLACEHOLDERS, SENTENCES, STATES,
    TEMPLATE_FORMS, TITLES, TOTALS, comparable, simplified,
};
use crate::domain::fold::{fold_name, nfkc};
use crate::domain::identifier::{
    CheckDigit, Identifier, IdentifierKind, is_digits, is_identity_number, read_as, recognise,
};
use crate::domain::invisible::is_invisible;

/// The common properties of all keywords of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReviewContext {
    /// The kind stated with `--by`.
    pub by: Option<IdentifierKind>,
    /// The reading of bare numbers.
    pub bare_numbers: BareNumbers,
}

impl ReviewContext {
    /// The identifier that a keyword is read as.
    pub fn read(self, text: &str) -> Identifier {
        self.by.map_or_else(|| recognise(text), |kind| read_as(text, kind))
    }

    /// The text by which keywords are compared: all spellings of a name or a code have one.
    pub fn comparable(self, text: &str) -> String {
        let Identifier { kind, canonical, .. } = self.read(text);
        match kind {
            IdentifierKind::Name => fold_name(&canonical),
            IdentifierKind::OrganisationCode => canonical.replace('-', ""),
            _ => canonical,
        }
    }
}

/// The reading of a keyword of digits that is no code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BareNumbers {
    /// As a company id: the keyword was typed, and the provider takes such ids.
    CompanyIds,
    /// As a name such as 360: the keyword was typed.
    Names,
    /// As the number of a row, a supplier or a contract: the keyword is from a list.
    #[default]
    Suspicious,
}

/// The treatment of suspicious keywords.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SuspiciousKeywords {
    /// They stop the run before anything is sent.
    #[default]
    Stop,
    /// They are left out.
    Skip,
    /// They are sent as they are.
    Send,
}

/// The suspicion about a cleaned keyword that is not blank. What it suggests is not suspicious itself.
pub fn review(text: &str, context: ReviewContext) -> Option<Suspicion> {
    if text.chars().nth(KEYWORD_LIMIT).is_some() {
        return Some(Suspicion::new(SuspicionKind::TooLong));
    }
    let read = context.read(text);
    if read.check == CheckDigit::Right {
        let is_filler = read.canonical.bytes().all(|byte| matches!(byte, b'0' | b'-'));
        return is_filler.then(|| Suspicion::new(SuspicionKind::Placeholder));
    }
    let is_name = context.by == Some(IdentifierKind::Name);
    let Suspicion { kind, suggestion } = review_characters(text)
        .or_else(|| review_words(text))
        .or_else(|| if is_name { None } else { review_code(text, &read, context) })
        .or_else(|| review_layout(text))
        .or_else(|| ends_with_time(text).then(|| Suspicion::new(SuspicionKind::Remark)))
        .or_else(|| review_spelling(text))?;
    let suggestion = suggestion.filter(|probable| probable != text).and_then(|probable| {
        let found = review(&probable, context);
        found.map_or(Some(probable), |found| found.suggestion)
    });
    Some(Suspicion { kind, suggestion })
}

fn review_characters(text: &str) -> Option<Suspicion> {
    if is_misread(text) {
        Some(Suspicion::new(SuspicionKind::Misread))
    } else if text.contains(is_line_break) {
        Some(Suspicion::suggesting(SuspicionKind::LineBreak, name_among_lines(text)))
    } else {
        text.contains(is_unprintable).then(|| Suspicion::new(SuspicionKind::Unprintable))
    }
}

/// The only name among fields between tabs, or the name that was broken into lines; empty if it cannot be told.
fn name_among_lines(text: &str) -> String {
    if text.contains('\t') {
        return name_among_fields(text).unwrap_or_default().to_owned();
    }
    let parts = || text.split(is_line_break).map(str::trim);
    let joined: String = parts().collect();
    let is_one_name = is_chinese_name(&joined)
        && parts().all(|part| part.contains(is_han))
        && !parts().all(is_chinese_name);
    if is_one_name { joined } else { String::new() }
}

const fn is_line_break(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{0b}' | '\u{0c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_unprintable(character: char) -> bool {
    character.is_control() || matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

/// Whether a program misread the text, by one of these signs:
/// - a replacement for a character that a program cannot write;
/// - Chinese in GBK that is valid UTF-8 by chance: only accented letters and marks, without a plain letter;
/// - a European text that was read as GBK: an ideograph between two small letters;
/// - kana in Shift-JIS that were read as GBK: three characters in a row of a kind that is rare in names.
fn is_misread(text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    text.contains('\u{fffd}')
        || if text.contains(is_han) { text.contains(['?', '□']) } else { is_read_as_western(text) }
        || MOJIBAKE.occur_in(text)
        || characters.iter().all(|character| matches!(character, '\u{80}'..='\u{36f}'))
        || characters.windows(3).any(|three| match three {
            ['a'..='z', middle, 'a'..='z'] => is_han(*middle),
            three => three.iter().all(|character| matches!(character, '\u{50c0}'..='\u{513f}')),
        })
}

/// Whether Chinese in UTF-8 was read as Windows-1252.
fn is_read_as_western(text: &str) -> bool {
    let (bytes, _, is_foreign) = WINDOWS_1252.encode(text);
    !is_foreign && str::from_utf8(&bytes).is_ok_and(|read| read.contains(is_han))
}

/// Characters that stand for others, and invisible ones; looked at last, for the text may have other faults.
fn review_spelling(text: &str) -> Option<Suspicion> {
    if text.contains(is_invisible) {
        let visible: String = text.chars().filter(|character| !is_invisible(*character)).collect();
        return Some(Suspicion::suggesting(SuspicionKind::Unprintable, visible));
    }
    if text.contains(is_compatibility) {
        return Some(Suspicion::suggesting(SuspicionKind::Compatibility, plain(text)));
    }
    without_inner_space(text).map(|closed| Suspicion::suggesting(SuspicionKind::InnerSpace, closed))
}

/// Ideographs, letters and signs that only exist for compatibility. Full-width letters, digits and brackets are usual in
/// names. Twelve characters among the compatibility ideographs stand for no other.
fn is_compatibility(character: char) -> bool {
    match character {
        '\u{f900}'..='\u{faff}' => character.nfkc().ne([character]),
        _ => matches!(
            character,
            '\u{2e80}'..='\u{2fdf}' | '\u{3200}'..='\u{33ff}' | '\u{fb00}'..='\u{fb06}'
                | '\u{1d400}'..='\u{1d7ff}' | '\u{2f800}'..='\u{2fa1f}'
        ),
    }
}

/// The text with each compatibility character replaced by what it stands for.
fn plain(text: &str) -> String {
    let plain = |character: char| match character {
        _ if !is_compatibility(character) => character.to_string(),
        // NFKC leaves these radicals alone.
        '\u{2e80}'..='\u{2eff}' => simplified(character).to_string(),
        _ => character.nfkc().collect(),
    };
    text.chars().map(plain).collect()
}

/// The text without white space between Chinese characters, signs and digits beside them, if it has any.
fn without_inner_space(text: &str) -> Option<String> {
    let is_chinese = |character: char| is_han(character) || "（）《》〈〉【】—“”".contains(character);
    let is_inner = |character: char| is_chinese(character) || character.is_ascii_digit();
    let mut parts = text.split_whitespace();
    let mut closed = parts.next()?.to_owned();
    let mut is_spaced = false;
    for part in parts {
        let is_inside = closed.ends_with(is_inner)
            && part.starts_with(is_inner)
            && (closed.ends_with(is_chinese) || part.starts_with(is_chinese));
        is_spaced |= is_inside;
        closed.push_str(if is_inside { "" } else { " " });
        closed.push_str(part);
    }
    is_spaced.then_some(closed)
}

/// The suspicion about a text that is a placeholder, a heading, a total, a remark or a labelled name by its words.
pub(super) fn review_words(text: &str) -> Option<Suspicion> {
    let word = comparable(&nfkc(text), char::is_whitespace);
    let bare = word.trim_matches(|character: char| !character.is_alphanumeric());
    // A name to be filled in: `XX有限公司`.
    let crosses = word.chars().take_while(|character| matches!(character, 'x' | '×')).count();
    let is_template = crosses > 1 && TEMPLATE_FORMS.begin(word.trim_start_matches(['x', '×']));
    let is_placeholder =
        [bare, &word].iter().any(|word| PLACEHOLDERS.contains(word) || STATES.contains(word));
    let kind = if bare.is_empty() || is_placeholder || is_template || LEGAL_FORMS.begin(&word) {
        SuspicionKind::Placeholder
    } else if word.starts_with('=') || (word.starts_with(['@', '+']) && word.contains('(')) {
        SuspicionKind::Formula
    } else if is_heading(text) {
        SuspicionKind::Heading
    } else if is_total(bare) {
        SuspicionKind::Total
    } else if let Some(suspicion) = review_label(text) {
        return Some(suspicion);
    } else if LABELS.contains(bare.trim_end_matches(|c: char| c.is_ascii_digit()))
        || is_sentence(text, bare)
        || is_count(bare)
        || word.strip_prefix('@').is_some_and(|rest| rest.starts_with(is_han))
        || FILE_ENDINGS.end(&word)
    {
        SuspicionKind::Remark
    } else {
        return None;
    };
    Some(Suspicion::new(kind))
}

/// "以上" begins names, too; an instruction begins none.
fn is_sentence(text: &str, bare: &str) -> bool {
    let sentence = bare.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '、'));
    SENTENCES.begin(sentence) && (!looks_like_name(text) || sentence.starts_with(['请', '必', '选']))
}

/// The number of a page or of the rows below: `第 1 页`, `共三页`, `page 1 of 3`, `深圳市（12家）`.
fn is_count(bare: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    if let Some(rows) = bare.strip_suffix(['家', '户']) {
        return rows.ends_with(|c: char| c.is_ascii_digit()) && !rows.contains('等');
    }
    let is_page = |page: &str| page.split("of").all(is_digits);
    (bare.starts_with(['第', '共']) && bare.strip_suffix('页').is_some_and(|page| page.ends_with(is_digit)))
        || ["page", "p."].iter().filter_map(|word| bare.strip_prefix(word)).any(is_page)
}

/// A longer word that merely ends like a heading may be a brand.
const HEADING_LENGTH: usize = 6;

fn is_heading(text: &str) -> bool {
    match heading_kind(text) {
        Some(HeadingKind::Name | HeadingKind::Code) => true,
        Some(HeadingKind::Other) => {
            is_database_column(text) || (text.chars().count() <= HEADING_LENGTH && !text.ends_with("时间"))
        }
        None => {
            let remark = text.strip_suffix([')', '）']).and_then(|text| text.rsplit_once(['(', '（']));
            TITLES.end(remark.map_or(text, |(title, _)| title).trim_end_matches([':', '：']))
        }
    }
}

/// A word for a total, also followed by a number or a count, `合计：3家`, `共 12 户`, or behind a name: `华东区 汇总`.
fn is_total(word: &str) -> bool {
    let is_counted = |character: char| {
        character.is_ascii_digit()
            || ":：（(,.，。家户个条元整笔项企业公司单位记录人民币".contains(character)
            || CHINESE_DIGITS.contains(character)
    };
    let shortest = TOTALS.after(word).min_by_key(|rest| rest.len());
    ENDINGS_OF_TOTALS.end(word) || shortest.is_some_and(|rest| rest.chars().all(is_counted))
}

fn review_label(text: &str) -> Option<Suspicion> {
    let is_labelled = |(label, rest): &(&str, &str)| heading_kind(label).is_some() && looks_like_name(rest);
    let by_space = || text.split_once(char::is_whitespace).filter(|(label, _)| label.starts_with(is_han));
    let (label, behind) = text.split_once(['：', ':', '=']).or_else(|| by_space().filter(is_labelled))?;
    let is_value = |character: char| character.is_ascii_alphanumeric();
    // A header of a mail: `From: someone`.
    let is_header =
        behind.starts_with(' ') && label.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    let rest = behind.trim();
    let plain = comparable(label, |c| c.is_whitespace() || matches!(c, '（' | '(' | '*' | '【'));
    let heading = heading_kind(label);
    let is_of_keywords = matches!(heading, Some(HeadingKind::Name | HeadingKind::Code));
    if is_bare_chinese_name(rest) || (is_of_keywords && (looks_like_keyword(rest) || plain != "单位")) {
        return Some(Suspicion::suggesting(SuspicionKind::Label, rest));
    }
    // No name has a colon behind Chinese characters.
    let is_chinese_label = label.contains(is_han)
        && !label.contains(['(', '（'])
        && !is_chinese_name(label)
        && (text[label.len()..].starts_with('：') || !behind.is_ascii() || !behind.starts_with(is_value));
    let is_label = is_header || is_chinese_label || LABELS.contains(&plain) || heading.is_some();
    is_label.then(|| Suspicion::new(SuspicionKind::Remark))
}

fn review_code(text: &str, read: &Identifier, context: ReviewContext) -> Option<Suspicion> {
    let stated = context.by.is_some();
    let accepts_numbers = stated || context.bare_numbers != BareNumbers::Suspicious;
    let is_company_id = !stated && context.bare_numbers == BareNumbers::CompanyIds && is_digits(text);
    if let Some(code) = with_lost_zeros(text).filter(|_| !accepts_numbers) {
        return Some(Suspicion::suggesting(SuspicionKind::LostZeros, code));
    }
    if !read.has_form() && read.check == CheckDigit::NotApplicable {
        return Some(Suspicion::new(SuspicionKind::Misfit));
    }
    let number = review_number(text);
    let kind_of_number = number.as_ref().map(|found| found.kind);
    match (read.kind, read.check) {
        // Nine digits that were typed are a company id.
        (IdentifierKind::OrganisationCode, _) if is_company_id && read.is_ambiguous() => None,
        (_, CheckDigit::Wrong { .. }) if is_identity_number(&read.canonical) => {
            Some(Suspicion::new(SuspicionKind::Number))
        }
        (_, CheckDigit::Wrong { expected }) => {
            if ends_with_lost_digits(&read.canonical) {
                return Some(Suspicion::new(SuspicionKind::LostDigits));
            }
            let others = &read.canonical[..read.canonical.len() - 1];
            let probable = if read.has_form() { format!("{others}{expected}") } else { String::new() };
            Some(Suspicion::suggesting(SuspicionKind::WrongCheckDigit, probable))
        }
        (IdentifierKind::SoftwareCopyrightNumber, _) if accepts_numbers => None,
        (IdentifierKind::SoftwareCopyrightNumber, _) => Some(Suspicion::new(SuspicionKind::Number)),
        // A mobile telephone number has the form of a company id too.
        (IdentifierKind::CompanyId, _)
            if stated || (accepts_numbers && kind_of_number != Some(SuspicionKind::Telephone)) =>
        {
            None
        }
        _ if read.is_ambiguous() && matches!(kind_of_number, None | Some(SuspicionKind::Number)) => {
            Some(Suspicion::new(SuspicionKind::DamagedCode))
        }
        (IdentifierKind::Name, _) if !accepts_numbers && is_serial_number(text) => {
            number.or_else(|| Some(Suspicion::new(SuspicionKind::Number)))
        }
        _ => number,
    }
}

/// The line above a message in a chat: `王小明 10:23`.
fn ends_with_time(text: &str) -> bool {
    let time = text.rsplit(|character: char| !character.is_ascii_digit() && character != ':').next();
    time.is_some_and(|time| {
        time.contains(':') && time.split(':').all(|digits| (1..=2).contains(&digits.len()))
    })
}

/// The organisation code of which a spreadsheet has dropped the leading zeros.
fn with_lost_zeros(text: &str) -> Option<String> {
    let may_be_code = (7..=8).contains(&text.len()) && is_digits(text);
    may_be_code.then(|| format!("{text:0>9}")).filter(|code| recognise(code).check == CheckDigit::Right)
}

/// The number of a supplier or a contract, such as `SUP-00123`: mostly digits, four at least.
fn is_serial_number(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let is_plain =
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/' | b'#'));
    is_plain && digits >= 4 && digits >= letters
}

#[cfg(test)]
mod tests;
