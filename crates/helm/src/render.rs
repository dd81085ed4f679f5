//! A chart and values to a release: everything that `helm template` does but reading and printing.
//!
//! Takes a loaded chart, given values and what the cluster can do; gives the texts of the templates, the manifests and
//! hooks in them in order, the notes and the custom resource definitions. Reads nothing, prints nothing.

use gotemplate::Map;

use crate::HelmVersion;
use crate::capabilities::{Capabilities, KubeVersion};
use crate::chart::{Chart, File};
use crate::dependencies::{EnableCharts, EnabledChart, enable};
use crate::engine::{
    self, Asked, Execution, ReleaseOptions, RenderTemplates, RenderedTemplate, RenderedTemplates,
};
use crate::marks::{self, ReleaseMarks};
use crate::order::{ReadHead, SortManifests, Sorted, sort_manifests};
use crate::ranges::is_compatible;
use crate::schema::{Remotes, Schemas, validate};
use crate::values::{CoalesceValues, coalesce};

/// The end of the names of templates that give notes.
const NOTES: &str = "NOTES.txt";

/// Why a chart is not rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderChart {
    /// A name that no release may have.
    #[error("{check}release name {name:?}: {reason}")]
    ReleaseName {
        /// What Helm 4 says first.
        check: &'static str,
        /// The name.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A chart of a format that Helm 4 does not take unless told to.
    #[error("chart '{name}' has apiVersion '{api_version}': only v1 and v2 are supported")]
    SupportApiVersion {
        /// The chart.
        name: String,
        /// What it says.
        api_version: String,
    },
    /// A chart of a type that is not installed by itself.
    #[error("{chart_type} charts are not installable")]
    Install {
        /// Its type.
        chart_type: String,
    },
    /// Charts that are named and not there.
    #[error("found in Chart.yaml, but missing in charts/ directory: {names}")]
    FindDependencies {
        /// Their names, with `, ` between them.
        names: String,
    },
    /// It cannot be told which charts take part.
    #[error(transparent)]
    Enable(#[from] EnableCharts),
    /// Given values do not go with the charts.
    #[error(transparent)]
    Coalesce(#[from] CoalesceValues),
    /// Values do not fit the schema of a chart, in Helm's words.
    #[error("{0}")]
    Schema(String),
    /// The chart is for other versions of Kubernetes.
    #[error("chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {found}")]
    KubeVersion {
        /// The range that it says.
        wanted: String,
        /// The version that it is to be rendered for.
        found: String,
    },
    /// A template is none, or failed.
    #[error(transparent)]
    Templates(#[from] RenderTemplates),
    /// A manifest is no YAML.
    #[error(transparent)]
    Sort(Box<SortFailure>),
}

/// A manifest that is no YAML, with all that was rendered: whoever debugs a chart wants to see it.
#[derive(Debug, thiserror::Error)]
#[error("YAML parse error on {template}")]
pub struct SortFailure {
    /// The template that gave it.
    pub template: String,
    /// What is wrong with it.
    pub source: ReadHead,
    /// What was rendered.
    pub templates: Vec<RenderedTemplate>,
}

/// A custom resource definition of a chart's `crds/`.
#[derive(Debug, Clone)]
pub struct Crd<'c> {
    /// Its path, from the chart's name on.
    pub path: String,
    /// The file.
    pub file: &'c File,
}

/// What a chart renders.
#[derive(Debug)]
pub struct Release<'c> {
    /// What templates gave, notes left out.
    pub templates: Vec<RenderedTemplate>,
    /// The manifests and hooks in it.
    pub sorted: Sorted,
    /// The notes, those of other charts behind the chart's own.
    pub notes: String,
    /// The custom resource definitions, a chart's own first.
    pub crds: Vec<Crd<'c>>,
    /// What templates asked of the capabilities.
    pub asked: Asked,
    /// Whether any looked at the version of the cluster.
    pub asks_version: bool,
    /// Whether any looked at all capabilities together.
    pub lists_capabilities: bool,
    /// What manifests depend on beside what was written; none where no origins were kept.
    pub marks: Option<ReleaseMarks>,
    /// What Helm would warn of.
    pub warnings: Vec<String>,
}

/// What a chart is rendered for.
#[derive(Clone, Copy)]
pub struct Target<'t> {
    /// The release.
    pub release: &'t ReleaseOptions,
    /// The cluster.
    pub capabilities: &'t Capabilities,
    /// What values are judged with; none to leave it out.
    pub schemas: Option<(&'t Schemas, &'t dyn Remotes)>,
    /// Whether notes of the charts that it depends on are wanted as well.
    pub renders_subchart_notes: bool,
}

