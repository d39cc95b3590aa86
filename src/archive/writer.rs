//! The one writing connection, shared by many threads: group commit.
//!
//! A caller puts its operation into the queue. Whoever finds no leader leads: it takes the connection, runs all
//! queued operations in one immediate transaction, commits, hands the lead to the first who came meanwhile, and
//! wakes the others with their results. So one commit serves all who waited for the one before.

use super::answer::{AnswerId, AttemptId};
use super::booking::{self, Begin, Begun, Finish};
use super::connection::{self, in_transaction};
use super::error::ArchiveError;
use super::liveness::Run;
use rusqlite::Connection;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// What a thread wants done.
pub(super) enum Operation {
    Begin(Begin),
    Finish(Box<Finish>),
}

/// What came of it.
pub(super) enum Done {
    Begun(Begun),
    Booked(Option<AnswerId>),
}

/// How often a leader steps back for others, at most.
const GATHERING_TURNS: u32 = 16;

/// How often a thread steps back for others before it sleeps until its operation is done.
const STEPPING_BACK_BEFORE_SLEEP: u32 = 64;

type Answer = Result<Done, ArchiveError>;

enum Turn {
    Waiting,
    Leading,
    Over(Answer),
}

struct Waiter {
    turn: Mutex<Turn>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<(Operation, Arc<Waiter>)>,
    is_led: bool,
}

/// The writing connection with this run's registration.
pub(super) struct Desk {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    run: Option<Run>,
    last_sequence: i64,
    /// Whether a short log may stay beside the file when this connection is closed.
    pub(super) leaves_a_log: bool,
    /// Attempts of this run whose end could not be booked: nobody is buying by them any more.
    lost: Vec<i64>,
}

/// Hands operations to the desk in groups.
pub(super) struct Writer {
    queue: Mutex<Queue>,
    desk: Mutex<Desk>,
}

impl Writer {
    pub(super) fn new(connection: Connection, path: &Path) -> Self {
        let desk = Desk {
            connection,
            path: path.to_owned(),
            run: None,
            last_sequence: 0,
            leaves_a_log: true,
            lost: Vec::new(),
        };
        Self { queue: Mutex::default(), desk: Mutex::new(desk) }
    }

    /// The connection, for work that is rare enough to be done alone.
    pub(super) fn desk(&self) -> MutexGuard<'_, Desk> {
        lock(&self.desk)
    }

    /// Runs one operation, durably, together with whatever other threads want at the same time.
    pub(super) fn submit(&self, operation: Operation) -> Answer {
        let waiter = Arc::new(Waiter { turn: Mutex::new(Turn::Waiting), changed: Condvar::new() });
        let must_lead = {
            let mut queue = lock(&self.queue);
            queue.waiting.push((operation, Arc::clone(&waiter)));
            !mem::replace(&mut queue.is_led, true)
        };
        if !must_lead && let Some(answer) = waiter.wait() {
            return answer;
        }
        self.lead(&waiter)
    }

    /// Lets others who are about to come join the group. Costs nothing where nobody else wants to run.
    fn gather(&self) {
        let mut seen = 0;
        for _ in 0..GATHERING_TURNS {
            let waiting = lock(&self.queue).waiting.len();
            if waiting == seen {
                return;
            }
            seen = waiting;
            thread::yield_now();
        }
    }

    fn lead(&self, own: &Arc<Waiter>) -> Answer {
        let mut desk = self.desk();
        self.gather();
        let (operations, waiters): (Vec<_>, Vec<_>) =
            mem::take(&mut lock(&self.queue).waiting).into_iter().unzip();
        let answers = desk.execute(&operations);
        drop(desk);
        self.hand_over();
        let mut own_answer = None;
        for (waiter, answer) in waiters.iter().zip(answers) {
            if Arc::ptr_eq(waiter, own) {
                own_answer = Some(answer);
            } else {
                waiter.change(Turn::Over(answer));
            }
        }
        own_answer.expect("a leader's own operation stays queued until it leads")
    }

    fn hand_over(&self) {
        let mut queue = lock(&self.queue);
        match queue.waiting.first() {
            Some((_, next)) => next.change(Turn::Leading),
            None => queue.is_led = false,
        }
    }
}

