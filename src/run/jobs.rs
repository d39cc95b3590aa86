//! The pages that wait for a worker, and the way from the coordinator to the workers.

use crate::domain::request::Request;
use crate::locking::lock;
use std::collections::VecDeque;
use std::mem;
use std::sync::Mutex;
use tokio::sync::Semaphore;

/// One page to get.
pub(super) struct Job {
    pub ticket: u64,
    pub page: u32,
    pub call: Request,
}

/// Pages that wait for a worker.
pub(super) struct Jobs {
    waiting: Semaphore,
    queue: Mutex<VecDeque<Job>>,
}

impl Jobs {
    /// None yet.
    pub fn new() -> Self {
        Self { waiting: Semaphore::new(0), queue: Mutex::default() }
    }

    /// Adds one.
    pub fn push(&self, job: Job) {
        let mut queue = lock(&self.queue);
        queue.push_back(job);
        self.waiting.add_permits(1);
    }

    /// The next page; `None` once there will be no more.
    pub async fn next(&self) -> Option<Job> {
        loop {
            self.waiting.acquire().await.ok()?.forget();
            let job = lock(&self.queue).pop_front();
            if job.is_some() {
                return job;
            }
        }
    }

    /// Takes back what no worker has begun.
    pub fn recall(&self) -> VecDeque<Job> {
        let mut queue = lock(&self.queue);
        // Before another page comes, or its permit would be forgotten in place of one that a worker holds already.
        self.waiting.forget_permits(queue.len());
        mem::take(&mut *queue)
    }

    /// Lets every worker go that waits, now or later.
    pub fn close(&self) {
        self.waiting.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::EventLoop;
    use crate::domain::request::ProviderId;

    fn job(page: u32) -> Job {
        let call = Request {
            provider: ProviderId::Market,
            form: "f@1",
            endpoint: String::new(),
            parameters: vec![],
        };
        Job { ticket: 0, page, call }
    }

    #[test]
    fn what_was_taken_back_goes_to_no_worker_and_what_comes_later_does() {
        let jobs = Jobs::new();
        EventLoop::new().unwrap().run(async {
            [1, 2, 3].map(job).into_iter().for_each(|job| jobs.push(job));
            assert_eq!(jobs.next().await.map(|job| job.page), Some(1));
            assert_eq!(jobs.recall().iter().map(|job| job.page).collect::<Vec<_>>(), [2, 3]);
            jobs.push(job(4));
            assert_eq!(jobs.next().await.map(|job| job.page), Some(4));
            jobs.close();
            assert!(jobs.next().await.is_none());
        });
    }
}
