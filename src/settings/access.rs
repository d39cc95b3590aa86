//! Endpoints and credentials of the providers.

use super::values::Values;
use super::{keys, usage};
use crate::cli::CopyrightProviderArg;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::request::{Method, ProviderId};
use crate::domain::secret::Secret;
use crate::domain::text::{Message, Text, message};
use crate::provider::ihuyi::{IhuyiAccess, IhuyiCopyright, PasswordMode};
use crate::provider::market::{MarketAccess, MarketDishonest};
use crate::provider::shuidi::{ShuidiAccess, ShuidiCopyright, WireFormat};
use crate::provider::{Provider, ProviderInfo, info};
use crate::sandbox::{self, Sandbox};
use std::net::IpAddr;
use std::sync::Arc;
use url::{Host, Url};

/// The providers of a copyright query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderChoice {
    /// One of them.
    One(ProviderId),
    /// Both, one after the other for each keyword.
    Both,
}

impl ProviderChoice {
    /// The choice by flag, then configuration, then credentials; ihuyi if both providers have credentials.
    pub fn resolve(flag: Option<CopyrightProviderArg>, values: &Values) -> Result<Self, Failure> {
        let by_flag = flag.map(|flag| match flag {
            CopyrightProviderArg::Ihuyi => Self::One(ProviderId::Ihuyi),
            CopyrightProviderArg::Shuidi => Self::One(ProviderId::Shuidi),
            CopyrightProviderArg::All => Self::Both,
        });
        let by_file = values.choice("copyright", "provider")?.map(|word| match word {
            "all" => Self::Both,
            name => Self::One(ProviderId::from_name(name).unwrap_or(ProviderId::Ihuyi)),
        });
        let by_credentials =
            [(ProviderId::Ihuyi, "account", "api_key"), (ProviderId::Shuidi, "pname", "pkey")]
                .into_iter()
                .find(|(id, user, key)| values.has(id.as_str(), user) && values.has(id.as_str(), key))
                .map(|(id, _, _)| Self::One(id));
        by_flag.or(by_file).or(by_credentials).ok_or_else(|| {
            let what = Text::new(
                "[ihuyi] account, api_key or [shuidi] pname, pkey",
                "[ihuyi] 的 account、api_key 或 [shuidi] 的 pname、pkey",
            );
            let variables = Text::new(
                "set HECHA_IHUYI_ACCOUNT, HECHA_IHUYI_API_KEY or HECHA_SHUIDI_PNAME, HECHA_SHUIDI_PKEY",
                "请设置 HECHA_IHUYI_ACCOUNT、HECHA_IHUYI_API_KEY 或 HECHA_SHUIDI_PNAME、HECHA_SHUIDI_PKEY",
            );
            not_configured(FailureKind::Configuration, &what.into(), &variables.into(), values)
        })
    }

    /// The providers in the order in which a keyword asks them.
    pub fn providers(self) -> Vec<ProviderId> {
        match self {
            Self::One(id) => vec![id],
            Self::Both => vec![ProviderId::Ihuyi, ProviderId::Shuidi],
        }
    }
}

/// The provider with its configured endpoint and credentials.
///
/// # Errors
/// Kinds [`FailureKind::Configuration`] and [`FailureKind::Credentials`], naming what is missing and where to
/// put it.
pub fn provider_with_access(id: ProviderId, values: &Values) -> Result<Arc<dyn Provider>, Failure> {
    check_required(id, values)?;
    let endpoint = endpoint(id, values)?;
    Ok(match id {
        ProviderId::Market => Arc::new(MarketDishonest::new(MarketAccess {
            endpoint,
            appcode: required_secret(values, "market", "appcode")?,
            auth_header: values
                .parsed("market", "auth_header", header_name)?
                .unwrap_or("Authorization".into()),
            auth_scheme: values.text("market", "auth_scheme").unwrap_or("APPCODE").to_owned(),
        })),
        ProviderId::Ihuyi => Arc::new(IhuyiCopyright::new(IhuyiAccess {
            endpoint,
            account: required_text(values, "ihuyi", "account"),
            api_key: required_secret(values, "ihuyi", "api_key")?,
            password: match values.choice("ihuyi", "password")? {
                Some("static") => PasswordMode::Static,
                _ => PasswordMode::Dynamic,
            },
            method: method(values, "ihuyi")?,
        })),
        ProviderId::Shuidi => Arc::new(ShuidiCopyright::new(ShuidiAccess {
            endpoint,
            pname: required_text(values, "shuidi", "pname"),
            pkey: required_secret(values, "shuidi", "pkey")?,
            wire: match values.choice("shuidi", "wire")? {
                Some("xml") => WireFormat::Xml,
                _ => WireFormat::Json,
            },
            method: method(values, "shuidi")?,
        })),
    })
}

