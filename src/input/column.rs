//! The choice of the columns that hold the keywords, and of the rows of headings above them.
//!
//! Decides by the first rows:
//! - Rows at the top are headings if they hold usual headings, titles or remarks, and no name or code.
//! - The column is the one in which most cells are names of companies, else codes with a right check digit. Headings
//!   decide between several, or when brief names look like nothing and codes are missing. A column of numbers is never
//!   taken for one of keywords while another can be, nor is one that repeats one name. Two equal candidates are an error
//!   that shows both, also if one is better but the other is headed as names and repeats a single one.

mod evidence;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::company_name::{looks_like_code, looks_like_keyword, looks_like_name};
use super::heading::{HeadingKind, heading_kind, is_generic_name, normalise};
use super::number_review::review_number;
use super::review::kind_of_words;
use super::row::{Cell, FileRow, number_of_letters};
use super::summary::{ChosenColumns, ColumnReason, NamedColumn};
use super::suspicion::SuspicionKind;
use crate::domain::identifier::{IdentifierKind, recognise};
use crate::domain::text::{Message, message};
use evidence::{Content, Evidence, Rank};

/// The number of rows among which the row of headings is looked for.
pub(super) const HEADING_SEARCH: usize = 10;
/// A longer cell is no heading.
const HEADING_LENGTH: usize = 12;
/// The number of columns that an error lists.
const LISTED_COLUMNS: usize = 30;
/// The number of values of each column or sheet that an error shows.
pub(super) const LISTED_VALUES: usize = 3;

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
}

/// Chooses from the first rows of a table, which are not none. The user names columns by a heading, a number, an Excel
/// letter, or several of these separated by commas.
pub(super) fn choose(sample: &[FileRow], requested: Option<&str>) -> Result<Chosen, Message> {
    let mut table = Table::new(sample);
    let (indexes, reason) = match requested {
        Some(requested) => (table.requested(requested.trim())?, ColumnReason::Requested),
        None => table.best().map(|(index, reason)| (vec![index], reason))?,
    };
    if table.heading.is_none() && table.is_headed_by_contrast(indexes[0]) {
        (table.heading, table.first_row) = (Some(table.first_row), table.first_row + 1);
    }
    let name = |index| table.heading_of(index).map(Cow::into_owned);
    let columns = indexes.iter().map(|&index| NamedColumn { name: name(index), number: index + 1 }).collect();
    Ok(Chosen {
        columns: ChosenColumns { columns, reason },
        first_row: table.first_row,
        expected_fields: match table.heading {
            Some(row) => sample[row].fields,
            None => most_common(sample.iter().map(|row| row.fields)),
        },
        indexes,
    })
}

/// Whether a sheet that begins with these rows is a list: one of its columns holds keywords, with a heading or in several
/// rows. A note or a cover page is none.
pub(super) fn is_list(sample: &[FileRow]) -> bool {
    let table = Table::new(sample);
    let is_evident = |column| table.heading.is_some() || table.content(column).filled > 1;
    table.ranks().iter().enumerate().any(|(column, rank)| rank.is_some() && is_evident(column))
}

struct Table<'sample> {
    sample: &'sample [FileRow],
    columns: usize,
    /// The last row of headings, as a position in the sample.
    heading: Option<usize>,
    first_row: usize,
}

impl<'sample> Table<'sample> {
    fn new(sample: &'sample [FileRow]) -> Self {
        let columns = sample.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let mut table = Self { sample, columns, heading: None, first_row: 0 };
        (table.heading, table.first_row) = table.rows_above_data();
        table
    }

    /// The last row of headings, and where the data begin.
    fn rows_above_data(&self) -> (Option<usize>, usize) {
        let mut heading = None;
        let mut first = 0;
        let mut is_titled = false;
        for (index, row) in self.sample.iter().enumerate().take(HEADING_SEARCH) {
            let has_keyword = row.texts().any(|(_, text)| looks_like_keyword(&text));
            if self.is_heading_row(index, heading) {
                heading = Some(index);
                first = index + 1;
            } else if is_remark(row) {
                first = if is_titled { first } else { index + 1 };
            } else if heading.is_some()
                || (has_keyword && is_titled)
                || self.columns == 1
                || (row.filled() != 1 && !self.is_row_of_groups(index))
            {
                // A row of one filled cell is a title only if headings follow; one may name the owner of the list.
                break;
            } else {
                is_titled |= has_keyword;
            }
        }
        (heading, first)
    }

