//! Records, rows and their values: what every output format writes.

use super::column::{COPYRIGHT, DISHONEST, EXTRA, LABELS, LEADING, MERGED};
pub use super::column::{Column, ColumnKind, ColumnPriority};
use super::fold::fold_name;
use super::identifier::is_digits;
use super::request::ProviderId;
use super::text::Text;
use serde::Serialize;
use serde_json::Value as Json;
use std::sync::{Arc, LazyLock};

/// The kinds of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// 失信被执行人.
    Dishonest,
    /// 著作权.
    Copyright,
    /// 著作权, one row for each registration from several providers.
    MergedCopyright,
}

/// The columns of each topic, in the order of [`Topic`].
static COLUMNS: LazyLock<[Vec<Column>; 3]> = LazyLock::new(|| {
    let with_own = |own: &[&[Column]]| [&LEADING[..], &own.concat(), &EXTRA].concat();
    [with_own(&[&DISHONEST]), with_own(&[&COPYRIGHT]), with_own(&[&COPYRIGHT, &MERGED])]
});

impl Topic {
    /// The word on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dishonest => "dishonest",
            Self::Copyright | Self::MergedCopyright => "copyright",
        }
    }

    /// Name and version of the output's schema, for example `hecha/dishonest@1`.
    pub fn schema(self) -> String {
        format!("hecha/{}@1", self.as_str())
    }

    /// Every column of a row in its documented order: the leading columns, the record's own, `extra`.
    pub fn columns(self) -> &'static [Column] {
        &COLUMNS[self as usize]
    }

    /// The position of the column with that key.
    pub fn column_index(self, key: &str) -> Option<usize> {
        self.columns().iter().position(|column| column.key == key)
    }
}

/// One value of a row, borrowed for writing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value<'a> {
    /// Unknown: `null` in JSON, nothing in CSV. Never an empty text.
    Null,
    /// Text, never empty.
    Text(&'a str),
    /// An integer.
    Integer(i64),
    /// True or false.
    Boolean(bool),
    /// An array or object: as itself in JSON, as its JSON text elsewhere.
    Json(&'a Json),
}

impl<'a> From<&'a Json> for Value<'a> {
    fn from(json: &'a Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::String(text) => Self::Text(text),
            Json::Bool(flag) => Self::Boolean(*flag),
            Json::Number(number) => number.as_i64().map_or(Self::Json(json), Self::Integer),
            Json::Array(_) | Json::Object(_) => Self::Json(json),
        }
    }
}

/// One record: the values of its own columns, and what the vendor sent beyond them.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    topic: Topic,
    /// A text is never empty, and an identifier is a text whatever the vendor sends.
    values: Vec<Json>,
    /// Fields without a column, under the vendor's own names; an object.
    pub extra: Option<Json>,
}

impl Record {
    /// A record of which nothing is known.
    pub fn new(topic: Topic) -> Self {
        let own_columns = topic.columns().len() - LEADING.len() - EXTRA.len();
        Self { topic, values: std::iter::repeat_with(Json::default).take(own_columns).collect(), extra: None }
    }

    /// Sets the value in the column of that key; an unknown key changes nothing.
    pub fn set(&mut self, key: &str, value: Json) {
        if let Some(index) = self.own_index(key) {
            self.set_at(index, value);
        }
    }

    /// Sets the value in the own column at that place.
    pub fn set_at(&mut self, index: usize, value: Json) {
        self.values[index] = value;
    }

    fn own_index(&self, key: &str) -> Option<usize> {
        let own_columns = &self.topic.columns()[LEADING.len()..][..self.values.len()];
        own_columns.iter().position(|column| column.key == key)
    }

    /// Its topic.
    pub const fn topic(&self) -> Topic {
        self.topic
    }

    /// The value in the column of that key.
    pub fn value(&self, key: &str) -> Value<'_> {
        self.own_index(key).map_or(Value::Null, |index| Value::from(&self.values[index]))
    }

    /// The text in the column of that key.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.value(key) {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The key by which two answers list the same record, although some of its values may differ.
    pub fn stable_key(&self) -> String {
        let key = match self.topic {
            Topic::Dishonest => {
                let single = |key| Some([key, ":", self.text(key)?].concat());
                single("record_key").or_else(|| single("id")).or_else(|| {
                    let (name, day) = (self.text("name"), self.text("published_on"));
                    Some(format!("case:{}\n{name:?}\n{day:?}", self.text("case_number")?))
                })
            }
            Topic::Copyright | Topic::MergedCopyright => {
                self.registration().map(|number| format!("number:{number}"))
            }
        };
        key.unwrap_or_else(|| serde_json::to_string(&self.values).unwrap_or_default())
    }

    /// The registration that a copyright's entry is about; `None` for a number that identifies nothing, and for an entry of
    /// a history, because such entries share the number of the registration.
    pub(super) fn registration(&self) -> Option<String> {
        let is_history = self.value("is_history") == Value::Boolean(true);
        self.text("registration_number").filter(|_| !is_history).and_then(normalise_registration_number)
    }
}

