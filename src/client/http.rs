//! The only module that opens a socket. It sends one signed request and reads one bounded response.
//!
//! Secrets end here: whatever a response echoes of them is redacted, and no error contains an address with a query.

mod decompress;
mod errors;
mod keep_alive;
mod proxy;
mod settings;

use self::errors::{NOTHING_WAS_CHARGED, incomplete_body, no_response};
use self::keep_alive::KeepAlive;
use self::proxy::{Proxies, proxies};
use super::pause::cancelled;
use super::redact::redact;
use super::{FetchError, tls};
use crate::domain::failure::{Charged, Failure, FailureKind};
use crate::domain::request::{Method, Response, SignedRequest};
use crate::domain::secret::Secret;
use crate::domain::text::{Text, message};
use crate::interrupt::CancellationToken;
use crate::locking::lock;
use decompress::decompress;
use jiff::{SignedDuration, Timestamp};
use reqwest::blocking::{Client, ClientBuilder, RequestBuilder, Response as HttpResponse};
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};
use std::collections::HashMap;
use std::io::Read;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use url::Url;

pub use self::proxy::proxy_address;
pub use self::settings::HttpSettings;

/// The largest body that is read, before and after decompression.
const LARGEST_BODY: u64 = 32 * 1024 * 1024;

/// The part of an unusable body that is kept as evidence.
const EVIDENCE: usize = 64 * 1024;

/// The HTTP client of a run, shared by all threads and providers.
pub struct HttpClient {
    settings: HttpSettings,
    tls: rustls::ClientConfig,
    proxies: Proxies,
    /// One for each endpoint.
    keep_alive: Mutex<HashMap<String, Arc<KeepAlive>>>,
}

impl HttpClient {
    /// Checks the settings and loads the certificates; nothing is sent.
    ///
    /// # Errors
    /// A failure of kind `Configuration` for an unusable proxy or certificate file.
    pub fn new(settings: &HttpSettings) -> Result<Self, Failure> {
        Ok(Self {
            settings: settings.clone(),
            tls: tls::tls_config(settings.with_tls, settings.ca_certificates.as_deref())?,
            proxies: proxies(settings)?,
            keep_alive: Mutex::default(),
        })
    }

    /// The time limit of a request.
    pub(super) const fn timeout(&self) -> Duration {
        self.settings.timeout
    }

    /// Sends one request and reads its response. Any HTTP status is a response.
    ///
    /// # Errors
    /// If no response came, or if it is too large or damaged. After a cancellation nothing is sent.
    pub fn send(&self, signed: SignedRequest<'_>, token: &CancellationToken) -> Result<Response, FetchError> {
        let address = Url::parse(signed.endpoint).map_err(|error| {
            let message = message!("the endpoint is not a valid address: {error}", "接口地址无效：{error}");
            FetchError::unsent(Failure::configuration(message))
        })?;
        let keep_alive = Arc::clone(lock(&self.keep_alive).entry(signed.endpoint.to_owned()).or_default());
        let connection =
            keep_alive.connection(|max_idle| self.build(max_idle)).map_err(FetchError::unsent)?;
        let request = self.request(&connection.client, address, &signed)?;
        if token.is_cancelled() {
            return Err(cancelled());
        }
        log::debug!("> {}", described(&signed));
        // Debug builds only: shows that the canary test would find a leak.
        if cfg!(debug_assertions) && std::env::var_os("PLANTED_LEAK").is_some() {
            signed.masked.iter().for_each(|secret| log::error!("planted leak: {}", secret.expose()));
        }
        let response = request.send().map_err(|error| {
            if !error.is_connect() && !error.is_timeout() {
                connection.broke();
            }
            no_response(error, &self.proxies.secrets)
        })?;
        connection.answered(&response);
        let response = self.read(response, &signed.masked)?;
        log::debug!("< HTTP {} {}", response.status, String::from_utf8_lossy(&response.body));
        Ok(response)
    }

