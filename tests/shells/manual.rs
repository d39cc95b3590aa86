//! The manual pages, as a checker and a reader see them.

use super::is_installed;
use crate::harness::World;
use std::path::PathBuf;
use std::process::Command;

fn pages(world: &World, language: &str) -> Vec<PathBuf> {
    world.run(["man", "pages", "--lang", language]).exits_with(0);
    let mut pages: Vec<PathBuf> =
        std::fs::read_dir(world.path("pages")).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    pages
}

#[test]
fn there_is_one_page_for_every_command() {
    fn count(command: &clap::Command) -> usize {
        1 + command.get_subcommands().map(count).sum::<usize>()
    }
    let world = World::new();
    let pages = pages(&world, "en");
    assert_eq!(pages.len(), count(&hecha::cli::command(hecha::domain::text::Language::English)));
    for name in ["hecha.1", "hecha-copyright.1", "hecha-archive-list.1"] {
        assert!(pages.contains(&world.path("pages").join(name)), "{pages:?}");
    }
    let main = world.run(["man"]).exits_with(0);
    assert_eq!(main.stdout, std::fs::read(world.path("pages/hecha.1")).unwrap());
}

#[test]
fn the_pages_are_clean() {
    if !is_installed_mandoc() {
        return;
    }
    for language in ["en", "zh"] {
        let world = World::new();
        let output = Command::new("mandoc")
            // Style remarks are about the source of a page, such as its long lines.
            .args(["-T", "lint", "-W", "warning"])
            .args(pages(&world, language))
            .output()
            .expect("mandoc starts");
        let complaints = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && complaints.is_empty(), "{complaints}");
    }
}

#[test]
fn a_page_has_examples_options_exit_codes_and_environment() {
    let world = World::new();
    for page in pages(&world, "en") {
        let text = std::fs::read_to_string(&page).unwrap();
        for section in ["NAME", "SYNOPSIS", "EXAMPLES", "EXIT STATUS", "ENVIRONMENT", "SEE ALSO"] {
            assert!(
                text.contains(&format!(".SH {section}\n")) || text.contains(&format!(".SH \"{section}\"\n")),
                "{}: {section}",
                page.display()
            );
        }
    }
}

/// mandoc knows no `--version`; asked for nothing on nothing, it is content.
fn is_installed_mandoc() -> bool {
    let found = Command::new("mandoc").stdin(std::process::Stdio::null()).output().is_ok();
    if !found {
        is_installed("mandoc");
    }
    found
}
