//! Marks that lists put around names: bullets, numbers, quotation marks, separators; several names in one.

use super::company_name::{is_bare_chinese_name, is_chinese_name, is_han, looks_like_code, looks_like_name};
use super::heading::heading_kind;
use super::number_review::review_number;
use super::suspicion::{Suspicion, SuspicionKind};
use super::words::{BRACKETED, FORMER_NAMES, LABELS, LEGAL_FORMS, MARKUP, NAME_ENDINGS, STATES};
use crate::domain::identifier::is_identity_number;

/// Separators of names or fields on one line.
const SEPARATORS: [char; 13] = ['、', ',', '，', ';', '；', '|', '｜', '/', '／', '\\', '^', '+', '&'];
/// Separators with which no name begins or ends.
const EDGES: [char; 13] = ['、', ',', '，', ';', '；', '|', '｜', ':', '：', '。', '/', '／', '\\'];
/// Separators that hardly any Chinese name contains.
const FIELD_SEPARATORS: [char; 12] = ['、', ',', '，', ';', '；', '|', '｜', '/', '／', '\\', '^', '\t'];
const BULLETS: [char; 14] = ['-', '–', '—', '•', '‣', '⁃', '·', '∙', '※', '√', '*', '#', '>', '+'];
/// Quotation marks and brackets, each opening one with its closing one.
const QUOTES: [&str; 19] = [
    "\"\"", "''", "“”", "‘’", "「」", "『』", "＂＂", "``", "【】", "[]", "《》", "<>", "{}", "””", "()",
    "（）", "〈〉", "«»", "〔〕",
];

/// Legal forms that a column was too narrow for, and the rest of each.
const CUT_FORMS: [(&str, &str); 5] =
    [("有限", "公司"), ("有限公", "司"), ("股份有", "限公司"), ("有限责任", "公司"), ("责任公", "司")];

/// What is suspicious about the layout of a text.
pub(super) fn review_layout(text: &str) -> Option<Suspicion> {
    let has_gap = ["**", "＊＊", "__"].iter().any(|gap| text.contains(gap));
    if has_gap || text.ends_with('…') || text.ends_with("...") {
        return Some(Suspicion::new(SuspicionKind::Incomplete));
    }
    if let Some((_, missing)) = CUT_FORMS.iter().find(|(form, _)| text.ends_with(form)) {
        return Some(Suspicion::suggesting(SuspicionKind::Incomplete, format!("{text}{missing}")));
    }
    // Escapes such as `%E7%94%B2`; a name has one percent sign at most.
    let is_escaped = || MARKUP.occur_in(text) || text.matches('%').count() > 2;
    let find = |marks: &[(Unmark, SuspicionKind)]| {
        marks.iter().find_map(|(name, kind)| Some(Suspicion::suggesting(*kind, name(text)?)))
    };
    // A round bracket without its partner, of either width: the rest of the name is missing.
    let is_cut = || text.matches(['(', '（']).count() != text.matches([')', '）']).count();
    // Most names have no sign and no white space, and thus no mark.
    let is_mark = |character: char| !is_han(character) && !character.is_ascii_alphanumeric();
    let marked = if !text.contains(is_mark) {
        None
    } else if is_escaped() {
        Some(Suspicion::new(SuspicionKind::Markup))
    } else {
        find(&MARKS)
    };
    marked
        .or_else(|| review_fields(text))
        .or_else(|| find(&FIELDS))
        .or_else(|| is_cut().then(|| Suspicion::new(SuspicionKind::Incomplete)))
}

/// Gives the text without a mark around it.
type Unmark = fn(&str) -> Option<&str>;

/// Marks around a name.
const MARKS: [(Unmark, SuspicionKind); 6] = [
    (unquoted, SuspicionKind::Quotes),
    (without_bullet, SuspicionKind::Numbering),
    (without_number, SuspicionKind::Numbering),
    (without_state, SuspicionKind::State),
    (without_state_before, SuspicionKind::State),
    (without_separator, SuspicionKind::Separator),
];

