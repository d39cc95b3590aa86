//! `hecha help`: the help of a subcommand, or a topic.

use super::{Context, print};
use crate::cli;
use crate::help::TOPICS;

/// Prints the topic or the help of the command that the words name, or the help of hecha itself.
///
/// # Errors
/// clap's error, which is the help, or the mistake in the words.
pub fn run(command: Option<&str>, subcommand: Option<&str>, context: &Context) -> anyhow::Result<u8> {
    let language = context.terminal.language;
    let topic = TOPICS.iter().find(|topic| Some(topic.name) == command);
    if let (Some(topic), None) = (topic, subcommand) {
        return Ok(print(topic.in_language(language))?);
    }
    let words = [Some("hecha"), command, subcommand, Some("--help")];
    cli::parse(&words.into_iter().flatten().map(Into::into).collect::<Vec<_>>(), language)?;
    Ok(0)
}
