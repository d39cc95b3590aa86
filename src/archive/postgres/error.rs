//! The errors of PostgreSQL as errors of the archive. No other file reads its error codes.

use crate::archive::error::ArchiveError;
use crate::domain::text::Message;
use postgres::error::SqlState;
use std::error::Error;
use std::io;
use std::path::Path;

impl ArchiveError {
    /// The error that an error of the server or of the connection to `location` means. No message contains the password.
    pub(super) fn from_postgres(location: &Path, error: &postgres::Error) -> Self {
        let path = location.to_owned();
        let Some(refusal) = error.as_db_error() else { return Self::of_connection(location, error) };
        let reason = Message::verbatim(refusal.message().to_owned());
        match *refusal.code() {
            SqlState::INVALID_PASSWORD
            | SqlState::INVALID_AUTHORIZATION_SPECIFICATION
            | SqlState::INVALID_CATALOG_NAME => Self::AccessRefused { path, reason },
            SqlState::INSUFFICIENT_PRIVILEGE | SqlState::READ_ONLY_SQL_TRANSACTION => {
                Self::NotPermitted { path, reason }
            }
            SqlState::DISK_FULL => Self::DiskFull { path },
            SqlState::DUPLICATE_TABLE | SqlState::DUPLICATE_FUNCTION | SqlState::DUPLICATE_OBJECT => {
                Self::NotAnArchive { path, reason }
            }
            SqlState::LOCK_NOT_AVAILABLE => Self::Busy { path },
            SqlState::ADMIN_SHUTDOWN
            | SqlState::CRASH_SHUTDOWN
            | SqlState::CANNOT_CONNECT_NOW
            | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
            | SqlState::TOO_MANY_CONNECTIONS => Self::Unreachable { path, reason },
            _ => Self::Unforeseen { path, reason },
        }
    }

    fn of_connection(location: &Path, error: &postgres::Error) -> Self {
        let path = location.to_owned();
        let mut innermost: &dyn Error = error;
        let mut is_io = error.is_closed();
        let mut is_tls = error.to_string().contains("TLS");
        while let Some(source) = innermost.source() {
            innermost = source;
            is_io |= innermost.is::<io::Error>();
            is_tls |= innermost.to_string().contains("certificate");
        }
        let reason = Message::verbatim(innermost.to_string());
        let is_refusal = ["authentication", "password"]
            .iter()
            .any(|word| error.to_string().contains(word) || innermost.to_string().contains(word));
        match (is_tls, is_io) {
            (true, _) => Self::Untrusted { path, reason },
            (false, true) => Self::Unreachable { path, reason },
            (false, false) if error.to_string().contains("timed out") => Self::Unreachable { path, reason },
            (false, false) if is_refusal => Self::AccessRefused { path, reason },
            (false, false) => Self::Unforeseen { path, reason },
        }
    }
}
