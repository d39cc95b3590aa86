//! The threads that make calls: so many for each provider, fed one page at a time.

use crate::domain::call::Call;
use crate::domain::date::moment_in_shanghai;
use crate::domain::failure::{Charged, Failure, FailureKind};
use crate::domain::outcome::PageEvidence;
use crate::domain::page::Page;
use crate::domain::text::{Message, Text};
use crate::interrupt::StopRequest;
use crate::output::Evidence;
use crate::provider::Provider;
use crate::transport::{Caller, Origin, Refusal, Reply};
use crossbeam_channel::{Receiver, Sender};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::sync::Arc;
use std::thread::JoinHandle;

/// One page to get.
pub(super) struct Job {
    pub ticket: u64,
    pub page: u32,
    pub call: Call,
}

/// What became of it.
pub(super) struct Done {
    pub lane: usize,
    pub ticket: u64,
    pub page: u32,
    pub result: Result<PageReply, Refusal>,
}

/// A page with its circumstances.
pub(super) struct PageReply {
    pub page: Page,
    pub body: Option<Vec<u8>>,
    pub origin: Origin,
    pub calls: u64,
    pub received_at: Timestamp,
    pub evidence: Option<PageEvidence>,
    pub not_kept: Option<Failure>,
}

/// Whether bodies are handed on beside the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bodies {
    HandOn,
    Drop,
}

/// One provider's worker threads and the way to them. A thread is started when there is work for it.
pub(super) struct Lane {
    pub provider: Arc<dyn Provider>,
    pub under_way: usize,
    crew: Crew,
    jobs: Sender<Job>,
    queue: Receiver<Job>,
    threads: Vec<JoinHandle<()>>,
    most: usize,
}

impl Lane {
    /// Gives a page to the workers.
    pub fn hand_out(&mut self, job: Job) {
        self.under_way += 1;
        if self.under_way > self.threads.len() && self.threads.len() < self.most {
            // Fewer workers than wished for are enough; the first was there from the beginning.
            if let Err(error) = self.start_one() {
                let reason = Message::of_system(&error);
                log::warn!(
                    zh = format!("无法启动更多线程：{reason:#}").as_str();
                    "cannot start another thread: {reason}"
                );
            }
        }
        // The lane itself holds the other end, so that this cannot fail.
        let _ = self.jobs.send(job);
    }

    fn start_one(&mut self) -> std::io::Result<()> {
        let (crew, queue) = (self.crew.clone(), self.queue.clone());
        let name = format!("{}-{}", self.provider.facts().id, self.threads.len());
        let thread = std::thread::Builder::new().name(name).spawn(move || crew.work(&queue))?;
        self.threads.push(thread);
        Ok(())
    }

    /// Sends the workers home and waits until they have let go of the archive and the connections. Where a
    /// call still hangs nobody is waited for: the end of the process ends it.
    pub fn dismiss(self) {
        let Self { jobs, under_way, threads, .. } = self;
        drop(jobs);
        if under_way == 0 {
            for thread in threads {
                // A worker that panicked has been missed by the coordinator already.
                let _ = thread.join();
            }
        }
    }
}

/// What the workers of one lane share.
#[derive(Clone)]
pub(super) struct Crew {
    pub lane: usize,
    pub provider: Arc<dyn Provider>,
    pub caller: Arc<dyn Caller>,
    pub bodies: Bodies,
    pub evidence: Evidence,
    pub stop: StopRequest,
    pub done: Sender<Done>,
}

impl Crew {
    /// Starts the first of at most `most` threads. They end when the lane is dismissed.
    pub fn start(self, most: usize) -> std::io::Result<Lane> {
        let (jobs, queue) = crossbeam_channel::unbounded();
        let (provider, threads) = (Arc::clone(&self.provider), Vec::with_capacity(most));
        let mut lane = Lane { provider, under_way: 0, crew: self, jobs, queue, threads, most };
        lane.start_one()?;
        Ok(lane)
    }

    fn work(&self, queue: &Receiver<Job>) {
        for job in queue {
            let result =
                if self.stop.forbids_buying() { Err(Refusal::unsent(halted())) } else { self.answer(&job) };
            if result.as_ref().is_err_and(|refusal| refusal.failure.kind.stops_the_run()) {
                self.stop.end_buying();
            }
            let done = Done { lane: self.lane, ticket: job.ticket, page: job.page, result };
            if self.done.send(done).is_err() {
                return;
            }
        }
    }

    fn answer(&self, job: &Job) -> Result<PageReply, Refusal> {
        let mut reply = self.caller.call(&job.call)?;
        let page = match reply.page.take() {
            Some(page) => page,
            None => self.provider.parse(&reply.answer.body).map_err(|failure| Refusal {
                failure: Failure { http_status: Some(reply.answer.status), ..failure }
                    .with_charged(reply.answered.charged),
                calls: reply.calls,
                answer: None,
            })?,
        };
        let evidence = (self.evidence == Evidence::Wanted).then(|| evidence_of(job.page, &reply));
        Ok(PageReply {
            page,
            evidence,
            body: (self.bodies == Bodies::HandOn).then_some(reply.answer.body),
            origin: reply.origin,
            calls: reply.calls,
            received_at: reply.answer.received_at,
            not_kept: reply.not_kept,
        })
    }
}

/// The failure of a page whose call was dropped because the run was interrupted.
pub(super) fn dropped_under_way() -> Failure {
    Failure::local(
        FailureKind::Interrupted,
        Text::new("interrupted while a call was under way", "调用进行中被中断"),
    )
    .with_charged(Charged::Unknown)
}

/// Where a page can be seen again, and by what it is recognised.
fn evidence_of(page: u32, reply: &Reply) -> PageEvidence {
    let digest = Sha256::digest(&reply.answer.body);
    let sha256 = digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes everything");
        text
    });
    PageEvidence {
        page,
        archive_id: reply.archive_id,
        sha256,
        received_at: moment_in_shanghai(reply.answer.received_at),
        from_archive: reply.origin == Origin::Archive,
    }
}

/// The failure of a page that was not asked for because the run had stopped.
pub(super) fn halted() -> Failure {
    Failure::local(
        FailureKind::Interrupted,
        Text::new("not asked, because the run had stopped", "运行已停止，未查询"),
    )
}
