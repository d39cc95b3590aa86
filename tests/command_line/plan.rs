//! Before money is spent: the plan, the archive first, the sandbox as a server.

use crate::harness::{World, requests_at, sandbox, signal};
use serde_json::json;
use std::io::BufRead;

#[test]
fn a_dry_run_prints_the_plan_and_sends_nothing() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox).with("HECHA_PRICE_MARKET", "0.05");
    world.write("list.txt", "甲公司\n乙公司\n甲公司\n\n丙公司\n");
    let plan = world.run(["dishonest", "-i", "list.txt", "--dry-run"]).exits_with(0).json();
    for (key, value) in [
        ("queries", json!(3)),
        ("calls_at_least", json!(3)),
        ("archive_hits", json!(0)),
        ("repeats", json!(1)),
        ("cost_at_least", json!(0.15)),
    ] {
        assert_eq!(plan[key], value, "{key} of {plan}");
    }
    assert_eq!(requests_at(&sandbox), 0);
    assert!(
        !std::path::Path::new(world.run(["archive", "path"]).text().trim()).exists(),
        "no archive is made"
    );
    let table = world.run(["dishonest", "甲公司", "--dry-run", "-f", "table"]).exits_with(0);
    assert!(table.text().contains("calls at least 1"), "{}", table.text());
}

#[test]
fn a_dry_run_counts_what_the_archive_already_answers() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.run(["dishonest", "行数:45"]).exits_with(0);
    let plan = |rest: &[&str]| {
        world.run(["dishonest", "行数:45", "丁公司", "--dry-run"].iter().chain(rest)).exits_with(0).json()
    };
    let known = plan(&[]);
    assert_eq!((&known["archive_hits"], &known["calls_at_least"]), (&json!(3), &json!(1)));
    for option in ["--fresh", "--no-archive"] {
        let plan = plan(&[option]);
        assert_eq!((&plan["archive_hits"], &plan["calls_at_least"]), (&json!(0), &json!(2)), "{option}");
    }
    let offline = plan(&["--offline"]);
    assert_eq!((&offline["archive_hits"], &offline["calls_at_least"]), (&json!(3), &json!(0)));
    assert_eq!(sandbox.calls("market").requests, 3);
}

#[test]
fn a_plan_reuses_no_answer_that_the_run_would_delete_first() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox).with("HECHA_ARCHIVE_KEEP", "0s");
    let arguments = ["dishonest", "仅有一条企业", "--max-age", "90d"];
    world.run(arguments).exits_with(0);
    let plan = world.run(arguments.iter().chain(&["--dry-run"])).exits_with(0).json();
    world.run(arguments).exits_with(0);
    assert_eq!(requests_at(&sandbox), 2, "the first answer was deleted");
    assert_eq!((&plan["archive_hits"], &plan["calls_at_least"]), (&json!(0), &json!(1)));
}

#[test]
fn a_dry_run_does_not_count_what_may_have_been_charged_before() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let keyword = "错误码:77";
    world.run(["dishonest", keyword]).exits_with(6);
    for (option, calls) in [("--quiet", 0), ("--retry-uncertain", 1), ("--fresh", 1)] {
        let plan = world.run(["dishonest", keyword, "--dry-run", option]).exits_with(0).json();
        assert_eq!(plan["calls_at_least"], calls, "{option}");
    }
}

#[test]
fn the_sandbox_command_serves_the_environment_that_it_prints() {
    let world = World::new();
    let mut child = world.spawn(["sandbox"], std::process::Stdio::null());
    let lines = std::io::BufReader::new(child.stdout.take().expect("its output")).lines();
    let exports: Vec<(String, String)> = lines
        .take(9)
        .map(|line| {
            let line = line.expect("a line");
            let (name, value) =
                line.strip_prefix("export ").and_then(|rest| rest.split_once('=')).expect("an export");
            (name.to_owned(), value.to_owned())
        })
        .collect();
    let user = exports.iter().fold(World::new(), |world, (name, value)| world.with(name, value));
    for arguments in [
        &["dishonest", "仅有一条企业"][..],
        &["copyright", "--provider", "ihuyi", "仅有一条企业"],
        &["copyright", "--provider", "shuidi", "仅有一条企业"],
    ] {
        assert_eq!(user.run(arguments).exits_with(0).json()["queries"][0]["returned"], 1);
    }
    let archive = exports.iter().find(|(name, _)| name == "HECHA_ARCHIVE").expect("an archive");
    let folder = std::path::Path::new(&archive.1).parent().expect("a folder");
    assert!(folder.exists());
    signal(&child, "INT");
    child.wait().expect("an end");
    assert!(!folder.exists(), "its archive goes with it");
    world.run(["sandbox", "--listen", "0.0.0.0:0"]).exits_with(2);
}
