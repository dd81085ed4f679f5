//! The generated files of the repository: where each comes from, writing them, and comparing them with what is there.
//!
//! A maker gives paths and contents, and may begin from what is there; adding one is one file and one line in `MAKERS`. A folder that a maker owns holds
//! nothing else, so a page whose check is gone is found too.

mod check_pages;
mod cli_reference;
mod readme;
mod schemas;

use crate::repository;
use crate::shell::Program;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::path::Path;

/// Contents by path from the repository's root.
pub(crate) type Files = BTreeMap<String, String>;

/// Makes some of the generated files.
struct Maker {
    /// The folder that holds nothing but its files, or its one file.
    owns: &'static str,
    make: fn() -> Result<Files>,
}

/// Columns that help texts are wrapped at: as many as the program ever uses.
const HELP_COLUMNS: &str = "110";

/// All makers.
const MAKERS: [Maker; 4] = [
    Maker { owns: "README.md", make: readme::make },
    Maker { owns: "docs/checks", make: check_pages::make },
    Maker { owns: "docs/cli.md", make: cli_reference::make },
    Maker { owns: "docs/schemas", make: schemas::make },
];

/// One difference between what is there and what would be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Difference {
    /// The file is not there.
    Missing(String),
    /// The file has other content.
    Stale(String),
    /// The file stands in a generated folder, and nothing makes it.
    Unmade(String),
}

/// Makes every file.
pub(crate) fn make() -> Result<Files> {
    let mut files = Files::new();
    for maker in MAKERS {
        files.extend((maker.make)().with_context(|| format!("cannot make {}", maker.owns))?);
    }
    Ok(files)
}

/// Reads what is there of the files and folders that makers own.
pub(crate) fn present() -> Result<Files> {
    let root = repository::root();
    let mut files = Files::new();
    for maker in MAKERS {
        read_into(&root, Path::new(maker.owns), &mut files)?;
    }
    Ok(files)
}

/// Compares what is there with what would be made.
pub(crate) fn differences(present: &Files, made: &Files) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (path, content) in made {
        match present.get(path) {
            None => differences.push(Difference::Missing(path.clone())),
            Some(there) if there != content => differences.push(Difference::Stale(path.clone())),
            Some(_) => {}
        }
    }
    let unmade = present.keys().filter(|path| !made.contains_key(*path));
    differences.extend(unmade.map(|path| Difference::Unmade(path.clone())));
    differences
}

/// Makes one difference good.
pub(crate) fn settle(difference: &Difference, made: &Files) -> Result<()> {
    let (Difference::Missing(path) | Difference::Stale(path) | Difference::Unmade(path)) = difference;
    let full = repository::root().join(path);
    let Some(content) = made.get(path) else {
        return std::fs::remove_file(&full).with_context(|| format!("cannot remove '{path}'"));
    };
    if let Some(folder) = full.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder of '{path}'"))?;
    }
    std::fs::write(&full, content).with_context(|| format!("cannot write '{path}'"))
}

/// Runs the program and returns what it prints. The release build, because CI makes that one for other stages too.
fn liftlock(arguments: &[&str]) -> Result<String> {
    let run = ["run", "--quiet", "--release", "--package", "liftlock", "--"];
    let program = Program::cargo().arguments(run).arguments(arguments.iter().copied());
    program.variable("COLUMNS", HELP_COLUMNS).output()
}

/// Reads a file, or all files of a folder; what is not there gives nothing.
fn read_into(root: &Path, path: &Path, files: &mut Files) -> Result<()> {
    let full = root.join(path);
    if full.is_file() {
        let content =
            std::fs::read_to_string(&full).with_context(|| format!("cannot read '{}'", path.display()))?;
        files.insert(path.to_string_lossy().into_owned(), content);
    } else if full.is_dir() {
        for entry in std::fs::read_dir(&full).with_context(|| format!("cannot list '{}'", path.display()))? {
            read_into(root, &path.join(entry?.file_name()), files)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Difference, Files, differences};

    fn files(files: &[(&str, &str)]) -> Files {
        files.iter().map(|(path, content)| ((*path).to_owned(), (*content).to_owned())).collect()
    }

    #[test]
    fn what_is_missing_stale_or_left_over_is_told_apart() {
        let present = files(&[("a", "same"), ("b", "old"), ("gone", "")]);
        let made = files(&[("a", "same"), ("b", "new"), ("c", "")]);
        assert_eq!(
            differences(&present, &made),
            [
                Difference::Stale("b".to_owned()),
                Difference::Missing("c".to_owned()),
                Difference::Unmade("gone".to_owned())
            ]
        );
        assert_eq!(differences(&made, &made), []);
    }
}
