//! Colours of a table.
//!
//! Until a line is written a tone is one invisible character without width, which sanitised text never holds. The
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
    /// Bad for the creditor, and failures.
    Bad,
    /// Partly bad, and incomplete.
    Mixed,
    /// Good for the creditor.
    Good,
}

const END: char = '\u{2060}';
const TONES: [(Tone, char, Style); 5] = [
    (Tone::Strong, '\u{2061}', Style::new().bold()),
    (Tone::Faint, '\u{2062}', Style::new().dimmed()),
    (Tone::Bad, '\u{2063}', AnsiColor::Red.on_default()),
    (Tone::Mixed, '\u{2064}', AnsiColor::Yellow.on_default()),
    (Tone::Good, '\u{206a}', AnsiColor::Green.on_default()),
];

/// The text marked with its tone, for [`painted`]. Parts of it may have tones of their own.
pub(super) fn marked(text: &str, tone: impl Into<Option<Tone>>) -> String {
    match tone.into().and_then(|tone| TONES.iter().find(|(known, ..)| *known == tone)) {
        Some((_, mark, _)) if !text.is_empty() => {
            format!("{mark}{}{END}", text.replace(END, &format!("{END}{mark}")))
        }
        _ => text.to_owned(),
    }
}

/// The line with its marks turned into escape sequences, or left out.
pub(super) fn painted(line: &str, colour: Colour) -> String {
    let escape = |sequence: String| if colour == Colour::On { sequence } else { String::new() };
    let line = line.replace(END, &escape(Reset.to_string()));
    TONES.iter().fold(line, |line, (_, mark, style)| line.replace(*mark, &escape(style.to_string())))
}

#[cfg(test)]
mod tests {
    use super::super::super::sanitise::sanitise;
    use super::*;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn marks_have_no_width_and_cannot_come_from_a_vendor() {
        for (tone, mark, _) in TONES.into_iter().chain([(Tone::Good, END, Style::new())]) {
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
