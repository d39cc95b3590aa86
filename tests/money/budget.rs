//! `--max-calls`, the plan and the question before a large spend.

use super::{calls, companies, documents, list, usage};
use crate::harness::vendor::{Vendor, answer, json};
use crate::harness::{Ran, World, sandbox, sandbox_with};
use hecha::sandbox::Sandbox;
use serde_json::Value;
use std::time::Duration;

/// Twelve companies with three pages each.
fn three_pages_each() -> Vec<String> {
    (41..=52).map(|rows| format!("行数:{rows}")).collect()
}

fn batch<'a>(input: &'a str, at_once: &'a str, max_calls: &'a str) -> [&'a str; 9] {
    ["dishonest", "-i", input, "-j", at_once, "--max-calls", max_calls, "-f", "json"]
}

/// Records in the bodies that the archive holds.
fn records_bought(world: &World) -> usize {
    let entries = world.run(["archive", "export"]).exits_with(0);
    let bodies = documents(entries.text());
    let items = bodies.iter().map(|entry| {
        let body: Value = serde_json::from_str(entry["body"].as_str().unwrap()).unwrap();
        body["result"]["items"].as_array().unwrap().len()
    });
    items.sum()
}

fn calls_of_queries(run: &Value) -> u64 {
    run["queries"].as_array().unwrap().iter().map(|query| query["calls"].as_u64().unwrap()).sum()
}

/// The number after some words on standard error.
fn number_after(ran: &Ran, words: &str) -> u64 {
    let Some((_, rest)) = ran.stderr.split_once(words) else { panic!("no '{words}' in {}", ran.stderr) };
    rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap()
}

#[test]
fn max_calls_is_exact_however_many_go_at_once_and_what_was_bought_is_printed() {
    for (at_once, max_calls) in [("1", 7), ("8", 7), ("8", 1), ("8", 20), ("3", 0)] {
        let sandbox = sandbox_with(Duration::from_millis(3));
        let world = World::with_sandbox(&sandbox);
        let input = list(&world, &three_pages_each());
        let ran = world.run(batch(&input, at_once, &max_calls.to_string())).exits_with(8);
        assert_eq!(calls(&sandbox), max_calls, "-j {at_once}");
        let run = ran.json();
        assert_eq!(calls_of_queries(&run), max_calls);
        let printed = run["records"].as_array().unwrap().len();
        if max_calls > 0 {
            assert_eq!(printed, records_bought(&world), "every record that was paid for is printed");
        }
        let rest = number_after(&ran, "the rest needs at least ");
        assert!(rest <= 36 - max_calls && rest >= 12 - max_calls.min(12), "{rest} after {max_calls}");
        assert!(ran.stderr.contains(&format!("--max-calls {max_calls} is reached")), "{}", ran.stderr);

        let planned =
            world.run(batch(&input, at_once, "99").iter().chain(&["--dry-run"])).exits_with(0).json();
        assert_eq!(planned["calls_at_least"], rest, "the plan and the notice count the same");

        let rest_of_it = world.run(batch(&input, at_once, "99")).exits_with(0).json();
        assert_eq!(calls(&sandbox), 36, "what was bought is not bought again");
        assert_eq!(rest_of_it["records"].as_array().unwrap().len(), (41..=52).sum::<usize>());
    }
}

#[test]
fn a_vendor_that_claims_to_have_everything_neither_hangs_the_run_nor_the_plan() {
    let vendor = Vendor::start(|request| {
        let page = request.parameter("pageNum").expect("a page");
        json(format!(
            r#"{{"code":0,"result":{{"total":18446744073709551615,"items":[{{"id":{page},"iname":"甲"}}]}}}}"#
        ))
    });
    let world = World::with_vendor_at(&vendor.origin());
    let ran = world.run(["dishonest", "甲", "乙", "--max-calls", "3"]).exits_with(8);
    assert_eq!(vendor.calls(), 3);
    assert!(number_after(&ran, "the rest needs at least ") > 1 << 50, "{}", ran.stderr);
    let plan = world.run(["dishonest", "甲", "乙", "--dry-run"]).exits_with(0).json();
    assert_eq!(plan["archive_hits"], 3);
    let limited = ["dishonest", "甲", "--limit", "50000", "--dry-run"];
    assert_eq!(world.run(limited).exits_with(0).json()["calls_at_least"], 2500);
}

