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

#[path = "../tests/it/origins/mod.rs"]
mod origins;
#[path = "../tests/it/sections.rs"]
mod sections;

use origins::Contents;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, scalars, program @ ..] = arguments.as_slice() else {
        println!("usage: origins FOLDER SCALARS [KUSTOMIZE]");
        return ExitCode::FAILURE;
    };
    let (folder, scalars) = (Path::new(folder), scalars.parse().unwrap());
    let tally = match program {
        [] => origins::prove_all(folder, scalars, None),
        [path, ..] => {
            let other = Other::new(path);
            origins::prove_all(folder, scalars, Some(&|files, folder| other.build(files, folder)))
        }
    };
    print!("{}", tally.print());
    if tally.faults() > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// The program to compare with.
struct Other {
    program: PathBuf,
    scratch: PathBuf,
}

impl Other {
    fn new(path: &str) -> Self {
        let program = PathBuf::from(path).canonicalize().unwrap();
        let scratch = std::env::temp_dir().join(format!("liftlock-origins-{}", std::process::id()));
        Self { program, scratch }
    }

    /// What it builds; none where it refuses.
    fn build(&self, files: &Contents, folder: &str) -> Option<String> {
        if self.scratch.exists() {
            std::fs::remove_dir_all(&self.scratch).unwrap();
        }
        for (path, bytes) in files {
            let path = self.scratch.join(path);
            std::fs::create_dir_all(path.parent().unwrap_or(&self.scratch)).unwrap();
            std::fs::write(&path, bytes).unwrap();
        }
        let mut command = Command::new(&self.program);
        let output = command.arg("build").arg(self.scratch.join(folder)).stdin(Stdio::null()).output();
        let output = output.unwrap();
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        // What is left of a scratch folder harms nobody.
        let _ = std::fs::remove_dir_all(&self.scratch);
    }
}
