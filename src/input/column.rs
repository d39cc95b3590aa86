//! The choice of the columns that hold the keywords, and of the rows above them.
//!
//! Each cell of the first rows is classified once ([`CellKind`]). The rest is counted from these kinds:
//! - The row of headings has more usual headings than names, or unusual ones that differ in kind from all cells below.
//! - Rows above it are titles, labels and groups. They have fewer cells, and only one of them may be a name or a code: the
//!   owner of the list.
//! - The column is the one in which most cells are names of companies, else codes with a right check digit. Headings
//!   decide between several, or when brief names look like nothing and codes are missing. A column of numbers is never
//!   taken for one of keywords while another can be, nor is one that repeats one name. Two equal candidates are an error
//!   that shows both, also if one is better but the other is headed as names and repeats a single one.

mod evidence;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use super::cell_kind::CellKind;
use super::heading::{HeadingKind, is_generic_name, normalise};
use super::row::{Cell, FileRow, number_of_letters};
use super::summary::{ChosenColumns, ColumnReason, NamedColumn};
use super::suspicion::SuspicionKind;
use crate::domain::text::{Message, message, shortened};
use evidence::{Cells, Content, Evidence, Rank, ranks};

/// The number of rows among which the row of headings is looked for.
pub(super) const HEADING_SEARCH: usize = 10;
/// A longer cell is no unusual heading.
const HEADING_LENGTH: usize = 12;
/// The number of cells below an unusual heading that prove it.
const PROOF: usize = 3;
/// The number of columns that an error lists.
const LISTED_COLUMNS: usize = 30;
/// The number of values of each column or sheet that an error shows.
pub(super) const LISTED_VALUES: usize = 3;
/// The number of characters of a value or a heading that an error shows.
const SHOWN_CHARACTERS: usize = 20;

/// The decision about a table.
#[derive(Debug)]
pub(super) struct Chosen {
    /// The columns, from 0, of which the first that is not blank is asked.
    pub indexes: Vec<usize>,
    pub columns: ChosenColumns,
    /// The position in the sample at which the data begin.
    pub first_row: usize,
    /// The maximum number of fields of a row: that of the headings, or without them that of most rows.
    pub expected_fields: usize,
    /// Whether all names of the column have other cells beside them, so that a text alone in its row heads a group.
    pub has_groups: bool,
}

impl Chosen {
    /// The first column that holds a keyword in a row: it is not blank and no placeholder.
    pub(super) fn column_of(&self, row: &FileRow) -> usize {
        if let [only] = self.indexes[..] {
            return only;
        }
        let is_filled = |column: &&usize| row.cell(**column).is_some();
        let has_keyword =
            |column: &&usize| row.text(**column).is_some_and(|text| !CellKind::of(&text).is_blank());
        let columns = || self.indexes.iter();
        let first = columns().find(has_keyword).or_else(|| columns().find(is_filled));
        *first.unwrap_or(&self.indexes[0])
    }
}

/// Chooses from the first rows of a table, which are not none. The user names columns by a heading, a number, an Excel
/// letter, or several of these separated by commas.
pub(super) fn choose(sample: &[FileRow], requested: Option<&str>) -> Result<Chosen, Message> {
    let mut table = Table::new(sample);
    let (indexes, reason) = match requested {
        Some(requested) => (table.requested(requested.trim())?, ColumnReason::Requested),
        None => table.best().map(|(index, reason)| (vec![index], reason))?,
    };
    let name = |index| table.heading_of(index).map(Cow::into_owned);
    let columns = indexes.iter().map(|&index| NamedColumn { name: name(index), number: index + 1 }).collect();
    Ok(Chosen {
        columns: ChosenColumns { columns, reason },
        first_row: table.first_row,
        expected_fields: match table.heading {
            Some(row) => sample[row].fields,
            None => most_common(sample.iter().map(|row| row.fields)),
        },
        has_groups: table.has_groups(indexes[0]),
        indexes,
    })
}

/// Whether a sheet that begins with these rows is a list: one of its columns holds keywords, with a heading or in several
/// rows. A note or a cover page is none.
pub(super) fn is_list(sample: &[FileRow]) -> bool {
    let table = Table::new(sample);
    let contents = table.contents();
    let is_evident = |(rank, content): (Option<Rank>, &Content)| {
        rank.is_some_and(|rank| rank.evidence != Evidence::OnlyColumn)
            && (table.heading.is_some() || content.filled > 1)
    };
    ranks(&contents).into_iter().zip(&contents).any(is_evident)
}

