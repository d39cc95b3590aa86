use super::*;
use crate::domain::change::{
    Change, ChangeKind, Comparison, ComparisonStatus, Incomparable, SnapshotSummary,
};
use crate::domain::date::moment_in_shanghai;
use crate::domain::page::Page;
use crate::domain::record::{Record, RecordMatch, Row, Topic};
use crate::provider::market;
use jiff::Timestamp;
use serde_json::json;
use std::convert::Infallible;

/// A dishonest record by its key, with one value that may change.
fn record(key: &str, performance: &str) -> Record {
    Record::new(Topic::Dishonest).with("record_key", key).with("performance", performance)
}

fn row(record: Record) -> Row {
    Row {
        query: "某公司".into(),
        provider: market::ID,
        record_match: RecordMatch::Undecided,
        input_row: 1,
        record,
    }
}

fn page(number: u32, total: u64, records: Vec<Record>) -> (u32, Page) {
    (number, Page { records, unreadable: 0, total: Some(total) })
}

fn unpaid(keys: &str) -> Vec<Record> {
    keys.chars().map(|key| record(&key.to_string(), "全部未履行")).collect()
}

/// A complete list of one page, with a record for each character.
fn whole(keys: &str) -> Snapshot {
    of_pages(vec![page(1, keys.chars().count() as u64, unpaid(keys))])
}

/// The first page of a longer list.
fn partial(keys: &str) -> Snapshot {
    of_pages(vec![page(1, 30, unpaid(keys))])
}

fn of_pages(pages: Vec<(u32, Page)>) -> Snapshot {
    Snapshot::from_pages(second(0), pages, row)
}

