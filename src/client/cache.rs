//! Reuse of archived answers.

use super::{Client, FetchError, FetchResult, Fetched};
use crate::archive::{Archive, ArchiveError, StoredAnswer};
use crate::domain::date::date_in_shanghai;
use crate::domain::failure::{Charged, Failure, FailureKind};
use crate::domain::page::{ByFinding, Finding};
use crate::domain::request::{Request, Response};
use crate::domain::text::{Text, message};
use crate::provider::{Answered, Provider};
use jiff::Timestamp;

/// The choice of archived answers to reuse, and whether anything is sent. Its moments follow the clock of the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CachePolicy {
    /// The earliest moment of a reusable answer.
    pub since: ByFinding<Timestamp>,
    /// Whether nothing is sent: `--offline`.
    pub offline: bool,
}

impl CachePolicy {
    /// Answers since this moment are reused.
    pub const fn since(moment: Timestamp) -> Self {
        Self { since: ByFinding::both(moment), offline: false }
    }

    /// The same policy by the clock of the archive.
    #[must_use]
    pub fn by_clock_of(self, archive: &Archive) -> Self {
        Self { since: self.since.map(|moment| archive.time_of(moment)), ..self }
    }

    /// The earliest moment of a reusable answer of this kind.
    pub const fn not_before(self, finding: Finding) -> Timestamp {
        self.since.of(finding)
    }

    /// The earliest moment of any reusable answer.
    pub fn earliest(self) -> Timestamp {
        self.since.records.min(self.since.nothing)
    }

    /// Whether a stored answer is recent enough. The archive counts milliseconds.
    pub fn accepts(self, stored: &StoredAnswer) -> bool {
        stored.received_at.as_millisecond() >= self.not_before(stored.finding).as_millisecond()
    }

    /// The newest stored answer, if it may be reused.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn find(self, archive: &Archive, request: &Request) -> Result<Option<StoredAnswer>, ArchiveError> {
        let stored = archive.find(request, self.earliest())?;
        Ok(stored.filter(|stored| self.accepts(stored)))
    }
}

impl Client {
    /// The layer: answers from the archive, or makes the call.
    pub(super) fn cached(
        &self,
        request: &Request,
        policy: CachePolicy,
        call: impl FnOnce() -> FetchResult,
    ) -> FetchResult {
        let stored = match &self.archive {
            Some(archive) => policy.find(archive, request)?,
            None => None,
        };
        if let Some(fetched) = stored.and_then(|stored| archived_response(self.provider.as_ref(), stored)) {
            return Ok(fetched);
        }
        if policy.offline {
            return Err(FetchError::unsent(self.not_archived(request, policy)?));
        }
        call()
    }

    fn not_archived(&self, request: &Request, policy: CachePolicy) -> Result<Failure, ArchiveError> {
        if let Some(archive) = &self.archive {
            let elsewhere = archive.other_endpoints(request, |request| policy.find(archive, request))?;
            if !elsewhere.is_empty() {
                return Ok(archived_elsewhere(&elsewhere));
            }
            if let Some((started_at, earlier)) = archive.last_failure(request)? {
                return Ok(failed_earlier(started_at, earlier));
            }
            // One that is recent enough, but cannot be parsed any more, is not too old.
            let stored = archive.find(request, Timestamp::MIN)?;
            if let Some(older) = stored.filter(|stored| !policy.accepts(stored)) {
                return Ok(too_old(older.received_at));
            }
        }
        let message = Text::new(
            "not in the archive, and --offline sends no requests",
            "存档中没有，而 --offline 不发送请求",
        );
        Ok(Failure::local(FailureKind::Offline, message).with_hint(Text::new(
            "run the same command without --offline to buy it",
            "去掉 --offline 重新运行同一命令即可购买",
        )))
    }
}

/// The failure of a page whose answer was bought at other endpoints.
fn archived_elsewhere(endpoints: &[String]) -> Failure {
    let message = message!(
        "not in the archive ({count} under another endpoint: {endpoints}), and --offline sends no requests",
        "存档中没有（另一接口地址下有 {count} 条：{endpoints}），而 --offline 不发送请求",
        count = endpoints.len(),
        endpoints = endpoints.join(", ")
    );
    Failure::local(FailureKind::Offline, message).with_hint(Text::new(
        "configure the endpoint at which the answer was bought, or run without --offline to buy it again",
        "请配置购买该应答时的接口地址，或去掉 --offline 重新购买",
    ))
}

/// The failure of a page of which there is only an answer that is too old.
fn too_old(received_at: Timestamp) -> Failure {
    let message = message!(
        "in the archive only as of {date}, older than --max-age allows, and --offline sends no requests",
        "在存档中只有 {date} 的应答，超出 --max-age，而 --offline 不发送请求",
        date = date_in_shanghai(received_at)
    );
    Failure::local(FailureKind::Offline, message).with_hint(Text::new(
        "leave out --max-age to use it, or --offline to buy it again",
        "去掉 --max-age 可使用该应答，去掉 --offline 可重新购买",
    ))
}

/// The failure of a page for which an earlier attempt failed, possibly on another machine.
fn failed_earlier(started_at: Timestamp, earlier: Failure) -> Failure {
    let message = message!(
        "not in the archive: the last attempt failed on {date} ({label})",
        "存档中没有：最近一次查询于 {date} 失败（{label:#}）",
        date = date_in_shanghai(started_at),
        label = earlier.kind.label()
    );
    let hint = match earlier.charged {
        Charged::Unknown | Charged::Yes => Text::new(
            "run the same command with --retry-uncertain instead of --offline: the attempt may have been charged",
            "将 --offline 换为 --retry-uncertain 重新运行：该次查询可能已计费",
        ),
        Charged::No => Text::new(
            "run the same command without --offline to send the request again",
            "去掉 --offline 重新运行同一命令即可再次查询",
        ),
    };
    Failure { kind: FailureKind::Offline, message, hint: Some(hint), ..earlier }
}

/// A stored answer, parsed by today's parser; `None` if it cannot be parsed.
pub fn archived_response(provider: &dyn Provider, stored: StoredAnswer) -> Option<Fetched> {
    let page = provider.info().parse(&stored.body).ok()?;
    let answered = Answered { charged: Charged::No, serial: stored.serial, page };
    let response = Response {
        status: stored.http_status,
        received_at: stored.received_at,
        body: stored.body,
        ..Response::default()
    };
    Some(Fetched {
        response,
        answered,
        from_archive: true,
        calls: 0,
        archive_id: Some(stored.id.0),
        completion: None,
        not_stored: None,
    })
}
