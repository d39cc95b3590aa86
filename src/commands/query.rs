//! `hecha dishonest` and `hecha copyright`: from settings to a run, and from its ending to the exit code.

use super::Context;
use super::pages_needed::PagesNeeded;
use super::plan::Plan;
use crate::archive::{Access, Archive};
use crate::client::{Budget, CachePolicy, ClientSettings, Clock, Pacer, Wiring};
use crate::domain::date::moment_in_shanghai;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::request::ProviderId;
use crate::domain::text::{Message, Text, message};
use crate::input::KeywordList;
use crate::interrupt::StopRequest;
use crate::output::on_terminal::Harmless;
use crate::output::{
    self, Authenticity, Format, Header, Layout, Options, Selection, Sink, Summary,
    report::{ReportFormat, ReportLayout},
};
use crate::provider::Provider;
use crate::run::{CallsNeeded, Queries, Reader, Repeats, Run, RunResult, Spending, read_keyword};
use crate::sandbox::{Sandbox, SandboxOptions};
use crate::settings::sources::Values;
use crate::settings::{
    ArchiveUse, Consent, Destination, Purpose, QuerySettings, Raw, Wide, provider_for_plan,
    provider_with_access, sandbox_provider,
};
use jiff::{SignedDuration, Timestamp};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// From this many calls on, a terminal's user is asked first.
const LARGE_SPEND: u64 = 50;

/// The most warnings about suspicious keywords that are written before a batch.
const MOST_WARNINGS: u64 = 50;

/// Runs the queries that `settings` mean.
///
/// # Errors
/// Whatever is wrong before the first call; what fails later is in the exit code.
pub fn run(settings: QuerySettings, values: &Values, context: &Context) -> Result<u8, Failure> {
    let sandbox = if context.sandbox {
        let listen = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        Some(
            Sandbox::start(listen, SandboxOptions::default())
                .map_err(|error| Failure::local(FailureKind::Unforeseen, super::cannot_listen(&error)))?,
        )
    } else {
        None
    };
    let settings = if sandbox.is_some() { settings.in_sandbox() } else { settings };
    let format = output_format(&settings, context)?;
    super::distinct_files::check(&settings)?;
    // A wrong keyword is told before a missing credential: the one costs a word, the other a search.
    let keywords = super::keyword_list(&settings.keywords)?;
    let providers = providers(&settings, values, sandbox.as_ref())?;
    let archive = open_archive(&settings)?;
    if settings.purpose == Purpose::Plan {
        let plan = Plan::make(&settings, &providers, queries(&settings, &keywords)?, archive.as_deref())?;
        return plan.print(&settings, context).map(|()| 0);
    }
    warn_of_suspicious_keywords(&settings, &keywords, context)?;
    ask_before_a_large_spend(&settings, &providers, &keywords, archive.as_deref(), context)?;
    let stop = StopRequest::new();
    stop.listen_for_signals().map_err(|error| {
        Failure::local(
            FailureKind::Unforeseen,
            message!(
                "cannot listen for signals: {reason}",
                "无法监听信号：{reason:#}",
                reason = Message::of_system(&error)
            ),
        )
    })?;
    let budget = Arc::new(Budget::new(settings.max_calls));
    let vendors = vendors(&settings, providers, archive.clone(), &budget, &stop)?;
    let queries = queries(&settings, &keywords)?;
    let is_batch = keywords.summary().keywords > 1;
    let output = Output::open(&settings, format, context)?;
    let report = report(&settings, context)?;
    let ending = Run {
        vendors,
        queries,
        page_size: settings.page_size,
        limit: settings.limit,
        only_page: settings.page,
        concurrency: settings.concurrency,
        max_errors: settings.max_errors,
        spending: if settings.reuse.is_offline() { Spending::Excluded } else { Spending::Possible },
        raw: settings.output.raw,
        sink: output.sink,
        reader: if output.file.is_some() { Reader::Nobody } else { Reader::OfStandardOutput },
        report,
        calls_needed: calls_needed(&settings, archive.as_deref()),
        prices: settings.providers.iter().map(|id| settings.price.get(id).copied()).collect(),
        terminal: &context.terminal,
        stop,
    }
    .go();
    if let Some(archive) = &archive {
        // A call that hangs still holds the archive. What a batch bought is worth a wait for the disk: its archive may
        // be copied to another machine next, and nobody thinks of the log beside it.
        archive.end_run();
        if is_batch && let Err(error) = archive.merge_log() {
            context.terminal.warning(&message!(
                "{error}; what was bought is safe in the log beside the archive",
                "{error:#}；已购内容在存档旁的日志文件中，并未丢失"
            ));
        }
        tell_of_the_archive(archive, context);
    }
    conclude(&settings, &ending, output.file.as_ref(), context)
}

