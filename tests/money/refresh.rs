//! `--max-age` by what was found, and `--refresh whole`.

use crate::harness::World;
use crate::harness::vendor::{Request, Vendor, json};
use std::thread::sleep;
use std::time::Duration;

/// A vendor with three records, one a page, for every company except those named `查无`.
fn vendor() -> Vendor {
    Vendor::start(|request: &Request| {
        let keyword = request.parameter("keyword").unwrap_or_default();
        if keyword.contains("查无") {
            return json(r#"{"code":2,"desc":"无数据"}"#);
        }
        let number = request.parameter("pageNum").unwrap_or_default();
        json(format!(r#"{{"code":0,"result":{{"total":3,"items":[{{"id":{number},"iname":"甲公司"}}]}}}}"#))
    })
}

#[test]
fn the_age_may_depend_on_what_was_found() {
    let vendor = vendor();
    let world = World::with_vendor_at(&vendor.origin());
    let ask = |max_age: &str| {
        let before = vendor.calls();
        let names = ["dishonest", "甲公司", "查无公司", "--page-size", "1", "--max-age", max_age];
        world.run(names).exits_with(0);
        vendor.calls() - before
    };
    assert_eq!(ask("1h"), 4);
    assert_eq!(ask("1h"), 0);
    sleep(Duration::from_millis(5));
    assert_eq!(ask("records=1h,nothing=0s"), 1);
    assert_eq!(ask("nothing=1h,records=0s"), 3);
    assert_eq!(ask("nothing=1h"), 0, "the other age is the configured one");
    world.run(["dishonest", "甲公司", "--max-age", "found=1h"]).exits_with(2);
}

#[test]
fn a_whole_refresh_buys_all_pages_again_if_one_is_too_old() {
    let vendor = vendor();
    let world = World::with_vendor_at(&vendor.origin());
    let ask = |options: &[&str]| {
        let before = vendor.calls();
        let ran = world.run(["dishonest", "甲公司", "--page-size", "1"].iter().chain(options)).exits_with(0);
        (ran, vendor.calls() - before)
    };
    assert_eq!(ask(&["--refresh", "whole"]).1, 3);
    assert_eq!(ask(&["--refresh", "whole"]).1, 0);
    sleep(Duration::from_millis(1200));
    assert_eq!(ask(&["--max-age", "1s", "--limit", "1"]).1, 1, "the first page is new, the others are old");
    let refresh = ["--max-age", "1s", "--refresh", "whole"];
    let (plan, calls) = ask(&[&refresh[..], &["--dry-run", "-f", "json"]].concat());
    assert_eq!((plan.json()["calls_at_least"].as_u64(), calls), (Some(3), 0));
    let (ran, calls) = ask(&refresh);
    assert_eq!(calls, 3);
    let query = &ran.json()["queries"][0];
    assert_eq!((&query["archived_pages"], &query["complete"]), (&0.into(), &true.into()));
}

#[test]
fn a_whole_refresh_of_more_pages_than_a_run_may_buy_is_refused_before_it_costs_anything() {
    let vendor = vendor();
    let world = World::with_vendor_at(&vendor.origin());
    world.run(["dishonest", "甲公司", "--page-size", "1"]).exits_with(0);
    sleep(Duration::from_millis(1200));
    let refresh =
        ["dishonest", "甲公司", "查无公司", "--page-size", "1", "--max-age", "1s", "--refresh", "whole"];
    let ran = world.run(refresh.iter().chain(&["--max-calls", "2"])).exits_with(8);
    assert!(ran.stderr.contains("'甲公司'"), "{}", ran.stderr);
    assert!(ran.stderr.contains("at least 3 calls"), "{}", ran.stderr);
    let plan = world.run(refresh.iter().chain(&["--max-calls", "2", "--dry-run"])).exits_with(0);
    assert!(plan.stderr.contains("at least 3 calls"), "{}", plan.stderr);
    let limited = world.with("HECHA_BUDGET_PER_DAY", "2");
    limited.run(refresh).exits_with(8);
    assert_eq!(vendor.calls(), 3, "nothing was bought");
}

#[test]
fn a_whole_refresh_does_not_buy_again_what_an_interrupted_run_bought() {
    let vendor = vendor();
    let world = World::with_vendor_at(&vendor.origin());
    world.run(["dishonest", "甲公司", "--page-size", "1", "--max-calls", "2"]).exits_with(8);
    world.run(["dishonest", "甲公司", "--page-size", "1", "--refresh", "whole"]).exits_with(0);
    assert_eq!(vendor.calls(), 3);
}
