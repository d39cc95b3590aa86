//! The clock of time stamps in signatures, corrected by the `Date` header of the vendor.

use crate::locking::lock;
use jiff::{SignedDuration, Timestamp};
use std::sync::Mutex;

/// Smaller differences come from the network and from the whole seconds of the header.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(20);

/// The computer's clock plus a correction, at first none. Each vendor has its own, because their clocks may differ.
#[derive(Debug, Default)]
pub struct Clock {
    correction: Mutex<SignedDuration>,
}

impl Clock {
    /// The corrected time.
    pub fn now(&self) -> Timestamp {
        Timestamp::now().saturating_add(*lock(&self.correction)).unwrap_or(Timestamp::MAX)
    }

    /// Sets the correction so that the clock agrees with `server`, the vendor's time at `received_at` by the computer's
    /// clock. Returns the new correction, or `None` if the clock agreed already.
    pub fn synchronise(&self, server: Timestamp, received_at: Timestamp) -> Option<SignedDuration> {
        let difference = received_at.duration_until(server);
        let mut correction = lock(&self.correction);
        if (difference - *correction).abs() < TOLERANCE {
            return None;
        }
        *correction = difference;
        Some(difference)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_follows_a_vendor_that_is_far_ahead_and_ignores_a_second() {
        let clock = Clock::default();
        let now = clock.now();
        assert_eq!(clock.synchronise(now + SignedDuration::from_secs(1), now), None);
        let ahead = SignedDuration::from_mins(20);
        assert_eq!(clock.synchronise(now + ahead, now), Some(ahead));
        assert!(now.duration_until(clock.now()) >= ahead);
    }

    #[test]
    fn a_second_response_does_not_add_to_the_correction() {
        let clock = Clock::default();
        let now = Timestamp::now();
        let ahead = SignedDuration::from_mins(11);
        assert_eq!(clock.synchronise(now + ahead, now), Some(ahead));
        assert_eq!(clock.synchronise(now + ahead, now), None);
        assert!(now.duration_until(clock.now()) < ahead + SignedDuration::from_mins(1));
    }

    #[test]
    fn a_wrong_correction_is_replaced() {
        let clock = Clock::default();
        let now = Timestamp::now();
        clock.synchronise(now + SignedDuration::from_mins(20), now);
        assert_eq!(clock.synchronise(now, now), Some(SignedDuration::ZERO));
    }
}
