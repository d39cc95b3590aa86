//! Import of another archive: its undamaged answers and its ledger, each once; or of an export.
//!
//! The other archive is only read. If its schema is old, a private copy is brought up to date first.

use super::error::{ArchiveError, ArchiveProblem};
use super::exported::{ExportLine, is_export};
use super::handle::Archive;
use super::imported_rows::{ImportSummary, STEP};
use super::lease::UPSERT_ATTEMPT;
use super::notice::ArchiveNotice;
use super::options::{Access, ArchiveOptions};
use super::runs;
use super::spool;
use super::sqlite::schema;
use super::sqlite::{SqliteStore, files};
use super::store::{Liveness, Row, Sql, Store as _, parameters, params, read};
use crate::domain::text::Text;
use std::fs;
use std::path::Path;

impl Archive {
    /// Merges the archive or the export at `other` into this archive. Importing it again adds nothing.
    ///
    /// # Errors
    /// If the other archive cannot be read, or this one cannot be written. What was imported until then stays.
    pub fn import(&self, other: &Path) -> Result<ImportSummary, ArchiveError> {
        let other = files::existing(other)?;
        let mut summary = ImportSummary::default();
        if other == self.path() {
            let reason = Text::new("an archive cannot be imported into itself", "不能将存档并入其自身");
            return Err(ArchiveError::because(ArchiveProblem::Inaccessible, &other, reason));
        }
        if is_export(&other) {
            self.import_export(&other, &mut summary)?;
            self.derive_snapshots()?;
            return Ok(summary);
        }
        let store = SqliteStore::open_as_it_is(&other)?;
        let version = store.version()?;
        self.warn_of_missing_answers(&store, version)?;
        match version {
            0 => {}
            schema::CURRENT => {
                self.merge(&Self::open(&other, Access::ReadOnly)?, &mut summary)?;
            }
            _ => {
                // Beside a file there is room for another; a server has no folder.
                let folder = match self.store.files().first().and_then(|file| file.parent()) {
                    Some(folder) => tempfile::tempdir_in(folder),
                    None => tempfile::tempdir(),
                };
                let folder = folder.map_err(|error| ArchiveError::from_io(self.path(), &error))?;
                self.merge(&copy_up_to_date(&store, folder.path(), self.options.clone())?, &mut summary)?;
            }
        }
        Ok(summary)
    }

    /// Stores what the spool keeps, and removes it. Storing it again adds nothing.
    ///
    /// # Errors
    /// If the archive cannot be written. The spool stays.
    pub(super) fn store_spool(&self, path: &Path) -> Result<(), ArchiveError> {
        if !path.exists() {
            return Ok(());
        }
        let _lock = spool::lock(path)?;
        // Another run may have stored it meanwhile.
        if !path.exists() {
            return Ok(());
        }
        let mut summary = ImportSummary::default();
        self.merge(&Self::open(path, Access::ReadOnly)?, &mut summary)?;
        spool::remove(path)?;
        let attempts = summary.attempts_added + summary.attempts_known;
        self.notices.add(ArchiveNotice::SpoolStored { attempts });
        Ok(())
    }

