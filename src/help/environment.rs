//! The environment variables that a help names.

use crate::domain::text::Text;

/// One environment variable.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub meaning: Text,
}

const fn variable(name: &'static str, en: &'static str, zh: &'static str) -> Variable {
    Variable { name, meaning: Text::new(en, zh) }
}

const CONFIG: Variable = variable("HECHA_CONFIG", "the configuration file", "配置文件");
const ARCHIVE: Variable = variable("HECHA_ARCHIVE", "the archive's file", "存档文件");
const LOCALE: Variable = variable(
    "LC_ALL, LC_MESSAGES, LANG",
    "language of everything for people: zh… or English",
    "界面语言：zh… 为中文，否则英文",
);
const NO_COLOR: Variable = variable("NO_COLOR", "no colours", "不使用颜色");
const PROXIES: Variable = variable(
    "HTTPS_PROXY, HTTP_PROXY, NO_PROXY",
    "proxies, where none is configured",
    "未配置代理时使用的代理",
);
const ANY: Variable = variable(
    "HECHA_SECTION_KEY",
    "any other key of the file, such as HECHA_NETWORK_TIMEOUT",
    "配置文件中的其他键，例如 HECHA_NETWORK_TIMEOUT",
);
const MARKET_ENDPOINT: Variable =
    variable("HECHA_MARKET_ENDPOINT", "address from the product's page", "商品页面给出的接口地址");
const MARKET_APPCODE: Variable = variable(
    "HECHA_MARKET_APPCODE",
    "its AppCode (or HECHA_MARKET_APPCODE_FILE)",
    "AppCode（或 HECHA_MARKET_APPCODE_FILE）",
);

/// Of every command.
pub(super) const GENERAL: &[Variable] = &[CONFIG, LOCALE, NO_COLOR];
/// Of what works with the archive.
pub(super) const OF_ARCHIVE: &[Variable] = &[CONFIG, ARCHIVE, LOCALE, NO_COLOR];
/// Of `hecha dishonest`.
pub(super) const OF_DISHONEST: &[Variable] =
    &[MARKET_ENDPOINT, MARKET_APPCODE, CONFIG, ARCHIVE, ANY, PROXIES, LOCALE, NO_COLOR];
/// Of `hecha copyright`.
pub(super) const OF_COPYRIGHT: &[Variable] = &[
    variable("HECHA_IHUYI_ACCOUNT", "APIID of 互亿无线", "互亿无线 APIID"),
    variable(
        "HECHA_IHUYI_API_KEY",
        "its APIKEY (or HECHA_IHUYI_API_KEY_FILE)",
        "APIKEY（或 HECHA_IHUYI_API_KEY_FILE）",
    ),
    variable("HECHA_SHUIDI_PNAME", "pname of 水滴", "水滴 pname"),
    variable(
        "HECHA_SHUIDI_PKEY",
        "its pkey (or HECHA_SHUIDI_PKEY_FILE)",
        "pkey（或 HECHA_SHUIDI_PKEY_FILE）",
    ),
    CONFIG,
    ARCHIVE,
    ANY,
    PROXIES,
    LOCALE,
    NO_COLOR,
];
/// Of `hecha config`.
pub(super) const OF_CONFIG: &[Variable] = &[CONFIG, ANY, PROXIES, LOCALE, NO_COLOR];
