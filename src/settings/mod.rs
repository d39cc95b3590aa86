//! Resolves arguments, environment and configuration file to settings. Mistakes in them are reported here, before anything
//! is sent.

mod access;
mod archive;
mod changes;
mod config_file;
mod configured_value;
mod environment;
pub mod keys;
mod keywords;
mod money;
mod network;
mod output;
#[cfg(feature = "postgres")]
mod password_file;
mod query;
mod secret_source;
mod values;

pub use access::{chosen_providers, endpoint, provider_for_plan, provider_with_access};
pub use archive::archive_location;
pub use changes::ChangesSettings;
pub use configured_value::{ConfiguredValue, without_credentials};
pub use environment::Environment;
pub use keywords::{KeywordSource, keyword_source};
pub use money::{Price, configured_limits, configured_prices};
pub use output::OutputSettings;
pub use query::{QuerySettings, configured_http, configured_keep};
pub use values::Values;

use crate::domain::text::Language;
use std::io;
use std::path::{Path, PathBuf};

/// The default paths of the files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DefaultPaths {
    /// `config.toml` in the user's configuration folder; `None` if the user has no home.
    pub config_file: Option<PathBuf>,
    /// `archive.db` in the user's data folder.
    pub archive_file: Option<PathBuf>,
    /// `.pgpass` in the user's home folder.
    pub password_file: Option<PathBuf>,
}

impl DefaultPaths {
    /// The paths by the conventions of the system.
    pub fn of_this_user() -> Self {
        directories::ProjectDirs::from("", "", "hecha").map_or_else(Self::default, |folders| Self {
            config_file: Some(folders.config_dir().join("config.toml")),
            archive_file: Some(folders.data_dir().join("archive.db")),
            password_file: directories::BaseDirs::new().map(|folders| folders.home_dir().join(".pgpass")),
        })
    }
}

/// The configuration file that applies: `--config`, `HECHA_CONFIG`, or the one in the user's folder. Only
/// the last may be missing. One that cannot be reached is not missing: a limit in it would be no limit.
pub fn config_file(
    flag: Option<PathBuf>,
    environment: &Environment,
    paths: &DefaultPaths,
) -> Option<PathBuf> {
    flag.or_else(|| environment.path("HECHA_CONFIG"))
        .or_else(|| paths.config_file.clone().filter(|path| !is_missing(path)))
}

fn is_missing(path: &Path) -> bool {
    path.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// The language by flag, then locale.
pub fn language(flag: Option<Language>, environment: &Environment) -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| environment.text(name));
    let locale = locale.map(ToOwned::to_owned).or_else(system_locale);
    flag.unwrap_or_else(|| match locale {
        Some(locale) if locale.to_ascii_lowercase().starts_with("zh") => Language::Chinese,
        _ => Language::English,
    })
}

/// The language of the user's Windows, which sets no variable for it.
#[cfg(windows)]
fn system_locale() -> Option<String> {
    sys_locale::get_locale()
}

/// Other systems set a variable.
#[cfg(not(windows))]
const fn system_locale() -> Option<String> {
    None
}
