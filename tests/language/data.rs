//! What programs read does not depend on the language, byte for byte.

use crate::harness::{World, sandbox};

/// An archive with records, with nothing found and with a failure, so that everything can be asked again offline.
fn shop(sandbox: &hecha::sandbox::Sandbox) -> World {
    let world = World::with_sandbox(sandbox).with("HECHA_PRICE_MARKET", "0.05");
    let bought = ["dishonest", "乐视云计算有限公司", "查无此企业", "仅有一条企业", "错误码:1001", "-q"];
    world.run(bought).exits_with(6);
    world.run(["copyright", "上海二三四五网络科技有限公司", "--provider", "all", "-q"]).exits_with(0);
    world
}

const QUESTION: [&str; 6] =
    ["dishonest", "乐视云计算有限公司", "查无此企业", "仅有一条企业", "错误码:1001", "--offline"];

#[test]
fn records_and_reports_are_the_same_in_every_language() {
    let sandbox = sandbox();
    let world = shop(&sandbox);
    for format in [
        &["-f", "json"][..],
        &["-f", "ndjson"],
        &["-f", "csv"],
        &["-f", "csv", "--csv-dialect", "excel"],
        &["-f", "tsv"],
        &["--raw"],
        &["-f", "csv", "--report", "report.csv"],
        &["-f", "csv", "--report", "report.json"],
        &["-f", "csv", "--report", "report.ndjson"],
        &["--dry-run"],
    ] {
        let output = |language: &str| {
            let code = if format.contains(&"--dry-run") { 0 } else { 6 };
            let arguments = QUESTION.iter().chain(format).copied().chain(["--lang", language]);
            let mut bytes = world.run(arguments).exits_with(code).stdout;
            if let [.., "--report", report] = format {
                bytes.extend(std::fs::read(world.path(report)).unwrap());
            }
            String::from_utf8(bytes).unwrap()
        };
        let english = output("en");
        assert!(english.contains("仅有一条企业") || format == ["--dry-run"], "{format:?}: {english}");
        assert_eq!(english, output("zh"), "{format:?}");
    }
}

/// The sandbox numbers its requests by its clock.
fn without_request_numbers(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut line: serde_json::Value = serde_json::from_str(line).expect("one object a line");
        line["request_id"].take();
        lines.push(line.to_string());
    }
    lines.join("\n")
}

#[test]
fn errors_for_programs_are_the_same_in_every_language() {
    let world = World::new();
    for arguments in [
        &["--sandbox", "dishonest", "错误码:B403MQ"][..],
        &["--sandbox", "dishonest", "错误码:1001", "行数:3", "91350100M000100Y44", "-f", "ndjson"],
        &["dishonest", "某公司"],
        &["dishonest", "-i", "no-such-file.txt"],
        &["dishonest", "某公司", "--rate", "fast"],
        &["archive", "show", "7"],
    ] {
        let output = |language: &str| {
            let arguments = arguments.iter().copied().chain(["--error-format", "json", "--lang", language]);
            without_request_numbers(&world.run(arguments).stderr)
        };
        let english = output("en");
        assert!(
            english.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()),
            "{english}"
        );
        assert_eq!(english, output("zh"), "{arguments:?}");
    }
}

#[test]
fn what_is_told_about_the_tool_is_the_same_in_every_language_where_a_program_reads_it() {
    let sandbox = sandbox();
    let world = shop(&sandbox);
    for arguments in [
        &["providers"][..],
        &["fields", "dishonest"],
        &["fields", "copyright"],
        &["explain", "market"],
        &["explain", "ihuyi"],
        &["explain", "shuidi", "30001"],
        &["identify", "91350100M000100Y44", "某公司"],
        &["archive", "list"],
        &["archive", "show", "1"],
        &["archive", "export"],
        &["archive", "verify"],
        &["archive", "path"],
        &["usage"],
        &["config", "show"],
        &["config", "path"],
        &["completions", "bash"],
    ] {
        let output = |language: &str| {
            let arguments = arguments.iter().copied().chain(["--lang", language]);
            String::from_utf8(world.run(arguments).exits_with(0).stdout).unwrap()
        };
        if arguments[0] == "completions" {
            // What a completion says of a word is for people.
            assert!(output("zh").contains("dishonest"));
            continue;
        }
        assert_eq!(output("en"), output("zh"), "{arguments:?}");
    }
    let check = |language: &str| {
        let mut check = world.run(["config", "check", "--lang", language]).exits_with(0).json();
        check["checks"].as_array_mut().unwrap().retain(|found| {
            !found["detail"].as_str().unwrap().starts_with("reached in") && found["check"] != "clock"
        });
        check
    };
    assert_eq!(check("en"), check("zh"));
}
