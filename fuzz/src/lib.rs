//! What the targets run: the promises that `cargo test` checks with the committed seeds, here with what the fuzzer
//! makes. A broken promise panics.

#[path = "../../tests/promises/mod.rs"]
mod promises;

pub use promises::{
    config, days, identifier, ihuyi, list_text, list_workbook, market, numbers, sanitise, secrets, shuidi, stored, words,
};
