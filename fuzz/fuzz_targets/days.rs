#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hecha_fuzz::days(data));
