//! The thread that owns the writing connection: group commit.
//!
//! The thread takes what has arrived since its last commit and puts it into one transaction. A caller returns when its
//! change is committed.

use super::error::{ArchiveError, ArchiveProblem};
use super::store::{Sql, WriteConnection};
use crate::domain::text::Text;
use crate::locking::lock;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Sends changes to the writer thread. Dropping it ends the thread and closes the connection.
pub(super) struct Writer {
    jobs: Option<Sender<WriterJob>>,
    thread: Option<JoinHandle<()>>,
    archive: PathBuf,
}

/// The time without a change after which the thread checks whether its run must be renewed.
const IDLE_CHECK: Duration = Duration::from_millis(250);

enum WriterJob {
    /// A change that may share its transaction with others.
    Change(PendingChange),
    /// Commits all changes, then does this.
    AfterCommit(ConnectionCommand, Sender<Result<(), ArchiveError>>),
}

type ConnectionCommand = fn(&mut dyn WriteConnection) -> Result<(), ArchiveError>;

type Statements = dyn FnMut(&mut dyn Sql) -> Result<(), ArchiveError> + Send;

/// One change. Its statements run again if the shared transaction fails.
struct PendingChange {
    statements: Box<Statements>,
    /// Receives the result of the commit.
    reply: Box<dyn FnMut(Result<(), ArchiveError>) + Send>,
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
        let statements = Box::new(move |sql: &mut dyn Sql| {
            *lock(&executed) = Some(statements(sql)?);
            Ok(())
        });
        self.submit_and_wait(|caller| {
            let reply = Box::new(move |result| drop(caller.send(result)));
            WriterJob::Change(PendingChange { statements, reply })
        })?;
        let value = lock(&value).take();
        Ok(value.expect("a committed change has been executed"))
    }

    /// Submits one change and returns at once.
    pub(super) fn write_later(
        &self,
        statements: impl FnMut(&mut dyn Sql) -> Result<(), ArchiveError> + Send + 'static,
        on_error: impl Fn(ArchiveError) + Send + 'static,
    ) {
        let reply = Box::new(move |result: Result<(), _>| result.unwrap_or_else(&on_error));
        self.submit(WriterJob::Change(PendingChange { statements: Box::new(statements), reply }));
    }

    /// Waits until all changes are committed. Without any, it needs no database.
    pub(super) fn flush(&self) -> Result<(), ArchiveError> {
        self.submit_and_wait(|caller| WriterJob::AfterCommit(|_| Ok(()), caller))
    }

    /// Copies the log into the database.
    pub(super) fn checkpoint(&self) -> Result<(), ArchiveError> {
        self.submit_and_wait(|caller| WriterJob::AfterCommit(|connection| connection.checkpoint(), caller))
    }

    fn submit_and_wait(
        &self,
        job: impl FnOnce(Sender<Result<(), ArchiveError>>) -> WriterJob,
    ) -> Result<(), ArchiveError> {
        let (caller, reply) = crossbeam_channel::bounded(1);
        self.submit(job(caller));
        reply.recv().unwrap_or_else(|_| {
            let reason = Text::new("its writer thread has ended", "写入线程已结束");
            Err(ArchiveError::because(ArchiveProblem::Unforeseen, &self.archive, reason))
        })
    }

    fn submit(&self, job: WriterJob) {
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

fn run(connection: &mut dyn WriteConnection, queue: &Receiver<WriterJob>) {
    loop {
        let first = match queue.recv_timeout(IDLE_CHECK) {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => {
                connection.renew_if_due();
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let mut changes = Vec::new();
        for job in [first].into_iter().chain(queue.try_iter()) {
            match job {
                WriterJob::Change(change) => changes.push(change),
                WriterJob::AfterCommit(command, caller) => {
                    commit(connection, &mut std::mem::take(&mut changes));
                    let _ = caller.send(command(connection));
                }
            }
        }
        commit(connection, &mut changes);
    }
}

/// Commits all changes together. If that fails, each gets a transaction and an error of its own.
fn commit(connection: &mut dyn WriteConnection, changes: &mut [PendingChange]) {
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
        committed => changes.iter_mut().for_each(|change| (change.reply)(committed.clone())),
    }
}
