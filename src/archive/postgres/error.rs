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
        let causes: Vec<_> = std::iter::successors(error.source(), |cause| (*cause).source()).collect();
        let reason = causes.last().map_or_else(|| error.to_string(), ToString::to_string);
        let reason = Message::verbatim(reason);
        let io_error = causes.iter().find_map(|cause| cause.downcast_ref::<io::Error>());
        let of_io = io_error.and_then(io::Error::get_ref);
        // The crate hides the kind of an error; its text names it.
        match (io_error, error.to_string().as_str()) {
            (Some(_), _) if of_io.is_some_and(|cause| cause.is::<rustls::Error>()) => {
                Self::Untrusted { path, reason }
            }
            (Some(_), _) => Self::Unreachable { path, reason },
            (None, _) if error.is_closed() => Self::Unreachable { path, reason },
            (None, "error performing TLS handshake") => Self::Untrusted { path, reason },
            (None, "authentication error" | "invalid configuration") => Self::AccessRefused { path, reason },
            (None, _) => Self::Unforeseen { path, reason },
        }
    }
}
