//! The examples of each command, as `examples.txt` has them. A test runs them.

use super::{Detail, HelpEntry, entries, section};
use crate::domain::text::{Language, Text};

/// The number of examples in the short help.
const EXAMPLES_IN_SHORT: usize = 2;

/// The examples of a command, by its whole path such as `hecha archive list`, the most important first: each a command
/// line and its effect.
pub fn examples(path: &str) -> Vec<HelpEntry> {
    entries(include_str!("examples.txt"), path)
}

/// The examples of a command under a heading; in the short help only the first ones.
pub fn examples_in_words(path: &str, detail: Detail, language: Language) -> String {
    let shown = if detail == Detail::Short { EXAMPLES_IN_SHORT } else { usize::MAX };
    let lines = examples(path)
        .into_iter()
        .take(shown)
        .map(|(line, effect)| format!("  # {}\n  {line}", effect.in_language(language)));
    section(Text::new("Examples:", "示例："), lines, language)
}
