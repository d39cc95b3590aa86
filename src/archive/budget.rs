//! Limits that all runs on one archive keep together: a budget of calls that may be charged, and a request rate.
//!
//! Both are checked in the transaction that opens an attempt, so that runs at the same time cannot exceed them together.
//! Triggers of the database keep the number of calls; an open attempt counts until it ends uncharged.

use super::error::ArchiveError;
use super::store::{Sql, params};
use crate::domain::date::{beginning_of_day, date_in_shanghai};
use jiff::Timestamp;
use jiff::civil::Date;
use std::time::Duration;

/// The limits of `[budget]`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SharedLimits {
    /// Calls that may be charged, over all time.
    pub total: Option<u64>,
    /// Calls that may be charged on one day in China.
    pub per_day: Option<u64>,
    /// The minimum time between two requests to one provider; zero without a limit.
    pub interval: Duration,
}

/// One budget and the part of it that is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetUse {
    /// The day in China to which it applies; `None` for all time.
    pub day: Option<Date>,
    /// The limit.
    pub limit: u64,
    /// Calls that may have been charged, with those in flight.
    pub used: u64,
    /// Calls in flight, which may turn out to be free.
    pub in_flight: u64,
}

impl BudgetUse {
    /// The number of calls that may still be bought.
    pub const fn left(&self) -> u64 {
        self.limit.saturating_sub(self.used)
    }

    /// The moment from which the next day's budget applies.
    pub fn ends_at(&self) -> Option<Timestamp> {
        beginning_of_day(&self.day?.tomorrow().ok()?.to_string())
    }
}

/// A shared limit that prevents a request now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitReached {
    /// A budget is used up.
    Budget(BudgetUse),
    /// The shared rate allows the next request after this time.
    Rate(Duration),
}

impl SharedLimits {
    /// Checks the limits for one more request to `provider`, and takes its turn under the rate.
    pub(super) fn check(
        &self,
        sql: &mut dyn Sql,
        provider: &str,
        now: Timestamp,
    ) -> Result<Option<LimitReached>, ArchiveError> {
        let exhausted = self.usage(sql, now)?.into_iter().find(|budget| budget.left() == 0);
        if let Some(budget) = exhausted {
            return Ok(Some(LimitReached::Budget(budget)));
        }
        if self.interval.is_zero() {
            return Ok(None);
        }
        Ok(take_turn(sql, provider, self.interval, now)?.map(LimitReached::Rate))
    }

    /// The configured budgets and the used part of each.
    pub(super) fn usage(&self, sql: &mut dyn Sql, now: Timestamp) -> Result<Vec<BudgetUse>, ArchiveError> {
        let mut budgets = self.unused(now);
        for budget in &mut budgets {
            let first_day = budget.day.map_or(i64::MIN, |_| (now.as_millisecond() + 28_800_000) / 86_400_000);
            let row = sql.first(USED_CALLS, params![first_day])?.expect("a sum is one row");
            let number = |column| row.get::<i64>(column).map(|number| number.max(0).unsigned_abs());
            (budget.used, budget.in_flight) = (number(0)?, number(1)?);
        }
        Ok(budgets)
    }

    /// The configured budgets before the first call.
    pub fn unused(&self, now: Timestamp) -> Vec<BudgetUse> {
        let budgets = [(None, self.total), (Some(date_in_shanghai(now)), self.per_day)];
        let unused =
            |(day, limit): (_, Option<u64>)| Some(BudgetUse { day, limit: limit?, used: 0, in_flight: 0 });
        budgets.into_iter().filter_map(unused).collect()
    }
}

/// The calls that may have been charged, with those in flight, and the calls in flight, from a day in China (UTC+8) on.
const USED_CALLS: &str = "SELECT CAST(coalesce(sum(calls), 0) AS BIGINT), \
     (SELECT count(*) FROM attempts WHERE finished_at IS NULL AND (started_at + 28800000) / 86400000 >= ?1) \
     FROM calls_by_day WHERE day >= ?1";

/// Takes the next turn of a provider; returns the time to wait if it is too early.
fn take_turn(
    sql: &mut dyn Sql,
    provider: &str,
    interval: Duration,
    now: Timestamp,
) -> Result<Option<Duration>, ArchiveError> {
    let now = now.as_microsecond();
    let row = sql.first("SELECT sent_at FROM latest_requests WHERE provider = ?1", params![provider])?;
    let latest: Option<i64> = row.map(|row| row.get(0)).transpose()?;
    let wait = latest.and_then(|latest| time_to_wait(latest, now, interval));
    // A request in the future was stamped by a wrong clock; the wait begins again.
    if wait.is_none() || latest.is_some_and(|latest| latest > now) {
        sql.execute(
            "INSERT INTO latest_requests (provider, sent_at) VALUES (?1, ?2)
             ON CONFLICT (provider) DO UPDATE SET sent_at = excluded.sent_at",
            params![provider, now],
        )?;
    }
    Ok(wait)
}

