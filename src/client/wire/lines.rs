//! The connections of one thread, lent to one call each, and whether a server keeps them.
//!
//! A server may close a connection after an answer without a word. What is written to it in that moment is lost, and
//! nobody can tell whether it was charged. So the first connection that has answered is tried again by one call alone.
//! Once it has answered twice, all are used again and again; where it was closed instead, none is used twice. Until that
//! is known, other calls have new connections, each in place of one that has answered.

use crate::domain::failure::Failure;
use crate::locking::lock;
use hyper_util::client::legacy::connect::HttpInfo;
use reqwest::header::{CONNECTION, TRANSFER_ENCODING};
use reqwest::{Client, Response as HttpResponse, Version};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// How long a client keeps a connection that nobody uses. Servers and balancers close what is idle, the quickest usual
/// ones after 5 seconds.
pub(super) const LONGEST_IDLE: Duration = Duration::from_secs(4);

/// A connection that was closed so soon after an answer was not closed because it was idle.
const NOT_IDLE: Duration = Duration::from_secs(2);

/// How long a call waits for the end of a trial before it makes a connection of its own: long enough for calls of which
/// each takes as long as the trial, too short to be seen in the pace of a run.
const PATIENCE: Duration = Duration::from_millis(5);

/// What is known of a server, shared by all threads.
#[derive(Debug, Default)]
pub(super) struct Server {
    habit: Mutex<Habit>,
    trial_has_ended: Notify,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Habit {
    /// No connection has been used twice.
    #[default]
    Unknown,
    /// One call uses a connection for the second time.
    OnTrial,
    /// A connection has answered twice.
    Keeps,
    /// A connection was closed after an answer without a word.
    Closes,
}

/// Whether a call may use a connection that has answered before.
enum Reuse {
    Freely,
    OnTrial(Trial),
    NotNow,
    Never,
}

impl Server {
    fn reuse(self: &Arc<Self>) -> Reuse {
        let mut habit = lock(&self.habit);
        match *habit {
            Habit::Unknown => {
                *habit = Habit::OnTrial;
                Reuse::OnTrial(Trial(Arc::clone(self)))
            }
            Habit::OnTrial => Reuse::NotNow,
            Habit::Keeps => Reuse::Freely,
            Habit::Closes => Reuse::Never,
        }
    }

    fn keeps_connections(&self) {
        let mut habit = lock(&self.habit);
        if *habit != Habit::Closes {
            *habit = Habit::Keeps;
        }
    }

    fn closes_connections(&self) {
        let before = std::mem::replace(&mut *lock(&self.habit), Habit::Closes);
        if before != Habit::Closes {
            log::info!(
                zh = "服务商会不作声明地关闭连接：此后每次调用使用新的连接";
                "the vendor closes connections without saying so: from now on each call has a new one"
            );
        }
    }
}

/// The call that tries a connection again. Where it comes to nothing, another one may try.
struct Trial(Arc<Server>);

impl Drop for Trial {
    fn drop(&mut self) {
        let mut habit = lock(&self.0.habit);
        if *habit == Habit::OnTrial {
            *habit = Habit::Unknown;
        }
        drop(habit);
        self.0.trial_has_ended.notify_waiters();
    }
}

/// How a client is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connections {
    /// It keeps its connection for the next call.
    Kept,
    /// Each call has one of its own.
    UsedOnce,
}

/// Clients that nobody uses at the moment; the last one that was given back goes out first. Within a client, a call that
/// waits for its own connection is given the one of a call that has ended, before anybody could hear that the other end
/// has closed it. So each is lent to one call at a time.
pub(super) struct Lines(Mutex<Vec<Idle>>);

struct Idle {
    client: Client,
    connections: Connections,
    last_answer: Option<LastAnswer>,
}

impl Idle {
    const fn new(client: Client, connections: Connections) -> Self {
        Self { client, connections, last_answer: None }
    }
}

/// The last answer that came over a connection which is still there, as far as is known.
#[derive(Clone, Copy)]
struct LastAnswer {
    /// Our end of the connection, by which it is known again; `None` where nobody says it.
    address: Option<SocketAddr>,
    at: Instant,
}

/// A client that is lent to one call.
pub(super) struct Line {
    idle: Idle,
    server: Arc<Server>,
    trial: Option<Trial>,
    taken_at: Instant,
}

