//! One table of a page: its first rows as markup for every reader, all of its rows as data for the script.
//!
//! Data waits in a temporary file without a name until the page is written, so that memory stays flat.

use super::super::sink::BUFFER_BYTES;
use super::presentation::{tone_of_badge, visible};
use crate::domain::record::ColumnPriority;
use serde_json::{Value as Json, json};
use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};

/// The number of rows that the page has as markup, and that the script shows at once.
pub(super) const ROWS_AT_ONCE: usize = 100;
/// Rows in one script element: a browser parses many small ones more easily than a huge one.
const ROWS_A_BLOCK: u64 = 1000;
/// Larger numbers lose digits in a script.
const LARGEST_NUMBER: u64 = 1 << 53;

/// A column of a table.
pub(super) struct PageColumn {
    pub key: &'static str,
    pub label: &'static str,
    /// The class of its cells, by which style and script know how they look and sort. A `badge` is one of a few words.
    pub class: &'static str,
    /// Essential columns are in the table, useful ones if they have any value. The details of a row have them all.
    pub priority: ColumnPriority,
    /// Whether its values can be chosen from a list.
    pub is_choice: bool,
    is_filled: bool,
    /// The colours that occur, for the script.
    tones: serde_json::Map<String, Json>,
}

impl PageColumn {
    pub(super) fn new(key: &'static str, label: &'static str, class: &'static str) -> Self {
        Self {
            key,
            label,
            class,
            priority: ColumnPriority::Essential,
            is_choice: class == "badge",
            is_filled: false,
            tones: serde_json::Map::new(),
        }
    }

    pub(super) fn is_shown(&self) -> bool {
        match self.priority {
            ColumnPriority::Essential => true,
            ColumnPriority::Useful => self.is_filled,
            ColumnPriority::Detail => false,
        }
    }

    /// The colour of a text, if the column has badges.
    pub(super) fn badge(&self, text: &str) -> Option<&'static str> {
        (self.class == "badge").then(|| tone_of_badge(text).unwrap_or("plain"))
    }

    /// Takes note of a value of this column.
    fn note(&mut self, cell: &Json) {
        self.is_filled |= !cell.is_null();
        if self.class == "badge"
            && self.tones.len() < ROWS_AT_ONCE
            && let Json::String(text) = cell
            && let Some(tone) = tone_of_badge(text)
        {
            self.tones.entry(text.as_str()).or_insert_with(|| tone.into());
        }
    }
}

/// A table that is being collected.
pub(super) struct DataTable {
    pub id: &'static str,
    pub columns: Vec<PageColumn>,
    /// The column whose truth makes a row faint.
    pub faint: Option<usize>,
    pub rows: u64,
    data: BufWriter<File>,
    /// The rows that the page has as markup.
    pub first: Vec<Vec<Json>>,
}

impl DataTable {
    /// A table without rows. An error is that of the temporary file.
    pub(super) fn new(id: &'static str, columns: Vec<PageColumn>) -> io::Result<Self> {
        let data = BufWriter::with_capacity(BUFFER_BYTES, tempfile::tempfile()?);
        Ok(Self { id, columns, faint: None, rows: 0, data, first: Vec::new() })
    }

    /// Adds a row; its cells are in the order of the columns.
    pub(super) fn row(&mut self, cells: Vec<Json>) -> io::Result<()> {
        let cells: Vec<Json> = cells.into_iter().map(cell).collect();
        for (column, cell) in self.columns.iter_mut().zip(&cells) {
            column.note(cell);
        }
        if self.rows.is_multiple_of(ROWS_A_BLOCK) {
            self.end_block()?;
            writeln!(self.data, "<script type=\"application/json\" data-rows=\"{}\">[", self.id)?;
        } else {
            self.data.write_all(b",\n")?;
        }
        // The filter also escapes `<`, `>` and `&`, so that a text cannot end the script element.
        write!(self.data, "{}", askama::filters::json(&cells).map_err(io::Error::other)?)?;
        self.rows += 1;
        if self.first.len() < ROWS_AT_ONCE {
            self.first.push(cells);
        }
        Ok(())
    }

    fn end_block(&mut self) -> io::Result<()> {
        if self.rows > 0 { self.data.write_all(b"]</script>\n") } else { Ok(()) }
    }

    pub(super) fn is_faint(&self, row: &[Json]) -> bool {
        self.faint.is_some_and(|place| row[place] == Json::Bool(true))
    }

