//! The choice of a table's columns and their widths, or of cards instead.

use super::super::{Layout, Selection};
use super::cell::cell_text;
use super::row::{GAP, LEFT_PADDING, drawn_width};
use crate::domain::record::{Column, ColumnKind, ColumnPriority, Row, Value};
use comfy_table::{ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle};
use unicode_width::UnicodeWidthStr;

/// The line below a heading.
pub(super) const RULE: char = '─';
/// Parts the columns where their widths are read.
const JUNCTION: char = '┼';
/// Narrower terminals get lines of this width.
const NARROWEST_TERMINAL: usize = 24;
/// The width of a readable table without a terminal.
const WIDEST_READABLE: usize = 200;
/// The greatest width of a column without a terminal if every column is shown.
const WIDEST_COLUMN: usize = 40;
const DAY: usize = 10;
/// A heading is folded between words, and if it is wider than this.
const WIDEST_HEADING: usize = 14;
/// Enough of a text to read it in a few lines.
const COMFORT_OF_TEXT: usize = 24;
/// The same of an essential one, and enough of an identifier to see it whole.
const COMFORT_OF_ESSENTIAL: usize = 32;

/// The form of all records of a run.
#[derive(Debug)]
pub(super) enum Form {
    /// One line or a few for each.
    Grid {
        /// The columns from left to right.
        columns: Vec<PlacedColumn>,
        /// Whether lines separate records, because some of them need several lines.
        separated: bool,
        /// Columns that there is no room for.
        hidden: Vec<&'static Column>,
    },
    /// One block of labelled lines for each.
    Cards,
}

/// A column in its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct PlacedColumn {
    /// Its position among the topic's columns.
    pub(super) index: usize,
    pub(super) column: &'static Column,
    pub(super) width: usize,
    pub(super) most_lines: usize,
}

/// The part of a run that is known when the form is fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// All of its records.
    Everything,
    /// Different records may follow.
    TheBeginning,
}

/// The width of a line; `None` if it is not bounded.
pub(super) fn line_width(width: Option<u16>, selection: Selection) -> Option<usize> {
    match (width, selection) {
        (Some(width), _) => Some(usize::from(width).max(NARROWEST_TERMINAL)),
        (None, Selection::Readable) => Some(WIDEST_READABLE),
        (None, Selection::Wide | Selection::Named) => None,
    }
}

/// The form for these first records and all that follow.
pub(super) fn arrange(
    layout: &Layout,
    rows: &[&Row],
    seen: Seen,
    width: Option<usize>,
    selection: Selection,
) -> Form {
    if seen == Seen::Everything && rows.len() == 1 {
        return Form::Cards;
    }
    let mut measured: Vec<Measured> =
        layout.selected().map(|(index, column)| Measured::of(index, column, layout, rows)).collect();
    // The match must be visible, unless all records are of the queried company.
    if seen == Seen::TheBeginning || rows.iter().any(|row| !row.record_match.is_matched()) {
        for column in measured.iter_mut().filter(|measured| measured.column.key == "match") {
            column.priority = ColumnPriority::Essential;
        }
    }
    let chosen: Vec<&Measured> = match selection {
        Selection::Wide | Selection::Named => measured.iter().collect(),
        Selection::Readable => readable(&measured, seen, width.unwrap_or(WIDEST_READABLE)),
    };
    let Some(widths) = widths(&chosen, width) else { return Form::Cards };
    let is_hidden = |column: &&Measured| {
        selection == Selection::Readable
            && column.priority != ColumnPriority::Detail
            && column.is_filled
            && !column.is_said_by_the_caption(seen)
            && chosen.iter().all(|shown| shown.index != column.index)
    };
    let placed = |(measured, width): (&&Measured, usize)| PlacedColumn {
        index: measured.index,
        column: measured.column,
        width,
        most_lines: if measured.priority == ColumnPriority::Essential { 4 } else { 3 },
    };
    Form::Grid {
        separated: chosen.iter().zip(&widths).any(|(column, width)| column.cells > *width),
        columns: chosen.iter().zip(widths).map(placed).collect(),
        hidden: measured.iter().filter(is_hidden).map(|measured| measured.column).collect(),
    }
}

