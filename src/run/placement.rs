//! Where the threads of a run may run.
//!
//! Linux likes to wake a thread beside whoever wakes it. Threads that talk to the same server on the same machine, a
//! proxy or a test server, all end up on its processor, and the others idle. So each has a share of the processors, and
//! within it the system has its way.

/// Keeps the calling thread to its share: that of the thread with this number among so many. Where the system does not
/// know of shares, or there is not one for each, the thread runs where it may.
#[cfg(target_os = "linux")]
pub(super) fn keep_to_a_share(number: usize, threads: usize) {
    use rustix::thread::{CpuSet, sched_setaffinity};
    let Ok(allowed) = allowed() else { return };
    if threads < 2 || allowed.len() < threads {
        return;
    }
    let mut share = CpuSet::new();
    for (position, processor) in allowed.iter().enumerate() {
        if position * threads / allowed.len() == number {
            share.set(*processor);
        }
    }
    // It is about speed alone.
    let _ = sched_setaffinity(None, &share);
}

/// The processors on which the calling thread may run.
#[cfg(target_os = "linux")]
fn allowed() -> rustix::io::Result<Vec<usize>> {
    use rustix::thread::{CpuSet, sched_getaffinity};
    let allowed = sched_getaffinity(None)?;
    Ok((0..CpuSet::MAX_CPU).filter(|processor| allowed.is_set(*processor)).collect())
}

/// Elsewhere the system decides.
#[cfg(not(target_os = "linux"))]
pub(super) fn keep_to_a_share(_number: usize, _threads: usize) {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use rustix::thread::CpuSet;
    use std::thread;

    #[test]
    fn every_processor_is_in_one_share_and_no_share_is_empty() {
        let all = allowed().unwrap();
        for threads in 1..=all.len() {
            let shares = (0..threads).map(|number| {
                let share = move || {
                    keep_to_a_share(number, threads);
                    allowed().unwrap()
                };
                thread::spawn(share).join().unwrap()
            });
            let shares: Vec<_> = shares.collect();
            assert!(shares.iter().all(|share| !share.is_empty()), "{shares:?}");
            assert_eq!(shares.concat(), all);
        }
    }

    #[test]
    fn more_threads_than_processors_run_where_they_may() {
        let all = allowed().unwrap();
        let share = thread::spawn(|| {
            keep_to_a_share(1, CpuSet::MAX_CPU + 1);
            allowed().unwrap()
        });
        assert_eq!(share.join().unwrap(), all);
    }
}
