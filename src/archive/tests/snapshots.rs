//! Snapshots: recorded, derived from an older archive, marked, pruned and imported.

use super::*;
use crate::archive::store::params;
use crate::domain::request::ProviderId;
use crate::provider::{ihuyi, market};

const PROVIDERS: [ProviderId; 1] = [market::ID];

fn page_of(keyword: &str, page: u32) -> Request {
    let mut request = request(keyword);
    request.parameters =
        vec![("keyword", keyword.into()), ("pageNum", page.to_string()), ("pageSize", "20".into())];
    request
}

fn buy_page(archive: &Archive, keyword: &str, page: u32) -> AnswerId {
    let request = page_of(keyword, page);
    let lease = match archive.acquire(&request, moment("2030-01-01T00:00:00Z")).unwrap() {
        Acquired::Granted(lease) => lease,
        other => panic!("not granted: {other:?}"),
    };
    let received_at = (archive.options.clock)();
    let kept = Keep { received_at, ..keep(&request, b"{}") };
    archive.complete(lease, bought(), Some(kept)).unwrap().unwrap()
}

fn snapshot(pages: &[(u32, AnswerId)], is_whole: bool) -> NewSnapshot {
    NewSnapshot {
        provider: market::ID.as_str().into(),
        question: r#"{"form":"market/dishonest@1","ask":{"keyword":"甲"}}"#.into(),
        keyword: "甲".into(),
        kind: Some("name".into()),
        endpoint: "https://market.example/list".into(),
        pages: pages.to_vec(),
        taken_at: Some(noon()),
        total: Some(2),
        records: Some(2),
        is_whole: Some(is_whole),
    }
}

fn record(archive: &Archive, snapshot: NewSnapshot) {
    archive.record_snapshot(snapshot);
    archive.write(|_| Ok(())).unwrap();
    assert_eq!(archive.take_notices(), []);
}

fn only_query(archive: &Archive) -> StoredQuery {
    let mut queries = Vec::new();
    archive
        .for_each_query::<ArchiveError>(&PROVIDERS, |query| {
            queries.push(query);
            Ok(())
        })
        .unwrap();
    assert_eq!(queries.len(), 1, "{queries:?}");
    queries.remove(0)
}

fn snapshots(archive: &Archive) -> Vec<(Vec<u32>, Option<bool>)> {
    let query = archive.queries_for(market::ID, "甲").unwrap().remove(0);
    let snapshots = archive.snapshots_of(query.id).unwrap();
    snapshots
        .into_iter()
        .map(|snapshot| (snapshot.pages.iter().map(|(page, _)| *page).collect(), snapshot.is_whole))
        .collect()
}

fn the_same_answers_are_one_snapshot_which_may_become_whole(place: &Place) {
    let archive = place.archive();
    let id = buy_page(&archive, "甲", 1);
    record(&archive, snapshot(&[(1, id)], false));
    assert_eq!(snapshots(&archive), [(vec![1], Some(false))]);
    record(&archive, snapshot(&[(1, id)], true));
    record(&archive, NewSnapshot { total: None, records: Some(1), ..snapshot(&[(1, id)], false) });
    assert_eq!(snapshots(&archive), [(vec![1], Some(true))]);
    let counts = archive.read(|sql| sql.first("SELECT total, records, taken_at FROM snapshots", params![]));
    let counts = counts.unwrap().unwrap();
    assert_eq!((counts.get::<Option<i64>>(0).unwrap(), counts.get::<i64>(1).unwrap()), (None, 1));
    assert_eq!(counts.moment(2).unwrap(), noon());
    let query = only_query(&archive);
    assert_eq!((query.provider.as_str(), query.keyword.as_str()), ("market", "甲"));
    assert_eq!(query.kind.as_deref(), Some("name"));
    assert_eq!(archive.queries_for(market::ID, "甲").unwrap(), [query]);
    assert_eq!(archive.queries_for(ihuyi::ID, "甲").unwrap(), []);
}

fn a_query_without_an_answer_has_a_snapshot_without_pages(place: &Place) {
    let archive = place.archive();
    record(&archive, snapshot(&[], false));
    assert_eq!(snapshots(&archive), [(vec![], Some(false))]);
}

#[test]
fn an_older_archive_gets_a_snapshot_for_what_each_run_bought() {
    let place = Place::new();
    let mut archive = place.archive();
    buy_page(&archive, "甲", 1);
    buy_page(&archive, "甲", 2);
    drop(archive);
    let clock = || moment("2026-01-02T13:00:00Z");
    archive =
        Archive::open_at(&place.location, Access::ReadWrite, ArchiveOptions { clock, ..at_noon() }).unwrap();
    buy_page(&archive, "甲", 1);
    drop(archive);
    place.sql(
        "DROP TABLE snapshots; DROP TABLE queries; DROP TABLE marks; DROP TABLE sharded_lists;
         DROP TABLE calls_by_day; DROP TABLE latest_requests; DROP TRIGGER attempts_begun; DROP TRIGGER attempts_ended;
         DROP TRIGGER attempts_released;
         DROP INDEX attempts_without_answer; PRAGMA user_version = 4",
    );
    archive = place.archive();
    let mut found = snapshots(&archive);
    found.sort();
    assert_eq!(found, [(vec![1], None), (vec![1, 2], None)]);
    // What a run records later belongs to the same query.
    let id = buy_page(&archive, "甲", 1);
    record(&archive, snapshot(&[(1, id)], true));
    assert_eq!(snapshots(&archive).len(), 3);
}

