//! The command line as it is typed. Declarations only: nothing is resolved and nothing is done here.
//!
//! The doc comments are the English help; `localised` puts them into the user's language and gives every
//! help its examples.

mod localised;
mod mistakes;
mod number;

pub use localised::{command, parse, undressed};
pub use mistakes::describe as describe_mistake;

use number::whole_number;

use crate::domain::request::ProviderId;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use std::path::PathBuf;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Look Chinese companies up: dishonest debtors (失信被执行人) and software copyrights (软件著作权).
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
    /// Ask the embedded imitation of the three vendors: no configuration, no money
    #[arg(long, global = true)]
    pub sandbox: bool,
    /// Language of everything written for people [default: by the locale]
    #[arg(long, global = true, value_name = "LANGUAGE")]
    pub lang: Option<LanguageArg>,
    /// When to use colours; `NO_COLOR` is respected
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorArg,
    /// Say nothing but errors on standard error
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more: -v for retries and archive, -vv for requests and answers with every secret masked
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Errors on standard error as sentences or as one JSON object a line
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub error_format: ErrorFormatArg,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look companies up on the list of dishonest debtors (失信被执行人)
    Dishonest(DishonestArgs),
    /// Look companies' registered copyrights up (软件著作权)
    Copyright(CopyrightArgs),
    /// Show what is new, no longer listed or different since last time; free and offline, from the archive
    Changes(ChangesArgs),
    /// Say what kind of identifier each text is and whether its check digit is right; free and offline
    Identify(IdentifyArgs),
    /// The archive of everything that was bought
    Archive(ArchiveArgs),
    /// Calls and cost by provider, day and outcome
    Usage(UsageArgs),
    /// Where the settings are and what they are
    Config(ConfigArgs),
    /// The three interfaces: limits, endpoints, what each accepts
    Providers(LookupArgs),
    /// Every column of a kind of record: key, label, vendor field, type, meaning
    Fields(FieldsArgs),
    /// What a vendor's code means, whether it was charged, what to do
    Explain(ExplainArgs),
    /// Serve the imitation of the three vendors on loopback, for scripts and tests
    Sandbox(SandboxArgs),
    /// Write the completion script of a shell to standard output
    Completions(CompletionsArgs),
    /// Write the man pages into a folder, or the main one to standard output
    Man(ManArgs),
    /// Show this help, the help of a subcommand, or one of the topics money, output, batch, exit-codes, credentials
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
    /// Whom to ask [default: the configured one, else the one that has credentials]
    #[arg(long, value_name = "NAME", help_heading = "Query options", display_order = 0)]
    pub provider: Option<CopyrightProviderArg>,
    /// Only software, or only other works (ihuyi)
    #[arg(long = "type", value_name = "KIND", help_heading = "Query options", display_order = 1)]
    pub kind: Option<CopyrightKindArg>,
    /// Only what was announced in this year, YYYY (ihuyi)
    #[arg(long, value_name = "YYYY", help_heading = "Query options", display_order = 2)]
    pub year: Option<String>,
    /// Only this registration number, 登记号 (ihuyi)
    #[arg(long, value_name = "N", help_heading = "Query options", display_order = 3)]
    pub registration_number: Option<String>,
    /// Only titles that contain this (ihuyi)
    #[arg(long, value_name = "TEXT", help_heading = "Query options", display_order = 4)]
    pub title: Option<String>,
    /// Only owners whose name contains this (ihuyi)
    #[arg(long, value_name = "TEXT", help_heading = "Query options", display_order = 5)]
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
    /// How to read the keyword [default: recognised]
    #[arg(long, value_name = "KIND", help_heading = "Query options")]
    pub by: Option<ByArg>,
    /// Only records of the company that was asked for
    #[arg(long, help_heading = "Query options")]
    pub exact: bool,
    /// At most N records a query
    #[arg(long, value_name = "N", help_heading = "Paging options", value_parser = whole_number::<u64>, allow_negative_numbers = true)]
    pub limit: Option<u64>,
    /// Only this page, from 1
    #[arg(long, value_name = "N", help_heading = "Paging options", value_parser = whole_number::<u32>, allow_negative_numbers = true)]
    pub page: Option<u32>,
    /// Records a page, within the vendor's cap of 20, 50 or 10 [default: the cap]
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
    /// Keywords from a file: .txt one a line, .csv, .tsv, .xlsx; - is standard input
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
    /// Only every M-th keyword, the N-th share of M: to spread a list over machines
    #[arg(long, value_name = "N/M")]
    pub shard: Option<String>,
}

