//! The archive: every paid answer and every attempt to buy one, in one database.
//!
//! This module owns the database, its schema, its locks and its ledger; no other module uses a database library. It does
//! not decide what to buy, reuse or repeat. It holds no secret and no signature: a request has none, and the client masks
//! what vendors echo. An archive that cannot be used is an error; there is no fallback.
//!
//! # Durability
//! What [`Archive::acquire`] and [`Archive::complete`] commit survives the end of the process, SIGKILL included. With
//! SQLite, a power failure may lose the last seconds, but never damages what was stored before.
//!
//! # Several runs at once
//! A lease is an open row in `attempts`, and a unique index allows one for each request. A run is a row in `runs`; what
//! shows that it is alive depends on the store. Open attempts of a dead run are recorded by the next run.

mod answer;
mod backup;
mod body;
mod budget;
mod entries;
mod error;
mod exported;
mod handle;
mod import;
mod lease;
mod maintenance;
mod notice;
mod opening;
mod options;
mod owner;
#[cfg(feature = "postgres")]
mod postgres;
mod runs;
mod shards;
mod snapshot;
mod spool;
mod sqlite;
mod store;
mod usage;
mod writer;

#[cfg(feature = "postgres")]
pub use self::postgres::PostgresSettings;
pub use answer::{
    Acquired, AnswerId, AttemptEnding, BodyUse, Entry, EntryFilter, EntrySummary, Keep, Lease, LeaseHolder,
    StoredAnswer, outcome_in_words,
};
pub use budget::{BudgetUse, LimitReached, SharedLimits};
pub use error::{ArchiveError, ArchiveProblem};
pub use handle::Archive;
pub use import::ImportSummary;
pub use lease::Completion;
pub use maintenance::{PruneSummary, VerifySummary};
pub use options::{Access, ArchiveLocation, ArchiveOptions};
pub use owner::RunOwner;
pub use snapshot::{NewSnapshot, StoredQuery, StoredSnapshot};
pub(crate) use sqlite::files::{create_private as create_private_file, make_folder as create_private_folder};
pub use usage::{UsageDetail, UsageRow};

#[cfg(test)]
mod tests;
