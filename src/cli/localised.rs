//! The declared command line in the user's language: examples, options, values and headings. Parsing is the same in
//! both languages.

use super::Cli;
use crate::domain::text::{Language, Message, Text, message};
use crate::help::{self, Detail};
use crate::provider::REGISTRY;
use clap::builder::PossibleValue;
use clap::error::ErrorKind;
use clap::{Arg, Command, CommandFactory, FromArgMatches};
use std::ffi::OsString;

const COMMANDS: Text = Text::new("Commands", "命令");
const ARGUMENTS: Text = Text::new("Arguments", "参数");
const USAGE: Text = Text::new("Usage: ", "用法：");
const OPTIONS_WORD: Text = Text::new("[OPTIONS]", "[选项]");
const COMMAND_WORD: Text = Text::new("<COMMAND>", "<命令>");
const DEFAULT: Text = Text::new("default: ", "默认：");
const VALUES: Text = Text::new("values: ", "可选值：");
const ALL_OPTIONS: Text = Text::new("All options: --help", "全部选项：--help");

/// Reads a command line.
///
/// # Errors
/// The mistake that clap found, or the help or version that was asked for.
pub fn parse(arguments: &[OsString], language: Language) -> Result<Cli, clap::Error> {
    let is_given = |word: &str| arguments.iter().any(|argument| argument == word);
    let wants_help = arguments.len() == 1 || is_given("--help") || is_given("-h");
    if !wants_help {
        match Cli::command().try_get_matches_from(arguments) {
            Ok(matches) => return Cli::from_arg_matches(&matches),
            Err(version) if version.kind() == ErrorKind::DisplayVersion => return Err(version),
            // Global options only: the same help as without them.
            Err(error) if error.kind() == ErrorKind::MissingSubcommand && arguments.len() > 1 => {
                return parse(&arguments[..1], language);
            }
            // The same mistake is found again below, in the user's language.
            Err(_) => {}
        }
    }
    let detail = if is_given("--help") { Detail::Long } else { Detail::Short };
    let command = Cli::command();
    let names_a_command = command.get_subcommands().any(|subcommand| is_given(subcommand.get_name()));
    let command = if names_a_command { with_all_options(command) } else { command };
    let command = Localiser { language, detail, shown: &is_given }.localise(command, "hecha");
    Cli::from_arg_matches(&command.try_get_matches_from(arguments)?)
}

/// The whole command line for manual pages and completions, with its help in `language`.
pub fn command(language: Language) -> Command {
    let localiser = Localiser { language, detail: Detail::Page, shown: &|_| true };
    let command = localiser.localise(with_all_options(Cli::command()), "hecha");
    command.mut_subcommands(own_options_first)
}

/// Declares the options of every subcommand, which clap defers.
fn with_all_options(mut command: Command) -> Command {
    let purposes: Vec<_> =
        command.get_subcommands().map(|below| below.get_about().cloned().unwrap_or_default()).collect();
    command.build();
    // The deferred declaration replaces them by the description of a group of options.
    let mut purposes = purposes.into_iter();
    command.mut_subcommands(|below| below.about(purposes.next().unwrap_or_default()))
}

/// Lists the options of a command before the global ones, which clap adds before it declares the others.
fn own_options_first(command: Command) -> Command {
    let mut arguments: Vec<_> = command.get_arguments().cloned().collect();
    arguments.sort_by_key(Arg::is_global_set);
    let mut arguments = arguments.into_iter();
    command.mut_args(|argument| arguments.next().unwrap_or(argument)).mut_subcommands(own_options_first)
}

/// The form of `text` in `language`; a test makes sure that every text has one.
fn localised_text(text: &str, language: Language) -> String {
    match language {
        Language::English => text.to_owned(),
        Language::Chinese => help::in_chinese(text).unwrap_or(text).to_owned(),
    }
}

/// Sets the texts in the user's language: the purpose of every command, and everything else of those that are `shown`.
struct Localiser<'a> {
    language: Language,
    detail: Detail,
    shown: &'a dyn Fn(&str) -> bool,
}