/// The longest name of a release: `maxReleaseNameLen` of Helm.
const RELEASE_NAME_BYTES_MAX: usize = 53;

/// Whether a release may have a name.
///
/// # Errors
/// In Helm's words, if it may not.
pub fn check_release_name(name: &str, version: HelmVersion) -> Result<(), RenderChart> {
    let is_end = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_part = |part: &str| match part.as_bytes() {
        [first, .., last] => {
            is_end(*first) && is_end(*last) && part.bytes().all(|byte| is_end(byte) || byte == b'-')
        }
        [only] => is_end(*only),
        [] => false,
    };
    let reason = match name {
        "" => "no name provided",
        name if name.len() <= RELEASE_NAME_BYTES_MAX && name.split('.').all(is_part) => return Ok(()),
        _ => {
            "invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than 53"
        }
    };
    let check = match version {
        HelmVersion::V3 => "",
        HelmVersion::V4 => "release name check failed: ",
    };
    Err(RenderChart::ReleaseName { check, name: name.to_owned(), reason })
}

/// Whether a chart can be rendered by itself: no library, nothing missing, and in Helm 4 of a format that it knows. What a
/// chart in `charts/` says of its format counts for neither Helm.
///
/// # Errors
/// In Helm's words, if it cannot.
pub fn check_installable(chart: &Chart, version: HelmVersion) -> Result<(), RenderChart> {
    let metadata = &chart.metadata;
    if version == HelmVersion::V4 && !["v1", "v2"].contains(&metadata.api_version.as_str()) {
        let (name, api_version) = (metadata.name.clone(), metadata.api_version.clone());
        return Err(RenderChart::SupportApiVersion { name, api_version });
    }
    if !["", "application"].contains(&metadata.chart_type.as_str()) {
        return Err(RenderChart::Install { chart_type: metadata.chart_type.clone() });
    }
    let is_there = |name: &str| chart.dependencies.iter().any(|held| held.name() == name);
    let missing = metadata.dependencies.iter().flatten().map(|dependency| dependency.name.as_str());
    let missing: Vec<&str> = missing.filter(|name| !is_there(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(RenderChart::FindDependencies { names: missing.join(", ") })
}

/// Renders a chart with given values.
///
/// # Errors
/// In Helm's words, or past a limit.
pub fn render<'c>(
    chart: &'c Chart,
    given: &Map,
    target: Target<'_>,
    execution: &Execution<'_>,
) -> Result<Release<'c>, RenderChart> {
    let Execution { version, ledger, .. } = *execution;
    let enabled = enable(chart, given, version, ledger)?;
    let coalesced = coalesce(&enabled.root, given, (version, false), ledger)?;
    let not_validated = check_values(&enabled.root, &coalesced.values, target)?;
    check_kube_version(chart, target.capabilities)?;
    let about = (target.release, target.capabilities);
    let rendered = engine::render(&enabled.root, &coalesced.values, about, execution)?;
    let RenderedTemplates { mut templates, asked, asks_version, lists_capabilities } = rendered;
    let notes = take_notes(&mut templates, chart.name(), target.renders_subchart_notes);
    let sorted = match sort_manifests(&templates, version) {
        Ok(sorted) => sorted,
        Err(SortManifests { template, source }) => {
            return Err(RenderChart::Sort(Box::new(SortFailure { template, source, templates })));
        }
    };
    let mut warnings = enabled.warnings;
    warnings.extend(coalesced.warnings);
    warnings.extend(not_validated);
    let marks = marks::of(&templates, &sorted, ledger);
    Ok(Release {
        templates,
        sorted,
        notes,
        crds: crds(&enabled.root),
        asked,
        asks_version,
        lists_capabilities,
        marks,
        warnings,
    })
}

/// Judges values by the schemas of the charts; tells which could not be judged and why.
fn check_values(
    root: &EnabledChart<'_>,
    values: &Map,
    target: Target<'_>,
) -> Result<Vec<String>, RenderChart> {
    let Some((schemas, remotes)) = target.schemas else { return Ok(Vec::new()) };
    let validation = validate(root, values, schemas, remotes);
    if let Some(words) = validation.error() {
        return Err(RenderChart::Schema(words));
    }
    let told = validation.not_validated.into_iter();
    let told = told
        .map(|told| format!("warning: values of chart {} are not validated: {}", told.chart, told.reason));
    Ok(told.collect())
}

