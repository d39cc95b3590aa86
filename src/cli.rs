//! The command line as it is typed. Declarations only: nothing is resolved and nothing is done here.
//!
//! The doc comments are the English help; `localised` puts them into the user's language and gives every
//! help its examples.

mod localised;
mod number;
mod parse_errors;
mod provider;

pub use localised::{command, parse, undressed};
pub use parse_errors::describe as describe_parse_error;

use number::whole_number;
use provider::{provider, provider_or_all};

use crate::domain::record::Topic;
use crate::domain::request::ProviderId;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use std::path::PathBuf;

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
    /// What is typed before or after any subcommand.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// What to do.
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
    #[arg(long, global = true, value_name = "LANGUAGE")]
    pub lang: Option<LanguageArg>,
    /// When to use colours; `NO_COLOR` is respected
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorArg,
    /// Write only errors to standard error
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Format of errors on standard error
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub error_format: ErrorFormatArg,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look up companies on the list of dishonest debtors (失信被执行人)
    Dishonest(DishonestArgs),
    /// Look up the registered copyrights of companies (软件著作权)
    Copyright(CopyrightArgs),
    /// Show what is new, no longer listed or different since last time; free and offline, from the archive
    Changes(ChangesArgs),
    /// Recognise identifiers and verify their check digits; free and offline
    Identify(IdentifyArgs),
    /// Manage the archive of bought answers
    Archive(ArchiveArgs),
    /// Sum up calls and cost by provider, day and outcome
    Usage(UsageArgs),
    /// Show and check the configuration
    Config(ConfigArgs),
    /// List the APIs: limits, endpoints, accepted keywords
    Providers(LookupArgs),
    /// List every column: key, label, vendor field, type, meaning
    Fields(FieldsArgs),
    /// Explain a vendor's code: meaning, whether it is charged, what to do
    Explain(ExplainArgs),
    /// Serve the imitation of the vendors on loopback, for scripts and tests
    Sandbox(SandboxArgs),
    /// Print the completion script of a shell
    Completions(CompletionsArgs),
    /// Write all manual pages to a folder, or print the main one
    Man(ManArgs),
    /// Show the help of a command, or one of the topics money, output, batch, exit-codes, credentials
    Help(HelpArgs),
}

/// `hecha dishonest`.
#[derive(Debug, Clone, Args)]
pub struct DishonestArgs {
    /// What is asked.
    #[command(flatten)]
    pub query: QueryArgs,
}

/// `hecha copyright`.
#[derive(Debug, Clone, Args)]
#[command(next_display_order = 10)]
pub struct CopyrightArgs {
    /// What is asked.
    #[command(flatten)]
    pub query: QueryArgs,
    /// Provider to query [default: the configured one, else the one with credentials]
    #[arg(long, value_name = "NAME", help_heading = "Query options", display_order = 0, value_parser = provider_or_all(Topic::Copyright))]
    pub provider: Option<String>,
    /// One row for each registration, from all providers (--provider all)
    #[arg(long, help_heading = "Query options", display_order = 1)]
    pub merge: bool,
    /// Only software, or only other works
    #[arg(long = "type", value_name = "KIND", help_heading = "Query options", display_order = 2)]
    pub kind: Option<CopyrightKindArg>,
    /// Only copyrights announced in this year, YYYY
    #[arg(long, value_name = "YYYY", help_heading = "Query options", display_order = 3)]
    pub year: Option<String>,
    /// Only this registration number, 登记号
    #[arg(long, value_name = "N", help_heading = "Query options", display_order = 4)]
    pub registration_number: Option<String>,
    /// Only titles that contain this
    #[arg(long, value_name = "TEXT", help_heading = "Query options", display_order = 5)]
    pub title: Option<String>,
    /// Only owners whose name contains this
    #[arg(long, value_name = "TEXT", help_heading = "Query options", display_order = 6)]
    pub owner: Option<String>,
}

