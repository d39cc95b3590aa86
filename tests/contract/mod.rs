//! The contract of `cli.md`, as a stranger's program would check it: every provider through the same tests, the documents'
//! own samples through every format, and each exit code.

pub mod adapter;
pub mod columns;
mod configured;
pub mod formats;
mod matching;
mod merging;
mod outcomes;
mod paging;
mod requests;
