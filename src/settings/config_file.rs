//! `config.toml`: its tables and keys. A mistake is reported by its line: what is written there may be a secret.

use super::configured_value::{ConfiguredValue, Source, expand_home};
use super::keys::{self, KEYS, Key, KeyKind};
use crate::domain::failure::Failure;
use crate::domain::text::{Message, Text, message};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Values by section and name.
pub(super) type ConfiguredValues = BTreeMap<(&'static str, &'static str), ConfiguredValue>;

/// Reads all tables and keys of a file. `path` names it, and relative paths in it start from its folder.
///
/// # Errors
/// A failure of kind `Configuration` that names file and line.
pub(super) fn parse(path: &Path, text: &str) -> Result<ConfiguredValues, Failure> {
    let text = text.trim_start_matches('\u{feff}');
    let wrong = |span: Range<usize>, reason: Message| {
        let line = text.get(..span.start).unwrap_or_default().matches('\n').count() + 1;
        let path = path.display();
        Failure::configuration(message!("{path}, line {line}: {reason}", "{path} 第 {line} 行：{reason:#}"))
            .with_hint(EXAMPLE)
    };
    let table = DeTable::parse(text).map_err(|error| {
        // The error's own display quotes the line.
        let reason = error.message().replace('\n', " ");
        wrong(error.span().unwrap_or_default(), message!("{reason}", "语法错误：{reason}"))
    })?;
    let folder = path.parent().unwrap_or(path);
    let mut values = BTreeMap::new();
    for (section, content) in table.get_ref() {
        let (span, section) = (section.span(), section.get_ref());
        let content = keys_of(section, content.get_ref()).map_err(|reason| wrong(span, reason))?;
        for (name, value) in content {
            let (span, name) = (name.span(), name.get_ref());
            let (key, source) =
                entry(section, name, value.get_ref()).map_err(|reason| wrong(span.clone(), reason))?;
            let origin = format!("{} [{section}] {name}", path.display());
            let source = source.relative_to(folder);
            let value = ConfiguredValue { source, origin, in_environment: false };
            if values.insert((key.section, key.name), value).is_some() {
                return Err(wrong(span, given_twice(key)));
            }
        }
    }
    Ok(values)
}

/// The keys of a table.
fn keys_of<'a, 't>(section: &str, content: &'a DeValue<'t>) -> Result<&'a DeTable<'t>, Message> {
    if KEYS.iter().any(|key| key.section == section) {
        return content
            .as_table()
            .ok_or_else(|| message!("[{section}] must be a table", "[{section}] 必须是表"));
    }
    if let Some(Key { section, name, .. }) = KEYS.iter().find(|key| key.name == section) {
        return Err(message!("{name} belongs to [{section}]", "{name} 属于 [{section}]"));
    }
    let mut sections: Vec<&str> = KEYS.iter().map(|key| key.section).collect();
    sections.dedup();
    Err(unknown(Text::new("table", "表"), section, &sections))
}

/// The key of an entry, and the way in which its value is given.
fn entry(section: &str, name: &str, value: &DeValue<'_>) -> Result<(&'static Key, Source), Message> {
    let must_be = |expected: Text| {
        message!("[{section}] {name} must be {expected}", "[{section}] {name} 必须是{expected:#}")
    };
    let secret = |suffix| keys::find(section, name.strip_suffix(suffix)?).filter(|key| key.is_secret());
    if let Some(key) = keys::find(section, name) {
        let text = text_of(key.kind, value);
        let text = text.ok_or_else(|| must_be(Text::new("a string or a number", "文本或数字")))?;
        Ok((key, Source::of_text(key.kind, text)))
    } else if let Some(key) = secret("_file") {
        let file = value.as_str().ok_or_else(|| must_be(Text::new("the path of a file", "文件路径")))?;
        Ok((key, Source::SecretFile(expand_home(file))))
    } else if let Some(key) = secret("_command") {
        let words = words_of(value).filter(|words| !words.is_empty());
        let words = words.ok_or_else(|| {
            must_be(Text::new(
                r#"a list of strings such as ["pass", "show", "x"]"#,
                r#"文本列表，如 ["pass", "show", "x"]"#,
            ))
        })?;
        Ok((key, Source::SecretCommand(words)))
    } else {
        let known: Vec<String> = KEYS.iter().filter(|key| key.section == section).flat_map(names).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        Err(unknown(Text::new("key", "键"), name, &known))
    }
}

/// The names under which a key may be given.
fn names(key: &Key) -> impl Iterator<Item = String> {
    let suffixes: &[&str] = if key.is_secret() { &["", "_file", "_command"] } else { &[""] };
    suffixes.iter().map(|suffix| format!("{}{suffix}", key.name))
}

/// The message about an unknown name, which is not repeated in it.
fn unknown(what: Text, name: &str, known: &[&str]) -> Message {
    match keys::nearest(name, known.iter().copied()) {
        Some(near) => {
            message!("unknown {what}; did you mean '{near}'?", "没有这个{what:#}；是否想写 '{near}'？")
        }
        None => {
            let known = known.join(", ");
            message!("unknown {what}; expected one of {known}", "没有这个{what:#}；可用的有 {known}")
        }
    }
}

fn given_twice(Key { section, name, .. }: &Key) -> Message {
    message!(
        "[{section}] gives {name} more than once; give one of {name}, {name}_file and {name}_command",
        "[{section}] 重复给出了 {name}；{name}、{name}_file 与 {name}_command 只能给出其一"
    )
}

fn words_of(value: &DeValue<'_>) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|word| word.get_ref().as_str().map(str::to_owned)).collect()
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

const EXAMPLE: Text =
    Text::new("config.example.toml describes every key", "config.example.toml 说明了每个键");
