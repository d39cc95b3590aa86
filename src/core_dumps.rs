//! Keeps the memory of this process, which holds credentials, out of files and away from other processes.

/// Forbids core dumps of this process. On Linux it also becomes one that others of the same user cannot inspect;
/// children start without that. Where the system refuses, nothing is lost but this precaution.
#[cfg(unix)]
pub fn forbid() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    // A limit does not bind a program that the kernel pipes dumps to.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// There are no core dumps to forbid here.
#[cfg(not(unix))]
pub const fn forbid() {}
