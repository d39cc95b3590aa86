//! `hecha changes`: what differs between two snapshots of each query. Reads only the archive, except for `--mark`.

mod comparer;
mod summary;

use super::distinct_files::{self, OUTPUT, files_read};
use super::{Context, data_format, data_writer, keyword_list};
use crate::archive::{Access, Archive, ArchiveError, ArchiveLocation, StoredQuery};
use crate::cli::ChangesArgs;
use crate::domain::change::{ComparedQuery, ComparisonStatus, Incomparable};
use crate::domain::failure::Failure;
use crate::domain::identifier::recognise;
use crate::domain::request::ProviderId;
use crate::domain::text::message;
use crate::input::{KeptColumns, Keyword, ReviewContext};
use crate::output::changes::ChangeSink;
use crate::output::{self, file::OutputFile};
use crate::run::cannot_write;
use crate::settings::{ChangesSettings, KeywordSource, archive_location};
use crate::terminal::Terminal;
use comparer::Comparer;
use jiff::Timestamp;
use std::collections::HashMap;
use std::path::Path;
use summary::ChangesSummary;

/// Maximum number of incomplete and unknown queries that are named on standard error.
const MOST_WARNINGS: u64 = 50;

/// Compares the snapshots of each query and writes the differences.
///
/// # Errors
/// A wrong command line, an unusable archive, or output that cannot be written.
pub fn run(args: ChangesArgs, context: &Context) -> Result<u8, Failure> {
    let settings = ChangesSettings::new(args)?;
    let values = context.values()?;
    let location = archive_location(&values, None)?;
    let read = files_read(settings.keywords.as_ref(), location.file(), &values);
    distinct_files::check(read, &[(OUTPUT, settings.file.as_ref())])?;
    let archive = open_archive(&settings, &location, context)?;
    check_baseline(&settings, archive.as_ref())?;
    let to_terminal = settings.file.is_none() && context.terminal.output_is_terminal;
    let format = data_format(settings.format, to_terminal)?;
    let file = settings.file.as_deref().map(OutputFile::create).transpose().map_err(Failure::usage)?;
    let output = data_writer(format, file.as_ref(), context)?;
    let width = context.terminal.width.filter(|_| to_terminal);
    let sink = output::changes::open(format, settings.topic, context.terminal.language, width, output);
    let sink = sink.map_err(cannot_write)?;
    let mut writer = ComparisonWriter {
        sink,
        summary: ChangesSummary::default(),
        marks: Vec::new(),
        terminal: &context.terminal,
    };
    compare_all(&settings, archive.as_ref(), &mut writer)?;
    let ComparisonWriter { sink, summary, marks, .. } = writer;
    sink.finish().map_err(cannot_write)?;
    file.map(OutputFile::commit).transpose()?;
    if let (Some(name), Some(archive)) = (&settings.mark, &archive) {
        archive.mark(name, &marks)?;
    }
    context.terminal.notice(&summary.in_words());
    Ok(summary.exit_code(&settings))
}

/// The archive, or `None` before the first query.
fn open_archive(
    settings: &ChangesSettings,
    location: &ArchiveLocation,
    context: &Context,
) -> Result<Option<Archive>, Failure> {
    if settings.mark.is_some() && location.file().is_none_or(Path::exists) {
        return Ok(Some(context.open_archive(location, Access::ReadWrite)?));
    }
    context.archive_to_read(location)
}

/// Refuses the name of a mark that does not exist, unless this command makes it.
fn check_baseline(settings: &ChangesSettings, archive: Option<&Archive>) -> Result<(), Failure> {
    let Some(name) = &settings.baseline else { return Ok(()) };
    let exists = |archive: &Archive| archive.has_mark(name);
    if settings.mark.as_ref() == Some(name) || archive.map_or(Ok(false), exists)? {
        return Ok(());
    }
    Err(Failure::usage(message!(
        "--baseline: there is no mark '{name}'; set it with --mark {name}",
        "--baseline：没有标记 '{name}'；请先用 --mark {name} 设置"
    )))
}

/// Writes the compared queries, counts them and collects the snapshots to mark.
struct ComparisonWriter<'a> {
    sink: Box<dyn ChangeSink>,
    summary: ChangesSummary,
    /// The newest complete snapshots by query, for `--mark`.
    marks: Vec<(i64, Timestamp)>,
    terminal: &'a Terminal,
}

