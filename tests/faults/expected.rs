//! What a fault must come to: the words of the matrix.

/// What must be seen of one run that asks one page, with one retry allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// The exit code.
    pub exit: i32,
    /// `error.kind`, or the query's status where there is no error.
    pub kind: &'static str,
    /// `error.charged`.
    pub charged: &'static str,
    /// Requests that reached the vendor whole.
    pub requests: usize,
    /// Whether the archive keeps the body of an answer that cannot be read.
    pub evidence: bool,
}

const fn failure(exit: i32, kind: &'static str, charged: &'static str, requests: usize) -> Expected {
    Expected { exit, kind, charged, requests, evidence: false }
}

/// Records were printed.
pub const RECORDS: Expected = failure(0, "ok", "yes", 1);
/// The vendor has nothing.
pub const NOTHING: Expected = failure(0, "empty", "yes", 1);
/// No request left; it is tried again.
pub const UNSENT: Expected = failure(5, "temporary", "no", 0);
/// A request left and no whole answer came: it may have been charged, so it is not repeated.
pub const LOST: Expected = failure(5, "temporary", "unknown", 1);
/// An answer that cannot be read: it may have been charged.
pub const UNREADABLE: Expected = Expected { evidence: true, ..NOT_HTTP };
/// An answer that is not HTTP, so that it has no body to keep: it may have been charged.
pub const NOT_HTTP: Expected = failure(10, "answer", "unknown", 1);
/// A server that does not speak TLS: nothing was sent.
pub const NO_TLS: Expected = failure(4, "configuration", "no", 0);
/// An answer that cannot be read, where the status says that it is free.
pub const UNREADABLE_FREE: Expected = Expected { charged: "no", ..UNREADABLE };
/// Wrong credentials.
pub const CREDENTIALS: Expected = failure(4, "credentials", "no", 1);
/// A wrong endpoint, method or proxy.
pub const CONFIGURATION: Expected = failure(4, "configuration", "no", 1);
/// Quota, subscription, contract, allow-list.
pub const ACCOUNT: Expected = failure(7, "account", "no", 1);
/// A refused parameter.
pub const INPUT: Expected = failure(6, "input", "no", 1);
/// A code that no document has.
pub const REFUSED: Expected = failure(6, "refused", "unknown", 1);
/// The vendor's own failure.
pub const VENDOR: Expected = failure(5, "vendor", "unknown", 1);
/// Free, so it is tried again.
pub const AGAIN: Expected = failure(5, "temporary", "no", 2);
/// Free, but the server asks for a pause that is too long to wait for.
pub const LATER: Expected = failure(5, "temporary", "no", 1);
