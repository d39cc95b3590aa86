//! Whose turn it is to buy a page: the claims of this run, and a look at those of all others.
//!
//! A run notes its claim in its file, then looks at the files of all others; it buys only where none of them has the
//! same. Of two that claim the same page at the same moment at least one sees the other and steps back, because each
//! writes before it looks. A claim is given up after its answer was committed, so that whoever finds no claim finds the
//! answer. New runs ring at the files of all who are there, and each asks its own bell before it looks.

use super::answer::{Attempt, Key};
use super::calls_file::{CallUnderWay, CallsFile};
use super::error::ArchiveError;
use super::liveness::{self, Life, Run};
use super::{Durability, booking};
use rusqlite::{Connection, params};
use std::path::{Path, PathBuf};
use std::sync::atomic::{Ordering, fence};

/// What became of a wish to buy.
pub(super) enum Claimed {
    /// The page is this run's to buy.
    Mine(Attempt),
    /// This run is buying it already.
    Here,
    /// The run with this `uid` has a claim, and may be dead.
    Elsewhere(String),
}

/// The claims of this run.
pub(super) struct Claims {
    run: Run,
    archive: PathBuf,
    durability: Durability,
    file: CallsFile,
    /// What stands in the places of the file, the first one in place 1.
    places: Vec<Option<CallUnderWay>>,
    /// Attempts whose end could not be booked: nobody is buying by them any more, but they stay in the file.
    lost: Vec<i64>,
    last_sequence: i64,
    last_bell: [u8; 8],
    others: Vec<(String, CallsFile)>,
}

impl Claims {
    /// Registers this run, books what dead ones left and rings at the living; also gives the dead ones, whose files
    /// are to be removed after the commit. Request inside an immediate transaction.
    pub(super) fn register(
        connection: &Connection,
        archive: &Path,
        durability: Durability,
        now_ms: i64,
    ) -> Result<(Self, Vec<String>), ArchiveError> {
        let dead = reap_all_dead(connection, archive, now_ms)?;
        let run = Run::register(connection, archive, now_ms)?;
        let file = CallsFile::create(&liveness::calls_path(archive, &run.uid))?;
        let mut claims = Self {
            run,
            archive: archive.to_owned(),
            durability,
            file,
            places: Vec::new(),
            lost: Vec::new(),
            last_sequence: 0,
            last_bell: [0; 8],
            others: Vec::new(),
        };
        claims.look_for_others()?;
        claims.others.retain(|(uid, _)| !dead.contains(uid));
        let mut bell = [0; 8];
        let who = claims.run.uid.as_bytes();
        bell.copy_from_slice(&who[..8]);
        claims
            .others
            .iter()
            .try_for_each(|(uid, _)| CallsFile::ring(&liveness::calls_path(archive, uid), bell))?;
        Ok((claims, dead))
    }

    fn look_for_others(&mut self) -> Result<(), ArchiveError> {
        self.others = files_of_runs(&self.archive)?;
        self.others.retain(|(uid, _)| *uid != self.run.uid);
        Ok(())
    }

    /// Claims a page, if nobody else has.
    pub(super) fn claim(
        &mut self,
        key: Key,
        provider: &'static str,
        now_ms: i64,
    ) -> Result<Claimed, ArchiveError> {
        if self
            .places
            .iter()
            .flatten()
            .any(|call| call.key == key.hash && !self.lost.contains(&call.sequence))
        {
            return Ok(Claimed::Here);
        }
        self.last_sequence += 1;
        let call = CallUnderWay {
            sequence: self.last_sequence,
            started_at_ms: now_ms,
            key: key.hash,
            provider: provider.to_owned(),
        };
        let place = self.places.iter().position(Option::is_none).unwrap_or(self.places.len());
        let noted = self.file.put(place + 1, &call).and_then(|()| match self.durability {
            Durability::PowerLoss => self.file.sync(),
            Durability::Kill => Ok(()),
        });
        if let Err(error) = noted {
            let _ = self.file.clear(place + 1);
            return Err(error);
        }
        if place == self.places.len() {
            self.places.push(None);
        }
        self.places[place] = Some(call);
        // What was written is to be seen before it is looked at what others have written.
        fence(Ordering::SeqCst);
        let attempt =
            Attempt { run: self.run.id, sequence: self.last_sequence, key, provider, started_at_ms: now_ms };
        let holder = self.holder(&attempt);
        if !matches!(holder, Ok(None)) {
            self.give_up(&attempt);
        }
        Ok(holder?.map_or(Claimed::Mine(attempt), Claimed::Elsewhere))
    }

    /// Another run that has a claim to the same.
    fn holder(&mut self, attempt: &Attempt) -> Result<Option<String>, ArchiveError> {
        let bell = self.file.bell()?;
        if bell != self.last_bell {
            self.look_for_others()?;
            self.last_bell = bell;
        }
        for (uid, file) in &self.others {
            if file.holds(attempt.key.hash)? {
                return Ok(Some(uid.clone()));
            }
        }
        Ok(None)
    }

    /// Looks no more at the claims of a run that is dead.
    pub(super) fn forget(&mut self, uid: &str) {
        self.others.retain(|(other, _)| other != uid);
    }

