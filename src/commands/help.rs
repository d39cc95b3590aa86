//! `hecha help`: the help of a subcommand, or a topic.

use super::{Context, print};
use crate::cli::{self, HelpArgs};
use crate::domain::failure::Failure;
use crate::domain::text::{Message, message};
use crate::help::{Detail, TOPICS, topic};
use crate::settings::keys::did_you_mean;
use crate::settings::usage;
use std::io::{self, Write};

/// Prints the topic or the help of the subcommand that the words name, or the help of hecha itself.
pub fn run(args: &HelpArgs, context: &Context) -> Result<u8, Failure> {
    let language = context.terminal.language;
    let text = match args.words.as_slice() {
        [word] if topic(word).is_some() => {
            topic(word).map(|topic| topic.in_language(language)).unwrap_or_default()
        }
        words => {
            let mut command = cli::command(language, Detail::Long);
            let mut shown = &mut command;
            for (depth, word) in words.iter().enumerate() {
                if shown.find_subcommand(word).is_none() {
                    return Err(no_help(word, depth, shown.get_subcommands().map(clap::Command::get_name)));
                }
                shown = shown
                    .find_subcommand_mut(word)
                    .ok_or_else(|| no_help(word, depth, std::iter::empty()))?;
            }
            shown.render_help().to_string()
        }
    };
    print(&mut io::stdout().lock(), |out| out.write_all(text.as_bytes()))?;
    Ok(0)
}

fn no_help<'a>(word: &str, depth: usize, commands: impl Iterator<Item = &'a str>) -> Failure {
    let topics = TOPICS.iter().map(|topic| topic.name).filter(|_| depth == 0);
    let known: Vec<&str> = commands.chain(topics).collect();
    let meant = did_you_mean(word, known.iter().copied());
    let list = if known.is_empty() {
        Message::default()
    } else {
        message!(" (there is: {known})", "（现有：{known}）", known = known.join(", "))
    };
    usage(message!(
        "there is no help about '{word}'{meant}{list}",
        "没有关于 '{word}' 的帮助{meant:#}{list:#}"
    ))
}
