//! Colours of a table.
//!
//! Until a line is written a tone is one invisible character without width, which sanitised text never holds: the
//! library that draws tables would count the characters of an escape sequence.

use super::super::Colour;
use anstyle::{AnsiColor, Reset, Style};

/// Emphasis of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Tone {
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
const MARKS: [(Tone, char); 5] = [
    (Tone::Strong, '\u{2061}'),
    (Tone::Faint, '\u{2062}'),
    (Tone::Bad, '\u{2063}'),
    (Tone::Mixed, '\u{2064}'),
    (Tone::Good, '\u{206a}'),
];

impl Tone {
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

/// The text marked with its tone, for [`painted`]. Parts of it may have tones of their own.
pub(super) fn marked(text: &str, tone: impl Into<Option<Tone>>) -> String {
    match tone.into().and_then(|tone| MARKS.iter().find(|(known, _)| *known == tone)) {
        Some((_, mark)) if !text.is_empty() => {
            format!("{mark}{}{END}", text.replace(END, &format!("{END}{mark}")))
        }
        _ => text.to_owned(),
    }
}

/// The line with its marks turned into escape sequences, or left out.
pub(super) fn painted(line: &str, colour: Colour) -> String {
    let escape = |sequence: String| if colour == Colour::On { sequence } else { String::new() };
    let line = line.replace(END, &escape(Reset.to_string()));
    MARKS.iter().fold(line, |line, (tone, mark)| line.replace(*mark, &escape(tone.style().to_string())))
}

#[cfg(test)]
mod tests {
    use super::super::super::sanitise::sanitise;
    use super::*;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn marks_have_no_width_and_cannot_come_from_a_vendor() {
        for (tone, mark) in MARKS.into_iter().chain([(Tone::Good, END)]) {
            assert_eq!(marked("全部", tone).width(), 4);
            assert_eq!(sanitise(&mark.to_string()), "\u{fffd}");
        }
    }

    #[test]
    fn marks_become_escape_sequences_or_nothing() {
        let line = format!("a {} b", marked("全部未履行", Tone::Bad));
        assert_eq!(painted(&line, Colour::On), "a \u{1b}[31m全部未履行\u{1b}[0m b");
        assert_eq!(painted(&line, Colour::Off), "a 全部未履行 b");
        let nested = marked(&line, Tone::Faint);
        assert_eq!(
            painted(&nested, Colour::On),
            "\u{1b}[2ma \u{1b}[31m全部未履行\u{1b}[0m\u{1b}[2m b\u{1b}[0m"
        );
    }
}
