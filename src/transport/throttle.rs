//! Pace: at most so many requests a second, and none while a vendor asks for a pause.

use super::pause::{Stopped, interrupted, pause};
use super::{Caller, Refusal, Reply};
use crate::domain::call::Call;
use crate::domain::failure::Retry;
use crate::interrupt::StopRequest;
use crate::locking::lock;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use jiff::Timestamp;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Requests per period, evenly spread: `5/s` is one every 200 ms, not five at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The least time between two requests.
    pub interval: Duration,
}

/// The pace at which a run asks one provider, shared by its stacks.
#[derive(Debug)]
pub struct Pacer {
    limiter: Option<DefaultDirectRateLimiter>,
    paused_until: Mutex<Option<Timestamp>>,
}

impl Pacer {
    /// As quick as `pace` allows; `None` does not hold anything back until a vendor asks for it.
    pub fn new(pace: Option<Pace>) -> Self {
        let quota = pace.and_then(|pace| Quota::with_period(pace.interval));
        let limiter = quota.map(|quota| RateLimiter::direct(quota.allow_burst(NonZeroU32::MIN)));
        Self { limiter, paused_until: Mutex::new(None) }
    }

    async fn wait_for_turn(&self, stop: &StopRequest) -> Result<(), Stopped> {
        loop {
            let paused_until = *lock(&self.paused_until);
            match paused_until.map(|until| Timestamp::now().duration_until(until)) {
                Some(length) if length.is_positive() => pause(stop, length.unsigned_abs()).await?,
                _ => break,
            }
        }
        if let Some(limiter) = &self.limiter {
            while let Err(not_yet) = limiter.check() {
                pause(stop, not_yet.wait_time_from(DefaultClock::default().now())).await?;
            }
        }
        Ok(())
    }

    /// Nothing is sent before this moment.
    fn pause_until(&self, moment: Timestamp) {
        let mut paused_until = lock(&self.paused_until);
        *paused_until = (*paused_until).max(Some(moment.min(longest_pause())));
    }
}

/// The layer that paces every attempt.
pub struct Throttle<C> {
    inner: C,
    pacer: Arc<Pacer>,
    stop: StopRequest,
}

impl<C> Throttle<C> {
    pub(super) const fn new(inner: C, pacer: Arc<Pacer>, stop: StopRequest) -> Self {
        Self { inner, pacer, stop }
    }
}

impl<C: Caller> Caller for Throttle<C> {
    async fn call(&self, call: &Call) -> Result<Reply, Refusal> {
        self.pacer.wait_for_turn(&self.stop).await.map_err(interrupted)?;
        let result = self.inner.call(call).await;
        if let Err(refusal) = &result
            && let Retry::AfterPause { not_before: Some(not_before) } = refusal.failure.retry
        {
            self.pacer.pause_until(not_before);
        }
        result
    }
}

/// No server may silence a run for longer than this.
fn longest_pause() -> Timestamp {
    Timestamp::now().saturating_add(super::retry::LONGEST_PAUSE).unwrap_or(Timestamp::MAX)
}
