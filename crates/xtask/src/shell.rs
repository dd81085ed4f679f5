//! Runs other programs: prints nothing itself, fails with the command line in its message.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program to run with its arguments, directory and environment.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    program: PathBuf,
    arguments: Vec<String>,
    directory: PathBuf,
    environment: Vec<(String, String)>,
    inherited: Option<Vec<String>>,
}

impl Program {
    /// Starts describing a run of `program`, in the repository's root unless told otherwise.
    pub(crate) fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            directory: crate::repository::root(),
            environment: Vec::new(),
            inherited: None,
        }
    }

    /// Starts describing a run of the same `cargo` that runs this program.
    pub(crate) fn cargo() -> Self {
        Self::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
    }

    /// Adds arguments.
    pub(crate) fn arguments<'a>(mut self, arguments: impl IntoIterator<Item = &'a str>) -> Self {
        self.arguments.extend(arguments.into_iter().map(str::to_owned));
        self
    }

    /// Runs in `directory`.
    pub(crate) fn directory(mut self, directory: &Path) -> Self {
        directory.clone_into(&mut self.directory);
        self
    }

    /// Sets one environment variable.
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Hands on only these variables of our own environment, so that nothing else can change what is measured.
    pub(crate) fn only_variables(mut self, names: &[&str]) -> Self {
        self.inherited = Some(names.iter().map(|name| (*name).to_owned()).collect());
        self
    }

    /// Runs with the terminal's output and an empty input; an exit code other than 0 is an error.
    pub(crate) fn run(&self) -> Result<()> {
        let status = self.command().status().with_context(|| format!("cannot start '{}'", self.line()))?;
        if !status.success() {
            bail!("'{}' ended with {status}", self.line());
        }
        Ok(())
    }

    /// Runs and returns what was written to standard output; an exit code other than 0 is an error.
    pub(crate) fn output(&self) -> Result<String> {
        let (code, stdout, stderr) = self.outcome()?;
        if code != Some(0) {
            bail!("'{}' ended with {code:?}: {}", self.line(), stderr.trim());
        }
        Ok(stdout)
    }

    /// Runs and returns exit code (none after a signal), standard output and standard error.
    pub(crate) fn outcome(&self) -> Result<(Option<i32>, String, String)> {
        let output = self.command().output().with_context(|| format!("cannot start '{}'", self.line()))?;
        Ok((
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        ))
    }

    /// The command line as a person would type it.
    pub(crate) fn line(&self) -> String {
        let mut line = self.program.display().to_string();
        for argument in &self.arguments {
            line.push(' ');
            line.push_str(argument);
        }
        line
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(&self.directory).stdin(Stdio::null());
        if let Some(names) = &self.inherited {
            command.env_clear();
            command.envs(names.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// Tells whether `program` can be started at all.
pub(crate) fn is_there(program: &str) -> bool {
    Program::new(program).arguments(["--version"]).outcome().is_ok()
}
