//! Builds a folder and prints its objects, for work on the engine alone: the command is `liftlock kustomize build`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example prints")]

use std::process::ExitCode;
use std::sync::Arc;

use kustomize::load::{Files, Restriction};
use kustomize::{Options, Work, build};
use text::Origins;
use tree::Directory;

fn main() -> ExitCode {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let Ok(folder) = std::path::Path::new(&folder).canonicalize() else {
        eprintln!("no such folder");
        return ExitCode::FAILURE;
    };
    let Ok(tree) = Directory::open(std::path::Path::new("/"), 1) else { return ExitCode::FAILURE };
    let mut work: Work<Origins> = Work::new(Files::new(Arc::new(tree), Restriction::RootOnly, None));
    let built = build(&mut work, &folder.to_string_lossy(), &Options::default());
    for warning in &work.warnings {
        eprintln!("{warning}");
    }
    match built.and_then(|built| built.print()) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}
