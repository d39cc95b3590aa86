//! The surroundings of every subcommand, and the output that they share.

use crate::archive::{Access, Archive, ArchiveError, ArchiveLocation, ArchiveOptions, ArchiveProblem};
use crate::domain::failure::Failure;
use crate::domain::text::{Message, Text, message};
use crate::input::{KeptColumns, KeywordList, ReviewContext};
use crate::interrupt::CancellationToken;
use crate::output::Format;
use crate::output::file::OutputFile;
use crate::output::on_terminal::{EscapeMode, OnTerminal};
use crate::run::cannot_write;
use crate::sandbox::Sandbox;
use crate::settings::{DefaultPaths, Environment, KeywordSource, Values, config_file};
use crate::terminal::Terminal;
use anyhow::Context as _;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The surroundings of every subcommand.
pub struct Context {
    /// The environment, as it was at the start.
    pub environment: Environment,
    /// The default paths of the files.
    pub default_paths: DefaultPaths,
    /// The terminal.
    pub terminal: Arc<Terminal>,
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--sandbox`.
    pub sandbox: bool,
}

impl Context {
    /// The path of the configuration file, which may not exist yet; `None` without a home folder.
    pub(crate) fn config_path(&self) -> Option<PathBuf> {
        config_file(self.config.clone(), &self.environment, &self.default_paths)
            .or_else(|| self.default_paths.config_file.clone())
    }

    /// The configuration of a command that queries. With `--sandbox` it is that of the embedded sandbox, which serves on a
    /// free loopback port until it is dropped.
    pub(crate) fn values_for_queries(&self) -> anyhow::Result<(Values, Option<Sandbox>)> {
        if !self.sandbox {
            return Ok((self.values()?, None));
        }
        let sandbox = start_sandbox(([127, 0, 0, 1], 0).into(), Duration::ZERO)?;
        Ok((Values::of_sandbox(&sandbox)?, Some(sandbox)))
    }

    /// Opens an archive and shows its notices.
    pub(crate) fn open_archive(
        &self,
        location: &ArchiveLocation,
        access: Access,
    ) -> Result<Archive, ArchiveError> {
        let archive = Archive::open_at(location, access, ArchiveOptions::default())?;
        self.show_notices(&archive);
        Ok(archive)
    }

    /// Opens an archive to read it; before the first query there is none.
    pub(crate) fn existing_archive(
        &self,
        location: &ArchiveLocation,
    ) -> Result<Option<Archive>, ArchiveError> {
        match self.open_archive(location, Access::ReadOnly) {
            Err(ArchiveError { problem: ArchiveProblem::Missing, .. }) => Ok(None),
            opened => opened.map(Some),
        }
    }

    /// Opens an archive to read it, and reports if there is none.
    pub(crate) fn archive_to_read(&self, location: &ArchiveLocation) -> Result<Option<Archive>, Failure> {
        let archive = self.existing_archive(location)?;
        if archive.is_none() {
            self.terminal.notice(&message!(
                "there is no archive at {location}: nothing has been bought yet",
                "{location} 处没有存档：尚未购买任何内容"
            ));
        }
        Ok(archive)
    }

    /// Shows the notices of an archive that were not shown yet.
    pub(crate) fn show_notices(&self, archive: &Archive) {
        archive.take_notices().iter().for_each(|notice| self.terminal.warning(notice));
    }

    /// The configuration: file and environment. In the sandbox there is none.
    ///
    /// # Errors
    /// A failure of kind `FailureKind::Configuration`.
    pub fn values(&self) -> Result<Values, Failure> {
        let mut values = Values::default();
        if !self.sandbox {
            let file = config_file(self.config.clone(), &self.environment, &self.default_paths);
            values = Values::read(file.as_deref(), &self.environment)?;
        }
        values.default_paths = self.default_paths.clone();
        for warning in &values.warnings {
            self.terminal.warning(warning);
        }
        Ok(values)
    }
}

/// Starts the sandbox on a loopback address.
pub(crate) fn start_sandbox(address: SocketAddr, latency: Duration) -> anyhow::Result<Sandbox> {
    Sandbox::start(address, latency)
        .with_context(|| message!("the sandbox cannot listen on {address}", "沙盒无法监听 {address}"))
}

/// A token that signals cancel.
pub(crate) fn cancelled_by_signals() -> anyhow::Result<CancellationToken> {
    let token = CancellationToken::new();
    let listening = token.listen_for_signals();
    listening.context(Message::from(Text::new("cannot listen for signals", "无法监听信号")))?;
    Ok(token)
}

/// Writes text to standard output. The exit code is 0, also for a closed pipe.
pub(crate) fn print(text: impl AsRef<[u8]>) -> Result<u8, Failure> {
    print_to(&mut io::stdout().lock(), |out| out.write_all(text.as_ref()))
}

/// Writes to `out`. The exit code is 0, also for a closed pipe.
pub(crate) fn print_to<W: Write>(
    out: &mut W,
    write: impl FnOnce(&mut W) -> io::Result<()>,
) -> Result<u8, Failure> {
    match write(out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(cannot_write(error)),
        _ => Ok(0),
    }
}

/// Standard output for data; control characters are escaped on a terminal.
pub(crate) fn data_output(context: &Context, mode: EscapeMode) -> Box<dyn Write + Send> {
    if context.terminal.output_is_terminal {
        Box::new(OnTerminal::new(io::stdout(), mode))
    } else {
        Box::new(io::stdout())
    }
}

/// Whether a list is written as a table for people.
pub(crate) fn for_people(format: Option<Format>, context: &Context) -> bool {
    format.map_or(context.terminal.output_is_terminal, |format| format == Format::Table)
}

/// The format of data by `--format`, else by the destination. A terminal cannot show every format.
pub(crate) fn data_format(format: Option<Format>, to_terminal: bool) -> Result<Format, Failure> {
    let format = format.unwrap_or(if to_terminal { Format::Table } else { Format::Json });
    if to_terminal && matches!(format, Format::Xlsx | Format::Html) {
        let word = format.as_str();
        return Err(Failure::usage(message!(
            "a terminal cannot show {word}; give a file with -o FILE.{word}",
            "终端无法显示 {word}；请用 -o FILE.{word} 写入文件"
        )));
    }
    Ok(format)
}

/// The writer of data in `format`: the file, else standard output. A table escapes its own cells.
pub(crate) fn data_writer(
    format: Format,
    file: Option<&OutputFile>,
    context: &Context,
) -> Result<Box<dyn Write + Send>, Failure> {
    Ok(match (file, format) {
        (Some(file), _) => Box::new(file.writer().map_err(cannot_write)?),
        (None, Format::Table) => Box::new(io::stdout()),
        (None, Format::Csv | Format::Tsv) => data_output(context, EscapeMode::Replaced),
        (None, _) => data_output(context, EscapeMode::Escaped),
    })
}

/// The keywords of a command, reviewed from the first to the last.
pub(crate) fn keyword_list(
    source: &KeywordSource,
    context: ReviewContext,
    kept: KeptColumns,
) -> Result<KeywordList, Failure> {
    Ok(match source {
        KeywordSource::Arguments(arguments) => KeywordList::from_arguments(arguments.clone(), context)?,
        KeywordSource::List(settings) => {
            crate::input::open(settings, context, kept, &mut io::stdin().lock())?
        }
    })
}
