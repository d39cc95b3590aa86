//! `hecha changes`: what differs between two snapshots of each query. Reads only the archive, except for `--mark`.

mod setup;
mod summary;

use super::{Context, keyword_list};
use crate::archive::{Archive, StoredQuery, StoredSnapshot};
use crate::changes::{Baseline, Comparison, Snapshot, SnapshotEntry, SnapshotPage, compare_history};
use crate::cli::ChangesArgs;
use crate::domain::change::{ChangeKind, ComparedQuery, ComparisonStatus, SnapshotSummary};
use crate::domain::date::moment_in_shanghai;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::identifier::{IdentifierKind, read_as, recognise};
use crate::domain::query::{Filters, Query};
use crate::domain::record::{Record, Row};
use crate::domain::record_match::{RecordMatch, match_record};
use crate::domain::request::ProviderId;
use crate::domain::text::{Message, message};
use crate::input::{KeptColumns, ReviewContext};
use crate::output::changes::ChangeSink;
use crate::output::file::OutputFile;
use crate::provider::Provider;
use crate::settings::{BaselineChoice, ChangesSettings, Destination, archive_file, usage};
use jiff::Timestamp;
use setup::{cannot_write, check_baseline, open_archive, open_sink, output_format, parsers};
use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use summary::Summary;

/// Incomplete and unknown queries that are named on standard error.
const MOST_WARNINGS: u64 = 50;

/// Compares and writes.
///
/// # Errors
/// A wrong command line, an unusable archive, or output that cannot be written.
pub fn run(args: ChangesArgs, context: &Context) -> Result<u8, Failure> {
    let settings = ChangesSettings::new(args)?;
    let values = context.values()?;
    let path = archive_file(&values, &context.places)?;
    super::distinct_files::check_changes(&settings, &path, &values)?;
    let archive = open_archive(&settings, &path, context)?;
    check_baseline(&settings, archive.as_ref())?;
    let format = output_format(&settings, context)?;
    let file = match &settings.destination {
        Destination::StandardOutput => None,
        Destination::File(path) => Some(OutputFile::create(path).map_err(usage)?),
    };
    let sink = open_sink(&settings, format, file.as_ref(), context)?;
    let mut run = Run {
        providers: parsers(&settings)?,
        settings: &settings,
        archive: archive.as_ref(),
        context,
        sink,
        summary: Summary::default(),
        marks: Vec::new(),
    };
    match run.compare_all() {
        Err(Stop::Failed(failure)) => return Err(failure),
        Err(Stop::ClosedPipe) => return Ok(0),
        Ok(()) => {}
    }
    let Run { sink, summary, marks, .. } = run;
    match sink.finish() {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(0),
        finished => finished.map_err(|error| cannot_write(&error))?,
    }
    if let Some(file) = file {
        file.commit().map_err(|reason| Failure::local(FailureKind::Unforeseen, reason))?;
    }
    if let (Some(name), Some(archive)) = (&settings.mark, &archive) {
        archive.mark(name, &marks)?;
    }
    context.terminal.notice(&summary.in_words());
    Ok(summary.exit_code(&settings))
}

/// What ends the comparison early.
enum Stop {
    Failed(Failure),
    ClosedPipe,
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<crate::archive::ArchiveError> for Stop {
    fn from(error: crate::archive::ArchiveError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            _ => Self::Failed(cannot_write(&error)),
        }
    }
}

/// One command under way.
struct Run<'a> {
    settings: &'a ChangesSettings,
    archive: Option<&'a Archive>,
    providers: Vec<Arc<dyn Provider>>,
    context: &'a Context,
    sink: Box<dyn ChangeSink>,
    summary: Summary,
    /// The snapshots to mark, by query.
    marks: Vec<(i64, Timestamp)>,
}

