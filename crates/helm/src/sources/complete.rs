//! A chart with what it depends on and does not hold.
//!
//! Takes a loaded chart whose `charts/` lacks something; puts in what a [`ChartSource`] or a folder has of it, in memory.
//! What the chart holds stays as it is. Writes nothing.

use std::path::Path;

use text::Texts;
use version::semver::{Constraints, ParseConstraints, Version};

use super::{Aliases, ChartSource, FindChart, LoadFound, Place, ReadRequirements, Requirement, requirements};
use crate::chart::Chart;

/// Why a chart is not completed.
#[derive(Debug, thiserror::Error)]
pub enum CompleteChart<E: std::error::Error + 'static> {
    /// It cannot be told where a dependency is.
    #[error(transparent)]
    Read(#[from] ReadRequirements),
    /// A dependency is not to be had.
    #[error(transparent)]
    Find(FindChart),
    /// A dependency that was found is refused, or lacks something in turn.
    #[error("cannot load dependency {name:?}")]
    Load {
        /// The dependency.
        name: String,
        /// Why.
        source: LoadFound,
    },
    /// The folder of a dependency is refused.
    #[error("cannot load dependency {name:?} from {folder:?}")]
    LoadFolder {
        /// The dependency.
        name: String,
        /// The folder, as the chart says it.
        folder: String,
        /// Why.
        source: E,
    },
    /// The range of a dependency is none.
    #[error("dependency {name:?} has an invalid version/constraint format")]
    ReadRange {
        /// The dependency.
        name: String,
        /// Why.
        source: ParseConstraints,
    },
    /// The chart in the folder of a dependency has another version.
    #[error(
        "can't get a valid version for 1 subchart(s): {name:?} (repository \"file://{folder}\", version {range:?})"
    )]
    MatchFolder {
        /// The dependency.
        name: String,
        /// The folder.
        folder: String,
        /// The range.
        range: String,
    },
}

impl<E: std::error::Error + 'static> CompleteChart<E> {
    /// What is not at hand, if that is why: of the chart itself, or of one in Git that it depends on.
    #[must_use]
    pub fn missing(&self) -> Option<&FindChart> {
        match self {
            Self::Find(error) => Some(error),
            Self::Load { source, .. } => source.missing(),
            Self::Read(_) | Self::LoadFolder { .. } | Self::ReadRange { .. } | Self::MatchFolder { .. } => {
                None
            }
        }
    }
}

/// What was put into a chart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completed {
    /// Where each came from, in the order of the metadata.
    pub addresses: Vec<String>,
    /// Whether a lock was there that counted for nothing.
    pub is_lock_out_of_sync: bool,
}

/// Puts into a chart what it names and does not hold. `folder` loads the chart of a folder, whose path is absolute or
/// relative to the chart's.
///
/// # Errors
/// If one of them is not to be had.
pub fn complete<E: std::error::Error + 'static>(
    chart: &mut Chart,
    from: (&Aliases, &dyn ChartSource),
    texts: &mut Texts,
    folder: &mut dyn FnMut(&Path, &mut Texts) -> Result<Chart, E>,
) -> Result<Completed, CompleteChart<E>> {
    within(chart, from, (texts, 0), folder)
}

/// Completes a chart that stands `depth` charts deep.
pub(super) fn within<E: std::error::Error + 'static>(
    chart: &mut Chart,
    (aliases, source): (&Aliases, &dyn ChartSource),
    (texts, depth): (&mut Texts, usize),
    folder: &mut dyn FnMut(&Path, &mut Texts) -> Result<Chart, E>,
) -> Result<Completed, CompleteChart<E>> {
    let required = requirements(chart, aliases);
    let is_held = |name: &str| chart.dependencies.iter().any(|held| held.name() == name);
    let missing: Vec<Requirement> =
        required.list.into_iter().filter(|requirement| !is_held(&requirement.name)).collect();
    let mut done = Completed { is_lock_out_of_sync: required.is_lock_out_of_sync, ..Completed::default() };
    for Requirement { name, version, place } in missing {
        let (address, loaded) =
            match place? {
                Place::Held => continue,
                Place::Folder(path) => {
                    let loaded = folder(Path::new(&path), texts).map_err(|source| {
                        CompleteChart::LoadFolder { name: name.clone(), folder: path.clone(), source }
                    })?;
                    check_version(&loaded, (&name, &path), &version)?;
                    (path, loaded)
                }
                Place::Remote(wanted) => {
                    let found = source.archive(&wanted).map_err(CompleteChart::Find)?;
                    let loaded = found.load_within((aliases, source), texts, depth);
                    let loaded = loaded.map_err(|source| CompleteChart::Load { name, source })?;
                    (found.address().to_owned(), loaded)
                }
            };
        // Two aliases may stand for one archive.
        if !done.addresses.contains(&address) {
            chart.hold(loaded);
            done.addresses.push(address);
        }
    }
    Ok(done)
}

fn check_version<E: std::error::Error + 'static>(
    loaded: &Chart,
    (name, folder): (&str, &str),
    range: &str,
) -> Result<(), CompleteChart<E>> {
    let constraints = Constraints::parse(range)
        .map_err(|source| CompleteChart::ReadRange { name: name.to_owned(), source })?;
    let found = Version::parse(&loaded.metadata.version);
    if found.is_ok_and(|found| constraints.check(&found)) {
        return Ok(());
    }
    let (name, folder, range) = (name.to_owned(), folder.to_owned(), range.to_owned());
    Err(CompleteChart::MatchFolder { name, folder, range })
}
