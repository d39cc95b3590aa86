//! The fields of one vendor record, sorted by their documented names and read as the types of their columns.
//!
//! Nothing is dropped: a field that the document does not know, and one that cannot be read as its column's
//! type, is kept under the vendor's own name. No vendor's names are known here.

use super::wire_value::{Detail, Member, WireValue, read};
use crate::domain::date::{day_of_milliseconds, day_of_text};
use compact_str::{CompactString, ToCompactString};
use serde_json::{Map, Value};

/// A field with the name under which the vendor sent it.
pub(super) type Field<'m> = Option<&'m Member<'m>>;

/// The documented names of a record's fields, and where they stood in the record before: vendors keep their
/// order, so that most names are found at the first look.
pub(super) struct FieldSorter<const N: usize> {
    names: &'static [&'static str; N],
    places: Vec<Option<usize>>,
}

impl<const N: usize> FieldSorter<N> {
    /// A sorter for these names.
    pub(super) const fn new(names: &'static [&'static str; N]) -> Self {
        Self { names, places: Vec::new() }
    }

    /// The fields in the order of the names, and all others. Of a name that is sent twice the documented spelling
    /// wins, then the last; one that loses by its spelling is kept among the others.
    pub(super) fn sort<'m>(&mut self, members: &'m [Member<'m>]) -> ([Field<'m>; N], Extra) {
        let mut fields = [None; N];
        let mut extra = Extra::default();
        self.places.resize(self.places.len().max(members.len()), None);
        for (position, member) in members.iter().enumerate() {
            match self.place(position, &member.0) {
                Some(place) => extra.settle(&mut fields[place], member, self.names[place]),
                None => extra.keep(member),
            }
        }
        (fields, extra)
    }

    fn place(&mut self, position: usize, name: &str) -> Option<usize> {
        if let Some(place) = self.places[position]
            && self.names[place] == name
        {
            return Some(place);
        }
        let place = field_position(self.names, name);
        self.places[position] = place;
        place
    }
}

/// The position of a name among the documented ones, in any upper and lower case.
pub(super) fn field_position(names: &[&str], name: &str) -> Option<usize> {
    names
        .iter()
        .position(|documented| *documented == name)
        .or_else(|| names.iter().position(|documented| documented.eq_ignore_ascii_case(name)))
}

/// What goes under `extra`.
#[derive(Default)]
pub(super) struct Extra(Map<String, Value>);

impl Extra {
    /// The object, if there is anything in it.
    pub(super) fn into_value(self) -> Option<Value> {
        (!self.0.is_empty()).then_some(Value::Object(self.0))
    }

    /// A text or a number, as text: exact, never blank.
    pub(super) fn text(&mut self, field: Field<'_>) -> Option<CompactString> {
        self.read(field, text_of)
    }

    /// A whole number, as a number or as text.
    pub(super) fn integer(&mut self, field: Field<'_>) -> Option<i64> {
        self.read(field, |value| match value {
            WireValue::Integer(number) => Ok(Some(*number)),
            WireValue::Text(text) => text.trim().parse().map(Some).map_err(|_| Misfit),
            _ => Err(Misfit),
        })
    }

    /// A calendar day in Asia/Shanghai, from a text or from an epoch in milliseconds.
    pub(super) fn day(&mut self, field: Field<'_>) -> Option<CompactString> {
        self.read(field, |value| {
            let day = match value {
                // fewer digits are no plausible milliseconds: 0, 20170308, or seconds
                WireValue::Integer(number) if number.unsigned_abs() >= 10_000_000_000 => {
                    day_of_milliseconds(*number)
                }
                WireValue::Text(text) => day_of_text(text),
                _ => None,
            };
            day.map(Some).ok_or(Misfit)
        })
    }

    /// A truth value, also as 0 and 1 and as text.
    pub(super) fn truth(&mut self, field: Field<'_>) -> Option<bool> {
        self.read(field, |value| match value {
            WireValue::Boolean(truth) => Ok(Some(*truth)),
            WireValue::Integer(0) => Ok(Some(false)),
            WireValue::Integer(1) => Ok(Some(true)),
            WireValue::Text(text) => match text.trim() {
                "0" => Ok(Some(false)),
                "1" => Ok(Some(true)),
                word if word.eq_ignore_ascii_case("false") => Ok(Some(false)),
                word if word.eq_ignore_ascii_case("true") => Ok(Some(true)),
                _ => Err(Misfit),
            },
            _ => Err(Misfit),
        })
    }

    /// One of the vendor's codes, as a number or as text; `meaning` knows them.
    pub(super) fn code<T>(&mut self, field: Field<'_>, meaning: impl Fn(&str) -> Option<T>) -> Option<T> {
        self.read(field, |value| {
            let meaning = value.scalar().and_then(|code| meaning(&code));
            meaning.map(Some).ok_or(Misfit)
        })
    }

