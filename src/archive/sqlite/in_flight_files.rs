//! Files of schema 3 that list the requests in flight of a run; read once, by the migration to schema 4.
//!
//! A file has records of 64 bytes with numbers in little-endian. The first holds `hecha 1\n`. Every other holds the
//! sequence number of the attempt (0: free), its start in milliseconds, 16 bytes of the key and 16 of the provider.

use super::{files, runs};
use crate::archive::answer::INTERRUPTED;
use crate::archive::error::{ArchiveError, ArchiveProblem};
use crate::archive::store::{Sql, params};
use crate::domain::text::Text;
use std::fs;
use std::path::Path;

/// The last schema with such files.
pub(super) const LAST_SCHEMA: i64 = 3;

const SUFFIX: &str = ".calls";
const RECORD: usize = 64;
const MAGIC: &[u8] = b"hecha 1\n";

/// Records what dead runs of schema 3 left in flight. Fails while such a run is alive. Requires an immediate transaction.
pub(super) fn book_interrupted(sql: &mut dyn Sql, archive: &Path) -> Result<(), ArchiveError> {
    for uid in runs::runs_with_files(archive, SUFFIX)? {
        if runs::is_process_alive(archive, &uid)? {
            let reason = Text::new("a run of an older version is using it", "旧版本的运行正在使用它");
            return Err(ArchiveError::because(ArchiveProblem::OlderSchema(LAST_SCHEMA), archive, reason));
        }
        let path = runs::file_of_run(archive, &uid, SUFFIX);
        files::check_regular(&path)?;
        let content = fs::read(&path).map_err(|error| ArchiveError::from_io(&path, &error))?;
        if !content.starts_with(MAGIC) {
            continue;
        }
        // The last record may lack its unused end.
        for record in content.chunks(RECORD).skip(1).filter(|record| record.len() >= 48) {
            book_record(sql, &uid, record)?;
        }
    }
    Ok(())
}

fn book_record(sql: &mut dyn Sql, uid: &str, record: &[u8]) -> Result<(), ArchiveError> {
    let number = |at: usize| i64::from_le_bytes(record[at..at + 8].try_into().expect("eight bytes"));
    let (sequence, started_at) = (number(0), number(8));
    let provider = record[32..48].split(|byte| *byte == 0).next().unwrap_or_default();
    if sequence == 0 {
        return Ok(());
    }
    // A run that was killed while it finished an attempt has recorded it already.
    sql.execute(
        "INSERT INTO attempts (run, sequence, key_hash, provider, started_at, finished_at, outcome, charged)
             SELECT id, ?2, ?3, ?4, ?5, ?5, ?6, 'unknown' FROM runs WHERE uid = ?1
             ON CONFLICT (run, sequence) DO NOTHING",
        params![uid, sequence, &record[16..32], String::from_utf8_lossy(provider), started_at, INTERRUPTED],
    )
    .map(|_| ())
}

/// Removes the files after the migration is committed. Nothing reads them any more if that fails.
pub(super) fn remove(archive: &Path) {
    for uid in runs::runs_with_files(archive, SUFFIX).unwrap_or_default() {
        let _ = fs::remove_file(runs::file_of_run(archive, &uid, SUFFIX));
    }
}