/// The text inside quotation marks, of which one may be missing. Separators and the brackets of a JSON array may stand
/// around them.
fn unquoted(text: &str) -> Option<&str> {
    let is_outside = |character: char| ",，;[]".contains(character) || character.is_whitespace();
    let ended = text.trim_end_matches([',', '，', ';']).trim_end();
    [ended, text.trim_matches(is_outside)].into_iter().find_map(|text| {
        QUOTES.iter().find_map(|pair| {
            let (open, close) = (pair.chars().next()?, pair.chars().next_back()?);
            let rest = text.strip_prefix(open).unwrap_or(text);
            let inner = rest.strip_suffix(close).unwrap_or(rest);
            let is_pair = rest.len() < text.len() && inner.len() < rest.len();
            // A single mark that is neither a foot nor an apostrophe.
            let is_single = matches!(open, '"' | '“' | '＂') && inner.len() < text.len();
            let is_quote = is_pair || is_single || (text.starts_with('\'') && inner.starts_with(is_han));
            (is_quote && !inner.contains([open, close])).then_some(inner.trim())
        })
    })
}

/// Arrows, numbers in circles, geometric shapes, ticks, boxes and emoji.
const fn is_symbol(character: char) -> bool {
    matches!(character, '\u{2190}'..='\u{21ff}' | '\u{2460}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
}

fn without_bullet(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|character: char| {
        BULLETS.contains(&character) || is_symbol(character) || character.is_whitespace()
    });
    // Shares under special treatment are named with a star.
    (rest.len() < text.len() && !text.starts_with("*ST")).then_some(rest)
}

/// The text after `1、`, `(2)`, `四、` or `No.5`.
fn without_number(text: &str) -> Option<&str> {
    const CLEAR_MARKS: [char; 6] = ['、', '）', ')', ']', '】', '．'];
    const MARKS: [char; 10] = ['.', ':', '：', '，', ',', '-', '—', '#', '_', '/'];
    let opened = text.strip_prefix(['(', '（', '[', '【']);
    let is_word = |word: &&str| word.eq_ignore_ascii_case("no.");
    let announced = text.strip_prefix('№').or_else(|| text.get(..3).filter(is_word).map(|_| &text[3..]));
    let numbered = opened.or(announced).unwrap_or(text).trim_start();
    let is_digit = |character: char| {
        matches!(character, '0'..='9' | '０'..='９' | 'Ⅰ'..='ⅿ') || "一二三四五六七八九十".contains(character)
    };
    // A name may begin with `E.`, but not with white space after it.
    let lettered = numbered.strip_prefix(|character: char| character.is_ascii_alphabetic());
    let lettered = lettered.filter(|rest| rest.starts_with(['、', ')', '）']) || rest.starts_with(". "));
    let behind = lettered.unwrap_or_else(|| numbered.trim_start_matches(is_digit));
    let number = &numbered[..numbered.len() - behind.len()];
    let is_mark = |c: char| CLEAR_MARKS.contains(&c) || MARKS.contains(&c) || c.is_whitespace();
    let name = behind.trim_start_matches(is_mark);
    let marks = &behind[..behind.len() - name.len()];
    if name.is_empty() || !(1..=4).contains(&number.chars().count()) {
        return None;
    }
    let is_clear = marks.contains(CLEAR_MARKS) && (lettered.is_none() || opened.is_some());
    // Only white space between them: `1 某公司`; a registered name has none there.
    let is_number =
        announced.is_some() || marks.contains(is_mark) && (number.is_ascii() || !marks.trim().is_empty());
    let is_name =
        is_bare_chinese_name(name) || (marks.ends_with(char::is_whitespace) && looks_like_name(name));
    (is_clear || (is_number && is_name)).then_some(name)
}

/// The name before a remark in brackets: `某公司（已注销）`, `张三（担保人）`. In square ones, any text is a remark, and
/// behind `公司` any Chinese one that is no legal form, no branch and, being of other than two characters, no place.
fn without_state(text: &str) -> Option<&str> {
    let (name, remark) = text.strip_suffix([')', '）', ']', '】'])?.rsplit_once(['(', '（', '[', '【'])?;
    let name = name.trim();
    let is_former_name = FORMER_NAMES.begin(remark) || remark.strip_prefix('原').is_some_and(is_chinese_name);
    let is_plain = !BRACKETED.occur_in(remark) && !NAME_ENDINGS.contains(remark);
    let is_state = STATES.contains(remark) || (heading_kind(remark).is_some() && is_plain);
    let is_behind_form = name.ends_with("公司")
        && remark.starts_with(is_han)
        && remark.chars().count() != 2
        && !is_chinese_name(remark);
    let is_remark = is_former_name || (is_behind_form && is_plain) || text.ends_with([']', '】']);
    let is_brief = is_state && !is_chinese_name(remark) && name.chars().all(is_han);
    (is_brief || ((is_state || is_remark) && is_chinese_name(name))).then_some(name)
}

