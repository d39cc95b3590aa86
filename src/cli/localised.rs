//! The declared command line in the user's language: every help begins with examples, and its options, words
//! and headings are translated. Parsing is the same in both languages.

use super::Cli;
use crate::domain::text::{Language, Text};
use crate::help::{self, Page};
use clap::builder::PossibleValue;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, Command, CommandFactory, FromArgMatches};
use std::ffi::OsString;

const COMMANDS: Text = Text::new("Commands", "命令");
const ARGUMENTS: Text = Text::new("Arguments", "参数");
const USAGE: Text = Text::new("Usage:", "用法:");
const OPTIONS_WORD: Text = Text::new("[OPTIONS]", "[选项]");
const COMMAND_WORD: Text = Text::new("<COMMAND>", "<命令>");
const DEFAULT: Text = Text::new("default", "默认");
const VALUES: Text = Text::new("values", "可选值");

/// Reads a command line.
///
/// # Errors
/// What clap found wrong, or the help or version that was asked for.
pub fn parse(arguments: &[OsString], language: Language) -> Result<Cli, clap::Error> {
    // Texts are only put into place where they are read: a look-up does not wait for its help, and the help of
    // one command not for that of the others.
    match undressed().try_get_matches_from(arguments) {
        Ok(matches) => Cli::from_arg_matches(&matches),
        Err(version) if version.kind() == ErrorKind::DisplayVersion => Err(version),
        Err(_) => {
            let is_named = |name: &str| arguments.iter().any(|argument| argument == name);
            let command = dress(undressed(), "hecha", language, &is_named);
            Cli::from_arg_matches(&command.try_get_matches_from(arguments)?)
        }
    }
}

/// The whole command line, with its help in `language`.
pub fn command(language: Language) -> Command {
    dress(undressed(), "hecha", language, &|_| true)
}

/// The command line without the help of its commands, for what shows none.
pub fn undressed() -> Command {
    Cli::command()
        .arg(
            Arg::new("help")
                .short('h')
                .long("help")
                .help("Print help: -h in short, --help with examples, exit codes and environment")
                .help_heading("Global options")
                .action(ArgAction::Help)
                .global(true),
        )
        .arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .help("Print the version")
                .help_heading("Global options")
                .action(ArgAction::Version),
        )
}

/// `text` in `language`; what has no translation stays English, which a test forbids.
fn say(text: &str, language: Language) -> String {
    match language {
        Language::English => text.to_owned(),
        Language::Chinese => help::in_chinese(text).unwrap_or(text).to_owned(),
    }
}

/// Puts the texts into place: of every command what it is for, and all else of those that are `shown`.
fn dress(command: Command, path: &str, language: Language, shown: &dyn Fn(&str) -> bool) -> Command {
    let about = command.get_about().map(|about| say(&about.to_string(), language)).unwrap_or_default();
    if path != "hecha" && !shown(command.get_name()) {
        return command.about(about);
    }
    let page = help::page(path);
    let usage = usage(&command, path, language);
    let template = format!(
        "{{about-with-newline}}\n{{before-help}}{} {{usage}}\n\n{{all-args}}{{after-help}}",
        USAGE.in_language(language)
    );
    let command = command
        .long_about(None::<&str>)
        .about(about)
        .override_usage(usage)
        .help_template(template)
        .before_help(page.examples_in_short(language))
        .before_long_help(page.examples(language))
        .after_help(help::MORE.in_language(language))
        .after_long_help(after(&page, language))
        .subcommand_help_heading(COMMANDS.in_language(language))
        .mut_args(|argument| dress_argument(argument, language));
    command.mut_subcommands(|subcommand| {
        let path = format!("{path} {}", subcommand.get_name());
        dress(subcommand, &path, language, shown)
    })
}

/// Exit codes, environment and where to read on.
fn after(page: &Page, language: Language) -> String {
    [
        page.magic_keywords(language),
        page.exit_codes(language),
        page.environment(language),
        help::MORE.in_language(language).to_owned(),
    ]
    .into_iter()
    .filter(|part| !part.is_empty())
    .collect::<Vec<_>>()
    .join("\n\n")
}

fn usage(command: &Command, path: &str, language: Language) -> String {
    let mut words = vec![path.to_owned(), OPTIONS_WORD.in_language(language).to_owned()];
    words.extend(command.get_positionals().map(ToString::to_string));
    if command.has_subcommands() {
        words.push(COMMAND_WORD.in_language(language).to_owned());
    }
    words.join(" ")
}

