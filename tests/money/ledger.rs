//! `hecha usage`: every attempt is booked, and its sums are the vendor's own.

use super::{booked, calls, database, has_outcome, usage};
use crate::harness::vendor::{Step, Vendor, answer, json, refusing};
use crate::harness::{World, sandbox};
use serde_json::{Value, json as value};

fn of<'a>(rows: &'a [Value], provider: &str, outcome: &str) -> Vec<&'a Value> {
    rows.iter().filter(|row| row["provider"] == provider && row["outcome"] == outcome).collect()
}

fn sum_of_charge(rows: &[Value], provider: &str, charged: &str) -> u64 {
    booked(rows, |row| row["provider"] == provider && row["charged"] == charged)
}

#[test]
fn the_sums_are_the_sandbox_s_own_count_by_provider_and_charge() {
    let sandbox = sandbox();
    let world =
        World::with_sandbox(&sandbox).with("HECHA_PRICE_MARKET", "0.05").with("HECHA_PRICE_IHUYI", "0.3");
    let run = |arguments: &[&str], code| world.run(arguments).exits_with(code);
    run(&["dishonest", "行数:45", "查无此企业", "行数:3"], 0);
    run(&["dishonest", "行数:45"], 0);
    run(&["dishonest", "错误码:B403MQ"], 7);
    run(&["dishonest", "错误码:T429US", "--retries", "1"], 5);
    run(&["dishonest", "错误码:77"], 6);
    run(&["dishonest", "网页:200"], 10);
    run(&["dishonest", "慢:2000", "--timeout", "200ms"], 5);
    run(&["copyright", "--provider", "all", "行数:60", "查无此企业"], 0);
    run(&["copyright", "--provider", "shuidi", "错误码:99999"], 5);
    run(&["copyright", "--provider", "shuidi", "错误码:5", "--retries", "0"], 5);

    let rows = usage(&world);
    for (provider, counted) in [
        ("market", sandbox.calls("market")),
        ("ihuyi", sandbox.calls("ihuyi")),
        ("shuidi", sandbox.calls("shuidi")),
    ] {
        assert_eq!(
            booked(&rows, |row| row["provider"] == provider),
            counted.requests,
            "{provider}: {rows:?}"
        );
        assert_eq!(sum_of_charge(&rows, provider, "no"), counted.refused, "{provider}: {rows:?}");
    }
    // A request that timed out was charged by the sandbox; the ledger cannot know it.
    assert_eq!(sum_of_charge(&rows, "market", "yes") + 1, sandbox.calls("market").charged);
    assert_eq!(sum_of_charge(&rows, "market", "unknown"), sandbox.calls("market").unknown + 1);
    for provider in ["ihuyi", "shuidi"] {
        let counted = if provider == "ihuyi" { sandbox.calls("ihuyi") } else { sandbox.calls("shuidi") };
        assert_eq!(sum_of_charge(&rows, provider, "yes"), counted.charged);
        assert_eq!(sum_of_charge(&rows, provider, "unknown"), counted.unknown);
    }

    assert_eq!(of(&rows, "market", "data")[0]["calls"], 4);
    assert_eq!(of(&rows, "market", "data")[0]["cost"], 0.2);
    assert_eq!(of(&rows, "market", "empty")[0]["calls"], 1);
    assert_eq!(of(&rows, "market", "failed:account")[0]["cost"], 0.0);
    assert_eq!(of(&rows, "market", "failed:answer")[0]["charged"], "unknown");
    let temporary = of(&rows, "market", "failed:temporary");
    assert_eq!(temporary.len(), 2, "throttled attempts were free, the one that timed out may not have been");
    assert_eq!(of(&rows, "shuidi", "data")[0]["cost"], Value::Null, "shuidi has no price");
    let columns: Vec<&String> = rows[0].as_object().unwrap().keys().collect();
    assert_eq!(columns, ["provider", "day", "outcome", "charged", "calls", "cost"]);
    let table = world.run(["usage", "-f", "table"]).exits_with(0);
    let total =
        sandbox.calls("market").requests + sandbox.calls("ihuyi").requests + sandbox.calls("shuidi").requests;
    assert!(table.text().contains(&total.to_string()) && table.text().contains("0.20"), "{}", table.text());
}

#[test]
fn every_attempt_is_booked_also_those_that_found_no_vendor() {
    let (_socket, nobody) = refusing();
    let world = World::with_vendor_at(&format!("http://{nobody}"));
    world.run(["dishonest", "甲公司", "--retries", "1"]).exits_with(5);
    let rows = usage(&world);
    assert_eq!((booked(&rows, |_| true), booked(&rows, |row| row["charged"] == "no")), (2, 2), "{rows:?}");
}

#[test]
fn retries_are_booked_one_by_one_and_a_reset_is_not_repeated() {
    let vendor = Vendor::start(|request| match request.number {
        0 | 1 => answer("503 Service Unavailable", &["X-Ca-Error-Code: D503CB"], ""),
        2 => json(r#"{"code":2,"desc":"无数据"}"#),
        _ => vec![Step::Reset],
    });
    let world = World::with_vendor_at(&vendor.origin());
    world.run(["dishonest", "甲公司"]).exits_with(0);
    world.run(["dishonest", "乙公司"]).exits_with(5);
    assert_eq!(vendor.calls(), 4);
    let rows = usage(&world);
    assert_eq!(booked(&rows, |_| true), 4, "{rows:?}");
    assert_eq!(booked(&rows, has_outcome("empty")), 1);
    assert_eq!(booked(&rows, |row| row["charged"] == "unknown"), 1);
}

#[test]
fn since_counts_days_in_china() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.run(["dishonest", "行数:3"]).exits_with(0);
    world.run(["dishonest", "行数:4"]).exits_with(0);
    // 2026-01-31 23:59:59.999 and 2026-02-01 00:00 in China.
    let moved = |rowid: i64, at: i64| {
        database(&world).execute("UPDATE attempts SET started_at = ?2 WHERE run = ?1", [rowid, at]).unwrap();
    };
    moved(1, 1_769_875_199_999);
    moved(2, 1_769_875_200_000);
    let days = |since: &[&str]| -> Value {
        let rows = world.run(["usage", "-f", "json"].iter().chain(since)).exits_with(0).json();
        rows.as_array().unwrap().iter().map(|row| row["day"].clone()).collect()
    };
    assert_eq!(days(&[]), value!(["2026-01-31", "2026-02-01"]));
    assert_eq!(days(&["--since", "2026-02-01"]), value!(["2026-02-01"]));
    assert_eq!(days(&["--since", "2026-02-02"]), value!([]));
    world.run(["usage", "--since", "yesterday"]).exits_with(2);
}

#[test]
fn a_prune_leaves_the_ledger_and_what_was_pruned_is_bought_again() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.run(["dishonest", "行数:45"]).exits_with(0);
    super::age_by_hours(&world, 24 * 91);
    world.run(["dishonest", "行数:3"]).exits_with(0);
    world.run(["archive", "prune", "--older-than", "90d"]).exits_with(0);
    assert_eq!(world.run(["archive", "verify"]).exits_with(0).text(), "1 entry checked, 0 damaged\n");
    assert_eq!(booked(&usage(&world), |_| true), 4);
    world.run(["dishonest", "行数:3", "--offline"]).exits_with(0);
    world.run(["dishonest", "行数:45", "--offline"]).exits_with(9);
    world.run(["dishonest", "行数:45", "--max-age", "9999d"]).exits_with(0);
    assert_eq!(calls(&sandbox), 7);
}
