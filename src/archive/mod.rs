//! The archive: every paid answer and every attempt to buy one, in one `SQLite` file.
//!
//! This module owns the file, its schema, its locks and its ledger; no other module uses rusqlite. It does not decide
//! what to buy, reuse or repeat. It holds no secret and no signature: a [`Request`] has none, and the client masks what
//! vendors echo. An archive that cannot be used is an error; there is no fallback.
//!
//! # Durability
//! The database keeps a write-ahead log. What [`Archive::acquire`] and [`Archive::complete`] commit survives the end of
//! the process, SIGKILL included. A power failure may lose the last seconds, but never damages what was stored before.
//! [`Durability::PowerLoss`] flushes every commit to the disk.
//!
//! # Several runs at once
//! A lease is an open row in `attempts`, and a unique index allows one for each request. A run has a row in `runs` and
//! one locked file beside the archive. Open attempts of a dead run are booked as `interrupted`, charged unknown.

mod answer;
mod backup;
mod body;
mod budget;
mod connection;
mod entries;
mod error;
mod files;
mod import;
mod in_flight_files;
mod lease;
mod maintenance;
mod options;
mod runs;
mod schema;
mod shards;
mod snapshot;
mod usage;
mod writer;

pub use answer::{
    Acquired, AnswerId, ArchiveNotice, AttemptEnding, AttemptOutcome, Entry, EntryFilter, EntrySummary,
    FailedAttempt, Keep, Kept, Lease, LeaseHolder, StoredAnswer, outcome_in_words,
};
pub use body::Damage;
pub use budget::{BudgetPeriod, BudgetUse, LimitReached, SharedLimits};
pub use entries::ExportSummary;
pub use error::ArchiveError;
pub use import::ImportSummary;
pub use maintenance::{PruneSummary, VerifyFinding, VerifySummary};
pub use options::{Access, ArchiveOptions, Durability};
pub use snapshot::{NewSnapshot, StoredQuery, StoredSnapshot};
pub use usage::UsageRow;

use crate::domain::request::Request;
use crate::domain::text::message;
use crate::locking::lock;
use answer::Key;
use connection::Readers;
use files::FileIdentity;
use jiff::Timestamp;
use lease::{Candidate, Completion, LeaseDecision, LeaseRequest, PackedAnswer};
use runs::RegisteredRun;
use rusqlite::Connection;
use schema::Version;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use writer::{PendingReply, Writer};

/// An answer that is stamped later than this after now is not fresh: the clock that stamped it was wrong.
const CLOCK_TOLERANCE_MS: i64 = 5_000;

/// The store of paid answers and the ledger of attempts. Threads share it behind an `Arc`.
pub struct Archive {
    // Closed in this order: the writer last, which checkpoints the log.
    readers: Readers,
    writer: Option<Writer>,
    path: PathBuf,
    options: ArchiveOptions,
    /// This run, from its first lease on.
    run: Mutex<Option<Arc<RegisteredRun>>>,
    /// The files that were opened.
    identity: FileIdentity,
    /// Whether the end of an attempt could not be stored.
    has_failed: AtomicBool,
    notices: Mutex<Vec<ArchiveNotice>>,
    /// The providers and endpoints of all answers, once they were asked for.
    endpoints: OnceLock<Vec<(String, String)>>,
    /// Snapshots that may not be committed yet.
    pending_snapshots: Mutex<Vec<PendingReply<()>>>,
}

impl Archive {
    /// Opens the archive at `path` with the default options.
    ///
    /// # Errors
    /// Everything that would later prevent it from being used: see [`ArchiveError`].
    pub fn open(path: &Path, access: Access) -> Result<Self, ArchiveError> {
        Self::open_with(path, access, ArchiveOptions::default())
    }

    /// Opens the archive at `path`.
    ///
    /// # Errors
    /// As [`Archive::open`].
    pub fn open_with(path: &Path, access: Access, options: ArchiveOptions) -> Result<Self, ArchiveError> {
        match access {
            Access::ReadWrite => Self::open_to_write(path, options),
            Access::ReadOnly => Self::open_to_read(path, options),
        }
    }

    fn open_to_write(path: &Path, options: ArchiveOptions) -> Result<Self, ArchiveError> {
        let path = files::ensure(path)?;
        Self::open_existing_to_write(path.clone(), options).map_err(|error| match error {
            ArchiveError::Inaccessible { .. } if !files::folder_is_writable(&path) => {
                ArchiveError::ReadOnly { path }
            }
            error => error,
        })
    }

