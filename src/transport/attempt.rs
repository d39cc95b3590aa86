//! One attempt: stamp, sign, send, judge.

use super::{Caller, Clock, Origin, Refusal, Reply, Wire};
use crate::domain::call::Call;
use crate::provider::{Provider, Verdict};
use std::sync::Arc;

/// The innermost caller. Each call is one request, signed with the time of this very moment.
pub struct Attempt {
    provider: Arc<dyn Provider>,
    wire: Arc<Wire>,
    clock: Arc<Clock>,
}

impl Attempt {
    /// Asks `provider` over `wire`.
    pub fn new(provider: Arc<dyn Provider>, wire: Arc<Wire>, clock: Arc<Clock>) -> Self {
        Self { provider, wire, clock }
    }
}

impl Caller for Attempt {
    fn call(&self, call: &Call) -> Result<Reply, Refusal> {
        let request = self.provider.sign(call, self.clock.now());
        let answer = self.wire.send(request).map_err(|error| Refusal {
            calls: u64::from(error.reached_the_vendor),
            failure: error.failure,
            answer: error.answer,
        })?;
        match self.provider.verdict(&answer) {
            Verdict::Answered(answered) => Ok(Reply {
                answer,
                answered,
                page: None,
                origin: Origin::Vendor,
                calls: 1,
                archive_id: None,
                not_kept: None,
            }),
            Verdict::Failed(failure) => Err(Refusal { failure, calls: 1, answer: Some(Box::new(answer)) }),
        }
    }
}
