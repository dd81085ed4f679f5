//! Which files of a repository clusters get, and what leaves the others out.
//!
//! A file is deployed if a unit was made of it. Where a unit is not assessed, the files that its folder names may be deployed
//! as well, and nobody can tell. Renders nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use kustomize::load::{KUSTOMIZATION_NAMES, join};
use manifest::limits::FILE_BYTES_MAX;

use crate::clusters::Reach;
use crate::graph::{Fleet, Missing, Outcome, Unit};
use crate::repository::Repository;

/// Which files of a repository its clusters get.
#[derive(Debug, Default)]
pub struct Deployment {
    /// The clusters of each file that a unit was made of.
    read: BTreeMap<String, BTreeSet<String>>,
    /// Files of units of which all that is encrypted was decrypted, and files of others.
    decrypted: BTreeSet<String>,
    not_decrypted: BTreeSet<String>,
    /// Files that units may be made of which are not assessed.
    open: BTreeSet<String>,
    /// Whether a unit is not assessed of which nobody knows what it is made of.
    is_open: bool,
    /// Whether there is any cluster.
    has_clusters: bool,
}

/// Whether clusters get a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deployed {
    /// These get it, by their names.
    To(Vec<String>),
    /// Nobody can tell: what may be made of it is not assessed.
    Unknown,
    /// None gets it.
    Nowhere {
        /// The place that leaves it out: a line that is commented out, or the list that does not name it; none if no
        /// kustomization stands in or above its folder.
        left_out: Option<(String, Range<u32>)>,
    },
}

impl Deployment {
    /// Takes in what was observed of a repository, once for each minor.
    #[must_use]
    pub fn of<'f>(fleets: impl IntoIterator<Item = &'f Fleet>, repository: &Repository) -> Self {
        let mut deployment = Self::default();
        let mut reach = Reach::new(repository);
        for fleet in fleets {
            for cluster in &fleet.clusters {
                deployment.has_clusters = true;
                for entry in &cluster.entries {
                    deployment.add(&entry.path, &cluster.name);
                }
                for unit in &cluster.units {
                    deployment.add_unit(unit, &cluster.name, &mut reach);
                }
            }
        }
        deployment
    }

    fn add(&mut self, path: &str, cluster: &str) {
        // Most files are read by many units of many clusters.
        match self.read.get_mut(path) {
            Some(clusters) if clusters.contains(cluster) => {}
            Some(clusters) => drop(clusters.insert(cluster.to_owned())),
            None => drop(self.read.insert(path.to_owned(), BTreeSet::from([cluster.to_owned()]))),
        }
    }

    fn add_unit(&mut self, unit: &Unit, cluster: &str, reach: &mut Reach<'_>) {
        match &unit.outcome {
            Outcome::Rendered(made) => {
                unit.files().for_each(|path| self.add(path, cluster));
                if made.is_all_decrypted() {
                    self.decrypted.extend(unit.files().map(str::to_owned));
                } else if made.left_encrypted > 0 {
                    self.not_decrypted.extend(unit.files().map(str::to_owned));
                }
            }
            // A chart that was not fetched is none of this repository.
            Outcome::NotAssessed(Missing::Fetch(_)) if unit.is_release() => {}
            Outcome::NotAssessed(_) => match unit.folder() {
                Some(folder) => self.open.extend(reach.below_existing(&join("", folder)).iter().cloned()),
                None => self.is_open = true,
            },
        }
    }

    /// The clusters that get a file, by their names; none if nobody gets it, or nobody can tell.
    pub fn clusters(&self, path: &str) -> Option<impl Iterator<Item = &str>> {
        Some(self.read.get(path)?.iter().map(String::as_str))
    }

    /// Whether what is encrypted of a file was decrypted for all units that decrypt it, so that what they render of it is judged.
    #[must_use]
    pub fn is_decrypted(&self, path: &str) -> bool {
        self.decrypted.contains(path) && !self.not_decrypted.contains(path)
    }

    /// Whether clusters get a file.
    #[must_use]
    pub fn of_file(&self, repository: &Repository, path: &str) -> Deployed {
        match self.read.get(path) {
            Some(clusters) => Deployed::To(clusters.iter().cloned().collect()),
            None if self.is_open || !self.has_clusters || self.open.contains(path) => Deployed::Unknown,
            None => Deployed::Nowhere { left_out: self.left_out(repository, path) },
        }
    }

    /// The place that leaves a file out of the nearest kustomization above it that a cluster gets.
    fn left_out(&self, repository: &Repository, path: &str) -> Option<(String, Range<u32>)> {
        let mut below = path;
        while let Some((folder, name)) =
            below.rsplit_once('/').or_else(|| (!below.is_empty()).then_some(("", below)))
        {
            let mut files = KUSTOMIZATION_NAMES.iter().map(|name| join(folder, name));
            if let Some(file) = files.find(|file| file != path && self.read.contains_key(file)) {
                let bytes = repository.tree.read(&file, FILE_BYTES_MAX).ok()?;
                let range = line_of(&bytes, name).or_else(|| word(&bytes, b"resources"))?;
                return Some((file, range));
            }
            below = folder;
        }
        None
    }
}

/// The part of a comment that names a file or folder.
fn line_of(bytes: &[u8], name: &str) -> Option<Range<u32>> {
    let stem = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"));
    let mut start = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let comment = memchr::memchr(b'#', line).and_then(|at| Some((at, line.get(at..)?)));
        if let Some((at, said)) = comment
            && said
                .split(u8::is_ascii_whitespace)
                .map(named)
                .any(|word| word == name.as_bytes() || stem.is_some_and(|stem| word == stem.as_bytes()))
        {
            let end = start + line.trim_ascii_end().len();
            return Some(u32::try_from(start + at).ok()?..u32::try_from(end).ok()?);
        }
        start += line.len();
    }
    None
}

/// The file or folder that a word of a comment may name: the last part of a path, without what YAML puts around it.
fn named(word: &[u8]) -> &[u8] {
    let is_around = |byte: &u8| b"#-'\",/".contains(byte);
    let from = word.iter().position(|byte| !is_around(byte)).unwrap_or(word.len());
    let to = word.iter().rposition(|byte| !is_around(byte)).map_or(from, |last| last + 1);
    let path = word.get(from..to).unwrap_or_default();
    path.rsplit(|byte| *byte == b'/').next().unwrap_or(path)
}

fn word(bytes: &[u8], word: &[u8]) -> Option<Range<u32>> {
    let start = u32::try_from(memchr::memmem::find(bytes, word)?).ok()?;
    Some(start..start + u32::try_from(word.len()).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_that_names_a_file_is_the_place_that_leaves_it_out() {
        let text = "resources:\n- a.yaml\n#- b.yaml\n# - c\n";
        let part = |name| {
            line_of(text.as_bytes(), name).map(|range| &text[range.start as usize..range.end as usize])
        };
        assert_eq!(part("b.yaml"), Some("#- b.yaml"));
        assert_eq!(part("c"), Some("# - c"));
        assert_eq!(part("c.yaml"), Some("# - c"));
        assert_eq!(part("d.yaml"), None);
        assert_eq!(part("a.yaml"), None);
        assert_eq!(part("b"), None);
    }
}
