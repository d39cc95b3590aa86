//! The one writing connection and the thread that has it while purchases end: group commit.
//!
//! Whoever has an ending to book puts it into the queue and waits as a future does, without a thread. What has come
//! while one group was committed is the next group: one transaction for all. A second thread merges the log into the
//! file meanwhile, because that waits for the disk, and purchases must not.

use super::answer::AnswerId;
use super::booking::{self, Finish};
use super::connection::in_transaction;
use super::error::ArchiveError;
use super::merger::{Merger, Merging};
use crate::locking::lock;
use crossbeam_channel::{Receiver, Sender};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::thread::{self, JoinHandle, ThreadId};
use tokio::sync::oneshot;

type Response = Result<Option<AnswerId>, ArchiveError>;

/// An ending, and where to tell that it is booked.
struct Letter {
    finish: Finish,
    sender: ThreadId,
    reply: oneshot::Sender<Reply>,
}

/// What came of an ending, with what is for others of the same thread: to wake a thread costs as much as to book an
/// ending, so that one of them is woken, and wakes the others.
struct Reply {
    own: Response,
    to_pass_on: ToPassOn,
}

/// Passed on when it is dropped, so that it reaches the others whatever becomes of the one who was woken.
struct ToPassOn(Vec<(oneshot::Sender<Reply>, Response)>);

impl Drop for ToPassOn {
    fn drop(&mut self) {
        for (reply, own) in self.0.drain(..) {
            // Nobody waits any more where the run was ended before its call.
            let _ = reply.send(Reply { own, to_pass_on: Self(Vec::new()) });
        }
    }
}

/// The writing connection.
pub(super) struct Desk {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    /// Whether a short log may stay beside the file when this connection is closed.
    pub(super) leaves_a_log: bool,
}

/// Hands endings to the desk in groups.
pub(super) struct Writer {
    desk: Arc<Mutex<Desk>>,
    clerk: OnceLock<Option<Clerk>>,
    has_written: AtomicBool,
    merging: Merging,
}

/// The thread that commits groups, and the way to it.
struct Clerk {
    letters: Sender<Letter>,
    thread: JoinHandle<()>,
}

impl Writer {
    pub(super) fn new(connection: Connection, path: &Path) -> Self {
        let desk = Desk { connection, path: path.to_owned(), leaves_a_log: true };
        Self {
            desk: Arc::new(Mutex::new(desk)),
            clerk: OnceLock::new(),
            has_written: AtomicBool::new(false),
            merging: Merging::default(),
        }
    }

    /// Keeps the log from being merged by anyone else of this run, and waits until nobody does.
    pub(super) fn alone_with_the_log(&self) -> MutexGuard<'_, ()> {
        lock(&self.merging)
    }

    /// The connection, for work that is rare enough to be done alone.
    pub(super) fn desk(&self) -> MutexGuard<'_, Desk> {
        lock(&self.desk)
    }

    /// Books one ending, durably, together with whatever else ends at the same time.
    pub(super) async fn submit(&self, finish: Finish) -> Response {
        // A lookup is over with its first one, sooner than a thread would have been started.
        let is_first = !self.has_written.swap(true, Ordering::Relaxed);
        let clerk =
            if is_first { &None } else { self.clerk.get_or_init(|| Clerk::start(&self.desk, &self.merging)) };
        let Some(clerk) = clerk else { return self.desk().book_alone(&finish) };
        let (reply, booked) = oneshot::channel();
        // The thread ends only when this channel does.
        let _ = clerk.letters.send(Letter { finish, sender: thread::current().id(), reply });
        let Reply { own, to_pass_on } = booked.await.expect("the thread that commits answers every letter");
        drop(to_pass_on);
        own
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if let Some(Some(Clerk { letters, thread })) = self.clerk.take() {
            drop(letters);
            // One that panicked has been missed by whoever waited for it.
            let _ = thread.join();
        }
    }
}

impl Clerk {
    /// `None` where the system has no thread to give; each ending is then booked by whoever has it.
    fn start(desk: &Arc<Mutex<Desk>>, merging: &Merging) -> Option<Self> {
        let (letters, queue) = crossbeam_channel::unbounded();
        let desk = Arc::clone(desk);
        let merger = Merger::new(&lock(&desk).path, merging);
        let work = move || work(&desk, &queue, merger);
        let thread = thread::Builder::new().name("archive".into()).spawn(work).ok()?;
        Some(Self { letters, thread })
    }
}

fn work(desk: &Mutex<Desk>, queue: &Receiver<Letter>, mut merger: Merger) {
    while let Ok(first) = queue.recv() {
        let letters = [first].into_iter().chain(queue.try_iter());
        let (group, whom): (Vec<_>, Vec<_>) =
            letters.map(|letter| (letter.finish, (letter.sender, letter.reply))).unzip();
        let booked = lock(desk).book(&group);
        merger.count(booked.len());
        deliver(whom.into_iter().zip(booked));
    }
}

fn deliver(answers: impl Iterator<Item = ((ThreadId, oneshot::Sender<Reply>), Response)>) {
    let mut of_threads: Vec<(ThreadId, Vec<_>)> = Vec::new();
    for ((sender, reply), answer) in answers {
        match of_threads.iter_mut().find(|(thread, _)| *thread == sender) {
            Some((_, replies)) => replies.push((reply, answer)),
            None => of_threads.push((sender, vec![(reply, answer)])),
        }
    }
    for (_, mut to_pass_on) in of_threads {
        if let Some((reply, own)) = to_pass_on.pop() {
            // Where it is not waited for any more, it comes back and is dropped.
            let _ = reply.send(Reply { own, to_pass_on: ToPassOn(to_pass_on) });
        }
    }
}

impl Desk {
    /// One transaction for all; where it fails, one for each, so that nobody gets another's error.
    fn book(&self, group: &[Finish]) -> Vec<Response> {
        if let [only] = group {
            return vec![self.book_alone(only)];
        }
        match self.book_together(group) {
            Ok(booked) => booked.into_iter().map(Ok).collect(),
            Err(_) => group.iter().map(|finish| self.book_alone(finish)).collect(),
        }
    }

    fn book_alone(&self, finish: &Finish) -> Response {
        self.book_together(std::slice::from_ref(finish)).map(|mut booked| booked.remove(0))
    }

    fn book_together(&self, group: &[Finish]) -> Result<Vec<Option<AnswerId>>, ArchiveError> {
        in_transaction(&self.connection, &self.path, |connection| {
            group
                .iter()
                .map(|finish| booking::finish(connection, finish))
                .collect::<rusqlite::Result<_>>()
                .map_err(|error| ArchiveError::from_sqlite(&self.path, &error))
        })
    }
}
