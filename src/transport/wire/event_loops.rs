//! Clients with the event loop that drives each, lent to one call at a time.
//!
//! A call blocks the thread that makes it and is driven by that very thread. The library's own blocking client has
//! one hidden thread for all calls, and each request then passes from thread to thread three times: of a bare loop on
//! loopback, 8 at once, that takes a third of the throughput (32,000 against 48,000 requests a second).

use super::{causes, configuration};
use crate::domain::failure::Failure;
use crate::domain::text::message;
use reqwest::{Client, ClientBuilder};
use std::sync::{Mutex, PoisonError};
use tokio::runtime::{Builder, Runtime};

/// Makes one client after the other, all alike.
type Recipe = Box<dyn Fn() -> Result<ClientBuilder, Failure> + Send + Sync>;

/// As many clients as calls were ever under way at once, each with the connections it keeps.
pub(super) struct EventLoops {
    recipe: Recipe,
    /// The last one that was given back goes out first: its connection is the warmest.
    idle: Mutex<Vec<EventLoop>>,
}

struct EventLoop {
    client: Client,
    runtime: Runtime,
}

impl EventLoops {
    /// Makes the first one, so that a recipe that cannot be followed is an error at once.
    pub(super) fn new(
        recipe: impl Fn() -> Result<ClientBuilder, Failure> + Send + Sync + 'static,
    ) -> Result<Self, Failure> {
        let first = EventLoop::new(recipe()?)?;
        Ok(Self { recipe: Box::new(recipe), idle: Mutex::new(vec![first]) })
    }

    /// Lends a client to `work` and drives it to its end.
    ///
    /// # Errors
    /// Where another event loop is needed and the system has none to give.
    pub(super) fn run<T>(&self, work: impl AsyncFnOnce(&Client) -> T) -> Result<T, Failure> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let event_loop = match idle {
            Some(event_loop) => event_loop,
            None => EventLoop::new((self.recipe)()?)?,
        };
        let result = event_loop.runtime.block_on(async {
            // Nobody watched the idle connections. In the first turn the loop hears which of them the other end has
            // closed, in the second they are let go of; a request must not be written to one of those.
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
            work(&event_loop.client).await
        });
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(event_loop);
        Ok(result)
    }
}

impl EventLoop {
    fn new(recipe: ClientBuilder) -> Result<Self, Failure> {
        let client = recipe.build().map_err(|error| cannot_prepare(causes(&error.without_url())))?;
        let runtime = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(|error| cannot_prepare(error.to_string()))?;
        Ok(Self { client, runtime })
    }
}

fn cannot_prepare(reason: String) -> Failure {
    configuration(message!("cannot prepare connections: {reason}", "无法准备连接：{reason}"))
}
