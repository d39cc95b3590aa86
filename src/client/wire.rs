//! The only socket. Sends one signed request and reads one bounded answer; knows no vendor.
//!
//! Secrets end here: whatever of them an answer echoes is masked before anyone else sees it, and no error
//! carries an address with a query.

mod lines;

use self::lines::{Connections, LONGEST_IDLE, Line, Lines, Server};
use super::masking::mask;
use super::pause::{Stopped, interrupted};
use super::trust;
use crate::domain::failure::{Charged, Failure, FailureKind, Retry};
use crate::domain::request::{Method, Response, SignedRequest};
use crate::domain::secret::Secret;
use crate::domain::text::{Language, Message, Text, message};
use crate::interrupt::CancellationToken;
use crate::locking::lock;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::read::MultiGzDecoder;
use jiff::{SignedDuration, Timestamp};
use percent_encoding::percent_decode_str;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};
use reqwest::{Client, ClientBuilder, Proxy, RequestBuilder, Response as HttpResponse};
use std::borrow::Cow;
use std::error::Error;
use std::io::Read;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::yield_now;
use tokio::time::{Instant, timeout};
use url::Url;

/// The most bytes that are read of a body, decompressed.
const LARGEST_BODY: u64 = 32 * 1024 * 1024;

/// The longest time for which nobody looks whether the thread attends to its calls.
pub(super) const LONGEST_SLICE: Duration = Duration::from_millis(250);

/// Turns of the event loop in which hardly any server closes a connection.
const SHORT_TURNS: Duration = Duration::from_millis(10);

/// How often a thread that has much to compute listens for closed connections before a request.
const MOST_LISTENING: usize = 8;

/// How every gzip stream begins.
const GZIP: &[u8] = &[0x1f, 0x8b];

/// How the library words a proxy that does not let us in; its error types are private.
const PROXY_REFUSALS: [&str; 4] = [
    "proxy authorization required",
    "does not support user/pass authentication",
    "implements authentication incorrectly",
    "credentials not accepted",
];

/// How much of an oversized body is kept as evidence.
const EVIDENCE: usize = 64 * 1024;

/// What the connection is made with.
#[derive(Debug, Clone)]
pub struct WireSettings {
    /// From connecting to the last byte of the answer.
    pub timeout: Duration,
    /// Until the connection stands.
    pub connect_timeout: Duration,
    /// `http://`, `https://`, `socks5://` or `socks5h://`, perhaps with a password in it.
    pub proxy: Option<Secret>,
    /// PEM certificates that are trusted besides the system's.
    pub ca_certificates: Option<PathBuf>,
    /// Whether any address is `https://`: only then are the system's certificates read.
    pub with_tls: bool,
    /// Whether the proxies of the environment apply; not for loopback.
    pub environment_proxies: bool,
}

/// A request that brought no answer.
#[derive(Debug)]
pub struct WireError {
    /// Why.
    pub failure: Failure,
    /// Whether the request, or a part of it, may have reached the vendor.
    pub reached_the_vendor: bool,
    /// The beginning of an answer that was too large or cannot be unpacked.
    pub answer: Option<Box<Response>>,
}

/// How connections are made: whatever can be wrong about it was found out once, for all threads.
pub struct Wiring {
    settings: WireSettings,
    tls: trust::Tls,
    proxy: Option<Proxy>,
    /// What a proxy that echoes the request could show.
    proxy_secrets: Vec<Secret>,
    /// The endpoints that were asked, with what is known of the servers behind them.
    servers: Mutex<Vec<(String, Arc<Server>)>>,
}

impl Wiring {
    /// Reads the certificates; nothing is sent.
    ///
    /// # Errors
    /// A failure of kind [`FailureKind::Configuration`] for an unusable proxy or certificate file.
    pub fn new(settings: &WireSettings) -> Result<Self, Failure> {
        let proxy =
            settings.proxy.as_ref().map(|proxy| Proxy::all(proxy.expose())).transpose().map_err(|_| {
                configuration(Text::new("the proxy is not an address that can be used", "代理地址无法使用"))
            })?;
        Ok(Self {
            settings: settings.clone(),
            tls: trust::tls(settings)?,
            proxy,
            proxy_secrets: secrets_of_proxies(settings),
            servers: Mutex::default(),
        })
    }

