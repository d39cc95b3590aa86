//! What hecha talks about: questions, calls, pages, records, outcomes and failures.
//!
//! Pure: nothing here opens a file or a socket, reads a clock or looks at the environment, and nothing
//! here imports another part of the crate.

pub mod change;
pub mod copyright;
pub mod date;
pub mod dishonest;
pub mod failure;
pub mod fold;
pub mod identifier;
pub mod invisible;
pub mod outcome;
pub mod page;
pub mod price;
pub mod query;
pub mod record;
pub mod record_match;
pub mod request;
pub mod secret;
pub mod text;
