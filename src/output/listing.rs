//! Small tables about the tool itself: providers, columns, codes, usage. Records go through the sinks.

use super::sanitise::sanitise;
use comfy_table::{ContentArrangement, Table, TableStyle};

/// Draws a table of texts within `width` columns; the headings are the first row.
pub fn draw(headings: &[&str], rows: impl IntoIterator<Item = Vec<String>>, width: Option<u16>) -> String {
    let mut table = Table::new();
    table.load_style(TableStyle::new()).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width.unwrap_or(160));
    table.set_header(headings.iter().map(|heading| heading.to_uppercase()));
    for row in rows {
        table.add_row(row.iter().map(|cell| sanitise(cell).into_owned()));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
