//! The choice of a table's columns, and the room that each may have.

use super::super::{Layout, Selection};
use super::cell::{GAP, LEAST_OF_ESSENTIAL, cell_text};
use crate::domain::record::{Column, ColumnKind, ColumnPriority, Row, Value};
use comfy_table::{ColumnConstraint, Width};
use unicode_width::UnicodeWidthStr;

/// The greatest width of a column without a terminal if every column is shown.
const WIDEST_COLUMN: usize = 40;
const DAY: usize = 10;
/// A heading is folded between words, and if it is wider than this.
const WIDEST_HEADING: usize = 14;
/// Enough of a text to read it in a few lines.
const COMFORT_OF_TEXT: usize = 24;
/// Minimum width at which texts are shown beside one that could be hidden.
const READABLE_TEXT: usize = 12;
/// Enough of an essential text to read it in a few lines, and enough of an identifier to see it whole.
const COMFORT_OF_ESSENTIAL: usize = 32;

/// A column and the room that its values need.
#[derive(Debug)]
pub(super) struct PlacedColumn {
    /// Its position among the topic's columns.
    pub(super) index: usize,
    pub(super) column: &'static Column,
    /// That of a detail if it repeats the caption or has no values.
    priority: ColumnPriority,
    /// Minimum width: it keeps identifiers whole, and folds texts as far as they can be read.
    floor: usize,
    /// With this it reads well.
    comfort: usize,
    /// The greatest width that it needs.
    widest: usize,
}

/// The columns of a grid for these records, from left to right, and those that there is no room for. `None` if the columns
/// need more room than there is.
pub(super) fn arrange(
    layout: &Layout,
    rows: &[Row],
    width: Option<usize>,
    selection: Selection,
) -> Option<(Vec<PlacedColumn>, Vec<&'static Column>)> {
    let measured =
        layout.selected().map(|(index, column)| PlacedColumn::measured(index, column, layout, rows));
    let all: Vec<PlacedColumn> = measured.collect();
    let (mut columns, left_out) = match (selection, width) {
        (Selection::Readable, Some(width)) => readable(all, width),
        _ => (all, Vec::new()),
    };
    let needed: usize = columns.iter().map(|placed| placed.floor + GAP).sum();
    if columns.is_empty() || width.is_some_and(|width| needed > width) {
        return None;
    }
    if width.is_none() {
        for column in &mut columns {
            column.widest = column.widest.min(WIDEST_COLUMN).max(column.floor);
        }
    }
    let is_hidden = |placed: &PlacedColumn| placed.priority != ColumnPriority::Detail;
    let hidden = left_out.into_iter().filter(is_hidden).map(|placed| placed.column).collect();
    Some((columns, hidden))
}

/// Separates the columns that are shown from the others. Shown are the essential ones, without the widest text if they do
/// not fit, and useful ones that are not empty and fit in comfort.
fn readable(all: Vec<PlacedColumn>, width: usize) -> (Vec<PlacedColumn>, Vec<PlacedColumn>) {
    let is_essential = |placed: &PlacedColumn| placed.priority == ColumnPriority::Essential;
    let essential = || all.iter().filter(|placed| is_essential(placed));
    let needed: usize =
        essential().map(|placed| placed.floor.max(placed.comfort.min(READABLE_TEXT)) + GAP).sum();
    let too_wide = essential()
        .filter(|placed| placed.column.kind == ColumnKind::Text)
        .filter(|placed| needed > width && !matches!(placed.column.key, "match" | "name"))
        .max_by_key(|placed| placed.comfort)
        .map(|placed| placed.index);
    let kept = essential().filter(|placed| Some(placed.index) != too_wide);
    let mut used: usize = kept.map(|placed| placed.comfort + GAP).sum();
    let is_shown = |placed: &PlacedColumn| {
        if is_essential(placed) {
            return Some(placed.index) != too_wide;
        }
        let comfort = placed.comfort + GAP;
        let fits = placed.priority == ColumnPriority::Useful && used + comfort <= width;
        used += if fits { comfort } else { 0 };
        fits
    };
    all.into_iter().partition(is_shown)
}

