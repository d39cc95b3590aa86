//! RateLimit: at most so many requests a second, and none while a vendor asks for a pause.

use super::pause::{Stopped, interrupted, pause};
use super::{Caller, Refusal, Reply};
use crate::domain::failure::Retry;
use crate::domain::request::Request;
use crate::interrupt::CancellationToken;
use crate::locking::lock;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use jiff::Timestamp;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Requests per period, evenly spread: `5/s` is one every 200 ms, not five at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
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
    pub fn new(pace: Option<RateLimit>) -> Self {
        let quota = pace.and_then(|pace| Quota::with_period(pace.interval));
        let limiter = quota.map(|quota| RateLimiter::direct(quota.allow_burst(NonZeroU32::MIN)));
        Self { limiter, paused_until: Mutex::new(None) }
    }

    async fn wait_for_turn(&self, stop: &CancellationToken) -> Result<(), Stopped> {
        // Whoever waits for his turn may have to wait for the vendor after all.
        while let Some(length) = self.time_to_wait() {
            pause(stop, length).await?;
        }
        Ok(())
    }

    /// `None` for whoever may go now; his turn is taken.
    fn time_to_wait(&self) -> Option<Duration> {
        let paused_until = *lock(&self.paused_until);
        if let Some(length) = paused_until.map(|until| Timestamp::now().duration_until(until))
            && length.is_positive()
        {
            return Some(length.unsigned_abs());
        }
        let not_yet = self.limiter.as_ref()?.check().err()?;
        Some(not_yet.wait_time_from(DefaultClock::default().now()))
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
    stop: CancellationToken,
}

impl<C> Throttle<C> {
    pub(super) const fn new(inner: C, pacer: Arc<Pacer>, stop: CancellationToken) -> Self {
        Self { inner, pacer, stop }
    }
}

impl<C: Caller> Caller for Throttle<C> {
    async fn call(&self, call: &Request) -> Result<Reply, Refusal> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::EventLoop;
    use std::time::Instant;

    #[test]
    fn whoever_waits_for_his_turn_waits_for_a_vendor_that_asks_for_a_pause_meanwhile() {
        let pacer = Arc::new(Pacer::new(Some(RateLimit { interval: Duration::from_millis(100) })));
        let stop = CancellationToken::new();
        let begun = Instant::now();
        EventLoop::new().unwrap().run(async {
            pacer.wait_for_turn(&stop).await.unwrap();
            let second = tokio::spawn({
                let (pacer, stop) = (Arc::clone(&pacer), stop.clone());
                async move { pacer.wait_for_turn(&stop).await }
            });
            tokio::time::sleep(Duration::from_millis(20)).await;
            pacer.pause_until(Timestamp::now() + Duration::from_millis(400));
            second.await.unwrap().unwrap();
        });
        assert!(begun.elapsed() >= Duration::from_millis(400), "{:?}", begun.elapsed());
    }
}
