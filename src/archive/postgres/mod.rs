//! The archive in a PostgreSQL database that a team shares.
//!
//! One transaction writes at a time, under an advisory lock, as in SQLite. A run is alive until a time in its row, by the
//! clock of the server; the run renews it. Attempts of an expired run may have been charged, and are not repeated.

pub(super) mod address;
mod backup;
mod clock;
mod connection;
mod error;
mod schema;

pub use address::PostgresSettings;

use super::answer::UNCERTAIN;
use super::error::{ArchiveError, ArchiveProblem};
use super::owner::RunOwner;
use super::runs::{end_run, insert_run};
use super::store::{RegisteredRun, Sql, Store, Work, WriteConnection, params, read, value};
use crate::locking::lock;
use clock::{SERVER_TIME, ServerClock};
use connection::PostgresConnection;
use jiff::Timestamp;
use std::path::Path;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The advisory lock of everything that writes: `hech`.
const BEGIN: &str = "BEGIN; SELECT pg_advisory_xact_lock(1751475048)";

/// A database.
pub(super) struct PostgresStore {
    settings: Arc<PostgresSettings>,
    clock: Arc<ServerClock>,
    reader: Mutex<PostgresConnection>,
    registration: Arc<Mutex<Option<Registration>>>,
}

/// The connection that writes.
pub(super) struct PostgresWriter {
    connection: PostgresConnection,
    registration: Arc<Mutex<Option<Registration>>>,
}

/// This run, as far as others see it.
struct Registration {
    run: i64,
    uid: String,
    /// The time at which it was last shown to be alive.
    renewed_at: Instant,
}

impl PostgresStore {
    fn new(settings: &PostgresSettings, local_clock: fn() -> Timestamp) -> Self {
        let settings = Arc::new(settings.clone());
        let clock = Arc::new(ServerClock::new(local_clock));
        Self {
            reader: Mutex::new(PostgresConnection::new(&settings, &clock)),
            clock,
            registration: Arc::default(),
            settings,
        }
    }

    /// Opens the database for a run that buys: brought to the current schema, and tested for permission.
    pub(super) fn open_to_write(
        settings: &PostgresSettings,
        local_clock: fn() -> Timestamp,
    ) -> Result<(Self, PostgresWriter), ArchiveError> {
        let store = Self::new(settings, local_clock);
        let mut writer = PostgresWriter {
            connection: PostgresConnection::new(&store.settings, &store.clock),
            registration: Arc::clone(&store.registration),
        };
        writer.connection.open()?;
        schema::check_encoding(&mut writer.connection, &store.settings.location)?;
        if schema::version(&mut writer.connection, &store.settings.location)? != schema::CURRENT {
            writer.transaction(&mut |sql| schema::migrate(sql, &store.settings.location))?;
        }
        writer.transaction(&mut |sql| schema::check_writing(sql))?;
        Ok((store, writer))
    }

    /// Opens the database for reading. Nothing changes, except that an old schema is brought up to date.
    pub(super) fn open_to_read(
        settings: &PostgresSettings,
        local_clock: fn() -> Timestamp,
    ) -> Result<Self, ArchiveError> {
        let store = Self::new(settings, local_clock);
        match read(&store, |sql| schema::version(sql, &store.settings.location))? {
            0 => return Err(ArchiveError::new(ArchiveProblem::Missing, &store.settings.location)),
            schema::CURRENT => {}
            _ => drop(Self::open_to_write(settings, local_clock)?),
        }
        Ok(store)
    }
}

impl Store for PostgresStore {
    fn location(&self) -> &Path {
        &self.settings.location
    }

    fn time_of(&self, moment: Timestamp) -> Timestamp {
        self.clock.time_of(moment)
    }

    fn read(&self, work: &mut Work<'_>) -> Result<(), ArchiveError> {
        let mut connection = lock(&self.reader);
        connection.open()?;
        match work(&mut *connection) {
            Err(ArchiveError { problem: ArchiveProblem::Unreachable, .. }) => {
                connection.close();
                connection.open()?;
                work(&mut *connection)
            }
            result => result,
        }
    }

