//! The database under the archive: what the archive asks of each store.
//!
//! Every statement is written once, in the SQL that all stores share, with `?1`, `?2` … as parameters. Values have the
//! types of SQLite on every store. What the stores do not share is a method of [`Store`].

use super::error::{ArchiveError, ArchiveProblem};
use super::owner::RunOwner;
use crate::domain::text::Message;
use jiff::Timestamp;
use rusqlite::types::FromSql;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

pub(super) use rusqlite::types::Value;
pub(super) use rusqlite::{ToSql, params};

/// A connection on which statements are executed.
pub(super) trait Sql {
    /// Executes one statement; returns the number of changed rows.
    fn execute(&mut self, statement: &str, parameters: &[&dyn ToSql]) -> Result<u64, ArchiveError>;
    /// Executes one statement; returns its rows.
    fn query(&mut self, statement: &str, parameters: &[&dyn ToSql]) -> Result<Vec<SqlRow>, ArchiveError>;
    /// Executes an `INSERT` into a table with the column `id`; returns the number of the new row, `None` if there is none.
    fn insert(&mut self, statement: &str, parameters: &[&dyn ToSql]) -> Result<Option<i64>, ArchiveError>;
    /// Executes statements without parameters.
    fn execute_batch(&mut self, statements: &str) -> Result<(), ArchiveError>;

    /// Fails once the disk has been full: what is left is for what was bought already.
    fn check_room(&self) -> Result<(), ArchiveError> {
        Ok(())
    }

    /// Executes one statement; returns its first row.
    fn first(&mut self, statement: &str, parameters: &[&dyn ToSql]) -> Result<Option<SqlRow>, ArchiveError> {
        Ok(self.query(statement, parameters)?.into_iter().next())
    }
}

/// The statements of a transaction or a read. They run again if the first attempt has no effect.
pub(super) type Work<'a> = dyn FnMut(&mut dyn Sql) -> Result<(), ArchiveError> + 'a;

/// The connection of the writer thread.
pub(super) trait WriteConnection: Send {
    /// Executes one transaction: all or nothing. No other run writes meanwhile.
    fn transaction(&mut self, work: &mut Work<'_>) -> Result<(), ArchiveError>;

    /// Shows other runs that this one is alive, while there is nothing to write.
    fn renew_if_due(&mut self) {}

    /// Copies what is in a log into the database itself.
    fn checkpoint(&mut self) -> Result<(), ArchiveError> {
        Ok(())
    }
}

/// A database with the tables of the archive.
pub(super) trait Store: Send + Sync {
    /// The file, or the address without a password.
    fn location(&self) -> &Path;

    /// A moment of this machine's clock by the clock that all runs share: on a server, that of the server.
    fn time_of(&self, moment: Timestamp) -> Timestamp {
        moment
    }

