//! Repeats what cannot have been charged, and nothing else (`notes.md`, section 5).

use super::pause::{interrupted, pause};
use super::{Caller, Clock, Refusal, Reply};
use crate::domain::failure::{Charged, Failure, FailureKind, Retry};
use crate::domain::request::Request;
use crate::domain::text::{Message, Text, message};
use crate::interrupt::CancellationToken;
use backon::{BackoffBuilder, ExponentialBuilder};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;

/// A server that asks for a longer pause than this is not waited for.
pub(super) const LONGEST_PAUSE: SignedDuration = SignedDuration::from_secs(120);

/// The layer that repeats.
pub struct RetryUncharged<C> {
    inner: C,
    retries: u32,
    clock: Arc<Clock>,
    stop: CancellationToken,
}

impl<C> RetryUncharged<C> {
    pub(super) const fn new(inner: C, retries: u32, clock: Arc<Clock>, stop: CancellationToken) -> Self {
        Self { inner, retries, clock, stop }
    }

    fn back_off(&self) -> impl Iterator<Item = Duration> + use<C> {
        ExponentialBuilder::default()
            .with_jitter()
            .with_min_delay(Duration::from_millis(400))
            .with_max_delay(Duration::from_secs(20))
            .with_max_times(self.retries as usize)
            .build()
    }
}

impl<C: Caller> Caller for RetryUncharged<C> {
    async fn call(&self, call: &Request) -> Result<Reply, Refusal> {
        let mut pauses = self.back_off();
        let mut calls = 0;
        let mut clock_corrected = false;
        loop {
            let mut refusal = match self.inner.call(call).await {
                Ok(mut reply) => {
                    reply.calls += calls;
                    return Ok(reply);
                }
                Err(refusal) => refusal,
            };
            calls += refusal.calls;
            refusal.calls = calls;
            let length = match refusal.failure.retry {
                Retry::WithServerClock if !clock_corrected && refusal.failure.charged == Charged::No => {
                    clock_corrected = true;
                    if !self.correct_clock(&mut refusal) {
                        return Err(refusal);
                    }
                    Duration::ZERO
                }
                Retry::AfterPause { not_before } if refusal.failure.charged == Charged::No => {
                    let Some(pause) = pauses.next() else { return Err(refusal) };
                    match pause_until(not_before, pause) {
                        Some(pause) => pause,
                        None => return Err(asks_for_too_long_a_pause(refusal)),
                    }
                }
                Retry::Pending { pause } => match pauses.next() {
                    Some(_) => pause,
                    None => return Err(refusal),
                },
                _ => return Err(refusal),
            };
            let (provider, failure, pause_ms) = (call.provider, &refusal.failure, length.as_millis());
            log::info!(
                zh = format!("{provider}：{failure:#}；{pause_ms} 毫秒后重试").as_str();
                "{provider}: {failure}; trying again in {pause_ms} ms"
            );
            if let Err(stopped) = pause(&self.stop, length).await {
                return Err(Refusal { calls, ..interrupted(stopped) });
            }
        }
    }
}

impl<C> RetryUncharged<C> {
    /// Follows the server's clock, and says whether a new stamp may do better than the refused one.
    fn correct_clock(&self, refusal: &mut Refusal) -> bool {
        let clocks =
            refusal.answer.as_ref().and_then(|answer| Some((answer.server_date?, answer.received_at)));
        match clocks.and_then(|(server, received_at)| self.clock.follow(server, received_at)) {
            Some(difference) => {
                let difference = in_words(difference);
                log::warn!(
                    zh = format!("本机时钟比服务商的{difference:#}；本次运行的签名改用服务商的时钟").as_str();
                    "this computer's clock is {difference} the vendor's; signatures of this run follow the vendor's clock"
                );
                true
            }
            // Both clocks agree: the stamp grew old on the way.
            None if clocks.is_some() => true,
            // Another thread may have corrected the clock while this answer was under way.
            None => self.clock.now().duration_until(Timestamp::now()).abs() > SignedDuration::from_secs(1),
        }
    }
}

