//! Whether a host can be reached, without a paid call: its name, a connection, the TLS handshake and the
//! `Date` of one `HEAD /` that carries no credential, no parameter and no path of an interface.

use super::EventLoop;
use super::wire::Wiring;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::text::{Message, Text, message};
use jiff::Timestamp;
use std::net::ToSocketAddrs;
use std::sync::Arc;
use std::time::{Duration, Instant};
use url::Url;

/// Who looks the host's name up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolver {
    /// This computer.
    Here,
    /// The proxy.
    Proxy,
}

/// What was seen of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The status of the answer to `HEAD /`; any is fine.
    pub http_status: u16,
    /// From the first packet to the answer's head.
    pub took: Duration,
    /// Seconds by which our clock is ahead of the server's `Date`, negative where it is behind; `None`
    /// without that header. Exact to about a second.
    pub clock_ahead: Option<i64>,
}

/// Scheme, host and port of an address, with nothing after them.
pub fn origin(address: &Url) -> Option<Url> {
    let mut origin = address.clone();
    origin.set_path("/");
    origin.set_query(None);
    origin.set_fragment(None);
    origin.set_username("").ok()?;
    origin.set_password(None).ok()?;
    Some(origin)
}

/// Looks at the host of `address`.
///
/// # Errors
/// Kind [`FailureKind::Temporary`] where the name is unknown or nobody answers, [`FailureKind::Configuration`]
/// where the certificate is not trusted.
pub fn reach(wiring: &Arc<Wiring>, address: &Url, resolver: Resolver) -> Result<Reached, Failure> {
    let origin = origin(address)
        .ok_or_else(|| unreachable(Text::new("the address has no host", "地址中没有主机名")))?;
    if resolver == Resolver::Here {
        resolve(&origin)?;
    }
    let (event_loop, wire) = (EventLoop::new()?, wiring.wire()?);
    let started = Instant::now();
    let (http_status, server_date) = event_loop.run(wire.head(&origin))?;
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
    fn the_origin_holds_nothing_of_the_interface() {
        let address = Url::parse("https://user:secret@api.example:8443/paid/path?key=x#y").unwrap();
        assert_eq!(origin(&address).unwrap().as_str(), "https://api.example:8443/");
    }

    #[test]
    fn a_name_that_does_not_exist_is_told_before_anything_is_sent() {
        let failure = resolve(&Url::parse("https://no-such-host.invalid/").unwrap()).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Temporary);
        assert!(failure.message.en().contains("no-such-host.invalid"), "{failure}");
    }
}
