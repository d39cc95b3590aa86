//! What `hecha changes` opens: the archive, the output and the parsers.

use crate::archive::{Access, Archive, ArchiveError, ArchiveLocation, ArchiveOptions};
use crate::commands::{Context, cannot_write, data_format, data_writer};
use crate::domain::failure::Failure;
use crate::domain::text::message;
use crate::output::Format;
use crate::output::changes::{self, ChangeLayout, ChangeSink};
use crate::output::file::OutputFile;
use crate::provider::Provider;
use crate::settings::{BaselineChoice, ChangesSettings, Values, provider_for_plan, usage};
use std::io::BufWriter;
use std::sync::Arc;

/// The archive, or `None` before the first query.
pub(super) fn open_archive(
    settings: &ChangesSettings,
    location: &ArchiveLocation,
    context: &Context,
) -> Result<Option<Archive>, Failure> {
    let access = if settings.mark.is_some() { Access::ReadWrite } else { Access::ReadOnly };
    let opened = if location.may_exist() {
        Archive::open_at(location, access, ArchiveOptions::default())
    } else {
        Err(ArchiveError::Missing { path: location.to_string().into() })
    };
    match opened {
        Err(ArchiveError::Missing { .. }) => {
            context.terminal.notice(&message!(
                "{location} does not exist: nothing was queried yet",
                "{location} 不存在：尚未查询任何内容"
            ));
            Ok(None)
        }
        opened => Ok(Some(opened?)),
    }
}

/// Refuses the name of a mark that does not exist, unless this command makes it.
pub(super) fn check_baseline(settings: &ChangesSettings, archive: Option<&Archive>) -> Result<(), Failure> {
    let BaselineChoice::Marked(name) = &settings.baseline else { return Ok(()) };
    let exists = match archive {
        _ if settings.mark.as_ref() == Some(name) => true,
        Some(archive) => archive.has_mark(name)?,
        None => false,
    };
    if exists {
        return Ok(());
    }
    Err(usage(message!(
        "--baseline: there is no mark '{name}'; set it with --mark {name}",
        "--baseline：没有标记 '{name}'；请先用 --mark {name} 设置"
    )))
}

pub(super) fn output_format(settings: &ChangesSettings, context: &Context) -> Result<Format, Failure> {
    data_format(settings.format, settings.file.is_none() && context.terminal.output_is_terminal)
}

pub(super) fn open_sink(
    settings: &ChangesSettings,
    format: Format,
    file: Option<&OutputFile>,
    context: &Context,
) -> Result<Box<dyn ChangeSink>, Failure> {
    let terminal = &context.terminal;
    let writer = data_writer(format, file, context)?;
    let width = if file.is_none() && terminal.output_is_terminal { terminal.width } else { None };
    let layout = ChangeLayout { topic: settings.topic, language: terminal.language, width };
    changes::open(format, layout, Box::new(BufWriter::new(writer))).map_err(|error| cannot_write(&error))
}

/// The providers as parsers: they need no endpoint and no credentials.
pub(super) fn parsers(settings: &ChangesSettings) -> Result<Vec<Arc<dyn Provider>>, Failure> {
    settings.providers.iter().map(|id| provider_for_plan(*id, &Values::default())).collect()
}
