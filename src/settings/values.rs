//! The configured values: the environment over the file. Each keeps its origin for messages.

use super::DefaultPaths;
use super::config_file::{self, ConfiguredValues};
use super::configured_value::{ConfiguredValue, Source, expand_home};
use super::environment::Environment;
use super::keys::{self, KEYS, Key, KeyKind};
use super::secret_source::{self, read_small_file};
use crate::domain::failure::Failure;
use crate::domain::secret::Secret;
use crate::domain::text::{Message, Text, message};
use crate::sandbox::Sandbox;
use std::path::{Path, PathBuf};

/// The configured values, before they are parsed.
#[derive(Clone, Default)]
pub struct Values {
    given: ConfiguredValues,
    /// The file that was read, if there is one.
    pub file: Option<PathBuf>,
    /// The default paths, used if no other path is given.
    pub default_paths: DefaultPaths,
    /// Whether these are the values of the embedded sandbox, which keeps no archive and uses no proxy.
    pub of_sandbox: bool,
    /// Warnings, such as of a file of secrets that others can read.
    pub warnings: Vec<Message>,
}

impl Values {
    /// Reads the file, if there is one, and the environment.
    ///
    /// # Errors
    /// A failure of kind `FailureKind::Configuration` that names the file and line, or the variable.
    pub fn read(file: Option<&Path>, environment: &Environment) -> Result<Self, Failure> {
        let mut values = file.map(Self::of_file).transpose()?.unwrap_or_default();
        values.warnings.extend(misspelt_variables(environment));
        for key in KEYS.iter() {
            values.read_variables(key, environment)?;
        }
        Ok(values)
    }

    fn of_file(path: &Path) -> Result<Self, Failure> {
        let text = read_small_file(path).map_err(|reason| {
            Failure::configuration(message!(
                "cannot read the configuration file {path}: {reason}",
                "无法读取配置文件 {path}：{reason:#}",
                path = path.display()
            ))
            .with_hint(Text::new(
                "check --config and HECHA_CONFIG; `hecha config init` writes a new file",
                "请检查 --config 与 HECHA_CONFIG；`hecha config init` 可生成新文件",
            ))
        })?;
        let mut values = Self::of_text(path, &text)?;
        let is_secret =
            |value: &ConfiguredValue| matches!(value.source, Source::Secret(_)) && !value.is_blank();
        let others_can_read = values.file_mode().is_some_and(|mode| mode & 0o077 != 0);
        if others_can_read && values.given.values().any(is_secret) {
            values.warnings.push(message!(
                "{path} contains secrets, and other users can read it; run: chmod 600 {path}",
                "{path} 含有密钥，且其他用户可读取；请运行：chmod 600 {path}",
                path = path.display()
            ));
        }
        Ok(values)
    }

    /// Reads the text of a file; `path` names it, and relative paths in it start from its folder.
    ///
    /// # Errors
    /// A failure of kind `FailureKind::Configuration` that names file and line.
    pub fn of_text(path: &Path, text: &str) -> Result<Self, Failure> {
        Ok(Self { given: config_file::parse(path, text)?, file: Some(path.to_owned()), ..Self::default() })
    }

    /// The endpoints and credentials of a sandbox.
    ///
    /// # Errors
    /// As [`Values::read`].
    pub fn of_sandbox(sandbox: &Sandbox) -> Result<Self, Failure> {
        let variables = sandbox.environment().into_iter().map(|(name, value)| (name.into(), value.into()));
        Ok(Self { of_sandbox: true, ..Self::read(None, &variables.collect())? })
    }

