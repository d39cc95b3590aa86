//! Records, their columns and their values: what every output format writes and nothing else.

use super::copyright::CopyrightRecord;
use super::dishonest::DishonestRecord;
use super::fold::fold_name;
use super::request::ProviderId;
use super::text::Text;
use compact_str::CompactString;
use serde::ser::{Serialize, Serializer};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// One value of a record, borrowed for writing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Unknown: `null` in JSON, nothing in CSV. Never an empty text.
    Null,
    /// Text, never empty. Identifiers are text whatever the vendor sends.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// True or false.
    Boolean(bool),
    /// An array or object: as itself in JSON, as its JSON text elsewhere.
    Json(&'a serde_json::Value),
}

impl<'a> Value<'a> {
    /// The text, or null where there is none.
    pub fn of_text(text: Option<&'a CompactString>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(text))
    }

    /// The number, or null where there is none.
    pub fn of_integer(number: Option<i64>) -> Self {
        number.map_or(Self::Null, Self::Integer)
    }

    /// The truth value, or null where there is none.
    pub fn of_boolean(truth: Option<bool>) -> Self {
        truth.map_or(Self::Null, Self::Boolean)
    }

    /// The array or object, or null where there is none.
    pub fn of_json(json: Option<&'a serde_json::Value>) -> Self {
        json.map_or(Self::Null, Self::Json)
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_none(),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Integer(number) => serializer.serialize_i64(*number),
            Value::Boolean(truth) => serializer.serialize_bool(*truth),
            Value::Json(json) => json.serialize(serializer),
        }
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Free text.
    Text,
    /// An identifier: text that may look like a number and must never become one.
    Identifier,
    /// A calendar day, `YYYY-MM-DD`, Asia/Shanghai.
    Date,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// An array of objects.
    Array,
    /// An object.
    Object,
}

impl ColumnKind {
    /// The word that `hecha fields` shows.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Identifier => "identifier",
            Self::Date => "date",
            Self::Integer => "int",
            Self::Boolean => "bool",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

/// Whether a column is worth its place in a table that does not show all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnPriority {
    /// Shown in every table, however narrow.
    Essential,
    /// Shown where there is room.
    Useful,
    /// Shown with `--wide`, or when asked for by name.
    Detail,
}

/// One column: its name in the data, its labels, where it comes from, what it means.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// The key in JSON and in a CSV header.
    pub key: &'static str,
    /// The heading for people.
    pub label: Text,
    /// What it holds.
    pub kind: ColumnKind,
    /// The field in each vendor's document that it is read from.
    pub vendor_fields: &'static [(ProviderId, &'static str)],
    /// One sentence of explanation.
    pub meaning: Text,
    /// Its place in a table.
    pub priority: ColumnPriority,
}

impl Column {
    /// What a word of this column is called by people, where the column holds one of a few words of ours.
    pub fn label_of(&self, word: &str) -> Option<Text> {
        Some(match (self.key, word) {
            ("subject_type" | "legal_person_type", "person") => Text::new("person", "自然人"),
            ("subject_type" | "legal_person_type", "company") => Text::new("company", "公司"),
            ("subject_type", "other") => Text::new("other", "其他"),
            ("kind", "software") => Text::new("software", "软件"),
            ("kind", "work") => Text::new("work", "作品"),
            ("match", _) => RecordMatch::from_word(word)?.label(),
            _ => return None,
        })
    }
}

/// The two kinds of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// 失信被执行人.
    Dishonest,
    /// 著作权.
    Copyright,
}

impl Topic {
    /// The word on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dishonest => "dishonest",
            Self::Copyright => "copyright",
        }
    }

    /// Name and version of the output's schema, for example `hecha/dishonest@1`.
    pub const fn schema(self) -> &'static str {
        match self {
            Self::Dishonest => "hecha/dishonest@1",
            Self::Copyright => "hecha/copyright@1",
        }
    }

    /// Every column of a row in its documented order: the leading columns, the record's own, `extra`.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Dishonest => super::dishonest::COLUMNS,
            Self::Copyright => super::copyright::COLUMNS,
        }
    }

    /// The position of the column with that key.
    pub fn column_index(self, key: &str) -> Option<usize> {
        self.columns().iter().position(|column| column.key == key)
    }
}

