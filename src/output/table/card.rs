//! One record as a block of labelled lines: for a single record, and if a grid has no room.

use super::super::{Layout, Selection};
use super::cell::{cell_text, tone_of};
use super::paint::Tone;
use super::row::{self, GAP, RowCell};
use crate::domain::record::{Column, Row, Value};
use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;

/// Lines that are not bounded by a terminal are folded here.
const UNBOUNDED: usize = 120;
/// Columns before the record's own.
const LEADING_COLUMNS: usize = 4;
/// Shown for an unknown value of a column that was chosen by name.
const UNKNOWN: &str = "–";

/// The lines of the card. Long texts are not cut.
pub(super) fn card(layout: &Layout, row: &Row, width: Option<usize>, selection: Selection) -> Vec<String> {
    let width = width.unwrap_or(UNBOUNDED);
    let is_shown = |(index, column): &(usize, &Column)| is_shown(row, *index, column, selection);
    let fields: Vec<(usize, &Column)> = layout.selected().filter(is_shown).collect();
    let widest_label = fields.iter().map(|(_, column)| layout.label_of(column).width()).max().unwrap_or(0);
    let label_width = widest_label.min(width / 3).max(4);
    let value_width = width.saturating_sub(2 * GAP + label_width).max(10);
    let field = |(index, column): (usize, &Column)| {
        let label = RowCell::new(layout.label_of(column), label_width);
        let text = cell_text(column, row.value(index), layout.language);
        let value = RowCell::new(if text.is_empty() { Cow::Borrowed(UNKNOWN) } else { text }, value_width);
        row::lines(&[
            RowCell { tone: Some(Tone::Strong), ..label },
            RowCell { tone: tone_of(row, column), ..value },
        ])
    };
    fields.into_iter().flat_map(field).collect()
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