fn providers(
    settings: &QuerySettings,
    values: &Values,
    sandbox: Option<&Sandbox>,
) -> Result<Vec<Arc<dyn Provider>>, Failure> {
    let provider = |id: &ProviderId| match (sandbox, settings.purpose, settings.reuse) {
        (Some(sandbox), _, _) => Ok(sandbox_provider(*id, sandbox)),
        // What sends nothing needs no credentials.
        (None, Purpose::Plan, _) | (None, _, CachePolicy::Offline(_)) => provider_for_plan(*id, values),
        (None, Purpose::Buy, _) => provider_with_access(*id, values),
    };
    settings.providers.iter().map(provider).collect()
}

fn queries(settings: &QuerySettings, keywords: &KeywordList) -> Result<Queries, Failure> {
    let stream = keywords.keywords()?;
    let same = match settings.archive {
        ArchiveUse::File(_) => Repeats::Texts,
        ArchiveUse::None => Repeats::Questions,
    };
    Ok(Queries::new(
        Box::new(stream),
        keywords.summary().keywords,
        settings.providers.clone(),
        settings.by,
        settings.filters.clone(),
        settings.shard,
        same,
    ))
}

fn open_archive(settings: &QuerySettings) -> Result<Option<Arc<Archive>>, Failure> {
    let ArchiveUse::File(path) = &settings.archive else { return Ok(None) };
    let reads_only = settings.purpose == Purpose::Plan || settings.reuse.is_offline();
    if reads_only && !path.exists() {
        return Ok(None);
    }
    let access = if reads_only { Access::ReadOnly } else { Access::ReadWrite };
    let failed = |error: crate::archive::ArchiveError| {
        Failure::local(
            FailureKind::Archive,
            message!("{error}; nothing was bought", "{error:#}；没有购买任何内容"),
        )
        .with_hint(error.cure())
    };
    let archive = Archive::open(path, access).map_err(failed)?;
    if let (Some(keep), false) = (settings.keep, reads_only) {
        let age = SignedDuration::try_from(keep).unwrap_or(SignedDuration::MAX);
        let oldest = Timestamp::now().checked_sub(age).unwrap_or(Timestamp::MIN);
        archive.prune(oldest).map_err(failed)?;
    }
    Ok(Some(Arc::new(archive)))
}

/// What the archive knows of the rest; without one, only the run knows.
fn calls_needed<'a>(settings: &QuerySettings, archive: Option<&'a Archive>) -> CallsNeeded<'a> {
    let mut pages = PagesNeeded::new(settings, archive);
    Box::new(move |provider, query| match archive {
        Some(_) => pages.of(provider, query).ok().map(|pages| pages.calls),
        None => None,
    })
}

fn tell_of_the_archive(archive: &Archive, context: &Context) {
    for notice in archive.take_notices() {
        context.terminal.warning(&notice.message());
    }
}

fn vendors(
    settings: &QuerySettings,
    providers: Vec<Arc<dyn Provider>>,
    archive: Option<Arc<Archive>>,
    budget: &Arc<Budget>,
    stop: &StopRequest,
) -> Result<Vec<ClientSettings>, Failure> {
    let wiring = Arc::new(Wiring::new(&settings.wire)?);
    let clock = Arc::new(Clock::new());
    Ok(providers
        .into_iter()
        .map(|provider| ClientSettings {
            provider,
            wiring: Arc::clone(&wiring),
            clock: Arc::clone(&clock),
            archive: archive.clone(),
            reuse: settings.reuse,
            budget: Arc::clone(budget),
            pacer: Arc::new(Pacer::new(settings.pace)),
            retries: settings.retries,
            stop: stop.clone(),
        })
        .collect())
}