/// `query`, the first column of every row.
pub const QUERY_COLUMN: Column = Column {
    key: "query",
    label: Text::new("Query", "查询"),
    kind: ColumnKind::Identifier,
    vendor_fields: &[],
    meaning: Text::new("the keyword as it was given", "查询时所给的关键词"),
    priority: ColumnPriority::Essential,
};

/// `provider`, the second column of every row.
pub const PROVIDER_COLUMN: Column = Column {
    key: "provider",
    label: Text::new("Provider", "数据源"),
    kind: ColumnKind::Text,
    vendor_fields: &[],
    meaning: Text::new("who answered: market, ihuyi or shuidi", "数据来源：market、ihuyi 或 shuidi"),
    priority: ColumnPriority::Detail,
};

/// `match`, the third column of every row.
pub const MATCH_COLUMN: Column = Column {
    key: "match",
    label: Text::new("Match", "匹配"),
    kind: ColumnKind::Text,
    vendor_fields: &[],
    meaning: Text::new(
        "how the record relates to the query: identifier, exact, folded, other or undecided",
        "记录与查询对象的关系：identifier、exact、folded、other 或 undecided",
    ),
    priority: ColumnPriority::Detail,
};

/// `input_row`, the fourth column of every row.
pub const INPUT_ROW_COLUMN: Column = Column {
    key: "input_row",
    label: Text::new("Input row", "输入行号"),
    kind: ColumnKind::Integer,
    vendor_fields: &[],
    meaning: Text::new(
        "row of the keyword in the input file, from 1 and headings included, or its position on the command line",
        "关键词在输入文件中的行号（从 1 起，含表头行），或其在命令行中的位置",
    ),
    priority: ColumnPriority::Detail,
};

/// Columns before the record's own: `query`, `provider`, `match`, `input_row`.
const LEADING_COLUMNS: usize = 4;

/// How a record relates to the company that was asked for.
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
    const ALL: [Self; 5] = [Self::Identifier, Self::Exact, Self::Folded, Self::Other, Self::Undecided];

    /// The word in the data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identifier => "identifier",
            Self::Exact => "exact",
            Self::Folded => "folded",
            Self::Other => "other",
            Self::Undecided => "undecided",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|value| value.as_str() == word)
    }

    /// The word for people: in English that of the data.
    pub const fn label(self) -> Text {
        let zh = match self {
            Self::Identifier => "代码一致",
            Self::Exact => "名称一致",
            Self::Folded => "名称一致（写法不同）",
            Self::Other => "其他主体",
            Self::Undecided => "无法判断",
        };
        Text::new(self.as_str(), zh)
    }

    /// Whether the record is the company's: `identifier`, `exact` or `folded`.
    pub const fn is_matched(self) -> bool {
        matches!(self, Self::Identifier | Self::Exact | Self::Folded)
    }
}

/// `extra`, the last column of every row.
pub const EXTRA_COLUMN: Column = Column {
    key: "extra",
    label: Text::new("Extra", "其他字段"),
    kind: ColumnKind::Object,
    vendor_fields: &[],
    meaning: Text::new(
        "what the vendor sent beyond its documented fields, and documented fields that could not be read as their type",
        "文档之外的字段，以及无法按其类型读取的字段",
    ),
    priority: ColumnPriority::Detail,
};

/// One record of either kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// An entry of the dishonest list.
    Dishonest(Box<DishonestRecord>),
    /// A registered copyright.
    Copyright(Box<CopyrightRecord>),
}