    /// The same where the data has a word for codes that the document does not know; the code itself is kept.
    pub(super) fn open_code<T>(
        &mut self,
        field: Field<'_>,
        meaning: impl Fn(&str) -> Option<T>,
        other: T,
    ) -> Option<T> {
        let has_code = field.is_some_and(|(_, value)| value.scalar().is_some());
        self.code(field, meaning).or(has_code.then_some(other))
    }

    /// An array, as itself or as JSON in a text; an object counts as an array of one, `{}` as nothing.
    pub(super) fn array(&mut self, field: Field<'_>) -> Option<Value> {
        self.read(field, |value| match value {
            WireValue::List(_) | WireValue::Object(_) => Ok(array_of(value)),
            WireValue::Text(text) => match text.trim() {
                "[]" => Ok(Some(Value::Array(Vec::new()))),
                "null" => Ok(None),
                json if json.starts_with(['[', '{']) => {
                    read(json.as_bytes(), Detail::Whole).map(|inner| array_of(&inner)).map_err(|_| Misfit)
                }
                _ => Err(Misfit),
            },
            _ => Err(Misfit),
        })
    }

    fn read<T>(
        &mut self,
        field: Field<'_>,
        convert: impl FnOnce(&WireValue<'_>) -> Result<Option<T>, Misfit>,
    ) -> Option<T> {
        let member = field?;
        if member.1.is_blank() && !matches!(member.1, WireValue::List(_)) {
            return None;
        }
        convert(&member.1).unwrap_or_else(|Misfit| {
            self.keep(member);
            None
        })
    }

    fn keep(&mut self, (name, value): &Member<'_>) {
        self.0.insert(name.to_string(), value.to_json());
    }

    fn settle<'m>(&mut self, field: &mut Field<'m>, member: &'m Member<'m>, documented: &str) {
        match *field {
            Some(present) if present.0 != member.0 && member.0 != documented => self.keep(member),
            Some(present) if present.0 != member.0 => {
                self.keep(present);
                *field = Some(member);
            }
            _ => *field = Some(member),
        }
    }
}

/// A value that is none of its column's type.
struct Misfit;

fn text_of(value: &WireValue<'_>) -> Result<Option<CompactString>, Misfit> {
    match value {
        WireValue::Text(text) | WireValue::Number(text) => Ok(Some(CompactString::new(text))),
        WireValue::Integer(number) => Ok(Some(number.to_compact_string())),
        WireValue::List(items) if items.is_empty() => Ok(None),
        _ => Err(Misfit),
    }
}

