//! One value as the text of a cell, for every format whose cells are flat.

use crate::domain::record::Value;
use std::fmt::Write;

/// The exact text of the value: empty for null, JSON for an array or object. `scratch` is reused for texts that have to
/// be made.
pub(super) fn flat_text<'a>(value: Value<'a>, scratch: &'a mut String) -> &'a str {
    match value {
        Value::Null => "",
        Value::Text(text) => text,
        Value::Boolean(true) => "true",
        Value::Boolean(false) => "false",
        Value::Integer(number) => {
            scratch.clear();
            write!(scratch, "{number}").expect("a string takes everything");
            scratch
        }
        Value::Json(json) => {
            scratch.clear();
            write!(scratch, "{json}").expect("a string takes everything");
            scratch
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_kind_of_value_has_its_text() {
        let staff = json!([{"name": "贾跃亭"}]);
        let mut scratch = String::new();
        for (value, text) in [
            (Value::Null, ""),
            (Value::Text("0123"), "0123"),
            (Value::Integer(-7), "-7"),
            (Value::Boolean(true), "true"),
            (Value::Boolean(false), "false"),
            (Value::Json(&staff), r#"[{"name":"贾跃亭"}]"#),
        ] {
            assert_eq!(flat_text(value, &mut scratch), text);
        }
    }
}
