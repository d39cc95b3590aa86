//! Pauses that end early on cancellation.

use super::FetchError;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::text::Text;
use crate::interrupt::CancellationToken;
use std::thread;
use std::time::{Duration, Instant};

/// The interval at which a pause checks for cancellation.
const CANCELLATION_CHECK: Duration = Duration::from_millis(20);

/// Sleeps for `length`.
///
/// # Errors
/// Early, if the token is cancelled.
pub(super) fn pause(token: &CancellationToken, length: Duration) -> Result<(), FetchError> {
    let end = Instant::now() + length;
    loop {
        if token.is_cancelled() {
            return Err(cancelled());
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        thread::sleep(left.min(CANCELLATION_CHECK));
    }
}

/// The failure of a request that was cancelled before it was sent.
pub(super) fn cancelled() -> FetchError {
    FetchError::unsent(Failure::local(
        FailureKind::Interrupted,
        Text::new("the run ended before this request was sent", "请求尚未发出，运行已结束"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_ends_early_when_the_pipe_closes() {
        let token = CancellationToken::new();
        let closer = token.clone();
        let started = Instant::now();
        let thread = thread::spawn(move || closer.pipe_closed());
        assert!(pause(&token, Duration::from_mins(1)).is_err());
        thread.join().unwrap();
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn a_pause_ends_early_when_the_run_cancels_itself() {
        let token = CancellationToken::new();
        token.cancel();
        assert!(pause(&token, Duration::from_mins(1)).is_err());
    }
}
