//! One chart rendered with given values for a cluster, and the manifests of it that are installed.

use gotemplate::{Fixed, Ledger, Map};
use helm::HelmVersion;
use helm::capabilities::Capabilities;
use helm::chart::Chart;
use helm::engine::{Execution, ReleaseOptions};
use helm::render::{Release, Target, check_installable, check_release_name, render};
use helm::schema::Remotes;
use text::{TextId, Texts};

use super::LoadedChart;
use crate::graph::Missing;
use crate::kept::Asked;
use crate::limits::TEMPLATE_STACK_BYTES_MAX;
use crate::repository::documents;

/// What a chart is rendered as.
pub(crate) struct ChartRender<'r> {
    pub(crate) version: HelmVersion,
    pub(crate) release_name: &'r str,
    /// The namespace; the one of `helm template` if it is empty.
    pub(crate) namespace: &'r str,
    pub(crate) capabilities: &'r Capabilities,
    /// What values are judged with; none to leave it out.
    pub(crate) schemas: Option<&'r dyn Remotes>,
    pub(crate) now_nanoseconds: i128,
}

/// What a chart rendered.
pub(crate) struct Rendered<'r> {
    pub(crate) release: Release<'r>,
    /// What it asked of its surroundings.
    pub(crate) asked: Asked,
    pub(crate) ledger: Ledger,
    /// The texts of the chart and of the values.
    pub(crate) texts: Texts,
    /// The text of each of the values.
    pub(crate) values: Vec<TextId>,
}

/// A manifest of a render.
#[derive(Debug, Clone)]
pub(crate) struct Manifest {
    pub(crate) part: Part,
    /// Its text with a line end behind it, which is not in what the template gave.
    pub(crate) text: String,
}

/// Where a manifest was rendered: in a file of `crds/`, or in what a template gave, from a byte on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part {
    Definition(TextId, usize),
    Template(usize, usize),
}

impl ChartRender<'_> {
    /// Renders a chart with the values that `merged` puts together, and gives what `then` makes of it. The chart is the loaded
    /// one, or one like it with other values of its own.
    pub(crate) fn run<R>(
        &self,
        (loaded, chart): (&LoadedChart, &Chart),
        ledger: Ledger,
        merged: impl FnOnce(&mut Texts, &Ledger) -> Result<(Map, Vec<TextId>), Missing>,
        then: impl FnOnce(Rendered<'_>) -> Result<R, Missing>,
    ) -> Result<R, Missing> {
        let told = |error: &(dyn std::error::Error + 'static)| Missing::Render(text::with_causes(error));
        check_installable(&loaded.chart, self.version).map_err(|error| told(&error))?;
        check_release_name(self.release_name, self.version).map_err(|error| told(&error))?;
        let ports = Fixed::at(self.now_nanoseconds);
        let mut texts = loaded.texts.clone();
        let (given, values) = merged(&mut texts, &ledger)?;
        let mut options = ReleaseOptions::of_name(self.release_name);
        if !self.namespace.is_empty() {
            self.namespace.clone_into(&mut options.namespace);
        }
        let execution = Execution {
            version: self.version,
            ledger: &ledger,
            ports: &ports,
            is_dns_enabled: false,
            stack_bytes_max: TEMPLATE_STACK_BYTES_MAX,
            cache: &loaded.cache,
        };
        let release = loaded.with_schemas(self.schemas, |schemas| {
            let (release, capabilities) = (&options, self.capabilities);
            let target = Target { release, capabilities, schemas, renders_subchart_notes: false };
            render(chart, &given, target, &execution)
        });
        let release = release.map_err(|error| told(&error))?;
        drop(given);
        let asked = Asked {
            apis: release.asked.clone(),
            version: release.asks_version,
            versions_wanted: std::iter::once(chart.metadata.kube_version.clone()).collect(),
            schemas: loaded.asked_schemas(),
            lists_apis: loaded.may_list_apis || release.lists_capabilities,
            time: ports.was_asked_for_time(),
        };
        then(Rendered { release, asked, ledger, texts, values })
    }
}

/// All that is installed, in the order in which it is shown: definitions, manifests, hooks but for those of tests.
pub(crate) fn manifests(
    release: &Release<'_>,
    (includes_crds, skips_hooks): (bool, bool),
) -> Result<Vec<Manifest>, Missing> {
    let mut manifests = Vec::new();
    for file in release.crds.iter().filter(|_| includes_crds).map(|crd| crd.file) {
        // What is no UTF-8 would not be taken by an API server either.
        let whole = std::str::from_utf8(&file.bytes)
            .map_err(|error| Missing::Render(format!("{}: {error}", file.name)))?;
        for text in documents(whole).map_err(|error| Missing::Render(error.to_string()))? {
            let start = text.as_ptr().addr() - whole.as_ptr().addr();
            manifests.push(Manifest { part: Part::Definition(file.text, start), text: text.to_owned() });
        }
    }
    let hooks = release.sorted.hooks.iter().filter(|hook| !skips_hooks && !hook.is_test());
    let all = release.sorted.manifests.iter().chain(hooks.map(|hook| &hook.manifest));
    manifests.extend(all.map(|manifest| {
        let (_, text) = release.text_of(manifest);
        // Helm prints a line end behind each: without one, a block scalar that ends the manifest would lose its own.
        Manifest { part: Part::Template(manifest.template, manifest.range.start), text: format!("{text}\n") }
    }));
    Ok(manifests)
}
