//! The trait that every format of changes implements.

use crate::domain::change::ComparedQuery;
use std::io;

/// A destination of changes.
pub trait ChangeSink {
    /// One query with its changes.
    fn query(&mut self, query: &ComparedQuery) -> io::Result<()>;

    /// Completes the document.
    fn finish(self: Box<Self>) -> io::Result<()>;
}
