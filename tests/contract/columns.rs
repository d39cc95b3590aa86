//! Every column of `cli.md`, from the documents' own samples as a vendor sends them, value by value.

use super::adapter::{Adapter, IHUYI, MARKET, SHUIDI};
use crate::harness::World;
use crate::harness::vendor::{Vendor, answer, json as json_answer};
use serde_json::{Value, json};

/// The documents' samples, without the line breaks of their pages.
pub const MARKET_SAMPLE: &str = include_str!("../../src/provider/fixtures/market.json");
/// As JSON.
pub const IHUYI_SAMPLE: &str = include_str!("../../src/provider/fixtures/ihuyi.json");
/// As XML.
pub const IHUYI_XML_SAMPLE: &str = include_str!("../../src/provider/fixtures/ihuyi.xml");
/// Nine rows of 53.
pub const SHUIDI_SAMPLE: &str = include_str!("../../src/provider/fixtures/shuidi.json");

/// The columns of `hecha dishonest` in the contract's order; `extra` is last.
pub const DISHONEST: [&str; 32] = [
    "query",
    "provider",
    "match",
    "input_row",
    "id",
    "name",
    "subject_type",
    "id_number",
    "legal_representative",
    "case_number",
    "court",
    "province",
    "filed_on",
    "published_on",
    "basis_number",
    "basis_court",
    "obligation",
    "conduct",
    "performance",
    "performed_part",
    "unperformed_part",
    "document_url",
    "on_official_site",
    "followers",
    "company_id",
    "subject_id",
    "record_key",
    "legal_person_id",
    "legal_person_type",
    "legal_person_companies",
    "staff",
    "extra",
];

/// The columns of `hecha copyright` in the contract's order; `extra` is last.
pub const COPYRIGHT: [&str; 26] = [
    "query",
    "provider",
    "match",
    "input_row",
    "registration_number",
    "name",
    "short_name",
    "version",
    "category",
    "owner",
    "owner_type",
    "kind",
    "kind_label",
    "entity_name",
    "author",
    "related_entities",
    "completed_on",
    "published_on",
    "registered_on",
    "publish_year",
    "status",
    "status_on",
    "rights_scope",
    "acquired_by",
    "is_history",
    "extra",
];

/// The records of one page with this body.
fn records(adapter: &Adapter, content_type: &'static str, body: impl Into<String>) -> Vec<Value> {
    let body = body.into();
    let vendor = Vendor::start(move |_| answer("200 OK", &[content_type], body.as_bytes()));
    let ran = adapter.run(&World::with_vendor_at(&vendor.origin()), &["某公司", "--page", "1"]).exits_with(0);
    ran.json()["records"].as_array().expect("records").clone()
}

const JSON: &str = "Content-Type: application/json;charset=UTF-8";

/// The only record of a page that consists of this one.
fn record(adapter: &Adapter, row: &Value) -> Value {
    let mut records = records(adapter, JSON, page_of(adapter, row));
    assert_eq!(records.len(), 1);
    records.remove(0)
}

fn page_of(adapter: &Adapter, row: &Value) -> String {
    match adapter.name {
        "market" => json!({"code": 0, "result": {"total": 1, "items": [row]}}),
        "ihuyi" => json!({"code": 2, "result": {"total": "1", "lists": [row]}}),
        _ => json!({"statusCode": 1, "data": {"Paging": {"TotalRecords": 1}, "Items": [row]}}),
    }
    .to_string()
}

#[track_caller]
fn assert_record(record: &Value, columns: &[&str], expected: &Value) {
    let keys: Vec<_> = record.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(keys, columns, "all keys, in this order");
    for column in columns {
        assert_eq!(record[column], expected[column], "{column}");
    }
}

#[test]
fn the_markets_first_row_fills_its_columns() {
    let records = records(&MARKET, JSON, MARKET_SAMPLE);
    assert_eq!(records.len(), 2);
    let obligation = records[0]["obligation"].as_str().expect("the duty");
    assert!(obligation.starts_with(
        "被告乐视云计算有限公司于本判决生效之日起十日内向原告中国电信股份有限公司宿迁分公司支付服务费"
    ));
    assert!(obligation.ends_with("同时向该院预交上诉案件受理费。"));
    let expected = json!({
        "query": "某公司", "provider": "market", "match": "other", "input_row": 1, "id": "30778596", "name": "乐视云计算有限公司", "subject_type": "company",
        "case_number": "(2023)苏 1311执 705号", "court": "宿迁市宿豫区人民法院", "province": "江苏",
        "filed_on": "2023-02-15", "published_on": "2023-10-23", "basis_number": "（2022）苏 1311民初 3200号",
        "obligation": obligation, "performance": "全部未履行", "on_official_site": true, "followers": 0,
        "company_id": "26900010", "record_key": "7c99m1ze5365b773c8ef2a1adld2mc98", "staff": [],
    });
    assert_record(&records[0], &DISHONEST, &expected);
}

