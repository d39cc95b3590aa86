//! The magic keywords: what a keyword asks the sandbox to do, and how it splits a listing into pages. Knows no vendor.

use std::ops::Range;
use std::time::Duration;

use super::random::hash;

/// A keyword without records at any vendor, as is every keyword that contains it.
pub const KEYWORD_WITHOUT_RECORDS: &str = "查无此企业";
/// The same, except that the market says in its billing header that the answer is free.
pub const KEYWORD_WITHOUT_CHARGE: &str = "查无且不计费企业";
/// A keyword with exactly one record at every vendor, as is every keyword that contains it.
pub const KEYWORD_WITH_ONE_RECORD: &str = "仅有一条企业";
/// A keyword with records of its own, of a full-width spelling, of a former name, of other companies and of persons.
pub const KEYWORD_WITH_MIXED_RECORDS: &str = "同名混杂企业";
/// A keyword whose records all belong to other companies.
pub const KEYWORD_WITH_OTHERS_RECORDS: &str = "张冠李戴企业";
/// A keyword whose records change each time its first page is requested.
pub const KEYWORD_WITH_CHANGES: &str = "逐次变化企业";

/// Records under [`KEYWORD_WITH_MIXED_RECORDS`]: two of each kind of subject.
const MIXED_ROWS: u64 = 12;
const OTHERS_ROWS: u64 = 3;
/// Records under [`KEYWORD_WITH_CHANGES`] that are listed in consecutive editions; one more is listed in every other one.
const CHANGING_ROWS: u64 = 6;
const INTERMITTENT_ROW: u64 = 1_000;

const MAX_ROWS: u64 = 1_000_000;
const MAX_DELAY_MS: u64 = 600_000;

/// The reading of a keyword.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scenario<'keyword> {
    /// An ordinary name: the number of rows follows from its hash.
    Ordinary,
    /// [`KEYWORD_WITHOUT_CHARGE`].
    FreeNoData,
    /// [`KEYWORD_WITH_CHANGES`].
    Changing,
    /// `慢:MS` / `slow:MS`: an ordinary name with at least one row and a delayed answer.
    Slow(Duration),
    /// `行数:N` / `rows:N`: exactly N rows.
    Rows(u64),
    /// `封顶:N` / `capped:N`: the total says N, and rows beyond the vendor's cap are never sent.
    Capped(u64),
    /// `重复页:N` / `repeated:N`: the total says N, and every page is page 1.
    Repeated(u64),
    /// `短页:N` / `short:N`: N rows, and every page is one row shorter than requested.
    Short(u64),
    /// `错误码:CODE` / `error:CODE`: the vendor answers with this code.
    Code(&'keyword str),
    /// `网页:STATUS` / `html:STATUS`: an HTML page with this HTTP status in place of the vendor's answer.
    Html(u16),
}

impl<'keyword> Scenario<'keyword> {
    /// Reads a keyword. A magic word with an unreadable number is an ordinary name.
    pub(super) fn read(keyword: &'keyword str) -> Self {
        for (name, scenario) in [
            (KEYWORD_WITHOUT_RECORDS, Self::Rows(0)),
            (KEYWORD_WITHOUT_CHARGE, Self::FreeNoData),
            (KEYWORD_WITH_ONE_RECORD, Self::Rows(1)),
            (KEYWORD_WITH_MIXED_RECORDS, Self::Rows(MIXED_ROWS)),
            (KEYWORD_WITH_OTHERS_RECORDS, Self::Rows(OTHERS_ROWS)),
            (KEYWORD_WITH_CHANGES, Self::Changing),
        ] {
            if keyword.contains(name) {
                return scenario;
            }
        }
        Self::read_magic(keyword).unwrap_or(Self::Ordinary)
    }

