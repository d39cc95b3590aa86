//! A configured value: how it is given, and where.

use super::keys::KeyKind;
use super::secret_source::{self, file_in_words};
use crate::domain::secret::Secret;
use crate::domain::text::{Message, Text, message};
use std::path::{Path, PathBuf};
use url::Url;

/// The way in which a value is given.
#[derive(Clone)]
pub(super) enum Source {
    Plain(String),
    /// Text that its key cannot have. It may be a secret in the wrong place: ihuyi calls the key of an account `password`.
    Invalid(String),
    Path(PathBuf),
    Secret(Secret),
    /// The secret is the content of this file.
    SecretFile(PathBuf),
    /// The secret is the output of this command.
    SecretCommand(Vec<String>),
}

impl Source {
    /// A value that is given as text.
    pub(super) fn of_text(kind: KeyKind, text: String) -> Self {
        match kind {
            KeyKind::Secret => Self::Secret(Secret::new(text)),
            KeyKind::Path if !text.trim().is_empty() => Self::Path(expand_home(text)),
            kind if !kind.allows(text.trim()) => Self::Invalid(text),
            _ => Self::Plain(text),
        }
    }

    /// The same value, a relative path taken from this folder: whatever folder a run starts in, it uses the same files.
    pub(super) fn relative_to(self, folder: &Path) -> Self {
        match self {
            Self::Path(path) => Self::Path(folder.join(path)),
            Self::SecretFile(path) => Self::SecretFile(folder.join(path)),
            other => other,
        }
    }
}

/// A configured value and its origin.
#[derive(Clone)]
pub struct ConfiguredValue {
    pub(super) source: Source,
    /// The variable, or file, table and key.
    pub origin: String,
    pub(super) in_environment: bool,
}

impl ConfiguredValue {
    /// Whether the value is blank. No secret file is read and no command is run.
    pub fn is_blank(&self) -> bool {
        match &self.source {
            Source::Plain(text) | Source::Invalid(text) => text.trim().is_empty(),
            Source::Secret(secret) => secret.expose().trim().is_empty(),
            Source::Path(_) | Source::SecretFile(_) | Source::SecretCommand(_) => false,
        }
    }

    /// The value as shown to users: of a secret the way in which it is given, of a URL no user, password and query.
    pub fn describe(&self) -> Message {
        match &self.source {
            Source::Plain(text) => Message::verbatim(without_credentials(text)),
            Source::Path(path) if !is_address(path) => Message::verbatim(path.display().to_string()),
            Source::Path(_) | Source::Secret(_) | Source::Invalid(_) => Message::verbatim("***".to_owned()),
            Source::SecretFile(path) => {
                let file = file_in_words(path);
                message!("*** (in {file})", "***（在{file:#}中）")
            }
            Source::SecretCommand(_) => message!("*** (printed by a command)", "***（由命令输出）"),
        }
    }

    /// The secret, read from its file or printed by its command if it is given so.
    pub(super) fn secret(&self) -> Result<Secret, Message> {
        let secret = match &self.source {
            Source::Secret(secret) => secret.clone(),
            Source::SecretFile(path) => secret_source::from_file(path)?,
            Source::SecretCommand(words) => secret_source::from_command(words)?,
            Source::Plain(_) | Source::Invalid(_) | Source::Path(_) => Secret::new(String::new()),
        };
        let text = secret.expose();
        if text.trim().is_empty() {
            return Err(Text::new("the secret is empty", "密钥为空").into());
        }
        if text.chars().any(|character| character.is_control() || character.is_whitespace()) {
            return Err(Text::new(
                "the secret contains a space or control character; check what was copied",
                "密钥含有空格或控制字符；请检查复制的内容",
            )
            .into());
        }
        Ok(secret)
    }
}

/// A value without user, password and query of an address: none belongs there, but a secret may stand in it.
pub fn without_credentials(text: &str) -> String {
    let Some(mut url) = Url::parse(text).ok().filter(Url::has_host) else {
        return if text.contains(['@', '?']) { "***".to_owned() } else { text.to_owned() };
    };
    if url.query().is_some() {
        url.set_query(Some("***"));
    }
    let carries_a_user = !url.username().is_empty() || url.password().is_some();
    if carries_a_user && (url.set_password(None).is_err() || url.set_username("***").is_err()) {
        return "***".to_owned();
    }
    if carries_a_user || url.query().is_some() { url.into() } else { text.to_owned() }
}

/// Whether a path is an address such as `postgres://…`, which may contain a password. A single letter names a drive.
pub(super) fn is_address(path: &Path) -> bool {
    path.to_string_lossy().split_once("://").is_some_and(|(scheme, _)| scheme.len() > 1)
}

/// A configured path; a leading `~/` is the home folder.
pub(super) fn expand_home(path: impl AsRef<Path>) -> PathBuf {
    let path = path.as_ref();
    match (path.strip_prefix("~"), directories::BaseDirs::new()) {
        (Ok(rest), Some(folders)) => folders.home_dir().join(rest),
        _ => path.to_owned(),
    }
}
