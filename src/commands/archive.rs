//! `hecha archive`: lists, shows, exports, verifies, imports and prunes bought answers.

use super::{Context, ListColumn, data_output, data_writer, print, print_columns, print_to};
use crate::archive::{Access, AnswerId, Archive, ArchiveLocation, ArchiveProblem, EntryFilter, EntrySummary};
use crate::cli::{ArchiveArgs, ArchiveCommand};
use crate::domain::date::moment_in_shanghai;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::fold::fold_name;
use crate::domain::identifier::recognise;
use crate::domain::text::{Text, counted, message};
use crate::output::Format;
use crate::output::file::OutputFile;
use crate::output::on_terminal::EscapeMode;
use crate::output::sanitise::sanitise;
use crate::settings::{archive_location, configured_keep, since_day, units, usage, wrong_option};
use serde_json::json;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::time::Duration;

/// Runs the subcommand.
pub fn run(args: ArchiveArgs, context: &Context) -> Result<u8, Failure> {
    let values = context.values()?;
    let location = archive_location(&values, None)?;
    let open = |access| context.open_archive(&location, access).map_err(Failure::from);
    match args.command {
        ArchiveCommand::Path => print(format!("{location}\n")),
        ArchiveCommand::List { keyword, provider, since, limit, lookup } => {
            let filter = EntryFilter {
                keywords: keyword.iter().flat_map(|text| spellings(text)).collect(),
                since: since_day(since.as_deref())?,
                provider,
                limit,
            };
            list(open_if_there(&location, context)?.as_ref(), &filter, lookup.format, context)
        }
        ArchiveCommand::Show { id, body } => show(&open(Access::ReadOnly)?, id, body, context),
        ArchiveCommand::Export { output } => {
            super::distinct_files::check_export(output.as_ref(), location.file(), &values)?;
            export(open_if_there(&location, context)?.as_ref(), output.as_deref(), context)
        }
        ArchiveCommand::Backup { file } => backup(&open(Access::ReadOnly)?, &file, context),
        ArchiveCommand::Verify => verify(&open(Access::ReadOnly)?, context),
        ArchiveCommand::Prune { older_than } => {
            let given = older_than.as_deref().map(units::duration).transpose();
            let given = given.map_err(|reason| wrong_option("--older-than", &reason))?;
            let Some(age) = given.or(configured_keep(&values)?) else {
                let kept = Text::new(
                    "answers are kept indefinitely ([archive] keep); give --older-than AGE to delete old ones",
                    "应答永久保留（[archive] keep）；如需删除旧的，请给出 --older-than AGE",
                );
                context.terminal.notice(&kept.into());
                return Ok(0);
            };
            prune(&open(Access::ReadWrite)?, age, context)
        }
        ArchiveCommand::Import { other } => {
            let archive = open(Access::ReadWrite)?;
            let summary = archive.import(&other)?;
            context.show_notices(&archive);
            archive.checkpoint()?;
            context.terminal.notice(&message!(
                "imported answers: {added} ({known} already present, {damaged} damaged and left out); attempts: {booked} ({booked_before} already present)",
                "已并入 {added} 条应答（{known} 条已有，{damaged} 条损坏未并入），登记 {booked} 次调用（{booked_before} 次已有）",
                added = summary.answers_added,
                known = summary.answers_known,
                damaged = summary.answers_damaged,
                booked = summary.attempts_added,
                booked_before = summary.attempts_known
            ));
            Ok(0)
        }
    }
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

/// The folded forms in which a keyword may have been sent.
fn spellings(keyword: &str) -> [String; 2] {
    [keyword, &recognise(keyword).canonical].map(fold_name)
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

/// The archive to be read; before the first query there is none, which is told and is no failure.
fn open_if_there(location: &ArchiveLocation, context: &Context) -> Result<Option<Archive>, Failure> {
    let archive = context.existing_archive(location)?;
    if archive.is_none() {
        context.terminal.notice(&message!(
            "there is no archive at {location}: nothing has been bought yet",
            "{location} 处没有存档：尚未购买任何内容"
        ));
    }
    Ok(archive)
}

fn list(
    archive: Option<&Archive>,
    filter: &EntryFilter,
    format: Option<Format>,
    context: &Context,
) -> Result<u8, Failure> {
    let entries = archive.map_or(Ok(Vec::new()), |archive| archive.list(filter))?;
    let document: Vec<_> = entries.iter().map(summary_document).collect();
    let columns: [ListColumn<'_, EntrySummary>; 6] = [
        (Text::new("id", "编号"), &|entry| entry.id.to_string()),
        (Text::new("provider", "服务商"), &|entry| entry.provider.clone()),
        (Text::new("received at", "获取时间"), &at_a_glance),
        (Text::new("kept", "内容"), &|entry| context.terminal.say(entry.kept.in_words()).to_owned()),
        (Text::new("bytes", "字节"), &|entry| entry.size.to_string()),
        (Text::new("request", "查询"), &|entry| question_in_words(&entry.question)),
    ];
    print_columns(context, format, &json!(document), &columns, &entries)
}

/// Day and time of receipt as people write them.
fn at_a_glance(entry: &EntrySummary) -> String {
    let moment = moment_in_shanghai(entry.received_at);
    moment.get(..19).unwrap_or(&moment).replace('T', " ")
}

fn summary_document(entry: &EntrySummary) -> serde_json::Value {
    json!({
        "id": entry.id.0,
        "provider": entry.provider,
        "question": serde_json::from_str::<serde_json::Value>(&entry.question).unwrap_or_default(),
        "received_at": moment_in_shanghai(entry.received_at),
        "http_status": entry.http_status,
        "serial": entry.serial,
        "kept": entry.kept.as_str(),
        "size": entry.size,
        "stored_size": entry.stored_size,
    })
}

/// The parameters of a question without its form and endpoint.
fn question_in_words(question: &str) -> String {
    let question: serde_json::Value = serde_json::from_str(question).unwrap_or_default();
    let parameters = question.get("ask").and_then(serde_json::Value::as_object);
    parameters
        .into_iter()
        .flatten()
        .map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default()))
        .collect::<Vec<_>>()
        .join(" ")
}

