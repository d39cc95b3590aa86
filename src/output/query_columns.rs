//! The columns of a query's outcome in flat formats: reports, and the sheet of queries in a workbook.

use super::Layout;
use super::layout::DataColumn;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::{ColumnKind, Value};
use crate::domain::text::{Language, Text};
use crate::input::{ListRow, RowState};
use serde_json::{Map, Value as Json};

/// One column.
#[derive(Debug, Clone, Copy)]
pub(super) struct QueryColumn {
    pub(super) key: &'static str,
    pub(super) label: Text,
    pub(super) kind: ColumnKind,
    /// Its place in the object, as a JSON pointer.
    pointer: &'static str,
}

impl QueryColumn {
    /// Its value in a row.
    pub(super) fn value<'a>(&self, row: &'a Json) -> Value<'a> {
        row.pointer(self.pointer).map_or(Value::Null, Value::from)
    }
}

macro_rules! columns {
    ($($key:literal, $en:literal, $zh:literal, $kind:ident, $pointer:literal;)+) => {
        &[$(QueryColumn {
            key: $key,
            label: Text::new($en, $zh),
            kind: ColumnKind::$kind,
            pointer: $pointer,
        }),+]
    };
}

/// The columns of a report, in its order.
pub(super) const COLUMNS: &[QueryColumn] = ALL.split_at(ALL.len() - 1).0;

/// The columns of a report, then the latest date among a company's records, for workbooks.
const ALL: &[QueryColumn] = columns! {
    "input_row", "Row", "行号", Integer, "/input_row";
    "input", "Input", "输入内容", Identifier, "/input";
    "repeat_of", "Repeat of row", "与此行重复", Integer, "/repeat_of";
    "query", "Query", "查询", Identifier, "/query";
    "kind", "Kind", "关键词类型", Text, "/kind";
    "provider", "Provider", "服务商", Text, "/provider";
    "status", "Status", "结果", Text, "/status";
    "total", "Total", "总数", Integer, "/total";
    "returned", "Returned", "已取得", Integer, "/returned";
    "complete", "Complete", "是否完整", Boolean, "/complete";
    "calls", "Calls", "调用次数", Integer, "/calls";
    "archived_pages", "Archived pages", "存档页数", Integer, "/archived_pages";
    "fetched_at", "Fetched at", "取得时间", Text, "/fetched_at";
    "matched", "Matched", "本企业记录", Integer, "/matched";
    "other", "Other companies", "其他主体记录", Integer, "/other";
    "undecided", "Undecided", "无法判断", Integer, "/undecided";
    "distinct", "Distinct", "不重复记录", Integer, "/distinct";
    "warning_code", "Warning code", "警告代码", Text, "/warning/code";
    "warning", "Warning", "警告", Text, "/warning/message";
    "error_kind", "Error kind", "错误类别", Text, "/error/kind";
    "error_code", "Error code", "错误代码", Identifier, "/error/code";
    "error_message", "Error message", "错误信息", Text, "/error/message";
    "error_http_status", "HTTP status", "HTTP 状态码", Integer, "/error/http_status";
    "request_id", "Request ID", "请求编号", Identifier, "/error/request_id";
    "charged", "Charged", "是否计费", Text, "/error/charged";
    "hint", "Hint", "建议", Text, "/error/hint";
    "source", "Source", "来源", Text, "/source";
    "latest", "Latest record", "最近记录日期", Date, "/latest";
};

/// The columns of the queries that `hecha changes` compares.
pub(super) const COMPARED: &[QueryColumn] = columns! {
    "query", "Query", "查询", Identifier, "/query";
    "kind", "Kind", "关键词类型", Text, "/kind";
    "provider", "Provider", "服务商", Text, "/provider";
    "status", "Status", "结果", Text, "/status";
    "added", "New", "新增", Integer, "/counts/0";
    "removed", "No longer listed", "不再列出", Integer, "/counts/1";
    "changed", "Changed", "有变化", Integer, "/counts/2";
    "reappeared", "Listed again", "再次列出", Integer, "/counts/3";
    "older_fetched_at", "Compared with", "对比时间", Text, "/older/fetched_at";
    "older_records", "Records then", "当时记录数", Integer, "/older/records";
    "newer_fetched_at", "Fetched at", "取得时间", Text, "/newer/fetched_at";
    "newer_records", "Records now", "现有记录数", Integer, "/newer/records";
    "reason", "Reason", "原因", Text, "/reason";
    "filters", "Filters", "筛选条件", Text, "/filters";
    "warning_code", "Warning code", "警告代码", Text, "/warning/code";
    "warning", "Warning", "警告", Text, "/warning/message";
};