    fn open_existing_to_write(path: PathBuf, options: ArchiveOptions) -> Result<Self, ArchiveError> {
        let mut notices = files::tighten(&path);
        let failed = |error: rusqlite::Error| ArchiveError::from_sqlite(&path, &error);
        let connection = connection::retry_while_busy(|| connection::open_writing(&path)).map_err(failed)?;
        schema::version(&connection, &path)?;
        let journal = connection::set_up_writing(&connection, options.durability).map_err(failed)?;
        if journal != "wal" {
            let reason = message!("it keeps a `{journal}` journal", "其日志模式为 `{journal}`");
            return Err(ArchiveError::Unsuitable { path, reason });
        }
        schema::migrate(&connection, &path)?;
        schema::check_health(&connection, &path)?;
        schema::check_writing(&connection, &path)?;
        runs::check_hosts(&connection, &path, (options.clock)().as_millisecond())?;
        files::check_room(&path)?;
        notices.extend(files::tighten(&path));
        notices.dedup();
        if let Some(file_system) = files::network_file_system(&path) {
            notices.push(ArchiveNotice::NetworkFileSystem { path: path.clone(), file_system });
        }
        let writer = Writer::start(connection, &path)?;
        Ok(Self::new(Readers::beside_a_writer(&path), Some(writer), path, options, notices))
    }

    fn open_to_read(path: &Path, options: ArchiveOptions) -> Result<Self, ArchiveError> {
        let path = files::existing(path)?;
        let readers = Readers::open(&path)?;
        let found = readers.with(|connection| Ok(schema::version(connection, &path)))??;
        if found != Version::Schema(schema::CURRENT) {
            Self::open_to_write(&path, options).map_err(|error| match found {
                Version::Schema(found) => {
                    ArchiveError::OlderSchema { path: path.clone(), found, reason: error.message() }
                }
                Version::Empty => error,
            })?;
        }
        Ok(Self::new(readers, None, path, options, Vec::new()))
    }

    fn new(
        readers: Readers,
        writer: Option<Writer>,
        path: PathBuf,
        options: ArchiveOptions,
        notices: Vec<ArchiveNotice>,
    ) -> Self {
        Self {
            readers,
            writer,
            identity: FileIdentity::of(&path),
            path,
            options,
            run: Mutex::default(),
            has_failed: AtomicBool::new(false),
            notices: Mutex::new(notices),
            endpoints: OnceLock::new(),
            pending_snapshots: Mutex::default(),
        }
    }

