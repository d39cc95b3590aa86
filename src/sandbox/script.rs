//! What a keyword asks the sandbox to do: the magic keywords (`rows:30`, `错误码:40001`, …) and how they cut a listing into
//! pages. Knows no vendor; never looks at credentials.

use std::ops::Range;
use std::time::Duration;

use super::dice::fingerprint;

/// The keyword that is guaranteed to have nothing at any vendor; so has every keyword that contains it.
pub const KEYWORD_WITHOUT_RECORDS: &str = "查无此企业";
/// The keyword that is guaranteed to have exactly one row at every vendor; so has every keyword that contains it.
pub const KEYWORD_WITH_ONE_RECORD: &str = "仅有一条企业";

const MOST_ROWS: u64 = 1_000_000;
const LONGEST_DELAY: u64 = 600_000;

/// The reading of a keyword.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Script<'keyword> {
    /// An ordinary name: as many rows as its fingerprint says.
    Ordinary,
    /// `慢:MS` / `slow:MS`: an ordinary name with at least one row, answered late.
    Slow(Duration),
    /// Exactly so many rows: `行数:N` / `rows:N`.
    Rows(u64),
    /// `封顶:N` / `capped:N`: the total says N, and rows beyond the vendor's cap never come.
    Capped(u64),
    /// `重复页:N` / `repeated:N`: the total says N, and every page is page 1.
    Repeated(u64),
    /// `短页:N` / `short:N`: N rows, and every page is one row shorter than asked for.
    Short(u64),
    /// `错误码:CODE` / `error:CODE`: the vendor answers with this code.
    Code(&'keyword str),
    /// `网页:STATUS` / `html:STATUS`: a page of HTML with this HTTP status where the vendor's answer should be.
    Html(u16),
}

impl<'keyword> Script<'keyword> {
    /// Reads a keyword. A magic word with a number that cannot be read is an ordinary name.
    pub(super) fn read(keyword: &'keyword str) -> Self {
        if keyword.contains(KEYWORD_WITHOUT_RECORDS) {
            return Self::Rows(0);
        }
        if keyword.contains(KEYWORD_WITH_ONE_RECORD) {
            return Self::Rows(1);
        }
        Self::read_magic(keyword).unwrap_or(Self::Ordinary)
    }

    /// True where the keyword is a command to the sandbox and not somebody's name.
    pub(super) fn is_magic(keyword: &'keyword str) -> bool {
        Self::read_magic(keyword).is_some()
    }

    fn read_magic(keyword: &'keyword str) -> Option<Self> {
        let (word, value) = keyword.split_once([':', '：'])?;
        let value = value.trim();
        let rows = || value.parse().ok().map(|rows: u64| rows.min(MOST_ROWS));
        match word.trim().to_ascii_lowercase().as_str() {
            "错误码" | "error" if !value.is_empty() => Some(Self::Code(value)),
            "行数" | "rows" => rows().map(Self::Rows),
            "封顶" | "capped" => rows().map(Self::Capped),
            "重复页" | "repeated" => rows().map(Self::Repeated),
            "短页" | "short" => rows().map(Self::Short),
            "慢" | "slow" => {
                let delay: u64 = value.parse().ok()?;
                Some(Self::Slow(Duration::from_millis(delay.min(LONGEST_DELAY))))
            }
            "网页" | "html" => {
                value.parse().ok().filter(|status| (200..=599).contains(status)).map(Self::Html)
            }
            _ => None,
        }
    }

    /// How long the answer is held back on top of the sandbox's own latency.
    pub(super) fn delay(&self) -> Duration {
        match self {
            Self::Slow(delay) => *delay,
            _ => Duration::ZERO,
        }
    }

    /// How many rows the vendor says there are; `salt` tells the vendors apart. About one ordinary name in five has none,
    /// the others 1 to 70.
    pub(super) fn total(&self, keyword: &str, salt: u64) -> u64 {
        let drawn = fingerprint(keyword, salt);
        match self {
            Self::Rows(rows) | Self::Capped(rows) | Self::Repeated(rows) | Self::Short(rows) => *rows,
            Self::Ordinary if drawn.is_multiple_of(5) => 0,
            Self::Ordinary | Self::Slow(_) => 1 + (drawn >> 8) % 70,
            Self::Code(_) | Self::Html(_) => 0,
        }
    }

