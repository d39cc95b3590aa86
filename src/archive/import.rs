//! Import of another archive: its undamaged answers and its ledger, each once; or of an export.

use super::answer::{ANSWER_COLUMNS, INTERRUPTED};
use super::error::{ArchiveError, ArchiveProblem};
use super::exported::{ExportLine, for_each_row, is_export};
use super::handle::Archive;
use super::lease::UPSERT_ATTEMPT;
use super::options::Access;
use super::runs;
use super::spool;
use super::sqlite::{SqliteStore, files};
use super::store::{Row, Value, parameters, params};
use crate::domain::text::{Text, counted, message};
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
    /// Attempts that were new in the ledger, or whose end was.
    pub attempts_added: u64,
    /// Attempts that were in the ledger already.
    pub attempts_known: u64,
}

impl Archive {
    /// Merges the archive or the export at `other` into this archive. Importing it again adds nothing.
    ///
    /// The other archive is only read, except that an old schema is brought up to date.
    ///
    /// # Errors
    /// If the other archive cannot be read, or this one cannot be written. What was imported until then stays.
    pub fn import(&self, other: &Path) -> Result<ImportSummary, ArchiveError> {
        let other = files::existing(other)?;
        if other == self.path() {
            let reason = Text::new("an archive cannot be imported into itself", "不能将存档并入其自身");
            return Err(ArchiveError::because(ArchiveProblem::Inaccessible, &other, reason));
        }
        let mut import = Import::into(self);
        if is_export(&other) {
            for_each_row(&other, |row| import.add_answer(row))?;
        } else if let Some(other) = self.open_other(&other)? {
            import.add_archive(&other)?;
        }
        import.finish()
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
        let mut import = Import::into(self);
        import.add_archive(&Self::open(path, Access::ReadOnly)?)?;
        let summary = import.finish()?;
        spool::remove(path)?;
        let attempts = summary.attempts_added + summary.attempts_known;
        self.notices.add(message!(
            "stored {count} on the server that an earlier connection failure had kept back",
            "已将此前因连接中断而暂存的 {attempts} 次调用存入服务器",
            count = counted(attempts, "attempt", "attempts")
        ));
        Ok(())
    }

    /// Opens the other archive; `None` for an empty file. Looks for signs that the file was copied without its log.
    fn open_other(&self, path: &Path) -> Result<Option<Self>, ArchiveError> {
        let has_log = files::has_log(path);
        let is_empty = SqliteStore::open_as_it_is(path)?.version()? == 0;
        let other = if is_empty { None } else { Some(Self::open(path, Access::ReadOnly)?) };
        let lacks_answers = match &other {
            None => true,
            Some(other) => other.read(|sql| {
                let row = sql.first(
                    "SELECT EXISTS (SELECT 1 FROM runs WHERE ended_at IS NULL)
                            AND (SELECT journal_mode FROM pragma_journal_mode) = 'wal' AND NOT ?1
                         OR EXISTS (SELECT 1 FROM runs) AND NOT EXISTS (SELECT 1 FROM answers)",
                    params![has_log],
                )?;
                row.expect("a query without a table has one row").get(0)
            })?,
        };
        if lacks_answers {
            self.notices.add(message!(
                "{path} may lack answers: check that its log {path}-wal was copied with it, then import again",
                "{path} 可能缺少应答：请确认已一并复制其日志 {path}-wal，然后重新导入",
                path = path.display()
            ));
        }
        Ok(other)
    }
}

/// An import in progress.
struct Import<'a> {
    archive: &'a Archive,
    /// Answers that are not inserted yet.
    rows: Vec<Vec<Value>>,
    summary: ImportSummary,
}

impl<'a> Import<'a> {
    fn into(archive: &'a Archive) -> Self {
        Self { archive, rows: Vec::new(), summary: ImportSummary::default() }
    }

    /// Adds a row of `answers`; `None` if it is damaged.
    fn add_answer(&mut self, row: Option<Vec<Value>>) -> Result<(), ArchiveError> {
        match row {
            Some(row) => self.rows.push(row),
            None => self.summary.answers_damaged += 1,
        }
        if self.rows.len() < usize::from(STEP) { Ok(()) } else { self.insert_answers() }
    }

