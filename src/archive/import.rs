//! Merging another archive into this one: its undamaged answers and its ledger, each once.
//!
//! The other archive is only read. Where its schema is old, a private copy is brought up to date first.

use super::answer::AnswerId;
use super::connection::Readers;
use super::contents::load_entry;
use super::error::ArchiveError;
use super::liveness::{self, Life};
use super::schema::{self, Version};
use super::{Access, Archive, ArchiveOptions, booking, claims, files};
use crate::domain::text::Text;
use rusqlite::types::{FromSql, Value};
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use std::path::Path;

/// Rows in one transaction.
const STEP: u16 = 200;

/// What an import added.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportSummary {
    /// Answers that were new.
    pub answers_added: u64,
    /// Answers that were here already.
    pub answers_known: u64,
    /// Answers that are damaged over there and were left out.
    pub answers_damaged: u64,
    /// Attempts that were new in the ledger.
    pub attempts_added: u64,
    /// Attempts that were in the ledger already.
    pub attempts_known: u64,
}

/// The columns of `answers` that travel, in the order of the insertion.
const ANSWER_COLUMNS: &str = "key_hash, received_at, sha256, provider, form, endpoint, question, http_status, \
                              serial, finding, size, encoding, body";

impl Archive {
    /// Merges the archive at `other` into this one. Importing it again adds nothing.
    ///
    /// # Errors
    /// Where the other cannot be read, or this one cannot be written; what was merged until then stays.
    pub fn import(&self, other: &Path) -> Result<ImportSummary, ArchiveError> {
        let other = files::existing(other)?;
        let mut summary = ImportSummary::default();
        if other == self.path() {
            return Err(ArchiveError::Inaccessible {
                path: other,
                reason: Text::new("it is the archive that it would be merged into", "它就是要并入的存档本身")
                    .into(),
            });
        }
        let readers = Readers::open(&other)?;
        match readers.with(|connection| Ok(schema::version(connection, &other)))?? {
            Version::Empty => Ok(summary),
            Version::Schema(schema::CURRENT) => {
                let other = Self::open(&other, Access::ReadOnly)?;
                self.merge(&other, other.path(), &mut summary)?;
                Ok(summary)
            }
            Version::Schema(_) => {
                let folder = tempfile::tempdir_in(self.path().parent().unwrap_or(Path::new(".")))
                    .map_err(|error| ArchiveError::from_io(self.path(), &error))?;
                let copy = copy_up_to_date(&readers, folder.path(), self.options)?;
                self.merge(&copy, &other, &mut summary)?;
                Ok(summary)
            }
        }
    }

    /// `origin` is where the other archive's lock files are.
    fn merge(&self, other: &Self, origin: &Path, summary: &mut ImportSummary) -> Result<(), ArchiveError> {
        let mut ids = Vec::new();
        other.for_each_id(|id| {
            ids.push(id);
            if ids.len() < usize::from(STEP) {
                return Ok(());
            }
            self.merge_answers(other, &std::mem::take(&mut ids), summary)
        })?;
        self.merge_answers(other, &ids, summary)?;
        self.merge_ledger(other, origin, summary)
    }

