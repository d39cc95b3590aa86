//! Machines whose clocks differ share one archive on a server: its clock decides.

use super::server::{database, server, set_clock};
use super::*;
use std::time::Duration;

const HOUR: Duration = Duration::from_hours(1);

fn two_hours_ahead() -> Timestamp {
    noon() + 2 * HOUR
}

fn two_hours_behind() -> Timestamp {
    noon() - 2 * HOUR
}

fn open(place: &Place, clock: fn() -> Timestamp, limits: SharedLimits) -> Archive {
    let options = ArchiveOptions { clock, limits, ..ArchiveOptions::default() };
    Archive::open_at(&place.location, Access::ReadWrite, options).unwrap()
}

/// Asks as a run of that machine with `--max-age`, and buys if it has to.
fn buys(archive: &Archive, keyword: &str, max_age: Duration) -> bool {
    let request = request(keyword);
    let machine = (archive.options.clock)();
    let not_before = archive.time_of(machine - max_age);
    let found = archive.find(&request, not_before).unwrap();
    match archive.acquire(&request, not_before).unwrap() {
        Acquired::Granted(lease) => {
            assert_eq!(found, None);
            let received_at = archive.time_of(machine);
            archive.complete(lease, bought(), Some(Keep { received_at, ..keep(&request, b"body") })).unwrap();
            true
        }
        Acquired::Stored(stored) => {
            assert_eq!(found, Some(stored));
            false
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn machines_whose_clocks_are_hours_apart_buy_each_page_once_in_both_orders() {
    let Some(server) = server() else { return };
    let (place, _) = database(server, "");
    let ahead = open(&place, two_hours_ahead, SharedLimits::default());
    let behind = open(&place, two_hours_behind, SharedLimits::default());
    for (keyword, first, second) in [("乐视", &ahead, &behind), ("小米", &behind, &ahead)] {
        assert!(buys(first, keyword, HOUR));
        assert!(!buys(second, keyword, HOUR), "{keyword} is bought twice");
        assert!(!buys(first, keyword, HOUR));
        assert_eq!(second.find(&request(keyword), Timestamp::MIN).unwrap().unwrap().received_at, noon());
    }
    assert_eq!(usage(&behind), ["market 2026-01-02 data yes 2"]);
}

#[test]
fn the_age_of_an_answer_is_that_of_the_servers_clock() {
    let Some(server) = server() else { return };
    let (place, name) = database(server, "");
    assert!(buys(&open(&place, two_hours_ahead, SharedLimits::default()), "乐视", HOUR));
    let later = noon() + 90 * Duration::from_mins(1);
    set_clock(server, &name, &format!("timestamptz '{later}'"));
    for clock in [two_hours_behind, two_hours_ahead] {
        let archive = open(&place, clock, SharedLimits::default());
        assert_eq!(archive.now(), later);
        assert!(!buys(&archive, "乐视", 2 * HOUR));
    }
    assert!(buys(&open(&place, two_hours_behind, SharedLimits::default()), "乐视", HOUR));
    assert!(!buys(&open(&place, two_hours_ahead, SharedLimits::default()), "乐视", HOUR));
}

#[test]
fn the_day_of_a_budget_and_the_shared_rate_follow_the_servers_clock() {
    let Some(server) = server() else { return };
    let (place, name) = database(server, "");
    let evening = moment("2026-01-02T15:30:00Z");
    set_clock(server, &name, &format!("timestamptz '{evening}'"));
    let limits = SharedLimits { per_day: Some(1), ..SharedLimits::default() };
    assert!(buys(&open(&place, two_hours_behind, limits), "乐视", HOUR));
    let ahead = open(&place, || moment("2026-01-02T17:30:00Z"), limits);
    let limited = ahead.acquire(&request("小米"), long_ago()).unwrap();
    let Acquired::Limited(LimitReached::Budget(budget)) = limited else { panic!("{limited:?}") };
    assert_eq!(budget.ends_at(), Some(moment("2026-01-02T16:00:00Z")));
    assert_eq!(ahead.budgets(limits).unwrap(), [budget]);
    let limits = SharedLimits { interval: HOUR, ..SharedLimits::default() };
    assert!(buys(&open(&place, two_hours_behind, limits), "小米", HOUR));
    let limited = open(&place, two_hours_ahead, limits).acquire(&request("华为"), long_ago()).unwrap();
    assert_eq!(limited, Acquired::Limited(LimitReached::Rate(HOUR)));
}
