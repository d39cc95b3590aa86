//! Pace: at most so many requests a second, and none while a vendor asks for a pause.

use super::{Caller, Refusal, Reply};
use crate::domain::call::Call;
use crate::domain::failure::{Charged, Failure, FailureKind, Retry};
use crate::domain::text::Text;
use crate::interrupt::{StopRequest, Stopped};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use jiff::Timestamp;
use std::num::NonZeroU32;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

/// Requests per period, evenly spread: `5/s` is one every 200 ms, not five at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The least time between two requests.
    pub interval: Duration,
}

/// The layer that paces every attempt.
pub struct Throttle<C> {
    inner: C,
    limiter: Option<DefaultDirectRateLimiter>,
    paused_until: Mutex<Option<Timestamp>>,
    stop: StopRequest,
}

impl<C> Throttle<C> {
    /// Paces `inner`.
    pub fn new(inner: C, pace: Option<Pace>, stop: StopRequest) -> Self {
        let quota = pace.and_then(|pace| Quota::with_period(pace.interval));
        let limiter = quota.map(|quota| RateLimiter::direct(quota.allow_burst(NonZeroU32::MIN)));
        Self { inner, limiter, paused_until: Mutex::new(None), stop }
    }

    fn wait_for_turn(&self) -> Result<(), Stopped> {
        loop {
            let paused_until = *self.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
            match paused_until.map(|until| Timestamp::now().duration_until(until)) {
                Some(pause) if pause.is_positive() => self.stop.sleep(pause.unsigned_abs())?,
                _ => break,
            }
        }
        if let Some(limiter) = &self.limiter {
            while let Err(not_yet) = limiter.check() {
                self.stop.sleep(not_yet.wait_time_from(DefaultClock::default().now()))?;
            }
        }
        Ok(())
    }
}

/// The failure of a call that was dropped because the run is ending.
pub(super) fn interrupted(_: Stopped) -> Refusal {
    Refusal::unsent(
        Failure::local(
            FailureKind::Interrupted,
            Text::new("the run ended before this call was sent", "本次调用尚未发出，运行已结束"),
        )
        .with_charged(Charged::No),
    )
}

impl<C: Caller> Caller for Throttle<C> {
    fn call(&self, call: &Call) -> Result<Reply, Refusal> {
        self.wait_for_turn().map_err(interrupted)?;
        let result = self.inner.call(call);
        if let Err(refusal) = &result
            && let Retry::AfterPause { not_before: Some(not_before) } = refusal.failure.retry
        {
            let mut paused_until = self.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
            *paused_until = (*paused_until).max(Some(not_before.min(longest_pause())));
        }
        result
    }
}

/// No server may silence a run for longer than this.
fn longest_pause() -> Timestamp {
    Timestamp::now().saturating_add(super::retry::LONGEST_PAUSE).unwrap_or(Timestamp::MAX)
}