    fn merge_answers(
        &self,
        other: &Self,
        ids: &[AnswerId],
        summary: &mut ImportSummary,
    ) -> Result<(), ArchiveError> {
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            match other.readers.with(|connection| undamaged_row(connection, *id))? {
                Some(row) => rows.push(row),
                None => summary.answers_damaged += 1,
            }
        }
        let added = self.alone(|connection| {
            let mut statement = connection.prepare_cached(&format!(
                "INSERT INTO answers ({ANSWER_COLUMNS}) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13
                 WHERE NOT EXISTS (SELECT 1 FROM answers INDEXED BY answers_by_time
                                   WHERE received_at = ?2 AND key_hash = ?1 AND sha256 = ?3)"
            ))?;
            let mut added = 0;
            for row in &rows {
                added += statement.execute(params_from_iter(row))? as u64;
            }
            Ok(added)
        })?;
        summary.answers_added += added;
        summary.answers_known += rows.len() as u64 - added;
        Ok(())
    }

    fn merge_ledger(
        &self,
        other: &Self,
        origin: &Path,
        summary: &mut ImportSummary,
    ) -> Result<(), ArchiveError> {
        let runs = other.readers.with(|connection| {
            connection
                .prepare("SELECT id, uid, started_at, ended_at FROM runs ORDER BY id")?
                .query_map([], ForeignRun::of_row)?
                .collect::<rusqlite::Result<Vec<_>>>()
        })?;
        for mut run in runs {
            run.ended_at.get_or_insert(self.now_ms());
            let own_id = self.alone(|connection| run.own_id(connection))?;
            self.merge_attempts(other, &run, own_id, summary)?;
        }
        self.merge_dead(origin, summary)
    }

    /// Books what dead runs over there left unfinished as interrupted; that of a living run waits for the next import.
    fn merge_dead(&self, origin: &Path, summary: &mut ImportSummary) -> Result<(), ArchiveError> {
        for (uid, calls) in claims::under_way(origin)? {
            if liveness::life(origin, &uid)? == Life::Alive {
                continue;
            }
            let now_ms = self.now_ms();
            let (added, known) = self.alone(|connection| {
                let Some(run) = booking::run_of_uid(connection, &uid)? else { return Ok((0, 0)) };
                let (mut added, mut known) = (0, 0);
                for call in &calls {
                    let is_new = booking::book_as_interrupted(connection, run, call, now_ms)?;
                    *(if is_new { &mut added } else { &mut known }) += 1;
                }
                Ok((added, known))
            })?;
            summary.attempts_added += added;
            summary.attempts_known += known;
        }
        Ok(())
    }

    fn merge_attempts(
        &self,
        other: &Self,
        run: &ForeignRun,
        own_id: i64,
        summary: &mut ImportSummary,
    ) -> Result<(), ArchiveError> {
        let mut after = i64::MIN;
        loop {
            let rows = other.readers.with(|connection| foreign_attempts(connection, run.id, after))?;
            let Some(Some(Value::Integer(last))) = rows.last().map(|row| row.first()) else { return Ok(()) };
            after = *last;
            let (added, known) = self.alone(|connection| {
                let mut statement = connection.prepare_cached(MERGE_ATTEMPT)?;
                let (mut added, mut known) = (0, 0);
                for row in &rows {
                    let sequence = i64::column_result((&row[0]).into())?;
                    let is_known = booking::is_booked(connection, own_id, sequence)?;
                    let mut values = vec![Value::Integer(own_id)];
                    values.extend(row.iter().cloned());
                    statement.execute(params_from_iter(values))?;
                    *(if is_known { &mut known } else { &mut added }) += 1;
                }
                Ok((added, known))
            })?;
            summary.attempts_added += added;
            summary.attempts_known += known;
        }
    }
}

/// A later import may know how an attempt ended that looked interrupted before.
const MERGE_ATTEMPT: &str = "INSERT INTO attempts (run, sequence, key_hash, provider, started_at, finished_at, \
     outcome, charged, http_status, code, serial) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
     ON CONFLICT (run, sequence) DO UPDATE SET finished_at = excluded.finished_at, outcome = excluded.outcome, \
     charged = excluded.charged, http_status = excluded.http_status, code = excluded.code, serial = excluded.serial \
     WHERE attempts.outcome = 'interrupted' AND excluded.outcome <> 'interrupted'";

struct ForeignRun {
    id: i64,
    uid: String,
    started_at: i64,
    ended_at: Option<i64>,
}

impl ForeignRun {
    fn of_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { id: row.get(0)?, uid: row.get(1)?, started_at: row.get(2)?, ended_at: row.get(3)? })
    }

    /// Its number in this archive; entered as ended where it is new.
    fn own_id(&self, connection: &Connection) -> rusqlite::Result<i64> {
        if let Some(id) = booking::run_of_uid(connection, &self.uid)? {
            return Ok(id);
        }
        connection.execute(
            "INSERT INTO runs (uid, started_at, ended_at) VALUES (?1, ?2, ?3)",
            params![self.uid, self.started_at, self.ended_at],
        )?;
        Ok(connection.last_insert_rowid())
    }
}

fn undamaged_row(connection: &Connection, id: AnswerId) -> rusqlite::Result<Option<Vec<Value>>> {
    if load_entry(connection, id)?.is_none_or(|entry| entry.body.is_err()) {
        return Ok(None);
    }
    connection
        .prepare_cached(&format!("SELECT {ANSWER_COLUMNS} FROM answers WHERE id = ?1"))?
        .query_row([id.0], all_values)
        .optional()
}

fn foreign_attempts(connection: &Connection, run: i64, after: i64) -> rusqlite::Result<Vec<Vec<Value>>> {
    connection
        .prepare_cached(
            "SELECT sequence, key_hash, provider, started_at, finished_at, outcome, charged, http_status, code, serial
             FROM attempts WHERE run = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3",
        )?
        .query_map([run, after, i64::from(STEP)], all_values)?
        .collect()
}

fn all_values(row: &rusqlite::Row<'_>) -> rusqlite::Result<Vec<Value>> {
    (0..row.as_ref().column_count()).map(|column| row.get(column)).collect()
}

/// A copy of an old archive in `folder`, at the current schema.
fn copy_up_to_date(
    readers: &Readers,
    folder: &Path,
    options: ArchiveOptions,
) -> Result<Archive, ArchiveError> {
    let path = folder.join("copy.db");
    files::create_private(&path).map_err(|error| ArchiveError::from_io(&path, &error))?;
    let target = path.to_string_lossy().into_owned();
    readers.with(|connection| connection.execute("VACUUM INTO ?1", [&target]))?;
    Archive::open_with(&path, Access::ReadWrite, options)
}
