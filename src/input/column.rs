//! Which column of a table holds the keywords, and which rows above them are headings.
//!
//! Decides by the first rows alone:
//! - A row is the row of headings when a good part of its cells are usual headings (企业名称, 统一社会信用代码,
//!   company, …) and none is a company name or a code. It is the first row, or one of the first ten when every
//!   row above it is a title (one cell filled) and it is not. A heading given with `--column` settles it.
//! - Without such a row, the first cell of the chosen column is a heading all the same when it is short, does
//!   not look like a company name or a code, and all the cells below it (three at least) do.
//! - The column is the one the user chose; else the first headed like a name, then the first headed like a
//!   code, then the first in which most cells look like names, then codes; else the only one
//!   (most rows have one field: the others have a comma that nobody quoted).
//!
//! It must not read files.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::str::FromStr;

use super::error::InputError;
use super::heading::{HeadingKind, heading_kind, normalise};
use super::list::ColumnReason;
use super::table::Row;
use crate::domain::identifier::{CheckDigit, IdentifierKind, Shape, recognise};

/// How far down the row of headings may be.
const HEADING_SEARCH: usize = 10;
/// A longer cell is no heading.
const HEADING_LENGTH: usize = 12;
/// How many columns an error lists.
const LISTED_COLUMNS: usize = 30;

/// The column a user names with `--column`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnChoice {
    /// By its heading: outer white space, a star for "required", a remark in brackets and the case of letters
    /// are not compared.
    Name(String),
    /// By its number, from 1.
    Number(usize),
}

impl FromStr for ColumnChoice {
    type Err = InputError;

    /// Digits are a number, everything else is a heading. A column headed by digits is chosen by its number.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let number = text.parse::<usize>();
        match number {
            Ok(number) if number > 0 => Ok(Self::Number(number)),
            Err(_) if !text.is_empty() && !text.bytes().all(|byte| byte.is_ascii_digit()) => {
                Ok(Self::Name(text.to_owned()))
            }
            _ => Err(InputError::ColumnNotation { text: text.to_owned() }),
        }
    }
}

/// What was decided about a table.
#[derive(Debug)]
pub(super) struct Chosen {
    /// The column, from 0.
    pub index: usize,
    pub name: Option<String>,
    pub reason: ColumnReason,
    /// The number of the row of headings.
    pub heading_row: Option<u64>,
    /// Where in the sample the keywords begin.
    pub first_row: usize,
    /// How many fields a row should have at most: as many as the headings, without them as most rows.
    pub expected_fields: usize,
}

/// Chooses from the first rows of a table, which are not none.
pub(super) fn choose(
    input: &str,
    sample: &[Row],
    choice: Option<&ColumnChoice>,
) -> Result<Chosen, InputError> {
    let table = Table { input, sample, columns: sample.iter().map(|row| row.width).max().unwrap_or(0) };
    let (index, reason, headings) = match choice {
        Some(ColumnChoice::Name(name)) => table.named(name)?,
        Some(&ColumnChoice::Number(number)) => {
            let headings = table.headings();
            if number > table.columns {
                return Err(table.missing(number.to_string(), headings));
            }
            (number - 1, ColumnReason::Requested, headings)
        }
        None => table.best()?,
    };
    let headings = headings.or_else(|| table.is_headed_by_contrast(index).then_some(0));
    Ok(Chosen {
        index,
        name: headings.and_then(|row| sample[row].text(index)).map(str::to_owned),
        reason,
        heading_row: headings.map(|row| sample[row].number),
        first_row: headings.map_or(0, |row| row + 1),
        expected_fields: match headings {
            Some(row) => sample[row].fields,
            None => most_common(sample.iter().map(|row| row.fields)),
        },
    })
}

struct Table<'sample> {
    input: &'sample str,
    sample: &'sample [Row],
    columns: usize,
}