/// The time until the next turn, at most `interval`; `None` if the turn has come. All in microseconds since 1970.
fn time_to_wait(latest: i64, now: i64, interval: Duration) -> Option<Duration> {
    let since = Duration::from_micros(now.saturating_sub(latest).max(0).unsigned_abs());
    interval.checked_sub(since).filter(|wait| !wait.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{Access, Acquired, Archive, ArchiveLocation, ArchiveOptions, AttemptEnding};
    use crate::domain::failure::{Charged, FailureKind};
    use crate::domain::request::Request;
    use crate::provider::market;

    fn request(keyword: &str) -> Request {
        Request {
            provider: market::ID,
            form: "market/dishonest@1",
            endpoint: "https://market.example/list".into(),
            parameters: vec![("keyword", keyword.into())],
        }
    }

    fn ending(charged: Charged) -> AttemptEnding {
        let outcome = Err(FailureKind::Vendor);
        AttemptEnding { outcome, charged, http_status: None, code: None, serial: None }
    }

    fn open(path: &std::path::Path, limits: SharedLimits, clock: fn() -> Timestamp) -> Archive {
        let options = ArchiveOptions { clock, limits, ..ArchiveOptions::default() };
        Archive::open_at(&ArchiveLocation::File(path.into()), Access::ReadWrite, options).unwrap()
    }

    fn late_evening() -> Timestamp {
        "2026-03-01T15:59:59.500Z".parse().unwrap()
    }

    fn after_midnight() -> Timestamp {
        "2026-03-01T16:00:00Z".parse().unwrap()
    }

    fn is_granted(archive: &Archive, keyword: &str, charged: Charged) -> bool {
        match archive.acquire(&request(keyword), Timestamp::MAX).unwrap() {
            Acquired::Granted(lease) => {
                archive.complete(lease, ending(charged), None).unwrap();
                true
            }
            Acquired::Limited(LimitReached::Budget(budget)) => {
                assert_eq!((budget.used, budget.in_flight), (budget.limit, 0));
                false
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_day_ends_at_midnight_in_china_and_the_total_counts_all_days() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("archive.db");
        let limits = SharedLimits { total: Some(3), per_day: Some(2), ..SharedLimits::default() };
        let evening = open(&path, limits, late_evening);
        for charged in [Charged::No, Charged::Yes, Charged::No, Charged::Unknown] {
            assert!(is_granted(&evening, "甲", charged));
        }
        assert!(!is_granted(&evening, "乙", Charged::Yes));
        let morning = open(&path, limits, after_midnight);
        assert!(is_granted(&morning, "丙", Charged::Yes));
        let [total, today] = morning.budgets(limits).unwrap()[..] else { panic!("two budgets") };
        assert_eq!((total.used, total.left(), today.used, today.left()), (3, 0, 1, 1));
        assert_eq!(evening.budgets(limits).unwrap()[1].ends_at(), Some(after_midnight()));
        assert!(!is_granted(&morning, "丁", Charged::Yes));
    }

    #[test]
    fn an_open_attempt_counts_until_it_is_released_or_ends() {
        let folder = tempfile::tempdir().unwrap();
        let limits = SharedLimits { total: Some(1), ..SharedLimits::default() };
        let archive = open(&folder.path().join("archive.db"), limits, late_evening);
        for charged in [None, Some(Charged::No), Some(Charged::Yes)] {
            let Acquired::Granted(lease) = archive.acquire(&request("甲"), Timestamp::MAX).unwrap() else {
                panic!("the budget is free")
            };
            let second = archive.acquire(&request("乙"), Timestamp::MAX).unwrap();
            let Acquired::Limited(LimitReached::Budget(budget)) = second else { panic!("{second:?}") };
            assert_eq!((budget.used, budget.in_flight), (1, 1));
            match charged {
                None => archive.release(lease).unwrap(),
                Some(charged) => drop(archive.complete(lease, ending(charged), None).unwrap()),
            }
        }
        assert!(!is_granted(&archive, "乙", Charged::Yes));
    }

    #[test]
    fn the_turn_of_a_rate_comes_after_its_interval_also_after_the_clock_was_set_back() {
        let interval = Duration::from_millis(200);
        let wait = |latest, now| time_to_wait(latest, now, interval).map(|wait| wait.as_millis());
        assert_eq!(wait(1_000_000, 1_050_000), Some(150));
        assert_eq!(wait(1_000_000, 1_200_000), None);
        assert_eq!(wait(3_600_000_000, 0), Some(200));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("archive.db");
        let limits = SharedLimits { interval, ..SharedLimits::default() };
        let ahead = open(&path, limits, after_midnight);
        assert!(is_granted(&ahead, "甲", Charged::Yes));
        let behind = open(&path, limits, late_evening);
        for _ in 0..2 {
            let acquired = behind.acquire(&request("乙"), Timestamp::MAX).unwrap();
            assert_eq!(acquired, Acquired::Limited(LimitReached::Rate(interval)));
        }
    }
}