#[test]
fn the_markets_second_row_fills_its_columns() {
    let records = records(&MARKET, JSON, MARKET_SAMPLE);
    let expected = json!({
        "query": "某公司", "provider": "market", "match": "other", "input_row": 1, "id": "13989961", "name": "乐视云计算有限公司", "subject_type": "company",
        "id_number": "30637425-9", "case_number": "(2019)京 0105执 13494号", "court": "北京市朝阳区人民法院",
        "province": "北京", "filed_on": "2019-04-01", "published_on": "2019-04-16",
        "basis_number": "(2018)京 0105民初 2615号", "basis_court": "北京市朝阳区人民法院",
        "obligation": "偿还时趣互动（北京）科技有限公司 101678.18元",
        "conduct": "有履行能力而拒不履行生效法律文书确定义务", "performance": "全部未履行", "on_official_site": true,
        "followers": 0, "company_id": "26900010", "subject_id": "553296", "record_key": "47zmzze4c36044be24af2a1a0l55z3e8",
        "legal_person_id": "5104447134", "legal_person_type": "person", "legal_person_companies": 1, "staff": [],
    });
    assert_record(&records[1], &DISHONEST, &expected);
}

fn ihuyi_row() -> Value {
    json!({
        "query": "某公司", "provider": "ihuyi", "match": "undecided", "input_row": 1, "registration_number": "2017*******", "name": "***软件", "version": "V1.0",
        "owner": "上海市***********公司", "owner_type": "E", "kind": "software", "kind_label": "软件著作权证书",
        "entity_name": "上海市************",
        "related_entities": [{"item": "2141***", "name": "上海******公司", "by": "ByName", "type": "E"}],
        "completed_on": "2017-03-08", "published_on": "2017-07-12", "registered_on": "2017-12-13", "publish_year": 2017,
        "status": "登记", "rights_scope": "全部权利", "acquired_by": "原始取得", "is_history": false,
    })
}

#[test]
fn ihuyis_sample_fills_the_columns_from_json_and_from_xml() {
    let from_json = records(&IHUYI, JSON, IHUYI_SAMPLE);
    // Judged by the body and not by the address or the header.
    let from_xml = records(&IHUYI, JSON, IHUYI_XML_SAMPLE);
    assert_eq!((from_json.len(), from_xml.len()), (3, 3));
    for record in from_json.iter().chain(&from_xml) {
        assert_record(record, &COPYRIGHT, &ihuyi_row());
    }
}

#[test]
fn shuidis_rows_fill_the_columns() {
    let records = records(&SHUIDI, JSON, SHUIDI_SAMPLE);
    assert_eq!(records.len(), 9);
    let first = json!({
        "query": "某公司", "provider": "shuidi", "match": "other", "input_row": 1, "registration_number": "2015SR183758", "name": "二三四五网络影视大全软件",
        "short_name": "影视大全", "version": "V3.5", "category": "10100-0000", "owner": "上海二三四五网络科技有限公司",
        "published_on": "2015-05-27", "registered_on": "2015-09-21",
        // The vendor has only software copyrights and sends no such field.
        "kind": records[0]["kind"], "kind_label": records[0]["kind_label"],
    });
    assert_record(&records[0], &COPYRIGHT, &first);
    let fourth = &records[3];
    assert_eq!(
        (&fourth["short_name"], &fourth["registration_number"], &fourth["version"]),
        (&Value::Null, &json!("2019SR1323030"), &json!("V1.0.0"))
    );
    let owners: Vec<_> = records.iter().map(|record| record["owner"].as_str().expect("an owner")).collect();
    assert_eq!(owners[5..7], ["上海二三四五网络科技股份有限公司", "上海二三四五网络科技有限责任公司"]);
}

