//! The ways in which a configured value is given.

use crate::domain::failure::{Failure, FailureKind};
use crate::domain::secret::Secret;
use crate::domain::text::Message;
use std::path::PathBuf;

/// The way in which a value is given.
#[derive(Clone)]
pub(super) enum Source {
    Plain(String),
    Path(PathBuf),
    Secret(Secret),
    /// The secret is the content of this file.
    SecretFile(PathBuf),
    /// The secret is the output of this command.
    SecretCommand(Vec<String>),
}

/// A failure of the configuration.
pub(super) fn configuration(message: impl Into<Message>) -> Failure {
    Failure::local(FailureKind::Configuration, message)
}
