//! Work on all processors with results in the order of the jobs.

use crate::domain::failure::{Failure, FailureKind};
use crate::domain::text::Message;
use std::collections::VecDeque;
use std::num::NonZero;
use std::thread;

/// Jobs per thread that may wait for an earlier one to finish.
const JOBS_PER_THREAD: usize = 8;

/// Passes each job that `produce` submits to `work` on one thread per processor, and each result to `consume` in the
/// order of the jobs. Only a bounded number of jobs and results exists at a time.
///
/// # Errors
/// Those of `produce` and `consume`, or a thread that the system refuses.
pub(super) fn in_order<J: Send, R: Send>(
    produce: impl FnOnce(&mut dyn FnMut(J) -> Result<(), Failure>) -> Result<(), Failure>,
    work: impl Fn(J) -> R + Sync,
    mut consume: impl FnMut(R) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let (jobs, queue) = crossbeam_channel::unbounded::<(J, crossbeam_channel::Sender<R>)>();
        for _ in 0..threads {
            let (queue, work) = (queue.clone(), &work);
            thread::Builder::new()
                .spawn_scoped(scope, move || {
                    for (job, result) in queue {
                        let _ = result.send(work(job));
                    }
                })
                .map_err(|error| Failure::local(FailureKind::Unforeseen, Message::of_system(&error)))?;
        }
        let mut pending = VecDeque::new();
        // A result is missing only if its thread panicked, which the scope passes on.
        let mut consume_next = |pending: &mut VecDeque<crossbeam_channel::Receiver<R>>| {
            pending.pop_front().and_then(|next| next.recv().ok()).map_or(Ok(()), &mut consume)
        };
        produce(&mut |job| {
            let (result, next) = crossbeam_channel::bounded(1);
            let _ = jobs.send((job, result));
            pending.push_back(next);
            if pending.len() > threads * JOBS_PER_THREAD { consume_next(&mut pending) } else { Ok(()) }
        })?;
        while !pending.is_empty() {
            consume_next(&mut pending)?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn results_come_in_the_order_of_the_jobs_and_an_error_ends_the_work() {
        let run = |last: u64| {
            let mut seen = Vec::new();
            let ended = in_order(
                |submit| (0..200_u64).try_for_each(submit),
                |job| {
                    thread::sleep(Duration::from_micros(job * 7 % 50));
                    job
                },
                |result| {
                    seen.push(result);
                    if result == last {
                        Err(Failure::local(FailureKind::Unforeseen, Message::default()))
                    } else {
                        Ok(())
                    }
                },
            );
            (seen, ended.is_err())
        };
        assert_eq!(run(u64::MAX), ((0..200).collect(), false));
        assert_eq!(run(3), ((0..=3).collect(), true));
    }
}