struct Table<'sample> {
    sample: &'sample [FileRow],
    /// The kinds of the cells of each row.
    kinds: Vec<Vec<CellKind>>,
    columns: usize,
    /// The last row of headings, as a position in the sample.
    heading: Option<usize>,
    first_row: usize,
}

impl<'sample> Table<'sample> {
    fn new(sample: &'sample [FileRow]) -> Self {
        let columns = sample.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let kind =
            |row: &FileRow, column| row.text(column).map_or(CellKind::Blank, |text| CellKind::of(&text));
        let kinds = sample.iter().map(|row| (0..columns).map(|column| kind(row, column)).collect()).collect();
        let mut table = Self { sample, kinds, columns, heading: None, first_row: 0 };
        (table.heading, table.first_row) = table.rows_above_data();
        table
    }

    /// The last row of headings, and where the data begin.
    fn rows_above_data(&self) -> (Option<usize>, usize) {
        let (mut heading, mut first) = (None, 0);
        for row in 0..self.sample.len().min(HEADING_SEARCH) {
            let is_heading_row = (heading.is_some() || self.are_titles(first..row, row))
                && (self.is_heading_row(row, heading) || self.is_row_of_unusual_headings(row));
            if is_heading_row {
                (heading, first) = (Some(row), row + 1);
            } else if first == row && self.is_row_of_captions(row) {
                first += 1;
            } else if heading.is_some() {
                break;
            }
        }
        (heading, first)
    }

    /// Whether a row has titles and remarks only.
    fn is_row_of_captions(&self, row: usize) -> bool {
        let mut texts = self.sample[row].texts().map(|(column, _)| self.kinds[row][column]);
        texts.all(CellKind::is_caption)
    }

    /// Whether the rows above a row of headings are titles, labels or groups of columns, which spreadsheets merge.
    fn are_titles(&self, rows: Range<usize>, headings: usize) -> bool {
        let count = |row: usize, is: fn(CellKind) -> bool| {
            self.kinds[row].iter().filter(|kind| !kind.is_blank() && is(**kind)).count()
        };
        let filled = |row| count(row, |_| true);
        let is_title = |row| {
            let plain = count(row, |kind| !kind.is_caption() && kind != CellKind::LabelledName);
            let is_labelled = plain < filled(row);
            filled(row) == 1
                || (plain < filled(headings) && (is_labelled || count(row, CellKind::is_data) == 0))
        };
        let names = |row| count(row, |kind| kind.is_keyword() && kind != CellKind::LabelledName);
        rows.is_empty()
            || (self.columns > 1
                && rows.clone().map(names).sum::<usize>() <= 1
                && rows.into_iter().all(is_title))
    }

    /// Whether a row has usual headings, also if `above` is a row of headings.
    fn is_heading_row(&self, row: usize, above: Option<usize>) -> bool {
        let (mut filled, mut headings, mut names) = (0, 0, 0);
        let (mut is_telling, mut is_above_number) = (false, false);
        for (column, kind) in self.kinds[row].iter().enumerate().filter(|(_, kind)| !kind.is_blank()) {
            filled += 1;
            let below = self.kinds.get(row + 1).map_or(CellKind::Blank, |next| next[column]);
            // A word that the next row repeats is a value, like the kind of a company, and so is one below `类型`.
            let is_value = self.columns > 1
                && (self.sample.get(row + 1).and_then(|next| next.text(column))
                    == self.sample[row].text(column)
                    || above.is_some_and(|above| {
                        self.kinds[above][column] == CellKind::Heading(HeadingKind::Other)
                    }));
            match kind {
                CellKind::Heading(_) if is_value => {}
                CellKind::Heading(kind) => {
                    headings += 1;
                    is_telling |= *kind != HeadingKind::Other || below.is_keyword();
                    is_above_number |= *kind == HeadingKind::Other && below.is_number();
                }
                CellKind::Code | CellKind::CreditCode => return false,
                CellKind::Number(_) if matches!(self.sample[row].cells[column], Cell::Number(..)) => {
                    return false;
                }
                kind => names += usize::from(kind.is_name()),
            }
        }
        // A word above a number, such as `序号`, is no value, and a cell beside it or beside three other headings is a
        // heading, even if it looks like a name.
        is_above_number || (headings > 2 * names && (is_telling || headings * 2 > filled))
    }

