//! The numbered, append-only migrations and the checks when an archive is opened.
//!
//! A released migration is never edited; a test pins its text.

use super::connection::write_transaction;
use super::in_flight_files;
use crate::archive::error::{ArchiveError, ArchiveProblem};
use crate::domain::text::{Message, Text};
use rusqlite::Connection;
use std::path::Path;

/// Migration `n` (from one) brings schema `n - 1` to schema `n`.
pub(in crate::archive) const MIGRATIONS: [&str; 7] = [
    include_str!("migrations/0001_answers.sql"),
    include_str!("migrations/0002_ledger.sql"),
    include_str!("migrations/0003_calls_under_way.sql"),
    include_str!("migrations/0004_leases.sql"),
    concat!(include_str!("migrations/0005_snapshots.sql"), include_str!("migrations/derive_snapshots.sql")),
    include_str!("migrations/0006_shards.sql"),
    include_str!("migrations/0007_budget.sql"),
];

/// The schema that this program writes.
#[expect(clippy::cast_possible_wrap, reason = "a handful of migrations")]
pub(in crate::archive) const CURRENT: i64 = MIGRATIONS.len() as i64;

/// `hech`, in the header of the file: distinguishes archives from other databases.
const APPLICATION_ID: i64 = 0x6865_6368;

/// Archives up to this size are checked completely when they are opened for writing; it takes about a millisecond.
const CHECKED_WHOLE_UP_TO_BYTES: i64 = 512 << 10;

/// The schema of an archive, 0 if the file is empty. Another program's database and a newer schema are errors.
pub(super) fn version(connection: &Connection, path: &Path) -> Result<i64, ArchiveError> {
    // One statement, so that it never sees half of another run's migration.
    let facts = connection.query_row(
        "SELECT (SELECT application_id FROM pragma_application_id),
                (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)",
        [],
        |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?)),
    );
    match facts.map_err(|error| ArchiveError::from_sqlite(path, &error))? {
        (0, 0, 0) => Ok(0),
        (APPLICATION_ID, schema, _) if schema > CURRENT => {
            Err(ArchiveError::new(ArchiveProblem::NewerSchema { found: schema, known: CURRENT }, path))
        }
        (APPLICATION_ID, schema, tables) if schema >= 1 && tables > 0 => Ok(schema),
        _ => {
            let reason = Text::new("it is a database of another program", "这是其他程序的数据库");
            Err(ArchiveError::because(ArchiveProblem::NotAnArchive, path, reason))
        }
    }
}

/// Brings the archive to the current schema: each step and its number in one transaction.
pub(super) fn migrate(connection: &Connection, path: &Path) -> Result<(), ArchiveError> {
    while version(connection, path)? != CURRENT {
        write_transaction(connection, path, |connection| {
            // Read again inside the transaction: another run may have been first.
            let done = version(connection, path)?;
            let next = usize::try_from(done).ok().and_then(|done| MIGRATIONS.get(done));
            let Some(migration) = next else { return Ok(()) };
            connection
                .execute_batch(migration)
                .and_then(|()| connection.pragma_update(None, "application_id", APPLICATION_ID))
                .and_then(|()| connection.pragma_update(None, "user_version", done + 1))
                .map_err(|error| ArchiveError::from_sqlite(path, &error))?;
            if done == in_flight_files::LAST_SCHEMA {
                in_flight_files::book_interrupted(connection, path)?;
            }
            Ok(())
        })?;
        in_flight_files::remove(path);
    }
    Ok(())
}

/// Looks for damage before anything is bought: in the complete file if it is small, else at the ends of its indices.
pub(super) fn check_health(connection: &Connection, path: &Path) -> Result<(), ArchiveError> {
    let verdict = || -> rusqlite::Result<String> {
        let size = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        if connection.query_row(size, [], |row| row.get::<_, i64>(0))? <= CHECKED_WHOLE_UP_TO_BYTES {
            return connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0));
        }
        let ends = "SELECT (SELECT max(id) FROM answers), (SELECT min(received_at) FROM answers),
                           (SELECT max(received_at) FROM answers), (SELECT max(run) FROM attempts)";
        connection.query_row(ends, [], |_| Ok("ok".to_owned()))
    };
    match verdict().map_err(|error| ArchiveError::from_sqlite(path, &error))? {
        verdict if verdict == "ok" => Ok(()),
        verdict => Err(ArchiveError::because(ArchiveProblem::Corrupt, path, Message::verbatim(verdict))),
    }
}

/// Begins a transaction and changes nothing, so that a read-only file is found before anything is bought. `SQLite` also
/// allows it for a read-only file if the log can be written.
pub(super) fn check_writing(connection: &Connection, path: &Path) -> Result<(), ArchiveError> {
    if connection.is_readonly("main").map_err(|error| ArchiveError::from_sqlite(path, &error))? {
        let reason = Text::new("it is read-only", "文件只读");
        return Err(ArchiveError::because(ArchiveProblem::Inaccessible, path, reason));
    }
    write_transaction(connection, path, |_| Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::hexadecimal;
    use sha2::{Digest, Sha256};

    #[test]
    fn released_migrations_are_never_edited() {
        let digests: Vec<_> = MIGRATIONS
            .iter()
            .map(|text| hexadecimal(&Sha256::digest(text.as_bytes()))[..16].to_owned())
            .collect();
        assert_eq!(
            digests,
            [
                "236bcaea25fc66b0",
                "0e5f9559d58ea262",
                "c84e9f64cd40aa9c",
                "a8fdd2456c09396d",
                "858bb05829b71242",
                "432876ca15b4f3c1",
                "ec16c210bc545146"
            ]
        );
    }

    #[test]
    fn migrating_twice_changes_nothing_more() {
        let connection = Connection::open_in_memory().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = &folder.path().join("archive.db");
        assert_eq!(version(&connection, path).unwrap(), 0);
        migrate(&connection, path).unwrap();
        migrate(&connection, path).unwrap();
        assert_eq!(version(&connection, path).unwrap(), CURRENT);
        check_health(&connection, path).unwrap();
        check_writing(&connection, path).unwrap();
    }

    #[test]
    fn a_later_schema_and_another_programs_database_are_told_apart() {
        let connection = Connection::open_in_memory().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = &folder.path().join("archive.db");
        migrate(&connection, path).unwrap();
        connection.pragma_update(None, "user_version", CURRENT + 1).unwrap();
        let error = version(&connection, path).unwrap_err();
        assert!(matches!(error, ArchiveError { problem: ArchiveProblem::NewerSchema { .. }, .. }), "{error}");

        let other = Connection::open_in_memory().unwrap();
        other.execute_batch("CREATE TABLE contacts (name TEXT)").unwrap();
        let error = version(&other, path).unwrap_err();
        assert!(matches!(error, ArchiveError { problem: ArchiveProblem::NotAnArchive, .. }), "{error}");
    }
}
