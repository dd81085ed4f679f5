//! Cases in files, as the golden builds are committed, and numbers that look random.

use super::build::Contents;
use std::path::Path;

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
    for section in text.split("\n=== ").skip(1) {
        let (head, body) = section.split_once('\n').unwrap_or((section, ""));
        let lines: Vec<_> = body.lines().map(|line| line.strip_prefix('|').unwrap_or(line)).collect();
        let content = lines.join("\n");
        match head.split_once(' ') {
            Some(("folder", folder)) => folder.clone_into(&mut case.folder),
            Some(("file", path)) => drop(case.files.insert(path.to_owned(), content.into_bytes())),
            Some(("bytes", path)) => drop(case.files.insert(path.to_owned(), bytes(&content))),
            _ => {}
        }
    }
    case
}

fn bytes(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
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
