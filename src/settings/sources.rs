//! Where settings come from: the file, and the environment over it. The only reader of `config.toml`.

use super::expand_home;
use super::keys::{self, KEYS, Key, KeyKind};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::secret::Secret;
use crate::domain::text::{Message, Text, message};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// The most that is read of a configuration or a secret.
const LARGEST_FILE: u64 = 1024 * 1024;

/// A snapshot of the environment, taken once at the edge.
pub type Environment = BTreeMap<String, String>;

/// Where one value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// This environment variable.
    Variable(String),
    /// This key of the file.
    File(String),
}

/// How a value is given.
#[derive(Clone)]
enum Given {
    Plain(String),
    Secret(Secret),
    /// The value is the content of this file.
    InFile(PathBuf),
    /// The value is what this command prints.
    ByCommand(Vec<String>),
}

/// Everything that is configured, before it is read as its type.
#[derive(Clone, Default)]
pub struct Values {
    given: BTreeMap<(&'static str, &'static str), (Given, Origin)>,
    /// The file that was read, if there is one.
    pub file: Option<PathBuf>,
    /// What is worth a warning, such as a file of secrets that others can read.
    pub warnings: Vec<Message>,
}

fn configuration(message: impl Into<Message>) -> Failure {
    Failure::local(FailureKind::Configuration, message)
}

impl Values {
    /// Reads the file, if there is one, and the environment.
    ///
    /// # Errors
    /// A failure of kind [`FailureKind::Configuration`] that names file, line and key.
    pub fn read(file: Option<&Path>, environment: &Environment) -> Result<Self, Failure> {
        let Some(path) = file else {
            let mut values = Self::default();
            values.read_environment(environment)?;
            return Ok(values);
        };
        let text = text_of_file(path).map_err(|reason| {
            configuration(message!(
                "cannot read the configuration {path}: {reason}",
                "无法读取配置文件 {path}：{reason:#}",
                path = path.display()
            ))
        })?;
        let mut values = Self::of_text(path, &text, environment)?;
        values.warn_of_open_mode(path);
        Ok(values)
    }

    /// The same of a file whose text is at hand; `path` only names it, and decides nothing.
    ///
    /// # Errors
    /// As [`Values::read`].
    pub fn of_text(path: &Path, text: &str, environment: &Environment) -> Result<Self, Failure> {
        let mut values = Self::default();
        values.take_text(path, text)?;
        values.read_environment(environment)?;
        Ok(values)
    }

    fn read_environment(&mut self, environment: &Environment) -> Result<(), Failure> {
        self.warn_of_misspelt_variables(environment);
        KEYS.iter().try_for_each(|key| self.read_variables(key, environment))
    }

    /// A limit that is misspelt is no limit. What only begins like a setting may be somebody else's.
    fn warn_of_misspelt_variables(&mut self, environment: &Environment) {
        for (name, meant) in Self::unknown_variables(environment) {
            if let Some(meant) =
                meant.filter(|meant| strsim::normalized_damerau_levenshtein(&name, meant) > 0.85)
            {
                self.warnings.push(message!(
                    "{name} is no setting and changes nothing; did you mean {meant}?",
                    "{name} 不是设置项，不起作用；是否想用 {meant}？"
                ));
            }
        }
    }

    fn take_text(&mut self, path: &Path, text: &str) -> Result<(), Failure> {
        let shown = path.display();
        let text = text.trim_start_matches('\u{feff}');
        // The library's own error quotes the line, which may hold a secret.
        let table: Table = toml::from_str(text).map_err(|error| {
            let line =
                error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            configuration(message!(
                "{shown}, line {line}: {reason}",
                "{shown} 第 {line} 行有语法错误：{reason}",
                reason = error.message().replace('\n', " ")
            ))
        })?;
        for (section, content) in &table {
            let Value::Table(content) = content else {
                return Err(unknown_section(
                    &shown.to_string(),
                    section,
                    Text::new("a table is expected here", "此处应为一个表"),
                ));
            };
            if !KEYS.iter().any(|key| key.section == section) {
                return Err(unknown_section(
                    &shown.to_string(),
                    section,
                    Text::new("there is no such table", "没有这个表"),
                ));
            }
            for (name, value) in content {
                self.take_from_file(path, section, name, value)?;
            }
        }
        self.file = Some(path.to_owned());
        Ok(())
    }

