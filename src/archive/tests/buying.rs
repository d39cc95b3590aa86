//! Finding, claiming, finishing; several runs and several threads; runs that die.

use super::*;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

#[test]
fn a_bought_answer_is_found_again_as_it_was_received() {
    let place = Place::new();
    let archive = place.archive();
    assert_eq!(archive.find(&call("乐视"), long_ago()).unwrap(), None);
    let id = buy(&archive, "乐视");
    let stored = archive.find(&call("乐视"), long_ago()).unwrap().unwrap();
    let expected = StoredAnswer {
        id,
        body: body_of("乐视"),
        http_status: 200,
        received_at: noon(),
        serial: Some("S-1".into()),
        finding: Finding::Records,
    };
    assert_eq!(stored, expected);
    assert_eq!(archive.begin(&call("乐视"), long_ago()).unwrap(), Claim::Stored(expected));
    assert_eq!(archive.find(&call("小米"), long_ago()).unwrap(), None);
    assert_eq!(usage(&archive), ["market 2026-01-02 data yes 1"]);
}

#[test]
fn an_abandoned_attempt_keeps_nobody_waiting_and_is_booked_as_interrupted() {
    let place = Place::new();
    let archive = place.archive();
    let attempt = claimed(&archive, &call("乐视"));
    assert_eq!(archive.begin(&call("乐视"), long_ago()).unwrap(), Claim::Busy);
    archive.abandon(&attempt);
    buy(&archive, "乐视");
    archive.end_run();
    assert_eq!(usage(&archive), ["market 2026-01-02 data yes 1", "market 2026-01-02 interrupted unknown 1"]);
}

#[test]
fn a_withdrawn_attempt_keeps_nobody_waiting_and_stands_in_no_book() {
    let place = Place::new();
    let archive = place.archive();
    let attempt = claimed(&archive, &call("乐视"));
    archive.withdraw(&attempt);
    let other = place.archive();
    other.withdraw(&claimed(&other, &call("乐视")));
    archive.end_run();
    other.end_run();
    assert_eq!(usage(&archive), [""; 0]);
}

#[test]
fn only_an_answer_that_is_fresh_enough_is_found() {
    let place = Place::new();
    let archive = place.archive();
    buy(&archive, "乐视");
    assert!(archive.find(&call("乐视"), noon()).unwrap().is_some());
    let later = noon() + Duration::from_millis(1);
    assert_eq!(archive.find(&call("乐视"), later).unwrap(), None);
    assert!(matches!(archive.begin(&call("乐视"), later).unwrap(), Claim::Mine(_)));
}

#[test]
fn of_several_answers_the_newest_is_found() {
    let place = Place::new();
    let archive = place.archive();
    let question = call("乐视");
    for (received_at, body) in [("2026-01-02T11:00:00Z", "old"), ("2026-01-02T11:30:00Z", "new")] {
        let claim = archive.begin(&question, noon()).unwrap();
        let Claim::Mine(attempt) = claim else { panic!("{claim:?}") };
        let kept = Keep { received_at: moment(received_at), ..keep(&question, body.as_bytes()) };
        finish(&archive, attempt, bought(), Some(kept)).unwrap();
    }
    assert_eq!(archive.find(&question, long_ago()).unwrap().unwrap().body, b"new");
}

#[test]
fn no_data_is_an_answer_and_evidence_is_not() {
    let place = Place::new();
    let archive = place.archive();
    let (empty, unreadable) = (call("empty"), call("unreadable"));
    for (question, kept) in [(&empty, Kept::Answer(Finding::Nothing)), (&unreadable, Kept::Evidence)] {
        let attempt = claimed(&archive, question);
        finish(&archive, attempt, bought(), Some(Keep { kept, ..keep(question, b"<html>") })).unwrap();
    }
    assert_eq!(archive.find(&empty, long_ago()).unwrap().unwrap().finding, Finding::Nothing);
    assert_eq!(archive.find(&unreadable, long_ago()).unwrap(), None);
    assert!(matches!(archive.begin(&unreadable, long_ago()).unwrap(), Claim::Mine(_)));
}

#[test]
fn refusals_are_booked_and_store_nothing() {
    let place = Place::new();
    let archive = place.archive();
    let question = call("乐视");
    let attempt = claimed(&archive, &question);
    let refused = AttemptEnding {
        outcome: AttemptOutcome::Failed(FailureKind::Account),
        charged: Charged::No,
        ..bought()
    };
    assert_eq!(finish(&archive, attempt, refused, None).unwrap(), None);
    assert_eq!(archive.find(&question, long_ago()).unwrap(), None);
    assert_eq!(usage(&archive), ["market 2026-01-02 failed:account no 1"]);
}

