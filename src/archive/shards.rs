//! The number of shards of each list that is queried in shards.

use super::error::{ArchiveError, ArchiveProblem};
use super::handle::Archive;
use super::store::params;

impl Archive {
    /// Remembers the number of shards of the list with this digest.
    ///
    /// # Errors
    /// [`ArchiveProblem::OtherShardCount`] if the archive remembers another number.
    pub fn remember_shards(&self, digest: [u8; 32], shards: u64) -> Result<(), ArchiveError> {
        if self.writer.is_some() {
            self.write(move |sql| {
                sql.execute(
                    "INSERT INTO sharded_lists (digest, shards) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                    params![&digest[..], shards.cast_signed()],
                )
            })?;
        }
        let row = self.read(|sql| {
            sql.first("SELECT shards FROM sharded_lists WHERE digest = ?1", params![&digest[..]])
        })?;
        let known: Option<i64> = row.map(|row| row.get(0)).transpose()?;
        match known.map(i64::cast_unsigned) {
            Some(known) if known != shards => {
                let problem = ArchiveProblem::OtherShardCount { known, given: shards };
                Err(ArchiveError::new(problem, self.path()))
            }
            _ => Ok(()),
        }
    }
}
