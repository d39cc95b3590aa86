//! One function for each subcommand.

mod archive;
mod budget_listing;
mod changes;
mod config;
mod config_check;
mod context;
mod distinct_files;
mod help;
mod identify;
mod listing;
mod lookup;
mod plan;
pub mod query;
mod sandbox;
mod shell;
mod usage;

pub use context::Context;
pub(crate) use context::{
    cancelled_by_signals, data_format, data_output, data_writer, for_people, keyword_list, print, print_to,
    start_sandbox,
};

use crate::cli::{Cli, Command};
use crate::domain::failure::Failure;
use crate::domain::text::Text;
use crate::settings::QuerySettings;
use jiff::Timestamp;

/// Runs the command and returns its exit code.
///
/// # Errors
/// What ends the command before its work begins, or keeps it from ending well: a failure, or something
/// unforeseen with its context.
pub fn dispatch(cli: Cli, context: &Context) -> anyhow::Result<u8> {
    let reads_the_archive =
        matches!(cli.command, Command::Changes(_) | Command::Archive(_) | Command::Usage(_));
    if context.sandbox && reads_the_archive {
        // They would read, or delete from, an archive of real answers.
        let refusal = Failure::usage(Text::new("--sandbox keeps no archive", "--sandbox 不使用存档"));
        return Err(refusal
            .with_hint(Text::new(
                "leave --sandbox out, or use `hecha sandbox -- COMMAND`, which has an archive of its own",
                "请去掉 --sandbox，或使用自带存档的 `hecha sandbox -- 命令`",
            ))
            .into());
    }
    Ok(match cli.command {
        Command::Dishonest(args) => {
            query::run(context, |values| QuerySettings::of_dishonest(args, values, Timestamp::now()))?
        }
        Command::Copyright(args) => {
            query::run(context, |values| QuerySettings::of_copyright(args, values, Timestamp::now()))?
        }
        Command::Changes(args) => changes::run(args, context)?,
        Command::Identify(args) => identify::run(args, context)?,
        Command::Archive(command) => archive::run(command, context)?,
        Command::Usage(args) => usage::run(&args, context)?,
        Command::Config(command) => config::run(command, context)?,
        Command::Providers(listing) => lookup::providers(listing.format, context)?,
        Command::Fields { topic, listing } => lookup::fields(topic, listing.format, context)?,
        Command::Explain { provider, code, listing } => {
            lookup::explain(provider, code.as_deref(), listing.format, context)?
        }
        Command::Sandbox(args) => sandbox::run(&args, context)?,
        Command::Completions { shell } => shell::completions(shell, context)?,
        Command::Man { folder } => shell::man(folder.as_deref(), context)?,
        Command::Help { command, subcommand } => {
            help::run(command.as_deref(), subcommand.as_deref(), context)?
        }
    })
}
