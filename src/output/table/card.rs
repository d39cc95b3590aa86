//! One record as a block of labelled lines: for a single record, and if a grid has no room.

use super::super::fold::fold;
use super::super::{Header, Layout, Selection};
use super::arrangement::GAP;
use super::cell::{MATCH_COLUMN, Tones, cell_text};
use super::paint::Tone;
use crate::domain::record::{Row, Value};
use unicode_width::UnicodeWidthStr;

/// Lines that are not bounded by a terminal are folded here.
const UNBOUNDED: usize = 120;
/// Columns before the record's own.
const LEADING_COLUMNS: usize = 4;
/// Shown for an unknown value of a column that was chosen by name.
const UNKNOWN: &str = "–";

/// The lines of the card, marked for painting. Long texts are not cut.
pub(super) fn card(layout: &Layout, row: &Row, width: Option<usize>, selection: Selection) -> Vec<String> {
    let width = width.unwrap_or(UNBOUNDED);
    let fields: Vec<(&str, usize)> = layout
        .columns
        .iter()
        .zip(layout.selected())
        .filter(|(index, _)| is_shown(row, **index, selection))
        .map(|(index, column)| {
            let header = if layout.header == Header::None { Header::Labels } else { layout.header };
            (header.heading(column.key, column.label, layout.language).unwrap_or(column.key), *index)
        })
        .collect();
    let widest_label = fields.iter().map(|(label, _)| label.width()).max().unwrap_or(0);
    let label_width = widest_label.min(width / 3).max(4);
    let value_width = width.saturating_sub(2 * GAP + label_width).max(10);
    let tones = Tones::of(layout.topic);
    let mut lines = Vec::new();
    for (label, index) in fields {
        let text = cell_text(&layout.topic.columns()[index], row.value(index), layout.language);
        let text = if text.is_empty() { UNKNOWN } else { &text };
        let tone = tones.of_cell(row, index);
        let (labels, values) = (fold(label, label_width, usize::MAX), fold(text, value_width, usize::MAX));
        for place in 0..labels.len().max(values.len()) {
            let label = labels.get(place).map_or("", String::as_str);
            let value = values.get(place).map_or("", String::as_str);
            let padding = " ".repeat(label_width - label.width() + GAP);
            let value =
                tone.filter(|_| !value.is_empty()).map_or_else(|| value.to_owned(), |tone| tone.mark(value));
            lines.push(format!("  {}{padding}{value}", Tone::Strong.mark(label)));
        }
    }
    lines
}

/// Columns that the caption repeats and unknown values are left out, unless they were chosen by name.
fn is_shown(row: &Row, index: usize, selection: Selection) -> bool {
    let is_nothing = |value: Value<'_>| match value {
        Value::Null => true,
        Value::Json(json) => json.as_array().is_some_and(Vec::is_empty),
        _ => false,
    };
    selection == Selection::Named
        || ((index == MATCH_COLUMN || index >= LEADING_COLUMNS) && !is_nothing(row.value(index)))
}
