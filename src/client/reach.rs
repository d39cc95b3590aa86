//! Reachability of a host without a paid call: one `HEAD /` without credentials, parameters or the path of an API.

use super::HttpClient;
use crate::domain::failure::Failure;
use jiff::Timestamp;
use std::time::{Duration, Instant};
use url::Url;

/// A response of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The time from the first packet to the head of the response.
    pub took: Duration,
    /// Seconds by which the computer's clock is ahead of the server's `Date`, negative if it is behind; `None` without
    /// that header. Precise to about a second.
    pub clock_ahead: Option<i64>,
}

/// Scheme, host and port of an address.
pub fn origin(address: &Url) -> Option<Url> {
    Url::parse(&address.origin().ascii_serialization()).ok()
}

/// Sends `HEAD /` to the root of `host`.
///
/// # Errors
/// [`FailureKind::Temporary`](crate::domain::failure::FailureKind::Temporary) for a host that does not respond,
/// [`FailureKind::Configuration`](crate::domain::failure::FailureKind::Configuration) for an untrusted certificate.
pub fn reach(http: &HttpClient, host: &Url) -> Result<Reached, Failure> {
    let started = Instant::now();
    let server_date = http.head(host)?;
    let took = started.elapsed();
    let halfway = Timestamp::now().checked_sub(took / 2).unwrap_or(Timestamp::MIN);
    let clock_ahead = server_date.map(|date| date.duration_until(halfway).as_secs());
    Ok(Reached { took, clock_ahead })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_contains_nothing_of_the_api() {
        let address = Url::parse("https://user:secret@api.example:8443/paid/path?key=x#y").unwrap();
        assert_eq!(origin(&address).unwrap().as_str(), "https://api.example:8443/");
    }
}
