//! The result of one check of `config check`.

use crate::domain::failure::{Failure, FailureKind};
use crate::domain::text::{Message, Text};
use serde_json::{Value, json};

/// How one check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Fine,
    /// Worth knowing; nothing is wrong.
    Noted,
    Doubtful,
    /// Something that a query needs is not configured.
    Missing,
    /// Something is configured and does not work.
    Broken(FailureKind),
}

impl Status {
    const fn word(self) -> Text {
        match self {
            Self::Fine => Text::new("ok", "正常"),
            Self::Noted => Text::new("note", "说明"),
            Self::Doubtful => Text::new("warning", "警告"),
            Self::Missing => Text::new("missing", "缺失"),
            Self::Broken(_) => Text::new("failed", "失败"),
        }
    }
}

/// One check.
#[derive(Debug)]
pub(super) struct Finding {
    check: Message,
    status: Status,
    detail: Message,
    hint: Option<Text>,
}

impl Finding {
    fn new(check: impl Into<Message>, status: Status, detail: impl Into<Message>) -> Self {
        Self { check: check.into(), status, detail: detail.into(), hint: None }
    }

    pub(super) fn fine(check: impl Into<Message>, detail: impl Into<Message>) -> Self {
        Self::new(check, Status::Fine, detail)
    }

    pub(super) fn noted(check: impl Into<Message>, detail: impl Into<Message>) -> Self {
        Self::new(check, Status::Noted, detail)
    }

    pub(super) fn doubtful(check: impl Into<Message>, detail: impl Into<Message>) -> Self {
        Self::new(check, Status::Doubtful, detail)
    }

    pub(super) fn missing(check: impl Into<Message>, failure: Failure) -> Self {
        Self { hint: failure.hint, ..Self::new(check, Status::Missing, failure.message) }
    }

    pub(super) fn broken(check: impl Into<Message>, failure: &Failure) -> Self {
        Self { hint: failure.hint, ..Self::new(check, Status::Broken(failure.kind), failure.message.clone()) }
    }

    pub(super) fn with_hint(self, hint: Text) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// The exit code of the command if this were the only finding.
    pub(super) const fn exit_code(&self) -> u8 {
        match self.status {
            Status::Fine | Status::Noted | Status::Doubtful => 0,
            Status::Missing => FailureKind::Configuration.exit_code(),
            Status::Broken(kind) => kind.exit_code(),
        }
    }

    pub(super) fn document(&self) -> Value {
        json!({
            "check": self.check.en(),
            "status": self.status.word().en,
            "detail": self.detail.en(),
            "hint": self.hint.map(|hint| hint.en),
        })
    }

    /// Status, check and details, the hint with them.
    pub(super) fn columns(&self) -> [Message; 3] {
        let mut details = self.detail.clone();
        if let Some(hint) = self.hint {
            details = crate::domain::text::message!("{details} — {hint}", "{details:#} — {hint:#}");
        }
        [self.status.word().into(), self.check.clone(), details]
    }
}
