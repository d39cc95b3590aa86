//! The company behind a keyword, and the subject of each of its rows. Invents names and codes, no records.

use super::random::{SeededRng, hash};
use super::scenario::{KEYWORD_WITH_MIXED_RECORDS, KEYWORD_WITH_OTHERS_RECORDS};
use crate::domain::identifier::{CheckDigit, IdentifierKind, read_as};

/// The company of the dishonest list's document: the market answers with the document's rows and more.
pub const SAMPLE_DEBTOR: &str = "乐视云计算有限公司";
/// The company of shuidi's document: shuidi answers with the document's rows and more.
pub const SAMPLE_OWNER: &str = "上海二三四五网络科技有限公司";
/// The company id of [`SAMPLE_DEBTOR`].
const SAMPLE_DEBTOR_ID: u64 = 26_900_010;

const PLACES: [&str; 16] = [
    "北京", "上海", "天津", "重庆", "江苏", "浙江", "广东", "四川", "山东", "湖北", "福建", "陕西", "深圳",
    "杭州", "苏州", "成都",
];
const WORDS: [&str; 12] =
    ["华信", "瑞丰", "中科", "启明", "恒通", "远航", "云帆", "同创", "鼎盛", "新桥", "博雅", "天择"];
const TRADES: [&str; 8] =
    ["科技", "网络科技", "信息技术", "软件", "贸易", "文化传媒", "建筑工程", "供应链管理"];
pub(super) const PEOPLE: [&str; 8] = ["王建国", "李敏", "张伟", "刘洋", "陈静", "杨帆", "赵磊", "周婷"];

/// A company, or a person in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Company {
    /// Seeds every row of the company.
    pub(super) seed: u64,
    pub(super) name: String,
    /// With its hyphen and check digit.
    pub(super) organisation_code: String,
    pub(super) id: u64,
}

impl Company {
    fn invented(seed: u64, name: String) -> Self {
        Self { seed, name, organisation_code: organisation_code(seed), id: 1_000_000 + seed % 90_000_000 }
    }

    /// The company that a keyword names; for a code it has an invented name.
    pub(super) fn of_keyword(keyword: &str) -> Self {
        // XML cannot carry control characters.
        let name = keyword.chars().filter(|letter| !letter.is_control()).collect();
        let mut company = Self::invented(hash(keyword, 0), name);
        company.read_code(keyword);
        if keyword == SAMPLE_DEBTOR || company.id == SAMPLE_DEBTOR_ID {
            SAMPLE_DEBTOR.clone_into(&mut company.name);
            company.id = SAMPLE_DEBTOR_ID;
        }
        company
    }

    /// Reads a keyword that is a code, which the rows then carry.
    fn read_code(&mut self, keyword: &str) {
        let code = keyword.replace('-', "").to_ascii_uppercase();
        let has_digit = code.bytes().any(|byte| byte.is_ascii_digit());
        if !has_digit || !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return;
        }
        let with_hyphen = |code: &str| format!("{}-{}", &code[..8], &code[8..]);
        match (code.len(), code.parse()) {
            (18, _) => self.organisation_code = with_hyphen(&code[8..17]),
            (9, _) => self.organisation_code = with_hyphen(&code),
            // No row carries a registration number.
            (15, Ok(_)) => {}
            (6.., Ok(id)) => self.id = id,
            _ => return,
        }
        self.name = invented_name(self.seed);
    }

    /// The subject of a row: the company itself, unless its keyword asks for others.
    pub(super) fn subject_of_row(&self, row: u64) -> Self {
        let own = |name: String| Self { name, ..self.clone() };
        let other = |name: String| Self::invented(hash(&name, self.seed ^ row), name);
        let name = &self.name;
        if name.contains(KEYWORD_WITH_OTHERS_RECORDS) {
            return other(invented_name(self.seed ^ row));
        }
        match row % 6 {
            _ if !name.contains(KEYWORD_WITH_MIXED_RECORDS) => self.clone(),
            0 => self.clone(),
            1 => own(respelled(name)),
            2 => own(format!("原{name}")),
            3 => other(PEOPLE[usize::from(row > 6)].to_owned()),
            4 => other(format!("{name}第{}分公司", 1 + row / 6)),
            _ => other(invented_name(self.seed ^ row)),
        }
    }

    /// Whether the name is that of a person.
    pub(super) fn is_person(&self) -> bool {
        let letters = self.name.chars().count();
        let chinese = self.name.chars().all(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter));
        chinese && (2..=4).contains(&letters) && !self.name.ends_with("公司") && !self.name.ends_with('厂')
    }

    /// Whether a vendor's document prints rows of the company.
    pub(super) fn is_sample(&self) -> bool {
        [SAMPLE_DEBTOR, SAMPLE_OWNER].contains(&self.name.as_str())
    }
}

