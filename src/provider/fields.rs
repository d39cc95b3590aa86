//! The fields of a vendor's record, read as the types of their columns.
//!
//! Nothing is lost: a field without a column, and one whose value does not have its type, is kept under the vendor's own
//! name.

use super::body::{integer_digits, is_blank, key_of, read, scalar};
use crate::domain::column::{COPYRIGHT, Column, DISHONEST};
use crate::domain::date::{day_of_milliseconds, day_of_text};
use crate::domain::record::{Record, Topic};
use serde_json::{Map, Value};

/// A documented field of a vendor's record.
#[derive(Debug)]
pub struct Field {
    /// Its name in the vendor's document.
    pub name: &'static str,
    /// The key of its column.
    pub column: &'static str,
    /// The place of that column among those of its records.
    index: usize,
    kind: FieldKind,
}

/// The type as which a field's value is read.
#[derive(Debug)]
pub(super) enum FieldKind {
    /// A text, exactly as it is; a number as it is written.
    Verbatim,
    /// The vendor's own number, as text.
    Id,
    /// A calendar day in Asia/Shanghai, from a text or from an epoch in milliseconds.
    Day,
    /// An integer.
    Integer,
    /// `true` or `false`, or 1 or 0, also as text.
    Flag,
    /// 1 or 0, also as text, that says the opposite of its column.
    NegatedFlag,
    /// An array, as itself or as JSON in a text; an object counts as an array of one.
    Array,
    /// One of the vendor's codes with its meaning, and that of all other codes; an unknown code is kept as well.
    Code(&'static [(&'static str, &'static str)], Option<&'static str>),
}

/// A field of an entry of the dishonest list: a line of a provider's table.
pub(super) const fn dishonest_field(name: &'static str, column: &'static str, kind: FieldKind) -> Field {
    Field { name, column, index: index_of(&DISHONEST, column), kind }
}

/// A field of a copyright.
pub(super) const fn copyright_field(name: &'static str, column: &'static str, kind: FieldKind) -> Field {
    Field { name, column, index: index_of(&COPYRIGHT, column), kind }
}

/// The place of a column; the program does not compile without one.
const fn index_of(columns: &[Column], key: &str) -> usize {
    let mut index = 0;
    while !columns[index].key.eq_ignore_ascii_case(key) {
        index += 1;
    }
    index
}

/// Whether a name is that of a documented field.
pub(super) fn is_documented(fields: &[Field], name: &str) -> bool {
    fields.iter().any(|field| field.name.eq_ignore_ascii_case(name))
}

/// The record that these members describe. Of several spellings of a field's name the documented one counts, else the last.
/// The others are kept as extra fields, and so is a value that does not have the type of its field.
pub(super) fn record(topic: Topic, fields: &[Field], members: Map<String, Value>) -> Record {
    let field_of = |name: &String| {
        fields.iter().find(|field| {
            name == field.name
                || (name.eq_ignore_ascii_case(field.name) && key_of(&members, field.name) == Some(name))
        })
    };
    let known: Vec<_> = members.keys().map(field_of).collect();
    let (mut record, mut extra) = (Record::new(topic), Map::new());
    for ((name, value), field) in members.into_iter().zip(known) {
        let Some(field) = field else {
            extra.insert(name, value);
            continue;
        };
        match field.kind.read(value) {
            Ok(value) => record.set_at(field.index, value),
            Err(value) => {
                if let FieldKind::Code(_, Some(other)) = field.kind
                    && scalar(&value).is_some()
                {
                    record.set_at(field.index, other.into());
                }
                extra.insert(name, value);
            }
        }
    }
    record.extra = (!extra.is_empty()).then_some(Value::Object(extra));
    record
}

impl FieldKind {
    /// The value of the column; the vendor's value itself if it does not have this type.
    fn read(&self, value: Value) -> Result<Value, Value> {
        let read = match self {
            Self::Array if value.is_array() => return Ok(value),
            _ if is_blank(&value) => return Ok(Value::Null),
            Self::Verbatim => match value {
                Value::String(_) => return Ok(value),
                Value::Number(ref number) => Some(number.to_string().into()),
                _ => None,
            },
            Self::Array => array(&value),
            Self::Id => scalar(&value).map(|id| Value::String(id.into_owned())),
            Self::Day => day(&value).map(Value::String),
            Self::Integer => scalar(&value).and_then(|number| number.parse::<i64>().ok()).map(Value::from),
            Self::Flag => flag(&value).or_else(|| boolean(&value)).map(Value::Bool),
            Self::NegatedFlag => flag(&value).map(|flag| Value::Bool(!flag)),
            Self::Code(codes, _) => scalar(&value).and_then(|code| {
                let known = codes.iter().find(|(known, _)| known.eq_ignore_ascii_case(&code));
                known.map(|(_, meaning)| Value::from(*meaning))
            }),
        };
        read.ok_or(value)
    }
}

