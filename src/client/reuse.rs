//! Asks the archive before anyone is paid.

use super::{Caller, Origin, Refusal, Reply};
use crate::archive::{Archive, StoredAnswer};
use crate::domain::failure::{Charged, Failure, FailureKind};
use crate::domain::request::{Request, Response};
use crate::domain::text::Text;
use crate::provider::{Answered, Finding, Provider};
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// When an archived answer serves instead of the vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CachePolicy {
    /// When it was received at this moment or later.
    NotBefore(Timestamp),
    /// Only when it was received since this run began: `--fresh`.
    BoughtSince(Timestamp),
    /// When it was received at this moment or later; the vendor is never asked: `--offline`.
    Offline(Timestamp),
}

impl CachePolicy {
    /// Whether the archive alone answers.
    pub const fn is_offline(self) -> bool {
        matches!(self, Self::Offline(_))
    }

    /// The earliest moment at which a serving answer was received.
    pub const fn not_before(self) -> Timestamp {
        match self {
            Self::NotBefore(moment) | Self::BoughtSince(moment) | Self::Offline(moment) => moment,
        }
    }
}

/// After so many misses in a row the look is left to the booking, which looks once it has its claim in any case.
const MISSES_THAT_END_LOOKING: u32 = 16;

/// The outermost layer.
pub struct ReuseArchived<C> {
    inner: C,
    archive: Option<Arc<Archive>>,
    provider: Arc<dyn Provider>,
    policy: CachePolicy,
    misses_in_a_row: AtomicU32,
}

impl<C> ReuseArchived<C> {
    pub(super) const fn new(
        inner: C,
        archive: Option<Arc<Archive>>,
        provider: Arc<dyn Provider>,
        policy: CachePolicy,
    ) -> Self {
        Self { inner, archive, provider, policy, misses_in_a_row: AtomicU32::new(0) }
    }
}

impl<C: Caller> ReuseArchived<C> {
    /// The archived answer, if there is one that serves.
    fn look(&self, call: &Request) -> Result<Option<Reply>, Refusal> {
        let (Some(archive), false) = (&self.archive, matches!(self.policy, CachePolicy::BoughtSince(_)))
        else {
            return Ok(None);
        };
        let stored =
            archive.find(call, self.policy.not_before()).map_err(|error| Refusal::unsent(error.into()))?;
        Ok(stored.and_then(|stored| reply_of(self.provider.as_ref(), stored)))
    }

    /// Asks the vendor without having looked. The booking finds what is archived all the same; only where no call
    /// is left to buy does it not come to that.
    async fn buy_unless_booking_finds_it(&self, call: &Request) -> Result<Reply, Refusal> {
        let refusal = match self.inner.call(call).await {
            Ok(reply) => {
                if reply.origin == Origin::Archive {
                    self.misses_in_a_row.store(0, Ordering::Relaxed);
                }
                return Ok(reply);
            }
            Err(refusal) => refusal,
        };
        if refusal.failure.kind == FailureKind::Limit {
            self.misses_in_a_row.store(0, Ordering::Relaxed);
            return self.look(call)?.ok_or(refusal);
        }
        Err(refusal)
    }
}

impl<C: Caller> Caller for ReuseArchived<C> {
    async fn call(&self, call: &Request) -> Result<Reply, Refusal> {
        if !self.policy.is_offline()
            && self.misses_in_a_row.load(Ordering::Relaxed) >= MISSES_THAT_END_LOOKING
        {
            return self.buy_unless_booking_finds_it(call).await;
        }
        if let Some(reply) = self.look(call)? {
            self.misses_in_a_row.store(0, Ordering::Relaxed);
            return Ok(reply);
        }
        if self.policy.is_offline() {
            return Err(Refusal::unsent(not_archived()));
        }
        self.misses_in_a_row.fetch_add(1, Ordering::Relaxed);
        self.inner.call(call).await
    }
}

/// The reply that a stored answer gives; `None` where it cannot be read as an answer today.
///
/// The stored body is parsed anew, so a parser that has learned something reads old answers for nothing.
pub fn reply_of(provider: &dyn Provider, stored: StoredAnswer) -> Option<Reply> {
    let page = provider.parse(&stored.body).ok()?;
    let finding = if page.records.is_empty() { Finding::Nothing } else { Finding::Records };
    let answered = Answered { finding, charged: Charged::Yes, serial: stored.serial };
    let answer = Response {
        status: stored.http_status,
        gateway_code: None,
        gateway_message: None,
        gateway_request_id: None,
        retry_after: None,
        server_date: None,
        received_at: stored.received_at,
        body: stored.body,
    };
    Some(Reply {
        answer,
        answered,
        page: Some(page),
        origin: Origin::Archive,
        calls: 0,
        archive_id: Some(stored.id.0),
        not_kept: None,
    })
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
