//! `hecha help`: the help of a subcommand, or a topic.

use super::{Context, print};
use crate::cli;
use crate::domain::failure::Failure;
use crate::domain::text::message;
use crate::help::topic;
use crate::settings::keys::did_you_mean;
use crate::settings::usage;
use clap::Command;

/// Prints the topic or the help of the command that the words name, or the help of hecha itself.
pub fn run(word: Option<String>, subcommand: Option<String>, context: &Context) -> Result<u8, Failure> {
    let language = context.terminal.language;
    let word = word.unwrap_or_default();
    if let (Some(topic), None) = (topic(&word), &subcommand) {
        return print(topic.in_language(language));
    }
    let wanted = subcommand.unwrap_or_default();
    let words = ["hecha", &word, &wanted, "--help"].into_iter().filter(|word| !word.is_empty());
    match cli::parse(&words.map(Into::into).collect::<Vec<_>>(), language) {
        Err(help) if !help.use_stderr() => print(help.render().to_string()),
        _ => {
            let hecha = cli::declared();
            let command = hecha.find_subcommand(&word).into_iter();
            let known = command.flat_map(Command::get_subcommands).map(Command::get_name);
            let meant = did_you_mean(&wanted, known);
            Err(usage(message!(
                "{word} has no subcommand '{wanted}'{meant}",
                "{word} 没有子命令 '{wanted}'{meant:#}"
            )))
        }
    }
}
