//! The numbered, append-only migrations and the checks when an archive is opened.
//!
//! A released migration is never edited; a test pins its text.

use super::connection::SqliteConnection;
use super::in_flight_files;
use crate::archive::error::{ArchiveError, ArchiveProblem};
use crate::archive::store::{Sql, WriteConnection as _, params, value};
use crate::domain::text::{Message, Text};
use std::path::Path;

/// Migration `n` (from one) brings schema `n - 1` to schema `n`.
pub(in crate::archive) const MIGRATIONS: [&str; 9] = [
    include_str!("migrations/0001_answers.sql"),
    include_str!("migrations/0002_ledger.sql"),
    include_str!("migrations/0003_calls_under_way.sql"),
    include_str!("migrations/0004_leases.sql"),
    concat!(include_str!("migrations/0005_snapshots.sql"), include_str!("migrations/derive_snapshots.sql")),
    include_str!("migrations/0006_shards.sql"),
    include_str!("migrations/0007_budget.sql"),
    include_str!("migrations/0008_checks.sql"),
    include_str!("migrations/0009_numbers.sql"),
];

/// The schema that this program writes.
#[expect(clippy::cast_possible_wrap, reason = "a handful of migrations")]
pub(in crate::archive) const CURRENT: i64 = MIGRATIONS.len() as i64;

/// `hech`, in the header of the file: distinguishes archives from other databases.
const APPLICATION_ID: i64 = 0x6865_6368;

/// Archives of up to this many pages (512 KiB) are checked completely when they are opened for writing; it takes about a
/// millisecond.
const CHECKED_WHOLE_UP_TO_PAGES: i64 = 128;

/// The size of the file in bytes.
pub(super) const SIZE: &str = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";

