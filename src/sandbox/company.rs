//! The company behind a keyword: its name, its brand, and whether it is one of the show pieces of the vendors' documents.
//! Invents names for keywords that are not names; invents no records.

use std::borrow::Cow;

use super::dice::{Dice, fingerprint};
use super::script::Script;

/// The company of the dishonest list's document; with it, every vendor answers the rows its document prints.
pub const SHOWPIECE_DEBTOR: &str = "乐视云计算有限公司";
/// The company of shuidi's document; with it, every vendor answers the rows its document prints.
pub const SHOWPIECE_OWNER: &str = "上海二三四五网络科技有限公司";

/// Other names and numbers under which the documents' samples are found: the later names of the same companies, the
/// company id of the dishonest list's document, the masked name of ihuyi's.
const SHOWPIECE_ALIASES: [&str; 5] = [
    "上海二三四五网络科技股份有限公司",
    "上海二三四五网络科技有限责任公司",
    "26900010",
    "上海************有限公司",
    "上海市************",
];

const PLACES: [&str; 16] = [
    "北京", "上海", "天津", "重庆", "江苏", "浙江", "广东", "四川", "山东", "湖北", "福建", "陕西", "深圳",
    "杭州", "苏州", "成都",
];
const WORDS: [&str; 12] =
    ["华信", "瑞丰", "中科", "启明", "恒通", "远航", "云帆", "同创", "鼎盛", "新桥", "博雅", "天择"];
const TRADES: [&str; 8] =
    ["科技", "网络科技", "信息技术", "软件", "贸易", "文化传媒", "建筑工程", "供应链管理"];
const LEGAL_FORMS: [&str; 4] = ["股份有限公司", "有限责任公司", "有限公司", "公司"];

/// Whom a keyword names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Company<'keyword> {
    /// Drawn from the keyword; every row of the company is drawn from it.
    pub(super) seed: u64,
    /// The keyword itself where it is a name, else an invented name.
    pub(super) name: Cow<'keyword, str>,
    /// Up to four characters of the name without place and legal form: what its products are called after.
    pub(super) brand: String,
    pub(super) subject: Subject,
}

/// What kind of subject a company is, as far as its rows differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// A show piece: its first rows are those of the vendors' documents.
    Showpiece,
    Company,
    /// A name of two to four Chinese characters without a legal form: a natural person.
    Person,
}

impl<'keyword> Company<'keyword> {
    /// The company that a keyword names; magic keywords and identifiers get an invented name.
    pub(super) fn of_keyword(keyword: &'keyword str) -> Self {
        let seed = fingerprint(keyword, 0);
        let showpiece =
            [SHOWPIECE_DEBTOR, SHOWPIECE_OWNER].contains(&keyword) || SHOWPIECE_ALIASES.contains(&keyword);
        let name = if Script::is_magic(keyword) || is_identifier(keyword) {
            Cow::Owned(invented_name(seed))
        } else {
            printable(keyword)
        };
        let subject = if showpiece {
            Subject::Showpiece
        } else if is_person(&name) {
            Subject::Person
        } else {
            Subject::Company
        };
        let brand = brand_of(&name);
        Self { seed, name, brand, subject }
    }
}

/// Control characters cannot stand in XML and stand in no name.
fn printable(keyword: &str) -> Cow<'_, str> {
    if keyword.contains(char::is_control) {
        Cow::Owned(keyword.chars().filter(|letter| !letter.is_control()).collect())
    } else {
        Cow::Borrowed(keyword)
    }
}

fn is_identifier(keyword: &str) -> bool {
    keyword.len() >= 6
        && keyword.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && keyword.bytes().any(|byte| byte.is_ascii_digit())
}

fn is_person(name: &str) -> bool {
    let letters = name.chars().count();
    let chinese = name.chars().all(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter));
    chinese && (2..=4).contains(&letters) && !name.ends_with("公司") && !name.ends_with('厂')
}

fn invented_name(seed: u64) -> String {
    let mut dice = Dice::of_row(seed, 0);
    let place = dice.pick(&PLACES);
    let (first, trade) = (dice.pick(&WORDS), dice.pick(&TRADES));
    format!("{place}{first}{trade}有限公司")
}

fn brand_of(name: &str) -> String {
    let name = PLACES.iter().find_map(|place| name.strip_prefix(place)).unwrap_or(name);
    let name = name.strip_prefix(['市', '省']).unwrap_or(name);
    let name = LEGAL_FORMS.iter().find_map(|form| name.strip_suffix(form)).unwrap_or(name);
    let brand: String = name.chars().filter(|letter| letter.is_alphanumeric()).take(4).collect();
    if brand.is_empty() { "核查".to_owned() } else { brand }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_verbatim_and_an_identifier_gets_an_invented_name() {
        let company = Company::of_keyword("一汽—大众汽车有限公司");
        assert_eq!((company.name.as_ref(), company.brand.as_str()), ("一汽—大众汽车有限公司", "一汽大众"));
        let company = Company::of_keyword("91350100M000100Y43");
        assert!(company.name.ends_with("有限公司"), "{}", company.name);
        assert_eq!(company, Company::of_keyword("91350100M000100Y43"));
    }

    #[test]
    fn show_pieces_persons_and_companies_are_told_apart() {
        let subject = |keyword| Company::of_keyword(keyword).subject;
        assert_eq!(subject(SHOWPIECE_DEBTOR), Subject::Showpiece);
        assert_eq!(subject("26900010"), Subject::Showpiece);
        assert_eq!(subject("贾跃亭"), Subject::Person);
        assert_eq!(subject("某某公司"), Subject::Company);
        assert_eq!(subject("Acme Trading"), Subject::Company);
    }

    #[test]
    fn control_characters_never_reach_a_name() {
        assert_eq!(Company::of_keyword("甲\u{1}乙\u{0}公司").name, "甲乙公司");
    }
}
