//! Damage, list, show, export, verify, prune, import and the ledger's sums.

use super::opening::{SmallDisk, place_with_first_schema};
use super::*;
use crate::domain::failure::Failure;
use crate::domain::text::Text;
use crate::provider::ihuyi;

fn listed(archive: &Archive, filter: EntryFilter) -> Vec<i64> {
    archive.list(&filter, |_| true).map(|entry| entry.unwrap().id.0).collect()
}

fn findings(archive: &Archive) -> (VerifySummary, Vec<Message>) {
    let mut findings = Vec::new();
    let summary = archive.verify(|finding| findings.push(finding)).unwrap();
    (summary, findings)
}

fn exported(archive: &Archive) -> Vec<Option<String>> {
    let mut lines = Vec::new();
    archive
        .export::<ArchiveError>(|line| {
            lines.push(line);
            Ok(())
        })
        .unwrap();
    lines
}

/// Stores an answer that was received at `received_at`.
fn store_at(archive: &Archive, keyword: &str, received_at: &str) -> AnswerId {
    let question = request(keyword);
    let lease = granted(archive, &question);
    let kept = Keep { received_at: moment(received_at), ..keep(&question, keyword.as_bytes()) };
    archive.complete(lease, bought(), Some(kept)).unwrap().unwrap()
}

fn damaged(id: AnswerId, damage: Text) -> Message {
    message!("entry {id}: {damage}", "条目 {id}：{damage:#}")
}

#[test]
fn an_answer_of_a_run_without_snapshots_is_found_at_another_endpoint() {
    let place = Place::new();
    let archive = place.archive();
    buy(&archive, "乐视");
    let bought = request("乐视");
    let request = Request { endpoint: format!("{}/", bought.endpoint), ..bought.clone() };
    let find = |request: &Request| archive.find(request, Timestamp::MIN);
    assert_eq!(archive.other_endpoints(&request, find).unwrap(), [bought.endpoint]);
}

#[test]
fn a_truncated_body_and_a_wrong_digest_are_never_hits_and_are_reported_by_verify() {
    let place = Place::new();
    let archive = place.archive();
    let good = buy(&archive, "好");
    let vandalisms = [
        ("body = substr(body, 1, length(body) - 3)", body::UNDECODABLE),
        ("body = CAST('x' AS BLOB), encoding = 'plain'", body::WRONG_SIZE),
        ("sha256 = zeroblob(32)", body::WRONG_DIGEST),
        ("size = size + 1", body::WRONG_SIZE),
        ("encoding = 'lzma'", body::UNKNOWN_ENCODING),
    ];
    let mut expected = Vec::new();
    for (number, (change, damage)) in vandalisms.into_iter().enumerate() {
        let id = buy(&archive, &number.to_string());
        place.sql(&format!("UPDATE answers SET {change} WHERE id = {id}"));
        assert_eq!(archive.find(&request(&number.to_string()), long_ago()).unwrap(), None, "{change}");
        assert_eq!(archive.find(&request(&number.to_string()), long_ago()).unwrap(), None, "{change}");
        notices(&archive, [&format!("stored answer {id} is not used: {damage}")]);
        assert!(matches!(
            archive.acquire(&request(&number.to_string()), long_ago()).unwrap(),
            Acquired::Granted(_)
        ));
        notices(&archive, [&format!("stored answer {id} is not used: {damage}")]);
        assert_eq!(archive.entry(id).unwrap().unwrap().body, Err(damage));
        expected.push(damaged(id, damage));
    }
    let moved = buy(&archive, "question");
    place.sql(&format!("UPDATE answers SET question = '{{}}' WHERE id = {moved}"));
    expected.push(damaged(moved, Text::new("the request does not match its key", "查询与其键不符")));
    assert_eq!(listed(&archive, EntryFilter::default()).len(), 7);
    let (summary, found) = findings(&archive);
    assert_eq!(found, expected);
    assert_eq!(summary, VerifySummary { checked: 7, damaged: 6, database_problems: 0 });
    let lines = exported(&archive);
    assert_eq!(lines.iter().filter(|line| line.is_none()).count(), 6);
    let whole: Vec<_> = lines.into_iter().flatten().collect();
    assert!(matches!(&whole[..], [line] if line.starts_with(&format!("{{\"id\":{good},"))));
}

