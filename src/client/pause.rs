//! Pauses that end early when nothing more may be bought.

use super::Refusal;
use crate::domain::failure::{Charged, Failure, FailureKind};
use crate::domain::text::Text;
use crate::interrupt::CancellationToken;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long a pause may take to notice the wish to stop.
const NOTICE_WITHIN: Duration = Duration::from_millis(20);

/// A pause that ended early, because nothing more may be bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stopped;

/// Pauses, unless nothing more may be bought; then it says so early.
pub(super) async fn pause(stop: &CancellationToken, length: Duration) -> Result<(), Stopped> {
    let end = Instant::now() + length;
    loop {
        if stop.is_cancelled() {
            return Err(Stopped);
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        sleep(left.min(NOTICE_WITHIN)).await;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::EventLoop;

    #[test]
    fn a_pause_ends_early_when_the_pipe_closes() {
        let stop = CancellationToken::new();
        let closer = stop.clone();
        let started = Instant::now();
        let thread = std::thread::spawn(move || closer.pipe_closed());
        let paused = EventLoop::new().unwrap().run(pause(&stop, Duration::from_mins(1)));
        assert_eq!(paused, Err(Stopped));
        thread.join().unwrap();
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn a_pause_ends_early_when_the_run_has_ended_its_buying() {
        let stop = CancellationToken::new();
        stop.cancel();
        assert_eq!(EventLoop::new().unwrap().run(pause(&stop, Duration::from_mins(1))), Err(Stopped));
    }
}