    fn take_from_file(
        &mut self,
        path: &Path,
        section: &str,
        name: &str,
        value: &Value,
    ) -> Result<(), Failure> {
        let place = format!("{}: [{section}] {name}", path.display());
        let wrong = |expected: Text| {
            configuration(message!("{place} must be {expected}", "{place} 必须是{expected:#}"))
        };
        let (key, given) = if let Some(key) = keys::find(section, name) {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Integer(number) => number.to_string(),
                Value::Float(number) => number.to_string(),
                _ => return Err(wrong(Text::new("a text or a number", "文本或数字"))),
            };
            let given = if key.is_secret() { Given::Secret(Secret::new(text)) } else { Given::Plain(text) };
            (key, given)
        } else if let Some(key) = secret_with_suffix(section, name, "_file") {
            let file = value.as_str().ok_or_else(|| wrong(Text::new("the path of a file", "文件路径")))?;
            (key, Given::InFile(expand_home(file)))
        } else if let Some(key) = secret_with_suffix(section, name, "_command") {
            let words: Option<Vec<String>> = value
                .as_array()
                .map(|words| words.iter().map(|word| word.as_str().map(str::to_owned)).collect())
                .unwrap_or_default();
            let words = words.filter(|words| !words.is_empty());
            (
                key,
                Given::ByCommand(words.ok_or_else(|| {
                    wrong(Text::new(
                        r#"a list of words such as ["pass", "show", "x"]"#,
                        r#"单词列表，如 ["pass", "show", "x"]"#,
                    ))
                })?),
            )
        } else {
            return Err(unknown_key(&path.display().to_string(), section, name));
        };
        let origin = Origin::File(format!("[{section}] {name}"));
        if self.given.insert((key.section, key.name), (given, origin)).is_some() {
            return Err(configuration(message!(
                "{path}: [{section}] gives {name} more than once; give one of {name}, {name}_file and {name}_command",
                "{path}：[{section}] 重复给出了 {name}；{name}、{name}_file 与 {name}_command 只能给出其一",
                path = path.display(),
                name = key.name
            )));
        }
        Ok(())
    }

    fn read_variables(&mut self, key: &'static Key, environment: &Environment) -> Result<(), Failure> {
        let variable = key.variable();
        let file_variable = format!("{variable}_FILE");
        let plain = environment.get(&variable).filter(|value| !value.is_empty());
        let in_file = environment.get(&file_variable).filter(|value| key.is_secret() && !value.is_empty());
        let (given, name) = match (plain, in_file) {
            (Some(_), Some(_)) => {
                return Err(configuration(message!(
                    "{variable} and {file_variable} are both set; set one of them",
                    "{variable} 与 {file_variable} 同时设置了；请只设置其一"
                )));
            }
            (Some(value), None) if key.is_secret() => (Given::Secret(Secret::new(value.clone())), variable),
            (Some(value), None) => (Given::Plain(value.clone()), variable),
            (None, Some(path)) => (Given::InFile(expand_home(path)), file_variable),
            (None, None) => return Ok(()),
        };
        self.given.insert((key.section, key.name), (given, Origin::Variable(name)));
        Ok(())
    }

    #[cfg(unix)]
    fn warn_of_open_mode(&mut self, path: &Path) {
        use std::os::unix::fs::PermissionsExt;
        let holds_a_secret = self.given.values().any(|(given, _)| matches!(given, Given::Secret(_)));
        let Ok(metadata) = std::fs::metadata(path) else { return };
        if holds_a_secret && metadata.permissions().mode() & 0o077 != 0 {
            self.warnings.push(message!(
                "{path} holds secrets and others can read it; run: chmod 600 {path}",
                "{path} 含有密钥且其他用户可读取；请运行：chmod 600 {path}",
                path = path.display()
            ));
        }
    }

    #[cfg(not(unix))]
    fn warn_of_open_mode(&mut self, _: &Path) {}

    /// Whether a key is given and not left blank, without reading secret files or running commands.
    pub fn has(&self, section: &str, name: &str) -> bool {
        self.entry(section, name).is_some_and(|(given, _)| match given {
            Given::Plain(text) => !text.trim().is_empty(),
            Given::Secret(secret) => !secret.expose().trim().is_empty(),
            Given::InFile(_) | Given::ByCommand(_) => true,
        })
    }

    fn entry(&self, section: &str, name: &str) -> Option<&(Given, Origin)> {
        let key = keys::find(section, name)?;
        self.given.get(&(key.section, key.name))
    }

    /// The text of a key that is not secret.
    pub fn text(&self, section: &str, name: &str) -> Option<&str> {
        match self.entry(section, name) {
            Some((Given::Plain(text), _)) => Some(text),
            _ => None,
        }
    }

    /// Where a key's value comes from, in words.
    pub fn origin(&self, section: &str, name: &str) -> Option<String> {
        self.entry(section, name).map(|(_, origin)| match origin {
            Origin::Variable(variable) => variable.clone(),
            Origin::File(key) => {
                let file = self.file.as_ref().map(|file| file.display().to_string()).unwrap_or_default();
                format!("{file} {key}")
            }
        })
    }

    /// The files that secrets are read from.
    pub fn secret_files(&self) -> impl Iterator<Item = &Path> {
        self.given.values().filter_map(|(given, _)| match given {
            Given::InFile(path) => Some(path.as_path()),
            _ => None,
        })
    }

    /// How a secret is given, for people, without its value.
    pub fn describe_secret(&self, section: &str, name: &str) -> Option<Message> {
        self.entry(section, name).map(|(given, _)| match given {
            Given::Plain(_) | Given::Secret(_) => Message::verbatim("***".to_owned()),
            Given::InFile(path) => {
                message!("*** (in {file})", "***（在{file:#}中）", file = file_in_words(path))
            }
            Given::ByCommand(words) => {
                message!(
                    "*** (printed by {program})",
                    "***（由 {program} 输出）",
                    program = words.first().map_or("", String::as_str)
                )
            }
        })
    }

    /// A number of a key, or a failure that names it.
    pub fn parsed<T>(
        &self,
        section: &str,
        name: &str,
        parse: impl Fn(&str) -> Result<T, Message>,
    ) -> Result<Option<T>, Failure> {
        let Some(text) = self.text(section, name) else { return Ok(None) };
        parse(text).map(Some).map_err(|reason| {
            configuration(message!(
                "{origin}: {reason}",
                "{origin}：{reason:#}",
                origin = self.origin(section, name).unwrap_or_default()
            ))
        })
    }

    /// One of a key's words, or a failure that names them.
    pub fn choice(&self, section: &str, name: &str) -> Result<Option<&'static str>, Failure> {
        let Some(key) = keys::find(section, name) else { return Ok(None) };
        let KeyKind::Choice(words) = key.kind else { return Ok(None) };
        self.parsed(section, name, |text| {
            words.iter().copied().find(|word| *word == text).ok_or_else(|| {
                message!(
                    "'{text}' is none of {words}",
                    "'{text}' 不是以下之一：{words}",
                    words = words.join(", ")
                )
            })
        })
    }

    /// A secret, read from its file or printed by its command where it is given so.
    ///
    /// # Errors
    /// A failure of kind [`FailureKind::Configuration`] that names the source and never the value.
    pub fn secret(&self, section: &str, name: &str) -> Result<Option<Secret>, Failure> {
        let Some((given, _)) = self.entry(section, name) else { return Ok(None) };
        let origin = self.origin(section, name).unwrap_or_default();
        let secret = match given {
            Given::Plain(text) => Secret::new(text.clone()),
            Given::Secret(secret) => secret.clone(),
            Given::InFile(path) => {
                let text = text_of_file(path).map_err(|reason| {
                    configuration(message!(
                        "{origin}: cannot read {file}: {reason}",
                        "{origin}：无法读取{file:#}：{reason:#}",
                        file = file_in_words(path)
                    ))
                })?;
                Secret::new(text.trim_end_matches(['\r', '\n']).trim_start_matches('\u{feff}').to_owned())
            }
            Given::ByCommand(words) => printed_by(words, &origin)?,
        };
        let text = secret.expose();
        if text.trim().is_empty() {
            return Err(configuration(message!("{origin}: the secret is empty", "{origin}：密钥为空")));
        }
        if text.chars().any(|character| character.is_control() || character.is_whitespace()) {
            return Err(configuration(message!(
                "{origin}: the secret holds a space or control character; was more than the secret copied?",
                "{origin}：密钥含有空格或控制字符；是否多复制了内容？"
            )));
        }
        Ok(Some(secret))
    }

    /// Variables that begin with `HECHA_` and mean nothing, with what may have been meant.
    pub fn unknown_variables(environment: &Environment) -> Vec<(String, Option<String>)> {
        let known: Vec<String> = KEYS
            .iter()
            .flat_map(|key| {
                let file = key.is_secret().then(|| format!("{}_FILE", key.variable()));
                [Some(key.variable()), file, Some("HECHA_CONFIG".to_owned())]
            })
            .flatten()
            .collect();
        environment
            .keys()
            .filter(|name| name.starts_with("HECHA_") && !known.contains(name))
            .map(|name| {
                (name.clone(), keys::nearest(name, known.iter().map(String::as_str)).map(str::to_owned))
            })
            .collect()
    }
}