#[test]
fn a_damaged_answer_gives_way_to_an_older_one_that_is_whole() {
    let place = Place::new();
    let archive = place.archive();
    let question = request("乐视");
    let whole = store_at(&archive, "乐视", "2026-01-02T11:00:00Z");
    let Acquired::Granted(lease) = archive.acquire(&question, noon()).unwrap() else { panic!() };
    let damaged = archive.complete(lease, bought(), Some(keep(&question, b"new"))).unwrap().unwrap();
    place.sql(&format!("UPDATE answers SET body = x'00' WHERE id = {damaged}"));
    assert_eq!(archive.find(&question, long_ago()).unwrap().unwrap().id, whole);
    assert!(
        matches!(archive.acquire(&question, long_ago()).unwrap(), Acquired::Stored(answer) if answer.id == whole)
    );
}

fn the_list_is_newest_first_and_filtered_and_can_be_broken_off(place: &Place) {
    let archive = place.archive();
    let middle = store_at(&archive, "a", "2026-01-02T11:00:00Z").0;
    let oldest = store_at(&archive, "b", "2026-01-02T10:00:00Z").0;
    let newest = store_at(&archive, "c", "2026-01-02T11:30:00Z").0;
    assert_eq!(listed(&archive, EntryFilter::default()), [newest, middle, oldest]);
    let since = EntryFilter { since: Some(moment("2026-01-02T11:00:00Z")), ..EntryFilter::default() };
    assert_eq!(listed(&archive, since), [newest, middle]);
    let of_keyword: Vec<_> =
        archive.list(&EntryFilter::default(), |keyword| keyword == "b").map(Result::unwrap).collect();
    assert_eq!(of_keyword.iter().map(|entry| entry.id.0).collect::<Vec<_>>(), [oldest]);
    assert_eq!(listed(&archive, EntryFilter { limit: Some(1), ..EntryFilter::default() }), [newest]);
    let of_others = EntryFilter { provider: Some(ihuyi::ID), ..EntryFilter::default() };
    assert_eq!(listed(&archive, of_others), [0; 0]);
}

fn a_list_longer_than_one_step_has_every_entry_once(place: &Place) {
    let archive = place.archive();
    for number in 0..600 {
        store_at(&archive, &number.to_string(), "2026-01-02T11:00:00Z");
    }
    let mut ids = listed(&archive, EntryFilter::default());
    assert_eq!(ids.len(), 600);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 600);
    let limited = EntryFilter { limit: Some(300), ..EntryFilter::default() };
    assert_eq!(listed(&archive, limited).len(), 300);
}

fn an_entry_shows_everything_and_a_missing_one_is_none(place: &Place) {
    let archive = place.archive();
    let id = buy(&archive, "乐视");
    let entry = archive.entry(id).unwrap().unwrap();
    assert_eq!(entry.body, Ok(body_of("乐视")));
    assert_eq!(entry.sha256, crate::domain::text::hexadecimal(&body::digest(&body_of("乐视"))));
    assert_eq!(entry.summary.size, body_of("乐视").len() as u64);
    assert!(entry.summary.stored_size < entry.summary.size);
    assert_eq!(archive.entry(AnswerId(99)).unwrap(), None);
}

fn an_export_is_lines_of_json_with_text_or_base64(place: &Place) {
    let archive = place.archive();
    store_at(&archive, "乐视", "2026-01-02T03:04:05.678Z");
    let question = request("bytes");
    let lease = granted(&archive, &question);
    let ending = AttemptEnding { outcome: Err(FailureKind::Answer), serial: None, ..bought() };
    archive.complete(lease, ending, Some(keep(&question, &[0xff, 0xfe, 0xfd]))).unwrap();
    let lines = exported(&archive);
    let expected = format!(
        "{{\"id\":1,\"provider\":\"market\",\"question\":{},\"finding\":\"records\",\"status\":200,\
         \"received_at\":\"2026-01-02T11:04:05.678+08:00\",\"sha256\":\"{}\",\"serial\":\"S-1\",\"body\":\"乐视\"}}",
        request("乐视").key(),
        crate::domain::text::hexadecimal(&body::digest("乐视".as_bytes()))
    );
    let [Some(first), Some(second)] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!(*first, expected);
    assert!(second.ends_with("\"serial\":null,\"body_base64\":\"//79\"}"), "{second}");
}

