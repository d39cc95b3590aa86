//! The options of the queries and of `hecha changes`.

use super::units::{self, Shard};
use super::words::{
    COPYRIGHT_KINDS, CSV_DIALECTS, FORMATS, HEADERS, IDENTIFIER_KINDS, REFRESH, SUSPICIOUS, TOPICS,
    names_or_all, word,
};
use crate::domain::identifier::IdentifierKind;
use crate::domain::page::ByFinding;
use crate::domain::query::CopyrightKind;
use crate::domain::record::Topic;
use crate::input::{SuspiciousKeywords, TextEncoding};
use crate::output::{CsvDialect, Format, Header};
use crate::provider::{REGISTRY, providers_of};
use clap::{Args, ValueHint};
use jiff::Timestamp;
use std::path::PathBuf;
use std::time::Duration;

/// `hecha copyright`.
#[derive(Debug, Clone, Args)]
#[command(next_display_order = 10)]
pub struct CopyrightArgs {
    /// The query options.
    #[command(flatten)]
    pub query: QueryArgs,
    /// The options of copyrights only, which are listed before those of all queries.
    #[command(flatten)]
    pub copyright: CopyrightOnlyArgs,
}

/// The options of `hecha copyright` only.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Query options", next_display_order = 0)]
pub struct CopyrightOnlyArgs {
    /// Provider to query [default: the configured one, else the one with credentials]
    #[arg(long, value_name = "NAME", value_parser = names_or_all(providers_of(Topic::Copyright)))]
    pub provider: Option<String>,
    /// One row for each registration (--provider all)
    #[arg(long)]
    pub merge: bool,
    /// Only software, or only other works
    #[arg(long = "type", value_name = "KIND", value_parser = word(COPYRIGHT_KINDS))]
    pub kind: Option<CopyrightKind>,
    /// Only copyrights announced in this year, YYYY
    #[arg(long, hide_short_help = true, value_name = "YYYY", value_parser = units::year)]
    pub year: Option<String>,
    /// Only this registration number, 登记号
    #[arg(long, hide_short_help = true, value_name = "N", value_parser = units::not_blank)]
    pub registration_number: Option<String>,
    /// Only titles that contain this
    #[arg(long, hide_short_help = true, value_name = "TEXT", value_parser = units::not_blank)]
    pub title: Option<String>,
    /// Only owners whose name contains this
    #[arg(long, hide_short_help = true, value_name = "TEXT", value_parser = units::not_blank)]
    pub owner: Option<String>,
}