    /// The `Date` of a host, requested with `HEAD /`: no credentials, no parameters.
    pub(super) fn head(&self, origin: &Url) -> Result<Option<Timestamp>, Failure> {
        log::debug!("> HEAD {origin}");
        let request = self.build(0)?.head(origin.clone()).timeout(self.settings.timeout);
        let response = request.send().map_err(|error| {
            let failure = no_response(error, &self.proxies.secrets).failure;
            if failure.charged == Charged::No { failure } else { failure.with_hint(NOTHING_WAS_CHARGED) }
        })?;
        log::debug!("< HTTP {}", response.status().as_u16());
        Ok(header(response.headers(), "date", &[]).and_then(|date| http_date(&date)))
    }

    fn build(&self, max_idle: usize) -> Result<Client, Failure> {
        let settings = &self.settings;
        let builder = ClientBuilder::new()
            .user_agent(concat!("hecha/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .tcp_nodelay(true)
            .timeout(settings.timeout)
            .pool_idle_timeout(keep_alive::LONGEST_IDLE)
            .pool_max_idle_per_host(max_idle)
            // Shorter than the whole time, so that a time-out while connecting is known as such: nothing was sent.
            .connect_timeout(settings.connect_timeout.min(settings.timeout.mul_f64(0.9)))
            // Browsers accept these as well.
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .http1_ignore_invalid_headers_in_responses(true)
            .tls_backend_preconfigured(self.tls.clone());
        let builder = self
            .proxies
            .proxies
            .iter()
            .fold(builder.no_proxy(), |builder, proxy| builder.proxy(proxy.clone()));
        builder.build().map_err(|error| no_response(error, &self.proxies.secrets).failure)
    }

    fn request(
        &self,
        client: &Client,
        address: Url,
        signed: &SignedRequest<'_>,
    ) -> Result<RequestBuilder, FetchError> {
        let parameters: Vec<(&str, &str)> = signed
            .parameters
            .iter()
            .map(|(name, value)| (*name, &**value))
            .chain(signed.secret_parameters.iter().map(|(name, value)| (*name, value.expose())))
            .collect();
        let request = match signed.method {
            Method::Get => client.get(with_query(address, &parameters)),
            Method::Post => client.post(address).form(&parameters),
        };
        // The time-out of the request covers the body as well; that of the client does not.
        let request = request.timeout(self.settings.timeout).header(ACCEPT_ENCODING, "gzip");
        let Some((name, value)) = &signed.authorization else { return Ok(request) };
        let mut value = HeaderValue::from_str(value.expose()).map_err(|_| {
            FetchError::unsent(Failure::configuration(Text::new(
                "the credential contains a character that is not allowed in an HTTP header",
                "凭证含有 HTTP 标头不允许的字符",
            )))
        })?;
        value.set_sensitive(true);
        Ok(request.header(*name, value))
    }

    fn read(&self, response: HttpResponse, signed: &[Secret]) -> Result<Response, FetchError> {
        let secrets = [signed, &self.proxies.secrets].concat();
        let headers = response.headers();
        let mut answer = Response {
            status: response.status().as_u16(),
            gateway_code: header(headers, "x-ca-error-code", &secrets),
            gateway_message: header(headers, "x-ca-error-message", &secrets),
            gateway_request_id: header(headers, "x-ca-request-id", &secrets),
            server_date: header(headers, "date", &[]).and_then(|date| http_date(&date)),
            billed: header(headers, "x-ca-market-billing-result", &[]).and_then(|text| billed(&text)),
            received_at: Timestamp::now(),
            ..Response::default()
        };
        answer.retry_after = header(headers, "retry-after", &[])
            .and_then(|text| retry_after(&text, answer.server_date, answer.received_at));
        let mut body = Vec::new();
        let read = response.take(LARGEST_BODY + 1).read_to_end(&mut body);
        read.map_err(|error| incomplete_body(error, &self.proxies.secrets))?;
        answer.received_at = Timestamp::now();
        let (body, reason) = match decompress(body, LARGEST_BODY) {
            Ok(body) => (body, None),
            Err((start, reason)) => (start, Some(reason)),
        };
        answer.body = redact(body, &secrets);
        let Some(reason) = reason else { return Ok(answer) };
        answer.body.truncate(EVIDENCE);
        let failure = Failure::local(FailureKind::Answer, reason).with_charged(Charged::Unknown);
        let failure = Failure { http_status: Some(answer.status), ..failure };
        Err(FetchError { failure, calls: 1, response: Some(Box::new(answer)) })
    }
}

/// The address with its parameters. A space is `%20`, because not every server decodes `+` in an address.
fn with_query(mut address: Url, parameters: &[(&str, &str)]) -> Url {
    address.query_pairs_mut().clear().extend_pairs(parameters);
    let spaced = address.query().filter(|query| query.contains('+')).map(|query| query.replace('+', "%20"));
    if spaced.is_some() {
        address.set_query(spaced.as_deref());
    }
    address
}

/// The request for the log, with three asterisks for every secret.
fn described(signed: &SignedRequest<'_>) -> String {
    let method = match signed.method {
        Method::Get => "GET",
        Method::Post => "POST",
    };
    let plain = signed.parameters.iter().map(|(name, value)| format!(" {name}={value}"));
    let secret = signed.secret_parameters.iter().map(|(name, _)| format!(" {name}=***"));
    let header = signed.authorization.iter().map(|(name, _)| format!(" [{name}: ***]"));
    let parameters: String = plain.chain(secret).chain(header).collect();
    format!("{method} {}{parameters}", signed.endpoint)
}

fn header(headers: &HeaderMap, name: &str, secrets: &[Secret]) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(&redact(value.as_bytes().to_vec(), secrets)).into_owned())
}

