//! `hecha help TOPIC` in both languages.

use crate::harness::{World, sandbox};
use hecha::domain::failure::FailureKind;
use hecha::help::TOPICS;

#[test]
fn every_topic_is_told_in_both_languages() {
    let world = World::new();
    for topic in TOPICS {
        let english = world.run(["help", topic.name, "--lang", "en"]).exits_with(0);
        let chinese = world.run(["help", topic.name, "--lang", "zh"]).exits_with(0);
        assert!(
            english.text().starts_with(&topic.name.to_uppercase().replace('-', " ")),
            "{}",
            english.text()
        );
        assert!(
            chinese.text().chars().filter(|character| !character.is_ascii()).count() > 100,
            "{}",
            topic.name
        );
        for text in [english.text(), chinese.text()] {
            assert!(text.contains("\n  hecha "), "{} begins without a command: {text}", topic.name);
            for line in text.lines() {
                assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{}: {line}", topic.name);
            }
        }
    }
}

#[test]
fn the_commands_at_the_head_of_the_topics_work() {
    let sandbox = sandbox();
    let commands = |text: &str| -> Vec<String> {
        let lines = text.lines().skip(2).take_while(|line| line.starts_with("  "));
        lines.map(|line| line.trim().split("    #").next().unwrap_or_default().trim().to_owned()).collect()
    };
    for topic in TOPICS {
        for language in [topic.text.en, topic.text.zh] {
            for line in commands(language) {
                if line.contains("jq") && std::process::Command::new("jq").arg("--version").output().is_err()
                {
                    eprintln!("skipped, jq is not installed: {line}");
                    continue;
                }
                let world = World::with_sandbox(&sandbox);
                world.write("companies.txt", "仅有一条企业\n");
                world.write("companies.csv", "仅有一条企业,上海\n");
                let mut workbook = rust_xlsxwriter::Workbook::new();
                workbook.add_worksheet().write_string(0, 0, "仅有一条企业").unwrap();
                workbook.save(world.path("companies.xlsx")).unwrap();
                let ran = world.in_a_shell("bash", &line);
                assert_eq!(ran.code, Some(0), "{line}: {}", ran.stderr);
            }
        }
    }
}

#[test]
fn the_topic_of_exit_codes_names_every_one() {
    let world = World::new();
    for language in ["en", "zh"] {
        let ran = world.run(["help", "exit-codes", "--lang", language]).exits_with(0);
        let codes = FailureKind::all().map(FailureKind::exit_code).chain([0, 3, 20, 143]);
        for code in codes {
            assert!(
                ran.text().lines().any(|line| line.starts_with(&format!("  {code:<4} "))),
                "{code}: {language}"
            );
        }
    }
}
