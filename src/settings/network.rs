//! Network settings: concurrency, request rate, timeouts, proxy, certificates.

use super::access::{endpoint, is_loopback};
use super::values::Values;
use crate::cli::{NetworkArgs, units};
use crate::client::{HttpSettings, proxy_address};
use crate::domain::failure::Failure;
use crate::domain::request::ProviderId;
use crate::domain::secret::Secret;
use crate::domain::text::{Text, message};
use crate::provider::info;
use std::path::Path;
use std::time::Duration;
use url::Url;

/// The network settings.
#[derive(Debug, Clone)]
pub struct NetworkSettings {
    /// Concurrent requests per provider.
    pub concurrency: usize,
    /// The minimum time between two requests to a provider; zero without a limit.
    pub interval: Duration,
    /// Attempts after the first.
    pub retries: u32,
    /// The connections.
    pub http: HttpSettings,
}

/// The network options over the configuration.
pub(super) fn network_settings(
    args: NetworkArgs,
    providers: &[ProviderId],
    values: &Values,
) -> Result<NetworkSettings, Failure> {
    let NetworkArgs { concurrency, rate, retries, timeout, connect_timeout, proxy, ca_cert } = args;
    let concurrency = values.network(concurrency, "concurrency", units::concurrency)?;
    let interval = values.network(rate, "rate", units::interval_of_rate)?;
    let mut endpoints = Vec::new();
    for id in providers {
        endpoints.extend(endpoint(*id, values)?.map(|address| (*id, address)));
    }
    let timeout = values.network(timeout, "timeout", units::timeout)?;
    let connect_timeout = values.network(connect_timeout, "connect_timeout", units::timeout)?;
    let proxy = proxy_setting(proxy, values)?.filter(|_| !values.of_sandbox);
    if let Some(proxy) = &proxy {
        refuse_readable_credentials(proxy, &endpoints)?;
    }
    let with_tls = endpoints.iter().any(|(_, url)| url.scheme() == "https")
        || proxy.as_ref().is_some_and(|proxy| proxy.expose().starts_with("https"));
    Ok(NetworkSettings {
        concurrency,
        interval,
        retries: values.network(retries, "retries", units::retries)?,
        http: HttpSettings {
            timeout,
            connect_timeout,
            proxy,
            ca_certificates: ca_cert.or_else(|| values.path("network", "ca_cert").map(Path::to_owned)),
            with_tls,
            environment_proxies: !endpoints.iter().all(|(_, url)| is_loopback(url)),
        },
    })
}

/// The proxy by flag, then configuration. Other users of the computer can read the command line.
fn proxy_setting(flag: Option<String>, values: &Values) -> Result<Option<Secret>, Failure> {
    let is_flag = flag.is_some();
    let given = flag.map_or_else(|| values.secret("network", "proxy"), |flag| Ok(Some(Secret::new(flag))));
    let Some(proxy) = given? else { return Ok(None) };
    match proxy_address(proxy.expose()) {
        Err(reason) if is_flag => Err(Failure::usage(message!("--proxy {reason}", "--proxy {reason:#}"))),
        Err(reason) => {
            Err(values.wrong("network", "proxy", message!("the proxy {reason}", "代理{reason:#}")))
        }
        Ok(url) if is_flag && url.password().is_some() => Err(Failure::usage(Text::new(
            "a password in --proxy can be read by all users of this computer; put the address into HECHA_NETWORK_PROXY or config.toml",
            "--proxy 中的密码可被本机所有用户读到；请把地址写入 HECHA_NETWORK_PROXY 或 config.toml",
        ))),
        Ok(_) => Ok(Some(proxy)),
    }
}

/// Refuses a remote proxy for an `http://` endpoint on loopback: the proxy could read the credential.
fn refuse_readable_credentials(proxy: &Secret, endpoints: &[(ProviderId, Url)]) -> Result<(), Failure> {
    let is_elsewhere = Url::parse(proxy.expose()).is_ok_and(|proxy| !is_loopback(&proxy));
    let is_readable =
        |(id, url): &(ProviderId, Url)| url.scheme() == "http" && !info(*id).is_documented_without_tls();
    if is_elsewhere && endpoints.iter().any(is_readable) {
        return Err(Failure::configuration(Text::new(
            "the endpoint is http:// on this computer, and a proxy elsewhere could read the credential; leave the proxy out",
            "接口是本机的 http:// 地址，而代理在别处，途中可能读到凭证；请不要使用代理",
        )));
    }
    Ok(())
}
