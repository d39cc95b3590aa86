//! Failures of the network, in words, without secrets.

use crate::client::FetchError;
use crate::client::redact::redact;
use crate::domain::failure::{Charged, Failure, FailureKind, Retry};
use crate::domain::secret::Secret;
use crate::domain::text::{Language, Message, Text, message};
use std::error::Error;
use std::io;

/// The words of the HTTP library for a proxy that refuses the credentials; its error types are private.
const PROXY_REFUSALS: [&str; 4] = [
    "proxy authorization required",
    "does not support user/pass authentication",
    "implements authentication incorrectly",
    "credentials not accepted",
];

/// Phrases of the HTTP library and their Chinese counterparts.
const PHRASES: [(&str, &str); 11] = [
    ("certificate expired", "证书已过期"),
    ("certificate not valid yet", "证书尚未生效"),
    ("certificate not valid for name", "证书不属于该主机"),
    ("certificate", "证书不可信"),
    ("failed to lookup address", "无法解析主机名"),
    ("dns error", "无法解析主机名"),
    ("timed out", "超时"),
    ("connection closed before message completed", "服务器提前关闭了连接"),
    ("end of file before message length reached", "服务器提前关闭了连接"),
    ("unexpected EOF", "服务器提前关闭了连接"),
    ("proxy", "代理拒绝或无法使用"),
];

pub(super) const NOTHING_WAS_CHARGED: Text = Text::new(
    "check the network, the endpoint and the proxy; nothing was charged",
    "请检查网络、接口地址与代理；本次未计费",
);

/// A request that brought no complete response. `secrets` are those of the proxy, which may echo the request.
pub(super) fn no_response(error: reqwest::Error, secrets: &[Secret]) -> FetchError {
    let error = error.without_url();
    let reason = reason(&error, secrets);
    if error.is_builder() {
        return FetchError::unsent(Failure::configuration(message!(
            "cannot set up the HTTP request: {reason}",
            "无法准备 HTTP 请求：{reason:#}"
        )));
    }
    if error.is_connect() {
        return FetchError::unsent(no_connection(&error, &reason));
    }
    FetchError::unanswered(if is_not_http(&error) {
        not_http(&reason)
    } else if error.is_timeout() {
        let message =
            message!("no complete answer in time: {reason}", "未在限定时间内收到完整应答：{reason:#}");
        perhaps_charged(message)
    } else {
        connection_broke(&reason)
    })
}

/// A body that ended too early.
pub(super) fn incomplete_body(error: io::Error, secrets: &[Secret]) -> FetchError {
    match error.downcast::<reqwest::Error>() {
        Ok(error) => no_response(error, secrets),
        Err(error) => FetchError::unanswered(connection_broke(&reason(&error, secrets))),
    }
}