impl Table<'_> {
    fn named(&self, name: &str) -> Result<(usize, ColumnReason, Option<usize>), InputError> {
        let wanted = normalise(name);
        for (row, cells) in self.sample.iter().enumerate().take(HEADING_SEARCH) {
            let mut same =
                (0..self.columns).filter(|&column| cells.text(column).map(normalise) == Some(wanted.clone()));
            if let Some(column) = same.next() {
                if same.next().is_some() {
                    return Err(InputError::AmbiguousColumn {
                        input: self.input.to_owned(),
                        wanted: name.to_owned(),
                        columns: self.listed(Some(row)),
                    });
                }
                return Ok((column, ColumnReason::Requested, Some(row)));
            }
        }
        Err(self.missing(format!("{name:?}"), self.headings()))
    }

    fn best(&self) -> Result<(usize, ColumnReason, Option<usize>), InputError> {
        let headings = self.headings();
        let headed = |wanted: HeadingKind| {
            (0..self.columns).find(|&column| {
                headings.and_then(|row| self.sample[row].text(column)).and_then(heading_kind) == Some(wanted)
            })
        };
        if let Some(column) = headed(HeadingKind::Name).or_else(|| headed(HeadingKind::Code)) {
            return Ok((column, ColumnReason::Heading, headings));
        }
        let below = &self.sample[headings.map_or(0, |row| row + 1)..];
        let mostly = |looks: fn(&str) -> bool| {
            (0..self.columns).find(|&column| {
                let texts = below.iter().filter_map(|row| row.text(column));
                let (likely, all) =
                    texts.fold((0, 0), |(likely, all), text| (likely + usize::from(looks(text)), all + 1));
                likely * 2 > all
            })
        };
        if let Some(column) = mostly(looks_like_name).or_else(|| mostly(looks_like_code)) {
            return Ok((column, ColumnReason::Content, headings));
        }
        let usual = most_common(self.sample.iter().map(|row| row.fields));
        let columns = if usual == 1 { 1 } else { self.columns };
        let mut filled = (0..columns).filter(|&column| self.is_filled(column));
        if let (Some(column), None) = (filled.next(), filled.next()) {
            return Ok((column, ColumnReason::OnlyColumn, headings));
        }
        Err(InputError::UndecidedColumn { input: self.input.to_owned(), columns: self.listed(headings) })
    }

    fn is_filled(&self, column: usize) -> bool {
        self.sample.iter().any(|row| row.cell(column).is_some())
    }

    /// Where in the sample the row of usual headings is.
    fn headings(&self) -> Option<usize> {
        for (index, row) in self.sample.iter().enumerate().take(HEADING_SEARCH) {
            let is_top = index == 0 || row.cells.len() > 1;
            if is_top && is_heading_row(row, self.sample.get(index + 1)) {
                return Some(index);
            }
            if row.cells.len() > 1 {
                return None;
            }
        }
        None
    }

    fn is_headed_by_contrast(&self, column: usize) -> bool {
        let Some(first) = self.sample[0].text(column) else { return false };
        let mut below = self.sample[1..].iter().filter_map(|row| row.text(column)).peekable();
        let count = below.clone().count();
        first.chars().count() <= HEADING_LENGTH
            && !looks_like_keyword(first)
            && count >= 3
            && below.all(looks_like_keyword)
    }

    fn missing(&self, wanted: String, headings: Option<usize>) -> InputError {
        InputError::MissingColumn { input: self.input.to_owned(), wanted, columns: self.listed(headings) }
    }

    /// The columns as an error shows them: number, and heading or first cell.
    fn listed(&self, headings: Option<usize>) -> String {
        let row = &self.sample[headings.unwrap_or(0)];
        let mut listed: Vec<String> = (0..self.columns.min(LISTED_COLUMNS))
            .map(|column| {
                let cell: String = row.text(column).unwrap_or("").chars().take(20).collect();
                if cell.is_empty() { format!("{}", column + 1) } else { format!("{} {cell:?}", column + 1) }
            })
            .collect();
        if self.columns > LISTED_COLUMNS {
            listed.push(format!("… {} in all", self.columns));
        }
        listed.join(", ")
    }
}

fn is_heading_row(row: &Row, next: Option<&Row>) -> bool {
    let mut headings = 0;
    let mut telling = false;
    for (column, value) in &row.cells {
        let Some(text) = value.text() else { continue };
        match heading_kind(text) {
            // A word that the next row repeats is a value, like the kind of a company.
            Some(_) if next.is_some_and(|next| next.text(*column) == Some(text)) => {}
            Some(kind) => {
                headings += 1;
                telling |= kind != HeadingKind::Other;
            }
            None if looks_like_keyword(text) => return false,
            None => {}
        }
    }
    telling || headings * 2 > row.cells.len()
}

/// The count that most rows have, the smallest of several.
pub(super) fn most_common(counts: impl Iterator<Item = usize>) -> usize {
    let mut seen = BTreeMap::new();
    for count in counts {
        *seen.entry(count).or_insert(0_usize) += 1;
    }
    seen.into_iter().max_by_key(|&(count, times)| (times, Reverse(count))).map_or(0, |(count, _)| count)
}

pub(super) fn looks_like_keyword(text: &str) -> bool {
    looks_like_name(text) || looks_like_code(text)
}

