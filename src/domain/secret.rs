//! The type of credentials and signatures.

use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::sync::Arc;

/// A credential or a signature. It cannot be printed, compared or serialised; only [`Secret::expose`] returns its text.
/// Clones share one memory, which is overwritten when the last is dropped.
#[derive(Clone)]
pub struct Secret(Arc<SecretString>);

impl Secret {
    /// Takes ownership of the text.
    pub fn new(text: String) -> Self {
        Self(Arc::new(SecretString::from(text)))
    }

    /// The text itself, for signing and sending only.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_the_secret() {
        let shown =
            format!("{:?} {:#?}", Secret::new("topsecret".into()), Some(Secret::new("topsecret".into())));
        assert!(!shown.contains("topsecret"), "{shown}");
    }
}
