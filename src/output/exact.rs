//! `--exact`: only the records of the company that was asked for.

use super::Sink;
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::Row;
use std::io;

/// A sink that passes matched records on to another one.
pub struct Exact(pub Box<dyn Sink>);

impl Sink for Exact {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        if row.record_match.is_matched() { self.0.row(row) } else { Ok(()) }
    }

    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        self.0.outcome(outcome)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.0.finish()
    }
}
