//! The texts of the help in English and Chinese: examples, exit codes, environment, topics, and the Chinese form of
//! every text of the command line. `cli` puts them into place.

mod examples;
mod reference;
mod topics;

pub use examples::{examples, examples_in_words};
pub use reference::{exit_codes, magic_keywords, reference, variables};
pub use topics::{HelpTopic, TOPICS, topic};

use crate::domain::text::{Language, Text};
use crate::provider::REGISTRY;

/// The length of a help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// `-h`: a screen.
    Short,
    /// `--help`: everything.
    Long,
    /// Everything, with an option on one line: for manual pages and completions.
    Page,
}

/// The last line of every help.
pub const TOPICS_LINE: Text = Text::new(
    "More: hecha help money | output | batch | exit-codes | credentials",
    "更多：hecha help money | output | batch | exit-codes | credentials",
);

/// The line before it in the help of a subcommand.
pub const MAIN_HELP_LINE: Text = Text::new(
    "Global options, exit codes, environment: hecha help",
    "全局选项、退出码、环境变量：hecha help",
);

/// The Chinese form of an English text of the command line.
pub fn in_chinese(english: &str) -> Option<&'static str> {
    translations().find(|text| text.en == english).map(|text| text.zh)
}

/// All texts of the command line in both languages: those of `chinese.txt`, an English line above its translation, and the
/// labels of the providers.
pub fn translations() -> impl Iterator<Item = Text> {
    let mut lines = include_str!("chinese.txt").lines().map(str::trim).filter(|line| !line.is_empty());
    let labels = REGISTRY.iter().map(|info| info.id.label());
    std::iter::from_fn(move || Some(Text::new(lines.next()?, lines.next()?))).chain(labels)
}

/// A term and its meaning.
pub type HelpEntry = (&'static str, Text);

/// The entries of a text below `[heading]`: each is a term, then its meaning in English and in Chinese.
fn entries(text: &'static str, heading: &str) -> Vec<HelpEntry> {
    let heading = format!("[{heading}]");
    let lines = text.lines().map(str::trim).skip_while(|line| *line != heading).skip(1);
    let lines: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    lines.chunks_exact(3).map(|lines| (lines[0], Text::new(lines[1], lines[2]))).collect()
}

/// A heading above lines.
fn section(heading: Text, lines: impl Iterator<Item = String>, language: Language) -> String {
    std::iter::once(heading.in_language(language).to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
}
