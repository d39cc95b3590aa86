//! The thread that owns the writing connection: group commit.
//!
//! The thread takes what has arrived since its last commit and puts it into one transaction. A caller returns when its
//! change is committed.

use super::error::{ArchiveError, ArchiveProblem};
use super::store::{Sql, WriteConnection};
use crate::locking::lock;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

/// Sends changes to the writer thread. Dropping it ends the thread and closes the connection.
pub(super) struct Writer {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    archive: PathBuf,
}

/// The reply to a change that is not awaited yet.
pub(super) type PendingReply = Receiver<Result<(), ArchiveError>>;

enum Job {
    /// A change that may share its transaction with others.
    Change(Change),
    /// Copies the log into the database.
    Checkpoint(Sender<Result<(), ArchiveError>>),
}

type Statements = dyn FnMut(&mut dyn Sql) -> Result<(), ArchiveError> + Send;

/// One change. Its statements run again if the shared transaction fails.
struct Change {
    statements: Box<Statements>,
    /// Told that the change is committed, or why it is not.
    caller: Sender<Result<(), ArchiveError>>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(
        mut connection: Box<dyn WriteConnection>,
        archive: &Path,
    ) -> Result<Self, ArchiveError> {
        let (jobs, queue) = crossbeam_channel::unbounded();
        let thread = thread::Builder::new()
            .name("archive".into())
            .spawn(move || run(connection.as_mut(), &queue))
            .map_err(|error| ArchiveError::from_io(archive, &error))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), archive: archive.to_owned() })
    }

    /// Commits one change, together with others that arrive at the same time; returns the value of its statements.
    pub(super) fn write<T: Send + 'static>(
        &self,
        mut statements: impl FnMut(&mut dyn Sql) -> Result<T, ArchiveError> + Send + 'static,
    ) -> Result<T, ArchiveError> {
        let value = Arc::new(Mutex::new(None));
        let executed = Arc::clone(&value);
        let reply = self.write_later(move |sql| {
            *lock(&executed) = Some(statements(sql)?);
            Ok(())
        });
        self.await_reply(&reply)?;
        let value = lock(&value).take();
        Ok(value.expect("a committed change has been executed"))
    }

    /// Submits one change and returns at once.
    pub(super) fn write_later(
        &self,
        statements: impl FnMut(&mut dyn Sql) -> Result<(), ArchiveError> + Send + 'static,
    ) -> PendingReply {
        let (caller, reply) = crossbeam_channel::bounded(1);
        self.submit(Job::Change(Change { statements: Box::new(statements), caller }));
        reply
    }

    /// Copies the log into the database.
    pub(super) fn checkpoint(&self) -> Result<(), ArchiveError> {
        let (caller, reply) = crossbeam_channel::bounded(1);
        self.submit(Job::Checkpoint(caller));
        self.await_reply(&reply)
    }

    fn await_reply(&self, reply: &PendingReply) -> Result<(), ArchiveError> {
        reply.recv().unwrap_or_else(|_| Err(ArchiveError::writer_ended(&self.archive)))
    }

    fn submit(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // A thread that has ended drops the job, and its caller gets an error.
            let _ = jobs.send(job);
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(connection: &mut dyn WriteConnection, queue: &Receiver<Job>) {
    loop {
        let first = match connection.renewal_interval() {
            Some(interval) => queue.recv_timeout(interval),
            None => queue.recv().map_err(Into::into),
        };
        let first = match first {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => {
                connection.renew();
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let mut changes = Vec::new();
        for job in [first].into_iter().chain(queue.try_iter()) {
            match job {
                Job::Change(change) => changes.push(change),
                Job::Checkpoint(caller) => {
                    commit(connection, &mut std::mem::take(&mut changes));
                    let _ = caller.send(connection.checkpoint());
                }
            }
        }
        commit(connection, &mut changes);
    }
}

/// Commits all changes together. If that fails, each gets a transaction and an error of its own.
fn commit(connection: &mut dyn WriteConnection, changes: &mut [Change]) {
    if changes.is_empty() {
        return;
    }
    let committed =
        connection.transaction(&mut |sql| changes.iter_mut().try_for_each(|change| (change.statements)(sql)));
    match committed {
        // After a lost connection it is unknown whether they are committed, so that they must not be executed again.
        Err(error) if changes.len() > 1 && error.problem != ArchiveProblem::Unreachable => {
            for change in changes {
                commit(connection, std::slice::from_mut(change));
            }
        }
        // A caller that waits no longer needs no reply.
        committed => changes.iter().for_each(|change| drop(change.caller.send(committed.clone()))),
    }
}