fn a_prune_removes_old_answers_gives_space_back_and_keeps_the_ledger(place: &Place) {
    let archive = place.archive();
    let noise: Vec<u8> = (0u32..1000).flat_map(|number| body::digest(&number.to_le_bytes())).collect();
    let question = request("old");
    let lease = granted(&archive, &question);
    let kept = Keep { received_at: moment("2025-01-01T00:00:00Z"), ..keep(&question, &noise) };
    archive.complete(lease, bought(), Some(kept)).unwrap();
    let young = buy(&archive, "young");
    let summary = archive.prune(moment("2026-01-01T00:00:00Z")).unwrap();
    assert_eq!(summary.answers, 1);
    // PostgreSQL reuses the space, but does not return it to the disk.
    assert!(summary.bytes >= 28 << 10 || place.location.file().is_none(), "{summary:?}");
    assert_eq!(listed(&archive, EntryFilter::default()), [young.0]);
    assert_eq!(usage(&archive), ["market 2026-01-02 data yes 2"]);
    assert_eq!(archive.prune(moment("2026-01-01T00:00:00Z")).unwrap(), PruneSummary::default());
    assert!(archive.verify(|_| {}).unwrap().is_clean());
}

fn a_number_is_never_given_to_another_answer(place: &Place) {
    let mut archive = place.archive();
    let first = ["甲", "乙"].map(|keyword| buy(&archive, keyword));
    let tomorrow = moment("2026-01-03T12:00:00Z");
    archive.prune(tomorrow).unwrap();
    let third = buy(&archive, "丙");
    assert!(third > first[1], "{third} after {first:?}");
    archive.prune(tomorrow).unwrap();
    drop(archive);
    archive = place.archive();
    assert!(buy(&archive, "丁") > third);
    assert!(archive.verify(|_| {}).unwrap().is_clean());
}

#[test]
fn an_archive_of_an_earlier_schema_and_a_backup_keep_their_numbers() {
    let tomorrow = moment("2026-01-03T12:00:00Z");
    let place = place_with_first_schema();
    let archive = place.archive();
    archive.prune(tomorrow).unwrap();
    assert_eq!(buy(&archive, "甲"), AnswerId(8));
    archive.prune(tomorrow).unwrap();
    let copy = place.path.with_extension("copy");
    archive.backup(&copy).unwrap();
    assert_eq!(buy(&place.at(copy).archive(), "乙"), AnswerId(9));
}

#[test]
fn an_import_adds_what_is_new_and_nothing_twice() {
    let (here, there) = (Place::new(), Place::new());
    let (own, other) = (here.archive(), there.archive());
    buy(&own, "hier");
    buy(&other, "dort");
    let broken = buy(&other, "broken");
    there.sql(&format!("UPDATE answers SET sha256 = zeroblob(32) WHERE id = {broken}"));
    leave_in_flight(&other, &request("under way"));
    let first = own.import(&there.path).unwrap();
    let expected =
        ImportSummary { answers_added: 1, answers_damaged: 1, attempts_added: 2, ..ImportSummary::default() };
    assert_eq!(first, expected);
    assert_eq!(own.find(&request("dort"), long_ago()).unwrap().unwrap().body, body_of("dort"));
    assert_eq!(usage(&own), ["market 2026-01-02 data yes 3"]);
    let again = own.import(&there.path).unwrap();
    assert_eq!((again.answers_added, again.answers_known), (0, 1));
    assert_eq!((again.attempts_added, again.attempts_known), (0, 2));
    drop(other);
    assert_eq!(own.import(&there.path).unwrap().attempts_added, 1, "the run over there has ended");
    assert_eq!(usage(&own), ["market 2026-01-02 data yes 3", "market 2026-01-02 interrupted unknown 1"]);
    assert!(own.verify(|_| {}).unwrap().is_clean());
}

#[test]
fn an_import_corrects_an_attempt_that_only_looked_interrupted() {
    let (here, there, copy) = (Place::new(), Place::new(), Place::new());
    let (own, other) = (here.archive(), there.archive());
    let question = request("乐视");
    let lease = granted(&other, &question);
    std::fs::create_dir_all(copy.path.parent().unwrap()).unwrap();
    there.sql(&format!("VACUUM INTO '{}'", copy.path.display()));
    own.import(&copy.path).unwrap();
    assert_eq!(usage(&own), ["market 2026-01-02 interrupted unknown 1"]);
    other.complete(lease, bought(), None).unwrap();
    own.import(&there.path).unwrap();
    assert_eq!(usage(&own), ["market 2026-01-02 data yes 1"]);
    own.import(&copy.path).unwrap();
    assert_eq!(usage(&own), ["market 2026-01-02 data yes 1"]);
}

