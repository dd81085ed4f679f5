//! Automation for developers and CI.
fn main() {}