    /// Gives a claim up: its end is booked, or nothing was sent.
    pub(super) fn give_up(&mut self, attempt: &Attempt) {
        let place = self
            .places
            .iter()
            .position(|call| call.as_ref().is_some_and(|call| call.sequence == attempt.sequence));
        if let Some(place) = place
            && attempt.run == self.run.id
        {
            // A claim that cannot be cleared makes others wait until this run has ended.
            let _ = self.file.clear(place + 1);
            self.places[place] = None;
        }
    }

    /// Remembers that an attempt has ended whose end could not be booked.
    pub(super) fn lose(&mut self, attempt: &Attempt) {
        if attempt.run == self.run.id {
            self.lost.push(attempt.sequence);
        }
    }

    /// Ends this run for all others: what it has not finished is booked as interrupted. Request inside an immediate
    /// transaction, then [`Claims::leave`].
    pub(super) fn retire(&self, connection: &Connection, now_ms: i64) -> rusqlite::Result<()> {
        end_run(connection, self.run.id, self.places.iter().flatten(), now_ms)
    }

    /// Removes this run's files. Where that fails, the next run does it.
    pub(super) fn leave(self) {
        for place in 1..=self.places.len() {
            // Another run may hold the file open.
            let _ = self.file.clear(place);
        }
        self.run.leave(&self.archive);
    }
}

/// Books what a run left unfinished, and that it has ended. Request inside an immediate transaction.
fn end_run<'a>(
    connection: &Connection,
    run: i64,
    left: impl IntoIterator<Item = &'a CallUnderWay>,
    now_ms: i64,
) -> rusqlite::Result<()> {
    for call in left {
        booking::book_as_interrupted(connection, run, call, now_ms)?;
    }
    connection.execute("UPDATE runs SET ended_at = ?2 WHERE id = ?1", params![run, now_ms]).map(|_| ())
}

/// Books a dead run's unfinished attempts. Request inside an immediate transaction, and remove its files after the commit.
pub(super) fn reap_if_dead(
    connection: &Connection,
    archive: &Path,
    uid: &str,
    now_ms: i64,
) -> Result<Life, ArchiveError> {
    let failed = |error: rusqlite::Error| ArchiveError::from_sqlite(archive, &error);
    let life = liveness::life(archive, uid)?;
    if life == Life::Dead {
        let left = match CallsFile::open(&liveness::calls_path(archive, uid))? {
            Some(file) => file.calls()?,
            None => Vec::new(),
        };
        if let Some(run) = booking::run_of_uid(connection, uid).map_err(failed)? {
            end_run(connection, run, &left, now_ms).map_err(failed)?;
        }
    }
    Ok(life)
}

/// Books what dead runs left: those that are known, and files whose run died before it was. Gives the dead ones.
fn reap_all_dead(connection: &Connection, archive: &Path, now_ms: i64) -> Result<Vec<String>, ArchiveError> {
    let open_runs = || -> rusqlite::Result<Vec<String>> {
        let mut statement = connection.prepare("SELECT uid FROM runs WHERE ended_at IS NULL")?;
        statement.query_map([], |row| row.get(0))?.collect()
    };
    let known = open_runs().map_err(|error| ArchiveError::from_sqlite(archive, &error))?;
    let mut dead = Vec::new();
    for uid in &known {
        if reap_if_dead(connection, archive, uid, now_ms)? == Life::Dead {
            dead.push(uid.clone());
        } else {
            // Its bell has to be rung: while a run is alive, its notes are there.
            check_notes(archive, uid)?;
        }
    }
    for uid in liveness::runs_with_locks(archive)?.into_iter().chain(liveness::runs_with_calls(archive)?) {
        if !dead.contains(&uid) && reap_if_dead(connection, archive, &uid, now_ms)? == Life::Dead {
            dead.push(uid);
        }
    }
    Ok(dead)
}

/// Looks whether the file of a living run is there and is its own. Request inside an immediate transaction, where no run
/// is just registering.
fn check_notes(archive: &Path, uid: &str) -> Result<(), ArchiveError> {
    let path = liveness::calls_path(archive, uid);
    match CallsFile::open(&path)? {
        Some(file) => file.bell().map(|_| ()),
        None => Err(ArchiveError::from_io(&path, &std::io::ErrorKind::NotFound.into())),
    }
}

/// What runs have noted as under way, with the `uid` of each, living or dead. The end of the one or other may be
/// booked already.
pub(super) fn under_way(archive: &Path) -> Result<Vec<(String, Vec<CallUnderWay>)>, ArchiveError> {
    files_of_runs(archive)?.into_iter().map(|(uid, file)| Ok((uid, file.calls()?))).collect()
}

/// The file of every run that has one, with its `uid`.
fn files_of_runs(archive: &Path) -> Result<Vec<(String, CallsFile)>, ArchiveError> {
    let mut found = Vec::new();
    for uid in liveness::runs_with_calls(archive)? {
        if let Some(file) = CallsFile::open(&liveness::calls_path(archive, &uid))? {
            found.push((uid, file));
        }
    }
    Ok(found)
}
