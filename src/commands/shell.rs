//! `hecha completions` and `hecha man`: what a shell and `man` need, made from the command line's declaration.

use super::{Context, print};
use crate::cli::{self, CompletionsArgs, ManArgs};
use crate::domain::failure::Failure;
use crate::domain::text::{Language, Message, Text};
use crate::help::{self, Detail, TOPICS};
use anyhow::Context as _;
use clap::Command;
use clap::builder::PossibleValuesParser;
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, italic, roman};
use std::io;
use std::path::Path;

/// When the manual last changed in substance; a page without a date is a flawed page.
const DATE_OF_THE_MANUAL: &str = "2026-11-29";

/// Writes a completion script to standard output.
pub fn completions(args: &CompletionsArgs, context: &Context) -> Result<u8, Failure> {
    // Of these shells only bash shows no word of help beside what it completes, and is asked at every log-in.
    let command = match args.shell {
        Shell::Bash => cli::declared(),
        _ => cli::command(context.terminal.language, Detail::Page),
    };
    let mut command = with_words_of_help(command);
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "hecha", &mut script);
    print(script)
}

/// `hecha help` takes any words, of which a shell can offer the commands and the topics.
fn with_words_of_help(command: Command) -> Command {
    let words: Vec<String> = command
        .get_subcommands()
        .map(|subcommand| subcommand.get_name().to_owned())
        .chain(TOPICS.iter().map(|topic| topic.name.to_owned()))
        .collect();
    command.mut_subcommand("help", |help| {
        help.mut_arg("words", |argument| argument.value_parser(PossibleValuesParser::new(words)))
    })
}

/// Writes every man page into a folder, or the main one to standard output.
pub fn man(args: &ManArgs, context: &Context) -> anyhow::Result<u8> {
    let language = context.terminal.language;
    let command = cli::command(language, Detail::Page);
    match &args.folder {
        None => {
            let text = manual_page(&command, "hecha", language).context(Message::from(CANNOT_WRITE))?;
            Ok(print(text)?)
        }
        Some(folder) => {
            write_pages(folder, &command, language).context(Message::from(CANNOT_WRITE)).map(|()| 0)
        }
    }
}

fn write_pages(folder: &Path, command: &Command, language: Language) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut pages = vec![("hecha".to_owned(), command)];
    while let Some((path, command)) = pages.pop() {
        let file = folder.join(format!("{}.1", path.replace(' ', "-")));
        std::fs::write(file, manual_page(command, &path, language)?)?;
        pages.extend(command.get_subcommands().map(|below| (format!("{path} {}", below.get_name()), below)));
    }
    Ok(())
}

const CANNOT_WRITE: Text = Text::new("cannot write the man pages", "无法写出手册页");

const NAME: Text = Text::new("NAME", "名称");
const SYNOPSIS: Text = Text::new("SYNOPSIS", "概要");
const EXAMPLES: Text = Text::new("EXAMPLES", "示例");
const COMMANDS: Text = Text::new("COMMANDS", "命令");
const EXIT_STATUS: Text = Text::new("EXIT STATUS", "退出码");
const ENVIRONMENT: Text = Text::new("ENVIRONMENT", "环境变量");
const SEE_ALSO: Text = Text::new("SEE ALSO", "参见");

/// The page of one command: what clap knows of it, then examples, exit codes and environment.
fn manual_page(command: &Command, path: &str, language: Language) -> io::Result<Vec<u8>> {
    let name = path.replace(' ', "-");
    let man = Man::new(command.clone())
        .title(name.to_uppercase())
        .date(DATE_OF_THE_MANUAL)
        .source(concat!("hecha ", env!("CARGO_PKG_VERSION")))
        .manual("hecha");
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let mut opening = Roff::default();
    opening.control("SH", [NAME.in_language(language)]).text([roman(format!("{name} - {about}"))]);
    opening.to_writer(&mut text)?;
    let mut synopsis = Vec::new();
    man.render_synopsis_section(&mut synopsis)?;
    let synopsis = String::from_utf8_lossy(&synopsis).replace(SYNOPSIS.en, SYNOPSIS.in_language(language));
    text.extend(synopsis.into_bytes());
    examples(path, language).to_writer(&mut text)?;
    if command.get_arguments().any(|argument| !argument.is_hide_set()) {
        man.render_options_section(&mut text)?;
    }
    ending(command, path, language).to_writer(&mut text)?;
    Ok(text)
}

fn examples(path: &str, language: Language) -> Roff {
    let mut roff = Roff::default();
    roff.control("SH", [EXAMPLES.in_language(language)]);
    for example in help::examples(path) {
        roff.control("TP", []);
        roff.text([bold(example.line)]);
        roff.text([roman(example.comment.in_language(language))]);
    }
    roff
}

fn ending(command: &Command, path: &str, language: Language) -> Roff {
    let mut roff = Roff::default();
    let name = path.replace(' ', "-");
    if command.has_subcommands() {
        roff.control("SH", [COMMANDS.in_language(language)]);
        for below in command.get_subcommands() {
            let about = below.get_about().map(ToString::to_string).unwrap_or_default();
            list_item(&mut roff, &format!("{name}-{}(1)", below.get_name()), &about);
        }
    }
    roff.control("SH", [EXIT_STATUS.in_language(language)]);
    for (code, meaning) in help::EXIT_CODES {
        list_item(&mut roff, code, meaning.in_language(language));
    }
    roff.control("SH", [ENVIRONMENT.in_language(language)]);
    for (variable, meaning) in help::variables() {
        list_item(&mut roff, &variable, meaning.in_language(language));
    }
    roff.control("SH", [SEE_ALSO.in_language(language)]);
    let parent = path.rsplit_once(' ').map(|(parent, _)| format!("{}(1)", parent.replace(' ', "-")));
    let mut words = Vec::new();
    if let Some(parent) = parent {
        words.extend([bold(parent), roman(", ")]);
    }
    words.push(italic(format!(
        "hecha help {}",
        TOPICS.iter().map(|topic| topic.name).collect::<Vec<_>>().join("|")
    )));
    roff.text(words);
    roff
}

fn list_item(roff: &mut Roff, term: &str, meaning: &str) {
    roff.control("TP", []);
    roff.text([bold(term)]);
    roff.text([roman(meaning)]);
}