#[test]
fn what_a_living_run_is_buying_is_busy_for_all_and_then_stored() {
    let place = Place::new();
    let (one, two) = (place.archive(), place.archive());
    let question = call("乐视");
    let attempt = claimed(&one, &question);
    assert_eq!(two.begin(&question, long_ago()).unwrap(), Claim::Busy);
    assert_eq!(one.begin(&question, long_ago()).unwrap(), Claim::Busy);
    assert_eq!(usage(&two), ["market 2026-01-02 under-way unknown 1"]);
    finish(&one, attempt, bought(), Some(keep(&question, b"body"))).unwrap();
    assert!(matches!(two.begin(&question, long_ago()).unwrap(), Claim::Stored(_)));
    assert_eq!(usage(&two), ["market 2026-01-02 data yes 1"]);
}

#[test]
fn what_a_dead_run_was_buying_is_free_and_booked_as_interrupted() {
    let place = Place::new();
    let (dead, living) = (place.archive(), place.archive());
    claimed(&dead, &call("乐视"));
    claimed(&dead, &call("小米"));
    claimed(&living, &call("华为"));
    kill(dead);
    assert_eq!(place.lock_files(), 2);
    let expected = ["market 2026-01-02 interrupted unknown 2", "market 2026-01-02 under-way unknown 1"];
    assert_eq!(usage(&living), expected, "even before anybody cleans up");
    assert!(matches!(living.begin(&call("乐视"), long_ago()).unwrap(), Claim::Mine(_)));
    let expected = ["market 2026-01-02 interrupted unknown 2", "market 2026-01-02 under-way unknown 2"];
    assert_eq!(usage(&living), expected);
    assert_eq!(place.lock_files(), 1);
}

