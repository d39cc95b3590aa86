//! What every format implements.

use crate::domain::outcome::QueryOutcome;
use crate::domain::record::Row;
use std::io::{self, Write};

/// How much is collected before it is handed to the writer.
pub(super) const BUFFER_BYTES: usize = 64 * 1024;

/// Where a sink writes to: a file, a pipe, a terminal.
pub type Writer = Box<dyn Write + Send>;

/// What a run writes to, whatever the format. Rows of one query arrive together and before its outcome.
pub trait Sink {
    /// One record.
    fn row(&mut self, row: &Row) -> io::Result<()>;

    /// The end of one query.
    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()>;

    /// One body as the vendor sent it, for `--raw` alone.
    fn body(&mut self, _body: &[u8]) -> io::Result<()> {
        Ok(())
    }

    /// Whether the outcomes must carry the evidence of their pages, which costs a digest for each.
    fn evidence(&self) -> Evidence {
        Evidence::Unwanted
    }

    /// Hands everything written so far to the reader behind a pipe. A format that must see more first (a
    /// table's widths, a spreadsheet) may keep what it has.
    fn flush(&mut self) -> io::Result<()>;

    /// Completes the document, also after an interruption: whatever came before, it is valid afterwards.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// Whether a sink wants to know of each page where it is kept and what its digest is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// It does.
    Wanted,
    /// It does not.
    Unwanted,
}