    /// Whether a row has headings, also if `above` is a row of headings.
    fn is_heading_row(&self, index: usize, above: Option<usize>) -> bool {
        let row = &self.sample[index];
        let next = |column| self.sample.get(index + 1).and_then(|next| next.text(column));
        let heading = |column| above.and_then(|above| self.sample[above].text(column));
        // A word that the next row repeats is a value, like the kind of a company, and so is one below `类型`.
        let is_value = |column, text: &str| {
            self.columns > 1
                && (next(column).is_some_and(|next| next == text)
                    || heading(column).and_then(|heading| heading_kind(&heading)) == Some(HeadingKind::Other))
        };
        let mut headings = 0;
        let mut has_name = false;
        let mut is_above_number = false;
        let mut is_telling = false;
        for (column, text) in row.texts() {
            match heading_kind(&text) {
                Some(_) if is_value(column, &text) => {}
                Some(kind) => {
                    headings += 1;
                    let is_above = |test: fn(&str) -> bool| next(column).is_some_and(|next| test(&next));
                    is_telling |= kind != HeadingKind::Other || is_above(looks_like_keyword);
                    is_above_number |= kind == HeadingKind::Other && is_above(is_number);
                }
                None if looks_like_code(&text) || matches!(row.cells[column], Cell::Number(..)) => {
                    return false;
                }
                None => has_name |= looks_like_name(&text),
            }
        }
        // A word above a number, such as `序号`, is no value, and the cells beside it or beside three other headings are
        // headings, even if they look like names.
        let is_mostly_headings = headings * 2 > row.filled();
        is_above_number
            || (is_mostly_headings && headings > 2)
            || (!has_name && (is_telling || is_mostly_headings))
    }