/// What both look-ups share.
#[derive(Debug, Clone, Args)]
pub struct QueryArgs {
    /// Company names, unified social credit codes, organisation codes, registration numbers
    #[arg(value_name = "KEYWORD")]
    pub keywords: Vec<String>,
    /// Where the keywords are.
    #[command(flatten)]
    pub input: InputArgs,
    /// What to do with suspicious keywords [default: stop]
    #[arg(long, value_name = "WHAT", help_heading = "Query options")]
    pub suspicious: Option<SuspiciousArg>,
    /// Kind of the keywords [default: recognised]
    #[arg(long, value_name = "KIND", help_heading = "Query options")]
    pub by: Option<ByArg>,
    /// Only records of the company that was asked for
    #[arg(long, help_heading = "Query options")]
    pub exact: bool,
    /// Maximum number of records per query
    #[arg(long, value_name = "N", help_heading = "Paging options", value_parser = whole_number::<u64>, allow_negative_numbers = true)]
    pub limit: Option<u64>,
    /// Query only this page, counted from 1
    #[arg(long, value_name = "N", help_heading = "Paging options", value_parser = whole_number::<u32>, allow_negative_numbers = true)]
    pub page: Option<u32>,
    /// Records per page, up to the vendor's cap [default: the cap]
    #[arg(long, value_name = "N", help_heading = "Paging options", value_parser = whole_number::<u32>, allow_negative_numbers = true)]
    pub page_size: Option<u32>,
    /// What it may cost.
    #[command(flatten)]
    pub money: MoneyArgs,
    /// How it travels.
    #[command(flatten)]
    pub network: NetworkArgs,
    /// Where it goes.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Where keywords are read from.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Query options")]
pub struct InputArgs {
    /// Read keywords from a file: .txt (one per line), .csv, .tsv or .xlsx; - is standard input
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub input: Option<PathBuf>,
    /// Column of the file: a heading, number or letter, or several in order of preference [default: by content]
    #[arg(long, value_name = "SPEC")]
    pub column: Option<String>,
    /// Sheet of the .xlsx file [default: the first]
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Encoding of the file [default: byte-order mark, UTF-8, GB18030]
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Query only the Nth of M shares of the list, to split it among machines
    #[arg(long, value_name = "N/M")]
    pub shard: Option<String>,
}

/// What a run may cost.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Money options")]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line, there or not")]
pub struct MoneyArgs {
    /// Maximum number of paid calls in this run [default: 100]
    #[arg(long, value_name = "N", value_parser = whole_number::<u64>, allow_negative_numbers = true)]
    pub max_calls: Option<u64>,
    /// Print the plan without sending requests
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask for confirmation before a large spend
    #[arg(long)]
    pub yes: bool,
    /// Ignore archived answers and pay for new ones
    #[arg(long, conflicts_with_all = ["max_age", "offline"])]
    pub fresh: bool,
    /// Maximum age of reused answers: 12h, or records=30d,nothing=7d [default: 24h]
    #[arg(long, value_name = "AGE")]
    pub max_age: Option<String>,
    /// Buy all pages of a query again if one of them is older than --max-age
    #[arg(long, value_name = "WHAT", conflicts_with_all = ["fresh", "offline", "no_archive"])]
    pub refresh: Option<RefreshArg>,
    /// Send no requests; answer from the archive only
    #[arg(long, conflicts_with = "no_archive")]
    pub offline: bool,
    /// Neither reuse nor store answers
    #[arg(long)]
    pub no_archive: bool,
    /// Repeat requests that earlier runs may have been charged for without an answer
    #[arg(long)]
    pub retry_uncertain: bool,
    /// Abort the batch after N consecutive failures [default: 10]
    #[arg(long, value_name = "N", value_parser = whole_number::<u64>, allow_negative_numbers = true)]
    pub max_errors: Option<u64>,
}

/// How requests travel.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Network options")]
pub struct NetworkArgs {
    /// Concurrent requests per provider [default: 4]
    #[arg(short = 'j', long, value_name = "N", value_parser = whole_number::<usize>, allow_negative_numbers = true)]
    pub concurrency: Option<usize>,
    /// Request rate per provider: 5/s, 100/m, 1000/h [default: no limit]
    #[arg(long, value_name = "N/s")]
    pub rate: Option<String>,
    /// Retries of requests that were certainly not charged [default: 2]
    #[arg(long, value_name = "N", value_parser = whole_number::<u32>, allow_negative_numbers = true)]
    pub retries: Option<u32>,
    /// Request timeout [default: 30s]
    #[arg(long, value_name = "TIME")]
    pub timeout: Option<String>,
    /// Connection timeout [default: 10s]
    #[arg(long, value_name = "TIME")]
    pub connect_timeout: Option<String>,
    /// HTTP or SOCKS proxy: http://, socks5:// or socks5h://
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub proxy: Option<String>,
    /// Additional trusted certificates (PEM)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ca_cert: Option<PathBuf>,
}

/// Where the answer goes, and in which form.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output options")]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line, there or not")]
pub struct OutputArgs {
    /// Output format [default: by the extension of -o, else table on a terminal, json in a pipe]
    #[arg(short, long, value_name = "FORMAT")]
    pub format: Option<FormatArg>,
    /// Write to a file, created only once it is complete
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Columns in this order, in every format
    #[arg(long, value_name = "a,b,c", value_delimiter = ',', conflicts_with = "wide")]
    pub fields: Vec<String>,
    /// Show all columns in the table
    #[arg(long)]
    pub wide: bool,
    /// Show bar charts below the table: counts by year, court, performance, category or owner
    #[arg(long, conflicts_with = "raw")]
    pub summary: bool,
    /// Dialect of csv: excel keeps codes as text when the file is opened in Excel
    #[arg(long, value_name = "DIALECT", default_value = "rfc4180")]
    pub csv_dialect: CsvDialectArg,
    /// Column headings [default: keys in csv, labels in table and xlsx]
    #[arg(long, value_name = "WHAT")]
    pub header: Option<HeaderArg>,
    /// One row a query: status, totals, calls, source, error; .csv, .json, .ndjson or .xlsx
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub report: Option<PathBuf>,
    /// Write the list back with what was found behind each row; .csv or .xlsx
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub annotate: Option<PathBuf>,
    /// Print the response bodies as received, one per line
    #[arg(long, conflicts_with_all = ["format", "fields", "wide"])]
    pub raw: bool,
    /// Exit with code 20 if nothing was found
    #[arg(long)]
    pub fail_empty: bool,
}

/// `hecha changes`.
#[derive(Debug, Clone, Args)]
pub struct ChangesArgs {
    /// Kind of record
    pub topic: TopicArg,
    /// Keywords to compare [default: every query of the archive]
    #[arg(value_name = "KEYWORD")]
    pub keywords: Vec<String>,
    /// Where the keywords are.
    #[command(flatten)]
    pub input: InputArgs,
    /// Only answers of this provider
    #[arg(long, value_name = "NAME", help_heading = "Query options", value_parser = provider())]
    pub provider: Option<ProviderId>,
    /// Compare with the newest complete snapshot before this day, YYYY-MM-DD
    #[arg(long, value_name = "DATE", help_heading = "Comparison options", conflicts_with = "baseline")]
    pub since: Option<String>,
    /// Compare with the snapshots that --mark NAME marked
    #[arg(long, value_name = "NAME", help_heading = "Comparison options")]
    pub baseline: Option<String>,
    /// Mark the compared snapshots as NAME, after the output is written
    #[arg(long, value_name = "NAME", help_heading = "Comparison options")]
    pub mark: Option<String>,
    /// Output format [default: by the extension of -o, else table on a terminal, json in a pipe]
    #[arg(short, long, value_name = "FORMAT", help_heading = "Output options")]
    pub format: Option<FormatArg>,
    /// Write to a file, created only once it is complete
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output options")]
    pub output: Option<PathBuf>,
    /// Exit with 21 if anything changed
    #[arg(long, help_heading = "Output options")]
    pub fail_changed: bool,
}

/// `hecha identify`.
#[derive(Debug, Clone, Args)]
pub struct IdentifyArgs {
    /// Texts to recognise
    #[arg(value_name = "TEXT")]
    pub texts: Vec<String>,
    /// Where the texts are.
    #[command(flatten)]
    pub input: InputArgs,
    /// Output format [default: table on a terminal, json in a pipe]
    #[arg(short, long, value_name = "FORMAT")]
    pub format: Option<ListFormatArg>,
}

/// Output of the free look-ups.
#[derive(Debug, Clone, Args)]
pub struct LookupArgs {
    /// Output format [default: table on a terminal, json in a pipe]
    #[arg(short, long, value_name = "FORMAT")]
    pub format: Option<ListFormatArg>,
}

/// `hecha fields`.
#[derive(Debug, Clone, Args)]
pub struct FieldsArgs {
    /// Kind of record
    pub topic: TopicArg,
    /// How to show them.
    #[command(flatten)]
    pub lookup: LookupArgs,
}

/// `hecha explain`.
#[derive(Debug, Clone, Args)]
pub struct ExplainArgs {
    /// Provider of the code
    #[arg(value_parser = provider())]
    pub provider: ProviderId,
    /// Code as the vendor writes it [default: all codes]
    pub code: Option<String>,
    /// How to show it.
    #[command(flatten)]
    pub lookup: LookupArgs,
}

/// `hecha archive`.
#[derive(Debug, Clone, Args)]
pub struct ArchiveArgs {
    /// What to do with it.
    #[command(subcommand)]
    pub command: ArchiveCommand,
}

/// What can be done with the archive.
#[derive(Debug, Clone, Subcommand)]
pub enum ArchiveCommand {
    /// List the entries, newest first
    List {
        /// Only requests for this keyword, in any spelling
        #[arg(long, value_name = "TEXT")]
        keyword: Option<String>,
        /// Only entries of this provider
        #[arg(long, value_parser = provider())]
        provider: Option<ProviderId>,
        /// Only entries received on or after this day, YYYY-MM-DD
        #[arg(long, value_name = "DATE")]
        since: Option<String>,
        /// Maximum number of entries
        #[arg(long, value_name = "N", value_parser = whole_number::<u64>, allow_negative_numbers = true)]
        limit: Option<u64>,
        /// How to show them.
        #[command(flatten)]
        lookup: LookupArgs,
    },
    /// Show one entry: the request, and the body as received
    Show {
        /// Number of the entry
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
        #[arg(long, value_name = "AGE")]
        older_than: Option<String>,
    },
    /// Import the entries of another archive
    Import {
        /// Archive, or file written by `archive export`
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
    #[arg(long, value_name = "DATE")]
    pub since: Option<String>,
    /// Columns to sum by, separated by commas
    #[arg(
        long,
        value_name = "COLUMNS",
        value_delimiter = ',',
        default_value = "provider,day,outcome,charged"
    )]
    pub by: Vec<UsageColumnArg>,
    /// Show what is left of the shared budgets instead ([budget] in the configuration)
    #[arg(long, conflicts_with_all = ["archives", "since", "by"])]
    pub budget: bool,
    /// How to show it.
    #[command(flatten)]
    pub lookup: LookupArgs,
}

