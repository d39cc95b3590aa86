//! `hecha config`: creates, shows and checks the configuration.

use super::{Context, print};
use crate::archive::{create_private_file, create_private_folder};
use crate::cli::ConfigCommand;
use crate::domain::failure::Failure;
use crate::domain::text::{Text, message};
use crate::output::file::cannot_write_file;
use crate::output::sanitise::sanitise;
use crate::settings::keys::{KEYS, Key};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The commented file. A test makes its tables of providers from the registry.
const EXAMPLE: Text =
    Text::new(include_str!("../../config.example.toml"), include_str!("../../config.example.zh-CN.toml"));
const NO_HOME: Text = Text::new("no home folder for the configuration file", "没有可存放配置文件的用户目录");
const DEFAULT: Text = Text::new("default", "默认");

/// Runs the subcommand.
pub fn run(command: ConfigCommand, context: &Context) -> anyhow::Result<u8> {
    Ok(match command {
        ConfigCommand::Path => print(format!("{}\n", config_path(context)?.display()))?,
        ConfigCommand::Init => init(&config_path(context)?, context)?,
        ConfigCommand::Show => show(context)?,
        ConfigCommand::Check { listing } => super::config_check::run(&listing, context)?,
    })
}

/// The path of the file, which may not exist yet.
fn config_path(context: &Context) -> Result<PathBuf, Failure> {
    context.config_path().ok_or_else(|| {
        Failure::configuration(NO_HOME)
            .with_hint(Text::new("name a file with --config FILE", "请用 --config FILE 指定文件"))
    })
}

fn init(path: &Path, context: &Context) -> Result<u8, Failure> {
    if path.exists() {
        return Err(Failure::usage(message!(
            "{path} already exists; it was not changed",
            "{path} 已存在；未作改动",
            path = path.display()
        )));
    }
    let failed = |error: io::Error| Failure::configuration(cannot_write_file(path, &error));
    if let Some(folder) = path.parent() {
        create_private_folder(folder).map_err(failed)?;
    }
    let example = EXAMPLE.in_language(context.terminal.language);
    create_private_file(path).and_then(|mut file| file.write_all(example.as_bytes())).map_err(failed)?;
    context.terminal.notice(&message!(
        "wrote {path}; add your credentials",
        "已写出 {path}；请填写凭证",
        path = path.display()
    ));
    print(format!("{}\n", path.display()))
}

/// Every key with its value and its origin; a secret is three asterisks, and no command is run for it.
fn show(context: &Context) -> Result<u8, Failure> {
    let values = context.values()?;
    let language = context.terminal.language_of_output();
    let line = |key: &Key| match values.get(key.section, key.name) {
        Some(value) => {
            let shown = value.describe();
            format!("{} = {}    # {}\n", key.name, sanitise(shown.in_language(language)), value.origin)
        }
        None => format!("# {} = {}    # {}\n", key.name, key.default, DEFAULT.in_language(language)),
    };
    let sections = KEYS.chunk_by(|one, next| one.section == next.section);
    let text =
        sections.map(|keys| format!("[{}]\n{}", keys[0].section, keys.iter().map(line).collect::<String>()));
    print(text.collect::<Vec<_>>().join("\n"))
}
