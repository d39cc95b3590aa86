//! `hecha archive`: lists, shows, exports, verifies, imports and prunes bought answers.

use super::distinct_files::{self, OUTPUT, files_read};
use super::listing::{ListColumn, document, plain, print_rows};
use super::{Context, data_output, data_writer, print, print_to};
use crate::archive::{Access, AnswerId, Archive, ArchiveProblem, Entry, EntryFilter, EntrySummary};
use crate::cli::{ArchiveCommand, units};
use crate::domain::date::moment_in_shanghai;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::text::{Message, Text, counted, message};
use crate::input::ReviewContext;
use crate::output::Format;
use crate::output::file::OutputFile;
use crate::output::on_terminal::EscapeMode;
use crate::output::sanitise::sanitise;
use crate::run::cannot_write;
use crate::settings::{archive_location, configured_keep};
use serde_json::{Value, json};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::time::Duration;

/// Runs the subcommand.
pub fn run(command: ArchiveCommand, context: &Context) -> Result<u8, Failure> {
    let values = context.values()?;
    let location = archive_location(&values, None)?;
    let open = |access| context.open_archive(&location, access).map_err(Failure::from);
    match command {
        ArchiveCommand::Path => print(format!("{location}\n")),
        ArchiveCommand::List { keyword, provider, since, limit, listing } => {
            let archive = context.archive_to_read(&location)?;
            let filter = EntryFilter { since, provider, limit };
            list(archive.as_ref(), &filter, keyword.as_deref(), listing.format, context)
        }
        ArchiveCommand::Show { id, body: true } => show_body(&open(Access::ReadOnly)?, id, context),
        ArchiveCommand::Show { id, body: false } => show(&open(Access::ReadOnly)?, id, context),
        ArchiveCommand::Export { output } => {
            let read = files_read(None, location.file(), &values);
            distinct_files::check(read, &[(OUTPUT, output.as_ref())])?;
            export(context.archive_to_read(&location)?.as_ref(), output.as_deref(), context)
        }
        ArchiveCommand::Backup { file } => backup(&open(Access::ReadOnly)?, &file, context),
        ArchiveCommand::Verify => verify(&open(Access::ReadOnly)?, context),
        ArchiveCommand::Prune { older_than } => {
            let Some(age) = older_than.or(configured_keep(&values)?) else {
                let kept = Text::new(
                    "answers are kept indefinitely ([archive] keep); give --older-than AGE to delete old ones",
                    "应答永久保留（[archive] keep）；如需删除旧的，请给出 --older-than AGE",
                );
                context.terminal.notice(&kept.into());
                return Ok(0);
            };
            prune(&open(Access::ReadWrite)?, age, context)
        }
        ArchiveCommand::Import { other } => import(&open(Access::ReadWrite)?, &other, context),
    }
}

fn import(archive: &Archive, other: &Path, context: &Context) -> Result<u8, Failure> {
    let summary = archive.import(other).map_err(|error| match error.problem {
        // The hints are about the own archive, not about the file to import.
        ArchiveProblem::Missing | ArchiveProblem::Inaccessible | ArchiveProblem::NotAnArchive => {
            Failure::usage(error.message())
        }
        _ => error.into(),
    })?;
    context.show_notices(archive);
    archive.checkpoint()?;
    context.terminal.notice(&message!(
        "imported answers: {added} ({known} already present, {damaged} damaged and left out); attempts: {booked} ({booked_before} already present)",
        "已导入 {added} 条应答（另有 {known} 条已存在，{damaged} 条已损坏而未导入）；已登记 {booked} 次调用（另有 {booked_before} 次已存在）",
        added = summary.answers_added,
        known = summary.answers_known,
        damaged = summary.answers_damaged,
        booked = summary.attempts_added,
        booked_before = summary.attempts_known
    ));
    Ok(0)
}

fn prune(archive: &Archive, age: Duration, context: &Context) -> Result<u8, Failure> {
    let summary = archive.prune(units::before(archive.now(), age))?;
    context.terminal.notice(&message!(
        "{deleted} deleted, {freed} freed; the ledger is unchanged",
        "已删除 {deleted:#} 条应答，释放 {freed:#} 字节；账目未动",
        deleted = counted(summary.answers, "answer", "answers"),
        freed = counted(summary.bytes, "byte", "bytes")
    ));
    Ok(0)
}

fn backup(archive: &Archive, file: &Path, context: &Context) -> Result<u8, Failure> {
    let bytes = archive.backup(file)?;
    context.terminal.notice(&message!(
        "wrote {file} ({size})",
        "已写入 {file}（{size:#} 字节）",
        size = counted(bytes, "byte", "bytes"),
        file = file.display()
    ));
    Ok(0)
}

