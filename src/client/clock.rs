//! The clock that requests are stamped with, and its correction by a server's `Date`.

use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::{AtomicI64, Ordering};

/// A smaller difference is the network's and the header's, which counts whole seconds.
const WORTH_CORRECTING: SignedDuration = SignedDuration::from_secs(20);

/// The computer's clock, plus what a server has shown it to be wrong by.
#[derive(Debug, Default)]
pub struct Clock {
    offset_milliseconds: AtomicI64,
}

impl Clock {
    /// The computer's clock as it is.
    pub fn new() -> Self {
        Self::default()
    }

    /// Now, corrected.
    pub fn now(&self) -> Timestamp {
        let offset = SignedDuration::from_millis(self.offset_milliseconds.load(Ordering::Relaxed));
        Timestamp::now().saturating_add(offset).unwrap_or(Timestamp::MAX)
    }

    /// Follows a server's clock and says by how much ours was wrong; `None` where the difference explains
    /// nothing.
    pub fn follow(&self, server: Timestamp, received_at: Timestamp) -> Option<SignedDuration> {
        let difference = received_at.duration_until(server);
        if difference.abs() < WORTH_CORRECTING {
            return None;
        }
        let milliseconds = i64::try_from(difference.as_millis()).ok()?;
        self.offset_milliseconds.fetch_add(milliseconds, Ordering::Relaxed);
        Some(difference)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_follows_a_server_that_is_far_ahead_and_ignores_a_second() {
        let clock = Clock::new();
        let now = clock.now();
        assert_eq!(clock.follow(now + SignedDuration::from_secs(1), now), None);
        let ahead = SignedDuration::from_mins(20);
        assert_eq!(clock.follow(now + ahead, now), Some(ahead));
        assert!(now.duration_until(clock.now()) >= ahead);
    }
}