    fn read_variables(&mut self, key: &'static Key, environment: &Environment) -> Result<(), Failure> {
        let variable = key.variable();
        let file_variable = format!("{variable}_FILE");
        let plain = match key.kind {
            KeyKind::Path => environment.path(&variable).map(|path| Source::Path(expand_home(path))),
            kind => environment.setting(&variable)?.map(|text| Source::of_text(kind, text.to_owned())),
        };
        let file = environment.path(&file_variable).filter(|_| key.is_secret());
        let (source, origin) = match (plain, file) {
            (Some(_), Some(_)) => {
                return Err(Failure::configuration(message!(
                    "{variable} and {file_variable} are both set; set only one of them",
                    "{variable} 与 {file_variable} 同时设置了；请只设置其一"
                )));
            }
            (Some(source), None) => (source, variable),
            (None, Some(path)) => (Source::SecretFile(expand_home(path)), file_variable),
            (None, None) => return Ok(()),
        };
        let value = ConfiguredValue { source, origin, in_environment: true };
        self.given.insert((key.section, key.name), value);
        Ok(())
    }

    /// The permissions of the file, if the system has such.
    pub fn file_mode(&self) -> Option<u32> {
        secret_source::file_mode(self.file.as_ref()?)
    }

    /// The value of a key, if it is given.
    pub fn get(&self, section: &str, name: &str) -> Option<&ConfiguredValue> {
        let key = keys::find(section, name)?;
        self.given.get(&(key.section, key.name))
    }

    /// Whether a key is given and not blank.
    pub fn has(&self, section: &str, name: &str) -> bool {
        self.get(section, name).is_some_and(|value| !value.is_blank())
    }

    /// The text of a key that is neither a secret nor a path.
    pub fn text(&self, section: &str, name: &str) -> Option<&str> {
        match &self.get(section, name)?.source {
            Source::Plain(text) | Source::Invalid(text) => Some(text),
            _ => None,
        }
    }

    /// The path of a key.
    pub fn path(&self, section: &str, name: &str) -> Option<&Path> {
        match &self.get(section, name)?.source {
            Source::Path(path) => Some(path),
            _ => None,
        }
    }

    /// The files that secrets are read from.
    pub fn secret_files(&self) -> impl Iterator<Item = &Path> {
        self.given.values().filter_map(|given| match &given.source {
            Source::SecretFile(path) => Some(path.as_path()),
            _ => None,
        })
    }

    /// The value of a key as `parse` reads it, or a failure that names the origin.
    pub fn parsed<T>(
        &self,
        section: &str,
        name: &str,
        parse: impl Fn(&str) -> Result<T, Message>,
    ) -> Result<Option<T>, Failure> {
        let Some(text) = self.text(section, name) else { return Ok(None) };
        parse(text).map(Some).map_err(|reason| self.invalid(section, name, &reason))
    }

    /// The value of a key as `parse` reads it, or its default.
    pub(super) fn parsed_or_default<T>(
        &self,
        section: &str,
        name: &str,
        parse: impl Fn(&str) -> Result<T, Message>,
    ) -> Result<T, Failure> {
        let default = || keys::find(section, name).map_or("", |key| key.default);
        let text = self.text(section, name).unwrap_or_else(default);
        parse(text).map_err(|reason| self.invalid(section, name, &reason))
    }

    /// The value of an option with a key of its name in `[network]`: as given, else as configured, else the default.
    pub(super) fn network<T>(
        &self,
        given: Option<T>,
        key: &str,
        parse: impl Fn(&str) -> Result<T, Message>,
    ) -> Result<T, Failure> {
        given.map_or_else(|| self.parsed_or_default("network", key, parse), Ok)
    }

    fn invalid(&self, section: &str, name: &str, reason: &Message) -> Failure {
        let value = self.get(section, name).map(ConfiguredValue::describe).unwrap_or_default();
        let reason = message!("invalid value '{value}': {reason}", "取值 '{value:#}' 无效：{reason:#}");
        self.wrong(section, name, reason)
    }

    /// The failure of a value that cannot be used, which names the origin.
    pub(super) fn wrong(&self, section: &str, name: &str, reason: impl Into<Message>) -> Failure {
        let origin = self.get(section, name).map_or(section, |value| &value.origin);
        Failure::configuration(message!("{origin}: {reason}", "{origin}：{reason:#}", reason = reason.into()))
    }