    /// Connections for one thread, whose event loop drives them; none is made yet.
    ///
    /// # Errors
    /// A failure of kind [`FailureKind::Configuration`] where the system has nothing to make them of.
    pub fn wire(self: &Arc<Self>) -> Result<Wire, Failure> {
        let first = self.client(Connections::Kept)?;
        Ok(Wire { wiring: Arc::clone(self), lines: Lines::new(first), endpoint: Mutex::default() })
    }

    fn server(&self, endpoint: &str) -> Arc<Server> {
        let mut servers = lock(&self.servers);
        if let Some((_, server)) = servers.iter().find(|(known, _)| known == endpoint) {
            return Arc::clone(server);
        }
        let server = Arc::default();
        servers.push((endpoint.to_owned(), Arc::clone(&server)));
        server
    }

    fn client(&self, connections: Connections) -> Result<Client, Failure> {
        let recipe = match connections {
            Connections::Kept => self.recipe(),
            Connections::UsedOnce => self.recipe().pool_max_idle_per_host(0),
        };
        recipe.build().map_err(|error| {
            let reason = causes(&error.without_url());
            configuration(message!("cannot prepare connections: {reason}", "无法准备连接：{reason}"))
        })
    }

    fn recipe(&self) -> ClientBuilder {
        let settings = &self.settings;
        let builder = ClientBuilder::new()
            .user_agent(concat!("hecha/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .tcp_nodelay(true)
            // Before the whole time is over, or nobody could tell that no request had left yet.
            .connect_timeout(settings.connect_timeout.min(settings.timeout.mul_f64(0.9)))
            // A request that meets the closing is lost, and nobody can tell whether it was charged.
            .pool_idle_timeout(LONGEST_IDLE)
            .tls_backend_preconfigured(self.tls.clone());
        match &self.proxy {
            Some(proxy) => builder.no_proxy().proxy(proxy.clone()),
            None if settings.environment_proxies => builder,
            None => builder.no_proxy(),
        }
    }
}

/// A pool of connections, within the event loop of one thread.
pub struct Wire {
    wiring: Arc<Wiring>,
    lines: Lines,
    /// The last endpoint: a provider has one.
    endpoint: Mutex<Option<Arc<Endpoint>>>,
}

struct Endpoint {
    text: String,
    address: Url,
    server: Arc<Server>,
}

impl Wire {
    /// Sends one request and reads its answer.
    ///
    /// # Errors
    /// Only where no answer came, or one that is too large or damaged; an answer with any status is an answer. Where
    /// nothing more may be bought by the time the connection is ready, nothing is sent.
    pub async fn send(
        &self,
        signed: SignedRequest<'_>,
        stop: &CancellationToken,
    ) -> Result<Response, WireError> {
        let endpoint = self.endpoint(signed.endpoint)?;
        let make = |connections| self.wiring.client(connections);
        let mut line = self.lines.take(&endpoint.server, make).await.map_err(unsent)?;
        let request = Self::request(&line, &endpoint, &signed)?;
        if line.may_be_closed() {
            Self::hear_of_closed_connections().await;
        }
        if stop.is_cancelled() {
            self.lines.give_back(line);
            return Err(unsent(interrupted(Stopped).failure));
        }
        log::debug!("> {}", described(&signed));
        #[cfg(feature = "planted-leak")]
        signed.masked.iter().for_each(|secret| log::error!("planted leak: {}", secret.expose()));
        let exchange = async {
            let response = request.send().await.map_err(|error| {
                if !error.is_connect() && !error.is_timeout() {
                    line.broke();
                }
                self.no_answer(error)
            })?;
            line.answered(&response);
            self.read(response, &signed.masked).await
        };
        let answer = within(self.wiring.settings.timeout, exchange)
            .await
            .unwrap_or_else(|TooLate| Err(no_answer_in_time()));
        let answer = answer?;
        self.lines.give_back(line);
        log::debug!("< HTTP {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        Ok(answer)
    }

    /// The status and the clock of a host, asked with `HEAD` at its root: no credential, no parameter.
    pub(super) async fn head(&self, origin: &Url) -> Result<(u16, Option<Timestamp>), Failure> {
        log::debug!("> HEAD {origin}");
        let exchange = async {
            let request = self.wiring.client(Connections::UsedOnce)?.head(origin.clone());
            request.send().await.map_err(|error| self.no_answer(error).failure)
        };
        let response = within(self.wiring.settings.timeout, exchange)
            .await
            .unwrap_or_else(|TooLate| Err(no_answer_in_time().failure))?;
        log::debug!("< HTTP {}", response.status().as_u16());
        let date = header(response.headers(), "date", &[]).and_then(|date| http_date(&date));
        Ok((response.status().as_u16(), date))
    }

    fn request(
        line: &Line,
        endpoint: &Endpoint,
        signed: &SignedRequest<'_>,
    ) -> Result<RequestBuilder, WireError> {
        let parameters: Vec<(&str, &str)> = signed
            .parameters
            .iter()
            .map(|(name, value)| (*name, &**value))
            .chain(signed.secret_parameters.iter().map(|(name, value)| (*name, value.expose())))
            .collect();
        let address = endpoint.address.clone();
        let mut request = match signed.method {
            Method::Get => line.client().get(with_query(address, &parameters)),
            Method::Post => line.client().post(address).form(&parameters),
        };
        request = request.header(ACCEPT_ENCODING, "gzip");
        if let Some((name, value)) = &signed.authorization {
            let mut value = HeaderValue::from_str(value.expose()).map_err(|_| {
                unsent(configuration(Text::new(
                    "the credential holds a character that no HTTP header can carry",
                    "凭证含有 HTTP 标头不能携带的字符",
                )))
            })?;
            value.set_sensitive(true);
            request = request.header(*name, value);
        }
        Ok(request)
    }

    fn endpoint(&self, text: &str) -> Result<Arc<Endpoint>, WireError> {
        let mut last = lock(&self.endpoint);
        if let Some(endpoint) = last.as_ref().filter(|endpoint| endpoint.text == text) {
            return Ok(Arc::clone(endpoint));
        }
        let address = Url::parse(text).map_err(|error| {
            unsent(configuration(message!("the endpoint is no address: {error}", "接口地址无效：{error}")))
        })?;
        let endpoint =
            Arc::new(Endpoint { text: text.to_owned(), address, server: self.wiring.server(text) });
        *last = Some(Arc::clone(&endpoint));
        Ok(endpoint)
    }

    /// While this thread computed, nobody watched the idle connections. Before the event loop comes back here it hears
    /// which of them the other end has closed, and they are let go of; a request must not be written to one of those.
    /// Where other calls took long in this turn, it listens again.
    async fn hear_of_closed_connections() {
        for _ in 0..MOST_LISTENING {
            let begun = Instant::now();
            yield_now().await;
            if begun.elapsed() < SHORT_TURNS {
                return;
            }
        }
    }

    async fn read(&self, response: HttpResponse, signed: &[Secret]) -> Result<Response, WireError> {
        let masked: &[Secret] = &match &*self.wiring.proxy_secrets {
            [] => Cow::Borrowed(signed),
            proxy => Cow::Owned([signed, proxy].concat()),
        };
        let headers = response.headers();
        let mut answer = Response {
            status: response.status().as_u16(),
            gateway_code: header(headers, "x-ca-error-code", masked),
            gateway_message: header(headers, "x-ca-error-message", masked),
            gateway_request_id: header(headers, "x-ca-request-id", masked),
            retry_after: None,
            server_date: header(headers, "date", &[]).and_then(|date| http_date(&date)),
            received_at: Timestamp::now(),
            body: Vec::new(),
        };
        answer.retry_after = header(headers, "retry-after", &[])
            .and_then(|text| retry_after(&text, answer.server_date, answer.received_at));
        let (body, whole) = unpacked(self.body(response).await?);
        answer.received_at = Timestamp::now();
        answer.body = mask(body, masked);
        if let Some(failure) = match whole {
            Whole::Yes => None,
            Whole::TooLarge => Some(too_large_an_answer()),
            Whole::Damaged => Some(damaged()),
        } {
            answer.body.truncate(EVIDENCE);
            return Err(WireError {
                failure: Failure { http_status: Some(answer.status), ..failure },
                reached_the_vendor: true,
                answer: Some(Box::new(answer)),
            });
        }
        Ok(answer)
    }

    /// The body as it was sent; one that is too large is cut a little behind the limit.
    async fn body(&self, mut response: HttpResponse) -> Result<Vec<u8>, WireError> {
        let announced = response.content_length().unwrap_or(0).min(LARGEST_BODY);
        let mut body = Vec::with_capacity(usize::try_from(announced).unwrap_or(0));
        while let Some(chunk) = response.chunk().await.map_err(|error| self.no_answer(error))? {
            body.extend_from_slice(&chunk);
            if body.len() as u64 > LARGEST_BODY {
                break;
            }
        }
        Ok(body)
    }

    fn no_answer(&self, error: reqwest::Error) -> WireError {
        let error = error.without_url();
        let reason = self.reason(&error);
        if error.is_builder() {
            return unsent(configuration(message!(
                "the request cannot be made: {reason}",
                "无法构造请求：{reason:#}"
            )));
        }
        if error.is_connect() {
            return unsent(no_connection(&reason));
        }
        WireError { failure: broken(&reason, error.is_timeout()), reached_the_vendor: true, answer: None }
    }

    /// Why there is no answer, without what an address may hold.
    fn reason(&self, error: &(dyn Error + 'static)) -> Message {
        let en = self.without_secrets(causes(error));
        match cause_in_chinese(error, &en) {
            Some(zh) => Message::of_both(en, zh),
            None => Message::verbatim(en),
        }
    }

    fn without_secrets(&self, text: String) -> String {
        String::from_utf8_lossy(&mask(text.into_bytes(), &self.wiring.proxy_secrets)).into_owned()
    }
}

/// The address with its parameters. A space is `%20`: in an address not every server takes `+` for one.
fn with_query(mut address: Url, parameters: &[(&str, &str)]) -> Url {
    address.query_pairs_mut().clear().extend_pairs(parameters);
    let spaced = address.query().filter(|query| query.contains('+')).map(|query| query.replace('+', "%20"));
    if spaced.is_some() {
        address.set_query(spaced.as_deref());
    }
    address
}

fn unsent(failure: Failure) -> WireError {
    WireError { failure, reached_the_vendor: false, answer: None }
}

/// The credentials of the proxies in use, each as the address has it, decoded, and as the header carries it.
fn secrets_of_proxies(settings: &WireSettings) -> Vec<Secret> {
    const VARIABLES: [&str; 6] =
        ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    let environment = match (&settings.proxy, settings.environment_proxies) {
        (None, true) => VARIABLES.iter().filter_map(|name| std::env::var(name).ok()).collect(),
        _ => Vec::new(),
    };
    let addresses = settings.proxy.iter().map(Secret::expose).chain(environment.iter().map(String::as_str));
    addresses.flat_map(secrets_of_proxy).collect()
}

fn secrets_of_proxy(address: &str) -> Vec<Secret> {
    let Ok(url) = Url::parse(address) else { return vec![Secret::new(address.to_owned())] };
    let Some(password) = url.password() else { return Vec::new() };
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let header = format!("{}:{}", decoded(url.username()), decoded(password));
    [password.to_owned(), decoded(password), BASE64_STANDARD.encode(header)].map(Secret::new).into()
}

pub(super) fn configuration(message: impl Into<Message>) -> Failure {
    Failure::local(FailureKind::Configuration, message)
}

/// A connection that never stood: nothing was sent, so nothing was charged.
fn no_connection(reason: &Message) -> Failure {
    let message = message!("no connection to the vendor: {reason}", "无法连接服务商：{reason:#}");
    if reason.en().contains("certificate") {
        return configuration(message).with_hint(Text::new(
            "the server's certificate is not trusted; behind a company's proxy give its certificate with --ca-cert FILE",
            "服务器证书不受信任；若在公司代理之后，请用 --ca-cert FILE 指定代理证书",
        ));
    }
    if PROXY_REFUSALS.iter().any(|refusal| reason.en().contains(refusal)) {
        return configuration(message).with_hint(Text::new(
            "the proxy wants another user name or password: put them into HECHA_NETWORK_PROXY or config.toml",
            "代理要求其他用户名或密码：请写入 HECHA_NETWORK_PROXY 或 config.toml",
        ));
    }
    Failure::local(FailureKind::Temporary, message)
        .with_retry(Retry::AfterPause { not_before: None })
        .with_hint(Text::new(
            "check the network, the endpoint and the proxy; nothing was charged",
            "请检查网络、接口地址与代理；本次未计费",
        ))
}

fn broken(reason: &Message, timed_out: bool) -> Failure {
    let message = if timed_out {
        message!("no complete answer in time: {reason}", "未在限定时间内收到完整应答：{reason:#}")
    } else {
        message!(
            "the connection broke before the answer was complete: {reason}",
            "应答尚未完整，连接已中断：{reason:#}"
        )
    };
    Failure::local(FailureKind::Temporary, message).with_charged(Charged::Unknown).with_hint(Text::new(
        "this call may have been charged, so it was not repeated; run the same command again if you need it",
        "本次调用可能已计费，因此不会自动重试；如仍需要，请重新运行同一命令",
    ))
}

fn no_answer_in_time() -> WireError {
    let reason = Text::new("operation timed out", "超时").into();
    WireError { failure: broken(&reason, true), reached_the_vendor: true, answer: None }
}

/// The time was over before the work was done.
#[derive(Debug)]
struct TooLate;

/// Does `work`, which may take so long. Only time counts in which the thread attended to its calls: while it computes
/// for another one or waits for a lock, answers lie unread, and to drop one of those is to pay for nothing.
async fn within<T>(limit: Duration, work: impl Future<Output = T>) -> Result<T, TooLate> {
    let mut work = pin!(work);
    let mut left = limit;
    while !left.is_zero() {
        let slice = left.min(limit / 4).min(LONGEST_SLICE);
        let begun = Instant::now();
        if let Ok(result) = timeout(slice, work.as_mut()).await {
            return Ok(result);
        }
        if begun.elapsed() < slice * 2 {
            left -= slice;
        }
    }
    Err(TooLate)
}

fn too_large_an_answer() -> Failure {
    Failure::local(
        FailureKind::Answer,
        Text::new(
            "the answer is larger than 32 MiB; the rest was not read",
            "应答超过 32 MiB；其余部分未读取",
        ),
    )
    .with_charged(Charged::Unknown)
}

fn damaged() -> Failure {
    Failure::local(
        FailureKind::Answer,
        Text::new(
            "the answer is compressed and damaged: it cannot be unpacked",
            "压缩的应答已损坏，无法解压",
        ),
    )
    .with_charged(Charged::Unknown)
}

/// What could be had of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whole {
    Yes,
    TooLarge,
    Damaged,
}

/// The body without gzip. The body itself says whether it is packed: neither JSON nor XML begins so, and a server
/// or proxy that unpacks but leaves the header as it was costs nobody a paid answer.
fn unpacked(body: Vec<u8>) -> (Vec<u8>, Whole) {
    let size = |body: &[u8]| if body.len() as u64 > LARGEST_BODY { Whole::TooLarge } else { Whole::Yes };
    if !body.starts_with(GZIP) || size(&body) == Whole::TooLarge {
        let whole = size(&body);
        return (body, whole);
    }
    let mut plain = Vec::new();
    match MultiGzDecoder::new(body.as_slice()).take(LARGEST_BODY + 1).read_to_end(&mut plain) {
        Ok(_) => {
            let whole = size(&plain);
            (plain, whole)
        }
        Err(_) if plain.is_empty() => (body, Whole::Damaged),
        Err(_) => (plain, Whole::Damaged),
    }
}

/// The error and its causes in one line, without repetitions.
fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text
}

/// The cause at the bottom in Chinese, where the system or the library names one that people meet; `None` leaves
/// the library's own words.
fn cause_in_chinese(error: &(dyn Error + 'static), in_english: &str) -> Option<String> {
    const WORDS: [(&str, &str); 7] = [
        ("certificate", "证书不可信"),
        ("failed to lookup address", "无法解析主机名"),
        ("dns error", "无法解析主机名"),
        ("timed out", "超时"),
        ("connection closed before message completed", "对方提前关闭了连接"),
        ("end of file before message length reached", "对方提前关闭了连接"),
        ("proxy", "代理拒绝或无法使用"),
    ];
    let mut cause = Some(error);
    while let Some(inner) = cause {
        if let Some(system) = inner.downcast_ref::<std::io::Error>().filter(|io| io.raw_os_error().is_some())
        {
            return Some(Message::of_system(system).in_language(Language::Chinese).to_owned());
        }
        cause = inner.source();
    }
    let (_, zh) = WORDS.into_iter().find(|(en, _)| in_english.contains(en))?;
    Some(zh.to_owned())
}

/// The request as it may be shown: every secret is three asterisks.
fn described(signed: &SignedRequest<'_>) -> String {
    let method = match signed.method {
        Method::Get => "GET",
        Method::Post => "POST",
    };
    let mut text = format!("{method} {}", signed.endpoint);
    for (name, value) in &signed.parameters {
        text.push_str(&format!(" {name}={value}"));
    }
    for (name, _) in &signed.secret_parameters {
        text.push_str(&format!(" {name}=***"));
    }
    if let Some((name, _)) = &signed.authorization {
        text.push_str(&format!(" [{name}: ***]"));
    }
    text
}

fn header(headers: &HeaderMap, name: &str, masked: &[Secret]) -> Option<String> {
    let value = headers.get(name)?;
    let text = String::from_utf8_lossy(&mask(value.as_bytes().to_vec(), masked)).into_owned();
    Some(text)
}

/// A moment as HTTP writes it, in any of its three forms. `None` for anything else.
pub fn http_date(text: &str) -> Option<Timestamp> {
    Timestamp::try_from(httpdate::parse_http_date(text).ok()?).ok()
}

/// `Retry-After` as a moment by our clock: seconds from when the answer was received, or a date by the
/// server's clock, which is its `Date` header. `None` where it is neither.
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
    use crate::client::EventLoop;
    use std::io::Write;
    use std::net::TcpListener;
    use std::thread::{self, sleep};

    fn wire(proxy: Option<String>) -> Wire {
        let limit = Duration::from_millis(500);
        let wiring = Wiring::new(&WireSettings {
            timeout: limit,
            connect_timeout: limit,
            proxy: proxy.map(Secret::new),
            ca_certificates: None,
            with_tls: false,
            environment_proxies: false,
        });
        Arc::new(wiring.unwrap()).wire().unwrap()
    }

    fn question(endpoint: &str) -> SignedRequest<'_> {
        SignedRequest {
            method: Method::Get,
            endpoint,
            parameters: Vec::new(),
            secret_parameters: Vec::new(),
            authorization: None,
            masked: Vec::new(),
        }
    }

    #[test]
    fn an_answer_that_comes_while_the_thread_waits_for_something_else_is_in_time() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let endpoint = format!("http://{}/", listener.local_addr().unwrap());
        let vendor = thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let _ = socket.read(&mut [0; 4096]).unwrap();
            for part in ["HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n", "abc", "def"] {
                sleep(Duration::from_millis(60));
                socket.write_all(part.as_bytes()).unwrap();
            }
            socket
        });
        let answer = EventLoop::new().unwrap().run(async {
            let busy = tokio::spawn(async {
                tokio::time::sleep(Duration::from_millis(30)).await;
                sleep(Duration::from_secs(1));
            });
            let answer = wire(None).send(question(&endpoint), &CancellationToken::new()).await;
            busy.await.unwrap();
            answer
        });
        assert_eq!(answer.unwrap().body, b"abcdef");
        drop(vendor.join());
    }

    #[test]
    fn a_call_that_waits_for_its_connection_is_not_given_one_that_is_about_to_be_closed() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let proxy = format!("socks5://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            for (number, socket) in listener.incoming().enumerate() {
                thread::spawn(move || {
                    let mut socket = socket.unwrap();
                    let mut heard = [0; 4096];
                    let _ = socket.read(&mut heard).unwrap();
                    // The first connection stands at once, the others later than the first answer.
                    sleep(Duration::from_millis(if number == 0 { 0 } else { 200 }));
                    socket.write_all(&[5, 0]).unwrap();
                    let _ = socket.read(&mut heard).unwrap();
                    socket.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
                    let _ = socket.read(&mut heard).unwrap();
                    sleep(Duration::from_millis(100));
                    socket.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
                    sleep(Duration::from_millis(20));
                });
            }
        });
        let (first, second) = EventLoop::new().unwrap().run(async {
            let wire = Arc::new(wire(Some(proxy)));
            let ask = |wire: Arc<Wire>| async move {
                wire.send(question("http://127.0.0.1:1/"), &CancellationToken::new()).await
            };
            let first = tokio::spawn(ask(Arc::clone(&wire)));
            tokio::time::sleep(Duration::from_millis(50)).await;
            let second = ask(wire).await;
            (first.await.unwrap(), second)
        });
        assert_eq!((first.unwrap().status, second.unwrap().status), (200, 200));
    }

    #[test]
    fn a_connection_that_is_closed_while_the_thread_computes_before_a_request_is_not_used() {
        ask_while_the_thread_computes(Duration::ZERO);
    }

    #[test]
    fn a_connection_that_is_closed_while_the_thread_computes_before_it_listens_is_not_used() {
        ask_while_the_thread_computes(Duration::from_millis(1));
    }

    /// Asks twice, while another task of the thread computes for long, from so long after the first answer on.
    fn ask_while_the_thread_computes(from: Duration) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let endpoint = format!("http://{}/", listener.local_addr().unwrap());
        thread::spawn(move || {
            for socket in listener.incoming() {
                let mut socket = socket.unwrap();
                let _ = socket.read(&mut [0; 4096]).unwrap();
                socket.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
                sleep(Duration::from_millis(100));
            }
        });
        let wire = wire(None);
        let (first, second) = EventLoop::new().unwrap().run(async {
            let first = wire.send(question(&endpoint), &CancellationToken::new()).await;
            tokio::spawn(async move {
                if !from.is_zero() {
                    tokio::time::sleep(from).await;
                }
                sleep(Duration::from_millis(300));
            });
            let second = tokio::spawn(async move {
                sleep(from * 5);
                wire.send(question(&endpoint), &CancellationToken::new()).await
            });
            (first, second.await.unwrap())
        });
        assert_eq!((first.unwrap().status, second.unwrap().status), (200, 200));
    }

    #[test]
    fn nothing_is_sent_once_nothing_more_may_be_bought() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let endpoint = format!("http://{}/", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        stop.cancel();
        let sent = EventLoop::new().unwrap().run(async { wire(None).send(question(&endpoint), &stop).await });
        let error = sent.unwrap_err();
        assert_eq!(
            (error.failure.kind, error.failure.charged, error.reached_the_vendor),
            (FailureKind::Interrupted, Charged::No, false)
        );
        listener.set_nonblocking(true).unwrap();
        assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    }

    #[test]
    fn work_that_never_ends_is_given_up_in_time() {
        let limit = Duration::from_millis(300);
        let begun = Instant::now();
        let result = EventLoop::new().unwrap().run(within(limit, std::future::pending::<()>()));
        assert!(result.is_err());
        assert!((limit..limit * 10).contains(&begun.elapsed()), "{:?}", begun.elapsed());
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
