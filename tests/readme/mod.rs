//! The documents are true: every command in them is run, and what they show is what hecha prints.

#[cfg(target_os = "linux")]
mod kubernetes;
#[cfg(target_os = "linux")]
mod monitoring;
mod scale_out;
#[cfg(target_os = "linux")]
mod slurm;
#[cfg(all(unix, feature = "postgres"))]
mod team_archive;

use crate::harness::{World, sandbox};
use std::path::Path;

/// One command of a document and the lines that it shows below it.
#[derive(Debug)]
struct Shown {
    line: String,
    output: Vec<String>,
}

/// Commands that install hecha or are this test: they are not run here.
const NOT_RUN: [&str; 3] = ["cargo install ", "cargo deb", "cargo test"];

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The fenced blocks of a document with their languages.
fn blocks(document: &str) -> Vec<(String, Vec<String>)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, Vec<String>)> = None;
    for line in document.lines() {
        match (line.strip_prefix("```"), open.as_mut()) {
            (Some(language), None) => open = Some((language.to_owned(), Vec::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some((_, lines))) => lines.push(line.to_owned()),
            (None, None) => {}
        }
    }
    blocks
}

fn shown(document: &str) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    for (language, lines) in blocks(document) {
        for line in lines {
            match (language.as_str(), line.strip_prefix("$ ")) {
                ("console", Some(command)) => {
                    found.push(Shown { line: command.to_owned(), output: Vec::new() });
                }
                ("console", None) => found.last_mut().expect("a command comes first").output.push(line),
                ("sh", _) => found.push(Shown { line, output: Vec::new() }),
                _ => {}
            }
        }
    }
    found
}

/// Whether `printed` is what `expected` shows, where `…` stands for anything.
fn fits(expected: &str, printed: &str) -> bool {
    let mut parts = expected.split('…');
    let Some(mut rest) = printed.strip_prefix(parts.next().unwrap_or_default().trim_end()) else {
        return false;
    };
    let mut is_exact = true;
    for part in parts {
        is_exact = part.is_empty();
        match rest.find(part.trim()) {
            Some(place) => rest = &rest[place + part.trim().len()..],
            None => return false,
        }
        is_exact = is_exact || rest.trim().is_empty();
    }
    is_exact && (expected.contains('…') || rest.trim().is_empty())
}

/// Checks that the shown lines are among the printed ones, in their order.
fn check(shown: &Shown, printed: &str) {
    let mut lines = printed.lines();
    for expected in shown.output.iter().filter(|line| !line.trim().is_empty() && line.trim() != "…") {
        assert!(
            lines.any(|line| fits(expected, line.trim_end())),
            "`{}` does not print\n{expected}\nbut\n{printed}",
            shown.line
        );
    }
}

fn run_all(document: &str) {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/suppliers.csv");
    std::fs::create_dir(world.path("examples")).unwrap();
    std::fs::copy(examples, world.path("examples/suppliers.csv")).unwrap();
    let has_jq = std::process::Command::new("jq").arg("--version").output().is_ok();
    let mut run = 0;
    for shown in shown(document) {
        if NOT_RUN.iter().any(|start| shown.line.starts_with(start)) {
            continue;
        }
        if shown.line.contains("| jq") && !has_jq {
            eprintln!("skipped, jq is not installed: {}", shown.line);
            continue;
        }
        let line = shown.line.replace("cargo run --release -- ", "hecha ");
        assert!(line.contains("hecha ") || line.starts_with("tail "), "{line} is not about hecha");
        let ran = world.in_a_shell("bash", &format!("set -o pipefail; {{ {line}; }} 2>&1"));
        assert_eq!(ran.code, Some(0), "{line}\n{}", ran.text());
        check(&shown, ran.text());
        run += 1;
    }
    assert!(run > 15, "only {run} commands were run");
}

#[test]
fn every_command_of_the_readme_prints_what_it_shows() {
    run_all(&read("README.md"));
}

#[test]
fn every_command_of_the_chinese_readme_prints_what_it_shows() {
    run_all(&read("README.zh-CN.md"));
}

#[test]
fn both_readmes_begin_with_the_same_two_commands_and_show_the_same_ones() {
    let (english, chinese) = (read("README.md"), read("README.zh-CN.md"));
    for document in [&english, &chinese] {
        let (_, first) = &blocks(document)[0];
        assert_eq!(first, &["cargo run --release -- --sandbox dishonest 乐视云计算有限公司", "cargo test"]);
    }
    let commands = |document: &str| {
        let of_language = |line: String| line.replace(" --lang zh", "").replace(" --lang en", "");
        shown(document).into_iter().map(|shown| of_language(shown.line)).collect::<Vec<_>>()
    };
    assert_eq!(commands(&english), commands(&chinese));
}

#[test]
fn every_link_of_the_documents_leads_to_a_file() {
    for name in [
        "README.md",
        "README.zh-CN.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/scale-out.md",
    ] {
        let document = read(name);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(name).parent().unwrap().to_owned();
        for link in document.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let is_file = !link.starts_with("http") && !link.starts_with('#');
            assert!(!is_file || folder.join(link).exists(), "{name}: {link}");
        }
    }
}

#[test]
fn a_shown_line_is_compared_strictly_but_for_its_gaps() {
    assert!(fits("a b", "a b") && fits("a … d", "a b c d") && fits("…end", "any end") && fits("a …", "a b"));
    assert!(!fits("a", "a b") && !fits("a … x", "a b c") && !fits("b", "a b"));
}

#[test]
fn the_debian_changelog_begins_with_this_version() {
    let version = env!("CARGO_PKG_VERSION");
    assert!(read("packaging/changelog.Debian").starts_with(&format!("hecha ({version}-1) ")));
}
