//! The reason for which a query failed, for tables and pages.

use crate::domain::failure::Failure;
use crate::domain::text::{Message, message};

/// Kind, message and code of a failure.
pub(super) fn reason(failure: &Failure) -> Message {
    let code = failure.code.as_ref().map(|code| message!(" (code {code})", "（代码 {code}）"));
    message!(
        "{kind}: {words}{code}",
        "{kind:#}：{words:#}{code:#}",
        kind = failure.kind.label(),
        words = failure.message,
        code = code.unwrap_or_default()
    )
}
