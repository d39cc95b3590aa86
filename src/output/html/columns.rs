//! The columns of the three tables of a page.

use super::super::{Layout, Selection};
use super::data_table::PageColumn;
use super::presentation::{readable, result};
use crate::domain::date::moment_in_shanghai;
use crate::domain::outcome::{PageEvidence, QueryOutcome};
use crate::domain::record::{ColumnKind, Topic};
use crate::domain::text::{Language, Text, hexadecimal};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

/// A column of queries or of evidence: key, class, label, and the function that computes its value.
pub(super) type ComputedColumn<T> = (&'static str, &'static str, Text, fn(T, Language) -> Json);

/// The columns as those of a page.
pub(super) fn page_columns<T>(columns: &[ComputedColumn<T>], language: Language) -> Vec<PageColumn> {
    let column =
        |(key, class, label, _): &ComputedColumn<T>| PageColumn::new(key, label.in_language(language), class);
    columns.iter().map(column).collect()
}

/// The columns of the table of queries.
pub(super) const fn of_queries<'a>() -> [ComputedColumn<&'a QueryOutcome>; 14] {
    [
        ("query", "text", Text::new("Query", "查询"), |query, _| query.query.as_str().into()),
        ("kind", "text", Text::new("Read as", "识别为"), |query, language| {
            query.kind.label().in_language(language).into()
        }),
        ("provider", "id", Text::new("Provider", "服务商"), |query, _| query.provider.as_str().into()),
        ("status", "badge", Text::new("Result", "结果"), |query, language| result(query, language).into()),
        ("reason", "text", Text::new("Reason", "原因"), |query, language| {
            query.error.as_ref().map(|failure| failure.reason().in_language(language).to_owned()).into()
        }),
        ("returned", "int", Text::new("Records", "取得条数"), |query, _| query.returned.into()),
        ("total", "int", Text::new("Vendor's total", "服务商总数"), |query, _| query.total.into()),
        ("complete", "bool", Text::new("Complete", "完整"), |query, _| query.complete.into()),
        ("matched", "int", Text::new("Of this company", "本企业"), |query, _| query.matched.into()),
        ("other", "int", Text::new("Of other companies", "其他主体"), |query, _| query.other.into()),
        ("undecided", "int", Text::new("Undecided", "无法判断"), |query, _| query.undecided.into()),
        ("calls", "int", Text::new("Calls", "调用"), |query, _| query.calls.into()),
        ("archived_pages", "int", Text::new("From archive", "存档页"), |query, _| {
            query.archived_pages.into()
        }),
        ("fetched_at", "date", Text::new("Received at (UTC+8)", "取得时间（UTC+8）"), |query, _| {
            query.fetched_at.as_deref().map(readable).into()
        }),
    ]
}

/// The columns of the table of evidence: every page of every query.
pub(super) const fn of_evidence<'a>() -> [ComputedColumn<(&'a QueryOutcome, &'a PageEvidence)>; 7] {
    [
        ("query", "text", Text::new("Query", "查询"), |(query, _), _| query.query.as_str().into()),
        ("provider", "id", Text::new("Provider", "服务商"), |(query, _), _| {
            query.provider.as_str().into()
        }),
        ("page", "int", Text::new("Page", "页"), |(_, page), _| page.page.into()),
        ("archive_id", "int", Text::new("Archive ID", "存档编号"), |(_, page), language| {
            page.archive_id.map_or_else(|| language.choose("not kept", "未存档").into(), Json::from)
        }),
        ("sha256", "digest", Text::verbatim("SHA-256"), |(_, page), _| {
            hexadecimal(&Sha256::digest(&page.body)).into()
        }),
        (
            "received_at",
            "date",
            Text::new("Received at (UTC+8)", "取得时间（UTC+8）"),
            |(_, page), _| readable(&moment_in_shanghai(page.received_at)).into(),
        ),
        ("source", "text", Text::new("Source", "来源"), |(_, page), language| {
            let vendor = || language.choose("vendor, this run", "服务商（本次）");
            if page.from_archive { language.choose("archive", "存档") } else { vendor() }.into()
        }),
    ]
}

/// The columns of the records.
pub(super) fn of_records(layout: &Layout, selection: Selection) -> Vec<PageColumn> {
    let columns = layout.selected().map(|(_, column)| {
        let class = match (column.key, column.kind) {
            ("match" | "performance", _) => "badge",
            ("query", _) | (_, ColumnKind::Text | ColumnKind::Array | ColumnKind::Object) => "text",
            (_, ColumnKind::Identifier) => "id",
            (_, ColumnKind::Date) => "date",
            (_, ColumnKind::Integer) => "int",
            (_, ColumnKind::Boolean) => "bool",
        };
        let mut shown = PageColumn::new(column.key, layout.label_of(column), class);
        shown.is_choice |=
            column.key == "query" || (column.key == "category" && layout.topic == Topic::Copyright);
        if selection == Selection::Readable {
            shown.priority = column.priority;
        }
        shown
    });
    columns.collect()
}
