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
#[cfg(test)]
mod tests;
mod wording;

use super::counts::{Counts, not_counted};
use super::facts::Facts;
use super::fold::fold;
use super::sink::BUFFER_BYTES;
use super::{Header, Layout, Options, Sink, Summary, Writer};
use crate::domain::outcome::{QueryOutcome, RunSummary};
use crate::domain::record::{ColumnKind, Row};
use crate::domain::request::ProviderId;
use arrangement::{Form, GAP, PlacedColumn, RULE, Seen, arrange, line_width};
use cell::{Tones, cell_text};
use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, LineStyle, Table, TableStyle, Width as ColumnWidth,
};
use line_writer::{Last, LineWriter};
use paint::Tone;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;
use unicode_width::UnicodeWidthStr;

/// The number of rows and outcomes that decide the widths, and that are laid out together afterwards.
const MOST_WAITING: usize = 500;
/// Lines after which the next query repeats the headings.
const LINES_UNDER_A_HEADING: usize = 40;
const SEPARATOR: char = '╌';

struct TableSink {
    layout: Layout,
    options: Options,
    /// The width of a line; `None` if it is not bounded.
    width: Option<usize>,
    waiting: Vec<Event>,
    form: Option<Form>,
    lines: LineWriter,
    group: Option<Group>,
    run: RunSummary,
    /// Records of other companies.
    other: u64,
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
    query: Arc<str>,
    provider: ProviderId,
    records: usize,
    facts: Facts,
}

impl Group {
    fn is_of(&self, query: &str, provider: ProviderId) -> bool {
        *self.query == *query && self.provider == provider
    }
}

pub(super) fn open(layout: &Layout, options: Options, writer: Writer) -> Box<dyn Sink> {
    Box::new(new_sink(layout, options, writer))
}

fn new_sink(layout: &Layout, options: Options, writer: Writer) -> TableSink {
    let lines = LineWriter {
        writer: BufWriter::with_capacity(BUFFER_BYTES, writer),
        options,
        painted: String::new(),
        last: Last::Nothing,
        lines_since_heading: None,
    };
    TableSink {
        width: line_width(options.width, options.selection),
        layout: layout.clone(),
        options,
        waiting: Vec::new(),
        form: None,
        lines,
        group: None,
        run: RunSummary::default(),
        other: 0,
        told_of_hidden: false,
        counts: (options.summary == Summary::Shown).then(|| Counts::of(layout.topic)),
    }
}

impl Sink for TableSink {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        if let Some(counts) = &mut self.counts {
            counts.count(row);
        }
        self.waiting.push(Event::Row(row.clone()));
        self.lay_out_if_many()
    }

    fn outcome(&mut self, outcome: &QueryOutcome) -> io::Result<()> {
        self.run.count(outcome);
        self.other += outcome.other;
        self.waiting.push(Event::Outcome(Box::new(outcome.clone())));
        self.lay_out_if_many()
    }

    /// Before the widths are fixed, everything is kept.
    fn flush(&mut self) -> io::Result<()> {
        if self.form.is_some() {
            self.lay_out(Seen::TheBeginning)?;
        }
        self.lines.writer.flush()
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        let records = self.waiting_rows().count();
        if self.form.is_none() && records == 1 {
            self.form = Some(Form::Cards);
        }
        self.lay_out(Seen::Everything)?;
        let language = self.layout.language;
        if self.group.is_some() {
            let form = self.form.take().unwrap_or(Form::Cards);
            self.end_of_group(&form, &wording::broken_off(language), Tone::Mixed)?;
        }
        if self.run.queries > 1 {
            self.lines.blank()?;
            self.lines.folded(&wording::totals(&self.run, self.other, language), Tone::Faint, self.width)?;
        }
        self.summary()?;
        if let Some(mark) = self.options.mark {
            self.lines.blank()?;
            self.lines.folded(mark.in_language(language), Tone::Mixed, self.width)?;
        }
        self.lines.writer.flush()
    }
}

impl TableSink {
    fn waiting_rows(&self) -> impl Iterator<Item = &Row> {
        self.waiting.iter().filter_map(|event| match event {
            Event::Row(row) => Some(row),
            Event::Outcome(_) => None,
        })
    }