    /// Inserts the answers that are new.
    fn insert_answers(&mut self) -> Result<(), ArchiveError> {
        let rows = std::mem::take(&mut self.rows);
        let total = rows.len() as u64;
        let added = self.archive.write(move |sql| {
            let insertion = format!(
                "INSERT INTO answers ({ANSWER_COLUMNS}) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13
                 WHERE NOT EXISTS (SELECT 1 FROM answers WHERE received_at = ?2 AND key_hash = ?1 AND sha256 = ?3)"
            );
            rows.iter().try_fold(0, |added, row| Ok(added + sql.execute(&insertion, &parameters(row))?))
        })?;
        self.summary.answers_added += added;
        self.summary.answers_known += total - added;
        Ok(())
    }

    fn add_archive(&mut self, other: &Archive) -> Result<(), ArchiveError> {
        other.for_each_id(|id| {
            let entry = other.entry(id)?;
            self.add_answer(entry.and_then(ExportLine::of).and_then(ExportLine::into_row))
        })?;
        let now_ms = self.archive.now_ms();
        for run in other.read(|sql| sql.query(RUNS, params![now_ms]))? {
            let (foreign_id, uid): (i64, String) = (run.get(0)?, run.get(1)?);
            let is_alive = other.read(|sql| other.store.is_alive(sql, &uid))?;
            let columns = run.into_values();
            let own_id =
                self.archive.write(move |sql| runs::insert_if_new(sql, &parameters(&columns[1..])))?;
            let mut after = i64::MIN;
            loop {
                let values = params![foreign_id, after, STEP, now_ms, INTERRUPTED, is_alive];
                let rows = other.read(|sql| sql.query(ATTEMPTS, values))?;
                let Some(last) = rows.last() else { break };
                after = last.get(0)?;
                self.insert_attempts(own_id, rows)?;
            }
        }
        Ok(())
    }

    /// Inserts the attempts of a run that are new. A later import may know how an attempt ended that looked interrupted.
    fn insert_attempts(&mut self, own_id: i64, rows: Vec<Row>) -> Result<(), ArchiveError> {
        let total = rows.len() as u64;
        let rows: Vec<_> = rows.into_iter().map(Row::into_values).collect();
        let added = self.archive.write(move |sql| {
            let insertion = format!(
                "{UPSERT_ATTEMPT} WHERE attempts.finished_at IS NULL
                 OR (attempts.outcome IN ('interrupted', 'failed:uncertain')
                     AND excluded.outcome NOT IN ('interrupted', 'failed:uncertain'))"
            );
            let columns = |row| [params![own_id], &parameters(row)].concat();
            rows.iter().try_fold(0, |added, row| Ok(added + sql.execute(&insertion, &columns(row))?))
        })?;
        self.summary.attempts_added += added;
        self.summary.attempts_known += total - added;
        Ok(())
    }

    /// Inserts the last answers, and groups those that belong to no snapshot.
    fn finish(mut self) -> Result<ImportSummary, ArchiveError> {
        self.insert_answers()?;
        let statements = self.archive.store.dialect().derive_snapshots;
        self.archive.write(move |sql| sql.execute_batch(statements))?;
        Ok(self.summary)
    }
}

const RUNS: &str =
    "SELECT id, uid, started_at, coalesce(ended_at, ?1), host, pid, \"user\" FROM runs ORDER BY id";

/// The attempts of a run after one with their sequence number. An open one is left to a later import if the run is alive,
/// else it counts as interrupted.
const ATTEMPTS: &str = "SELECT sequence, key_hash, provider, started_at, coalesce(finished_at, ?4), \
     coalesce(outcome, ?5), coalesce(charged, 'unknown'), http_status, code, serial \
     FROM attempts WHERE run = ?1 AND sequence > ?2 AND (finished_at IS NOT NULL OR NOT ?6) \
     ORDER BY sequence LIMIT ?3";
