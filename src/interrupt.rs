//! Cancellation of a run: SIGINT, SIGTERM, SIGHUP, a closed output pipe, or the run's own decision to stop.

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// No event has stopped the run.
const NO_REASON: usize = 0;

/// The outside event that stopped a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// SIGINT (Ctrl-C).
    Interrupt = 1,
    /// SIGTERM, or SIGHUP of a closed terminal.
    Terminate,
    /// The reader of standard output closed the pipe.
    ClosedPipe,
}

impl StopReason {
    /// The exit code of a run that stopped for this reason.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
            Self::ClosedPipe => 0,
        }
    }
}

/// A cancellation flag shared by all threads of a run. It is checked before every request and during every pause.
#[derive(Debug, Clone, Default)]
pub struct CancellationToken {
    reason: Arc<AtomicUsize>,
    cancelled: Arc<AtomicBool>,
}

impl CancellationToken {
    /// A token that is not cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels the token on SIGINT, SIGTERM and SIGHUP. A SIGINT after one of the first two ends the process immediately.
    /// The others do not, because a closed terminal sends SIGHUP twice, and `timeout` SIGTERM.
    ///
    /// # Errors
    /// The error of the system if it refuses a signal handler.
    pub fn listen_for_signals(&self) -> std::io::Result<()> {
        let armed = Arc::new(AtomicBool::new(false));
        let exit_code = i32::from(StopReason::Interrupt.exit_code());
        flag::register_conditional_shutdown(SIGINT, exit_code, Arc::clone(&armed))?;
        for (signal, reason) in [(SIGINT, StopReason::Interrupt), (SIGTERM, StopReason::Terminate)] {
            flag::register(signal, Arc::clone(&armed))?;
            flag::register_usize(signal, Arc::clone(&self.reason), reason as usize)?;
        }
        #[cfg(target_os = "linux")]
        if !is_hangup_ignored() {
            let hangup = rustix::process::Signal::HUP.as_raw();
            flag::register_usize(hangup, Arc::clone(&self.reason), StopReason::Terminate as usize)?;
        }
        Ok(())
    }

    /// Cancels because the output pipe is closed.
    pub fn pipe_closed(&self) {
        let pipe = StopReason::ClosedPipe as usize;
        let _ = self.reason.compare_exchange(NO_REASON, pipe, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// The outside event that cancelled the token, if there was one.
    pub fn reason(&self) -> Option<StopReason> {
        let stored = self.reason.load(Ordering::Relaxed);
        let reasons = [StopReason::Interrupt, StopReason::Terminate, StopReason::ClosedPipe];
        reasons.into_iter().find(|reason| *reason as usize == stored)
    }

    /// Cancels on behalf of the run itself. Requests in flight are not affected.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether no further request may be sent, for any reason.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed) || self.reason().is_some()
    }
}

/// Whether SIGHUP is ignored, as under `nohup`, or may be. A handler would end such a run.
#[cfg(target_os = "linux")]
fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_none_or(|mask| mask & 1 == 1)
}

/// Turns the signal at the limit of `ulimit -f` into an error of the write, as for a full disk.
#[cfg(unix)]
pub fn ignore_file_size_signal() {
    let raised = Arc::new(AtomicBool::new(false));
    let _ = flag::register(rustix::process::Signal::XFSZ.as_raw(), raised);
}

/// Other systems have no such signal.
#[cfg(not(unix))]
pub const fn ignore_file_size_signal() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_cancels_and_is_the_reason() {
        let token = CancellationToken::new();
        token.clone().pipe_closed();
        assert_eq!((token.is_cancelled(), token.reason()), (true, Some(StopReason::ClosedPipe)));
    }

    #[test]
    fn a_run_that_cancels_itself_has_no_outside_reason() {
        let token = CancellationToken::new();
        token.cancel();
        assert_eq!((token.is_cancelled(), token.reason()), (true, None));
    }
}
