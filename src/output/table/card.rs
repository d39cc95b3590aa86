//! One record as a block of labelled lines: for a single record, and if a grid has no room.

use super::super::fold::fold;
use super::super::{Colour, Layout, Selection};
use super::arrangement::GAP;
use super::cell::{cell_text, tone_of};
use super::paint::{Tone, painted};
use crate::domain::record::{Column, Row, Value};
use unicode_width::UnicodeWidthStr;

/// Lines that are not bounded by a terminal are folded here.
const UNBOUNDED: usize = 120;
/// Columns before the record's own.
const LEADING_COLUMNS: usize = 4;
/// Shown for an unknown value of a column that was chosen by name.
const UNKNOWN: &str = "–";

/// The lines of the card. Long texts are not cut.
pub(super) fn card(
    layout: &Layout,
    row: &Row,
    width: Option<usize>,
    selection: Selection,
    colour: Colour,
) -> Vec<String> {
    let width = width.unwrap_or(UNBOUNDED);
    let is_shown = |(index, column): &(usize, &Column)| is_shown(row, *index, column, selection);
    let fields: Vec<(usize, &Column)> = layout.selected().filter(is_shown).collect();
    let widest_label = fields.iter().map(|(_, column)| layout.label_of(column).width()).max().unwrap_or(0);
    let label_width = widest_label.min(width / 3).max(4);
    let value_width = width.saturating_sub(2 * GAP + label_width).max(10);
    let mut lines = Vec::new();
    for (index, column) in fields {
        let text = cell_text(column, row.value(index), layout.language);
        let text = if text.is_empty() { UNKNOWN } else { &text };
        let labels = fold(layout.label_of(column), label_width, usize::MAX);
        let values = fold(text, value_width, usize::MAX);
        for place in 0..labels.len().max(values.len()) {
            let label = labels.get(place).map_or("", String::as_str);
            let value = values.get(place).map_or("", String::as_str);
            let padding = " ".repeat(label_width - label.width() + GAP);
            let value = painted(value, tone_of(row, column), colour);
            lines.push(format!("{:GAP$}{}{padding}{value}", "", painted(label, Tone::Strong, colour)));
        }
    }
    lines
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
