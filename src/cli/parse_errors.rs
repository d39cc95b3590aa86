//! A wrong command line in the user's language, with a suggestion.

use crate::domain::text::{Language, Message};
use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::error::Error as _;
use std::ffi::OsString;

/// The mistake in whole lines; `None` if clap's own message is used: in English, and for rare mistakes.
pub fn describe(error: &Error, arguments: &[OsString], language: Language) -> Option<String> {
    let invalid_word = text(error, ContextKind::InvalidSubcommand);
    // No command has a Chinese name.
    if let Some(keyword) = invalid_word.as_deref().filter(|word| !word.is_ascii()) {
        return Some(company_in_place_of_command(keyword, arguments, language));
    }
    match language {
        Language::English => None,
        Language::Chinese => in_chinese(error),
    }
}

/// Suggests the same command line with a command before the keyword.
fn company_in_place_of_command(keyword: &str, arguments: &[OsString], language: Language) -> String {
    let (mistake, tip) = match language {
        Language::English => ("error: unrecognized subcommand", "to look up a company:"),
        Language::Chinese => ("错误：没有此命令", "如需查询企业："),
    };
    let place = arguments.iter().position(|argument| argument == keyword).unwrap_or(1);
    let suggestion = |command: &str| {
        let words = arguments.iter().map(|argument| shell_word(&argument.to_string_lossy()));
        let mut words: Vec<String> = words.collect();
        words.splice(..1, ["hecha".to_owned()]);
        words.insert(place, command.to_owned());
        words.join(" ")
    };
    let (dishonest, copyright) = (suggestion("dishonest"), suggestion("copyright"));
    format!("{mistake} '{keyword}'\n\n  {tip}\n    {dishonest}\n    {copyright}\n")
}

/// A word as a shell reads it, in quotation marks if it needs them.
pub fn shell_word(word: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "-_./:=,@%+".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

fn in_chinese(error: &Error) -> Option<String> {
    let of = |kind| text(error, kind).unwrap_or_default();
    let message = match error.kind() {
        ErrorKind::UnknownArgument => format!("没有此参数 '{}'", of(ContextKind::InvalidArg)),
        ErrorKind::InvalidSubcommand => format!("没有此命令 '{}'", of(ContextKind::InvalidSubcommand)),
        ErrorKind::InvalidValue if of(ContextKind::InvalidValue).is_empty() => {
            format!("'{}' 缺少取值", of(ContextKind::InvalidArg))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let reason = error.source().and_then(|source| source.downcast_ref::<Message>());
            let reason = reason.map(|reason| format!("：{reason:#}")).unwrap_or_default();
            format!(
                "'{}' 的取值 '{}' 无效{reason}",
                of(ContextKind::InvalidArg),
                of(ContextKind::InvalidValue)
            )
        }
        ErrorKind::ArgumentConflict if of(ContextKind::InvalidArg) == of(ContextKind::PriorArg) => {
            format!("'{}' 只能给出一次", of(ContextKind::InvalidArg))
        }
        ErrorKind::ArgumentConflict => {
            format!("'{}' 不能与 '{}' 同时使用", of(ContextKind::InvalidArg), of(ContextKind::PriorArg))
        }
        ErrorKind::MissingRequiredArgument => format!("缺少参数：{}", of(ContextKind::InvalidArg)),
        ErrorKind::TooManyValues | ErrorKind::WrongNumberOfValues | ErrorKind::TooFewValues => {
            format!("'{}' 的取值个数不对", of(ContextKind::InvalidArg))
        }
        _ => return None,
    };
    let mut lines = vec![format!("错误：{message}")];
    let values = of(ContextKind::ValidValue);
    if !values.is_empty() {
        lines.push(format!("  可选值：{values}"));
    }
    let meant = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
        .into_iter()
        .find_map(|kind| text(error, kind));
    lines.extend(meant.map(|meant| format!("\n  是否想输入 '{meant}'？")));
    let usage = of(ContextKind::Usage);
    let usage = usage.trim().trim_start_matches("Usage:").trim();
    if !usage.is_empty() {
        lines.push(format!("\n用法：{usage}"));
    }
    lines.push("\n完整说明请用 '--help'。\n".to_owned());
    Some(lines.join("\n"))
}

fn text(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;

    fn mistake(line: &[&str], language: Language) -> Option<String> {
        let line: Vec<OsString> = line.iter().map(OsString::from).collect();
        describe(&crate::cli::parse(&line, language).unwrap_err(), &line, language)
    }

    #[test]
    fn mistakes_are_told_in_chinese_with_what_was_meant() {
        for (line, parts) in [
            (&["hecha", "dishonset", "x"][..], &["没有此命令 'dishonset'", "'dishonest'"][..]),
            (&["hecha", "dishonest", "x", "--frmat", "csv"], &["没有此参数 '--frmat'", "'--format'"]),
            (
                &["hecha", "copyright", "x", "--provider", "ihui"],
                &["'ihui' 无效", "ihuyi, shuidi, toy, all", "'ihuyi'"],
            ),
            (&["hecha", "copyright", "x", "--provider"], &["缺少取值"]),
            (&["hecha", "dishonest", "x", "--fresh", "--offline"], &["不能与", "--offline"]),
            (&["hecha", "fields"], &["缺少参数", "用法：hecha fields"]),
            (&["hecha", "dishonest", "x", "--limit", "abc"], &["'abc' 无效：不是整数"]),
            (&["hecha", "dishonest", "x", "-j", "-3"], &["'-3' 无效：数值太小：至少为 1"]),
        ] {
            let told = mistake(line, Language::Chinese).unwrap();
            for part in parts {
                assert!(told.contains(part), "{line:?}: {told}");
            }
        }
        assert_eq!(mistake(&["hecha", "dishonset"], Language::English), None);
    }

    #[test]
    fn a_company_in_the_place_of_a_command_is_answered_with_the_commands_that_take_it() {
        for language in [Language::English, Language::Chinese] {
            let told = mistake(&["hecha", "某某有限公司"], language).unwrap();
            assert!(told.contains("hecha dishonest 某某有限公司"), "{told}");
            let line = ["hecha", "--sandbox", "--lang", "zh", "某某 (中国)", "-q"];
            let told = mistake(&line, language).unwrap();
            assert!(told.contains("hecha --sandbox --lang zh copyright '某某 (中国)' -q\n"), "{told}");
        }
    }
}
