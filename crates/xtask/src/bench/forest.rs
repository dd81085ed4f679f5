//! A generated tree of manifests: the same bytes on every machine, in a mix like that of real GitOps repositories.
//!
//! Gives files by index, so a tree of any size is a prefix of a larger one, and writes them below a folder.

use super::manifests;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Files per folder: what one application of a real repository has.
const FILES_PER_FOLDER: usize = 12;

/// Folders per team; keeps directories at sizes that people make.
const FOLDERS_PER_TEAM: usize = 40;

/// Raised whenever what is generated changes, so that an old tree is not measured as if it were the new one.
const EDITION: u32 = 1;

/// A small reproducible source of numbers (SplitMix64), seeded per file.
pub(crate) struct Numbers(u64);

impl Numbers {
    /// Starts the sequence of one file.
    pub(crate) fn seeded(index: usize) -> Self {
        Self(u64::try_from(index).unwrap_or(u64::MAX).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x4C49_4654)
    }

    /// A number below `bound`, which must not be 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    /// True in `part` of `whole` cases.
    pub(crate) fn chance(&mut self, part: u64, whole: u64) -> bool {
        self.below(whole) < part
    }
}

/// Path and content of one file of the tree.
pub(crate) fn file(index: usize) -> (PathBuf, String) {
    let mut numbers = Numbers::seeded(index);
    let folder = index / FILES_PER_FOLDER;
    let application = format!("app-{folder:05}");
    let (name, content) = manifests::file(&application, &mut numbers);
    let team = format!("team-{:03}", folder / FOLDERS_PER_TEAM);
    let path = Path::new("apps")
        .join(team)
        .join(application)
        .join(format!("{:02}-{name}.yaml", index % FILES_PER_FOLDER));
    (path, content)
}

/// Makes sure that a tree of so many files stands below `target/bench`, and returns where.
pub(crate) fn plant(target: &Path, files: usize) -> Result<PathBuf> {
    let root = target.join(format!("bench/forest-{EDITION}-{files}"));
    let stamp = root.with_extension("complete");
    if stamp.is_file() {
        return Ok(root);
    }
    for index in 0..files {
        let (path, content) = file(index);
        let path = root.join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make '{}'", folder.display()))?;
        }
        std::fs::write(&path, content).with_context(|| format!("cannot write '{}'", path.display()))?;
    }
    std::fs::write(&stamp, "").with_context(|| format!("cannot write '{}'", stamp.display()))?;
    Ok(root)
}

#[cfg(test)]
mod tests {
    use super::file;
    use std::collections::BTreeSet;

    const SAMPLE: usize = 2_000;

    #[test]
    fn ten_thousand_files_come_to_thirty_megabytes() {
        let bytes: usize = (0..SAMPLE).map(|index| file(index).1.len()).sum();
        let average = bytes / SAMPLE;
        assert!((2_900..=3_100).contains(&average), "{average} bytes a file");
    }

    #[test]
    fn paths_differ_and_content_is_the_same_every_time() {
        let paths: BTreeSet<_> = (0..SAMPLE).map(|index| file(index).0).collect();
        assert_eq!(paths.len(), SAMPLE);
        assert_eq!(file(77), file(77));
        assert_ne!(file(77).1, file(78).1);
    }

    #[test]
    fn the_mix_has_what_real_repositories_have() {
        let all: Vec<String> = (0..SAMPLE).map(|index| file(index).1).collect();
        let share =
            |needle: &str| all.iter().filter(|content| content.contains(needle)).count() * 100 / SAMPLE;
        for (needle, percent) in [
            ("\nkind: Deployment", 15..40),
            ("\nkind: ConfigMap", 8..30),
            ("\nkind: CustomResourceDefinition", 1..6),
            ("\nkind: HelmRelease", 5..20),
            ("\nkind: Kustomization", 5..25),
            ("\n---\n", 10..50),
            ("apiVersion: policy/v1beta1", 1..4),
            ("apiVersion: autoscaling/v2beta2", 1..4),
            ("{{ $labels", 1..10),
        ] {
            assert!(percent.contains(&share(needle)), "{needle}: {} %", share(needle));
        }
    }

    #[test]
    fn nothing_has_tabs_or_spaces_at_line_ends() {
        for index in 0..SAMPLE {
            let (path, content) = file(index);
            let is_clean = |line: &str| !line.contains('\t') && !line.ends_with(' ');
            assert!(content.lines().all(is_clean) && content.ends_with('\n'), "{}", path.display());
        }
    }
}
