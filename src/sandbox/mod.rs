//! A simulation of the vendors' APIs on loopback, over real HTTP/1.1 with keep-alive: for trying the tool, for writing
//! scripts, and for the tests.
//!
//! It is written from the vendors' documents only and never imports `provider`; otherwise a wrong signature would verify
//! itself. It reads no configuration, no archive and no credentials. It keeps only counters, and answers every keyword the
//! same way each time, except the one that shows change.

mod company;
mod exchange;
mod gateway;
mod ihuyi;
mod listing;
mod market;
mod random;
mod registry;
mod scenario;
mod server;
mod shuidi;
mod software;
#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::net::TcpListener;

pub use company::{SAMPLE_DEBTOR, SAMPLE_OWNER};
pub use ihuyi::{IHUYI_ACCOUNT, IHUYI_API_KEY};
pub use market::MARKET_APPCODE;
pub use scenario::{
    KEYWORD_WITH_CHANGES, KEYWORD_WITH_MIXED_RECORDS, KEYWORD_WITH_ONE_RECORD, KEYWORD_WITH_OTHERS_RECORDS,
    KEYWORD_WITHOUT_CHARGE, KEYWORD_WITHOUT_RECORDS,
};
pub use server::ProviderCalls;
pub use shuidi::{SHUIDI_PKEY, SHUIDI_PNAME};

use crate::locking::lock;
use registry::VENDORS;
use server::ServerState;

/// A running sandbox: one thread that serves until this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    state: Arc<ServerState>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Binds `listen` (port 0 = any free port) and starts to serve. Every vendor's answer is delayed by `latency`.
    ///
    /// # Errors
    /// The address cannot be bound, or no thread or event queue is available.
    pub fn start(listen: SocketAddr, latency: Duration) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind(listen))?;
        let state = Arc::new(ServerState::new(listener.local_addr()?, latency));
        let served = Arc::clone(&state);
        let thread = std::thread::Builder::new().name("sandbox".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::spawn(server::serve(listener, Arc::clone(&served)));
                served.stop.notified().await;
            });
        })?;
        Ok(Self { state, thread: Some(thread) })
    }

    /// The address on which the sandbox listens, with its actual port.
    pub fn address(&self) -> SocketAddr {
        self.state.address
    }

    /// The endpoint of a vendor; empty for an unknown one.
    pub fn endpoint(&self, vendor: &str) -> String {
        let vendor = VENDORS.iter().find(|known| known.name == vendor);
        vendor.map(|vendor| format!("http://{}{}", self.state.address, vendor.path)).unwrap_or_default()
    }

    /// The environment variables that configure hecha for this sandbox: endpoints and credentials.
    pub fn environment(&self) -> Vec<(String, String)> {
        let mut variables = Vec::new();
        for vendor in VENDORS {
            let endpoint = format!("HECHA_{}_ENDPOINT", vendor.name.to_ascii_uppercase());
            variables.push((endpoint, self.endpoint(vendor.name)));
            let credentials = vendor.credentials.iter();
            variables.extend(credentials.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        }
        variables
    }

    /// The requests that a vendor has received so far.
    pub fn calls(&self, vendor: &str) -> ProviderCalls {
        lock(&self.state.calls).get(vendor).copied().unwrap_or_default()
    }
}

impl Drop for Sandbox {
    /// Ends the sandbox and closes its connections, even in the middle of an answer.
    fn drop(&mut self) {
        self.state.stop.notify_one();
        // A destructor cannot report a panic of the thread; its clients have noticed it.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
