//! Backup of a database into a file, which is an archive in SQLite.

use super::connection::PostgresConnection;
use crate::archive::error::ArchiveError;
use crate::archive::notice::Notices;
use crate::archive::options::ArchiveOptions;
use crate::archive::sqlite::SqliteStore;
use crate::archive::store::{Sql, SqlRow, WriteConnection as _, parameters, params, read};
use crate::locking::lock;
use std::path::Path;

const TABLES: [&str; 7] = ["answers", "runs", "attempts", "queries", "snapshots", "marks", "sharded_lists"];

/// Ends the attempts that were open during the backup: they may have been charged.
const END_OPEN_ATTEMPTS: &str = "UPDATE attempts SET finished_at = started_at, outcome = 'failed:uncertain', \
     charged = 'unknown' WHERE finished_at IS NULL";

/// Copies all tables at one moment into an empty file, which has no column that the server lacks.
pub(super) fn copy_into(mut source: PostgresConnection, target: &Path) -> Result<(), ArchiveError> {
    let (store, mut copy) =
        SqliteStore::open_to_write(target, &ArchiveOptions::default(), &Notices::default())?;
    source.open()?;
    source.execute_batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
    for table in TABLES {
        let columns = format!(
            "SELECT group_concat('\"' || name || '\"', ', '), group_concat('?' || (cid + 1), ', ')
             FROM pragma_table_info('{table}')"
        );
        let row = read(&store, |sql| sql.first(&columns, params![]))?.expect("an aggregate is one row");
        let (columns, places): (String, String) = (row.get(0)?, row.get(1)?);
        source.execute_batch(&format!("DECLARE copied_{table} CURSOR FOR SELECT {columns} FROM {table}"))?;
        let insertion = format!("INSERT INTO {table} ({columns}) VALUES ({places})");
        loop {
            let rows = source.query(&format!("FETCH 200 FROM copied_{table}"), params![])?;
            if rows.is_empty() {
                break;
            }
            let rows: Vec<_> = rows.into_iter().map(SqlRow::into_values).collect();
            copy.transaction(&mut |sql| {
                rows.iter().try_for_each(|row| sql.execute(&insertion, &parameters(row)).map(|_| ()))
            })?;
        }
        source.execute_batch(&format!("CLOSE copied_{table}"))?;
    }
    copy.transaction(&mut |sql| sql.execute_batch(END_OPEN_ATTEMPTS))?;
    drop(store);
    // Leaves one file without a log: this is the only connection.
    lock(&copy).query("PRAGMA journal_mode = DELETE", params![]).map(|_| ())
}