    /// Which rows stand on a page of `size` rows, numbered from 1, where `cap` is the last row that a capped listing gives.
    /// `None` = there is nothing (left); an empty range = a page that is there and has no rows.
    pub(super) fn rows_on_page(&self, total: u64, page: u64, size: u64, cap: u64) -> Option<Range<u64>> {
        if total == 0 {
            return None;
        }
        let step = match self {
            Self::Short(_) => (size - 1).max(1),
            _ => size,
        };
        let start = match self {
            Self::Repeated(_) => 0,
            _ => (page - 1).saturating_mul(step),
        };
        if start >= total {
            return None;
        }
        let last = match self {
            Self::Capped(_) => total.min(cap),
            _ => total,
        };
        Some(start..start.saturating_add(step).min(last).max(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magic_words_are_read_in_both_languages_and_with_both_colons() {
        assert_eq!(Script::read("错误码:A401AC"), Script::Code("A401AC"));
        assert_eq!(Script::read("Error：99999"), Script::Code("99999"));
        assert_eq!(Script::read("行数:30"), Script::Rows(30));
        assert_eq!(Script::read("rows:0"), Script::Rows(0));
        assert_eq!(Script::read("capped:45"), Script::Capped(45));
        assert_eq!(Script::read("重复页: 45"), Script::Repeated(45));
        assert_eq!(Script::read("short:45"), Script::Short(45));
        assert_eq!(Script::read("慢:250"), Script::Slow(Duration::from_millis(250)));
        assert_eq!(Script::read("html:502"), Script::Html(502));
    }

    #[test]
    fn a_magic_word_without_a_number_is_an_ordinary_name() {
        for keyword in ["rows:", "rows:many", "slow:-1", "error:", "html:99", "行数", "一汽—大众: 汽车"]
        {
            assert_eq!(Script::read(keyword), Script::Ordinary, "{keyword}");
        }
    }

    #[test]
    fn about_one_ordinary_name_in_five_has_nothing_and_none_has_more_than_seventy_rows() {
        let totals: Vec<u64> = (0..5000)
            .map(|number| Script::Ordinary.total(&format!("上海第{number}贸易有限公司"), 1))
            .collect();
        let empty = totals.iter().filter(|total| **total == 0).count();
        assert!((800..1200).contains(&empty), "{empty} of 5000 are empty");
        assert_eq!(totals.iter().max(), Some(&70));
    }

    #[test]
    fn pages_are_cut_at_the_size_and_end_with_the_total() {
        let script = Script::Rows(45);
        assert_eq!(script.rows_on_page(45, 1, 20, 20), Some(0..20));
        assert_eq!(script.rows_on_page(45, 3, 20, 20), Some(40..45));
        assert_eq!(script.rows_on_page(45, 4, 20, 20), None);
        assert_eq!(script.rows_on_page(45, u64::MAX, 20, 20), None);
    }

    #[test]
    fn a_capped_listing_gives_pages_without_rows_and_a_repeated_one_its_first_page() {
        let capped = Script::Capped(45);
        assert_eq!(capped.rows_on_page(45, 2, 15, 20), Some(15..20));
        assert_eq!(capped.rows_on_page(45, 3, 15, 20), Some(30..30));
        assert_eq!(capped.rows_on_page(45, 4, 15, 20), None);
        let repeated = Script::Repeated(45);
        assert_eq!(repeated.rows_on_page(45, 9, 20, 20), Some(0..20));
    }

    #[test]
    fn short_pages_lack_one_row_each_and_lose_none() {
        let short = Script::Short(25);
        assert_eq!(short.rows_on_page(25, 1, 10, 20), Some(0..9));
        assert_eq!(short.rows_on_page(25, 2, 10, 20), Some(9..18));
        assert_eq!(short.rows_on_page(25, 3, 10, 20), Some(18..25));
        assert_eq!(short.rows_on_page(25, 4, 10, 20), None);
    }
}
