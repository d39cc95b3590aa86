//! Backup of a database into a file, which is an archive in SQLite.

use super::connection::Connection;
use crate::archive::error::ArchiveError;
use crate::archive::notice::Notices;
use crate::archive::options::ArchiveOptions;
use crate::archive::sqlite::SqliteStore;
use crate::archive::store::{Row, Sql, WriteConnection as _, parameters, params};
use std::path::Path;

/// The tables with their columns. What was open when the backup was made may have been charged.
const TABLES: [(&str, &str, &str); 7] = [
    (
        "answers",
        "id, key_hash, provider, form, endpoint, question, received_at, http_status, serial, finding, sha256, size, \
         encoding, body",
        "",
    ),
    ("runs", "id, uid, started_at, ended_at, host, pid, \"user\"", ""),
    (
        "attempts",
        "run, sequence, key_hash, provider, started_at, http_status, code, serial, finished_at, outcome, charged",
        "run, sequence, key_hash, provider, started_at, http_status, code, serial, \
         coalesce(finished_at, started_at), coalesce(outcome, 'failed:uncertain'), coalesce(charged, 'unknown')",
    ),
    ("queries", "id, provider, question, keyword, kind", ""),
    ("snapshots", "id, query, run, endpoint, pages, taken_at, total, records, is_whole", ""),
    ("marks", "name, query, taken_at", ""),
    ("sharded_lists", "digest, shards", ""),
];

/// Copies all tables at one moment into an empty file.
pub(super) fn copy_into(mut source: Connection, target: &Path) -> Result<(), ArchiveError> {
    let (store, mut copy) =
        SqliteStore::open_to_write(target, &ArchiveOptions::default(), &Notices::default())?;
    source.open()?;
    source.execute_batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
    for (table, columns, expressions) in TABLES {
        let expressions = if expressions.is_empty() { columns } else { expressions };
        source
            .execute_batch(&format!("DECLARE copied_{table} CURSOR FOR SELECT {expressions} FROM {table}"))?;
        let places: Vec<_> = (1..=columns.split(',').count()).map(|number| format!("?{number}")).collect();
        let insertion = format!("INSERT INTO {table} ({columns}) VALUES ({})", places.join(", "));
        loop {
            let rows = source.query(&format!("FETCH 200 FROM copied_{table}"), params![])?;
            if rows.is_empty() {
                break;
            }
            let rows: Vec<_> = rows.into_iter().map(Row::into_values).collect();
            copy.transaction(&mut |sql| {
                rows.iter().try_for_each(|row| sql.execute(&insertion, &parameters(row)).map(|_| ()))
            })?;
        }
        source.execute_batch(&format!("CLOSE copied_{table}"))?;
    }
    copy.checkpoint()?;
    drop((store, copy));
    Ok(())
}
