//! Reachability of a host without a paid call: one `HEAD /` without credentials, parameters or the path of an API.

use super::HttpClient;
use crate::domain::failure::Failure;
use jiff::Timestamp;
use std::time::{Duration, Instant};
use url::Url;

/// Scheme, host and port of an address.
pub fn origin(address: &Url) -> Option<Url> {
    Url::parse(&address.origin().ascii_serialization()).ok()
}

/// Sends `HEAD /` to the root of `host`. Returns the time from the first packet to the head of the response, and the seconds
/// by which the computer's clock is ahead of the server's `Date`: negative if it is behind, `None` without that header.
/// They are precise to about a second.
///
/// # Errors
/// [`FailureKind::Temporary`](crate::domain::failure::FailureKind::Temporary) for a host that does not respond,
/// [`FailureKind::Configuration`](crate::domain::failure::FailureKind::Configuration) for an untrusted certificate.
pub fn reach(http: &HttpClient, host: &Url) -> Result<(Duration, Option<i64>), Failure> {
    let started = Instant::now();
    let server_date = http.head(host)?;
    let took = started.elapsed();
    let halfway = Timestamp::now().checked_sub(took / 2).unwrap_or(Timestamp::MIN);
    let clock_ahead = server_date.map(|date| date.duration_until(halfway).as_secs());
    Ok((took, clock_ahead))
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