#[test]
fn a_rerun_with_the_same_budget_comes_a_step_further_each_time() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let input = list(&world, &three_pages_each());
    for round in 1..=3 {
        world.run(batch(&input, "4", "10")).exits_with(8);
        assert_eq!(calls(&sandbox), round * 10);
    }
    world.run(batch(&input, "4", "10")).exits_with(0);
    assert_eq!(calls(&sandbox), 36);
}

#[test]
fn a_budget_that_suffices_exactly_is_no_failure() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let input = list(&world, &three_pages_each());
    let ran = world.run(batch(&input, "8", "36")).exits_with(0);
    assert!(!ran.stderr.contains("max-calls"), "{}", ran.stderr);
    assert_eq!(calls(&sandbox), 36);
    // Pages of the archive are free, also without any budget.
    world.run(batch(&input, "8", "0")).exits_with(0);
    assert_eq!(calls(&sandbox), 36);
}

#[test]
fn the_default_is_a_hundred_calls_in_a_run_of_both_providers_together() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let names: Vec<String> = (0..80).map(|number| format!("仅有一条企业{number}")).collect();
    let input = list(&world, &names);
    world.run(["copyright", "--provider", "all", "-i", &input, "-f", "ndjson"]).exits_with(8);
    assert_eq!(sandbox.calls("ihuyi").requests + sandbox.calls("shuidi").requests, 100);
}

/// Throttles every second request, and has `total` records.
fn throttling_vendor(total: u32) -> Vendor {
    Vendor::start(move |request| {
        if request.number.is_multiple_of(2) {
            return answer("429 Too Many Requests", &["X-Ca-Error-Code: T429US"], "");
        }
        let page: u32 = request.parameter("pageNum").unwrap().parse().unwrap();
        let items: Vec<String> = ((page - 1) * 20..(page * 20).min(total))
            .map(|id| format!(r#"{{"id":{id},"iname":"甲"}}"#))
            .collect();
        json(format!(r#"{{"code":0,"result":{{"total":{total},"items":[{}]}}}}"#, items.join(",")))
    })
}

#[test]
fn attempts_that_were_throttled_do_not_count() {
    let vendor = throttling_vendor(45);
    let world = World::with_vendor_at(&vendor.origin());
    let ran = world.run(["dishonest", "-f", "json", "--max-calls", "3", "甲公司"]).exits_with(0);
    assert_eq!((vendor.calls(), ran.json()["records"].as_array().unwrap().len()), (6, 45));
    let rows = usage(&world);
    assert_eq!(super::booked(&rows, |row| row["charged"] == "no"), 3);
    assert_eq!(super::booked(&rows, |row| row["charged"] == "yes"), 3);
}

#[test]
fn what_may_have_been_charged_counts() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let names: Vec<String> = (0..9).map(|number| format!("慢:{}", 2000 + number)).collect();
    let input = list(&world, &names);
    let arguments = ["--timeout", "150ms", "-j", "1", "--max-errors", "99", "--max-calls", "4"];
    world.run(["dishonest", "-i", &input].iter().chain(&arguments)).exits_with(8);
    assert_eq!(calls(&sandbox), 4);
}

#[test]
fn the_notice_names_the_cost_of_the_rest_for_each_provider_that_has_a_price() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox).with("HECHA_PRICE_MARKET", "0.05");
    let ran = world.run(["dishonest", "行数:100", "--max-calls", "1"]).exits_with(8);
    assert!(ran.stderr.contains("the rest needs at least 4 more calls, about ¥0.20"), "{}", ran.stderr);

    let world = world.with("HECHA_PRICE_IHUYI", "0.5").with("HECHA_PRICE_SHUIDI", "0.25");
    let both = ["copyright", "--provider", "all", "行数:120", "--max-calls", "2", "-j", "1"];
    let ran = world.run(both).exits_with(8);
    let planned = world.run(both.iter().chain(&["--dry-run", "-f", "json"])).exits_with(0).json();
    let (calls, cost) = (&planned["calls_at_least"], planned["cost_at_least"].as_f64().unwrap());
    assert!(
        ran.stderr.contains(&format!("the rest needs at least {calls} more calls, about ¥{cost:.2}")),
        "{planned} {}",
        ran.stderr
    );
}

#[test]
fn a_batch_says_what_it_cost_and_what_was_refused_or_archived_cost_nothing() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox).with("HECHA_PRICE_MARKET", "0.05");
    world.run(["dishonest", "行数:25"]).exits_with(0);
    let arguments = ["dishonest", "行数:25", "行数:45", "查无此企业", "错误码:I413UL"];
    let ran = world.run(arguments).exits_with(6);
    assert!(ran.stderr.contains("; ¥0.20; "), "three pages and one that has nothing: {}", ran.stderr);
    let unpriced = World::with_sandbox(&sandbox);
    assert!(!unpriced.run(["dishonest", "行数:1", "行数:2"]).exits_with(0).stderr.contains('¥'));
}

