//! The end of a run: its summary, its output files and its exit code.

use super::output::OutputFiles;
use crate::commands::Context;
use crate::commands::plan::Cost;
use crate::domain::date::moment_in_shanghai;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::text::{Message, counted, message};
use crate::run::RunResult;
use crate::settings::QuerySettings;

/// Summarises the run, renames complete output files, and decides the exit code.
pub(super) fn conclude(
    settings: &QuerySettings,
    result: &RunResult,
    files: OutputFiles,
    context: &Context,
) -> Result<u8, Failure> {
    let terminal = &context.terminal;
    if result.repeats > 0 {
        terminal.notice(&message!(
            "skipped {duplicates}",
            "{duplicates:#} 个重复的关键词只查询一次",
            duplicates = counted(result.repeats, "duplicate keyword", "duplicate keywords")
        ));
    }
    if result.summary.left_out > 0 {
        terminal.notice(&message!(
            "left out {records} of other companies or undecided (--exact)",
            "已略去 {records:#} 条属于其他企业或无法判断的记录（--exact）",
            records = counted(result.summary.left_out, "record", "records")
        ));
    }
    if let Some(oldest) = result.oldest_archived {
        terminal.notice(&message!(
            "{from_archive} from the archive, the oldest received at {since}; --fresh buys again",
            "{from_archive:#} 页取自存档，其中最早的获取于 {since}；--fresh 可重新购买",
            from_archive = counted(result.summary.archived_pages, "page", "pages"),
            since = moment_in_shanghai(oldest)
        ));
    }
    if result.summary.queries > 1 {
        let of_all = match result.listed.filter(|listed| *listed > result.summary.queries) {
            Some(listed) => message!(" of {listed}", "（名单共 {listed} 个）"),
            None => Message::default(),
        };
        let counts = crate::run::counts_in_words(&result.summary, result.cost);
        terminal.notice(&message!(
            "{queries}{of_all}: {counts}",
            "{queries:#} 个查询{of_all:#}：{counts:#}",
            queries = counted(result.summary.queries, "query", "queries")
        ));
    }
    show_missing_calls(settings, result, context);
    let code = match (result.stopped_by, &result.output_failure) {
        (Some(reason), _) => reason.exit_code(),
        (None, Some(failure)) => {
            terminal.error(failure, None);
            failure.kind.exit_code()
        }
        (None, None) => result.summary.exit_code(settings.output.empty_exit_code),
    };
    files.close(result, context)?;
    Ok(code)
}

fn show_missing_calls(settings: &QuerySettings, result: &RunResult, context: &Context) {
    let missing = result.calls_missing.values().fold(0_u64, |sum, calls| sum.saturating_add(*calls));
    if result.summary.stopped_by != Some(FailureKind::Limit) || missing == 0 {
        return;
    }
    let cost = Cost::of(&result.calls_missing, &settings.prices);
    let cost = cost.map_or_else(Message::default, |cost| message!(", about {cost}", "，约 {cost}"));
    context.terminal.notice(&message!(
        "the rest needs at least {more}{cost}",
        "其余至少还需 {more:#} 次调用{cost:#}",
        more = counted(missing, "more call", "more calls")
    ));
}
