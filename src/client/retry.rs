//! Retries of requests that cannot have been charged, and of no others.

use super::pause::pause;
use super::{Client, FetchError, FetchResult};
use crate::domain::failure::{Charged, Failure, FailureKind, Retry};
use crate::domain::request::Request;
use crate::domain::text::{Message, Text, counted, message};
use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// The longest pause that a vendor is granted; after that the request fails.
pub(super) const LONGEST_PAUSE: SignedDuration = SignedDuration::from_secs(120);

/// The pause while a vendor prepares the answer.
const PENDING_PAUSE: Duration = Duration::from_secs(2);

/// The back-off of one request and what it used up so far.
struct RetryPolicy {
    back_off: ExponentialBackoff,
    clock_corrected: bool,
}

fn retry_policy(retries: u32) -> RetryPolicy {
    let back_off = ExponentialBuilder::default()
        .with_jitter()
        .with_min_delay(Duration::from_millis(400))
        .with_max_delay(Duration::from_secs(20))
        .with_max_times(retries as usize)
        .build();
    RetryPolicy { back_off, clock_corrected: false }
}

impl Client {
    /// The layer: makes the call, and repeats it while it fails without having been charged.
    pub(super) fn with_retries(
        &self,
        request: &Request,
        mut attempt: impl FnMut() -> FetchResult,
    ) -> FetchResult {
        let mut policy = retry_policy(self.retries);
        let mut calls = 0;
        loop {
            let mut error = match attempt() {
                Ok(mut fetched) => {
                    fetched.calls += calls;
                    return Ok(fetched);
                }
                Err(error) => error,
            };
            calls += error.calls;
            error.calls = calls;
            let delay = policy.delay(&mut error, |error| self.synchronise_clock(error));
            let Some(delay) = delay else { return Err(error) };
            let (provider, failure, delay_ms) = (request.provider, &error.failure, delay.as_millis());
            log::info!(
                zh = format!("{provider}：{failure:#}；{delay_ms} 毫秒后重试").as_str();
                "{provider}: {failure}; retrying in {delay_ms} ms"
            );
            pause(&self.cancellation, delay).map_err(|cancelled| FetchError { calls, ..cancelled })?;
        }
    }

    /// Sets the clock by the vendor's `Date`. Returns whether a new time stamp may be accepted.
    fn synchronise_clock(&self, error: &FetchError) -> bool {
        let clocks =
            error.response.as_ref().and_then(|response| Some((response.server_date?, response.received_at)));
        let Some((server, received_at)) = clocks else { return false };
        if let Some(difference) = self.clock.synchronise(server, received_at) {
            let difference = in_words(difference);
            log::warn!(
                zh = format!("本机时钟比服务商的{difference:#}；本次运行的签名采用服务商的时间").as_str();
                "this computer's clock is {difference} the vendor's; signatures of this run use the vendor's time"
            );
        }
        true
    }
}

impl RetryPolicy {
    /// The delay before the next attempt; `None` if there must be none.
    fn delay(
        &mut self,
        error: &mut FetchError,
        synchronise_clock: impl FnOnce(&FetchError) -> bool,
    ) -> Option<Duration> {
        if error.failure.charged != Charged::No {
            return None;
        }
        match error.failure.retry {
            Retry::WithServerClock if !self.clock_corrected => {
                self.clock_corrected = true;
                synchronise_clock(error).then_some(Duration::ZERO)
            }
            Retry::AfterPause { not_before } => {
                let delay = pause_until(not_before, self.back_off.next()?);
                if delay.is_none() {
                    asks_for_long_pause(&mut error.failure);
                }
                delay
            }
            Retry::Pending => self.back_off.next().map(|_| PENDING_PAUSE),
            Retry::WithServerClock | Retry::No => None,
        }
    }
}