impl Run<'_> {
    fn compare_all(&mut self) -> Result<(), Stop> {
        let Some(source) = &self.settings.keywords else {
            let Some(archive) = self.archive else { return Ok(()) };
            let providers = &self.settings.providers;
            return archive.for_each_query(providers, |query| self.compare(archive, &query, None, 0));
        };
        let mut seen = HashSet::new();
        for keyword in keyword_list(source, ReviewContext::default(), KeptColumns::None)?
            .keywords()
            .map_err(Failure::from)?
        {
            let keyword = keyword.map_err(Failure::from)?;
            let canonical = recognise(&keyword.text).canonical;
            let is_elsewhere = self.settings.shard.is_some_and(|shard| !shard.holds(&canonical));
            if !is_elsewhere && seen.insert(canonical.clone()) {
                self.compare_keyword(&keyword.text, &canonical, keyword.input_row)?;
            }
        }
        Ok(())
    }

    /// Compares the queries for one keyword; without any, the keyword was never asked.
    fn compare_keyword(&mut self, keyword: &str, canonical: &str, input_row: u64) -> Result<(), Stop> {
        let mut was_asked = false;
        if let Some(archive) = self.archive {
            for provider in self.settings.providers.clone() {
                for query in archive.queries_for(provider, canonical)? {
                    was_asked = true;
                    self.compare(archive, &query, Some(keyword), input_row)?;
                }
            }
        }
        if was_asked {
            return Ok(());
        }
        let provider = match self.settings.providers[..] {
            [provider] => Some(provider),
            _ => None,
        };
        let nothing = compare_history(&[], Baseline::Previous, |_| Ok::<_, Stop>(Snapshot::unreadable()))?;
        self.write(entry(keyword, recognise(keyword).kind.as_str(), provider, &nothing, &[]), nothing)
    }

    fn compare(
        &mut self,
        archive: &Archive,
        stored: &StoredQuery,
        keyword: Option<&str>,
        input_row: u64,
    ) -> Result<(), Stop> {
        let position =
            self.providers.iter().position(|provider| provider.info().id.as_str() == stored.provider);
        let Some(provider) = position.map(|position| Arc::clone(&self.providers[position])) else {
            return Ok(());
        };
        let history = archive.snapshots_of(stored.id)?;
        let keyword = keyword.unwrap_or(&stored.keyword);
        let query = as_query(keyword, stored);
        let text: Arc<str> = Arc::from(keyword);
        let id = provider.info().id;
        let row = |record: Record| Row {
            query: Arc::clone(&text),
            provider: id,
            // Only the rows that are written need it.
            record_match: RecordMatch::Undecided,
            input_row,
            record,
        };
        let entries: Vec<SnapshotEntry> = history.iter().map(snapshot_entry).collect();
        let baseline = match &self.settings.baseline {
            BaselineChoice::Previous => Baseline::Previous,
            BaselineChoice::Before(moment) => Baseline::Before(*moment),
            BaselineChoice::Marked(name) => Baseline::Marked(archive.marked_at(name, stored.id)?),
        };
        let mut comparison = compare_history(&entries, baseline, |position| {
            load(archive, provider.as_ref(), &history[position], row)
        })?;
        for change in &mut comparison.changes {
            change.row.record_match = match_record(&query, &change.row.record);
        }
        if let Some(position) = comparison.newest_whole {
            self.marks.push((stored.id, history[position].taken_at));
        }
        let kind = query.identifier.kind.as_str();
        self.write(entry(keyword, kind, Some(id), &comparison, &history), comparison)
    }

    fn write(&mut self, query: ComparedQuery, comparison: Comparison) -> Result<(), Stop> {
        for change in &comparison.changes {
            self.sink.change(change)?;
        }
        self.sink.query(&query)?;
        self.summary.count(&query);
        if self.summary.not_compared <= MOST_WARNINGS
            && let Some(reason) = reason(&query)
        {
            let provider = query.provider.map_or_else(String::new, |provider| format!(" ({provider})"));
            self.context.terminal.warning(&message!(
                "{keyword}{provider}: {reason}",
                "{keyword}{provider}：{reason:#}",
                keyword = query.query
            ));
        }
        Ok(())
    }
}

fn snapshot_entry(stored: &StoredSnapshot) -> SnapshotEntry {
    // Settings accept an endpoint with and without its last slash.
    let endpoint = stored.endpoint.trim_end_matches('/').to_owned();
    SnapshotEntry { endpoint, taken_at: stored.taken_at }
}

/// The query as it was asked, for the comparison of its records with the keyword.
fn as_query(keyword: &str, stored: &StoredQuery) -> Query {
    let kind = stored.kind.as_deref().and_then(statable_kind);
    let identifier = kind.map_or_else(|| recognise(&stored.keyword), |kind| read_as(&stored.keyword, kind));
    Query { keyword: keyword.to_owned(), identifier, filters: Filters::default() }
}

fn statable_kind(word: &str) -> Option<IdentifierKind> {
    IdentifierKind::STATABLE.into_iter().find(|kind| kind.as_str() == word)
}

/// Reads the answers of a snapshot with today's parser. One that is gone, damaged or not understood is missing.
fn load(
    archive: &Archive,
    provider: &dyn Provider,
    stored: &StoredSnapshot,
    row: impl Fn(Record) -> Row,
) -> Result<Snapshot, Stop> {
    let mut pages = Vec::new();
    for (number, answer) in &stored.pages {
        let body = archive.entry(*answer)?.and_then(|entry| entry.body.ok());
        if let Some(page) = body.and_then(|body| provider.parse(&body).ok()) {
            pages.push(SnapshotPage { number: *number, records: page.records, total: page.total });
        }
    }
    let is_missing = pages.len() < stored.pages.len();
    let snapshot = Snapshot::from_pages(pages, row);
    Ok(if is_missing || stored.is_whole == Some(false) { snapshot.not_whole() } else { snapshot })
}

/// The entry of a query in `queries`.
fn entry(
    keyword: &str,
    kind: &str,
    provider: Option<ProviderId>,
    comparison: &Comparison,
    history: &[StoredSnapshot],
) -> ComparedQuery {
    let summary = |side: Option<(usize, u64)>| {
        side.map(|(position, records)| SnapshotSummary {
            fetched_at: moment_in_shanghai(history[position].taken_at),
            records,
        })
    };
    let count = |kind| comparison.changes.iter().filter(|change| change.kind == kind).count() as u64;
    ComparedQuery {
        query: keyword.to_owned(),
        kind: kind.to_owned(),
        provider,
        status: comparison.status,
        counts: ChangeKind::ALL.map(count),
        older: summary(comparison.older),
        newer: summary(comparison.newer),
        reason: comparison.reason,
    }
}

/// Why a query was not compared.
fn reason(query: &ComparedQuery) -> Option<Message> {
    match (query.status, query.reason) {
        (_, Some(reason)) => Some(reason.text().into()),
        (ComparisonStatus::NeverAsked, _) => Some(query.status.label().into()),
        _ => None,
    }
}
