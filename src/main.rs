//! The binary: hands command line and environment to the library.

use mimalloc::MiMalloc;
use std::io::Write;

/// A page is read into thousands of small values, which are freed on another thread.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() {
    hecha::core_dumps::forbid();
    hecha::interrupt::ignore_file_size_signal();
    let arguments: Vec<_> = std::env::args_os().collect();
    let code = hecha::run(&arguments, std::env::vars_os().collect());
    let _ = std::io::stdout().flush();
    hecha::interrupt::exit(code);
}
