//! The thread that commits changes: group commit.
//!
//! The thread takes what has arrived since its last commit and puts it into one transaction, in the order of arrival. A
//! caller waits until its change is committed, or passes a function that is called then.

use super::error::{ArchiveError, ArchiveProblem};
use super::store::{Sql, Store, WriteConnection};
use crate::domain::text::Text;
use crate::locking::lock;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Sends changes to the writer thread. Dropping it ends the thread and closes the connection.
pub(super) struct Writer {
    jobs: Option<Sender<WriterJob>>,
    thread: Option<JoinHandle<()>>,
    archive: PathBuf,
}

/// The maximum delay of a change that is not urgent; also the interval at which an idle thread checks whether its run must
/// be renewed.
const LONGEST_DELAY: Duration = Duration::from_millis(250);

enum WriterJob {
    /// A change that may share its transaction with others.
    Change(PendingChange),
    /// Commits all changes, then does this.
    AfterCommit(ConnectionCommand, SyncSender<Result<(), ArchiveError>>),
}

type ConnectionCommand = fn(&mut dyn WriteConnection) -> Result<(), ArchiveError>;

type Statements = dyn FnMut(&mut dyn Sql) -> Result<(), ArchiveError> + Send;

/// One change. Its statements run again if the shared transaction fails.
struct PendingChange {
    /// Whether a caller waits for it. Others are committed with the next urgent one, or after [`LONGEST_DELAY`].
    is_urgent: bool,
    statements: Box<Statements>,
    /// Receives the result of the commit, on this thread.
    done: Box<dyn FnOnce(Result<(), ArchiveError>) + Send>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(
        mut connection: Box<dyn WriteConnection>,
        store: Arc<dyn Store>,
    ) -> Result<Self, ArchiveError> {
        let (jobs, queue) = mpsc::channel();
        let archive = store.location().to_owned();
        let thread = thread::Builder::new()
            .name("archive".into())
            .spawn(move || {
                run(connection.as_mut(), store.as_ref(), &queue);
                // The writing connection is closed last: it removes the log after a checkpoint.
                drop(store);
            })
            .map_err(|error| ArchiveError::from_io(&archive, &error))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), archive })
    }

    /// Commits one change, together with others that arrive at the same time; returns the value of its statements.
    pub(super) fn write<T: Send + 'static>(
        &self,
        statements: impl FnMut(&mut dyn Sql) -> Result<T, ArchiveError> + Send + 'static,
    ) -> Result<T, ArchiveError> {
        let (statements, value) = keeping_value(statements);
        self.submit_and_wait(|caller| {
            let done = Box::new(move |result| drop(caller.send(result)));
            WriterJob::Change(PendingChange { is_urgent: true, statements, done })
        })?;
        Ok(value())
    }

    /// Submits one change and returns at once. The writer thread calls `done` after the commit, with the value of the
    /// statements.
    pub(super) fn write_later<T: Send + 'static>(
        &self,
        statements: impl FnMut(&mut dyn Sql) -> Result<T, ArchiveError> + Send + 'static,
        done: impl FnOnce(Result<T, ArchiveError>) + Send + 'static,
    ) {
        let (statements, value) = keeping_value(statements);
        let done = Box::new(|result: Result<(), _>| done(result.map(|()| value())));
        self.submit(WriterJob::Change(PendingChange { is_urgent: true, statements, done }));
    }

    /// The same for a change that is not urgent.
    pub(super) fn write_with_next(
        &self,
        statements: impl FnMut(&mut dyn Sql) -> Result<(), ArchiveError> + Send + 'static,
        done: impl FnOnce(Result<(), ArchiveError>) + Send + 'static,
    ) {
        let (statements, done) = (Box::new(statements), Box::new(done));
        self.submit(WriterJob::Change(PendingChange { is_urgent: false, statements, done }));
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
        job: impl FnOnce(SyncSender<Result<(), ArchiveError>>) -> WriterJob,
    ) -> Result<(), ArchiveError> {
        let (caller, reply) = mpsc::sync_channel(1);
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

/// The statements without their value, and a function that returns the value once they are committed.
fn keeping_value<T: Send + 'static>(
    mut statements: impl FnMut(&mut dyn Sql) -> Result<T, ArchiveError> + Send + 'static,
) -> (Box<Statements>, impl FnOnce() -> T + Send) {
    let value = Arc::new(Mutex::new(None));
    let executed = Arc::clone(&value);
    let statements = move |sql: &mut dyn Sql| {
        *lock(&executed) = Some(statements(sql)?);
        Ok(())
    };
    (Box::new(statements), move || lock(&value).take().expect("a committed change has been executed"))
}

fn run(connection: &mut dyn WriteConnection, store: &dyn Store, queue: &Receiver<WriterJob>) {
    let mut changes = Vec::new();
    let mut deadline = Instant::now() + LONGEST_DELAY;
    loop {
        let received = queue.recv_timeout(deadline.saturating_duration_since(Instant::now()));
        let (is_due, is_over) =
            (received.is_err(), received.as_ref().err() == Some(&RecvTimeoutError::Disconnected));
        for job in received.into_iter().chain(queue.try_iter()) {
            match job {
                WriterJob::Change(change) => changes.push(change),
                WriterJob::AfterCommit(command, caller) => {
                    commit(connection, store, std::mem::take(&mut changes));
                    let _ = caller.send(command(connection));
                }
            }
        }
        if is_due {
            connection.renew_if_due();
        }
        if is_due || changes.iter().any(|change| change.is_urgent) {
            commit(connection, store, std::mem::take(&mut changes));
            deadline = Instant::now() + LONGEST_DELAY;
        }
        if is_over {
            return;
        }
    }
}

/// Commits all changes together. If that fails, each gets a transaction and an error of its own.
fn commit(connection: &mut dyn WriteConnection, store: &dyn Store, mut changes: Vec<PendingChange>) {
    if changes.is_empty() {
        return;
    }
    let committed =
        connection.transaction(&mut |sql| changes.iter_mut().try_for_each(|change| (change.statements)(sql)));
    match committed {
        // After a lost connection it is unknown whether they are committed, so that they must not be executed again.
        Err(error) if changes.len() > 1 && error.problem != ArchiveProblem::Unreachable => {
            for change in changes {
                commit(connection, store, vec![change]);
            }
        }
        committed => {
            // A commit into a deleted file succeeds, but stores nothing.
            let stored = committed.and_then(|()| store.check_usable());
            for PendingChange { statements, done, .. } in changes {
                // They may hold the run, which the caller may end as soon as it has the result.
                drop(statements);
                done(stored.clone());
            }
        }
    }
}
