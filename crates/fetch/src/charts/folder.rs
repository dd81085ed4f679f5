//! A folder of archives in the place of a repository.
//!
//! Takes the path of a folder; gives the archives in it that are of one chart, by their names and by what they hold.

use std::path::{Path, PathBuf};

use helm::chart::Chart;
use helm::sources::Offer;
use store::ARCHIVE_BYTES_MAX;
use text::Texts;
use tree::{Directory, OpenDirectory, ReadFile, Tree};

use super::registry::digest_of;

/// Archives of one chart that are looked at. Repositories have some hundred versions of one.
const ARCHIVES_MAX: usize = 10_000;

/// Why a folder gives no archive.
#[derive(Debug, thiserror::Error)]
pub enum ReadFolder {
    /// There is no such folder.
    #[error(transparent)]
    Open(#[from] OpenDirectory),
    /// An archive cannot be read.
    #[error("cannot read '{path}'")]
    Read {
        /// Its path.
        path: String,
        /// Why.
        #[source]
        source: ReadFile,
    },
    /// More archives than anybody has of one chart.
    #[error("'{path}' holds more than {ARCHIVES_MAX} archives of one chart")]
    TooMany {
        /// The folder.
        path: String,
    },
}

/// The archives of a chart, in the order of their names, each with what it is. What is no chart is passed over.
pub(super) fn archives(path: &Path, name: &str) -> Result<Vec<(Offer, PathBuf)>, ReadFolder> {
    let directory = Directory::open(path, 1)?.everything_in("");
    let prefix = format!("{name}-");
    let is_archive = |path: &str| !path.contains('/') && path.starts_with(&prefix) && path.ends_with(".tgz");
    let files = directory.list(&is_archive).files;
    if files.len() > ARCHIVES_MAX {
        return Err(ReadFolder::TooMany { path: path.display().to_string() });
    }
    let mut archives = Vec::new();
    for file in files {
        let place = path.join(&file);
        let bytes = directory
            .read(&file, ARCHIVE_BYTES_MAX)
            .map_err(|source| ReadFolder::Read { path: place.display().to_string(), source })?;
        let Ok(chart) = Chart::of_archive(&bytes, &file, &mut Texts::new()) else { continue };
        if chart.name() == name {
            let version = chart.metadata.version.clone();
            archives.push((Offer { version, url: None, digest: Some(digest_of(&bytes)) }, place));
        }
    }
    helm::sources::sort_newest_first(&mut archives, |(offer, _)| &offer.version);
    Ok(archives)
}

/// The bytes of a file on this machine.
pub(crate) fn read(path: &Path, bytes_max: u64) -> Result<Vec<u8>, ReadFolder> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let bytes = Directory::open(folder, 1)?.read(&name, bytes_max);
    bytes.map_err(|source| ReadFolder::Read { path: path.display().to_string(), source })
}
