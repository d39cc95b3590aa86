//! One record as a block of labelled lines: for a single record, and if a grid has no room.

use super::super::{Layout, Selection};
use super::cell::{GAP, LEFT_PADDING, marked_text, tone_of_record};
use super::paint::{Tone, marked};
use crate::domain::record::{Column, Row, Value};
use comfy_table::{ColumnConstraint, Table, TableStyle, Width};
use unicode_width::UnicodeWidthStr;

/// Lines that are not bounded by a terminal are folded here.
const UNBOUNDED: usize = 120;
/// Columns before the record's own.
const LEADING_COLUMNS: usize = 4;
/// Shown for an unknown value of a column that was chosen by name.
const UNKNOWN: &str = "–";

/// The lines of the card, with marks of their tones.
pub(super) fn lines(layout: &Layout, row: &Row, width: Option<usize>, selection: Selection) -> Vec<String> {
    let width = width.unwrap_or(UNBOUNDED);
    // A mark does not survive the folding of a text.
    let fits = |label: &str| label.width() <= label_limit(width);
    let is_shown = |(index, column): &(usize, &Column)| is_shown(row, *index, column, selection);
    let field = |(index, column): (usize, &Column)| {
        let (label, text) = (layout.label_of(column), marked_text(row, index, column, layout.language));
        let strong = Some(Tone::Strong).filter(|_| fits(label));
        [marked(label, strong), if text.is_empty() { UNKNOWN.to_owned() } else { text }]
    };
    let fields: Vec<[String; 2]> = layout.selected().filter(is_shown).map(field).collect();
    labelled(&fields, width).iter().map(|line| marked(line, tone_of_record(row))).collect()
}

/// Columns that the caption repeats and unknown values are left out, unless they were chosen by name.
fn is_shown(row: &Row, index: usize, column: &Column, selection: Selection) -> bool {
    let is_nothing = |value: Value<'_>| match value {
        Value::Null => true,
        Value::Json(json) => json.as_array().is_some_and(Vec::is_empty),
        _ => false,
    };
    selection == Selection::Named
        || ((column.key == "match" || index >= LEADING_COLUMNS) && !is_nothing(row.value(index)))
}

/// The greatest width of labels.
fn label_limit(width: usize) -> usize {
    (width / 3).max(4)
}

/// Labels with their texts beside them.
pub(in super::super) fn labelled(fields: &[[String; 2]], width: usize) -> Vec<String> {
    let widest_label = fields.iter().map(|[label, _]| label.width()).max().unwrap_or(0);
    let label_width = widest_label.min(label_limit(width));
    let value_width = width.saturating_sub(2 * GAP + label_width).max(10);
    let mut table = Table::new();
    table.load_style(TableStyle::new()).add_rows(fields);
    for (column, width) in table.column_iter_mut().zip([label_width, value_width]) {
        let width = Width::Fixed(u16::try_from(width + GAP).unwrap_or(u16::MAX));
        column.set_padding((LEFT_PADDING, 0)).set_constraint(ColumnConstraint::Absolute(width));
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect()
}