/// "+a" is added, "-a" removed, "~a" changed, "!a" listed again.
fn words(changes: &[Change]) -> String {
    let word = |change: &Change| {
        let sign = match change.kind {
            ChangeKind::Added => '+',
            ChangeKind::Removed => '-',
            ChangeKind::Changed => '~',
            ChangeKind::Reappeared => '!',
        };
        format!("{sign}{}", change.row.record.text("record_key").unwrap_or_default())
    };
    changes.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// Compares a history, the oldest first; snapshot `n` is from second `n`.
fn compare(snapshots: Vec<(&str, Snapshot)>, baseline: Baseline) -> Comparison {
    let mut entries: Vec<_> =
        (0_i64..).zip(&snapshots).map(|(place, (endpoint, _))| (*endpoint, second(place))).collect();
    entries.reverse();
    let mut loaded: Vec<Option<Snapshot>> =
        snapshots.into_iter().rev().map(|(_, snapshot)| Some(snapshot)).collect();
    for ((_, taken_at), snapshot) in entries.iter().zip(&mut loaded) {
        snapshot.as_mut().expect("not read yet").taken_at = *taken_at;
    }
    compare_history(&entries, baseline, |position| {
        Ok::<_, Infallible>(loaded[position].take().expect("a snapshot is read once"))
    })
    .unwrap()
}

fn second(number: i64) -> Timestamp {
    Timestamp::from_second(number).unwrap()
}

fn one_seller(snapshots: Vec<Snapshot>) -> Vec<(&'static str, Snapshot)> {
    snapshots.into_iter().map(|snapshot| ("https://one.example", snapshot)).collect()
}

fn assert_comparison(
    comparison: &Comparison,
    status: ComparisonStatus,
    reason: Option<Incomparable>,
    changes: &str,
) {
    assert_eq!((comparison.status, comparison.reason), (status, reason));
    assert_eq!(words(&comparison.changes), changes);
}

#[test]
fn a_list_is_whole_if_its_pages_agree_and_its_different_records_reach_the_total() {
    assert!(whole("abc").is_whole);
    assert!(whole("").is_whole, "the vendor has nothing");
    let pages = |first: (u32, u64, &str), second: (u32, u64, &str)| {
        of_pages([first, second].map(|(number, total, keys)| page(number, total, unpaid(keys))).into())
    };
    assert!(pages((1, 4, "ab"), (2, 4, "cd")).is_whole);
    assert!(pages((1, 4, "ab"), (2, 0, "cd")).is_whole, "a later page may not repeat the total");
    assert!(!pages((1, 4, "ab"), (2, 5, "cd")).is_whole, "the list grew while it was read");
    assert!(!pages((1, 5, "ab"), (2, 4, "cd")).is_whole, "the list shrank while it was read");
    assert!(!pages((1, 4, "ab"), (2, 4, "ab")).is_whole, "a page was repeated");
    assert!(!pages((1, 4, "ab"), (2, 4, "bc")).is_whole, "a record was repeated");
    assert!(!pages((1, 4, "ab"), (3, 4, "cd")).is_whole, "a page failed");
    assert!(!of_pages(vec![page(2, 2, unpaid("ab"))]).is_whole, "only a later page was read");
    assert!(!partial("ab").is_whole, "the limit was reached");
    assert!(!of_pages(Vec::new()).is_whole);
    let without_total = (1, Page { records: unpaid("a"), unreadable: 0, total: None });
    assert!(!of_pages(vec![without_total]).is_whole);
}

#[test]
fn records_are_added_removed_changed_and_listed_again() {
    let changed =
        of_pages(vec![page(1, 3, vec![record("a", "全部已履行"), record("c", "x"), record("d", "x")])]);
    let comparison = compare(one_seller(vec![whole("d"), whole("ab"), changed]), Baseline::Previous);
    assert_comparison(&comparison, ComparisonStatus::Changed, None, "~a +c !d -b");
    let fields = comparison.changes[0].fields_document().unwrap();
    assert_eq!(fields, json!([{"field": "performance", "old": "全部未履行", "new": "全部已履行"}]));
    assert_eq!(comparison.changes[1].fields_document(), None);
    let summary =
        |number, records| Some(SnapshotSummary { fetched_at: moment_in_shanghai(second(number)), records });
    assert_eq!((comparison.older, comparison.newer), (summary(1, 2), summary(2, 3)));
}

#[test]
fn records_that_moved_between_pages_have_not_changed() {
    let before = of_pages(vec![page(1, 4, unpaid("ab")), page(2, 4, unpaid("cd"))]);
    let after = of_pages(vec![page(1, 4, unpaid("dcba"))]);
    let comparison = compare(one_seller(vec![before, after]), Baseline::Previous);
    assert_comparison(&comparison, ComparisonStatus::Unchanged, None, "");
}

#[test]
fn counters_and_the_vendors_numbering_are_no_change() {
    let numbered = |id: &str, key: Option<&str>, followers| {
        let record = {
            let mut record = Record::new(Topic::Dishonest)
                .with("id", id)
                .with("record_key", key)
                .with("subject_id", id)
                .with("name", "某公司")
                .with("case_number", "(2023)京0105执1号")
                .with("published_on", "2023-01-02")
                .with("followers", followers)
                .with("legal_person_companies", followers);
            record.extra = Some(json!({"views": followers}));
            record
        };
        of_pages(vec![page(1, 1, vec![record])])
    };
    for key in [Some("k"), None] {
        let comparison =
            compare(one_seller(vec![numbered("1", key, 1), numbered("2", key, 5)]), Baseline::Previous);
        assert_comparison(&comparison, ComparisonStatus::Unchanged, None, "");
    }
}

#[test]
fn two_records_of_one_case_are_never_paired_by_it() {
    let case = |id: &str| {
        Record::new(Topic::Dishonest)
            .with("id", id)
            .with("name", "某公司")
            .with("case_number", "(2023)京0105执1号")
            .with("published_on", "2023-01-02")
    };
    let before = of_pages(vec![page(1, 2, vec![case("1"), case("2")])]);
    let after = of_pages(vec![page(1, 2, vec![case("3"), case("4")])]);
    let comparison = compare(one_seller(vec![before, after]), Baseline::Previous);
    assert_eq!(comparison.changes.len(), 4);
}

#[test]
fn an_incomplete_list_removes_nothing() {
    let comparison = compare(one_seller(vec![whole("abc"), partial("ad")]), Baseline::Previous);
    let reason = Some(Incomparable::NewestIncomplete);
    assert_comparison(&comparison, ComparisonStatus::Incomplete, reason, "+d");
    assert_eq!(comparison.newest_whole, Some(second(0)));
}

#[test]
fn an_incomplete_list_hides_no_change_that_complete_ones_showed() {
    let comparison = compare(one_seller(vec![whole("abc"), whole("ab"), partial("ad")]), Baseline::Previous);
    let reason = Some(Incomparable::NewestIncomplete);
    assert_comparison(&comparison, ComparisonStatus::Incomplete, reason, "+d -c");
}

#[test]
fn a_complete_list_is_never_compared_with_an_incomplete_one() {
    let comparison = compare(one_seller(vec![whole("abc"), partial("a"), whole("abc")]), Baseline::Previous);
    assert_comparison(&comparison, ComparisonStatus::Unchanged, None, "");
    let comparison = compare(one_seller(vec![partial("a"), partial("ab")]), Baseline::Previous);
    let reason = Some(Incomparable::NeverComplete);
    assert_comparison(&comparison, ComparisonStatus::Incomplete, reason, "");
}

#[test]
fn an_unreadable_snapshot_is_passed_over() {
    let comparison =
        compare(one_seller(vec![whole("a"), of_pages(Vec::new()), whole("b")]), Baseline::Previous);
    assert_comparison(&comparison, ComparisonStatus::Changed, None, "+b -a");
    let comparison =
        compare(one_seller(vec![whole("a"), whole("b"), of_pages(Vec::new())]), Baseline::Previous);
    let reason = Some(Incomparable::NewestIncomplete);
    assert_comparison(&comparison, ComparisonStatus::Incomplete, reason, "+b -a");
}

#[test]
fn the_first_complete_list_is_a_baseline() {
    let comparison = compare(one_seller(vec![partial("a"), whole("ab")]), Baseline::Previous);
    assert_comparison(&comparison, ComparisonStatus::Baseline, None, "");
    let comparison = compare(Vec::new(), Baseline::Previous);
    assert_comparison(&comparison, ComparisonStatus::NeverAsked, None, "");
}

#[test]
fn lists_of_two_endpoints_are_not_compared() {
    let history = vec![("https://one.example", whole("ab")), ("https://two.example", whole("cd"))];
    let comparison = compare(history, Baseline::Previous);
    let reason = Some(Incomparable::OtherEndpoint);
    assert_comparison(&comparison, ComparisonStatus::Incomplete, reason, "");
    let history = vec![
        ("https://two.example", whole("c")),
        ("https://one.example", whole("ab")),
        ("https://two.example", whole("cd")),
    ];
    assert_comparison(&compare(history, Baseline::Previous), ComparisonStatus::Changed, None, "+d");
}

#[test]
fn since_compares_with_the_newest_complete_list_before_the_day() {
    let history = || one_seller(vec![whole("a"), whole("ab"), partial("x"), whole("abc"), whole("abcd")]);
    for (since, changes) in [(1, "+b +c +d"), (2, "+c +d"), (3, "+c +d"), (4, "+d")] {
        let comparison = compare(history(), Baseline::Before(second(since)));
        assert_comparison(&comparison, ComparisonStatus::Changed, None, changes);
    }
    let comparison = compare(history(), Baseline::Before(second(0)));
    assert_comparison(&comparison, ComparisonStatus::Baseline, None, "");
    let comparison = compare(history(), Baseline::Before(second(5)));
    let reason = Some(Incomparable::NotQueriedSince);
    assert_comparison(&comparison, ComparisonStatus::Incomplete, reason, "");
}

#[test]
fn a_mark_is_compared_with_what_came_after_it() {
    let history = || one_seller(vec![whole("a"), whole("ab"), whole("abc")]);
    let marked = |at| Baseline::Marked(Some(second(at)));
    assert_comparison(&compare(history(), marked(0)), ComparisonStatus::Changed, None, "+b +c");
    assert_comparison(&compare(history(), marked(2)), ComparisonStatus::Unchanged, None, "");
    assert_comparison(&compare(history(), Baseline::Marked(None)), ComparisonStatus::Baseline, None, "");
    let gone = compare(one_seller(vec![whole("a")]), marked(-1));
    assert_comparison(&gone, ComparisonStatus::Incomplete, Some(Incomparable::BaselineGone), "");
    let mut with_a_failure = history();
    with_a_failure.push(("https://one.example", of_pages(Vec::new())));
    let reason = Some(Incomparable::NewestIncomplete);
    assert_comparison(&compare(with_a_failure, marked(2)), ComparisonStatus::Incomplete, reason, "");
}

#[test]
fn copyrights_are_paired_by_their_registration_number_in_any_spelling() {
    let list = |number: &str, status: &str| {
        let record = Record::new(Topic::Copyright).with("registration_number", number).with("status", status);
        of_pages(vec![page(1, 1, vec![record])])
    };
    let comparison = compare(
        one_seller(vec![list("2017SR012345", "有效"), list("2017sr12345", "无效")]),
        Baseline::Previous,
    );
    assert_eq!(comparison.changes.len(), 1);
    let fields: Vec<_> = comparison.changes[0].fields.iter().map(|field| field.column.key).collect();
    assert_eq!(fields, ["status"]);
}

#[test]
fn an_entry_of_a_history_that_changed_is_not_gone_and_new() {
    let entry = |version: &str, is_history: bool| {
        let record = Record::new(Topic::Copyright).with("registration_number", "2017SR012345");
        record.with("version", version).with("is_history", is_history)
    };
    let list = |entries: Vec<Record>| of_pages(vec![page(1, entries.len() as u64, entries)]);
    let kinds = |older, newer| {
        let comparison = compare(one_seller(vec![list(older), list(newer)]), Baseline::Previous);
        comparison.changes.iter().map(|change| change.kind).collect::<Vec<_>>()
    };
    let (current, history) = (|version| entry(version, false), |version| entry(version, true));
    assert_eq!(kinds(vec![history("1")], vec![history("2")]), [ChangeKind::Changed]);
    assert_eq!(kinds(vec![current("1")], vec![history("1")]), [ChangeKind::Changed]);
    assert_eq!(
        kinds(vec![current("1")], vec![current("2"), history("1")]),
        [ChangeKind::Changed, ChangeKind::Added]
    );
    let two = |one, other| vec![history(one), history(other)];
    assert_eq!(kinds(two("1", "2"), two("3", "4")).len(), 4, "which is which is not known");
}
