//! The shared budgets in lists and plans.

use crate::archive::{BudgetPeriod, BudgetUse};
use crate::domain::date::moment_in_shanghai;
use crate::domain::text::Text;
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
pub const fn name(period: BudgetPeriod) -> &'static str {
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
