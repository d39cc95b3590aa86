//! Colours of a table.
//!
//! While a grid is drawn a tone is one invisible character without width, which sanitised text never holds: the library
//! that draws it would count the characters of an escape sequence.

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

const END: char = '\u{2060}';
const MARKS: [(char, Tone); 5] = [
    ('\u{2061}', Tone::Strong),
    ('\u{2062}', Tone::Faint),
    ('\u{2063}', Tone::Bad),
    ('\u{2064}', Tone::Mixed),
    ('\u{206a}', Tone::Good),
];

impl Tone {
    /// The text marked with this tone, to be drawn and then [`paint`]ed.
    pub(super) fn mark(self, text: &str) -> String {
        let mark = MARKS.iter().find(|(_, tone)| *tone == self).map_or(END, |(mark, _)| *mark);
        format!("{mark}{text}{END}")
    }

    fn style(self) -> Style {
        match self {
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Bad => AnsiColor::Red.on_default(),
            Self::Mixed => AnsiColor::Yellow.on_default(),
            Self::Good => AnsiColor::Green.on_default(),
        }
    }
}

/// The text with the escape sequences of its tone.
pub(super) fn painted(text: &str, tone: impl Into<Option<Tone>>, colour: Colour) -> String {
    match tone.into().map(Tone::style) {
        Some(style) if colour == Colour::On && !text.is_empty() => format!("{style}{text}{style:#}"),
        _ => text.to_owned(),
    }
}

/// The drawn line with its marks turned into escape sequences, or left out.
pub(super) fn paint(line: &str, colour: Colour) -> String {
    let mut painted = String::new();
    for character in line.chars() {
        let tone = MARKS.iter().find(|(mark, _)| *mark == character).map(|(_, tone)| *tone);
        match (tone, colour) {
            (Some(tone), Colour::On) => painted.push_str(&tone.style().to_string()),
            (None, Colour::On) if character == END => painted.push_str("\u{1b}[0m"),
            (Some(_), Colour::Off) => {}
            (None, Colour::Off) if character == END => {}
            (None, _) => painted.push(character),
        }
    }
    painted
}

#[cfg(test)]
mod tests {
    use super::super::super::sanitise::sanitise;
    use super::*;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn marks_have_no_width_and_cannot_come_from_a_vendor() {
        for (mark, tone) in MARKS.into_iter().chain([(END, Tone::Good)]) {
            assert_eq!(tone.mark("全部").width(), 4);
            assert_eq!(sanitise(&mark.to_string()), "\u{fffd}");
        }
    }

    #[test]
    fn marks_become_escape_sequences_or_nothing() {
        let line = format!("a {} b", Tone::Bad.mark("全部未履行"));
        assert_eq!(paint(&line, Colour::On), "a \u{1b}[31m全部未履行\u{1b}[0m b");
        assert_eq!(paint(&line, Colour::Off), "a 全部未履行 b");
    }
}