/// `X-Ca-Market-Billing-Result`: 1 is charged, 0 is not; anything else says nothing.
fn billed(text: &str) -> Option<bool> {
    match text.trim() {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    }
}

/// An HTTP date in any of its three forms; `None` for anything else.
pub fn http_date(text: &str) -> Option<Timestamp> {
    Timestamp::try_from(httpdate::parse_http_date(text).ok()?).ok()
}

/// `Retry-After` as a moment of the computer's clock: seconds from `received_at`, or a date of the server's clock, which
/// its `Date` header shows. `None` if it is neither.
pub fn retry_after(text: &str, server_date: Option<Timestamp>, received_at: Timestamp) -> Option<Timestamp> {
    let pause = match text.trim().parse::<u32>() {
        Ok(seconds) => SignedDuration::from_secs(seconds.into()),
        Err(_) => server_date.unwrap_or(received_at).duration_until(http_date(text)?),
    };
    received_at.checked_add(pause).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn nothing_is_sent_after_a_cancellation() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let endpoint = format!("http://{}/", listener.local_addr().unwrap());
        let token = CancellationToken::new();
        token.cancel();
        let http = HttpClient::new(&HttpSettings {
            timeout: Duration::from_millis(500),
            connect_timeout: Duration::from_millis(500),
            proxy: None,
            ca_certificates: None,
            with_tls: false,
            environment_proxies: false,
        });
        let signed = SignedRequest {
            method: Method::Get,
            endpoint: &endpoint,
            parameters: Vec::new(),
            secret_parameters: Vec::new(),
            authorization: None,
            masked: Vec::new(),
        };
        let error = http.unwrap().send(signed, &token).unwrap_err();
        assert_eq!(
            (error.failure.kind, error.failure.charged, error.calls),
            (FailureKind::Interrupted, Charged::No, 0)
        );
        listener.set_nonblocking(true).unwrap();
        assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    }

    #[test]
    fn retry_after_is_read_in_both_forms_and_by_the_servers_clock() {
        let by_server = http_date("Sun, 06 Nov 1994 08:49:37 GMT");
        let received_at = Timestamp::from_second(1_000_000_000).unwrap();
        let read = |text| retry_after(text, by_server, received_at).map(Timestamp::as_second);
        assert_eq!(read("7"), Some(1_000_000_007));
        assert_eq!(read("Sun, 06 Nov 1994 08:50:37 GMT"), Some(1_000_000_060));
        assert_eq!(read("soon"), None);
    }
}