fn show(archive: &Archive, id: i64, body_only: bool, context: &Context) -> Result<u8, Failure> {
    let entry = archive.entry(AnswerId(id))?.ok_or_else(|| {
        usage(message!(
            "the archive has no entry {id}; `hecha archive list` lists the entries",
            "存档中没有条目 {id}；`hecha archive list` 可列出现有条目"
        ))
    })?;
    let body = entry.body.as_ref().map_err(|damage| {
        let damage = damage.in_words();
        let message = message!("entry {id} is damaged: {damage}", "条目 {id} 已损坏：{damage:#}");
        Failure::local(FailureKind::Archive, message)
    })?;
    if body_only {
        return print_to(&mut data_output(context, EscapeMode::Replaced), |out| out.write_all(body));
    }
    let mut document = summary_document(&entry.summary);
    if let Some(object) = document.as_object_mut() {
        object.insert("sha256".to_owned(), json!(entry.sha256));
        object.insert("body".to_owned(), json!(sanitise(&String::from_utf8_lossy(body))));
    }
    print_to(&mut data_output(context, EscapeMode::Escaped), |out| writeln!(out, "{document:#}"))
}

/// Exports to standard output, or to a file that appears only once it is complete.
fn export(archive: Option<&Archive>, output: Option<&Path>, context: &Context) -> Result<u8, Failure> {
    let file = output.map(OutputFile::create).transpose().map_err(usage)?;
    let mut out = BufWriter::new(data_writer(Format::Ndjson, file.as_ref(), context)?);
    let summary = match archive.map(|archive| archive.export(&mut out)).transpose() {
        Ok(summary) => summary,
        Err(error) if error.problem == ArchiveProblem::Output(io::ErrorKind::BrokenPipe) => return Ok(0),
        Err(error) => return Err(error.into()),
    };
    if let Some(file) = file {
        file.commit().map_err(|reason| Failure::local(FailureKind::Unforeseen, reason))?;
    }
    let Some(summary) = summary else { return Ok(0) };
    context.terminal.notice(&message!(
        "{entries} written, {damaged} damaged and left out",
        "已写出 {entries:#} 条，跳过损坏的 {damaged} 条",
        entries = counted(summary.written, "entry", "entries"),
        damaged = summary.damaged
    ));
    Ok(if summary.damaged == 0 { 0 } else { 3 })
}

fn verify(archive: &Archive, context: &Context) -> Result<u8, Failure> {
    let summary = archive.verify(|finding| context.terminal.warning(&finding.message()))?;
    let result = message!(
        "{entries} checked, {damaged} damaged",
        "已检查 {entries:#} 条，损坏 {damaged} 条",
        entries = counted(summary.checked, "entry", "entries"),
        damaged = summary.damaged
    );
    let language = context.terminal.language_of_output();
    print(format!("{}\n", result.in_language(language)))?;
    Ok(u8::from(!summary.is_clean()))
}
