//! Are origins true? Changes the bytes that they name, builds again, and looks at what has changed.
//!
//! `origins FOLDER SCALARS [KUSTOMIZE]` takes the cases of a folder, in the form of the committed golden builds, and so
//! many scalars of each; with a program to compare with, each changed build is compared with what that one makes of it.
//! Prints each origin that proved false.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "it talks to a terminal, runs the program to compare with, and may stop at the unexpected"
)]

mod build;
mod cases;
mod change;
mod field;
mod reference;
mod tally;
mod truth;

use reference::Reference;
use std::path::Path;
use std::process::ExitCode;
use tally::Tally;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, scalars, program @ ..] = arguments.as_slice() else {
        println!("usage: origins FOLDER SCALARS [KUSTOMIZE]");
        return ExitCode::FAILURE;
    };
    let reference = program.first().map(|path| Reference::new(path));
    let mut tally = Tally::default();
    for case in cases::of(Path::new(folder)) {
        truth::prove(case, scalars.parse().unwrap(), reference.as_ref(), &mut tally);
    }
    print!("{}", tally.print());
    if tally.faults() > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