#[test]
fn what_the_archive_holds_is_not_counted_among_the_calls_that_the_rest_needs() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let names = three_pages_each();
    let input = list(&world, &names[6..]);
    world.run(batch(&input, "4", "99")).exits_with(0);
    let before = calls(&sandbox);
    let input = list(&world, &names);
    let ran = world.run(batch(&input, "2", "4")).exits_with(8);
    assert_eq!(calls(&sandbox) - before, 4);
    let rest = number_after(&ran, "the rest needs at least ");
    let plan = world.run(batch(&input, "2", "99").iter().chain(&["--dry-run"])).exits_with(0).json();
    assert_eq!(plan["calls_at_least"], rest);
    assert!(rest <= 14, "six of the twelve are archived, but {rest} calls are said to be needed");
}

#[test]
fn the_plan_sends_nothing_and_says_what_then_happens() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox).with("HECHA_PRICE_MARKET", "0.1");
    world.run(["dishonest", "行数:41", "--limit", "1"]).exits_with(0);
    world.run(["dishonest", "行数:42", "--page", "2"]).exits_with(0);
    world.run(["dishonest", "查无此企业"]).exits_with(0);
    world.run(["dishonest", "重复页:90", "--max-calls", "2"]).exits_with(0);
    world.run(["dishonest", "封顶:90", "--max-calls", "2"]).exits_with(0);
    let before = calls(&sandbox);
    let names = ["行数:41", "行数:42", "查无此企业", "重复页:90", "封顶:90", "行数:5", "行数:5", "行数:41"];
    let input = list(&world, &names.map(str::to_owned));
    let arguments = ["dishonest", "-i", &input, "-f", "json"];
    let plan = world.run(arguments.iter().chain(&["--dry-run"])).exits_with(0).json();
    assert_eq!(plan["schema"], "hecha/plan@1");
    assert_eq!(calls(&sandbox), before);
    let text = world.run(["dishonest", "-i", &input, "--dry-run", "-f", "table"]).exits_with(0);
    assert_eq!(calls(&sandbox), before);

    let run = world.run(arguments).exits_with(0).json();
    let bought = calls(&sandbox) - before;
    let archived: u64 = run["queries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|query| query["archived_pages"].as_u64().unwrap())
        .sum();
    assert_eq!(plan["queries"], run["queries"].as_array().unwrap().len());
    assert_eq!(plan["repeats"], 2);
    assert_eq!(plan["max_calls"], 100);
    // The first page of 行数:42 is not known, so neither is how many there are behind it.
    assert_eq!(bought, plan["calls_at_least"].as_u64().unwrap() + 1);
    assert_eq!(archived, plan["archive_hits"].as_u64().unwrap() + 1);
    assert_eq!(plan["cost_at_least"], 0.4);
    for words in [
        "queries        6",
        "archive hits   6",
        "calls at least 4",
        "cost at least  ¥0.40",
        "duplicates     2",
    ] {
        assert!(text.text().contains(words), "'{words}' is not in\n{}", text.text());
    }
}

#[test]
fn a_plan_of_what_is_known_is_exactly_what_happens() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let names = companies(20);
    let input = list(&world, &names);
    world.run(["dishonest", "-i", &input, "--limit", "1"]).exits_with(0);
    for step in ["7", "99"] {
        let before = calls(&sandbox);
        let plan = world.run(batch(&input, "4", step).iter().chain(&["--dry-run"])).exits_with(0).json();
        let planned = plan["calls_at_least"].as_u64().unwrap();
        let ran = world.run(batch(&input, "4", step));
        let bought = calls(&sandbox) - before;
        assert_eq!(bought, planned.min(step.parse().unwrap()));
        if step == "7" {
            assert_eq!(number_after(&ran, "the rest needs at least "), planned - 7);
        }
    }
}

#[test]
fn two_spellings_of_one_question_are_planned_as_one_call() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let spellings = ["91110000600037341L", "91110000600037341l", "--limit", "1", "-f", "json"];
    let plan = world.run(["dishonest", "--dry-run"].iter().chain(&spellings)).exits_with(0).json();
    world.run(["dishonest"].iter().chain(&spellings)).exits_with(0);
    assert_eq!((plan["calls_at_least"].as_u64(), calls(&sandbox)), (Some(1), 1));
}

