//! Compiles the data files into static tables. What it does is in `build/`, which the tests use too.

#[path = "build/mod.rs"]
mod compile;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=data");
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
    let mut files = compile::Files::new();
    for name in compile::FILE_NAMES {
        let path = Path::new("data").join(name);
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        files.insert(name, text);
    }
    let compiled = compile::compile(&files).map_err(|fault| fault.to_string())?;
    let write = |name: &str, text: &str| {
        std::fs::write(Path::new(&out).join(name), text).map_err(|error| format!("{name}: {error}"))
    };
    write("catalog.txt", &compiled.text)?;
    write("tables.rs", &compiled.tables)
}
