//! What must neither look like a change nor hide one.

use super::{Shop, after_two, buy, changes, full_page, record, records, words};
use crate::harness::World;
use serde_json::{Value, json};

#[test]
fn what_is_new_gone_changed_and_listed_again_is_told() {
    let (shop, world) = with_world();
    shop.serve_keys("abd");
    buy(&world, &[]).exits_with(0);
    let mut later = records("ad");
    later[0]["performance"] = json!("全部已履行");
    shop.serve(vec![(2, later)]);
    buy(&world, &[]).exits_with(0);
    let document = changes(&world, &[]);
    assert_eq!(words(&document), ("changed:a removed:b".to_owned(), "changed"));
    assert_eq!(document["schema"], "hecha/changes@1");
    assert_eq!(
        document["changes"][0]["fields"],
        json!([{"field": "performance", "old": "全部未履行", "new": "全部已履行"}])
    );
    assert_eq!(document["changes"][1]["fields"], Value::Null);
    shop.serve_keys("abc");
    buy(&world, &[]).exits_with(0);
    let document = changes(&world, &["某公司"]);
    assert_eq!(words(&document).0, "changed:a reappeared:b added:c removed:d");
    assert_eq!(document["changes"][1]["input_row"], 1);
    assert_eq!(document["changes"][1]["match"], "exact");
    let query = &document["queries"][0];
    assert_eq!(
        (&query["added"], &query["older_records"], &query["newer_records"]),
        (&json!(1), &json!(2), &json!(3))
    );
    let calls = shop.vendor.calls();
    changes(&world, &[]);
    assert_eq!(shop.vendor.calls(), calls, "nothing is sent");
}

fn with_world() -> (Shop, World) {
    let shop = Shop::new();
    let world = shop.world();
    (shop, world)
}

#[test]
fn the_first_answer_is_a_baseline_and_an_unknown_company_was_never_asked() {
    let (shop, world) = with_world();
    world.run(["changes", "dishonest", "某公司"]).exits_with(3);
    world.run(["changes", "dishonest"]).exits_with(0);
    shop.serve_keys("a");
    buy(&world, &[]).exits_with(0);
    let ran = world.run(["changes", "dishonest", "某公司", "--fail-changed"]).exits_with(0);
    assert_eq!(words(&ran.json()), (String::new(), "baseline"));
    let ran = world.run(["changes", "dishonest", "别的公司"]).exits_with(3);
    assert_eq!(ran.json()["queries"][0]["status"], "never_asked");
    assert!(ran.stderr.contains("never queried"), "{}", ran.stderr);
}

#[test]
fn a_failed_page_removes_nothing_and_is_incomplete() {
    let (shop, world) = with_world();
    shop.serve(vec![(21, full_page('a')), (21, records("z"))]);
    buy(&world, &[]).exits_with(0);
    let mut page = full_page('a');
    page[19] = record("new");
    shop.serve_first_page(21, page);
    buy(&world, &[]);
    assert_eq!(words(&changes(&world, &[])), ("added:new".to_owned(), "incomplete"));
    world.run(["changes", "dishonest"]).exits_with(3);
    world.run(["changes", "dishonest", "--fail-changed"]).exits_with(21);
}

#[test]
fn a_query_that_failed_as_a_whole_is_incomplete() {
    let (shop, world) = with_world();
    shop.serve_keys("ab");
    buy(&world, &[]).exits_with(0);
    *shop.listing.lock().unwrap() =
        Box::new(|_| crate::harness::vendor::answer("403 Forbidden", &["X-Ca-Error-Message: no"], ""));
    buy(&world, &[]);
    assert_eq!(words(&changes(&world, &[])), (String::new(), "incomplete"));
}

#[test]
fn a_limit_and_a_single_page_are_incomplete() {
    for options in [["--limit", "1"], ["--page", "2"], ["--page", "9"]] {
        let (shop, world) = with_world();
        shop.serve(vec![(21, full_page('a')), (21, records("z"))]);
        buy(&world, &[]).exits_with(0);
        buy(&world, &options).exits_with(0);
        assert_eq!(words(&changes(&world, &[])), (String::new(), "incomplete"), "{options:?}");
    }
}

#[test]
fn a_list_that_grew_or_shrank_while_it_was_read_removes_nothing() {
    for totals in [(21, 22), (22, 21)] {
        let (shop, world) = with_world();
        shop.serve(vec![(21, full_page('a')), (21, records("z"))]);
        buy(&world, &[]).exits_with(0);
        shop.serve(vec![(totals.0, full_page('a')), (totals.1, records("y"))]);
        buy(&world, &[]);
        assert_eq!(words(&changes(&world, &[])), ("added:y".to_owned(), "incomplete"), "{totals:?}");
    }
}

#[test]
fn a_repeated_page_removes_nothing() {
    let (shop, world) = with_world();
    shop.serve(vec![(21, full_page('a')), (21, records("z"))]);
    buy(&world, &[]).exits_with(0);
    shop.serve(vec![(40, full_page('a')), (40, full_page('a'))]);
    buy(&world, &[]);
    assert_eq!(words(&changes(&world, &[])), (String::new(), "incomplete"));
}