impl Record {
    /// Which kind it is.
    pub const fn topic(&self) -> Topic {
        match self {
            Self::Dishonest(_) => Topic::Dishonest,
            Self::Copyright(_) => Topic::Copyright,
        }
    }

    /// The record's own values, in the order of its columns between the leading ones and `extra`.
    fn value(&self, index: usize) -> Value<'_> {
        match self {
            Self::Dishonest(record) => record.value(index),
            Self::Copyright(record) => record.value(index),
        }
    }

    /// What the vendor sent beyond the documented fields.
    pub fn extra(&self) -> Option<&serde_json::Value> {
        match self {
            Self::Dishonest(record) => record.extra.as_ref(),
            Self::Copyright(record) => record.extra.as_ref(),
        }
    }

    /// The key by which two answers list the same record, although some of its values may differ.
    ///
    /// Entries of a copyright's history share its registration number, so for them all values count.
    pub fn stable_key(&self) -> String {
        match self {
            Self::Dishonest(record) => {
                let part = |text: &Option<CompactString>| text.clone().unwrap_or_default();
                if let Some(key) = &record.record_key {
                    format!("record_key:{key}")
                } else if let Some(id) = &record.id {
                    format!("id:{id}")
                } else if let Some(case_number) = &record.case_number {
                    format!("case:{case_number}\n{}\n{}", part(&record.name), part(&record.published_on))
                } else {
                    self.all_values()
                }
            }
            Self::Copyright(record) => record
                .registration_number
                .as_deref()
                .filter(|_| record.is_history != Some(true))
                .and_then(normalise_registration_number)
                .map_or_else(|| self.all_values(), |number| format!("number:{number}")),
        }
    }

    /// The record's own values as one text, different for different records.
    fn all_values(&self) -> String {
        let values: Vec<_> = (0..self.own_columns()).map(|index| self.value(index)).collect();
        serde_json::to_string(&values).unwrap_or_default()
    }

    /// How many columns are the record's own.
    fn own_columns(&self) -> usize {
        self.topic().columns().len() - LEADING_COLUMNS - 1
    }

    pub(super) fn hash_values(&self, hasher: &mut impl Hasher) {
        for index in 0..self.own_columns() {
            match self.value(index) {
                Value::Null => 0_u8.hash(hasher),
                Value::Text(text) => text.hash(hasher),
                Value::Integer(number) => number.hash(hasher),
                Value::Boolean(truth) => truth.hash(hasher),
                Value::Json(json) => json.to_string().hash(hasher),
            }
        }
    }
}

/// The year and the serial number of a software copyright number such as `2017SR012345`, in one form.
///
/// `None` for a masked number, a certificate number or another text: those identify nothing.
pub fn normalise_registration_number(number: &str) -> Option<String> {
    let folded = fold_name(number).replace(' ', "");
    let (year, serial) = folded.split_once("sr")?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let serial = serial.trim_start_matches('0');
    (year.len() == 4 && is_number(year) && is_number(serial)).then(|| format!("{year}SR{serial}"))
}

/// A record with its leading columns: one row of every output format.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The keyword it answers.
    pub query: Arc<str>,
    /// The provider that answered.
    pub provider: ProviderId,
    /// How the record relates to the query.
    pub record_match: RecordMatch,
    /// Row of the keyword in the input file, or its position on the command line; from 1.
    pub input_row: u64,
    /// The record itself.
    pub record: Record,
}

impl Row {
    /// The value in the column at `index` of [`Topic::columns`].
    pub fn value(&self, index: usize) -> Value<'_> {
        match index {
            0 => Value::Text(&self.query),
            1 => Value::Text(self.provider.as_str()),
            2 => Value::Text(self.record_match.as_str()),
            3 => Value::Integer(i64::try_from(self.input_row).unwrap_or(i64::MAX)),
            _ if index + 1 == self.record.topic().columns().len() => Value::of_json(self.record.extra()),
            _ => self.record.value(index - LEADING_COLUMNS),
        }
    }
}
