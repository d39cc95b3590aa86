//! Finding, acquiring, completing; several runs and several threads; crashed runs.

use super::*;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::Duration;

fn a_bought_answer_is_found_again_as_it_was_received(place: &Place) {
    let archive = place.archive();
    assert_eq!(archive.find(&request("乐视"), long_ago()).unwrap(), None);
    let id = buy(&archive, "乐视");
    let stored = archive.find(&request("乐视"), long_ago()).unwrap().unwrap();
    let expected = StoredAnswer {
        id,
        body: body_of("乐视"),
        http_status: 200,
        received_at: noon(),
        serial: Some("S-1".into()),
        finding: Finding::Records,
    };
    assert_eq!(stored, expected);
    assert_eq!(archive.acquire(&request("乐视"), long_ago()).unwrap(), Acquired::Stored(expected));
    assert_eq!(archive.find(&request("小米"), long_ago()).unwrap(), None);
    assert_eq!(usage(&archive), ["market 2026-01-02 data yes 1"]);
}

fn an_abandoned_attempt_frees_the_page_and_is_booked_as_interrupted(place: &Place) {
    let archive = place.archive();
    leave_in_flight(&archive, &request("乐视"));
    assert!(is_busy(&archive, &request("乐视")));
    archive.end_run();
    buy(&archive, "乐视");
    assert_eq!(usage(&archive), ["market 2026-01-02 data yes 1", "market 2026-01-02 interrupted unknown 1"]);
}

fn a_released_lease_frees_the_page_and_is_not_booked(place: &Place) {
    let archive = place.archive();
    archive.release(granted(&archive, &request("乐视"))).unwrap();
    assert_eq!(usage(&archive), [""; 0]);
    let other = place.archive();
    other.release(granted(&other, &request("乐视"))).unwrap();
    archive.end_run();
    other.end_run();
    assert_eq!(usage(&archive), [""; 0]);
}

fn a_lease_tells_of_an_earlier_attempt_that_may_have_been_charged(place: &Place) {
    let archive = place.archive();
    let lease = granted(&archive, &request("乐视"));
    assert_eq!(lease.uncertain_since(), None);
    archive.end_run();
    let lease = granted(&archive, &request("乐视"));
    assert_eq!(lease.uncertain_since(), None, "an interrupted run may be repeated");
    let lost = AttemptEnding {
        outcome: Err(FailureKind::Temporary),
        charged: Charged::Unknown,
        http_status: None,
        code: None,
        serial: None,
    };
    archive.complete(lease, lost, None).unwrap();
    let lease = granted(&archive, &request("乐视"));
    assert_eq!(lease.uncertain_since(), Some(noon()));
    archive.release(lease).unwrap();
    let later = noon() + Duration::from_millis(1);
    let Acquired::Granted(lease) = archive.acquire(&request("乐视"), later).unwrap() else { panic!() };
    assert_eq!(lease.uncertain_since(), None, "it is older than an answer may be");
    archive.release(lease).unwrap();
    assert_eq!(granted(&archive, &request("小米")).uncertain_since(), None);
}

#[test]
#[cfg_attr(windows, ignore = "the name of the machine is not read there")]
fn the_holder_of_a_lease_is_named() {
    let place = Place::new();
    let (one, two) = (place.archive(), place.archive());
    let _lease = granted(&one, &request("乐视"));
    for (archive, is_this_run) in [(&one, true), (&two, false)] {
        let holder = LeaseHolder { is_this_run, host: RunOwner::default().host, pid: std::process::id() };
        assert!(!holder.host.is_empty());
        assert_eq!(archive.acquire(&request("乐视"), long_ago()).unwrap(), Acquired::Busy(holder));
    }
}

fn only_an_answer_that_is_fresh_enough_is_found(place: &Place) {
    let archive = place.archive();
    buy(&archive, "乐视");
    assert!(archive.find(&request("乐视"), noon()).unwrap().is_some());
    let later = noon() + Duration::from_millis(1);
    assert_eq!(archive.find(&request("乐视"), later).unwrap(), None);
    assert!(matches!(archive.acquire(&request("乐视"), later).unwrap(), Acquired::Granted(_)));
}

