//! Charts out of the folder that `cargo xtask charts` lays out.

use std::path::{Path, PathBuf};

use helm::sources::{
    ChartSource, ChooseVersion, FindChart, FoundChart, OciReference, WantedChart, choose, sort_newest_first,
};

/// A folder with a folder for each place that charts were published in.
pub(crate) struct Shelf {
    root: PathBuf,
}

impl Shelf {
    pub(crate) fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The archive that is meant by a chart of a place.
    pub(crate) fn archive_of(&self, place: &str, name: &str, range: &str) -> Result<PathBuf, ChooseVersion> {
        let place = place.split_once("://").map_or(place, |(_, rest)| rest).trim_end_matches('/');
        let folder = self.root.join(place);
        let mut versions: Vec<String> = Vec::new();
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let file = entry.file_name().to_string_lossy().into_owned();
            let version = file.strip_prefix(name).and_then(|rest| rest.strip_prefix('-'));
            versions.extend(version.and_then(|version| version.strip_suffix(".tgz")).map(str::to_owned));
        }
        sort_newest_first(&mut versions, |version| version);
        let version = choose(&versions, range, |version| version)?;
        Ok(folder.join(format!("{name}-{version}.tgz")))
    }

    fn archive_of_reference(&self, reference: &OciReference, range: &str) -> Result<PathBuf, ChooseVersion> {
        let whole = reference.bare().to_string();
        let place = whole.strip_suffix(reference.name()).unwrap_or(&whole);
        self.archive_of(place, reference.name(), reference.version.as_deref().unwrap_or(range))
    }
}

impl ChartSource for Shelf {
    fn archive(&self, wanted: &WantedChart) -> Result<FoundChart, FindChart> {
        let absent = || FindChart::Offline(Box::new(wanted.clone()));
        let path = match wanted {
            WantedChart::Repository { url, name, range } => self.archive_of(url, name, range),
            WantedChart::Registry { reference, range } => self.archive_of_reference(reference, range),
            WantedChart::Archive { .. } | WantedChart::Git { .. } => return Err(absent()),
        };
        let path = path.map_err(|_| absent())?;
        let bytes = std::fs::read(&path).map_err(|_| absent())?;
        Ok(FoundChart::Archive { bytes, address: path.display().to_string() })
    }
}
