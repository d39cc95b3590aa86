//! Opening an archive, and ending its run.

use super::answer::INTERRUPTED;
use super::error::ArchiveError;
use super::handle::Archive;
use super::notice::Notices;
use super::options::{Access, ArchiveLocation, ArchiveOptions};
#[cfg(feature = "postgres")]
use super::postgres::PostgresStore;
use super::runs;
use super::sqlite::SqliteStore;
use super::store::{Store, WriteConnection};
use super::writer::Writer;
use crate::domain::text::message;
use crate::locking::lock;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

impl Archive {
    /// Opens the archive in the file `path` with the default options.
    ///
    /// # Errors
    /// Everything that would later prevent it from being used: see [`ArchiveError`].
    pub fn open(path: &Path, access: Access) -> Result<Self, ArchiveError> {
        Self::open_at(&ArchiveLocation::File(path.to_owned()), access, ArchiveOptions::default())
    }

    /// Opens the archive in a file or on a server.
    ///
    /// # Errors
    /// As [`Archive::open`].
    pub fn open_at(
        location: &ArchiveLocation,
        access: Access,
        options: ArchiveOptions,
    ) -> Result<Self, ArchiveError> {
        let notices = Notices::default();
        let (store, connection) = open_store(location, access, &options, &notices)?;
        let writer =
            connection.map(|connection| Writer::start(connection, Arc::clone(&store))).transpose()?;
        let archive = Self {
            store,
            writer,
            options,
            run: Mutex::default(),
            failure: Arc::default(),
            spool: location.spool().map(Arc::from),
            notices,
            endpoints: OnceLock::new(),
        };
        match &archive.spool {
            Some(spool) if access == Access::ReadWrite => archive.store_spool(spool)?,
            Some(spool) if spool.exists() => archive.notice_spool(spool),
            _ => {}
        }
        Ok(archive)
    }

    /// Ends this run for all others: its open attempts are recorded as interrupted and its lock file is removed.
    /// Dropping the archive does the same. A call that is still in flight can complete its lease afterwards.
    pub fn end_run(&self) {
        if let Some(run) = lock(&self.run).take() {
            let (id, now_ms) = (run.id, self.now_ms());
            // If this fails, the rows stay open: a later run finds this one dead and records them.
            if self.write(move |sql| runs::end_run(sql, id, now_ms, INTERRUPTED)).is_ok() {
                self.store.forget_run(&run.uid);
            }
        } else if let Some(writer) = &self.writer {
            let _ = writer.flush();
        }
        if let (Some(spool), Some(_)) = (&self.spool, &self.writer)
            && self.store_spool(spool).is_err()
        {
            self.notice_spool(spool);
        }
    }

    fn notice_spool(&self, spool: &Path) {
        self.notices.add(message!(
            "answers that could not be stored on the server are kept in {path}; the next query that can reach the server stores them",
            "有应答未能存入服务器，暂存于 {path}；下一次能连上服务器的查询会将其存入",
            path = spool.display()
        ));
    }
}

/// An open store, and its writing connection if it was opened for writing.
type OpenStore = (Arc<dyn Store>, Option<Box<dyn WriteConnection>>);

fn open_store(
    location: &ArchiveLocation,
    access: Access,
    options: &ArchiveOptions,
    notices: &Notices,
) -> Result<OpenStore, ArchiveError> {
    Ok(match (location, access) {
        (ArchiveLocation::File(path), Access::ReadOnly) => {
            (Arc::new(SqliteStore::open_to_read(path, options)?), None)
        }
        (ArchiveLocation::File(path), Access::ReadWrite) => {
            let (store, connection) = SqliteStore::open_to_write(path, options, notices)?;
            (Arc::new(store), Some(Box::new(connection)))
        }
        #[cfg(feature = "postgres")]
        (ArchiveLocation::Server(settings), Access::ReadOnly) => {
            (Arc::new(PostgresStore::open_to_read(settings, options.clock)?), None)
        }
        #[cfg(feature = "postgres")]
        (ArchiveLocation::Server(settings), Access::ReadWrite) => {
            let (store, connection) = PostgresStore::open_to_write(settings, options.clock)?;
            (Arc::new(store), Some(Box::new(connection)))
        }
    })
}

impl Drop for Archive {
    fn drop(&mut self) {
        self.end_run();
    }
}
