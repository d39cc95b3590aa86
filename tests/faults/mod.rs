//! The fault matrix: what hecha makes of everything that can go wrong between it and a vendor.
//!
//! One table of expectations is run against real sockets, and the same table is `docs/faults.md`.

mod clocks;
mod document;
mod expected;
mod matrix;
mod vendor_codes;
mod world_faults;
