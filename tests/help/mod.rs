//! The help: every example works, in both languages.

mod config_check;
mod examples;
mod topics;

use crate::harness::World;

/// Every command by its words, the root first.
fn commands() -> Vec<Vec<String>> {
    fn collect(command: &clap::Command, path: &[String], found: &mut Vec<Vec<String>>) {
        found.push(path.to_vec());
        for below in command.get_subcommands() {
            let path: Vec<String> = path.iter().cloned().chain([below.get_name().to_owned()]).collect();
            collect(below, &path, found);
        }
    }
    let mut found = Vec::new();
    collect(&hecha::cli::command(hecha::domain::text::Language::English), &[], &mut found);
    found
}

#[test]
fn every_help_begins_with_examples_and_ends_with_where_the_rest_stands_in_both_languages() {
    let world = World::new();
    for (language, examples, usage, end) in
        [("en", "Examples:", "Usage:", "hecha help money"), ("zh", "示例：", "用法：", "hecha help money")]
    {
        for words in commands() {
            let arguments = words.iter().map(String::as_str).chain(["--help", "--lang", language]);
            let ran = world.run(arguments).exits_with(0);
            let place = |part: &str| {
                ran.text()
                    .rfind(part)
                    .unwrap_or_else(|| panic!("{words:?} {language}: no {part} in {}", ran.text()))
            };
            assert!(place(examples) < place(usage) && place(usage) < place(end), "{words:?}");
            assert!(ran.stderr.is_empty(), "{}", ran.stderr);
            assert!(ran.text().lines().count() <= 120, "{words:?} is long: {}", ran.text());
            // Exit codes, environment and global options are only in the main help.
            assert_eq!(ran.text().contains("NO_COLOR"), words.is_empty(), "{words:?}");
            assert_eq!(ran.text().contains("130, 143"), words.is_empty(), "{words:?}");
            assert_eq!(ran.text().contains("--error-format <"), words.is_empty(), "{words:?}");
        }
    }
}

#[test]
fn a_command_after_the_option_does_not_shorten_the_main_help() {
    let world = World::new();
    for option in ["-h", "--help"] {
        assert_eq!(world.run([option, "copyright"]).stdout, world.run([option]).exits_with(0).stdout);
    }
}

#[test]
fn the_short_help_fits_a_screen_of_80_columns() {
    let world = World::new().with("COLUMNS", "80");
    for words in commands() {
        for language in ["en", "zh"] {
            let arguments = words.iter().map(String::as_str).chain(["-h", "--lang", language]);
            let ran = world.run(arguments).exits_with(0);
            let lines = ran.text().lines().count();
            assert!(lines <= 60, "{words:?} {language}: {lines} lines");
            for line in ran.text().lines() {
                assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{words:?}: {line}");
            }
        }
    }
}

#[test]
fn global_options_alone_show_the_start_screen() {
    let world = World::new();
    let start = world.run([""; 0]).exits_with(2);
    assert!(start.stderr.contains("Examples:") && start.stderr.contains("Commands:"), "{}", start.stderr);
    assert_eq!(world.run(["--sandbox"]).exits_with(2).stderr, start.stderr);
    assert_eq!(world.run(["--color", "never", "-q"]).exits_with(2).stderr, start.stderr);
    let chinese = world.run(["--lang", "zh"]).exits_with(2).stderr;
    assert!(chinese.contains("示例：") && chinese.contains("命令：\n"), "{chinese}");
    assert!(world.run(["archive"]).exits_with(2).stderr.contains("hecha archive list"));
}

#[test]
fn the_options_of_a_query_are_grouped_as_the_contract_groups_them() {
    let world = World::new();
    for command in ["dishonest", "copyright"] {
        let ran = world.run([command, "--help"]).exits_with(0);
        let places: Vec<usize> = [
            "Arguments:",
            "Query options:",
            "Paging options:",
            "Money options:",
            "Network options:",
            "Output options:",
        ]
        .into_iter()
        .map(|heading| ran.text().find(heading).unwrap_or_else(|| panic!("no {heading}: {}", ran.text())))
        .collect();
        assert!(places.is_sorted(), "{places:?}");
    }
}

#[test]
fn the_locale_chooses_the_language_and_the_option_goes_before_it() {
    let help = |world: &World, arguments: &[&str]| world.run(arguments).exits_with(0).text().to_owned();
    let chinese = World::new().with("LANG", "zh_CN.UTF-8");
    assert!(help(&chinese, &["--help"]).contains("示例："));
    assert!(help(&chinese, &["--lang", "en", "--help"]).contains("Examples:"));
    assert!(help(&chinese, &["help", "money", "--lang=en"]).starts_with("MONEY"));
    assert!(help(&World::new().with("LC_ALL", "zh_TW"), &["help", "money"]).starts_with("费用"));
    assert!(help(&World::new().with("LC_ALL", "C").with("LANG", "zh_CN"), &["--help"]).contains("Examples:"));
}

#[test]
fn what_is_misspelt_is_answered_with_what_may_have_been_meant() {
    let world = World::new();
    for (arguments, meant) in [
        (&["dishonset", "某公司"][..], "'dishonest'"),
        (&["dishonest", "某公司", "--frmat", "csv"], "'--format'"),
        (&["copyright", "某公司", "--provider", "shuidy"], "'shuidi'"),
        (&["archive", "lst"], "'list'"),
        (&["help", "monye"], "'money'"),
        (&["help", "exit-code"], "'exit-codes'"),
        (&["help", "archive", "shwo"], "'show'"),
        (&["--sandbox", "dishonest", "某公司", "--fields", "cuort"], "'court'"),
        (&["--sandbox", "某公司"], "hecha --sandbox dishonest 某公司"),
    ] {
        for language in ["en", "zh"] {
            let ran = world.run(arguments.iter().copied().chain(["--lang", language])).exits_with(2);
            assert!(ran.stderr.contains(meant), "{arguments:?} {language}: {}", ran.stderr);
            assert!(ran.stdout.is_empty());
        }
    }
}

#[test]
fn arguments_are_listed_in_the_order_in_which_they_are_typed() {
    for (command, first, second) in [
        ("explain", "<PROVIDER>", "[CODE]"),
        ("changes", "<TOPIC>", "[KEYWORD]"),
        ("help", "[COMMAND|TOPIC]", "[SUBCOMMAND]"),
    ] {
        let ran = World::new().run([command, "--help"]).exits_with(0);
        let arguments = ran.text().split_once("\nArguments:").expect("arguments").1.to_owned();
        assert!(arguments.find(first) < arguments.find(second), "{arguments}");
    }
}

#[test]
fn help_comes_at_once() {
    let world = World::new();
    let quickest = (0..5)
        .map(|_| {
            let started = std::time::Instant::now();
            world.run(["--help", "--lang", "zh"]).exits_with(0);
            started.elapsed()
        })
        .min()
        .unwrap();
    assert!(quickest.as_millis() < 250, "even unoptimised, {quickest:?} is too long");
}
