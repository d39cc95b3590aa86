//! An archive that cannot be used is an error before anything is bought, and never a run without it.

use super::{archive_path, calls, database, lock_files};
use crate::harness::vendor::{Vendor, json};
use crate::harness::{Disk, Ran, World, sandbox, sandbox_with};
use hecha::sandbox::Sandbox;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// Takes what room is left.
fn fill(folder: &Path) {
    let block = vec![b'x'; 4096];
    let mut file = fs::File::create(folder.join("filler")).expect("a file");
    while std::io::Write::write_all(&mut file, &block).is_ok() {}
}

fn nothing_is_bought(world: &World, sandbox: &Sandbox, words: &str) {
    let before = calls(sandbox);
    for extra in [&[][..], &["--fresh"], &["--max-age", "1s"]] {
        let ran = world.run(["dishonest", "行数:3"].iter().chain(extra)).exits_with(1);
        assert_eq!(ran.text(), "");
        assert!(ran.stderr.contains(words), "'{words}' is not in: {}", ran.stderr);
        assert!(ran.stderr.contains("nothing was bought") && ran.stderr.contains("hint"), "{}", ran.stderr);
    }
    assert_eq!(calls(sandbox), before, "{words}");
    // The user may decide to go without.
    world.run(["dishonest", "行数:3", "--no-archive"]).exits_with(0);
    assert_eq!(calls(sandbox), before + 1);
}

fn with_answers(sandbox: &Sandbox) -> World {
    let world = World::with_sandbox(sandbox);
    let names: Vec<String> = (30..60).map(|rows| format!("行数:{rows}")).collect();
    let input = super::list(&world, &names);
    world.run(["dishonest", "-i", &input, "--max-calls", "999"]).exits_with(0);
    database(&world).query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    world
}

/// It would be a file of that name on this computer alone, and each member of a team would pay for all answers.
#[test]
fn an_address_as_the_path_of_the_archive_is_refused() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox).with("HECHA_ARCHIVE", "postgres://me:secret@127.0.0.1:1/hecha");
    let ran = world.run(["dishonest", "行数:3"]).exits_with(4);
    assert!(ran.stderr.contains("HECHA_ARCHIVE_URL") && !ran.stderr.contains("secret"), "{}", ran.stderr);
    assert_eq!(calls(&sandbox), 0);
    assert!(!world.path("postgres:").exists());
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    fs::create_dir_all(archive_path(&world).parent().unwrap()).unwrap();
    fs::write(archive_path(&world), "these are my notes ".repeat(300)).unwrap();
    nothing_is_bought(&world, &sandbox, "is not an archive of hecha");
    assert!(fs::read_to_string(archive_path(&world)).unwrap().starts_with("these are my notes"));
    world.run(["archive", "list"]).exits_with(1);
    world.run(["usage"]).exits_with(1);
}

#[test]
fn another_programs_database_is_refused_and_left_as_it_is() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    fs::create_dir_all(archive_path(&world).parent().unwrap()).unwrap();
    database(&world).execute_batch("CREATE TABLE contacts (name TEXT)").unwrap();
    nothing_is_bought(&world, &sandbox, "a database of another program");
    database(&world).execute("INSERT INTO contacts VALUES ('甲')", []).unwrap();
}

#[test]
fn a_corrupt_archive_is_refused() {
    let sandbox = sandbox();
    let world = with_answers(&sandbox);
    let mut bytes = fs::read(archive_path(&world)).unwrap();
    assert!(bytes.len() > 100_000);
    for page in bytes.chunks_mut(4096).skip(2).step_by(3) {
        page.fill(0xaa);
    }
    fs::write(archive_path(&world), bytes).unwrap();
    nothing_is_bought(&world, &sandbox, "is corrupt");
    let verified = world.run(["archive", "verify"]);
    assert_eq!(verified.code, Some(1), "{}", verified.snapshot());
}

#[test]
fn a_truncated_archive_is_refused() {
    let sandbox = sandbox();
    let world = with_answers(&sandbox);
    let bytes = fs::read(archive_path(&world)).unwrap();
    fs::write(archive_path(&world), &bytes[..bytes.len() / 2]).unwrap();
    nothing_is_bought(&world, &sandbox, "is corrupt");
}

