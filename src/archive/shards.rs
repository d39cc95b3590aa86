//! The number of shards of each list that is queried in shards.

use super::error::{ArchiveError, ArchiveProblem};
use super::handle::Archive;
use super::store::{Sql, params};

impl Archive {
    /// Remembers the number of shards of the list with this digest.
    ///
    /// # Errors
    /// [`ArchiveProblem::OtherShardCount`] if the archive remembers another number.
    pub fn remember_shards(&self, digest: [u8; 32], shards: u64) -> Result<(), ArchiveError> {
        let known = if self.writer.is_some() {
            self.write(move |sql| {
                sql.execute(
                    "INSERT INTO sharded_lists (digest, shards) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                    params![&digest[..], shards.cast_signed()],
                )?;
                known_shards(sql, digest)
            })?
        } else {
            self.read(|sql| known_shards(sql, digest))?
        };
        match known {
            Some(known) if known != shards => {
                let problem = ArchiveProblem::OtherShardCount { known, given: shards };
                Err(ArchiveError::new(problem, self.path()))
            }
            _ => Ok(()),
        }
    }
}

fn known_shards(sql: &mut dyn Sql, digest: [u8; 32]) -> Result<Option<u64>, ArchiveError> {
    let row = sql.first("SELECT shards FROM sharded_lists WHERE digest = ?1", params![&digest[..]])?;
    row.map(|row| row.get::<i64>(0).map(i64::cast_unsigned)).transpose()
}
