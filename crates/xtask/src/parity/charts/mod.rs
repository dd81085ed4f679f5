//! `helm template` beside ours: golden cases, and the charts of given trees.

pub(crate) mod compare;
mod complete;
pub(super) mod functions;
pub(super) mod golden;
mod random;
mod refusal;
mod unstable;

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A Helm to compare with.
struct Helm {
    program: PathBuf,
    /// `3` or `4`.
    major: &'static str,
}

impl Helm {
    fn new(program: &Path, major: &'static str) -> Result<Self> {
        let program =
            program.canonicalize().with_context(|| format!("'{}' is not a program", program.display()))?;
        Ok(Self { program, major })
    }

    /// Its version as it tells it.
    fn version(&self) -> Result<String> {
        let output = Command::new(&self.program).args(["version", "--short"]).output();
        let output = output.with_context(|| format!("cannot start '{}'", self.program.display()))?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Runs `helm template` in a folder, with nothing of this machine's configuration.
    fn template(&self, folder: &Path, arguments: &[String]) -> Result<Output> {
        let nowhere = std::env::temp_dir().join("liftlock-no-helm-configuration");
        let output = Command::new(&self.program)
            .arg("template")
            .args(arguments)
            .current_dir(folder)
            .env("HOME", &nowhere)
            .env("TZ", "UTC")
            .stdin(Stdio::null())
            .output();
        output.with_context(|| format!("cannot start '{}'", self.program.display()))
    }
}

/// Runs ours in a folder as such a Helm.
fn ours(program: &Path, major: &str, folder: &Path, arguments: &[String]) -> Result<Output> {
    let output = Command::new(program)
        .args(["helm", "template", "--helm", major])
        .args(arguments)
        .current_dir(folder)
        .env("TZ", "UTC")
        .stdin(Stdio::null())
        .output();
    output.context("cannot start our program")
}
