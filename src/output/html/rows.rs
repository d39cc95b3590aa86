//! One table of a page: its first rows as markup for every reader, all of its rows as data for the script.
//!
//! Data waits in a temporary file without a name until the page is written, so that memory stays flat.

use super::super::sink::BUFFER_BYTES;
use super::escape::{escaped, push_json_in_script, push_text, visible};
use crate::domain::record::{ColumnKind, Value};
use crate::domain::text::{Language, Text};
use serde_json::json;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};

/// Rows that stand in the page as markup, and that the script shows at once.
pub(super) const ROWS_AT_ONCE: usize = 100;
/// Rows in one script element: a browser parses many small ones more easily than a huge one.
const ROWS_A_BLOCK: u64 = 1000;
/// A text of more bytes needs a wide column.
const LONG: usize = 90;
/// Beyond it a script's number loses digits.
const LARGEST_NUMBER: u64 = 1 << 53;
const YES: Text = Text::new("yes", "是");
const NO: Text = Text::new("no", "否");

/// How a column's cells look and sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Text,
    Identifier,
    Date,
    Integer,
    Boolean,
    /// One of a few words, coloured.
    Badge,
    /// A digest.
    Digest,
}

impl Look {
    pub(super) const fn of(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::Text | ColumnKind::Array | ColumnKind::Object => Self::Text,
            ColumnKind::Identifier => Self::Identifier,
            ColumnKind::Date => Self::Date,
            ColumnKind::Integer => Self::Integer,
            ColumnKind::Boolean => Self::Boolean,
        }
    }

    /// The class of its cells; the script knows a column by it.
    const fn class(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Identifier => "id",
            Self::Date => "date",
            Self::Integer => "int",
            Self::Boolean => "bool",
            Self::Badge => "badge",
            Self::Digest => "digest",
        }
    }
}

/// Whether a column is in the table; the details of a row have them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Shown,
    /// Where it has any value.
    ShownIfFilled,
    Details,
}

/// Whether a column's values can be chosen from a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    Offered,
    None,
}

pub(super) struct PageColumn {
    pub key: &'static str,
    pub label: &'static str,
    pub look: Look,
    pub place: Place,
    pub choice: Choice,
    /// The colour of a badge with these words.
    pub tone: fn(&str) -> Option<&'static str>,
    /// Whether every row says in it what was asked.
    pub repeats_the_query: bool,
    is_filled: bool,
    is_long: bool,
    /// The colours that occur, for the script. There are few words with a colour.
    tones: Vec<(String, &'static str)>,
}

impl PageColumn {
    pub(super) fn new(key: &'static str, label: &'static str, look: Look) -> Self {
        Self {
            key,
            label,
            look,
            place: Place::Shown,
            choice: Choice::None,
            tone: |_| None,
            repeats_the_query: true,
            is_filled: false,
            is_long: false,
            tones: Vec::new(),
        }
    }

    fn is_shown(&self) -> bool {
        match self.place {
            Place::Shown => true,
            Place::ShownIfFilled => self.is_filled,
            Place::Details => false,
        }
    }
}

/// A row that is kept as markup.
struct FirstRow {
    is_faint: bool,
    cells: Vec<String>,
}

pub(super) struct PageTable {
    pub id: &'static str,
    pub columns: Vec<PageColumn>,
    /// The column whose truth makes a row faint.
    pub faint: Option<usize>,
    language: Language,
    data: BufWriter<File>,
    rows: u64,
    first: Vec<FirstRow>,
    json: Vec<u8>,
    html: String,
}

impl PageTable {
    /// A table without rows. An error is that of the temporary file.
    pub(super) fn new(id: &'static str, columns: Vec<PageColumn>, language: Language) -> io::Result<Self> {
        Ok(Self {
            id,
            columns,
            faint: None,
            language,
            data: BufWriter::with_capacity(BUFFER_BYTES, tempfile::tempfile()?),
            rows: 0,
            first: Vec::new(),
            json: Vec::new(),
            html: String::new(),
        })
    }