#[test]
fn a_plan_needs_no_credentials_and_makes_no_archive() {
    let sandbox = sandbox();
    let world = World::new().with("HECHA_MARKET_ENDPOINT", sandbox.endpoint("market"));
    let plan = world.run(["dishonest", "行数:5", "-f", "json", "--dry-run"]).exits_with(0).json();
    assert_eq!(plan["calls_at_least"], 1);
    assert!(!super::archive_path(&world).exists());
}

fn sixty_records(world: &World) -> String {
    let names: Vec<String> = (0..60).map(|number| format!("仅有一条企业{number}")).collect();
    list(world, &names)
}

fn large_spend(answer: &str, extra: &str) -> Option<(Sandbox, i32, String)> {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox).with("HECHA_PRICE_MARKET", "0.1");
    let input = sixty_records(&world);
    let (code, shown) = world.on_a_terminal(&format!("dishonest -i {input} {extra} -f ndjson"), answer)?;
    Some((sandbox, code, shown))
}

#[test]
fn a_large_spend_on_a_terminal_is_asked_about_and_no_buys_nothing() {
    for answer in ["n\n", "\n", "what?\n"] {
        let Some((sandbox, code, shown)) = large_spend(answer, "") else { return };
        assert_eq!((calls(&sandbox), code), (0, 8), "{shown}");
        assert!(shown.contains("at least 60 paid calls (¥6.00)"), "{shown}");
        assert!(shown.contains("not confirmed; nothing was bought"), "{shown}");
    }
}

#[test]
fn a_large_spend_that_is_confirmed_by_yes_or_by_option_is_bought() {
    let Some((sandbox, code, shown)) = large_spend("y\n", "") else { return };
    assert_eq!((calls(&sandbox), code), (60, 0), "{shown}");
    let Some((sandbox, code, shown)) = large_spend("n\n", "--yes") else { return };
    assert_eq!((calls(&sandbox), code), (60, 0), "{shown}");
    assert!(!shown.contains("[y/N]"), "{shown}");
    let Some((sandbox, code, shown)) = large_spend("n\n", "--max-calls 49") else { return };
    assert_eq!((calls(&sandbox), code), (49, 8), "{shown}");
    assert!(!shown.contains("[y/N]"), "{shown}");
}

#[test]
fn what_is_left_of_a_shared_budget_is_named_before_a_large_spend() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox).with("HECHA_BUDGET_PER_DAY", "55");
    let input = sixty_records(&world);
    let command = format!("dishonest -i {input} -f ndjson");
    let Some((code, shown)) = world.on_a_terminal(&command, "n\n") else { return };
    assert_eq!((calls(&sandbox), code), (0, 8), "{shown}");
    assert!(
        shown.contains("at least 60 paid calls") && shown.contains("budget left today is 55/55"),
        "{shown}"
    );
    let plan = world.run(["dishonest", "-i", &input, "--dry-run", "-f", "table"]).exits_with(0);
    assert!(plan.text().contains("55/55 (the run would stop there)"), "{}", plan.text());
    let ran = world.run(["dishonest", "-i", &input, "-f", "ndjson"]).exits_with(8);
    assert!(ran.stderr.contains("used up: 55 of 55 calls"), "{}", ran.stderr);
    assert_eq!(calls(&sandbox), 55);
    let Some((code, shown)) = world.on_a_terminal(&command, "n\n") else { return };
    assert_eq!((calls(&sandbox), code), (55, 8), "{shown}");
    assert!(!shown.contains("[y/N]"), "too little is left for a large spend: {shown}");
}

#[test]
fn the_pages_of_one_company_can_be_a_large_spend_too() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.run(["dishonest", "行数:1500", "--limit", "1"]).exits_with(0);
    let Some((code, shown)) = world.on_a_terminal("dishonest 行数:1500 -f ndjson", "n\n") else { return };
    assert_eq!((calls(&sandbox), code), (1, 8), "{shown}");
    assert!(shown.contains("at least 74 paid calls"), "{shown}");
}

#[test]
fn what_the_archive_answers_is_not_asked_about() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let input = sixty_records(&world);
    world.run(["dishonest", "-i", &input]).exits_with(0);
    let Some((code, shown)) = world.on_a_terminal(&format!("dishonest -i {input} -f ndjson"), "n\n") else {
        return;
    };
    assert_eq!((calls(&sandbox), code), (60, 0), "{shown}");
    assert!(!shown.contains("[y/N]"), "{shown}");
}