#[test]
fn a_newer_schema_is_refused() {
    let sandbox = sandbox();
    let world = with_answers(&sandbox);
    database(&world).pragma_update(None, "user_version", 99).unwrap();
    nothing_is_bought(&world, &sandbox, "has schema 99");
    let ran = world.run(["archive", "list"]).exits_with(1);
    assert!(ran.stderr.contains("update hecha"), "{}", ran.stderr);
}

#[test]
fn a_folder_in_the_archives_place_or_a_file_in_its_folders_place_is_refused() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    fs::create_dir_all(archive_path(&world)).unwrap();
    nothing_is_bought(&world, &sandbox, "not a regular file");
    let world = World::with_sandbox(&sandbox).with("HECHA_ARCHIVE", "/dev/null/archive.db");
    nothing_is_bought(&world, &sandbox, "/dev/null");
}

#[test]
fn a_read_only_archive_is_refused_for_buying_and_serves_for_looking() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let Some(disk) = Disk::mount(world.path("disk"), "size=4m") else { return };
    let archive = disk.0.join("archive.db");
    let world = world.with("HECHA_ARCHIVE", archive.to_str().unwrap());
    world.run(["dishonest", "行数:25"]).exits_with(0);
    disk.remount("ro");
    nothing_is_bought(&world, &sandbox, "Read-only file system");
    let before = calls(&sandbox);
    let offline = world.run(["dishonest", "-f", "json", "--offline", "行数:25"]).exits_with(0);
    assert_eq!(offline.json()["records"].as_array().unwrap().len(), 25);
    world.run(["archive", "verify"]).exits_with(0);
    assert_eq!(super::booked(&super::usage(&world), |_| true), 2);
    assert_eq!(calls(&sandbox), before);
}

#[test]
fn a_full_disk_is_told_before_anything_is_bought() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let Some(disk) = Disk::mount(world.path("disk"), "size=1m") else { return };
    fill(&disk.0);
    let world = world.with("HECHA_ARCHIVE", disk.0.join("archive.db").to_str().unwrap());
    nothing_is_bought(&world, &sandbox, "is full");
}

/// Runs lists against a vendor that fills the archive's disk before it answers `甲三` with `filler`.
struct FillingVendor {
    /// Unmounted before the folder of the world is removed.
    disk: Disk,
    world: World,
    vendor: Vendor,
}

impl FillingVendor {
    fn start(filler: String) -> Option<Self> {
        let world = World::new();
        let disk = Disk::mount(world.path("disk"), "size=3m")?;
        let folder = disk.0.clone();
        let vendor = Vendor::start(move |request| {
            let fills = request.parameter("keyword").as_deref() == Some("甲三");
            if fills {
                // Calls beside this one end before.
                std::thread::sleep(Duration::from_millis(300));
                fill(&folder);
            }
            let (id, filler) = (request.number, if fills { filler.as_str() } else { "" });
            json(format!(
                r#"{{"code":0,"result":{{"total":1,"items":[{{"id":{id},"iname":"{id}-{filler}"}}]}}}}"#
            ))
        });
        Some(Self { disk, world, vendor })
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.world
            .command(["dishonest", "-f", "json"].iter().chain(arguments))
            .env("HECHA_MARKET_ENDPOINT", format!("{}/market", self.vendor.origin()))
            .env("HECHA_MARKET_APPCODE", "secret-appcode")
            .env("HECHA_ARCHIVE", self.disk.0.join("archive.db"))
            .output()
            .unwrap()
            .into()
    }
}

