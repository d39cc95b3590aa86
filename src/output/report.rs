//! `--report FILE`: one row a query, in the format of the file's extension.
//!
//! The flat formats have one column for each part of the failure; the JSON formats have `error` as the object
//! of the contract. Values never depend on the user's language, headings may.

use super::csv::FlatWriter;
use super::xlsx::{Book, SheetColumn};
use super::{BUFFER_BYTES, CsvDialect, Header, Sink, Writer};
use crate::domain::failure::{Failure, FailureReport};
use crate::domain::outcome::{KeywordWarning, QueryOutcome, Status};
use crate::domain::record::{ColumnKind, Row, Value};
use crate::domain::text::{Language, Text};
use serde::Serialize;
use std::io::{self, BufWriter, Write};

/// The formats of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// Comma-separated values.
    Csv,
    /// One document: `{"schema":"hecha/report@1","queries":[…]}`.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// An Excel workbook with one sheet.
    Xlsx,
}

impl ReportFormat {
    /// The format of a file with that extension, without its dot, in upper or lower case.
    pub fn from_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }
}

/// How a report is written.
#[derive(Debug, Clone, Copy)]
pub struct ReportLayout {
    /// What heads the columns of csv and xlsx.
    pub header: Header,
    /// The language of the labels and of the sheet's name.
    pub language: Language,
    /// For csv.
    pub csv_dialect: CsvDialect,
}

/// Opens a report; only [`Sink::outcome`] writes anything to it.
pub fn open(format: ReportFormat, layout: ReportLayout, writer: Writer) -> io::Result<Box<dyn Sink>> {
    let buffered = |writer| BufWriter::with_capacity(BUFFER_BYTES, writer);
    Ok(match format {
        ReportFormat::Csv => {
            let mut writer = FlatWriter::new(b',', layout.csv_dialect, writer)?;
            if layout.header != Header::None {
                writer.headings(QUERY_COLUMNS.iter().filter_map(|column| column.heading(layout)))?;
            }
            Box::new(CsvReport { writer })
        }
        ReportFormat::Json => {
            let mut writer = buffered(writer);
            writer.write_all(b"{\"schema\":\"hecha/report@1\",\"queries\":[")?;
            Box::new(JsonReport {
                line: Vec::new(),
                before: b"\n",
                between: b",\n",
                after: b"\n]}\n",
                writer,
            })
        }
        ReportFormat::Ndjson => {
            let writer = buffered(writer);
            Box::new(JsonReport { line: Vec::new(), before: b"", between: b"\n", after: b"\n", writer })
        }
        ReportFormat::Xlsx => {
            let mut book = Book::new()?;
            book.add_sheets(QUERIES_SHEET.in_language(layout.language), query_sheet_columns(layout))?;
            Box::new(XlsxReport { book, writer })
        }
    })
}

/// The name of the sheet that holds the queries.
pub(super) const QUERIES_SHEET: Text = Text::new("queries", "查询");

/// One column of the flat formats.
pub(super) struct QueryColumn {
    key: &'static str,
    label: Text,
    kind: ColumnKind,
    value: for<'a> fn(&'a QueryOutcome) -> Value<'a>,
}

impl QueryColumn {
    const fn heading(&self, layout: ReportLayout) -> Option<&'static str> {
        layout.header.heading(self.key, self.label, layout.language)
    }

    const fn new(
        key: &'static str,
        label: Text,
        kind: ColumnKind,
        value: for<'a> fn(&'a QueryOutcome) -> Value<'a>,
    ) -> Self {
        Self { key, label, kind, value }
    }
}

/// The columns as those of a sheet.
pub(super) fn query_sheet_columns(layout: ReportLayout) -> Vec<SheetColumn> {
    QUERY_COLUMNS
        .iter()
        .map(|column| SheetColumn { heading: column.heading(layout), kind: column.kind })
        .collect()
}

