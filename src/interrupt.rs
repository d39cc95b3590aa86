//! The wish to stop: Ctrl-C, SIGTERM, a reader that closed the pipe, or a run that has come to its end. Every
//! layer asks before it spends, and every pause ends by it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const NONE: usize = 0;
const INTERRUPT: usize = 2;
const PIPE: usize = 13;
const TERMINATE: usize = 15;

/// Why the run is asked to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
    /// Whoever read standard output has gone.
    ClosedPipe,
}

impl StopReason {
    /// The exit code by the contract.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
            Self::ClosedPipe => 0,
        }
    }
}

/// Shared by all threads of a run.
#[derive(Debug, Clone, Default)]
pub struct StopRequest {
    reason: Arc<AtomicUsize>,
    buying_is_over: Arc<AtomicBool>,
}

impl StopRequest {
    /// One that nothing has asked for yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets SIGINT and SIGTERM ask for it. The second signal ends the process at once.
    ///
    /// # Errors
    /// The system's own, where it refuses the handlers.
    pub fn listen_for_signals(&self) -> std::io::Result<()> {
        let armed = Arc::new(AtomicBool::new(false));
        for (signal, value, reason) in [
            (signal_hook::consts::SIGINT, INTERRUPT, StopReason::Interrupt),
            (signal_hook::consts::SIGTERM, TERMINATE, StopReason::Terminate),
        ] {
            signal_hook::flag::register_conditional_shutdown(
                signal,
                i32::from(reason.exit_code()),
                Arc::clone(&armed),
            )?;
            signal_hook::flag::register(signal, Arc::clone(&armed))?;
            signal_hook::flag::register_usize(signal, Arc::clone(&self.reason), value)?;
        }
        Ok(())
    }

    /// Asks to stop because nobody reads any more.
    pub fn pipe_closed(&self) {
        let _ = self.reason.compare_exchange(NONE, PIPE, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Why to stop, if anything asked for it.
    pub fn requested(&self) -> Option<StopReason> {
        match self.reason.load(Ordering::Relaxed) {
            INTERRUPT => Some(StopReason::Interrupt),
            PIPE => Some(StopReason::ClosedPipe),
            TERMINATE => Some(StopReason::Terminate),
            _ => None,
        }
    }

    /// Ends the buying, because the run has met something that must end it. Calls under way are not touched.
    pub fn end_buying(&self) {
        self.buying_is_over.store(true, Ordering::Relaxed);
    }

    /// Whether nothing more may be bought, for whatever reason.
    pub fn forbids_buying(&self) -> bool {
        self.buying_is_over.load(Ordering::Relaxed) || self.requested().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_a_reason_to_stop() {
        let stop = StopRequest::new();
        stop.clone().pipe_closed();
        assert_eq!((stop.forbids_buying(), stop.requested()), (true, Some(StopReason::ClosedPipe)));
    }

    #[test]
    fn a_run_that_ends_its_buying_was_not_asked_to_stop() {
        let stop = StopRequest::new();
        stop.end_buying();
        assert_eq!((stop.forbids_buying(), stop.requested()), (true, None));
    }
}
