//! Records as a grid, which comfy-table arranges.

use super::super::{Header, Layout};
use super::arrangement::PlacedColumn;
use super::cell::{LEFT_PADDING, marked_text, tone_of_record};
use super::paint::{Tone, marked};
use crate::domain::record::{ColumnKind, Row};
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

/// The line below the headings.
pub(super) const RULE: char = '─';
/// The line between records, if some of them need several lines.
const SEPARATOR: char = '╌';
const STYLE: TableStyle = TableStyle::new()
    .header_separator(LineStyle::none().fill(RULE))
    .row_separator(LineStyle::none().fill(SEPARATOR));
/// Maximum number of lines of a record.
const MOST_LINES: usize = 4;

/// The lines of the headings and of the records, with marks of their tones.
pub(super) fn lines(
    layout: &Layout,
    rows: &[Row],
    columns: &[PlacedColumn],
    width: Option<usize>,
) -> Vec<String> {
    let mut table = Table::new();
    table.load_style(STYLE);
    if layout.header != Header::None {
        table.set_header(columns.iter().map(|placed| layout.label_of(placed.column)));
    }
    for row in rows {
        let text = |placed: &PlacedColumn| marked_text(row, placed.index, placed.column, layout.language);
        let mut cells = comfy_table::Row::from(columns.iter().map(text));
        cells.max_height(MOST_LINES);
        table.add_row(cells);
    }
    for (column, placed) in table.column_iter_mut().zip(columns) {
        column.set_padding((LEFT_PADDING, 0)).set_constraint(placed.constraint());
        if placed.column.kind == ColumnKind::Integer {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    if let Some(width) = width.and_then(|width| u16::try_from(width).ok()) {
        table.set_width(width).set_content_arrangement(ContentArrangement::Dynamic);
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    toned(&lines, rows)
}

/// Marks the headings, the lines between records and faint records. No text begins a line, because each column is indented.
fn toned(lines: &[String], rows: &[Row]) -> Vec<String> {
    let headings = lines.iter().position(|line| line.starts_with(RULE)).map_or(0, |rule| rule + 1);
    let (headings, records) = lines.split_at(headings);
    let heading =
        |line: &String| marked(line, if line.starts_with(RULE) { Tone::Faint } else { Tone::Strong });
    let mut toned: Vec<String> = headings.iter().map(heading).collect();
    let separator = records.iter().find(|line| line.starts_with(SEPARATOR));
    let records: Vec<&[String]> = records.split(|line| line.starts_with(SEPARATOR)).collect();
    let separator = separator.filter(|_| records.iter().any(|lines| lines.len() > 1));
    for (place, (lines, row)) in records.iter().zip(rows).enumerate() {
        let separator = separator.filter(|_| place > 0).map(|line| marked(line, Tone::Faint));
        toned.extend(separator);
        toned.extend(lines.iter().map(|line| marked(line, tone_of_record(row))));
    }
    toned
}
