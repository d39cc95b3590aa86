//! The declared command line. Nothing is resolved and nothing is done here.
//!
//! The doc comments are the English help; `localised` puts it into the user's language and adds examples.

mod localised;
mod parse_errors;
mod query;
pub mod units;
mod words;

pub use localised::{command, parse};
pub use parse_errors::{describe as describe_parse_error, shell_word};
pub use query::{
    ChangesArgs, CopyrightArgs, CopyrightOnlyArgs, InputArgs, MoneyArgs, NetworkArgs, OutputArgs, QueryArgs,
};

pub use clap::ColorChoice;
pub use words::ErrorFormat;
use words::{COLOURS, ERROR_FORMATS, LANGUAGES, LIST_FORMATS, PROVIDERS, TOPICS, usage_columns, word};

use crate::domain::record::Topic;
use crate::domain::request::ProviderId;
use crate::domain::text::Language;
use crate::help;
use crate::output::Format;
use clap::builder::PossibleValuesParser;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueHint};
use jiff::Timestamp;
use std::path::PathBuf;
use std::time::Duration;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Look up Chinese companies: dishonest debtors (失信被执行人) and software copyrights (软件著作权).
#[derive(Debug, Parser)]
#[command(name = "hecha", version, styles = STYLES, subcommand_required = true, arg_required_else_help = true)]
#[command(disable_help_subcommand = true, disable_help_flag = true, disable_version_flag = true)]
#[command(max_term_width = 100)]
pub struct Cli {
    /// The global options.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// The subcommand.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every subcommand.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// Configuration file to read instead of the one in the user's configuration folder
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing
    #[arg(long, global = true)]
    pub sandbox: bool,
    /// Language of messages, labels and help [default: the locale's]
    #[arg(long, global = true, value_name = "LANGUAGE", value_parser = word(LANGUAGES))]
    pub lang: Option<Language>,
    /// When to use colours; `NO_COLOR` is respected
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", value_parser = word(COLOURS))]
    pub color: ColorChoice,
    /// Write only errors to standard error
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Format of errors on standard error
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text", value_parser = word(ERROR_FORMATS))]
    pub error_format: ErrorFormat,
    /// Print help: -h for a summary, --help for everything
    #[arg(short, long, global = true, action = clap::ArgAction::HelpShort)]
    pub help: Option<bool>,
    /// Print the version
    #[arg(short = 'V', long, action = clap::ArgAction::Version)]
    pub version: Option<bool>,
}

/// The subcommands. Only the chosen one declares its options.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Command {
    /// Look up companies on the list of dishonest debtors (失信被执行人)
    Dishonest(QueryArgs),
    /// Look up the registered copyrights of companies (软件著作权)
    Copyright(CopyrightArgs),
    /// Show what is new, no longer listed or different since last time; free and offline, from the archive
    Changes(ChangesArgs),
    /// Recognise identifiers and verify their check digits; free and offline
    Identify(IdentifyArgs),
    /// Manage the archive of bought answers
    #[command(subcommand)]
    Archive(ArchiveCommand),
    /// Sum up calls and cost by provider, day and outcome
    Usage(UsageArgs),
    /// Show and check the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// List the APIs: limits, endpoints, accepted keywords
    Providers(ListingArgs),
    /// List every column: key, label, vendor field, type, meaning
    Fields {
        /// Kind of record
        #[arg(value_parser = word(TOPICS))]
        topic: Topic,
        /// The output options.
        #[command(flatten)]
        listing: ListingArgs,
    },
    /// Explain a vendor's code: meaning, whether it is charged, what to do
    Explain {
        /// Provider of the code
        #[arg(value_parser = word(&PROVIDERS))]
        provider: ProviderId,
        /// Code as the vendor writes it [default: all codes]
        code: Option<String>,
        /// The output options.
        #[command(flatten)]
        listing: ListingArgs,
    },
    /// Serve the simulated APIs on loopback, for scripts and tests
    Sandbox(SandboxArgs),
    /// Print the completion script of a shell
    Completions {
        /// Shell
        shell: clap_complete::Shell,
    },
    /// Write all manual pages to a folder, or print the main one
    Man {
        /// Folder for all pages
        #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
        folder: Option<PathBuf>,
    },
    /// Show the help of a command, or one of the topics money, output, batch, exit-codes, credentials
    Help {
        /// Command or topic
        #[arg(value_name = "COMMAND|TOPIC", value_parser = help_words())]
        command: Option<String>,
        /// Its subcommand
        #[arg(value_name = "SUBCOMMAND")]
        subcommand: Option<String>,
    },
}