/// The options of all queries.
#[derive(Debug, Clone, Args)]
pub struct QueryArgs {
    /// Company names, unified social credit codes, organisation codes, registration numbers
    #[arg(value_name = "KEYWORD")]
    pub keywords: Vec<String>,
    /// The source of the keywords.
    #[command(flatten)]
    pub input: InputArgs,
    /// What to do with suspicious keywords [default: stop]
    #[arg(long, value_name = "WHAT", help_heading = "Query options", value_parser = word(SUSPICIOUS))]
    pub suspicious: Option<SuspiciousKeywords>,
    /// Kind of the keywords [default: recognised]
    #[arg(long, hide_short_help = true, value_name = "KIND", help_heading = "Query options", value_parser = word(IDENTIFIER_KINDS))]
    pub by: Option<IdentifierKind>,
    /// Only records of the company that was asked for
    #[arg(long, help_heading = "Query options")]
    pub exact: bool,
    /// Maximum number of records per query
    #[arg(long, value_name = "N", help_heading = "Paging options", value_parser = units::positive, allow_negative_numbers = true)]
    pub limit: Option<u64>,
    /// Query only this page, counted from 1
    #[arg(long, hide_short_help = true, value_name = "N", help_heading = "Paging options", value_parser = units::page, allow_negative_numbers = true)]
    pub page: Option<u32>,
    /// Records per page, up to the vendor's cap [default: the cap]
    #[arg(long, hide_short_help = true, value_name = "N", help_heading = "Paging options", value_parser = units::page_size, allow_negative_numbers = true)]
    pub page_size: Option<u32>,
    /// The money options.
    #[command(flatten)]
    pub money: MoneyArgs,
    /// The network options.
    #[command(flatten)]
    pub network: NetworkArgs,
    /// The output options.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// The source of keywords.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Query options")]
pub struct InputArgs {
    /// Read keywords from a file: .txt (one per line), .csv, .tsv or .xlsx; - is standard input
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub input: Option<PathBuf>,
    /// Column of the file: a heading, number or letter, or several in order of preference [default: by content]
    #[arg(long, value_name = "SPEC", requires = "input")]
    pub column: Option<String>,
    /// Sheet of the .xlsx file [default: the first]
    #[arg(long, hide_short_help = true, value_name = "NAME", requires = "input")]
    pub sheet: Option<String>,
    /// Encoding of the file [default: byte-order mark, UTF-8, GB18030]
    #[arg(long, hide_short_help = true, value_name = "NAME", requires = "input")]
    pub encoding: Option<TextEncoding>,
    /// Query only the Nth of M shards of the list, to split it among machines
    #[arg(long, hide_short_help = true, value_name = "N/M")]
    pub shard: Option<Shard>,
}

/// The money options.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Money options")]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line, there or not")]
pub struct MoneyArgs {
    /// Maximum number of paid calls in this run [default: 100]
    #[arg(long, value_name = "N", value_parser = units::whole_number, allow_negative_numbers = true)]
    pub max_calls: Option<u64>,
    /// Print the plan without sending requests
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask for confirmation before a large spend
    #[arg(long, hide_short_help = true)]
    pub yes: bool,
    /// Ignore archived answers and pay for new ones
    #[arg(long, conflicts_with_all = ["max_age", "offline"])]
    pub fresh: bool,
    /// Maximum age of reused answers: 12h, or records=30d,nothing=7d [default: 24h]
    #[arg(long, value_name = "AGE", value_parser = units::max_age)]
    pub max_age: Option<ByFinding<Option<Duration>>>,
    /// Buy all pages of a query again if one of them is older than --max-age
    #[arg(long, hide_short_help = true, value_name = "WHAT", conflicts_with_all = ["fresh", "offline", "no_archive"], value_parser = word(REFRESH))]
    pub refresh: Option<()>,
    /// Send no requests; answer from the archive only
    #[arg(long, conflicts_with = "no_archive")]
    pub offline: bool,
    /// Neither reuse nor store answers
    #[arg(long, hide_short_help = true)]
    pub no_archive: bool,
    /// Repeat requests that earlier runs may have been charged for without an answer
    #[arg(long, hide_short_help = true)]
    pub retry_uncertain: bool,
    /// Abort the batch after N consecutive failures [default: 10]
    #[arg(long, hide_short_help = true, value_name = "N", value_parser = units::positive, allow_negative_numbers = true)]
    pub max_errors: Option<u64>,
}

/// The network options.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Network options")]
pub struct NetworkArgs {
    /// Concurrent requests per provider [default: 4]
    #[arg(short = 'j', long, value_name = "N", value_parser = units::concurrency, allow_negative_numbers = true)]
    pub concurrency: Option<usize>,
    /// Request rate per provider: 5/s, 100/m, 1000/h [default: no limit]
    #[arg(long, hide_short_help = true, value_name = "N/s", value_parser = units::interval_of_rate)]
    pub rate: Option<Duration>,
    /// Retries of requests that were certainly not charged [default: 2]
    #[arg(long, hide_short_help = true, value_name = "N", value_parser = units::retries, allow_negative_numbers = true)]
    pub retries: Option<u32>,
    /// Request timeout [default: 30s]
    #[arg(long, hide_short_help = true, value_name = "TIME", value_parser = units::timeout)]
    pub timeout: Option<Duration>,
    /// Connection timeout [default: 10s]
    #[arg(long, hide_short_help = true, value_name = "TIME", value_parser = units::timeout)]
    pub connect_timeout: Option<Duration>,
    /// HTTP or SOCKS proxy: http://, socks5:// or socks5h://
    #[arg(long, hide_short_help = true, value_name = "URL", value_hint = ValueHint::Url)]
    pub proxy: Option<String>,
    /// Additional trusted certificates (PEM)
    #[arg(long, hide_short_help = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ca_cert: Option<PathBuf>,
}

/// The output options.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output options")]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line, there or not")]
pub struct OutputArgs {
    /// Output format [default: by the extension of -o, else table on a terminal, json in a pipe]
    #[arg(short, long, value_name = "FORMAT", value_parser = word(FORMATS))]
    pub format: Option<Format>,
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
    #[arg(long, hide_short_help = true, conflicts_with = "raw")]
    pub summary: bool,
    /// Dialect of csv: excel keeps codes as text when the file is opened in Excel
    #[arg(long, hide_short_help = true, value_name = "DIALECT", default_value = "rfc4180", value_parser = word(CSV_DIALECTS))]
    pub csv_dialect: CsvDialect,
    /// Column headings [default: keys in csv, labels in table and xlsx]
    #[arg(long, hide_short_help = true, value_name = "WHAT", value_parser = word(HEADERS))]
    pub header: Option<Header>,
    /// Write a report: one row per row of the list, with status, totals and error; .csv, .json, .ndjson or .xlsx
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub report: Option<PathBuf>,
    /// Write a copy of the list with the outcome added to each row; .csv or .xlsx
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "input")]
    pub annotate: Option<PathBuf>,
    /// Print the response bodies as received, one per line
    #[arg(long, hide_short_help = true, conflicts_with_all = ["format", "fields", "wide"])]
    pub raw: bool,
    /// Exit with code 20 if nothing was found
    #[arg(long, hide_short_help = true)]
    pub fail_empty: bool,
}

/// `hecha changes`.
#[derive(Debug, Clone, Args)]
pub struct ChangesArgs {
    /// Kind of record
    #[arg(value_parser = word(TOPICS))]
    pub topic: Topic,
    /// Keywords to compare [default: every query of the archive]
    #[arg(value_name = "KEYWORD")]
    pub keywords: Vec<String>,
    /// The source of the keywords.
    #[command(flatten)]
    pub input: InputArgs,
    /// Only answers of this provider
    #[arg(long, value_name = "NAME", help_heading = "Query options", value_parser = names_or_all(REGISTRY.iter().copied()))]
    pub provider: Option<String>,
    /// Compare with the newest complete snapshot before this day, YYYY-MM-DD
    #[arg(long, value_name = "DATE", help_heading = "Comparison options", conflicts_with = "baseline", value_parser = units::day)]
    pub since: Option<Timestamp>,
    /// Compare with the snapshots that --mark NAME marked
    #[arg(long, value_name = "NAME", help_heading = "Comparison options", value_parser = units::not_blank)]
    pub baseline: Option<String>,
    /// Mark the compared snapshots as NAME, after the output is written
    #[arg(long, value_name = "NAME", help_heading = "Comparison options", value_parser = units::not_blank)]
    pub mark: Option<String>,
    /// Output format [default: by the extension of -o, else table on a terminal, json in a pipe]
    #[arg(short, long, value_name = "FORMAT", help_heading = "Output options", value_parser = word(FORMATS))]
    pub format: Option<Format>,
    /// Write to a file, created only once it is complete
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output options")]
    pub output: Option<PathBuf>,
    /// Exit with code 21 if anything changed
    #[arg(long, help_heading = "Output options")]
    pub fail_changed: bool,
}
