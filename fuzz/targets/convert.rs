//! Looks for bytes that conversions panic on or give something else than they declare for.
#![no_main]

#[path = "../properties/convert.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::check(bytes));