/// The values of one query, in the order of the columns.
pub(super) fn query_values(outcome: &QueryOutcome) -> impl Iterator<Item = Value<'_>> {
    QUERY_COLUMNS.iter().map(|column| (column.value)(outcome))
}

const QUERY_COLUMNS: &[QueryColumn] = &[
    QueryColumn::new("query", Text::new("Query", "查询"), ColumnKind::Identifier, |outcome| {
        text(Some(&outcome.query))
    }),
    QueryColumn::new("kind", Text::new("Kind", "关键词类型"), ColumnKind::Text, |outcome| {
        text(Some(outcome.kind.as_str()))
    }),
    QueryColumn::new("provider", Text::new("Provider", "数据源"), ColumnKind::Text, |outcome| {
        text(Some(outcome.provider.as_str()))
    }),
    QueryColumn::new("status", Text::new("Status", "结果"), ColumnKind::Text, |outcome| {
        text(Some(outcome.status.as_str()))
    }),
    QueryColumn::new("total", Text::new("Total", "总数"), ColumnKind::Integer, |outcome| {
        outcome.total.map_or(Value::Null, count)
    }),
    QueryColumn::new("returned", Text::new("Returned", "已取得"), ColumnKind::Integer, |outcome| {
        count(outcome.returned)
    }),
    QueryColumn::new("complete", Text::new("Complete", "是否完整"), ColumnKind::Boolean, |outcome| {
        Value::Boolean(outcome.complete)
    }),
    QueryColumn::new("calls", Text::new("Calls", "调用次数"), ColumnKind::Integer, |outcome| {
        count(outcome.calls)
    }),
    QueryColumn::new(
        "archived_pages",
        Text::new("Archived pages", "存档页数"),
        ColumnKind::Integer,
        |outcome| count(outcome.archived_pages),
    ),
    QueryColumn::new("source", Text::new("Source", "来源"), ColumnKind::Text, |outcome| {
        text(Some(outcome.source().as_str()))
    }),
    QueryColumn::new("fetched_at", Text::new("Fetched at", "取得时间"), ColumnKind::Text, |outcome| {
        text(outcome.fetched_at.as_deref())
    }),
    QueryColumn::new("matched", Text::new("Matched", "匹配"), ColumnKind::Integer, |outcome| {
        count(outcome.matched)
    }),
    QueryColumn::new("other", Text::new("Other", "其他主体"), ColumnKind::Integer, |outcome| {
        count(outcome.other)
    }),
    QueryColumn::new("undecided", Text::new("Undecided", "无法判断"), ColumnKind::Integer, |outcome| {
        count(outcome.undecided)
    }),
    QueryColumn::new("distinct", Text::new("Distinct", "去重后"), ColumnKind::Integer, |outcome| {
        count(outcome.distinct)
    }),
    QueryColumn::new("warning", Text::new("Warning", "警告"), ColumnKind::Text, |outcome| {
        text(outcome.warning.as_ref().map(|warning| warning.message.en()))
    }),
    QueryColumn::new("error_kind", Text::new("Error kind", "错误类别"), ColumnKind::Text, |outcome| {
        text(failure(outcome, |failure| Some(failure.kind.as_str())))
    }),
    QueryColumn::new(
        "error_code",
        Text::new("Error code", "错误代码"),
        ColumnKind::Identifier,
        |outcome| text(failure(outcome, |failure| failure.code.as_deref())),
    ),
    QueryColumn::new(
        "error_message",
        Text::new("Error message", "错误信息"),
        ColumnKind::Text,
        |outcome| text(failure(outcome, |failure| Some(failure.message.en()))),
    ),
    QueryColumn::new(
        "error_http_status",
        Text::new("HTTP status", "HTTP 状态码"),
        ColumnKind::Integer,
        |outcome| {
            failure(outcome, |failure| failure.http_status).map_or(Value::Null, |code| count(code.into()))
        },
    ),
    QueryColumn::new(
        "request_id",
        Text::new("Request ID", "请求编号"),
        ColumnKind::Identifier,
        |outcome| text(failure(outcome, |failure| failure.request_id.as_deref())),
    ),
    QueryColumn::new("charged", Text::new("Charged", "是否计费"), ColumnKind::Text, |outcome| {
        text(failure(outcome, |failure| Some(failure.charged.as_str())))
    }),
    QueryColumn::new("hint", Text::new("Hint", "建议"), ColumnKind::Text, |outcome| {
        text(failure(outcome, |failure| failure.hint.map(|hint| hint.en)))
    }),
];

