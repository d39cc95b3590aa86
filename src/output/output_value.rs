//! Values in the form in which they are written. For people, the words of a closed set are in their language, and
//! arrays and objects have no syntax.

use super::{CsvDialect, Format, Header, Layout, Options};
use crate::domain::column::{COPYRIGHT, EXTRA};
use crate::domain::record::{Column, ColumnKind, Value};
use crate::domain::text::{Language, Text};
use crate::input;
use serde::{Serialize, Serializer};
use serde_json::Value as Json;
use std::borrow::Cow;

/// The language of the values in a file: Chinese below Chinese headings in files for spreadsheets, else English, which is
/// that of the data.
pub(super) fn value_language(format: Format, layout: &Layout, options: Options) -> Language {
    let is_for_a_spreadsheet = format == Format::Xlsx
        || (matches!(format, Format::Csv | Format::Tsv) && options.csv_dialect == CsvDialect::Excel);
    if is_for_a_spreadsheet && layout.header == Header::Labels { layout.language } else { Language::English }
}

/// A value in the form in which it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum OutputValue<'a> {
    /// As it is in the data.
    Plain(Value<'a>),
    /// In words for people.
    Words(String),
    /// A cell of the user's list, and its text.
    Cell(&'a input::Cell, Cow<'a, str>),
}

impl<'a> OutputValue<'a> {
    /// The form of `value` of `column` for people.
    pub(super) fn of(column: &Column, value: Value<'a>, language: Language) -> Self {
        match value {
            Value::Text(word) => match column.label_of(word) {
                Some(label) => Self::Plain(Value::Text(label.in_language(language))),
                None => Self::Plain(value),
            },
            Value::Json(json) => match in_words(json, column, language) {
                words if words.is_empty() => Self::Plain(Value::Null),
                words => Self::Words(words),
            },
            Value::Boolean(truth) => Self::Plain(Value::Text(truth_in_words(truth).in_language(language))),
            Value::Null | Value::Integer(_) => Self::Plain(value),
        }
    }

    /// The value in a file: in Chinese as a person reads it, else as it is in the data.
    pub(super) fn in_file(column: &Column, value: Value<'a>, language: Language) -> Self {
        match language {
            Language::English => Self::Plain(value),
            Language::Chinese => Self::of(column, value, language),
        }
    }

    /// The same as a value to be written.
    pub(super) fn value(&self) -> Value<'_> {
        match self {
            Self::Plain(value) => *value,
            Self::Words(words) => Value::Text(words),
            Self::Cell(_, text) => Value::Text(text),
        }
    }

    /// Its text in a format of flat values.
    pub(super) fn text(&self) -> Cow<'_, str> {
        flat_text(self.value())
    }
}

/// A truth value for people.
pub(super) const fn truth_in_words(truth: bool) -> Text {
    if truth { Text::new("yes", "是") } else { Text::new("no", "否") }
}

/// A value as the text of a flat format; nothing for null.
pub(super) fn flat_text(value: Value<'_>) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::Text(text) => Cow::Borrowed(text),
        Value::Integer(number) => Cow::Owned(number.to_string()),
        Value::Boolean(truth) => Cow::Borrowed(if truth { "true" } else { "false" }),
        Value::Json(json) => Cow::Owned(json.to_string()),
    }
}

impl Serialize for OutputValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

/// Labelled members of an object, and the objects of an array one after the other. Members without a label follow
/// under the label of the column `extra`.
fn in_words(json: &Json, column: &Column, language: Language) -> String {
    let [colon, comma, semicolon] = match language {
        Language::English => [": ", ", ", "; "],
        Language::Chinese => ["：", "，", "；"],
    };
    let listed = |members: Vec<String>| members.join(comma);
    match json {
        Json::Array(items) => {
            items.iter().map(|item| in_words(item, column, language)).collect::<Vec<_>>().join(semicolon)
        }
        Json::Object(members) => {
            let (mut labelled, mut other) = (Vec::new(), Vec::new());
            for (name, member) in members {
                let value = member_in_words(column, name, member, language);
                match column.label_of(name) {
                    _ if member.is_null() => {}
                    Some(label) => labelled.push(format!("{}{colon}{value}", label.in_language(language))),
                    None => other.push(format!("{name}{colon}{value}")),
                }
            }
            // The other members of a conflict are the providers.
            if column.kind == ColumnKind::Object || column.key == "conflicts" || other.is_empty() {
                labelled.append(&mut other);
            } else {
                let label = EXTRA[0].label.in_language(language);
                let [open, close] = match language {
                    Language::English => [" (", ")"],
                    Language::Chinese => ["（", "）"],
                };
                labelled.push(format!("{label}{open}{}{close}", listed(other)));
            }
            listed(labelled)
        }
        scalar => flat_text(scalar.into()).into_owned(),
    }
}

fn member_in_words(column: &Column, name: &str, member: &Json, language: Language) -> String {
    match member {
        Json::String(key) if column.key == "conflicts" && name == "field" => COPYRIGHT
            .iter()
            .find(|column| column.key == key)
            .map_or(key.as_str(), |column| column.label.in_language(language))
            .to_owned(),
        other => flat_text(other.into()).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::Topic;
    use serde_json::json;

    fn read(key: &str, value: Value<'_>, language: Language) -> String {
        let topic =
            if Topic::Dishonest.column_index(key).is_some() { Topic::Dishonest } else { Topic::Copyright };
        let column = &topic.columns()[topic.column_index(key).unwrap()];
        match OutputValue::of(column, value, language).value() {
            Value::Null => "null".to_owned(),
            Value::Text(text) => text.to_owned(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn words_of_a_closed_set_are_read_in_the_readers_language() {
        assert_eq!(read("subject_type", Value::Text("company"), Language::Chinese), "公司");
        assert_eq!(read("subject_type", Value::Text("company"), Language::English), "company");
        assert_eq!(read("kind", Value::Text("work"), Language::Chinese), "作品");
        assert_eq!(read("name", Value::Text("company"), Language::Chinese), "company");
    }

    #[test]
    fn arrays_and_objects_are_read_without_their_syntax() {
        let staff =
            json!([{"iname": "杨帆", "cardnum": null}, {"iname": "李想", "age": 7, "more": {"a": [1]}}]);
        assert_eq!(
            read("staff", Value::Json(&staff), Language::English),
            "name: 杨帆; name: 李想, Other vendor fields (age: 7, more: {\"a\":[1]})"
        );
        assert_eq!(
            read("staff", Value::Json(&staff), Language::Chinese),
            "姓名：杨帆；姓名：李想，服务商的其他字段（age：7，more：{\"a\":[1]}）"
        );
        let extra = json!({"regdate": "某日", "new": "乙"});
        assert_eq!(read("extra", Value::Json(&extra), Language::English), "regdate: 某日, new: 乙");
        assert_eq!(read("staff", Value::Json(&json!([])), Language::English), "null");
        assert_eq!(read("extra", Value::Json(&json!({})), Language::English), "null");
    }

    #[test]
    fn every_kind_of_value_has_its_text() {
        let staff = json!([{"name": "贾跃亭"}]);
        for (value, text) in [
            (Value::Null, ""),
            (Value::Text("0123"), "0123"),
            (Value::Integer(-7), "-7"),
            (Value::Boolean(true), "true"),
            (Value::Boolean(false), "false"),
            (Value::Json(&staff), r#"[{"name":"贾跃亭"}]"#),
        ] {
            assert_eq!(flat_text(value), text);
        }
    }
}
