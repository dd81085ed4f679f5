//! One Helm release rendered as its controller renders it: the chart, the values in their order, and what is done to the
//! output.

mod chart;
mod known;
mod post;
mod render;
mod values;

use std::sync::Arc;

use gotemplate::Ledger;
use helm::HelmVersion;
use helm::capabilities::{Capabilities, KubeVersion};
use helm::pieces::TemplatePieces;
use helm::render::Release;
use helm::schema::Remotes;
use text::{Origins, Texts};
use version::Minor;

use crate::build::{all_masked, all_of_each, hidden_if, masked_note};
use crate::flux::ReleaseSpec;
use crate::graph::Missing;
use crate::made::Outcome;
use crate::mask::whole;
use crate::object::RenderedObject;
use crate::ports::ChartPorts;
use crate::sensitive::SensitiveTexts;
pub(crate) use chart::{ChartHome, LoadedChart};
pub(crate) use known::{KnownChart, KnownCharts};
pub(crate) use post::{OUTPUT_FILE, PostRendered, STEP_FILE, before_step, post_rendered};
pub(crate) use render::{ChartRender, Manifest, Part, Rendered, manifests};
pub(crate) use values::{GivenValues, ValuesHome, values_of};

/// The Helm that Flux 2.8 and later link.
const HELM: HelmVersion = HelmVersion::V4;

/// What stands behind each manifest that a template did not give.
const LINE_END_BYTES: usize = "\n".len();

/// A release with all that its render needs.
pub(crate) struct RenderJob {
    /// The object that says it.
    pub(crate) object: RenderedObject,
    pub(crate) spec: Arc<ReleaseSpec>,
    pub(crate) chart: Arc<KnownChart>,
    /// Values in their order, its own last.
    pub(crate) values: Vec<GivenValues>,
    pub(crate) capabilities: Arc<Capabilities>,
    pub(crate) now_nanoseconds: i128,
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
    pub(crate) fn run(&self, ports: ChartPorts<'_>) -> Result<Outcome, Missing> {
        if self.is_sensitive() {
            // What templates and post-renderers refuse may hold what they were given.
            return self.run_masked(ports).map_err(|missing| hidden_if(true, missing));
        }
        self.rendered(Ledger::off(), ports, |loaded, rendered| {
            let Rendered { release, asked, .. } = &rendered;
            let manifests = self.manifests(release)?;
            let mut objects = all_of_each(manifests.iter().map(|manifest| &manifest.text))?;
            for step in &self.spec.post_renderers {
                objects = post_rendered::<text::NoOrigins>(step, &objects)?.objects()?;
            }
            let notes = not_validated(&release.warnings);
            Ok(Outcome { objects, notes, asked: asked.clone(), read: loaded.files(), left_encrypted: 0 })
        })
    }

    /// Whether anything that it is made of is decrypted.
    pub(crate) fn is_sensitive(&self) -> bool {
        let steps = &self.spec.post_renderers;
        self.values.iter().any(|values| !values.sensitive.is_empty())
            || steps.iter().any(|step| step.is_sensitive)
    }

    /// Renders it with origins, and masks what is made of decrypted values.
    fn run_masked(&self, ports: ChartPorts<'_>) -> Result<Outcome, Missing> {
        self.rendered(Ledger::on(), ports, |loaded, rendered| {
            let Rendered { release, asked, ledger, texts, values } = rendered;
            let mut sensitive = SensitiveTexts::default();
            for (given, text) in self.values.iter().zip(values) {
                sensitive.add(text, &given.sensitive);
            }
            let manifests = self.manifests(&release)?;
            let mut notes = not_validated(&release.warnings);
            let templates: Vec<_> = release.templates.into_iter().map(TemplatePieces::new).collect();
            let mut origins = ledger.into_origins();
            let mut objects = Vec::new();
            for Manifest { part, text } in manifests {
                let ranges = match part {
                    Part::Definition(..) => Vec::new(),
                    Part::Template(template, start) => match templates.get(template) {
                        None => whole(),
                        Some(template) => {
                            let part = start..(start + text.len()).saturating_sub(LINE_END_BYTES);
                            sensitive.in_output((&mut origins, &texts), template, part)
                        }
                    },
                };
                objects.extend(all_masked(&text, &ranges)?);
            }
            for step in &self.spec.post_renderers {
                let made = post_rendered::<Origins>(step, &objects)?;
                objects = made.masked_objects(step, &objects)?;
            }
            notes.extend(masked_note(&objects));
            Ok(Outcome { objects, notes, asked, read: loaded.files(), left_encrypted: 0 })
        })
    }

    /// Renders the chart, and gives what `then` makes of it.
    pub(crate) fn rendered<R>(
        &self,
        ledger: Ledger,
        ports: ChartPorts<'_>,
        then: impl FnOnce(&LoadedChart, Rendered<'_>) -> Result<R, Missing>,
    ) -> Result<R, Missing> {
        let loaded = self.chart.loaded(ports.charts)?;
        let chart = loaded.with_values_files(&self.spec.chart)?;
        let chart = chart.as_ref().unwrap_or(&loaded.chart);
        let schemas: &dyn Remotes = ports.schemas;
        let render = ChartRender {
            version: HELM,
            release_name: &self.spec.name,
            namespace: &self.spec.namespace,
            capabilities: &self.capabilities,
            schemas: (!self.spec.skips_schema_validation).then_some(schemas),
            now_nanoseconds: self.now_nanoseconds,
        };
        let merged = |texts: &mut Texts, ledger: &Ledger| values::merged(&self.values, texts, ledger);
        render.run((loaded, chart), ledger, merged, |rendered| then(loaded, rendered))
    }

    /// All that is installed.
    pub(crate) fn manifests(&self, release: &Release<'_>) -> Result<Vec<Manifest>, Missing> {
        manifests(release, (self.spec.creates_crds, self.spec.skips_hooks))
    }

    /// Hands out all that decides what it gives, but for the answers of a cluster, and the time.
    pub(crate) fn identify(&self, put: &mut dyn FnMut(&str)) {
        let Self { object, spec, chart, values, capabilities: _, now_nanoseconds: _ } = self;
        put("release");
        put(&spec.namespace);
        put(object.clear_text());
        put(if object.is_masked() { "masked" } else { "shown" });
        put(&chart.key);
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