fn day(value: &Value) -> Option<String> {
    match value {
        // Fewer digits are no plausible milliseconds: 0, 20170308, or seconds.
        Value::Number(_) => {
            let number: i64 = scalar(value)?.parse().ok()?;
            (number.unsigned_abs() >= 10_000_000_000).then(|| day_of_milliseconds(number))?
        }
        Value::String(text) => day_of_text(text).or_else(|| day_of_text(&integer_digits(text.trim())?)),
        _ => None,
    }
}

fn flag(value: &Value) -> Option<bool> {
    match scalar(value)?.as_ref() {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

/// Not for a negated flag: no document says what a boolean would mean there.
fn boolean(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str()?.trim().to_ascii_lowercase().parse().ok())
}

/// An object as an array of one, or an array or object that is JSON in a text.
fn array(value: &Value) -> Option<Value> {
    match value {
        Value::Object(_) => Some(vec![value.clone()].into()),
        Value::String(text) if text.trim() == "null" => Some(Value::Null),
        Value::String(text) if text.trim_start().starts_with(['[', '{']) => {
            FieldKind::Array.read(read(text.as_bytes()).ok()?).ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Reads `json` as a field of that kind: its column and what is left over.
    fn value(json: &str, kind: FieldKind) -> (Value, Option<Value>) {
        let fields = [dishonest_field("One", "name", kind)];
        let members: Map<String, Value> = serde_json::from_str(&format!("{{\"one\":{json}}}")).unwrap();
        let record = record(Topic::Dishonest, &fields, members);
        (json!(record.value("name")), record.extra.map(|mut extra| extra["one"].take()))
    }

    fn kept(json: &str, kind: FieldKind) {
        let original: Value = serde_json::from_str(json).unwrap();
        assert_eq!(value(json, kind), (Value::Null, Some(original)), "{json}");
    }

    #[test]
    fn the_documented_spelling_counts_and_the_rest_stays_in_the_order_of_the_vendor() {
        let fields = [
            dishonest_field("One", "name", FieldKind::Verbatim),
            dishonest_field("Two", "court", FieldKind::Verbatim),
        ];
        let members = r#"{"z":1,"ONE":"a","One":"b","two":"c","TWO":"d","a":2}"#;
        let record = record(Topic::Dishonest, &fields, serde_json::from_str(members).unwrap());
        assert_eq!((record.text("name"), record.text("court")), (Some("b"), Some("d")));
        let extra = record.extra.unwrap().to_string();
        assert_eq!(extra, r#"{"z":1,"ONE":"a","two":"c","a":2}"#);
    }

    #[test]
    fn texts_are_exact_and_numbers_are_texts() {
        for (json, text) in [
            (r#"" 乐视　云 \n""#, Some(" 乐视　云 \n")),
            ("30778596", Some("30778596")),
            ("1359050784083415123456", Some("1359050784083415123456")),
            ("1.10", Some("1.10")),
            ("1.0", Some("1.0")),
            (r#""""#, None),
            (r#"" \u3000 ""#, None),
            ("null", None),
            ("[]", None),
            ("{}", None),
        ] {
            assert_eq!(value(json, FieldKind::Verbatim), (json!(text), None), "{json}");
        }
        kept("true", FieldKind::Verbatim);
        kept(r#"{"a":[1]}"#, FieldKind::Verbatim);
    }

    #[test]
    fn an_id_that_went_through_a_double_is_an_integer_again() {
        for (json, id) in [
            ("3.0778596E7", "30778596"),
            (r#""30778596.0""#, "30778596"),
            ("123456789012345678901", "123456789012345678901"),
            (r#"" 007 ""#, "007"),
            (r#""12e5""#, "12e5"),
        ] {
            assert_eq!(value(json, FieldKind::Id), (json!(id), None), "{json}");
        }
    }

    #[test]
    fn integers_come_as_numbers_and_as_texts() {
        for (json, number) in [
            ("7", Some(7)),
            (r#"" 7 ""#, Some(7)),
            ("30.0", Some(30)),
            (r#""1.0""#, Some(1)),
            ("2.017E3", Some(2017)),
            (r#""""#, None),
            ("null", None),
            ("-1", Some(-1)),
        ] {
            assert_eq!(value(json, FieldKind::Integer), (json!(number), None), "{json}");
        }
        for json in ["1.5", r#""many""#, "true", "[1]", "1e999"] {
            kept(json, FieldKind::Integer);
        }
    }

    #[test]
    fn days_come_in_every_form_and_what_is_none_is_kept() {
        for json in [
            "1676390400000",
            "1.6763904E12",
            "1676390400000.0",
            r#""1676390400000""#,
            r#""1.6763904E12""#,
            r#""2023-02-15""#,
            r#""2023-02-15T00:00:00""#,
            r#""2023-02-14T16:00:00.000+0000""#,
        ] {
            assert_eq!(value(json, FieldKind::Day), (json!("2023-02-15"), None), "{json}");
        }
        for json in ["0", "20230215", "9223372036854775807", r#""0000-00-00""#, r#""昨天""#, "true"] {
            kept(json, FieldKind::Day);
        }
        assert_eq!(value(r#""""#, FieldKind::Day), (Value::Null, None));
    }

    #[test]
    fn flags_come_in_every_form() {
        for (json, flag) in [("0", false), ("1", true), ("0.0", false), (r#""0""#, false), (r#""1.0""#, true)]
        {
            assert_eq!(value(json, FieldKind::Flag), (json!(flag), None), "{json}");
            assert_eq!(value(json, FieldKind::NegatedFlag), (json!(!flag), None), "{json}");
        }
        // In XML a boolean is a text.
        for (json, flag) in [("true", true), (r#""True""#, true), (r#""FALSE""#, false)] {
            assert_eq!(value(json, FieldKind::Flag), (json!(flag), None), "{json}");
            kept(json, FieldKind::NegatedFlag);
        }
        kept("2", FieldKind::NegatedFlag);
        kept("2", FieldKind::Flag);
        kept(r#""是""#, FieldKind::Flag);
        assert_eq!(value("null", FieldKind::Flag), (Value::Null, None));
    }

    #[test]
    fn arrays_come_as_themselves_and_as_json_in_a_text() {
        for (json, array) in [
            (r#"[{"a":1}]"#, json!([{"a": 1}])),
            (r#""[{\"a\":\"一\"}]""#, json!([{"a": "一"}])),
            (
                r#""[{\"a\":\"\\ud800\",\"n\":1e3}]""#,
                serde_json::from_str("[{\"a\":\"\u{fffd}\",\"n\":1e3}]").unwrap(),
            ),
            (r#""{\"a\":1}""#, json!([{"a": 1}])),
            (r#""[]""#, json!([])),
            ("[]", json!([])),
            (r#""{}""#, Value::Null),
            ("{}", Value::Null),
            (r#""""#, Value::Null),
            (r#""null""#, Value::Null),
            ("null", Value::Null),
        ] {
            assert_eq!(value(json, FieldKind::Array), (array, None), "{json}");
        }
        for json in [r#""张三""#, r#""[{""#, "5"] {
            kept(json, FieldKind::Array);
        }
    }

    #[test]
    fn unknown_codes_are_kept() {
        const CODES: &[(&str, &str)] = &[("1", "company")];
        for json in ["1", r#""1""#, "1.0"] {
            assert_eq!(value(json, FieldKind::Code(CODES, None)), (json!("company"), None), "{json}");
        }
        kept("9", FieldKind::Code(CODES, None));
        assert_eq!(value("9", FieldKind::Code(CODES, Some("other"))), (json!("other"), Some(json!(9))));
        assert_eq!(value("null", FieldKind::Code(CODES, Some("other"))), (Value::Null, None));
    }

    #[test]
    fn names_are_known_in_any_case_and_all_others_are_kept_as_they_are() {
        let fields = [("one", "name"), ("Two", "court")]
            .map(|(name, column)| dishonest_field(name, column, FieldKind::Verbatim));
        let read = |body: &str| {
            let record = record(Topic::Dishonest, &fields, serde_json::from_str(body).unwrap());
            (json!([record.value("name"), record.value("court")]), json!(record.extra))
        };
        let extra = json!({"x": 1, "Y": null, "z": {"k": []}, "e": ""});
        assert_eq!(
            read(r#"{"TWO":"b","x":1,"ONE":"a","Y":null,"z":{"k":[]},"e":""}"#),
            (json!(["a", "b"]), extra)
        );
        assert_eq!(read(r#"{"one":"a","one":"b"}"#), (json!(["b", null]), Value::Null));
        for body in [r#"{"one":"a","ONE":"b"}"#, r#"{"ONE":"b","one":"a"}"#] {
            assert_eq!(read(body), (json!(["a", null]), json!({"ONE": "b"})), "{body}");
        }
    }
}
