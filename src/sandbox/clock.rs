//! The sandbox's clock.

use std::time::{Duration, SystemTime};

/// The sandbox's clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SandboxClock {
    /// The system's clock.
    #[default]
    System,
    /// Ahead of the system's clock by this much: to a client, its own clock is slow.
    Ahead(Duration),
    /// Behind the system's clock by this much.
    Behind(Duration),
}

impl SandboxClock {
    pub(super) fn now(self) -> SystemTime {
        let now = SystemTime::now();
        match self {
            Self::System => Some(now),
            Self::Ahead(offset) => now.checked_add(offset),
            Self::Behind(offset) => now.checked_sub(offset),
        }
        .unwrap_or(now)
    }
}
