//! The columns of a query's outcome in flat formats: reports, and the sheet of queries in a workbook.

use super::Layout;
use super::layout::DataColumn;
use super::output_value::OutputValue;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::{ColumnKind as Kind, Value};
use crate::domain::text::{Language, Text};
use crate::input::{ListRow, RowState};
use serde_json::{Map, Value as Json};

/// A column: its key, label and kind, and its place in the object as a JSON pointer.
pub(super) type QueryColumn = (&'static str, Text, Kind, &'static str);

/// The values of a row.
pub(super) fn cells<'a>(
    columns: &'a [QueryColumn],
    row: &'a Json,
) -> impl Iterator<Item = OutputValue<'a>> + Clone {
    let values = columns.iter().map(|(.., pointer)| row.pointer(pointer).map_or(Value::Null, Value::from));
    values.map(OutputValue::Plain)
}

/// The columns of a report, in its order.
pub(super) const COLUMNS: &[QueryColumn] = ALL.split_at(ALL.len() - 1).0;

/// The columns of a report, then the latest date among a company's records, for workbooks.
const ALL: &[QueryColumn] = &[
    ("input_row", Text::new("Row", "行号"), Kind::Integer, "/input_row"),
    ("input", Text::new("Input", "输入内容"), Kind::Identifier, "/input"),
    ("repeat_of", Text::new("Repeat of row", "与此行重复"), Kind::Integer, "/repeat_of"),
    ("query", Text::new("Query", "查询"), Kind::Identifier, "/query"),
    ("kind", Text::new("Kind", "关键词类型"), Kind::Text, "/kind"),
    ("provider", Text::new("Provider", "服务商"), Kind::Text, "/provider"),
    ("status", Text::new("Status", "结果"), Kind::Text, "/status"),
    ("total", Text::new("Total", "总数"), Kind::Integer, "/total"),
    ("returned", Text::new("Returned", "已取得"), Kind::Integer, "/returned"),
    ("complete", Text::new("Complete", "是否完整"), Kind::Boolean, "/complete"),
    ("calls", Text::new("Calls", "调用次数"), Kind::Integer, "/calls"),
    ("archived_pages", Text::new("Archived pages", "存档页数"), Kind::Integer, "/archived_pages"),
    ("fetched_at", Text::new("Fetched at", "取得时间"), Kind::Text, "/fetched_at"),
    ("matched", Text::new("Matched", "本企业记录"), Kind::Integer, "/matched"),
    ("other", Text::new("Other companies", "其他主体记录"), Kind::Integer, "/other"),
    ("undecided", Text::new("Undecided", "无法判断"), Kind::Integer, "/undecided"),
    ("distinct", Text::new("Distinct", "不重复记录"), Kind::Integer, "/distinct"),
    ("warning_code", Text::new("Warning code", "警告代码"), Kind::Text, "/warning/code"),
    ("warning", Text::new("Warning", "警告"), Kind::Text, "/warning/message"),
    ("error_kind", Text::new("Error kind", "错误类别"), Kind::Text, "/error/kind"),
    ("error_code", Text::new("Error code", "错误代码"), Kind::Identifier, "/error/code"),
    ("error_message", Text::new("Error message", "错误信息"), Kind::Text, "/error/message"),
    ("error_http_status", Text::new("HTTP status", "HTTP 状态码"), Kind::Integer, "/error/http_status"),
    ("request_id", Text::new("Request ID", "请求编号"), Kind::Identifier, "/error/request_id"),
    ("charged", Text::new("Charged", "是否计费"), Kind::Text, "/error/charged"),
    ("hint", Text::new("Hint", "建议"), Kind::Text, "/error/hint"),
    ("source", Text::new("Source", "来源"), Kind::Text, "/source"),
    ("latest", Text::new("Latest record", "最近记录日期"), Kind::Date, "/latest"),
];

/// The columns of the queries that `hecha changes` compares.
pub(super) const COMPARED: &[QueryColumn] = &[
    ("query", Text::new("Query", "查询"), Kind::Identifier, "/query"),
    ("kind", Text::new("Kind", "关键词类型"), Kind::Text, "/kind"),
    ("provider", Text::new("Provider", "服务商"), Kind::Text, "/provider"),
    ("status", Text::new("Status", "结果"), Kind::Text, "/status"),
    ("added", Text::new("New", "新增"), Kind::Integer, "/counts/0"),
    ("removed", Text::new("No longer listed", "不再列出"), Kind::Integer, "/counts/1"),
    ("changed", Text::new("Changed", "有变化"), Kind::Integer, "/counts/2"),
    ("reappeared", Text::new("Listed again", "再次列出"), Kind::Integer, "/counts/3"),
    ("older_fetched_at", Text::new("Compared with", "对比时间"), Kind::Text, "/older/fetched_at"),
    ("older_records", Text::new("Records then", "当时记录数"), Kind::Integer, "/older/records"),
    ("newer_fetched_at", Text::new("Fetched at", "取得时间"), Kind::Text, "/newer/fetched_at"),
    ("newer_records", Text::new("Records now", "现有记录数"), Kind::Integer, "/newer/records"),
    ("reason", Text::new("Reason", "原因"), Kind::Text, "/reason"),
    ("filters", Text::new("Filters", "筛选条件"), Kind::Text, "/filters"),
    ("warning_code", Text::new("Warning code", "警告代码"), Kind::Text, "/warning/code"),
    ("warning", Text::new("Warning", "警告"), Kind::Text, "/warning/message"),
];

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
    columns.iter().map(|(key, label, kind, _)| layout.data_column(key, *label, *kind)).collect()
}

/// The columns of the sheet of queries in a workbook, in its order.
pub(super) fn workbook_columns() -> Vec<QueryColumn> {
    let mut columns = ALL.to_vec();
    let place = |wanted: &str| FIRST_IN_A_WORKBOOK.iter().position(|key| *key == wanted);
    columns.sort_by_key(|(key, ..)| place(key).unwrap_or(usize::MAX));
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
        object.insert("kind".to_owned(), outcome.kind.label().zh.into());
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
    object["charged"] = failure.charged.label().zh.into();
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
