//! The worker threads of one provider, each fetching one page at a time.

use crate::archive::NewSnapshot;
use crate::client::{CachePolicy, Client, FetchError, FetchResult};
use crate::domain::failure::{Charged, Failure, FailureKind};
use crate::domain::request::{ProviderId, Request};
use crate::domain::text::{Message, Text, message};
use crate::interrupt::CancellationToken;
use crate::locking::lock;
use crate::provider::Provider;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
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
    /// The body is empty unless outcomes carry bodies.
    pub result: FetchResult,
    /// Whether [`WorkerMessage::CallEnded`] was sent before.
    pub call_has_ended: bool,
}

/// A message of a worker.
pub(super) enum WorkerMessage {
    /// A call of the provider at this position was answered, and another one may be made: the page is being stored.
    CallEnded(usize),
    /// A page is stored, or has failed.
    Result(Box<JobResult>),
}

/// The state of a worker thread.
#[derive(Clone)]
pub(super) struct Worker {
    pub client: Client,
    /// Whether there are other workers. A single one makes its calls strictly one after another.
    pub has_peers: bool,
    pub reporter: Reporter,
}

/// Reports to the scheduler, also from the archive's thread: it must not own the archive.
#[derive(Clone)]
pub(super) struct Reporter {
    /// The position of the provider in the run.
    pub provider: usize,
    pub keeps_bodies: bool,
    pub cancellation: CancellationToken,
    pub messages: Sender<WorkerMessage>,
}

/// The threads of one provider and the channel to them. A thread is started when a job finds the others busy.
pub(super) struct WorkerPool {
    worker: Worker,
    jobs: Sender<Job>,
    queue: Arc<Mutex<Receiver<Job>>>,
    threads: Vec<JoinHandle<()>>,
    /// Jobs whose calls have not ended.
    pub in_flight: usize,
    /// Jobs that have no result yet. More than in flight, while pages are being stored.
    pub unfinished: usize,
    /// Whether a result has arrived.
    has_finished: bool,
}

impl WorkerPool {
    /// Starts the first thread.
    ///
    /// # Errors
    /// If the system refuses it.
    pub fn start(worker: Worker) -> Result<Self, Failure> {
        let (jobs, queue) = mpsc::channel();
        let mut pool = Self {
            worker,
            jobs,
            queue: Arc::new(Mutex::new(queue)),
            threads: Vec::new(),
            in_flight: 0,
            unfinished: 0,
            has_finished: false,
        };
        pool.start_thread().map_err(|error| {
            let reason = Message::of_system(&error);
            let message = message!("cannot start a thread: {reason}", "无法启动线程：{reason:#}");
            Failure::local(FailureKind::Unforeseen, message)
        })?;
        Ok(pool)
    }

    fn start_thread(&mut self) -> io::Result<()> {
        let name = format!("{}-{}", self.provider_id(), self.threads.len());
        let (worker, queue) = (self.worker.clone(), Arc::clone(&self.queue));
        self.threads.push(thread::Builder::new().name(name).spawn(move || worker.work(&queue))?);
        Ok(())
    }

    pub fn provider(&self) -> &dyn Provider {
        self.worker.client.provider.as_ref()
    }

    pub fn provider_id(&self) -> ProviderId {
        self.provider().info().id
    }

    /// Records which stored answers made the result of a query, if there is an archive.
    pub fn record_snapshot(&self, snapshot: impl FnOnce() -> Option<NewSnapshot>) {
        if let Some(archive) = &self.worker.client.archive
            && let Some(snapshot) = snapshot()
        {
            archive.record_snapshot(snapshot);
        }
    }

    /// Whether another job may be handed out, if `most` may be in flight. Only one is until it has a result: with a wrong
    /// key or an empty account one call fails, not several.
    pub const fn has_room(&self, most: usize) -> bool {
        if self.has_finished { self.in_flight < most } else { self.unfinished == 0 }
    }

    /// Hands a job to the threads.
    pub fn submit(&mut self, job: Job) {
        self.in_flight += 1;
        self.unfinished += 1;
        if self.in_flight > self.threads.len() {
            // If the system refuses a thread, the job waits for another one.
            let _ = self.start_thread();
        }
        let _ = self.jobs.send(job);
    }

    /// Records that a result has arrived.
    pub const fn finished(&mut self, call_had_ended: bool) {
        self.has_finished = true;
        self.unfinished -= 1;
        if !call_had_ended {
            self.in_flight -= 1;
        }
    }

    /// Ends the threads and waits for them, unless a request is still in flight: it ends with the process.
    pub fn shutdown(self) {
        let Self { jobs, threads, unfinished, .. } = self;
        drop(jobs);
        if unfinished == 0 {
            for thread in threads {
                // A worker does not panic outside of a fetch, and then nothing is in flight.
                let _ = thread.join();
            }
        }
    }
}

