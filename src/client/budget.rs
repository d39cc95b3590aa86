//! Limits of calls that may be charged: `--max-calls` of this run, and the sentence for a budget of all runs.

use super::pause::pause;
use super::{FetchError, FetchResult};
use crate::archive::BudgetUse;
use crate::domain::date::moment_in_shanghai;
use crate::domain::failure::{Charged, Failure, FailureKind};
use crate::domain::text::{Text, counted, message};
use crate::interrupt::CancellationToken;
use crate::locking::lock;
use std::sync::Mutex;
use std::time::Duration;

/// The interval at which a waiting call checks whether one in flight was free.
const FREE_CALL_CHECK: Duration = Duration::from_millis(20);

#[derive(Debug, Default)]
struct Spending {
    spent: u64,
    in_flight: u64,
}

/// The budget of a run, shared by its providers.
#[derive(Debug)]
pub struct Budget {
    limit: u64,
    spending: Mutex<Spending>,
}

impl Budget {
    /// A budget of `limit` calls that may be charged.
    pub fn new(limit: u64) -> Self {
        Self { limit, spending: Mutex::default() }
    }

    /// Calls so far that may have been charged.
    pub fn spent(&self) -> u64 {
        lock(&self.spending).spent
    }

    /// The layer: reserves a call, makes it, and settles by what it was charged.
    pub(super) fn spend(&self, token: &CancellationToken, call: impl FnOnce() -> FetchResult) -> FetchResult {
        self.reserve(token)?;
        let result = call();
        self.settle(match &result {
            Ok(fetched) => fetched.answered.charged,
            Err(error) => error.failure.charged,
        });
        result
    }

    /// Reserves one call. Calls in flight may turn out to be free, so it waits for them before it refuses.
    fn reserve(&self, token: &CancellationToken) -> Result<(), FetchError> {
        loop {
            let mut spending = lock(&self.spending);
            if spending.spent >= self.limit {
                return Err(FetchError::unsent(self.exhausted()));
            }
            if spending.spent + spending.in_flight < self.limit {
                spending.in_flight += 1;
                return Ok(());
            }
            drop(spending);
            pause(token, FREE_CALL_CHECK)?;
        }
    }

    fn settle(&self, charged: Charged) {
        let mut spending = lock(&self.spending);
        spending.in_flight -= 1;
        if charged != Charged::No {
            spending.spent += 1;
        }
    }

    fn exhausted(&self) -> Failure {
        Failure::local(
            FailureKind::Limit,
            message!(
                "--max-calls {limit} is reached; nothing more was bought",
                "已达到 --max-calls {limit}；没有再购买",
                limit = self.limit
            ),
        )
        .with_hint(Text::new(
            "run the command again with a higher --max-calls and without --fresh or --refresh; pages in the archive are not paid for again",
            "提高 --max-calls 后重新运行，且不带 --fresh 与 --refresh；存档中已有的页面不会重复付费",
        ))
    }
}

/// The failure of a request that a budget of all runs on the archive does not allow.
pub(super) fn used_up(budget: &BudgetUse) -> Failure {
    let BudgetUse { day, limit, used, .. } = budget;
    let message = match day {
        None => message!(
            "the budget of all runs is used up: {used} of {calls} ([budget] total); nothing more was bought",
            "全部运行共用的预算已用完：{used}/{calls:#} 次调用（[budget] total）；没有再购买",
            calls = counted(*limit, "call", "calls")
        ),
        Some(day) => message!(
            "the budget of {day} is used up: {used} of {calls} ([budget] per_day); nothing more is bought before {opens}",
            "{day} 的预算已用完：{used}/{calls:#} 次调用（[budget] per_day）；{opens} 起可继续购买",
            calls = counted(*limit, "call", "calls"),
            opens = budget.ends_at().map(moment_in_shanghai).unwrap_or_default()
        ),
    };
    Failure::local(FailureKind::Limit, message).with_hint(Text::new(
        "raise the budget or wait until it allows more, then run the command again without --fresh or --refresh; pages in the archive are not paid for again",
        "请提高预算或待其恢复，然后重新运行，且不带 --fresh 与 --refresh；存档中已有的页面不会重复付费",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn free_calls_return_their_reservation_and_paid_ones_do_not() {
        let (budget, token) = (Budget::new(2), CancellationToken::new());
        for charged in [Charged::No, Charged::Yes, Charged::No, Charged::Unknown] {
            budget.reserve(&token).unwrap();
            budget.settle(charged);
        }
        assert_eq!(budget.spent(), 2);
        assert_eq!(budget.reserve(&token).unwrap_err().failure.kind, FailureKind::Limit);
    }

    #[test]
    fn a_call_without_a_response_counts_as_spent() {
        let (budget, token) = (Budget::new(1), CancellationToken::new());
        let lost = Failure::local(FailureKind::Temporary, Text::new("lost", "丢失"));
        let lost = FetchError { failure: lost.with_charged(Charged::Unknown), calls: 1, response: None };
        budget.spend(&token, || Err(lost)).unwrap_err();
        assert_eq!(budget.spent(), 1);
    }

    #[test]
    fn the_last_call_waits_for_one_in_flight_that_turns_out_free() {
        let (budget, token) = (Arc::new(Budget::new(1)), CancellationToken::new());
        budget.reserve(&token).unwrap();
        let waiting = {
            let (budget, token) = (Arc::clone(&budget), token.clone());
            std::thread::spawn(move || budget.reserve(&token))
        };
        std::thread::sleep(Duration::from_millis(30));
        budget.settle(Charged::No);
        assert!(waiting.join().unwrap().is_ok());
    }

    #[test]
    fn a_waiting_call_is_cancelled() {
        let (budget, token) = (Budget::new(1), CancellationToken::new());
        budget.reserve(&token).unwrap();
        token.cancel();
        assert_eq!(budget.reserve(&token).unwrap_err().failure.kind, FailureKind::Interrupted);
    }
}
