//! One row as one JSON object: what `json` and `ndjson` have in common, and nothing else.

use super::Layout;
use crate::domain::record::Row;
use std::io;

/// Writes rows as JSON objects straight into bytes, without anything in between.
pub(super) struct RowJson {
    /// For each column its position and what stands before its value: `{"query":`, `,"provider":`, …
    fields: Vec<(usize, Vec<u8>)>,
}

impl RowJson {
    pub(super) fn new(layout: &Layout) -> Self {
        let fields = layout
            .columns
            .iter()
            .zip(layout.selected())
            .enumerate()
            .map(|(place, (index, column))| {
                let opening = if place == 0 { '{' } else { ',' };
                (*index, format!("{opening}\"{}\":", column.key).into_bytes())
            })
            .collect();
        Self { fields }
    }

    /// Appends the row. Every selected key is there, unknown values are `null`.
    pub(super) fn append(&self, row: &Row, bytes: &mut Vec<u8>) -> io::Result<()> {
        if self.fields.is_empty() {
            bytes.push(b'{');
        }
        for (index, prefix) in &self.fields {
            bytes.extend_from_slice(prefix);
            serde_json::to_writer(&mut *bytes, &row.value(*index))?;
        }
        bytes.push(b'}');
        Ok(())
    }
}