/// The failure of a page during which the program panicked, in a build that unwinds. Its request may have been sent.
fn panicked() -> FetchError {
    let message = Text::new("internal error: a worker thread panicked", "内部错误：工作线程异常终止");
    FetchError::unanswered(Failure::local(FailureKind::Unforeseen, message).with_charged(Charged::Unknown))
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
    fn work(&self, queue: &Mutex<Receiver<Job>>) {
        loop {
            // The lock is released before the job is done.
            let received = lock(queue).recv();
            let Ok(Job { ticket, page, request, policy }) = received else { return };
            let result = if self.client.cancellation.is_cancelled() {
                Err(FetchError::unsent(not_started()))
            } else {
                let fetch = AssertUnwindSafe(|| self.client.fetch_without_storing(&request, policy));
                catch_unwind(fetch).unwrap_or_else(|_| Err(panicked()))
            };
            // After a failure the next call must wait for its result: it may be the last one.
            let call_has_ended =
                self.has_peers && result.as_ref().is_ok_and(|fetched| fetched.completion.is_some());
            if call_has_ended {
                self.reporter.send(WorkerMessage::CallEnded(self.reporter.provider));
            }
            let reporter = self.reporter.clone();
            let done = move |result| reporter.report(ticket, page, result, call_has_ended);
            self.client.store_later(result, done);
        }
    }
}

impl Reporter {
    fn send(&self, message: WorkerMessage) {
        // A scheduler that has ended needs it no longer.
        let _ = self.messages.send(message);
    }

    /// Sends the result of a page, and ends the run if it must not go on.
    fn report(&self, ticket: u64, page: u32, result: FetchResult, call_has_ended: bool) {
        let token = &self.cancellation;
        let mut result = result.map_err(|error| name_missing_page(error, page));
        let ends_the_run = match &result {
            // What cannot be stored must not be bought.
            Ok(fetched) => fetched.not_stored.is_some(),
            Err(error) => error.failure.kind.stops_the_run(),
        };
        // The scheduler learns of an own limit before it learns of the pages that the limit cuts off.
        let is_own_limit = result.as_ref().is_err_and(|error| error.failure.kind == FailureKind::Limit);
        if ends_the_run && !is_own_limit {
            token.cancel();
        }
        if let Ok(fetched) = &mut result
            && !self.keeps_bodies
        {
            fetched.response.body = Vec::new();
        }
        let result = JobResult { provider: self.provider, ticket, page, result, call_has_ended };
        self.send(WorkerMessage::Result(Box::new(result)));
        if is_own_limit {
            token.cancel();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{Budget, Clock, HttpClient, HttpSettings, RateLimiter};
    use crate::domain::query::{PageRequest, Query};
    use crate::domain::request::SignedRequest;
    use crate::provider::{ProviderInfo, market};
    use jiff::Timestamp;
    use std::sync::Arc;
    use std::time::Duration;

    struct Faulty;

    impl Provider for Faulty {
        fn info(&self) -> &'static ProviderInfo {
            &market::INFO
        }

        fn request(&self, _query: &Query, _page: PageRequest) -> Request {
            unreachable!("the request is made by the test")
        }

        fn sign<'a>(&'a self, _call: &'a Request, _now: Timestamp) -> SignedRequest<'a> {
            panic!("a fault in a provider")
        }
    }

    fn client() -> Client {
        let http = HttpClient::new(&HttpSettings {
            timeout: Duration::from_secs(1),
            connect_timeout: Duration::from_secs(1),
            proxy: None,
            ca_certificates: None,
            with_tls: false,
            environment_proxies: false,
        });
        Client {
            provider: Arc::new(Faulty),
            http: Arc::new(http.unwrap()),
            clock: Arc::new(Clock::default()),
            archive: None,
            budget: Arc::new(Budget::new(1)),
            rate_limiter: Arc::new(RateLimiter::new(Duration::ZERO)),
            retries: 0,
            retry_uncertain: None,
            cancellation: CancellationToken::new(),
        }
    }

    #[test]
    fn a_panic_is_an_internal_error_of_its_page_and_ends_the_run() {
        let (messages, received) = mpsc::channel();
        let (client, keeps_bodies) = (client(), false);
        let token = client.cancellation.clone();
        let reporter = Reporter { provider: 0, keeps_bodies, cancellation: token.clone(), messages };
        let worker = Worker { client, has_peers: false, reporter };
        let mut pool = WorkerPool::start(worker).unwrap();
        let policy = CachePolicy::since(Timestamp::MIN);
        let endpoint = "http://127.0.0.1:1".to_owned();
        let request =
            Request { provider: market::ID, form: "market/dishonest@1", endpoint, parameters: Vec::new() };
        pool.submit(Job { ticket: 0, page: 1, request, policy });
        let message = received.recv_timeout(Duration::from_secs(20)).unwrap();
        let WorkerMessage::Result(result) = message else { panic!("the call has failed") };
        let error = result.result.unwrap_err();
        assert_eq!((error.failure.kind, error.failure.charged), (FailureKind::Unforeseen, Charged::Unknown));
        assert_eq!(error.failure.message.en(), "internal error: a worker thread panicked");
        assert!(token.is_cancelled());
        pool.finished(false);
        pool.shutdown();
    }
}
