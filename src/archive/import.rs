//! Import of another archive: its undamaged answers and its ledger, each once.
//!
//! The other archive is only read. If its schema is old, a private copy is brought up to date first.

use super::answer::{AnswerId, ArchiveNotice, INTERRUPTED};
use super::backup::copy_into;
use super::connection::Readers;
use super::entries::load_entry;
use super::error::ArchiveError;
use super::schema::{self, Version};
use super::{Access, Archive, ArchiveOptions, files, in_flight_files, runs, snapshot};
use crate::domain::text::Text;
use rusqlite::types::{FromSql, Value};
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use std::fs;
use std::path::Path;

/// Rows of one transaction.
const STEP: u16 = 200;

/// The result of an import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportSummary {
    /// Answers that were new.
    pub answers_added: u64,
    /// Answers that this archive had already.
    pub answers_known: u64,
    /// Damaged answers that were left out.
    pub answers_damaged: u64,
    /// Attempts that were new in the ledger.
    pub attempts_added: u64,
    /// Attempts that were in the ledger already.
    pub attempts_known: u64,
}

/// The columns of `answers`, in the order of the insertion.
const ANSWER_COLUMNS: &str = "key_hash, received_at, sha256, provider, form, endpoint, question, http_status, \
                              serial, finding, size, encoding, body";

impl Archive {
    /// Merges the archive at `other` into this one. Importing it again adds nothing.
    ///
    /// # Errors
    /// If the other archive cannot be read, or this one cannot be written. What was imported until then stays.
    pub fn import(&self, other: &Path) -> Result<ImportSummary, ArchiveError> {
        let other = files::existing(other)?;
        let mut summary = ImportSummary::default();
        if other == self.path() {
            return Err(ArchiveError::Inaccessible {
                path: other,
                reason: Text::new("an archive cannot be imported into itself", "不能将存档并入其自身").into(),
            });
        }
        let readers = Readers::open(&other)?;
        self.warn_of_missing_answers(&readers, &other)?;
        match readers.with(|connection| Ok(schema::version(connection, &other)))?? {
            Version::Empty => {}
            Version::Schema(schema::CURRENT) => {
                self.merge(&Self::open(&other, Access::ReadOnly)?, &mut summary)?;
            }
            Version::Schema(_) => {
                let folder = tempfile::tempdir_in(self.path().parent().unwrap_or(Path::new(".")))
                    .map_err(|error| ArchiveError::from_io(self.path(), &error))?;
                let copy = copy_up_to_date(&readers, &other, folder.path(), self.options)?;
                self.merge(&copy, &mut summary)?;
            }
        }
        Ok(summary)
    }

    /// Looks for signs that the other file was copied without its log.
    fn warn_of_missing_answers(&self, readers: &Readers, other: &Path) -> Result<(), ArchiveError> {
        let path = other.to_owned();
        let has_log = fs::metadata(files::beside(other, "-wal")).is_ok_and(|log| log.len() > 0);
        match readers.with(|connection| Ok(schema::version(connection, other)))?? {
            Version::Empty if !has_log => self.remember(ArchiveNotice::ImportedWithoutLog { path }),
            Version::Schema(2..) => {
                let (runs, open, answers) = readers.with(count_runs)?;
                let keeps_log = readers.with(|connection| {
                    connection
                        .query_row("PRAGMA journal_mode", [], |row| Ok(row.get::<_, String>(0)? == "wal"))
                })?;
                if open > 0 && keeps_log && !has_log {
                    self.remember(ArchiveNotice::ImportedWithoutLog { path });
                } else if runs > 0 && answers == 0 {
                    self.remember(ArchiveNotice::ImportedNoAnswers { path, runs });
                }
            }
            Version::Empty | Version::Schema(_) => {}
        }
        Ok(())
    }

