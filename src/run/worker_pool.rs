//! The worker threads of one provider, each fetching one page at a time.

use crate::archive::NewSnapshot;
use crate::client::{CachePolicy, Client, FetchError, FetchResult};
use crate::domain::failure::{Charged, Failure, FailureKind};
use crate::domain::request::{ProviderId, Request};
use crate::domain::text::{Message, Text, hexadecimal, message};
use crate::provider::Provider;
use crossbeam_channel::{Receiver, Sender};
use sha2::{Digest, Sha256};
use std::io;
use std::thread::{self, JoinHandle};

/// One page to fetch.
pub(super) struct Job {
    /// The number of the query within the run.
    pub ticket: u64,
    pub page: u32,
    pub request: Request,
    pub policy: CachePolicy,
}

/// The result of a job.
pub(super) struct JobResult {
    /// The position of the provider in the run.
    pub provider: usize,
    pub ticket: u64,
    pub page: u32,
    /// The body is empty unless bodies are written.
    pub result: FetchResult,
    /// The digest of the body, if outcomes carry it.
    pub sha256: Option<String>,
}

/// What a worker thread needs.
#[derive(Clone)]
pub(super) struct Worker {
    /// The position of the provider in the run.
    pub provider: usize,
    pub client: Client,
    pub raw: bool,
    pub evidence: bool,
    pub results: Sender<JobResult>,
}

/// The threads of one provider and the channel to them. A thread is started when a job finds the others busy.
pub(super) struct WorkerPool {
    worker: Worker,
    jobs: Sender<Job>,
    queue: Receiver<Job>,
    threads: Vec<JoinHandle<()>>,
    /// Jobs that have no result yet.
    pub in_flight: usize,
    /// Whether a result has arrived.
    pub has_finished: bool,
}

impl WorkerPool {
    /// Starts the first of at most `size` threads.
    ///
    /// # Errors
    /// If the system refuses it.
    pub fn start(worker: Worker, size: usize) -> Result<Self, Failure> {
        let (jobs, queue) = crossbeam_channel::bounded(size);
        let mut pool = Self { worker, jobs, queue, threads: Vec::new(), in_flight: 0, has_finished: false };
        pool.start_thread().map_err(|error| no_thread(&error))?;
        Ok(pool)
    }

    fn start_thread(&mut self) -> io::Result<()> {
        let name = format!("{}-{}", self.provider_id(), self.threads.len());
        let (worker, queue) = (self.worker.clone(), self.queue.clone());
        self.threads.push(thread::Builder::new().name(name).spawn(move || worker.work(&queue))?);
        Ok(())
    }

    pub fn provider(&self) -> &dyn Provider {
        self.worker.client.provider.as_ref()
    }

    pub fn provider_id(&self) -> ProviderId {
        self.provider().info().id
    }

    /// Records which stored answers made the result of a query.
    pub fn record_snapshot(&self, snapshot: Option<NewSnapshot>) {
        if let (Some(archive), Some(snapshot)) = (&self.worker.client.archive, snapshot) {
            archive.record_snapshot(snapshot);
        }
    }

    /// Hands a job to the threads. There must be fewer than `size` in flight.
    pub fn submit(&mut self, job: Job) {
        self.in_flight += 1;
        if self.in_flight > self.threads.len() {
            // If the system refuses a thread, the job waits for another one.
            let _ = self.start_thread();
        }
        let _ = self.jobs.send(job);
    }

    /// Whether jobs are left that no thread can do, because all have panicked.
    pub fn has_died(&self) -> bool {
        self.in_flight > 0 && self.threads.iter().all(JoinHandle::is_finished)
    }

    /// Records that a result has arrived.
    pub const fn finished(&mut self) {
        self.has_finished = true;
        self.in_flight -= 1;
    }

    /// Ends the threads and waits for them, unless a request is still in flight: it ends with the process.
    pub fn shutdown(self) {
        let Self { jobs, threads, in_flight, .. } = self;
        drop(jobs);
        if in_flight == 0 {
            for thread in threads {
                // The results of a thread that panicked were missed before.
                let _ = thread.join();
            }
        }
    }
}

fn no_thread(error: &io::Error) -> Failure {
    let reason = Message::of_system(error);
    Failure::local(
        FailureKind::Unforeseen,
        message!("cannot start a thread: {reason}", "无法启动线程：{reason:#}"),
    )
}

/// Names the page that `--offline` does not find: the others may be there.
fn name_missing_page(mut error: FetchError, number: u32) -> FetchError {
    if error.failure.kind == FailureKind::Offline {
        let message = error.failure.message;
        error.failure.message = message!("page {number} is {message}", "第 {number} 页：{message:#}");
    }
    error
}

impl Worker {
    fn work(&self, queue: &Receiver<Job>) {
        let token = &self.client.cancellation;
        while let Ok(Job { ticket, page, request, policy }) = queue.recv() {
            let mut result = if token.is_cancelled() {
                Err(FetchError::unsent(not_started()))
            } else {
                self.client.fetch(&request, policy).map_err(|error| name_missing_page(error, page))
            };
            let ends_the_run = match &result {
                // What cannot be stored must not be bought.
                Ok(fetched) => fetched.not_stored.is_some(),
                Err(error) => error.failure.kind.stops_the_run(),
            };
            if ends_the_run {
                token.cancel();
            }
            let mut sha256 = None;
            if let Ok(fetched) = &mut result {
                let body = &mut fetched.response.body;
                sha256 = self.evidence.then(|| hexadecimal(&Sha256::digest(&body)));
                if !self.raw {
                    *body = Vec::new();
                }
            }
            let result = JobResult { provider: self.provider, ticket, page, result, sha256 };
            if self.results.send(result).is_err() {
                return;
            }
        }
    }
}

/// The failure of a page whose request was in flight when the run was interrupted.
pub(super) fn interrupted_in_flight() -> Failure {
    Failure::local(
        FailureKind::Interrupted,
        Text::new("interrupted while a request was in flight", "请求发出后被中断"),
    )
    .with_charged(Charged::Unknown)
}

/// The failure of a page that was not requested because the run had stopped.
pub(super) fn not_started() -> Failure {
    Failure::local(
        FailureKind::Interrupted,
        Text::new("not requested, because the run had stopped", "运行已停止，未查询"),
    )
}