/// The words that `hecha help` takes: the commands and the topics.
fn help_words() -> PossibleValuesParser {
    let command = Cli::command();
    let commands = command.get_subcommands().map(|below| below.get_name().to_owned());
    PossibleValuesParser::new(commands.chain(help::TOPICS.iter().map(|topic| topic.name.to_owned())))
}

/// `hecha identify`.
#[derive(Debug, Clone, Args)]
pub struct IdentifyArgs {
    /// Texts to recognise
    #[arg(value_name = "TEXT")]
    pub texts: Vec<String>,
    /// The source of the texts.
    #[command(flatten)]
    pub input: InputArgs,
    /// The output options.
    #[command(flatten)]
    pub listing: ListingArgs,
}

/// The output of lists about the tool itself.
#[derive(Debug, Clone, Args)]
pub struct ListingArgs {
    /// Output format [default: table on a terminal, json in a pipe]
    #[arg(short, long, value_name = "FORMAT", value_parser = word(LIST_FORMATS))]
    pub format: Option<Format>,
}

/// `hecha archive`.
#[derive(Debug, Clone, Subcommand)]
pub enum ArchiveCommand {
    /// List the entries, newest first
    List {
        /// Only requests for this keyword, in any spelling
        #[arg(long, value_name = "TEXT")]
        keyword: Option<String>,
        /// Only entries of this provider
        #[arg(long, value_parser = word(&PROVIDERS))]
        provider: Option<ProviderId>,
        /// Only entries received on or after this day, YYYY-MM-DD
        #[arg(long, value_name = "DATE", value_parser = units::day)]
        since: Option<Timestamp>,
        /// Maximum number of entries
        #[arg(long, value_name = "N", value_parser = units::whole_number, allow_negative_numbers = true)]
        limit: Option<u64>,
        /// The output options.
        #[command(flatten)]
        listing: ListingArgs,
    },
    /// Show one entry: the request, and the body as received
    Show {
        /// Number of the entry
        #[arg(value_parser = units::entry)]
        id: i64,
        /// Print only the body, byte for byte
        #[arg(long)]
        body: bool,
    },
    /// Write every entry as one JSON object per line
    Export {
        /// Write to a file instead of standard output
        #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        output: Option<PathBuf>,
    },
    /// Read every entry and verify its checksum
    Verify,
    /// Delete old answers; the ledger is kept
    Prune {
        /// Minimum age: 90d, 12h [default: the configured retention]
        #[arg(long, value_name = "AGE", value_parser = units::duration)]
        older_than: Option<Duration>,
    },
    /// Import another archive: answers, ledger, snapshots and marks
    Import {
        /// Archive file, or a file written by `archive export` (answers only)
        #[arg(value_name = "OTHER", value_hint = ValueHint::FilePath)]
        other: PathBuf,
    },
    /// Write a complete copy, also while other runs use the archive
    Backup {
        /// The copy; an earlier backup is replaced
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Print the path of the archive
    Path,
}

/// `hecha usage`.
#[derive(Debug, Clone, Args)]
pub struct UsageArgs {
    /// Archive files to sum instead of the configured archive, for example those of all shards
    #[arg(value_name = "ARCHIVE", value_hint = ValueHint::FilePath)]
    pub archives: Vec<PathBuf>,
    /// Only calls on or after this day, YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = units::day)]
    pub since: Option<Timestamp>,
    /// Columns to sum by, separated by commas
    #[arg(
        long,
        value_name = "COLUMNS",
        value_delimiter = ',',
        default_value = "provider,day,outcome,charged",
        value_parser = usage_columns()
    )]
    pub by: Vec<String>,
    /// Shows the shared budgets instead.
    #[arg(
        long,
        conflicts_with_all = ["archives", "since", "by"],
        help = "Show what is left of the shared budgets instead ([budget] in the configuration)"
    )]
    pub budget: bool,
    /// The output options.
    #[command(flatten)]
    pub listing: ListingArgs,
}

/// `hecha config`.
#[derive(Debug, Clone, Subcommand)]
pub enum ConfigCommand {
    /// Write a commented configuration file (mode 0600)
    Init,
    /// Print the path of the configuration file
    Path,
    /// Show every setting and its origin; secrets are masked
    Show,
    /// Check settings, credentials, endpoints and clock without a paid call
    Check {
        /// The output options.
        #[command(flatten)]
        listing: ListingArgs,
    },
}

/// `hecha sandbox`.
#[derive(Debug, Clone, Args)]
pub struct SandboxArgs {
    /// Address to listen on; port 0 takes a free port
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0", value_parser = units::address)]
    pub listen: std::net::SocketAddr,
    /// Latency of every answer
    #[arg(long, value_name = "TIME", default_value = "0ms", value_parser = units::duration)]
    pub latency: Duration,
    /// Command to run in the sandbox's environment; the sandbox ends with it
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<std::ffi::OsString>,
}