#[test]
fn a_new_run_cleans_up_after_dead_ones_and_their_orphaned_lock_files() {
    let place = Place::new();
    let dead = place.archive();
    claimed(&dead, &call("乐视"));
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

#[test]
fn a_run_that_joins_later_is_seen_by_those_that_were_there() {
    let place = Place::new();
    let first = place.archive();
    buy(&first, "小米");
    let (second, third) = (place.archive(), place.archive());
    let attempts =
        [(&second, "乐视"), (&third, "华为")].map(|(run, page)| (run, page, claimed(run, &call(page))));
    for (run, page, attempt) in attempts {
        assert_eq!(first.begin(&call(page), long_ago()).unwrap(), Claim::Busy, "{page}");
        finish(run, attempt, bought(), Some(keep(&call(page), b"body"))).unwrap();
        assert!(matches!(first.begin(&call(page), long_ago()).unwrap(), Claim::Stored(_)), "{page}");
    }
}

#[test]
fn what_another_run_cleaned_up_after_is_free_for_those_that_still_remember_it() {
    let place = Place::new();
    let (dead, living) = (place.archive(), place.archive());
    claimed(&dead, &call("乐视"));
    buy(&living, "小米");
    kill(dead);
    buy(&place.archive(), "华为");
    assert_eq!((place.lock_files(), place.files_ending_in(".calls")), (1, 1), "those of the living run");
    claimed(&living, &call("乐视"));
}

#[test]
fn a_run_killed_between_the_booking_and_the_clearing_of_its_note_is_booked_once() {
    let place = Place::new();
    let dead = place.archive();
    let question = call("乐视");
    let attempt = claimed(&dead, &question);
    let notes = place.notes();
    let note = std::fs::read(&notes).unwrap();
    finish(&dead, attempt, bought(), Some(keep(&question, b"body"))).unwrap();
    std::fs::write(&notes, note).unwrap();
    let living = place.archive();
    assert_eq!(usage(&living), ["market 2026-01-02 data yes 1"]);
    kill(dead);
    assert!(matches!(living.begin(&question, long_ago()).unwrap(), Claim::Stored(_)));
    assert_eq!(usage(&living), ["market 2026-01-02 data yes 1"]);
}

#[test]
fn of_many_runs_that_want_the_same_page_at_the_same_moment_one_has_it() {
    let place = Place::new();
    let runs: Vec<_> = (0..4).map(|_| place.archive()).collect();
    for round in 0..50 {
        let page = call(&format!("公司{round}"));
        let barrier = std::sync::Barrier::new(runs.len());
        let bought_it: usize = std::thread::scope(|scope| {
            let wishes: Vec<_> = runs
                .iter()
                .map(|run| {
                    scope.spawn(|| {
                        barrier.wait();
                        match run.begin(&page, long_ago()).unwrap() {
                            Claim::Mine(attempt) => {
                                finish(run, attempt, bought(), Some(keep(&page, b"body"))).unwrap();
                                1
                            }
                            Claim::Busy | Claim::Stored(_) => 0,
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
    claimed(&archive, &call("乐视"));
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
    assert_eq!(archive.find(&call("乐视"), long_ago()).unwrap(), None);
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
                        buy_or_wait(run, &call(&keyword), &body_of(&keyword), purchases);
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
        match archive.begin(question, long_ago()).unwrap() {
            Claim::Stored(stored) => return assert_eq!(stored.body, body),
            Claim::Busy => std::thread::sleep(Duration::from_millis(1)),
            Claim::Mine(attempt) => {
                purchases.fetch_add(1, Ordering::Relaxed);
                finish(archive, attempt, bought(), Some(keep(question, body))).unwrap();
            }
        }
    }
}

#[test]
fn one_failing_operation_of_a_group_does_not_fail_the_others() {
    let place = Place::new();
    let archive = place.archive();
    let attempts: Vec<_> = (0..20).map(|number| claimed(&archive, &call(&number.to_string()))).collect();
    place.sql(
        "CREATE TRIGGER refuse BEFORE INSERT ON attempts WHEN new.sequence = 7
         BEGIN SELECT raise(ABORT, 'the seventh'); END",
    );
    let failures = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for attempt in attempts {
            let (archive, failures) = (&archive, &failures);
            scope.spawn(move || {
                if let Err(error) = finish(archive, attempt, bought(), None) {
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
    let archive = Archive::open_with(path.as_ref(), Access::ReadWrite, at_noon()).unwrap();
    buy(&archive, "小米");
    claimed(&archive, &call("乐视"));
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
    assert_eq!(archive.begin(&call("乐视"), long_ago()).unwrap(), Claim::Busy);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(matches!(archive.begin(&call("乐视"), long_ago()).unwrap(), Claim::Mine(_)));
    assert_eq!(archive.find(&call("小米"), long_ago()).unwrap().unwrap().body, body_of("小米"));
    assert_eq!(
        usage(&archive),
        [
            "market 2026-01-02 data yes 1",
            "market 2026-01-02 interrupted unknown 1",
            "market 2026-01-02 under-way unknown 1"
        ]
    );
}

#[test]
fn an_entry_holds_the_question_in_canonical_form_with_its_form_and_endpoint() {
    let place = Place::new();
    let archive = place.archive();
    buy(&archive, "乐视");
    let entry = archive.entry(AnswerId(1)).unwrap().unwrap();
    assert_eq!(entry.summary.question, call("乐视").key());
    assert_eq!(entry.endpoint, "https://market.example/list");
    assert_eq!(entry.form, "market/dishonest@1");
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
    let page = call("甲");
    let attempt = claimed(&ending, &page);
    assert_eq!(other.begin(&page, long_ago()).unwrap(), Claim::Busy);
    assert_eq!(place.lock_files(), 2);
    ending.end_run();
    assert_eq!(place.lock_files(), 1);
    assert_eq!(usage(&other), ["market 2026-01-02 interrupted unknown 1"]);
    let second = claimed(&other, &page);
    finish(&ending, attempt, bought(), Some(keep(&page, b"late"))).unwrap();
    finish(&other, second, bought(), None).unwrap();
    assert_eq!(usage(&other), ["market 2026-01-02 data yes 2"]);
    assert_eq!(other.find(&page, long_ago()).unwrap().unwrap().body, b"late");
}

#[test]
fn what_a_run_cannot_book_when_it_ends_is_booked_by_the_next() {
    let place = Place::new();
    let archive = place.archive();
    let attempt = claimed(&archive, &call("乐视"));
    place.sql("CREATE TRIGGER refuse BEFORE INSERT ON attempts BEGIN SELECT raise(ABORT, 'not now'); END");
    finish(&archive, attempt, bought(), None).unwrap_err();
    drop(archive);
    place.sql("DROP TRIGGER refuse");
    let next = place.archive();
    assert_eq!(usage(&next), ["market 2026-01-02 interrupted unknown 1"]);
    buy(&next, "小米");
    assert_eq!(usage(&next), ["market 2026-01-02 data yes 1", "market 2026-01-02 interrupted unknown 1"]);
    assert_eq!((place.lock_files(), place.files_ending_in(".calls")), (1, 1));
}

#[test]
fn the_notes_of_a_dead_run_stay_until_they_are_booked_for_good() {
    let place = Place::new();
    let dead = place.archive();
    claimed(&dead, &call("乐视"));
    kill(dead);
    place.sql("CREATE TRIGGER refuse BEFORE INSERT ON runs BEGIN SELECT raise(ABORT, 'not now'); END");
    let next = place.archive();
    next.begin(&call("小米"), long_ago()).unwrap_err();
    place.sql("DROP TRIGGER refuse");
    assert_eq!(usage(&next), ["market 2026-01-02 interrupted unknown 1"]);
    buy(&next, "小米");
    assert_eq!(usage(&next), ["market 2026-01-02 data yes 1", "market 2026-01-02 interrupted unknown 1"]);
    assert_eq!((place.lock_files(), place.files_ending_in(".calls")), (1, 1));
}

#[test]
fn a_run_whose_notes_somebody_removed_or_overwrote_keeps_others_from_buying() {
    for vandalise in [
        |notes: &Path| std::fs::remove_file(notes).unwrap(),
        |notes: &Path| std::fs::write(notes, "").unwrap(),
        |notes: &Path| std::fs::write(notes, "something else that is long ".repeat(9)).unwrap(),
    ] {
        let place = Place::new();
        let first = place.archive();
        claimed(&first, &call("乐视"));
        vandalise(&place.notes());
        let second = place.archive();
        let refused = second.begin(&call("乐视"), long_ago()).unwrap_err();
        assert!(refused.to_string().contains(".calls"), "{refused}");
        drop(first);
        claimed(&second, &call("乐视"));
    }
}

#[test]
fn a_run_notices_that_its_own_notes_were_overwritten_and_so_do_those_that_knew_it() {
    let place = Place::new();
    let (first, second) = (place.archive(), place.archive());
    claimed(&first, &call("乐视"));
    let notes = place.notes();
    claimed(&second, &call("小米"));
    std::fs::write(notes, "something else that is long ".repeat(9)).unwrap();
    for run in [&first, &second] {
        let refused = run.begin(&call("华为"), long_ago()).unwrap_err();
        assert!(refused.to_string().contains(".calls"), "{refused}");
    }
}

#[cfg(unix)]
#[test]
fn runs_see_each_other_whatever_the_bytes_of_the_archives_name() {
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new();
    let name = std::ffi::OsStr::from_bytes(b"\xb4\xe6\xb5\xb5.db");
    let place = Place { path: place.path.with_file_name(name), ..place };
    let (one, two) = (place.archive(), place.archive());
    claimed(&one, &call("乐视"));
    assert_eq!(two.begin(&call("乐视"), long_ago()).unwrap(), Claim::Busy);
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
                let attempt = claimed(&buyer, &call(&number.to_string()));
                begun.fetch_add(1, Ordering::SeqCst);
                finish(&buyer, attempt, bought(), None).unwrap();
            }
        });
        while !buying.is_finished() {
            let at_least = begun.load(Ordering::SeqCst);
            let counted: u64 = looker.usage(None).unwrap().iter().map(|row| row.attempts).sum();
            assert!(counted >= at_least, "{counted} of {at_least}");
        }
    });
}

#[test]
fn a_failure_of_an_ended_run_says_nothing_about_the_attempts_of_the_next() {
    let place = Place::new();
    let archive = place.archive();
    let late = claimed(&archive, &call("乐视"));
    archive.end_run();
    claimed(&archive, &call("小米"));
    place.sql("CREATE TRIGGER refuse BEFORE INSERT ON attempts BEGIN SELECT raise(ABORT, 'not now'); END");
    finish(&archive, late, bought(), None).unwrap_err();
    assert_eq!(archive.begin(&call("小米"), long_ago()).unwrap(), Claim::Busy);
}

#[test]
fn endings_are_told_although_somebody_who_was_to_pass_them_on_waits_no_more() {
    let place = Place::new();
    let archive = place.archive();
    // The second one starts the thread that commits groups.
    buy(&archive, "first");
    buy(&archive, "second");
    let pages: Vec<_> = (0..3).map(|number| call(&number.to_string())).collect();
    EventLoop::new().unwrap().run(async {
        let mut endings: Vec<_> = pages
            .iter()
            .map(|page| Box::pin(archive.finish(claimed(&archive, page), bought(), None)))
            .collect();
        {
            // None is booked before all are in the queue.
            let _desk = archive.writer().unwrap().desk();
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            for ending in &mut endings {
                assert!(ending.as_mut().poll(&mut context).is_pending());
            }
        }
        while usage(&archive) != ["market 2026-01-02 data yes 5"] {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(20));
        drop(endings.pop());
        for ending in endings {
            ending.await.unwrap();
        }
    });
}