fn failure<'a, T>(outcome: &'a QueryOutcome, part: impl FnOnce(&'a Failure) -> Option<T>) -> Option<T> {
    outcome.error.as_ref().and_then(part)
}

fn text(text: Option<&str>) -> Value<'_> {
    text.filter(|text| !text.is_empty()).map_or(Value::Null, Value::Text)
}

fn count(number: u64) -> Value<'static> {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

/// One query in the JSON formats.
#[derive(Serialize)]
struct QueryDocument<'a> {
    query: &'a str,
    kind: &'static str,
    provider: &'static str,
    status: Status,
    total: Option<u64>,
    returned: u64,
    complete: bool,
    calls: u64,
    archived_pages: u64,
    source: &'static str,
    fetched_at: Option<&'a str>,
    matched: u64,
    other: u64,
    undecided: u64,
    distinct: u64,
    warning: Option<&'a KeywordWarning>,
    error: Option<FailureReport>,
}

impl<'a> QueryDocument<'a> {
    fn of(outcome: &'a QueryOutcome) -> Self {
        Self {
            query: &outcome.query,
            kind: outcome.kind.as_str(),
            provider: outcome.provider.as_str(),
            status: outcome.status,
            total: outcome.total,
            returned: outcome.returned,
            complete: outcome.complete,
            calls: outcome.calls,
            archived_pages: outcome.archived_pages,
            source: outcome.source().as_str(),
            fetched_at: outcome.fetched_at.as_deref(),
            matched: outcome.matched,
            other: outcome.other,
            undecided: outcome.undecided,
            distinct: outcome.distinct,
            warning: outcome.warning.as_ref(),
            error: outcome.error.as_ref().map(Failure::report),
        }
    }
}

struct CsvReport {
    writer: FlatWriter,
}

impl Sink for CsvReport {
    fn row(&mut self, _: &Row) -> io::Result<()> {
        Ok(())
    }

    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        for column in QUERY_COLUMNS {
            self.writer.value(column.kind, (column.value)(outcome))?;
        }
        self.writer.end_of_row()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Both JSON formats: they differ in what stands before, between and after the objects.
struct JsonReport {
    line: Vec<u8>,
    before: &'static [u8],
    between: &'static [u8],
    after: &'static [u8],
    writer: BufWriter<Writer>,
}

impl Sink for JsonReport {
    fn row(&mut self, _: &Row) -> io::Result<()> {
        Ok(())
    }

    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        self.line.clear();
        self.line.extend_from_slice(self.before);
        serde_json::to_writer(&mut self.line, &QueryDocument::of(outcome))?;
        self.before = self.between;
        self.writer.write_all(&self.line)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        let nothing_came = self.before != self.between;
        if !(nothing_came && self.before.is_empty()) {
            self.writer.write_all(self.after)?;
        }
        self.writer.flush()
    }
}

struct XlsxReport {
    book: Book,
    writer: Writer,
}

impl Sink for XlsxReport {
    fn row(&mut self, _: &Row) -> io::Result<()> {
        Ok(())
    }

    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        self.book.row(0, query_values(outcome))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        let Self { book, writer } = *self;
        book.save(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, SharedBytes};
    use super::*;
    use calamine::{Reader, Xlsx};
    use serde_json::Value as Json;

