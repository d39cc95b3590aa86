//! The errors of PostgreSQL as errors of the archive. No other file reads its error codes.

use crate::archive::error::{ArchiveError, ArchiveProblem};
use crate::domain::text::Message;
use postgres::error::SqlState;
use std::error::Error;
use std::io;
use std::path::Path;

impl ArchiveError {
    /// The error that an error of the server or of the connection to `location` means. No message contains the password.
    pub(super) fn from_postgres(location: &Path, error: &postgres::Error) -> Self {
        let Some(refusal) = error.as_db_error() else { return Self::of_connection(location, error) };
        let problem = match *refusal.code() {
            SqlState::INVALID_PASSWORD
            | SqlState::INVALID_AUTHORIZATION_SPECIFICATION
            | SqlState::INVALID_CATALOG_NAME => ArchiveProblem::AccessRefused,
            SqlState::INSUFFICIENT_PRIVILEGE | SqlState::READ_ONLY_SQL_TRANSACTION => {
                ArchiveProblem::NotPermitted
            }
            SqlState::DISK_FULL => ArchiveProblem::DiskFull,
            SqlState::DUPLICATE_TABLE | SqlState::DUPLICATE_FUNCTION | SqlState::DUPLICATE_OBJECT => {
                ArchiveProblem::NotAnArchive
            }
            SqlState::LOCK_NOT_AVAILABLE => ArchiveProblem::Busy,
            SqlState::ADMIN_SHUTDOWN
            | SqlState::CRASH_SHUTDOWN
            | SqlState::CANNOT_CONNECT_NOW
            | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
            | SqlState::TOO_MANY_CONNECTIONS => ArchiveProblem::Unreachable,
            _ => ArchiveProblem::Unforeseen,
        };
        Self::because(problem, location, Message::verbatim(refusal.message().to_owned()))
    }

    fn of_connection(location: &Path, error: &postgres::Error) -> Self {
        let causes: Vec<_> = std::iter::successors(error.source(), |cause| (*cause).source()).collect();
        let reason = causes.last().map_or_else(|| error.to_string(), ToString::to_string);
        let io_error = causes.iter().find_map(|cause| cause.downcast_ref::<io::Error>());
        let cause = io_error.and_then(io::Error::get_ref);
        let is_of_tls = matches!(cause, Some(cause) if cause.is::<rustls::Error>());
        // The crate hides the kind of an error; its text names it.
        let problem = match (io_error, error.to_string().as_str()) {
            (Some(_), _) if is_of_tls => ArchiveProblem::Untrusted,
            (Some(_), _) => ArchiveProblem::Unreachable,
            (None, _) if error.is_closed() => ArchiveProblem::Unreachable,
            (None, "error performing TLS handshake") => ArchiveProblem::Untrusted,
            (None, "authentication error" | "invalid configuration") => ArchiveProblem::AccessRefused,
            (None, _) => ArchiveProblem::Unforeseen,
        };
        Self::because(problem, location, Message::verbatim(reason))
    }
}