    fn merge(&self, other: &Self, summary: &mut ImportSummary) -> Result<(), ArchiveError> {
        let mut ids = Vec::new();
        other.for_each_id(|id| {
            ids.push(id);
            if ids.len() < usize::from(STEP) {
                return Ok(());
            }
            self.merge_answers(other, &std::mem::take(&mut ids), summary)
        })?;
        self.merge_answers(other, &ids, summary)?;
        self.merge_ledger(other, summary)?;
        self.write(|connection| connection.execute_batch(snapshot::DERIVE_SNAPSHOTS))
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
        let total = rows.len() as u64;
        let added = self.write(move |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "INSERT INTO answers ({ANSWER_COLUMNS}) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13
                 WHERE NOT EXISTS (SELECT 1 FROM answers INDEXED BY answers_by_time
                                   WHERE received_at = ?2 AND key_hash = ?1 AND sha256 = ?3)"
            ))?;
            rows.iter().try_fold(0, |added, row| Ok(added + statement.execute(params_from_iter(row))? as u64))
        })?;
        summary.answers_added += added;
        summary.answers_known += total - added;
        Ok(())
    }

    fn merge_ledger(&self, other: &Self, summary: &mut ImportSummary) -> Result<(), ArchiveError> {
        let foreign_runs = other.readers.with(|connection| {
            connection
                .prepare("SELECT id, uid, started_at, ended_at, host, pid, user FROM runs ORDER BY id")?
                .query_map([], ForeignRun::of_row)?
                .collect::<rusqlite::Result<Vec<_>>>()
        })?;
        for mut run in foreign_runs {
            run.is_alive = runs::is_process_alive(other.path(), &run.uid)?;
            let now_ms = self.now_ms();
            run.ended_at.get_or_insert(now_ms);
            let this_run = run.clone();
            let own_id = self.write(move |connection| this_run.own_id(connection))?;
            self.merge_attempts(other, &run, own_id, summary)?;
        }
        Ok(())
    }

    /// Merges the attempts of one run. An open attempt is left to a later import if the run is alive, and else merged as
    /// interrupted.
    fn merge_attempts(
        &self,
        other: &Self,
        run: &ForeignRun,
        own_id: i64,
        summary: &mut ImportSummary,
    ) -> Result<(), ArchiveError> {
        let mut after = i64::MIN;
        loop {
            let rows =
                other.readers.with(|connection| run.finished_attempts(connection, after, self.now_ms()))?;
            let Some(Some(Value::Integer(last))) = rows.last().map(|row| row.first()) else { return Ok(()) };
            after = *last;
            let (added, known) = self.write(move |connection| {
                let mut statement = connection.prepare_cached(MERGE_ATTEMPT)?;
                let (mut added, mut known) = (0, 0);
                for row in &rows {
                    let sequence = i64::column_result((&row[0]).into())?;
                    let is_known = is_booked(connection, own_id, sequence)?;
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

/// A later import may know how an attempt ended that was merged as interrupted.
const MERGE_ATTEMPT: &str = "INSERT INTO attempts (run, sequence, key_hash, provider, started_at, finished_at, \
     outcome, charged, http_status, code, serial) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
     ON CONFLICT (run, sequence) DO UPDATE SET finished_at = excluded.finished_at, outcome = excluded.outcome, \
     charged = excluded.charged, http_status = excluded.http_status, code = excluded.code, serial = excluded.serial \
     WHERE attempts.outcome = 'interrupted' AND excluded.outcome <> 'interrupted'";

#[derive(Clone)]
struct ForeignRun {
    id: i64,
    uid: String,
    started_at: i64,
    ended_at: Option<i64>,
    host: Option<String>,
    pid: Option<u32>,
    user: Option<String>,
    is_alive: bool,
}

impl ForeignRun {
    fn of_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            uid: row.get(1)?,
            started_at: row.get(2)?,
            ended_at: row.get(3)?,
            host: row.get(4)?,
            pid: row.get(5)?,
            user: row.get(6)?,
            is_alive: false,
        })
    }

    /// The number of the run in this archive; inserted if it is new.
    fn own_id(&self, connection: &Connection) -> rusqlite::Result<i64> {
        let known = connection
            .prepare_cached("SELECT id FROM runs WHERE uid = ?1")?
            .query_row([&self.uid], |row| row.get(0))
            .optional()?;
        if let Some(id) = known {
            return Ok(id);
        }
        connection.execute(
            "INSERT INTO runs (uid, started_at, ended_at, host, pid, user) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![self.uid, self.started_at, self.ended_at, self.host, self.pid, self.user],
        )?;
        Ok(connection.last_insert_rowid())
    }

    /// The next attempts after the one with the sequence number `after`, with open ones as interrupted or left out.
    fn finished_attempts(
        &self,
        connection: &Connection,
        after: i64,
        now_ms: i64,
    ) -> rusqlite::Result<Vec<Vec<Value>>> {
        connection
            .prepare_cached(
                "SELECT sequence, key_hash, provider, started_at, coalesce(finished_at, ?4), coalesce(outcome, ?5),
                        coalesce(charged, 'unknown'), http_status, code, serial
                 FROM attempts WHERE run = ?1 AND sequence > ?2 AND (finished_at IS NOT NULL OR NOT ?6)
                 ORDER BY sequence LIMIT ?3",
            )?
            .query_map(params![self.id, after, STEP, now_ms, INTERRUPTED, self.is_alive], all_values)?
            .collect()
    }
}

fn is_booked(connection: &Connection, run: i64, sequence: i64) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT 1 FROM attempts WHERE run = ?1 AND sequence = ?2")?
        .exists(params![run, sequence])
}

/// All runs, those that did not end, and the answers.
fn count_runs(connection: &Connection) -> rusqlite::Result<(u64, u64, u64)> {
    connection.query_row(
        "SELECT (SELECT count(*) FROM runs), (SELECT count(*) FROM runs WHERE ended_at IS NULL),
                (SELECT count(*) FROM answers)",
        [],
        |row| {
            let number = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
            Ok((number(0)?, number(1)?, number(2)?))
        },
    )
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

fn all_values(row: &rusqlite::Row<'_>) -> rusqlite::Result<Vec<Value>> {
    (0..row.as_ref().column_count()).map(|column| row.get(column)).collect()
}

/// A copy of an old archive in `folder`, brought to the current schema.
fn copy_up_to_date(
    readers: &Readers,
    other: &Path,
    folder: &Path,
    options: ArchiveOptions,
) -> Result<Archive, ArchiveError> {
    let path = folder.join("copy.db");
    files::create_private(&path).map_err(|error| ArchiveError::from_io(&path, &error))?;
    readers.with(|connection| copy_into(connection, &path))?;
    in_flight_files::copy(other, &path)?;
    Archive::open_with(&path, Access::ReadWrite, options)
}
