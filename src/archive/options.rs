//! How an archive is opened.

use super::budget::SharedLimits;
use jiff::Timestamp;

/// What the archive is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// To buy: created if missing, brought to the current schema, and tested by a write.
    ReadWrite,
    /// To read: it must exist. Nothing changes, except that an old schema is brought up to date.
    ReadOnly,
}

/// What a stored answer survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// The end of the process, however it ends.
    #[default]
    Kill,
    /// A power failure too; each commit waits for the disk.
    PowerLoss,
}

/// How an archive behaves.
#[derive(Debug, Clone, Copy)]
pub struct ArchiveOptions {
    /// What a stored answer survives.
    pub durability: Durability,
    /// The clock of the ledger.
    pub clock: fn() -> Timestamp,
    /// What all runs on this archive may buy together.
    pub limits: SharedLimits,
}

impl Default for ArchiveOptions {
    fn default() -> Self {
        Self { durability: Durability::default(), clock: Timestamp::now, limits: SharedLimits::default() }
    }
}
