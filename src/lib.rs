//! hecha (核查): queries three paid APIs for records on Chinese companies, and pays for every page once.
//!
//! The modules in reading order: [`cli`] declares the command line, [`settings`] resolves it, and [`commands`] has one
//! function for each subcommand. A [`mod@run`] sends queries through a [`client`] to a [`provider`] and writes the records to
//! the [`output`]. All of them use [`domain`].

pub mod archive;
pub mod changes;
pub mod cli;
pub mod client;
pub mod commands;
pub mod core_dumps;
pub mod domain;
pub mod file_identity;
pub mod help;
pub mod input;
pub mod interrupt;
mod locking;
pub mod output;
pub mod provider;
pub mod run;
pub mod sandbox;
pub mod settings;
pub mod terminal;

use clap::error::ErrorKind;
use commands::Context;
use domain::failure::{Failure, FailureKind};
use domain::text::{Language, Message, Text, message};
use output::on_terminal::{EscapeMode, OnTerminal};
use settings::{DefaultPaths, Environment, language};
use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::time::SystemTime;
use terminal::{Terminal, listen_to_log};

/// Runs one command line and returns its exit code.
pub fn run(arguments: &[OsString], environment: Environment) -> u8 {
    let asked_language = match option_value("--lang", arguments) {
        Some("zh") => Some(Language::Chinese),
        Some("en") => Some(Language::English),
        _ => None,
    };
    let language = language(asked_language, &environment);
    let cli = match cli::parse(arguments, language) {
        Ok(cli) => cli,
        Err(error) => return end_of_parsing(&error, arguments, &environment, language),
    };
    let global = &cli.global;
    let terminal = Arc::new(Terminal::of_this_process(global, language, &environment));
    listen_to_log(&terminal);
    let context = Context {
        default_paths: DefaultPaths::of_this_user(),
        config: global.config.clone(),
        sandbox: global.sandbox,
        environment,
        terminal: Arc::clone(&terminal),
    };
    let done = check_clock(SystemTime::now())
        .map_err(anyhow::Error::from)
        .and_then(|()| commands::dispatch(cli, &context));
    match done {
        Ok(code) => code,
        Err(error) => match error.downcast() {
            Ok(error) => end_of_parsing(&error, arguments, &context.environment, language),
            Err(error) => {
                let failure = as_failure(error);
                if failure.kind != FailureKind::ClosedPipe {
                    terminal.error(&failure, None);
                }
                failure.kind.exit_code()
            }
        },
    }
}

/// Refuses a clock whose time cannot be written as a date.
fn check_clock(now: SystemTime) -> Result<(), Failure> {
    const YEAR_9999: u64 = 253_370_764_800;
    let since_1970 = now.duration_since(SystemTime::UNIX_EPOCH);
    if since_1970.is_ok_and(|time| time.as_secs() < YEAR_9999) {
        return Ok(());
    }
    let message = Text::new(
        "this computer's clock is before 1970 or after 9998; set it first",
        "本机时钟早于 1970 年或晚于 9998 年；请先校准",
    );
    Err(Failure::configuration(message))
}

/// The failure that ended a command; an unexpected one has its causes on one line.
fn as_failure(error: anyhow::Error) -> Failure {
    error.downcast().unwrap_or_else(|unforeseen| {
        let message = match unforeseen.downcast_ref::<Message>() {
            None => Message::verbatim(format!("{unforeseen:#}")),
            Some(what) => {
                let cause = unforeseen.root_cause();
                let cause = cause
                    .downcast_ref()
                    .map_or_else(|| Message::verbatim(cause.to_string()), Message::of_system);
                message!("{what}: {cause}", "{what:#}：{cause:#}")
            }
        };
        Failure::local(FailureKind::Unforeseen, message)
    })
}

/// The value of an option on which help and parse errors depend, read before the command line is parsed.
fn option_value<'a>(option: &str, arguments: &'a [OsString]) -> Option<&'a str> {
    let words = arguments.iter().skip(1).filter_map(|word| word.to_str()).take_while(|word| *word != "--");
    let words: Vec<&str> = words.collect();
    let apart = words.windows(2).filter(|pair| pair[0] == option).map(|pair| pair[1]);
    let joined = words.iter().filter_map(|word| word.strip_prefix(option)?.strip_prefix('='));
    apart.chain(joined).last()
}

/// Writes help and version to standard output, and a parse error to standard error. Returns the exit code.
fn end_of_parsing(
    error: &clap::Error,
    arguments: &[OsString],
    environment: &Environment,
    language: Language,
) -> u8 {
    if !error.use_stderr() {
        return match print_help(error, std::io::stdout(), environment, language) {
            Err(failure) if failure.kind() != std::io::ErrorKind::BrokenPipe => {
                FailureKind::Unforeseen.exit_code()
            }
            _ => 0,
        };
    }
    if option_value("--error-format", arguments) == Some("json") {
        let message = Message::verbatim(in_one_line(&error.render().to_string()));
        let failure = serde_json::json!(Failure::usage(message));
        write_to_stderr(&format!("{failure}\n"), EscapeMode::Escaped);
    } else if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = print_help(error, std::io::stderr(), environment, language);
    } else {
        let description = cli::describe_parse_error(error, arguments, language);
        write_to_stderr(&description.unwrap_or_else(|| error.render().to_string()), EscapeMode::Replaced);
    }
    FailureKind::Usage.exit_code()
}

/// Writes a help or the version. clap ends its headings with an ASCII colon.
fn print_help(
    help: &clap::Error,
    mut stream: impl Write + IsTerminal,
    environment: &Environment,
    language: Language,
) -> std::io::Result<()> {
    if language == Language::Chinese {
        let text = help.render();
        let is_coloured = stream.is_terminal() && !terminal::is_without_colours(environment);
        let text = if is_coloured { text.ansi().to_string() } else { text.to_string() };
        let text = text.replace(":\n", "：\n").replace(":\u{1b}[0m\n", "：\u{1b}[0m\n");
        stream.write_all(text.as_bytes())?;
    } else {
        help.print()?;
    }
    stream.flush()
}

/// Writes lines to standard error without control characters: a message may repeat the arguments. An error is ignored,
/// because it cannot be reported.
fn write_to_stderr(lines: &str, mode: EscapeMode) {
    let mut stderr = OnTerminal::new(std::io::stderr().lock(), mode);
    let _ = stderr.write_all(lines.as_bytes()).and_then(|()| stderr.flush());
}

/// A message of clap in one line, without its hints to usage and help.
fn in_one_line(text: &str) -> String {
    let lines = text.trim_start_matches("error: ").lines().map(str::trim);
    lines
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_clock_past_the_year_9999_is_an_error() {
        let at = |seconds| check_clock(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(1_700_000_000), Ok(()));
        assert_eq!(at(253_402_300_800).unwrap_err().kind, FailureKind::Configuration);
        assert!(check_clock(SystemTime::UNIX_EPOCH - Duration::from_secs(1)).is_err());
    }
}
