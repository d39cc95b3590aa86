//! Rows and outcomes for the tests of the formats: the vendors' own samples, and hostile ones.

use super::{Format, InputRows, Layout, Options, open};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::identifier::IdentifierKind;
use crate::domain::outcome::{KeywordWarning, QueryOutcome, Status, WarningCode};
use crate::domain::record::{Record, RecordMatch, Row, Topic, Value};
use crate::domain::text::{Message, Text};
use crate::input::{ListRow, Place, RowState};
use crate::provider::{ihuyi, market};
use proptest::prelude::*;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

/// A writer whose bytes can still be read when a sink has swallowed it.
#[derive(Debug, Clone, Default)]
pub(super) struct SharedBytes(Arc<Mutex<Vec<u8>>>);

impl SharedBytes {
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8(self.bytes()).unwrap()
    }
}

impl Write for SharedBytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A row of a list whose keyword is queried.
pub(super) fn list_row(input_row: u64, cell: String) -> ListRow {
    let place = Place::Argument(1);
    ListRow { input_row, place, cell, state: RowState::Asked(None), columns: Vec::new() }
}

/// A list with one row for each of the outcomes.
pub(super) fn input_of(outcomes: &[QueryOutcome]) -> InputRows {
    let row = |outcome: &QueryOutcome| Ok(list_row(outcome.input_row, outcome.query.clone()));
    let rows: Vec<io::Result<ListRow>> = outcomes.iter().map(row).collect();
    Box::new(rows.into_iter())
}

/// The output of a sink of that format for these rows, then these outcomes.
pub(super) fn written_bytes(
    format: Format,
    layout: &Layout,
    options: Options,
    rows: &[Row],
    outcomes: &[QueryOutcome],
) -> Vec<u8> {
    let bytes = SharedBytes::default();
    let mut sink = open(format, layout, options, Box::new(bytes.clone()), input_of(outcomes)).unwrap();
    for row in rows {
        sink.row(row).unwrap();
    }
    for outcome in outcomes {
        sink.outcome(outcome).unwrap();
    }
    sink.finish().unwrap();
    bytes.bytes()
}

/// The same as text.
pub(super) fn written(
    format: Format,
    layout: &Layout,
    options: Options,
    rows: &[Row],
    outcomes: &[QueryOutcome],
) -> String {
    String::from_utf8(written_bytes(format, layout, options, rows, outcomes)).unwrap()
}

