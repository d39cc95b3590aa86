//! The output of a run: records, bodies and outcomes in the order of the input.

use crate::domain::outcome::QueryOutcome;
use crate::domain::record::Row;
use crate::output::Sink;
use crate::terminal::Terminal;
use std::io;

/// Writes to the output.
pub struct ResultWriter<'a> {
    sink: Box<dyn Sink>,
    terminal: &'a Terminal,
    is_dirty: bool,
}

impl<'a> ResultWriter<'a> {
    /// A writer beside the progress on the terminal.
    pub fn new(sink: Box<dyn Sink>, terminal: &'a Terminal) -> Self {
        Self { sink, terminal, is_dirty: false }
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

    /// Hands what was written to the reader, before the run waits.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.is_dirty) {
            self.terminal.beside_progress(|| self.sink.flush())?;
        }
        Ok(())
    }

    /// Completes the output.
    pub(super) fn finish(self) -> io::Result<()> {
        self.sink.finish()
    }
}
