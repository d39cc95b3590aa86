//! A value as a person reads it, in tables and reports: the words of a closed set in the reader's language, arrays
//! and objects without their syntax. Data for machines never comes here.

use super::query_columns::Words;
use crate::domain::record::{Column, Value};
use crate::domain::text::Language;
use serde_json::Value as Json;

/// A value that a person reads.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reading<'a> {
    /// As it is in the data.
    Plain(Value<'a>),
    /// In words of ours.
    Words(String),
}

impl<'a> Reading<'a> {
    /// How a person reads `value` of `column`.
    pub(super) fn of(column: &Column, value: Value<'a>, language: Language) -> Self {
        match value {
            Value::Text(word) => match column.label_of(word) {
                Some(label) => Self::Plain(Value::Text(label.in_language(language))),
                None => Self::Plain(value),
            },
            Value::Json(json) => match in_words(json) {
                words if words.is_empty() => Self::Plain(Value::Null),
                words => Self::Words(words),
            },
            Value::Null | Value::Integer(_) | Value::Boolean(_) => Self::Plain(value),
        }
    }

    /// The value in the words of the data or of a person. Arrays and objects stay JSON in the words of the data.
    pub(super) fn in_words(column: &Column, value: Value<'a>, words: Words) -> Self {
        match (words, value) {
            (Words::Machine, _) => Self::Plain(value),
            (Words::Chinese, Value::Boolean(truth)) => {
                Self::Plain(Value::Text(if truth { "是" } else { "否" }))
            }
            (Words::Chinese, _) => Self::of(column, value, Language::Chinese),
        }
    }

    /// The same as a value to be written.
    pub(super) fn value(&self) -> Value<'_> {
        match self {
            Self::Plain(value) => *value,
            Self::Words(words) => Value::Text(words),
        }
    }
}

/// `name: value, name: value` of an object, and of an array one after the other.
fn in_words(json: &Json) -> String {
    match json {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Bool(_) | Json::Number(_) => json.to_string(),
        Json::Array(items) => items.iter().map(in_words).collect::<Vec<_>>().join("; "),
        Json::Object(members) => {
            let members = members.iter().map(|(name, member)| match member {
                Json::Array(_) | Json::Object(_) => format!("{name}: {member}"),
                plain => format!("{name}: {}", in_words(plain)),
            });
            members.collect::<Vec<_>>().join(", ")
        }
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
        match Reading::of(column, value, language).value() {
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
        let staff = json!([{"iname": "杨帆", "age": 7, "note": null}, {"iname": "李想", "more": {"a": [1]}}]);
        assert_eq!(
            read("staff", Value::Json(&staff), Language::English),
            "iname: 杨帆, age: 7, note: ; iname: 李想, more: {\"a\":[1]}"
        );
        assert_eq!(read("staff", Value::Json(&json!([])), Language::English), "null");
        assert_eq!(read("extra", Value::Json(&json!({})), Language::English), "null");
    }
}
