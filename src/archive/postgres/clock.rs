//! The clock of the server. Clocks of machines differ, so that all times in a shared archive follow that of its server.

use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::{AtomicI64, Ordering};

/// The time of the server in milliseconds since 1970, in SQL.
pub(super) const SERVER_TIME: &str = "CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)";

/// The clock of the server, as its difference from the clock of this machine.
pub(super) struct ServerClock {
    local: fn() -> Timestamp,
    offset_ms: AtomicI64,
}

impl ServerClock {
    /// A clock that agrees with `local` until it is corrected.
    pub(super) fn new(local: fn() -> Timestamp) -> Self {
        Self { local, offset_ms: AtomicI64::new(0) }
    }

    /// The clock of this machine, in milliseconds since 1970.
    pub(super) fn local_ms(&self) -> i64 {
        (self.local)().as_millisecond()
    }

    /// Corrects the difference: the server told `server_ms` between two moments of this machine. A difference that this
    /// allows stays, so that it does not vary with the duration of a round trip.
    pub(super) fn correct(&self, before_ms: i64, server_ms: i64, after_ms: i64) {
        let offset_ms = self.offset_ms.load(Ordering::SeqCst);
        self.offset_ms
            .store(offset_ms.min(server_ms - before_ms).max(server_ms - after_ms), Ordering::SeqCst);
    }

    /// A moment of the clock of this machine by the clock of the server. The earliest moment, which stands for any age,
    /// stays.
    pub(super) fn time_of(&self, moment: Timestamp) -> Timestamp {
        if moment == Timestamp::MIN {
            return moment;
        }
        let offset = SignedDuration::from_millis(self.offset_ms.load(Ordering::SeqCst));
        moment.saturating_add(offset).unwrap_or(moment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_corrected_only_if_a_round_trip_excludes_it() {
        let clock = ServerClock::new(|| Timestamp::UNIX_EPOCH);
        let now = || clock.time_of(Timestamp::UNIX_EPOCH).as_millisecond();
        clock.correct(1000, 1030, 1050);
        assert_eq!(now(), 0);
        clock.correct(1000, 8500, 9000);
        assert_eq!(now(), 0, "a run that was suspended learns nothing");
        clock.correct(1000, 7_201_030, 1050);
        assert_eq!(now(), 7_199_980);
        clock.correct(1000, 7_201_010, 1040);
        assert_eq!(now(), 7_199_980, "it does not vary with the round trip");
        clock.correct(9_000_000, 1000, 9_000_010);
        assert_eq!(now(), -8_999_000);
        assert_eq!(clock.time_of(Timestamp::MIN), Timestamp::MIN);
    }
}
