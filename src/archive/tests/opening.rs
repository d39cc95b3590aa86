//! Archives that are refused before anything is bought, and archives that are brought up to date.

use super::*;
use crate::archive::answer::key_hash;
use crate::archive::sqlite::schema::{self, CURRENT};
use std::fs;
use std::io::Write as _;
use std::process::Command;

/// The first schema as it was released, with one answer (`"keyword":"旧"`, body `old body`).
const FIRST_SCHEMA_WITH_DATA: &str = r#"
CREATE TABLE answers (
    id          INTEGER PRIMARY KEY,
    key_hash    BLOB    NOT NULL CHECK (length(key_hash) = 16),
    provider    TEXT    NOT NULL,
    form        TEXT    NOT NULL,
    endpoint    TEXT    NOT NULL,
    question    TEXT    NOT NULL,
    received_at INTEGER NOT NULL,
    http_status INTEGER NOT NULL,
    serial      TEXT,
    finding     TEXT    NOT NULL CHECK (finding IN ('records', 'nothing', 'evidence')),
    sha256      BLOB    NOT NULL CHECK (length(sha256) = 32),
    size        INTEGER NOT NULL,
    encoding    TEXT    NOT NULL,
    body        BLOB    NOT NULL
) STRICT;
CREATE INDEX answers_by_key ON answers (key_hash, received_at) WHERE finding <> 'evidence';
CREATE INDEX answers_by_time ON answers (received_at);
PRAGMA application_id = 1751475048;
PRAGMA user_version = 1;
INSERT INTO answers VALUES (7, x'#key', 'market', 'market/dishonest@1', 'https://market.example/list',
    '{"form":"market/dishonest@1","endpoint":"https://market.example/list","ask":{"keyword":"旧","pageNum":"1"}}',
    1767355200000, 200, 'S-0', 'records', x'#sha256', 8, 'plain', CAST('old body' AS BLOB));
"#;

pub(super) fn place_with_first_schema() -> Place {
    let place = Place::new();
    fs::create_dir_all(place.path.parent().unwrap()).unwrap();
    let key = crate::domain::text::hexadecimal(&key_hash(&request("旧").key()));
    let sha256 = crate::domain::text::hexadecimal(&body::digest(b"old body"));
    place.sql(&FIRST_SCHEMA_WITH_DATA.replace("#key", &key).replace("#sha256", &sha256));
    place
}

fn refusal(place: &Place) -> ArchiveError {
    match Archive::open_at(&place.location, Access::ReadWrite, at_noon()) {
        Ok(_) => panic!("it was opened"),
        Err(error) => error,
    }
}

#[test]
fn an_archive_of_the_first_schema_is_brought_up_to_date_with_its_answers() {
    let place = place_with_first_schema();
    let archive = place.archive();
    assert_eq!(archive.find(&request("旧"), long_ago()).unwrap().unwrap().body, b"old body");
    buy(&archive, "新");
    assert_eq!(usage(&archive), ["market 2026-01-02 data yes 1"]);
    assert!(archive.verify(|_| {}).unwrap().is_clean());
}

#[test]
fn an_archive_of_the_first_schema_can_be_looked_at() {
    let place = place_with_first_schema();
    let archive = Archive::open(&place.path, Access::ReadOnly).unwrap();
    assert_eq!(archive.find(&request("旧"), long_ago()).unwrap().unwrap().id, AnswerId(7));
    assert_eq!(usage(&archive), [""; 0]);
}

