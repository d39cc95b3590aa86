//! The numbered, append-only migrations of a database. As in SQLite, a released one is never edited.

use crate::archive::error::{ArchiveError, ArchiveProblem};
use crate::archive::store::{Sql, params, value};
use crate::domain::text::Text;
use std::path::Path;

/// Migration `n` (from one) brings schema `n - 1` to schema `n`.
const MIGRATIONS: [&str; 2] =
    [include_str!("migrations/0001_archive.sql"), include_str!("migrations/0002_count_changes.sql")];

/// The schema that this program writes.
#[expect(clippy::cast_possible_wrap, reason = "a handful of migrations")]
pub(super) const CURRENT: i64 = MIGRATIONS.len() as i64;

/// The schema of the database, 0 if it holds no archive. A newer schema is an error.
pub(super) fn version(sql: &mut dyn Sql, path: &Path) -> Result<i64, ArchiveError> {
    // Not `to_regclass`: it may remember that there was no table before another run created it.
    let table =
        "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_version'";
    if sql.first(table, params![])?.is_none() {
        return Ok(0);
    }
    let newest = "SELECT coalesce(max(version), 0) FROM schema_version";
    let found: i64 = value(sql, newest, params![])?;
    if found > CURRENT {
        return Err(ArchiveError::new(ArchiveProblem::NewerSchema { found, known: CURRENT }, path));
    }
    Ok(found)
}

/// Brings the database to the current schema. Inside a transaction, which excludes all other runs.
pub(super) fn migrate(sql: &mut dyn Sql, path: &Path) -> Result<(), ArchiveError> {
    let found = version(sql, path)?;
    if found == 0 {
        sql.execute_batch("CREATE TABLE schema_version (version BIGINT NOT NULL)")?;
    }
    for (number, migration) in (1_i64..).zip(MIGRATIONS).filter(|(number, _)| *number > found) {
        sql.execute_batch(migration).map_err(|error| match error.problem {
            ArchiveProblem::NotPermitted if found > 0 => {
                ArchiveError { problem: ArchiveProblem::OlderSchema(found), ..error }
            }
            _ => error,
        })?;
        sql.execute("INSERT INTO schema_version (version) VALUES (?1)", params![number])?;
    }
    Ok(())
}

/// Refuses a database that cannot hold Chinese text.
pub(super) fn check_encoding(sql: &mut dyn Sql, path: &Path) -> Result<(), ArchiveError> {
    if value::<String>(sql, "SELECT current_setting('server_encoding')", params![])? == "UTF8" {
        return Ok(());
    }
    let reason = Text::new(
        "its encoding is not UTF8; create it with CREATE DATABASE … ENCODING 'UTF8'",
        "其编码不是 UTF8；请用 CREATE DATABASE … ENCODING 'UTF8' 创建",
    );
    Err(ArchiveError::because(ArchiveProblem::NotAnArchive, path, reason))
}

/// Fails unless the user may buy: read and write every table.
pub(super) fn check_writing(sql: &mut dyn Sql) -> Result<(), ArchiveError> {
    for statement in [
        "INSERT INTO answers SELECT * FROM answers WHERE false",
        "INSERT INTO runs SELECT * FROM runs WHERE false",
        "UPDATE attempts SET outcome = outcome WHERE false",
        "DELETE FROM attempts WHERE false",
    ] {
        sql.execute(statement, params![])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::hexadecimal;
    use sha2::{Digest, Sha256};

    #[test]
    fn released_migrations_are_never_edited() {
        let digests = MIGRATIONS.map(|text| hexadecimal(&Sha256::digest(text.as_bytes()))[..16].to_owned());
        assert_eq!(digests, ["cf698bc46996c66a", "cdd4cf7b20408cd2"]);
    }
}
