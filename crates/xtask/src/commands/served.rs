//! `cargo xtask served`: which kinds does a plain kube-apiserver of each minor list?
//!
//! Reads the source of Kubernetes, one folder a minor, and writes `crates/catalog/data/served-by-default.csv`. Runs
//! nothing of what it reads.

use crate::repository;
use crate::served;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const TABLE: &str = "crates/catalog/data/served-by-default.csv";

/// Arguments of `cargo xtask served`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The source of `k8s.io/kubernetes` at `v1.N.0`, one folder for each minor without a gap, named as the Go module
    /// cache names it: `kubernetes@v1.N.0`
    #[arg(long, required = true, num_args = 1.., value_name = "DIR")]
    kubernetes: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut minors = BTreeMap::new();
    for folder in &arguments.kubernetes {
        let minor = minor_of(folder)?;
        let kinds = kinds_of(folder, minor).with_context(|| format!("in '{}'", folder.display()))?;
        println!("1.{minor}: {} kinds", kinds.len());
        minors.insert(minor, kinds);
    }
    let table = served::table(&minors)?;
    std::fs::write(repository::root().join(TABLE), &table)
        .with_context(|| format!("cannot write '{TABLE}'"))?;
    println!("{TABLE}: {} rows", table.lines().count() - 1);
    Ok(())
}

/// The minor in the folder's name.
fn minor_of(folder: &Path) -> Result<u8> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let minor = name.strip_prefix("kubernetes@v1.").and_then(|rest| rest.strip_suffix(".0"));
    minor
        .and_then(|minor| minor.parse().ok())
        .with_context(|| format!("'{}' is not named kubernetes@v1.N.0", folder.display()))
}

fn kinds_of(folder: &Path, minor: u8) -> Result<served::Kinds> {
    let read = |path: &str| {
        std::fs::read_to_string(folder.join(path)).with_context(|| format!("cannot read '{path}'"))
    };
    // The file moved in 1.20.
    let source = ["pkg/controlplane/instance.go", "pkg/master/master.go"]
        .into_iter()
        .find(|path| folder.join(path).is_file());
    let Some(source) = source else { bail!("the default configuration is not there") };
    let defaults = served::Defaults::read(&read(source)?)?;
    let listed = served::listed(&read("api/openapi-spec/swagger.json")?)?;
    Ok(served::by_default(&defaults, &listed, minor))
}