#[test]
fn a_journal_of_a_run_that_was_killed_while_it_made_the_file_is_rolled_back() {
    let place = Place::new();
    fs::create_dir_all(place.path.parent().unwrap()).unwrap();
    let unfinished = place.path.with_extension("unfinished");
    let writer = Connection::open(&unfinished).unwrap();
    // A small cache, so that the transaction reaches the file before it is committed.
    writer
        .execute_batch(
            "PRAGMA cache_size = 1; BEGIN; CREATE TABLE bodies (body BLOB); WITH RECURSIVE numbers (number) AS
                 (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 100)
             INSERT INTO bodies SELECT zeroblob(3000) FROM numbers",
        )
        .unwrap();
    fs::copy(&unfinished, &place.path).unwrap();
    fs::copy(files::beside(&unfinished, "-journal"), files::beside(&place.path, "-journal")).unwrap();
    drop(writer);
    let archive = Archive::open(&place.path, Access::ReadOnly).unwrap();
    assert_eq!(usage(&archive), [""; 0]);
}

#[test]
fn attempts_that_an_older_schema_left_unfinished_are_booked_as_interrupted() {
    let place = Place::new();
    fs::create_dir_all(place.path.parent().unwrap()).unwrap();
    place.sql(&schema::MIGRATIONS[..2].concat());
    place.sql(
        "PRAGMA application_id = 0x68656368; PRAGMA user_version = 2;
         INSERT INTO runs (id, uid, started_at) VALUES (1, '00ff', 1767355200000);
         INSERT INTO attempts (run, sequence, key_hash, provider, started_at)
             VALUES (1, 1, zeroblob(16), 'market', 1767355200000);",
    );
    let archive = place.archive();
    assert_eq!(usage(&archive), ["market 2026-01-02 interrupted unknown 1"]);
    buy(&archive, "乐视");
    assert_eq!(usage(&archive), ["market 2026-01-02 data yes 1", "market 2026-01-02 interrupted unknown 1"]);
}

/// An archive of schema 3 with a run that has request 1 booked and requests 1 and 2 in its file of requests in flight.
fn place_with_third_schema() -> Place {
    let place = Place::new();
    fs::create_dir_all(place.path.parent().unwrap()).unwrap();
    place.sql(&schema::MIGRATIONS[..3].concat());
    place.sql(
        "PRAGMA application_id = 0x68656368; PRAGMA user_version = 3;
         INSERT INTO runs (id, uid, started_at) VALUES (1, '00ff', 1767355200000);
         INSERT INTO attempts VALUES
             (1, 1, zeroblob(16), 'market', 1767355200000, 1767355200000, 'data', 'yes', 200, '0', 'S-1');",
    );
    let mut content = vec![0; 64];
    content[..8].copy_from_slice(b"hecha 1\n");
    for sequence in [1_i64, 0, 2] {
        content.extend(sequence.to_le_bytes());
        content.extend(1_767_355_200_000_i64.to_le_bytes());
        content.extend(key_hash("乐视"));
        content.extend(*b"ihuyi\0\0\0\0\0\0\0\0\0\0\0");
        content.extend([0; 16]);
    }
    content.truncate(content.len() - 16);
    fs::write(files::beside(&place.path, "-run-00ff.calls"), content).unwrap();
    fs::write(files::beside(&place.path, "-run-00ff.lock"), "").unwrap();
    place
}

#[test]
fn requests_in_flight_in_files_of_the_third_schema_are_booked_as_interrupted() {
    let expected = ["ihuyi 2026-01-02 interrupted unknown 1", "market 2026-01-02 data yes 1"];
    let place = place_with_third_schema();
    let archive = place.archive();
    assert_eq!(usage(&archive), expected);
    assert_eq!(place.files_ending_in(".calls"), 0);
    drop(archive);
    assert_eq!(usage(&place.archive()), expected);

    let (here, there) = (Place::new(), place_with_third_schema());
    let own = here.archive();
    assert_eq!(own.import(&there.path).unwrap().attempts_added, 2);
    assert_eq!(usage(&own), expected);
}

#[test]
#[cfg_attr(windows, ignore = "only the handle that locked a file can unlock it there")]
fn an_archive_that_a_run_of_an_older_version_uses_is_not_migrated() {
    let place = place_with_third_schema();
    let lock = fs::File::open(files::beside(&place.path, "-run-00ff.lock")).unwrap();
    lock.lock().unwrap();
    let error = refusal(&place);
    assert!(
        error.problem == ArchiveProblem::OlderSchema(3) && error.to_string().ends_with("using it"),
        "{error}"
    );
    let error = Archive::open(&place.path, Access::ReadOnly).err().unwrap();
    assert_eq!(error.to_string().matches("old schema 3").count(), 1, "{error}");
    lock.unlock().unwrap();
    buy(&place.archive(), "乐视");
}