fn an_answer_from_the_future_is_fresh_only_if_any_age_is(place: &Place) {
    let archive = place.archive();
    let question = request("乐视");
    for (seconds, is_fresh) in [(4, true), (6, false), (100 * 365 * 86_400, false)] {
        let lease = match archive.acquire(&question, noon() + Duration::from_secs(seconds)).unwrap() {
            Acquired::Granted(lease) => lease,
            other => panic!("{other:?}"),
        };
        let received_at = noon() + Duration::from_secs(seconds);
        let body = seconds.to_string();
        archive
            .complete(lease, bought(), Some(Keep { received_at, ..keep(&question, body.as_bytes()) }))
            .unwrap();
        let found = archive.find(&question, long_ago()).unwrap().unwrap();
        assert_eq!(found.body == body.as_bytes(), is_fresh);
        let found = archive.acquire(&question, noon()).unwrap();
        assert!(matches!(found, Acquired::Stored(answer) if (answer.body == body.as_bytes()) == is_fresh));
        assert_eq!(archive.find(&question, Timestamp::MIN).unwrap().unwrap().body, body.as_bytes());
    }
}

fn of_several_answers_the_newest_is_found(place: &Place) {
    let archive = place.archive();
    let question = request("乐视");
    for (received_at, body) in [("2026-01-02T11:00:00Z", "old"), ("2026-01-02T11:30:00Z", "new")] {
        let claim = archive.acquire(&question, noon()).unwrap();
        let Acquired::Granted(lease) = claim else { panic!("{claim:?}") };
        let kept = Keep { received_at: moment(received_at), ..keep(&question, body.as_bytes()) };
        archive.complete(lease, bought(), Some(kept)).unwrap();
    }
    assert_eq!(archive.find(&question, long_ago()).unwrap().unwrap().body, b"new");
}

fn no_data_is_an_answer_and_evidence_is_not(place: &Place) {
    let archive = place.archive();
    let (empty, unreadable) = (request("empty"), request("unreadable"));
    for (question, outcome) in [(&empty, Ok(Finding::Nothing)), (&unreadable, Err(FailureKind::Answer))] {
        let (lease, ending) = (granted(&archive, question), AttemptEnding { outcome, ..bought() });
        archive.complete(lease, ending, Some(keep(question, b"<html>"))).unwrap();
    }
    assert_eq!(archive.find(&empty, long_ago()).unwrap().unwrap().finding, Finding::Nothing);
    assert_eq!(archive.find(&unreadable, long_ago()).unwrap(), None);
    assert!(matches!(archive.acquire(&unreadable, long_ago()).unwrap(), Acquired::Granted(_)));
}

fn refusals_are_booked_and_store_nothing(place: &Place) {
    let archive = place.archive();
    let question = request("乐视");
    let lease = granted(&archive, &question);
    let refused = AttemptEnding { outcome: Err(FailureKind::Account), charged: Charged::No, ..bought() };
    assert_eq!(archive.complete(lease, refused, None).unwrap(), None);
    assert_eq!(archive.find(&question, long_ago()).unwrap(), None);
    assert_eq!(usage(&archive), ["market 2026-01-02 failed:account no 1"]);
}

fn what_a_living_run_is_buying_is_busy_for_all_and_then_stored(place: &Place) {
    let (one, two) = (place.archive(), place.archive());
    let question = request("乐视");
    let lease = granted(&one, &question);
    assert!(is_busy(&two, &question));
    assert!(is_busy(&one, &question));
    assert_eq!(usage(&two), ["market 2026-01-02 under-way unknown 1"]);
    one.complete(lease, bought(), Some(keep(&question, b"body"))).unwrap();
    assert!(matches!(two.acquire(&question, long_ago()).unwrap(), Acquired::Stored(_)));
    assert_eq!(usage(&two), ["market 2026-01-02 data yes 1"]);
}