    pub(super) const fn rows(&self) -> u64 {
        self.rows
    }

    /// Adds a row; its values are in the order of the columns.
    pub(super) fn row<'a>(&mut self, values: impl Iterator<Item = Value<'a>>) -> io::Result<()> {
        let mut first = (self.first.len() < ROWS_AT_ONCE)
            .then(|| FirstRow { is_faint: false, cells: Vec::with_capacity(self.columns.len()) });
        self.json.clear();
        for (index, (column, value)) in self.columns.iter_mut().zip(values).enumerate() {
            self.json.push(if index == 0 { b'[' } else { b',' });
            column.is_filled |= value != Value::Null;
            column.is_long |= matches!(value, Value::Text(text) if text.len() > LONG);
            append_json(value, &mut self.json)?;
            if column.look == Look::Badge
                && let Value::Text(words) = value
                && let Some(tone) = (column.tone)(words)
                && column.tones.len() < ROWS_AT_ONCE
                && !column.tones.iter().any(|(known, _)| known == words)
            {
                column.tones.push((visible(words).into_owned(), tone));
            }
            if let Some(first) = &mut first {
                first.is_faint |= self.faint == Some(index) && value == Value::Boolean(true);
                first.cells.push(cell(column, value, self.language));
            }
        }
        self.json.push(b']');
        self.first.extend(first);
        self.html.clear();
        match (self.rows, self.rows % ROWS_A_BLOCK) {
            (0, _) => self.begin_block(),
            (_, 0) => {
                self.html.push_str("]</script>\n");
                self.begin_block();
            }
            _ => self.html.push_str(",\n"),
        }
        self.rows += 1;
        let json = std::str::from_utf8(&self.json).map_err(io::Error::other)?;
        push_json_in_script(json, &mut self.html);
        self.data.write_all(self.html.as_bytes())
    }

    fn begin_block(&mut self) {
        let _ = writeln!(self.html, "<script type=\"application/json\" data-rows=\"{}\">[", self.id);
    }

    /// The table with its first rows.
    pub(super) fn markup(&self) -> String {
        let mut html = String::from("<div class=\"frame\"><table><thead><tr>");
        for column in self.columns.iter().filter(|column| column.is_shown()) {
            let _ = write!(
                html,
                "<th scope=\"col\" class=\"{}\">{}</th>",
                column.look.class(),
                escaped(column.label)
            );
        }
        html.push_str("</tr></thead><tbody>\n");
        for row in &self.first {
            html.push_str(if row.is_faint { "<tr class=\"faint\">" } else { "<tr>" });
            let cells = self.columns.iter().zip(&row.cells).filter(|(column, _)| column.is_shown());
            html.extend(cells.map(|(_, cell)| cell.as_str()));
            html.push_str("</tr>\n");
        }
        html.push_str("</tbody></table></div>\n");
        html
    }

    /// What the script has to know about it.
    pub(super) fn description(&self) -> serde_json::Value {
        let columns: Vec<_> = self
            .columns
            .iter()
            .map(|column| {
                let tones: serde_json::Map<_, _> =
                    column.tones.iter().map(|(words, tone)| (words.clone(), json!(tone))).collect();
                json!({
                    "key": column.key,
                    "label": column.label,
                    "look": column.look.class(),
                    "long": column.is_long && column.look == Look::Text,
                    "shown": column.is_shown(),
                    "choice": column.choice == Choice::Offered,
                    "tones": tones,
                })
            })
            .collect();
        json!({"id": self.id, "faint": self.faint, "columns": columns})
    }

    /// Writes all rows as data.
    pub(super) fn write_data(self, writer: &mut impl Write) -> io::Result<()> {
        let mut data = self.data.into_inner().map_err(io::IntoInnerError::into_error)?;
        data.rewind()?;
        io::copy(&mut data, writer)?;
        if self.rows > 0 { writer.write_all(b"]</script>\n") } else { Ok(()) }
    }
}

