//! `hecha config check`: checks everything that a query needs, without a paid call.

mod check_result;
mod hosts;

use super::Context;
use super::listing::{documents, print_columns};
use crate::cli::ListingArgs;
use crate::domain::failure::FailureKind;
use crate::domain::request::ProviderId;
use crate::domain::text::{Message, Text, message};
use crate::provider::REGISTRY;
use crate::settings::keys::KEYS;
use crate::settings::{Values, archive_location, configured_http, endpoint, provider_with_access};
use check_result::{BROKEN, COLUMNS, CheckResult, FINE, MISSING, NOTE, WARNING};
use jiff::Timestamp;
use serde_json::json;
use url::Url;

/// Checks file, settings, credentials, hosts and clock. The exit code is 4 if something is missing or wrong, 5 if a
/// host cannot be reached.
pub fn run(args: &ListingArgs, context: &Context) -> anyhow::Result<u8> {
    let (values, _sandbox) = context.values_for_queries()?;
    let mut results = Vec::new();
    if !context.sandbox {
        results.push(file(&values, context));
        let warning = |warning: &Message| CheckResult::new(WARNING, CONFIGURATION, warning.clone());
        results.extend(values.warnings.iter().map(warning));
        results.extend(settings(&values));
    }
    let (usable, of_providers) = providers(&values);
    results.extend(of_providers);
    let (ids, endpoints): (Vec<ProviderId>, Vec<Url>) = usable.into_iter().unzip();
    results.extend(match configured_http(&values, &ids, Timestamp::now()) {
        Err(failure) => vec![CheckResult::of_failure(BROKEN, Text::new("settings", "设置"), failure)],
        Ok(http) => hosts::check_hosts(http, &endpoints, context),
    });
    if !context.sandbox {
        if !endpoints.is_empty() {
            results.push(CheckResult::new(NOTE, Text::new("balance", "余额"), BALANCE));
        }
        results.push(archive(&values, context));
    }
    // Configuration goes before the network: the user can correct it at once.
    let codes = results.iter().map(|result| result.exit_code).filter(|code| *code > 0);
    let code = codes.min_by_key(|code| *code != FailureKind::Configuration.exit_code()).unwrap_or(0);
    let checks = documents(&COLUMNS, &results);
    let document = json!({"ready": code == 0, "exit_code": code, "checks": checks});
    print_columns(context, args.format, Some(document), &COLUMNS, &results)?;
    Ok(code)
}

fn file(values: &Values, context: &Context) -> CheckResult {
    const CHECK: Text = Text::new("configuration file", "配置文件");
    let Some(path) = context.config_path() else {
        return CheckResult::new(NOTE, CHECK, Text::new("none: there is no home folder", "无：没有用户目录"));
    };
    let shown = path.display();
    if !path.exists() {
        return CheckResult::new(NOTE, CHECK, message!("{shown} does not exist", "{shown} 不存在"))
            .with_hint(Text::new("`hecha config init` writes one", "`hecha config init` 可生成"));
    }
    let mode = values.file_mode();
    let mode = mode.map_or_else(Message::default, |mode| message!(", mode {mode:o}", "，权限 {mode:o}"));
    CheckResult::new(FINE, CHECK, message!("{shown}{mode}", "{shown}{mode:#}"))
}

/// Everything that is set, with its origin; secrets are masked.
fn settings(values: &Values) -> impl Iterator<Item = CheckResult> {
    KEYS.iter().filter_map(|key| {
        let configured = values.get(key.section, key.name)?;
        let (value, origin) = (configured.describe(), &configured.origin);
        let shown = message!("{value}  ({origin})", "{value:#}（{origin}）");
        Some(CheckResult::new(NOTE, Message::verbatim(format!("{}.{}", key.section, key.name)), shown))
    })
}

const CONFIGURATION: Text = Text::new("configuration", "配置");

const CONFIGURED: Text = Text::new("endpoint and credentials are configured", "接口地址与凭证已配置");

/// The vendors' documents name no request for the balance, and nothing is guessed.
const BALANCE: Text = Text::new(
    "not available: no vendor documents a free request for it",
    "无法查询：各服务商的文档均未提供免费的余额接口",
);

type Endpoints = Vec<(ProviderId, Url)>;

/// The usable endpoints and a result for each provider. A provider without any setting is a failure only if no other
/// one is usable.
fn providers(values: &Values) -> (Endpoints, Vec<CheckResult>) {
    let accesses: Vec<_> =
        REGISTRY.iter().map(|info| (info.id, provider_with_access(info.id, values))).collect();
    let any_configured = accesses.iter().any(|(_, access)| access.is_ok());
    let mut endpoints = Vec::new();
    let mut results = Vec::new();
    for (id, access) in accesses {
        let section = id.as_str();
        let name = || Message::verbatim(section.to_owned());
        let address = access.and_then(|_| endpoint(id, values));
        let touched = KEYS.iter().any(|key| key.section == section && values.has(section, key.name));
        results.push(match address {
            Ok(address) => {
                endpoints.extend(address.map(|address| (id, address)));
                CheckResult::new(FINE, name(), CONFIGURED)
            }
            Err(_) if any_configured && !touched => {
                CheckResult::new(NOTE, name(), Text::new("not configured", "未配置"))
            }
            Err(failure) => CheckResult::of_failure(MISSING, name(), failure),
        });
    }
    (endpoints, results)
}

fn archive(values: &Values, context: &Context) -> CheckResult {
    const CHECK: Text = Text::new("archive", "存档");
    let location = match archive_location(values, None) {
        Ok(location) => location,
        Err(failure) => return CheckResult::of_failure(BROKEN, CHECK, failure),
    };
    match context.existing_archive(&location) {
        Ok(Some(_)) => CheckResult::new(FINE, CHECK, Message::verbatim(location.to_string())),
        Ok(None) => {
            let detail =
                message!("{location} will be created by the first query", "{location} 将由第一次查询创建");
            CheckResult::new(NOTE, CHECK, detail)
        }
        Err(error) => CheckResult::of_failure(BROKEN, CHECK, error.into()),
    }
}
