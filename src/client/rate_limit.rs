//! `--rate`: the most requests per second, and none while the vendor asks for a pause.

use super::pause::pause;
use super::{FetchError, FetchResult};
use crate::domain::failure::Retry;
use crate::interrupt::CancellationToken;
use crate::locking::lock;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter as Governor};
use jiff::Timestamp;
use std::num::NonZeroU32;
use std::sync::Mutex;
use std::time::Duration;

/// An evenly spread rate: `5/s` is one request every 200 ms, not a burst of five.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// The least time between two requests.
    pub interval: Duration,
}

/// Limits the request rate of one provider.
#[derive(Debug)]
pub struct RateLimiter {
    governor: Option<DefaultDirectRateLimiter>,
    paused_until: Mutex<Option<Timestamp>>,
}

impl RateLimiter {
    /// A limiter of the given rate; `None` is unlimited until the vendor asks for a pause.
    pub fn new(limit: Option<RateLimit>) -> Self {
        let quota = limit.and_then(|limit| Quota::with_period(limit.interval));
        let governor = quota.map(|quota| Governor::direct(quota.allow_burst(NonZeroU32::MIN)));
        Self { governor, paused_until: Mutex::new(None) }
    }

    /// The layer: waits for its turn, then makes the call.
    pub(super) fn throttle(
        &self,
        token: &CancellationToken,
        call: impl FnOnce() -> FetchResult,
    ) -> FetchResult {
        self.wait(token)?;
        let result = call();
        if let Err(error) = &result
            && let Retry::AfterPause { not_before: Some(not_before) } = error.failure.retry
        {
            self.pause_until(not_before);
        }
        result
    }

    /// The vendor may ask for a pause while a call waits, so the delay is computed again after each wait.
    fn wait(&self, token: &CancellationToken) -> Result<(), FetchError> {
        while let Some(delay) = self.delay() {
            pause(token, delay)?;
        }
        Ok(())
    }

    /// The time to wait; `None` takes the turn.
    fn delay(&self) -> Option<Duration> {
        let paused_until = *lock(&self.paused_until);
        if let Some(length) = paused_until.map(|until| Timestamp::now().duration_until(until))
            && length.is_positive()
        {
            return Some(length.unsigned_abs());
        }
        let not_yet = self.governor.as_ref()?.check().err()?;
        Some(not_yet.wait_time_from(DefaultClock::default().now()))
    }

    /// Blocks all requests until `moment`, but no longer than [`LONGEST_PAUSE`](super::retry::LONGEST_PAUSE).
    fn pause_until(&self, moment: Timestamp) {
        let longest = Timestamp::now().saturating_add(super::retry::LONGEST_PAUSE).unwrap_or(Timestamp::MAX);
        let mut paused_until = lock(&self.paused_until);
        *paused_until = (*paused_until).max(Some(moment.min(longest)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::thread;
    use std::time::Instant;

    #[test]
    fn a_pause_of_the_vendor_also_delays_a_call_that_waits_already() {
        let limiter = Arc::new(RateLimiter::new(Some(RateLimit { interval: Duration::from_millis(100) })));
        let token = CancellationToken::new();
        let begun = Instant::now();
        limiter.wait(&token).unwrap();
        let second = {
            let (limiter, token) = (Arc::clone(&limiter), token.clone());
            thread::spawn(move || limiter.wait(&token))
        };
        thread::sleep(Duration::from_millis(20));
        limiter.pause_until(Timestamp::now() + Duration::from_millis(400));
        second.join().unwrap().unwrap();
        assert!(begun.elapsed() >= Duration::from_millis(400), "{:?}", begun.elapsed());
    }
}