fn in_words(difference: SignedDuration) -> Message {
    let seconds = difference.as_secs().unsigned_abs();
    let amount = if seconds < 120 {
        message!("{seconds} seconds", "{seconds} 秒")
    } else {
        message!("{minutes} minutes", "{minutes} 分钟", minutes = (seconds + 30) / 60)
    };
    if difference.is_positive() {
        message!("{amount} behind", "慢 {amount:#}")
    } else {
        message!("{amount} ahead of", "快 {amount:#}")
    }
}

/// The longer of our own back-off and the server's wish; `None` where that is more than we wait for.
fn pause_until(not_before: Option<Timestamp>, own: Duration) -> Option<Duration> {
    let Some(not_before) = not_before else { return Some(own) };
    let asked = Timestamp::now().duration_until(not_before);
    (asked <= LONGEST_PAUSE).then(|| if asked.is_positive() { own.max(asked.unsigned_abs()) } else { own })
}

fn asks_for_too_long_a_pause(mut refusal: Refusal) -> Refusal {
    refusal.failure = Failure {
        kind: FailureKind::Temporary,
        hint: Some(Text::new(
            "the vendor asks for a long pause (Retry-After); run the same command again later",
            "服务商要求较长时间的等待（Retry-After）；请稍后重新运行同一命令",
        )),
        ..refusal.failure
    };
    refusal
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::EventLoop;
    use crate::domain::request::ProviderId;
    use std::sync::Mutex;

    struct Scripted(Mutex<Vec<Failure>>);

    impl Caller for Scripted {
        async fn call(&self, _: &Request) -> Result<Reply, Refusal> {
            let failure = self.0.lock().unwrap().pop().expect("no attempt more than scripted");
            Err(Refusal { failure, calls: 1, answer: None })
        }
    }

    fn attempts(failure: &Failure, retries: u32) -> u64 {
        let script = Scripted(Mutex::new(vec![failure.clone(); 1 + retries as usize]));
        let call = Request {
            provider: ProviderId::Market,
            form: "f@1",
            endpoint: String::new(),
            parameters: vec![],
        };
        let clock = Arc::new(Clock::new());
        let layer = RetryUncharged::new(script, retries, clock, CancellationToken::new());
        EventLoop::new().unwrap().run(layer.call(&call)).unwrap_err().calls
    }

    #[test]
    fn only_what_cannot_have_been_charged_is_repeated() {
        let throttled = Failure::local(FailureKind::Temporary, Text::new("throttled", "被限流"))
            .with_retry(Retry::AfterPause { not_before: None });
        assert_eq!(attempts(&throttled, 1), 2);
        assert_eq!(attempts(&throttled, 0), 1);
        assert_eq!(attempts(&throttled.clone().with_charged(Charged::Unknown), 1), 1);
        assert_eq!(attempts(&throttled.clone().with_charged(Charged::Yes), 1), 1);
        assert_eq!(attempts(&throttled.with_retry(Retry::No), 1), 1);
    }

    #[test]
    fn a_server_that_asks_for_hours_is_not_waited_for() {
        let not_before = Some(Timestamp::now() + SignedDuration::from_hours(3));
        let failure = Failure::local(FailureKind::Temporary, Text::new("throttled", "被限流"))
            .with_retry(Retry::AfterPause { not_before });
        assert_eq!(attempts(&failure, 2), 1);
    }

    #[test]
    fn the_pause_is_the_longer_of_ours_and_the_servers() {
        let own = Duration::from_millis(100);
        assert_eq!(pause_until(None, own), Some(own));
        let soon = Timestamp::now() + SignedDuration::from_secs(5);
        assert!(pause_until(Some(soon), own).unwrap() > Duration::from_secs(4));
        let past = Timestamp::now() - SignedDuration::from_secs(5);
        assert_eq!(pause_until(Some(past), own), Some(own));
    }
}
