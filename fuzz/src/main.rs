//! What the fuzzer makes, given to the promise that `FUZZ_TARGET` names. `cargo test` checks the same promises with the
//! committed inputs. A broken promise panics.
#![no_main]

#[path = "../../tests/promises/mod.rs"]
mod promises;

use std::sync::LazyLock;

static TARGET: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let name = std::env::var("FUZZ_TARGET").expect("FUZZ_TARGET names a folder of fuzz/corpus");
    let (_, target) = promises::TARGETS.iter().find(|(known, _)| *known == name).expect("a known target");
    *target
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| TARGET(data));