/// The essential columns, without the widest text if they do not fit, and useful ones that are not empty and fit
/// in comfort.
fn readable(measured: &[Measured], seen: Seen, width: usize) -> Vec<&Measured> {
    let is_essential = |column: &Measured| {
        column.priority == ColumnPriority::Essential && !column.is_said_by_the_caption(seen)
    };
    let essential = || measured.iter().filter(|column| is_essential(column));
    let needed: usize = essential().map(|column| column.floor.max(column.comfort.min(12)) + GAP).sum();
    let left_out = essential()
        .filter(|measured| measured.column.kind == ColumnKind::Text)
        .filter(|measured| needed > width && !matches!(measured.column.key, "match" | "name"))
        .max_by_key(|column| column.comfort)
        .map(|column| column.index);
    let kept = essential().filter(|column| Some(column.index) != left_out);
    let mut used: usize = kept.map(|column| column.comfort + GAP).sum();
    let is_chosen = |column: &&Measured| {
        if is_essential(column) {
            return Some(column.index) != left_out;
        }
        let comfort = column.comfort + GAP;
        let fits = column.priority == ColumnPriority::Useful && column.is_filled && used + comfort <= width;
        used += if fits { comfort } else { 0 };
        fits
    };
    measured.iter().filter(is_chosen).collect()
}

/// The width of each column as comfy-table arranges them in a line; `None` if there are none or their floors need more
/// room.
///
/// The library keeps the widths to itself, but rows that follow in other tables need the same ones: they are read from
/// the line that it draws below a heading.
fn widths(columns: &[&Measured], width: Option<usize>) -> Option<Vec<usize>> {
    let needed: usize = columns.iter().map(|column| column.floor + GAP).sum();
    if columns.is_empty() || width.is_some_and(|width| needed > width) {
        return None;
    }
    let mut table = Table::new();
    let separator = LineStyle::none().fill(RULE).junction(JUNCTION);
    table.load_style(TableStyle::new().header_separator(separator));
    table.set_header(columns.iter().map(|column| column.label));
    table.add_row(columns.iter().map(|column| column.widest.as_str()));
    let greatest = if width.is_some() { usize::MAX } else { WIDEST_COLUMN };
    for (shown, column) in table.column_iter_mut().zip(columns) {
        let lower = column.floor;
        let upper = column.cells.max(column.label.width()).min(greatest).max(lower);
        let (lower, upper) = (drawn_width(lower), drawn_width(upper));
        shown.set_padding((LEFT_PADDING, 0)).set_constraint(ColumnConstraint::Boundaries { lower, upper });
    }
    if let Some(width) = width {
        let width = u16::try_from(width + columns.len() - 1).unwrap_or(u16::MAX);
        table.set_width(width).set_content_arrangement(ContentArrangement::Dynamic);
    }
    let line = table.lines().find(|line| line.starts_with(RULE))?;
    Some(line.split(JUNCTION).map(|part| part.width() - GAP).collect())
}

/// The room that a column needs.
struct Measured {
    index: usize,
    column: &'static Column,
    priority: ColumnPriority,
    is_filled: bool,
    /// Whether it says in every row what the caption says already.
    repeats_the_query: bool,
    label: &'static str,
    /// The widest of its values.
    widest: String,
    /// The width of its values.
    cells: usize,
    /// The least width: it keeps identifiers whole, and folds texts as far as they can be read.
    floor: usize,
    /// With this it reads well.
    comfort: usize,
}

impl Measured {
    fn of(index: usize, column: &'static Column, layout: &Layout, rows: &[&Row]) -> Self {
        let texts = rows.iter().map(|row| cell_text(column, row.value(index), layout.language));
        let widest = texts.max_by_key(|text| text.width()).unwrap_or_default();
        let label = layout.header.heading(column.key, column.label, layout.language).unwrap_or_default();
        let cells = if column.kind == ColumnKind::Date { widest.width().max(DAY) } else { widest.width() };
        let folded_heading = label.split(' ').map(str::width).max().unwrap_or(0).min(WIDEST_HEADING);
        let is_essential = column.priority == ColumnPriority::Essential;
        let (floor, comfort) = match column.kind {
            ColumnKind::Date | ColumnKind::Integer | ColumnKind::Boolean => (cells, cells),
            ColumnKind::Identifier => (cells.min(COMFORT_OF_ESSENTIAL), cells.min(COMFORT_OF_ESSENTIAL)),
            ColumnKind::Text if is_essential => (cells.min(6), cells.min(COMFORT_OF_ESSENTIAL)),
            ColumnKind::Text | ColumnKind::Array | ColumnKind::Object => {
                (cells.min(6), cells.min(COMFORT_OF_TEXT))
            }
        };
        Self {
            index,
            column,
            priority: column.priority,
            is_filled: !widest.is_empty(),
            repeats_the_query: rows.iter().all(|row| row.value(index) == Value::Text(&row.query)),
            label,
            widest: widest.into_owned(),
            cells,
            floor: floor.max(folded_heading).max(4),
            comfort: comfort.max(folded_heading).max(4),
        }
    }

