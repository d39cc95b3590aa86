//! The traits that the formats implement: of a run, and of a comparison.

use crate::domain::change::ComparedQuery;
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::Row;
use crate::input::ListRow;
use std::io::{self, Write};

/// The size of a writer's buffer, and of a temporary file that is held in memory.
pub(super) const BUFFER_BYTES: usize = 64 * 1024;

/// The destination of a sink: a file, a pipe or a terminal.
pub type OutputWriter = Box<dyn Write + Send>;

/// The rows of a list in their order, for output that joins them with outcomes. They are read once the run is over.
pub type InputRows = Box<dyn Iterator<Item = io::Result<ListRow>>>;

/// One output of a run. The rows of a query arrive together and before its outcome.
pub trait Sink {
    /// One record.
    fn row(&mut self, row: &Row) -> io::Result<()>;

    /// The end of one query.
    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()>;

    /// Passes on everything written so far, so that the reader of a pipe gets it. A format that needs later rows first
    /// may keep what it has.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Completes the document, also after an interruption. The document is valid afterwards.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// A destination of changes.
pub trait ChangeSink {
    /// One query with its changes.
    fn query(&mut self, query: &ComparedQuery) -> io::Result<()>;

    /// Completes the document.
    fn finish(self: Box<Self>) -> io::Result<()>;
}