const ENTRY: [ListColumn<EntrySummary>; 9] = [
    ("id", Text::new("id", "编号"), |entry| plain(entry.id.0)),
    ("provider", Text::new("provider", "服务商"), |entry| plain(&entry.provider)),
    ("received_at", Text::new("received at", "获取时间"), |entry| {
        let moment = moment_in_shanghai(entry.received_at);
        let at_a_glance = moment.get(..19).unwrap_or(&moment).replace('T', " ");
        (json!(moment), Message::verbatim(at_a_glance))
    }),
    ("http_status", Text::EMPTY, |entry| plain(entry.http_status)),
    ("serial", Text::EMPTY, |entry| plain(&entry.serial)),
    ("kept", Text::new("kept", "内容"), |entry| {
        (json!(entry.body_use.as_str()), entry.body_use.label().into())
    }),
    ("size", Text::new("bytes", "字节"), |entry| plain(entry.size)),
    ("stored_size", Text::EMPTY, |entry| plain(entry.stored_size)),
    ("question", Text::new("request", "查询"), |entry| {
        let question: Value = serde_json::from_str(&entry.question).unwrap_or_default();
        let parameters = entry.parameters().into_iter().map(|(name, value)| format!("{name}={value}"));
        (question, Message::verbatim(parameters.collect::<Vec<_>>().join(" ")))
    }),
];

fn list(
    archive: Option<&Archive>,
    filter: &EntryFilter,
    keyword: Option<&str>,
    format: Option<Format>,
    context: &Context,
) -> Result<u8, Failure> {
    let comparable = |text: &str| ReviewContext::default().comparable(text);
    let wanted = keyword.map(comparable);
    let is_wanted = |asked: &str| wanted.as_ref().is_none_or(|wanted| *wanted == comparable(asked));
    let entries = archive.into_iter().flat_map(|archive| archive.list(filter, &is_wanted));
    print_rows(context, format, &ENTRY, entries)
}

/// An entry and its body. A damaged body is a failure.
fn find_entry(archive: &Archive, id: i64) -> Result<(EntrySummary, String, Vec<u8>), Failure> {
    let Entry { summary, sha256, body } = archive.entry(AnswerId(id))?.ok_or_else(|| {
        Failure::usage(message!(
            "the archive has no entry {id}; `hecha archive list` lists the entries",
            "存档中没有条目 {id}；`hecha archive list` 可列出现有条目"
        ))
    })?;
    let body = body.map_err(|damage| {
        let message = message!("entry {id} is damaged: {damage}", "条目 {id} 已损坏：{damage:#}");
        Failure::local(FailureKind::Archive, message)
    })?;
    Ok((summary, sha256, body))
}

fn show_body(archive: &Archive, id: i64, context: &Context) -> Result<u8, Failure> {
    let (_, _, body) = find_entry(archive, id)?;
    print_to(&mut data_output(context, EscapeMode::Replaced), |out| out.write_all(&body))
}

fn show(archive: &Archive, id: i64, context: &Context) -> Result<u8, Failure> {
    let (summary, sha256, body) = find_entry(archive, id)?;
    let mut document = document(&ENTRY, &summary);
    document.insert("sha256".to_owned(), json!(sha256));
    document.insert("body".to_owned(), json!(sanitise(&String::from_utf8_lossy(&body))));
    let document = Value::Object(document);
    print_to(&mut data_output(context, EscapeMode::Escaped), |out| writeln!(out, "{document:#}"))
}

/// Exports to standard output, or to a file that appears only once it is complete.
fn export(archive: Option<&Archive>, output: Option<&Path>, context: &Context) -> Result<u8, Failure> {
    let file = output.map(OutputFile::create).transpose().map_err(Failure::usage)?;
    let mut out = BufWriter::new(data_writer(Format::Ndjson, file.as_ref(), context)?);
    let (mut written, mut damaged) = (0, 0);
    if let Some(archive) = archive {
        archive.export(|line| {
            let Some(line) = line else {
                damaged += 1;
                return Ok(());
            };
            written += 1;
            writeln!(out, "{line}").map_err(cannot_write)
        })?;
    }
    out.flush().map_err(cannot_write)?;
    file.map(OutputFile::commit).transpose()?;
    if archive.is_none() {
        return Ok(0);
    }
    context.terminal.notice(&message!(
        "{entries} written, {damaged} damaged and left out",
        "已写出 {entries:#} 个条目，跳过损坏的 {damaged} 个",
        entries = counted(written, "entry", "entries")
    ));
    Ok(if damaged == 0 { 0 } else { 3 })
}

fn verify(archive: &Archive, context: &Context) -> Result<u8, Failure> {
    let summary = archive.verify(|finding| context.terminal.warning(&finding))?;
    let result = message!(
        "{entries} checked, {damaged} damaged",
        "已检查 {entries:#} 个条目，其中 {damaged} 个已损坏",
        entries = counted(summary.checked, "entry", "entries"),
        damaged = summary.damaged
    );
    let language = context.terminal.language_of_output();
    print(format!("{}\n", result.in_language(language)))?;
    Ok(u8::from(!summary.is_clean()))
}
