//! Data of the sandbox is marked as fictitious in every format that people read, and once on standard error.

use crate::harness::World;
use std::io::Read;

const MARK: &str = "Fictitious data from the sandbox";

/// The parts of a workbook that hold notes.
fn notes(world: &World, name: &str) -> String {
    let file = std::fs::File::open(world.path(name)).expect(name);
    let mut archive = zip::ZipArchive::new(file).expect("a workbook");
    let mut text = String::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).expect("a part");
        if part.name().expect("a name").starts_with("xl/comments") {
            part.read_to_string(&mut text).expect("XML");
        }
    }
    text
}

#[test]
fn what_people_read_is_marked_and_what_programs_read_is_not() {
    let world = World::new();
    world.write("list.csv", "企业名称\n仅有一条企业\n");
    let run = |more: &[&str]| {
        let arguments = ["dishonest", "-i", "list.csv", "--sandbox", "--lang", "en"];
        world.run(arguments.iter().chain(more)).exits_with(0)
    };
    let table = run(&["-f", "table", "--report", "r.xlsx", "--annotate", "a.xlsx"]);
    assert_eq!(table.stderr.matches(MARK).count(), 1, "{}", table.stderr);
    assert_eq!(table.text().matches(MARK).count(), 1, "{}", table.text());
    run(&["-o", "o.xlsx"]);
    run(&["-o", "o.html"]);
    assert!(std::fs::read_to_string(world.path("o.html")).expect("a page").contains(MARK));
    for name in ["r.xlsx", "a.xlsx", "o.xlsx"] {
        assert!(notes(&world, name).contains(MARK), "{name}");
    }
    for format in ["json", "ndjson", "csv", "tsv"] {
        let ran = run(&["-f", format, "-q"]);
        assert!(!ran.text().contains("ictitious") && !ran.stderr.contains("ictitious"), "{format}");
    }
    let chinese = world.run(["dishonest", "仅有一条企业", "--sandbox", "-f", "table", "--lang", "zh"]);
    assert_eq!(
        (chinese.text().matches("虚构数据").count(), chinese.stderr.matches("虚构数据").count()),
        (1, 1)
    );
}

#[test]
fn data_of_a_vendor_carries_no_mark() {
    let sandbox = crate::harness::sandbox();
    let world = World::with_sandbox(&sandbox);
    let ran = world.run(["dishonest", "仅有一条企业", "-f", "table"]).exits_with(0);
    assert!(!ran.text().contains(MARK) && !ran.stderr.contains(MARK));
}