/// Says before any money is spent which keywords look mistyped, one line each.
fn warn_of_suspicious_keywords(
    settings: &QuerySettings,
    keywords: &KeywordList,
    context: &Context,
) -> Result<(), Failure> {
    let survey = keywords.summary();
    if let Some(description) = super::survey_in_words(survey) {
        context.terminal.notice(&description);
    }
    let is_batch = survey.keywords > 1;
    let mut suspicious = 0_u64;
    for keyword in keywords.keywords()? {
        let keyword = keyword?;
        let reading = read_keyword(&keyword.text, settings.by, settings.providers[0]);
        // A single one that is not sent is told when it fails.
        if reading.refusal.is_some() && !is_batch {
            continue;
        }
        let Some(warning) = reading.warning.or(reading.refusal.map(|refusal| refusal.message)) else {
            continue;
        };
        suspicious += 1;
        if suspicious <= MOST_WARNINGS {
            let place = keyword.place;
            context.terminal.warning(&if is_batch {
                message!("{place}: {warning}", "{place:#}：{warning:#}")
            } else {
                warning
            });
        }
    }
    if suspicious > MOST_WARNINGS {
        context.terminal.warning(&message!(
            "{more} more suspicious keywords; `hecha identify` lists them, free",
            "另有 {more} 个可疑关键词；`hecha identify` 可免费列出",
            more = suspicious - MOST_WARNINGS
        ));
    }
    Ok(())
}

/// How many queries there are; repeats are among them unless only a share of the list is asked.
fn how_many_queries(settings: &QuerySettings, keywords: &KeywordList) -> Result<u64, Failure> {
    let at_most = keywords.summary().keywords * settings.providers.len() as u64;
    if settings.shard.is_none() || at_most <= settings.max_calls {
        return Ok(at_most);
    }
    Ok(queries(settings, keywords)?.count() as u64)
}

fn ask_before_a_large_spend(
    settings: &QuerySettings,
    providers: &[Arc<dyn Provider>],
    keywords: &KeywordList,
    archive: Option<&Archive>,
    context: &Context,
) -> Result<(), Failure> {
    let terminal = &context.terminal;
    if context.sandbox || settings.reuse.is_offline() {
        return Ok(());
    }
    // A single company may need many pages: what the archive knows of it decides, not the number of queries.
    let asks = terminal.can_ask && settings.consent == Consent::Ask && settings.max_calls >= LARGE_SPEND;
    if !asks {
        let queries = how_many_queries(settings, keywords)?;
        if queries > settings.max_calls {
            let list = match settings.shard {
                Some(_) => Text::new("this share of the list", "本份名单"),
                None => Text::new("the list", "名单"),
            };
            terminal.notice(&message!(
                "{list} holds {queries} queries and --max-calls is {limit}; the run stops after so many paid calls, and what was bought is kept",
                "{list:#}共 {queries} 个查询，而 --max-calls 为 {limit}；达到该付费调用次数后停止，已购内容会保留",
                limit = settings.max_calls
            ));
        }
        return Ok(());
    }
    let plan = Plan::make(settings, providers, queries(settings, keywords)?, archive)?;
    let calls = plan.calls_at_least.min(settings.max_calls);
    if calls < LARGE_SPEND {
        return Ok(());
    }
    let cost = plan.cost_words();
    let question = message!(
        "this needs at least {calls} paid calls{cost}, of which --max-calls allows {limit}. Go on?",
        "本次至少需要 {calls} 次付费调用{cost}（上限 {limit}），继续吗？",
        calls = plan.calls_at_least,
        limit = settings.max_calls
    );
    if terminal.confirm(&question) {
        return Ok(());
    }
    Err(Failure::local(
        FailureKind::Limit,
        Text::new("not confirmed; nothing was bought", "未确认；没有购买任何内容"),
    ))
}

fn goes_to_terminal(settings: &QuerySettings, context: &Context) -> bool {
    settings.output.destination == Destination::StandardOutput && context.terminal.output_is_terminal
}