#[test]
#[cfg_attr(windows, ignore = "only the handle that locked a file can unlock it there")]
fn what_a_dead_run_was_buying_is_free_and_booked_as_interrupted() {
    let place = Place::new();
    let (dead, living) = (place.archive(), place.archive());
    leave_in_flight(&dead, &request("乐视"));
    leave_in_flight(&dead, &request("小米"));
    leave_in_flight(&living, &request("华为"));
    kill(dead);
    assert_eq!(place.lock_files(), 2);
    let expected = ["market 2026-01-02 interrupted unknown 2", "market 2026-01-02 under-way unknown 1"];
    assert_eq!(usage(&living), expected, "even before the next run cleans up");
    assert!(matches!(living.acquire(&request("乐视"), long_ago()).unwrap(), Acquired::Granted(_)));
    let expected = ["market 2026-01-02 interrupted unknown 2", "market 2026-01-02 under-way unknown 2"];
    assert_eq!(usage(&living), expected);
    assert_eq!(place.lock_files(), 1);
}

#[test]
#[cfg_attr(windows, ignore = "only the handle that locked a file can unlock it there")]
fn a_new_run_cleans_up_after_dead_ones_and_their_orphaned_lock_files() {
    let place = Place::new();
    let dead = place.archive();
    leave_in_flight(&dead, &request("乐视"));
    kill(dead);
    let orphan = files::beside(&place.path, "-run-00ff.lock");
    std::fs::write(&orphan, "").unwrap();
    let other_archives = place.path.with_file_name("other.db-run-00ff.lock");
    std::fs::write(&other_archives, "").unwrap();
    let living = place.archive();
    buy(&living, "小米");
    assert!(!orphan.exists());
    assert!(other_archives.exists());
    assert_eq!(place.lock_files(), 2, "its own, and the other archive's");
    assert_eq!(usage(&living), ["market 2026-01-02 data yes 1", "market 2026-01-02 interrupted unknown 1"]);
}

fn a_run_that_joins_later_is_seen_by_those_that_were_there(place: &Place) {
    let first = place.archive();
    buy(&first, "小米");
    let (second, third) = (place.archive(), place.archive());
    let attempts =
        [(&second, "乐视"), (&third, "华为")].map(|(run, page)| (run, page, granted(run, &request(page))));
    for (run, page, lease) in attempts {
        assert!(is_busy(&first, &request(page)), "{page}");
        run.complete(lease, bought(), Some(keep(&request(page), b"body"))).unwrap();
        assert!(matches!(first.acquire(&request(page), long_ago()).unwrap(), Acquired::Stored(_)), "{page}");
    }
}

#[test]
#[cfg_attr(windows, ignore = "only the handle that locked a file can unlock it there")]
fn what_another_run_cleaned_up_after_is_free_for_those_that_still_remember_it() {
    let place = Place::new();
    let (dead, living) = (place.archive(), place.archive());
    leave_in_flight(&dead, &request("乐视"));
    buy(&living, "小米");
    kill(dead);
    buy(&place.archive(), "华为");
    assert_eq!(place.lock_files(), 1, "that of the living run");
    leave_in_flight(&living, &request("乐视"));
}

fn of_many_runs_that_want_the_same_page_at_the_same_moment_one_has_it(place: &Place) {
    let runs: Vec<_> = (0..4).map(|_| place.archive()).collect();
    for round in 0..50 {
        let page = request(&format!("公司{round}"));
        let barrier = std::sync::Barrier::new(runs.len());
        let bought_it: usize = std::thread::scope(|scope| {
            let wishes: Vec<_> = runs
                .iter()
                .map(|run| {
                    scope.spawn(|| {
                        barrier.wait();
                        match run.acquire(&page, long_ago()).unwrap() {
                            Acquired::Granted(lease) => {
                                run.complete(lease, bought(), Some(keep(&page, b"body"))).unwrap();
                                1
                            }
                            Acquired::Busy(_) | Acquired::Stored(_) | Acquired::Limited(_) => 0,
                        }
                    })
                })
                .collect();
            wishes.into_iter().map(|wish| wish.join().unwrap()).sum()
        });
        assert!(bought_it <= 1, "{page:?}");
    }
}