    /// Whether a row has unusual headings: brief texts, where all cells below are names and codes, or numbers. There are
    /// two, or one is a word for persons and firms above names. A row of data has none.
    fn is_row_of_unusual_headings(&self, row: usize) -> bool {
        const WORDS: [&str; 10] = ["方", "名", "称", "户", "人", "者", "商", "机构", "企业", "公司"];
        let (mut above_keywords, mut above_numbers) = (0, 0);
        let mut is_word = false;
        for (column, text) in self.sample[row].texts() {
            let kind = self.kinds[row][column];
            let below = || {
                let kinds = self.kinds[row + 1..].iter().map(|kinds| kinds[column]);
                kinds.filter(|kind| !matches!(kind, CellKind::Blank | CellKind::Total | CellKind::Remark))
            };
            let is_brief = text.chars().count() <= HEADING_LENGTH && below().nth(PROOF - 1).is_some();
            let may_be_period = !kind.is_data() || kind == CellKind::Number(SuspicionKind::Date);
            if is_brief && !kind.is_keyword() && below().all(CellKind::is_keyword) {
                above_keywords += 1;
                is_word |= WORDS.iter().any(|word| text.ends_with(word));
            } else if is_brief && may_be_period && below().all(|below| below.is_number() && below != kind) {
                above_numbers += 1;
            } else if kind.is_data() {
                return false;
            }
        }
        is_word || (above_keywords > 0 && above_keywords + above_numbers > 1)
    }

    /// The columns that the user named.
    fn requested(&mut self, wanted: &str) -> Result<Vec<usize>, Message> {
        // A heading may hold a comma.
        let is_heading = self.headed(wanted)?.is_some();
        let mut found = Vec::new();
        for part in wanted.split(|character| !is_heading && matches!(character, ',' | '，')).map(str::trim) {
            let column = if let Some((column, row)) = self.headed(part)? {
                // A named heading shows in which row the headings are.
                self.heading = self.heading.max(Some(row));
                self.first_row = self.first_row.max(row + 1);
                column
            } else {
                let number = number_of_letters(part)
                    .or_else(|| part.parse().ok())
                    .filter(|number| (1..=self.columns).contains(number));
                let missing = || {
                    message!(
                        "no column {part:?}; choose one: {columns}",
                        "没有列 {part:?}；请选择：{columns}",
                        columns = self.listed(0..self.columns)
                    )
                };
                number.ok_or_else(missing)? - 1
            };
            if !found.contains(&column) {
                found.push(column);
            }
        }
        Ok(found)
    }

