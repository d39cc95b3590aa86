//! The workers that make calls: so many for each provider, fed one page at a time, and a few threads that drive them.

use super::Spending;
use super::jobs::{Job, Jobs};
use super::placement::keep_to_a_share;
use crate::client::{Caller, ClientSettings, EventLoop, Origin, Refusal, Reply, Stack, stack};
use crate::domain::date::moment_in_shanghai;
use crate::domain::failure::{Charged, Failure, FailureKind};
use crate::domain::outcome::PageEvidence;
use crate::domain::page::Page;
use crate::domain::record::Record;
use crate::domain::request::Request;
use crate::domain::text::{Message, Text, message};
use crate::interrupt::CancellationToken;
use crate::locking::lock;
use crate::output::Evidence;
use crate::provider::Provider;
use crossbeam_channel::Sender;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::mem;
use std::num::NonZero;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// What became of it.
pub(super) struct Done {
    pub lane: usize,
    pub ticket: u64,
    pub page: u32,
    pub came_to: CameTo,
    /// The call. Memory goes back to the thread that took it: an allocator lets one that frees another's wait.
    pub call: Request,
}

impl Done {
    /// A page that comes back as it went.
    fn not_begun(lane: usize, Job { ticket, page, call }: Job) -> Self {
        Self { lane, ticket, page, came_to: CameTo::NotBegun, call }
    }
}

/// What a page came to.
pub(super) enum CameTo {
    /// An answer.
    Reply(PageReply),
    /// None.
    Refusal(Refusal),
    /// Nothing yet: another page failed first or the run is ending, and this one may be asked for again.
    NotBegun,
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
    /// The thread that made the records, where they go when they are written.
    pub home: usize,
}

/// Whether bodies are handed on beside the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bodies {
    HandOn,
    Drop,
}

/// Calls at once that one thread drives with ease: what it computes for one is done while the others wait.
const CALLS_OF_A_THREAD: usize = 4;

/// How many threads share so many calls at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Staffing {
    calls_at_once: usize,
    threads: usize,
}

impl Staffing {
    /// As many threads as are of use, and never more than there are processors.
    pub fn of(calls_at_once: usize, spending: Spending) -> Self {
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        let threads = match spending {
            Spending::Possible => calls_at_once.div_ceil(CALLS_OF_A_THREAD).min(processors),
            // Reading the archive is computing, not waiting.
            Spending::Excluded => calls_at_once.min(processors),
        };
        Self { calls_at_once, threads }
    }

    /// The share of the thread with this number.
    const fn calls_of(self, thread: usize) -> usize {
        let (even, rest) = (self.calls_at_once / self.threads, self.calls_at_once % self.threads);
        if thread < rest { even + 1 } else { even }
    }
}

/// One provider's threads and the way to them. A thread is started when there is work for it.
pub(super) struct Lane {
    pub under_way: usize,
    crew: Crew,
    staffing: Staffing,
    jobs: Arc<Jobs>,
    threads: Vec<JoinHandle<()>>,
    /// Records that were written, for each thread those that it made.
    spent: Vec<Arc<Spent>>,
}

/// Records that were written and are to be dropped by the thread that made them.
type Spent = Mutex<Vec<Vec<Record>>>;

impl Lane {
    /// Starts the first thread.
    ///
    /// # Errors
    /// Where the system has no thread or no event loop to give.
    pub fn open(crew: Crew, staffing: Staffing) -> Result<Self, Failure> {
        let jobs = Arc::new(Jobs::new());
        let mut lane = Self { under_way: 0, crew, staffing, jobs, threads: Vec::new(), spent: Vec::new() };
        lane.start_one()?;
        Ok(lane)
    }

    /// Whom it asks.
    pub fn provider(&self) -> &dyn Provider {
        self.crew.vendor.provider.as_ref()
    }

    /// Gives a page to the workers.
    pub fn hand_out(&mut self, job: Job) {
        self.under_way += 1;
        if self.under_way > self.threads.len() && self.threads.len() < self.staffing.threads {
            // Fewer threads than wished for are enough; the first was there from the beginning.
            if let Err(failure) = self.start_one() {
                log::warn!(zh = format!("{failure:#}").as_str(); "{failure}");
                self.staffing.threads = self.threads.len();
            }
        }
        self.jobs.push(job);
    }

    /// Gives records that were written back to the thread that made them.
    pub fn send_home(&self, home: usize, records: Vec<Record>) {
        if let Some(spent) = self.spent.get(home) {
            lock(spent).push(records);
        }
    }

    fn start_one(&mut self) -> Result<(), Failure> {
        let number = self.threads.len();
        let calls_at_once = self.staffing.calls_of(number);
        let (event_loop, caller) = (EventLoop::new()?, stack(&self.crew.vendor)?);
        let spent = Arc::new(Spent::default());
        let shift = Shift {
            crew: self.crew.clone(),
            caller,
            jobs: Arc::clone(&self.jobs),
            home: number,
            spent: Arc::clone(&spent),
            outbox: Outbox::default(),
        };
        let name = format!("{}-{number}", self.provider().info().id);
        let threads = self.staffing.threads;
        let work = move || {
            keep_to_a_share(number, threads);
            event_loop.run(Arc::new(shift).work(calls_at_once));
        };
        self.threads.push(thread::Builder::new().name(name).spawn(work).map_err(|error| no_thread(&error))?);
        self.spent.push(spent);
        Ok(())
    }

