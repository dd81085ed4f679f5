//! Looks for input on which the property of `mask` does not hold.
#![no_main]

#[path = "../properties/mask.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::check(bytes));