#[test]
fn a_run_that_ends_books_what_it_dropped_and_removes_its_lock_file() {
    let place = Place::new();
    let archive = place.archive();
    buy(&archive, "小米");
    leave_in_flight(&archive, &request("乐视"));
    assert_eq!(place.lock_files(), 1);
    drop(archive);
    assert_eq!(place.lock_files(), 0);
    let next = place.archive();
    assert_eq!(usage(&next), ["market 2026-01-02 data yes 1", "market 2026-01-02 interrupted unknown 1"]);
}

#[test]
fn a_run_that_only_looks_leaves_no_lock_file() {
    let place = Place::new();
    let archive = place.archive();
    assert_eq!(archive.find(&request("乐视"), long_ago()).unwrap(), None);
    assert_eq!(place.lock_files(), 0);
}

#[test]
fn two_runs_of_many_threads_buy_every_page_once_and_never_see_a_lock() {
    const KEYWORDS: u64 = 60;
    let place = Place::new();
    let runs = [place.archive(), place.archive()];
    let purchases = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for run in &runs {
            for thread in 0..4 {
                let purchases = &purchases;
                scope.spawn(move || {
                    for number in 0..KEYWORDS {
                        let keyword = format!("公司{}", (number + thread * 7) % KEYWORDS);
                        buy_or_wait(run, &request(&keyword), &body_of(&keyword), purchases);
                    }
                });
            }
        }
    });
    assert_eq!(purchases.into_inner(), KEYWORDS);
    assert_eq!(usage(&runs[0]), [format!("market 2026-01-02 data yes {KEYWORDS}")]);
    assert!(runs[1].verify(|_| {}).unwrap().is_clean());
}

fn buy_or_wait(archive: &Archive, question: &Request, body: &[u8], purchases: &AtomicU64) {
    loop {
        match archive.acquire(question, long_ago()).unwrap() {
            Acquired::Stored(stored) => return assert_eq!(stored.body, body),
            Acquired::Busy(_) | Acquired::Limited(_) => std::thread::sleep(Duration::from_millis(1)),
            Acquired::Granted(lease) => {
                purchases.fetch_add(1, Ordering::Relaxed);
                archive.complete(lease, bought(), Some(keep(question, body))).unwrap();
            }
        }
    }
}

