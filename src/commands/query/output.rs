//! Opens the output of a query: its format, its file, its report.

use crate::commands::{Context, cannot_create, data_output};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::text::message;
use crate::output::on_terminal::Harmless;
use crate::output::report::{self, ReportFormat, ReportLayout};
use crate::output::{self, Authenticity, Format, Header, Layout, Options, Selection, Sink, Summary};
use crate::settings::{Destination, QuerySettings, Raw, Wide};
use jiff::Timestamp;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The requested format, or the default of the destination.
pub(super) fn output_format(settings: &QuerySettings, context: &Context) -> Result<Format, Failure> {
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

pub(super) fn goes_to_terminal(settings: &QuerySettings, context: &Context) -> bool {
    settings.output.destination == Destination::StandardOutput && context.terminal.output_is_terminal
}

/// The sink for records and, with `-o`, the file that it writes to.
pub(super) struct QueryOutput {
    pub(super) sink: Box<dyn Sink>,
    pub(super) file: Option<OutputFile>,
}

/// A file that gets its name once it is complete. A special file, such as a named pipe or `/dev/null`, is written to
/// directly: renaming would replace it.
pub(super) struct OutputFile {
    pub(super) path: PathBuf,
    pub(super) partial: Option<PathBuf>,
}

impl OutputFile {
    pub(super) fn new(path: &Path) -> Self {
        let is_special = std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir());
        let partial = (!is_special).then(|| {
            let mut partial = path.as_os_str().to_owned();
            partial.push(".partial");
            PathBuf::from(partial)
        });
        Self { path: path.to_owned(), partial }
    }

    pub(super) fn create(&self) -> Result<File, Failure> {
        if self.path.is_dir() {
            return Err(crate::settings::usage(message!(
                "cannot write {path}: it is a folder",
                "无法写入 {path}：它是目录",
                path = self.path.display()
            )));
        }
        let path = self.partial.as_ref().unwrap_or(&self.path);
        File::create(path).map_err(|error| crate::settings::usage(cannot_create(path, &error)))
    }
}

impl QueryOutput {
    /// Creates the output file and opens the sink that writes to it.
    pub(super) fn open(settings: &QuerySettings, format: Format, context: &Context) -> Result<Self, Failure> {
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
                Box::new(BufWriter::with_capacity(64 * 1024, data_output(context, harmless)))
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

/// Opens the sink of `--report`.
pub(super) fn open_report(
    settings: &QuerySettings,
    context: &Context,
) -> Result<Option<Box<dyn Sink>>, Failure> {
    let Some((path, format)) = &settings.output.report else { return Ok(None) };
    let wrong = |error: io::Error| crate::settings::usage(cannot_create(path, &error));
    let writer = BufWriter::new(File::create(path).map_err(wrong)?);
    let layout = ReportLayout {
        header: settings.output.header.unwrap_or(match format {
            ReportFormat::Xlsx => Header::Labels,
            ReportFormat::Csv | ReportFormat::Json | ReportFormat::Ndjson => Header::Keys,
        }),
        language: context.terminal.language,
        csv_dialect: settings.output.csv_dialect,
    };
    report::open(*format, layout, Box::new(writer)).map(Some).map_err(wrong)
}