/// A small file. One that is not small is none of ours, and may have no end.
fn text_of_file(path: &Path) -> Result<String, Message> {
    let mut text = String::new();
    let read = std::fs::File::open(path)
        .and_then(|file| file.take(LARGEST_FILE + 1).read_to_string(&mut text))
        .map_err(|error| Message::of_system(&error))?;
    if read as u64 > LARGEST_FILE {
        return Err(Text::new("it is larger than a megabyte", "文件超过 1 MB").into());
    }
    Ok(text)
}

/// The file of a secret. A name that leads nowhere may be the secret itself, given where its file belongs.
fn file_in_words(path: &Path) -> Message {
    let folder_exists = path.parent().is_some_and(|folder| !folder.as_os_str().is_empty() && folder.is_dir());
    if path.is_absolute() || folder_exists || path.exists() {
        return message!("the file {path}", "文件 {path} ", path = path.display());
    }
    Text::new(
        "a file that is not there (the path of a file is wanted here, not the secret itself)",
        "不存在的文件（此处应为文件路径，而不是密钥本身）",
    )
    .into()
}

fn secret_with_suffix(section: &str, name: &str, suffix: &str) -> Option<&'static Key> {
    keys::find(section, name.strip_suffix(suffix)?).filter(|key| key.is_secret())
}

