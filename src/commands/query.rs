//! `hecha dishonest` and `hecha copyright`: from settings to a run, and from its result to the exit code.

mod conclusion;
mod confirm;
mod output;
mod review;
mod setup;

use super::Context;
use super::distinct_files::{self, OUTPUT, files_read};
use super::plan::Plan;
use crate::archive::ArchiveLocation;
use crate::domain::failure::Failure;
use crate::domain::text::{Text, message};
use crate::input::KeptColumns;
use crate::output::{FICTITIOUS, Format};
use crate::run::{PagesNeeded, Queries, ResultWriter, Run};
use crate::settings::{OutputSettings, QuerySettings, Values};
use conclusion::conclude;
use confirm::{check_refresh, confirm_spend};
use output::{OutputFiles, output_format};
use review::review_keywords;
use setup::{PreparedRun, open_archive, providers};

/// Runs the queries of the settings that `resolve` makes of the configuration.
///
/// # Errors
/// A failure before the first request; later failures are in the exit code.
pub fn run(
    context: &Context,
    resolve: impl FnOnce(&Values) -> Result<QuerySettings, Failure>,
) -> anyhow::Result<u8> {
    let (values, _sandbox) = context.values_for_queries()?;
    let mut settings = resolve(&values)?;
    let format = output_format(&settings, context)?;
    check_files(&settings, &values)?;
    // A wrong keyword is reported before a missing credential: it is the cheaper one to correct.
    let kept = if settings.output.annotate.is_some() { KeptColumns::All } else { KeptColumns::None };
    let mut keywords = super::keyword_list(&settings.keywords, settings.review, kept)?;
    settings.suspicious = review_keywords(&settings, &mut keywords, context)?;
    let providers = providers(&settings, &values)?;
    let archive = open_archive(&settings, context)?;
    if let Some(archive) = &archive {
        settings.reuse = settings.reuse.by_clock_of(archive);
        settings.refresh = settings.refresh.map(|policy| policy.by_clock_of(archive));
    }
    let run = PreparedRun { settings, keywords, archive, context };
    let (settings, archive) = (&run.settings, run.archive.as_deref());
    if settings.dry_run {
        run.remember_shards()?;
        let plan = Plan::make(settings, &providers, Queries::new(&run.keywords, settings)?, archive)?;
        if let Err(failure) = check_refresh(settings, &plan) {
            context.terminal.warning(&failure.message);
        }
        return Ok(plan.print(settings, &run.keywords, context)?);
    }
    confirm_spend(&run, &providers)?;
    run.remember_shards()?;
    let cancellation = super::cancelled_by_signals()?;
    let clients = run.clients(providers, &cancellation)?;
    let queries = Queries::new(&run.keywords, settings)?;
    if context.sandbox {
        context.terminal.notice(&FICTITIOUS.into());
    }
    let (files, sink) = OutputFiles::open(&run, format)?;
    let result = Run {
        clients,
        queries,
        settings,
        keeps_bodies: settings.output.raw || format == Format::Html,
        output: ResultWriter::new(sink, &context.terminal),
        pages_needed: PagesNeeded::new(settings, archive),
        terminal: &context.terminal,
        cancellation,
    }
    .execute();
    close_archive(&run);
    Ok(conclude(settings, &result, files, context)?)
}

/// Refuses an output that is a file which the run reads, or another output, before anything is bought.
fn check_files(settings: &QuerySettings, values: &Values) -> Result<(), Failure> {
    let archive = settings.archive.as_ref().and_then(ArchiveLocation::file);
    let mut read = files_read(Some(&settings.keywords), archive, values);
    let certificates = settings.network.http.ca_certificates.clone();
    read.extend(certificates.map(|path| (Text::new("--ca-cert", "--ca-cert "), path)));
    let OutputSettings { file, annotate, report, .. } = &settings.output;
    let written = [
        (OUTPUT, file.as_ref()),
        (Text::new("--annotate", "--annotate "), annotate.as_ref().map(|(path, _)| path)),
        (Text::new("--report", "--report "), report.as_ref().map(|(path, _)| path)),
    ];
    distinct_files::check(read, &written)
}

/// Ends the run in the archive. A batch also merges the write-ahead log: its archive may be copied to another machine
/// next, without the log beside it.
fn close_archive(run: &PreparedRun<'_>) {
    let PreparedRun { archive: Some(archive), keywords, context, .. } = run else { return };
    // A request that hangs still holds the archive.
    archive.end_run();
    let is_batch = keywords.summary().keywords > 1;
    if is_batch && let Err(error) = archive.checkpoint() {
        context.terminal.warning(&message!(
            "{error}; what was stored is safe in the log beside the archive",
            "{error:#}；已存入的内容在存档旁的日志文件中，并未丢失"
        ));
    }
    context.show_notices(archive);
}
