//! The vocabulary: queries, requests, pages, records, outcomes and failures.
//!
//! Pure: this module opens no file or socket, reads neither clock nor environment, and imports no other part of the
//! crate.

pub mod change;
pub mod column;
pub mod date;
pub mod failure;
pub mod fold;
pub mod identifier;
pub mod invisible;
pub mod merge;
pub mod outcome;
pub mod page;
pub mod performance;
pub mod query;
pub mod record;
pub mod record_match;
pub mod request;
pub mod secret;
pub mod text;
