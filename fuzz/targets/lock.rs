//! Looks for input on which the property of `lock` does not hold.
#![no_main]

#[path = "../properties/lock.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::check(bytes));
