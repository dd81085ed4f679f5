//! Charts that lack what they depend on, completed out of the charts at hand.
//!
//! The example `complete` of the crate `helm` makes the copies; both programs render the same copy. Checkouts of open
//! repositories have no `charts/`, and fetching would make a comparison that is another one each week.

use crate::shell::Program;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Copies of charts, and what had to be done to them.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Completed {
    copies: BTreeMap<PathBuf, PathBuf>,
    notes: Vec<(PathBuf, String)>,
}

/// Completes the charts below trees out of each other, and out of those below `shelf`.
pub(super) fn complete(trees: &[PathBuf], shelf: &[PathBuf]) -> Result<Completed> {
    if trees.is_empty() {
        return Ok(Completed::default());
    }
    let scratch = scratch()?;
    let paths: Vec<String> =
        std::iter::once(&scratch).chain(trees).map(|path| path.display().to_string()).collect();
    let shelf = shelf.iter().map(|path| path.display().to_string());
    let paths: Vec<String> =
        paths.into_iter().chain(std::iter::once("--shelf".to_owned())).chain(shelf).collect();
    let example = ["run", "--quiet", "--package", "helm", "--example", "complete", "--"];
    let program = Program::cargo().arguments(example).arguments(paths.iter().map(String::as_str));
    let told = program.output().context("cannot complete the charts")?;
    Ok(Completed::read(&told))
}

/// An empty folder.
fn scratch() -> Result<PathBuf> {
    let scratch = std::env::temp_dir().join(format!("liftlock-completed-{}", std::process::id()));
    if scratch.exists() {
        std::fs::remove_dir_all(&scratch)?;
    }
    std::fs::create_dir_all(&scratch)?;
    Ok(scratch)
}

impl Completed {
    /// Reads what the example prints.
    fn read(told: &str) -> Self {
        let mut completed = Self::default();
        for line in told.lines() {
            match line.split('\t').collect::<Vec<_>>()[..] {
                ["copy", chart, copy] => _ = completed.copies.insert(chart.into(), copy.into()),
                ["note", chart, note] => completed.notes.push((chart.into(), note.to_owned())),
                _ => {}
            }
        }
        completed
    }

    /// The copy of a chart, or the chart itself where it lacks nothing.
    pub(super) fn of<'c>(&'c self, chart: &'c Path) -> &'c Path {
        self.copies.get(chart).map_or(chart, PathBuf::as_path)
    }

    /// How many were completed, and what was laid in that they do not ask for.
    pub(super) fn print(&self) -> String {
        let mut text = format!("{} charts completed in copies\n", self.copies.len());
        for (chart, note) in &self.notes {
            text.push_str(&format!("  {}: {note}\n", chart.display()));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charts_that_lack_nothing_stand_for_themselves() {
        let completed = Completed::read("note\t/t/web\tredis 2.0.0 for ^1\ncopy\t/t/web\t/s/0/web\n");
        assert_eq!(completed.of(Path::new("/t/web")), Path::new("/s/0/web"));
        assert_eq!(completed.of(Path::new("/t/other")), Path::new("/t/other"));
        assert_eq!(completed.print(), "1 charts completed in copies\n  /t/web: redis 2.0.0 for ^1\n");
    }
}