/// The provider for what sends nothing: its questions are the same, its credentials are not needed.
///
/// # Errors
/// A failure of kind [`FailureKind::Configuration`] for an endpoint that cannot be one.
pub fn provider_for_plan(id: ProviderId, values: &Values) -> Result<Arc<dyn Provider>, Failure> {
    let endpoint = match configured_endpoint(id, values) {
        Some(_) => endpoint(id, values)?,
        None => String::new(),
    };
    let nothing = || Secret::new(String::new());
    Ok(match id {
        ProviderId::Market => Arc::new(MarketDishonest::new(MarketAccess {
            endpoint,
            appcode: nothing(),
            auth_header: String::new(),
            auth_scheme: String::new(),
        })),
        ProviderId::Ihuyi => Arc::new(IhuyiCopyright::new(IhuyiAccess {
            endpoint,
            account: String::new(),
            api_key: nothing(),
            password: PasswordMode::Dynamic,
            method: Method::Post,
        })),
        ProviderId::Shuidi => Arc::new(ShuidiCopyright::new(ShuidiAccess {
            endpoint,
            pname: String::new(),
            pkey: nothing(),
            wire: WireFormat::Json,
            method: Method::Post,
        })),
    })
}

/// The provider as the embedded sandbox serves it.
pub fn sandbox_provider(id: ProviderId, sandbox: &Sandbox) -> Arc<dyn Provider> {
    match id {
        ProviderId::Market => Arc::new(MarketDishonest::new(MarketAccess {
            endpoint: sandbox.market_endpoint(),
            appcode: Secret::new(sandbox::MARKET_APPCODE.to_owned()),
            auth_header: "Authorization".to_owned(),
            auth_scheme: "APPCODE".to_owned(),
        })),
        ProviderId::Ihuyi => Arc::new(IhuyiCopyright::new(IhuyiAccess {
            endpoint: sandbox.ihuyi_endpoint(),
            account: sandbox::IHUYI_ACCOUNT.to_owned(),
            api_key: Secret::new(sandbox::IHUYI_API_KEY.to_owned()),
            password: PasswordMode::Dynamic,
            method: Method::Post,
        })),
        ProviderId::Shuidi => Arc::new(ShuidiCopyright::new(ShuidiAccess {
            endpoint: sandbox.shuidi_endpoint(),
            pname: sandbox::SHUIDI_PNAME.to_owned(),
            pkey: Secret::new(sandbox::SHUIDI_PKEY.to_owned()),
            wire: WireFormat::Json,
            method: Method::Post,
        })),
    }
}

fn method(values: &Values, section: &str) -> Result<Method, Failure> {
    Ok(match values.choice(section, "method")? {
        Some("get") => Method::Get,
        _ => Method::Post,
    })
}

const NOT_AN_ADDRESS: Text =
    Text::new("is not an address such as https://host/path", "不是 https://host/path 这样的地址");

fn header_name(text: &str) -> Result<String, Message> {
    let is_token = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_token {
        Ok(text.to_owned())
    } else {
        Err(message!("'{text}' is not the name of an HTTP header", "'{text}' 不是 HTTP 标头名"))
    }
}

