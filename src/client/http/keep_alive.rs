//! Reuse of connections, no further than the server is known to keep them.
//!
//! A server may close a connection after an answer without announcing it. A request that is written at that moment is
//! lost, and it is unknown whether it was charged. So one connection, the probe, is used by one call at a time and shows
//! how many requests the server answers over one connection. All other calls share a pool of connections, of which none
//! is used as often. Until the probe has shown enough, they use new connections. After the first silent close no
//! connection is reused. So at most one call of a run is lost in this way, at any concurrency.

use crate::domain::failure::Failure;
use crate::locking::lock;
use hyper_util::client::legacy::connect::HttpInfo;
use reqwest::Version;
use reqwest::blocking::{Client, Response};
use reqwest::header::{CONNECTION, TRANSFER_ENCODING};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

/// The time for which an idle connection is kept. Servers and load balancers close idle connections after 5 seconds at
/// the soonest.
pub(super) const LONGEST_IDLE: Duration = Duration::from_secs(4);

/// A connection that was closed this soon after an answer was not closed because it was idle.
const NOT_IDLE: Duration = Duration::from_secs(2);

/// The minimum number of answers by which the probe is ahead of every shared connection. Between the arrival of an answer
/// and its being counted here, another call may already use its connection.
const LEAD: u32 = 2;

/// The connections to one server.
#[derive(Default)]
pub(super) struct KeepAlive(Mutex<State>);

#[derive(Default)]
struct State {
    /// Whether a connection was closed silently.
    closes: bool,
    /// Whether a call uses the probe.
    probe_in_use: bool,
    clients: HashMap<Kind, Client>,
    /// The last answer over the probe, unless the server announced that it closes the connection.
    last_answer: Option<LastAnswer>,
    /// Answers over the present connection of the probe.
    answers: u32,
    /// The highest number of answers over one connection of the probe.
    most_answers: u32,
    /// Answers over each connection of the shared client, by its local address.
    shared_answers: HashMap<Option<SocketAddr>, u32>,
}

#[derive(Debug, Clone, Copy)]
struct LastAnswer {
    /// The local address of the connection; `None` if it is unknown.
    address: Option<SocketAddr>,
    at: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Probe,
    Shared,
    SingleUse,
}

/// A client for one call.
pub(super) struct Connection<'a> {
    keep_alive: &'a KeepAlive,
    pub(super) client: Client,
    kind: Kind,
    taken_at: Instant,
}

impl KeepAlive {
    /// Chooses the connection for a call; `build` makes a client that keeps at most the given number of connections.
    pub(super) fn connection(
        &self,
        build: impl FnOnce(usize) -> Result<Client, Failure>,
    ) -> Result<Connection<'_>, Failure> {
        let mut state = lock(&self.0);
        let kind = state.kind();
        let client = match state.clients.get(&kind) {
            Some(client) => client.clone(),
            None => build(if kind == Kind::SingleUse { 0 } else { usize::MAX })?,
        };
        state.clients.insert(kind, client.clone());
        state.probe_in_use |= kind == Kind::Probe;
        Ok(Connection { keep_alive: self, client, kind, taken_at: Instant::now() })
    }
}

impl State {
    const fn kind(&self) -> Kind {
        if self.closes {
            Kind::SingleUse
        } else if !self.probe_in_use {
            Kind::Probe
        } else if self.most_answers > LEAD + 1 {
            Kind::Shared
        } else {
            Kind::SingleUse
        }
    }

    fn closed_silently(&mut self) {
        if !self.closes {
            self.closes = true;
            log::info!(
                zh = "服务商会在未声明的情况下关闭连接：此后每次调用使用新的连接";
                "the vendor closes connections without announcing it: each further call uses a new one"
            );
        }
    }

    fn probe_answered(&mut self, taken_at: Instant, answer: LastAnswer, is_last: bool) {
        if let Some(last) = self.last_answer
            && last.address.is_some()
            && last.address != answer.address
        {
            self.answers = 0;
            if taken_at.duration_since(last.at) < NOT_IDLE {
                self.closed_silently();
            }
        }
        self.answers = self.answers.saturating_add(1);
        self.most_answers = self.most_answers.max(self.answers);
        self.last_answer = (!is_last).then_some(answer);
        if is_last {
            self.answers = 0;
        }
    }

