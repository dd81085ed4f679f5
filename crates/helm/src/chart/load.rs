//! Charts out of a folder of a tree, or out of an archive.
//!
//! Takes the tree or the bytes, and the registry of texts that each file is added to. A folder's `.helmignore` counts for
//! all that is below it, charts in `charts/` included; in an archive it counts for nothing. Of a folder that may be read
//! later, only the size of each file is asked here, and that it can be read. Never writes.

use std::sync::Arc;

use text::{Source, TextId, Texts};
use tree::{ObstacleReason, ReadFile, Tree};

use super::assemble::{Budget, Loaded, assemble};
use super::ignore::IgnoredFiles;
use super::{
    Chart, DecodeField, FileOnDemand, IgnoreRules, ReadIgnoreRules, UnpackArchive, ValidateChart, archive,
};
use crate::limits::{CHART_TREE_BYTES_MAX, CHARTS_DEPTH_MAX, FILE_BYTES_MAX};

/// The files that say what a chart is and what it needs, sorted as a listing has them.
const OUTLINE: [&str; 5] =
    ["Chart.lock", "Chart.yaml", "requirements.lock", "requirements.yaml", "values.schema.json"];

/// Why a chart is not loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadChart {
    /// There is no `Chart.yaml`.
    #[error("Chart.yaml file is missing")]
    FindChartYaml,
    /// A file of the chart's own is no YAML.
    #[error("cannot load {file}: error converting YAML to JSON")]
    ParseFile {
        /// Which.
        file: &'static str,
        /// What is wrong.
        source: manifest::ParseDocument,
    },
    /// A file of the chart's own has a value that its reader refuses.
    #[error("cannot load {file}: error converting YAML to JSON")]
    ReadValue {
        /// Which.
        file: &'static str,
        /// What is wrong.
        source: manifest::value::ReadValue,
    },
    /// A file of the chart's own has a field of the wrong type.
    #[error("cannot load {file}: error unmarshaling JSON: while decoding JSON")]
    DecodeField {
        /// Which.
        file: &'static str,
        /// What is wrong.
        source: DecodeField,
    },
    /// The metadata is refused.
    #[error(transparent)]
    Validate(#[from] ValidateChart),
    /// The `.helmignore` is refused.
    #[error(transparent)]
    ReadIgnoreRules(#[from] ReadIgnoreRules),
    /// The archive is refused.
    #[error(transparent)]
    Unpack(#[from] UnpackArchive),
    /// A file cannot be read.
    #[error("error reading {path}")]
    ReadFile {
        /// Which.
        path: String,
        /// Why.
        source: ReadFile,
    },
    /// Something in the folder cannot be read, and no rule says that it is no part of the chart.
    #[error("cannot load {path}: {reason:?} {detail}")]
    MeetObstacle {
        /// Where.
        path: String,
        /// What it is.
        reason: ObstacleReason,
        /// The system's words, or where a link leads.
        detail: String,
    },
    /// A chart in `charts/` is refused.
    #[error("error unpacking subchart {subchart} in {chart}")]
    LoadSubchart {
        /// Its name there.
        subchart: String,
        /// The chart that holds it.
        chart: String,
        /// Why.
        source: Box<LoadChart>,
    },
    /// A folder in `charts/` has the name of an archive.
    #[error("error unpacking subchart tar in {chart}: expected {name}, got {found}")]
    ExpectArchive {
        /// The chart that holds it.
        chart: String,
        /// Its name there.
        name: String,
        /// The first file of it.
        found: String,
    },
    /// More charts within charts than [`CHARTS_DEPTH_MAX`].
    #[error("charts nest deeper than {CHARTS_DEPTH_MAX} levels")]
    NestTooDeep,
    /// More bytes than [`CHART_TREE_BYTES_MAX`].
    #[error("chart and its dependencies are larger than {CHART_TREE_BYTES_MAX} bytes")]
    TooLarge,
}

impl Chart {
    /// Loads the chart of a folder; the root of the tree is the empty path.
    ///
    /// # Errors
    /// If Helm would refuse it, or something in it cannot be read.
    pub fn of_folder(tree: &dyn Tree, folder: &str, texts: &mut Texts) -> Result<Self, LoadChart> {
        Self::read_folder(tree, folder, texts, &|path| Source::File { path })
    }

    /// Loads the chart of a folder in a checkout. `address` is what to call the repository where one of its files is shown.
    ///
    /// # Errors
    /// If Helm would refuse it, or something in it cannot be read.
    pub fn of_checkout(
        tree: &dyn Tree,
        folder: &str,
        address: &str,
        texts: &mut Texts,
    ) -> Result<Self, LoadChart> {
        let source = |path: String| Source::Fetched { address: format!("{address}!{path}") };
        Self::read_folder(tree, folder, texts, &source)
    }

    fn read_folder(
        tree: &dyn Tree,
        folder: &str,
        texts: &mut Texts,
        source: &dyn Fn(String) -> Source,
    ) -> Result<Self, LoadChart> {
        let prefix = prefix_of(folder);
        let rules = match tree.read(&format!("{prefix}.helmignore"), FILE_BYTES_MAX) {
            Ok(bytes) => IgnoreRules::of_file(&bytes)?,
            Err(ReadFile::Missing) => IgnoreRules::of_no_file()?,
            Err(source) => return Err(LoadChart::ReadFile { path: format!("{prefix}.helmignore"), source }),
        };
        let ignored = IgnoredFiles::new(&rules);
        let is_part = |path: &str| path.strip_prefix(&prefix).is_some_and(|name| !ignored.contain(name));
        let listing = tree.list_below(prefix.trim_end_matches('/'), &is_part);
        if let Some(obstacle) = listing.obstacles.into_iter().find(|obstacle| is_part(&obstacle.path)) {
            let tree::Obstacle { path, reason, detail } = obstacle;
            return Err(LoadChart::MeetObstacle { path, reason, detail });
        }
        let mut budget = Budget::new();
        let mut files = Vec::with_capacity(listing.files.len());
        let kept = tree.kept();
        for path in listing.files {
            let text = texts.add(source(path.clone()));
            let name = path.strip_prefix(&prefix).unwrap_or(&path).to_owned();
            let (size, content) = match &kept {
                Some(kept) if !is_always_read(&name) => on_demand(kept, &path, text)?,
                _ => at_once(tree, &path, text)?,
            };
            budget.take(size)?;
            files.push(Loaded::new(name, path, content));
        }
        assemble(files, texts, &mut budget, 0)
    }

    /// Loads of the chart of a folder only what says what it is and what it needs: metadata, lock and schema, without
    /// values, templates, and what stands in its `charts/`.
    ///
    /// # Errors
    /// If Helm would refuse it, or one of these files cannot be read.
    pub fn outline_of_folder(tree: &dyn Tree, folder: &str) -> Result<Self, LoadChart> {
        let prefix = prefix_of(folder);
        let mut files = Vec::new();
        for name in OUTLINE {
            let path = format!("{prefix}{name}");
            match tree.read(&path, FILE_BYTES_MAX) {
                Ok(bytes) => {
                    let content = FileOnDemand::here(TextId(u32::MAX), &bytes);
                    files.push(Loaded::new(name.to_owned(), path, content));
                }
                Err(ReadFile::Missing) => {}
                Err(source) => return Err(LoadChart::ReadFile { path, source }),
            }
        }
        assemble(files, &mut Texts::new(), &mut Budget::new(), 0)
    }

    /// Loads the chart of an archive. `address` is what to call it where one of its files is shown.
    ///
    /// # Errors
    /// If Helm would refuse it, or it is no archive that is safe to read.
    pub fn of_archive(bytes: &[u8], address: &str, texts: &mut Texts) -> Result<Self, LoadChart> {
        unpack(bytes, address, texts, &mut Budget::new(), 0)
    }
}

/// Whether a file of a chart is needed whatever its templates do: then it is not asked for its size before it is read.
fn is_always_read(name: &str) -> bool {
    name.starts_with("templates/") || matches!(name, "Chart.yaml" | "values.yaml")
}

/// The size of a file that can be read, and the file, to be read when it is needed.
fn on_demand(
    tree: &Arc<dyn Tree + Send>,
    path: &str,
    text: TextId,
) -> Result<(u64, FileOnDemand), LoadChart> {
    let size = tree.size(path, FILE_BYTES_MAX);
    let size = size.map_err(|source| LoadChart::ReadFile { path: path.to_owned(), source })?;
    Ok((size, FileOnDemand::in_tree(text, Arc::clone(tree), path.to_owned())))
}

/// The size of a file and the file, which is read.
fn at_once(tree: &dyn Tree, path: &str, text: TextId) -> Result<(u64, FileOnDemand), LoadChart> {
    let bytes = tree.read(path, FILE_BYTES_MAX);
    let bytes = bytes.map_err(|source| LoadChart::ReadFile { path: path.to_owned(), source })?;
    Ok((bytes.len() as u64, FileOnDemand::here(text, &bytes)))
}

/// What the paths of a folder's files begin with.
fn prefix_of(folder: &str) -> String {
    if folder.is_empty() { String::new() } else { format!("{}/", folder.trim_end_matches('/')) }
}

/// The chart of an archive that stands `depth` charts deep.
pub(super) fn unpack(
    bytes: &[u8],
    address: &str,
    texts: &mut Texts,
    budget: &mut Budget,
    depth: usize,
) -> Result<Chart, LoadChart> {
    let mut files = Vec::new();
    for (name, bytes) in archive::unpack(bytes)? {
        budget.take(bytes.len() as u64)?;
        let address = format!("{address}!{name}");
        let text = texts.add(Source::Fetched { address: address.clone() });
        files.push(Loaded::new(name, address, FileOnDemand::here(text, &bytes)));
    }
    assemble(files, texts, budget, depth)
}