    fn lay_out_if_many(&mut self) -> io::Result<()> {
        if self.waiting.len() < MOST_WAITING { Ok(()) } else { self.lay_out(Seen::TheBeginning) }
    }

    /// Writes everything that waits, in the form that is or will be fixed.
    fn lay_out(&mut self, seen: Seen) -> io::Result<()> {
        let form = self.form.take().unwrap_or_else(|| {
            let rows: Vec<&Row> = self.waiting_rows().collect();
            arrange(&self.layout, &rows, seen, self.width, self.options.selection)
        });
        let waiting = std::mem::take(&mut self.waiting);
        let mut rest = &waiting[..];
        while let Some(event) = rest.first() {
            match event {
                Event::Row(first) => {
                    let same = |event: &&Event| matches!(event, Event::Row(row) if row.query == first.query && row.provider == first.provider);
                    let length = rest.iter().take_while(same).count();
                    let (rows, behind) = rest.split_at(length);
                    self.records(&form, rows)?;
                    rest = behind;
                }
                Event::Outcome(outcome) => {
                    self.classify(&form, outcome)?;
                    rest = &rest[1..];
                }
            }
        }
        self.form = Some(form);
        Ok(())
    }

    /// Records of one query, or the next part of them.
    fn records(&mut self, form: &Form, events: &[Event]) -> io::Result<()> {
        let rows: Vec<&Row> = events
            .iter()
            .filter_map(|event| if let Event::Row(row) = event { Some(row) } else { None })
            .collect();
        let Some(first) = rows.first() else { return Ok(()) };
        let continued = self.group.take().filter(|group| group.is_of(&first.query, first.provider));
        let before = continued.as_ref().map_or(0, |group| group.records);
        let is_new = continued.is_none();
        let mut facts = continued.map(|group| group.facts).unwrap_or_default();
        for row in &rows {
            facts.count(row);
        }
        if is_new {
            self.lines.caption(&wording::caption(&first.query, first.provider.as_str()), self.width)?;
        }
        match form {
            Form::Grid { columns, separated, .. } => self.grid(columns, *separated, &rows, before)?,
            Form::Cards => self.cards(&rows, before)?,
        }
        let (query, provider) = (Arc::clone(&first.query), first.provider);
        self.group = Some(Group { query, provider, records: before + rows.len(), facts });
        Ok(())
    }

    fn grid(
        &mut self,
        columns: &[PlacedColumn],
        separated: bool,
        rows: &[&Row],
        before: usize,
    ) -> io::Result<()> {
        let is_new =
            before == 0 && self.lines.lines_since_heading.is_none_or(|lines| lines > LINES_UNDER_A_HEADING);
        let with_heading = is_new && self.layout.header != Header::None;
        if separated && before > 0 {
            let width = columns.iter().map(|column| column.width + GAP).sum();
            self.lines.line(&Tone::Faint.mark(&SEPARATOR.to_string().repeat(width)))?;
        }
        if with_heading {
            self.lines.lines_since_heading = Some(0);
        }
        for line in self.grid_lines(columns, separated, rows, with_heading) {
            let line = line.trim_end();
            if line.starts_with([RULE, SEPARATOR]) {
                self.lines.line(&Tone::Faint.mark(line))?;
            } else {
                self.lines.line(line)?;
            }
        }
        Ok(())
    }

    /// The lines of a grid, marked for painting; every cell is folded to its column beforehand.
    fn grid_lines(
        &self,
        columns: &[PlacedColumn],
        separated: bool,
        rows: &[&Row],
        with_heading: bool,
    ) -> Vec<String> {
        let mut style = TableStyle::new().header_separator(LineStyle::none().fill(RULE));
        if separated {
            style = style.row_separator(LineStyle::none().fill(SEPARATOR));
        }
        let mut table = Table::new();
        table.load_style(style);
        if with_heading {
            table.set_header(columns.iter().zip(self.headings(columns)).map(|(column, heading)| {
                Cell::new_owned(marked(&fold(heading, column.width, 4), Some(Tone::Strong)))
            }));
        }
        let tones = Tones::of(self.layout.topic);
        for row in rows {
            table.add_row(columns.iter().map(|column| {
                let text = cell_text(
                    &self.layout.topic.columns()[column.index],
                    row.value(column.index),
                    self.layout.language,
                );
                let lines = fold(&text, column.width, column.most_lines);
                Cell::new_owned(marked(&lines, tones.of_cell(row, column.index)))
            }));
        }
        for (place, column) in columns.iter().enumerate() {
            let Some(shown) = table.column_mut(place) else { continue };
            let (gap, width) =
                (u16::try_from(GAP).unwrap_or(2), u16::try_from(column.width + GAP).unwrap_or(u16::MAX));
            shown.set_padding((gap, 0)).set_constraint(ColumnConstraint::Absolute(ColumnWidth::Fixed(width)));
            if column.kind == ColumnKind::Integer {
                shown.set_cell_alignment(CellAlignment::Right);
            }
        }
        table.lines().collect()
    }