    /// Reads. Other runs are not waited for, except by a transaction of this run that is under way.
    fn read(&self, work: &mut Work<'_>) -> Result<(), ArchiveError>;

    /// Fails if the file was deleted or replaced, so that a commit into it is lost.
    fn check_usable(&self) -> Result<(), ArchiveError> {
        Ok(())
    }

    /// Registers this run, after the dead runs are ended. Inside a transaction.
    fn register_run(
        &self,
        sql: &mut dyn Sql,
        owner: &RunOwner,
        now_ms: i64,
    ) -> Result<RegisteredRun, ArchiveError>;

    /// Whether the run that has not ended is alive. What a dead one left open is recorded by the next run.
    fn is_alive(&self, sql: &mut dyn Sql, uid: &str) -> Result<bool, ArchiveError>;

    /// Removes what showed that the run was alive.
    fn forget_run(&self, uid: &str);

    /// The outcome of what a dead run left open.
    fn outcome_of_crash(&self) -> &'static str;

    /// Statements that group the answers that belong to no snapshot.
    fn derive_snapshots(&self) -> &'static str;

    /// A statement that deletes the snapshots of which an answer is no longer stored.
    fn delete_broken_snapshots(&self) -> &'static str;

    /// Defects of the database itself.
    fn integrity(&self) -> Result<Vec<Message>, ArchiveError> {
        Ok(Vec::new())
    }

    /// Returns a little free space to the disk; the number of bytes, 0 at the end. Inside a transaction.
    fn return_space(&self, _sql: &mut dyn Sql) -> Result<u64, ArchiveError> {
        Ok(0)
    }

    /// Writes a copy of the database into an empty file.
    fn copy_into(&self, target: &Path) -> Result<(), ArchiveError>;
}

/// This run as others see it: alive until it is dropped.
pub(super) struct RegisteredRun {
    pub(super) id: i64,
    pub(super) uid: String,
    /// The highest sequence number of its attempts.
    pub(super) attempts: AtomicI64,
    /// Open for its lock only, if a locked file shows that the run is alive.
    pub(super) _lock: Option<std::fs::File>,
}

/// Reads a value.
pub(super) fn read<T>(
    store: &dyn Store,
    mut work: impl FnMut(&mut dyn Sql) -> Result<T, ArchiveError>,
) -> Result<T, ArchiveError> {
    let mut value = None;
    store.read(&mut |sql| {
        value = Some(work(sql)?);
        Ok(())
    })?;
    Ok(value.expect("a read that succeeds has run"))
}

/// The first column of the only row of a statement.
pub(super) fn value<T: FromSql>(
    sql: &mut dyn Sql,
    statement: &str,
    parameters: &[&dyn ToSql],
) -> Result<T, ArchiveError> {
    sql.first(statement, parameters)?.expect("a statement with one row").get(0)
}

/// One row of a result.
pub(super) struct SqlRow {
    values: Vec<Value>,
    archive: Arc<Path>,
}

impl SqlRow {
    pub(super) fn new(values: Vec<Value>, archive: Arc<Path>) -> Self {
        Self { values, archive }
    }

    /// One column, from 0. A value of another type is damage.
    pub(super) fn get<T: FromSql>(&self, column: usize) -> Result<T, ArchiveError> {
        T::column_result((&self.values[column]).into()).map_err(|_| self.damaged(column))
    }

    /// A moment: milliseconds since 1970 in UTC.
    pub(super) fn moment(&self, column: usize) -> Result<Timestamp, ArchiveError> {
        Timestamp::from_millisecond(self.get(column)?).map_err(|_| self.damaged(column))
    }

    /// A moment that may be missing.
    pub(super) fn optional_moment(&self, column: usize) -> Result<Option<Timestamp>, ArchiveError> {
        let is_present = self.values[column] != Value::Null;
        is_present.then(|| self.moment(column)).transpose()
    }

    /// The error of a column that does not hold what it should.
    pub(super) fn damaged(&self, column: usize) -> ArchiveError {
        let reason = format!("invalid value in column {column}: {:?}", self.values[column]);
        ArchiveError::because(ArchiveProblem::Corrupt, &self.archive, Message::verbatim(reason))
    }

    /// The first columns.
    pub(super) fn key(&self, columns: usize) -> Vec<Value> {
        self.values[..columns].to_vec()
    }

    /// All columns.
    pub(super) fn into_values(self) -> Vec<Value> {
        self.values
    }
}

/// The value of a parameter.
#[cfg(feature = "postgres")]
pub(super) fn value_of(parameter: &dyn ToSql) -> Option<Value> {
    use rusqlite::types::ToSqlOutput;
    match parameter.to_sql().ok()? {
        ToSqlOutput::Borrowed(value) => value.try_into().ok(),
        ToSqlOutput::Owned(value) => Some(value),
        _ => None,
    }
}

/// Stored values as the parameters of a statement.
pub(super) fn parameters(values: &[Value]) -> Vec<&dyn ToSql> {
    values.iter().map(|value| value as &dyn ToSql).collect()
}
