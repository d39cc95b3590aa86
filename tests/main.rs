//! All integration tests, in one binary: they run hecha as its users do, over real sockets.

#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

mod architecture;
mod batch;
mod changes;
mod client;
mod command_line;
mod contract;
mod faults;
mod file_cycles;
mod harness;
mod help;
mod hostile;
mod html;
mod language;
mod money;
#[cfg(all(unix, feature = "postgres"))]
mod postgres;
mod promises;
mod readme;
mod secrets;
mod shells;
#[cfg(unix)]
mod special_files;