fn printed_by(words: &[String], origin: &str) -> Result<Secret, Failure> {
    let program = &words[0];
    let output = std::process::Command::new(program)
        .args(&words[1..])
        .stdin(std::process::Stdio::inherit())
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|error| {
            configuration(message!(
                "{origin}: cannot run {program}: {reason}",
                "{origin}：无法运行 {program}：{reason:#}",
                reason = Message::of_system(&error)
            ))
        })?;
    if !output.status.success() {
        return Err(configuration(message!(
            "{origin}: {program} ended with {status}",
            "{origin}：{program} 以 {status} 结束",
            status = output.status
        )));
    }
    String::from_utf8(output.stdout)
        .map(|text| Secret::new(text.trim_end_matches(['\r', '\n']).to_owned()))
        .map_err(|_| {
            configuration(message!(
                "{origin}: {program} printed something that is not text",
                "{origin}：{program} 的输出不是文本"
            ))
        })
}

fn unknown_section(file: &str, section: &str, reason: Text) -> Failure {
    let sections = KEYS.iter().map(|key| key.section);
    let meant = keys::nearest(section, sections)
        .map_or_else(Message::default, |near| message!("; did you mean [{near}]?", "；是否想写 [{near}]？"));
    configuration(message!(
        "{file}: [{section}]: {reason}{meant}",
        "{file}：[{section}]：{reason:#}{meant:#}"
    ))
    .with_hint(EXAMPLE)
}

