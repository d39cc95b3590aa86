//! `--merge`: merges the rows of one keyword from all providers before a format gets them.

use super::Sink;
use crate::domain::merge::{ProviderRows, merge_copyrights};
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::Row;
use std::io;

/// Holds the rows of one keyword until every provider has answered it.
struct MergeSink {
    inner: Box<dyn Sink>,
    providers: usize,
    rows: Vec<Row>,
    answered: Vec<(QueryOutcome, Vec<Row>)>,
}

/// A sink that merges rows for `inner`. Each keyword is queried at `providers` providers in turn.
pub fn merge(inner: Box<dyn Sink>, providers: usize) -> Box<dyn Sink> {
    Box::new(MergeSink { inner, providers, rows: Vec::new(), answered: Vec::new() })
}

impl MergeSink {
    fn write_keyword(&mut self) -> io::Result<()> {
        // An interrupted run may end before every provider has answered.
        let is_whole = self.answered.len() == self.providers;
        let answered = self.answered.drain(..).map(|(outcome, rows)| {
            let complete = is_whole && outcome.complete;
            (outcome, ProviderRows { rows, complete })
        });
        let (outcomes, groups): (Vec<_>, Vec<_>) = answered.unzip();
        for row in merge_copyrights(groups) {
            self.inner.row(&row)?;
        }
        outcomes.iter().try_for_each(|outcome| self.inner.outcome(outcome))
    }
}

impl Sink for MergeSink {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        self.rows.push(row.clone());
        Ok(())
    }

    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        let is_next_keyword = self
            .answered
            .iter()
            .any(|(other, _)| other.provider == outcome.provider || other.input_row != outcome.input_row);
        if is_next_keyword {
            self.write_keyword()?;
        }
        self.answered.push((outcome.clone(), std::mem::take(&mut self.rows)));
        if self.answered.len() == self.providers { self.write_keyword() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.write_keyword()?;
        self.inner.finish()
    }
}
