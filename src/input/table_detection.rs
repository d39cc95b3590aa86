//! The separator of the fields of a table in a text file, and whether a text is a table.
//!
//! Decides by the first rows:
//! - A line `sep=;` at the top, as Excel takes it, settles it.
//! - Otherwise it is the separator by which the most rows have the same number of fields, two at least. Commas come
//!   before semicolons, tabs, bars and full-width commas.
//! - A text that need not be a table is one if a row at its top has several cells that are headings, or if tabs or bars,
//!   which no name contains, divide all of its lines alike. Read line by line it would be a list of nonsense, and every
//!   line of it would be paid for.

use super::column::{HEADING_SEARCH, most_common};
use super::company_name::looks_like_keyword;
use super::delimited::{SEPARATORS, first_rows, is_declaration};
use super::heading::{HeadingKind, heading_kind};

/// The number of rows that decide.
const ROWS: usize = 50;

/// The separator of a table that begins with `sample`.
pub(super) fn separator_of_table(sample: &str) -> char {
    let agreed = || {
        let separators = SEPARATORS.into_iter().map(|(separator, _)| separator);
        // Of several with the most rows, the first: the last of the reverse order.
        separators.rev().max_by_key(|separator| agreeing_rows(sample, *separator))
    };
    declared(sample).or_else(agreed).unwrap_or(',')
}

/// The separator of a text that begins with `sample`, if a row at its top or all rows show that it is a table.
pub(super) fn separator_of_evident_table(sample: &str) -> Option<char> {
    let separator = separator_of_table(sample);
    let rows = first_rows(sample, separator, ROWS).count();
    let is_divided = matches!(separator, '\t' | '|') && rows > 1 && agreeing_rows(sample, separator) == rows;
    let is_telling = |cell: &str| matches!(heading_kind(cell), Some(HeadingKind::Name | HeadingKind::Code));
    let mut top = first_rows(sample, separator, HEADING_SEARCH)
        .take_while(|row| !row.texts().any(|(_, cell)| looks_like_keyword(&cell)));
    let is_headed =
        top.any(|row| row.texts().nth(1).is_some() && row.texts().any(|(_, cell)| is_telling(&cell)));
    (is_divided || is_headed).then_some(separator)
}

fn declared(sample: &str) -> Option<char> {
    let first = sample.lines().next()?;
    let declares = |separator: &char| {
        first.trim_matches([' ', '"']).strip_suffix(*separator).is_some_and(is_declaration)
    };
    SEPARATORS.into_iter().map(|(separator, _)| separator).find(declares)
}

/// The number of rows with the most common number of fields; 0 if that is one.
fn agreeing_rows(sample: &str, separator: char) -> usize {
    let counts: Vec<usize> = first_rows(sample, separator, ROWS).map(|row| row.fields).collect();
    let usual = most_common(counts.iter().copied());
    if usual < 2 { 0 } else { counts.iter().filter(|count| **count == usual).count() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_what_most_rows_agree_on() {
        for (text, expected) in [
            ("序号,企业名称\n1,甲公司\n", ','),
            ("序号;企业名称;金额\n1;甲公司;1,5\n2;乙公司;2,5\n", ';'),
            ("序号\t企业名称\n1\t甲公司\n", '\t'),
            ("序号|企业名称\n1|甲公司", '|'),
            ("企业名称\n甲公司\n乙公司\n", ','),
            ("企业名称\nFoo Co., Ltd\nBar; Inc.\n丙公司\n", ','),
            ("名称,别名\n甲公司,a;b;c\n乙公司,d;e;f\n", ','),
            ("2024年名单\n\n序号;企业名称\n1;甲公司\n", ';'),
            ("名称,备注\n甲公司,\"a;b\nc;d\"\n", ','),
            ("代码\n914403001922038216\t\n", ','),
            ("sep=;\n企业名称\n甲公司\n", ';'),
            ("SEP=\t\n企业名称,x\n甲公司,y\n", '\t'),
            ("企业名称，代码\n甲公司，1\n乙公司，2\n", '，'),
            ("", ','),
        ] {
            assert_eq!(separator_of_table(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_text_is_a_table_if_its_first_row_has_headings_or_tabs_or_bars_divide_all_rows() {
        for (text, expected) in [
            ("序号,企业名称,统一社会信用代码\n1,甲公司,x\n", Some(',')),
            ("name\tcity\nFoo Co., Ltd\tShenzhen\n", Some('\t')),
            ("企业名称\n甲公司\n", None),
            ("甲公司,乙公司\n", None),
            ("Foo Co., Ltd\nBar Co., Ltd\n", None),
            ("Company, Foo Co., Ltd\n", None),
            ("1\t甲公司\n2\t乙公司\n", Some('\t')),
            ("甲公司|已查\n乙公司|未查\n", Some('|')),
            ("1\t甲公司\n乙公司\n", None),
            ("甲公司\t乙公司\n", None),
            ("甲公司,已查\n乙公司,未查\n", None),
            ("华为技术有限公司,企业\n丙公司,企业\n", None),
            ("", None),
        ] {
            assert_eq!(separator_of_evident_table(text), expected, "{text:?}");
        }
    }
}