/// The name after a remark in square brackets, or in round ones on the state of the company: `【重点】某公司`.
fn without_state_before(text: &str) -> Option<&str> {
    let (remark, name) = text.strip_prefix(['(', '（', '[', '【'])?.split_once([')', '）', ']', '】'])?;
    let is_state = text.starts_with(['[', '【']) || STATES.contains(remark) || LABELS.contains(remark);
    (is_state && is_name(name.trim())).then_some(name.trim())
}

/// The text between separators. A full stop may end an abbreviation, but not a Chinese name.
fn without_separator(text: &str) -> Option<&str> {
    let inner = text.trim_matches(|character: char| EDGES.contains(&character) || character.is_whitespace());
    let name = inner
        .trim_end_matches(|character: char| ".-*·_?？!！…~'`<>$".contains(character) || is_symbol(character));
    let inner = if name.ends_with(is_han) { name } else { inner };
    (inner.len() < text.len()).then_some(inner)
}

/// The only one of several fields that is a Chinese name.
pub(super) fn name_among_fields(text: &str) -> Option<&str> {
    let fields = text.split(FIELD_SEPARATORS).map(str::trim);
    let mut names = fields
        .filter(|field| field.len() < text.len() && field.chars().count() > 2 && is_bare_chinese_name(field));
    names.next().filter(|_| names.next().is_none())
}

/// Several headings or names.
fn review_fields(text: &str) -> Option<Suspicion> {
    let is_heading = several(text.split(SEPARATORS), |part| heading_kind(part).is_some());
    let kind = if is_heading { SuspicionKind::Heading } else { SuspicionKind::SeveralNames };
    (is_heading || has_several_names(text)).then(|| Suspicion::new(kind))
}

/// Names and codes among other fields.
const FIELDS: [(Unmark, SuspicionKind); 8] = [
    (name_among_fields, SuspicionKind::Separator),
    (name_before_remark, SuspicionKind::Separator),
    (name_before_number, SuspicionKind::Separator),
    (text_before_telephone, SuspicionKind::Separator),
    (name_of_several, SuspicionKind::SeveralNames),
    (name_before_note, SuspicionKind::State),
    (code_among_words, SuspicionKind::Separator),
    (name_after_number, SuspicionKind::Numbering),
];

/// Whether several parts pass a test. An only part is not tested.
fn several<'text>(parts: impl Iterator<Item = &'text str> + Clone, test: impl Fn(&str) -> bool) -> bool {
    parts.clone().nth(1).is_some() && parts.filter(|part| test(part.trim())).nth(1).is_some()
}

fn is_name(part: &str) -> bool {
    looks_like_name(part) || (part.chars().count() > 2 && is_chinese_name(part))
}

/// Whether each field is a brief Chinese text, several fields or words are names, or several names are joined.
fn has_several_names(text: &str) -> bool {
    let is_brief = |part: &str| part.chars().count() > 1 && part.chars().all(is_han);
    (text.contains(FIELD_SEPARATORS) && text.split(FIELD_SEPARATORS).map(str::trim).all(is_brief))
        || text.contains("公司及")
        || several(text.split(SEPARATORS), is_name)
        || several(text.split_whitespace(), |word| word.starts_with(is_han) && is_name(word))
        || text.matches("有限公司").chain(text.matches("责任公司")).nth(1).is_some()
        || text.strip_suffix([')', '）']).is_some_and(|inside| {
            let name = inside.rsplit(['(', '（']).next().unwrap_or_default();
            name.ends_with("有限公司") && !LEGAL_FORMS.begin(name)
        })
}

