//! Reuse of archived answers.

use super::{Client, FetchError, FetchResult, Fetched, FetchedFrom};
use crate::archive::StoredAnswer;
use crate::domain::failure::{Charged, Failure, FailureKind};
use crate::domain::request::{Request, Response};
use crate::domain::text::Text;
use crate::provider::{Answered, Finding, Provider};
use jiff::Timestamp;

/// Which archived answers are reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CachePolicy {
    /// Answers received at this moment or later.
    NotBefore(Timestamp),
    /// Answers received since the run began: `--fresh`.
    BoughtSince(Timestamp),
    /// Answers received at this moment or later; nothing is sent: `--offline`.
    Offline(Timestamp),
}

impl CachePolicy {
    /// Whether nothing is sent.
    pub const fn is_offline(self) -> bool {
        matches!(self, Self::Offline(_))
    }

    /// The earliest moment of a reusable answer.
    pub const fn not_before(self) -> Timestamp {
        match self {
            Self::NotBefore(moment) | Self::BoughtSince(moment) | Self::Offline(moment) => moment,
        }
    }
}

impl Client {
    /// The layer: answers from the archive, or makes the call.
    pub(super) fn cached(&self, request: &Request, call: impl FnOnce() -> FetchResult) -> FetchResult {
        if let Some(fetched) = self.find_archived(request)? {
            return Ok(fetched);
        }
        if self.cache_policy.is_offline() {
            return Err(FetchError::unsent(not_archived()));
        }
        call()
    }

    fn find_archived(&self, request: &Request) -> Result<Option<Fetched>, FetchError> {
        let Some(archive) = &self.archive else { return Ok(None) };
        let stored = archive
            .find(request, self.cache_policy.not_before())
            .map_err(|error| FetchError::unsent(error.into()))?;
        Ok(stored.and_then(|stored| archived_response(self.provider.as_ref(), stored)))
    }
}

/// A stored answer, parsed by today's parser; `None` if it cannot be parsed.
pub fn archived_response(provider: &dyn Provider, stored: StoredAnswer) -> Option<Fetched> {
    let page = provider.parse(&stored.body).ok()?;
    let finding = if page.records.is_empty() { Finding::Nothing } else { Finding::Records };
    let answered = Answered { finding, charged: Charged::Yes, serial: stored.serial };
    let response = Response {
        status: stored.http_status,
        gateway_code: None,
        gateway_message: None,
        gateway_request_id: None,
        retry_after: None,
        server_date: None,
        billed: None,
        received_at: stored.received_at,
        body: stored.body,
    };
    Some(Fetched {
        response,
        answered,
        page: Some(page),
        from: FetchedFrom::Archive,
        calls: 0,
        archive_id: Some(stored.id.0),
        not_stored: None,
    })
}

fn not_archived() -> Failure {
    Failure::local(
        FailureKind::Offline,
        Text::new(
            "not in the archive, and --offline sends no requests",
            "存档中没有，而 --offline 不发送请求",
        ),
    )
    .with_hint(Text::new(
        "run the same command without --offline to buy it",
        "去掉 --offline 重新运行同一命令即可向服务商查询",
    ))
}
