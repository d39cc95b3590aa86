//! The lines of a table on their way to the terminal.

use super::super::fold::fold;
use super::super::{Options, Writer};
use super::arrangement::GAP;
use super::paint::{Tone, paint};
use std::io::{self, BufWriter, Write};
use unicode_width::UnicodeWidthStr;

/// The part that was written last, which decides on a blank line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    Nothing,
    Records,
    LoneVerdict,
}

/// Writes lines, and counts them.
pub(super) struct LineWriter {
    pub(super) writer: BufWriter<Writer>,
    pub(super) options: Options,
    pub(super) painted: String,
    pub(super) last: Last,
    /// `None` while there was no heading.
    pub(super) lines_since_heading: Option<usize>,
}

impl LineWriter {
    pub(super) fn line(&mut self, line: &str) -> io::Result<()> {
        self.painted.clear();
        paint(line, self.options.colour, &mut self.painted);
        self.painted.push('\n');
        if let Some(lines) = &mut self.lines_since_heading {
            *lines += 1;
        }
        self.writer.write_all(self.painted.as_bytes())
    }

    pub(super) fn blank(&mut self) -> io::Result<()> {
        if self.last == Last::Nothing { Ok(()) } else { self.line("") }
    }

    pub(super) fn caption(&mut self, caption: &str, width: Option<usize>) -> io::Result<()> {
        self.blank()?;
        self.last = Last::Records;
        self.folded(caption, Tone::Strong, width)
    }

    pub(super) fn folded(&mut self, text: &str, tone: Tone, width: Option<usize>) -> io::Result<()> {
        for line in fold(text, width.unwrap_or(usize::MAX), usize::MAX) {
            self.line(&tone.mark(&line))?;
        }
        Ok(())
    }

    pub(super) fn indented(&mut self, text: &str, tone: Tone, width: Option<usize>) -> io::Result<()> {
        let indent = " ".repeat(GAP);
        for line in fold(text, width.map_or(usize::MAX, |width| width - GAP), usize::MAX) {
            self.line(&format!("{indent}{}", tone.mark(&line)))?;
        }
        Ok(())
    }

    /// A query without records: caption and result, on one line if it is wide enough.
    pub(super) fn lone_verdict(
        &mut self,
        caption: &str,
        sentence: &str,
        tone: Tone,
        width: Option<usize>,
    ) -> io::Result<()> {
        if self.last == Last::Records {
            self.line("")?;
        }
        self.last = Last::LoneVerdict;
        let together = caption.width() + GAP + sentence.width();
        if width.is_none_or(|width| together <= width) {
            let indent = " ".repeat(GAP);
            return self.line(&format!("{}{indent}{}", Tone::Strong.mark(caption), tone.mark(sentence)));
        }
        self.folded(caption, Tone::Strong, width)?;
        self.indented(sentence, tone, width)
    }
}
