//! One sink in front of several.

use super::Sink;
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::Row;
use std::io;

/// A sink that passes everything to each of several.
pub struct Tee(pub Vec<Box<dyn Sink>>);

impl Tee {
    /// Calls every sink even if one fails, and returns the first error. A sink that has failed is not called again.
    fn each(&mut self, mut part: impl FnMut(&mut dyn Sink) -> io::Result<()>) -> io::Result<()> {
        let mut first = Ok(());
        self.0.retain_mut(|sink| {
            let written = part(sink.as_mut());
            let is_intact = written.is_ok();
            if first.is_ok() {
                first = written;
            }
            is_intact
        });
        first
    }
}

impl Sink for Tee {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        self.each(|sink| sink.row(row))
    }

    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        self.each(|sink| sink.outcome(outcome))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.each(|sink| sink.flush())
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.0.into_iter().map(Sink::finish).fold(Ok(()), io::Result::and)
    }
}
