//! The network part of `config check`: proxy, hosts, certificates and the clock.

use super::check_result::{BROKEN, CheckResult, FINE, NOTE, WARNING};
use crate::client::reach::{origin, reach};
use crate::client::{HttpClient, HttpSettings};
use crate::commands::Context;
use crate::domain::text::{Message, Text, message};
use crate::settings::without_credentials;
use std::collections::BTreeSet;
use std::time::Duration;
use url::Url;

/// The timeout for one host.
const LONGEST: Duration = Duration::from_secs(15);

/// A clock that differs by more seconds is reported; vendors refuse signatures ten minutes off.
const CLOCK_TOLERANCE: i64 = 60;

const CLOCK: Text = Text::new("clock", "时钟");
const SET_CLOCK: Text = Text::new(
    "set this computer's clock; stamped signatures depend on it",
    "请校准本机时钟；带时间戳的签名依赖它",
);
const PROXY: Text = Text::new("proxy", "代理");

/// Checks the proxy, and every host once.
pub(super) fn check_hosts(
    mut settings: HttpSettings,
    endpoints: &[Url],
    context: &Context,
) -> Vec<CheckResult> {
    settings.timeout = settings.timeout.min(LONGEST);
    let http = match HttpClient::new(&settings) {
        Ok(http) => http,
        Err(failure) => return vec![CheckResult::of_failure(BROKEN, Text::new("network", "网络"), failure)],
    };
    let mut results = vec![proxy_result(&settings, context)];
    let hosts: BTreeSet<Url> = endpoints.iter().filter_map(origin).collect();
    results.extend(hosts.iter().flat_map(|host| host_results(&http, host)));
    results
}

fn host_results(http: &HttpClient, host: &Url) -> Vec<CheckResult> {
    let name = Message::verbatim(host.to_string());
    let (took, clock_ahead) = match reach(http, host) {
        Ok(reached) => reached,
        Err(failure) => return vec![CheckResult::of_failure(BROKEN, name, failure)],
    };
    let certificate = if host.scheme() == "https" {
        Text::new(", certificate trusted", "，证书可信")
    } else {
        Text::new(", without TLS", "，未使用 TLS")
    };
    let detail = message!(
        "reached in {took} ms{certificate}",
        "{took} 毫秒内连通{certificate:#}",
        took = took.as_millis()
    );
    let clock = match clock_ahead {
        None => CheckResult::new(
            NOTE,
            CLOCK,
            Text::new("the server sends no Date header", "服务器未返回 Date 标头"),
        ),
        Some(ahead) => {
            let side = if ahead > 0 { Text::new("ahead of", "快") } else { Text::new("behind", "慢") };
            let seconds = ahead.abs();
            let detail = message!("{seconds} s {side} the server's clock", "比服务器{side:#} {seconds} 秒");
            match seconds {
                0..=CLOCK_TOLERANCE => CheckResult::new(FINE, CLOCK, detail),
                _ => CheckResult::new(WARNING, CLOCK, detail).with_hint(SET_CLOCK),
            }
        }
    };
    vec![CheckResult::new(FINE, name, detail), clock]
}

/// In the order in which a client reads them.
const PROXY_VARIABLES: [&str; 6] =
    ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

fn proxy_result(settings: &HttpSettings, context: &Context) -> CheckResult {
    let configured = settings.proxy.as_ref().map(|proxy| (proxy.expose(), "configured", "由配置给出"));
    let variables = PROXY_VARIABLES.iter().filter(|_| settings.environment_proxies);
    let mut of_environment =
        variables.filter_map(|name| Some((context.environment.text(name)?, *name, *name)));
    let detail = match configured.or_else(|| of_environment.next()) {
        Some((proxy, en, zh)) => {
            let (proxy, origin) = (masked(proxy), Text::new(en, zh));
            message!("{proxy} ({origin})", "{proxy}（{origin:#}）")
        }
        None => Text::new("none", "无").into(),
    };
    CheckResult::new(NOTE, PROXY, detail)
}

/// A proxy without its user name and password. What is not an address may be a secret.
fn masked(proxy: &str) -> String {
    let is_address = Url::parse(proxy).is_ok_and(|url| url.has_host());
    if is_address { without_credentials(proxy) } else { "***".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxys_password_is_not_shown() {
        assert_eq!(masked("http://user:topsecret@proxy.example:3128/"), "http://***@proxy.example:3128/");
        assert_eq!(masked("socks5h://127.0.0.1:1080"), "socks5h://127.0.0.1:1080");
        assert_eq!(masked("topsecret"), "***");
    }
}
