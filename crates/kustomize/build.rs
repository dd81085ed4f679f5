//! Compiles the facts about the kinds into the table that is looked up in place. What it does is in `build/`.

#[path = "build/mod.rs"]
mod compile;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=data/schema.txt");
    println!("cargo::rerun-if-changed=build");
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            println!("cargo::error={message}");
            ExitCode::FAILURE
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a build script reads its own crate's data and writes to OUT_DIR"
)]
fn run() -> Result<(), String> {
    let out = std::env::var("OUT_DIR").map_err(|error| format!("OUT_DIR: {error}"))?;
    let path = Path::new("data").join("schema.txt");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let compiled = compile::compile(&text).map_err(|fault| format!("{}: {fault}", path.display()))?;
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(Path::new(&out).join(name), bytes).map_err(|error| format!("{name}: {error}"))
    };
    write("schema.bin", &compiled.table)?;
    write("schema.names", compiled.names.as_bytes())
}
