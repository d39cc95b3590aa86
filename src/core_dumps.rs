//! Protection of the memory of this process, which contains credentials.

/// Forbids core dumps of this process. On Linux, other processes of the same user cannot inspect it either. A refusal of
/// the system is ignored. Child processes are not affected.
#[cfg(unix)]
pub fn forbid() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    // A limit does not bind a program that the kernel pipes dumps to.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Other systems have no core dumps.
#[cfg(not(unix))]
pub const fn forbid() {}
