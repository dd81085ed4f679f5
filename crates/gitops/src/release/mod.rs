//! One Helm release rendered as its controller renders it: the chart, the values in their order, and what is done to the
//! output.

mod chart;
mod post;
mod values;

use std::sync::Arc;

use gotemplate::{Fixed, Ledger};
use helm::HelmVersion;
use helm::capabilities::{Capabilities, KubeVersion};
use helm::engine::{Execution, ReleaseOptions};
use helm::render::{Release, Target, check_installable, check_release_name, render};
use helm::schema::Remotes;
use text::{TextId, Texts};
use version::Minor;

use crate::build::all_of;
use crate::flux::ReleaseSpec;
use crate::graph::Missing;
use crate::limits::TEMPLATE_STACK_BYTES_MAX;
use crate::made::Outcome;
use crate::object::RenderedObject;
use crate::repository::documents;
pub(crate) use chart::{ChartHome, LoadedChart, LoadedCharts};
pub(crate) use post::{OUTPUT_FILE, PostRendered, post_rendered};
pub(crate) use values::{GivenValues, ValuesHome, values_of};

/// The Helm that Flux 2.8 and later link.
const HELM: HelmVersion = HelmVersion::V4;

/// A release with all that its render needs.
pub(crate) struct RenderJob {
    /// The object that says it.
    pub(crate) object: RenderedObject,
    pub(crate) spec: Arc<ReleaseSpec>,
    pub(crate) chart: Arc<LoadedChart>,
    /// Values in their order, its own last.
    pub(crate) values: Vec<GivenValues>,
    pub(crate) capabilities: Arc<Capabilities>,
    pub(crate) now_nanoseconds: i128,
}

/// What a chart rendered, before anything is done to it.
pub(crate) struct Rendered<'r> {
    pub(crate) release: Release<'r>,
    pub(crate) ledger: Ledger,
    /// The texts of the chart and of the values.
    pub(crate) texts: Texts,
    /// The text of each of the values.
    pub(crate) values: Vec<TextId>,
}

/// A manifest of a render.
#[derive(Debug, Clone)]
pub(crate) enum Manifest<'r> {
    /// A document of a file of `crds/`, from a byte of it on.
    Definition { file: TextId, start: usize, text: &'r str },
    /// A part of what a template gave, from a byte of it on.
    Template { template: usize, start: usize, text: &'r str },
}

impl Manifest<'_> {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Definition { text, .. } | Self::Template { text, .. } => text,
        }
    }
}

/// What a cluster of a minor serves, with the APIs of custom resources that are installed in it; what is compiled into Helm
/// where nobody knows the minor.
pub(crate) fn capabilities(version: Option<Minor>, custom: impl Iterator<Item = String>) -> Capabilities {
    capabilities_of(HELM, version, custom)
}

/// The same for a Helm.
pub(crate) fn capabilities_of(
    helm: HelmVersion,
    version: Option<Minor>,
    custom: impl Iterator<Item = String>,
) -> Capabilities {
    let mut capabilities = match version {
        None => Capabilities::of(helm),
        Some(minor) => {
            let kinds = catalog::served_by_default(minor).into_iter().flatten();
            let kinds = kinds.map(|kind| (kind.group, kind.version, kind.kind));
            Capabilities::of_cluster(helm, KubeVersion::first_of_minor(minor.number()), kinds)
        }
    };
    capabilities.api_versions.extend(custom);
    capabilities
}

impl RenderJob {
    pub(crate) fn run(&self, schemas: &(dyn Remotes + Sync)) -> Result<Outcome, Missing> {
        self.rendered(Ledger::off(), schemas, |rendered| {
            let release = &rendered.release;
            let mut objects = Vec::new();
            for manifest in self.manifests(release)? {
                objects.extend(all_of(manifest.text())?);
            }
            for step in &self.spec.post_renderers {
                objects = post_rendered::<text::NoOrigins>(step, &objects)?.objects()?;
            }
            let notes = not_validated(&release.warnings);
            Ok(Outcome { objects, notes, asked: release.asked.clone(), read: self.chart.files() })
        })
    }

