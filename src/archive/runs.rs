//! Runs in the database, alike on every store.

use super::error::ArchiveError;
use super::options::RunOwner;
use super::store::{Sql, values};

/// Books the open attempts of a run and marks the run as ended. Inside a transaction.
pub(super) fn end_run(sql: &mut dyn Sql, run: i64, now_ms: i64, outcome: &str) -> Result<(), ArchiveError> {
    sql.execute(
        "UPDATE attempts SET finished_at = ?2, outcome = ?3, charged = 'unknown'
         WHERE run = ?1 AND finished_at IS NULL",
        values![run, now_ms, outcome],
    )?;
    sql.execute("UPDATE runs SET ended_at = ?2 WHERE id = ?1", values![run, now_ms]).map(|_| ())
}

/// The row of a new run; its number.
pub(super) fn insert_run(
    sql: &mut dyn Sql,
    uid: &str,
    owner: &RunOwner,
    now_ms: i64,
) -> Result<i64, ArchiveError> {
    let row = sql.first(
        "INSERT INTO runs (uid, started_at, host, pid, \"user\") VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id",
        values![uid, now_ms, &owner.host, std::process::id(), owner.user.as_ref()],
    )?;
    row.expect("an insertion returns its row").get(0)
}