    /// Whether a row has headings of several columns each, which spreadsheets merge, or labels and dates: below it,
    /// perhaps after titles and other such rows, are headings of at least as many columns, among them one of names or codes.
    fn is_row_of_groups(&self, index: usize) -> bool {
        let row = &self.sample[index];
        let is_telling = |(_, text): (usize, Cow<'_, str>)| {
            matches!(heading_kind(&text), Some(HeadingKind::Name | HeadingKind::Code))
        };
        let is_label =
            |text: &str| matches!(kind_of_words(text), Some(SuspicionKind::Label | SuspicionKind::Remark));
        let has_label = row.texts().any(|(_, text)| is_label(&text));
        let has_number = row.texts().any(|(_, text)| is_number(&text));
        let is_name = |(_, text): &(usize, Cow<'_, str>)| looks_like_keyword(text) && !is_label(text);
        // The owner of the list may be named.
        let names = row.texts().filter(is_name).count();
        (if has_label { names < 2 } else { names == 0 && !has_number })
            // Titles may follow.
            && (index + 1..self.sample.len()).find(|&next| self.sample[next].filled() > 1).is_some_and(|index| {
                let next = &self.sample[index];
                self.is_row_of_groups(index)
                    || (next.filled() >= row.filled() + usize::from(!has_label)
                        && next.texts().any(is_telling)
                        && self.is_heading_row(index, None))
            })
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
        if self.first_row == self.sample.len() {
            // Only headings: there will be no keyword, whatever is chosen.
            let headed = (0..self.columns).find(|&column| self.kind(column) == Some(HeadingKind::Name));
            return Ok((headed.unwrap_or(0), ColumnReason::Heading));
        }
        let ranks = self.ranks();
        let Some(best) = ranks.iter().flatten().max() else { return self.only_column() };
        let candidates: Vec<usize> =
            (0..self.columns).filter(|&column| ranks[column].as_ref() == Some(best)).collect();
        let Rank { evidence, is_varied, .. } = *best;
        // Names under an unknown heading may be those of banks, if another column is headed as names.
        let is_doubtful =
            evidence == Evidence::Names && candidates.iter().all(|&column| self.kind(column).is_none());
        let is_rival = |&column: &usize| match self.kind(column) {
            // One name in all rows may be the company that was meant, if it is headed so.
            Some(HeadingKind::Name) if !candidates.contains(&column) => {
                let is_only_name = |rank: &Rank| rank.evidence == Evidence::Names && !rank.is_varied;
                ranks[column].as_ref().is_some_and(is_only_name)
                    || (is_doubtful && (ranks[column].is_some() || self.content(column).filled == 0))
            }
            Some(HeadingKind::Other) => {
                evidence == Evidence::Names && !is_varied && self.content(column).is_list_of_names()
            }
            None => evidence == Evidence::NamesOfOthers && self.content(column).is_text(),
            Some(HeadingKind::Name | HeadingKind::Code) => false,
        };
        match (0..self.columns).find(is_rival) {
            Some(rival) => Err(self.undecided([rival].into_iter().chain(candidates))),
            None => self.decide(&candidates, evidence.reason()),
        }
    }

    /// The rank of each column; `None` without evidence that it holds the keywords.
    fn ranks(&self) -> Vec<Option<Rank>> {
        let contents: Vec<Content> = (0..self.columns).map(|column| self.content(column)).collect();
        let fullest = contents.iter().map(|content| content.filled).max().unwrap_or(0);
        let rank = |(column, content): (usize, Content)| {
            let evidence = self.evidence(column, content, fullest)?;
            let is_full = content.filled * 2 > fullest;
            // A column that is mostly blank needs a heading.
            let is_headed = matches!(self.kind(column), Some(HeadingKind::Name | HeadingKind::Code));
            // One name in all rows may be that of a parent, a bank or the owner of the list.
            let is_of_others = evidence == Evidence::NamesOfOthers
                || (evidence == Evidence::Names && content.filled > 1 && !content.is_varied);
            let is_varied = content.is_varied;
            (is_full || is_headed).then_some(Rank { is_full: is_full && !is_of_others, evidence, is_varied })
        };
        contents.into_iter().enumerate().map(rank).collect()
    }

    /// The evidence that the column holds the keywords, apart from its blank cells.
    fn evidence(&self, column: usize, content: Content, fullest: usize) -> Option<Evidence> {
        let is_mostly = |count: usize| count * 2 > content.filled;
        match self.kind(column) {
            _ if content.filled == 0 => None,
            Some(HeadingKind::Other) if is_mostly(content.names) => {
                (!self.names_are_headed()).then_some(Evidence::NamesOfOthers)
            }
            _ if is_mostly(content.names) => Some(Evidence::Names),
            Some(HeadingKind::Name) if !is_mostly(content.numbers + content.codes) => {
                Some(Evidence::NameHeading)
            }
            _ if is_mostly(content.credit_codes) && content.filled == fullest => {
                Some(Evidence::CompleteCreditCodes)
            }
            _ if is_mostly(content.codes) => Some(Evidence::Codes),
            Some(HeadingKind::Code) => Some(Evidence::CodeHeading),
            _ => None,
        }
    }

    /// The only column in which something is filled in, unless it is headed as something else.
    fn only_column(&self) -> Result<(usize, ColumnReason), Message> {
        let data = &self.sample[self.first_row..];
        let usual = most_common(self.sample.iter().map(|row| row.fields));
        let columns = 0..if usual == 1 { 1 } else { self.columns };
        let mut filled = columns.filter(|&column| data.iter().any(|row| row.cell(column).is_some()));
        let is_other = |column| match self.kind(column) {
            Some(HeadingKind::Name) => false,
            Some(HeadingKind::Other) => self.columns > 1,
            _ => self.names_are_headed(),
        };
        match (filled.next(), filled.next()) {
            (Some(column), None) if !is_other(column) => Ok((column, ColumnReason::OnlyColumn)),
            _ => Err(self.undecided(0..self.columns)),
        }
    }

    fn names_are_headed(&self) -> bool {
        (0..self.columns).any(|column| self.kind(column) == Some(HeadingKind::Name))
    }

    /// The only candidate, or the one that a heading distinguishes from the others.
    fn decide(&self, candidates: &[usize], reason: ColumnReason) -> Result<(usize, ColumnReason), Message> {
        if let [column] = *candidates {
            return Ok((column, reason));
        }
        let preference = |column: usize| match self.kind(column) {
            Some(HeadingKind::Name | HeadingKind::Code) => 1 + u8::from(self.is_headed_generically(column)),
            _ => 0,
        };
        let best = candidates.iter().map(|&column| preference(column)).max();
        let mut preferred = candidates.iter().filter(|&&column| Some(preference(column)) == best);
        match (preferred.next(), preferred.next()) {
            (Some(&column), None) => Ok((column, ColumnReason::Heading)),
            _ => Err(self.undecided(candidates.iter().copied())),
        }
    }

    fn heading_of(&self, column: usize) -> Option<Cow<'sample, str>> {
        self.sample[self.heading?].text(column)
    }

    fn kind(&self, column: usize) -> Option<HeadingKind> {
        heading_kind(&self.heading_of(column)?)
    }

    fn is_headed_generically(&self, column: usize) -> bool {
        self.heading_of(column).is_some_and(|heading| is_generic_name(&heading))
    }

