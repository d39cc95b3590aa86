//! The providers of a query, made from their configured endpoints and credentials.

use super::keys::KeyKind;
use super::values::Values;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::record::Topic;
use crate::domain::request::ProviderId;
use crate::domain::text::{Message, Text, message};
use crate::provider::{ENDPOINT, Provider, ProviderConfig, ProviderInfo, info, providers_of, variable};
use std::net::IpAddr;
use std::sync::Arc;
use url::Url;

/// The word for all providers of a kind of records.
pub const ALL_PROVIDERS: &str = "all";

/// The providers of a query by flag, then configuration, then credentials: the first that has them.
///
/// # Errors
/// Kind [`FailureKind::Usage`] for a flag, [`FailureKind::Configuration`] for a configured value that names no provider of
/// these records, and if no provider is configured.
pub fn chosen_providers(
    topic: Topic,
    flag: Option<&str>,
    values: &Values,
) -> Result<Vec<ProviderId>, Failure> {
    let configured = configured_providers(topic, values)?;
    if let Some(word) = flag {
        return providers_named(topic, word).map_err(Failure::usage);
    }
    if let Some(providers) = configured {
        return Ok(providers);
    }
    let mut providers = providers_of(topic);
    if let (Some(only), None) = (providers.next(), providers.next()) {
        return Ok(vec![only.id]);
    }
    match providers_of(topic).find(|info| missing_keys(info, values).next().is_none()) {
        Some(info) => Ok(vec![info.id]),
        None => Err(not_configured(providers_of(topic), values, FailureKind::Configuration)),
    }
}

/// The providers by `[copyright] provider`.
pub(super) fn configured_providers(
    topic: Topic,
    values: &Values,
) -> Result<Option<Vec<ProviderId>>, Failure> {
    values.parsed(topic.as_str(), "provider", |word| providers_named(topic, word))
}

/// The providers of these records that a word names.
pub(super) fn providers_named(topic: Topic, word: &str) -> Result<Vec<ProviderId>, Message> {
    let named = providers_of(topic).map(|info| info.id);
    let named: Vec<_> = named.filter(|id| word == ALL_PROVIDERS || word == id.as_str()).collect();
    if named.is_empty() {
        let words = providers_of(topic).map(|info| info.id.as_str()).chain([ALL_PROVIDERS]);
        return Err(not_one_of(&words.collect::<Vec<_>>()));
    }
    Ok(named)
}

/// The provider with its configured endpoint and credentials.
///
/// # Errors
/// Kinds [`FailureKind::Configuration`] and [`FailureKind::Credentials`], naming what is missing and where to
/// put it.
pub fn provider_with_access(id: ProviderId, values: &Values) -> Result<Arc<dyn Provider>, Failure> {
    let info = info(id);
    let missing: Vec<_> = missing_keys(info, values).collect();
    if !missing.is_empty() {
        let lacks_endpoint = missing.contains(&ENDPOINT);
        let kind = if lacks_endpoint { FailureKind::Configuration } else { FailureKind::Credentials };
        return Err(not_configured([info].into_iter(), values, kind));
    }
    let section = id.as_str();
    let mut config = config_of(id, values)?;
    for key in info.keys.iter().filter(|key| key.name != ENDPOINT) {
        if key.kind == KeyKind::Secret {
            config.secrets.extend(values.secret(section, key.name)?.map(|secret| (key.name, secret)));
        } else {
            let value = values.parsed_or_default(section, key.name, |text| checked(key.kind, text))?;
            config.texts.insert(key.name, value);
        }
    }
    Ok((info.new)(config))
}

/// The provider for commands that send nothing: its requests are the same, and it needs no credentials.
///
/// # Errors
/// A failure of kind [`FailureKind::Configuration`] for an endpoint that cannot be one.
pub fn provider_for_plan(id: ProviderId, values: &Values) -> Result<Arc<dyn Provider>, Failure> {
    Ok((info(id).new)(config_of(id, values)?))
}

fn config_of(id: ProviderId, values: &Values) -> Result<ProviderConfig, Failure> {
    Ok(ProviderConfig::new(endpoint(id, values)?.map(String::from).unwrap_or_default()))
}

/// The value of a key that is not secret, as its kind allows it.
fn checked(kind: KeyKind, text: &str) -> Result<String, Message> {
    let text = text.trim();
    match kind {
        _ if kind.allows(text) => Ok(text.to_owned()),
        KeyKind::Choice(words) => Err(not_one_of(words)),
        KeyKind::AuthScheme => Err(Text::new("it is not one word", "不是一个单词").into()),
        _ => Err(Text::new("it is not the name of an HTTP header", "不是 HTTP 标头名").into()),
    }
}

fn not_one_of(words: &[&str]) -> Message {
    let words = words.join(", ");
    message!("it is not one of {words}", "不是以下之一：{words}")
}