#[test]
fn a_newer_schema_is_refused_and_left_as_it_is() {
    let place = Place::new();
    drop(place.archive());
    place.sql(&format!("PRAGMA user_version = {}", CURRENT + 1));
    let error = refusal(&place);
    assert!(
        matches!(error.problem, ArchiveProblem::NewerSchema { found, known } if found == known + 1),
        "{error}"
    );
    assert!(error.hint().en.contains("update hecha"));
    let error = Archive::open(&place.path, Access::ReadOnly).err().unwrap();
    assert!(matches!(error, ArchiveError { problem: ArchiveProblem::NewerSchema { .. }, .. }), "{error}");
}

#[test]
fn a_file_that_is_no_database_and_a_foreign_database_are_refused_and_left_as_they_are() {
    let place = Place::new();
    fs::create_dir_all(place.path.parent().unwrap()).unwrap();
    let text = "meine Einkaufsliste\n".repeat(500);
    fs::write(&place.path, &text).unwrap();
    let error = refusal(&place);
    assert!(matches!(error, ArchiveError { problem: ArchiveProblem::NotAnArchive, .. }), "{error}");
    assert_eq!(fs::read_to_string(&place.path).unwrap(), text);

    fs::remove_file(&place.path).unwrap();
    place.sql("CREATE TABLE contacts (name TEXT)");
    let error = refusal(&place);
    assert!(matches!(error, ArchiveError { problem: ArchiveProblem::NotAnArchive, .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn a_named_pipe_instead_of_a_file_of_the_archive_is_refused_at_once() {
    for suffix in ["", "-wal", "-shm", "-journal", "-run-00ff.lock"] {
        let place = Place::new();
        fs::create_dir_all(place.path.parent().unwrap()).unwrap();
        if !suffix.is_empty() {
            drop(place.archive());
            fs::remove_file(files::beside(&place.path, "-wal")).ok();
            fs::remove_file(files::beside(&place.path, "-shm")).ok();
        }
        let pipe = files::beside(&place.path, suffix);
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for access in [Access::ReadWrite, Access::ReadOnly] {
            let opened = Archive::open_at(&place.location, access, at_noon());
            let error = match opened {
                Ok(archive) if access == Access::ReadWrite => {
                    archive.acquire(&request("乐视"), long_ago()).unwrap_err()
                }
                Ok(_) => continue,
                Err(error) => error,
            };
            assert!(error.to_string().contains("not a regular file"), "{error}");
        }
    }
}

#[test]
fn a_truncated_file_and_an_overwritten_page_are_refused() {
    for damage in
        [|bytes: &mut Vec<u8>| bytes.truncate(9000), |bytes: &mut Vec<u8>| bytes[4096..12_288].fill(0x5a)]
    {
        let place = Place::new();
        let archive = place.archive();
        for number in 0..100 {
            buy(&archive, &number.to_string());
        }
        drop(archive);
        place.sql("PRAGMA wal_checkpoint(TRUNCATE)");
        let mut bytes = fs::read(&place.path).unwrap();
        damage(&mut bytes);
        fs::write(&place.path, bytes).unwrap();
        let error = refusal(&place);
        assert!(matches!(error, ArchiveError { problem: ArchiveProblem::Corrupt, .. }), "{error}");
        assert!(error.to_string().contains("archive.db") && error.hint().en.contains("hecha archive verify"));
        let looked_at =
            Archive::open(&place.path, Access::ReadOnly).and_then(|archive| archive.verify(|_| {}));
        match looked_at {
            Ok(summary) => assert!(!summary.is_clean()),
            Err(error) => assert_eq!(error.problem, ArchiveProblem::Corrupt, "{error}"),
        }
    }
}

#[test]
fn a_lookup_leaves_its_log_to_the_next_run_and_a_checkpoint_removes_it() {
    let place = Place::new();
    let log = || fs::metadata(files::beside(&place.path, "-wal")).map_or(0, |log| log.len());
    let archive = place.archive();
    buy(&archive, "短");
    drop(archive);
    assert!(log() > 0, "a checkpoint would wait for the disk");
    let archive = place.archive();
    assert!(archive.find(&request("短"), long_ago()).unwrap().is_some());
    buy(&archive, "长");
    archive.checkpoint().unwrap();
    drop(archive);
    assert_eq!(log(), 0);
    let archive = place.archive();
    assert!(archive.find(&request("短"), long_ago()).unwrap().is_some());
    assert_eq!(archive.verify(|_| {}).unwrap().checked, 2);
}

#[test]
fn a_log_that_no_run_checkpoints_stays_short() {
    let place = Place::new();
    let log = || fs::metadata(files::beside(&place.path, "-wal")).map_or(0, |log| log.len());
    let mut merged = 0;
    for number in 0..30 {
        let archive = place.archive();
        buy(&archive, &number.to_string());
        drop(archive);
        assert!(log() < 3 << 19, "every start reads it");
        merged += u32::from(log() == 0);
    }
    assert!((1..5).contains(&merged), "{merged}");
    for number in 0..30 {
        let archive = place.archive();
        for page in 0..20 {
            buy(&archive, &format!("{number}-{page}"));
        }
        drop(archive);
        assert!(log() < 8 << 20);
    }
    assert_eq!(place.archive().verify(|_| {}).unwrap().checked, 630);
}

#[test]
fn a_disk_that_is_full_is_an_error_when_the_archive_is_opened() {
    let Some(disk) = SmallDisk::mount("size=256k") else { return };
    let place = disk.place();
    fs::create_dir_all(place.path.parent().unwrap()).unwrap();
    fs::write(disk.folder.path().join("filler"), vec![0; 200 << 10]).unwrap();
    let error = refusal(&place);
    assert!(matches!(error, ArchiveError { problem: ArchiveProblem::DiskFull, .. }), "{error}");
}

#[test]
fn a_disk_that_fills_up_later_stops_the_buying_and_damages_nothing() {
    let Some(disk) = SmallDisk::mount("size=2m") else { return };
    let place = disk.place();
    let archive = place.archive();
    let noise: Vec<u8> = (0u32..2000).flat_map(|number| body::digest(&number.to_le_bytes())).collect();
    let mut stored = 0;
    let error = (0..100)
        .find_map(|number| {
            let question = request(&number.to_string());
            let lease = match archive.acquire(&question, long_ago()) {
                Ok(Acquired::Granted(lease)) => lease,
                Ok(other) => panic!("{other:?}"),
                Err(error) => return Some(error),
            };
            let result = archive.complete(lease, bought(), Some(keep(&question, &noise)));
            stored += u64::from(result.is_ok());
            result.err()
        })
        .unwrap();
    assert!(matches!(error, ArchiveError { problem: ArchiveProblem::DiskFull, .. }), "{error}");
    assert!(stored > 3);
    let summary = archive.verify(|finding| panic!("{finding:?}")).unwrap();
    assert_eq!(summary.checked, stored);
}

#[test]
fn a_limit_of_the_databases_own_is_a_full_disk_too() {
    let place = Place::new();
    drop(place.archive());
    let connection = Connection::open(&place.path).unwrap();
    let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    connection.pragma_update(None, "max_page_count", pages).unwrap();
    connection.execute_batch("CREATE TEMP TABLE unrelated (x)").unwrap();
    let filler = connection
        .execute_batch("INSERT INTO runs (uid, started_at, host) VALUES ('a', 1, printf('%4000000d', 1))");
    let filler = filler.unwrap_err();
    let error = ArchiveError::from_sqlite(&place.path, &filler);
    assert!(matches!(error, ArchiveError { problem: ArchiveProblem::DiskFull, .. }), "{error}");
}

#[test]
fn on_a_read_only_disk_nothing_is_bought_but_everything_can_be_looked_at() {
    let Some(disk) = SmallDisk::mount("size=8m") else { return };
    let place = disk.place();
    let archive = place.archive();
    buy(&archive, "乐视");
    drop(archive);
    disk.remount("ro");
    let error = refusal(&place);
    assert!(matches!(error, ArchiveError { problem: ArchiveProblem::Inaccessible, .. }), "{error}");
    let archive = Archive::open(&place.path, Access::ReadOnly).unwrap();
    assert_eq!(archive.find(&request("乐视"), long_ago()).unwrap().unwrap().body, body_of("乐视"));
    assert_eq!(usage(&archive), ["market 2026-01-02 data yes 1"]);
    let new = Place::new().at(place.path.with_file_name("new/archive.db"));
    let error = refusal(&new);
    assert!(matches!(error, ArchiveError { problem: ArchiveProblem::Inaccessible, .. }), "{error}");
}

#[test]
fn what_a_dead_run_left_under_way_is_told_and_imported_from_a_read_only_disk() {
    let Some(disk) = SmallDisk::mount("size=8m") else { return };
    let (place, here) = (disk.place(), Place::new());
    let dead = place.archive();
    leave_in_flight(&dead, &request("乐视"));
    // The disk could not be remounted under an open connection. The run crashes, but its connection is closed.
    drop(lock(&dead.run).take());
    drop(dead);
    place.sql("PRAGMA wal_checkpoint(TRUNCATE)");
    disk.remount("ro");
    let archive = Archive::open(&place.path, Access::ReadOnly).unwrap();
    assert_eq!(usage(&archive), ["market 2026-01-02 interrupted unknown 1"]);
    let own = here.archive();
    assert_eq!(own.import(&place.path).unwrap().attempts_added, 1);
    assert_eq!(usage(&own), ["market 2026-01-02 interrupted unknown 1"]);
}

#[test]
fn a_read_only_file_in_a_folder_that_can_be_written_is_an_error_when_it_is_opened() {
    let place = Place::new();
    buy(&place.archive(), "乐视");
    let mount = |arguments: &[&str]| {
        let status = Command::new("mount").args(arguments).arg(&place.path).output();
        status.is_ok_and(|output| output.status.success())
    };
    let path = place.path.to_str().unwrap();
    if !mount(&["--bind", path]) {
        let _ = writeln!(std::io::stderr(), "skipped: this user may not mount");
        return;
    }
    let is_read_only = mount(&["-o", "remount,bind,ro"]);
    let refused = Archive::open(&place.path, Access::ReadWrite).err();
    let looked_at = Archive::open(&place.path, Access::ReadOnly).map(|archive| usage(&archive));
    let _ = Command::new("umount").arg(&place.path).status();
    assert!(is_read_only);
    assert!(
        matches!(refused, Some(ArchiveError { problem: ArchiveProblem::Inaccessible, .. })),
        "{refused:?}"
    );
    assert_eq!(looked_at.unwrap(), ["market 2026-01-02 data yes 1"]);
}

#[test]
fn an_old_archive_on_a_read_only_disk_says_what_to_do() {
    let Some(disk) = SmallDisk::mount("size=8m") else { return };
    let old = place_with_first_schema();
    let place = disk.place();
    fs::create_dir_all(place.path.parent().unwrap()).unwrap();
    fs::copy(&old.path, &place.path).unwrap();
    disk.remount("ro");
    let error = Archive::open(&place.path, Access::ReadOnly).err().unwrap();
    assert!(matches!(error.problem, ArchiveProblem::OlderSchema(1)), "{error}");
}

#[test]
fn what_was_opened_for_reading_cannot_buy_and_what_is_missing_is_said_to_be() {
    let place = Place::new();
    let error = Archive::open(&place.path, Access::ReadOnly).err().unwrap();
    assert!(matches!(error, ArchiveError { problem: ArchiveProblem::Missing, .. }), "{error}");
    assert!(!place.path.exists());
    drop(place.archive());
    let archive = Archive::open(&place.path, Access::ReadOnly).unwrap();
    let error = archive.acquire(&request("乐视"), long_ago()).unwrap_err();
    assert!(error.to_string().contains("opened for reading only"), "{error}");
}

#[cfg(unix)]
#[test]
fn every_file_is_for_its_owner_alone_while_the_archive_is_in_use() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let archive = place.archive();
    buy(&archive, "乐视");
    let folder = place.path.parent().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder), 0o700);
    let files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 4, "database, log, shared memory and lock: {files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn many_runs_may_open_a_new_archive_at_the_same_moment() {
    let place = Place::new();
    std::thread::scope(|scope| {
        for number in 0..8 {
            let place = &place;
            scope.spawn(move || buy(&place.archive(), &number.to_string()));
        }
    });
    assert_eq!(usage(&place.archive()), ["market 2026-01-02 data yes 8"]);
}

/// A file system in memory, where the test may mount one; elsewhere the test says that it was skipped.
pub(super) struct SmallDisk {
    pub(super) folder: TempDir,
}

impl SmallDisk {
    pub(super) fn mount(options: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(folder.path())
            .output()
            .is_ok_and(|output| output.status.success());
        if !mounted {
            let _ = writeln!(std::io::stderr(), "skipped: this user may not mount a small disk");
        }
        mounted.then_some(Self { folder })
    }

    fn remount(&self, option: &str) {
        let options = format!("remount,{option}");
        let status = Command::new("mount").args(["-o", &options]).arg(self.folder.path()).status().unwrap();
        assert!(status.success());
    }

    fn place(&self) -> Place {
        Place::new().at(self.folder.path().join("hecha/archive.db"))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.folder.path()).status();
    }
}

