//! A chart rendered as `helm template` of Helm 3 renders it, which Argo CD and kustomize run.

use gotemplate::{Ledger, Map, MapType};
use helm::HelmVersion;
use helm::capabilities::Capabilities;
use helm::schema::Remotes;
use helm::values::{FileContent, Given, SetKind, merge_maps, of_text, set_with_files};
use text::{Source, TextId, Texts};

use crate::graph::Missing;
use crate::release::{ChartRender, LoadedChart, Rendered};

/// The Helm that Argo CD runs.
pub(crate) const HELM: HelmVersion = HelmVersion::V3;

/// A file of values.
pub(crate) struct ValuesFile {
    /// What it is called, for people.
    pub(crate) name: String,
    pub(crate) home: ValuesHome,
    pub(crate) bytes: Vec<u8>,
}

/// Where values stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ValuesHome {
    /// In a file of a source, by what that is called; of the chart's own if it is called nothing.
    File { source: String, path: String },
    /// In the Application, as an object.
    Object,
    /// In the Application, as a text.
    Text,
    /// Where nobody can edit them here.
    Elsewhere,
}

/// A value at a path.
pub(crate) struct SetValue {
    pub(super) kind: SetKind,
    /// The path.
    pub(super) name: String,
    /// The value, or the name of the file that it stands in.
    pub(super) text: String,
    /// What stands in the file.
    pub(super) content: Option<Vec<u8>>,
}

/// What a chart is rendered with.
pub(super) struct Render<'r> {
    pub(super) release_name: &'r str,
    pub(super) namespace: &'r str,
    pub(super) values: &'r [ValuesFile],
    pub(super) sets: &'r [SetValue],
    pub(super) capabilities: &'r Capabilities,
    pub(super) schemas: Option<&'r dyn Remotes>,
    pub(super) now_nanoseconds: i128,
}

impl Render<'_> {
    /// Renders a chart, and gives what `then` makes of it. The texts of values are those of files, then those of single ones.
    pub(super) fn run<R>(
        &self,
        loaded: &LoadedChart,
        ledger: Ledger,
        then: impl FnOnce(Rendered<'_>) -> Result<R, Missing>,
    ) -> Result<R, Missing> {
        let render = ChartRender {
            version: HELM,
            release_name: self.release_name,
            namespace: self.namespace,
            capabilities: self.capabilities,
            schemas: self.schemas,
            now_nanoseconds: self.now_nanoseconds,
        };
        let merged = |texts: &mut Texts, ledger: &Ledger| self.merged(texts, ledger);
        render.run((loaded, &loaded.chart), ledger, merged, then)
    }

    /// Files of values, later ones over earlier ones, and single values over all of them; and the text of each.
    fn merged(&self, texts: &mut Texts, ledger: &Ledger) -> Result<(Map, Vec<TextId>), Missing> {
        let mut values = Map::new(MapType::Interface);
        let mut ids = Vec::with_capacity(self.values.len() + self.sets.len());
        for ValuesFile { name, bytes, .. } in self.values {
            let id = texts.add(Source::Given { name: name.clone() });
            ids.push(id);
            let read = of_text(id, bytes, HELM, ledger).map_err(|error| {
                Missing::Render(format!("values of {name}: {}", text::with_causes(&error)))
            })?;
            values = merge_maps(&values, &read, ledger);
        }
        for set in self.sets {
            let id = texts.add(Source::Given { name: set.name.clone() });
            ids.push(id);
            let text = format!("{}={}", set.name, set.text);
            let given = Given { text: &text, id, kind: set.kind, version: HELM };
            let bytes = set.content.as_deref().unwrap_or_default();
            let mut files = |_: &str| Ok(FileContent { text: id, bytes: bytes.into() });
            set_with_files(given, &values, ledger, &mut files)
                // The error may show the value.
                .map_err(|_| Missing::Render(format!("parameter '{}' cannot be read", set.name)))?;
        }
        Ok((values, ids))
    }
}
