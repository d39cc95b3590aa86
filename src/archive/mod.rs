//! The archive: every paid answer and every attempt to buy one, in one `SQLite` file.
//!
//! Owns the file, its schema, its locks and its ledger; rusqlite is used nowhere else. It does not decide what
//! may be bought, reused or repeated: it is asked. It holds no secret and no signature, because a
//! [`Request`] has none and the wire masks what vendors echo. Nothing here falls back: an archive that cannot be
//! used is an error.
//!
//! # Durability
//! The log is written ahead (WAL). What [`Archive::begin`] notes and [`Archive::finish`] commits is in the kernel's
//! hands when they return: it survives the end of the process in whatever way, SIGKILL included. A power
//! failure or a crash of the kernel may lose the last seconds, but never damages what was stored before: answers
//! bought in those seconds may be bought again. [`Durability::PowerLoss`] presses every note and every commit to
//! the disk, at the price of one flush for each note and one for each group of commits.
//!
//! # Several runs at once
//! A run registers when it begins its first attempt, and keeps two files beside the archive while it lives: one that
//! it holds locked, one with its calls under way. Before it buys, it notes its call there, looks whether a living run is
//! buying the same, and then for a fresh answer. Attempts of runs that died are booked as `interrupted`, charged
//! unknown.

mod answer;
mod body;
mod booking;
mod calls_file;
mod claims;
mod connection;
mod contents;
mod error;
mod files;
mod import;
mod ledger;
mod liveness;
mod merger;
mod schema;
mod upkeep;
mod writer;

pub use answer::{
    AnswerId, ArchiveNotice, Attempt, AttemptEnding, AttemptOutcome, Claim, Entry, EntryFilter, EntrySummary,
    Keep, Kept, StoredAnswer, outcome_in_words,
};
pub use body::Damage;
pub use contents::ExportSummary;
pub use error::ArchiveError;
pub use import::ImportSummary;
pub use ledger::UsageRow;
pub use upkeep::{PruneSummary, VerifyFinding, VerifySummary};

use crate::domain::request::{ProviderId, Request};
use crate::domain::text::message;
use crate::locking::lock;
use answer::{Key, KeyHash};
use booking::{Candidate, Finish, Packed};
use claims::{Claimed, Claims};
use connection::Readers;
use jiff::Timestamp;
use liveness::Life;
use schema::Version;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use writer::Writer;

/// What the archive is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// To buy: made where it is missing, brought to the current schema, and tried by a real write.
    ReadWrite,
    /// To look: it must exist, and nothing in it changes (an old schema excepted, which is brought up to date).
    ReadOnly,
}

/// What a stored answer survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// The end of the process in whatever way.
    #[default]
    Kill,
    /// A power failure too; each beginning and each group of commits waits for the disk.
    PowerLoss,
}

/// How an archive behaves.
#[derive(Debug, Clone, Copy)]
pub struct ArchiveOptions {
    /// What a stored answer survives.
    pub durability: Durability,
    /// The clock of the ledger.
    pub clock: fn() -> Timestamp,
}

impl Default for ArchiveOptions {
    fn default() -> Self {
        Self { durability: Durability::default(), clock: Timestamp::now }
    }
}

