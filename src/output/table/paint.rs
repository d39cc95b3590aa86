//! Colours of a table.

use super::super::Colour;
use anstyle::{AnsiColor, Style};

/// Emphasis of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// Headings and captions.
    Strong,
    /// Lines between things, history, and what is of little interest.
    Faint,
    /// What is bad for the creditor, and failures.
    Bad,
    /// What is half bad, and what is not complete.
    Mixed,
    /// What is good.
    Good,
}

/// The text with the escape sequences of its tone.
pub(super) fn painted(text: &str, tone: impl Into<Option<Tone>>, colour: Colour) -> String {
    let style = match tone.into() {
        Some(tone) if colour == Colour::On && !text.is_empty() => tone,
        _ => return text.to_owned(),
    };
    let style = match style {
        Tone::Strong => Style::new().bold(),
        Tone::Faint => Style::new().dimmed(),
        Tone::Bad => AnsiColor::Red.on_default(),
        Tone::Mixed => AnsiColor::Yellow.on_default(),
        Tone::Good => AnsiColor::Green.on_default(),
    };
    format!("{style}{text}{style:#}")
}