fn array_of(value: &WireValue<'_>) -> Option<Value> {
    match value {
        WireValue::List(_) => Some(value.to_json()),
        WireValue::Object(members) if !members.is_empty() => Some(Value::Array(vec![value.to_json()])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NAMES: [&str; 2] = ["one", "Two"];

    /// Reads `json` as the field `one` by `convert`, and what is left over.
    fn field<T>(
        json: &str,
        convert: impl FnOnce(&mut Extra, Field<'_>) -> Option<T>,
    ) -> (Option<T>, Option<Value>) {
        let body = format!("{{\"one\":{json}}}");
        let Ok(WireValue::Object(members)) = read(body.as_bytes(), Detail::Whole) else { panic!("{body}") };
        let ([one, _], mut extra) = FieldSorter::new(&NAMES).sort(&members);
        let converted = convert(&mut extra, one);
        (converted, extra.into_value())
    }

    fn sorted(body: &str) -> ([Option<CompactString>; 2], Option<Value>) {
        let Ok(WireValue::Object(members)) = read(body.as_bytes(), Detail::Whole) else { panic!("{body}") };
        let ([one, two], mut extra) = FieldSorter::new(&NAMES).sort(&members);
        ([extra.text(one), extra.text(two)], extra.into_value())
    }

    #[test]
    fn texts_are_exact_and_numbers_are_texts() {
        for (json, text) in [
            (r#"" 乐视　云 \n""#, Some(" 乐视　云 \n")),
            ("30778596", Some("30778596")),
            ("1359050784083415123456", Some("1359050784083415123456")),
            ("1.10", Some("1.10")),
            (r#""""#, None),
            (r#"" \u3000 ""#, None),
            ("null", None),
            ("[]", None),
            ("{}", None),
        ] {
            let read = field(json, Extra::text);
            assert_eq!(read, (text.map(Into::into), None), "{json}");
        }
        assert_eq!(field("true", Extra::text), (None, Some(json!({"one": true}))));
        assert_eq!(field(r#"{"a":[1]}"#, Extra::text), (None, Some(json!({"one": {"a": [1]}}))));
    }

    #[test]
    fn whole_numbers_come_as_numbers_and_as_texts() {
        for (json, number) in
            [("7", Some(7)), (r#"" 7 ""#, Some(7)), (r#""""#, None), ("null", None), ("-1", Some(-1))]
        {
            assert_eq!(field(json, Extra::integer), (number, None), "{json}");
        }
        for json in ["1.5", r#""many""#, "true", "[1]"] {
            let kept: Value = serde_json::from_str(json).unwrap();
            assert_eq!(field(json, Extra::integer), (None, Some(json!({"one": kept}))), "{json}");
        }
    }

    #[test]
    fn days_come_in_every_form_and_what_is_none_is_kept() {
        for json in ["1676390400000", r#""1676390400000""#, r#""2023-02-15""#, r#""2023-02-15T00:00:00""#] {
            let read = field(json, Extra::day);
            assert_eq!(read, (Some("2023-02-15".into()), None), "{json}");
        }
        for json in ["0", "20230215", "9223372036854775807", r#""0000-00-00""#, r#""昨天""#, "true"] {
            let kept: Value = serde_json::from_str(json).unwrap();
            assert_eq!(field(json, Extra::day), (None, Some(json!({"one": kept}))), "{json}");
        }
        assert_eq!(field(r#""""#, Extra::day), (None, None));
    }

    #[test]
    fn truth_comes_in_every_form() {
        for (json, truth) in [
            ("0", false),
            ("1", true),
            (r#""0""#, false),
            (r#""1""#, true),
            ("true", true),
            ("false", false),
            (r#""True""#, true),
            (r#""FALSE""#, false),
        ] {
            assert_eq!(field(json, Extra::truth), (Some(truth), None), "{json}");
        }
        assert_eq!(field("2", Extra::truth), (None, Some(json!({"one": 2}))));
        assert_eq!(field(r#""是""#, Extra::truth), (None, Some(json!({"one": "是"}))));
        assert_eq!(field("null", Extra::truth), (None, None));
    }

    #[test]
    fn arrays_come_as_themselves_and_as_json_in_a_text() {
        for (json, array) in [
            (r#"[{"a":1}]"#, Some(json!([{"a": 1}]))),
            (r#""[{\"a\":\"一\"}]""#, Some(json!([{"a": "一"}]))),
            (
                r#""[{\"a\":\"\\ud800\",\"n\":12345678901234567890}]""#,
                Some(json!([{"a": "\u{fffd}", "n": 12_345_678_901_234_567_890_u64}])),
            ),
            (r#""{\"a\":1}""#, Some(json!([{"a": 1}]))),
            (r#""[]""#, Some(json!([]))),
            ("[]", Some(json!([]))),
            (r#""{}""#, None),
            ("{}", None),
            (r#""""#, None),
            (r#""null""#, None),
            ("null", None),
        ] {
            assert_eq!(field(json, Extra::array), (array, None), "{json}");
        }
        for json in [r#""张三""#, r#""[{""#, "5"] {
            let kept: Value = serde_json::from_str(json).unwrap();
            assert_eq!(field(json, Extra::array), (None, Some(json!({"one": kept}))), "{json}");
        }
    }

    #[test]
    fn unknown_codes_are_kept() {
        let known = |code: &str| (code == "1").then_some('a');
        assert_eq!(field("1", |extra, one| extra.code(one, known)), (Some('a'), None));
        assert_eq!(field(r#""1""#, |extra, one| extra.code(one, known)), (Some('a'), None));
        assert_eq!(field("9", |extra, one| extra.code(one, known)), (None, Some(json!({"one": 9}))));
        assert_eq!(
            field("9", |extra, one| extra.open_code(one, known, 'z')),
            (Some('z'), Some(json!({"one": 9})))
        );
        assert_eq!(field("null", |extra, one| extra.open_code(one, known, 'z')), (None, None));
    }

    #[test]
    fn names_are_known_in_any_case_and_all_others_are_kept_as_they_are() {
        let (read, extra) = sorted(r#"{"TWO":"b","x":1,"ONE":"a","Y":null,"z":{"k":[]},"e":""}"#);
        assert_eq!(read, [Some("a".into()), Some("b".into())]);
        assert_eq!(extra, Some(json!({"x": 1, "Y": null, "z": {"k": []}, "e": ""})));
        assert_eq!(sorted(r#"{"one":"a"}"#), ([Some("a".into()), None], None));
    }

    #[test]
    fn of_a_name_sent_twice_the_documented_spelling_wins_and_then_the_last() {
        assert_eq!(sorted(r#"{"one":"a","one":"b"}"#).0[0].as_deref(), Some("b"));
        let winner = Some(CompactString::from("a"));
        assert_eq!(sorted(r#"{"one":"a","ONE":"b"}"#), ([winner.clone(), None], Some(json!({"ONE": "b"}))));
        assert_eq!(sorted(r#"{"ONE":"b","one":"a"}"#), ([winner, None], Some(json!({"ONE": "b"}))));
    }

    #[test]
    fn a_changed_order_does_not_mislead_the_next_record() {
        let mut sorter = FieldSorter::new(&NAMES);
        for body in
            [r#"{"one":"a","Two":"b"}"#, r#"{"Two":"b","new":1,"one":"a"}"#, r#"{"one":"a","Two":"b"}"#]
        {
            let Ok(WireValue::Object(members)) = read(body.as_bytes(), Detail::Whole) else {
                panic!("{body}")
            };
            let ([one, two], mut extra) = sorter.sort(&members);
            assert_eq!((extra.text(one).unwrap(), extra.text(two).unwrap()), ("a".into(), "b".into()));
        }
    }
}
