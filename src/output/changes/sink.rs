//! What every format of changes implements.

use crate::domain::change::{Change, ComparedQuery};
use crate::domain::record::Topic;
use crate::domain::text::Language;
use std::io;

/// How many bytes of what is written last are held in memory.
pub(super) const HELD_IN_MEMORY: usize = 256 * 1024;

/// A destination of changes.
pub trait ChangeSink {
    /// One record that differs.
    fn change(&mut self, change: &Change) -> io::Result<()>;

    /// The end of one query.
    fn query(&mut self, query: &ComparedQuery) -> io::Result<()>;

    /// Completes the document.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// What the formats need to know. Each takes what concerns it.
#[derive(Debug, Clone, Copy)]
pub struct ChangeLayout {
    /// The kind of records.
    pub topic: Topic,
    /// The language of headings, and of the formats for people.
    pub language: Language,
    /// The terminal's width in columns, for `table`.
    pub width: Option<u16>,
}
