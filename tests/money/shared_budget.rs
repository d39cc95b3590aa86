//! `[budget]`: several processes on one archive keep one budget and one rate, counted by the server.

use super::{calls, companies, list, usage};
use crate::harness::vendor::{Vendor, answer, json};
use crate::harness::{Ran, World, sandbox, sandbox_with};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

fn batch(input: &str) -> [&str; 9] {
    ["dishonest", "-i", input, "-j", "4", "--max-calls", "9999", "-f", "json"]
}

/// Runs one command in several processes at once.
fn at_once(world: &World, processes: usize, arguments: &[&str]) -> Vec<Ran> {
    let children: Vec<_> = (0..processes).map(|_| world.spawn(arguments, Stdio::null())).collect();
    children.into_iter().map(|child| Ran::from(child.wait_with_output().expect("a run"))).collect()
}

#[test]
fn eight_processes_together_never_exceed_a_budget_and_use_all_of_it() {
    for (key, words) in
        [("HECHA_BUDGET_TOTAL", "[budget] total"), ("HECHA_BUDGET_PER_DAY", "[budget] per_day")]
    {
        let latency = Duration::from_millis(5);
        let sandbox = sandbox_with(latency);
        let world = World::with_sandbox(&sandbox).with(key, "30");
        let input = list(&world, &companies(60));
        for ran in at_once(&world, 8, &batch(&input)) {
            let ran = ran.exits_with(8);
            assert!(ran.stderr.contains("30 of 30 calls") && ran.stderr.contains(words), "{}", ran.stderr);
            assert!(!ran.json()["records"].as_array().unwrap().is_empty(), "what was bought is printed");
        }
        assert_eq!(calls(&sandbox), 30);
        assert_eq!(usage(&world).iter().map(|row| row["calls"].as_u64().unwrap()).sum::<u64>(), 30);
        let plan = world.run(["dishonest", "-i", &input, "--dry-run"]).exits_with(0).json();
        let budget = &plan["budgets"][0];
        assert_eq!((&budget["limit"], &budget["used"], &budget["left"]), (&30.into(), &30.into(), &0.into()));
        assert_eq!(budget["until"].is_null(), key == "HECHA_BUDGET_TOTAL", "{budget}");
        world.run(["dishonest", "-i", &input, "--offline"]);
        assert_eq!(calls(&sandbox), 30, "archived answers need no budget");
    }
}

#[test]
fn free_calls_leave_the_budget_as_it_was() {
    let vendor = Vendor::start(|request| {
        let body = r#"{"code":0,"result":{"total":1,"items":[{"id":1,"iname":"甲"}]}}"#;
        if request.number < 6 {
            return answer("429 Too Many Requests", &[], "busy");
        }
        json(body)
    });
    let world = World::with_vendor_at(&vendor.origin()).with("HECHA_BUDGET_TOTAL", "2");
    for name in ["甲", "乙", "丙"] {
        world.run(["dishonest", name, "--retries", "1"]);
    }
    assert_eq!(vendor.calls(), 6);
    for name in ["甲", "乙"] {
        world.run(["dishonest", name]).exits_with(0);
    }
    world.run(["dishonest", "丙"]).exits_with(8);
    assert_eq!(vendor.calls(), 8);
}

#[test]
fn four_processes_together_keep_one_rate() {
    let received = Arc::new(Mutex::new(Vec::new()));
    let moments = Arc::clone(&received);
    let vendor = Vendor::start(move |_| {
        moments.lock().unwrap().push(Instant::now());
        json(r#"{"code":0,"result":{"total":1,"items":[{"id":1,"iname":"甲"}]}}"#)
    });
    let world = World::with_vendor_at(&vendor.origin()).with("HECHA_BUDGET_RATE", "20/s");
    let input = list(&world, &companies(24));
    for ran in at_once(&world, 4, &batch(&input)) {
        assert_eq!(ran.exits_with(0).json()["records"].as_array().unwrap().len(), 24);
    }
    let received = received.lock().unwrap();
    assert_eq!(received.len(), 24);
    // Requests are sent at least 50 ms apart, but the way to the server may take longer for one than for the next.
    let took = received[23] - received[0];
    assert!(took >= Duration::from_millis(23 * 50 - 40), "{took:?}");
    assert!(took <= Duration::from_secs(10), "{took:?}");
}

#[test]
fn a_budget_cannot_be_kept_without_an_archive() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox).with("HECHA_BUDGET_PER_DAY", "5");
    let ran = world.run(["dishonest", "某公司", "--no-archive"]).exits_with(4);
    assert!(ran.stderr.contains("[budget]") && ran.stderr.contains("--no-archive"), "{}", ran.stderr);
    assert_eq!(calls(&sandbox), 0);
    let wrong = World::with_sandbox(&sandbox).with("HECHA_BUDGET_TOTAL", "many");
    let ran = wrong.run(["dishonest", "某公司"]).exits_with(4);
    assert!(ran.stderr.contains("HECHA_BUDGET_TOTAL"), "{}", ran.stderr);
}

#[test]
fn usage_shows_what_is_left_and_who_spent_it() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox)
        .with("HECHA_BUDGET_TOTAL", "10")
        .with("HECHA_BUDGET_PER_DAY", "6")
        .with("HECHA_PRICE_MARKET", "0.5");
    let budgets = || world.run(["usage", "--budget", "-f", "json"]).exits_with(0).json();
    assert_eq!(budgets()[1]["left"], 6, "before the first call");
    for (user, keyword) in [("zhang", "行数:1"), ("li", "行数:2"), ("li", "行数:3")] {
        let ran = world.command(["dishonest", keyword]).env("USER", user).output();
        Ran::from(ran.unwrap()).exits_with(0);
    }
    let rows = world.run(["usage", "--by", "user,host"]).exits_with(0).json();
    let spent = |index: usize| {
        (rows[index]["user"].clone(), rows[index]["calls"].clone(), rows[index]["cost"].clone())
    };
    assert_eq!(spent(0), ("li".into(), 2.into(), serde_json::json!(1.0)));
    assert_eq!(spent(1), ("zhang".into(), 1.into(), serde_json::json!(0.5)));
    assert!(rows[0]["host"].is_string() && rows[0].get("day").is_none(), "{rows}");
    let budgets = budgets();
    assert_eq!(
        (&budgets[0]["budget"], &budgets[0]["left"], &budgets[1]["left"]),
        (&"total".into(), &7.into(), &3.into())
    );
    let table = world.run(["usage", "-f", "table", "--by", "user"]).exits_with(0);
    assert!(
        table.text().contains("zhang") && table.stderr.contains("budget left today: 3/6"),
        "{}",
        table.snapshot()
    );
    let chinese = world.run(["usage", "--budget", "-f", "table", "--lang", "zh"]).exits_with(0);
    assert!(chinese.text().contains("剩余"), "{}", chinese.text());
    let csv = world.run(["usage", "--by", "user", "-f", "csv"]).exits_with(0);
    assert_eq!(csv.text(), "user,calls,cost\nli,2,1.0\nzhang,1,0.5\n");
    world.run(["usage", "--by", "colour"]).exits_with(2);
}
