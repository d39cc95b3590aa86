//! An imitation of the three vendors' APIs on loopback, over real HTTP/1.1 with keep-alive: for people who try the tool, for
//! those who write scripts, and for the tests.
//!
//! It is written from the vendors' documents only and never imports `provider`, or a wrong signature would verify itself. It
//! reads no configuration, no archive and no credentials, keeps nothing of a request but counts, and answers every keyword
//! the same way each time. `GET /` names its endpoints, credentials and magic keywords; `GET /_sandbox/calls` its counts.

mod company;
mod counts;
mod dice;
mod exchange;
mod gateway;
mod ihuyi;
mod ihuyi_rows;
mod manual;
mod market;
mod market_rows;
mod script;
mod server;
mod shuidi;
mod shuidi_rows;
mod software;
mod stencil;
#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use tokio::sync::Notify;

pub use company::{SHOWPIECE_DEBTOR, SHOWPIECE_OWNER};
pub use counts::{CallCounts, ProviderCalls};
pub use ihuyi::{IHUYI_ACCOUNT, IHUYI_API_KEY};
pub use market::MARKET_APPCODE;
pub use script::{KEYWORD_WITH_ONE_RECORD, KEYWORD_WITHOUT_RECORDS};
pub use shuidi::{SHUIDI_PKEY, SHUIDI_PNAME};

use server::Desk;

/// How a sandbox behaves.
#[derive(Debug, Clone, Copy, Default)]
pub struct SandboxOptions {
    /// How long every vendor's answer is held back; none by default.
    pub latency: Duration,
    /// The clock by which stamps are judged and `Date` headers written; the system's by default.
    pub clock: SandboxClock,
}

/// The sandbox's clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SandboxClock {
    /// The system's clock.
    #[default]
    System,
    /// So much ahead of the system's clock: to its clients, their own clock is late.
    Ahead(Duration),
    /// So much behind the system's clock.
    Behind(Duration),
}

impl SandboxClock {
    fn now(self) -> SystemTime {
        let now = SystemTime::now();
        match self {
            Self::System => Some(now),
            Self::Ahead(offset) => now.checked_add(offset),
            Self::Behind(offset) => now.checked_sub(offset),
        }
        .unwrap_or(now)
    }
}

/// A running sandbox: one thread that answers until it is stopped or this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    desk: Arc<Desk>,
    stop: StopHandle,
    thread: Option<JoinHandle<()>>,
}

/// Stops a sandbox from elsewhere, for instance from the thread that receives signals. Stopping twice does no harm.
#[derive(Debug, Clone)]
pub struct StopHandle {
    stopped: Arc<Notify>,
}

impl StopHandle {
    /// Ends the sandbox; connections are closed, also in the middle of an answer.
    pub fn stop(&self) {
        self.stopped.notify_one();
    }
}

impl Sandbox {
    /// Binds `listen` (port 0 = any free port) and begins to answer.
    ///
    /// # Errors
    /// Where the address cannot be bound, or no thread or event queue can be had.
    pub fn start(listen: SocketAddr, options: SandboxOptions) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(listen)?;
        listener.set_nonblocking(true)?;
        let desk = Arc::new(Desk::new(listener.local_addr()?, options.latency, options.clock));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _entered = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let stop = StopHandle { stopped: Arc::new(Notify::new()) };
        let stopped = Arc::clone(&stop.stopped);
        let served = Arc::clone(&desk);
        let thread = std::thread::Builder::new().name("sandbox".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::spawn(server::serve(listener, served));
                stopped.notified().await;
            });
        })?;
        Ok(Self { desk, stop, thread: Some(thread) })
    }

    /// Where the sandbox listens, with the port it was given.
    pub fn address(&self) -> SocketAddr {
        self.desk.address
    }

    /// The dishonest list: `http://ADDRESS/market/dishonest`.
    pub fn market_endpoint(&self) -> String {
        self.endpoint(market::PATH)
    }

    /// ihuyi's copyright check in JSON: `http://ADDRESS/idcard/entcopy/Submit.json`. `Submit.xml` beside it answers XML.
    pub fn ihuyi_endpoint(&self) -> String {
        self.endpoint(ihuyi::JSON_PATH)
    }

    /// shuidi's software copyrights: `http://ADDRESS/utn/ip/CopyrightSoftwarePageByKey/V2`.
    pub fn shuidi_endpoint(&self) -> String {
        self.endpoint(shuidi::PATH)
    }

    /// What has been asked and charged so far.
    pub fn calls(&self) -> CallCounts {
        self.desk.tally.counts()
    }

    /// A handle that stops this sandbox from another thread.
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.clone()
    }

    /// Serves until a [`StopHandle`] stops it, and gives the final counts.
    ///
    /// # Errors
    /// Where the serving thread panicked.
    pub fn wait(mut self) -> io::Result<CallCounts> {
        self.joined()?;
        Ok(self.calls())
    }

    fn endpoint(&self, path: &str) -> String {
        format!("http://{}{path}", self.desk.address)
    }

    fn joined(&mut self) -> io::Result<()> {
        match self.thread.take().map(JoinHandle::join) {
            Some(Err(_)) => Err(io::Error::other("the sandbox's thread panicked: please report it")),
            Some(Ok(())) | None => Ok(()),
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.stop();
        // A panic of the thread has been seen by its clients; a destructor has nobody to tell.
        let _ = self.joined();
    }
}
