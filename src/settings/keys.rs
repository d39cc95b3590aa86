//! Every key of `config.toml`, in one table for the file, the environment and `config show`.

use crate::domain::text::{Message, message};
pub use crate::provider::KeyKind;
use crate::provider::{REGISTRY, variable};
use std::sync::LazyLock;

/// One key.
#[derive(Debug, Clone)]
pub struct Key {
    /// Its table in the file.
    pub section: &'static str,
    /// Its name there.
    pub name: &'static str,
    /// Its type.
    pub kind: KeyKind,
    /// The default as shown to users.
    pub default: &'static str,
}

impl Key {
    /// The environment variable that overrides the file: `HECHA_SECTION_NAME`, but `HECHA_ARCHIVE` for the
    /// archive's path.
    pub fn variable(&self) -> String {
        if self.section == "archive" && self.name == "path" {
            return "HECHA_ARCHIVE".to_owned();
        }
        variable(self.section, self.name)
    }

    /// Whether `_file` and `_command` may stand in for the value.
    pub const fn is_secret(&self) -> bool {
        matches!(self.kind, KeyKind::Secret)
    }
}

/// The keys that belong to no provider.
const SHARED: &[(&str, &str, KeyKind, &str)] = &[
    ("copyright", "provider", KeyKind::Text, "the one that has credentials"),
    ("archive", "path", KeyKind::Path, "archive.db in the user's data folder"),
    ("archive", "url", KeyKind::Secret, "none"),
    ("archive", "password", KeyKind::Secret, "none"),
    ("archive", "reuse", KeyKind::Text, "24h"),
    ("archive", "keep", KeyKind::Text, "forever"),
    ("network", "timeout", KeyKind::Text, "30s"),
    ("network", "connect_timeout", KeyKind::Text, "10s"),
    ("network", "retries", KeyKind::Text, "2"),
    ("network", "proxy", KeyKind::Secret, "the environment's"),
    ("network", "ca_cert", KeyKind::Path, "none"),
    ("network", "concurrency", KeyKind::Text, "4"),
    ("network", "rate", KeyKind::Text, "none"),
    ("network", "max_calls", KeyKind::Text, "100"),
    ("network", "max_errors", KeyKind::Text, "10"),
    ("budget", "total", KeyKind::Text, "none"),
    ("budget", "per_day", KeyKind::Text, "none"),
    ("budget", "rate", KeyKind::Text, "none"),
];

/// All keys, in the order of `config.example.toml`: those of each provider, the shared ones, the prices.
pub static KEYS: LazyLock<Vec<Key>> = LazyLock::new(|| {
    let of_providers = REGISTRY.iter().flat_map(|info| {
        let keys = info.keys.iter();
        keys.map(|key| (info.id.as_str(), key.name, key.kind, key.default.unwrap_or("none")))
    });
    let prices = REGISTRY.iter().map(|info| ("price", info.id.as_str(), KeyKind::Price, "none"));
    let all = of_providers.chain(SHARED.iter().copied()).chain(prices);
    all.map(|(section, name, kind, default)| Key { section, name, kind, default }).collect()
});

/// The key of that name in that section.
pub fn find(section: &str, name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.section == section && key.name == name)
}

/// The candidate that is most similar to a word, if one is similar enough.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(similarity, _)| *similarity > 0.75)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate)
}

/// A suggestion as the end of a sentence; empty if no candidate is similar.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Message {
    nearest(word, candidates)
        .map_or_else(Message::default, |near| message!("; did you mean '{near}'?", "；是否想写 '{near}'？"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggestion_is_similar() {
        assert_eq!(nearest("appcod", ["appcode", "endpoint"]), Some("appcode"));
        assert_eq!(nearest("max_call", ["max_calls", "max_age"]), Some("max_calls"));
        assert_eq!(nearest("D504XX", ["0", "4051"]), None);
    }
}
