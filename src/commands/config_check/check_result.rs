//! The result of one check of `config check`.

use crate::commands::listing::{ListColumn, plain, translated};
use crate::domain::failure::Failure;
use crate::domain::text::{Message, Text, message};
use serde_json::json;

/// One check.
#[derive(Debug)]
pub(super) struct CheckResult {
    status: Text,
    check: Message,
    detail: Message,
    hint: Option<Text>,
    /// The exit code of the command if this were the only result.
    pub(super) exit_code: u8,
}

/// The columns of the list of checks. For people the hint follows the details.
pub(super) const COLUMNS: [ListColumn<CheckResult>; 4] = [
    ("status", Text::new("status", "状态"), |result| translated(result.status)),
    ("check", Text::new("check", "检查项"), |result| (json!(result.check), result.check.clone())),
    ("detail", Text::new("details", "详情"), |CheckResult { detail, hint, .. }| {
        let words = match hint {
            Some(hint) => message!("{detail} — {hint}", "{detail:#} — {hint:#}"),
            None => detail.clone(),
        };
        (json!(detail), words)
    }),
    ("hint", Text::EMPTY, |result| plain(result.hint)),
];

/// The check passed.
pub(super) const FINE: Text = Text::new("ok", "正常");
/// Information only.
pub(super) const NOTE: Text = Text::new("note", "说明");
/// A possible problem that does not prevent a query.
pub(super) const WARNING: Text = Text::new("warning", "警告");
/// A setting that a query needs is missing.
pub(super) const MISSING: Text = Text::new("missing", "缺失");
/// A configured value does not work.
pub(super) const BROKEN: Text = Text::new("failed", "失败");

impl CheckResult {
    pub(super) fn new(status: Text, check: impl Into<Message>, detail: impl Into<Message>) -> Self {
        Self { status, check: check.into(), detail: detail.into(), hint: None, exit_code: 0 }
    }

    pub(super) fn with_hint(self, hint: Text) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// The result of a check that failed.
    pub(super) fn of_failure(status: Text, check: impl Into<Message>, failure: Failure) -> Self {
        let Failure { kind, message, hint, .. } = failure;
        Self { hint, exit_code: kind.exit_code(), ..Self::new(status, check, message) }
    }
}
