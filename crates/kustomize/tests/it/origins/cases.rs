//! Cases in files, as the golden builds are committed, and numbers that look random.

use std::path::Path;

use super::build::Contents;
use crate::sections;

/// A folder to build, with all files around it.
pub(super) struct Case {
    /// Its number.
    pub(super) seed: u64,
    pub(super) files: Contents,
    pub(super) folder: String,
}

/// The cases of a folder, by their numbers.
#[expect(clippy::disallowed_methods, reason = "tests read their cases")]
pub(super) fn of(folder: &Path) -> Vec<Case> {
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let number = |path: &Path| path.file_stem().unwrap().to_string_lossy().parse().unwrap();
    paths.iter().map(|path| parse(number(path), &std::fs::read_to_string(path).unwrap())).collect()
}

fn parse(seed: u64, text: &str) -> Case {
    let mut case = Case { seed, files: Contents::new(), folder: String::new() };
    for (kind, name, content) in sections::of(text) {
        match kind {
            "folder" => name.clone_into(&mut case.folder),
            "file" => drop(case.files.insert(name.to_owned(), content.into_bytes())),
            "bytes" => drop(case.files.insert(name.to_owned(), sections::bytes(&content))),
            _ => {}
        }
    }
    case
}

/// A stream of numbers (splitmix64), the same for the same seed.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `limit`.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit.max(1) as u64).unwrap()
    }
}
