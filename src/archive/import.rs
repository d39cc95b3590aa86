//! Import of another archive: its undamaged answers, its ledger, its snapshots and marks, each once; or of an export, which
//! has the answers only.

use super::answer::{ANSWER_COLUMNS, AnswerId, INTERRUPTED};
use super::error::{ArchiveError, ArchiveProblem};
use super::exported::{ExportLine, for_each_row, is_export};
use super::handle::Archive;
use super::lease::UPSERT_ATTEMPT;
use super::options::Access;
use super::runs;
use super::snapshot::{self, NewSnapshot};
use super::spool;
use super::sqlite::{SqliteStore, files};
use super::store::{Sql, SqlRow, Value, parameters, params, value};
use crate::domain::text::{Text, counted, message};
use std::path::Path;

/// Answers of one transaction.
const STEP: usize = 200;

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
            let reason = Text::new("an archive cannot be imported into itself", "不能将存档导入其自身");
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
        files::remove(path)?;
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
        let has_log = files::length_of(path, files::LOG) > 0;
        let is_empty = SqliteStore::open_as_it_is(path)?.version()? == 0;
        let other = if is_empty { None } else { Some(Self::open(path, Access::ReadOnly)?) };
        let lacks_answers = match &other {
            None => true,
            Some(other) => other.read(|sql| {
                let statement = "SELECT EXISTS (SELECT 1 FROM runs WHERE ended_at IS NULL)
                            AND (SELECT journal_mode FROM pragma_journal_mode) = 'wal' AND NOT ?1
                         OR EXISTS (SELECT 1 FROM runs) AND NOT EXISTS (SELECT 1 FROM answers)";
                value(sql, statement, params![has_log])
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
        if self.rows.len() < STEP { Ok(()) } else { self.insert_answers() }
    }

    /// Inserts the answers that are new.
    fn insert_answers(&mut self) -> Result<(), ArchiveError> {
        let rows = std::mem::take(&mut self.rows);
        let total = rows.len() as u64;
        let insertion = format!(
            "INSERT INTO answers ({ANSWER_COLUMNS}) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13
             WHERE NOT EXISTS (SELECT 1 FROM answers WHERE received_at = ?2 AND key_hash = ?1 AND sha256 = ?3)"
        );
        let added = self.execute_for_each(insertion, rows)?;
        self.summary.answers_added += added;
        self.summary.answers_known += total - added;
        Ok(())
    }

    /// Executes a statement with each row as its parameters, in one transaction; returns the number of changed rows.
    fn execute_for_each(&self, statement: String, rows: Vec<Vec<Value>>) -> Result<u64, ArchiveError> {
        self.archive.write(move |sql| {
            rows.iter().try_fold(0, |changed, row| Ok(changed + sql.execute(&statement, &parameters(row))?))
        })
    }

    fn add_archive(&mut self, other: &Archive) -> Result<(), ArchiveError> {
        other.read_in_steps(ANSWERS, vec![i64::MIN.into()], params![], |rows| {
            for row in rows {
                // When an archive is imported again, most answers are known. Their bodies are not read.
                if self.archive.read(|sql| sql.first(OWN_ANSWER, &parameters(&row.key(4)[1..])))?.is_some() {
                    self.summary.answers_known += 1;
                    continue;
                }
                let entry = other.entry(AnswerId(row.get(0)?))?;
                self.add_answer(entry.and_then(ExportLine::of).and_then(ExportLine::into_row))?;
            }
            Ok(())
        })?;
        self.insert_answers()?;
        let now_ms = self.archive.now_ms();
        for run in other.read(|sql| sql.query(RUNS, params![now_ms]))? {
            let (foreign_id, uid): (i64, String) = (run.get(0)?, run.get(1)?);
            let is_alive = other.read(|sql| other.store.is_alive(sql, &uid))?;
            let columns = run.into_values();
            let own_id =
                self.archive.write(move |sql| runs::insert_if_new(sql, &parameters(&columns[1..])))?;
            let others = params![foreign_id, now_ms, INTERRUPTED, is_alive, own_id];
            other
                .read_in_steps(ATTEMPTS, vec![i64::MIN.into()], others, |rows| self.insert_attempts(rows))?;
        }
        self.add_snapshots(other)?;
        other.read_in_steps(MARKS, vec![String::new().into(), 0.into()], params![], |rows| {
            let marks = rows.into_iter().map(|row| row.into_values().split_off(2)).collect();
            self.execute_for_each(INSERT_MARK.to_owned(), marks).map(|_| ())
        })
    }

    /// Adds the snapshots with the numbers that their answers have here.
    fn add_snapshots(&self, other: &Archive) -> Result<(), ArchiveError> {
        other.read_in_steps(SNAPSHOTS, vec![0.into()], params![], |rows| {
            let mut step = Vec::new();
            for row in rows {
                let snapshot = NewSnapshot {
                    provider: row.get(1)?,
                    question: row.get(2)?,
                    keyword: row.get(3)?,
                    kind: row.get(4)?,
                    endpoint: row.get(5)?,
                    pages: Vec::new(),
                    taken_at: Some(row.moment(6)?),
                    total: row.get::<Option<i64>>(7)?.map(i64::cast_unsigned),
                    records: row.get::<Option<i64>>(8)?.map(i64::cast_unsigned),
                    is_whole: row.get(9)?,
                };
                let pages = other.read(|sql| sql.query(PAGES, params![row.get::<String>(10)?]))?;
                step.push((snapshot, pages));
            }
            self.archive.write(move |sql| {
                step.iter_mut().try_for_each(|(snapshot, pages)| insert_snapshot(sql, snapshot, pages))
            })
        })
    }

    /// Inserts the attempts of a run that are new. A later import may know how an attempt ended that looked interrupted.
    fn insert_attempts(&mut self, rows: Vec<SqlRow>) -> Result<(), ArchiveError> {
        let total = rows.len() as u64;
        let attempts = rows.into_iter().map(|row| row.into_values().split_off(1)).collect();
        let insertion = format!(
            "{UPSERT_ATTEMPT} WHERE attempts.finished_at IS NULL
             OR (attempts.outcome IN ('interrupted', 'failed:uncertain')
                 AND excluded.outcome NOT IN ('interrupted', 'failed:uncertain'))"
        );
        let added = self.execute_for_each(insertion, attempts)?;
        self.summary.attempts_added += added;
        self.summary.attempts_known += total - added;
        Ok(())
    }

    /// Inserts the last answers, and groups those that belong to no snapshot.
    fn finish(mut self) -> Result<ImportSummary, ArchiveError> {
        self.insert_answers()?;
        let statements = self.archive.store.derive_snapshots();
        self.archive.write(move |sql| sql.execute_batch(statements))?;
        Ok(self.summary)
    }
}

/// Inserts a snapshot under the numbers that its answers have here. If one of them is missing, it is not whole.
fn insert_snapshot(
    sql: &mut dyn Sql,
    snapshot: &mut NewSnapshot,
    pages: &[SqlRow],
) -> Result<(), ArchiveError> {
    snapshot.pages.clear();
    for page in pages {
        match sql.first(OWN_ANSWER, &parameters(&page.key(3)))? {
            Some(answer) => snapshot.pages.push((page.get(3)?, AnswerId(answer.get(0)?))),
            None => snapshot.is_whole = Some(false),
        }
    }
    snapshot::insert(sql, None, snapshot)
}

/// The answers: the number of each, and the values that identify it in every archive.
const ANSWERS: &str = "SELECT id, key_hash, received_at, sha256 FROM answers WHERE id > ?1 ORDER BY id";

/// The number that an answer has here.
const OWN_ANSWER: &str = "SELECT id FROM answers WHERE key_hash = ?1 AND received_at = ?2 AND sha256 = ?3";

const RUNS: &str =
    "SELECT id, uid, started_at, coalesce(ended_at, ?1), host, pid, \"user\" FROM runs ORDER BY id";

/// The attempts of a run, each after its key and with the number that the run has here. An open one is left to a later
/// import if the run is alive, else it counts as interrupted.
const ATTEMPTS: &str = "SELECT sequence, ?6, sequence, key_hash, provider, started_at, coalesce(finished_at, ?3), \
     coalesce(outcome, ?4), coalesce(charged, 'unknown'), http_status, code, serial \
     FROM attempts WHERE sequence > ?1 AND run = ?2 AND (finished_at IS NOT NULL OR NOT ?5) \
     ORDER BY sequence";

const SNAPSHOTS: &str = "SELECT snapshots.id, provider, question, keyword, kind, endpoint, taken_at, total, records, \
     is_whole, pages FROM snapshots JOIN queries ON queries.id = query \
     WHERE snapshots.id > ?1 ORDER BY snapshots.id";

/// The values that identify the answers of a snapshot in every archive, and their pages. Columns of a missing answer
/// are NULL.
const PAGES: &str = "SELECT key_hash, received_at, sha256, page.value ->> 0 \
     FROM json_each(?1) AS page LEFT JOIN answers ON answers.id = page.value ->> 1 ORDER BY page.id";

/// The marks, each after its key.
const MARKS: &str = "SELECT name, query, name, provider, question, taken_at FROM marks JOIN queries ON queries.id = query \
     WHERE (name, query) > (?1, ?2) ORDER BY name, query";

/// A mark that is set here stays: what came after it was not reported here.
const INSERT_MARK: &str = "INSERT INTO marks (name, query, taken_at) \
     SELECT ?1, id, ?4 FROM queries WHERE provider = ?2 AND question = ?3 ON CONFLICT (name, query) DO NOTHING";