#[test]
fn one_failing_operation_of_a_group_does_not_fail_the_others() {
    let place = Place::new();
    let archive = place.archive();
    let attempts: Vec<_> = (0..20).map(|number| granted(&archive, &request(&number.to_string()))).collect();
    place.sql(
        "CREATE TRIGGER refuse BEFORE INSERT ON attempts WHEN new.sequence = 7
         BEGIN SELECT raise(ABORT, 'the seventh'); END",
    );
    let failures = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for lease in attempts {
            let (archive, failures) = (&archive, &failures);
            scope.spawn(move || {
                if let Err(error) = archive.complete(lease, bought(), None) {
                    assert!(error.to_string().contains("the seventh"), "{error}");
                    failures.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(failures.into_inner(), 1);
    assert_eq!(usage(&archive), ["market 2026-01-02 data yes 19", "market 2026-01-02 under-way unknown 1"]);
}

/// Started as a process of its own by the test below: begins to buy, says so, and waits to be killed.
#[test]
fn child_that_is_killed_while_it_buys() {
    let Some(path) = std::env::var_os("HECHA_TEST_KILLED_CHILD") else { return };
    let archive =
        Archive::open_at(&ArchiveLocation::File(path.clone().into()), Access::ReadWrite, at_noon()).unwrap();
    buy(&archive, "小米");
    leave_in_flight(&archive, &request("乐视"));
    std::fs::write(files::beside(path.as_ref(), ".claimed"), "").unwrap();
    std::thread::sleep(Duration::from_mins(1));
}

#[test]
fn a_process_killed_with_sigkill_loses_only_what_was_in_flight() {
    let place = Place::new();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["archive::tests::buying::child_that_is_killed_while_it_buys", "--exact", "--nocapture"])
        .env("HECHA_TEST_KILLED_CHILD", &place.path)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let claimed = files::beside(&place.path, ".claimed");
    while !claimed.exists() {
        assert_eq!(child.try_wait().unwrap(), None, "the child ended before it was killed");
        std::thread::sleep(Duration::from_millis(5));
    }
    let archive = place.archive();
    assert!(is_busy(&archive, &request("乐视")));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(matches!(archive.acquire(&request("乐视"), long_ago()).unwrap(), Acquired::Granted(_)));
    assert_eq!(archive.find(&request("小米"), long_ago()).unwrap().unwrap().body, body_of("小米"));
    assert_eq!(
        usage(&archive),
        [
            "market 2026-01-02 data yes 1",
            "market 2026-01-02 interrupted unknown 1",
            "market 2026-01-02 under-way unknown 1"
        ]
    );
}

fn an_entry_holds_the_question_in_canonical_form_with_its_form_and_endpoint(place: &Place) {
    let archive = place.archive();
    buy(&archive, "乐视");
    let entry = archive.entry(AnswerId(1)).unwrap().unwrap();
    assert_eq!(entry.summary.question, request("乐视").key());
}

#[test]
fn threads_may_share_an_archive() {
    fn shared<T: Send + Sync>() {}
    shared::<Archive>();
}

#[test]
fn a_run_that_ends_before_its_call_lets_go_of_the_page_and_the_late_answer_is_still_kept() {
    let place = Place::new();
    let (ending, other) = (place.archive(), place.archive());
    let page = request("甲");
    let lease = granted(&ending, &page);
    assert!(is_busy(&other, &page));
    assert_eq!(place.lock_files(), 2);
    ending.end_run();
    assert_eq!(place.lock_files(), 1);
    assert_eq!(usage(&other), ["market 2026-01-02 interrupted unknown 1"]);
    let second = granted(&other, &page);
    ending.complete(lease, bought(), Some(keep(&page, b"late"))).unwrap();
    other.complete(second, bought(), None).unwrap();
    assert_eq!(usage(&other), ["market 2026-01-02 data yes 2"]);
    assert_eq!(other.find(&page, long_ago()).unwrap().unwrap().body, b"late");
}

#[test]
fn what_a_run_cannot_book_when_it_ends_is_booked_by_the_next() {
    let place = Place::new();
    let archive = place.archive();
    let lease = granted(&archive, &request("乐视"));
    place.sql(
        "CREATE TRIGGER refuse BEFORE INSERT ON attempts BEGIN SELECT raise(ABORT, 'not now'); END;
         CREATE TRIGGER refuse_too BEFORE UPDATE ON attempts BEGIN SELECT raise(ABORT, 'not now'); END",
    );
    archive.complete(lease, bought(), None).unwrap_err();
    drop(archive);
    place.sql("DROP TRIGGER refuse; DROP TRIGGER refuse_too");
    let next = place.archive();
    assert_eq!(usage(&next), ["market 2026-01-02 interrupted unknown 1"]);
    buy(&next, "小米");
    assert_eq!(usage(&next), ["market 2026-01-02 data yes 1", "market 2026-01-02 interrupted unknown 1"]);
    assert_eq!(place.lock_files(), 1);
}

#[test]
#[cfg_attr(windows, ignore = "only the handle that locked a file can unlock it there")]
fn a_crashed_run_is_recovered_by_a_later_run_if_the_first_one_cannot() {
    let place = Place::new();
    let dead = place.archive();
    leave_in_flight(&dead, &request("乐视"));
    kill(dead);
    place.sql("CREATE TRIGGER refuse BEFORE INSERT ON runs BEGIN SELECT raise(ABORT, 'not now'); END");
    let next = place.archive();
    next.acquire(&request("小米"), long_ago()).unwrap_err();
    place.sql("DROP TRIGGER refuse");
    assert_eq!(usage(&next), ["market 2026-01-02 interrupted unknown 1"]);
    buy(&next, "小米");
    assert_eq!(usage(&next), ["market 2026-01-02 data yes 1", "market 2026-01-02 interrupted unknown 1"]);
    assert_eq!(place.lock_files(), 1);
}

#[test]
#[cfg_attr(windows, ignore = "an open file cannot be removed there")]
fn a_run_whose_lock_file_was_removed_keeps_its_late_answer_and_goes_on_as_a_new_run() {
    let place = Place::new();
    let (first, second) = (place.archive(), place.archive());
    let (page, next) = (request("乐视"), request("小米"));
    let lease = granted(&first, &page);
    std::fs::remove_file(runs::file_of_run(&place.path, &lock(&first.run).as_ref().unwrap().uid, ".lock"))
        .unwrap();
    let taken_over = granted(&second, &page);
    second.release(taken_over).unwrap();
    first.complete(lease, bought(), Some(keep(&page, b"late"))).unwrap();
    assert_eq!(second.find(&page, long_ago()).unwrap().unwrap().body, b"late");
    let lease = granted(&first, &next);
    assert!(is_busy(&second, &next));
    first.complete(lease, bought(), None).unwrap();
    assert_eq!(usage(&second), ["market 2026-01-02 data yes 2"]);
}

#[cfg(unix)]
#[test]
fn runs_see_each_other_whatever_the_bytes_of_the_archives_name() {
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new();
    let name = std::ffi::OsStr::from_bytes(b"\xb4\xe6\xb5\xb5.db");
    let path = place.path.with_file_name(name);
    let place = place.at(path);
    let (one, two) = (place.archive(), place.archive());
    leave_in_flight(&one, &request("乐视"));
    assert!(is_busy(&two, &request("乐视")));
    assert_eq!(usage(&two), ["market 2026-01-02 under-way unknown 1"]);
}

#[test]
fn an_attempt_that_ends_while_usage_is_summed_up_is_counted_once() {
    let place = Place::new();
    let (buyer, looker) = (place.archive(), place.archive());
    let begun = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let buying = scope.spawn(|| {
            for number in 0..3000 {
                let lease = granted(&buyer, &request(&number.to_string()));
                begun.fetch_add(1, Ordering::SeqCst);
                buyer.complete(lease, bought(), None).unwrap();
            }
        });
        while !buying.is_finished() {
            let at_least = begun.load(Ordering::SeqCst);
            let counted: u64 =
                looker.usage(None, UsageDetail::Sums).unwrap().iter().map(|row| row.attempts).sum();
            assert!(counted >= at_least, "{counted} of {at_least}");
        }
    });
}

#[test]
fn after_an_answer_could_not_be_stored_no_lease_is_granted() {
    let place = Place::new();
    let archive = place.archive();
    let (lease, waiting) = (granted(&archive, &request("乐视")), request("小米"));
    place.sql("CREATE TRIGGER refuse BEFORE INSERT ON answers BEGIN SELECT raise(ABORT, 'not now'); END");
    let first = archive.complete(lease, bought(), Some(keep(&request("乐视"), b"body"))).unwrap_err();
    place.sql("DROP TRIGGER refuse");
    for page in [&request("乐视"), &waiting] {
        let error = archive.acquire(page, long_ago()).unwrap_err();
        assert_eq!(error.to_string(), first.to_string());
    }
    drop(archive);
    assert_eq!(usage(&place.archive()), ["market 2026-01-02 interrupted unknown 1"]);
}

#[test]
fn a_lease_that_is_asked_for_behind_an_answer_is_granted_only_if_that_is_stored() {
    let place = Place::new();
    let archive = place.archive();
    let end_later = |archive: &Archive, word: &str| {
        let completion = archive.completion(
            granted(archive, &request(word)),
            bought(),
            Some(keep(&request(word), b"body")),
        );
        let (caller, stored) = mpsc::sync_channel(1);
        archive.complete_later(completion, move |result| caller.send(result).unwrap());
        stored
    };
    let stored = end_later(&archive, "乐视");
    let lease = granted(&archive, &request("小米"));
    assert!(stored.try_recv().unwrap().unwrap().is_some(), "it is stored before the lease is granted");
    archive.release(lease).unwrap();

    place.sql("CREATE TRIGGER refuse BEFORE INSERT ON answers BEGIN SELECT raise(ABORT, 'not now'); END");
    let stored = end_later(&archive, "华为");
    let refusal = archive.acquire(&request("小米"), long_ago()).unwrap_err();
    assert_eq!(refusal.to_string(), stored.try_recv().unwrap().unwrap_err().to_string());
    drop(archive);
    assert_eq!(
        usage(&place.archive()),
        ["market 2026-01-02 data yes 1", "market 2026-01-02 interrupted unknown 1"]
    );
}

#[cfg(unix)]
#[test]
fn an_archive_that_is_deleted_or_replaced_grants_no_lease_and_reports_what_it_did_not_keep() {
    for (suffix, is_replaced) in [("", false), ("", true), ("-wal", false)] {
        let (place, other) = (Place::new(), Place::new());
        let archive = place.archive();
        let page = request("乐视");
        let lease = granted(&archive, &page);
        drop(other.archive());
        let file = files::beside(&place.path, suffix);
        std::fs::remove_file(&file).unwrap();
        if is_replaced {
            std::fs::copy(&other.path, &file).unwrap();
        }
        for page in [&page, &request("小米")] {
            let error = archive.acquire(page, long_ago()).unwrap_err();
            assert!(matches!(error, ArchiveError { problem: ArchiveProblem::Replaced, .. }), "{error}");
        }
        let error = archive.complete(lease, bought(), Some(keep(&page, b"body"))).unwrap_err();
        assert!(matches!(error, ArchiveError { problem: ArchiveProblem::Replaced, .. }), "{error}");
    }
}

#[test]
fn an_answer_that_was_stored_while_a_lease_waited_is_found() {
    static NOW_MS: AtomicI64 = AtomicI64::new(0);
    NOW_MS.store(noon().as_millisecond(), Ordering::SeqCst);
    let place = Place::new();
    let clock = || Timestamp::from_millisecond(NOW_MS.load(Ordering::SeqCst)).unwrap();
    let options = ArchiveOptions { clock, ..ArchiveOptions::default() };
    let archive = Archive::open_at(&place.location, Access::ReadWrite, options).unwrap();
    buy(&archive, "甲");
    archive.write(|sql| sql.execute("UPDATE answers SET received_at = 0", &[])).unwrap();
    let (begun, is_begun) = mpsc::channel();
    let (finish, may_finish) = mpsc::channel::<i64>();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            archive.write(move |sql| {
                begun.send(()).unwrap();
                let received_at = may_finish.recv().unwrap();
                sql.execute("UPDATE answers SET received_at = ?1", &[&received_at])
            })
        });
        is_begun.recv().unwrap();
        let waiting = scope.spawn(|| archive.acquire(&request("甲"), moment("2026-01-01T00:00:00Z")));
        std::thread::sleep(Duration::from_millis(100));
        let later = NOW_MS.fetch_add(60_000, Ordering::SeqCst) + 60_000;
        finish.send(later).unwrap();
        assert!(matches!(waiting.join().unwrap(), Ok(Acquired::Stored(_))));
    });
}

contract! {
    a_bought_answer_is_found_again_as_it_was_received
    an_abandoned_attempt_frees_the_page_and_is_booked_as_interrupted
    a_released_lease_frees_the_page_and_is_not_booked
    a_lease_tells_of_an_earlier_attempt_that_may_have_been_charged
    only_an_answer_that_is_fresh_enough_is_found
    an_answer_from_the_future_is_fresh_only_if_any_age_is
    of_several_answers_the_newest_is_found
    no_data_is_an_answer_and_evidence_is_not
    refusals_are_booked_and_store_nothing
    what_a_living_run_is_buying_is_busy_for_all_and_then_stored
    a_run_that_joins_later_is_seen_by_those_that_were_there
    of_many_runs_that_want_the_same_page_at_the_same_moment_one_has_it
    an_entry_holds_the_question_in_canonical_form_with_its_form_and_endpoint
}
