//! `docs/scale-out.md`: its first script is run by GNU parallel, against one sandbox.

use super::{blocks, read};
use crate::harness::{World, sandbox};
use std::fmt::Write as _;

fn list() -> String {
    (1..=40).fold(String::new(), |mut list, number| {
        writeln!(list, "分片测试{number}有限公司").unwrap();
        list
    })
}

fn parallel_is_installed() -> bool {
    let version = std::process::Command::new("parallel").arg("--version").output();
    let found =
        version.is_ok_and(|version| String::from_utf8_lossy(&version.stdout).contains("GNU parallel"));
    if !found {
        eprintln!("skipped: GNU parallel is not installed");
    }
    found
}

#[test]
fn a_list_spread_by_parallel_is_bought_once_and_merged_whole() {
    if !parallel_is_installed() {
        return;
    }
    let document = read("docs/scale-out.md");
    let (_, script) = blocks(&document).into_iter().find(|(language, _)| language == "bash").unwrap();

    let sandbox_of_one = sandbox();
    let one = World::with_sandbox(&sandbox_of_one);
    one.write("companies.txt", list());
    let whole =
        one.run(["dishonest", "-i", "companies.txt", "--max-calls", "1000", "-f", "csv"]).exits_with(0);
    let bought = sandbox_of_one.calls().market.charged;

    let sandbox_of_many = sandbox();
    let many = World::with_sandbox(&sandbox_of_many);
    many.write("companies.txt", list());
    let ran = many.in_a_shell("bash", &format!("set -e\n{}", script.join("\n")));
    assert_eq!(ran.code, Some(0), "{}{}", ran.text(), ran.stderr);

    assert_eq!(sandbox_of_many.calls().market.charged, bought, "every page is bought once");
    let merged = std::fs::read(many.path("found.csv")).unwrap();
    assert!(merged == whole.stdout, "the merged records differ from those of a single run");
    let report = std::fs::read_to_string(many.path("report.csv")).unwrap();
    assert_eq!(report.lines().count(), 41);

    let shares: Vec<usize> = (1..=4)
        .map(|shard| {
            std::fs::read_to_string(many.path(&format!("shards/{shard}.ndjson"))).unwrap().lines().count()
        })
        .collect();
    assert_eq!(shares.iter().sum::<usize>(), whole.text().lines().count() - 1);
    assert!(shares.iter().all(|records| *records > 0), "{shares:?}");
}

#[test]
fn the_archive_of_a_shard_can_be_carried_elsewhere_as_the_one_file_it_is() {
    let sandbox = sandbox();
    let shard = World::with_sandbox(&sandbox);
    shard.write("companies.txt", list());
    shard.run(["dishonest", "-i", "companies.txt", "--shard", "2/4", "--max-calls", "1000"]).exits_with(0);
    let bought = sandbox.calls().market.charged;
    assert!(bought > 0);

    let login_node = World::with_sandbox(&sandbox);
    login_node.write("companies.txt", list());
    std::fs::copy(shard.path(".local/share/hecha/archive.db"), login_node.path("2.db")).unwrap();
    login_node.run(["archive", "import", "2.db"]).exits_with(0);
    std::fs::copy(login_node.path(".local/share/hecha/archive.db"), login_node.path("merged.db")).unwrap();
    let merged = login_node.with("HECHA_ARCHIVE", "merged.db");
    merged.run(["dishonest", "-i", "companies.txt", "--shard", "2/4", "--offline"]).exits_with(0);
    assert_eq!(sandbox.calls().market.charged, bought);
}