#[test]
#[cfg_attr(windows, ignore = "the name of the machine is not read there")]
fn an_archive_that_a_live_run_of_another_machine_uses_is_refused() {
    let place = Place::new();
    let (live, waiting) = (place.archive(), place.archive());
    leave_in_flight(&live, &request("乐视"));
    place.sql("UPDATE runs SET host = 'elsewhere', pid = 77");
    let error = refusal(&place);
    assert!(
        matches!(&error.problem, ArchiveProblem::UsedByOtherHost { host, pid: 77 } if host == "elsewhere"),
        "{error}"
    );
    let error = waiting.acquire(&request("小米"), long_ago()).unwrap_err();
    assert!(matches!(error, ArchiveError { problem: ArchiveProblem::UsedByOtherHost { .. }, .. }), "{error}");
    let looking = Archive::open(&place.path, Access::ReadOnly).unwrap();
    assert_eq!(usage(&looking), ["market 2026-01-02 under-way unknown 1"]);
    kill(live);
    buy(&place.archive(), "小米");
    assert_eq!(usage(&waiting), ["market 2026-01-02 data yes 1", "market 2026-01-02 interrupted unknown 1"]);
}

#[test]
fn an_archive_remembers_the_shard_count_of_each_list() {
    let place = Place::new();
    let archive = place.archive();
    archive.remember_shards([1; 32], 64).unwrap();
    archive.remember_shards([1; 32], 64).unwrap();
    archive.remember_shards([2; 32], 2).unwrap();
    let looking = Archive::open(&place.path, Access::ReadOnly).unwrap();
    looking.remember_shards([3; 32], 5).unwrap();
    archive.remember_shards([3; 32], 6).unwrap();
    for archive in [&archive, &looking] {
        let error = archive.remember_shards([1; 32], 2).unwrap_err();
        assert!(matches!(error.problem, ArchiveProblem::OtherShardCount { known: 64, given: 2 }), "{error}");
    }
}