/// Fails with every required key of a provider that is not configured.
fn check_required(id: ProviderId, values: &Values) -> Result<(), Failure> {
    let section = id.as_str();
    let missing: Vec<_> = keys::required(section).filter(|key| !values.has(section, key.name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let lacks_endpoint = missing.iter().any(|key| key.name == "endpoint");
    let kind = if lacks_endpoint { FailureKind::Configuration } else { FailureKind::Credentials };
    let names = missing.iter().map(|key| key.name).collect::<Vec<_>>().join(", ");
    let variables = missing.iter().map(|key| key.variable()).collect::<Vec<_>>().join(", ");
    Err(not_configured(
        kind,
        &message!("[{section}] {names}", "[{section}] 的 {names}"),
        &message!("set {variables}", "请设置 {variables}"),
        values,
    ))
}

/// Says what is not configured, and where: in the file that was read, or in one that is still to be written.
fn not_configured(kind: FailureKind, what: &Message, variables: &Message, values: &Values) -> Failure {
    let (message, hint) = match &values.file {
        Some(file) => (
            message!(
                "{what}: not configured; fill in {file}, or {variables}",
                "{what:#} 尚未配置；请填写 {file}，或{variables:#}",
                file = file.display()
            ),
            Text::new("--sandbox needs no configuration", "--sandbox 无需任何配置"),
        ),
        None => (
            message!(
                "{what}: not configured; {variables}, or add them to config.toml",
                "{what:#} 尚未配置；{variables:#}，或写入 config.toml"
            ),
            Text::new(
                "`hecha config init` writes a file to fill in; --sandbox needs no configuration",
                "`hecha config init` 会生成待填写的配置文件；--sandbox 无需任何配置",
            ),
        ),
    };
    Failure::local(kind, message).with_hint(hint)
}

fn required_text(values: &Values, section: &str, name: &str) -> String {
    values.text(section, name).unwrap_or_default().trim().to_owned()
}

fn required_secret(values: &Values, section: &str, name: &str) -> Result<Secret, Failure> {
    Ok(values.secret(section, name)?.unwrap_or_else(|| Secret::new(String::new())))
}

/// The address of the endpoint as it is configured, or the documented one.
pub fn configured_endpoint(id: ProviderId, values: &Values) -> Option<&str> {
    let configured = values.text(id.as_str(), "endpoint").map(str::trim).filter(|text| !text.is_empty());
    configured.or(info(id).default_endpoint)
}

/// The endpoint, refused if a secret could be read on the way.
fn endpoint(id: ProviderId, values: &Values) -> Result<String, Failure> {
    let facts = info(id);
    let section = id.as_str();
    let text = configured_endpoint(id, values).unwrap_or_default();
    let origin = values.origin(section, "endpoint").unwrap_or_else(|| section.to_owned());
    checked_endpoint(text, facts).map_err(|reason| {
        Failure::local(
            FailureKind::Configuration,
            message!("{origin}: the endpoint {reason}", "{origin}：接口地址{reason:#}"),
        )
    })
}

fn checked_endpoint(text: &str, facts: &ProviderInfo) -> Result<String, Text> {
    let url = Url::parse(text.trim()).map_err(|_| NOT_AN_ADDRESS)?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(Text::new(
            "must begin with https:// and name a host",
            "必须以 https:// 开头并带有主机名",
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Text::new("must not carry a user name or password", "不得带有用户名或密码"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Text::new(
            "must end before the ?: hecha adds the parameters",
            "必须在 ? 之前结束：参数由 hecha 添加",
        ));
    }
    if url.scheme() == "http" && !facts.documented_without_tls && !is_loopback(&url) {
        return Err(Text::new(
            "is http://, where the credential could be read on the way; use https://",
            "是 http://，凭证可能在途中被读取；请改用 https://",
        ));
    }
    Ok(url.into())
}

/// Whether an address is this very computer.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        // Under a scheme that the standard of addresses does not know, as that of a proxy, numbers are a name.
        Some(Host::Domain(name)) => {
            name.eq_ignore_ascii_case("localhost")
                || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
        }
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

/// Refuses query options that a provider does not know.
pub(super) fn check_filters(facts: &ProviderInfo, set: &[&'static str]) -> Result<(), Failure> {
    match set.iter().find(|option| !facts.filters.contains(option)) {
        None => Ok(()),
        Some(option) => {
            let instead = if facts.id == ProviderId::Shuidi {
                Text::new(" or ask --provider ihuyi", "，或改用 --provider ihuyi")
            } else {
                Text::new("", "")
            };
            Err(usage(message!(
                "{id} does not support {option}; leave it out{instead}",
                "{id} 不支持 {option}；请去掉该选项{instead:#}",
                id = facts.id
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_without_tls_is_refused_unless_documented_or_loopback() {
        let market = info(ProviderId::Market);
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
        assert!(checked_endpoint("http://api.shuidi.cn/utn", info(ProviderId::Shuidi)).is_ok());
        assert!(checked_endpoint("http://api.ihuyi.com/x", info(ProviderId::Ihuyi)).is_err());
    }
}