fn in_words(difference: SignedDuration) -> Message {
    let seconds = difference.as_secs().unsigned_abs();
    let (count, one, many, chinese) = match seconds {
        0..120 => (seconds, "second", "seconds", "秒"),
        _ => ((seconds + 30) / 60, "minute", "minutes", "分钟"),
    };
    let count = counted(count, one, many);
    let amount = message!("{count}", "{count:#} {chinese}");
    if difference.is_positive() {
        message!("{amount} behind", "慢 {amount:#}")
    } else {
        message!("{amount} ahead of", "快 {amount:#}")
    }
}

/// The longer of the back-off and the vendor's pause; `None` if the vendor's exceeds [`LONGEST_PAUSE`].
fn pause_until(not_before: Option<Timestamp>, back_off: Duration) -> Option<Duration> {
    let Some(not_before) = not_before else { return Some(back_off) };
    let asked = Timestamp::now().duration_until(not_before);
    (asked <= LONGEST_PAUSE).then(|| back_off.max(Duration::try_from(asked).unwrap_or_default()))
}

fn asks_for_long_pause(failure: &mut Failure) {
    failure.kind = FailureKind::Temporary;
    failure.hint = Some(Text::new(
        "the vendor asks for a long pause (Retry-After); run the same command again later",
        "服务商要求较长时间的等待（Retry-After）；请稍后重新运行同一命令",
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of attempts if each of them fails in this way.
    fn attempts(failure: &Failure, retries: u32) -> u64 {
        let mut policy = retry_policy(retries);
        for attempts in 1.. {
            let mut error = FetchError { failure: failure.clone(), calls: 1, response: None };
            if policy.delay(&mut error, |_| true).is_none() {
                return attempts;
            }
        }
        unreachable!("the back-off ends")
    }

    #[test]
    fn only_what_cannot_have_been_charged_is_repeated() {
        let throttled = Failure::local(FailureKind::Temporary, Text::new("throttled", "被限流"))
            .with_retry(Retry::AfterPause { not_before: None });
        assert_eq!(attempts(&throttled, 1), 2);
        assert_eq!(attempts(&throttled, 0), 1);
        assert_eq!(attempts(&throttled.clone().with_charged(Charged::Unknown), 1), 1);
        assert_eq!(attempts(&throttled.clone().with_charged(Charged::Yes), 1), 1);
        assert_eq!(attempts(&throttled.clone().with_retry(Retry::No), 1), 1);
        let pending = throttled.with_retry(Retry::Pending);
        assert_eq!(attempts(&pending, 3), 4);
        assert_eq!(attempts(&pending.clone().with_charged(Charged::Unknown), 3), 1);
        assert_eq!(attempts(&pending.with_charged(Charged::Yes), 3), 1);
    }

    #[test]
    fn the_clock_is_corrected_once() {
        let stale = Failure::local(FailureKind::Configuration, Text::new("stale stamp", "时间戳过期"))
            .with_retry(Retry::WithServerClock);
        assert_eq!(attempts(&stale, 5), 2);
    }

    #[test]
    fn a_vendor_that_asks_for_hours_is_not_waited_for() {
        let not_before = Some(Timestamp::now() + SignedDuration::from_hours(3));
        let failure = Failure::local(FailureKind::Temporary, Text::new("throttled", "被限流"))
            .with_retry(Retry::AfterPause { not_before });
        assert_eq!(attempts(&failure, 2), 1);
    }

    #[test]
    fn the_delay_is_the_longer_of_the_back_off_and_the_vendors_pause() {
        let back_off = Duration::from_millis(100);
        assert_eq!(pause_until(None, back_off), Some(back_off));
        let soon = Timestamp::now() + SignedDuration::from_secs(5);
        assert!(pause_until(Some(soon), back_off).unwrap() > Duration::from_secs(4));
        let past = Timestamp::now() - SignedDuration::from_secs(5);
        assert_eq!(pause_until(Some(past), back_off), Some(back_off));
    }
}
