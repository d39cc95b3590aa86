//! What drives the calls of one thread.

use super::wire::{LONGEST_SLICE, configuration};
use crate::domain::failure::Failure;
use crate::domain::text::message;
use tokio::runtime::{Builder, Runtime};
use tokio::time::sleep;

/// One thread's event loop: its sockets, its timers and the futures that wait for them.
pub struct EventLoop(Runtime);

impl EventLoop {
    /// Asks the system for one.
    ///
    /// # Errors
    /// Where the system has none to give.
    pub fn new() -> Result<Self, Failure> {
        let runtime = Builder::new_current_thread().enable_io().enable_time().build().map_err(|reason| {
            configuration(message!("cannot prepare connections: {reason}", "无法准备连接：{reason}"))
        })?;
        Ok(Self(runtime))
    }

    /// Drives `work`, and whatever it spawns meanwhile, until `work` is done. Nobody waits for a name server that has
    /// not answered by then.
    pub fn run<F: Future>(self, work: F) -> F::Output {
        // To set a timer before all others takes a system call, and every call sets one: this one is earlier as a rule.
        self.0.spawn(async {
            loop {
                sleep(LONGEST_SLICE).await;
            }
        });
        let result = self.0.block_on(work);
        self.0.shutdown_background();
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn a_name_server_that_does_not_answer_delays_no_end() {
        let begun = Instant::now();
        EventLoop::new().unwrap().run(async {
            tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_secs(20)));
        });
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
}