/// The year and the serial number of a software copyright number such as `2017SR012345`, in one form.
///
/// `None` for a masked number, a certificate number or another text: those identify nothing.
pub fn normalise_registration_number(number: &str) -> Option<String> {
    let folded = fold_name(number).replace(' ', "");
    let (year, serial) = folded.split_once("sr")?;
    (year.len() == 4 && is_digits(year) && is_digits(serial))
        .then(|| format!("{year}SR{}", serial.trim_start_matches('0')))
}

/// The relation of a record to the company that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordMatch {
    /// The query is a code, and the record carries it.
    Identifier,
    /// The record's company has the name that was asked for, character by character.
    Exact,
    /// The same name after [`fold_name`].
    Folded,
    /// The record carries another name or code of the asked kind.
    Other,
    /// There is nothing to compare: a natural person, or a code that the record does not carry.
    Undecided,
}

impl RecordMatch {
    /// The word in the data.
    pub const fn as_str(self) -> &'static str {
        self.label().en
    }

    /// The word for people: in English that of the data.
    pub const fn label(self) -> Text {
        LABELS[self as usize].2
    }

    /// Whether the record is the company's: `identifier`, `exact` or `folded`.
    pub const fn is_matched(self) -> bool {
        matches!(self, Self::Identifier | Self::Exact | Self::Folded)
    }
}

/// A record with its leading columns: one row of every output format.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The keyword it answers.
    pub query: Arc<str>,
    /// The provider that answered.
    pub provider: ProviderId,
    /// The relation of the record to the query.
    pub record_match: RecordMatch,
    /// Row of the keyword in the input file, or its position on the command line, from 1; 0 if it has none.
    pub input_row: u64,
    /// The record itself.
    pub record: Record,
}

impl Row {
    /// The providers that have the record; several if it is merged.
    pub fn providers(&self) -> Vec<&str> {
        match self.record.value("providers") {
            Value::Json(Json::Array(providers)) => providers.iter().filter_map(Json::as_str).collect(),
            _ => vec![self.provider.as_str()],
        }
    }

    /// The value in the column at `index` of [`Topic::columns`].
    pub fn value(&self, index: usize) -> Value<'_> {
        match index {
            0 => Value::Text(&self.query),
            1 => Value::Text(self.provider.as_str()),
            2 => Value::Text(self.record_match.as_str()),
            // A query of the archive has no row in a list.
            3 if self.input_row == 0 => Value::Null,
            3 => Value::Integer(i64::try_from(self.input_row).unwrap_or(i64::MAX)),
            _ => match self.record.values.get(index - LEADING.len()) {
                Some(value) => Value::from(value),
                None => self.record.extra.as_ref().map_or(Value::Null, Value::Json),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Record {
        /// The same record with another value in the column of that key.
        #[must_use]
        pub(crate) fn with(mut self, key: &str, value: impl Into<Json>) -> Self {
            self.set(key, value.into());
            self
        }
    }

    #[test]
    fn registration_numbers_have_one_form() {
        for number in ["2017SR012345", "2017sr12345", " 2017 SR 12345", "２０１７ＳＲ０１２３４５"]
        {
            assert_eq!(normalise_registration_number(number).as_deref(), Some("2017SR12345"), "{number}");
        }
        for number in
            ["2017*******", "2017SR***345", "软著登字第1234567号", "SR12345", "2017SR", "17SR12345", ""]
        {
            assert_eq!(normalise_registration_number(number), None, "{number}");
        }
        let zero = normalise_registration_number("2017SR0");
        assert_eq!((zero.is_some(), normalise_registration_number("2017sr 000000")), (true, zero));
    }

    #[test]
    fn the_same_entry_has_the_same_key_although_it_changed() {
        let entry = |key: &str, value: &str| {
            Record::new(Topic::Dishonest)
                .with("case_number", "(2023)苏1号")
                .with("name", "甲")
                .with(key, value)
        };
        for key in ["record_key", "id"] {
            let changed = entry(key, "7").with("performance", "全部已履行");
            assert_eq!(entry(key, "7").stable_key(), changed.stable_key());
            assert_ne!(entry(key, "7").stable_key(), entry(key, "8").stable_key());
        }
        assert_ne!(
            entry("published_on", "2023-01-01").stable_key(),
            entry("published_on", "2023-01-02").stable_key()
        );

        let copyright = |number: &str| Record::new(Topic::Copyright).with("registration_number", number);
        assert_eq!(
            copyright("2017SR12345").stable_key(),
            copyright("2017sr012345").with("name", "甲").stable_key()
        );
        assert_ne!(copyright("2017****").stable_key(), copyright("2017****").with("name", "甲").stable_key());
        let history = |version: &str| {
            let mut record = copyright("2017SR12345").with("version", version);
            record.set("is_history", true.into());
            record.stable_key()
        };
        assert_ne!(history("1.0"), history("2.0"));
    }
}
