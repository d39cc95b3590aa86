//! Settings of the connections.

use crate::domain::secret::Secret;
use std::path::PathBuf;
use std::time::Duration;

/// Settings of the connections.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// The timeout from connecting to the last byte of the response.
    pub timeout: Duration,
    /// The timeout until the connection is established.
    pub connect_timeout: Duration,
    /// `http://`, `https://`, `socks5://` or `socks5h://`, possibly with a password.
    pub proxy: Option<Secret>,
    /// PEM certificates that are trusted in addition to the system's.
    pub ca_certificates: Option<PathBuf>,
    /// Whether any address is `https://`: only then are the system's certificates loaded.
    pub with_tls: bool,
    /// Whether the proxies of the environment apply; not for loopback.
    pub environment_proxies: bool,
}
