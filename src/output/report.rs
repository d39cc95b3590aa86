//! `--report FILE`: one row for each row of the list, in the format of the file's extension.
//!
//! The flat formats have one column for each part of the failure; the JSON formats have `error` as the object of the
//! contract.

use super::data_sink::QUERIES_SHEET;
use super::data_writer::{DataFile, DataWriter};
use super::layout::TableHead;
use super::outcome_store::list_sink;
use super::output_value::{OutputValue, value_language};
use super::query_columns::{self, COLUMNS, data_columns};
use super::{Format, Header, InputRows, Layout, Options, OutputWriter, Sink};
use crate::domain::record::{ColumnKind, Value};
use crate::domain::text::Text;
use crate::input::ListSummary;
use serde_json::Value as Json;

/// The formats of a report. A workbook has a second sheet, which says how the list was read.
pub const FORMATS: [Format; 4] = [Format::Csv, Format::Json, Format::Ndjson, Format::Xlsx];

const LIST_SHEET: Text = Text::new("list", "名单");
const LIST_COLUMNS: [(&str, Text); 2] =
    [("item", Text::new("Item", "项目")), ("value", Text::new("Value", "内容"))];

/// Opens a report in one of the [`FORMATS`], which is written once every query has ended. `list` is `None` for keywords
/// of the command line.
pub fn open(
    format: Format,
    layout: Layout,
    options: Options,
    list: Option<ListSummary>,
    input: InputRows,
    writer: OutputWriter,
) -> Box<dyn Sink> {
    list_sink(value_language(format, &layout, options), move |outcomes| {
        let mut data =
            DataWriter::open(format, data_file(&layout, list.as_ref()), options, layout.language, writer)?;
        for (label, value) in list.iter().flat_map(ListSummary::details) {
            let cells = [label.in_language(layout.language), value.in_language(layout.language)];
            data.row(1, cells.into_iter().map(|cell| OutputValue::Plain(Value::Text(cell))))?;
        }
        outcomes.join(input, |mut row| {
            if matches!(format, Format::Json | Format::Ndjson) {
                row.shift_remove("latest");
                return data.object(0, &row);
            }
            data.row(0, query_columns::cells(COLUMNS, &row.into()))
        })?;
        data.finish()
    })
}

fn data_file(layout: &Layout, list: Option<&ListSummary>) -> DataFile {
    let language = layout.language;
    let mut tables =
        vec![TableHead { name: QUERIES_SHEET.in_language(language), columns: data_columns(COLUMNS, layout) }];
    tables.extend(list.map(|_| {
        let headed = Layout { header: Header::Labels, ..layout.clone() };
        let columns = LIST_COLUMNS.map(|(key, label)| headed.data_column(key, label, ColumnKind::Text));
        TableHead { name: LIST_SHEET.in_language(language), columns: columns.into() }
    }));
    let list = list.map_or(Json::Null, ListSummary::to_json);
    DataFile { head: format!("\"schema\":\"hecha/report@1\",\"list\":{list}"), arrays: &["queries"], tables }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, SharedBytes};
    use super::*;
    use crate::domain::outcome::QueryOutcome;
    use crate::domain::record::Topic;
    use crate::domain::text::Language;
    use calamine::{Reader, Xlsx};
    use std::io;

    const KEYS: &str = "input_row,input,repeat_of,query,kind,provider,status,total,returned,complete,calls,\
                        archived_pages,fetched_at,matched,other,undecided,distinct,warning_code,warning,\
                        error_kind,error_code,error_message,error_http_status,request_id,charged,hint,source";

    fn report(format: Format, outcomes: &[QueryOutcome]) -> Vec<u8> {
        let bytes = SharedBytes::default();
        let input = samples::input_of(outcomes);
        let layout = Layout::whole(Topic::Dishonest, Header::Keys, Language::English);
        let mut sink = open(format, layout, Options::default(), None, input, Box::new(bytes.clone()));
        sink.row(&samples::dishonest_rows()[0]).unwrap();
        for outcome in outcomes {
            sink.outcome(outcome).unwrap();
        }
        sink.finish().unwrap();
        bytes.bytes()
    }

    #[test]
    fn csv_has_one_row_a_query_with_the_failure_in_columns() {
        let text = String::from_utf8(report(Format::Csv, &samples::outcomes())).unwrap();
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
                "invalid check digit",
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
        let document: Json = serde_json::from_slice(&report(Format::Json, &samples::outcomes())).unwrap();
        assert_eq!(document["schema"], "hecha/report@1");
        let failed = &document["queries"][3];
        assert_eq!(failed["error"]["code"], "1013");
        assert_eq!(failed["source"], "vendor");
        assert_eq!(failed["warning"]["message"], "invalid check digit");
        let empty: Json = serde_json::from_slice(&report(Format::Json, &[])).unwrap();
        assert_eq!((&empty["queries"], &empty["list"]), (&serde_json::json!([]), &Json::Null));
    }

    #[test]
    fn ndjson_has_one_object_a_line_and_nothing_for_no_query() {
        let text = String::from_utf8(report(Format::Ndjson, &samples::outcomes())).unwrap();
        let statuses: Vec<_> = text
            .split_terminator('\n')
            .map(|line| serde_json::from_str::<Json>(line).unwrap()["status"].clone())
            .collect();
        assert_eq!(statuses, ["ok", "empty", "partial", "failed", "skipped"]);
        assert!(report(Format::Ndjson, &[]).is_empty());
    }

    #[test]
    fn xlsx_has_one_sheet_with_the_same_columns() {
        let bytes = report(Format::Xlsx, &samples::outcomes());
        let mut book = Xlsx::new(io::Cursor::new(bytes)).unwrap();
        assert_eq!(book.sheet_names(), ["queries"]);
        let sheet = book.worksheet_range("queries").unwrap();
        let header: Vec<_> = sheet.rows().next().unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(header.join(","), KEYS);
        assert_eq!(sheet.height(), 1 + samples::outcomes().len());
        assert_eq!(sheet.get((4, 20)).unwrap(), &calamine::Data::String("1013".into()));
        assert_eq!(sheet.get((4, 22)).unwrap(), &calamine::Data::Float(403.0));
    }
}
