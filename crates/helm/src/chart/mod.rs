//! Charts as they stand in a folder or an archive.
//!
//! Takes a [`tree::Tree`] or the bytes of a `.tgz`; gives a [`Chart`] whose files each are a registered text. Reads
//! metadata as Helm does and refuses what Helm refuses, in its words. Never renders, never writes.

mod archive;
mod assemble;
mod decode;
mod ignore;
mod load;
mod metadata;
mod on_demand;
mod validate;

use std::collections::BTreeMap;
use std::sync::Arc;

use text::TextId;
use tree::ReadFile;

pub use archive::{UnpackArchive, unpack as unpack_archive};
pub use decode::DecodeField;
pub(crate) use decode::{found, scalar_text};
pub use ignore::{IgnoreRules, ReadIgnoreRules};
pub use load::LoadChart;
pub use metadata::{Dependency, Lock, Maintainer, Metadata};
pub use on_demand::{Content, FileOnDemand};
pub use validate::ValidateChart;
pub(crate) use validate::validate;

/// A chart and the charts that it depends on.
#[derive(Debug, Clone)]
pub struct Chart {
    /// `Chart.yaml`, with the dependencies of `requirements.yaml`.
    pub metadata: Metadata,
    /// `Chart.lock` or `requirements.lock`.
    pub lock: Option<Lock>,
    /// `values.yaml`; what it says depends on the version of Helm, see [`crate::values::of_file`].
    pub values: Option<File>,
    /// `values.schema.json`.
    pub schema: Option<File>,
    /// Files below `templates/`.
    pub templates: Vec<File>,
    /// The manifests in its own `crds/`; those of dependencies are theirs.
    pub crds: Vec<File>,
    /// All other files, and those of `crds/` again, by name: what `.Files` shows. Most of them no template ever asks for.
    pub files: Arc<BTreeMap<String, FileOnDemand>>,
    /// The charts of `charts/`, sorted by the names they have there.
    pub dependencies: Vec<Self>,
    /// What Helm would warn of.
    pub warnings: Vec<String>,
}

/// A file of a chart.
#[derive(Clone)]
pub struct File {
    /// Its path in the chart, with `/` between its parts.
    pub name: String,
    /// The text that it is.
    pub text: TextId,
    /// Its bytes, without a byte order mark: what spans in its text count from.
    pub bytes: Arc<[u8]>,
}

impl Chart {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// Puts a chart among those that it depends on, as if its archive stood in `charts/`.
    pub(crate) fn hold(&mut self, dependency: Self) {
        let place = |chart: &Self| format!("{}-{}.tgz", chart.name(), chart.metadata.version);
        let at = self.dependencies.partition_point(|held| place(held) <= place(&dependency));
        self.dependencies.insert(at, dependency);
    }

    /// A file of `.Files`, of this chart or of one that it depends on, that a template asked for and that could not be
    /// read, with the reason.
    #[must_use]
    pub fn unreadable(&self) -> Option<(&str, &ReadFile)> {
        let mut own = self.files.iter();
        let own = own.find_map(|(name, file)| Some((name.as_str(), file.refusal()?)));
        own.or_else(|| self.dependencies.iter().find_map(Self::unreadable))
    }

    /// Whether it renders nothing by itself.
    #[must_use]
    pub fn is_library(&self) -> bool {
        self.metadata.chart_type == "library"
    }
}

impl std::fmt::Debug for File {
    // Values of a chart may be secrets, so that a file is shown by its name alone.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("File")
            .field("name", &self.name)
            .field("text", &self.text)
            .finish_non_exhaustive()
    }
}

/// Whether a file is installed as it is.
fn is_crd(name: &str) -> bool {
    name.starts_with("crds/") && is_manifest(name)
}

fn is_manifest(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["yaml", "yml", "json"].iter().any(|known| known.eq_ignore_ascii_case(extension))
}
