//! The user's own limit: how many calls that may be charged a run may make.

use super::pause::{Stopped, interrupted};
use super::{Caller, Origin, Refusal, Reply};
use crate::domain::failure::{Charged, Failure, FailureKind};
use crate::domain::request::Request;
use crate::domain::text::{Text, message};
use crate::interrupt::CancellationToken;
use crate::locking::lock;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::timeout;

/// How often a call that waits for another one looks whether the run is to stop.
const LOOK_UP_EVERY: Duration = Duration::from_millis(50);

#[derive(Debug, Default)]
struct Spending {
    spent: u64,
    under_way: u64,
}

/// Counts what may have been charged, and what is under way and still may be. Shared by a run's providers.
#[derive(Debug)]
pub struct Budget {
    limit: u64,
    spending: Mutex<Spending>,
    settled: Notify,
}

impl Budget {
    /// At most `limit` calls that may be charged.
    pub fn new(limit: u64) -> Self {
        Self { limit, spending: Mutex::default(), settled: Notify::new() }
    }

    /// Calls that may have been charged so far.
    pub fn spent(&self) -> u64 {
        lock(&self.spending).spent
    }

    /// The user's limit.
    pub const fn limit(&self) -> u64 {
        self.limit
    }

    /// Takes one call out of the budget. While calls are under way that may yet turn out free, it waits for
    /// them rather than refuse too early.
    async fn reserve(&self, stop: &CancellationToken) -> Result<(), Failure> {
        loop {
            // From here on it hears of what is settled.
            let settled = self.settled.notified();
            if self.takes_one()? {
                return Ok(());
            }
            if stop.is_cancelled() {
                return Err(interrupted(Stopped).failure);
            }
            let _ = timeout(LOOK_UP_EVERY, settled).await;
        }
    }

    /// Whether a call could be taken at once; an error where none will be left.
    fn takes_one(&self) -> Result<bool, Failure> {
        let mut spending = lock(&self.spending);
        if spending.spent + spending.under_way < self.limit {
            spending.under_way += 1;
            return Ok(true);
        }
        if spending.spent >= self.limit {
            return Err(self.exhausted());
        }
        Ok(false)
    }

    fn settle(&self, charged: Charged) {
        let mut spending = lock(&self.spending);
        spending.under_way -= 1;
        if charged != Charged::No {
            spending.spent += 1;
        }
        drop(spending);
        self.settled.notify_waiters();
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
            "run the same command again with a higher --max-calls: what was bought is in the archive and is not paid for again",
            "提高 --max-calls 后重新运行同一命令：已购买的页面在存档中，不会重复付费",
        ))
    }
}

/// The layer: reserves before the call, settles by what it turned out to cost.
pub struct WithinBudget<C> {
    inner: C,
    budget: Arc<Budget>,
    stop: CancellationToken,
}

impl<C> WithinBudget<C> {
    pub(super) const fn new(inner: C, budget: Arc<Budget>, stop: CancellationToken) -> Self {
        Self { inner, budget, stop }
    }
}

impl<C: Caller> Caller for WithinBudget<C> {
    async fn call(&self, call: &Request) -> Result<Reply, Refusal> {
        self.budget.reserve(&self.stop).await.map_err(Refusal::unsent)?;
        let mut place = Place { budget: &self.budget, charged: Charged::Unknown };
        let result = self.inner.call(call).await;
        place.charged = match &result {
            Ok(reply) if reply.origin == Origin::Archive => Charged::No,
            Ok(reply) => reply.answered.charged,
            Err(refusal) => refusal.failure.charged,
        };
        result
    }
}

/// A place in the budget, until it is settled. A call that is dropped on its way may have been charged.
struct Place<'a> {
    budget: &'a Budget,
    charged: Charged,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.budget.settle(self.charged);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::EventLoop;
    use crate::domain::request::ProviderId;

    #[test]
    fn free_attempts_give_their_place_back_and_paid_ones_do_not() {
        let (budget, stop) = (Budget::new(2), CancellationToken::new());
        EventLoop::new().unwrap().run(async {
            for charged in [Charged::No, Charged::Yes, Charged::No, Charged::Unknown] {
                budget.reserve(&stop).await.unwrap();
                budget.settle(charged);
            }
            assert_eq!(budget.spent(), 2);
            assert_eq!(budget.reserve(&stop).await.unwrap_err().kind, FailureKind::Limit);
        });
    }

    struct Silent;

    impl Caller for Silent {
        async fn call(&self, _: &Request) -> Result<Reply, Refusal> {
            std::future::pending().await
        }
    }

    #[test]
    fn a_call_that_is_dropped_on_its_way_may_have_been_charged_and_keeps_nobody_waiting() {
        let (budget, stop) = (Arc::new(Budget::new(1)), CancellationToken::new());
        let layer = WithinBudget::new(Silent, Arc::clone(&budget), stop.clone());
        let call = Request {
            provider: ProviderId::Market,
            form: "f@1",
            endpoint: String::new(),
            parameters: vec![],
        };
        EventLoop::new().unwrap().run(async {
            assert!(timeout(Duration::from_millis(10), layer.call(&call)).await.is_err());
            assert_eq!(budget.spent(), 1);
            assert_eq!(budget.reserve(&stop).await.unwrap_err().kind, FailureKind::Limit);
        });
    }

    #[test]
    fn the_last_place_waits_for_a_call_under_way_that_turns_out_free() {
        let (budget, stop) = (Arc::new(Budget::new(1)), CancellationToken::new());
        EventLoop::new().unwrap().run(budget.reserve(&stop)).unwrap();
        let waiting = {
            let (budget, stop) = (Arc::clone(&budget), stop.clone());
            std::thread::spawn(move || EventLoop::new().unwrap().run(budget.reserve(&stop)))
        };
        std::thread::sleep(Duration::from_millis(30));
        budget.settle(Charged::No);
        assert!(waiting.join().unwrap().is_ok());
    }
}
