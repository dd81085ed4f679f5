//! Looks for input on which the property of `archive` does not hold.
#![no_main]

#[path = "../properties/archive.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::check(bytes));