/// The required keys of a provider that have no value.
fn missing_keys(info: &ProviderInfo, values: &Values) -> impl Iterator<Item = &'static str> {
    info.required_keys().filter(|name| !values.has(info.id.as_str(), name))
}

const NOT_AN_ADDRESS: Text =
    Text::new("is not an address such as https://host/path", "不是 https://host/path 这样的地址");

/// A failure that names the empty keys, and the file for them. Any of several providers is enough.
fn not_configured<'a>(
    providers: impl Iterator<Item = &'a ProviderInfo>,
    values: &Values,
    kind: FailureKind,
) -> Failure {
    let missing = providers.map(|info| {
        let names: Vec<_> = missing_keys(info, values).collect();
        let variables: Vec<_> = names.iter().map(|name| variable(info.id.as_str(), name)).collect();
        (format!("[{}] {}", info.id, names.join(", ")), variables.join(", "))
    });
    let (keys, variables): (Vec<String>, Vec<String>) = missing.unzip();
    let [keys, variables] =
        [keys, variables].map(|words| Message::of_both(words.join(" or "), words.join(" 或 ")));
    let message = message!(
        "{keys}: not configured; set {variables}, or fill in {file}",
        "{keys:#} 尚未配置；请设置 {variables:#}，或写入 {file}",
        file = values.file.as_deref().unwrap_or("config.toml".as_ref()).display()
    );
    Failure::local(kind, message).with_hint(match values.file {
        Some(_) => Text::new("--sandbox needs no configuration", "--sandbox 无需任何配置"),
        None => Text::new(
            "`hecha config init` writes a file to fill in; --sandbox needs no configuration",
            "`hecha config init` 会生成待填写的配置文件；--sandbox 无需任何配置",
        ),
    })
}

/// The configured endpoint, or the documented one.
///
/// # Errors
/// A failure of kind [`FailureKind::Configuration`] for one that is no address, or would expose a secret in transit.
pub fn endpoint(id: ProviderId, values: &Values) -> Result<Option<Url>, Failure> {
    let configured = values.text(id.as_str(), ENDPOINT).map(str::trim).filter(|text| !text.is_empty());
    let address = configured.or(info(id).default_endpoint()).map(|text| checked_endpoint(text, info(id)));
    address.transpose().map_err(|reason| {
        let reason = message!("the endpoint {reason}", "接口地址{reason:#}");
        values.wrong(id.as_str(), ENDPOINT, reason)
    })
}

fn checked_endpoint(text: &str, info: &ProviderInfo) -> Result<Url, Text> {
    let url = Url::parse(text).map_err(|_| NOT_AN_ADDRESS)?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(NOT_AN_ADDRESS);
    }
    let has_user = !url.username().is_empty() || url.password().is_some();
    if has_user || url.query().is_some() || url.fragment().is_some() {
        return Err(Text::new(
            "must have no user name or password, and end before the ?: hecha adds the parameters",
            "不得带有用户名或密码，且必须在 ? 之前结束：参数由 hecha 添加",
        ));
    }
    if url.scheme() == "http" && !info.is_documented_without_tls() && !is_loopback(&url) {
        return Err(Text::new(
            "is http://, so the credential could be read in transit; use https://",
            "是 http://，凭证可能在途中被读取；请改用 https://",
        ));
    }
    Ok(url)
}

/// Whether an address is on the loopback interface.
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Refuses query options that a provider does not support, and names one that does.
pub(super) fn check_filters(id: ProviderId, set: &[&'static str]) -> Result<(), Failure> {
    let info = info(id);
    let Some(option) = set.iter().find(|option| !info.filters.contains(option)) else { return Ok(()) };
    let other = providers_of(info.topic).find(|other| other.filters.contains(option));
    let instead = other.map_or_else(Message::default, |other| {
        message!(" or use --provider {other}", "，或改用 --provider {other}", other = other.id)
    });
    Err(Failure::usage(message!(
        "{id} does not support {option}; leave it out{instead}",
        "{id} 不支持 {option}；请去掉该选项{instead:#}"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::{ihuyi, market, shuidi};

    #[test]
    fn an_endpoint_without_tls_is_refused_unless_documented_or_loopback() {
        let market = &market::INFO;
        for (address, accepted) in [
            ("https://market.example/list", true),
            ("http://market.example/list", false),
            ("http://127.0.0.1:8080/list", true),
            ("http://[::1]:8080/list", true),
            ("http://localhost/list", true),
            ("http://127.0.0.1.evil.example/list", false),
            ("ftp://market.example/", false),
            ("market.example/list", false),
            ("https://user:pass@market.example/", false),
            ("https://market.example/list?keyword=x", false),
        ] {
            assert_eq!(checked_endpoint(address, market).is_ok(), accepted, "{address}");
        }
        assert!(checked_endpoint("http://api.shuidi.cn/utn", &shuidi::INFO).is_ok());
        assert!(checked_endpoint("http://api.ihuyi.com/x", &ihuyi::INFO).is_err());
    }
}