    /// Looks for signs that the other file was copied without its log.
    fn warn_of_missing_answers(&self, other: &SqliteStore, version: i64) -> Result<(), ArchiveError> {
        let path = other.location().to_owned();
        let has_log = fs::metadata(files::beside(&path, "-wal")).is_ok_and(|log| log.len() > 0);
        match version {
            0 if !has_log => self.notices.add(ArchiveNotice::ImportedWithoutLog { path }),
            2.. => {
                let (runs, open, answers) = read(other, count_runs)?;
                let journal =
                    read(other, |sql| sql.first("PRAGMA journal_mode", params![]))?.map(|row| row.get(0));
                let keeps_log = journal.transpose()?.is_some_and(|journal: String| journal == "wal");
                if open > 0 && keeps_log && !has_log {
                    self.notices.add(ArchiveNotice::ImportedWithoutLog { path });
                } else if runs > 0 && answers == 0 {
                    self.notices.add(ArchiveNotice::ImportedNoAnswers { path, runs });
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn merge(&self, other: &Self, summary: &mut ImportSummary) -> Result<(), ArchiveError> {
        let mut rows = Vec::new();
        other.for_each_id(|id| {
            match other.entry(id)?.and_then(ExportLine::of).and_then(ExportLine::into_row) {
                Some(row) => rows.push(row),
                None => summary.answers_damaged += 1,
            }
            if rows.len() < usize::from(STEP) {
                return Ok(());
            }
            self.insert_answers(std::mem::take(&mut rows), summary)
        })?;
        self.insert_answers(rows, summary)?;
        self.merge_ledger(other, summary)?;
        self.derive_snapshots()
    }

    fn merge_ledger(&self, other: &Self, summary: &mut ImportSummary) -> Result<(), ArchiveError> {
        let now_ms = self.now_ms();
        let foreign_runs = other.read(|sql| {
            let columns = "SELECT id, uid, started_at, coalesce(ended_at, ?1), host, pid, \"user\" FROM runs ORDER BY id";
            sql.query(columns, params![now_ms])
        })?;
        for run in foreign_runs {
            let (id, uid) = (run.get(0)?, run.get::<String>(1)?);
            let liveness = other.read(|sql| other.store.liveness(sql, &uid))?;
            let columns = run.into_values();
            let own_id = self.write(move |sql| runs::insert_if_new(sql, &parameters(&columns[1..])))?;
            self.merge_attempts(other, (id, liveness), own_id, summary)?;
        }
        Ok(())
    }

    /// Merges the attempts of one run. An open attempt is left to a later import if the run is alive, and else merged as
    /// interrupted.
    fn merge_attempts(
        &self,
        other: &Self,
        (foreign_id, liveness): (i64, Liveness),
        own_id: i64,
        summary: &mut ImportSummary,
    ) -> Result<(), ArchiveError> {
        let mut after = i64::MIN;
        loop {
            let (now_ms, crashed) = (self.now_ms(), other.store.dialect().outcome_of_crash);
            let rows = other.read(|sql| {
                let values = params![foreign_id, after, STEP, now_ms, crashed, liveness.is_alive()];
                sql.query(FINISHED_ATTEMPTS, values)
            })?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = last.get(0)?;
            let rows: Vec<_> = rows.into_iter().map(Row::into_values).collect();
            let (added, known) = self.write(move |sql| {
                let (mut added, mut known) = (0, 0);
                for row in &rows {
                    let booked = "SELECT 1 FROM attempts WHERE run = ?1 AND sequence = ?2";
                    let is_known = sql.first(booked, params![own_id, row[0]])?.is_some();
                    let merge = format!("{UPSERT_ATTEMPT} {UNLESS_KNOWN}");
                    sql.execute(&merge, &[params![own_id], &parameters(row)].concat())?;
                    *(if is_known { &mut known } else { &mut added }) += 1;
                }
                Ok((added, known))
            })?;
            summary.attempts_added += added;
            summary.attempts_known += known;
        }
    }
}

/// The attempts of a run after one with their sequence number. Open ones are left out if the run is alive.
const FINISHED_ATTEMPTS: &str = "SELECT sequence, key_hash, provider, started_at, coalesce(finished_at, ?4), \
     coalesce(outcome, ?5), coalesce(charged, 'unknown'), http_status, code, serial \
     FROM attempts WHERE run = ?1 AND sequence > ?2 AND (finished_at IS NOT NULL OR NOT ?6) \
     ORDER BY sequence LIMIT ?3";

/// A later import may know how an attempt ended that was merged as interrupted.
const UNLESS_KNOWN: &str = "WHERE attempts.finished_at IS NULL \
     OR (attempts.outcome IN ('interrupted', 'failed:uncertain') \
         AND excluded.outcome NOT IN ('interrupted', 'failed:uncertain'))";

/// All runs, those that did not end, and the answers.
fn count_runs(sql: &mut dyn Sql) -> Result<(u64, u64, u64), ArchiveError> {
    let row = sql.first(
        "SELECT (SELECT count(*) FROM runs), (SELECT count(*) FROM runs WHERE ended_at IS NULL),
                (SELECT count(*) FROM answers)",
        params![],
    )?;
    let row = row.expect("a query without a table has one row");
    let number = |column| row.get::<i64>(column).map(i64::cast_unsigned);
    Ok((number(0)?, number(1)?, number(2)?))
}

/// A copy of an old archive in `folder`, brought to the current schema.
fn copy_up_to_date(
    other: &SqliteStore,
    folder: &Path,
    options: ArchiveOptions,
) -> Result<Archive, ArchiveError> {
    let path = folder.join("copy.db");
    other.copy_with_files(&path)?;
    Archive::open_with(&path, Access::ReadWrite, options)
}