/// The columns that an analyst reads first.
const FIRST_IN_A_WORKBOOK: [&str; 10] = [
    "query",
    "input_row",
    "status",
    "matched",
    "other",
    "undecided",
    "latest",
    "total",
    "returned",
    "complete",
];

/// The same as columns of a file.
pub(super) fn data_columns(columns: &[QueryColumn], layout: &Layout) -> Vec<DataColumn> {
    columns.iter().map(|column| layout.data_column(column.key, column.label, column.kind)).collect()
}

/// The columns of the sheet of queries in a workbook, in its order.
pub(super) fn workbook_columns() -> Vec<QueryColumn> {
    let mut columns = ALL.to_vec();
    let place = |column: &QueryColumn| FIRST_IN_A_WORKBOOK.iter().position(|key| *key == column.key);
    columns.sort_by_key(|column| place(column).unwrap_or(usize::MAX));
    columns
}

/// An outcome as the contract's object, followed by `source` and `latest`.
pub(super) fn object(
    outcome: &QueryOutcome,
    latest: Option<String>,
    language: Language,
) -> Map<String, Json> {
    let Ok(Json::Object(mut object)) = serde_json::to_value(outcome) else { return Map::new() };
    object.insert("source".to_owned(), outcome.source().in_language(language).into());
    object.insert("latest".to_owned(), latest.into());
    if language == Language::Chinese {
        object.insert("kind".to_owned(), outcome.kind.in_words().zh.into());
        object.insert("status".to_owned(), outcome.result().zh.into());
        object.insert("error".to_owned(), outcome.error.as_ref().map(error_in_chinese).into());
        if let (Some(warning), Some(Json::Object(object))) = (&outcome.warning, object.get_mut("warning")) {
            object.insert("message".to_owned(), warning.message.in_language(Language::Chinese).into());
        }
    }
    object
}

fn error_in_chinese(failure: &Failure) -> Json {
    let mut object = serde_json::to_value(failure).unwrap_or_default();
    object["kind"] = failure.kind.label().zh.into();
    object["message"] = failure.message.in_language(Language::Chinese).into();
    object["charged"] = failure.charged.in_words().zh.into();
    object["hint"] = failure.hint.map(|hint| hint.zh).into();
    object
}

/// The object of a row that was not queried: a blank one, or one that the run did not reach. What it does not have is null.
pub(super) fn not_queried(row: &ListRow, language: Language) -> Map<String, Json> {
    let is_blank = row.state == RowState::Blank;
    let blank = || Failure::local(FailureKind::Blank, Text::new("the row is blank", "空行"));
    let outcome =
        QueryOutcome { query: row.cell.clone(), error: is_blank.then(blank), ..QueryOutcome::default() };
    let mut object = object(&outcome, None, language);
    let unknown = ["kind", "provider"].into_iter().chain(is_blank.then_some("query"));
    object.extend(unknown.map(|key| (key.to_owned(), Json::Null)));
    object
}

/// A row of a report: the place in the list, then the outcome.
pub(super) fn report_row(row: &ListRow, outcome: Map<String, Json>) -> Map<String, Json> {
    let repeat_of = match row.state {
        RowState::RepeatOf(first) => Some(first),
        _ => None,
    };
    let input = Some(row.cell.as_str()).filter(|input| !input.is_empty());
    let place =
        [("input_row", row.input_row.into()), ("input", input.into()), ("repeat_of", repeat_of.into())];
    place.map(|(key, value)| (key.to_owned(), value)).into_iter().chain(outcome).collect()
}