    fn read_magic(keyword: &'keyword str) -> Option<Self> {
        let (word, value) = keyword.split_once([':', '：'])?;
        let value = value.trim();
        let rows = || value.parse().ok().map(|rows: u64| rows.min(MAX_ROWS));
        match word.trim().to_ascii_lowercase().as_str() {
            "错误码" | "error" if !value.is_empty() => Some(Self::Code(value)),
            "行数" | "rows" => rows().map(Self::Rows),
            "封顶" | "capped" => rows().map(Self::Capped),
            "重复页" | "repeated" => rows().map(Self::Repeated),
            "短页" | "short" => rows().map(Self::Short),
            "慢" | "slow" => {
                let delay: u64 = value.parse().ok()?;
                Some(Self::Slow(Duration::from_millis(delay.min(MAX_DELAY_MS))))
            }
            "网页" | "html" => {
                value.parse().ok().filter(|status| (200..=599).contains(status)).map(Self::Html)
            }
            _ => None,
        }
    }

    /// The scenario of a vendor whose answers carry a number: one row under the code of success.
    ///
    /// # Errors
    /// The code of a refusal; `malformed` for a text that is no number.
    pub(super) fn unless_refused(self, success: i64, malformed: i64) -> Result<Self, i64> {
        match self {
            Self::Code(code) => match code.parse() {
                Ok(code) if code == success => Ok(Self::Rows(1)),
                Ok(code) => Err(code),
                Err(_) => Err(malformed),
            },
            scenario => Ok(scenario),
        }
    }

    /// The delay of the answer on top of the sandbox's own latency.
    pub(super) fn delay(&self) -> Duration {
        if let Self::Slow(delay) = self { *delay } else { Duration::ZERO }
    }

    /// The number of rows that the vendor reports; `salt` differs by vendor. About one ordinary name in five has none, the
    /// others have 1 to 70.
    pub(super) fn total(&self, keyword: &str, salt: u64, edition: u64) -> u64 {
        let drawn = hash(keyword, salt);
        match self {
            Self::Rows(rows) | Self::Capped(rows) | Self::Repeated(rows) | Self::Short(rows) => *rows,
            Self::Changing => CHANGING_ROWS + (edition + 1) % 2,
            Self::Ordinary if drawn.is_multiple_of(5) => 0,
            Self::Ordinary | Self::Slow(_) => 1 + (drawn >> 8) % 70,
            Self::FreeNoData | Self::Code(_) | Self::Html(_) => 0,
        }
    }

    /// The positions of the rows on a page of `size` rows, numbered from 1; `cap` is the last row of a capped listing.
    /// `None` = no data (left); an empty range = a page without rows.
    pub(super) fn rows_on_page(&self, total: u64, page: u64, size: u64, cap: u64) -> Option<Range<u64>> {
        let step = if matches!(self, Self::Short(_)) { (size - 1).max(1) } else { size };
        let start = if matches!(self, Self::Repeated(_)) { 0 } else { (page - 1).saturating_mul(step) };
        let last = if matches!(self, Self::Capped(_)) { total.min(cap) } else { total };
        (start < total).then(|| start..start.saturating_add(step).min(last).max(start))
    }

    /// The row at a position of the listing. Each edition of a changing listing drops the oldest row and adds a new one.
    pub(super) fn row_at(&self, position: u64, edition: u64) -> u64 {
        match self {
            Self::Changing if position < CHANGING_ROWS => edition + position,
            Self::Changing => INTERMITTENT_ROW,
            _ => position,
        }
    }

    /// The content of a row: a changing listing changes each row in the fourth edition that lists it.
    pub(super) fn content_of_row(&self, row: u64, edition: u64) -> RowContent {
        match self {
            Self::Changing if row < edition + CHANGING_ROWS / 2 => RowContent::Later,
            Self::Changing => RowContent::First,
            _ => RowContent::Drawn,
        }
    }
}