    const LAYOUT: ReportLayout =
        ReportLayout { header: Header::Keys, language: Language::English, csv_dialect: CsvDialect::Rfc4180 };

    const KEYS: &str = "query,kind,provider,status,total,returned,complete,calls,archived_pages,source,fetched_at,\
                        matched,other,undecided,distinct,warning,\
                        error_kind,error_code,error_message,error_http_status,request_id,charged,hint";

    fn report(format: ReportFormat, outcomes: &[QueryOutcome]) -> Vec<u8> {
        let bytes = SharedBytes::default();
        let mut sink = open(format, LAYOUT, Box::new(bytes.clone())).unwrap();
        sink.row(&samples::dishonest_rows()[0]).unwrap();
        for outcome in outcomes {
            sink.outcome(outcome).unwrap();
        }
        sink.finish().unwrap();
        bytes.bytes()
    }

    #[test]
    fn csv_has_one_row_a_query_with_the_failure_in_columns() {
        let text = String::from_utf8(report(ReportFormat::Csv, &samples::outcomes())).unwrap();
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some(KEYS));
        assert_eq!(lines.clone().count(), samples::outcomes().len());
        let failed: Vec<_> = lines.nth(3).unwrap().split(',').collect();
        assert_eq!(failed[3..7], ["failed", "30", "0", "false"]);
        assert_eq!(
            failed[11..],
            [
                "0",
                "0",
                "0",
                "0",
                "check digit wrong",
                "account",
                "1013",
                "剩余条数不足",
                "403",
                "6C9D\u{1b}[31m",
                "no",
                ""
            ]
        );
    }

    #[test]
    fn json_has_the_failure_as_an_object_and_is_valid_when_empty() {
        let document: Json =
            serde_json::from_slice(&report(ReportFormat::Json, &samples::outcomes())).unwrap();
        assert_eq!(document["schema"], "hecha/report@1");
        let failed = &document["queries"][3];
        assert_eq!(failed["error"]["code"], "1013");
        assert_eq!(failed["source"], "vendor");
        assert_eq!(failed["warning"]["message"], "check digit wrong");
        let empty: Json = serde_json::from_slice(&report(ReportFormat::Json, &[])).unwrap();
        assert_eq!(empty["queries"], serde_json::json!([]));
    }

    #[test]
    fn ndjson_has_one_object_a_line_and_nothing_for_no_query() {
        let text = String::from_utf8(report(ReportFormat::Ndjson, &samples::outcomes())).unwrap();
        let statuses: Vec<_> = text
            .split_terminator('\n')
            .map(|line| serde_json::from_str::<Json>(line).unwrap()["status"].clone())
            .collect();
        assert_eq!(statuses, ["ok", "empty", "partial", "failed", "skipped"]);
        assert!(report(ReportFormat::Ndjson, &[]).is_empty());
    }

    #[test]
    fn xlsx_has_one_sheet_with_the_same_columns() {
        let bytes = report(ReportFormat::Xlsx, &samples::outcomes());
        let mut book = Xlsx::new(io::Cursor::new(bytes)).unwrap();
        assert_eq!(book.sheet_names(), ["queries"]);
        let sheet = book.worksheet_range("queries").unwrap();
        let header: Vec<_> = sheet.rows().next().unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(header.join(","), KEYS);
        assert_eq!(sheet.height(), 1 + samples::outcomes().len());
        assert_eq!(sheet.get((4, 17)).unwrap(), &calamine::Data::String("1013".into()));
        assert_eq!(sheet.get((4, 19)).unwrap(), &calamine::Data::Float(403.0));
    }

    #[test]
    fn the_extension_decides_the_format() {
        assert_eq!(ReportFormat::from_extension("XLSX"), Some(ReportFormat::Xlsx));
        assert_eq!(ReportFormat::from_extension("jsonl"), Some(ReportFormat::Ndjson));
        assert_eq!(ReportFormat::from_extension("txt"), None);
    }
}
