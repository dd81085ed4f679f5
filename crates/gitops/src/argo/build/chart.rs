//! A chart rendered as `helm template` of Helm 3 renders it, which Argo CD and kustomize run.

use std::collections::BTreeSet;

use gotemplate::{Fixed, Ledger, Map, MapType};
use helm::HelmVersion;
use helm::capabilities::Capabilities;
use helm::engine::{Execution, ReleaseOptions};
use helm::render::{Release, Target, check_installable, check_release_name, render};
use helm::schema::Remotes;
use helm::values::{FileContent, Given, SetKind, merge_maps, of_text, set_with_files};
use text::{Source, Texts};

use crate::graph::Missing;
use crate::limits::TEMPLATE_STACK_BYTES_MAX;
use crate::release::LoadedChart;
use crate::repository::documents;

/// The Helm that Argo CD runs.
pub(crate) const HELM: HelmVersion = HelmVersion::V3;

/// A file of values.
pub(super) struct ValuesFile {
    /// What it is called, for people.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// A value at a path.
pub(super) struct SetValue {
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
    pub(super) includes_crds: bool,
    pub(super) skips_hooks: bool,
    pub(super) now_nanoseconds: i128,
}

/// What a chart rendered.
#[derive(Default)]
pub(super) struct RenderedChart {
    /// The manifests: definitions, then the others, then hooks but for tests.
    pub(super) texts: Vec<String>,
    pub(super) asked: BTreeSet<(String, bool)>,
    pub(super) warnings: Vec<String>,
}

impl Render<'_> {
    pub(super) fn run(&self, loaded: &LoadedChart) -> Result<RenderedChart, Missing> {
        let told = |error: &(dyn std::error::Error + 'static)| Missing::Render(text::with_causes(error));
        check_installable(&loaded.chart, HELM).map_err(|error| told(&error))?;
        check_release_name(self.release_name, HELM).map_err(|error| told(&error))?;
        let (ledger, ports) = (Ledger::off(), Fixed::at(self.now_nanoseconds));
        let values = self.merged(&loaded.texts, &ledger)?;
        let mut options = ReleaseOptions::of_name(self.release_name);
        if !self.namespace.is_empty() {
            self.namespace.clone_into(&mut options.namespace);
        }
        let target = Target {
            release: &options,
            capabilities: self.capabilities,
            schemas: self.schemas.map(|remotes| (&loaded.schemas, remotes)),
            renders_subchart_notes: false,
        };
        let execution = Execution {
            version: HELM,
            ledger: &ledger,
            ports: &ports,
            is_dns_enabled: false,
            stack_bytes_max: TEMPLATE_STACK_BYTES_MAX,
            cache: &loaded.cache,
        };
        let release = render(&loaded.chart, &values, target, &execution).map_err(|error| told(&error))?;
        let texts = self.texts(&release)?;
        Ok(RenderedChart { texts, asked: release.asked, warnings: release.warnings })
    }

    /// Files of values, later ones over earlier ones, and single values over all of them.
    fn merged(&self, texts: &Texts, ledger: &Ledger) -> Result<Map, Missing> {
        let mut texts = texts.clone();
        let mut values = Map::new(MapType::Interface);
        for ValuesFile { name, bytes } in self.values {
            let id = texts.add(Source::Given { name: name.clone() });
            let read = of_text(id, bytes, HELM, ledger).map_err(|error| {
                Missing::Render(format!("values of {name}: {}", text::with_causes(&error)))
            })?;
            values = merge_maps(&values, &read, ledger);
        }
        for set in self.sets {
            let id = texts.add(Source::Given { name: set.name.clone() });
            let text = format!("{}={}", set.name, set.text);
            let given = Given { text: &text, id, kind: set.kind, version: HELM };
            let bytes = set.content.as_deref().unwrap_or_default();
            let mut files = |_: &str| Ok(FileContent { text: id, bytes: bytes.into() });
            set_with_files(given, &values, ledger, &mut files)
                // The error may show the value.
                .map_err(|_| Missing::Render(format!("parameter '{}' cannot be read", set.name)))?;
        }
        Ok(values)
    }

    fn texts(&self, release: &Release<'_>) -> Result<Vec<String>, Missing> {
        let mut texts = Vec::new();
        for crd in release.crds.iter().filter(|_| self.includes_crds) {
            let whole = std::str::from_utf8(&crd.file.bytes)
                .map_err(|error| Missing::Render(format!("{}: {error}", crd.file.name)))?;
            let documents = documents(whole).map_err(|error| Missing::Render(error.to_string()))?;
            texts.extend(documents.into_iter().map(str::to_owned));
        }
        // Argo CD has no phase for tests, and never applies what is for one.
        let hooks = release.sorted.hooks.iter().filter(|hook| !self.skips_hooks && !hook.is_test());
        let manifests = release.sorted.manifests.iter().chain(hooks.map(|hook| &hook.manifest));
        texts.extend(manifests.map(|manifest| release.text_of(manifest).1.to_owned()));
        Ok(texts)
    }
}
