//! `table`: records for people at a terminal.
//!
//! Each query is a caption, its records as a grid or as cards, and a line that says whether that is all. The
//! first rows decide columns and widths for the whole run, so a table of any length streams in flat memory.
//! All text of vendors passes [`sanitise`](super::sanitise).

mod arrangement;
mod bars;
mod card;
mod cell;
mod line_writer;
mod paint;
pub(super) mod row;
#[cfg(test)]
mod tests;
mod wording;

use super::counts::{Counts, not_counted};
use super::facts::Facts;
use super::sink::BUFFER_BYTES;
use super::{Header, Layout, Options, Sink, Writer};
use crate::domain::outcome::QueryOutcome;
use crate::domain::record::{Column, ColumnKind, Row};
use arrangement::{Form, PlacedColumn, RULE, Seen, arrange, line_width};
use cell::{cell_text, tone_of};
use comfy_table::CellAlignment;
use line_writer::{Last, LineWriter};
use paint::Tone;
use row::{GAP, RowCell};
use std::borrow::Cow;
use std::io::{self, BufWriter, Write};
use unicode_width::UnicodeWidthStr;

/// The number of rows and outcomes that decide the form and the widths.
const MOST_WAITING: usize = 500;
const SEPARATOR: char = '╌';

struct TableSink {
    layout: Layout,
    options: Options,
    /// What is kept until the form is fixed.
    waiting: Vec<Event>,
    form: Option<Form>,
    lines: LineWriter,
    group: Option<Group>,
    told_of_hidden: bool,
    /// For `--summary`.
    counts: Option<Counts>,
}

enum Event {
    Row(Row),
    Outcome(Box<QueryOutcome>),
}

/// The query whose records are being shown.
struct Group {
    caption: String,
    records: usize,
    facts: Facts,
}

pub(super) fn open(layout: &Layout, options: Options, writer: Writer) -> Box<dyn Sink> {
    Box::new(new_sink(layout, options, writer))
}

fn new_sink(layout: &Layout, options: Options, writer: Writer) -> TableSink {
    let lines = LineWriter {
        writer: BufWriter::with_capacity(BUFFER_BYTES, writer),
        colour: options.colour,
        width: line_width(options.width, options.selection),
        last: Last::Nothing,
    };
    TableSink {
        layout: layout.clone(),
        options,
        waiting: Vec::new(),
        form: None,
        lines,
        group: None,
        told_of_hidden: false,
        counts: options.summary.then(|| Counts::of(layout.topic)),
    }
}