#[test]
fn an_archive_of_the_first_schema_is_imported() {
    let (here, there) = (Place::new(), place_with_first_schema());
    let own = here.archive();
    assert_eq!(own.import(&there.path).unwrap().answers_added, 1);
    assert_eq!(own.import(&there.path).unwrap().answers_known, 1);
    notices(&own, []);
    assert_eq!(own.find(&request("旧"), long_ago()).unwrap().unwrap().body, b"old body");
}

#[test]
fn an_archive_is_not_imported_into_itself() {
    let place = Place::new();
    let error = place.archive().import(&place.path).unwrap_err();
    assert!(error.to_string().contains("into itself"), "{error}");
}

#[test]
fn a_backup_is_consistent_while_runs_write() {
    let place = Place::new();
    let (archive, reader) = (place.archive(), place.archive());
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        let buying = scope.spawn(|| {
            for number in 0..300 {
                buy(&archive, &number.to_string());
            }
        });
        let mut copies = 0;
        while !buying.is_finished() || copies == 0 {
            let path = folder.path().join(format!("{copies}.db"));
            reader.backup(&path).unwrap();
            copies += 1;
            let copy = Archive::open_at(&ArchiveLocation::File(path), Access::ReadWrite, at_noon()).unwrap();
            assert!(copy.verify(|_| {}).unwrap().is_clean());
            let answers = listed(&copy, EntryFilter::default()).len() as u64;
            let booked: u64 = copy
                .usage(None, UsageDetail::Sums)
                .unwrap()
                .iter()
                .filter(|row| row.outcome == "data")
                .map(|row| row.attempts)
                .sum();
            assert_eq!(answers, booked);
        }
    });
    let live = place.archive();
    leave_in_flight(&live, &request("乐视"));
    let error = Place::new().archive().backup(&place.path).unwrap_err();
    assert!(error.to_string().contains("in use"), "{error}");
    let error = live.backup(&place.path).unwrap_err();
    assert!(error.to_string().contains("in use"), "{error}");
}

#[test]
fn a_backup_uses_the_name_of_an_interrupted_one_again_and_leaves_one_file() {
    let place = Place::new();
    let archive = place.archive();
    buy(&archive, "乐视");
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("copy.db");
    for name in ["copy.db.partial", "copy.db.partial-journal", "copy.db.partial-wal"] {
        std::fs::write(folder.path().join(name), "interrupted").unwrap();
    }
    archive.backup(&target).unwrap();
    let names: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["copy.db"]);
    let partial = folder.path().join("copy.db.partial");
    #[cfg(unix)]
    {
        let other = std::fs::File::create(&partial).unwrap();
        other.lock().unwrap();
        let error = archive.backup(&target).unwrap_err();
        assert!(error.to_string().contains("another run is writing it"), "{error}");
        std::fs::remove_file(&partial).unwrap();
    }
    std::fs::create_dir(&partial).unwrap();
    let error = archive.backup(&target).unwrap_err();
    assert!(error.to_string().contains("copy.db.partial"), "{error}");
    assert_eq!(Archive::open(&target, Access::ReadOnly).unwrap().verify(|_| {}).unwrap().checked, 1);
}

#[test]
fn a_backup_that_does_not_fit_on_its_disk_leaves_nothing() {
    let Some(disk) = SmallDisk::mount("size=64k") else { return };
    let place = Place::new();
    let archive = place.archive();
    buy(&archive, "乐视");
    let error = archive.backup(&disk.folder.path().join("copy.db")).unwrap_err();
    assert!(error.to_string().contains("copy.db: its disk is full"), "{error}");
    assert_eq!(std::fs::read_dir(disk.folder.path()).unwrap().count(), 0);
}

#[test]
fn usage_counts_by_the_day_in_china_and_from_a_moment_on() {
    let place = Place::new();
    let evening: fn() -> Timestamp = || moment("2026-01-01T15:59:59Z");
    let after_midnight: fn() -> Timestamp = || moment("2026-01-01T16:00:00Z");
    for clock in [evening, after_midnight] {
        let options = ArchiveOptions { clock, ..ArchiveOptions::default() };
        let archive = Archive::open_at(&place.location, Access::ReadWrite, options).unwrap();
        buy(&archive, &clock().to_string());
    }
    let archive = place.archive();
    assert_eq!(usage(&archive), ["market 2026-01-01 data yes 1", "market 2026-01-02 data yes 1"]);
    assert_eq!(archive.usage(Some(after_midnight()), UsageDetail::Sums).unwrap().len(), 1);
}