fn append_json(value: Value<'_>, json: &mut Vec<u8>) -> io::Result<()> {
    match value {
        Value::Text(text) => serde_json::to_writer(json, visible(text).as_ref())?,
        Value::Json(object) => serde_json::to_writer(json, visible(&object.to_string()).as_ref())?,
        Value::Integer(number) if number.unsigned_abs() > LARGEST_NUMBER => {
            serde_json::to_writer(json, &number.to_string())?;
        }
        Value::Null | Value::Integer(_) | Value::Boolean(_) => serde_json::to_writer(json, &value)?,
    }
    Ok(())
}

fn cell(column: &PageColumn, value: Value<'_>, language: Language) -> String {
    let text: Cow<'_, str> = match value {
        Value::Null => Cow::Borrowed(""),
        Value::Text(text) => Cow::Borrowed(text),
        Value::Integer(number) => Cow::Owned(number.to_string()),
        Value::Boolean(true) => Cow::Borrowed(YES.in_language(language)),
        Value::Boolean(false) => Cow::Borrowed(NO.in_language(language)),
        Value::Json(json) => Cow::Owned(json.to_string()),
    };
    let mut html = format!("<td class=\"{}\" data-label=\"{}\">", column.look.class(), escaped(column.label));
    if value == Value::Null {
        html.push('–');
    } else {
        let tone = (column.look == Look::Badge).then(|| (column.tone)(&text).unwrap_or("plain"));
        let _ = write!(html, "<bdi{}>", tone.map_or_else(String::new, |tone| format!(" class=\"{tone}\"")));
        push_text(&text, &mut html);
        html.push_str("</bdi>");
    }
    html.push_str("</td>");
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> PageTable {
        let mut columns = vec![
            PageColumn::new("name", "名称", Look::Text),
            PageColumn::new("state", "State", Look::Badge),
            PageColumn::new("number", "Number", Look::Integer),
            PageColumn::new("old", "Old", Look::Boolean),
        ];
        columns[1].tone = |words| (words == "bad").then_some("bad");
        columns[2].place = Place::ShownIfFilled;
        columns[3].place = Place::Details;
        let mut table = PageTable::new("records", columns, Language::English).unwrap();
        table.faint = Some(3);
        table
    }

    fn data(table: PageTable) -> String {
        let mut bytes = Vec::new();
        table.write_data(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_row_is_markup_and_data_and_neither_is_code() {
        let mut table = table();
        let values = [Value::Text("</script>"), Value::Text("bad"), Value::Null, Value::Boolean(true)];
        table.row(values.into_iter()).unwrap();
        let markup = table.markup();
        assert!(
            markup.contains(
                "<tr class=\"faint\"><td class=\"text\" data-label=\"名称\"><bdi>&lt;/script&gt;</bdi></td>"
            ),
            "{markup}"
        );
        assert!(markup.contains("<bdi class=\"bad\">bad</bdi>"), "{markup}");
        assert!(!markup.contains("Number") && !markup.contains("Old"), "{markup}");
        assert_eq!(table.description()["columns"][1]["tones"]["bad"], "bad");
        assert_eq!(
            data(table),
            "<script type=\"application/json\" data-rows=\"records\">[\n[\"\\u003c/script\\u003e\",\"bad\",null,true]]</script>\n"
        );
    }

    #[test]
    fn many_rows_are_many_blocks_and_few_of_them_are_markup() {
        let mut table = table();
        for number in 0..2500_i64 {
            let values = [Value::Text("x"), Value::Null, Value::Integer(number), Value::Null];
            table.row(values.into_iter()).unwrap();
        }
        assert_eq!((table.rows(), table.markup().matches("<tr>").count()), (2500, ROWS_AT_ONCE + 1));
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
        let mut json = Vec::new();
        append_json(Value::Integer(i64::MAX), &mut json).unwrap();
        append_json(Value::Integer(-7), &mut json).unwrap();
        assert_eq!(String::from_utf8(json).unwrap(), "\"9223372036854775807\"-7");
    }

    #[test]
    fn a_table_without_rows_has_no_data() {
        assert_eq!(data(table()), "");
    }
}