/// The name before another field, or before white space, a dash or an arrow and a text that is not Chinese.
fn name_before_remark(text: &str) -> Option<&str> {
    let is_separator = |character: char| matches!(character, ':' | '：') || SEPARATORS.contains(&character);
    let is_gap = |c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '→');
    let (name, rest) = text.split_once(|character: char| is_separator(character) || is_gap(character))?;
    let is_remark = text[name.len()..].starts_with(is_separator)
        || !rest.starts_with(is_han)
        || (name.ends_with("公司") && !is_chinese_name(rest));
    (is_remark && !rest.starts_with(['(', '（']) && name.ends_with(is_han) && is_name(name)).then_some(name)
}

/// The name before a number behind `公司`: an amount, a share, a date, a footnote.
fn name_before_number(text: &str) -> Option<&str> {
    let (name, number) = text.split_at(text.rfind("公司")? + "公司".len());
    let is_number = || !number.contains(char::is_alphabetic) || review_number(number).is_some();
    (number.contains(char::is_numeric) && is_number()).then_some(name)
}

/// The text before a telephone number: `张三13800138000`.
fn text_before_telephone(text: &str) -> Option<&str> {
    let name = text.trim_end_matches(|character: char| !is_han(character));
    let is_telephone = |text| review_number(text).is_some_and(|found| found.kind == SuspicionKind::Telephone);
    (!name.is_empty() && name.len() < text.len() && is_telephone(text[name.len()..].trim())).then_some(name)
}

/// The name before a remark without a sign between them: `某有限公司已注销`.
fn name_before_note(text: &str) -> Option<&str> {
    /// The last characters of branches and funds, as the register of companies has them.
    const BRANCH_ENDINGS: &str = "司行部店站厅处所厂房心场市馆点矿社会城院局段库队楼庄厦校区园池地汇室井村家柜堂务苑间吧宫铺组界\
        屋亭都路栈船号诊阁圃口头寓办科委团金划菜锅面浴苗啡拿";
    let (name, rest) = text.split_at(text.rfind("有限公司")? + "有限公司".len());
    let is_note =
        !rest.is_empty() && rest.chars().all(is_han) && !rest.ends_with(|c| BRANCH_ENDINGS.contains(c));
    is_note.then_some(name)
}

/// The name in `某公司等3家`.
fn name_of_several(text: &str) -> Option<&str> {
    let (name, rest) = text.rsplit_once('等')?;
    let is_count = rest.chars().all(|c| c.is_ascii_digit() || "家户个企业公司单位".contains(c));
    (is_count && (is_name(name) || rest.ends_with('家'))).then_some(name)
}

/// The name after the number of a customer, a date or a telephone number: `K001 某公司`. Without a mark between them, the
/// number of a customer begins with a zero.
fn name_after_number(text: &str) -> Option<&str> {
    let name = text.trim_start_matches(|character: char| !is_han(character));
    let marked = &text[..text.len() - name.len()];
    let number = marked.trim_end_matches(['-', '_', ' ', '/']);
    let digits = number.trim_start_matches(|character: char| !character.is_ascii_digit());
    let is_marked = digits.len() > 2 && (digits.starts_with('0') || number.len() < marked.len());
    let is_kind = |kind| matches!(kind, SuspicionKind::Date | SuspicionKind::Telephone);
    let is_number = || !number.is_empty() && review_number(number).is_some_and(|found| is_kind(found.kind));
    ((is_marked || is_number()) && is_bare_chinese_name(name)).then_some(name)
}

