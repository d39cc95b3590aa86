//! Completions in real shells, and manual pages under a real checker.

mod manual;

use crate::harness::World;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each shell with the name of its file in `completions/`.
const SHELLS: [(&str, &str); 5] = [
    ("bash", "hecha.bash"),
    ("zsh", "_hecha"),
    ("fish", "hecha.fish"),
    ("powershell", "_hecha.ps1"),
    ("elvish", "hecha.elv"),
];

fn committed(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("completions").join(file)
}

fn is_installed(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        eprintln!("skipped: {program} is not installed");
    }
    found
}

/// Runs a shell's own program and returns what it printed.
fn printed_by(program: &str, arguments: &[&str]) -> String {
    let world = World::new();
    let output = Command::new(program)
        .args(arguments)
        .env_clear()
        .env("HOME", world.home())
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("TERM", "xterm")
        .env("LC_ALL", "C.UTF-8")
        .current_dir(world.home())
        .output()
        .expect("the shell starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{program}: {text}{errors}");
    text
}

#[test]
fn the_committed_completions_are_what_the_binary_writes() {
    for (shell, file) in SHELLS {
        let written = World::new().run(["completions", shell]).exits_with(0);
        if std::env::var_os("HECHA_BLESS").is_some() {
            std::fs::write(committed(file), &written.stdout).expect("completions/ can be written");
        }
        let kept = std::fs::read(committed(file)).unwrap_or_default();
        assert!(kept == written.stdout, "completions/{file} is stale; run the tests with HECHA_BLESS=1");
    }
}

#[test]
fn bash_completes_options_and_their_values() {
    if !is_installed("bash") {
        return;
    }
    let completed = |words: &[&str]| {
        let last = words.last().copied().unwrap_or_default();
        let script = format!(
            "source '{}' && complete -p hecha >/dev/null && COMP_WORDS=({}) && COMP_CWORD={} && \
             _hecha hecha '{last}' '{}' && printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            committed("hecha.bash").display(),
            words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" "),
            words.len() - 1,
            words[words.len() - 2],
        );
        printed_by("bash", &["--norc", "--noprofile", "-c", &script])
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let options = completed(&["hecha", "copyright", "--pro"]);
    assert!(options.contains(&"--provider".to_owned()), "{options:?}");
    assert_eq!(completed(&["hecha", "copyright", "--provider", ""]), ["ihuyi", "shuidi", "all"]);
    assert!(completed(&["hecha", "help", "mo"]).contains(&"money".to_owned()));
    assert!(completed(&["hecha", "dish"]).contains(&"dishonest".to_owned()));
}

#[test]
fn fish_completes_options_and_their_values() {
    if !is_installed("fish") {
        return;
    }
    let completed = |line: &str| {
        let script = format!("source '{}'; complete -C '{line}'", committed("hecha.fish").display());
        printed_by("fish", &["--no-config", "-c", &script])
            .lines()
            .map(|line| line.split('\t').next().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(completed("hecha copyright --pro"), ["--provider", "--proxy"]);
    let mut values = completed("hecha copyright --provider ");
    values.sort();
    assert_eq!(values, ["all", "ihuyi", "shuidi"]);
    assert_eq!(completed("hecha dish"), ["dishonest"]);
}

#[test]
fn zsh_completes_options_and_their_values() {
    if !is_installed("zsh") {
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shells/complete.zsh");
    let completed = |line: &str| {
        let folder = committed("_hecha").parent().expect("completions/").display().to_string();
        printed_by("zsh", &["-f", &script.display().to_string(), &folder, line])
    };
    let options = completed("hecha copyright --prov");
    assert!(options.contains("hecha copyright --provider"), "{options:?}");
    let values = completed("hecha copyright --provider ");
    for value in ["ihuyi", "shuidi", "all"] {
        assert!(values.contains(value), "{value}: {values:?}");
    }
}

#[test]
fn elvish_loads_its_file_and_completes_options() {
    if !is_installed("elvish") {
        return;
    }
    // Only an interactive elvish has `edit:`; its two parts that a completer uses are given here.
    let script = format!(
        "var edit: = (ns [&completion:=(ns [&arg-completer=[&]]) &complex-candidate~={{|text &display=''| put $text}}])
         eval (slurp < '{}') &ns=(ns [&edit:=$edit:])
         $edit:completion:arg-completer[hecha] hecha copyright --pro | each {{|word| echo $word}}",
        committed("hecha.elv").display()
    );
    let completed = printed_by("elvish", &["-norc", "-c", &script]);
    assert!(completed.lines().any(|word| word == "--provider"), "{completed}");
}

#[test]
fn powershell_loads_its_file_and_completes_options() {
    if is_installed("pwsh") {
        let script = format!(
            ". '{}'; (TabExpansion2 'hecha copyright --pro' 21).CompletionMatches.CompletionText",
            committed("_hecha.ps1").display()
        );
        assert!(printed_by("pwsh", &["-NoProfile", "-Command", &script]).contains("--provider"));
    }
    for (shell, file) in [("elvish", "hecha.elv"), ("powershell", "_hecha.ps1")] {
        let text = std::fs::read_to_string(committed(file)).expect("a committed file");
        assert!(text.contains("--provider") && text.contains("dishonest"), "{shell}");
    }
}