    /// A secret, read from its file or printed by its command if it is given so; `None` if it is blank.
    ///
    /// # Errors
    /// A failure of kind `FailureKind::Configuration` that names the origin and never the value.
    pub fn secret(&self, section: &str, name: &str) -> Result<Option<Secret>, Failure> {
        let Some(value) = self.get(section, name).filter(|value| !value.is_blank()) else { return Ok(None) };
        value.secret().map(Some).map_err(|reason| self.wrong(section, name, reason))
    }
}

/// Warnings about variables that begin with `HECHA_` and nearly spell a setting, or leave out its section: a limit that is
/// misspelt is no limit. Other unknown variables may belong to another program.
fn misspelt_variables(environment: &Environment) -> Vec<Message> {
    let mut known = vec!["HECHA_CONFIG".to_owned()];
    for key in KEYS.iter() {
        known.extend(key.is_secret().then(|| format!("{}_FILE", key.variable())));
        known.push(key.variable());
    }
    let is_unknown = |name: &&str| name.starts_with("HECHA_") && !known.iter().any(|known| known == name);
    let warning = |name: &str| {
        let meant = known.iter().find(|known| {
            let without_section = &name["HECHA".len()..];
            known.ends_with(without_section) || strsim::normalized_damerau_levenshtein(name, known) > 0.85
        })?;
        Some(message!(
            "{name} is not a setting and has no effect; did you mean {meant}?",
            "{name} 不是设置项，不起作用；是否想用 {meant}？"
        ))
    };
    environment.names().filter(is_unknown).filter_map(warning).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment_of(variables: &[(&str, &str)]) -> Environment {
        variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
    }

    fn read(text: &str, environment: &[(&str, &str)]) -> Result<Values, Failure> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Values::read(Some(file.path()), &environment_of(environment))
    }

    fn refusal(text: &str) -> String {
        read(text, &[]).err().expect("the file is wrong").to_string()
    }

    #[test]
    fn a_price_of_the_environment_replaces_the_prices_by_outcome_of_the_file() {
        let file = "[price.market]\nrecords = 0.05\nnothing = 0.0";
        let values = read(file, &[]).unwrap();
        assert_eq!(values.text("price", "market"), Some("nothing=0.0,records=0.05"));
        let values = read(file, &[("HECHA_PRICE_MARKET", "0.04")]).unwrap();
        assert_eq!(values.text("price", "market"), Some("0.04"));
        assert!(refusal("[price]\nmarket = { records = [] }").contains("must be a string or a number"));
    }

    #[test]
    fn neither_the_words_of_a_failing_command_nor_its_output_are_shown() {
        for command in [r#"["sh", "-c", "echo topsecret; exit 3"]"#, r#"["topsecret"]"#] {
            let values = read(&format!("[market]\nappcode_command = {command}"), &[]).unwrap();
            let message = values.secret("market", "appcode").unwrap_err().to_string();
            let shown = values.get("market", "appcode").unwrap().describe();
            assert!(message.contains("[market] appcode_command: "), "{message}");
            assert!(!message.contains("topsecret") && !shown.en().contains("topsecret"), "{message} {shown}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_a_file_that_contains_secrets_and_that_others_can_read_is_worth_a_warning() {
        use std::os::unix::fs::PermissionsExt;
        let file = tempfile::NamedTempFile::new().unwrap();
        let environment = environment_of(&[("HECHA_IHUYI_API_KEY", "a")]);
        let warnings = |text, mode| {
            std::fs::write(file.path(), text).unwrap();
            std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode)).unwrap();
            Values::read(Some(file.path()), &environment).unwrap().warnings.len()
        };
        let secret = "[market]\nappcode = \"a\"";
        assert_eq!((warnings(secret, 0o644), warnings(secret, 0o600)), (1, 0));
        assert_eq!(warnings("[price]\nmarket = 0.05\n[market]\nappcode = \"\"", 0o644), 0);
    }
}