/// The store of paid answers and the ledger of attempts. Shared by threads behind an `Arc`.
pub struct Archive {
    // Closed in this order: the writer last, which may merge the log into the file.
    readers: Readers,
    writer: Option<Writer>,
    path: PathBuf,
    options: ArchiveOptions,
    /// Of this run, from its first wish to buy on. Taken before the desk where both are needed.
    claims: Mutex<Option<Claims>>,
    notices: Mutex<Vec<ArchiveNotice>>,
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
        let connection = connection::patiently(|| connection::open_writing(&path)).map_err(failed)?;
        schema::version(&connection, &path)?;
        let journal = connection::set_up_writing(&connection, options.durability).map_err(failed)?;
        if journal != "wal" {
            let reason = message!("it keeps a `{journal}` journal", "其日志模式为 `{journal}`");
            return Err(ArchiveError::Unsuitable { path, reason });
        }
        schema::migrate(&connection, &path)?;
        schema::check_health(&connection, &path)?;
        schema::check_writing(&connection, &path)?;
        files::check_room(&path)?;
        notices.extend(files::tighten(&path));
        notices.dedup();
        Ok(Self {
            readers: Readers::beside_a_writer(&path),
            writer: Some(Writer::new(connection, &path)),
            path,
            options,
            claims: Mutex::default(),
            notices: Mutex::new(notices),
        })
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
        Ok(Self { readers, writer: None, path, options, claims: Mutex::default(), notices: Mutex::default() })
    }

    /// Where it is: absolute and without links.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The newest undamaged answer to `call` that was received at `not_before` or later.
    ///
    /// Never waits for a writer. A stored answer whose digest is wrong counts as absent and is told by
    /// [`Archive::take_notices`].
    ///
    /// # Errors
    /// Where the archive cannot be read.
    pub fn find(&self, call: &Request, not_before: Timestamp) -> Result<Option<StoredAnswer>, ArchiveError> {
        self.find_by_key(Key::of(call).hash, not_before)
    }

    fn find_by_key(&self, key: KeyHash, not_before: Timestamp) -> Result<Option<StoredAnswer>, ArchiveError> {
        let not_before_ms = not_before.as_millisecond();
        let mut damaged = Vec::new();
        loop {
            let load = |connection: &_| Candidate::load(connection, key, not_before_ms, &damaged);
            let Some(candidate) = self.readers.with(load)? else { return Ok(None) };
            if let Some(answer) = self.judge(candidate, &mut damaged) {
                return Ok(Some(answer));
            }
        }
    }

    /// The answer, or `None` where it is damaged, which is remembered.
    fn judge(&self, candidate: Candidate, damaged: &mut Vec<AnswerId>) -> Option<StoredAnswer> {
        let id = candidate.id();
        candidate
            .into_answer()
            .map_err(|damage| {
                self.remember(ArchiveNotice::DamagedAnswer { id, damage });
                damaged.push(id);
            })
            .ok()
    }

    /// Asks for the right to buy the answer to `call`. Where it is granted, every other run sees the attempt before
    /// this returns. It looks for a fresh answer itself, so that a caller who expects none need not
    /// [`find`](Self::find) first.
    ///
    /// # Errors
    /// Where the archive cannot be written: nothing may be bought then.
    pub fn begin(&self, call: &Request, not_before: Timestamp) -> Result<Claim, ArchiveError> {
        let key = Key::of(call);
        let attempt = loop {
            match self.claim(key.clone(), call.provider)? {
                Claimed::Mine(attempt) => break attempt,
                Claimed::Here => return Ok(Claim::Busy),
                Claimed::Elsewhere(uid) if self.is_alive(&uid)? => return Ok(Claim::Busy),
                Claimed::Elsewhere(_) => {}
            }
        };
        let found = self.find_by_key(key.hash, not_before);
        if let (Ok(Some(_)) | Err(_), Some(claims)) = (&found, &mut *self.claims()) {
            claims.give_up(&attempt);
        }
        Ok(found?.map_or(Claim::Mine(attempt), Claim::Stored))
    }

    /// Whether a run is alive; one that is not is cleaned up after.
    fn is_alive(&self, uid: &str) -> Result<bool, ArchiveError> {
        // Most often it is alive, and that is seen without keeping anyone from writing.
        if liveness::life(&self.path, uid)? == Life::Alive {
            return Ok(true);
        }
        let life = {
            let desk = self.writer()?.desk();
            connection::in_transaction(&desk.connection, &self.path, |connection| {
                claims::reap_if_dead(connection, &self.path, uid, self.now_ms())
            })?
        };
        if life == Life::Dead {
            liveness::remove_files(&self.path, uid);
            if let Some(claims) = &mut *self.claims() {
                claims.forget(uid);
            }
        }
        Ok(life == Life::Alive)
    }

    fn claim(&self, key: Key, provider: ProviderId) -> Result<Claimed, ArchiveError> {
        let now_ms = self.now_ms();
        let mut claims = self.claims();
        let claims = match &mut *claims {
            Some(claims) => claims,
            none => none.insert(self.register(now_ms)?),
        };
        claims.claim(key, provider.as_str(), now_ms)
    }

    fn register(&self, now_ms: i64) -> Result<Claims, ArchiveError> {
        let desk = self.writer()?.desk();
        let (claims, dead) = connection::in_transaction(&desk.connection, &self.path, |connection| {
            Claims::register(connection, &self.path, self.options.durability, now_ms)
        })?;
        // What they left is booked for good only now.
        for uid in &dead {
            liveness::remove_files(&self.path, uid);
        }
        connection::trust_own_rows(&desk.connection)
            .map_err(|error| ArchiveError::from_sqlite(&self.path, &error))?;
        Ok(claims)
    }

    /// Books how an attempt ended and stores what is to be kept, both or neither.
    ///
    /// # Errors
    /// Where the archive cannot be written: the attempt then counts as unfinished.
    pub async fn finish(
        &self,
        attempt: Attempt,
        ending: AttemptEnding,
        keep: Option<Keep<'_>>,
    ) -> Result<Option<AnswerId>, ArchiveError> {
        let keep = keep.as_ref().map(Packed::new);
        let finish = Finish { attempt: attempt.clone(), now_ms: self.now_ms(), ending, keep };
        let booked = self.writer()?.submit(finish).await;
        if let Some(claims) = &mut *self.claims() {
            match &booked {
                Ok(_) => claims.give_up(&attempt),
                Err(_) => claims.lose(&attempt),
            }
        }
        booked
    }

    /// Gives up an attempt of which nothing was sent: it stands in no book.
    pub fn withdraw(&self, attempt: &Attempt) {
        if let Some(claims) = &mut *self.claims() {
            claims.give_up(attempt);
        }
    }

    /// Gives up an attempt that nobody will finish: whether it was charged is not known, and at the end of this run it is
    /// booked as interrupted. Others of this run may claim the same again.
    pub fn abandon(&self, attempt: &Attempt) {
        if let Some(claims) = &mut *self.claims() {
            claims.lose(attempt);
        }
    }

    /// Ends this run for all others: what it has not finished is booked as interrupted, and its files beside the
    /// archive go. Dropping does the same; this is for a run that must not wait for a call that hangs. Should that
    /// call still end, its ending is booked and its answer kept.
    pub fn end_run(&self) {
        let (Some(claims), Some(writer)) = (self.claims().take(), &self.writer) else { return };
        let desk = writer.desk();
        let retired = connection::in_transaction(&desk.connection, &self.path, |connection| {
            claims
                .retire(connection, self.now_ms())
                .map_err(|error| ArchiveError::from_sqlite(&self.path, &error))
        });
        // Where it failed, the notes stay: the next run finds the lock free and books the same.
        if retired.is_ok() {
            claims.leave();
        }
    }

    /// What the user should hear of and has not heard yet.
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

    fn claims(&self) -> MutexGuard<'_, Option<Claims>> {
        lock(&self.claims)
    }

    fn now_ms(&self) -> i64 {
        (self.options.clock)().as_millisecond()
    }
}

impl Drop for Archive {
    fn drop(&mut self) {
        self.end_run();
        if let Some(writer) = &self.writer {
            let desk = writer.desk();
            if desk.leaves_a_log {
                connection::leave_a_short_log(&desk.connection, &self.path);
            }
        }
    }
}

#[cfg(test)]
mod tests;