    fn content(&self, column: usize) -> Content {
        let mut content = Content::default();
        // A row of totals or remarks is recognised by its first cell.
        let is_other =
            |text: &str| matches!(kind_of_words(text), Some(SuspicionKind::Total | SuspicionKind::Remark));
        let is_data = |row: &&FileRow| {
            row.texts().next().is_none_or(|(_, first)| !is_other(&first))
                || row.texts().skip(1).any(|(_, text)| looks_like_keyword(&text))
        };
        let texts = self.sample[self.first_row..].iter().filter(is_data).filter_map(|row| row.text(column));
        let mut first = None;
        for text in texts.filter(|text| kind_of_words(text) != Some(SuspicionKind::Placeholder)) {
            content.filled += 1;
            content.is_varied |= *first.get_or_insert_with(|| text.clone()) != text;
            if looks_like_code(&text) {
                content.codes += 1;
                content.credit_codes += usize::from(recognise(&text).kind == IdentifierKind::Uscc);
            } else if looks_like_name(&text) || text.contains("有限公司") {
                content.names += 1;
            } else if is_number(&text) {
                content.numbers += 1;
            }
        }
        content
    }

    /// Whether the first cell is an unusual heading: brief, and unlike the names and codes of all cells below it.
    /// It must be a word for persons and firms, or beside a column whose cells change from a word or a month to other
    /// numbers. In a row of labels, a column that changes from a word to names or codes counts too. Fewer than three
    /// cells below prove nothing.
    fn is_headed_by_contrast(&self, column: usize) -> bool {
        const WORDS: [&str; 10] = ["方", "名", "称", "户", "人", "者", "商", "机构", "企业", "公司"];
        let Some((top, data)) = self.sample[self.first_row..].split_first() else { return false };
        let Some(first) = top.text(column) else { return false };
        let below = |column: usize| {
            let texts = data.iter().filter_map(move |row| row.text(column));
            texts.filter(|text| kind_of_words(text).is_none())
        };
        let is_beside = |is_change: fn(&str, &str) -> bool| {
            (0..self.columns).filter(|&other| other != column).any(|other| {
                top.text(other).is_some_and(|top| below(other).all(|text| is_change(&top, &text)))
                    && below(other).next().is_some()
            })
        };
        let is_label = |text: &str| !is_number(text) && !looks_like_keyword(text);
        let is_row_of_headings =
            top.texts().all(|(_, text)| is_label(&text)) && is_beside(|_, below| looks_like_keyword(below));
        let is_change_to_numbers = |top: &str, below: &str| {
            let kind = number_kind(top);
            matches!(kind, None | Some(SuspicionKind::Date))
                && (looks_like_code(below) || (is_number(below) && number_kind(below) != kind))
        };
        first.chars().count() <= HEADING_LENGTH
            && !looks_like_keyword(&first)
            && below(column).count() >= 3
            && below(column).all(|text| looks_like_keyword(&text))
            && (is_row_of_headings
                || WORDS.iter().any(|word| first.ends_with(word))
                || is_beside(is_change_to_numbers))
    }

    /// Columns as an error shows them: the option to write, the heading and three values of each.
    fn listed(&self, columns: impl IntoIterator<Item = usize>) -> String {
        let listed = columns.into_iter().take(LISTED_COLUMNS).map(|column| {
            let values: Vec<String> = self.sample[self.first_row..]
                .iter()
                .filter_map(|row| row.text(column))
                .take(LISTED_VALUES)
                .map(|value| format!("'{}'", cut(&value)))
                .collect();
            let heading = self.heading_of(column);
            let heading = heading.map(|heading| format!("{}: ", cut(&heading))).unwrap_or_default();
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

/// The beginning of a value or a heading, for an error.
pub(super) fn cut(text: &str) -> String {
    let end = text.char_indices().nth(20).map(|(end, _)| end);
    end.map_or_else(|| text.to_owned(), |end| format!("{}…", &text[..end]))
}

fn is_remark(row: &FileRow) -> bool {
    row.texts()
        .all(|(_, text)| matches!(kind_of_words(&text), Some(SuspicionKind::Heading | SuspicionKind::Remark)))
}

fn is_number(text: &str) -> bool {
    number_kind(text).is_some()
}

/// The kind of a number, also of one with letters.
fn number_kind(text: &str) -> Option<SuspicionKind> {
    let is_of_identifier = |character: char| character.is_ascii_alphanumeric() || "-_/.".contains(character);
    let is_identifier =
        text.chars().all(is_of_identifier) && text.contains(|character: char| character.is_ascii_digit());
    review_number(text).map(|found| found.kind).or(is_identifier.then_some(SuspicionKind::Number))
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