fn check_kube_version(chart: &Chart, capabilities: &Capabilities) -> Result<(), RenderChart> {
    let wanted = &chart.metadata.kube_version;
    let kube = &capabilities.kube_version;
    if is_version_wanted(wanted, kube) {
        return Ok(());
    }
    Err(RenderChart::KubeVersion { wanted: wanted.clone(), found: kube.version.clone() })
}

/// Whether a chart that says `kubeVersion: wanted` can be installed in a cluster; one that says nothing can.
#[must_use]
pub fn is_version_wanted(wanted: &str, kube: &KubeVersion) -> bool {
    wanted.is_empty() || is_compatible(wanted, &kube.normalized)
}

/// Takes the notes out of what was rendered.
fn take_notes(templates: &mut Vec<RenderedTemplate>, chart: &str, takes_all: bool) -> String {
    let own = format!("{chart}/templates/{NOTES}");
    let mut notes = Vec::new();
    templates.retain(|template| {
        let is_notes = template.name.ends_with(NOTES);
        if is_notes && (takes_all || template.name == own) {
            notes.push(template.text.clone());
        }
        !is_notes
    });
    notes.reverse();
    notes.join("\n")
}

fn crds<'c>(chart: &EnabledChart<'c>) -> Vec<Crd<'c>> {
    let own = chart.chart.crds.iter().map(|file| Crd { path: format!("{}/{}", chart.path, file.name), file });
    own.chain(chart.dependencies.iter().flat_map(crds)).collect()
}

/// Something that reads the manifests of a release and gives others in their place.
pub trait PostRenderer {
    /// The manifests that it makes of some.
    ///
    /// # Errors
    /// If it fails.
    fn run(&self, manifests: &str) -> Result<String, PostRender>;
}

/// Why there are no other manifests.
#[derive(Debug, thiserror::Error)]
pub enum PostRender {
    /// A program did not do its work.
    #[error("error while running command {program}: {reason}")]
    Run {
        /// Its path.
        program: String,
        /// What happened, and what it said.
        reason: String,
    },
}

/// What of a release is printed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shown {
    /// Custom resource definitions.
    pub crds: bool,
    /// Hooks.
    pub hooks: bool,
    /// Hooks that are tests.
    pub tests: bool,
}

impl Release<'_> {
    /// The text of a manifest.
    #[must_use]
    pub fn text_of(&self, manifest: &crate::order::Manifest) -> (&str, &str) {
        let template = self.templates.get(manifest.template);
        let text = template.and_then(|template| template.text.get(manifest.range.clone()));
        (template.map_or("", |template| &template.name), text.unwrap_or_default())
    }

    /// What `helm template` prints of it.
    #[must_use]
    pub fn text(&self, shown: Shown) -> String {
        self.with_hooks(&self.manifests(shown), shown)
    }

    /// The same, where a program reads the manifests and gives others. It sees no hooks, as in Helm 3.
    ///
    /// # Errors
    /// If it fails.
    pub fn text_after(
        &self,
        shown: Shown,
        post_renderer: Option<&dyn PostRenderer>,
    ) -> Result<String, PostRender> {
        let Some(post_renderer) = post_renderer else { return Ok(self.text(shown)) };
        Ok(self.with_hooks(&post_renderer.run(&self.manifests(shown))?, shown))
    }

    /// The manifests and, if they are asked for, the custom resource definitions before them.
    fn manifests(&self, shown: Shown) -> String {
        let mut text = String::new();
        let mut add = |path: &str, content: &str| {
            text.push_str(&format!("---\n# Source: {path}\n{content}\n"));
        };
        if shown.crds {
            for crd in &self.crds {
                add(&crd.path, &String::from_utf8_lossy(&crd.file.bytes));
            }
        }
        for manifest in &self.sorted.manifests {
            let (path, content) = self.text_of(manifest);
            add(path, content);
        }
        text
    }

    fn with_hooks(&self, manifests: &str, shown: Shown) -> String {
        let mut text = format!("{}\n", manifests.trim());
        let hooks = self.sorted.hooks.iter().filter(|_| shown.hooks);
        for hook in hooks.filter(|hook| shown.tests || !hook.is_test()) {
            let (path, content) = self.text_of(&hook.manifest);
            text.push_str(&format!("---\n# Source: {path}\n{content}\n"));
        }
        text
    }
}