impl Lines {
    /// Beginning with a client that has no connection yet.
    pub(super) fn new(client: Client) -> Self {
        Self(Mutex::new(vec![Idle::new(client, Connections::Kept)]))
    }

    /// A client for one call to this server; `make` makes new ones.
    pub(super) async fn take(
        &self,
        server: &Arc<Server>,
        make: impl Fn(Connections) -> Result<Client, Failure>,
    ) -> Result<Line, Failure> {
        if let Some(line) = self.take_now(server, &make)? {
            return Ok(line);
        }
        let patient_until = Instant::now() + PATIENCE;
        loop {
            let mut trial_has_ended = pin!(server.trial_has_ended.notified());
            trial_has_ended.as_mut().enable();
            if let Some(line) = self.take_now(server, &make)? {
                return Ok(line);
            }
            if timeout_at(patient_until, trial_has_ended).await.is_err() {
                // In place of one whose connection is closed now: there are never more than calls at once.
                let replaced = lock(&self.0).pop();
                drop(replaced);
                let idle = Idle::new(make(Connections::Kept)?, Connections::Kept);
                return Ok(Line::new(idle, server, None));
            }
        }
    }

    /// `None` while another call tries a connection again.
    fn take_now(
        &self,
        server: &Arc<Server>,
        make: impl Fn(Connections) -> Result<Client, Failure>,
    ) -> Result<Option<Line>, Failure> {
        let mut idle = lock(&self.0);
        let has_answered = idle.last().is_some_and(|line| line.last_answer.is_some());
        let reuse = if has_answered { server.reuse() } else { Reuse::Freely };
        let (trial, connections) = match reuse {
            Reuse::Freely => (None, Connections::Kept),
            Reuse::OnTrial(trial) => (Some(trial), Connections::Kept),
            Reuse::NotNow => return Ok(None),
            Reuse::Never => {
                idle.retain(|line| line.last_answer.is_none());
                (None, Connections::UsedOnce)
            }
        };
        let found = idle.pop();
        drop(idle);
        let idle = match found {
            Some(idle) => idle,
            None => Idle::new(make(connections)?, connections),
        };
        Ok(Some(Line::new(idle, server, trial)))
    }

    /// Takes a client back whose last call was answered as a whole, or not begun: after any other nobody knows of its
    /// connection.
    pub(super) fn give_back(&self, line: Line) {
        lock(&self.0).push(line.idle);
    }
}

impl Line {
    fn new(idle: Idle, server: &Arc<Server>, trial: Option<Trial>) -> Self {
        Self { idle, server: Arc::clone(server), trial, taken_at: Instant::now() }
    }

    /// What sends the request.
    pub(super) const fn client(&self) -> &Client {
        &self.idle.client
    }

    /// Whether its connection may have been closed by the other end while nobody looked.
    pub(super) const fn may_be_closed(&self) -> bool {
        self.idle.last_answer.is_some()
    }

    /// The head of an answer has come.
    pub(super) fn answered(&mut self, response: &HttpResponse) {
        let address = response.extensions().get::<HttpInfo>().map(HttpInfo::local_addr);
        if let (Some(trial), Some(last)) = (self.trial.take(), self.idle.last_answer) {
            if last.address.is_none() || last.address == address {
                self.server.keeps_connections();
            } else if self.taken_at.duration_since(last.at) < NOT_IDLE {
                self.server.closes_connections();
            }
            drop(trial);
        }
        let stays = self.idle.connections == Connections::Kept && !is_the_last(response);
        self.idle.last_answer = stays.then(|| LastAnswer { address, at: Instant::now() });
    }

    /// The request was written, as far as is known, and no answer came.
    pub(super) fn broke(&mut self) {
        let last = self.idle.last_answer.take();
        if last.is_some_and(|last| self.taken_at.duration_since(last.at) < LONGEST_IDLE) {
            self.server.closes_connections();
        }
    }
}

/// Whether the server says that it closes the connection behind this answer, or ends the answer by closing it.
fn is_the_last(response: &HttpResponse) -> bool {
    if response.content_length().is_none() && !response.headers().contains_key(TRANSFER_ENCODING) {
        return true;
    }
    let says = |word: &str| {
        let values = response.headers().get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|said| said.trim().eq_ignore_ascii_case(word))
    };
    if response.version() < Version::HTTP_11 { !says("keep-alive") } else { says("close") }
}
