//! Looks for input on which the property of `resolve` does not hold.
#![no_main]

#[path = "../properties/resolve.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::check(bytes));
