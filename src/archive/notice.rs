//! Notices for the user while the run continues.

use crate::domain::text::Message;
use crate::locking::lock;
use std::sync::{Arc, Mutex};

/// The sentences that were not shown yet, each once. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Notices(Arc<Mutex<Vec<Message>>>);

impl Notices {
    pub(super) fn add(&self, notice: Message) {
        let mut notices = lock(&self.0);
        if !notices.contains(&notice) {
            notices.push(notice);
        }
    }

    pub(super) fn take(&self) -> Vec<Message> {
        std::mem::take(&mut lock(&self.0))
    }
}
