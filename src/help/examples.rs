//! The examples of each command, as `examples.txt` has them. A test runs them.

use super::{Detail, section};
use crate::domain::text::{Language, Text};
use crate::sandbox::MAGIC_KEYWORDS;

/// One example.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The command line.
    pub line: &'static str,
    /// Its effect.
    pub comment: Text,
}

/// The number of examples in the short help.
const EXAMPLES_IN_SHORT: usize = 2;

/// The examples of a command, by its whole path such as `hecha archive list`, the most important first.
pub fn examples(path: &str) -> Vec<Example> {
    let heading = format!("[{path}]");
    let lines = include_str!("examples.txt").lines().map(str::trim);
    let lines: Vec<_> = lines.skip_while(|line| *line != heading).skip(1).collect();
    let of_path = lines.split(|line| line.is_empty()).next().unwrap_or_default();
    of_path
        .chunks_exact(3)
        .map(|lines| Example { line: lines[0], comment: Text::new(lines[1], lines[2]) })
        .collect()
}

/// The examples of a command under a heading; in the short help only the first ones.
pub fn examples_in_words(path: &str, detail: Detail, language: Language) -> String {
    let shown = if detail == Detail::Short { EXAMPLES_IN_SHORT } else { usize::MAX };
    let lines = examples(path)
        .into_iter()
        .take(shown)
        .map(|example| format!("  # {}\n  {}", example.comment.in_language(language), example.line));
    section(Text::new("Examples:", "示例："), lines, language)
}

/// The magic keywords of the sandbox, under a heading.
pub fn magic_keywords(language: Language) -> String {
    let lines = MAGIC_KEYWORDS
        .iter()
        .map(|(keyword, effect)| format!("  {keyword}\n          {}", effect.in_language(language)));
    section(Text::new("Magic keywords:", "特殊关键词："), lines, language)
}
