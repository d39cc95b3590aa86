//! The output of a run: records, bodies and outcomes in the order of the input.

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

    /// Lets `write` write beside the progress.
    pub(super) fn write(&mut self, write: impl FnOnce(&mut dyn Sink) -> io::Result<()>) -> io::Result<()> {
        self.is_dirty = true;
        let sink = self.sink.as_mut();
        self.terminal.with_progress_hidden(|| write(sink))
    }

    /// Hands what was written to the reader, before the run waits.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.is_dirty) {
            self.terminal.with_progress_hidden(|| self.sink.flush())?;
        }
        Ok(())
    }

    /// Completes the output.
    pub(super) fn finish(self) -> io::Result<()> {
        self.sink.finish()
    }
}
