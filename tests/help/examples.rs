//! Every example of every help is run in a shell, as a reader would.

use super::commands;
use crate::harness::{World, sandbox};
use hecha::help::examples;
use std::process::Command;

/// Programs that examples use beside hecha and POSIX; without them those examples are left out.
const OTHER_PROGRAMS: [&str; 4] = ["jq", "sqlite3", "zsh", "gzip"];

fn is_installed(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

/// The files that the examples need.
fn furnish(world: &World, shop: &World) {
    world.write("companies.txt", "乐视云计算有限公司\n查无此企业\n仅有一条企业\n");
    world.write("companies.csv", "乐视云计算有限公司,北京\n仅有一条企业,上海\n");
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cell) in
        ["企业名称", "乐视云计算有限公司", "查无此企业", "91350100M000100Y44"].iter().enumerate()
    {
        sheet.write_string(row.try_into().unwrap(), 0, *cell).unwrap();
    }
    workbook.save(world.path("companies.xlsx")).unwrap();
    for archive in ["archive.db", "other.db", "shard-1.db", "shard-2.db"] {
        for part in ["", "-wal"] {
            let bought = shop.path(&format!("bought.db{part}"));
            if bought.exists() {
                std::fs::copy(bought, world.path(&format!("{archive}{part}"))).unwrap();
            }
        }
    }
    for folder in [
        ".local/share/bash-completion/completions",
        ".local/share/man/man1",
        ".config/fish/completions",
        "functions",
    ] {
        std::fs::create_dir_all(world.path(folder)).unwrap();
    }
}

#[test]
fn every_example_of_every_help_works() {
    let sandbox = sandbox();
    let shop = World::with_sandbox(&sandbox).with("HECHA_ARCHIVE", "bought.db");
    shop.run(["dishonest", "仅有一条企业"]).exits_with(0);
    let missing: Vec<&str> = OTHER_PROGRAMS.into_iter().filter(|program| !is_installed(program)).collect();
    let mut tried = 0;
    for words in commands() {
        let path = ["hecha".to_owned()].into_iter().chain(words).collect::<Vec<_>>().join(" ");
        for (line, _) in examples(&path) {
            if let Some(program) =
                missing.iter().find(|program| line.split([' ', '|']).any(|word| word == **program))
            {
                eprintln!("skipped, {program} is not installed: {line}");
                continue;
            }
            let world =
                World::with_sandbox(&sandbox).with("HECHA_ARCHIVE", "archive.db").with("EDITOR", "cat");
            furnish(&world, &shop);
            if !line.contains("config init") {
                world.run(["config", "init"]).exits_with(0);
            }
            try_in_a_shell(&world, &line);
            tried += 1;
        }
    }
    assert!(tried > 40, "only {tried} examples were tried");
}

fn try_in_a_shell(world: &World, line: &str) {
    let zsh = line.contains("fpath");
    if zsh && !is_installed("zsh") {
        eprintln!("skipped, zsh is not installed: {line}");
        return;
    }
    let (shell, script) = match line {
        line if line.starts_with("hecha sandbox") => ("bash", format!("timeout -s INT 2 {line}; true")),
        line if zsh => ("zsh", format!("fpath=(~/functions $fpath); {line}")),
        line => ("bash", format!("set -o pipefail; {line}")),
    };
    let ran = world.in_a_shell(shell, &script);
    assert_eq!(ran.code, Some(0), "{line}\n{}{}", String::from_utf8_lossy(&ran.stdout), ran.stderr);
}