    /// Takes back what no worker has begun.
    pub fn take_back(&self) -> Vec<Done> {
        let unbegun = self.jobs.recall().into_iter();
        unbegun.map(|job| Done::not_begun(self.crew.lane, job)).collect()
    }

    /// Sends the workers home and waits until they have let go of the archive and the connections. Where a
    /// call still hangs nobody is waited for: the end of the process ends it.
    pub fn dismiss(mut self) {
        self.jobs.close();
        if self.under_way == 0 {
            for thread in self.threads.drain(..) {
                // A worker that panicked has been missed by the coordinator already.
                let _ = thread.join();
            }
        }
    }
}

impl Drop for Lane {
    /// Threads that nobody waits for end all the same.
    fn drop(&mut self) {
        self.jobs.close();
    }
}

fn no_thread(error: &std::io::Error) -> Failure {
    Failure::local(
        FailureKind::Unforeseen,
        message!(
            "cannot start threads: {reason}",
            "无法启动线程：{reason:#}",
            reason = Message::of_system(error)
        ),
    )
}

/// What a thread has done and not delivered yet. Delivering wakes the coordinator; so it is done once for all that came
/// in the same turn of the event loop.
#[derive(Default)]
struct Outbox {
    letters: Mutex<Vec<Done>>,
    has_some: Notify,
}

impl Outbox {
    fn put(&self, done: Done) {
        let mut letters = lock(&self.letters);
        letters.push(done);
        if letters.len() == 1 {
            self.has_some.notify_one();
        }
    }

    async fn deliver(&self, to: &Sender<Vec<Done>>) {
        loop {
            self.has_some.notified().await;
            let letters = mem::take(&mut *lock(&self.letters));
            if to.send(letters).is_err() {
                return;
            }
        }
    }
}

/// What the threads of one lane share.
#[derive(Clone)]
pub(super) struct Crew {
    pub lane: usize,
    pub vendor: ClientSettings,
    pub bodies: Bodies,
    pub evidence: Evidence,
    pub stop: CancellationToken,
    pub done: Sender<Vec<Done>>,
}

/// What one thread works with.
struct Shift {
    crew: Crew,
    caller: Stack,
    jobs: Arc<Jobs>,
    /// Its number within the lane.
    home: usize,
    spent: Arc<Spent>,
    outbox: Outbox,
}

impl Shift {
    /// So many calls at once until there is no more to do.
    async fn work(self: Arc<Self>, calls_at_once: usize) {
        let mut workers = JoinSet::new();
        for _ in 0..calls_at_once {
            let shift = Arc::clone(&self);
            workers.spawn(async move { shift.work_alone().await });
        }
        let postman = tokio::spawn(async move { self.outbox.deliver(&self.crew.done).await });
        workers.join_all().await;
        postman.abort();
    }

    /// One call at a time.
    async fn work_alone(&self) {
        let lane = self.crew.lane;
        while let Some(Job { ticket, page, call }) = self.jobs.next().await {
            // The lock is free again before they are dropped.
            let spent = mem::take(&mut *lock(&self.spent));
            drop(spent);
            let result = if self.crew.stop.is_cancelled() {
                Err(Refusal::unsent(halted()))
            } else {
                self.answer(page, &call).await
            };
            let stops = match &result {
                // What cannot be kept must not be bought.
                Ok(reply) => reply.not_kept.is_some(),
                Err(refusal) => refusal.failure.kind.stops_the_run(),
            };
            if stops {
                self.crew.stop.cancel();
            }
            let came_to = match result {
                Ok(reply) => CameTo::Reply(reply),
                Err(refusal) => {
                    // What is behind it goes back: after a failure the coordinator decides how much more goes out.
                    if !refusal.failure.kind.blames_no_vendor() {
                        let unbegun = self.jobs.recall().into_iter();
                        unbegun.for_each(|job| self.outbox.put(Done::not_begun(lane, job)));
                    }
                    CameTo::Refusal(refusal)
                }
            };
            self.outbox.put(Done { lane, ticket, page, came_to, call });
        }
    }

    async fn answer(&self, number: u32, call: &Request) -> Result<PageReply, Refusal> {
        let mut reply = self.caller.call(call).await?;
        let page = match reply.page.take() {
            Some(page) => page,
            None => self.crew.vendor.provider.parse(&reply.answer.body).map_err(|failure| Refusal {
                failure: Failure { http_status: Some(reply.answer.status), ..failure }
                    .with_charged(reply.answered.charged),
                calls: reply.calls,
                answer: None,
            })?,
        };
        let evidence = (self.crew.evidence == Evidence::Wanted).then(|| evidence_of(number, &reply));
        Ok(PageReply {
            page,
            evidence,
            body: (self.crew.bodies == Bodies::HandOn).then_some(reply.answer.body),
            origin: reply.origin,
            calls: reply.calls,
            received_at: reply.answer.received_at,
            not_kept: reply.not_kept,
            home: self.home,
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
