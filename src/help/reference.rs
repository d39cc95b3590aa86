//! Exit codes and environment variables, which are the same for every command, and the magic keywords of the sandbox, as
//! `reference.txt` has them.

use super::{HelpEntry, entries, section};
use crate::domain::text::{Language, Message, Text, message};
use crate::provider::{REGISTRY, variable};

const REFERENCE: &str = include_str!("reference.txt");

/// The exit codes.
pub fn exit_codes() -> Vec<HelpEntry> {
    entries(REFERENCE, "exit codes")
}

/// The environment variables: those that every provider requires, and all others.
pub fn variables() -> Vec<(String, Message)> {
    let of_providers = REGISTRY.iter().map(|info| {
        let required = info.keys.iter().filter(|key| key.default.is_none());
        let names: Vec<_> = required.map(|key| variable(info.id.as_str(), key.name)).collect();
        let (id, topic) = (info.id, info.topic.as_str());
        (names.join(", "), message!("{id}, for {topic}", "{id}，用于 {topic}"))
    });
    let others = entries(REFERENCE, "environment").into_iter();
    of_providers.chain(others.map(|(name, meaning)| (name.to_owned(), meaning.into()))).collect()
}

/// Exit codes and variables, each under its heading.
pub fn reference(language: Language) -> String {
    let exit_codes = exit_codes().into_iter().map(|(code, meaning)| (code.to_owned(), meaning.into()));
    let exit_codes = listed(Text::new("Exit codes:", "退出码："), &exit_codes.collect::<Vec<_>>(), language);
    let variables = listed(Text::new("Environment:", "环境变量："), &variables(), language);
    format!("{exit_codes}\n\n{variables}")
}

fn listed(heading: Text, entries: &[(String, Message)], language: Language) -> String {
    let width = entries.iter().map(|(term, _)| term.len()).max().unwrap_or_default();
    let line =
        |(term, meaning): &(String, Message)| format!("  {term:width$}  {}", meaning.in_language(language));
    section(heading, entries.iter().map(line), language)
}

/// The magic keywords of the sandbox, under a heading. `N` is any number; each word exists in Chinese and in English, with
/// either colon.
pub fn magic_keywords(language: Language) -> String {
    let lines = entries(REFERENCE, "magic keywords")
        .into_iter()
        .map(|(keyword, effect)| format!("  {keyword}\n          {}", effect.in_language(language)));
    section(Text::new("Magic keywords:", "特殊关键词："), lines, language)
}