    fn headings(&self, columns: &[PlacedColumn]) -> impl Iterator<Item = &'static str> {
        let topic = self.layout.topic.columns();
        columns.iter().map(|placed| {
            let column = &topic[placed.index];
            self.layout.header.heading(column.key, column.label, self.layout.language).unwrap_or_default()
        })
    }

    fn cards(&mut self, rows: &[&Row], before: usize) -> io::Result<()> {
        for (place, row) in rows.iter().enumerate() {
            if before + place > 0 {
                let width = self.width.unwrap_or(40).min(40);
                let number = format!("{RULE}{RULE} {} ", before + place + 1);
                let rule = RULE.to_string().repeat(width - number.width());
                self.lines.line(&Tone::Faint.mark(&format!("{number}{rule}")))?;
            }
            for line in card::card(&self.layout, row, self.width, self.options.selection) {
                self.lines.line(line.trim_end())?;
            }
        }
        Ok(())
    }

    fn classify(&mut self, form: &Form, outcome: &QueryOutcome) -> io::Result<()> {
        let group = self.group.take().filter(|group| group.is_of(&outcome.query, outcome.provider));
        let facts = group.as_ref().map(|group| group.facts.clone()).unwrap_or_default();
        let Layout { topic, language, .. } = self.layout;
        let (sentence, tone) = wording::classify(outcome, &facts, topic, language);
        if group.is_some() {
            return self.end_of_group(form, &sentence, tone);
        }
        let caption = wording::caption(&outcome.query, outcome.provider.as_str());
        self.lines.lone_verdict(&caption, &sentence, tone, self.width)
    }

    /// Names the columns that a grid has no room for, once.
    fn hidden_columns(&mut self, hidden: &[usize]) -> io::Result<()> {
        if hidden.is_empty() || std::mem::replace(&mut self.told_of_hidden, true) {
            return Ok(());
        }
        let Layout { topic, language, .. } = self.layout;
        let labels: Vec<&str> =
            hidden.iter().map(|index| topic.columns()[*index].label.in_language(language)).collect();
        self.lines.indented(&wording::hidden(&labels, language), Tone::Faint, self.width)
    }

    fn summary(&mut self) -> io::Result<()> {
        for chart in self.counts.iter().flat_map(Counts::charts) {
            self.lines.blank()?;
            for line in bars::lines(chart, self.layout.topic, self.width, self.layout.language) {
                self.lines.line(&line)?;
            }
            self.lines.last = Last::Records;
        }
        let other = self.counts.as_ref().map_or(0, |counts| counts.other);
        if let Some(remark) = not_counted(other, self.layout.language) {
            self.lines.blank()?;
            self.lines.indented(&remark, Tone::Faint, self.width)?;
        }
        Ok(())
    }

    /// The line below the records. A blank line separates it from a card.
    fn end_of_group(&mut self, form: &Form, sentence: &str, tone: Tone) -> io::Result<()> {
        match form {
            Form::Cards => self.lines.line("")?,
            Form::Grid { hidden, .. } => self.hidden_columns(hidden)?,
        }
        self.lines.indented(sentence, tone, self.width)
    }
}

/// The lines of a cell, each marked for itself so that padding stays plain.
fn marked(lines: &[String], tone: Option<Tone>) -> String {
    match tone {
        None => lines.join("\n"),
        Some(tone) => lines.iter().map(|line| tone.mark(line)).collect::<Vec<_>>().join("\n"),
    }
}
