//! Reachability of a host without a paid call: its name, a connection, the TLS handshake and the `Date` of one `HEAD /`
//! without credentials, parameters or the path of an API.

use super::HttpClient;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::text::{Message, Text, message};
use jiff::Timestamp;
use std::net::ToSocketAddrs;
use std::time::{Duration, Instant};
use url::Url;

/// Where the host name is resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolver {
    /// On this computer.
    Here,
    /// On the proxy.
    Proxy,
}

/// A response of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The status of the response to `HEAD /`; any is fine.
    pub http_status: u16,
    /// From the first packet to the head of the response.
    pub took: Duration,
    /// Seconds by which the computer's clock is ahead of the server's `Date`, negative if it is behind; `None` without
    /// that header. Precise to about a second.
    pub clock_ahead: Option<i64>,
}

/// Scheme, host and port of an address.
pub fn origin(address: &Url) -> Option<Url> {
    let mut origin = address.clone();
    origin.set_path("/");
    origin.set_query(None);
    origin.set_fragment(None);
    origin.set_username("").ok()?;
    origin.set_password(None).ok()?;
    Some(origin)
}

/// Sends `HEAD /` to the host of `address`.
///
/// # Errors
/// [`FailureKind::Temporary`] for an unknown name or a host that does not respond, [`FailureKind::Configuration`] for an
/// untrusted certificate.
pub fn reach(http: &HttpClient, address: &Url, resolver: Resolver) -> Result<Reached, Failure> {
    let origin = origin(address)
        .ok_or_else(|| unreachable(Text::new("the address contains no host", "地址中没有主机名")))?;
    if resolver == Resolver::Here {
        resolve(&origin)?;
    }
    let started = Instant::now();
    let (http_status, server_date) = http.head(&origin)?;
    let took = started.elapsed();
    let halfway = Timestamp::now().checked_sub(took / 2).unwrap_or(Timestamp::MIN);
    let clock_ahead = server_date.map(|date| date.duration_until(halfway).as_secs());
    Ok(Reached { http_status, took, clock_ahead })
}

fn resolve(origin: &Url) -> Result<(), Failure> {
    let host = origin.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let port = origin.port_or_known_default().unwrap_or(443);
    let found = (host, port).to_socket_addrs().is_ok_and(|mut addresses| addresses.next().is_some());
    if found {
        Ok(())
    } else {
        Err(unreachable(message!("the name {host} cannot be resolved", "无法解析主机名 {host}")))
    }
}

fn unreachable(reason: impl Into<Message>) -> Failure {
    Failure::local(FailureKind::Temporary, reason).with_hint(Text::new(
        "check the network, the name server and the address in the configuration",
        "请检查网络、域名解析与配置中的地址",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_contains_nothing_of_the_api() {
        let address = Url::parse("https://user:secret@api.example:8443/paid/path?key=x#y").unwrap();
        assert_eq!(origin(&address).unwrap().as_str(), "https://api.example:8443/");
    }

    #[test]
    fn an_unknown_name_is_an_error_before_anything_is_sent() {
        let failure = resolve(&Url::parse("https://no-such-host.invalid/").unwrap()).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Temporary);
        assert!(failure.message.en().contains("no-such-host.invalid"), "{failure}");
    }
}
