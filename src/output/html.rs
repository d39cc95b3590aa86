//! `html`: one self-contained page to forward, with summary, charts, all records, all queries and the evidence.
//!
//! The page loads nothing: style, script, drawings and data are in it, and its content security policy forbids
//! everything else. The first rows of each table are markup, so that it can be read and mailed without scripts;
//! the script shows the others. Text of vendors passes [`sanitise`](super::sanitise) and is escaped by the template.
//! Everything that grows with the records waits in temporary files.

mod columns;
mod data_table;
mod page;
mod words;

pub(super) use page::open;
