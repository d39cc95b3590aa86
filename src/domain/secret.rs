//! The one type in which credentials and signatures travel from the settings to the signed request.

use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::sync::Arc;

/// A credential or a signature. It cannot be printed, compared, serialised or dereferenced by accident, and
/// its memory, which copies share, is overwritten when the last is dropped. The text leaves it through
/// [`Secret::expose`] alone.
#[derive(Clone)]
pub struct Secret(Arc<SecretString>);

impl Secret {
    /// Takes the text over.
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
