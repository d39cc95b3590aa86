//! `table`: records for people at a terminal.
//!
//! Each query is a caption, its records as a grid or as cards, and a line that states whether they are complete. The
//! records of a query wait until its end. A long list is drawn in several grids, so that memory stays flat. All text of
//! vendors passes [`sanitise`](super::sanitise).

mod arrangement;
mod bars;
pub(super) mod card;
pub(super) mod cell;
mod grid;
mod line_writer;
mod paint;
#[cfg(test)]
mod tests;
mod wording;

use super::counts::{Counts, remark};
use super::facts::Facts;
use super::sink::BUFFER_BYTES;
use super::{Layout, Options, OutputWriter, Selection, Sink};
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::{Column, Row};
use arrangement::arrange;
use grid::RULE;
use line_writer::{LastPart, LineWriter};
use paint::Tone;
use std::io::{self, BufWriter, Write};
use unicode_width::UnicodeWidthStr;

/// Maximum number of records of one grid.
const MOST_WAITING: usize = 500;
/// Narrower terminals get lines of this width.
const NARROWEST_TERMINAL: usize = 24;
/// The width of a readable table without a terminal.
const WIDEST_READABLE: usize = 200;

struct TableSink {
    layout: Layout,
    options: Options,
    lines: LineWriter,
    group: Option<Group>,
    has_named_hidden: bool,
    /// For `--summary`.
    counts: Option<Counts>,
}

/// The query whose records arrive, below its caption.
struct Group {
    caption: String,
    waiting: Vec<Row>,
    /// The number of records that are written.
    written: usize,
    facts: Facts,
}

pub(super) fn open(layout: &Layout, options: Options, writer: OutputWriter) -> Box<dyn Sink> {
    Box::new(new_sink(layout, options, writer))
}

fn new_sink(layout: &Layout, options: Options, writer: OutputWriter) -> TableSink {
    let width = match (options.width, options.selection) {
        (Some(width), _) => Some(usize::from(width).max(NARROWEST_TERMINAL)),
        (None, Selection::Readable) => Some(WIDEST_READABLE),
        (None, Selection::Wide | Selection::Named) => None,
    };
    let writer = BufWriter::with_capacity(BUFFER_BYTES, writer);
    TableSink {
        layout: layout.clone(),
        options,
        lines: LineWriter { writer, colour: options.colour, width, last: LastPart::Nothing },
        group: None,
        has_named_hidden: false,
        counts: options.summary.then(|| Counts::of(layout.topic)),
    }
}

impl Sink for TableSink {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        if let Some(counts) = &mut self.counts {
            counts.count(row);
        }
        let caption = wording::caption(&row.query, row.provider.as_str());
        let mut group = match self.take_group(&caption)? {
            Some(group) => group,
            None => {
                self.lines.caption(&caption)?;
                Group { caption, waiting: Vec::new(), written: 0, facts: Facts::default() }
            }
        };
        group.facts.count(row);
        group.waiting.push(row.clone());
        if group.waiting.len() == MOST_WAITING {
            self.write_records(&mut group)?;
        }
        self.group = Some(group);
        Ok(())
    }

    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        let caption = wording::caption(&outcome.query, outcome.provider.as_str());
        match self.take_group(&caption)? {
            Some(mut group) => {
                if self.options.is_only_query && group.written == 0 && group.waiting.len() == 1 {
                    self.cards(&mut group)?;
                }
                self.write_records(&mut group)?;
                let (sentence, tone) = self.result(outcome, &group.facts);
                self.lines.indented(&sentence, tone)
            }
            None => {
                let (sentence, tone) = self.result(outcome, &Facts::default());
                self.lines.result_beside_caption(&caption, &sentence, tone)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.lines.writer.flush()
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        let language = self.layout.language;
        if let Some(mut group) = self.group.take() {
            self.write_records(&mut group)?;
            let sentence = language.choose("incomplete: the run ended here", "不完整：运行到此中断");
            self.lines.indented(sentence, Tone::Mixed)?;
        }
        self.summary()?;
        if let Some(mark) = self.options.mark {
            self.lines.blank()?;
            self.lines.folded(mark.in_language(language), Tone::Mixed)?;
        }
        self.lines.writer.flush()
    }
}

impl TableSink {
    /// The group with that caption, if its records are arriving. Records of another query are written.
    fn take_group(&mut self, caption: &str) -> io::Result<Option<Group>> {
        let mut group = self.group.take();
        if let Some(other) = group.take_if(|group| group.caption != caption).as_mut() {
            self.write_records(other)?;
        }
        Ok(group)
    }

    fn result(&self, outcome: &QueryOutcome, facts: &Facts) -> (String, Tone) {
        wording::result(outcome, facts, self.layout.topic, self.layout.language)
    }

    /// Writes the records that wait as a grid, or as cards if there is no room for one.
    fn write_records(&mut self, group: &mut Group) -> io::Result<()> {
        if group.waiting.is_empty() {
            return Ok(());
        }
        let (rows, width) = (&group.waiting, self.lines.width);
        let Some((columns, hidden)) = arrange(&self.layout, rows, width, self.options.selection) else {
            return self.cards(group);
        };
        self.lines.lines(&grid::lines(&self.layout, rows, &columns, width))?;
        group.written += std::mem::take(&mut group.waiting).len();
        self.hidden_columns(&hidden)
    }

    /// Writes the records that wait as cards, with a blank line below them.
    fn cards(&mut self, group: &mut Group) -> io::Result<()> {
        for row in std::mem::take(&mut group.waiting) {
            if group.written > 0 {
                let width = self.lines.width.unwrap_or(40).min(40);
                let number = format!("{RULE}{RULE} {} ", group.written + 1);
                let rule = RULE.to_string().repeat(width - number.width());
                self.lines.toned(&format!("{number}{rule}"), Tone::Faint)?;
            }
            let card = card::lines(&self.layout, &row, self.lines.width, self.options.selection);
            self.lines.lines(&card)?;
            group.written += 1;
        }
        self.lines.line("")
    }

    /// Names the columns that a grid has no room for, once.
    fn hidden_columns(&mut self, hidden: &[&Column]) -> io::Result<()> {
        if hidden.is_empty() || std::mem::replace(&mut self.has_named_hidden, true) {
            return Ok(());
        }
        let language = self.layout.language;
        let labels: Vec<&str> = hidden.iter().map(|column| column.label.in_language(language)).collect();
        self.lines.indented(&wording::hidden(&labels, language), Tone::Faint)
    }

    fn summary(&mut self) -> io::Result<()> {
        let Some(counts) = &self.counts else { return Ok(()) };
        let language = self.layout.language;
        for drawing in counts.drawings(language) {
            self.lines.blank()?;
            self.lines.lines(&bars::lines(&drawing, self.lines.width))?;
            self.lines.last = LastPart::Records;
        }
        if let Some(remark) = remark(counts, language) {
            self.lines.blank()?;
            self.lines.indented(&remark, Tone::Faint)?;
        }
        Ok(())
    }
}