/// What a run may cost.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Money options")]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line, there or not")]
pub struct MoneyArgs {
    /// At most N calls that may be charged in this run [default: 100]
    #[arg(long, value_name = "N", value_parser = whole_number::<u64>, allow_negative_numbers = true)]
    pub max_calls: Option<u64>,
    /// Print the plan and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask before a large spend
    #[arg(long)]
    pub yes: bool,
    /// Pay again, whatever is in the archive
    #[arg(long, conflicts_with_all = ["max_age", "offline"])]
    pub fresh: bool,
    /// Reuse answers not older than this [default: 24h]
    #[arg(long, value_name = "AGE")]
    pub max_age: Option<String>,
    /// Buy all pages of a query again if one of them is older than --max-age
    #[arg(long, value_name = "WHAT", conflicts_with_all = ["fresh", "offline", "no_archive"])]
    pub refresh: Option<RefreshArg>,
    /// Never send anything: answer from the archive alone
    #[arg(long, conflicts_with = "no_archive")]
    pub offline: bool,
    /// Neither reuse nor keep anything
    #[arg(long)]
    pub no_archive: bool,
    /// Repeat requests that earlier runs may have been charged for without an answer
    #[arg(long)]
    pub retry_uncertain: bool,
    /// Give a batch up after N failed queries in a row [default: 10]
    #[arg(long, value_name = "N", value_parser = whole_number::<u64>, allow_negative_numbers = true)]
    pub max_errors: Option<u64>,
}

/// How requests travel.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Network options")]
pub struct NetworkArgs {
    /// Requests under way at once, for each provider [default: 4]
    #[arg(short = 'j', long, value_name = "N", value_parser = whole_number::<usize>, allow_negative_numbers = true)]
    pub concurrency: Option<usize>,
    /// Requests in a time, for each provider: 5/s, 100/m, 1000/h [default: no limit]
    #[arg(long, value_name = "N/s")]
    pub rate: Option<String>,
    /// Further attempts where nothing can have been charged [default: 2]
    #[arg(long, value_name = "N", value_parser = whole_number::<u32>, allow_negative_numbers = true)]
    pub retries: Option<u32>,
    /// Longest time for one request [default: 30s]
    #[arg(long, value_name = "TIME")]
    pub timeout: Option<String>,
    /// Longest time until a connection stands [default: 10s]
    #[arg(long, value_name = "TIME")]
    pub connect_timeout: Option<String>,
    /// HTTP or SOCKS proxy: http://, socks5:// or socks5h://
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub proxy: Option<String>,
    /// Certificates to trust besides the system's, PEM
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ca_cert: Option<PathBuf>,
}

