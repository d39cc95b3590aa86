//! The HTTP side: connections with keep-alive, routing, the body limit, the `Date` header, latency and counting.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, DATE, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};

use super::call_counts::{CallCounters, Charge};
use super::editions::Editions;
use super::exchange::{VendorRequest, VendorResponse, VendorState};
use super::front_page;
use super::registry::VENDORS;

const MAX_BODY: usize = 64 * 1024;

/// State shared by all connections.
#[derive(Debug)]
pub(super) struct ServerState {
    pub(super) address: SocketAddr,
    latency: Duration,
    clock_offset: SignedDuration,
    pub(super) counters: CallCounters,
    serial: AtomicU64,
    editions: Editions,
}

impl ServerState {
    pub(super) fn new(address: SocketAddr, latency: Duration, clock_offset: SignedDuration) -> Self {
        Self {
            address,
            latency,
            clock_offset,
            counters: CallCounters::of_vendors(VENDORS.iter().map(|vendor| vendor.name)),
            serial: AtomicU64::new(1),
            editions: Editions::default(),
        }
    }

    fn now(&self) -> SystemTime {
        let now = Timestamp::now();
        now.checked_add(self.clock_offset).unwrap_or(now).into()
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
    let _ =
        http1::Builder::new().auto_date_header(false).serve_connection(TokioIo::new(stream), service).await;
}

async fn respond(
    request: Request<Incoming>,
    state: &ServerState,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = if head.method == Method::POST {
        match Limited::new(body, MAX_BODY).collect().await {
            Ok(body) => body.to_bytes(),
            Err(_) => return Ok(http_response(VendorResponse::status(413), state.now())),
        }
    } else {
        Bytes::new()
    };
    let request = VendorRequest::new(head.method, &head.uri, head.headers, &body);
    let now = state.now();
    let Some(vendor) = VENDORS.iter().find(|vendor| request.path.starts_with(vendor.prefix)) else {
        return Ok(http_response(own_page(&request.path, state), now));
    };
    let milliseconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let vendor_state = VendorState {
        milliseconds: u64::try_from(milliseconds).unwrap_or(u64::MAX),
        serial: state.serial.fetch_add(1, Ordering::Relaxed),
        editions: &state.editions,
    };
    let response = (vendor.respond)(&request, &vendor_state);
    let in_flight = state.counters.count(vendor.name, response.charge);
    let delay = state.latency + response.delay;
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    drop(in_flight);
    Ok(http_response(response, state.now()))
}

/// The sandbox's own pages, which belong to no vendor.
fn own_page(path: &str, state: &ServerState) -> VendorResponse {
    match path {
        "/" => VendorResponse::text(front_page::text(state.address)),
        "/_sandbox/calls" => VendorResponse::json(&json!(state.counters.counts()), Charge::Refused),
        _ => VendorResponse {
            status: 404,
            ..VendorResponse::text("no such page: GET / lists the sandbox's endpoints\n".to_owned())
        },
    }
}

fn http_response(answer: VendorResponse, now: SystemTime) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    if let Ok(date) = HeaderValue::from_str(&httpdate::fmt_http_date(now)) {
        headers.insert(DATE, date);
    }
    if let Some(content_type) = answer.content_type {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value))
        {
            headers.insert(name, value);
        }
    }
    response
}
