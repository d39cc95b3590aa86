//! The last checks before money is spent: a refresh that could not finish is refused, a large spend is confirmed.

use super::setup::PreparedRun;
use crate::archive::BudgetUse;
use crate::commands::budget_listing::left_in_words;
use crate::commands::plan::Plan;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::text::{Message, Text, counted, message};
use crate::provider::Provider;
use crate::run::Queries;
use crate::settings::QuerySettings;
use std::sync::Arc;

/// The number of paid calls from which the user is asked first.
const LARGE_SPEND: u64 = 50;

/// Refuses a refresh that could not finish, and asks on a terminal before a large spend.
pub(super) fn confirm_spend(run: &PreparedRun<'_>, providers: &[Arc<dyn Provider>]) -> Result<(), Failure> {
    let PreparedRun { settings, keywords, archive, context } = run;
    let asks = context.terminal.can_ask && !settings.yes && settings.max_calls >= LARGE_SPEND;
    if context.sandbox || settings.reuse.offline || !(asks || settings.refresh.is_some()) {
        return Ok(());
    }
    // A single company may need many pages: what the archive knows of it decides, not the number of queries.
    let plan = Plan::make(settings, providers, Queries::new(keywords, settings)?, archive.as_deref())?;
    check_refresh(settings, &plan)?;
    let budget = plan.budgets.iter().min_by_key(|budget| budget.left());
    let left = budget.map_or(u64::MAX, BudgetUse::left);
    if !asks || plan.calls_at_least.min(settings.max_calls).min(left) < LARGE_SPEND {
        return Ok(());
    }
    let cost = plan.cost.map(|cost| format!(" ({cost})")).unwrap_or_default();
    let budget = budget.map(left_in_words).map_or_else(Message::default, |(label, left)| {
        message!(", and the {label} is {left}", "，{label:#} {left}")
    });
    let question = message!(
        "this needs at least {paid_calls}{cost}; --max-calls allows {limit}{budget}. Continue?",
        "本次至少需要 {paid_calls:#} 次付费调用{cost}（上限 {limit}{budget:#}），继续吗？",
        paid_calls = counted(plan.calls_at_least, "paid call", "paid calls"),
        limit = settings.max_calls
    );
    if context.terminal.confirm(&question) {
        return Ok(());
    }
    Err(Failure::local(
        FailureKind::Limit,
        Text::new("not confirmed; nothing was bought", "未确认；没有购买任何内容"),
    ))
}

/// Refuses `--refresh whole` of a query with more pages than this run may buy: the next run would buy the first ones again.
pub(super) fn check_refresh(settings: &QuerySettings, plan: &Plan) -> Result<(), Failure> {
    let left = plan.budgets.iter().map(BudgetUse::left).min().unwrap_or(u64::MAX);
    let limit = settings.max_calls.min(left);
    let largest = plan.largest_query.as_ref().filter(|(calls, _)| *calls > limit);
    let (Some((calls, keyword)), Some(_)) = (largest, settings.refresh) else { return Ok(()) };
    let message = message!(
        "--refresh whole of '{keyword}' needs at least {calls}, and this run may make {limit} (--max-calls, [budget]); nothing was bought",
        "对 '{keyword}' 使用 --refresh whole 至少需要 {calls:#} 次调用，而本次运行至多 {limit} 次（--max-calls、[budget]）；没有购买任何内容",
        calls = counted(*calls, "call", "calls")
    );
    Err(Failure::local(FailureKind::Limit, message).with_hint(Text::new(
        "raise the limit to at least that number: a refresh buys all pages of a query in one run",
        "请把上限至少提高到该次数：一次更新须在同一次运行中购买该查询的全部页面",
    )))
}
