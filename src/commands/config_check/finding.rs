//! The result of one check of `config check`.

use crate::domain::failure::Failure;
use crate::domain::text::{Message, Text, message};
use serde_json::{Value, json};

/// One check.
#[derive(Debug)]
pub(super) struct Finding {
    status: Text,
    check: Message,
    detail: Message,
    hint: Option<Text>,
    /// The exit code of the command if this were the only finding.
    pub(super) exit_code: u8,
}

impl Finding {
    fn new(status: Text, check: impl Into<Message>, detail: impl Into<Message>) -> Self {
        Self { status, check: check.into(), detail: detail.into(), hint: None, exit_code: 0 }
    }

    pub(super) fn fine(check: impl Into<Message>, detail: impl Into<Message>) -> Self {
        Self::new(Text::new("ok", "正常"), check, detail)
    }

    /// Worth knowing; nothing is wrong.
    pub(super) fn noted(check: impl Into<Message>, detail: impl Into<Message>) -> Self {
        Self::new(Text::new("note", "说明"), check, detail)
    }

    pub(super) fn doubtful(check: impl Into<Message>, detail: impl Into<Message>) -> Self {
        Self::new(Text::new("warning", "警告"), check, detail)
    }

    /// Something that a query needs is not configured.
    pub(super) fn missing(check: impl Into<Message>, failure: Failure) -> Self {
        let exit_code = failure.kind.exit_code();
        Self {
            hint: failure.hint,
            exit_code,
            ..Self::new(Text::new("missing", "缺失"), check, failure.message)
        }
    }

    /// Something is configured and does not work.
    pub(super) fn broken(check: impl Into<Message>, failure: Failure) -> Self {
        Self { status: Text::new("failed", "失败"), ..Self::missing(check, failure) }
    }

    pub(super) fn with_hint(self, hint: Text) -> Self {
        Self { hint: Some(hint), ..self }
    }

    pub(super) fn document(&self) -> Value {
        json!({"check": self.check, "status": self.status, "detail": self.detail, "hint": self.hint})
    }

    /// Status, check and details, the hint with them.
    pub(super) fn columns(&self) -> [Message; 3] {
        let details = match self.hint {
            Some(hint) => message!("{detail} — {hint}", "{detail:#} — {hint:#}", detail = self.detail),
            None => self.detail.clone(),
        };
        [self.status.into(), self.check.clone(), details]
    }
}