    /// The caption names the query, so neither it nor a column that repeats it needs room.
    fn is_said_by_the_caption(&self, seen: Seen) -> bool {
        self.index == 0 || (self.repeats_the_query && seen == Seen::Everything)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Header, samples};
    use super::*;
    use crate::domain::record::Topic;
    use crate::domain::text::Language;

    fn keys(
        topic: Topic,
        rows: &[Row],
        width: u16,
        selection: Selection,
    ) -> Option<Vec<(&'static str, usize)>> {
        let layout = Layout::whole(topic, Header::Labels, Language::Chinese);
        let rows: Vec<_> = rows.iter().collect();
        match arrange(&layout, &rows, Seen::TheBeginning, line_width(Some(width), selection), selection) {
            Form::Cards => None,
            Form::Grid { columns, .. } => {
                Some(columns.iter().map(|placed| (placed.column.key, placed.width)).collect())
            }
        }
    }

    fn names(width: u16) -> Vec<&'static str> {
        let columns = keys(Topic::Dishonest, &samples::dishonest_rows(), width, Selection::Readable);
        columns.unwrap().into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn essential_columns_are_always_there_and_useful_ones_where_there_is_room() {
        let essential = ["name", "case_number", "court", "filed_on", "performance"];
        let narrow: Vec<_> = essential.into_iter().filter(|key| *key != "court").collect();
        assert!(narrow.iter().all(|key| names(72).contains(key)) && !names(72).contains(&"court"));
        assert!(names(100).len() < names(200).len());
        for width in [100, 120, 160, 200, 300] {
            assert!(essential.iter().all(|key| names(width).contains(key)), "{width}");
        }
        assert!(names(200).contains(&"obligation"));
        assert!(!names(300).contains(&"company_id"), "details are for --wide");
        assert!(!names(300).contains(&"query"), "the caption names it");
    }

    #[test]
    fn a_name_that_the_caption_says_needs_no_column_once_all_is_seen() {
        let layout = Layout::whole(Topic::Dishonest, Header::Labels, Language::Chinese);
        let mut rows = samples::dishonest_rows();
        for row in &mut rows {
            let record = &mut row.record;
            record.set("name", (*row.query).into());
        }
        let has_name = |rows: &[Row], seen| {
            let rows: Vec<_> = rows.iter().collect();
            match arrange(&layout, &rows, seen, Some(80), Selection::Readable) {
                Form::Cards => panic!("there is room for a grid"),
                Form::Grid { columns, .. } => columns.iter().any(|placed| placed.column.key == "name"),
            }
        };
        assert!(!has_name(&rows, Seen::Everything));
        assert!(has_name(&rows, Seen::TheBeginning));
        let record = &mut rows[1].record;
        record.set("name", "另一家".into());
        assert!(has_name(&rows, Seen::Everything));
    }

    #[test]
    fn a_day_has_its_ten_columns_in_every_table() {
        for width in [72, 100, 200] {
            let columns =
                keys(Topic::Dishonest, &samples::dishonest_rows(), width, Selection::Readable).unwrap();
            let day = columns.iter().find(|(key, _)| *key == "filed_on").unwrap();
            assert_eq!(day.1, 10, "{width}");
        }
    }

    #[test]
    fn the_columns_never_need_more_than_the_line() {
        for width in 40..250 {
            if let Some(columns) =
                keys(Topic::Copyright, &samples::copyright_rows(), width, Selection::Readable)
            {
                let sum: usize = columns.iter().map(|(_, width)| width + GAP).sum();
                assert!(sum <= usize::from(width), "{width}: {columns:?}");
            }
        }
    }

    #[test]
    fn every_column_at_once_is_cards_on_a_terminal_and_a_wide_grid_elsewhere() {
        assert_eq!(keys(Topic::Dishonest, &samples::dishonest_rows(), 100, Selection::Wide), None);
        let layout = Layout::whole(Topic::Dishonest, Header::Labels, Language::English);
        let rows = samples::dishonest_rows();
        let rows: Vec<_> = rows.iter().collect();
        match arrange(&layout, &rows, Seen::Everything, line_width(None, Selection::Wide), Selection::Wide) {
            Form::Grid { columns, .. } => assert_eq!(columns.len(), layout.columns.len()),
            Form::Cards => panic!("nothing bounds the line"),
        }
    }
}
