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
pub struct ResultWriter<'a> {
    sink: Box<dyn Sink>,
    target: OutputTarget,
    terminal: &'a Terminal,
    is_dirty: bool,
    flushed_at: Instant,
}

impl<'a> ResultWriter<'a> {
    /// A writer beside the progress on the terminal.
    pub fn new(sink: Box<dyn Sink>, target: OutputTarget, terminal: &'a Terminal) -> Self {
        Self { sink, target, terminal, is_dirty: false, flushed_at: Instant::now() }
    }

    /// Whether the sink wants the digests of the bodies.
    pub(super) fn wants_evidence(&self) -> bool {
        self.sink.wants_evidence()
    }

    /// Writes the rows of a query.
    pub(super) fn rows(&mut self, rows: &[Row]) -> io::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        self.write(|sink| rows.iter().try_for_each(|row| sink.row(row)))
    }

    /// Writes a body as the vendor sent it.
    pub(super) fn body(&mut self, body: &[u8]) -> io::Result<()> {
        self.write(|sink| sink.body(body))
    }

    /// Writes the outcome of a query.
    pub(super) fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        self.write(|sink| sink.outcome(outcome))
    }

    fn write(&mut self, write: impl FnOnce(&mut dyn Sink) -> io::Result<()>) -> io::Result<()> {
        self.is_dirty = true;
        let sink = self.sink.as_mut();
        self.terminal.beside_progress(|| write(sink))
    }

    /// Flushes, unless that was done a moment ago. Returns the time until the next check.
    pub(super) fn flush_if_due(&mut self) -> io::Result<Duration> {
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
    pub(super) fn check_reader(&self) -> io::Result<()> {
        if self.target == OutputTarget::StandardOutput && self.terminal.reader_has_gone() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        Ok(())
    }

    /// Completes the output.
    pub(super) fn finish(self) -> io::Result<()> {
        self.sink.finish()
    }
}