/// `hecha config`.
#[derive(Debug, Clone, Args)]
pub struct ConfigArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ConfigCommand,
}

/// What can be done with the configuration.
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
        /// How to show it.
        #[command(flatten)]
        lookup: LookupArgs,
    },
}

/// `hecha sandbox`.
#[derive(Debug, Clone, Args)]
pub struct SandboxArgs {
    /// Address to listen on; port 0 takes a free port
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    pub listen: std::net::SocketAddr,
    /// Latency of every answer
    #[arg(long, value_name = "TIME", default_value = "0ms")]
    pub latency: String,
    /// Command to run in the sandbox's environment; the sandbox ends with it
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<std::ffi::OsString>,
}

/// `hecha completions`.
#[derive(Debug, Clone, Args)]
pub struct CompletionsArgs {
    /// Shell
    pub shell: clap_complete::Shell,
}

/// `hecha man`.
#[derive(Debug, Clone, Args)]
pub struct ManArgs {
    /// Folder for all pages
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub folder: Option<PathBuf>,
}

/// `hecha help`.
#[derive(Debug, Clone, Args)]
pub struct HelpArgs {
    /// Command or topic
    #[arg(value_name = "COMMAND|TOPIC")]
    pub words: Vec<String>,
}

macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
        pub enum $name {
            $($(#[$variant_doc])* #[value(name = $word)] $variant),+
        }
    };
}

