//! Work on all processors with results in the order of the jobs.

use crate::domain::failure::{Failure, FailureKind};
use crate::domain::text::Message;
use std::io;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread::{self, Builder};

/// Jobs of a thread that are collected before the work on them begins.
const JOBS_PER_THREAD: usize = 8;

/// Passes each job that `produce` submits to `work` on one thread per processor, and each result to `consume` in the
/// order of the jobs. Only a bounded number of jobs and results exists at a time.
///
/// # Errors
/// Those of `produce` and `consume`, or a thread that the system refuses.
pub(super) fn in_order<J: Sync, R: Send>(
    produce: impl FnOnce(&mut dyn FnMut(J) -> Result<(), Failure>) -> Result<(), Failure>,
    work: impl Fn(&J) -> R + Sync,
    mut consume: impl FnMut(R) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let work_on = |jobs: &[J]| jobs.iter().map(&work).collect::<Vec<R>>();
    let mut finish = |jobs: &mut Vec<J>| {
        let share = jobs.len().div_ceil(threads).max(1);
        let results: io::Result<Vec<R>> = thread::scope(|scope| {
            let spawn = |jobs| Builder::new().spawn_scoped(scope, move || work_on(jobs));
            let threads = jobs.chunks(share).map(spawn).collect::<io::Result<Vec<_>>>()?;
            Ok(threads
                .into_iter()
                .flat_map(|thread| thread.join().unwrap_or_else(|it| resume_unwind(it)))
                .collect())
        });
        jobs.clear();
        let refused = |error| Failure::local(FailureKind::Unforeseen, Message::of_system(&error));
        results.map_err(refused)?.into_iter().try_for_each(&mut consume)
    };
    let mut jobs = Vec::new();
    produce(&mut |job| {
        jobs.push(job);
        if jobs.len() < threads * JOBS_PER_THREAD { Ok(()) } else { finish(&mut jobs) }
    })?;
    finish(&mut jobs)
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
                    *job
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
