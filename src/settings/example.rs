//! The commented `config.toml` that `hecha config init` writes. The tables and prices of the providers are made from the
//! registry, the rest is the text of `config.example.toml`.

use crate::domain::text::{Language, Text};
use crate::provider::{ConfigKey, ENDPOINT, KeyKind, ProviderInfo, REGISTRY, variable};

const EXAMPLE: Text =
    Text::new(include_str!("../../config.example.toml"), include_str!("../../config.example.zh-CN.toml"));

/// The commented file.
pub fn example(language: Language) -> String {
    let text = EXAMPLE.in_language(language);
    let mut written: String = text.split_inclusive('\n').take_while(|line| !line.starts_with('[')).collect();
    for info in REGISTRY {
        written += &table(info, language);
    }
    // The prices of the providers are the end of the file.
    let shared = text.find("[copyright]").unwrap_or_default();
    let (shared, prices) = text[shared..].split_once("[price]").unwrap_or_default();
    let heading = prices.lines().next().unwrap_or_default();
    written.extend([shared, "[price]", heading, "\n"]);
    written.extend(REGISTRY.iter().map(|info| format!("# {} = 0.10\n", info.id)));
    written
}

/// The table of a provider, each key in a comment.
fn table(info: &ProviderInfo, language: Language) -> String {
    let mut text = line(&format!("[{}]", info.id), info.name.in_language(language));
    for key in info.keys {
        let value = key.default.unwrap_or(if key.name == ENDPOINT { "https://…" } else { "…" });
        let assignment = format!("# {} = \"{value}\"", key.name);
        text += &line(&assignment, &comment(info, key, language));
    }
    text + "\n"
}

/// The comment of a key; that of a required key ends with its environment variable.
fn comment(info: &ProviderInfo, key: &ConfigKey, language: Language) -> String {
    let or = Text::new("or", "或").in_language(language);
    let words = match (key.comment.in_language(language), key.kind) {
        ("", KeyKind::Choice([_, others @ ..])) => format!("{or} \"{}\"", others.join("\", \"")),
        (words, _) => words.to_owned(),
    };
    let variable = key.default.is_none().then(|| variable(info.id.as_str(), key.name));
    let parts: Vec<_> = std::iter::once(words).chain(variable).filter(|part| !part.is_empty()).collect();
    parts.join(Text::new("; ", "；").in_language(language))
}

/// A line with its comment in the column of comments.
fn line(text: &str, comment: &str) -> String {
    if comment.is_empty() { format!("{text}\n") } else { format!("{text:<36} # {comment}\n") }
}
