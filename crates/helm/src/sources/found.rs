//! Charts that a [`ChartSource`] has at hand.
//!
//! Takes the bytes of an archive, or the files of a checkout; gives the chart. A chart in Git may lack what it depends on,
//! which is put in, as the plugin that Helm needs for it does (`depupdate`). Reads nothing else.

use std::path::Path;
use std::sync::Arc;

use text::Texts;
use tree::Tree;

use super::{Aliases, ChartSource, CompleteChart, FindChart, complete};
use crate::chart::{Chart, LoadChart};
use crate::limits::CHARTS_DEPTH_MAX;

/// A chart that was asked for.
#[derive(Clone)]
pub enum FoundChart {
    /// In an archive.
    Archive {
        /// Its bytes.
        bytes: Vec<u8>,
        /// Where it comes from, without credentials.
        address: String,
    },
    /// In a folder of a checkout.
    Folder {
        /// The files of the checkout.
        tree: Arc<dyn Tree + Send>,
        /// The folder.
        folder: String,
        /// The repository with its folder, without credentials.
        address: String,
        /// The commit.
        commit: String,
    },
}

/// Why a chart that was found is not loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadFound {
    /// It is refused.
    #[error(transparent)]
    Load(#[from] LoadChart),
    /// What it depends on is not to be had.
    #[error(transparent)]
    Complete(Box<CompleteChart<LoadFolder>>),
}

/// Why the chart of a folder in a checkout is not loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadFolder {
    /// It is refused.
    #[error(transparent)]
    Load(#[from] LoadChart),
    /// The folder is not in the checkout.
    #[error("'{0}' leads out of the repository")]
    LeadOut(String),
}

impl LoadFound {
    /// What is not at hand, if that is why.
    #[must_use]
    pub fn missing(&self) -> Option<&FindChart> {
        match self {
            Self::Load(_) => None,
            Self::Complete(error) => error.missing(),
        }
    }
}

impl FoundChart {
    /// Where it comes from, without credentials.
    #[must_use]
    pub fn address(&self) -> &str {
        match self {
            Self::Archive { address, .. } | Self::Folder { address, .. } => address,
        }
    }

    /// The chart as it stands there, without what it depends on and does not hold.
    ///
    /// # Errors
    /// If Helm would refuse it.
    pub fn load_alone(&self, texts: &mut Texts) -> Result<Chart, LoadChart> {
        match self {
            Self::Archive { bytes, address } => Chart::of_archive(bytes, address, texts),
            Self::Folder { tree, folder, address, .. } => {
                Chart::of_checkout(tree.as_ref(), folder, address, texts)
            }
        }
    }

    /// The chart; one in Git with all that it depends on.
    ///
    /// # Errors
    /// If Helm would refuse it, or what it depends on is not at hand.
    pub fn load(&self, from: (&Aliases, &dyn ChartSource), texts: &mut Texts) -> Result<Chart, LoadFound> {
        self.load_within(from, texts, 0)
    }

    /// Loads it as what stands `depth` charts deep.
    pub(super) fn load_within(
        &self,
        from: (&Aliases, &dyn ChartSource),
        texts: &mut Texts,
        depth: usize,
    ) -> Result<Chart, LoadFound> {
        let mut chart = self.load_alone(texts)?;
        let Self::Folder { tree, folder, address, .. } = self else { return Ok(chart) };
        if depth > CHARTS_DEPTH_MAX {
            return Err(LoadChart::NestTooDeep.into());
        }
        let mut beside = |path: &Path, texts: &mut Texts| {
            let shown = path.display().to_string();
            let inner = joined(folder, &shown).ok_or(LoadFolder::LeadOut(shown))?;
            Ok(Chart::of_checkout(tree.as_ref(), &inner, address, texts)?)
        };
        let completed = complete::within(&mut chart, from, (texts, depth + 1), &mut beside);
        completed.map_err(|error| LoadFound::Complete(Box::new(error)))?;
        Ok(chart)
    }
}

/// A path that is relative to a folder, from the root of the checkout; none if it leads out of it.
fn joined(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop()?,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_beside_a_chart_are_in_its_checkout() {
        for (path, expected) in [
            ("../db", Some("charts/db")),
            ("./db", Some("charts/web/db")),
            ("../../../x", None),
            ("/x", None),
        ] {
            assert_eq!(joined("charts/web", path).as_deref(), expected, "{path}");
        }
    }
}
