//! The settings of `hecha changes`.

use super::KeywordSource;
use super::access::{ALL_PROVIDERS, providers_named};
use super::keywords::keyword_source;
use super::output::{format_of_output, output_file};
use crate::cli::ChangesArgs;
use crate::cli::units::Shard;
use crate::domain::failure::Failure;
use crate::domain::record::Topic;
use crate::domain::request::ProviderId;
use crate::domain::text::message;
use crate::output::Format;
use jiff::Timestamp;
use std::path::PathBuf;

/// The comparison of `hecha changes` and its output.
#[derive(Debug)]
pub struct ChangesSettings {
    /// The kind of records.
    pub topic: Topic,
    /// The keywords; `None` compares every query of the archive.
    pub keywords: Option<KeywordSource>,
    /// The shard of the keywords.
    pub shard: Option<Shard>,
    /// The providers whose answers are compared.
    pub providers: Vec<ProviderId>,
    /// `--since`: the older side is the newest snapshot before that moment.
    pub since: Option<Timestamp>,
    /// `--baseline`: the older side is the snapshots with that mark.
    pub baseline: Option<String>,
    /// `--mark`.
    pub mark: Option<String>,
    /// The format; `None` decides by the terminal.
    pub format: Option<Format>,
    /// The file of the result; `None` is standard output.
    pub file: Option<PathBuf>,
    /// `--fail-changed`.
    pub fail_changed: bool,
}

impl ChangesSettings {
    /// Resolves the arguments.
    ///
    /// # Errors
    /// A wrong command line.
    pub fn new(args: ChangesArgs) -> Result<Self, Failure> {
        let ChangesArgs {
            topic,
            keywords,
            input,
            provider,
            since,
            baseline,
            mark,
            format,
            output,
            fail_changed,
        } = args;
        let (keywords, shard) = if keywords.is_empty() && input.input.is_none() {
            (None, None)
        } else {
            let (source, shard) = keyword_source(keywords, input)?;
            (Some(source), shard)
        };
        let file = output_file(output);
        Ok(Self {
            topic,
            keywords,
            shard,
            providers: providers_named(topic, provider.as_deref().unwrap_or(ALL_PROVIDERS)).map_err(
                |reason| Failure::usage(message!("--provider: {reason}", "--provider：{reason:#}")),
            )?,
            since,
            baseline,
            mark,
            format: format_of_output(format, file.as_deref())?,
            file,
            fail_changed,
        })
    }
}