/// The credit code or the number of an identity card in a longer text.
fn code_among_words(text: &str) -> Option<&str> {
    let mut words = text.split(|character: char| !character.is_ascii_alphanumeric());
    let is_code = |word: &str| word.len() == 18 && (looks_like_code(word) || is_identity_number(word));
    words.find(|word| text.len() > word.len() + ".0".len() && is_code(word))
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
            ("[\"深圳3有限公司\",", SuspicionKind::Quotes, "深圳3有限公司"),
            ("\"深圳3有限公司\"]", SuspicionKind::Quotes, "深圳3有限公司"),
            ("- 深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("•深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("1、深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("12. 深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("（3）深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("深圳3有限公", SuspicionKind::Incomplete, "深圳3有限公司"),
            ("☑深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("✅ 深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("1_深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("«深圳3有限公司»", SuspicionKind::Quotes, "深圳3有限公司"),
            ("④深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("一、深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("7 深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("1) Apple Inc.", SuspicionKind::Numbering, "Apple Inc."),
            ("7. Delta Systems Limited", SuspicionKind::Numbering, "Delta Systems Limited"),
            ("1 Blue Sky Foods Inc.", SuspicionKind::Numbering, "Blue Sky Foods Inc."),
            ("6 深圳企业（有限合伙）", SuspicionKind::Numbering, "深圳企业（有限合伙）"),
            ("深圳3有限公司，", SuspicionKind::Separator, "深圳3有限公司"),
            ("深圳3有限公司,5", SuspicionKind::Separator, "深圳3有限公司"),
            ("深圳3有限公司，914403001922038216", SuspicionKind::Separator, "深圳3有限公司"),
            ("华为 914403001922038216", SuspicionKind::Separator, "914403001922038216"),
            ("1,深圳3有限公司,无", SuspicionKind::Separator, "深圳3有限公司"),
            ("2|深圳3有限公司", SuspicionKind::Separator, "深圳3有限公司"),
            ("深圳3有限公司 0755-28780808", SuspicionKind::Separator, "深圳3有限公司"),
            ("深圳3有限公司 <info@example.com>", SuspicionKind::Separator, "深圳3有限公司"),
            ("深圳有限公司13800138000", SuspicionKind::Separator, "深圳有限公司"),
            ("深圳有限公司100万元", SuspicionKind::Separator, "深圳有限公司"),
            ("深圳有限公司（51%）", SuspicionKind::Separator, "深圳有限公司"),
            ("深圳有限公司2", SuspicionKind::Separator, "深圳有限公司"),
            ("深圳有限公司[1]", SuspicionKind::State, "深圳有限公司"),
            ("深圳3有限", SuspicionKind::Incomplete, "深圳3有限公司"),
            ("深圳3股份有", SuspicionKind::Incomplete, "深圳3股份有限公司"),
            ("深圳3有限公司？", SuspicionKind::Separator, "深圳3有限公司"),
            ("深圳3有限公司✓", SuspicionKind::Separator, "深圳3有限公司"),
            ("深圳3有限公司（乙方）", SuspicionKind::State, "深圳3有限公司"),
            ("深圳3有限公司等3家", SuspicionKind::SeveralNames, "深圳3有限公司"),
            ("贵州轮胎等3家", SuspicionKind::SeveralNames, "贵州轮胎"),
            ("'深圳3有限公司", SuspicionKind::Quotes, "深圳3有限公司"),
            ("NO.1 深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("№1深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("1#深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("Ⅱ、深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("A、深圳有限公司", SuspicionKind::Numbering, "深圳有限公司"),
            ("b. 深圳有限公司", SuspicionKind::Numbering, "深圳有限公司"),
            ("// 深圳3有限公司", SuspicionKind::Separator, "深圳3有限公司"),
            ("深圳3有限公司（已注销）", SuspicionKind::State, "深圳3有限公司"),
            ("深圳3有限公司（待核实）", SuspicionKind::State, "深圳3有限公司"),
            ("深圳3有限公司 (重点)", SuspicionKind::State, "深圳3有限公司"),
            ("张三（担保人）", SuspicionKind::State, "张三"),
            ("（例）深圳3有限公司", SuspicionKind::State, "深圳3有限公司"),
            ("深圳3有限公司-已付款", SuspicionKind::Separator, "深圳3有限公司"),
            ("深圳3有限公司→已查", SuspicionKind::Separator, "深圳3有限公司"),
            ("张三13800138000", SuspicionKind::Separator, "张三"),
            ("2^深圳3有限公司^深圳", SuspicionKind::Separator, "深圳3有限公司"),
            ("K001/深圳3有限公司", SuspicionKind::Separator, "深圳3有限公司"),
            ("2024-11-05 深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("13800138000深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("2202.01 深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("深圳3有限公司已注销", SuspicionKind::State, "深圳3有限公司"),
            ("深圳3有限公司营业执照", SuspicionKind::State, "深圳3有限公司"),
            ("深圳3有限公司❤️", SuspicionKind::Separator, "深圳3有限公司"),
            ("深圳3有限公司【待确认】", SuspicionKind::State, "深圳3有限公司"),
            ("深圳3有限公司(曾用名：深圳4有限公司)", SuspicionKind::State, "深圳3有限公司"),
            ("深圳3有限公司：已付款", SuspicionKind::Separator, "深圳3有限公司"),
            ("深圳3有限公司 张三", SuspicionKind::Separator, "深圳3有限公司"),
            ("【重点】深圳3有限公司", SuspicionKind::State, "深圳3有限公司"),
            ("（停用）深圳3有限公司", SuspicionKind::State, "深圳3有限公司"),
            ("😀深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("K001 深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("SUP-00123-深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("0001深圳3有限公司", SuspicionKind::Numbering, "深圳3有限公司"),
            ("深圳3有限公司 100元", SuspicionKind::Separator, "深圳3有限公司"),
        ] {
            assert_eq!(review_layout(text.trim()), Some(Suspicion::suggesting(kind, name)), "{text}");
        }
    }

    #[test]
    fn a_text_that_lost_characters_is_told() {
        for (text, kind) in [
            ("深圳3有限…", SuspicionKind::Incomplete),
            ("深圳3有限公...", SuspicionKind::Incomplete),
            ("深圳**有限公司", SuspicionKind::Incomplete),
            ("%E7%94%B2%E4%B9%99", SuspicionKind::Markup),
            (r"\u7532\u4e59公司", SuspicionKind::Markup),
        ] {
            assert_eq!(review_layout(text), Some(Suspicion::new(kind)), "{text}");
        }
        for text in [
            "*ST某某",
            "100%橙汁店",
            "100%ECO有限公司",
            "360安全科技股份有限公司",
            "A8新媒体有限公司",
            "A.O.史密斯（中国）热水器有限公司",
            "中国人民财产保险股份有限公司和平支公司",
            "中国天府可乐集团公司(重庆)",
            "好又多（超市）",
            "中国石油天然气股份有限公司阳光加油站",
            "深圳万泉家具城（有限公司）",
            "58同城信息技术有限公司",
            "阿里巴巴（中国）有限公司",
            "360科技集团有限公司",
            "一汽-大众汽车有限公司",
            "诺基亚（中国）投资有限公司-北京分公司",
            "中国石油天然气股份有限公司和田销售分公司",
            "E.登琪尔美容有限公司",
            "E*TRADE",
            "丰田汽车公司 (Toyota)",
            "7-Eleven Inc.",
            "上海 Apple 贸易有限公司",
        ] {
            assert_eq!(review_layout(text), None, "{text}");
        }
    }

    #[test]
    fn several_names_in_one_are_told() {
        for text in [
            "深圳3有限公司、广州3有限公司、上海3有限公司",
            "甲公司/乙公司",
            "华为、腾讯、阿里",
            "华为,腾讯",
            "张三，李四",
            "深圳3有限公司 广州3有限公司",
            "Foo Co., Ltd.; Bar Inc.",
            "深圳3有限公司和广州3有限公司",
            "深圳3有限公司及其子公司",
            "深圳3有限公司广州3有限责任公司",
            "张三（深圳3有限公司）",
        ] {
            assert_eq!(review_layout(text), Some(Suspicion::new(SuspicionKind::SeveralNames)), "{text}");
        }
    }

    #[test]
    fn remains_of_links_and_escapes_are_told() {
        for text in ["[华为](https://www.huawei.com)", "%E5%8D%8E%E4%B8%BA", "\\u534e\\u4e3a", "&#21326;"] {
            assert_eq!(review_layout(text), Some(Suspicion::new(SuspicionKind::Markup)), "{text}");
        }
    }

    #[test]
    fn a_bracket_without_its_partner_is_told() {
        for text in ["深圳3有限公司（", "深圳（3有限公司", "深圳3)有限公司"] {
            assert_eq!(review_layout(text), Some(Suspicion::new(SuspicionKind::Incomplete)), "{text}");
        }
        assert_eq!(review_layout("深圳（3)有限公司"), None);
    }

    #[test]
    fn a_line_of_headings_is_a_heading() {
        let found = review_layout("序号,企业名称,备注");
        assert_eq!(found, Some(Suspicion::new(SuspicionKind::Heading)));
    }
}