    /// The column with this heading, and the row of it.
    fn headed(&self, name: &str) -> Result<Option<(usize, usize)>, Message> {
        let wanted = normalise(name);
        if wanted.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(None);
        }
        for (row, cells) in self.sample.iter().enumerate().take(HEADING_SEARCH) {
            let same = cells.texts().filter(|(_, text)| normalise(text) == wanted);
            let same: Vec<usize> = same.map(|(column, _)| column).collect();
            match same[..] {
                [] => {}
                [column] => return Ok(Some((column, row))),
                _ => {
                    return Err(message!(
                        "several columns are headed {name:?}; choose one: {columns}",
                        "有多列的表头是 {name:?}；请选择：{columns}",
                        columns = self.listed(same)
                    ));
                }
            }
        }
        Ok(None)
    }

    fn best(&self) -> Result<(usize, ColumnReason), Message> {
        let contents = self.contents();
        if self.first_row == self.sample.len() {
            // Only headings: there will be no keyword, whatever is chosen.
            let headed = contents.iter().position(|content| content.heading == Some(HeadingKind::Name));
            return Ok((headed.unwrap_or(0), ColumnReason::Heading));
        }
        let ranks = ranks(&contents);
        let Some(best) = ranks.iter().flatten().max() else { return Err(self.undecided(0..self.columns)) };
        let candidates: Vec<usize> =
            (0..self.columns).filter(|&column| ranks[column].as_ref() == Some(best)).collect();
        let has_usual_heading = candidates.iter().any(|&column| contents[column].heading.is_some());
        let is_one_name = best.evidence == Evidence::Names && !best.is_varied;
        let is_rival = |&column: &usize| {
            let Content { heading, cells, is_generic, is_varied, .. } = contents[column];
            // One name in all rows may be the company that was meant, if it is headed as a name and the best is not
            // headed as generally as `企业名称`.
            let may_be_meant = !is_varied && (is_generic || !best.is_generic);
            match (heading, cells) {
                (Some(HeadingKind::Name), Cells::Names)
                    if may_be_meant || best.evidence == Evidence::NameHeading =>
                {
                    !candidates.contains(&column)
                }
                // Names under an unknown heading may be those of banks, if another column is headed as names.
                (Some(HeadingKind::Name), _) => {
                    best.evidence == Evidence::Names
                        && !has_usual_heading
                        && (ranks[column].is_some() || cells == Cells::Blank)
                }
                (Some(HeadingKind::Other), Cells::Names) => is_one_name && is_varied,
                (None, Cells::Texts) => {
                    best.evidence == Evidence::NamesOfOthers || (is_one_name && is_varied)
                }
                _ => false,
            }
        };
        let Rank { is_headed, is_generic, .. } = *best;
        let is_tied = |rank: &&Rank| Rank { is_headed, is_generic, ..**rank } == *best;
        let is_by_heading = ranks.iter().flatten().filter(is_tied).nth(1).is_some();
        let reason = match best.evidence {
            Evidence::OnlyColumn => ColumnReason::OnlyColumn,
            Evidence::CodeHeading | Evidence::NameHeading => ColumnReason::Heading,
            _ if is_by_heading => ColumnReason::Heading,
            _ => ColumnReason::Content,
        };
        match ((0..self.columns).find(is_rival), &candidates[..]) {
            (None, [only]) => Ok((*only, reason)),
            (rival, _) => Err(self.undecided(rival.into_iter().chain(candidates))),
        }
    }

    /// Whether a text that is no name and alone in its row heads a group: no name of the column is alone in its row, or it is
    /// the only text among codes.
    fn has_groups(&self, column: usize) -> bool {
        let rows = |is: fn(CellKind) -> bool| {
            (self.first_row..self.sample.len()).filter(move |row| is(self.kinds[*row][column]))
        };
        let is_table = rows(CellKind::is_name).nth(PROOF - 1).is_some()
            && rows(CellKind::is_name).all(|row| self.sample[row].texts().nth(1).is_some());
        let others = rows(|kind| !kind.is_blank() && !kind.is_code()).count();
        is_table || (others == 1 && rows(CellKind::is_code).nth(PROOF - 1).is_some())
    }

    fn heading_of(&self, column: usize) -> Option<Cow<'sample, str>> {
        self.sample[self.heading?].text(column)
    }

    fn kind(&self, column: usize) -> Option<HeadingKind> {
        match self.kinds[self.heading?][column] {
            CellKind::Heading(kind) => Some(kind),
            _ => None,
        }
    }

    /// The contents of the columns. A row of totals or remarks is recognised by its first cell.
    fn contents(&self) -> Vec<Content> {
        let is_data = |row: &usize| {
            let kinds = &self.kinds[*row];
            let first = kinds.iter().find(|kind| !kind.is_blank());
            !matches!(first, Some(CellKind::Total | CellKind::Remark))
                || kinds.iter().any(|kind| kind.is_keyword())
        };
        let data: Vec<usize> = (self.first_row..self.sample.len()).filter(is_data).collect();
        let content = |column: usize| {
            let cells = data.iter().map(|&row| (self.kinds[row][column], self.sample[row].text(column)));
            let is_generic = self.heading_of(column).is_some_and(|heading| is_generic_name(&heading));
            Content::new(self.kind(column), is_generic, cells)
        };
        (0..self.columns).map(content).collect()
    }

    /// Columns as an error shows them: the option to write, the heading and three values of each.
    fn listed(&self, columns: impl IntoIterator<Item = usize>) -> String {
        let listed = columns.into_iter().take(LISTED_COLUMNS).map(|column| {
            let values: Vec<String> = self.sample[self.first_row..]
                .iter()
                .filter_map(|row| row.text(column))
                .take(LISTED_VALUES)
                .map(|value| shown_value(value))
                .collect();
            let heading = self.heading_of(column);
            let heading = heading
                .map(|heading| format!("{}: ", shortened(heading, SHOWN_CHARACTERS)))
                .unwrap_or_default();
            format!("--column {} ({heading}{})", column + 1, values.join(", "))
        });
        listed.collect::<Vec<_>>().join("; ")
    }

    fn undecided(&self, candidates: impl IntoIterator<Item = usize>) -> Message {
        message!(
            "cannot tell which column holds the keywords; choose one: {columns}",
            "无法判断哪一列是关键词；请选择：{columns}",
            columns = self.listed(candidates)
        )
    }
}

/// A value as an error shows it.
pub(super) fn shown_value(value: Cow<'_, str>) -> String {
    format!("'{}'", shortened(value, SHOWN_CHARACTERS))
}

/// The count that most rows have, the smallest of several.
pub(super) fn most_common(counts: impl Iterator<Item = usize>) -> usize {
    let mut seen = BTreeMap::new();
    for count in counts {
        *seen.entry(count).or_insert(0_usize) += 1;
    }
    seen.into_iter().max_by_key(|&(count, times)| (times, Reverse(count))).map_or(0, |(count, _)| count)
}

#[cfg(test)]
mod tests;
