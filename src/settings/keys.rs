//! Every key of `config.toml`, in one table for the file, the environment, `config show` and the example.

use crate::domain::text::{Message, message};

/// What a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// Text, shown as it is.
    Text,
    /// The path of a file.
    Path,
    /// A credential: never shown; may also come from a file or a command.
    Secret,
    /// A whole number.
    Integer,
    /// A decimal number.
    Decimal,
    /// A length of time such as `30s` or `24h`.
    Duration,
    /// One of a few words.
    Choice(&'static [&'static str]),
}

/// One key.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its table in the file.
    pub section: &'static str,
    /// Its name there.
    pub name: &'static str,
    /// What it holds.
    pub kind: KeyKind,
    /// The default, for people.
    pub default: &'static str,
}

impl Key {
    /// The environment variable that overrides the file: `HECHA_SECTION_NAME`, but `HECHA_ARCHIVE` for the
    /// archive's path.
    pub fn variable(&self) -> String {
        match (self.section, self.name) {
            ("archive", "path") => "HECHA_ARCHIVE".to_owned(),
            (section, name) => format!("HECHA_{section}_{name}").replace('.', "_").to_uppercase(),
        }
    }

    /// Whether `_file` and `_command` may stand in for the value.
    pub const fn is_secret(&self) -> bool {
        matches!(self.kind, KeyKind::Secret)
    }
}

const METHOD: KeyKind = KeyKind::Choice(&["post", "get"]);

const fn key(section: &'static str, name: &'static str, kind: KeyKind, default: &'static str) -> Key {
    Key { section, name, kind, default }
}

/// All of them, in the order of `config.example.toml`.
pub const KEYS: &[Key] = &[
    key("market", "endpoint", KeyKind::Text, "none (see the product's page)"),
    key("market", "appcode", KeyKind::Secret, "none"),
    key("market", "auth_header", KeyKind::Text, "Authorization"),
    key("market", "auth_scheme", KeyKind::Text, "APPCODE"),
    key("ihuyi", "account", KeyKind::Text, "none"),
    key("ihuyi", "api_key", KeyKind::Secret, "none"),
    key("ihuyi", "password", KeyKind::Choice(&["dynamic", "static"]), "dynamic"),
    key("ihuyi", "method", METHOD, "post"),
    key("ihuyi", "endpoint", KeyKind::Text, "the documented one"),
    key("shuidi", "pname", KeyKind::Text, "none"),
    key("shuidi", "pkey", KeyKind::Secret, "none"),
    key("shuidi", "wire", KeyKind::Choice(&["json", "xml"]), "json"),
    key("shuidi", "method", METHOD, "post"),
    key("shuidi", "endpoint", KeyKind::Text, "the documented one"),
    key(
        "copyright",
        "provider",
        KeyKind::Choice(&["ihuyi", "shuidi", "all"]),
        "the one that has credentials",
    ),
    key("archive", "path", KeyKind::Path, "archive.db in the user's data folder"),
    key("archive", "reuse", KeyKind::Duration, "24h"),
    key("archive", "keep", KeyKind::Text, "forever"),
    key("network", "timeout", KeyKind::Duration, "30s"),
    key("network", "connect_timeout", KeyKind::Duration, "10s"),
    key("network", "retries", KeyKind::Integer, "2"),
    key("network", "proxy", KeyKind::Secret, "the environment's"),
    key("network", "ca_cert", KeyKind::Path, "none"),
    key("network", "concurrency", KeyKind::Integer, "4"),
    key("network", "rate", KeyKind::Text, "none"),
    key("network", "max_calls", KeyKind::Integer, "100"),
    key("network", "max_errors", KeyKind::Integer, "10"),
    key("price", "market", KeyKind::Decimal, "none"),
    key("price", "market.records", KeyKind::Decimal, "[price] market"),
    key("price", "market.nothing", KeyKind::Decimal, "[price] market"),
    key("price", "ihuyi", KeyKind::Decimal, "none"),
    key("price", "ihuyi.records", KeyKind::Decimal, "[price] ihuyi"),
    key("price", "ihuyi.nothing", KeyKind::Decimal, "[price] ihuyi"),
    key("price", "shuidi", KeyKind::Decimal, "none"),
    key("price", "shuidi.records", KeyKind::Decimal, "[price] shuidi"),
    key("price", "shuidi.nothing", KeyKind::Decimal, "[price] shuidi"),
];

/// The keys without which a provider cannot be queried.
pub fn required(section: &str) -> impl Iterator<Item = &'static Key> {
    KEYS.iter().filter(move |key| key.section == section && key.default.starts_with("none"))
}

/// The key of that name in that section.
pub fn find(section: &str, name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.section == section && key.name == name)
}

/// The candidate that is most similar to a word, if one is similar enough.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(similarity, _)| *similarity > 0.7)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate)
}

/// A suggestion as the end of a sentence; empty if no candidate is similar.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Message {
    nearest(word, candidates)
        .map_or_else(Message::default, |near| message!("; did you mean '{near}'?", "；是否想写 '{near}'？"))
}