#[test]
fn answers_without_a_run_are_snapshots_by_themselves_and_evidence_is_none() {
    let place = Place::new();
    let archive = place.archive();
    buy_page(&archive, "甲", 1);
    buy_page(&archive, "甲", 2);
    drop(archive);
    place.sql(
        "DROP TABLE snapshots; DROP TABLE queries; DROP TABLE marks; DROP TABLE sharded_lists;
         DROP TABLE calls_by_day; DROP TABLE latest_requests; DROP TRIGGER attempts_begun; DROP TRIGGER attempts_ended;
         DROP TRIGGER attempts_released;
         DROP INDEX attempts_without_answer; PRAGMA user_version = 4;
         DELETE FROM attempts;
         INSERT INTO answers SELECT id + 10, key_hash, provider, form, endpoint, question, received_at, http_status,
             serial, 'evidence', sha256, size, encoding, body FROM answers;
         INSERT INTO answers SELECT 99, key_hash, provider, form, endpoint, 'not JSON', received_at, http_status,
             serial, finding, sha256, size, encoding, body FROM answers WHERE id = 1",
    );
    let mut found = snapshots(&place.archive());
    found.sort();
    assert_eq!(found, [(vec![1], None), (vec![2], None)]);
}

fn a_snapshot_is_committed_before_a_later_change_and_before_the_end_of_the_run(place: &Place) {
    let archive = place.archive();
    let id = buy_page(&archive, "甲", 1);
    archive.record_snapshot(snapshot(&[(1, id)], true));
    let other = buy_page(&archive, "甲", 2);
    assert_eq!(snapshots(&archive).len(), 1);
    archive.record_snapshot(snapshot(&[(1, id), (2, other)], true));
    archive.end_run();
    assert_eq!(snapshots(&archive).len(), 2);
    archive.record_snapshot(snapshot(&[(2, other)], true));
    archive.end_run();
    assert_eq!(snapshots(&archive).len(), 3, "without a run, too");
}

#[test]
fn a_snapshot_is_committed_although_the_run_does_nothing_more() {
    let place = Place::new();
    let archive = place.archive();
    let id = buy_page(&archive, "甲", 1);
    archive.record_snapshot(snapshot(&[(1, id)], true));
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while archive.queries_for(market::ID, "甲").unwrap().is_empty() {
        assert!(std::time::Instant::now() < deadline, "it is not committed");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

#[test]
fn a_snapshot_that_cannot_be_recorded_is_a_notice_and_fails_no_purchase() {
    let place = Place::new();
    let archive = place.archive();
    let id = buy_page(&archive, "甲", 1);
    place.sql("DROP TABLE snapshots");
    archive.record_snapshot(snapshot(&[(1, id)], true));
    buy_page(&archive, "甲", 2);
    notices(&archive, ["a result was not recorded for `hecha changes`"]);
}

fn marks_are_kept_by_name_and_move(place: &Place) {
    let archive = place.archive();
    assert!(!archive.has_mark("weekly").unwrap());
    archive.mark("weekly", &[(1, noon()), (2, long_ago())]).unwrap();
    archive.mark("weekly", &[(2, noon())]).unwrap();
    archive.mark("monthly", &[(1, long_ago())]).unwrap();
    assert!(archive.has_mark("weekly").unwrap());
    let marked = |name, query| archive.marked_at(name, query).unwrap();
    assert_eq!(
        [marked("weekly", 1), marked("weekly", 2), marked("weekly", 3)],
        [Some(noon()), Some(noon()), None]
    );
    assert_eq!(marked("monthly", 1), Some(long_ago()));
}

fn a_prune_deletes_the_snapshots_of_deleted_answers(place: &Place) {
    let archive = place.archive();
    let id = buy_page(&archive, "甲", 1);
    record(&archive, snapshot(&[(1, id)], true));
    archive.prune(long_ago()).unwrap();
    assert_eq!(snapshots(&archive).len(), 1);
    let prune_all = || archive.prune(moment("2027-01-01T00:00:00Z")).unwrap();
    prune_all();
    assert_eq!(archive.queries_for(market::ID, "甲").unwrap(), []);
    // A run that was under way records its result after that; an interrupted prune leaves the same.
    record(&archive, snapshot(&[(1, id)], true));
    prune_all();
    assert_eq!(archive.queries_for(market::ID, "甲").unwrap(), []);
}

#[test]
fn an_import_groups_the_answers_that_each_run_bought() {
    let (here, there) = (Place::new(), Place::new());
    let archive = there.archive();
    buy_page(&archive, "甲", 1);
    buy_page(&archive, "甲", 2);
    drop(archive);
    let archive = here.archive();
    buy_page(&archive, "乙", 1);
    archive.import(&there.path).unwrap();
    archive.import(&there.path).unwrap();
    let query = archive.queries_for(market::ID, "甲").unwrap().remove(0);
    let found = archive.snapshots_of(query.id).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].pages.iter().map(|(page, _)| *page).collect::<Vec<_>>(), [1, 2]);
}

