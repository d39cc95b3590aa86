//! `--report FILE`: one row for each row of the list, in the format of the file's extension.
//!
//! The flat formats have one column for each part of the failure; the JSON formats have `error` as the object of the
//! contract.

use super::csv::FlatWriter;
use super::input_rows::OpenInput;
use super::json::{JsonForm, JsonWriter};
use super::outcome_store::OutcomeStore;
use super::query_columns::{COLUMNS, Words, report_row};
use super::xlsx::{Book, SheetColumn};
use super::{CsvDialect, Header, Sink, Writer};
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::{ColumnKind, Row, Topic, Value};
use crate::domain::text::{Language, Message, Text};
use serde_json::Value as Json;
use std::io;

/// The formats of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// Comma-separated values.
    Csv,
    /// One document: `{"schema":"hecha/report@1","list":{…},"queries":[…]}`.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// An Excel workbook: a sheet of queries, and one that says how the list was read.
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
    /// The language of labels, and of values for people.
    pub language: Language,
    /// For csv.
    pub csv_dialect: CsvDialect,
    /// The mark on fictitious data, for xlsx.
    pub mark: Option<&'static str>,
}

/// How the list was read: the metadata of a report in json and xlsx.
#[derive(Debug)]
pub struct ListMetadata {
    /// For json.
    pub document: Json,
    /// For xlsx: labels and values.
    pub details: Vec<(Text, Message)>,
}

/// The name of the sheet that holds the queries.
pub(super) const QUERIES_SHEET: Text = Text::new("queries", "查询");
const LIST_SHEET: Text = Text::new("list", "名单");
const LIST_HEADINGS: [Text; 2] = [Text::new("Item", "项目"), Text::new("Value", "内容")];

struct ReportSink {
    format: ReportFormat,
    layout: ReportLayout,
    list: Option<ListMetadata>,
    outcomes: OutcomeStore,
    input: OpenInput,
    writer: Writer,
}

/// Opens a report, which is written once every query has ended. `list` is `None` for keywords of the command line.
pub fn open(
    format: ReportFormat,
    layout: ReportLayout,
    topic: Topic,
    list: Option<ListMetadata>,
    input: OpenInput,
    writer: Writer,
) -> Box<dyn Sink> {
    let words = match format {
        ReportFormat::Csv if layout.csv_dialect == CsvDialect::Rfc4180 => Words::Machine,
        ReportFormat::Csv | ReportFormat::Xlsx => Words::below(layout.header, layout.language),
        ReportFormat::Json | ReportFormat::Ndjson => Words::Machine,
    };
    Box::new(ReportSink { format, layout, list, outcomes: OutcomeStore::new(topic, words), input, writer })
}

impl Sink for ReportSink {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        self.outcomes.row(row);
        Ok(())
    }

    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        self.outcomes.outcome(outcome)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        match self.format {
            ReportFormat::Csv => self.write_csv(),
            ReportFormat::Json => {
                let list = self.list.as_ref().map_or(&Json::Null, |list| &list.document);
                let head = format!("{{\"schema\":\"hecha/report@1\",\"list\":{list},\"queries\":[");
                self.write_json(JsonForm::Values, &head)
            }
            ReportFormat::Ndjson => self.write_json(JsonForm::Lines, ""),
            ReportFormat::Xlsx => self.write_xlsx(),
        }
    }
}

impl ReportSink {
    fn write_csv(self) -> io::Result<()> {
        let mut writer = FlatWriter::new(b',', self.layout.csv_dialect, self.writer)?;
        if self.layout.header != Header::None {
            let heading = |column: &super::query_columns::QueryColumn| {
                column.heading(self.layout.header, self.layout.language)
            };
            writer.headings(COLUMNS.iter().filter_map(heading))?;
        }
        self.outcomes.join((self.input)()?, |row, outcome| {
            let row = report_row(row, outcome);
            COLUMNS.iter().try_for_each(|column| writer.value(column.kind, column.value(&row)))?;
            writer.end_of_row()
        })?;
        writer.flush()
    }

    fn write_json(self, form: JsonForm, head: &str) -> io::Result<()> {
        let mut json = JsonWriter::new(form, head, self.writer)?;
        self.outcomes.join((self.input)()?, |row, outcome| {
            let mut row = report_row(row, outcome);
            if let Json::Object(object) = &mut row {
                object.shift_remove("latest");
            }
            json.value(&row)
        })?;
        json.finish()
    }

    fn write_xlsx(self) -> io::Result<()> {
        let Self { layout, list, outcomes, input, writer, .. } = self;
        let mut book = Book::new(layout.mark)?;
        let columns = COLUMNS.iter().map(|column| SheetColumn {
            heading: column.heading(layout.header, layout.language),
            kind: column.kind,
        });
        book.add_sheets(QUERIES_SHEET.in_language(layout.language), columns.collect())?;
        if let Some(list) = list {
            let columns = LIST_HEADINGS.map(|heading| SheetColumn {
                heading: Some(heading.in_language(layout.language)),
                kind: ColumnKind::Text,
            });
            book.add_sheets(LIST_SHEET.in_language(layout.language), columns.into())?;
            for (label, value) in &list.details {
                let cells = [label.in_language(layout.language), value.in_language(layout.language)];
                book.row(1, cells.into_iter().map(Value::Text))?;
            }
        }
        outcomes.join(input()?, |row, outcome| {
            let row = report_row(row, outcome);
            book.row(0, COLUMNS.iter().map(|column| column.value(&row)))
        })?;
        book.save(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, SharedBytes};
    use super::*;
    use calamine::{Reader, Xlsx};
    use serde_json::Value as Json;

    const LAYOUT: ReportLayout = ReportLayout {
        header: Header::Keys,
        language: Language::English,
        csv_dialect: CsvDialect::Rfc4180,
        mark: None,
    };

    const KEYS: &str = "input_row,input,repeat_of,query,kind,provider,status,total,returned,complete,calls,\
                        archived_pages,fetched_at,matched,other,undecided,distinct,warning_code,warning,\
                        error_kind,error_code,error_message,error_http_status,request_id,charged,hint,source";

    fn report(format: ReportFormat, outcomes: &[QueryOutcome]) -> Vec<u8> {
        let bytes = SharedBytes::default();
        let input = samples::input_of(outcomes);
        let mut sink = open(format, LAYOUT, Topic::Dishonest, None, input, Box::new(bytes.clone()));
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
        assert_eq!(failed[..3], ["4", "失败的公司", ""]);
        assert_eq!(failed[6..10], ["failed", "30", "0", "false"]);
        assert_eq!(
            failed[13..],
            [
                "0",
                "0",
                "0",
                "0",
                "check-digit",
                "check digit wrong",
                "account",
                "1013",
                "剩余条数不足",
                "403",
                "6C9D\u{1b}[31m",
                "no",
                "",
                "vendor"
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
        assert_eq!((&empty["queries"], &empty["list"]), (&serde_json::json!([]), &Json::Null));
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
        assert_eq!(sheet.get((4, 20)).unwrap(), &calamine::Data::String("1013".into()));
        assert_eq!(sheet.get((4, 22)).unwrap(), &calamine::Data::Float(403.0));
    }

    #[test]
    fn the_extension_decides_the_format() {
        assert_eq!(ReportFormat::from_extension("XLSX"), Some(ReportFormat::Xlsx));
        assert_eq!(ReportFormat::from_extension("jsonl"), Some(ReportFormat::Ndjson));
        assert_eq!(ReportFormat::from_extension("txt"), None);
    }
}
