//! Listings about the tool itself: a table for people, JSON or CSV for programs.

use super::{Context, data_format, data_writer, for_people, print_to};
use crate::domain::failure::Failure;
use crate::domain::text::{Message, Text};
use crate::output::{Format, csv_of_objects};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::io::{self, BufWriter, Write};

/// A cell: the value for programs, and the words for people.
pub(crate) type ListCell = (Value, Message);

/// A column: the key for programs, the heading for people, and the cell of a row. One without a heading is only for
/// programs.
pub(crate) type FunctionColumn<F> = (&'static str, Text, F);

/// A column of a constant table.
pub(crate) type ListColumn<T> = FunctionColumn<fn(&T) -> ListCell>;

/// A cell whose words are its value.
pub(crate) fn plain(value: impl Serialize) -> ListCell {
    let value = json!(value);
    let words = Message::verbatim(in_words(&value));
    (value, words)
}

fn in_words(value: &Value) -> String {
    let parts: Vec<String> = match value {
        Value::String(text) => return text.clone(),
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().map(in_words).collect(),
        Value::Object(members) => {
            members.iter().map(|(key, value)| format!("{key} {}", in_words(value))).collect()
        }
        Value::Bool(_) | Value::Number(_) => return value.to_string(),
    };
    if parts.is_empty() { "-".to_owned() } else { parts.join(", ") }
}

/// A cell of a text; programs get the English form.
pub(crate) fn translated(text: Text) -> ListCell {
    (json!(text), text.into())
}

/// A row for programs.
pub(crate) fn document<T>(
    columns: &[FunctionColumn<impl Fn(&T) -> ListCell>],
    row: &T,
) -> Map<String, Value> {
    columns.iter().map(|(key, _, cell)| ((*key).to_owned(), cell(row).0)).collect()
}

/// All rows for programs.
pub(crate) fn documents<T>(columns: &[FunctionColumn<impl Fn(&T) -> ListCell>], rows: &[T]) -> Value {
    rows.iter().map(|row| document(columns, row)).collect()
}

/// Prints a list: a table of the rows for people, `document` for programs, or all rows if there is none.
pub(crate) fn print_columns<T>(
    context: &Context,
    format: Option<Format>,
    document: Option<Value>,
    columns: &[FunctionColumn<impl Fn(&T) -> ListCell>],
    rows: &[T],
) -> Result<u8, Failure> {
    let format = data_format(format, context.terminal.output_is_terminal)?;
    let mut out = data_writer(format, None, context)?;
    let document = || document.unwrap_or_else(|| documents(columns, rows));
    print_to(&mut out, |out| match format {
        Format::Csv => match document() {
            Value::Array(objects) => csv_of_objects(out, &keys(columns), objects.into_iter().map(Ok)),
            object => {
                let members = object.as_object().into_iter().flat_map(Map::keys);
                let keys: Vec<_> = members.map(String::as_str).collect();
                csv_of_objects(out, &keys, [Ok(object.clone())])
            }
        },
        Format::Table => {
            let language = context.terminal.language;
            let shown = || columns.iter().filter(|(_, heading, _)| *heading != Text::EMPTY);
            let headings: Vec<_> = shown().map(|(_, heading, _)| heading.in_language(language)).collect();
            let in_words =
                |row| shown().map(|(.., cell)| cell(row).1.in_language(language).to_owned()).collect();
            let table =
                crate::output::listing::draw(&headings, rows.iter().map(in_words), context.terminal.width);
            out.write_all(table.as_bytes())
        }
        _ => writeln!(out, "{:#}", document()),
    })
}

/// Prints a list of which there may be a million rows: a table for people, else one row after the other.
pub(crate) fn print_rows<T, E>(
    context: &Context,
    format: Option<Format>,
    columns: &[FunctionColumn<impl Fn(&T) -> ListCell>],
    rows: impl Iterator<Item = Result<T, E>>,
) -> Result<u8, Failure>
where
    Failure: From<E>,
{
    if for_people(format, context) {
        return print_columns(context, format, None, columns, &rows.collect::<Result<Vec<_>, E>>()?);
    }
    let mut failure = None;
    let documents = rows.map(|row| match row {
        Ok(row) => Ok(Value::Object(document(columns, &row))),
        Err(error) => {
            failure = Some(Failure::from(error));
            Err(io::ErrorKind::Other.into())
        }
    });
    let format = data_format(format, context.terminal.output_is_terminal)?;
    let mut out = BufWriter::new(data_writer(format, None, context)?);
    let printed = print_to(&mut out, |out| match format {
        Format::Csv => csv_of_objects(out, &keys(columns), documents),
        _ => write_array(out, documents).and_then(|()| out.write_all(b"\n")),
    });
    failure.map_or(printed, Err)
}

fn keys<T>(columns: &[FunctionColumn<T>]) -> Vec<&'static str> {
    columns.iter().map(|(key, ..)| *key).collect()
}

/// Writes an array, one value after the other.
pub(crate) fn write_array(
    out: &mut impl Write,
    values: impl IntoIterator<Item = io::Result<Value>>,
) -> io::Result<()> {
    out.write_all(b"[")?;
    let mut separator = "\n";
    for value in values {
        write!(out, "{separator}{}", value?)?;
        separator = ",\n";
    }
    out.write_all(b"\n]")
}