fn an_import_has_the_snapshots_and_the_marks_of_the_other_archive(place: &Place) {
    let there = Place::new();
    let other = there.archive();
    let ids = [1, 2].map(|page| buy_page(&other, "甲", page));
    record(&other, snapshot(&[(1, ids[0]), (2, ids[1])], true));
    // Read again by a run that failed at the second page, then by one that got no page.
    record(
        &other,
        NewSnapshot { taken_at: Some(moment("2026-01-03T12:00:00Z")), ..snapshot(&[(1, ids[0])], false) },
    );
    record(&other, NewSnapshot { taken_at: Some(moment("2026-01-04T12:00:00Z")), ..snapshot(&[], false) });
    other.mark("weekly", &[(only_query(&other).id, noon())]).unwrap();
    other.mark("monthly", &[(only_query(&other).id, noon())]).unwrap();
    there.sql("INSERT INTO snapshots (query, endpoint, pages, taken_at) SELECT query, endpoint, '[[2,2]]', 0 FROM snapshots WHERE id = 1");
    let expected = snapshots(&other);
    drop(other);
    let archive = place.archive();
    buy_page(&archive, "乙", 1);
    archive.import(&there.path).unwrap();
    let query = archive.queries_for(market::ID, "甲").unwrap().remove(0);
    assert_eq!(query.kind.as_deref(), Some("name"));
    assert_eq!(snapshots(&archive), expected);
    for snapshot in archive.snapshots_of(query.id).unwrap() {
        for (page, id) in snapshot.pages {
            assert_eq!(archive.entry(id).unwrap().unwrap().summary.question, page_of("甲", page).key());
        }
    }
    assert_eq!(archive.marked_at("weekly", query.id).unwrap(), Some(noon()));
    archive.mark("weekly", &[(query.id, long_ago())]).unwrap();
    archive.import(&there.path).unwrap();
    assert_eq!(snapshots(&archive), expected);
    assert_eq!(
        archive.marked_at("weekly", query.id).unwrap(),
        Some(long_ago()),
        "a mark that is set here stays"
    );
    assert_eq!(archive.marked_at("monthly", query.id).unwrap(), Some(noon()));
}

fn an_imported_snapshot_that_lacks_an_answer_is_not_whole(place: &Place) {
    let there = Place::new();
    let other = there.archive();
    let id = buy_page(&other, "甲", 1);
    record(&other, snapshot(&[(1, id)], true));
    drop(other);
    there.sql("UPDATE answers SET body = x'00'");
    let archive = place.archive();
    archive.import(&there.path).unwrap();
    assert_eq!(snapshots(&archive), [(vec![], Some(false))]);
}

fn an_import_knows_every_kind_of_keyword(place: &Place) {
    let there = Place::new();
    let keywords = ["ent_name", "ent_code", "organization_code", "reg_no"];
    let other = there.archive();
    for keyword in keywords {
        let request = Request {
            provider: ihuyi::ID,
            form: "ihuyi/entcopy@1",
            endpoint: "https://ihuyi.example/Submit.json".into(),
            parameters: vec![(keyword, keyword.into()), ("page_index", "1".into())],
        };
        let lease = granted(&other, &request);
        other.complete(lease, bought(), Some(keep(&request, &body_of(keyword)))).unwrap();
    }
    drop(other);
    let archive = place.archive();
    archive.import(&there.path).unwrap();
    for keyword in keywords {
        assert_eq!(archive.queries_for(ihuyi::ID, keyword).unwrap().len(), 1, "{keyword}");
    }
}

#[test]
fn what_was_opened_for_reading_records_nothing() {
    let place = Place::new();
    let id = buy_page(&place.archive(), "甲", 1);
    let archive = Archive::open(&place.path, Access::ReadOnly).unwrap();
    archive.record_snapshot(snapshot(&[(1, id)], true));
    assert_eq!(archive.queries_for(market::ID, "甲").unwrap(), []);
}

contract! {
    the_same_answers_are_one_snapshot_which_may_become_whole
    a_query_without_an_answer_has_a_snapshot_without_pages
    a_snapshot_is_committed_before_a_later_change_and_before_the_end_of_the_run
    marks_are_kept_by_name_and_move
    a_prune_deletes_the_snapshots_of_deleted_answers
    an_import_has_the_snapshots_and_the_marks_of_the_other_archive
    an_imported_snapshot_that_lacks_an_answer_is_not_whole
    an_import_knows_every_kind_of_keyword
}