#[test]
fn what_the_vendor_sends_beyond_its_document_is_kept_under_extra() {
    for (adapter, row) in [
        (&MARKET, json!({"id": 1, "newField": "x", "nested": {"a": [1, 2.5]}})),
        (&IHUYI, json!({"registrationNum": "1", "newField": "x", "nested": {"a": [1, 2.5]}})),
        (&SHUIDI, json!({"RegisterNo": "1", "newField": "x", "nested": {"a": [1, 2.5]}})),
    ] {
        assert_eq!(
            record(adapter, &row)["extra"],
            json!({"newField": "x", "nested": {"a": [1, 2.5]}}),
            "{}",
            adapter.name
        );
    }
}

#[test]
fn keys_in_another_case_numbers_as_strings_and_nulls_are_the_same_record() {
    let body = json!({"STATUSCODE": "1", "Data": {"paging": {"totalRecords": "1"}, "items": [
        {"registerno": "2015SR183758", "NAME": "软件", "shortName": null, "versionno": 3, "publishdate": ""}]}});
    let read = records(&SHUIDI, JSON, body.to_string());
    assert_eq!(
        (&read[0]["registration_number"], &read[0]["name"], &read[0]["short_name"], &read[0]["version"]),
        (&json!("2015SR183758"), &json!("软件"), &Value::Null, &json!("3"))
    );
    assert_eq!(read[0]["published_on"], Value::Null);

    let row = json!({"id": "30778596", "STATUS": "0", "type": 1, "regdate": "1676390400000", "focusnumber": "3",
                     "cid": "26900010", "legelToco": "4", "staff": null, "legelType": "2"});
    let record = record(&MARKET, &row);
    for (column, value) in [
        ("id", json!("30778596")),
        ("on_official_site", json!(true)),
        ("subject_type", json!("company")),
        ("filed_on", json!("2023-02-15")),
        ("followers", json!(3)),
        ("company_id", json!("26900010")),
        ("legal_person_companies", json!(4)),
        ("legal_person_type", json!("person")),
        ("staff", Value::Null),
        ("extra", Value::Null),
    ] {
        assert_eq!(record[column], value, "{column}");
    }
    let total =
        json!({"code": "2", "result": {"total": 1, "lists": [{"publishYear": 2017, "isHistory": 0}]}});
    let read = records(&IHUYI, JSON, total.to_string());
    assert_eq!((&read[0]["publish_year"], &read[0]["is_history"]), (&json!(2017), &json!(false)));
}

#[test]
fn empty_text_is_null_and_identifiers_keep_every_digit() {
    let row = json!({"id": 9_223_372_036_854_775_807_i64, "iname": "", "cardnum": "  ", "staff": ""});
    let record = record(&MARKET, &row);
    assert_eq!(record["id"], "9223372036854775807");
    for column in ["name", "id_number", "staff", "court"] {
        assert_eq!(record[column], Value::Null, "{column}");
    }
}

#[test]
fn an_array_for_an_object_on_failure_is_still_that_failure() {
    for result in ["[]", "{}", r#"{"status":0,"info":{}}"#, "null", r#""""#] {
        for (code, status) in [(4201, 0), (4051, 7)] {
            let body = format!(r#"{{"code":{code},"msg":"x","idcardid":0,"result":{result}}}"#);
            let vendor = Vendor::start(move |_| json_answer(&body));
            IHUYI.run(&World::with_vendor_at(&vendor.origin()), &["某公司"]).exits_with(status);
        }
    }
    for data in ["[]", "{}", "null"] {
        let body = format!(r#"{{"statusCode":2,"statusMessage":"x","data":{data},"orderNo":1}}"#);
        let vendor = Vendor::start(move |_| json_answer(&body));
        SHUIDI.run(&World::with_vendor_at(&vendor.origin()), &["某公司"]).exits_with(0);
    }
}

#[test]
fn a_null_in_a_list_costs_neither_the_records_beside_it_nor_a_second_page() {
    let body = json!({"code": 0, "result": {"total": 3, "items": [{"id": 1}, null, {"id": 2}]}}).to_string();
    let vendor = Vendor::start(move |_| answer("200 OK", &[JSON], body.as_bytes()));
    let ran = MARKET.run(&World::with_vendor_at(&vendor.origin()), &["某公司"]).exits_with(0);
    let document = ran.json();
    assert_eq!((vendor.calls(), document["records"].as_array().map(Vec::len)), (1, Some(2)));
    assert_eq!(document["queries"][0]["complete"], false);
    assert!(ran.stderr.contains("incomplete"), "{}", ran.stderr);
}
