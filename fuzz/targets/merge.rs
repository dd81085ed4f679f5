//! Looks for input on which the property of `merge` does not hold.
#![no_main]

#[path = "../properties/merge.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::check(bytes));
