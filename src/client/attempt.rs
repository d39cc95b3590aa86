//! One attempt: stamp, sign, send, classify.

use super::{Client, FetchError, FetchResult, Fetched};
use crate::domain::request::Request;

impl Client {
    /// Sends one request, signed with the current time.
    pub(super) fn attempt(&self, request: &Request) -> FetchResult {
        let signed = self.provider.sign(request, self.clock.now());
        let response = self.http.send(signed, &self.cancellation)?;
        match self.provider.classify(&response) {
            Ok(answered) => Ok(Fetched {
                response,
                answered,
                from_archive: false,
                calls: 1,
                archive_id: None,
                completion: None,
                not_stored: None,
            }),
            Err(failure) => Err(FetchError { failure, calls: 1, response: Some(Box::new(response)) }),
        }
    }
}
