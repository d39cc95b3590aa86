//! The shared budgets in lists and plans.

use super::listing::{ListColumn, plain};
use crate::archive::{Archive, ArchiveError, BudgetUse, SharedLimits};
use crate::domain::date::moment_in_shanghai;
use crate::domain::text::Text;
use jiff::Timestamp;

/// The columns of a list of budgets.
pub const COLUMNS: [ListColumn<BudgetUse>; 6] = [
    ("budget", Text::new("budget", "预算"), |budget| plain(budget.day.map_or("total", |_| "per_day"))),
    ("limit", Text::new("limit", "上限"), |budget| plain(budget.limit)),
    ("used", Text::new("used", "已用"), |budget| plain(budget.used)),
    ("left", Text::new("left", "剩余"), |budget| plain(budget.left())),
    ("in_flight", Text::new("in flight", "进行中"), |budget| plain(budget.in_flight)),
    ("until", Text::new("until", "截止"), |budget| plain(budget.ends_at().map(moment_in_shanghai))),
];

/// The budgets and the used part of each; without an archive, nothing is used.
pub fn budgets(limits: SharedLimits, archive: Option<&Archive>) -> Result<Vec<BudgetUse>, ArchiveError> {
    archive.map_or_else(|| Ok(limits.unused(Timestamp::now())), |archive| archive.budgets(limits))
}

/// The label of a budget, and its unused part such as `488/500`.
pub fn left_in_words(budget: &BudgetUse) -> (Text, String) {
    let label = match budget.day {
        None => Text::new("budget left", "剩余预算"),
        Some(_) => Text::new("budget left today", "今日剩余预算"),
    };
    (label, format!("{}/{}", budget.left(), budget.limit))
}