impl ComparisonWriter<'_> {
    fn write(&mut self, query: ComparedQuery, stored: Option<&StoredQuery>) -> Result<(), Failure> {
        self.sink.query(&query).map_err(cannot_write)?;
        self.marks.extend(stored.map(|stored| stored.id).zip(query.comparison.newest_whole));
        self.summary.count(&query);
        if self.summary.not_compared + self.summary.suspicious <= MOST_WARNINGS {
            self.warn(&query);
        }
        Ok(())
    }

    fn warn(&self, query: &ComparedQuery) {
        if let Some(warning) = &query.warning {
            return self.terminal.warning(&warning.message);
        }
        let status = query.comparison.status;
        let never_asked = Some(status.label()).filter(|_| status == ComparisonStatus::NeverAsked);
        let Some(reason) = query.comparison.reason.map(Incomparable::text).or(never_asked) else { return };
        let provider = query.provider.map(|id| message!(" ({id})", "（{id}）"));
        self.terminal.warning(&message!(
            "{keyword}{provider}: {reason}",
            "{keyword}{provider:#}：{reason:#}",
            keyword = query.query,
            provider = provider.unwrap_or_default()
        ));
    }
}

/// Compares every query that was asked for, in the order of the list or of the archive.
fn compare_all(
    settings: &ChangesSettings,
    archive: Option<&Archive>,
    writer: &mut ComparisonWriter<'_>,
) -> Result<(), Failure> {
    let providers = &settings.providers;
    let comparer = Comparer { archive, settings };
    let Some(source) = &settings.keywords else {
        let Some(archive) = archive else { return Ok(()) };
        return archive.for_each_query(providers, |stored| {
            writer.write(comparer.compare(&stored.keyword, 0, Some(&stored))?, Some(&stored))
        });
    };
    let review = ReviewContext::default();
    let mut spellings = Spellings { archive, providers, by_comparable: None };
    let is_list = matches!(source, KeywordSource::List(_));
    for keyword in keyword_list(source, review, KeptColumns::None)?.keywords()? {
        let Keyword { text, input_row, suspicion, .. } = keyword?;
        if settings.shard.is_some_and(|shard| !shard.holds(&text, review)) {
            continue;
        }
        let queries = spellings.queries_for(&recognise(&text).canonical)?;
        for stored in &queries {
            writer.write(comparer.compare(&text, input_row, Some(stored))?, Some(stored))?;
        }
        if queries.is_empty() {
            let mut never_asked = comparer.compare(&text, input_row, None)?;
            // A typed keyword that has no answer is always worth an exit code.
            let suspicion = suspicion.filter(|_| is_list);
            never_asked.warning = suspicion.map(|suspicion| suspicion.warning(&text));
            writer.write(never_asked, None)?;
        }
    }
    Ok(())
}

/// The queries of the archive by keyword.
struct Spellings<'a> {
    archive: Option<&'a Archive>,
    providers: &'a [ProviderId],
    /// All queries by the comparable form of their keyword, once a keyword was not found as it is written.
    by_comparable: Option<HashMap<String, Vec<StoredQuery>>>,
}

impl Spellings<'_> {
    /// The queries for a keyword, or else those for another spelling of it. Answers to two spellings are never mixed: a
    /// vendor may know only one of them.
    fn queries_for(&mut self, canonical: &str) -> Result<Vec<StoredQuery>, Failure> {
        let Some(archive) = self.archive else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for provider in self.providers {
            found.extend(archive.queries_for(*provider, canonical)?);
        }
        if !found.is_empty() {
            return Ok(found);
        }
        let comparable = |keyword: &str| ReviewContext::default().comparable(keyword);
        if self.by_comparable.is_none() {
            let mut queries = HashMap::<_, Vec<_>>::new();
            archive.for_each_query(self.providers, |stored| {
                queries.entry(comparable(&stored.keyword)).or_default().push(stored);
                Ok::<_, ArchiveError>(())
            })?;
            self.by_comparable = Some(queries);
        }
        let all = self.by_comparable.as_ref();
        Ok(all.and_then(|all| all.get(&comparable(canonical))).cloned().unwrap_or_default())
    }
}