/// The content of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowContent {
    /// Drawn from its seed.
    Drawn,
    /// Of a row that changes: before the change.
    First,
    /// Of a row that changes: after the change.
    Later,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magic_words_are_read_in_both_languages_and_with_both_colons() {
        assert_eq!(Scenario::read("错误码:A401AC"), Scenario::Code("A401AC"));
        assert_eq!(Scenario::read("Error：99999"), Scenario::Code("99999"));
        assert_eq!(Scenario::read("行数:30"), Scenario::Rows(30));
        assert_eq!(Scenario::read("rows:0"), Scenario::Rows(0));
        assert_eq!(Scenario::read("capped:45"), Scenario::Capped(45));
        assert_eq!(Scenario::read("重复页: 45"), Scenario::Repeated(45));
        assert_eq!(Scenario::read("short:45"), Scenario::Short(45));
        assert_eq!(Scenario::read("慢:250"), Scenario::Slow(Duration::from_millis(250)));
        assert_eq!(Scenario::read("html:502"), Scenario::Html(502));
        assert_eq!(Scenario::read("逐次变化企业(上海)有限公司"), Scenario::Changing);
    }

    #[test]
    fn a_magic_word_without_a_number_is_an_ordinary_name() {
        for keyword in ["rows:", "rows:many", "slow:-1", "error:", "html:99", "行数", "一汽—大众: 汽车"]
        {
            assert_eq!(Scenario::read(keyword), Scenario::Ordinary, "{keyword}");
        }
    }

    #[test]
    fn about_one_ordinary_name_in_five_has_no_rows_and_none_has_more_than_seventy() {
        let totals: Vec<u64> = (0..5000)
            .map(|number| Scenario::Ordinary.total(&format!("上海第{number}贸易有限公司"), 1, 0))
            .collect();
        let empty = totals.iter().filter(|total| **total == 0).count();
        assert!((800..1200).contains(&empty), "{empty} of 5000 are empty");
        assert_eq!(totals.iter().max(), Some(&70));
    }

    #[test]
    fn pages_have_the_requested_size_and_end_with_the_total() {
        let rows = Scenario::Rows(45);
        assert_eq!(rows.rows_on_page(45, 1, 20, 20), Some(0..20));
        assert_eq!(rows.rows_on_page(45, 3, 20, 20), Some(40..45));
        assert_eq!(rows.rows_on_page(45, 4, 20, 20), None);
        assert_eq!(rows.rows_on_page(45, u64::MAX, 20, 20), None);
    }

    #[test]
    fn a_capped_listing_has_pages_without_rows_and_a_repeated_one_its_first_page() {
        let capped = Scenario::Capped(45);
        assert_eq!(capped.rows_on_page(45, 2, 15, 20), Some(15..20));
        assert_eq!(capped.rows_on_page(45, 3, 15, 20), Some(30..30));
        assert_eq!(capped.rows_on_page(45, 4, 15, 20), None);
        let repeated = Scenario::Repeated(45);
        assert_eq!(repeated.rows_on_page(45, 9, 20, 20), Some(0..20));
    }

    #[test]
    fn short_pages_lack_one_row_each_and_lose_none() {
        let short = Scenario::Short(25);
        assert_eq!(short.rows_on_page(25, 1, 10, 20), Some(0..9));
        assert_eq!(short.rows_on_page(25, 2, 10, 20), Some(9..18));
        assert_eq!(short.rows_on_page(25, 3, 10, 20), Some(18..25));
        assert_eq!(short.rows_on_page(25, 4, 10, 20), None);
    }

    #[test]
    fn each_edition_of_a_changing_listing_adds_removes_and_changes_rows() {
        let changing = Scenario::Changing;
        let rows = |edition| {
            let total = changing.total("", 1, edition);
            (0..total).map(|position| changing.row_at(position, edition)).collect::<Vec<u64>>()
        };
        assert_eq!(rows(0), [0, 1, 2, 3, 4, 5, INTERMITTENT_ROW]);
        assert_eq!(rows(1), [1, 2, 3, 4, 5, 6]);
        assert_eq!(rows(2), [2, 3, 4, 5, 6, 7, INTERMITTENT_ROW]);
        let changed = |row: &u64| changing.content_of_row(*row, 0) != changing.content_of_row(*row, 1);
        assert_eq!((0..7).filter(changed).collect::<Vec<u64>>(), [3]);
    }
}
