//! Runs in the database, alike on every store.

use super::error::ArchiveError;
use super::owner::RunOwner;
use super::store::{Sql, ToSql, params};

/// Records how the open attempts of a run ended, and marks the run as ended. Inside a transaction.
pub(super) fn end_run(sql: &mut dyn Sql, run: i64, now_ms: i64, outcome: &str) -> Result<(), ArchiveError> {
    sql.execute(
        "UPDATE attempts SET finished_at = ?2, outcome = ?3, charged = 'unknown'
         WHERE run = ?1 AND finished_at IS NULL",
        params![run, now_ms, outcome],
    )?;
    sql.execute("UPDATE runs SET ended_at = ?2 WHERE id = ?1", params![run, now_ms]).map(|_| ())
}

/// Inserts this run; returns its number.
pub(super) fn insert_run(
    sql: &mut dyn Sql,
    uid: &str,
    owner: &RunOwner,
    now_ms: i64,
) -> Result<i64, ArchiveError> {
    insert_if_new(sql, params![uid, now_ms, None::<i64>, owner.host, std::process::id(), owner.user])
}

/// Inserts a run unless it is known; returns its number. The columns begin with `uid`.
pub(super) fn insert_if_new(sql: &mut dyn Sql, columns: &[&dyn ToSql]) -> Result<i64, ArchiveError> {
    if let Some(known) = sql.first("SELECT id FROM runs WHERE uid = ?1", &columns[..1])? {
        return known.get(0);
    }
    let insertion = "INSERT INTO runs (uid, started_at, ended_at, host, pid, \"user\")
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    Ok(sql.insert(insertion, columns)?.expect("nothing conflicts"))
}
