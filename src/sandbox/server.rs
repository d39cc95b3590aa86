//! The HTTP side: connections with keep-alive, the table of paths, the body limit, the `Date` header, latency and booking.
//! Knows which vendor answers a path; decides nothing about what is answered.

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
use tokio::net::{TcpListener, TcpStream};

use super::counts::{Tally, Vendor};
use super::exchange::{Answer, Asked, Moment};
use super::{SandboxClock, gateway, ihuyi, manual, market, shuidi};

const LARGEST_BODY: usize = 64 * 1024;

/// What all connections share.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) address: SocketAddr,
    pub(super) latency: Duration,
    pub(super) clock: SandboxClock,
    pub(super) tally: Tally,
    serial: AtomicU64,
}

impl Desk {
    pub(super) fn new(address: SocketAddr, latency: Duration, clock: SandboxClock) -> Self {
        Self { address, latency, clock, tally: Tally::default(), serial: AtomicU64::new(1) }
    }
}

/// Accepts connections for as long as the task is polled.
pub(super) async fn serve(listener: TcpListener, desk: Arc<Desk>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(connection(stream, Arc::clone(&desk)));
            }
            // Out of descriptors, or a connection that was reset before it was accepted: the next may do better.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn connection(stream: TcpStream, desk: Arc<Desk>) {
    // Both can only fail on a connection that is broken already; its client sees that.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| respond(request, &desk));
    let _ =
        http1::Builder::new().auto_date_header(false).serve_connection(TokioIo::new(stream), service).await;
}

async fn respond(request: Request<Incoming>, desk: &Desk) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = if head.method == Method::POST {
        match Limited::new(body, LARGEST_BODY).collect().await {
            Ok(body) => body.to_bytes(),
            Err(_) => return Ok(response(Answer::status(413), desk.clock.now())),
        }
    } else {
        Bytes::new()
    };
    let asked = Asked::new(head.method, head.headers, head.uri.query().unwrap_or(""), &body);
    let now = desk.clock.now();
    let moment = Moment {
        milliseconds: now
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX)),
        serial: desk.serial.fetch_add(1, Ordering::Relaxed),
    };
    let (vendor, answer) = match routed(head.uri.path(), &asked, &moment) {
        Ok(answered) => answered,
        Err(page) => return Ok(response(own_page(&page, desk), now)),
    };
    let under_way = desk.tally.book(vendor, answer.charge);
    let delay = desk.latency + answer.delay;
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    drop(under_way);
    Ok(response(answer, desk.clock.now()))
}

/// The sandbox's own pages, which are no vendor's.
enum OwnPage {
    Manual,
    Calls,
    Missing,
}

fn routed(path: &str, asked: &Asked, moment: &Moment) -> Result<(Vendor, Answer), OwnPage> {
    Ok(match path {
        market::PATH => (Vendor::Market, market::answer(asked, moment)),
        ihuyi::JSON_PATH => (Vendor::Ihuyi, ihuyi::answer(asked, moment, ihuyi::Wire::Json)),
        ihuyi::XML_PATH => (Vendor::Ihuyi, ihuyi::answer(asked, moment, ihuyi::Wire::Xml)),
        shuidi::PATH => (Vendor::Shuidi, shuidi::answer(asked, moment)),
        "/" => return Err(OwnPage::Manual),
        "/_sandbox/calls" => return Err(OwnPage::Calls),
        _ if path.starts_with("/market/") => (Vendor::Market, gateway::failure("I404NF", moment)),
        _ if path.starts_with("/utn/") => (Vendor::Shuidi, shuidi::unknown_interface(moment)),
        _ => return Err(OwnPage::Missing),
    })
}

fn own_page(page: &OwnPage, desk: &Desk) -> Answer {
    match page {
        OwnPage::Manual => Answer::text(manual::text(desk.address)),
        OwnPage::Calls => Answer::json(&desk.tally.counts(), super::counts::Charge::Refused),
        OwnPage::Missing => Answer {
            status: 404,
            ..Answer::text("no such page: GET / names the sandbox's endpoints\n".to_owned())
        },
    }
}

fn response(answer: Answer, now: SystemTime) -> Response<Full<Bytes>> {
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