/// The schema of an archive, 0 if the file is empty. Another program's database and a newer schema are errors.
pub(super) fn version(sql: &mut dyn Sql, path: &Path) -> Result<i64, ArchiveError> {
    // One statement, so that it never sees half of another run's migration.
    let row = sql.first(
        "SELECT (SELECT application_id FROM pragma_application_id),
                (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)",
        params![],
    )?;
    let row = row.expect("a query without a table has one row");
    let facts: (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
    match facts {
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
pub(super) fn migrate(connection: &mut SqliteConnection, path: &Path) -> Result<(), ArchiveError> {
    while version(connection, path)? != CURRENT {
        connection.transaction(&mut |sql| {
            // Read again inside the transaction: another run may have been first.
            let done = version(sql, path)?;
            let next = usize::try_from(done).ok().and_then(|done| MIGRATIONS.get(done));
            let Some(migration) = next else { return Ok(()) };
            sql.execute_batch(migration)?;
            sql.execute_batch(&format!("PRAGMA application_id = {APPLICATION_ID}"))?;
            sql.execute_batch(&format!("PRAGMA user_version = {}", done + 1))?;
            if done == in_flight_files::LAST_SCHEMA {
                in_flight_files::book_interrupted(sql, path)?;
            }
            Ok(())
        })?;
        in_flight_files::remove(path);
    }
    Ok(())
}

/// Looks for damage before anything is bought: in the complete file if it is small, else at the ends of its indices.
pub(super) fn check_health(sql: &mut dyn Sql, path: &Path) -> Result<(), ArchiveError> {
    if value::<i64>(sql, "PRAGMA page_count", params![])? > CHECKED_WHOLE_UP_TO_PAGES {
        let ends = "SELECT (SELECT max(id) FROM answers), (SELECT min(received_at) FROM answers),
                           (SELECT max(received_at) FROM answers), (SELECT max(run) FROM attempts)";
        return sql.first(ends, params![]).map(|_| ());
    }
    let verdict: String = value(sql, "PRAGMA quick_check(1)", params![])?;
    if verdict == "ok" {
        return Ok(());
    }
    Err(ArchiveError::because(ArchiveProblem::Corrupt, path, Message::verbatim(verdict)))
}

/// Begins a transaction and changes nothing, so that a read-only file is found before anything is bought. `SQLite` also
/// allows it for a read-only file if the log can be written.
pub(super) fn check_writing(connection: &mut SqliteConnection, path: &Path) -> Result<(), ArchiveError> {
    if connection.is_read_only()? {
        let reason = Text::new("it is read-only", "文件只读");
        return Err(ArchiveError::because(ArchiveProblem::Inaccessible, path, reason));
    }
    connection.transaction(&mut |_| Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::answer::ANSWER_COLUMNS;
    use crate::archive::lease::UPSERT_ATTEMPT;
    use crate::archive::sqlite::files;
    use crate::archive::store::ToSql;
    use crate::domain::text::hexadecimal;
    use sha2::{Digest, Sha256};
    use std::sync::Arc;

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
                "ec16c210bc545146",
                "f8d721cfdd35fbeb",
                "63a068fe0657fb28"
            ]
        );
    }

    /// A connection to a new file in the folder.
    fn new_file(folder: &tempfile::TempDir, name: &str) -> (SqliteConnection, Arc<Path>) {
        let path: Arc<Path> = files::ensure(&folder.path().join(name)).unwrap().into();
        (SqliteConnection::to_write(&path).unwrap(), path)
    }

    #[test]
    fn migrating_twice_changes_nothing_more() {
        let folder = tempfile::tempdir().unwrap();
        let (mut connection, path) = new_file(&folder, "archive.db");
        assert_eq!(version(&mut connection, &path).unwrap(), 0);
        migrate(&mut connection, &path).unwrap();
        migrate(&mut connection, &path).unwrap();
        assert_eq!(version(&mut connection, &path).unwrap(), CURRENT);
        check_health(&mut connection, &path).unwrap();
        check_writing(&mut connection, &path).unwrap();
    }

    #[test]
    fn a_completion_makes_no_temporary_table_and_wrong_words_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (mut connection, path) = new_file(&folder, "archive.db");
        migrate(&mut connection, &path).unwrap();
        let answer = format!(
            "INSERT INTO answers ({ANSWER_COLUMNS}) VALUES (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)"
        );
        let values = [&None::<i64> as &dyn ToSql; 11];
        for (statement, values) in [(UPSERT_ATTEMPT, &values[..]), (&answer, &[])] {
            let steps = connection.query(&format!("EXPLAIN {statement}"), values).unwrap();
            let steps: Vec<String> = steps.iter().map(|step| step.get(1).unwrap()).collect();
            assert!(
                steps.contains(&"OpenWrite".into()) && !steps.contains(&"OpenEphemeral".into()),
                "{steps:?}"
            );
        }
        let wrong = "INSERT INTO attempts VALUES (1, 1, zeroblob(16), 'market', 0, 0, 'data', 'perhaps', 200, '0', 'S-1')";
        let error = connection.execute_batch(wrong).unwrap_err().to_string();
        assert!(error.contains("CHECK constraint failed"), "{error}");
        connection.execute_batch(&wrong.replace("perhaps", "yes")).unwrap();
    }

    #[test]
    fn a_later_schema_and_another_programs_database_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let (mut connection, path) = new_file(&folder, "archive.db");
        migrate(&mut connection, &path).unwrap();
        connection.execute_batch(&format!("PRAGMA user_version = {}", CURRENT + 1)).unwrap();
        let error = version(&mut connection, &path).unwrap_err();
        assert!(matches!(error, ArchiveError { problem: ArchiveProblem::NewerSchema { .. }, .. }), "{error}");

        let (mut other, path) = new_file(&folder, "contacts.db");
        other.execute_batch("CREATE TABLE contacts (name TEXT)").unwrap();
        let error = version(&mut other, &path).unwrap_err();
        assert!(matches!(error, ArchiveError { problem: ArchiveProblem::NotAnArchive, .. }), "{error}");
    }
}
