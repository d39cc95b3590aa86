//! Asks the archive before anyone is paid.

use super::{Caller, Origin, Refusal, Reply};
use crate::archive::{Archive, StoredAnswer};
use crate::domain::call::{Answer, Call};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::text::Text;
use crate::provider::{Provider, Verdict};
use jiff::Timestamp;
use std::sync::Arc;

/// When an archived answer serves instead of the vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReusePolicy {
    /// When it was received at this moment or later.
    NotBefore(Timestamp),
    /// Only when it was received since this run began: `--fresh`.
    BoughtSince(Timestamp),
    /// When it was received at this moment or later; the vendor is never asked: `--offline`.
    Offline(Timestamp),
}

impl ReusePolicy {
    /// The earliest moment at which a serving answer was received.
    pub const fn not_before(self) -> Timestamp {
        match self {
            Self::NotBefore(moment) | Self::BoughtSince(moment) | Self::Offline(moment) => moment,
        }
    }
}

/// The outermost layer.
pub struct ReuseArchived<C> {
    inner: C,
    archive: Option<Arc<Archive>>,
    provider: Arc<dyn Provider>,
    policy: ReusePolicy,
}

impl<C> ReuseArchived<C> {
    pub(super) const fn new(
        inner: C,
        archive: Option<Arc<Archive>>,
        provider: Arc<dyn Provider>,
        policy: ReusePolicy,
    ) -> Self {
        Self { inner, archive, provider, policy }
    }
}

impl<C: Caller> Caller for ReuseArchived<C> {
    fn call(&self, call: &Call) -> Result<Reply, Refusal> {
        if let (Some(archive), false) = (&self.archive, matches!(self.policy, ReusePolicy::BoughtSince(_))) {
            let stored = archive
                .find(call, self.policy.not_before())
                .map_err(|error| Refusal::unsent(error.into()))?;
            if let Some(reply) = stored.and_then(|stored| reply_of(self.provider.as_ref(), stored)) {
                return Ok(reply);
            }
        }
        if matches!(self.policy, ReusePolicy::Offline(_)) {
            return Err(Refusal::unsent(not_archived()));
        }
        self.inner.call(call)
    }
}

/// The reply that a stored answer gives; `None` where today's judgement is that it answers nothing.
///
/// The stored body is judged and parsed anew, so a parser that has learned something reads old answers for
/// nothing.
pub fn reply_of(provider: &dyn Provider, stored: StoredAnswer) -> Option<Reply> {
    let answer = Answer {
        status: stored.http_status,
        gateway_code: None,
        gateway_message: None,
        gateway_request_id: stored.serial,
        retry_after: None,
        server_date: None,
        received_at: stored.received_at,
        body: stored.body,
    };
    match provider.verdict(&answer) {
        Verdict::Answered(answered) => Some(Reply {
            answer,
            answered,
            origin: Origin::Archive,
            calls: 0,
            archive_id: Some(stored.id.0),
            not_kept: None,
        }),
        Verdict::Failed(_) => None,
    }
}

fn not_archived() -> Failure {
    Failure::local(
        FailureKind::Offline,
        Text::new(
            "not in the archive, and --offline forbids asking the vendor",
            "存档中没有，而 --offline 禁止向服务商查询",
        ),
    )
    .with_hint(Text::new(
        "run the same command without --offline to buy it",
        "去掉 --offline 重新运行同一命令即可向服务商查询",
    ))
}
