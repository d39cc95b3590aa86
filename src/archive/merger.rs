//! The thread that merges the log into the file while a run goes on: merging waits for the disk, and purchases must not.

use super::connection;
use crate::locking::lock;
use crossbeam_channel::{Receiver, Sender};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

/// Endings after which the log is merged.
const MERGED_AFTER: usize = 1000;

/// Held while the log is merged: whoever comes second would be told that it is busy, and find it unmerged.
pub(super) type Merging = Arc<Mutex<()>>;

/// Counts endings, and has the log merged now and then.
pub(super) struct Merger {
    archive: PathBuf,
    merging: Merging,
    unmerged: usize,
    worker: Option<Worker>,
}

struct Worker {
    wishes: Sender<()>,
    thread: JoinHandle<()>,
}

impl Merger {
    /// One that has nothing to do yet.
    pub(super) fn new(archive: &Path, merging: &Merging) -> Self {
        Self { archive: archive.to_owned(), merging: Arc::clone(merging), unmerged: 0, worker: None }
    }

    /// So many endings were committed.
    pub(super) fn count(&mut self, endings: usize) {
        self.unmerged += endings;
        if self.unmerged < MERGED_AFTER {
            return;
        }
        self.unmerged = 0;
        if self.worker.is_none() {
            // Without a thread the commits themselves merge a log that has become too long.
            self.worker = Worker::start(&self.archive, &self.merging);
        }
        if let Some(worker) = &self.worker {
            // Where one is wished for already, that one will do.
            let _ = worker.wishes.try_send(());
        }
    }
}

impl Drop for Merger {
    fn drop(&mut self) {
        if let Some(Worker { wishes, thread }) = self.worker.take() {
            drop(wishes);
            let _ = thread.join();
        }
    }
}

impl Worker {
    fn start(archive: &Path, merging: &Merging) -> Option<Self> {
        // What fails here is done when the archive is closed.
        let connection = connection::open_writing(archive).ok()?;
        let (wishes, queue) = crossbeam_channel::bounded(1);
        let merging = Arc::clone(merging);
        let work = move || merge(&connection, &queue, &merging);
        let thread = thread::Builder::new().name("merge".into()).spawn(work).ok()?;
        Some(Self { wishes, thread })
    }
}

fn merge(connection: &Connection, wishes: &Receiver<()>, merging: &Mutex<()>) {
    while let Ok(()) = wishes.recv() {
        let _alone = lock(merging);
        let _ = connection::merge_what_nobody_reads(connection);
    }
}