impl PlacedColumn {
    fn measured(index: usize, column: &'static Column, layout: &Layout, rows: &[Row]) -> Self {
        let width = |row: &Row| cell_text(column, row.value(index), layout.language).width();
        let values = rows.iter().map(width).max().unwrap_or(0);
        let label = layout.header.heading(column.key, column.label, layout.language).unwrap_or_default();
        let cells = if column.kind == ColumnKind::Date { values.max(DAY) } else { values };
        let folded_heading = label.split(' ').map(str::width).max().unwrap_or(0).min(WIDEST_HEADING);
        // The match must be visible, unless all records are of the queried company.
        let is_raised = column.key == "match" && rows.iter().any(|row| !row.record_match.is_matched());
        let is_essential = is_raised || column.priority == ColumnPriority::Essential;
        let repeats_query = |row: &Row| row.value(index) == Value::Text(&row.query);
        let priority = match column.priority {
            // The caption names the query.
            _ if index == 0 || rows.iter().all(repeats_query) => ColumnPriority::Detail,
            ColumnPriority::Useful if values == 0 => ColumnPriority::Detail,
            _ if is_essential => ColumnPriority::Essential,
            priority => priority,
        };
        let (floor, comfort) = match column.kind {
            ColumnKind::Date | ColumnKind::Integer | ColumnKind::Boolean => (cells, cells),
            ColumnKind::Identifier => (COMFORT_OF_ESSENTIAL, COMFORT_OF_ESSENTIAL),
            ColumnKind::Text if is_essential => (LEAST_OF_ESSENTIAL, COMFORT_OF_ESSENTIAL),
            ColumnKind::Text | ColumnKind::Array | ColumnKind::Object => (6, COMFORT_OF_TEXT),
        };
        let [floor, comfort] = [floor, comfort].map(|width| width.min(cells).max(folded_heading).max(4));
        Self { index, column, priority, floor, comfort, widest: cells.max(label.width()).max(floor) }
    }

    /// The bounds of its width for the library, which counts the padding.
    pub(super) fn constraint(&self) -> ColumnConstraint {
        let [lower, upper] = [self.floor, self.widest]
            .map(|width| Width::Fixed(u16::try_from(width + GAP).unwrap_or(u16::MAX)));
        ColumnConstraint::Boundaries { lower, upper }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Header, samples};
    use super::*;
    use crate::domain::record::{RecordMatch, Topic};
    use crate::domain::text::Language;

    fn keys(
        topic: Topic,
        rows: &[Row],
        width: usize,
        selection: Selection,
    ) -> Option<Vec<(&'static str, usize)>> {
        let layout = Layout::whole(topic, Header::Labels, Language::Chinese);
        let (columns, _) = arrange(&layout, rows, Some(width), selection)?;
        Some(columns.iter().map(|placed| (placed.column.key, placed.floor)).collect())
    }

    fn names(width: usize) -> Vec<&'static str> {
        let mut rows = samples::dishonest_rows();
        rows[1].record.set("name", "另一家".into());
        let columns = keys(Topic::Dishonest, &rows, width, Selection::Readable);
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
    fn a_name_that_the_caption_says_needs_no_column() {
        let mut rows = samples::dishonest_rows();
        for row in &mut rows {
            row.record.set("name", (*row.query).into());
        }
        let has_name = |rows: &[Row]| {
            let columns = keys(Topic::Dishonest, rows, 80, Selection::Readable).expect("room for a grid");
            columns.iter().any(|(key, _)| *key == "name")
        };
        assert!(!has_name(&rows));
        rows[1].record.set("name", "另一家".into());
        assert!(has_name(&rows));
    }

    #[test]
    fn a_text_that_could_be_hidden_folds_no_match_and_no_name() {
        let mut rows = samples::dishonest_rows();
        rows[1].record.set("name", "另一家企业管理咨询有限公司".into());
        rows[1].record_match = RecordMatch::Other;
        let columns = keys(Topic::Dishonest, &rows, 80, Selection::Readable).expect("room for a grid");
        let floor_of = |wanted: &str| columns.iter().find(|(key, _)| *key == wanted).map(|(_, floor)| *floor);
        assert_eq!((floor_of("court"), floor_of("match"), floor_of("name")), (None, Some(8), Some(10)));
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
                assert!(sum <= width, "{width}: {columns:?}");
            }
        }
    }

    #[test]
    fn every_column_at_once_is_cards_on_a_terminal_and_a_wide_grid_elsewhere() {
        let rows = samples::dishonest_rows();
        assert_eq!(keys(Topic::Dishonest, &rows, 100, Selection::Wide), None);
        let layout = Layout::whole(Topic::Dishonest, Header::Labels, Language::English);
        let (columns, _) = arrange(&layout, &rows, None, Selection::Wide).expect("nothing bounds the line");
        assert_eq!(columns.len(), layout.columns.len());
    }
}