fn looks_like_name(text: &str) -> bool {
    const ENDINGS: [&str; 26] = [
        "公司",
        "厂",
        "研究院",
        "设计院",
        "医院",
        "学院",
        "书院",
        "中心",
        "合作社",
        "集团",
        "企业",
        "事务所",
        "银行",
        "学校",
        "大学",
        "商行",
        "经营部",
        "工作室",
        "商店",
        "门市部",
        "分行",
        "支行",
        "协会",
        "基金会",
        "报社",
        "出版社",
    ];
    const BRACKETED: [&str; 4] = ["合伙", "独资", "中国", "集团"];
    const LATIN: [&str; 11] =
        ["ltd", "ltd.", "limited", "inc", "inc.", "llc", "corp", "corp.", "corporation", "co.", "company"];
    if text.chars().count() < 4 || heading_kind(text).is_some() {
        return false;
    }
    if let Some(inner) = text.strip_suffix(['）', ')']) {
        let remark = inner.rsplit(['（', '(']).next().unwrap_or("");
        let before = inner.strip_suffix(remark).unwrap_or("").trim_end_matches(['（', '(']);
        return BRACKETED.iter().any(|word| remark.contains(word)) || looks_like_name(before);
    }
    let lower = text.to_lowercase();
    let last_word = lower.rsplit([' ', ',', '，']).next().unwrap_or("");
    ENDINGS.iter().any(|ending| text.ends_with(ending))
        || (lower.len() > last_word.len() && LATIN.contains(&last_word))
}

