//! The configuration of a provider: the keys of its table in `config.toml`, and their values once they are resolved.

use crate::domain::request::Method;
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use std::collections::BTreeMap;

/// The name of the key of a provider's address.
pub const ENDPOINT: &str = "endpoint";

/// The environment variable that overrides a key of `config.toml`.
pub fn variable(section: &str, key: &str) -> String {
    format!("HECHA_{section}_{key}").to_uppercase()
}

/// The type of a key of `config.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// Text, a number or a duration; shown as it is.
    Text,
    /// The path of a file.
    Path,
    /// A credential: never shown; may also come from a file or a command.
    Secret,
    /// The name of an HTTP header.
    HeaderName,
    /// The word before a credential in an HTTP header, or nothing.
    AuthScheme,
    /// A number, or a table with a number for each outcome.
    Price,
    /// One of a few words.
    Choice(&'static [&'static str]),
}

impl KeyKind {
    /// Whether a key of this type may have this value.
    pub fn allows(self, value: &str) -> bool {
        let is_header_byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        match self {
            Self::Choice(words) => words.contains(&value),
            Self::HeaderName => !value.is_empty() && value.bytes().all(is_header_byte),
            Self::AuthScheme => value.bytes().all(is_header_byte),
            Self::Text | Self::Path | Self::Secret | Self::Price => true,
        }
    }
}

/// A key of a provider's table.
#[derive(Debug)]
pub struct ConfigKey {
    /// Its name in the table.
    pub name: &'static str,
    /// Its type.
    pub kind: KeyKind,
    /// Its default; `None` if the provider cannot be queried without a value.
    pub default: Option<&'static str>,
    /// The comment beside it in a new `config.toml`; may be empty.
    pub comment: Text,
}

impl ConfigKey {
    /// A key that has to be filled in.
    pub const fn required(name: &'static str, kind: KeyKind, comment: Text) -> Self {
        Self { name, kind, default: None, comment }
    }

    /// A key with a default.
    pub const fn optional(name: &'static str, kind: KeyKind, default: &'static str, comment: Text) -> Self {
        Self { name, kind, default: Some(default), comment }
    }
}

/// The resolved configuration of one provider. A key without a value is empty: a plan needs no credentials.
#[derive(Debug, Default)]
pub struct ProviderConfig {
    /// The address, without a query.
    pub endpoint: String,
    /// The values of the keys that are not secret.
    pub texts: BTreeMap<&'static str, String>,
    /// The values of the secret keys.
    pub secrets: BTreeMap<&'static str, Secret>,
}

impl ProviderConfig {
    /// A configuration with an address only.
    pub fn new(endpoint: String) -> Self {
        Self { endpoint, ..Self::default() }
    }

    /// The value of a key that is not secret.
    pub fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    /// The value of the key `method`.
    pub fn method(&self) -> Method {
        if self.text("method") == "get" { Method::Get } else { Method::Post }
    }

    /// The value of a secret key.
    pub fn secret(&self, name: &str) -> Secret {
        self.secrets.get(name).cloned().unwrap_or_else(|| Secret::new(String::new()))
    }
}
