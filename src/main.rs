//! The binary: hands command line and environment to the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    hecha::core_dumps::forbid();
    hecha::interrupt::ignore_file_size_signal();
    let arguments: Vec<_> = std::env::args_os().collect();
    ExitCode::from(hecha::run(&arguments, std::env::vars_os().collect()))
}