#[test]
fn a_copy_of_the_file_has_every_answer_of_a_run_after_a_checkpoint() {
    const PAGES: usize = 1_002;
    let (place, copy) = (Place::new(), Place::new());
    let archive = place.archive();
    for number in 0..PAGES {
        buy(&archive, &number.to_string());
    }
    archive.end_run();
    archive.checkpoint().unwrap();
    std::fs::create_dir_all(copy.path.parent().unwrap()).unwrap();
    std::fs::copy(&place.path, &copy.path).unwrap();
    assert_eq!(usage(&copy.archive()), [format!("market 2026-01-02 data yes {PAGES}")]);
}

#[test]
#[cfg_attr(windows, ignore = "only the handle that locked a file can unlock it there")]
fn an_import_tells_of_a_missing_log_and_of_runs_without_answers() {
    let warnings = |there: &Place| {
        let here = Place::new();
        let own = here.archive();
        own.import(&there.path).unwrap();
        let notices = own.take_notices();
        notices.iter().filter(|notice| notice.en().contains("log")).count()
    };
    let copy_without_log = |there: &Place| {
        let copy = Place::new();
        std::fs::create_dir_all(copy.path.parent().unwrap()).unwrap();
        std::fs::copy(&there.path, &copy.path).unwrap();
        copy
    };
    // Nothing has been copied from the log into the file yet.
    let there = Place::new();
    let dead = there.archive();
    buy(&dead, "乐视");
    assert_eq!(warnings(&copy_without_log(&there)), 1);
    assert_eq!(warnings(&there), 0);
    // A part has.
    dead.checkpoint().unwrap();
    buy(&dead, "小米");
    assert_eq!(warnings(&copy_without_log(&there)), 1);
    let backup = Place::new();
    std::fs::create_dir_all(backup.path.parent().unwrap()).unwrap();
    dead.backup(&backup.path).unwrap();
    assert_eq!(warnings(&backup), 0, "a backup needs no log, although it has an open run");
    kill(dead);
    assert_eq!(warnings(&there), 0);
    // All has.
    let there = Place::new();
    let ended = there.archive();
    buy(&ended, "乐视");
    ended.end_run();
    ended.checkpoint().unwrap();
    assert_eq!(warnings(&copy_without_log(&there)), 0);
    ended.prune(Timestamp::MAX).unwrap();
    ended.checkpoint().unwrap();
    drop(ended);
    assert_eq!(warnings(&there), 1);
}

#[test]
#[cfg_attr(windows, ignore = "only the handle that locked a file can unlock it there")]
fn an_import_carries_why_an_attempt_failed() {
    let (here, there) = (Place::new(), Place::new());
    let (own, other) = (here.archive(), there.archive());
    let refused = AttemptEnding {
        outcome: Err(FailureKind::Input),
        charged: Charged::No,
        code: Some("210".into()),
        ..bought()
    };
    let lease = granted(&other, &request("乐视"));
    other.complete(lease, refused, None).unwrap();
    buy(&other, "小米");
    leave_in_flight(&other, &request("华为"));
    kill(other);
    own.import(&there.path).unwrap();
    let failed = Failure {
        http_status: Some(200),
        code: Some("210".into()),
        request_id: Some("S-1".into()),
        ..Failure::local(FailureKind::Input, Message::default())
    };
    assert_eq!(own.last_failure(&request("乐视")).unwrap(), Some((noon(), failed)));
    assert_eq!(own.last_failure(&request("小米")).unwrap(), None);
    let (_, interrupted) = own.last_failure(&request("华为")).unwrap().unwrap();
    assert_eq!((interrupted.kind, interrupted.charged), (FailureKind::Interrupted, Charged::Unknown));
}

contract! {
    the_list_is_newest_first_and_filtered_and_can_be_broken_off
    a_list_longer_than_one_step_has_every_entry_once
    an_entry_shows_everything_and_a_missing_one_is_none
    an_export_is_lines_of_json_with_text_or_base64
    a_prune_removes_old_answers_gives_space_back_and_keeps_the_ledger
    a_number_is_never_given_to_another_answer
}
