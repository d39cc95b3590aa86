//! The archive around each attempt: it is recorded before the request is sent, and its response is stored before its
//! records are written.
//!
//! A response is stored together with the lease of the worker's next request, so that a page costs one commit instead of
//! two. Other runs see a recorded attempt, so that two runs never buy the same page at once, and a killed run leaves a trace.

use super::pause::{cancelled, pause};
use super::{CachePolicy, Client, FetchError, FetchResult, Fetched, budget, cache};
use crate::archive::{Acquired, Archive, AttemptEnding, Keep, Lease, LeaseHolder, LimitReached};
use crate::domain::date::moment_in_shanghai;
use crate::domain::failure::{Charged, Failure, FailureKind};
use crate::domain::request::Request;
use crate::domain::text::{Message, Text, message};
use jiff::Timestamp;
use std::time::{Duration, Instant};

/// The interval at which a page that another run is buying, or a budget that calls in flight may free, is checked.
const OTHER_RUN_CHECK: Duration = Duration::from_millis(40);

/// The time for which another run is waited for without a notice.
const SILENT_WAIT: Duration = Duration::from_secs(2);

impl Client {
    /// The layer: records the attempt, makes the call, and prepares the response to be stored; records a failure at once.
    /// Waits for the lease of the page, unless another run has just bought it.
    pub(super) fn recorded(
        &self,
        request: &Request,
        policy: CachePolicy,
        call: impl FnOnce() -> FetchResult,
    ) -> FetchResult {
        if self.cancellation.is_cancelled() {
            return Err(cancelled());
        }
        let Some(archive) = &self.archive else { return call() };
        let (begun, mut is_noticed, mut not_before) = (Instant::now(), false, policy.earliest());
        let lease = loop {
            let wait = match archive.acquire(request, not_before)? {
                Acquired::Granted(lease) => break lease,
                Acquired::Stored(stored) if !policy.accepts(&stored) => {
                    not_before = policy.not_before(stored.finding);
                    continue;
                }
                Acquired::Stored(stored) => {
                    if let Some(fetched) = cache::archived_response(self.provider.as_ref(), stored) {
                        return Ok(fetched);
                    }
                    // Today's parser cannot read the stored answer; it must not be found again.
                    not_before = Timestamp::MAX;
                    continue;
                }
                Acquired::Limited(LimitReached::Rate(wait)) => wait,
                Acquired::Limited(LimitReached::Budget(budget)) => {
                    if budget.in_flight == 0 || begun.elapsed() >= self.http.timeout() {
                        return Err(FetchError::unsent(budget::used_up(&budget)));
                    }
                    OTHER_RUN_CHECK
                }
                Acquired::Busy(LeaseHolder { is_this_run: true, .. }) => OTHER_RUN_CHECK,
                Acquired::Busy(holder) => {
                    self.wait_for_run(&holder, begun.elapsed(), &mut is_noticed)?;
                    OTHER_RUN_CHECK
                }
            };
            pause(&self.cancellation, wait)?;
        };
        if let Some(since) = lease.uncertain_since()
            && self.retry_uncertain.is_none_or(|start| since >= start)
        {
            archive.release(lease)?;
            return Err(FetchError::unsent(perhaps_charged(since)));
        }
        match call() {
            Err(error) if error.calls == 0 && error.failure.kind == FailureKind::Interrupted => {
                archive.release(lease)?;
                Err(error)
            }
            Err(error) => Err(record_failure(archive, lease, request, error)),
            Ok(fetched) => Ok(prepare_response(archive, lease, request, fetched)),
        }
    }

    /// Tells once that another run is fetching the page. Fails after the time limit of a request.
    fn wait_for_run(
        &self,
        holder: &LeaseHolder,
        waited: Duration,
        is_noticed: &mut bool,
    ) -> Result<(), FetchError> {
        if waited >= self.http.timeout() {
            return Err(FetchError::unsent(still_busy(holder)));
        }
        if waited >= SILENT_WAIT && !*is_noticed {
            *is_noticed = true;
            let holder = in_words(holder);
            log::warn!(
                zh = format!("等待{holder:#}正在查询的页面").as_str();
                "waiting for a page that {holder} is fetching"
            );
        }
        Ok(())
    }
}

/// The failure of a request that is not repeated, because an earlier attempt may have been charged.
fn perhaps_charged(since: Timestamp) -> Failure {
    let since = moment_in_shanghai(since);
    Failure::local(
        FailureKind::Uncertain,
        message!(
            "an attempt at {since} may have been charged without an answer, so it was not repeated",
            "{since} 的请求未得到应答但可能已计费，因此没有再次发送"
        ),
    )
    .with_hint(Text::new(
        "to buy it all the same, run the command again with --retry-uncertain",
        "如仍要购买，请加上 --retry-uncertain 重新运行",
    ))
}

fn in_words(LeaseHolder { host, pid, .. }: &LeaseHolder) -> Message {
    message!("another run (process {pid} on {host})", "另一运行（{host} 上的进程 {pid}）")
}

fn still_busy(holder: &LeaseHolder) -> Failure {
    let message = message!(
        "{holder} has not finished fetching this page within --timeout",
        "{holder:#}未在 --timeout 时限内取得此页面",
        holder = in_words(holder)
    );
    Failure::local(FailureKind::Temporary, message).with_hint(Text::new(
        "resume or end that run, then run the same command again; a lost run on a server expires with its lease; nothing was charged",
        "请恢复或结束该运行，然后重新运行同一命令；服务器上失联的运行会随其租约到期；本次未计费",
    ))
}

fn prepare_response(archive: &Archive, lease: Lease, request: &Request, mut fetched: Fetched) -> Fetched {
    let ending = AttemptEnding {
        outcome: Ok(fetched.answered.page.finding()),
        charged: fetched.answered.charged,
        http_status: Some(fetched.response.status),
        code: None,
        serial: fetched.answered.serial.clone(),
    };
    // Later runs compare this time with the clock of the archive.
    fetched.response.received_at = archive.time_of(fetched.response.received_at);
    let keep = Keep {
        request,
        body: &fetched.response.body,
        http_status: fetched.response.status,
        received_at: fetched.response.received_at,
    };
    fetched.completion = Some(archive.completion(lease, ending, Some(keep)));
    fetched
}

/// Records a failure. The body of a response that may have been charged but was not understood is stored, but never reused.
fn record_failure(archive: &Archive, lease: Lease, request: &Request, error: FetchError) -> FetchError {
    let failure = &error.failure;
    let ending = AttemptEnding {
        outcome: Err(failure.kind),
        charged: failure.charged,
        http_status: failure.http_status,
        code: failure.code.clone(),
        serial: failure.request_id.clone(),
    };
    let is_evidence = failure.kind == FailureKind::Answer || failure.charged == Charged::Unknown;
    let evidence = error.response.as_ref().filter(|_| is_evidence).map(|response| Keep {
        request,
        body: &response.body,
        http_status: response.status,
        received_at: archive.time_of(response.received_at),
    });
    match archive.complete(lease, ending, evidence) {
        Ok(_) => error,
        Err(unrecorded) => {
            log::warn!(zh = format!("{unrecorded:#}").as_str(); "{unrecorded}");
            let failure = Failure::from(unrecorded).with_charged(error.failure.charged);
            FetchError { failure, ..error }
        }
    }
}
