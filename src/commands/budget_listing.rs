//! The shared budgets in lists and plans.

use super::{Context, ListColumn, print_columns};
use crate::archive::{BudgetPeriod, BudgetUse};
use crate::domain::date::moment_in_shanghai;
use crate::domain::failure::Failure;
use crate::domain::text::{Text, message};
use crate::output::Format;
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
    let columns: [ListColumn<'_, BudgetUse>; 6] = [
        (Text::new("budget", "预算"), &|budget| name(budget.period).to_owned()),
        (Text::new("limit", "上限"), &|budget| budget.limit.to_string()),
        (Text::new("used", "已用"), &|budget| budget.used.to_string()),
        (Text::new("left", "剩余"), &|budget| budget.left().to_string()),
        (Text::new("in flight", "进行中"), &|budget| budget.in_flight.to_string()),
        (Text::new("until", "截止"), &|budget| {
            budget.period.ends_at().map_or("-".to_owned(), moment_in_shanghai)
        }),
    ];
    print_columns(context, format, &budget_document(budgets), &columns, budgets)
}
