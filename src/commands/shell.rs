//! `hecha completions` and `hecha man`, made from the declaration of the command line.

use super::{Context, print};
use crate::cli;
use crate::domain::failure::Failure;
use crate::domain::text::{Language, Message, Text};
use crate::help::{self, HelpEntry, TOPICS};
use anyhow::Context as _;
use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, italic, roman};
use std::io;
use std::path::Path;

/// The day on which the manual last changed in substance. `man` warns of a page without a date.
const DATE_OF_THE_MANUAL: &str = "2026-11-30";

/// Writes a completion script to standard output.
pub fn completions(shell: Shell, context: &Context) -> Result<u8, Failure> {
    let mut command = cli::command(context.terminal.language);
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "hecha", &mut script);
    print(script)
}

/// Writes every manual page into a folder, or the main one to standard output.
pub fn man(folder: Option<&Path>, context: &Context) -> anyhow::Result<u8> {
    let language = context.terminal.language;
    let command = cli::command(language);
    let written = match folder {
        None => manual_page(&command, "hecha", language),
        Some(folder) => write_pages(folder, &command, language).map(|()| Vec::new()),
    };
    let text =
        written.context(Message::from(Text::new("cannot write the manual pages", "无法写出手册页")))?;
    Ok(print(text)?)
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

/// The headings that clap writes, in English.
const HEADINGS: [Text; 2] = [Text::new("NAME", "名称"), Text::new("SYNOPSIS", "概要")];

/// The page of one command: what clap knows of it, then examples, exit codes and environment.
fn manual_page(command: &Command, path: &str, language: Language) -> io::Result<Vec<u8>> {
    let name = path.replace(' ', "-");
    let man = Man::new(command.clone())
        .title(name.to_uppercase())
        .date(DATE_OF_THE_MANUAL)
        .source(concat!("hecha ", env!("CARGO_PKG_VERSION")))
        .manual("hecha");
    let mut head = Vec::new();
    man.render_title(&mut head)?;
    man.render_name_section(&mut head)?;
    man.render_synopsis_section(&mut head)?;
    let head = HEADINGS.into_iter().fold(String::from_utf8_lossy(&head).into_owned(), |head, heading| {
        head.replace(&format!(".SH {}", heading.en), &format!(".SH {}", heading.in_language(language)))
    });
    let mut text = head.into_bytes();
    list(Text::new("EXAMPLES", "示例"), help::examples(path), language).to_writer(&mut text)?;
    if command.get_arguments().any(|argument| !argument.is_hide_set()) {
        man.render_options_section(&mut text)?;
    }
    if command.has_subcommands() {
        let commands = command.get_subcommands();
        let commands = commands
            .map(|below| (format!("{name}-{}(1)", below.get_name()), Message::verbatim(about(below))));
        list(Text::new("COMMANDS", "命令"), commands, language).to_writer(&mut text)?;
    }
    list(Text::new("EXIT STATUS", "退出码"), help::exit_codes(), language).to_writer(&mut text)?;
    list(Text::new("ENVIRONMENT", "环境变量"), help::variables(), language).to_writer(&mut text)?;
    let mut see_also = section(Text::new("SEE ALSO", "参见"), language);
    let topics = TOPICS.iter().map(|topic| topic.name).collect::<Vec<_>>().join("|");
    let mut words = vec![italic(format!("hecha help {topics}"))];
    if let Some((parent, _)) = name.rsplit_once('-') {
        words.splice(0..0, [bold(format!("{parent}(1)")), roman(", ")]);
    }
    see_also.text(words);
    see_also.to_writer(&mut text)?;
    Ok(text)
}

fn about(command: &Command) -> String {
    command.get_about().map(ToString::to_string).unwrap_or_default()
}

/// The heading of a section.
fn section(heading: Text, language: Language) -> Roff {
    let mut roff = Roff::default();
    roff.control("SH", [heading.in_language(language)]);
    roff
}

/// A section with a list of terms and their meanings.
fn list(heading: Text, items: impl IntoIterator<Item = HelpEntry>, language: Language) -> Roff {
    let mut roff = section(heading, language);
    for (term, meaning) in items {
        roff.control("TP", []);
        roff.text([bold(term)]);
        roff.text([roman(meaning.in_language(language))]);
    }
    roff
}
