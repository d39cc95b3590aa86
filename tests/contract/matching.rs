//! `--exact`, and what is said of records of other companies and of lists that change while they are read.

use crate::harness::World;
use crate::harness::vendor::{Vendor, json};
use serde_json::{Value, json as value};

/// A page of the dishonest list.
fn page(total: u64, records: impl Iterator<Item = (u64, &'static str)>) -> String {
    let items: Vec<Value> =
        records.map(|(id, name)| value!({"id": id, "iname": name, "type": "1"})).collect();
    value!({"code": 0, "result": {"total": total, "items": items}}).to_string()
}

#[test]
fn exact_leaves_out_and_counts_records_of_other_companies() {
    let vendor = Vendor::start(|_| json(page(3, [(1, "甲公司"), (2, "乙公司"), (3, "丙公司")].into_iter())));
    let world = World::with_vendor_at(&vendor.origin());
    let ran = world.run(["dishonest", "甲公司", "-f", "json", "--exact"]).exits_with(0);
    let document = ran.json();
    let names: Vec<_> = document["records"].as_array().unwrap().iter().map(|row| &row["name"]).collect();
    assert_eq!(names, ["甲公司"]);
    let query = &document["queries"][0];
    assert_eq!(
        (&query["returned"], &query["matched"], &query["other"], &query["distinct"], &query["complete"]),
        (&value!(1), &value!(1), &value!(2), &value!(3), &value!(true))
    );
    assert!(ran.stderr.contains("left out 2 records"), "{}", ran.stderr);
}

#[test]
fn a_query_with_records_of_other_companies_only_says_so() {
    let vendor = Vendor::start(|_| json(page(2, [(2, "乙公司"), (3, "丙公司")].into_iter())));
    let world = World::with_vendor_at(&vendor.origin());
    let ran = world.run(["dishonest", "甲公司", "-f", "json"]).exits_with(0);
    let query = &ran.json()["queries"][0];
    assert_eq!((&query["status"], &query["warning"]["code"]), (&value!("ok"), &value!("other-companies")));
    assert!(ran.stderr.contains("all 2 records are of other companies"), "{}", ran.stderr);

    let none = world.run(["dishonest", "甲公司", "-f", "json", "--exact", "--fail-empty"]).exits_with(20);
    let query = &none.json()["queries"][0];
    assert_eq!((&query["status"], &query["returned"]), (&value!("empty"), &value!(0)));
    let table = world.run(["dishonest", "甲公司", "-f", "table", "--exact"]).exits_with(0);
    assert!(table.text().contains("no record of this company among 2 records"), "{}", table.text());
    let page = world.run(["dishonest", "甲公司", "-f", "html", "--exact"]).exits_with(0);
    let page = page.text();
    assert!(page.contains("◇ none of this company") && !page.contains("○ nothing found"), "{page}");
    assert_eq!(vendor.calls(), 1);
}

#[test]
fn an_empty_page_behind_the_last_one_is_not_nothing_found() {
    for total in [0, 30] {
        let vendor = Vendor::start(move |_| json(page(total, std::iter::empty())));
        let world = World::with_vendor_at(&vendor.origin());
        let ask = ["dishonest", "甲公司", "--page", "9", "-f"];
        let ran = world.run([&ask[..], &["json"]].concat()).exits_with(0);
        let query = &ran.json()["queries"][0];
        let expected = if total > 0 { value!(total) } else { Value::Null };
        assert_eq!(
            (&query["status"], &query["complete"], &query["total"]),
            (&value!("empty"), &value!(false), &expected)
        );
        let table = world.run([&ask[..], &["table"]].concat()).exits_with(0);
        assert!(table.text().contains("no records on this page"), "{}", table.text());
        let html = world.run([&ask[..], &["html"]].concat()).exits_with(0);
        assert!(html.text().contains("No records on this page"), "{}", html.text());
    }
}

#[test]
fn a_new_record_on_top_of_an_archived_first_page_is_not_complete() {
    let has_new = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let vendor = {
        let has_new = std::sync::Arc::clone(&has_new);
        Vendor::start(move |request| {
            let number: u64 = request.parameter("pageNum").unwrap().parse().unwrap();
            let shift = u64::from(has_new.load(std::sync::atomic::Ordering::Relaxed));
            let total = 30 + shift;
            let start = (number - 1) * 20;
            // The newest record comes first: with a new one, all others move down by one.
            json(page(total, (start..(start + 20).min(total)).map(|at| (100 + at - shift, "甲公司"))))
        })
    };
    let world = World::with_vendor_at(&vendor.origin());
    world.run(["dishonest", "甲公司", "--limit", "20"]).exits_with(0);
    has_new.store(true, std::sync::atomic::Ordering::Relaxed);
    let ran = world.run(["dishonest", "甲公司", "-f", "json"]).exits_with(0);
    let query = &ran.json()["queries"][0];
    assert_eq!(
        (&query["complete"], &query["total"], &query["distinct"], &query["warning"]["code"]),
        (&value!(false), &value!(31), &value!(30), &value!("incomplete"))
    );
    assert!(ran.stderr.contains("incomplete"), "{}", ran.stderr);
    assert_eq!(vendor.calls(), 2);
}

#[test]
fn a_total_of_zero_beside_the_same_full_page_is_not_complete() {
    let vendor = Vendor::start(|_| json(page(0, (0..20).map(|id| (id, "甲公司")))));
    let world = World::with_vendor_at(&vendor.origin());
    let ran = world.run(["dishonest", "甲公司", "-f", "json"]).exits_with(0);
    let query = &ran.json()["queries"][0];
    assert_eq!(
        (&query["complete"], &query["total"], &query["returned"]),
        (&value!(false), &Value::Null, &value!(20))
    );
    assert!(ran.stderr.contains("incomplete"), "{}", ran.stderr);
    assert_eq!(vendor.calls(), 2);
}

#[test]
fn a_limit_counts_the_records_that_exact_leaves_and_buys_no_page_for_others() {
    let vendor = Vendor::start(|request| {
        let is_mixed = request.parameter("keyword").as_deref() == Some("甲公司");
        let name = |id: u64| if is_mixed && id.is_multiple_of(2) { "甲公司" } else { "乙公司" };
        json(page(60, (1..=20).map(|id| (id, name(id)))))
    });
    let world = World::with_vendor_at(&vendor.origin());
    for (keyword, limit, status, code, written, others) in [
        ("甲公司", "5", "ok", 0, 5, 5),
        ("甲公司", "15", "ok", 0, 10, 10),
        ("丙公司", "5", "partial", 3, 0, 20),
    ] {
        let ask = ["dishonest", keyword, "-f", "json", "--exact", "--limit", limit, "--fail-empty"];
        let ran = world.run(ask).exits_with(code);
        assert_eq!(
            ran.stderr.contains("--limit: not all records were compared"),
            written < limit.parse().unwrap(),
            "{}",
            ran.stderr
        );
        let document = ran.json();
        let query = &document["queries"][0];
        assert_eq!(document["records"].as_array().unwrap().len(), written);
        assert_eq!(
            (&query["status"], &query["matched"], &query["other"], &query["complete"]),
            (&value!(status), &value!(written), &value!(others), &value!(false))
        );
    }
    assert_eq!(vendor.calls(), 2);
}

#[test]
fn records_that_the_vendor_keeps_back_are_not_nothing_found() {
    let vendor = Vendor::start(|request| match request.parameter("pageNum").as_deref() {
        Some("1") if request.parameter("keyword").as_deref() == Some("甲公司") => {
            json(page(57, (1..=20).map(|id| (id, "乙公司"))))
        }
        _ if request.parameter("keyword").as_deref() == Some("丁公司") => {
            json(page(0, std::iter::once((1, "乙公司"))))
        }
        _ => json(page(57, std::iter::empty())),
    });
    let world = World::with_vendor_at(&vendor.origin());
    for (keyword, message) in
        [("甲公司", "gave 20 of 57"), ("丙公司", "gave 0 of 57"), ("丁公司", "gives no total")]
    {
        let ask = ["dishonest", keyword, "-f", "json", "--exact", "--fail-empty"];
        let ran = world.run(ask).exits_with(3);
        let query = &ran.json()["queries"][0];
        assert_eq!((&query["status"], &query["complete"]), (&value!("partial"), &value!(false)));
        assert!(query["warning"]["message"].as_str().unwrap().contains(message), "{query}");
        assert!(ran.stderr.contains(message), "{}", ran.stderr);
    }
}
