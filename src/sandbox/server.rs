//! The HTTP side: connections with keep-alive, routing, the body limit, the `Date` header, latency and counting.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use super::exchange::{Editions, VendorRequest, VendorResponse, VendorState};
use super::registry::VENDORS;
use crate::domain::failure::Charged;
use crate::locking::lock;

const MAX_BODY: usize = 64 * 1024;

/// The requests that one vendor has received. A request is counted once it has been read, before any latency: a client that
/// disconnects while it waits has still been charged. `requests` = `charged` + `refused` + `unknown`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProviderCalls {
    /// Requests that reached this vendor.
    pub requests: u64,
    /// Answers with data or with "no data": the vendor charges for both.
    pub charged: u64,
    /// Answers that cost nothing: bad credentials, quota, bad input, throttling, a gateway's failure.
    pub refused: u64,
    /// The vendor's own failures: whether they were charged cannot be known.
    pub unknown: u64,
}

impl ProviderCalls {
    const fn count(&mut self, charged: Charged) {
        self.requests += 1;
        *match charged {
            Charged::Yes => &mut self.charged,
            Charged::No => &mut self.refused,
            Charged::Unknown => &mut self.unknown,
        } += 1;
    }
}

/// State shared by all connections.
#[derive(Debug)]
pub(super) struct ServerState {
    pub(super) address: SocketAddr,
    latency: Duration,
    /// The requests by the names of the vendors.
    pub(super) calls: Mutex<BTreeMap<&'static str, ProviderCalls>>,
    /// Ends the sandbox.
    pub(super) stop: Notify,
    serial: AtomicU64,
    editions: Editions,
}

impl ServerState {
    pub(super) fn new(address: SocketAddr, latency: Duration) -> Self {
        Self {
            address,
            latency,
            calls: Mutex::default(),
            stop: Notify::new(),
            serial: AtomicU64::new(1),
            editions: Editions::default(),
        }
    }
}

/// Accepts connections for as long as the task is polled.
pub(super) async fn serve(listener: TcpListener, state: Arc<ServerState>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(connection(stream, Arc::clone(&state)));
            }
            // Out of descriptors, or a connection that was reset before it was accepted: the next may succeed.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn connection(stream: TcpStream, state: Arc<ServerState>) {
    // Both fail only on a broken connection, which its client notices.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| respond(request, &state));
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn respond(
    request: Request<Incoming>,
    state: &ServerState,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, MAX_BODY).collect().await else {
        return Ok(VendorResponse::status(413).http);
    };
    let body = body.to_bytes();
    let request = VendorRequest::new(head.method, &head.uri, head.headers, &body);
    let Some(vendor) = VENDORS.iter().find(|vendor| request.path.starts_with(vendor.prefix)) else {
        return Ok(VendorResponse::status(404).http);
    };
    let vendor_state = VendorState {
        milliseconds: u64::try_from(Timestamp::now().as_millisecond()).unwrap_or_default(),
        serial: state.serial.fetch_add(1, Ordering::Relaxed),
        editions: &state.editions,
    };
    let response = (vendor.respond)(&request, &vendor_state);
    lock(&state.calls).entry(vendor.name).or_default().count(response.charged);
    let delay = state.latency + request.delay();
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    Ok(response.http)
}
