//! `copyright --provider all --merge`: one row for each registration.

use super::formats::sheets;
use crate::harness::vendor::{Vendor, json};
use crate::harness::{Ran, World};
use serde_json::{Value, json};

fn ihuyi(rows: &[Value], total: usize) -> String {
    json!({"code": 2, "result": {"total": total.to_string(), "lists": rows}}).to_string()
}

fn shuidi(rows: &[Value], total: usize) -> String {
    json!({"statusCode": 1, "data": {"Paging": {"TotalRecords": total}, "Items": rows}}).to_string()
}

/// Two registrations of both vendors, one of each vendor only, and two that no number identifies.
fn vendor() -> Vendor {
    let of_ihuyi = [
        json!({"registrationNum": "2017SR012345", "copyrightName": "甲软件", "version": "V1.0", "copyrightOwner": "甲公司"}),
        json!({"registrationNum": "2018SR000001", "copyrightName": "乙软件", "copyrightOwner": "甲公司"}),
        json!({"registrationNum": "2019SR000002", "copyrightName": "丙软件"}),
        json!({"registrationNum": "2017*******", "copyrightName": "丁软件"}),
    ];
    let of_shuidi = [
        json!({"RegisterNo": "2020SR3", "Name": "戊软件"}),
        json!({"RegisterNo": "2017sr12345", "Name": "甲 软件", "VersionNo": "1.0", "Owner": "乙公司", "ShortName": "甲"}),
        json!({"RegisterNo": "2018SR1", "Name": "乙软件", "Owner": "甲公司"}),
        json!({"RegisterNo": "2017*******", "Name": "丁软件"}),
    ];
    Vendor::start(move |request| {
        if request.line.contains("/ihuyi") {
            json(ihuyi(&of_ihuyi, of_ihuyi.len()))
        } else {
            json(shuidi(&of_shuidi, of_shuidi.len()))
        }
    })
}

fn run(vendor: &Vendor, rest: &[&str]) -> Ran {
    let arguments = ["copyright", "--provider", "all", "--merge", "甲公司"];
    World::with_vendor_at(&vendor.origin()).run(arguments.iter().chain(rest)).exits_with(0)
}

fn column<'a>(document: &'a Value, key: &str) -> Vec<&'a Value> {
    document["records"].as_array().expect("records").iter().map(|record| &record[key]).collect()
}

#[test]
fn a_registration_is_one_row_with_what_either_vendor_knows() {
    let vendor = vendor();
    let document = run(&vendor, &[]).json();
    assert_eq!(vendor.calls(), 2);
    assert_eq!(document["schema"], "hecha/copyright@1");
    assert_eq!(
        json!(column(&document, "name")),
        json!(["甲软件", "乙软件", "丙软件", "丁软件", "戊软件", "丁软件"])
    );
    let both = json!(["ihuyi", "shuidi"]);
    assert_eq!(
        json!(column(&document, "providers")),
        json!([both, both, ["ihuyi"], ["ihuyi"], ["shuidi"], ["shuidi"]])
    );
    assert_eq!(json!(column(&document, "only_in")), json!([null, null, "ihuyi", null, "shuidi", null]));
    assert_eq!(
        json!(column(&document, "conflicts")),
        json!([[{"field": "owner", "ihuyi": "甲公司", "shuidi": "乙公司"}], [], null, null, null, null])
    );
    let first = &document["records"][0];
    assert_eq!(
        (&first["owner"], &first["short_name"], &first["version"]),
        (&json!("甲公司"), &json!("甲"), &json!("V1.0"))
    );
    let keys: Vec<_> = first.as_object().expect("a record").keys().map(String::as_str).collect();
    assert_eq!(keys[..4], ["query", "provider", "match", "input_row"]);
    assert_eq!(keys[keys.len() - 4..], ["providers", "conflicts", "only_in", "extra"]);
    let queries = document["queries"].as_array().expect("queries");
    let counts: Vec<_> = queries
        .iter()
        .map(|query| json!([query["provider"], query["returned"], query["complete"]]))
        .collect();
    assert_eq!(json!(counts), json!([["ihuyi", 4, true], ["shuidi", 4, true]]));
}

/// What `--exact` leaves out of one vendor's answer still shows that this vendor has the registration.
#[test]
fn exact_leaves_out_merged_rows_and_does_not_change_who_has_a_registration() {
    let vendor = vendor();
    let document = run(&vendor, &["--exact"]).json();
    assert_eq!(json!(column(&document, "name")), json!(["甲软件", "乙软件"]));
    let both = json!(["ihuyi", "shuidi"]);
    assert_eq!(json!(column(&document, "providers")), json!([both, both]));
    assert_eq!(json!(column(&document, "only_in")), json!([null, null]));
    let conflict = json!([{"field": "owner", "ihuyi": "甲公司", "shuidi": "乙公司"}]);
    assert_eq!(json!(column(&document, "conflicts")), json!([conflict, []]));
    let queries = document["queries"].as_array().expect("queries");
    let counts: Vec<_> =
        queries.iter().map(|query| json!([query["returned"], query["matched"], query["other"]])).collect();
    assert_eq!(json!(counts), json!([[2, 2, 0], [1, 1, 1]]));
}

