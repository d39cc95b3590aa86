//! The open archive: finding, leasing and completing.

use super::answer::{Acquired, AnswerId, AttemptEnding, Keep, Lease, StoredAnswer, key_hash};
use super::error::{ArchiveError, ArchiveProblem};
use super::lease::{self, Completion, LeaseRequest};
use super::notice::Notices;
use super::options::ArchiveOptions;
use super::spool;
use super::store::{self, RegisteredRun, Sql, SqlRow, Store, ToSql, Value, parameters, params};
use super::writer::Writer;
use crate::domain::failure::Failure;
use crate::domain::request::Request;
use crate::domain::text::{Message, Text};
use crate::locking::lock;
use jiff::Timestamp;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, mpsc};

/// Rows that are read in one step.
const ROWS_OF_A_STEP: u16 = 256;

/// The store of paid answers and the ledger of attempts. Threads share it behind an `Arc`.
pub struct Archive {
    pub(super) store: Arc<dyn Store>,
    /// Ended last; `None` if the archive was opened for reading.
    pub(super) writer: Option<Writer>,
    pub(super) options: ArchiveOptions,
    /// This run, from its first lease on.
    pub(super) run: Mutex<Option<Arc<RegisteredRun>>>,
    /// The error that prevented the end of an attempt from being stored.
    pub(super) failure: Arc<OnceLock<ArchiveError>>,
    /// The file for answers that could not be stored on a server.
    pub(super) spool: Option<Arc<Path>>,
    pub(super) notices: Notices,
    /// The providers and endpoints of all answers, once they were asked for.
    pub(super) endpoints: OnceLock<Vec<(String, String)>>,
}

impl Archive {
    /// The absolute path without links, or the address without a password.
    pub fn path(&self) -> &Path {
        self.store.location()
    }

    /// Now by the clock of the archive, which is that of its server. All times in the archive follow it.
    pub fn now(&self) -> Timestamp {
        self.time_of((self.options.clock)())
    }

    /// A moment of this machine's clock by the clock of the archive.
    pub fn time_of(&self, moment: Timestamp) -> Timestamp {
        self.store.time_of(moment)
    }

