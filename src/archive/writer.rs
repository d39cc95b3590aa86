//! The thread that owns the writing connection: group commit.
//!
//! The thread takes what has arrived since its last commit and puts it into one transaction. A caller returns when its
//! change is committed.

use super::error::{ArchiveError, ArchiveProblem};
use super::store::{Sql, WriteConnection};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

/// Sends changes to the writer thread. Dropping it ends the thread and closes the connection.
pub(super) struct Writer {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    archive: PathBuf,
}

/// The reply to a change that is not awaited yet.
pub(super) type PendingReply<T> = Receiver<Result<T, ArchiveError>>;

enum Job {
    /// A change that may share its transaction with others.
    Change(Box<dyn Change>),
    /// Copies the log into the database.
    Checkpoint(Sender<Result<(), ArchiveError>>),
}

/// One change and the caller that waits for it.
trait Change: Send {
    /// Executes the statements and keeps their value. Runs again if the shared transaction fails.
    fn execute(&mut self, sql: &mut dyn Sql) -> Result<(), ArchiveError>;
    /// Tells the caller that the change is committed, or why it is not.
    fn reply(self: Box<Self>, committed: Result<(), ArchiveError>);
}

struct PendingChange<F, T> {
    statements: F,
    value: Option<T>,
    caller: Sender<Result<T, ArchiveError>>,
}

impl<F, T> Change for PendingChange<F, T>
where
    F: FnMut(&mut dyn Sql) -> Result<T, ArchiveError> + Send,
    T: Send,
{
    fn execute(&mut self, sql: &mut dyn Sql) -> Result<(), ArchiveError> {
        self.value = Some((self.statements)(sql)?);
        Ok(())
    }

    fn reply(self: Box<Self>, committed: Result<(), ArchiveError>) {
        let Self { value, caller, .. } = *self;
        // The caller waits for exactly one reply.
        let _ = caller.send(committed.map(|()| value.expect("a committed change has been executed")));
    }
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

    /// Commits one change, together with others that arrive at the same time.
    pub(super) fn write<T: Send + 'static>(
        &self,
        statements: impl FnMut(&mut dyn Sql) -> Result<T, ArchiveError> + Send + 'static,
    ) -> Result<T, ArchiveError> {
        let reply = self.write_later(statements);
        reply.recv().unwrap_or_else(|_| Err(ArchiveError::writer_ended(&self.archive)))
    }

    /// Submits one change and returns at once.
    pub(super) fn write_later<T: Send + 'static>(
        &self,
        statements: impl FnMut(&mut dyn Sql) -> Result<T, ArchiveError> + Send + 'static,
    ) -> PendingReply<T> {
        let (caller, reply) = crossbeam_channel::bounded(1);
        self.submit(Job::Change(Box::new(PendingChange { statements, value: None, caller })));
        reply
    }

    /// Copies the log into the database.
    pub(super) fn checkpoint(&self) -> Result<(), ArchiveError> {
        let (caller, reply) = crossbeam_channel::bounded(1);
        self.submit(Job::Checkpoint(caller));
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
                    commit(connection, std::mem::take(&mut changes));
                    let _ = caller.send(connection.checkpoint());
                }
            }
        }
        commit(connection, changes);
    }
}

/// Commits all changes together. If that fails, each gets a transaction and an error of its own.
fn commit(connection: &mut dyn WriteConnection, mut changes: Vec<Box<dyn Change>>) {
    if changes.is_empty() {
        return;
    }
    let committed =
        connection.transaction(&mut |sql| changes.iter_mut().try_for_each(|change| change.execute(sql)));
    match committed {
        Err(error) if changes.len() == 1 => changes.remove(0).reply(Err(error)),
        // Whether they are committed is unknown, so that they must not be executed again.
        Err(error) if error.problem == ArchiveProblem::Unreachable => {
            changes.into_iter().for_each(|change| change.reply(Err(error.clone())));
        }
        Err(_) => changes.into_iter().for_each(|change| commit(connection, vec![change])),
        Ok(()) => changes.into_iter().for_each(|change| change.reply(Ok(()))),
    }
}
