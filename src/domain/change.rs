//! The vocabulary of `hecha changes`: what differs between two snapshots of one query.

use super::column::{CHANGE, CHANGED_FIELDS, Column};
use super::identifier::IdentifierKind;
use super::outcome::KeywordWarning;
use super::record::{Row, Topic};
use super::request::ProviderId;
use super::text::{Message, Text, message};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;

/// Name and version of the output's schema.
pub const CHANGES_SCHEMA: &str = "hecha/changes@1";

/// The kinds of differences from the older snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// Listed now, and in no earlier snapshot.
    Added,
    /// No longer listed. That says nothing about the reason.
    Removed,
    /// Listed in both, with different values.
    Changed,
    /// Listed now and in an earlier snapshot, but not in the older of the two.
    Reappeared,
}

impl ChangeKind {
    /// All of them, in the order in which they are counted.
    pub const ALL: [Self; 4] = [Self::Added, Self::Removed, Self::Changed, Self::Reappeared];

    /// The word in the data, and the words for people.
    const fn words(self) -> (&'static str, Text) {
        match self {
            Self::Added => ("added", Text::new("new", "新增")),
            Self::Removed => ("removed", Text::new("no longer listed", "不再列出")),
            Self::Changed => ("changed", Text::new("changed", "有变化")),
            Self::Reappeared => ("reappeared", Text::new("listed again", "再次列出")),
        }
    }

    /// The word in the data.
    pub const fn as_str(self) -> &'static str {
        self.words().0
    }

    /// The words for people.
    pub const fn label(self) -> Text {
        self.words().1
    }
}

/// One value that differs.
#[derive(Debug, Clone)]
pub struct FieldChange {
    /// The column.
    pub column: &'static Column,
    /// Its value in the older snapshot.
    pub old: serde_json::Value,
    /// Its value in the newer snapshot.
    pub new: serde_json::Value,
}

/// One record that differs: the newer record, or for [`ChangeKind::Removed`] the older one.
#[derive(Debug, Clone)]
pub struct Change {
    /// The kind of difference.
    pub kind: ChangeKind,
    /// The record with its leading columns.
    pub row: Row,
    /// The values that differ; empty unless the kind is [`ChangeKind::Changed`].
    pub fields: Vec<FieldChange>,
}

impl Change {
    /// The column `fields`: an array of `{field, old, new}`, or null.
    pub fn fields_document(&self) -> Option<serde_json::Value> {
        let document =
            |change: &FieldChange| json!({"field": change.column.key, "old": change.old, "new": change.new});
        (self.kind == ChangeKind::Changed).then(|| self.fields.iter().map(document).collect())
    }
}

/// The columns of a change: `change`, the record's own, `fields`.
pub fn change_columns(topic: Topic) -> impl Iterator<Item = &'static Column> {
    CHANGE.iter().chain(topic.columns()).chain(&CHANGED_FIELDS)
}

/// The result of the comparison of one query.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparisonStatus {
    /// There are differences.
    Changed,
    /// There is no difference.
    Unchanged,
    /// The first complete snapshot: there is nothing to compare it with.
    Baseline,
    /// A complete comparison is not possible.
    Incomplete,
    /// The archive holds no answer to the query.
    #[default]
    NeverAsked,
}

impl ComparisonStatus {
    /// The words for people.
    pub const fn label(self) -> Text {
        match self {
            Self::Changed => Text::new("changed", "有变化"),
            Self::Unchanged => Text::new("unchanged", "无变化"),
            Self::Baseline => Text::new("first snapshot", "首次查询"),
            Self::Incomplete => Text::new("not comparable", "无法完整比较"),
            Self::NeverAsked => Text::new("never queried", "从未查询"),
        }
    }
}

/// The reasons for an incomplete comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Incomparable {
    /// The newest snapshot is not complete.
    NewestIncomplete,
    /// No snapshot is complete.
    NeverComplete,
    /// The earlier snapshots came from another endpoint.
    OtherEndpoint,
    /// There is no snapshot since the day asked for.
    NotQueriedSince,
    /// The marked snapshot is no longer in the archive.
    BaselineGone,
}

impl Incomparable {
    /// The sentence for people.
    pub const fn text(self) -> Text {
        match self {
            Self::NewestIncomplete => Text::new(
                "the newest answer is incomplete, so it cannot show which records are no longer listed",
                "最近一次结果不完整，无法判断哪些记录不再列出",
            ),
            Self::NeverComplete => {
                Text::new("no complete answer is archived", "存档中没有完整的结果，无法比较")
            }
            Self::OtherEndpoint => Text::new(
                "the earlier answers came from another endpoint and are not compared",
                "较早的结果来自其他接口地址，不予比较",
            ),
            Self::NotQueriedSince => Text::new("not queried again since that day", "该日期之后没有再次查询"),
            Self::BaselineGone => {
                Text::new("the marked snapshot is no longer in the archive", "所标记的结果已不在存档中")
            }
        }
    }
}

/// The time of a snapshot and the number of its different records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SnapshotSummary {
    /// The time at which its newest page was received, `…+08:00`.
    pub fetched_at: String,
    /// Different records.
    pub records: u64,
}

/// The comparison of two snapshots of one query. The default is that of a query that was never asked.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Comparison {
    /// The result.
    pub status: ComparisonStatus,
    /// Changes by kind, in the order of [`ChangeKind::ALL`].
    pub counts: [u64; 4],
    /// The snapshot that was compared with.
    pub older: Option<SnapshotSummary>,
    /// The newest snapshot.
    pub newer: Option<SnapshotSummary>,
    /// The reason, if the comparison is incomplete.
    pub reason: Option<Incomparable>,
    /// The records that differ.
    #[serde(skip)]
    pub changes: Vec<Change>,
    /// The time of the newest complete snapshot.
    #[serde(skip)]
    pub newest_whole: Option<Timestamp>,
}

/// One query's entry in `queries`.
#[derive(Debug, Clone, Serialize)]
pub struct ComparedQuery {
    /// The keyword.
    pub query: String,
    /// The kind that the keyword was read as.
    pub kind: IdentifierKind,
    /// The provider; `None` if none of several was asked.
    pub provider: Option<ProviderId>,
    /// The filters of the query, as the vendor's parameters: `year=2020`.
    pub filters: Option<String>,
    /// The comparison of its snapshots.
    #[serde(flatten)]
    pub comparison: Comparison,
    /// The warning about a keyword of a list that was never queried.
    pub warning: Option<KeywordWarning>,
}

impl ComparedQuery {
    /// Whether it is a row of a list that names no company, such as a total.
    pub fn names_no_company(&self) -> bool {
        self.comparison.status == ComparisonStatus::NeverAsked && self.warning.is_some()
    }
}

impl Comparison {
    /// The changes in words: "2 new, 1 no longer listed".
    pub fn counts_in_words(&self) -> Option<Message> {
        ChangeKind::ALL
            .into_iter()
            .zip(self.counts)
            .filter(|(_, count)| *count > 0)
            .map(|(kind, count)| message!("{count} {label}", "{label:#} {count} 条", label = kind.label()))
            .reduce(|words, next| message!("{words}, {next}", "{words:#}，{next:#}"))
    }
}