#[test]
fn every_format_has_the_merged_rows() {
    let vendor = vendor();
    for format in ["csv", "tsv", "ndjson", "table"] {
        let ran = run(&vendor, &["-f", format, "--fields", "name,providers,only_in", "--header", "keys"]);
        assert_eq!(ran.text().matches("甲软件").count(), 1, "{format}: {}", ran.text());
        assert_eq!(ran.text().matches("丁软件").count(), 2, "{format}: {}", ran.text());
    }
    let world = World::with_vendor_at(&vendor.origin());
    world
        .run(["copyright", "--provider", "all", "--merge", "甲公司", "-o", "out.xlsx", "--header", "keys"])
        .exits_with(0);
    let (records, queries) = sheets(&world.path("out.xlsx"));
    assert_eq!((records.len(), queries.len()), (7, 3));
    assert!(records[0].contains(&"conflicts".to_owned()));
    world.run(["copyright", "--provider", "all", "--merge", "甲公司", "-o", "out.html"]).exits_with(0);
}

#[test]
fn the_latest_date_of_a_vendor_is_that_of_its_own_records() {
    let vendor = Vendor::start(|request| {
        json(if request.line.contains("/ihuyi") {
            r#"{"code":2,"result":{"total":"1","lists":[
                {"registrationNum":"2017SR1","copyrightOwner":"甲公司","registrationDate":"2017-12-13T00:00:00"}]}}"#
        } else {
            r#"{"statusCode":1,"data":{"Paging":{"TotalRecords":2},"Items":[
                {"RegisterNo":"2017SR1","Owner":"甲公司","RegisterAperDate":"2017-12-13 00:00:00"},
                {"RegisterNo":"2024SR2","Owner":"甲公司","RegisterAperDate":"2024-01-31 00:00:00"}]}}"#
        })
    });
    let world = World::with_vendor_at(&vendor.origin());
    let arguments = ["copyright", "--provider", "all", "甲公司", "--header", "keys"];
    for merge in [&[][..], &["--merge"]] {
        world.run(arguments.iter().chain(merge).chain(&["-o", "out.xlsx"])).exits_with(0);
        let (_, queries) = sheets(&world.path("out.xlsx"));
        let column = queries[0].iter().position(|heading| heading == "latest").expect("the latest date");
        let latest: Vec<_> = queries[1..].iter().map(|query| query[column].as_str()).collect();
        assert_eq!(latest.len(), 2);
        assert!(latest[0].starts_with("2017-12-13") && latest[1].starts_with("2024-01-31"), "{latest:?}");
    }
}

#[test]
fn a_limit_counts_for_each_vendor_and_leaves_open_who_has_what() {
    let document = run(&vendor(), &["--limit", "1"]).json();
    assert_eq!(json!(column(&document, "name")), json!(["甲软件", "戊软件"]));
    assert_eq!(json!(column(&document, "only_in")), json!([null, null]));
}

#[test]
fn a_vendor_that_failed_leaves_open_who_has_what() {
    let vendor = Vendor::start(|request| {
        json(if request.line.contains("/ihuyi") {
            r#"{"code":2,"result":{"total":"1","lists":[{"registrationNum":"2017SR1","copyrightName":"甲"}]}}"#
        } else {
            r#"{"statusCode":99999,"statusMessage":"系统未知错误"}"#
        })
    });
    let world = World::with_vendor_at(&vendor.origin());
    let ran = world.run(["copyright", "--provider", "all", "--merge", "甲公司", "乙公司"]);
    let document = ran.json();
    assert_eq!(json!(column(&document, "query")), json!(["甲公司", "乙公司"]));
    assert_eq!(json!(column(&document, "only_in")), json!([null, null]));
    assert_eq!(document["queries"].as_array().map(Vec::len), Some(4));
}

#[test]
fn merging_needs_several_providers_and_records() {
    let vendor = vendor();
    let world = World::with_vendor_at(&vendor.origin());
    for rest in [&["--provider", "ihuyi"][..], &["--provider", "all", "--raw"]] {
        let arguments = ["copyright", "--merge", "甲公司"];
        let ran = world.run(arguments.iter().chain(rest)).exits_with(2);
        assert!(ran.stderr.contains("--provider all"), "{}", ran.stderr);
    }
    assert_eq!(vendor.calls(), 0);
}
