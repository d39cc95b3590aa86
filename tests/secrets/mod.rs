//! No secret leaves hecha, whatever a vendor, a proxy or a user does.

mod canary;
mod core_dumps;
mod echoing;
mod leaks;
mod settings_errors;
