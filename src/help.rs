//! The texts of the help in English and Chinese: examples, exit codes, environment, topics, and the Chinese form of
//! every text of the command line. `cli` puts them into place.

use crate::domain::text::{Language, Message, Text, message};
use crate::provider::{REGISTRY, variable};

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

/// The number of examples in the short help.
const EXAMPLES_IN_SHORT: usize = 2;

const EXAMPLES: &str = include_str!("help/examples.txt");
const REFERENCE: &str = include_str!("help/reference.txt");

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
    let mut lines = include_str!("help/chinese.txt").lines().map(str::trim).filter(|line| !line.is_empty());
    let labels = REGISTRY.iter().map(|info| info.id.label());
    std::iter::from_fn(move || Some(Text::new(lines.next()?, lines.next()?))).chain(labels)
}

/// A term and its meaning.
pub type HelpEntry = (String, Message);

/// The entries of a text below `[heading]`: each is a term, then its meaning in English and in Chinese.
fn entries(text: &'static str, heading: &str) -> Vec<HelpEntry> {
    let heading = format!("[{heading}]");
    let lines = text.lines().map(str::trim).skip_while(|line| *line != heading).skip(1);
    let lines: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    lines.chunks_exact(3).map(|lines| (lines[0].to_owned(), Text::new(lines[1], lines[2]).into())).collect()
}

/// The examples of a command, by its whole path such as `hecha archive list`, the most important first: each a command
/// line and its effect. A test runs them.
pub fn examples(path: &str) -> Vec<HelpEntry> {
    entries(EXAMPLES, path)
}

/// The examples of a command under a heading; in the short help only the first ones.
pub fn examples_in_words(path: &str, detail: Detail, language: Language) -> String {
    let shown = if detail == Detail::Short { EXAMPLES_IN_SHORT } else { usize::MAX };
    let examples = examples(path).into_iter().take(shown);
    let lines = examples.map(|(line, effect)| format!("  # {}\n  {line}", effect.in_language(language)));
    section(Text::new("Examples:", "示例："), lines, language)
}

/// The exit codes, which are the same for every command.
pub fn exit_codes() -> Vec<HelpEntry> {
    entries(REFERENCE, "exit codes")
}

/// The environment variables: those that every provider requires, and all others.
pub fn variables() -> Vec<HelpEntry> {
    let of_providers = REGISTRY.iter().map(|info| {
        let names: Vec<_> = info.required_keys().map(|name| variable(info.id.as_str(), name)).collect();
        let (id, topic) = (info.id, info.topic.as_str());
        (names.join(", "), message!("{id}, for {topic}", "{id}，用于 {topic}"))
    });
    of_providers.chain(entries(REFERENCE, "environment")).collect()
}

/// Exit codes and variables, each under its heading.
pub fn reference(language: Language) -> String {
    let exit_codes = listed(Text::new("Exit codes:", "退出码："), &exit_codes(), language);
    let variables = listed(Text::new("Environment:", "环境变量："), &variables(), language);
    format!("{exit_codes}\n\n{variables}")
}

fn listed(heading: Text, entries: &[HelpEntry], language: Language) -> String {
    let width = entries.iter().map(|(term, _)| term.len()).max().unwrap_or_default();
    let line = |(term, meaning): &HelpEntry| format!("  {term:width$}  {}", meaning.in_language(language));
    section(heading, entries.iter().map(line), language)
}

/// The magic keywords of the sandbox, under a heading. `N` is any number; each word exists in Chinese and in English, with
/// either colon.
pub fn magic_keywords(language: Language) -> String {
    let keywords = entries(REFERENCE, "magic keywords").into_iter();
    let lines =
        keywords.map(|(keyword, effect)| format!("  {keyword}\n          {}", effect.in_language(language)));
    section(Text::new("Magic keywords:", "特殊关键词："), lines, language)
}

/// A heading above lines.
fn section(heading: Text, lines: impl Iterator<Item = String>, language: Language) -> String {
    std::iter::once(heading.in_language(language).to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
}

/// A text of `hecha help TOPIC` on one subject, longer than the help of an option.
#[derive(Debug, Clone, Copy)]
pub struct HelpTopic {
    /// The word after `hecha help`.
    pub name: &'static str,
    /// The whole text.
    pub text: Text,
}

macro_rules! topic {
    ($name:literal) => {
        HelpTopic {
            name: $name,
            text: Text::new(
                include_str!(concat!("help/topics/", $name, ".en.txt")),
                include_str!(concat!("help/topics/", $name, ".zh.txt")),
            ),
        }
    };
}

/// All topics, in the order in which they are named.
pub const TOPICS: &[HelpTopic] =
    &[topic!("money"), topic!("output"), topic!("batch"), topic!("exit-codes"), topic!("credentials")];

impl HelpTopic {
    /// The whole text, with the providers of the registry.
    pub fn in_language(&self, language: Language) -> String {
        let providers = REGISTRY.iter().map(|info| {
            let keys = info.required_keys().collect::<Vec<_>>().join(", ");
            format!("  {:<8} {keys:<34} {}\n", info.id, info.command())
        });
        self.text.in_language(language).replace("{providers}\n", &providers.collect::<String>())
    }
}
