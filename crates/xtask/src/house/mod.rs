//! The rules of the house: what may depend on what, and how the repository is laid out.
//!
//! Each guard is a pure function from what was read (crate map, metadata, files) to problems; `inspect` reads and runs
//! them all. A problem names the place and what to do about it.

mod arrows;
mod functions;
mod integration;
mod linked;
mod lockfile;
mod map;
mod modules;
mod words;

use crate::{metadata, repository};
use anyhow::Result;
use std::fmt;

/// Where the crate map stands.
const MAP_PATH: &str = "docs/architecture.md";

/// One breach of a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    /// File or crate it is about.
    pub(crate) place: String,
    /// What is wrong and what to do.
    pub(crate) message: String,
}

impl Problem {
    fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.message)
    }
}

/// Runs every guard on the repository; problems come sorted.
pub(crate) fn inspect() -> Result<Vec<Problem>> {
    let files = repository::files(&repository::root())?;
    let metadata = metadata::read()?;
    let own: Vec<String> = metadata.own_packages().iter().map(|package| package.name.clone()).collect();
    let content = |path: &str| files.iter().find(|file| file.path == path).map(|file| file.content.as_str());

    let mut problems = Vec::new();
    match content(MAP_PATH).map(map::parse) {
        Some(Ok(map)) => {
            problems.extend(arrows::problems(&map, &arrows::actual(&metadata)));
            problems.extend(linked::problems(&map, &metadata));
        }
        Some(Err(problem)) => problems.push(problem),
        None => problems.push(Problem::new(MAP_PATH, "is missing: it carries the crate map")),
    }
    problems.extend(linked::feature_problems(&metadata));
    problems.extend(lockfile::problems(content("Cargo.lock").unwrap_or_default()));
    problems.extend(words::problems(&files));
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    problems.extend(modules::depth_problems(&paths));
    problems.extend(functions::problems(&files));
    problems.extend(modules::unlisted_problems(&files));
    problems.extend(integration::problems(&own, &paths));
    problems.sort();
    Ok(problems)
}