/// A code that hardly anything else could be: bare digits count only where a check digit vouches for them.
fn looks_like_code(text: &str) -> bool {
    let identifier = recognise(text);
    match identifier.kind {
        IdentifierKind::Uscc => identifier.shape == Shape::Fits,
        IdentifierKind::OrganisationCode | IdentifierKind::RegistrationNumber => {
            identifier.check == CheckDigit::Right
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::table::Value;

    fn sample(rows: &[&[&str]]) -> Vec<Row> {
        let mut sample = Vec::new();
        for (index, cells) in rows.iter().enumerate() {
            let filled: Vec<_> = cells.iter().enumerate().filter(|(_, text)| !text.is_empty()).collect();
            sample.push(Row {
                number: index as u64 + 1,
                fields: cells.len(),
                width: filled.last().map_or(0, |(column, _)| column + 1),
                cells: filled
                    .iter()
                    .map(|&(column, text)| (column, Value::Text((*text).to_owned())))
                    .collect(),
            });
        }
        sample
    }

    #[track_caller]
    fn assert_chosen(
        rows: &[&[&str]],
        choice: Option<&str>,
        expected: (usize, ColumnReason, usize),
    ) -> Chosen {
        let choice = choice.map(|text| text.parse().unwrap());
        let chosen = choose("a.csv", &sample(rows), choice.as_ref()).unwrap();
        assert_eq!((chosen.index, chosen.reason, chosen.first_row), expected);
        chosen
    }

    fn refused(rows: &[&[&str]], choice: Option<&str>) -> String {
        let choice = choice.map(|text| text.parse().unwrap());
        choose("a.csv", &sample(rows), choice.as_ref()).unwrap_err().to_string()
    }

    #[test]
    fn digits_are_a_number_and_all_else_a_heading() {
        assert_eq!("2".parse::<ColumnChoice>().unwrap(), ColumnChoice::Number(2));
        assert_eq!(" 企业名称 ".parse::<ColumnChoice>().unwrap(), ColumnChoice::Name("企业名称".into()));
        for text in ["0", "", " ", "99999999999999999999999"] {
            assert!(text.parse::<ColumnChoice>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_heading_like_a_name_is_preferred_to_one_like_a_code() {
        let rows: &[&[&str]] =
            &[&["序号", "统一社会信用代码", "*企业名称（必填）"], &["1", "914403001922038216", "华为"]];
        let chosen = assert_chosen(rows, None, (2, ColumnReason::Heading, 1));
        assert_eq!(chosen.name.as_deref(), Some("*企业名称（必填）"));
        assert_eq!(chosen.heading_row, Some(1));
        let rows: &[&[&str]] = &[&["序号", "统一社会信用代码"], &["1", "914403001922038216"]];
        assert_chosen(rows, None, (1, ColumnReason::Heading, 1));
        assert_chosen(&[&["ID", "Company Name"], &["1", "Foo"]], None, (1, ColumnReason::Heading, 1));
    }

    #[test]
    fn titles_above_the_headings_are_passed_over() {
        let rows: &[&[&str]] = &[
            &["二〇二六年度客户名单"],
            &["深圳市某某科技有限公司"],
            &["序号", "企业名称"],
            &["1", "华为技术有限公司"],
        ];
        let chosen = assert_chosen(rows, None, (1, ColumnReason::Heading, 3));
        assert_eq!(chosen.heading_row, Some(3));
    }

    #[test]
    fn without_headings_the_cells_decide() {
        let rows: &[&[&str]] = &[
            &["1", "华为技术有限公司", "深圳"],
            &["2", "腾讯", "深圳"],
            &["3", "某某中心（有限合伙）", "北京"],
        ];
        assert_chosen(rows, None, (1, ColumnReason::Content, 0));
        let rows: &[&[&str]] = &[&["1", "914403001922038216"], &["2", "91110000600037341L"]];
        assert_chosen(rows, None, (1, ColumnReason::Content, 0));
        let rows: &[&[&str]] = &[&["7", "Foo Trading Co., Ltd"], &["8", "Bar Inc."]];
        assert_chosen(rows, None, (1, ColumnReason::Content, 0));
        assert_chosen(&[&["华为"], &["腾讯"]], None, (0, ColumnReason::OnlyColumn, 0));
    }

    #[test]
    fn an_unusual_heading_is_known_by_what_is_below_it() {
        let names = ["甲科技有限公司", "乙商贸有限公司", "丙机械厂"];
        let rows: &[&[&str]] = &[&["往来方"], &[names[0]], &[names[1]], &[names[2]]];
        let chosen = assert_chosen(rows, None, (0, ColumnReason::Content, 1));
        assert_eq!((chosen.name.as_deref(), chosen.heading_row), (Some("往来方"), Some(1)));
        // Two names are too few to condemn the first line, and one short name among them saves it.
        assert_chosen(&rows[..3], None, (0, ColumnReason::Content, 0));
        let rows: &[&[&str]] = &[&["华为"], &[names[0]], &["腾讯"], &[names[1]], &[names[2]]];
        assert_chosen(rows, None, (0, ColumnReason::Content, 0));
    }

    #[test]
    fn a_value_that_is_a_usual_heading_is_not_taken_for_one() {
        let rows: &[&[&str]] = &[&["某某科技有限公司", "企业"], &["甲乙商贸有限公司", "个体"]];
        assert_chosen(rows, None, (0, ColumnReason::Content, 0));
        let rows: &[&[&str]] = &[&["华为", "公司"], &["腾讯", "公司"]];
        assert!(refused(rows, None).starts_with("cannot tell which column of a.csv holds the keywords"));
    }

    #[test]
    fn a_column_can_be_chosen_by_heading_or_number() {
        let rows: &[&[&str]] = &[&["名单"], &["Debtor ", "债权人"], &["甲", "乙"]];
        assert_chosen(rows, Some("debtor"), (0, ColumnReason::Requested, 2));
        assert_chosen(rows, Some("债权人"), (1, ColumnReason::Requested, 2));
        let rows: &[&[&str]] = &[&["名称", "曾用名称"], &["甲", "乙"]];
        let chosen = assert_chosen(rows, Some("2"), (1, ColumnReason::Requested, 1));
        assert_eq!(chosen.name.as_deref(), Some("曾用名称"));
        assert_chosen(&[&["甲", "乙"], &["丙", "丁"]], Some("2"), (1, ColumnReason::Requested, 0));
    }

    #[test]
    fn a_missing_column_lists_the_columns_there_are() {
        let rows: &[&[&str]] = &[&["序号", "企业名称"], &["1", "甲"]];
        assert_eq!(
            refused(rows, Some("公司")),
            "a.csv has no column \"公司\"; its columns are: 1 \"序号\", 2 \"企业名称\""
        );
        assert_eq!(
            refused(rows, Some("3")),
            "a.csv has no column 3; its columns are: 1 \"序号\", 2 \"企业名称\""
        );
        let twice: &[&[&str]] = &[&["名称", "名称"], &["1", "甲"]];
        assert!(refused(twice, Some("名称")).starts_with("a.csv has several columns headed \"名称\""));
        assert_eq!(
            refused(&[&["a", "b"], &["c", "d"]], None),
            "cannot tell which column of a.csv holds the keywords; choose one with --column: 1 \"a\", 2 \"b\""
        );
    }

    #[test]
    fn names_are_told_from_courts_headings_and_numbers() {
        for name in [
            "华为公司",
            "某某中心（有限合伙）",
            "通用电气（中国）",
            "甲乙丙有限公司（筹）",
            "Foo Co., Ltd",
            "Bar Inc.",
        ] {
            assert!(looks_like_name(name), "{name}");
        }
        for text in ["深圳市中级人民法院", "公司名称", "备注", "1", "2026-01-01", "ltd", "张三"]
        {
            assert!(!looks_like_name(text), "{text}");
        }
        assert!(looks_like_code("D2143569-X") && looks_like_code("110108000000016"));
        assert!(!looks_like_code("123456789") && !looks_like_code("30778596"));
    }
}