/// Where the answer goes, and in which form.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output options")]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line, there or not")]
pub struct OutputArgs {
    /// Format [default: by the extension of -o, else table on a terminal and json in a pipe]
    #[arg(short, long, value_name = "FORMAT")]
    pub format: Option<FormatArg>,
    /// Write to a file, which appears when it is whole
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Columns, in this order, in every format
    #[arg(long, value_name = "a,b,c", value_delimiter = ',', conflicts_with = "wide")]
    pub fields: Vec<String>,
    /// All columns in the table
    #[arg(long)]
    pub wide: bool,
    /// Bars below the table: counts by year, court and performance, or by year, category and owner
    #[arg(long, conflicts_with = "raw")]
    pub summary: bool,
    /// How csv is written: excel keeps codes as text after a double click
    #[arg(long, value_name = "DIALECT", default_value = "rfc4180")]
    pub csv_dialect: CsvDialectArg,
    /// What heads the columns [default: keys in csv, labels in table and xlsx]
    #[arg(long, value_name = "WHAT")]
    pub header: Option<HeaderArg>,
    /// One row a query: status, totals, calls, source, error; .csv, .json, .ndjson or .xlsx
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub report: Option<PathBuf>,
    /// The vendor's bodies as received, one a line
    #[arg(long, conflicts_with_all = ["format", "fields", "wide"])]
    pub raw: bool,
    /// Exit with 20 where nothing was found
    #[arg(long)]
    pub fail_empty: bool,
}

/// `hecha changes`.
#[derive(Debug, Clone, Args)]
pub struct ChangesArgs {
    /// Which kind of record
    pub topic: TopicArg,
    /// Keywords to compare [default: every query of the archive]
    #[arg(value_name = "KEYWORD")]
    pub keywords: Vec<String>,
    /// Where the keywords are.
    #[command(flatten)]
    pub input: InputArgs,
    /// Only answers of this provider
    #[arg(long, value_name = "NAME", help_heading = "Query options")]
    pub provider: Option<ProviderArg>,
    /// Compare with the newest complete snapshot before this day, YYYY-MM-DD
    #[arg(long, value_name = "DATE", help_heading = "Comparison options", conflicts_with = "baseline")]
    pub since: Option<String>,
    /// Compare with the snapshots that --mark NAME marked
    #[arg(long, value_name = "NAME", help_heading = "Comparison options")]
    pub baseline: Option<String>,
    /// Mark the compared snapshots as NAME, after the output is written
    #[arg(long, value_name = "NAME", help_heading = "Comparison options")]
    pub mark: Option<String>,
    /// Format [default: by the extension of -o, else table on a terminal and json in a pipe]
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
    /// What to recognise
    #[arg(value_name = "TEXT")]
    pub texts: Vec<String>,
    /// Where the texts are.
    #[command(flatten)]
    pub input: InputArgs,
    /// Format [default: table on a terminal, json in a pipe]
    #[arg(short, long, value_name = "FORMAT")]
    pub format: Option<ListFormatArg>,
}

/// Output of the free look-ups.
#[derive(Debug, Clone, Args)]
pub struct LookupArgs {
    /// Format [default: table on a terminal, json in a pipe]
    #[arg(short, long, value_name = "FORMAT")]
    pub format: Option<ListFormatArg>,
}

/// `hecha fields`.
#[derive(Debug, Clone, Args)]
pub struct FieldsArgs {
    /// Which kind of record
    pub topic: TopicArg,
    /// How to show them.
    #[command(flatten)]
    pub lookup: LookupArgs,
}

