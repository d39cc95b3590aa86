//! The number of shards of each list that is queried in shards.

use super::Archive;
use super::error::ArchiveError;
use rusqlite::{Connection, OptionalExtension, params};

impl Archive {
    /// Remembers the number of shards of the list with this digest.
    ///
    /// # Errors
    /// [`ArchiveError::OtherShardCount`] if the archive remembers another number.
    pub fn remember_shards(&self, digest: [u8; 32], shards: u64) -> Result<(), ArchiveError> {
        let known = if self.writer.is_some() {
            self.write(move |connection| {
                connection.execute(
                    "INSERT INTO sharded_lists (digest, shards) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                    params![digest, shards.cast_signed()],
                )?;
                known_shards(connection, digest)
            })?
        } else {
            self.readers.with(|connection| known_shards(connection, digest))?
        };
        match known {
            Some(known) if known != shards => {
                Err(ArchiveError::OtherShardCount { path: self.path.clone(), known, given: shards })
            }
            _ => Ok(()),
        }
    }
}

fn known_shards(connection: &Connection, digest: [u8; 32]) -> rusqlite::Result<Option<u64>> {
    connection
        .query_row("SELECT shards FROM sharded_lists WHERE digest = ?1", [digest], |row| row.get::<_, i64>(0))
        .optional()
        .map(|known| known.map(i64::cast_unsigned))
}
