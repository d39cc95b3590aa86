//! Small tables about the tool itself: providers, columns, codes, usage.

use super::sanitise::sanitise;
use super::table::card::labelled;
use super::table::cell::GAP;
use comfy_table::{CellAlignment, ContentArrangement, Table, TableStyle};
use unicode_width::UnicodeWidthStr;

/// The width without a terminal.
const UNBOUNDED: u16 = 160;

/// Draws a table of texts within `width` columns; the headings are the first row. If a word would have to be cut,
/// each row is a block of labelled lines instead.
pub fn draw(headings: &[&str], rows: impl IntoIterator<Item = Vec<String>>, width: Option<u16>) -> String {
    let rows: Vec<Vec<String>> =
        rows.into_iter().map(|row| row.iter().map(|cell| sanitise(cell).into_owned()).collect()).collect();
    let width = width.unwrap_or(UNBOUNDED);
    let lines = if narrowest(headings, &rows) > usize::from(width) {
        blocks(headings, &rows, usize::from(width))
    } else {
        grid(headings, &rows, width)
    };
    lines.iter().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

/// The width at which no word is cut. Chinese text may be broken anywhere.
fn narrowest(headings: &[&str], rows: &[Vec<String>]) -> usize {
    let longest_word = |cell: &str| {
        let words = cell.split(|character: char| character.is_whitespace() || !character.is_ascii());
        words.map(str::width).max().unwrap_or(0)
    };
    let of_column = |(place, heading): (usize, &&str)| {
        let cells = rows.iter().filter_map(|row| row.get(place)).map(|cell| longest_word(cell));
        cells.max().unwrap_or(0).max(heading.width()) + GAP
    };
    headings.iter().enumerate().map(of_column).sum()
}

fn grid(headings: &[&str], rows: &[Vec<String>], width: u16) -> Vec<String> {
    let mut table = Table::new();
    table.load_style(TableStyle::new()).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width);
    table.set_header(headings.iter().map(|heading| heading.to_uppercase()));
    for row in rows {
        table.add_row(row);
    }
    for (place, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if holds_numbers(place, rows) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.lines().collect()
}

/// Whether a column holds only amounts. Longer numbers are codes, and the first column holds names.
fn holds_numbers(place: usize, rows: &[Vec<String>]) -> bool {
    const LONGEST_AMOUNT: usize = 8;
    let cells =
        || rows.iter().filter_map(|row| row.get(place)).filter(|cell| !matches!(cell.as_str(), "" | "-"));
    let is_number = |cell: &String| {
        cell.len() <= LONGEST_AMOUNT && cell.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    place > 0 && cells().next().is_some() && cells().all(is_number)
}

/// The first cell of each row on a line of its own, the others below it.
fn blocks(headings: &[&str], rows: &[Vec<String>], width: usize) -> Vec<String> {
    let block = |row: &Vec<String>| {
        let fields = headings.iter().zip(row).skip(1).filter(|(_, cell)| !cell.is_empty());
        let fields: Vec<[String; 2]> =
            fields.map(|(heading, cell)| [(*heading).to_owned(), cell.clone()]).collect();
        let first = row.first().cloned().into_iter();
        first.chain(labelled(&fields, width)).chain([String::new()]).collect::<Vec<_>>()
    };
    rows.iter().flat_map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Vec<String>> {
        [["ihuyi", "企业著作权核查", "https://api.example/entcopy"], ["market", "", "-"]]
            .map(|row| row.map(str::to_owned).to_vec())
            .to_vec()
    }

    #[test]
    fn a_table_with_room_is_a_table() {
        assert_eq!(
            draw(&["provider", "name", "endpoint"], rows(), Some(60)),
            "PROVIDER  NAME            ENDPOINT\n\
             ihuyi     企业著作权核查  https://api.example/entcopy\n\
             market                    -\n"
        );
    }

    #[test]
    fn amounts_end_below_each_other() {
        let rows =
            [["market", "5", "0.25"], ["shuidi", "12", "-"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(
            draw(&["provider", "calls", "yuan"], rows, Some(60)),
            "PROVIDER  CALLS  YUAN\n\
             market        5  0.25\n\
             shuidi       12     -\n"
        );
    }

    #[test]
    fn where_a_word_would_be_cut_each_row_is_a_block() {
        assert_eq!(
            draw(&["provider", "name", "endpoint"], rows(), Some(40)),
            "ihuyi\n  name      企业著作权核查\n  endpoint  https://api.example/entcopy\n\n\
             market\n  endpoint  -\n\n"
        );
    }
}
