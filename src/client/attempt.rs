//! One attempt: stamp, sign, send, judge.

use super::{Caller, Clock, Origin, Refusal, Reply, Wire};
use crate::domain::request::Request;
use crate::interrupt::CancellationToken;
use crate::provider::{Classification, Provider};
use std::sync::Arc;

/// The innermost caller. Each call is one request, signed with the time of this very moment.
pub struct Attempt {
    provider: Arc<dyn Provider>,
    wire: Wire,
    clock: Arc<Clock>,
    reading: Reading,
    stop: CancellationToken,
}

/// When an answer is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// At once: nobody keeps it.
    AtOnce,
    /// By whoever has kept it.
    OnceKept,
}

impl Attempt {
    /// Asks `provider` over `wire`.
    pub const fn new(
        provider: Arc<dyn Provider>,
        wire: Wire,
        clock: Arc<Clock>,
        reading: Reading,
        stop: CancellationToken,
    ) -> Self {
        Self { provider, wire, clock, reading, stop }
    }
}

impl Caller for Attempt {
    async fn call(&self, call: &Request) -> Result<Reply, Refusal> {
        let request = self.provider.sign(call, self.clock.now());
        let answer = self.wire.send(request, &self.stop).await.map_err(|error| Refusal {
            calls: u64::from(error.reached_the_vendor),
            failure: error.failure,
            answer: error.answer,
        })?;
        let read = match self.reading {
            Reading::AtOnce => self.provider.read(&answer),
            Reading::OnceKept => None,
        };
        let (answered, page) = match read {
            Some((answered, page)) => (answered, Some(page)),
            None => match self.provider.classify(&answer) {
                Classification::Answered(answered) => (answered, None),
                Classification::Failed(failure) => {
                    return Err(Refusal { failure, calls: 1, answer: Some(Box::new(answer)) });
                }
            },
        };
        let origin = Origin::Vendor;
        Ok(Reply { answer, answered, page, origin, calls: 1, archive_id: None, not_kept: None })
    }
}