fn statuses(ran: &Ran) -> Vec<String> {
    let run = ran.json();
    let queries = run["queries"].as_array().unwrap();
    queries.iter().map(|query| query["status"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_is_in_flight_when_the_disk_becomes_full_is_stored_and_never_bought_again() {
    let names = ["甲一", "甲二", "甲三", "甲四", "甲五"];
    for (concurrency, expected) in [("1", ["ok", "ok", "ok", "failed", "skipped"]), ("5", ["ok"; 5])] {
        let Some(vendor) = FillingVendor::start("注".repeat(3000)) else { return };
        let arguments = [&["-j", concurrency], &names[..]].concat();
        let ran = vendor.run(&arguments);
        assert_eq!(statuses(&ran), expected, "{}", ran.stderr);
        assert_eq!(vendor.vendor.calls(), expected.iter().filter(|status| **status == "ok").count());
        assert!(ran.stderr.contains("is full") || expected == ["ok"; 5], "{}", ran.stderr);
        fs::remove_file(vendor.disk.0.join("filler")).unwrap();
        vendor.run(&arguments).exits_with(0);
        assert_eq!(vendor.vendor.calls(), names.len());
    }
}

/// An answer that is larger than what was kept free.
fn noise() -> String {
    let hash = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 50;
    (0..900_000)
        .filter_map(|number| char::from_u32(0x4e00 + u32::try_from(hash(number * number)).ok()?))
        .collect()
}

#[test]
fn a_disk_that_becomes_full_ends_the_run_and_the_page_that_was_bought_is_printed() {
    let Some(vendor) = FillingVendor::start(noise()) else { return };
    let ran = vendor.run(&["-j", "1", "甲一", "甲二", "甲三", "甲四", "甲五"]).exits_with(1);
    assert_eq!(vendor.vendor.calls(), 3, "{}", ran.stderr);
    let run = ran.json();
    assert_eq!(run["records"].as_array().unwrap().len(), 3, "what was paid for is printed");
    assert!(ran.stderr.contains("is full"), "{}", ran.stderr);
    assert_eq!(statuses(&ran), ["ok", "ok", "partial", "skipped", "skipped"]);
    let error = &run["queries"][2]["error"];
    assert_eq!((&error["kind"], &error["charged"]), (&"archive".into(), &"yes".into()));
}

#[test]
fn a_page_that_could_not_be_kept_loses_none_of_those_beside_it() {
    let Some(vendor) = FillingVendor::start(noise()) else { return };
    let ran = vendor.run(&["-j", "4", "甲一", "甲二", "甲三", "甲四"]).exits_with(1);
    assert_eq!(vendor.vendor.calls(), 4, "{}", ran.stderr);
    assert_eq!(ran.json()["records"].as_array().unwrap().len(), 4);
    assert_eq!(statuses(&ran), ["ok", "ok", "partial", "ok"]);
}

/// A quota that is used up is the same error to the database.
#[test]
fn a_limit_of_the_file_size_is_like_a_full_disk() {
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    let names: Vec<String> = (30..90).map(|rows| format!("行数:{rows}")).collect();
    let input = super::list(&world, &names);
    let script =
        |blocks| format!("ulimit -f {blocks}; hecha dishonest -i {input} --max-calls 999 -o out.csv -q");
    let ran = world.in_a_shell("sh", &script(16)).exits_with(1);
    assert!(
        ran.stderr.contains("is full, or a quota") && ran.stderr.contains("nothing was bought"),
        "{}",
        ran.stderr
    );
    let ran = world.in_a_shell("sh", &script(3000)).exits_with(1);
    assert!(ran.stderr.contains("is full, or a quota"), "{}", ran.stderr);
}

#[test]
fn the_archives_files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = sandbox();
    let world = World::with_sandbox(&sandbox);
    world.run(["dishonest", "行数:3"]).exits_with(0);
    let folder = archive_path(&world).parent().unwrap().to_owned();
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.path());
    }
    assert_eq!(lock_files(&world), [""; 0]);
}

/// What was in flight when the disk was full is counted as well.
#[test]
fn every_call_is_counted_although_the_output_cannot_be_written() {
    let sandbox = sandbox_with(Duration::from_millis(20));
    let world = World::with_sandbox(&sandbox);
    let Some(_disk) = Disk::mount(world.path("disk"), "size=64k") else { return };
    let names: Vec<String> = (0..40).map(|number| format!("行数:{}", 60 + number)).collect();
    let input = super::list(&world, &names);
    let arguments =
        ["dishonest", "-i", &input, "-o", "disk/o.csv", "--report", "r.csv", "-j", "8", "--max-calls", "999"];
    let ran = world.run(arguments).exits_with(1);
    let bought = calls(&sandbox);
    assert!(ran.stderr.contains(&format!("; {bought} calls")), "{bought} calls: {}", ran.stderr);
    let mut report = csv::Reader::from_path(world.path("r.csv.partial")).expect("a report");
    let column = report.headers().expect("headings").iter().position(|key| key == "calls").expect("calls");
    let calls_of =
        |row: Result<csv::StringRecord, _>| row.expect("a row")[column].parse::<u64>().expect("a number");
    assert_eq!(report.records().map(calls_of).sum::<u64>(), bought);
}