    /// The absolute path, without links.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The newest undamaged answer to `request` that was received at `not_before` or later.
    ///
    /// It does not wait for a writer. A stored answer with a wrong digest counts as absent;
    /// [`Archive::take_notices`] reports it.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn find(
        &self,
        request: &Request,
        not_before: Timestamp,
    ) -> Result<Option<StoredAnswer>, ArchiveError> {
        let (key, received_ms) = (Key::of(request).hash, self.freshness(not_before));
        let mut damaged = Vec::new();
        loop {
            let load = |connection: &_| Candidate::load(connection, key, &received_ms, &damaged);
            let Some(candidate) = self.readers.with(load)? else { return Ok(None) };
            if let Some(answer) = self.verified(candidate, &mut damaged) {
                return Ok(Some(answer));
            }
        }
    }

    /// The other endpoints at which an answer to the same request was bought that `find` accepts. Reads the whole table
    /// once.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn other_endpoints(
        &self,
        request: &Request,
        find: impl Fn(&Request) -> Result<Option<StoredAnswer>, ArchiveError>,
    ) -> Result<Vec<String>, ArchiveError> {
        if self.endpoints.get().is_none() {
            let all = self.readers.with(|connection| {
                connection
                    .prepare("SELECT DISTINCT provider, endpoint FROM answers")?
                    .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                    .collect()
            })?;
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

    /// The latest attempt at `request` that ended without an answer.
    ///
    /// # Errors
    /// If the archive cannot be read.
    pub fn last_failure(&self, request: &Request) -> Result<Option<FailedAttempt>, ArchiveError> {
        let key = Key::of(request).hash;
        self.readers.with(|connection| lease::last_failure(connection, key))
    }

    /// The answer, or `None` if it is damaged, which is remembered.
    fn verified(&self, candidate: Candidate, damaged: &mut Vec<AnswerId>) -> Option<StoredAnswer> {
        let id = candidate.id();
        candidate
            .into_answer()
            .map_err(|damage| {
                self.remember(ArchiveNotice::DamagedAnswer { id, damage });
                damaged.push(id);
            })
            .ok()
    }

    /// Acquires the lease for `request`, unless an answer received at `not_before` or later is stored, another
    /// attempt is open, or a shared limit is reached. The lease is committed, and every other run sees it, before this returns.
    ///
    /// # Errors
    /// If the archive cannot be written, or is not the file that was opened. Nothing may be bought then.
    pub fn acquire(&self, request: &Request, not_before: Timestamp) -> Result<Acquired, ArchiveError> {
        let writer = self.writer()?;
        let mut lease_request = LeaseRequest {
            archive: self.path.clone(),
            run: 0,
            key: Key::of(request),
            provider: request.provider.as_str(),
            clock: self.options.clock,
            limits: self.options.limits,
            received_ms: self.freshness(not_before),
            damaged: Vec::new(),
        };
        loop {
            if self.has_failed.load(Ordering::SeqCst) {
                return Err(ArchiveError::NotStored { path: self.path.clone() });
            }
            self.check_identity()?;
            let run = self.registered_run()?;
            lease_request.run = run.id;
            let transaction = lease_request.clone();
            match writer.write(move |connection| transaction.decide(connection))? {
                LeaseDecision::Stored(candidate) => {
                    if let Some(answer) = self.verified(candidate, &mut lease_request.damaged) {
                        return Ok(Acquired::Stored(answer));
                    }
                }
                LeaseDecision::Busy(holder) => return Ok(Acquired::Busy(holder)),
                LeaseDecision::Limited(limit) => return Ok(Acquired::Limited(limit)),
                LeaseDecision::Granted(lease) => return Ok(Acquired::Granted(lease)),
                LeaseDecision::RunEnded => self.forget_run(&run),
            }
        }
    }

    fn registered_run(&self) -> Result<Arc<RegisteredRun>, ArchiveError> {
        let mut current = lock(&self.run);
        if let Some(run) = &*current {
            return Ok(Arc::clone(run));
        }
        let (path, now_ms) = (self.path.clone(), self.now_ms());
        let run = self.writer()?.exclusively(move |connection| {
            connection::write_transaction(connection, &path, |connection| {
                runs::check_hosts(connection, &path, now_ms)?;
                runs::recover_crashed_runs(connection, &path, now_ms)?;
                RegisteredRun::register(connection, &path, now_ms)
            })
        })?;
        Ok(Arc::clone(current.insert(Arc::new(run))))
    }

    fn forget_run(&self, ended: &Arc<RegisteredRun>) {
        let mut current = lock(&self.run);
        if current.as_ref().is_some_and(|run| Arc::ptr_eq(run, ended)) {
            *current = None;
        }
    }

    /// Books how an attempt ended and stores what is to be kept: both or neither. Returns when they are committed.
    ///
    /// # Errors
    /// If the archive cannot be written. The attempt stays open, and no further lease is granted.
    pub fn complete(
        &self,
        lease: Lease,
        ending: AttemptEnding,
        keep: Option<Keep<'_>>,
    ) -> Result<Option<AnswerId>, ArchiveError> {
        let keep = keep.as_ref().map(PackedAnswer::new);
        let completion = Completion { lease, now_ms: self.now_ms(), ending, keep };
        let result = self.write(move |connection| completion.execute(connection));
        // A commit into a deleted file succeeds, but stores nothing.
        let result = result.and_then(|id| self.check_identity().map(|()| id));
        if result.is_err() {
            self.has_failed.store(true, Ordering::SeqCst);
        }
        result
    }

    /// Deletes a lease under which nothing was sent. Nothing is booked.
    ///
    /// # Errors
    /// If the archive cannot be written. The attempt is booked as interrupted when the run ends.
    pub fn release(&self, lease: Lease) -> Result<(), ArchiveError> {
        self.write(move |connection| lease::release(connection, &lease))
    }

    /// Ends this run for all others: its open attempts are booked as interrupted and its lock file is removed.
    /// Dropping the archive does the same. A call that is still in flight can complete its lease afterwards.
    pub fn end_run(&self) {
        self.await_snapshots();
        let Some(run) = lock(&self.run).take() else { return };
        let (id, now_ms) = (run.id, self.now_ms());
        // If this fails, the rows stay open: the next run finds the lock free and books the same.
        if self.write(move |connection| runs::end_run(connection, id, now_ms)).is_ok() {
            runs::remove_lock(&self.path, &run.uid);
        }
    }

    /// What the user should be told and has not been told yet.
    pub fn take_notices(&self) -> Vec<ArchiveNotice> {
        std::mem::take(&mut lock(&self.notices))
    }

    fn remember(&self, notice: ArchiveNotice) {
        let mut notices = lock(&self.notices);
        if !notices.contains(&notice) {
            notices.push(notice);
        }
    }

    fn writer(&self) -> Result<&Writer, ArchiveError> {
        self.writer.as_ref().ok_or_else(|| ArchiveError::OpenedForReading { path: self.path.clone() })
    }

    /// Commits one change, together with others that arrive at the same time. The statements run again if the shared
    /// transaction fails.
    fn write<T: Send + 'static>(
        &self,
        mut statements: impl FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ArchiveError> {
        let path = self.path.clone();
        self.writer()?.write(move |connection| {
            statements(connection).map_err(|error| ArchiveError::from_sqlite(&path, &error))
        })
    }

    /// When an answer has to be received to be fresh: not in the future, unless any age is fresh.
    fn freshness(&self, not_before: Timestamp) -> RangeInclusive<i64> {
        let latest = if not_before == Timestamp::MIN { i64::MAX } else { self.now_ms() + CLOCK_TOLERANCE_MS };
        not_before.as_millisecond()..=latest
    }

    fn check_identity(&self) -> Result<(), ArchiveError> {
        if FileIdentity::of(&self.path) == self.identity {
            return Ok(());
        }
        Err(ArchiveError::Replaced { path: self.path.clone() })
    }

    fn now_ms(&self) -> i64 {
        (self.options.clock)().as_millisecond()
    }
}

impl Drop for Archive {
    fn drop(&mut self) {
        self.end_run();
    }
}

#[cfg(test)]
mod tests;