/// The reason without anything that an address may contain.
fn reason(error: &(dyn Error + 'static), secrets: &[Secret]) -> Message {
    let en = redact(causes(error).into_bytes(), secrets);
    let en = String::from_utf8_lossy(&en).into_owned();
    match cause_in_chinese(error, &en) {
        Some(zh) => Message::of_both(en, zh),
        None => Message::verbatim(en),
    }
}

/// A connection that was never established: nothing was sent, so nothing was charged.
fn no_connection(error: &(dyn Error + 'static), reason: &Message) -> Failure {
    let message = message!("no connection to the vendor: {reason}", "无法连接服务商：{reason:#}");
    if reason.en().contains("certificate") {
        return Failure::configuration(message).with_hint(Text::new(
            "the server's certificate is not accepted; check the endpoint and this computer's clock; behind a company proxy specify its certificate with --ca-cert FILE",
            "不接受服务器证书；请检查接口地址与本机时钟；若在公司代理之后，请用 --ca-cert FILE 指定代理证书",
        ));
    }
    if PROXY_REFUSALS.iter().any(|refusal| reason.en().contains(refusal)) {
        return Failure::configuration(message).with_hint(Text::new(
            "the proxy refuses the user name or password; correct them in HECHA_NETWORK_PROXY or config.toml",
            "代理拒绝了用户名或密码；请在 HECHA_NETWORK_PROXY 或 config.toml 中更正",
        ));
    }
    if chain(error).filter_map(tls_error).any(fails_again) {
        return Failure::configuration(message).with_hint(Text::new(
            "the server does not speak TLS, or no common version of it; check https://, the host and the port of the endpoint",
            "服务器不支持 TLS，或没有共同的 TLS 版本；请检查接口地址的 https://、主机与端口",
        ));
    }
    Failure::local(FailureKind::Temporary, message)
        .with_retry(Retry::AfterPause { not_before: None })
        .with_hint(NOTHING_WAS_CHARGED)
}

fn connection_broke(reason: &Message) -> Failure {
    perhaps_charged(message!(
        "the connection broke before the answer was complete: {reason}",
        "应答尚未完整，连接已中断：{reason:#}"
    ))
}

/// A request that was sent and brought no complete response.
fn perhaps_charged(message: Message) -> Failure {
    Failure::local(FailureKind::Temporary, message).with_charged(Charged::Unknown).with_hint(Text::new(
        "this call may have been charged, so it was not repeated; to buy it again, run the command with --retry-uncertain",
        "本次调用可能已计费，因此不会自动重试；如需再次购买，请加上 --retry-uncertain 重新运行",
    ))
}

/// Bytes that are not HTTP. A wrong endpoint sends them again, so it is not called temporary.
fn not_http(reason: &Message) -> Failure {
    let message = message!("the answer is not valid HTTP: {reason}", "应答不是有效的 HTTP：{reason:#}");
    Failure::local(FailureKind::Answer, message).with_charged(Charged::Unknown).with_hint(Text::new(
        "check http:// or https://, the host and the port of the endpoint; this call may have been charged, so it was not repeated",
        "请检查接口地址的 http:// 或 https://、主机与端口；本次调用可能已计费，因此不会自动重试",
    ))
}

/// Whether the server's bytes broke the rules of HTTP. An answer that merely ends too early did not.
fn is_not_http(error: &(dyn Error + 'static)) -> bool {
    chain(error).any(|cause| {
        let is_bad_data = |error: &io::Error| {
            matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData)
        };
        cause.downcast_ref().is_some_and(hyper::Error::is_parse)
            || tls_error(cause).is_none() && cause.downcast_ref().is_some_and(is_bad_data)
    })
}

/// The error of the TLS library, which the libraries above it wrap as an I/O error, perhaps more than once.
fn tls_error<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let inner = cause.downcast_ref::<io::Error>()?.get_ref()?;
    inner.downcast_ref().or_else(|| tls_error(inner))
}

/// Whether a handshake that failed so fails again. Only an internal error of the server may pass.
const fn fails_again(error: &rustls::Error) -> bool {
    !matches!(error, rustls::Error::AlertReceived(rustls::AlertDescription::InternalError))
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&cause| cause.source())
}

/// The error and its causes in one line, without repetitions.
fn causes(error: &(dyn Error + 'static)) -> String {
    chain(error).map(ToString::to_string).fold(String::new(), |text, cause| match text {
        text if text.is_empty() => cause,
        text if text.contains(&cause) => text,
        text => format!("{text}: {cause}"),
    })
}

/// The root cause in Chinese, if it is a common one; `None` keeps the words of the library.
fn cause_in_chinese(error: &(dyn Error + 'static), in_english: &str) -> Option<String> {
    let mut system_errors = chain(error).filter_map(|cause| cause.downcast_ref::<io::Error>());
    if let Some(system) = system_errors.find(|error| error.raw_os_error().is_some()) {
        return Some(Message::of_system(system).in_language(Language::Chinese).to_owned());
    }
    let (_, zh) = PHRASES.into_iter().find(|(en, _)| in_english.contains(en))?;
    Some(zh.to_owned())
}
