//! Builds a case in memory.

use kustomize::load::{Files, Restriction};
use kustomize::{Built, Failure, Options, Work, build};
use std::collections::BTreeMap;
use std::sync::Arc;
use text::{Origin, Origins};
use tree::Memory;

/// The files of a case, by path.
pub(crate) type Contents = BTreeMap<String, Vec<u8>>;

/// What was built, and what it was built from.
pub(super) struct Made {
    pub(super) built: Built<Origin>,
    pub(super) work: Work<Origins>,
}

pub(super) fn make(files: &Contents, folder: &str) -> Result<Made, Failure> {
    let mut tree = Memory::new();
    for (path, bytes) in files {
        tree.insert(path.as_str(), bytes.clone());
    }
    let mut work: Work<Origins> = Work::new(Files::new(Arc::new(tree), Restriction::RootOnly, None));
    let built = build(&mut work, folder, &Options::default())?;
    Ok(Made { built, work })
}
