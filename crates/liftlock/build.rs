//! How the shipped program is linked.
//!
//! On Linux with glibc it is put at a fixed address, as Go's linker does with the programs that it stands beside: a program
//! that may be loaded anywhere has 36,000 addresses to be set right each time it starts, which take a quarter of the time
//! and a third of the memory that starting takes. What is lost is that the program's own code is not at another address
//! each time; stack, heap and libraries still are, and our code has no `unsafe`.
#![expect(clippy::disallowed_methods, reason = "Cargo tells build scripts by variables")]

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| env::var(name).as_deref() == Ok(value);
    let is_linux = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    // The profile's own name is in no variable; that of the folder which is built into is.
    let is_shipped = env::var("OUT_DIR").is_ok_and(|folder| folder.contains("/dist/"));
    if is_linux && is_shipped {
        println!("cargo::rustc-link-arg-bin=liftlock=-no-pie");
    }
}