/// The format that was asked for or that the terminal suggests, before any money is spent.
fn output_format(settings: &QuerySettings, context: &Context) -> Result<Format, Failure> {
    let output = &settings.output;
    let to_terminal = goes_to_terminal(settings, context);
    let format = output.format.unwrap_or(if to_terminal { Format::Table } else { Format::Json });
    if matches!(format, Format::Xlsx | Format::Html) && to_terminal && output.raw == Raw::No {
        let word = format.as_str();
        return Err(crate::settings::usage(message!(
            "a terminal cannot show {word}; give a file with -o FILE.{word}",
            "终端无法显示 {word}；请用 -o FILE.{word} 写入文件"
        )));
    }
    if output.summary == Summary::Shown && !matches!(format, Format::Table | Format::Html) {
        return Err(crate::settings::usage(message!(
            "--summary is drawn below a table, and {word} holds records alone; add --format table, or write a page with -o FILE.html",
            "--summary 画在表格下方，而 {word} 只含记录；请加上 --format table，或用 -o FILE.html 写成网页",
            word = format.as_str()
        )));
    }
    Ok(format)
}

/// The sink and, where data goes to a file, the two names of that file.
struct Output {
    sink: Box<dyn Sink>,
    file: Option<OutputFile>,
}

/// A file that appears under its name when it is whole. What is no ordinary file, such as a named pipe or
/// `/dev/null`, is written to as it is: renaming would put a file in its place.
struct OutputFile {
    path: PathBuf,
    partial: Option<PathBuf>,
}

impl OutputFile {
    fn new(path: &Path) -> Self {
        let is_special = std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir());
        let partial = (!is_special).then(|| {
            let mut partial = path.as_os_str().to_owned();
            partial.push(".partial");
            PathBuf::from(partial)
        });
        Self { path: path.to_owned(), partial }
    }

    fn create(&self) -> Result<File, Failure> {
        if self.path.is_dir() {
            return Err(crate::settings::usage(message!(
                "cannot write {path}: it is a folder",
                "无法写入 {path}：它是目录",
                path = self.path.display()
            )));
        }
        let path = self.partial.as_ref().unwrap_or(&self.path);
        File::create(path).map_err(|error| crate::settings::usage(super::cannot_create(path, &error)))
    }
}

impl Output {
    fn open(settings: &QuerySettings, format: Format, context: &Context) -> Result<Self, Failure> {
        let terminal = &context.terminal;
        let output = &settings.output;
        let to_terminal = goes_to_terminal(settings, context);
        let file = match &output.destination {
            Destination::StandardOutput => None,
            Destination::File(path) => Some(OutputFile::new(path)),
        };
        let writer: Box<dyn Write + Send> = match &file {
            None if format == Format::Table && output.raw == Raw::No => {
                Box::new(BufWriter::with_capacity(64 * 1024, io::stdout()))
            }
            None => {
                let harmless = match format {
                    Format::Csv | Format::Tsv if output.raw == Raw::No => Harmless::Replaced,
                    _ => Harmless::Escaped,
                };
                Box::new(BufWriter::with_capacity(64 * 1024, super::data_output(context, harmless)))
            }
            Some(file) => Box::new(BufWriter::with_capacity(64 * 1024, file.create()?)),
        };
        if output.raw == Raw::Yes {
            return Ok(Self { sink: output::raw::open(writer), file });
        }
        let layout = Layout {
            topic: settings.topic,
            columns: output.fields.clone().unwrap_or_else(|| (0..settings.topic.columns().len()).collect()),
            header: output.header.unwrap_or(match format {
                Format::Table | Format::Xlsx | Format::Html => Header::Labels,
                Format::Json | Format::Ndjson | Format::Csv | Format::Tsv => Header::Keys,
            }),
            language: terminal.language,
        };
        let options = Options {
            csv_dialect: output.csv_dialect,
            width: if to_terminal { terminal.width } else { None },
            colour: if file.is_some() { terminal.file_colour } else { terminal.output_colour },
            selection: match (&output.fields, output.wide) {
                (Some(_), _) => Selection::Named,
                (None, Wide::Yes) => Selection::Wide,
                (None, Wide::No) => Selection::Readable,
            },
            summary: output.summary,
            asked_at: Timestamp::now(),
            authenticity: if context.sandbox { Authenticity::Invented } else { Authenticity::Real },
        };
        let sink = output::open(format, &layout, options, writer)
            .map_err(|error| Failure::local(FailureKind::Unforeseen, crate::run::cannot_write(&error)))?;
        Ok(Self { sink, file })
    }
}