fn unknown_key(file: &str, section: &str, name: &str) -> Failure {
    let names: Vec<String> = KEYS
        .iter()
        .filter(|key| key.section == section)
        .flat_map(|key| {
            let name = key.name.to_owned();
            if key.is_secret() {
                vec![format!("{name}_file"), format!("{name}_command"), name]
            } else {
                vec![name]
            }
        })
        .collect();
    let meant = keys::did_you_mean(name, names.iter().map(String::as_str));
    configuration(message!(
        "{file}: [{section}] has no key '{name}'{meant}",
        "{file}：[{section}] 没有键 '{name}'{meant:#}"
    ))
    .with_hint(EXAMPLE)
}

const EXAMPLE: Text = Text::new(
    "config.example.toml explains every key; `hecha config init` writes it to its place",
    "config.example.toml 说明了每个键；`hecha config init` 会把它写到应有的位置",
);

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, environment: &[(&str, &str)]) -> Result<Values, Failure> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let environment =
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Values::read(Some(file.path()), &environment)
    }

    fn refusal(text: &str) -> String {
        read(text, &[]).err().expect("the file is wrong").to_string()
    }

    #[test]
    fn the_environment_goes_before_the_file() {
        let values =
            read("[market]\nendpoint = \"https://file\"", &[("HECHA_MARKET_ENDPOINT", "https://env")]);
        assert_eq!(values.unwrap().text("market", "endpoint"), Some("https://env"));
    }

    #[test]
    fn an_unknown_key_names_the_nearest_known_one() {
        assert!(refusal("[market]\nendpont = \"x\"").contains("did you mean 'endpoint'?"));
        assert!(refusal("[markt]\nendpoint = \"x\"").contains("did you mean [market]?"));
        assert!(refusal("[ihuyi]\napi_key_fle = \"x\"").contains("api_key_file"));
    }

    #[test]
    fn a_broken_line_is_named_without_being_quoted() {
        let message = refusal("[market]\nappcode = \"topsecret");
        assert!(message.contains("line 2"), "{message}");
        assert!(!message.contains("topsecret"), "{message}");
    }

    #[test]
    fn a_secret_comes_from_a_file_or_a_command() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "from-a-file\n").unwrap();
        let path = file.path().display().to_string();
        let values = read(
            "[shuidi]\npkey_command = [\"printf\", \"from-a-command\"]",
            &[("HECHA_MARKET_APPCODE_FILE", &path)],
        )
        .unwrap();
        assert_eq!(values.secret("market", "appcode").unwrap().unwrap().expose(), "from-a-file");
        assert_eq!(values.secret("shuidi", "pkey").unwrap().unwrap().expose(), "from-a-command");
        assert!(values.secret("ihuyi", "api_key").unwrap().is_none());
    }

    #[test]
    fn two_sources_of_one_secret_are_refused() {
        assert!(refusal("[market]\nappcode = \"a\"\nappcode_file = \"b\"").contains("more than once"));
    }

    #[test]
    fn a_failing_command_is_named_and_its_output_is_not() {
        let values =
            read("[market]\nappcode_command = [\"sh\", \"-c\", \"echo topsecret; exit 3\"]", &[]).unwrap();
        let message = values.secret("market", "appcode").unwrap_err().to_string();
        assert!(message.contains("sh ended with") && !message.contains("topsecret"), "{message}");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_of_secrets_that_others_can_read_is_worth_a_warning() {
        use std::os::unix::fs::PermissionsExt;
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "[market]\nappcode = \"a\"").unwrap();
        let warnings = |mode| {
            std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode)).unwrap();
            Values::read(Some(file.path()), &Environment::new()).unwrap().warnings.len()
        };
        assert_eq!((warnings(0o644), warnings(0o600)), (1, 0));
    }
}
