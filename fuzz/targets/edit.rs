//! Looks for input on which the property of `edit` does not hold.
#![no_main]

#[path = "../properties/edit.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::check(bytes));