    fn shared_answered(&mut self, address: Option<SocketAddr>) {
        let answers = self.shared_answers.entry(address).or_default();
        *answers += 1;
        if *answers + LEAD >= self.most_answers {
            // Its connections close when the calls in flight have ended.
            self.clients.remove(&Kind::Shared);
            self.shared_answers.clear();
        }
    }
}

impl Connection<'_> {
    /// Records that the head of a response has arrived.
    pub(super) fn answered(&self, response: &Response) {
        let address = response.extensions().get::<HttpInfo>().map(HttpInfo::local_addr);
        let mut state = lock(&self.keep_alive.0);
        match self.kind {
            Kind::Probe => {
                let answer = LastAnswer { address, at: Instant::now() };
                state.probe_answered(self.taken_at, answer, closes_connection(response));
            }
            Kind::Shared => state.shared_answered(address),
            Kind::SingleUse => {}
        }
    }

    /// Records that the request was written, as far as is known, and no response came.
    pub(super) fn broke(&self) {
        let mut state = lock(&self.keep_alive.0);
        let was_reused = match self.kind {
            Kind::Probe => {
                let last = state.last_answer.take();
                last.is_some_and(|last| self.taken_at.duration_since(last.at) < LONGEST_IDLE)
            }
            // It is unknown whether the connection was a new one.
            Kind::Shared => true,
            Kind::SingleUse => false,
        };
        if was_reused {
            state.closed_silently();
        }
    }
}

impl Drop for Connection<'_> {
    /// Returns the probe.
    fn drop(&mut self) {
        if self.kind == Kind::Probe {
            lock(&self.keep_alive.0).probe_in_use = false;
        }
    }
}

impl Drop for State {
    /// Drops the clients in a thread of its own, because each waits for its pending name resolutions.
    fn drop(&mut self) {
        let clients = std::mem::take(&mut self.clients);
        thread::spawn(move || drop(clients));
    }
}

/// Whether the server announces that it closes the connection after this response, or ends the response by closing it.
fn closes_connection(response: &Response) -> bool {
    if response.content_length().is_none() && !response.headers().contains_key(TRANSFER_ENCODING) {
        return true;
    }
    let announces = |word: &str| {
        let values = response.headers().get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|option| option.trim().eq_ignore_ascii_case(word))
    };
    if response.version() < Version::HTTP_11 { !announces("keep-alive") } else { announces("close") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(port: u16) -> LastAnswer {
        LastAnswer { address: Some(([127, 0, 0, 1], port).into()), at: Instant::now() }
    }

    fn probed(answers: u16) -> State {
        let mut state = State::default();
        (0..answers).for_each(|_| state.probe_answered(Instant::now(), answer(1), false));
        state
    }

    #[test]
    fn one_call_uses_the_probe_and_others_share_connections_after_it_has_answered_often_enough() {
        let mut state = probed(3);
        assert_eq!(state.kind(), Kind::Probe);
        state.probe_in_use = true;
        assert_eq!(state.kind(), Kind::SingleUse);
        state.probe_answered(Instant::now(), answer(1), false);
        assert_eq!(state.kind(), Kind::Shared);
    }

    #[test]
    fn the_probe_stays_ahead_of_every_shared_connection() {
        let mut state = probed(8);
        for port in [1, 2, 1, 2, 1, 2, 1, 2, 1, 2] {
            state.shared_answered(answer(port).address);
            assert!(!state.shared_answers.is_empty());
        }
        state.shared_answered(answer(1).address);
        assert!(state.shared_answers.is_empty(), "a new client takes the place of the old one");
    }

    #[test]
    fn a_connection_that_was_closed_soon_after_an_answer_ends_all_reuse() {
        let mut state = probed(8);
        state.probe_answered(Instant::now(), answer(2), false);
        assert_eq!(state.kind(), Kind::SingleUse);
    }

    #[test]
    fn an_announced_close_and_an_idle_time_out_do_not() {
        let mut state = probed(8);
        state.probe_answered(Instant::now(), answer(1), true);
        state.probe_answered(Instant::now(), answer(2), false);
        assert_eq!(state.kind(), Kind::Probe);
        state.probe_answered(Instant::now() + NOT_IDLE, answer(3), false);
        assert_eq!(state.kind(), Kind::Probe);
    }
}