fn report(settings: &QuerySettings, context: &Context) -> Result<Option<Box<dyn Sink>>, Failure> {
    let Some((path, format)) = &settings.output.report else { return Ok(None) };
    let wrong = |error: io::Error| crate::settings::usage(super::cannot_create(path, &error));
    let writer = BufWriter::new(File::create(path).map_err(wrong)?);
    let layout = ReportLayout {
        header: settings.output.header.unwrap_or(match format {
            ReportFormat::Xlsx => Header::Labels,
            ReportFormat::Csv | ReportFormat::Json | ReportFormat::Ndjson => Header::Keys,
        }),
        language: context.terminal.language,
        csv_dialect: settings.output.csv_dialect,
    };
    output::report::open(*format, layout, Box::new(writer)).map(Some).map_err(wrong)
}

/// Tells how the run ended, gives the file its name if it is whole, and decides the exit code.
fn conclude(
    settings: &QuerySettings,
    ending: &RunResult,
    file: Option<&OutputFile>,
    context: &Context,
) -> Result<u8, Failure> {
    let terminal = &context.terminal;
    if ending.repeats > 0 {
        terminal.notice(&message!(
            "{repeats} repeated keywords were asked once",
            "{repeats} 个重复的关键词只查询一次",
            repeats = ending.repeats
        ));
    }
    if let Some(oldest) = ending.oldest_archived {
        terminal.notice(&message!(
            "{pages} pages came from the archive, received since {since}; --fresh buys them again",
            "{pages} 页取自存档，最早获取于 {since}；--fresh 可重新购买",
            pages = ending.summary.archived_pages,
            since = moment_in_shanghai(oldest)
        ));
    }
    if ending.summary.queries > 1 {
        let of_all = match ending.listed.filter(|listed| *listed > ending.summary.queries) {
            Some(listed) => message!(" of {listed}", "（名单共 {listed} 个）"),
            None => Message::default(),
        };
        let counts = crate::run::counts(&ending.summary, ending.cost);
        terminal.notice(&message!(
            "{queries}{of_all} {counts}",
            "共 {queries} 个查询{of_all:#}：{counts:#}",
            queries = ending.summary.queries
        ));
    }
    tell_what_is_missing(settings, ending, context);
    let code = match (ending.stopped_by, &ending.output_failure) {
        (Some(reason), _) => reason.exit_code(),
        (None, Some(failure)) => {
            terminal.error(failure, None);
            failure.kind.exit_code()
        }
        (None, None) => ending.summary.exit_code(settings.fail_on_empty),
    };
    if let Some(OutputFile { path, partial: Some(partial) }) = file {
        if ending.stopped_by.is_none() && matches!(code, 0 | 3 | 20) {
            std::fs::rename(partial, path).map_err(|error| {
                Failure::local(
                    FailureKind::Unforeseen,
                    message!(
                        "cannot rename {partial} to {path}: {reason}",
                        "无法把 {partial} 改名为 {path}：{reason:#}",
                        partial = partial.display(),
                        path = path.display(),
                        reason = Message::of_system(&error)
                    ),
                )
            })?;
        } else {
            terminal.notice(&message!(
                "the run did not end; what was written is in {partial}",
                "运行没有完成；已写出的内容在 {partial}",
                partial = partial.display()
            ));
        }
    }
    Ok(code)
}

fn tell_what_is_missing(settings: &QuerySettings, ending: &RunResult, context: &Context) {
    let missing = ending.calls_missing.values().fold(0_u64, |sum, calls| sum.saturating_add(*calls));
    if ending.summary.stopped_by != Some(FailureKind::Limit) || missing == 0 {
        return;
    }
    let cost = super::plan::cost(&ending.calls_missing, &settings.price);
    let cost = cost
        .map(super::plan::yuan)
        .map_or_else(Message::default, |yuan| message!(", about {yuan} yuan", "，约 {yuan} 元"));
    context.terminal.notice(&message!(
        "the rest needs at least {missing} more calls{cost}",
        "其余至少还需 {missing} 次调用{cost:#}"
    ));
}
