//! What every format of changes implements.

use crate::domain::change::{Change, ComparedQuery};
use std::io;

/// A destination of changes.
pub trait ChangeSink {
    /// One record that differs.
    fn change(&mut self, change: &Change) -> io::Result<()>;

    /// The end of one query.
    fn query(&mut self, query: &ComparedQuery) -> io::Result<()>;

    /// Completes the document.
    fn finish(self: Box<Self>) -> io::Result<()>;
}