/// The row as the object that JSON output must hold, all columns.
pub(super) fn as_json(row: &Row) -> serde_json::Value {
    let columns = row.record.topic().columns();
    columns
        .iter()
        .enumerate()
        .map(|(index, column)| (column.key.to_owned(), serde_json::to_value(row.value(index)).unwrap()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// The row as the texts of its cells, all columns.
pub(super) fn as_texts(row: &Row) -> Vec<String> {
    (0..row.record.topic().columns().len())
        .map(|index| match row.value(index) {
            Value::Null => String::new(),
            Value::Text(text) => text.to_owned(),
            Value::Integer(number) => number.to_string(),
            Value::Boolean(truth) => truth.to_string(),
            Value::Json(json) => json.to_string(),
        })
        .collect()
}

#[expect(clippy::unnecessary_wraps, reason = "the fields it fills are optional")]
fn some<'a, Owned: From<&'a str>>(text: &'a str) -> Option<Owned> {
    Some(text.into())
}

/// Rows like those of `dishonest.txt`.
pub(super) fn dishonest_rows() -> Vec<Row> {
    let first = Record::new(Topic::Dishonest)
.with("id", "30778596")
.with("name", "乐视云计算有限公司")
.with("subject_type", "company")
.with("case_number", "(2023)苏 1311执 705号")
.with("court", "宿迁市宿豫区人民法院")
.with("province", "江苏")
.with("filed_on", "2023-02-15")
.with("published_on", "2023-10-23")
.with("basis_number", "（2022）苏 1311民初 3200号")
.with("obligation", "被告乐视云计算有限公司于本判决生效之日起十日内向原告中国电信股份有限公司宿迁分公司支付服务费 \
             5261902.28元。如果未按本判决指定的期间履行给付金钱义务,应当依照-5-《中华人民共和国民事诉讼法》第二百\
             六十条之规定,加倍支付迟延履行期间的债务利息。案件受理费 48633元,保全费 2020元,合计 50653元,由被告\
             乐视云计算有限公司负担。")
.with("performance", "全部未履行")
.with("on_official_site", true)
.with("followers", 0_i64)
.with("company_id", "26900010")
.with("record_key", "7c99m1ze5365b773c8ef2a1adld2mc98");
    let second = first
        .clone()
        .with("id", "13989961")
        .with("court", "北京市朝阳区人民法院")
        .with("case_number", "(2019)京 0105执 13494号")
        .with("conduct", "有履行能力而拒不履行生效法律文书确定义务")
        .with("obligation", "偿还时趣互动（北京）科技有限公司 101678.18元")
        .with("filed_on", "2019-04-01")
        .with("published_on", "2019-06-05")
        .with("province", "北京")
        .with("id_number", "91110105MA00FUFK6X")
        .with("performance", "部分未履行");
    let third = second.clone().with("performance", "全部已履行").with("followers", 12_i64);
    [first, second, third]
        .into_iter()
        .map(|record| Row {
            query: "乐视云计算有限公司".into(),
            provider: market::ID,
            record_match: RecordMatch::Exact,
            input_row: 1,
            record,
        })
        .collect()
}

/// Rows like those of `ihuyi-entcopy.txt`, the second of them history.
pub(super) fn copyright_rows() -> Vec<Row> {
    let current = Record::new(Topic::Copyright)
        .with("registration_number", "2019SR0123456")
        .with("name", "小米运动健康数据同步与分析软件（安卓版）")
        .with("short_name", "小米运动")
        .with("version", "V1.0.3")
        .with("category", "30200-0000")
        .with("owner", "小米科技有限责任公司")
        .with("published_on", "2018-11-30")
        .with("registered_on", "2019-02-03")
        .with("publish_year", 2019_i64)
        .with("is_history", false)
        .with("related_entities", serde_json::json!([{"entityName": "小米科技有限责任公司"}]));
    let history = current
        .clone()
        .with("version", "1.0")
        .with("is_history", true)
        .with("short_name", serde_json::Value::Null);
    [current, history].into_iter().map(|record| copyright_row("小米科技有限责任公司", record)).collect()
}

pub(super) fn copyright_row(query: &str, record: Record) -> Row {
    Row { query: query.into(), provider: ihuyi::ID, record_match: RecordMatch::Exact, input_row: 1, record }
}

/// An outcome without a failure.
pub(super) fn outcome(query: &str, status: Status, total: Option<u64>, returned: u64) -> QueryOutcome {
    QueryOutcome {
        query: query.to_owned(),
        kind: IdentifierKind::Name,
        provider: market::ID,
        status,
        total,
        returned,
        complete: total == Some(returned),
        calls: 1,
        archived_pages: 0,
        fetched_at: some("2026-01-02T03:04:05+08:00"),
        error: None,
        input_row: 1,
        matched: returned,
        other: 0,
        undecided: 0,
        distinct: returned,
        warning: None,
        pages: Vec::new(),
    }
}

/// One outcome of each status.
pub(super) fn outcomes() -> Vec<QueryOutcome> {
    let mut failure = Failure::local(FailureKind::Account, Message::verbatim("剩余条数不足".to_owned()));
    failure.code = some("1013");
    failure.http_status = Some(403);
    failure.request_id = some("6C9D\u{1b}[31m");
    let failed = |query: &str, status, returned| QueryOutcome {
        error: Some(failure.clone()),
        complete: false,
        ..outcome(query, status, Some(30), returned)
    };
    let outcomes = [
        outcome("乐视云计算有限公司", Status::Ok, Some(3), 3),
        outcome("没有记录的公司", Status::Empty, Some(0), 0),
        failed("一半的公司", Status::Partial, 20),
        QueryOutcome {
            warning: Some(KeywordWarning {
                code: WarningCode::CheckDigit,
                message: Text::new("invalid check digit", "校验位错误").into(),
            }),
            ..failed("失败的公司", Status::Failed, 0)
        },
        QueryOutcome { calls: 0, fetched_at: None, ..outcome("没问的公司", Status::Skipped, None, 0) },
    ];
    (1..).zip(outcomes).map(|(input_row, outcome)| QueryOutcome { input_row, ..outcome }).collect()
}

/// Text as a malicious vendor might send it; never empty.
pub(super) fn hostile_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("=1+1".to_owned()),
        Just("@SUM(A1)".to_owned()),
        Just("-2+3\"|cmd'/c calc'!A0".to_owned()),
        Just("\"".to_owned()),
        Just("'".to_owned()),
        Just(",".to_owned()),
        Just(";\t".to_owned()),
        Just("\n".to_owned()),
        Just("\r".to_owned()),
        Just("\r\n".to_owned()),
        Just("\u{0}".to_owned()),
        Just("\u{1b}[31m".to_owned()),
        Just("\u{9b}2J".to_owned()),
        Just("\u{202e}gnp".to_owned()),
        Just("\u{2066}\u{200b}\u{feff}".to_owned()),
        Just("\u{2028}\u{ffff}".to_owned()),
        Just("_x000D_".to_owned()),
        Just("</t>&amp;<![CDATA[".to_owned()),
        Just("👨\u{200d}👩\u{200d}👧 🇨🇳 ❤\u{fe0f}".to_owned()),
        Just("𠮷𫝆龘\u{e0100}".to_owned()),
        Just("e\u{301}".to_owned()),
        Just("乐视云计算有限公司".to_owned()),
        Just("91110105000012345678".to_owned()),
        Just(" ".to_owned()),
        any::<char>().prop_map(String::from),
        "[ -~]{1,12}",
    ];
    proptest::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

/// A few copyright rows full of such text.
pub(super) fn hostile_rows() -> impl Strategy<Value = Vec<Row>> {
    let texts = || proptest::option::of(hostile_text());
    let record = (texts(), texts(), texts(), texts(), any::<Option<i64>>(), any::<Option<bool>>()).prop_map(
        |(name, version, owner, extra, publish_year, is_history)| {
            let mut record = Record::new(Topic::Copyright)
                .with("name", name)
                .with("version", version)
                .with("owner", owner)
                .with("publish_year", publish_year.map(|year| year % 10_000))
                .with("is_history", is_history);
            record.extra = extra.map(|text| serde_json::json!({ "field": text }));
            record
        },
    );
    let row = (hostile_text(), record).prop_map(|(query, record)| copyright_row(&query, record));
    proptest::collection::vec(row, 0..6)
}
