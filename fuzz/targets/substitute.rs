//! Looks for input on which the property of `substitute` does not hold.
#![no_main]

#[path = "../properties/substitute.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::check(bytes));
