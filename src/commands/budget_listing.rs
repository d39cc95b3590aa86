//! The shared budgets in lists and plans.

use super::{Context, print_listing};
use crate::archive::{
    Access, Archive, ArchiveError, ArchiveLocation, ArchiveOptions, ArchiveProblem, BudgetPeriod, BudgetUse,
    SharedLimits,
};
use crate::domain::date::moment_in_shanghai;
use crate::domain::failure::Failure;
use crate::domain::text::{Text, message};
use crate::output::Format;
use jiff::Timestamp;
use serde_json::{Value, json};

/// The budgets for programs: one object each.
pub fn budget_document(budgets: &[BudgetUse]) -> Value {
    let document = |budget: &BudgetUse| {
        json!({
            "budget": name(budget.period),
            "limit": budget.limit,
            "used": budget.used,
            "left": budget.left(),
            "in_flight": budget.in_flight,
            "until": budget.period.ends_at().map(moment_in_shanghai),
        })
    };
    budgets.iter().map(document).collect()
}

/// The key of the configuration.
const fn name(period: BudgetPeriod) -> &'static str {
    match period {
        BudgetPeriod::Total => "total",
        BudgetPeriod::Day(_) => "per_day",
    }
}

/// The label of a budget, and its unused part such as `488/500`.
pub fn left_in_words(budget: &BudgetUse) -> (Text, String) {
    let label = match budget.period {
        BudgetPeriod::Total => Text::new("budget left", "剩余预算"),
        BudgetPeriod::Day(_) => Text::new("budget left today", "今日剩余预算"),
    };
    (label, format!("{}/{}", budget.left(), budget.limit))
}

/// The used part of each configured budget; before the first call there is no archive.
pub fn budgets(location: &ArchiveLocation, limits: SharedLimits) -> Result<Vec<BudgetUse>, Failure> {
    let opened = Archive::open_at(location, Access::ReadOnly, ArchiveOptions::default());
    match opened.and_then(|archive| archive.budgets(limits)) {
        Err(ArchiveError { problem: ArchiveProblem::Missing, .. }) => Ok(limits.unused(Timestamp::now())),
        budgets => Ok(budgets?),
    }
}

/// Tells what is left of each budget.
pub fn show_budgets(budgets: &[BudgetUse], context: &Context) {
    for budget in budgets {
        let (label, left) = left_in_words(budget);
        context.terminal.notice(&message!("{label}: {left} calls", "{label:#}：{left} 次调用"));
    }
}

/// Prints the budgets: one row each.
pub fn print_budgets(
    budgets: &[BudgetUse],
    format: Option<Format>,
    context: &Context,
) -> Result<u8, Failure> {
    let headings = [
        Text::new("budget", "预算"),
        Text::new("limit", "上限"),
        Text::new("used", "已用"),
        Text::new("left", "剩余"),
        Text::new("in flight", "进行中"),
        Text::new("until", "截止"),
    ];
    let rows = budgets.iter().map(|budget| {
        let numbers =
            [budget.limit, budget.used, budget.left(), budget.in_flight].map(|number| number.to_string());
        let until = budget.period.ends_at().map_or("-".to_owned(), moment_in_shanghai);
        [vec![name(budget.period).to_owned()], numbers.to_vec(), vec![until]].concat()
    });
    print_listing(context, format, &budget_document(budgets), &headings, rows)
}