    fn register_run(
        &self,
        sql: &mut dyn Sql,
        owner: &RunOwner,
        now_ms: i64,
    ) -> Result<RegisteredRun, ArchiveError> {
        let expired = format!("SELECT id FROM runs WHERE ended_at IS NULL AND expires_at < {SERVER_TIME}");
        for run in sql.query(&expired, params![])? {
            end_run(sql, run.get(0)?, now_ms, UNCERTAIN)?;
        }
        let uid: String = value(sql, "SELECT CAST(gen_random_uuid() AS TEXT)", params![])?;
        let id = insert_run(sql, &uid, owner, now_ms)?;
        renew(sql, id, self.settings.lease_period)?;
        let registration = Registration { run: id, uid: uid.clone(), renewed_at: Instant::now() };
        *lock(&self.registration) = Some(registration);
        Ok(RegisteredRun { id, uid, attempts: AtomicI64::default(), _lock: None })
    }

    fn is_alive(&self, sql: &mut dyn Sql, uid: &str) -> Result<bool, ArchiveError> {
        let alive = format!("SELECT id FROM runs WHERE uid = ?1 AND expires_at >= {SERVER_TIME}");
        Ok(sql.first(&alive, params![uid])?.is_some())
    }

    fn forget_run(&self, uid: &str) {
        lock(&self.registration).take_if(|run| run.uid == uid);
    }

    fn outcome_of_crash(&self) -> &'static str {
        UNCERTAIN
    }

    fn derive_snapshots(&self) -> &'static str {
        include_str!("derive_snapshots.sql")
    }

    fn delete_broken_snapshots(&self) -> &'static str {
        "DELETE FROM snapshots WHERE EXISTS (
             SELECT 1 FROM json_array_elements(CAST(pages AS JSON)) AS page
             WHERE CAST(page ->> 1 AS BIGINT) NOT IN (SELECT id FROM answers))"
    }

    fn copy_into(&self, target: &Path) -> Result<(), ArchiveError> {
        backup::copy_into(PostgresConnection::new(&self.settings, &self.clock), target)
    }
}

impl WriteConnection for PostgresWriter {
    /// A connection that is lost before the commit has had no effect, so that the transaction is tried once more.
    fn transaction(&mut self, work: &mut Work<'_>) -> Result<(), ArchiveError> {
        let uncommitted = match self.execute(work) {
            Err(ArchiveError { problem: ArchiveProblem::Unreachable, .. }) => {
                self.connection.close();
                self.execute(work)
            }
            result => result,
        };
        let committed = uncommitted.and_then(|begun| {
            self.connection.execute_batch("COMMIT")?;
            if let (Some(begun), Some(registration)) = (begun, &mut *lock(&self.registration)) {
                registration.renewed_at = begun;
            }
            Ok(())
        });
        match &committed {
            Err(ArchiveError { problem: ArchiveProblem::Unreachable, .. }) => self.connection.close(),
            Err(_) => {
                let _ = self.connection.execute_batch("ROLLBACK");
            }
            Ok(()) => {}
        }
        committed
    }

    fn renew_if_due(&mut self) {
        if self.due_run().is_some() {
            // A failure shows when the run acquires its next lease.
            let _ = self.transaction(&mut |_| Ok(()));
        }
    }
}

impl PostgresWriter {
    /// This run, if others have to be shown that it is alive.
    fn due_run(&self) -> Option<i64> {
        let is_due =
            |run: &&Registration| run.renewed_at.elapsed() >= self.connection.settings.lease_period / 3;
        lock(&self.registration).as_ref().filter(is_due).map(|registration| registration.run)
    }

    /// Executes everything but the commit; returns the moment from which the run is renewed.
    fn execute(&mut self, work: &mut Work<'_>) -> Result<Option<Instant>, ArchiveError> {
        self.connection.open()?;
        self.connection.execute_and_synchronise(BEGIN)?;
        let begun = Instant::now();
        let due = self.due_run();
        if let Some(run) = due {
            let lease_period = self.connection.settings.lease_period;
            renew(&mut self.connection, run, lease_period)?;
        }
        work(&mut self.connection)?;
        Ok(due.map(|_| begun))
    }
}

/// Shows others that the run is alive, unless it was ended.
fn renew(sql: &mut dyn Sql, run: i64, lease_period: Duration) -> Result<(), ArchiveError> {
    let period = i64::try_from(lease_period.as_millis()).unwrap_or(i64::MAX);
    let statement =
        format!("UPDATE runs SET expires_at = {SERVER_TIME} + ?2 WHERE id = ?1 AND ended_at IS NULL");
    sql.execute(&statement, params![run, period]).map(|_| ())
}
