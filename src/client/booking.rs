//! Claims every page before it is asked for, books how the attempt ended, and keeps its answer before anyone sees it.
//!
//! The claim is seen by every other run, so that two at once do not buy the same page, and is found after a kill.

use super::pause::{Stopped, interrupted, pause};
use super::{CachePolicy, Caller, Refusal, Reply, reuse};
use crate::archive::{Acquired, Archive, ArchiveError, AttemptEnding, AttemptOutcome, Keep, Kept, Lease};
use crate::domain::failure::{Charged, Failure, FailureKind};
use crate::domain::request::Request;
use crate::interrupt::CancellationToken;
use crate::provider::{Finding, Provider};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// How often a page that another run is buying is looked for.
const WAIT_FOR_OTHER_RUN: Duration = Duration::from_millis(40);

/// The layer around each single attempt.
pub struct Booking<C> {
    inner: C,
    archive: Option<Arc<Archive>>,
    provider: Arc<dyn Provider>,
    reuse: CachePolicy,
    stop: CancellationToken,
}

impl<C> Booking<C> {
    pub(super) const fn new(
        inner: C,
        archive: Option<Arc<Archive>>,
        provider: Arc<dyn Provider>,
        reuse: CachePolicy,
        stop: CancellationToken,
    ) -> Self {
        Self { inner, archive, provider, reuse, stop }
    }

    /// Waits for the right to buy this page; or finds that another run has just bought it.
    async fn claim(&self, archive: &Archive, call: &Request) -> Result<Claimed, Refusal> {
        let mut not_before = self.reuse.not_before();
        loop {
            match archive.acquire(call, not_before).map_err(unusable)? {
                Acquired::Granted(lease) => return Ok(Claimed::Mine(lease)),
                Acquired::Stored(stored) => {
                    if let Some(reply) = reuse::reply_of(self.provider.as_ref(), stored) {
                        return Ok(Claimed::BoughtElsewhere(Box::new(reply)));
                    }
                    // What is stored answers nothing by today's judgement; it must not be found again.
                    not_before = Timestamp::MAX;
                }
                Acquired::Busy(_) => {
                    pause(&self.stop, WAIT_FOR_OTHER_RUN).await.map_err(interrupted)?;
                }
            }
        }
    }
}

enum Claimed {
    Mine(Lease),
    BoughtElsewhere(Box<Reply>),
}

/// A failure of the archive before anything was sent.
fn unusable(error: ArchiveError) -> Refusal {
    Refusal::unsent(error.into())
}

impl<C: Caller> Caller for Booking<C> {
    async fn call(&self, call: &Request) -> Result<Reply, Refusal> {
        if self.stop.is_cancelled() {
            return Err(interrupted(Stopped));
        }
        let Some(archive) = &self.archive else { return self.inner.call(call).await };
        let lease = match self.claim(archive, call).await? {
            Claimed::Mine(lease) => lease,
            Claimed::BoughtElsewhere(reply) => return Ok(*reply),
        };
        let mut unfinished = Unfinished { archive, lease: Some(lease) };
        let result = self.inner.call(call).await;
        let lease = unfinished.lease.take().expect("a lease that is not completed yet");
        match result {
            Err(refusal) if refusal.calls == 0 && refusal.failure.kind == FailureKind::Interrupted => {
                archive.release(lease).map_err(unusable)?;
                Err(refusal)
            }
            result => Self::book(archive, lease, call, result),
        }
    }
}

/// A lease in use. If its call is abandoned, the attempt is booked as interrupted.
struct Unfinished<'a> {
    archive: &'a Archive,
    lease: Option<Lease>,
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if let Some(lease) = self.lease.take() {
            // If this fails, the attempt is booked when the run ends.
            let _ = self.archive.complete(lease, AttemptEnding::interrupted(), None);
        }
    }
}

impl<C> Booking<C> {
    fn book(
        archive: &Archive,
        lease: Lease,
        call: &Request,
        result: Result<Reply, Refusal>,
    ) -> Result<Reply, Refusal> {
        match result {
            Ok(mut reply) => {
                let kept = kept_answer(call, &reply);
                match archive.complete(lease, ending_of_reply(&reply), Some(kept)) {
                    Ok(id) => reply.archive_id = id.map(|id| id.0),
                    Err(error) => {
                        reply.not_kept = Some(Failure::from(error).with_charged(reply.answered.charged));
                    }
                }
                Ok(reply)
            }
            Err(refusal) => {
                let booked = archive.complete(lease, ending_of_refusal(&refusal), evidence(call, &refusal));
                if let Err(error) = booked {
                    log::warn!(zh = format!("{error:#}").as_str(); "{error}");
                    return Err(Refusal {
                        failure: Failure::from(error).with_charged(refusal.failure.charged),
                        ..refusal
                    });
                }
                Err(refusal)
            }
        }
    }
}

fn ending_of_reply(reply: &Reply) -> AttemptEnding {
    AttemptEnding {
        outcome: match reply.answered.finding {
            Finding::Records => AttemptOutcome::Data,
            Finding::Nothing => AttemptOutcome::Empty,
        },
        charged: reply.answered.charged,
        http_status: Some(reply.answer.status),
        code: None,
        serial: reply.answered.serial.clone(),
    }
}

fn ending_of_refusal(refusal: &Refusal) -> AttemptEnding {
    AttemptEnding {
        outcome: AttemptOutcome::Failed(refusal.failure.kind),
        charged: refusal.failure.charged,
        http_status: refusal.failure.http_status,
        code: refusal.failure.code.clone(),
        serial: refusal.failure.request_id.clone(),
    }
}

fn kept_answer<'a>(call: &'a Request, reply: &'a Reply) -> Keep<'a> {
    Keep {
        call,
        kept: Kept::Answer(reply.answered.finding),
        body: &reply.answer.body,
        http_status: reply.answer.status,
        received_at: reply.answer.received_at,
        serial: reply.answered.serial.as_deref(),
    }
}

/// An answer that could not be understood was probably paid for: its body is kept, but never answers a call.
fn evidence<'a>(call: &'a Request, refusal: &'a Refusal) -> Option<Keep<'a>> {
    let answer = refusal.answer.as_ref()?;
    let worth_keeping =
        refusal.failure.kind == FailureKind::Answer || refusal.failure.charged == Charged::Unknown;
    worth_keeping.then_some(Keep {
        call,
        kept: Kept::Evidence,
        body: &answer.body,
        http_status: answer.status,
        received_at: answer.received_at,
        serial: refusal.failure.request_id.as_deref(),
    })
}