/// Help, heading, default and possible values of one argument, in the one order that both languages share.
fn dress_argument(argument: Arg, language: Language) -> Arg {
    let help = argument.get_help().map(|help| say(&help.to_string(), language)).unwrap_or_default();
    let heading = match argument.get_help_heading() {
        Some(heading) => say(heading, language),
        None if argument.is_positional() => ARGUMENTS.in_language(language).to_owned(),
        None => say("Options", language),
    };
    let argument = argument.help_heading(heading);
    if !takes_a_value(&argument) {
        return argument.help(help.clone()).long_help(help);
    }
    let defaults: Vec<_> =
        argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    let help = match defaults.as_slice() {
        [] => help,
        defaults => format!("{help} [{}: {}]", DEFAULT.in_language(language), defaults.join(",")),
    };
    let values: Vec<_> =
        argument.get_possible_values().into_iter().filter(|value| !value.is_hide_set()).collect();
    let names: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
    let short = match names.as_slice() {
        [] => help.clone(),
        names => format!("{help} [{}: {}]", VALUES.in_language(language), names.join(", ")),
    };
    let width = names.iter().map(|name| name.len()).max().unwrap_or_default();
    let lines = values.iter().map(|value| {
        let meaning = value.get_help().map(|help| say(&help.to_string(), language)).unwrap_or_default();
        format!("  {:width$}  {meaning}", value.get_name()).trim_end().to_owned()
    });
    let long = std::iter::once(help).chain(lines).collect::<Vec<_>>().join("\n");
    argument.help(short).long_help(long).hide_possible_values(true).hide_default_value(true)
}

fn takes_a_value(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::Set | ArgAction::Append)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every text for people below `command`, with where it stands.
    fn texts(command: &Command, path: &str, found: &mut Vec<(String, String)>) {
        found.extend(command.get_about().map(|about| (path.to_owned(), about.to_string())));
        for argument in command.get_arguments() {
            let place = format!("{path} {}", argument.get_id());
            found.extend(argument.get_help().map(|help| (place.clone(), help.to_string())));
            found.extend(argument.get_help_heading().map(|heading| (place.clone(), heading.to_owned())));
            if takes_a_value(argument) {
                for value in argument.get_possible_values() {
                    let help = value.get_help().map(ToString::to_string).unwrap_or_default();
                    found.push((format!("{place} {}", value.get_name()), help));
                }
            }
        }
        for subcommand in command.get_subcommands() {
            texts(subcommand, &format!("{path} {}", subcommand.get_name()), found);
        }
    }

    fn all_texts() -> Vec<(String, String)> {
        let mut found = Vec::new();
        texts(&Cli::command(), "hecha", &mut found);
        found
    }

    #[test]
    fn every_text_of_every_help_is_there_in_chinese() {
        let missing: Vec<_> = all_texts()
            .into_iter()
            .filter(|(_, text)| help::in_chinese(text).is_none())
            .filter(|(_, text)| text.chars().any(|character| character.is_ascii_alphabetic()))
            .collect();
        assert!(missing.is_empty(), "without translation: {missing:#?}");
    }

    #[test]
    fn every_translation_is_of_a_text_that_exists() {
        let mut texts: Vec<String> = all_texts().into_iter().map(|(_, text)| text).collect();
        let added = command(Language::English);
        for id in ["help", "version"] {
            let argument = added.get_arguments().find(|argument| argument.get_id() == id).unwrap();
            texts.extend(argument.get_help().map(ToString::to_string));
        }
        texts.push("Options".to_owned());
        let stale: Vec<_> =
            help::translations().filter(|text| !texts.iter().any(|used| used == text.en)).collect();
        assert!(stale.is_empty(), "translated but not said: {stale:#?}");
    }

    #[test]
    fn every_subcommand_has_a_page_with_examples() {
        fn check(command: &Command, path: &str) {
            let page = help::page(path);
            assert!(!page.examples.is_empty(), "{path} has no example");
            assert!(
                page.examples.iter().all(|example| example.line.replace(" --sandbox", "").contains(path)),
                "{path}"
            );
            for subcommand in command.get_subcommands() {
                check(subcommand, &format!("{path} {}", subcommand.get_name()));
            }
        }
        check(&Cli::command(), "hecha");
    }

    #[test]
    fn both_languages_parse_alike() {
        let line =
            ["hecha", "copyright", "某公司", "--provider", "all", "-f", "csv", "-j", "8", "--lang", "zh"];
        let line: Vec<OsString> = line.iter().map(OsString::from).collect();
        let parsed = |language| format!("{:?}", parse(&line, language).unwrap());
        assert_eq!(parsed(Language::English), parsed(Language::Chinese));
    }

    #[test]
    fn the_declaration_is_sound() {
        for language in [Language::English, Language::Chinese] {
            command(language).debug_assert();
        }
    }
}
