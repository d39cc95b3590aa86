//! The lines of a table on their way to the terminal.

use super::super::{Colour, OutputWriter};
use super::cell::{GAP, LEFT_PADDING};
use super::paint::{Tone, marked, painted};
use comfy_table::{ContentArrangement, Table, TableStyle};
use std::io::{self, BufWriter, Write};
use unicode_width::UnicodeWidthStr;

/// The part that was written last, which decides on a blank line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LastPart {
    Nothing,
    Records,
    LoneResult,
}

/// Writes lines.
pub(super) struct LineWriter {
    pub(super) writer: BufWriter<OutputWriter>,
    pub(super) colour: Colour,
    /// The width of a line; `None` if it is not bounded.
    pub(super) width: Option<usize>,
    pub(super) last: LastPart,
}

impl LineWriter {
    /// Writes a line, whose marks become colours.
    pub(super) fn line(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.writer, "{}", painted(line, self.colour))
    }

    pub(super) fn lines(&mut self, lines: &[String]) -> io::Result<()> {
        lines.iter().try_for_each(|line| self.line(line))
    }

    /// Writes a line in one tone.
    pub(super) fn toned(&mut self, line: &str, tone: Tone) -> io::Result<()> {
        self.line(&marked(line, tone))
    }

    pub(super) fn blank(&mut self) -> io::Result<()> {
        if self.last == LastPart::Nothing { Ok(()) } else { self.line("") }
    }

    pub(super) fn caption(&mut self, caption: &str) -> io::Result<()> {
        self.blank()?;
        self.last = LastPart::Records;
        self.folded(caption, Tone::Strong)
    }

    pub(super) fn folded(&mut self, text: &str, tone: Tone) -> io::Result<()> {
        self.paragraph(text, 0, tone)
    }

    pub(super) fn indented(&mut self, text: &str, tone: Tone) -> io::Result<()> {
        self.paragraph(text, LEFT_PADDING, tone)
    }

    fn paragraph(&mut self, text: &str, indent: u16, tone: Tone) -> io::Result<()> {
        let mut table = Table::new();
        table.load_style(TableStyle::new()).add_row([text]);
        table.column_iter_mut().for_each(|column| _ = column.set_padding((indent, 0)));
        if let Some(width) = self.width.and_then(|width| u16::try_from(width).ok()) {
            table.set_width(width).set_content_arrangement(ContentArrangement::Dynamic);
        }
        table.lines().try_for_each(|line| self.toned(line.trim_end(), tone))
    }

    /// A query without records: caption and result, on one line if it is wide enough.
    pub(super) fn result_beside_caption(
        &mut self,
        caption: &str,
        sentence: &str,
        tone: Tone,
    ) -> io::Result<()> {
        if self.last == LastPart::Records {
            self.line("")?;
        }
        self.last = LastPart::LoneResult;
        if self.width.is_some_and(|width| caption.width() + GAP + sentence.width() > width) {
            self.folded(caption, Tone::Strong)?;
            return self.indented(sentence, tone);
        }
        self.line(&format!("{}{:GAP$}{}", marked(caption, Tone::Strong), "", marked(sentence, tone)))
    }
}
