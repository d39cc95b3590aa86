//! The binary: hands command line and environment to the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    hecha::core_dumps::forbid();
    hecha::interrupt::ignore_file_size_signal();
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    ExitCode::from(hecha::run(&std::env::args_os().collect::<Vec<_>>(), environment))
}
