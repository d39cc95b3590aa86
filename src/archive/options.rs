//! The options for opening an archive.

use super::budget::SharedLimits;
use super::owner::RunOwner;
#[cfg(feature = "postgres")]
use super::postgres::address::PostgresSettings;
use jiff::Timestamp;
use std::fmt;
use std::path::{Path, PathBuf};

/// The location of an archive.
#[derive(Debug, Clone)]
pub enum ArchiveLocation {
    /// In an SQLite file.
    File(PathBuf),
    /// In a PostgreSQL database.
    #[cfg(feature = "postgres")]
    Server(Box<PostgresSettings>),
}

impl ArchiveLocation {
    /// The file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            #[cfg(feature = "postgres")]
            Self::Server(_) => None,
        }
    }

    /// The file on this machine for answers that could not be stored on a server.
    pub(super) fn spool(&self) -> Option<&Path> {
        match self {
            Self::File(_) => None,
            #[cfg(feature = "postgres")]
            Self::Server(settings) => Some(&settings.spool),
        }
    }
}

impl fmt::Display for ArchiveLocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(formatter),
            #[cfg(feature = "postgres")]
            Self::Server(settings) => settings.location().display().fmt(formatter),
        }
    }
}

/// The purpose for which an archive is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// To buy: created if missing, brought to the current schema, and tested by a write.
    ReadWrite,
    /// To read: it must exist. Nothing changes, except that an old schema is brought up to date.
    ReadOnly,
}

/// The behaviour of an archive.
#[derive(Debug, Clone)]
pub struct ArchiveOptions {
    /// The clock of this machine.
    pub clock: fn() -> Timestamp,
    /// The limits that all runs on this archive share.
    pub limits: SharedLimits,
    /// The machine and the user, for the ledger.
    pub owner: RunOwner,
}

impl Default for ArchiveOptions {
    fn default() -> Self {
        Self { clock: Timestamp::now, limits: SharedLimits::default(), owner: RunOwner::default() }
    }
}