impl Localiser<'_> {
    fn localise(&self, command: Command, path: &str) -> Command {
        let language = self.language;
        let about =
            command.get_about().map(|about| localised_text(&about.to_string(), language)).unwrap_or_default();
        if path != "hecha" && !(self.shown)(command.get_name()) {
            return command.about(about);
        }
        let usage = usage(&command, path, language);
        let mut order = 0;
        let template = format!(
            "{{about-with-newline}}\n{{before-help}}{}{{usage}}\n\n{{all-args}}{{after-help}}",
            USAGE.in_language(language)
        );
        command
            .about(about)
            .override_usage(usage)
            .help_template(template)
            .before_help(help::examples_in_words(path, self.detail, language))
            .after_help(self.end(path))
            .subcommand_help_heading(COMMANDS.in_language(language))
            .mut_args(|argument| {
                order += 1;
                let argument = self.localise_argument(argument, path);
                // clap would sort arguments without an order of their own by name.
                if argument.is_positional() { argument.display_order(order) } else { argument }
            })
            .mut_subcommands(|subcommand| {
                let path = format!("{path} {}", subcommand.get_name());
                self.localise(subcommand, &path)
            })
    }

    /// The end of a help: the reference, or the command that prints it.
    fn end(&self, path: &str) -> String {
        let language = self.language;
        let reference = match (path, self.detail) {
            ("hecha", Detail::Long | Detail::Page) => Some(help::reference(language) + "\n"),
            ("hecha sandbox", Detail::Long | Detail::Page) => Some(help::magic_keywords(language) + "\n"),
            ("hecha dishonest" | "hecha copyright", Detail::Short) => {
                Some(ALL_OPTIONS.in_language(language).to_owned())
            }
            _ => None,
        };
        let main_help = (path != "hecha").then(|| help::MAIN_HELP_LINE.in_language(language).to_owned());
        let topics = help::TOPICS_LINE.in_language(language).to_owned();
        reference.into_iter().chain(main_help).chain([topics]).collect::<Vec<_>>().join("\n")
    }

    /// Help, heading, default and possible values of one argument, in the same order in both languages. Both helps are
    /// clap's short one, with an option on a line: its long one takes three.
    fn localise_argument(&self, argument: Arg, path: &str) -> Arg {
        let language = self.language;
        let help =
            argument.get_help().map(|help| localised_text(&help.to_string(), language)).unwrap_or_default();
        let help = help + supporters(&argument).in_language(language);
        let heading = match argument.get_help_heading() {
            Some(heading) => localised_text(heading, language),
            None if argument.is_positional() => ARGUMENTS.in_language(language).to_owned(),
            None => localised_text("Options", language),
        };
        // Only the main help shows the options of every command.
        let is_elsewhere = argument.is_global_set() && path != "hecha" && self.detail != Detail::Page;
        let is_hidden = is_elsewhere || self.detail == Detail::Short && argument.is_hide_short_help_set();
        let argument = argument.help_heading(heading).hide(is_hidden).hide_short_help(false);
        if !argument.get_action().takes_values() {
            return argument.help(help);
        }
        let defaults: Vec<_> =
            argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        let help = match defaults.as_slice() {
            [] => help,
            defaults => format!("{help} [{}{}]", DEFAULT.in_language(language), defaults.join(",")),
        };
        let help = self.with_values(help, &argument);
        argument.help(help).hide_possible_values(true).hide_default_value(true)
    }

    /// The help with the words that an option takes: in the long help a line for each that has a meaning.
    fn with_values(&self, help: String, argument: &Arg) -> String {
        let values: Vec<_> =
            argument.get_possible_values().into_iter().filter(|value| !value.is_hide_set()).collect();
        let names: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
        if names.is_empty() {
            return help;
        }
        if self.detail != Detail::Long {
            return format!("{help} [{}{}]", VALUES.in_language(self.language), names.join(", "));
        }
        let width = names.iter().map(|name| name.len()).max().unwrap_or_default();
        let lines = values.iter().map(|value| {
            let meaning = value
                .get_help()
                .map(|help| localised_text(&help.to_string(), self.language))
                .unwrap_or_default();
            format!("  {:width$}  {meaning}", value.get_name()).trim_end().to_owned()
        });
        std::iter::once(help).chain(lines).collect::<Vec<_>>().join("\n")
    }
}

fn usage(command: &Command, path: &str, language: Language) -> String {
    let mut words = vec![path.to_owned(), OPTIONS_WORD.in_language(language).to_owned()];
    for argument in command.get_positionals() {
        words.extend(argument.is_last_set().then(|| "--".to_owned()));
        words.push(argument.to_string());
    }
    if command.has_subcommands() {
        words.push(COMMAND_WORD.in_language(language).to_owned());
    }
    words.join(" ")
}

/// The providers that support a filter, appended to its help.
fn supporters(argument: &Arg) -> Message {
    let option = argument.get_long().map(|name| format!("--{name}")).unwrap_or_default();
    let providers = REGISTRY.iter().filter(|info| info.filters.contains(&option.as_str()));
    let names = providers.map(|info| info.id.as_str()).collect::<Vec<_>>().join(", ");
    if names.is_empty() { Message::default() } else { message!(" ({names})", "（{names}）") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every text of `command` and its subcommands, with its place.
    fn texts(command: &Command, path: &str, found: &mut Vec<(String, String)>) {
        found.extend(command.get_about().map(|about| (path.to_owned(), about.to_string())));
        for argument in command.get_arguments() {
            let place = format!("{path} {}", argument.get_id());
            found.extend(argument.get_help().map(|help| (place.clone(), help.to_string())));
            found.extend(argument.get_help_heading().map(|heading| (place.clone(), heading.to_owned())));
            if argument.get_action().takes_values() {
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
        texts(&with_all_options(Cli::command()), "hecha", &mut found);
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
        texts.push("Options".to_owned());
        let stale: Vec<_> =
            help::translations().filter(|text| !texts.iter().any(|used| used == text.en)).collect();
        assert!(stale.is_empty(), "translated but not said: {stale:#?}");
    }

    #[test]
    fn every_subcommand_has_a_page_with_examples() {
        fn check(command: &Command, path: &str) {
            let examples = help::examples(path);
            assert!(!examples.is_empty(), "{path} has no example");
            assert!(examples.iter().all(|(line, _)| line.replace(" --sandbox", "").contains(path)), "{path}");
            for subcommand in command.get_subcommands() {
                check(subcommand, &format!("{path} {}", subcommand.get_name()));
            }
        }
        check(&with_all_options(Cli::command()), "hecha");
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
