//! The database under the archive: what the archive asks of each store.
//!
//! Every statement is written once, in the SQL that all stores share, with `?1`, `?2` … as parameters. What they do not
//! share is a method of [`Store`].

use super::error::{ArchiveError, ArchiveProblem};
use super::owner::RunOwner;
use crate::domain::text::Message;
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A connection on which statements are executed.
pub(super) trait Sql {
    /// Executes one statement; returns the number of changed rows.
    fn execute(&mut self, statement: &str, values: &[Value]) -> Result<u64, ArchiveError>;
    /// Executes one statement; returns its rows.
    fn query(&mut self, statement: &str, values: &[Value]) -> Result<Vec<Row>, ArchiveError>;
    /// Executes statements without parameters.
    fn execute_batch(&mut self, statements: &str) -> Result<(), ArchiveError>;

    /// Executes one statement; returns its first row.
    fn first(&mut self, statement: &str, values: &[Value]) -> Result<Option<Row>, ArchiveError> {
        Ok(self.query(statement, values)?.into_iter().next())
    }
}

/// The statements of a transaction or a read. They run again if the first attempt has no effect.
pub(super) type Work<'a> = dyn FnMut(&mut dyn Sql) -> Result<(), ArchiveError> + 'a;

/// The connection of the writer thread.
pub(super) trait WriteConnection: Send {
    /// Executes one transaction: all or nothing. No other run writes meanwhile.
    fn transaction(&mut self, work: &mut Work<'_>) -> Result<(), ArchiveError>;

    /// How often [`WriteConnection::renew`] is due while there is nothing to write.
    fn renewal_interval(&self) -> Option<Duration> {
        None
    }

    /// Shows other runs that this one is alive.
    fn renew(&mut self) {}

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

    /// Reads. Does not wait for a writer.
    fn read(&self, work: &mut Work<'_>) -> Result<(), ArchiveError>;

    /// Fails if nothing may be bought, because the database may not keep it.
    fn check_usable(&self) -> Result<(), ArchiveError>;

    /// Registers this run, after the dead runs are ended. Inside a transaction.
    fn register_run(
        &self,
        sql: &mut dyn Sql,
        owner: &RunOwner,
        now_ms: i64,
    ) -> Result<RegisteredRun, ArchiveError>;

    /// Whether the run that has not ended is alive.
    fn liveness(&self, sql: &mut dyn Sql, uid: &str) -> Result<Liveness, ArchiveError>;

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

    /// The files of the database, none of which may be overwritten.
    fn files(&self) -> Vec<PathBuf> {
        Vec::new()
    }
}

/// Whether a run that has not ended is alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Liveness {
    /// What it left open is booked by the next run.
    Dead,
    /// It may still buy; on a server, until this time unless it renews its lease.
    Alive { until: Option<Timestamp> },
}

impl Liveness {
    pub(super) const fn is_alive(self) -> bool {
        matches!(self, Self::Alive { .. })
    }
}

/// This run as others see it: alive until it is dropped.
pub(super) struct RegisteredRun {
    pub(super) id: i64,
    pub(super) uid: String,
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

/// A parameter of a statement, or a column of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

/// One row of a result.
pub(super) struct Row {
    values: Vec<Value>,
    archive: Arc<Path>,
}

impl Row {
    pub(super) fn new(values: Vec<Value>, archive: Arc<Path>) -> Self {
        Self { values, archive }
    }

    /// One column, from 0. A value of another type is damage.
    pub(super) fn get<T: FromValue>(&self, column: usize) -> Result<T, ArchiveError> {
        let value = self.values.get(column).cloned().unwrap_or(Value::Null);
        T::from_value(value).ok_or_else(|| self.damaged(column))
    }

    /// The error of a column that does not hold what it should.
    pub(super) fn damaged(&self, column: usize) -> ArchiveError {
        let reason = format!("invalid value in column {column}: {:?}", self.values[column]);
        ArchiveError::because(ArchiveProblem::Corrupt, &self.archive, Message::verbatim(reason))
    }

    /// All columns.
    pub(super) fn into_values(self) -> Vec<Value> {
        self.values
    }
}

/// A type in which a column is read.
pub(super) trait FromValue: Sized {
    fn from_value(value: Value) -> Option<Self>;
}

impl FromValue for i64 {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Integer(number) = value { Some(number) } else { None }
    }
}

impl FromValue for String {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Text(text) = value { Some(text) } else { None }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Blob(bytes) = value { Some(bytes) } else { None }
    }
}

impl FromValue for bool {
    fn from_value(value: Value) -> Option<Self> {
        i64::from_value(value).map(|number| number != 0)
    }
}

impl FromValue for Timestamp {
    /// Milliseconds since 1970 in UTC.
    fn from_value(value: Value) -> Option<Self> {
        Self::from_millisecond(i64::from_value(value)?).ok()
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

macro_rules! small_integers {
    ($($integer:ty),*) => {$(
        impl FromValue for $integer {
            fn from_value(value: Value) -> Option<Self> {
                i64::from_value(value)?.try_into().ok()
            }
        }

        impl From<$integer> for Value {
            fn from(number: $integer) -> Self {
                Self::Integer(number.into())
            }
        }
    )*};
}

small_integers!(u16, u32);

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for Value {
    fn from(is_true: bool) -> Self {
        Self::Integer(is_true.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Blob(bytes.to_owned())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The parameters of a statement.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::archive::store::Value::from($value)),*] };
}
pub(super) use values;
