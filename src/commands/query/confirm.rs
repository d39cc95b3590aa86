//! What is said, asked and refused before money is spent: a limit, a large spend, a refresh that could not end.

use super::setup::PreparedRun;
use crate::archive::BudgetUse;
use crate::commands::budget_listing::{budgets, left_in_words};
use crate::commands::plan::Plan;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::text::{Message, Text, counted, message};
use crate::provider::Provider;
use crate::run::{PagesNeeded, Queries};
use std::sync::Arc;

/// The number of paid calls from which the user is asked first.
const LARGE_SPEND: u64 = 50;

/// Asks on a terminal before a large spend; elsewhere says when `--max-calls` or a budget will end the run early.
pub(super) fn confirm_spend(run: &PreparedRun<'_>, providers: &[Arc<dyn Provider>]) -> Result<(), Failure> {
    let PreparedRun { settings, archive, context, .. } = run;
    let terminal = &context.terminal;
    if context.sandbox || settings.reuse.offline {
        return Ok(());
    }
    // A single company may need many pages: what the archive knows of it decides, not the number of queries.
    if !terminal.can_ask || settings.yes || settings.max_calls < LARGE_SPEND {
        return announce_limit(run);
    }
    let plan = Plan::make(settings, providers, Queries::new(&run.keywords, settings)?, archive.as_deref())?;
    let budget = tightest(&plan.budgets);
    let left = budget.map_or(u64::MAX, BudgetUse::left);
    if plan.calls_at_least.min(settings.max_calls).min(left) < LARGE_SPEND {
        return Ok(());
    }
    let cost = plan.cost_words();
    let budget = budget.map(left_in_words).map_or_else(Message::default, |(label, left)| {
        message!(", and the {label} is {left}", "，{label:#} {left}")
    });
    let question = message!(
        "this needs at least {paid_calls}{cost}; --max-calls allows {limit}{budget}. Continue?",
        "本次至少需要 {paid_calls:#} 次付费调用{cost}（上限 {limit}{budget:#}），继续吗？",
        paid_calls = counted(plan.calls_at_least, "paid call", "paid calls"),
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

/// Says that `--max-calls` or a budget will end the run early.
fn announce_limit(run: &PreparedRun<'_>) -> Result<(), Failure> {
    let PreparedRun { settings, archive, context, .. } = run;
    let queries = match settings.shard {
        None => run.keywords.summary().keywords * settings.providers.len() as u64,
        Some(_) => Queries::new(&run.keywords, settings)?.items.count() as u64,
    };
    let budgets = budgets(settings.limits, archive.as_deref())?;
    let max_calls = settings.max_calls;
    let budget = tightest(&budgets).filter(|budget| budget.left() < queries.min(max_calls));
    let limit = match budget.map(left_in_words) {
        Some((label, left)) => message!("the {label} is {left}", "{label:#}为 {left}"),
        None if queries > max_calls => message!("--max-calls is {max_calls}", "--max-calls 为 {max_calls}"),
        None => return Ok(()),
    };
    let list = match settings.shard {
        Some(_) => Text::new("this shard of the list", "该分片"),
        None => Text::new("the list", "名单"),
    };
    context.terminal.notice(&message!(
        "{list} has {queries} and {limit}; the run stops at this limit and keeps what was bought",
        "{list:#}共 {queries:#} 个查询，而{limit:#}；达到此上限后停止，已购内容会保留",
        queries = counted(queries, "query", "queries")
    ));
    Ok(())
}

/// Refuses `--refresh whole` of a query with more pages than one run may buy: every run would buy its first pages again,
/// and none would reach its last.
pub(super) fn check_refresh(run: &PreparedRun<'_>, providers: &[Arc<dyn Provider>]) -> Result<(), Failure> {
    let PreparedRun { settings, keywords, archive, .. } = run;
    if settings.refresh.is_none() {
        return Ok(());
    }
    let limit = settings.max_calls.min(settings.limits.per_day.unwrap_or(u64::MAX));
    let pages_needed = PagesNeeded::new(settings, archive.as_deref());
    let (mut most, mut largest) = (limit, None);
    for item in Queries::new(keywords, settings)?.items {
        let item = item?;
        let pages = pages_needed.of(providers[item.provider].as_ref(), &item.query)?;
        // A query that reuses pages continues where the run before stopped.
        if item.refusal.is_none() && pages.archived == 0 && pages.calls > most {
            (most, largest) = (pages.calls, Some(item.query.keyword));
        }
    }
    let Some(keyword) = largest else { return Ok(()) };
    let message = message!(
        "--refresh whole of '{keyword}' needs at least {calls}, and a run may make {limit} (--max-calls, [budget] per_day); nothing was bought",
        "对 '{keyword}' 使用 --refresh whole 至少需要 {calls:#} 次调用，而一次运行至多 {limit} 次（--max-calls、[budget] per_day）；没有购买任何内容",
        calls = counted(most, "call", "calls")
    );
    Err(Failure::local(FailureKind::Limit, message).with_hint(Text::new(
        "raise the limit to at least that number: a refresh buys all pages of a query in one run",
        "请把上限至少提高到该次数：一次更新须在同一次运行中购买该查询的全部页面",
    )))
}

/// The budget that ends the run first.
fn tightest(budgets: &[BudgetUse]) -> Option<&BudgetUse> {
    budgets.iter().min_by_key(|budget| budget.left())
}
