//! The address of a server, without and with its password.

use crate::domain::secret::Secret;
use crate::domain::text::{Message, Text, message};
use postgres::Config;
use postgres::config::{Host, SslMode};
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The time for which an unused run counts as alive.
const LEASE_PERIOD: Duration = Duration::from_mins(1);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A connection on which nothing arrives for this time is lost.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(15);

/// An archive on a PostgreSQL server.
#[derive(Clone)]
pub struct PostgresSettings {
    config: Config,
    pub(super) location: Arc<Path>,
    /// The password, if there is one.
    pub password: Option<Secret>,
    /// Whether the connection is encrypted and the certificate verified.
    pub uses_tls: bool,
    /// `sslrootcert`: a file with further certificates to trust.
    pub root_certificate: Option<PathBuf>,
    /// The certificates to trust, if `uses_tls`.
    pub tls: Option<Arc<rustls::ClientConfig>>,
    /// The file for answers that could not be stored on the server.
    pub spool: PathBuf,
    /// The time for which a run counts as alive after it was last seen.
    pub(in crate::archive) lease_period: Duration,
}

impl PostgresSettings {
    /// Reads a URL such as `postgres://user@host:5432/database?sslmode=verify-full`.
    ///
    /// # Errors
    /// The reason, which does not repeat the URL: it may contain a password.
    pub fn from_url(url: &str) -> Result<Self, Message> {
        let no_url = || {
            Text::new(
                "it is not a URL like postgres://user@host/database",
                "它不是形如 postgres://user@host/database 的地址",
            )
        };
        let mut url = Url::parse(url).map_err(|_| no_url())?;
        if !matches!(url.scheme(), "postgres" | "postgresql") {
            return Err(no_url().into());
        }
        let decoded =
            |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        let password = url.password().map(decoded);
        let mut options: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        let password = options.remove("password").or(password);
        let (ssl_mode, root_certificate) = (options.remove("sslmode"), options.remove("sslrootcert"));
        let lease_period = match options.remove("lease_seconds") {
            None => LEASE_PERIOD,
            Some(seconds) => Duration::from_secs(seconds.parse().map_err(|_| wrong_option("lease_seconds"))?),
        };
        // Neither fails for a URL with a scheme that has no rules of its own.
        let _ = url.set_password(None);
        url.set_query(None);
        let location = url.as_str().to_owned();
        if !options.is_empty() {
            url.query_pairs_mut().extend_pairs(&options);
        }
        // The library's words quote names only, but a wrong URL may have the password in a wrong place.
        let mut config = Config::from_str(url.as_str()).map_err(|_| no_url())?;
        let uses_tls = match ssl_mode.as_deref() {
            None => !is_local(&config),
            Some("disable") => false,
            Some("require" | "verify-ca" | "verify-full") => true,
            Some(_) => return Err(wrong_option("sslmode")),
        };
        config.ssl_mode(if uses_tls { SslMode::Require } else { SslMode::Disable });
        if config.get_user().is_none() {
            return Err(Text::new("it names no user", "其中没有用户名").into());
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        config.tcp_user_timeout(SILENCE_TIMEOUT).keepalives_idle(SILENCE_TIMEOUT).application_name("hecha");
        Ok(Self {
            config,
            location: PathBuf::from(location).into(),
            password: password.map(Secret::new),
            uses_tls,
            root_certificate: root_certificate.map(PathBuf::from),
            tls: None,
            spool: PathBuf::new(),
            lease_period,
        })
    }

    /// The URL without the password and the options.
    pub fn location(&self) -> Arc<Path> {
        Arc::clone(&self.location)
    }

    /// Host, port, database and user, as a password file names them.
    pub fn account(&self) -> [String; 4] {
        let host = match self.config.get_hosts().first() {
            Some(Host::Tcp(host)) => host.clone(),
            _ => "localhost".to_owned(),
        };
        let port = self.config.get_ports().first().copied().unwrap_or(5432).to_string();
        let user = self.config.get_user().unwrap_or_default().to_owned();
        [host, port, self.config.get_dbname().unwrap_or(&user).to_owned(), user]
    }

    pub(super) fn config(&self) -> Config {
        let mut config = self.config.clone();
        if let Some(password) = &self.password {
            config.password(password.expose());
        }
        config
    }
}

impl fmt::Debug for PostgresSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PostgresSettings({})", self.location.display())
    }
}

fn wrong_option(name: &str) -> Message {
    message!("its option {name} has an unknown value", "其选项 {name} 的值无效")
}

/// Whether all hosts are this machine, so that nothing travels over a network.
fn is_local(config: &Config) -> bool {
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            let address = name.trim_matches(['[', ']']).parse::<IpAddr>();
            name == "localhost" || address.is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_in_no_text_that_is_shown() {
        for url in [
            "postgres://me:canary%20word@db.example/team",
            "postgresql://me@db.example/team?password=canary%20word&sslmode=require",
        ] {
            let settings = PostgresSettings::from_url(url).unwrap();
            let shown = format!("{settings:?} {:?} {}", settings.config, settings.location().display());
            assert!(!shown.contains("canary"), "{shown}");
            assert_eq!(settings.config().get_password(), Some(&b"canary word"[..]));
        }
        let reason = PostgresSettings::from_url("postgres//me:canary@db").unwrap_err();
        assert!(!reason.to_string().contains("canary"));
    }

    #[test]
    #[cfg_attr(windows, ignore = "there are no sockets in the file system")]
    fn only_a_connection_to_this_machine_is_unencrypted_unasked() {
        for (url, uses_tls) in [
            ("postgres://me@127.0.0.1/team", false),
            ("postgres://me@[::1]:5433/team", false),
            ("postgres://me@localhost/team", false),
            ("postgres:///team?user=me&host=/run/postgresql", false),
            ("postgres://me@db.example/team", true),
            ("postgres://me@db.example/team?sslmode=require", true),
            ("postgres://me@db.example/team?sslmode=disable", false),
            ("postgres://me@localhost/team?sslmode=verify-full", true),
        ] {
            assert_eq!(PostgresSettings::from_url(url).unwrap().uses_tls, uses_tls, "{url}");
        }
        assert!(PostgresSettings::from_url("postgres://me@localhost/team?sslmode=prefer").is_err());
    }
}