/// The name in another spelling that Unicode NFKC makes alike: full-width instead of ASCII, or an ideographic space.
fn respelled(name: &str) -> String {
    let full_width = |letter: char| match letter {
        '!'..='~' => char::from_u32(u32::from(letter) + 0xfee0).unwrap_or(letter),
        '（' => '(',
        '）' => ')',
        _ => letter,
    };
    let respelled: String = name.chars().map(full_width).collect();
    if respelled != name {
        return respelled;
    }
    let middle = name.char_indices().nth(2).map_or(name.len(), |(place, _)| place);
    format!("{}\u{3000}{}", &name[..middle], &name[middle..])
}

fn invented_name(seed: u64) -> String {
    let mut rng = SeededRng::of_row(seed, 0);
    let place = rng.pick(&PLACES);
    let (first, trade) = (rng.pick(&WORDS), rng.pick(&TRADES));
    format!("{place}{first}{trade}有限公司")
}

/// An organisation code with its check digit by GB 11714.
fn organisation_code(seed: u64) -> String {
    let code = |check: char| format!("{}-{check}", 10_000_000 + seed % 90_000_000);
    match read_as(&code('0'), IdentifierKind::OrganisationCode).check {
        CheckDigit::Wrong { expected } => code(expected),
        CheckDigit::Right | CheckDigit::NotApplicable => code('0'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_verbatim_and_an_identifier_gets_an_invented_name() {
        let company = Company::of_keyword("一汽—大众汽车有限公司");
        assert_eq!(company.subject_of_row(0).name, "一汽—大众汽车有限公司");
        let company = Company::of_keyword("91350100M000100Y43");
        assert!(company.name.ends_with("有限公司"), "{}", company.name);
        assert_eq!(company, Company::of_keyword("91350100M000100Y43"));
        assert_eq!(Company::of_keyword("行数:3").name, "行数:3");
    }

    #[test]
    fn rows_carry_the_code_that_was_looked_up() {
        let code = |keyword| Company::of_keyword(keyword).subject_of_row(3).organisation_code;
        assert_eq!(code("91110000600037341l"), "60003734-1");
        assert_eq!(code("60003734-1"), "60003734-1");
        assert_eq!(Company::of_keyword("12345678").subject_of_row(0).id, 12_345_678);
    }

    #[test]
    fn samples_persons_and_companies_are_told_apart() {
        assert!(
            Company::of_keyword(SAMPLE_DEBTOR).is_sample() && !Company::of_keyword("某某公司").is_sample()
        );
        assert_eq!(Company::of_keyword("26900010").name, SAMPLE_DEBTOR);
        let is_person = |keyword| Company::of_keyword(keyword).subject_of_row(0).is_person();
        assert!(is_person("贾跃亭") && !is_person("某某公司") && !is_person("Acme Trading"));
    }

    #[test]
    fn a_mixed_keyword_has_six_kinds_of_rows() {
        let company = Company::of_keyword("同名混杂企业(深圳)有限公司");
        let names: Vec<String> = (0..6).map(|row| company.subject_of_row(row).name).collect();
        assert_eq!(names[0], "同名混杂企业(深圳)有限公司");
        assert_eq!(names[1], "同名混杂企业（深圳）有限公司");
        assert_eq!(names[2], "原同名混杂企业(深圳)有限公司");
        assert!(company.subject_of_row(3).is_person());
        assert_eq!(names[4], "同名混杂企业(深圳)有限公司第1分公司");
        assert!(!names[5].contains("同名混杂"));
        let others = Company::of_keyword("张冠李戴企业");
        assert!((0..3).all(|row| others.subject_of_row(row).name != "张冠李戴企业"));
    }

    #[test]
    fn control_characters_never_reach_a_name() {
        assert_eq!(Company::of_keyword("甲\u{1}乙\u{0}公司").name, "甲乙公司");
    }

    #[test]
    fn organisation_codes_carry_the_right_check_digit() {
        assert_eq!(organisation_code(59_467_239 - 10_000_000), "59467239-9");
        assert_eq!(organisation_code(30_637_425 - 10_000_000), "30637425-9");
    }
}
