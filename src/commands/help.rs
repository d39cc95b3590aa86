//! `hecha help`: the help of a subcommand, or a topic.

use super::{Context, print};
use crate::cli::{self, HelpArgs};
use crate::domain::failure::Failure;
use crate::domain::text::{Message, message};
use crate::help::{TOPICS, topic};
use crate::settings::keys::did_you_mean;
use crate::settings::usage;
use clap::Command;
use std::ffi::OsString;

/// Prints the topic or the help of the subcommand that the words name, or the help of hecha itself.
pub fn run(args: &HelpArgs, context: &Context) -> Result<u8, Failure> {
    let language = context.terminal.language;
    if let [word] = args.words.as_slice()
        && let Some(topic) = topic(word)
    {
        return print(topic.in_language(language));
    }
    let hecha = cli::declared();
    let mut command = &hecha;
    for word in &args.words {
        command = command.find_subcommand(word).ok_or_else(|| no_help(word, command))?;
    }
    let words = ["hecha"].into_iter().chain(args.words.iter().map(String::as_str)).chain(["--help"]);
    let words: Vec<_> = words.map(OsString::from).collect();
    match cli::parse(&words, language) {
        Err(help) => print(help.render().to_string()),
        Ok(_) => Ok(0),
    }
}

/// The failure of a word that names neither a subcommand of `command` nor, after `hecha help`, a topic.
fn no_help(word: &str, command: &Command) -> Failure {
    let commands = command.get_subcommands().map(Command::get_name);
    let topics = TOPICS.iter().map(|topic| topic.name).filter(|_| command.get_name() == "hecha");
    let known: Vec<&str> = commands.chain(topics).collect();
    let meant = did_you_mean(word, known.iter().copied());
    let list = match known.join(", ") {
        none if none.is_empty() => Message::default(),
        known => message!(" (there is: {known})", "（现有：{known}）"),
    };
    usage(message!(
        "there is no help about '{word}'{meant}{list}",
        "没有关于 '{word}' 的帮助{meant:#}{list:#}"
    ))
}