impl Sink for TableSink {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        if let Some(counts) = &mut self.counts {
            counts.count(row);
        }
        self.add(Event::Row(row.clone()))
    }

    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        self.add(Event::Outcome(Box::new(outcome.clone())))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.lines.writer.flush()
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.lay_out(Seen::Everything)?;
        let language = self.layout.language;
        if self.group.is_some() {
            let form = self.form.take().unwrap_or(Form::Cards);
            let sentence = language.choose("not complete: the run ended here", "不完整：运行到此中断");
            self.end_of_group(&form, sentence, Tone::Mixed)?;
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
    fn add(&mut self, event: Event) -> io::Result<()> {
        self.waiting.push(event);
        let is_fixed = self.form.is_some() || self.waiting.len() == MOST_WAITING;
        if is_fixed { self.lay_out(Seen::TheBeginning) } else { Ok(()) }
    }

    /// Writes everything that waits, in the form that is or will be fixed.
    fn lay_out(&mut self, seen: Seen) -> io::Result<()> {
        let form = self.form.take().unwrap_or_else(|| {
            let rows = self.waiting.iter().filter_map(|event| match event {
                Event::Row(row) => Some(row),
                Event::Outcome(_) => None,
            });
            let rows: Vec<&Row> = rows.collect();
            arrange(&self.layout, &rows, seen, self.lines.width, self.options.selection)
        });
        for event in std::mem::take(&mut self.waiting) {
            match event {
                Event::Row(row) => self.record(&form, &row)?,
                Event::Outcome(outcome) => self.result(&form, &outcome)?,
            }
        }
        self.form = Some(form);
        Ok(())
    }

    /// The group with that caption, if its records are being shown.
    fn take_group(&mut self, caption: &str) -> Option<Group> {
        self.group.take().filter(|group| group.caption == caption)
    }

    fn record(&mut self, form: &Form, row: &Row) -> io::Result<()> {
        let caption = wording::caption(&row.query, row.provider.as_str());
        let mut group = match self.take_group(&caption) {
            Some(group) => group,
            None => {
                self.lines.caption(&caption)?;
                Group { caption, records: 0, facts: Facts::default() }
            }
        };
        match form {
            Form::Grid { columns, separated, .. } => self.grid(columns, *separated, row, group.records)?,
            Form::Cards => self.card(row, group.records)?,
        }
        group.facts.count(row);
        group.records += 1;
        self.group = Some(group);
        Ok(())
    }

    /// The lines of a record; before the first of a query the headings.
    fn grid(
        &mut self,
        columns: &[PlacedColumn],
        separated: bool,
        row: &Row,
        before: usize,
    ) -> io::Result<()> {
        let width: usize = columns.iter().map(|placed| placed.width + GAP).sum();
        let rule = |character: char| character.to_string().repeat(width);
        if before == 0 && self.layout.header != Header::None {
            let heading = |placed: &PlacedColumn| {
                let heading = self.layout.label_of(placed.column);
                RowCell { most_lines: 4, tone: Some(Tone::Strong), ..cell_of(placed, heading) }
            };
            let headings: Vec<RowCell<'_>> = columns.iter().map(heading).collect();
            self.lines.lines(&row::lines(&headings))?;
            self.lines.toned(&rule(RULE), Tone::Faint)?;
        }
        if separated && before > 0 {
            self.lines.toned(&rule(SEPARATOR), Tone::Faint)?;
        }
        let cell = |placed: &PlacedColumn| {
            let text = cell_text(placed.column, row.value(placed.index), self.layout.language);
            RowCell {
                most_lines: placed.most_lines,
                tone: tone_of(row, placed.column),
                ..cell_of(placed, text)
            }
        };
        let cells: Vec<RowCell<'_>> = columns.iter().map(cell).collect();
        self.lines.lines(&row::lines(&cells))
    }

    fn card(&mut self, row: &Row, before: usize) -> io::Result<()> {
        if before > 0 {
            let width = self.lines.width.unwrap_or(40).min(40);
            let number = format!("{RULE}{RULE} {} ", before + 1);
            let rule = RULE.to_string().repeat(width - number.width());
            self.lines.toned(&format!("{number}{rule}"), Tone::Faint)?;
        }
        self.lines.lines(&card::card(&self.layout, row, self.lines.width, self.options.selection))
    }

    fn result(&mut self, form: &Form, outcome: &QueryOutcome) -> io::Result<()> {
        let caption = wording::caption(&outcome.query, outcome.provider.as_str());
        let group = self.take_group(&caption);
        let Layout { topic, language, .. } = self.layout;
        let facts = group.as_ref().map(|group| &group.facts);
        let (sentence, tone) = wording::result(outcome, facts.unwrap_or(&Facts::default()), topic, language);
        if group.is_some() {
            return self.end_of_group(form, &sentence, tone);
        }
        self.lines.lone_verdict(&caption, &sentence, tone)
    }

    /// Names the columns that a grid has no room for, once.
    fn hidden_columns(&mut self, hidden: &[&Column]) -> io::Result<()> {
        if hidden.is_empty() || std::mem::replace(&mut self.told_of_hidden, true) {
            return Ok(());
        }
        let language = self.layout.language;
        let labels: Vec<&str> = hidden.iter().map(|column| column.label.in_language(language)).collect();
        self.lines.indented(&wording::hidden(&labels, language), Tone::Faint)
    }

    fn summary(&mut self) -> io::Result<()> {
        for chart in self.counts.iter().flat_map(Counts::charts) {
            self.lines.blank()?;
            self.lines.lines(&bars::lines(chart, self.lines.width, self.layout.language))?;
            self.lines.last = Last::Records;
        }
        let other = self.counts.as_ref().map_or(0, |counts| counts.other);
        if let Some(remark) = not_counted(other, self.layout.language) {
            self.lines.blank()?;
            self.lines.indented(&remark, Tone::Faint)?;
        }
        Ok(())
    }

    /// The line below the records. A blank line separates it from a card.
    fn end_of_group(&mut self, form: &Form, sentence: &str, tone: Tone) -> io::Result<()> {
        match form {
            Form::Cards => self.lines.line("")?,
            Form::Grid { hidden, .. } => self.hidden_columns(hidden)?,
        }
        self.lines.indented(sentence, tone)
    }
}

fn cell_of<'a>(placed: &PlacedColumn, text: impl Into<Cow<'a, str>>) -> RowCell<'a> {
    let is_number = placed.column.kind == ColumnKind::Integer;
    let alignment = if is_number { CellAlignment::Right } else { CellAlignment::Left };
    RowCell { alignment, ..RowCell::new(text, placed.width) }
}
