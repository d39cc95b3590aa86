//! `config.toml`: its tables and keys. A mistake is reported by its line: what is written there may be a secret.

use super::keys::{self, KEYS, Key, KeyKind};
use super::source::{ConfiguredValue, Source, configuration, expand_home};
use crate::domain::failure::Failure;
use crate::domain::text::{Message, Text, message};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Values by section and name.
pub(super) type ConfiguredValues = BTreeMap<(&'static str, &'static str), ConfiguredValue>;

/// Reads all tables and keys of a file. `path` only names it.
///
/// # Errors
/// A failure of kind `Configuration` that names file and line.
pub(super) fn parse(path: &Path, text: &str) -> Result<ConfiguredValues, Failure> {
    let file = File { path, text: text.trim_start_matches('\u{feff}') };
    let table = DeTable::parse(file.text).map_err(|error| {
        // The error's own display quotes the line.
        let reason = error.message().replace('\n', " ");
        file.wrong(error.span().unwrap_or_default(), &message!("{reason}", "语法错误：{reason}"))
    })?;
    let mut values = BTreeMap::new();
    for (section, content) in table.get_ref() {
        let span = section.span();
        let section = section.get_ref().as_ref();
        if !KEYS.iter().any(|key| key.section == section) {
            return Err(file.unknown_table(span, section));
        }
        let DeValue::Table(content) = content.get_ref() else {
            return Err(file.wrong(span, &message!("[{section}] must be a table", "[{section}] 必须是表")));
        };
        file.take_table(section, content, &mut values)?;
    }
    Ok(values)
}

struct File<'a> {
    path: &'a Path,
    text: &'a str,
}

impl File<'_> {
    fn take_table(
        &self,
        section: &str,
        content: &DeTable<'_>,
        values: &mut ConfiguredValues,
    ) -> Result<(), Failure> {
        for (name, value) in content {
            let span = name.span();
            let name = name.get_ref();
            let (key, source) = self.entry(section, name, value, span.clone())?;
            let origin = format!("{} [{section}] {name}", self.path.display());
            let value = ConfiguredValue { source, origin, in_environment: false };
            if values.insert((key.section, key.name), value).is_some() {
                let name = key.name;
                return Err(self.wrong(
                    span,
                    &message!(
                        "[{section}] gives {name} more than once; give one of {name}, {name}_file and {name}_command",
                        "[{section}] 重复给出了 {name}；{name}、{name}_file 与 {name}_command 只能给出其一"
                    ),
                ));
            }
        }
        Ok(())
    }

    fn entry(
        &self,
        section: &str,
        name: &str,
        value: &Spanned<DeValue<'_>>,
        span: Range<usize>,
    ) -> Result<(&'static Key, Source), Failure> {
        let value = value.get_ref();
        let must_be = |expected: Text| {
            self.wrong(
                span.clone(),
                &message!("[{section}] {name} must be {expected}", "[{section}] {name} 必须是{expected:#}"),
            )
        };
        if let Some(key) = keys::find(section, name) {
            let text = text_of(key.kind, value)
                .ok_or_else(|| must_be(Text::new("a string or a number", "文本或数字")))?;
            return Ok((key, Source::of_text(key.kind, text)));
        }
        if let Some(key) = secret_with_suffix(section, name, "_file") {
            let file = value.as_str().ok_or_else(|| must_be(Text::new("the path of a file", "文件路径")))?;
            return Ok((key, Source::SecretFile(expand_home(file))));
        }
        if let Some(key) = secret_with_suffix(section, name, "_command") {
            let words: Option<Vec<String>> = value
                .as_array()
                .map(|words| words.iter().map(|word| word.get_ref().as_str().map(str::to_owned)).collect())
                .unwrap_or_default();
            let words = words.filter(|words| !words.is_empty()).ok_or_else(|| {
                must_be(Text::new(
                    r#"a list of strings such as ["pass", "show", "x"]"#,
                    r#"文本列表，如 ["pass", "show", "x"]"#,
                ))
            })?;
            return Ok((key, Source::SecretCommand(words)));
        }
        Err(self.unknown_key(span, section, name))
    }

    fn wrong(&self, span: Range<usize>, reason: &Message) -> Failure {
        let before = self.text.get(..span.start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let path = self.path.display();
        configuration(message!("{path}, line {line}: {reason}", "{path} 第 {line} 行：{reason:#}"))
    }

    fn unknown_table(&self, span: Range<usize>, section: &str) -> Failure {
        let mut sections: Vec<&str> = KEYS.iter().map(|key| key.section).collect();
        sections.dedup();
        let rest = if let Some(Key { section, name, .. }) = KEYS.iter().find(|key| key.name == section) {
            message!("{name} belongs to [{section}]", "{name} 属于 [{section}]")
        } else if let Some(near) = keys::nearest(section, sections.iter().copied()) {
            message!("did you mean [{near}]?", "是否想写 [{near}]？")
        } else {
            let sections = sections.join("], [");
            message!("the tables are [{sections}]", "可用的表：[{sections}]")
        };
        self.wrong(span, &message!("unknown table; {rest}", "没有这个表；{rest:#}")).with_hint(EXAMPLE)
    }

    fn unknown_key(&self, span: Range<usize>, section: &str, name: &str) -> Failure {
        let own = || KEYS.iter().filter(|key| key.section == section);
        let names: Vec<String> = own()
            .flat_map(|key| {
                let suffixes: &[&str] = if key.is_secret() { &["", "_file", "_command"] } else { &[""] };
                suffixes.iter().map(|suffix| format!("{}{suffix}", key.name))
            })
            .collect();
        let rest = match keys::nearest(name, names.iter().map(String::as_str)) {
            Some(near) => message!("did you mean '{near}'?", "是否想写 '{near}'？"),
            None => {
                let names = own().map(|key| key.name).collect::<Vec<_>>().join(", ");
                message!("its keys are {names}", "可用的键：{names}")
            }
        };
        self.wrong(
            span,
            &message!("unknown key in [{section}]; {rest}", "[{section}] 中没有这个键；{rest:#}"),
        )
        .with_hint(EXAMPLE)
    }
}

/// A string or a number as text; a table of prices as its values by name, as in `nothing=0.0,records=0.05`.
fn text_of(kind: KeyKind, value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Table(prices) if kind == KeyKind::Price => {
            let price = |(name, price): (&Spanned<_>, &Spanned<_>)| {
                text_of(KeyKind::Text, price.get_ref()).map(|price| format!("{}={price}", name.get_ref()))
            };
            prices.iter().map(price).collect::<Option<Vec<_>>>().map(|prices| prices.join(","))
        }
        _ => None,
    }
}

fn secret_with_suffix(section: &str, name: &str, suffix: &str) -> Option<&'static Key> {
    keys::find(section, name.strip_suffix(suffix)?).filter(|key| key.is_secret())
}

const EXAMPLE: Text = Text::new(
    "config.example.toml describes every key; `hecha config show` lists the current settings",
    "config.example.toml 说明了每个键；`hecha config show` 列出当前设置",
);
