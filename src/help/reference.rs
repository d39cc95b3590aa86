//! Exit codes and environment variables, which are the same for every command.

use super::section;
use crate::domain::text::{Language, Message, Text, message};
use crate::provider::{REGISTRY, variable};

/// A term and its meaning.
pub type ReferenceEntry = (&'static str, Text);

/// The exit codes.
pub const EXIT_CODES: &[ReferenceEntry] = &[
    (
        "0",
        Text::new("done, also if nothing was found or the pipe was closed", "完成，包括没有查到、管道已关闭"),
    ),
    ("1", Text::new("unexpected failure, or a damaged archive", "意外错误，或存档损坏")),
    ("2", Text::new("wrong command line or input", "命令行或输入有误")),
    ("3", Text::new("partial: the output is usable; run again", "部分失败，已输出的可用；请重新运行")),
    ("4", Text::new("configuration or credentials missing or refused", "缺少配置或凭证，或被拒绝")),
    (
        "5",
        Text::new(
            "temporary: network, timeout, throttled, vendor down",
            "暂时性故障：网络、超时、限流、服务商故障",
        ),
    ),
    (
        "6",
        Text::new(
            "request refused, or possibly charged without an answer",
            "请求被拒，或可能已计费但未得到应答",
        ),
    ),
    ("7", Text::new("account: quota, subscription, IP allow-list", "账户：额度、订阅、IP 白名单")),
    ("8", Text::new("own limit reached: --max-calls or [budget]", "达到自设上限：--max-calls 或 [budget]")),
    ("9", Text::new("--offline and not in the archive", "--offline 且存档中没有")),
    ("10", Text::new("unreadable answer; its body is in the archive", "无法解读应答；原文已存档")),
    ("20", Text::new("nothing found, with --fail-empty", "没有查到（使用 --fail-empty 时）")),
    (
        "21",
        Text::new(
            "something changed, with changes --fail-changed",
            "有变化（使用 changes --fail-changed 时）",
        ),
    ),
    ("130, 143", Text::new("interrupted; what was received is written", "已中断；已取得的内容已写出")),
];

/// The environment variables: those that every provider requires, and all others.
pub fn variables() -> Vec<(String, Message)> {
    let of_providers = REGISTRY.iter().map(|info| {
        let required = info.keys.iter().filter(|key| key.default.is_none());
        let names: Vec<_> = required.map(|key| variable(info.id.as_str(), key.name)).collect();
        let (id, topic) = (info.id, info.topic.as_str());
        (names.join(", "), message!("{id}, for {topic}", "{id}，用于 {topic}"))
    });
    let others = OTHERS.iter().map(|(name, meaning)| ((*name).to_owned(), (*meaning).into()));
    of_providers.chain(others).collect()
}

const OTHERS: &[ReferenceEntry] = &[
    ("HECHA_CONFIG", Text::new("configuration file", "配置文件")),
    ("HECHA_ARCHIVE", Text::new("archive file", "存档文件")),
    ("HECHA_ARCHIVE_URL", Text::new("archive in PostgreSQL instead", "改用 PostgreSQL 中的存档")),
    ("HECHA_SECTION_KEY", Text::new("any other key of config.toml", "config.toml 的其他任意键")),
    ("NAME_FILE", Text::new("file that contains the secret of variable NAME", "存放变量 NAME 之密钥的文件")),
    (
        "HTTPS_PROXY, HTTP_PROXY, NO_PROXY",
        Text::new("proxies, unless one is configured", "代理；配置中的代理优先"),
    ),
    (
        "LC_ALL, LC_MESSAGES, LANG",
        Text::new("language: Chinese for zh…, else English", "界面语言：zh… 为中文，否则英文"),
    ),
    ("NO_COLOR", Text::new("no colours", "不使用颜色")),
];

/// Exit codes and variables, each under its heading.
pub fn reference(language: Language) -> String {
    let exit_codes: Vec<_> =
        EXIT_CODES.iter().map(|(code, meaning)| ((*code).to_owned(), (*meaning).into())).collect();
    let exit_codes = listed(Text::new("Exit codes:", "退出码："), &exit_codes, language);
    let variables = listed(Text::new("Environment:", "环境变量："), &variables(), language);
    format!("{exit_codes}\n\n{variables}")
}

fn listed(heading: Text, entries: &[(String, Message)], language: Language) -> String {
    let width = entries.iter().map(|(term, _)| term.len()).max().unwrap_or_default();
    let line =
        |(term, meaning): &(String, Message)| format!("  {term:width$}  {}", meaning.in_language(language));
    section(heading, entries.iter().map(line), language)
}