    /// Renders the chart, and gives what `then` makes of it.
    pub(crate) fn rendered<R>(
        &self,
        ledger: Ledger,
        schemas: &(dyn Remotes + Sync),
        then: impl FnOnce(Rendered<'_>) -> Result<R, Missing>,
    ) -> Result<R, Missing> {
        let told = |error: &(dyn std::error::Error + 'static)| Missing::Render(text::with_causes(error));
        check_installable(&self.chart.chart, HELM).map_err(|error| told(&error))?;
        check_release_name(&self.spec.name, HELM).map_err(|error| told(&error))?;
        let ports = Fixed::at(self.now_nanoseconds);
        let chart = self.chart.with_values_files(&self.spec.chart)?;
        let chart = chart.as_ref().unwrap_or(&self.chart.chart);
        let mut texts = self.chart.texts.clone();
        let (given, values) = values::merged(&self.values, &mut texts, &ledger)?;
        let options = ReleaseOptions {
            namespace: self.spec.namespace.clone(),
            ..ReleaseOptions::of_name(&self.spec.name)
        };
        let schemas =
            (!self.spec.skips_schema_validation).then_some((&self.chart.schemas, schemas as &dyn Remotes));
        let target = Target {
            release: &options,
            capabilities: &self.capabilities,
            schemas,
            renders_subchart_notes: false,
        };
        let execution = Execution {
            version: HELM,
            ledger: &ledger,
            ports: &ports,
            is_dns_enabled: false,
            stack_bytes_max: TEMPLATE_STACK_BYTES_MAX,
            cache: &self.chart.cache,
        };
        let release = render(chart, &given, target, &execution).map_err(|error| told(&error))?;
        drop(given);
        then(Rendered { release, ledger, texts, values })
    }

    /// All that is installed, in the order in which it is shown: definitions, manifests, hooks.
    pub(crate) fn manifests<'r>(&self, release: &'r Release<'_>) -> Result<Vec<Manifest<'r>>, Missing> {
        let mut manifests = Vec::new();
        let definitions = release.crds.iter().filter(|_| self.spec.creates_crds);
        for file in definitions.map(|crd| crd.file) {
            // What is no UTF-8 would not be taken by an API server either.
            let whole = std::str::from_utf8(&file.bytes)
                .map_err(|error| Missing::Render(format!("{}: {error}", file.name)))?;
            for text in documents(whole).map_err(|error| Missing::Render(error.to_string()))? {
                let start = text.as_ptr().addr() - whole.as_ptr().addr();
                manifests.push(Manifest::Definition { file: file.text, start, text });
            }
        }
        let hooks = release.sorted.hooks.iter().filter(|hook| !self.spec.skips_hooks && !hook.is_test());
        let hooks = hooks.map(|hook| &hook.manifest);
        manifests.extend(release.sorted.manifests.iter().chain(hooks).map(|manifest| {
            let (_, text) = release.text_of(manifest);
            Manifest::Template { template: manifest.template, start: manifest.range.start, text }
        }));
        Ok(manifests)
    }

    /// Hands out all that decides what it gives, but for the answers of a cluster.
    pub(crate) fn identify(&self, put: &mut dyn FnMut(&str)) {
        let Self { object, spec, chart, values, capabilities: _, now_nanoseconds } = self;
        put("release");
        put(&spec.namespace);
        put(&object.text);
        put(&chart.key);
        put(&now_nanoseconds.to_string());
        for given in values {
            given.identify(put);
        }
    }
}

/// The warnings that say that something was not judged.
pub(crate) fn not_validated(warnings: &[String]) -> Vec<String> {
    let said = warnings.iter().filter_map(|warning| warning.strip_prefix("warning: "));
    said.filter(|warning| warning.contains("not validated")).map(str::to_owned).collect()
}
