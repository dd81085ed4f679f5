//! `docs/checks/`: one page per check and their index, made from the registry of the crate `checks`.

use super::Files;
use crate::shell::Program;
use anyhow::{Context, Result};

/// Makes the pages with the example that may name the engine's crates.
pub(crate) fn make() -> Result<Files> {
    let arguments = ["run", "--quiet", "--release", "--package", "xtask", "--example", "check_pages"];
    let pages = Program::cargo().arguments(arguments).output()?;
    serde_json::from_str(&pages).context("cannot understand what the example 'check_pages' printed")
}
