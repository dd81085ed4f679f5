//! Looks for bytes about which the fast front is wrong.
#![no_main]

#[path = "../properties/scan.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::check(bytes));
