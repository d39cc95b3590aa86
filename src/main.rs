//! The binary: hands command line and environment to the library.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// A page is read into thousands of small values, which are freed on another thread.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    hecha::core_dumps::forbid();
    hecha::interrupt::ignore_file_size_signal();
    let arguments: Vec<_> = std::env::args_os().collect();
    ExitCode::from(hecha::run(&arguments, std::env::vars_os().collect()))
}
