//! Looks for input on which the property of `values` does not hold.
#![no_main]

#[path = "../properties/values.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::check(bytes));