/// `hecha explain`.
#[derive(Debug, Clone, Args)]
pub struct ExplainArgs {
    /// Whose code
    pub provider: ProviderArg,
    /// The code as the vendor wrote it; without it, all of them
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
    /// List what is kept, newest first
    List {
        /// Only requests for this keyword, in any spelling
        #[arg(long, value_name = "TEXT")]
        keyword: Option<String>,
        /// Only this provider's
        #[arg(long)]
        provider: Option<ProviderArg>,
        /// Only what was received on this day or later, YYYY-MM-DD
        #[arg(long, value_name = "DATE")]
        since: Option<String>,
        /// At most N entries
        #[arg(long, value_name = "N", value_parser = whole_number::<u64>, allow_negative_numbers = true)]
        limit: Option<u64>,
        /// How to show them.
        #[command(flatten)]
        lookup: LookupArgs,
    },
    /// Show one entry: its question, and the body as received
    Show {
        /// The entry's number
        id: i64,
        /// Only the body, byte for byte
        #[arg(long)]
        body: bool,
    },
    /// Write every entry as one JSON object a line
    Export {
        /// Write to a file instead of standard output
        #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        output: Option<PathBuf>,
    },
    /// Read everything and compare digests
    Verify,
    /// Delete old answers; the ledger stays
    Prune {
        /// Older than this: 90d, 12h [default: the configured time to keep]
        #[arg(long, value_name = "AGE")]
        older_than: Option<String>,
    },
    /// Take over what another archive holds
    Import {
        /// The other archive
        #[arg(value_name = "OTHER", value_hint = ValueHint::FilePath)]
        other: PathBuf,
    },
    /// Write a complete copy, also while other runs use the archive
    Backup {
        /// The copy; an earlier backup is replaced
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Say where it is
    Path,
}

/// `hecha usage`.
#[derive(Debug, Clone, Args)]
pub struct UsageArgs {
    /// Archive files to sum instead of the configured archive, for example those of all shards
    #[arg(value_name = "ARCHIVE", value_hint = ValueHint::FilePath)]
    pub archives: Vec<PathBuf>,
    /// Only from this day on, YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    pub since: Option<String>,
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
    /// Write a commented configuration file, readable by its owner alone
    Init,
    /// Say where the configuration file is
    Path,
    /// Show every setting with its origin; secrets masked
    Show,
    /// Look for whatever would make a query fail, without a paid call
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
    /// Which shell
    pub shell: clap_complete::Shell,
}

/// `hecha man`.
#[derive(Debug, Clone, Args)]
pub struct ManArgs {
    /// Folder to write all pages into
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub folder: Option<PathBuf>,
}

/// `hecha help`.
#[derive(Debug, Clone, Args)]
pub struct HelpArgs {
    /// A subcommand or a topic
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
        Auto = "auto", /// Everywhere
        Always = "always", /// Nowhere
        Never = "never" }
}
choices! {
    /// `--error-format`.
    ErrorFormatArg { /// Sentences
        Text = "text", /// One object a line
        Json = "json" }
}
choices! {
    /// `--provider` of `hecha copyright`.
    CopyrightProviderArg { /// 互亿无线
        Ihuyi = "ihuyi", /// 凭安/水滴
        Shuidi = "shuidi", /// Both
        All = "all" }
}
choices! {
    /// A provider by its name.
    ProviderArg { /// The dishonest list on a cloud market
        Market = "market", /// 互亿无线
        Ihuyi = "ihuyi", /// 凭安/水滴
        Shuidi = "shuidi" }
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
    FormatArg { /// For reading
        Table = "table", /// One document
        Json = "json", /// One record a line
        Ndjson = "ndjson", /// Comma-separated
        Csv = "csv", /// Tab-separated
        Tsv = "tsv", /// Excel, two sheets
        Xlsx = "xlsx", /// One page to forward
        Html = "html" }
}
choices! {
    /// `--format` of lists.
    ListFormatArg { /// For reading
        Table = "table", /// For machines
        Json = "json" }
}
choices! {
    /// `--csv-dialect`.
    CsvDialectArg { /// Exact
        Rfc4180 = "rfc4180", /// For a double click
        Excel = "excel" }
}
choices! {
    /// `--header`.
    HeaderArg { /// The keys of the data
        Keys = "keys", /// Labels in the user's language
        Labels = "labels", /// No header
        None = "none" }
}
choices! {
    /// The kind of records.
    TopicArg { /// 失信被执行人
        Dishonest = "dishonest", /// 著作权
        Copyright = "copyright" }
}

impl From<ProviderArg> for ProviderId {
    fn from(provider: ProviderArg) -> Self {
        match provider {
            ProviderArg::Market => Self::Market,
            ProviderArg::Ihuyi => Self::Ihuyi,
            ProviderArg::Shuidi => Self::Shuidi,
        }
    }
}