choices! {
    /// `--lang`.
    LanguageArg { /// Chinese
        Zh = "zh", /// English
        En = "en" }
}
choices! {
    /// `--color`.
    ColorArg { /// On terminals
        Auto = "auto", /// Always
        Always = "always", /// Never
        Never = "never" }
}
choices! {
    /// `--error-format`.
    ErrorFormatArg { /// Text
        Text = "text", /// One JSON object per line
        Json = "json" }
}
choices! {
    /// `--type`.
    CopyrightKindArg { /// 软件著作权
        Software = "software", /// 作品著作权
        Work = "work" }
}
choices! {
    /// `--by`.
    ByArg { /// Company name
        Name = "name", /// Unified social credit code, 18 characters
        Uscc = "uscc", /// Organisation code, 8 characters and a check digit
        OrgCode = "org-code", /// Registration number, 15 digits
        RegNo = "reg-no", /// The vendor's company id (dishonest list)
        CompanyId = "company-id" }
}
choices! {
    /// `--suspicious`.
    SuspiciousArg { /// Send nothing, and show the suspicious keywords
        Stop = "stop", /// Leave them out
        Skip = "skip", /// Send them as they are
        Send = "send" }
}
choices! {
    /// `--refresh`.
    RefreshArg { /// All pages, so that they are of one moment
        Whole = "whole" }
}
choices! {
    /// `--format` of queries.
    FormatArg { /// Text for a terminal
        Table = "table", /// One JSON document
        Json = "json", /// One record per line
        Ndjson = "ndjson", /// Comma-separated
        Csv = "csv", /// Tab-separated
        Tsv = "tsv", /// Excel workbook
        Xlsx = "xlsx", /// Self-contained web page
        Html = "html" }
}
choices! {
    /// `--format` of lists.
    ListFormatArg { /// Text for a terminal
        Table = "table", /// JSON for programs
        Json = "json", /// Comma-separated
        Csv = "csv" }
}
choices! {
    /// `--by` of `hecha usage`.
    UsageColumnArg { /// The provider
        Provider = "provider", /// The day in China
        Day = "day", /// The outcome of the call
        Outcome = "outcome", /// Whether the call was charged
        Charged = "charged", /// The computer that made the call
        Host = "host", /// The user who made the call
        User = "user" }
}
choices! {
    /// `--csv-dialect`.
    CsvDialectArg { /// RFC 4180
        Rfc4180 = "rfc4180", /// For opening in Excel
        Excel = "excel" }
}
choices! {
    /// `--header`.
    HeaderArg { /// Keys
        Keys = "keys", /// Labels in the language of --lang
        Labels = "labels", /// No header
        None = "none" }
}
choices! {
    /// The kind of records.
    TopicArg { /// 失信被执行人
        Dishonest = "dishonest", /// 著作权
        Copyright = "copyright" }
}
