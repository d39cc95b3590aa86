//! The outputs of a run: standard output or a file, a report and an annotated list.

use super::setup::PreparedRun;
use crate::commands::{Context, data_format, data_writer};
use crate::domain::failure::Failure;
use crate::domain::record::Topic;
use crate::domain::text::message;
use crate::input::{KeywordList, RowState, keyword_of};
use crate::interrupt::StopReason;
use crate::output::exact::Exact;
use crate::output::file::OutputFile;
use crate::output::merge::merge;
use crate::output::tee::Tee;
use crate::output::{self, FICTITIOUS, Format, Header, InputRows, Layout, Options, Selection, Sink};
use crate::run::{RunResult, cannot_write};
use crate::settings::{KeywordSource, OutputSettings, QuerySettings};
use jiff::Timestamp;
use std::io;
use std::path::PathBuf;

/// The files of a run, which [`OutputFiles::close`] completes.
pub(super) struct OutputFiles {
    data: Option<OutputFile>,
    /// The report and the annotated list.
    lists: Vec<OutputFile>,
}

impl OutputFiles {
    /// Opens everything before anything is bought: the files, and the sink of records and outcomes.
    pub(super) fn open(run: &PreparedRun<'_>, format: Format) -> Result<(Self, Box<dyn Sink>), Failure> {
        let PreparedRun { settings, keywords, context, .. } = run;
        let OutputSettings { file, report, annotate, .. } = &settings.output;
        let create = |path: &PathBuf| OutputFile::create(path).map_err(Failure::usage);
        let writer =
            |file: &OutputFile| -> Result<_, Failure> { Ok(Box::new(file.writer().map_err(cannot_write)?)) };
        let input = || input_rows(settings, keywords);
        let create_list =
            |(path, format): &(PathBuf, Format)| -> Result<_, Failure> { Ok((create(path)?, *format)) };
        let data = file.as_ref().map(create).transpose()?;
        let report = report.as_ref().map(create_list).transpose()?;
        let annotate = annotate.as_ref().map(create_list).transpose()?;
        // Last, because it may write to standard output at once: a file that cannot be created must have failed before.
        let options = options(run);
        let mut sinks = vec![data_sink(run, format, options, data.as_ref(), input()?)?];
        let mut lists = Vec::new();
        if let Some((file, format)) = report {
            let layout = layout(run, format);
            let is_list = matches!(settings.keywords, KeywordSource::List(_));
            let list = is_list.then(|| keywords.summary().clone());
            let report = output::report::open(format, layout, options, list, input()?, writer(&file)?);
            sinks.push(matched_only(report, settings));
            lists.push(file);
        }
        if let Some((file, format)) = annotate {
            let (language, width) = (context.terminal.language, keywords.summary().width);
            let list = output::annotated::open(format, options, language, width, input()?, writer(&file)?);
            sinks.push(matched_only(list, settings));
            lists.push(file);
        }
        Ok((Self { data, lists }, Box::new(Tee(sinks))))
    }

    /// Renames complete files, and reports where incomplete ones are.
    pub(super) fn close(self, result: &RunResult, context: &Context) -> Result<(), Failure> {
        let summary = &result.summary;
        let nothing_came = summary.queries == 1 && summary.failed == 1;
        // A report also lists what was not queried, even if the reader of standard output has gone.
        let lists_are_complete = matches!(result.stopped_by, None | Some(StopReason::ClosedPipe))
            && result.output_failure.is_none();
        let data_is_complete = lists_are_complete
            && result.stopped_by.is_none()
            && summary.stopped_by.is_none()
            && !nothing_came;
        let data = self.data.into_iter().map(|file| (file, data_is_complete));
        for (file, is_complete) in data.chain(self.lists.into_iter().map(|file| (file, lists_are_complete))) {
            if is_complete {
                file.commit()?;
            } else if let Some(partial) = file.leave_partial() {
                context.terminal.notice(&message!(
                    "the run did not finish; incomplete output is in {partial}",
                    "运行未完成；不完整的结果在 {partial}",
                    partial = partial.display()
                ));
            }
        }
        Ok(())
    }
}

