//! `--rate`: the maximum number of requests per second, and none while the vendor asks for a pause.

use super::pause::pause;
use super::{FetchError, FetchResult};
use crate::domain::failure::Retry;
use crate::interrupt::CancellationToken;
use crate::locking::lock;
use jiff::Timestamp;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Limits the request rate of one provider, evenly spread: `5/s` is one request every 200 ms, not a burst of five.
#[derive(Debug)]
pub struct RateLimiter {
    interval: Duration,
    /// The earliest moment of the next request.
    next: Mutex<Instant>,
}

impl RateLimiter {
    /// A limiter with the minimum time between two requests; zero is unlimited until the vendor asks for a pause.
    pub fn new(interval: Duration) -> Self {
        Self { interval, next: Mutex::new(Instant::now()) }
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
        loop {
            let mut next = lock(&self.next);
            let now = Instant::now();
            if *next <= now {
                *next = now + self.interval;
                return Ok(());
            }
            let delay = *next - now;
            drop(next);
            pause(token, delay)?;
        }
    }

    /// Blocks all requests until `moment`, but no longer than [`LONGEST_PAUSE`](super::retry::LONGEST_PAUSE).
    fn pause_until(&self, moment: Timestamp) {
        let length = Timestamp::now().duration_until(moment).min(super::retry::LONGEST_PAUSE);
        let mut next = lock(&self.next);
        *next = (*next).max(Instant::now() + Duration::try_from(length).unwrap_or_default());
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
        let limiter = Arc::new(RateLimiter::new(Duration::from_millis(100)));
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
