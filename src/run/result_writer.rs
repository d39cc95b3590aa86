//! The output of a run: records, bodies and outcomes in the order of the input.

use crate::domain::outcome::QueryOutcome;
use crate::domain::record::Row;
use crate::output::Sink;
use crate::terminal::Terminal;
use std::io;
use std::time::{Duration, Instant};

/// The longest time for which written records wait in the buffer.
pub(super) const FLUSH_INTERVAL: Duration = Duration::from_millis(25);

/// Where the records of a run go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputTarget {
    /// To standard output. A closed pipe stops the run.
    StandardOutput,
    /// To a file.
    File,
}

/// Writes to the output.
pub(super) struct ResultWriter<'a> {
    pub sink: Box<dyn Sink>,
    pub target: OutputTarget,
    pub terminal: &'a Terminal,
    pub is_dirty: bool,
    pub flushed_at: Instant,
}

impl ResultWriter<'_> {
    /// Writes the rows of a query.
    pub fn rows(&mut self, rows: &[Row]) -> io::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        self.is_dirty = true;
        let sink = &mut self.sink;
        self.terminal.beside_progress(|| rows.iter().try_for_each(|row| sink.row(row)))
    }

    /// Writes a body as the vendor sent it.
    pub fn body(&mut self, body: &[u8]) -> io::Result<()> {
        self.is_dirty = true;
        self.sink.body(body)
    }

    /// Writes the outcome of a query.
    pub fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        self.is_dirty = true;
        let sink = &mut self.sink;
        self.terminal.beside_progress(|| sink.outcome(outcome))
    }

    /// Flushes, unless that was done a moment ago. Returns the time until the next check.
    pub fn flush_if_due(&mut self) -> io::Result<Duration> {
        if !self.is_dirty {
            return Ok(FLUSH_INTERVAL);
        }
        let left = FLUSH_INTERVAL.saturating_sub(self.flushed_at.elapsed());
        if !left.is_zero() {
            return Ok(left);
        }
        let sink = &mut self.sink;
        self.terminal.beside_progress(|| sink.flush())?;
        self.is_dirty = false;
        self.flushed_at = Instant::now();
        Ok(FLUSH_INTERVAL)
    }

    /// An error if the reader of standard output has closed the pipe.
    pub fn check_reader(&self) -> io::Result<()> {
        if self.target == OutputTarget::StandardOutput && self.terminal.reader_has_gone() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        Ok(())
    }

    /// Completes the output.
    pub fn finish(self) -> io::Result<()> {
        self.sink.finish()
    }
}