/// The rows for a sink that joins its outcomes back to them.
fn input_rows(settings: &QuerySettings, keywords: &KeywordList) -> Result<InputRows, Failure> {
    let (review, shard) = (settings.review, settings.shard);
    let is_of_other_shard =
        move |cell: &str| shard.is_some_and(|shard| !shard.holds(keyword_of(cell), review));
    Ok(Box::new(keywords.rows()?.map(move |row| {
        let mut row = row.map_err(io::Error::other)?;
        if !matches!(row.state, RowState::Heading | RowState::Blank) && is_of_other_shard(&row.cell) {
            row.state = RowState::OtherShard;
        }
        Ok(row)
    })))
}

fn goes_to_terminal(settings: &QuerySettings, context: &Context) -> bool {
    settings.output.file.is_none() && context.terminal.output_is_terminal
}

/// The format that was asked for or that the terminal suggests, before any money is spent.
pub(super) fn output_format(settings: &QuerySettings, context: &Context) -> Result<Format, Failure> {
    let output = &settings.output;
    let to_terminal = goes_to_terminal(settings, context);
    let format = data_format(output.format, to_terminal)?;
    if output.summary && !matches!(format, Format::Table | Format::Html) {
        return Err(Failure::usage(message!(
            "--summary is drawn below a table, and {word} holds only records; add --format table, or write a page with -o FILE.html",
            "--summary 画在表格下方，而 {word} 只含记录；请加上 --format table，或用 -o FILE.html 写成网页",
            word = format.as_str()
        )));
    }
    Ok(format)
}

fn data_sink(
    run: &PreparedRun<'_>,
    format: Format,
    options: Options,
    file: Option<&OutputFile>,
    input: InputRows,
) -> Result<Box<dyn Sink>, Failure> {
    let PreparedRun { settings, context, .. } = run;
    let is_raw = settings.output.raw;
    // Bodies are one per line, as in ndjson.
    let format = if is_raw { Format::Ndjson } else { format };
    let writer = data_writer(format, file, context)?;
    if is_raw {
        return Ok(output::raw::open(writer));
    }
    let sink = output::open(format, &layout(run, format), options, writer, input).map_err(cannot_write)?;
    let sink = matched_only(sink, settings);
    Ok(if settings.topic == Topic::MergedCopyright { merge(sink, settings.providers.len()) } else { sink })
}

fn matched_only(sink: Box<dyn Sink>, settings: &QuerySettings) -> Box<dyn Sink> {
    if settings.pages.exact { Box::new(Exact(sink)) } else { sink }
}

fn layout(run: &PreparedRun<'_>, format: Format) -> Layout {
    let (topic, output) = (run.settings.topic, &run.settings.output);
    Layout {
        topic,
        columns: output.fields.clone().unwrap_or_else(|| (0..topic.columns().len()).collect()),
        header: output.header.unwrap_or(match format {
            Format::Table | Format::Xlsx | Format::Html => Header::Labels,
            Format::Json | Format::Ndjson | Format::Csv | Format::Tsv => Header::Keys,
        }),
        language: run.context.terminal.language,
    }
}

fn options(run: &PreparedRun<'_>) -> Options {
    let PreparedRun { settings, keywords, context, .. } = run;
    let (output, terminal) = (&settings.output, &context.terminal);
    let to_terminal = goes_to_terminal(settings, context);
    Options {
        csv_dialect: output.csv_dialect,
        width: terminal.width.filter(|_| to_terminal),
        colour: terminal.colour(to_terminal),
        selection: match (&output.fields, output.wide) {
            (Some(_), _) => Selection::Named,
            (None, true) => Selection::Wide,
            (None, false) => Selection::Readable,
        },
        summary: output.summary,
        is_only_query: keywords.summary().keywords * settings.providers.len() as u64 == 1,
        asked_at: Timestamp::now(),
        mark: context.sandbox.then_some(FICTITIOUS),
    }
}