#[test]
fn records_that_moved_between_pages_and_new_numbers_are_no_change() {
    let (shop, world) = with_world();
    let mut all = full_page('a');
    all.push(record("z"));
    shop.serve(vec![(21, all[..20].to_vec()), (21, all[20..].to_vec())]);
    buy(&world, &[]).exits_with(0);
    all.reverse();
    for (number, record) in all.iter_mut().enumerate() {
        record["id"] = json!(number + 1000);
        record["focusnumber"] = json!(number + 7);
    }
    shop.serve(vec![(21, all[..20].to_vec()), (21, all[20..].to_vec())]);
    buy(&world, &[]).exits_with(0);
    let ran = world.run(["changes", "dishonest", "--fail-changed"]).exits_with(0);
    assert_eq!(words(&ran.json()), (String::new(), "unchanged"));
}

#[test]
fn an_answer_of_another_endpoint_is_not_compared_and_that_is_said() {
    let (shop, world) = with_world();
    shop.serve_keys("ab");
    buy(&world, &[]).exits_with(0);
    let other = Shop::new();
    other.serve_keys("cd");
    let archive = world.run(["archive", "path"]).text().trim().to_owned();
    let elsewhere = other.world().with("HECHA_ARCHIVE", archive);
    buy(&elsewhere, &[]).exits_with(0);
    let ran = world.run(["changes", "dishonest"]).exits_with(3);
    assert_eq!(words(&ran.json()), (String::new(), "incomplete"));
    assert_eq!(ran.json()["queries"][0]["reason"], "other-endpoint");
    assert!(ran.stderr.contains("another endpoint"), "{}", ran.stderr);
}

#[test]
fn the_same_answers_read_again_are_no_new_snapshot() {
    let (shop, world) = with_world();
    let document = after_two(&shop, &world, "ab", "bc");
    assert_eq!(words(&document), ("added:c removed:a".to_owned(), "changed"));
    let calls = shop.vendor.calls();
    world.run(["dishonest", "某公司"]).exits_with(0);
    world.run(["dishonest", "某公司", "--offline"]).exits_with(0);
    assert_eq!(changes(&world, &[]), document);
    assert_eq!(shop.vendor.calls(), calls);
}

#[test]
fn an_answer_that_is_damaged_is_no_answer() {
    let (shop, world) = with_world();
    after_two(&shop, &world, "ab", "bc");
    let archive = world.run(["archive", "path"]).text().trim().to_owned();
    let connection = rusqlite::Connection::open(archive).unwrap();
    connection.execute("UPDATE answers SET sha256 = zeroblob(32) WHERE id = 2", []).unwrap();
    drop(connection);
    assert_eq!(words(&changes(&world, &[])), (String::new(), "incomplete"));
}

#[test]
fn an_answer_about_another_company_is_no_page_of_a_snapshot() {
    let (shop, world) = with_world();
    shop.serve_keys("a");
    buy(&world, &[]).exits_with(0);
    shop.serve_keys("b");
    world.run(["dishonest", "另一家公司"]).exits_with(0);
    let archive = world.run(["archive", "path"]).text().trim().to_owned();
    let connection = rusqlite::Connection::open(archive).unwrap();
    connection
        .execute_batch(
            "DELETE FROM snapshots WHERE id = 2;
             INSERT INTO snapshots (query, endpoint, pages, taken_at, is_whole)
             SELECT query, endpoint, '[[1,2]]', taken_at + 1, 1 FROM snapshots",
        )
        .unwrap();
    drop(connection);
    assert_eq!(words(&changes(&world, &[])), (String::new(), "incomplete"));
}

#[test]
fn a_company_whose_records_are_all_gone_has_them_no_longer_listed() {
    let (shop, world) = with_world();
    shop.serve_keys("ab");
    buy(&world, &[]).exits_with(0);
    shop.serve(Vec::new());
    buy(&world, &[]).exits_with(0);
    assert_eq!(words(&changes(&world, &[])), ("removed:a removed:b".to_owned(), "changed"));
    let table = world.run(["changes", "dishonest", "-f", "table"]).exits_with(0);
    assert!(table.text().contains("no longer listed"), "{}", table.text());
    for word in ["paid", "cleared", "settled"] {
        assert!(!table.text().contains(word), "{}", table.text());
    }
}

#[test]
fn queries_with_different_filters_are_told_apart() {
    let sandbox = crate::harness::sandbox();
    let world = World::with_sandbox(&sandbox);
    let query = ["copyright", "逐次变化企业", "--provider", "ihuyi", "--fresh"];
    for filters in [&[][..], &["--type", "software", "--year", "2020"], &["--type", "software"]] {
        for _ in 0..2 {
            world.run(query.iter().chain(filters)).exits_with(0);
        }
    }
    let document = world.run(["changes", "copyright"]).json();
    let filters: Vec<_> = (0..3).map(|index| &document["queries"][index]["filters"]).collect();
    assert_eq!(filters, [&json!(null), &json!("year=2020, copyright_type=S"), &json!("copyright_type=S")]);
    let table = world.run(["changes", "copyright", "-f", "table"]);
    assert!(table.text().contains("逐次变化企业 (ihuyi, copyright_type=S): "), "{}", table.text());
}