impl Waiter {
    fn change(&self, turn: Turn) {
        *lock(&self.turn) = turn;
        self.changed.notify_one();
    }

    /// The answer, or `None` where the lead was handed over.
    fn wait(&self) -> Option<Answer> {
        // Sleeping and being woken takes as long as a group does.
        for _ in 0..STEPPING_BACK_BEFORE_SLEEP {
            if !matches!(*lock(&self.turn), Turn::Waiting) {
                break;
            }
            thread::yield_now();
        }
        let mut turn = lock(&self.turn);
        loop {
            match mem::replace(&mut *turn, Turn::Waiting) {
                Turn::Over(answer) => return Some(answer),
                Turn::Leading => return None,
                Turn::Waiting => turn = self.changed.wait(turn).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

impl Desk {
    /// One transaction for all; where it fails, one for each, so that nobody gets another's error.
    fn execute(&mut self, operations: &[Operation]) -> Vec<Answer> {
        if let [only] = operations {
            return vec![self.execute_alone(only)];
        }
        match self.execute_together(operations) {
            Ok(done) => done.into_iter().map(Ok).collect(),
            Err(_) => operations.iter().map(|operation| self.execute_alone(operation)).collect(),
        }
    }

    fn execute_alone(&mut self, operation: &Operation) -> Answer {
        match self.execute_together(std::slice::from_ref(operation)) {
            Ok(mut done) => Ok(done.remove(0)),
            Err(error) => {
                if let Operation::Finish(finish) = operation {
                    self.lost.push(finish.attempt.sequence);
                }
                Err(error)
            }
        }
    }

    fn execute_together(&mut self, operations: &[Operation]) -> Result<Vec<Done>, ArchiveError> {
        self.register_where_needed(operations)?;
        let Self { connection, path, run, last_sequence, lost, .. } = self;
        let run = run.as_ref().map_or(0, |run| run.id);
        in_transaction(connection, path, |connection| {
            let execute = |operation: &Operation| match operation {
                Operation::Begin(begin) => {
                    *last_sequence += 1;
                    let attempt = AttemptId { run, sequence: *last_sequence };
                    booking::begin(connection, path, begin, attempt, lost).map(Done::Begun)
                }
                Operation::Finish(finish) => booking::finish(connection, path, finish).map(Done::Booked),
            };
            operations.iter().map(execute).collect()
        })
    }

    fn register_where_needed(&mut self, operations: &[Operation]) -> Result<(), ArchiveError> {
        let first = operations.iter().find_map(|operation| match operation {
            Operation::Begin(begin) => Some(begin.now_ms),
            Operation::Finish(_) => None,
        });
        if let (None, Some(now_ms)) = (&self.run, first) {
            let run = in_transaction(&self.connection, &self.path, |connection| {
                Run::register(connection, &self.path, now_ms)
            })?;
            self.run = Some(run);
            connection::trust_own_rows(&self.connection)
                .map_err(|error| ArchiveError::from_sqlite(&self.path, &error))?;
        }
        Ok(())
    }

    /// Ends this run: its unfinished attempts are booked as interrupted, its lock is let go.
    pub(super) fn retire(&mut self, now_ms: i64) {
        let Some(run) = self.run.take() else { return };
        // Where this fails, the next run finds the lock free and books the same.
        let _ = in_transaction(&self.connection, &self.path, |connection| {
            run.retire(connection, now_ms).map_err(|error| ArchiveError::from_sqlite(&self.path, &error))
        });
        run.leave();
    }

    /// Forgets the run as SIGKILL would: the lock is gone, its file and its rows stay.
    #[cfg(test)]
    pub(super) fn die(&mut self) {
        self.run = None;
    }
}

/// A panic elsewhere leaves nothing half-done behind these locks: transactions roll back.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
