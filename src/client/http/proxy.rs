//! Proxies: the configured one, or those of the environment.
//!
//! A proxy address that cannot be used is an error. If it were ignored, the request would be sent directly.

use super::settings::HttpSettings;
use crate::domain::failure::Failure;
use crate::domain::secret::Secret;
use crate::domain::text::{Text, message};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::percent_decode_str;
use reqwest::{NoProxy, Proxy};
use url::Url;

/// The variables of each scheme. The first one that is set applies.
const HTTP: [&str; 4] = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
const HTTPS: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// Hosts that are never reached through a proxy of the environment. The credential of an `http://` endpoint on this
/// computer would leave it.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1";

/// The proxies of a client.
#[derive(Default)]
pub(super) struct Proxies {
    pub(super) proxies: Vec<Proxy>,
    /// Their credentials: as in the address, decoded, and as in the header.
    pub(super) secrets: Vec<Secret>,
}

/// The proxies that the settings select.
///
/// # Errors
/// A failure of kind `Configuration` for an address that cannot be used.
pub(super) fn proxies(settings: &HttpSettings) -> Result<Proxies, Failure> {
    if let Some(address) = &settings.proxy {
        let proxy = Proxy::all(address.expose()).map_err(|_| {
            Failure::configuration(Text::new("the proxy address cannot be used", "代理地址无法使用"))
        })?;
        return Ok(Proxies { proxies: vec![proxy], secrets: secrets_of(address.expose()) });
    }
    // A value that is not UTF-8 is no usable address either.
    let variable = |name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    if settings.environment_proxies { of_environment(variable) } else { Ok(Proxies::default()) }
}

fn of_environment(variable: impl Fn(&'static str) -> Option<String>) -> Result<Proxies, Failure> {
    let given = |name: &&'static str| Some((*name, variable(name).filter(|value| !value.is_empty())?));
    let first = |names: &[&'static str]| names.iter().find_map(given);
    let exceptions = first(&NO_PROXY).map(|(_, value)| value).unwrap_or_default();
    let mut proxies = Proxies::default();
    if exceptions.split(',').any(|exception| exception.trim() == "*") {
        return Ok(proxies);
    }
    for (names, make) in [(HTTP, Proxy::http as fn(String) -> _), (HTTPS, Proxy::https)] {
        let Some((name, value)) = first(&names) else { continue };
        let unusable = |reason: Text| {
            Failure::configuration(message!(
                "the proxy in {name} {reason}; correct or unset the variable",
                "{name} 中的代理{reason:#}；请更正或取消该变量"
            ))
        };
        let address = if value.contains("://") { value } else { format!("http://{value}") };
        proxy_address(&address).map_err(unusable)?;
        proxies.secrets.extend(secrets_of(&address));
        let proxy = make(address).map_err(|_| unusable(NO_ADDRESS))?;
        let exceptions = NoProxy::from_string(&format!("{LOOPBACK},{exceptions}"));
        proxies.proxies.push(proxy.no_proxy(exceptions));
    }
    Ok(proxies)
}

const NO_ADDRESS: Text =
    Text::new("is not an address such as http://host:port", "不是 http://host:port 这样的地址");

/// Checks the address of a proxy.
///
/// # Errors
/// What is wrong with it, without repeating it: it may contain a password.
pub fn proxy_address(text: &str) -> Result<Url, Text> {
    if text.chars().any(|character| character.is_whitespace() || matches!(character, '"' | '\'')) {
        return Err(Text::new("contains white space or quotation marks", "含有空白或引号"));
    }
    let wrong = if text.contains(['@', '#']) { UNESCAPED } else { NO_ADDRESS };
    let url = Url::parse(text).map_err(|_| wrong)?;
    if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h" | "socks4" | "socks4a") {
        return Err(Text::new(
            "must begin with http://, https://, socks5:// or socks5h://",
            "必须以 http://、https://、socks5:// 或 socks5h:// 开头",
        ));
    }
    if text.matches('@').count() > 1 || url.fragment().is_some() {
        return Err(UNESCAPED);
    }
    match url.host_str() {
        None | Some("") => Err(Text::new("names no host", "没有主机名")),
        Some(_) if !matches!(url.path(), "" | "/") || url.query().is_some() => Err(NO_ADDRESS),
        Some(_) => Ok(url),
    }
}

const UNESCAPED: Text = Text::new(
    "is not a valid address; in a password write @ as %40, # as %23 and / as %2F",
    "不是有效的地址；密码中的 @ 应写作 %40，# 写作 %23，/ 写作 %2F",
);

fn secrets_of(address: &str) -> Vec<Secret> {
    let Ok(url) = Url::parse(address) else { return vec![Secret::new(address.to_owned())] };
    let Some(password) = url.password() else { return Vec::new() };
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let header = format!("{}:{}", decoded(url.username()), decoded(password));
    [password.to_owned(), decoded(password), BASE64_STANDARD.encode(header)].map(Secret::new).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &'static [(&str, &str)]) -> Result<usize, String> {
        let value = |name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        let proxies = of_environment(|name| value(name).map(str::to_owned));
        proxies.map(|proxies| proxies.proxies.len()).map_err(|failure| failure.message.en().to_owned())
    }

    #[test]
    fn usable_variables_are_used() {
        assert_eq!(of(&[]), Ok(0));
        assert_eq!(of(&[("HTTPS_PROXY", "http://proxy.example:3128")]), Ok(1));
        assert_eq!(of(&[("all_proxy", "socks5h://user:p%40ss@proxy.example:1080/")]), Ok(2));
        assert_eq!(of(&[("http_proxy", "proxy.example:3128")]), Ok(1));
    }

    #[test]
    fn an_unusable_variable_is_an_error_that_names_it_and_not_its_value() {
        for value in [
            "http:://proxy.example:3128",
            "\"http://proxy.example:3128\"",
            "'http://proxy.example:3128'",
            "http://proxy.example:3128 ",
            " http://proxy.example:3128",
            "socks://proxy.example:1080",
            "ftp://proxy.example:21",
            "http://user:hunter@2@proxy.example:3128",
            "http://user:hunter#2@proxy.example:3128",
            "http://user:123#hunter@proxy.example:3128",
            "http://user:hunter/2@proxy.example:3128",
            "http://",
            "http://proxy.example:99999",
            "://",
        ] {
            for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
                let error = of_environment(|asked| (asked == name).then(|| value.to_owned()));
                let error = error.err().expect(value);
                assert!(error.message.en().contains(name), "{value}: {error}");
                assert!(!error.message.en().contains("hunter"), "{value}: {error}");
            }
        }
    }

    #[test]
    fn a_variable_that_does_not_apply_is_not_checked() {
        assert_eq!(
            of(&[
                ("HTTP_PROXY", "http://proxy.example:3128"),
                ("HTTPS_PROXY", "http://proxy.example:3128"),
                ("ALL_PROXY", "socks://proxy.example:1080")
            ]),
            Ok(2)
        );
        assert_eq!(of(&[("NO_PROXY", "localhost, *"), ("ALL_PROXY", "socks://proxy.example")]), Ok(0));
    }
}