    /// The newest undamaged answer to `request` that was received at `not_before` or later.
    ///
    /// It waits for the transaction of this run that is under way. A stored answer with a wrong digest counts as absent;
    /// [`Archive::take_notices`] reports it.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn find(
        &self,
        request: &Request,
        not_before: Timestamp,
    ) -> Result<Option<StoredAnswer>, ArchiveError> {
        let (key, received_ms) = (key_hash(&request.key()), lease::freshness(not_before, self.now()));
        self.read(|sql| lease::newest_answer(sql, key, &received_ms, &self.notices))
    }

    /// The other endpoints at which an answer to the same request was bought that `find` accepts. A killed run left no
    /// snapshot, so the endpoints are those of all answers.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn other_endpoints(
        &self,
        request: &Request,
        find: impl Fn(&Request) -> Result<Option<StoredAnswer>, ArchiveError>,
    ) -> Result<Vec<String>, ArchiveError> {
        if self.endpoints.get().is_none() {
            let rows =
                self.read(|sql| sql.query("SELECT DISTINCT provider, endpoint FROM answers", params![]))?;
            let all = rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?)));
            let all = all.collect::<Result<_, ArchiveError>>()?;
            let _ = self.endpoints.set(all);
        }
        let mut found = Vec::new();
        for (provider, endpoint) in self.endpoints.get().into_iter().flatten() {
            let other = Request { endpoint: endpoint.clone(), ..request.clone() };
            if provider == request.provider.as_str()
                && *endpoint != request.endpoint
                && find(&other)?.is_some()
            {
                found.push(endpoint.clone());
            }
        }
        Ok(found)
    }

    /// The start of the latest attempt at `request` that ended without an answer, and its failure without a message.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn last_failure(&self, request: &Request) -> Result<Option<(Timestamp, Failure)>, ArchiveError> {
        let key = key_hash(&request.key());
        self.read(|sql| lease::last_failure(sql, key))
    }

    /// Acquires the lease for `request`, unless an answer received at `not_before` or later is stored, another
    /// attempt is open, or a shared limit is reached. The lease is committed, and every other run sees it, before this
    /// returns.
    ///
    /// # Errors
    /// If the archive cannot be written, is not the file that was opened, or an earlier completion failed. Nothing may be
    /// bought then.
    pub fn acquire(&self, request: &Request, not_before: Timestamp) -> Result<Acquired, ArchiveError> {
        let key = key_hash(&request.key());
        loop {
            let lease_request = LeaseRequest {
                store: Arc::clone(&self.store),
                failure: Arc::clone(&self.failure),
                key,
                provider: request.provider.as_str(),
                options: self.options.clone(),
                not_before,
                notices: self.notices.clone(),
            };
            let mut current = lock(&self.run);
            let (run, acquired) = if let Some(run) = current.clone() {
                drop(current);
                let owner = Arc::clone(&run);
                (run, self.write(move |sql| lease_request.decide(sql, &owner))?)
            } else {
                // Locked meanwhile, so that the run is registered once, with its first lease.
                let now_ms = self.now_ms();
                let (run, acquired) = self.write(move |sql| {
                    let owner = &lease_request.options.owner;
                    let run = lease_request.store.register_run(sql, owner, now_ms)?;
                    let acquired = lease_request.decide(sql, &run)?;
                    Ok((Arc::new(run), acquired))
                })?;
                *current = Some(Arc::clone(&run));
                (run, acquired)
            };
            if let Some(acquired) = acquired {
                return Ok(acquired);
            }
            // Another run found this one dead: it is registered again.
            lock(&self.run).take_if(|current| Arc::ptr_eq(current, &run));
        }
    }

    /// The end of an attempt, with what is to be kept of its response: ready to be committed.
    pub fn completion(&self, lease: Lease, ending: AttemptEnding, keep: Option<Keep<'_>>) -> Completion {
        let answer = keep.map(|keep| keep.row(&ending));
        Completion { lease, now_ms: self.now_ms(), ending, answer }
    }

    /// Records how an attempt ended and stores what is to be kept: both or neither. Returns at once; the writer thread
    /// calls `done` when they are committed, or cannot be. A lease that is asked for afterwards is granted after that, in
    /// the same transaction if possible.
    ///
    /// `done` gets an error if the archive cannot be written. The attempt stays open then, and every later request for a
    /// lease fails likewise.
    pub fn complete_later(
        &self,
        completion: Completion,
        done: impl FnOnce(Result<Option<AnswerId>, ArchiveError>) + Send + 'static,
    ) {
        let completion = Arc::new(completion);
        let (change, failure, spool) =
            (Arc::clone(&completion), Arc::clone(&self.failure), self.spool.clone());
        let committed = move |result: Result<Option<AnswerId>, ArchiveError>| {
            let result = match (result, spool) {
                (Err(error), Some(spool)) if error.problem == ArchiveProblem::Unreachable => {
                    let problem = match spool::keep(&spool, &completion) {
                        Ok(()) => ArchiveProblem::Spooled(spool.to_path_buf()),
                        Err(error) => ArchiveProblem::NotSpooled(error.message()),
                    };
                    Err(ArchiveError { problem, ..error })
                }
                (result, _) => result,
            };
            if let Err(error) = &result {
                let _ = failure.set(error.clone());
            }
            done(result);
        };
        match &self.writer {
            Some(writer) => writer.write_later(move |sql| change.execute(sql, change.lease.run), committed),
            None => committed(Err(self.opened_for_reading())),
        }
    }

    /// The same, but returns when it is committed.
    ///
    /// # Errors
    /// As [`Archive::complete_later`].
    ///
    /// # Panics
    /// If the writer thread has panicked.
    pub fn complete(
        &self,
        lease: Lease,
        ending: AttemptEnding,
        keep: Option<Keep<'_>>,
    ) -> Result<Option<AnswerId>, ArchiveError> {
        let (caller, committed) = mpsc::sync_channel(1);
        self.complete_later(self.completion(lease, ending, keep), move |result| drop(caller.send(result)));
        committed.recv().expect("the writer thread calls back")
    }

    /// Deletes a lease under which nothing was sent. Nothing is recorded.
    ///
    /// # Errors
    /// If the archive cannot be written. The attempt is recorded as interrupted when the run ends.
    pub fn release(&self, lease: Lease) -> Result<(), ArchiveError> {
        self.write(move |sql| lease::release(sql, &lease))
    }

    /// The notices for the user that were not shown yet.
    pub fn take_notices(&self) -> Vec<Message> {
        self.notices.take()
    }

    /// Reads a value.
    pub(super) fn read<T>(
        &self,
        statements: impl FnMut(&mut dyn Sql) -> Result<T, ArchiveError>,
    ) -> Result<T, ArchiveError> {
        store::read(self.store.as_ref(), statements)
    }

    /// Passes the rows of a statement to `each`, step by step, so that a slow `each` keeps no read open. The first columns of
    /// a row are its key. The first parameters of the statement are the key of the last row; then come `others`.
    pub(super) fn read_in_steps<E: From<ArchiveError>>(
        &self,
        statement: &str,
        mut after: Vec<Value>,
        others: &[&dyn ToSql],
        mut each: impl FnMut(Vec<SqlRow>) -> Result<(), E>,
    ) -> Result<(), E> {
        let statement = format!("{statement} LIMIT {ROWS_OF_A_STEP}");
        loop {
            let rows = self.read(|sql| sql.query(&statement, &[&parameters(&after), others].concat()))?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = last.key(after.len());
            each(rows)?;
        }
    }

    /// Commits one change, together with others that arrive at the same time. The statements run again if the shared
    /// transaction fails.
    pub(super) fn write<T: Send + 'static>(
        &self,
        statements: impl FnMut(&mut dyn Sql) -> Result<T, ArchiveError> + Send + 'static,
    ) -> Result<T, ArchiveError> {
        self.writer.as_ref().ok_or_else(|| self.opened_for_reading())?.write(statements)
    }

    fn opened_for_reading(&self) -> ArchiveError {
        let reason = Text::new("it was opened for reading only", "它是以只读方式打开的");
        ArchiveError::because(ArchiveProblem::Unforeseen, self.path(), reason)
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.now().as_millisecond()
    }
}
