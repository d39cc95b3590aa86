//! Secrets in the addresses of proxies.

use super::HttpSettings;
use crate::domain::secret::Secret;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::percent_decode_str;
use url::Url;

/// The environment variables of proxies.
const VARIABLES: [&str; 6] =
    ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// The credentials of the proxies in use: as in the address, decoded, and as in the header.
pub(super) fn secrets(settings: &HttpSettings) -> Vec<Secret> {
    let environment = match (&settings.proxy, settings.environment_proxies) {
        (None, true) => VARIABLES.iter().filter_map(|name| std::env::var(name).ok()).collect(),
        _ => Vec::new(),
    };
    let addresses = settings.proxy.iter().map(Secret::expose).chain(environment.iter().map(String::as_str));
    addresses.flat_map(secrets_of).collect()
}

fn secrets_of(address: &str) -> Vec<Secret> {
    let Ok(url) = Url::parse(address) else { return vec![Secret::new(address.to_owned())] };
    let Some(password) = url.password() else { return Vec::new() };
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let header = format!("{}:{}", decoded(url.username()), decoded(password));
    [password.to_owned(), decoded(password), BASE64_STANDARD.encode(header)].map(Secret::new).into()
}