    /// The description for the script.
    pub(super) fn description(&self) -> Json {
        let describe = |column: &PageColumn| {
            let PageColumn { key, label, class, is_choice, tones, .. } = column;
            let shown = column.is_shown();
            json!({"key": key, "label": label, "look": class, "shown": shown, "choice": is_choice, "tones": tones})
        };
        let columns: Vec<Json> = self.columns.iter().map(describe).collect();
        json!({"id": self.id, "faint": self.faint, "columns": columns})
    }

    /// Writes all rows as data.
    pub(super) fn write_data(mut self, writer: &mut impl Write) -> io::Result<()> {
        self.end_block()?;
        self.data.rewind()?;
        io::copy(self.data.get_mut(), writer).map(|_| ())
    }
}

/// A value as the script gets it.
fn cell(value: Json) -> Json {
    match value {
        Json::String(text) => visible(&text).into(),
        Json::Number(number) if number.as_i64().is_none_or(|it| it.unsigned_abs() > LARGEST_NUMBER) => {
            number.to_string().into()
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::samples;
    use super::*;
    use proptest::prelude::*;

    fn table() -> DataTable {
        let mut columns = vec![
            PageColumn::new("name", "名称", "text"),
            PageColumn::new("state", "State", "badge"),
            PageColumn::new("number", "Number", "int"),
            PageColumn::new("old", "Old", "bool"),
        ];
        columns[2].priority = ColumnPriority::Useful;
        columns[3].priority = ColumnPriority::Detail;
        let mut table = DataTable::new("records", columns).unwrap();
        table.faint = Some(3);
        table
    }

    fn data(table: DataTable) -> String {
        let mut bytes = Vec::new();
        table.write_data(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_row_is_data_that_cannot_leave_its_script_element() {
        let mut table = table();
        table
            .row(vec!["</script><!--\u{202e}".into(), "全部未履行".into(), Json::Null, true.into()])
            .unwrap();
        let shown: Vec<_> =
            table.columns.iter().filter(|column| column.is_shown()).map(|column| column.key).collect();
        assert_eq!(shown, ["name", "state"]);
        assert!(table.is_faint(&table.first[0]));
        assert_eq!(table.columns[1].badge("全部未履行"), Some("bad"));
        assert_eq!(table.description()["columns"][1]["tones"]["全部未履行"], "bad");
        assert_eq!(
            data(table),
            "<script type=\"application/json\" data-rows=\"records\">[\n[\"\\u003c/script\\u003e\\u003c!--\u{fffd}\",\"全部未履行\",null,true]]</script>\n"
        );
    }

    #[test]
    fn many_rows_are_many_blocks_and_few_of_them_are_markup() {
        let mut table = table();
        for number in 0..2500 {
            table.row(vec!["x".into(), Json::Null, number.into(), Json::Null]).unwrap();
        }
        assert_eq!((table.rows, table.first.len()), (2500, ROWS_AT_ONCE));
        let data = data(table);
        let blocks: Vec<serde_json::Value> = data
            .split_terminator("</script>\n")
            .map(|block| serde_json::from_str(block.split_once('>').unwrap().1).unwrap())
            .collect();
        assert_eq!(
            blocks.iter().map(|block| block.as_array().unwrap().len()).collect::<Vec<_>>(),
            [1000, 1000, 500]
        );
        assert_eq!(blocks[2][499][2], 2499);
    }

    #[test]
    fn a_number_that_a_script_cannot_hold_is_text() {
        assert_eq!(cell(i64::MAX.into()), "9223372036854775807");
        assert_eq!(cell((-7).into()), -7);
    }

    #[test]
    fn a_table_without_rows_has_no_data() {
        assert_eq!(data(table()), "");
    }

    proptest! {
        #[test]
        fn hostile_text_is_the_same_after_parsing(text in samples::hostile_text()) {
            let mut table = table();
            table.row(vec![text.as_str().into()]).unwrap();
            let data = data(table);
            let json = data.split_once('>').unwrap().1.strip_suffix("</script>\n").unwrap();
            prop_assert!(!json.contains(['<', '>', '&', '\u{2028}', '\u{2029}', '\u{202e}']), "{}", json);
            let rows: Vec<Vec<String>> = serde_json::from_str(json).unwrap();
            prop_assert_eq!(&rows[0][0], &visible(&text));
        }
    }
}
