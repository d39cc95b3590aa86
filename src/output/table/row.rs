//! Cells side by side.

use super::super::fold::fold;
use super::paint::{Tone, marked};
use comfy_table::{Cell, CellAlignment, ColumnConstraint, Table, TableStyle, Width};
use std::borrow::Cow;

/// Blanks before each column.
pub(in super::super) const GAP: usize = 2;
/// The same for the library that draws.
pub(super) const LEFT_PADDING: u16 = 2;

/// A cell, which is folded to its width.
pub(in super::super) struct RowCell<'a> {
    pub text: Cow<'a, str>,
    pub width: usize,
    pub most_lines: usize,
    pub alignment: CellAlignment,
    pub tone: Option<Tone>,
}

impl<'a> RowCell<'a> {
    /// A cell of any number of lines.
    pub(in super::super) fn new(text: impl Into<Cow<'a, str>>, width: usize) -> Self {
        Self { text: text.into(), width, most_lines: usize::MAX, alignment: CellAlignment::Left, tone: None }
    }
}

/// The lines of a row of cells, with marks of their tones.
pub(in super::super) fn lines(cells: &[RowCell<'_>]) -> Vec<String> {
    let drawn = cells.iter().map(|cell| {
        let lines = fold(&cell.text, cell.width, cell.most_lines);
        let lines: Vec<String> = lines.iter().map(|line| marked(line, cell.tone)).collect();
        Cell::new_owned(lines.join("\n"))
    });
    let mut table = Table::new();
    table.load_style(TableStyle::new()).add_row(drawn);
    for (column, cell) in table.column_iter_mut().zip(cells) {
        let width = ColumnConstraint::Absolute(drawn_width(cell.width));
        column.set_padding((LEFT_PADDING, 0)).set_constraint(width).set_cell_alignment(cell.alignment);
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// The width of a column for the library, which counts the padding.
pub(super) fn drawn_width(width: usize) -> Width {
    Width::Fixed(u16::try_from(width + GAP).unwrap_or(u16::MAX))
}
