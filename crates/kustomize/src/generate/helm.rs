//! Charts: `helmCharts`, and the plugin `HelmChartInflationGenerator`.
//!
//! Brings together what a chart is rendered with, values above all, and hands it to whoever can render: a port, because
//! this crate runs no program and knows no templates. What comes back is read as any text of objects is.

mod values;

use std::sync::Arc;

use compact_str::CompactString;
use manifest::emit::{EmitYaml, marshal_as_kubectl};
use manifest::mutable::{Graph, ReadGraph, TakeDocument};
use text::{Source, TextId, Track};

use super::hash::as_floats;
use crate::kustomization::read::HelmPlugin;
use crate::kustomization::{HelmChart, HelmGlobals, Kustomization, Text};
use crate::load::{self, Loader, objects_of_text};
use crate::resource::{Resource, annotation};
use crate::{Failure, Work};
use values::{derived_from, graph_of_values, load_values, merged};

/// Whether and how charts are rendered.
#[derive(Debug, Clone, Default)]
pub struct Charts {
    /// Whether they are: `--enable-helm`.
    pub is_enabled: bool,
    /// Who renders them.
    pub renderer: Option<Arc<dyn RenderChart>>,
    /// The Kubernetes version for charts that are asked for with none: `--helm-kube-version`.
    pub kube_version: String,
    /// The API versions for charts that are asked for with none: `--helm-api-versions`.
    pub api_versions: Vec<String>,
    /// Whether more is told: `--helm-debug`.
    pub debug: bool,
}

/// Renders charts.
pub trait RenderChart: Send + Sync + std::fmt::Debug {
    /// The folder of the tree in which a chart stands that was fetched before, asked for charts that do not stand in the
    /// folder of the kustomization. A build never fetches anything itself.
    ///
    /// # Errors
    /// If it was not fetched.
    fn locate(&self, source: &ChartSource) -> Result<String, RefuseChart>;

    /// The objects of a chart, as text.
    ///
    /// # Errors
    /// If the chart is not to be had or cannot be rendered.
    fn render(&self, request: &ChartRequest) -> Result<RenderedChart, RefuseChart>;
}

/// Where a chart comes from: all that the original hands to `helm pull`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartSource {
    /// Its name.
    pub name: String,
    /// Its repository: an URL, `oci://` included.
    pub repo: String,
    /// Its version; empty for the newest.
    pub version: String,
    /// Whether versions before a release will do.
    pub takes_development_versions: bool,
}

/// What a chart is rendered with: all that the original hands to `helm template`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartRequest {
    /// Its name.
    pub name: String,
    /// The folder of the tree in which it stands.
    pub folder: String,
    /// The release's name; one is to be made up if it is empty.
    pub release_name: String,
    /// A template of the release's name.
    pub name_template: String,
    /// The release's namespace.
    pub namespace: String,
    /// The files of values, each over those before it.
    pub values: Vec<ValuesText>,
    /// The Kubernetes version; empty for whatever the renderer takes.
    pub kube_version: String,
    /// The API versions that the cluster is said to have besides.
    pub api_versions: Vec<String>,
    /// Whether definitions in the chart are part of the objects.
    pub includes_crds: bool,
    /// Whether tests are left out.
    pub skips_tests: bool,
    /// Whether hooks are left out.
    pub skips_hooks: bool,
    /// Whether versions before a release will do.
    pub takes_development_versions: bool,
    /// Whether more is told.
    pub debug: bool,
    /// Helm's own folder; empty for a new one.
    pub config_home: String,
}

/// A file of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValuesText {
    /// Its id among the texts of the build.
    pub id: TextId,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The objects of a chart.
#[derive(Debug, Clone)]
pub struct RenderedChart {
    /// What the text is, and where it came from as far as that is known.
    pub source: Source,
    /// The text.
    pub bytes: Vec<u8>,
}

/// Why a renderer has no objects.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct RefuseChart {
    /// The reason, for people.
    pub reason: String,
}

/// Why a chart cannot be inflated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InflateChart {
    /// Nobody said that charts are to be rendered.
    #[error("must specify --enable-helm")]
    BeDisabled,
    /// There is nobody who renders charts.
    #[error("chart '{name}' cannot be rendered: no renderer of charts is at hand")]
    FindRenderer {
        /// The chart.
        name: String,
    },
    /// A chart without a name.
    #[error("chart name cannot be empty")]
    MissName,
    /// A release whose name a program would take for a flag; refused from 5.8.3 on.
    #[error("releaseName must not start with '-', got {name:?}")]
    ReleaseLikeFlag {
        /// The release.
        name: String,
    },
    /// A chart whose name a program would take for a flag; refused from 5.8.3 on.
    #[error("chart name must not start with '-', got {name:?}")]
    NameLikeFlag {
        /// The chart.
        name: String,
    },
    /// A way to merge values that there is not.
    #[error("valuesMerge must be one of [merge override replace]")]
    MergeOtherwise,
    /// A chart that stands nowhere, and of which it is not said where it comes from.
    #[error("no repo specified for pull, no chart found at '{folder}'")]
    FindChart {
        /// Where it would stand.
        folder: String,
    },
    /// A file of values that is broken.
    #[error("could not parse values file into rnode")]
    ParseValues(#[source] manifest::ParseDocument),
    /// A file of values without any.
    #[error("could not parse values file into rnode: EOF")]
    HoldNoValues,
    /// A file of values that cannot be worked on.
    #[error("could not parse values file into rnode")]
    TakeValues(#[source] TakeDocument),
    /// Values without a meaning.
    #[error("could not parse merged values into map")]
    ReadValues(#[source] ReadGraph),
    /// Values that cannot be printed.
    #[error("could not print merged values")]
    PrintValues(#[source] EmitYaml),
    /// The renderer refuses.
    #[error("chart '{name}' cannot be rendered")]
    Render {
        /// The chart.
        name: String,
        /// The renderer's reason.
        #[source]
        source: RefuseChart,
    },
}

/// How values that stand in the kustomization and those of a file come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ValuesMerge {
    /// Those of the file win.
    Merge,
    /// Those of the kustomization win.
    Override,
    /// Those of the file do not count.
    Replace,
}

/// A chart that is ready to be inflated.
#[derive(Debug, Clone)]
pub(crate) struct Inflation<O> {
    chart: HelmChart<O>,
    config_home: CompactString,
    folder: String,
    merge: ValuesMerge,
    additional: Vec<ValuesText>,
}

impl<O: Copy> Inflation<O> {
    /// The charts of a kustomization. What is said of them is looked at here, before any generator runs.
    pub(super) fn of_kustomization<T: Track<Origin = O>>(
        work: &mut Work<T>,
        loader: &Loader,
        (kustomization, chart_namespace): (&Kustomization<O>, Option<&Text<O>>),
    ) -> Result<Vec<Self>, Failure> {
        let namespace = kustomization.namespace.as_ref().or(chart_namespace);
        let mut inflations = Vec::with_capacity(kustomization.helm_charts.len());
        for chart in &kustomization.helm_charts {
            let mut chart = chart.clone();
            if chart.namespace.is_empty() {
                chart.namespace = namespace.map(|text| text.text.clone()).unwrap_or_default();
            }
            inflations.push(Self::new(work, loader, (chart, &kustomization.helm_globals))?);
        }
        Ok(inflations)
    }

    /// The chart that a configuration object asks for.
    pub(super) fn of_plugin<T: Track<Origin = O>>(
        work: &mut Work<T>,
        loader: &Loader,
        graph: &Graph<O>,
    ) -> Result<Self, Failure> {
        if !work.charts.is_enabled {
            return Err(InflateChart::BeDisabled.into());
        }
        let HelmPlugin { globals, chart } =
            HelmPlugin::of_plugin(graph).map_err(|fault| fault.into_failure(&work.tracker))?;
        Self::new(work, loader, (chart, &globals))
    }

    fn new<T: Track<Origin = O>>(
        work: &mut Work<T>,
        loader: &Loader,
        (chart, globals): (HelmChart<O>, &HelmGlobals),
    ) -> Result<Self, Failure> {
        let placed =
            |work: &Work<T>, cause: InflateChart| Failure::new(cause).at_origin(&work.tracker, chart.origin);
        if !work.charts.is_enabled {
            return Err(placed(work, InflateChart::BeDisabled));
        }
        if chart.name.is_empty() {
            return Err(placed(work, InflateChart::MissName));
        }
        if work.follows_5_8_3() {
            refuse_flags(&chart).map_err(|cause| placed(work, cause))?;
        }
        let mut additional = Vec::with_capacity(chart.additional_values_files.len());
        for path in &chart.additional_values_files {
            additional.push(load_values(work, loader, path)?);
        }
        let merge = match chart.values_merge.as_str() {
            "merge" => ValuesMerge::Merge,
            "" | "override" => ValuesMerge::Override,
            "replace" => ValuesMerge::Replace,
            _ => return Err(placed(work, InflateChart::MergeOtherwise)),
        };
        let folder = folder_of(loader, &chart, globals);
        Ok(Self { folder, merge, additional, config_home: globals.config_home.clone(), chart })
    }

    /// The entry or object that asks for it.
    pub(super) fn origin(&self) -> O {
        self.chart.origin
    }

    /// Renders it.
    pub(super) fn generate<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        loader: &Loader,
    ) -> Result<Vec<Resource<O>>, Failure> {
        let failure = |work: &Work<T>, cause: InflateChart| {
            Failure::new(cause).at_origin(&work.tracker, self.chart.origin)
        };
        let name = self.chart.name.to_string();
        let is_local = loader.has_folder(&work.files, &self.folder);
        if !is_local && self.chart.repo.is_empty() {
            return Err(failure(work, InflateChart::FindChart { folder: self.folder.clone() }));
        }
        let Some(renderer) = work.charts.renderer.clone() else {
            return Err(failure(work, InflateChart::FindRenderer { name }));
        };
        let refuse = |work: &Work<T>, source| {
            failure(work, InflateChart::Render { name: self.chart.name.to_string(), source })
        };
        let located = if is_local { Ok(None) } else { renderer.locate(&self.source()).map(Some) };
        let located = located.map_err(|source| refuse(work, source))?;
        let mut values = vec![self.values(work, loader, located.as_deref())?];
        values.extend_from_slice(&self.additional);
        let folder = located.unwrap_or_else(|| self.folder.clone());
        let request = self.request(&work.charts, folder, values);
        let rendered = renderer.render(&request).map_err(|source| refuse(work, source))?;
        let id = work.files.add_text(rendered.source);
        let objects = objects_of_text::<T>(id, &rendered.bytes)?;
        let mut resources = Vec::with_capacity(objects.len());
        for object in objects {
            let mut resource = Resource::new(Arc::new(object));
            resource.set_build_annotation(annotation::HELM_GENERATED, ("true", resource.origin));
            resources.push(resource);
        }
        Ok(resources)
    }

    fn source(&self) -> ChartSource {
        let HelmChart { name, repo, version, devel, .. } = &self.chart;
        ChartSource {
            name: name.to_string(),
            repo: repo.to_string(),
            version: version.to_string(),
            takes_development_versions: *devel,
        }
    }

    fn request(&self, charts: &Charts, folder: String, values: Vec<ValuesText>) -> ChartRequest {
        let chart = &self.chart;
        let own = |own: &CompactString, otherwise: &str| {
            if own.is_empty() { otherwise.to_owned() } else { own.to_string() }
        };
        let api_versions = chart.api_versions.iter().map(CompactString::to_string).collect::<Vec<_>>();
        ChartRequest {
            name: chart.name.to_string(),
            folder,
            release_name: chart.release_name.to_string(),
            name_template: chart.name_template.to_string(),
            namespace: chart.namespace.to_string(),
            values,
            kube_version: own(&chart.kube_version, &charts.kube_version),
            api_versions: if api_versions.is_empty() { charts.api_versions.clone() } else { api_versions },
            includes_crds: chart.include_crds,
            skips_tests: chart.skip_tests,
            skips_hooks: chart.skip_hooks,
            takes_development_versions: chart.devel,
            debug: chart.debug || charts.debug,
            config_home: self.config_home.to_string(),
        }
    }

    /// The first file of values, with those that stand in the kustomization. `located` is the folder of a chart that does
    /// not stand with the kustomization.
    fn values<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        loader: &Loader,
        located: Option<&str>,
    ) -> Result<ValuesText, Failure> {
        let inline = self.chart.values_inline.as_ref();
        let Some(inline) = inline.filter(|inline| !inline.entries(inline.root()).is_empty()) else {
            return self.values_of_file(work, loader, located);
        };
        let value = match self.merge {
            ValuesMerge::Replace => inline.value().map_err(InflateChart::ReadValues)?,
            ValuesMerge::Merge | ValuesMerge::Override => {
                let file = self.values_of_file(work, loader, located)?;
                let file = graph_of_values::<T>(&file)?;
                let [object, patch] =
                    if self.merge == ValuesMerge::Merge { [inline, &file] } else { [&file, inline] };
                merged(work, object, patch)?
            }
        };
        let text = marshal_as_kubectl(&as_floats(value)).map_err(InflateChart::PrintValues)?;
        let id = work.files.add_text(derived_from(work.tracker.place(inline.origin(inline.root())), &text));
        Ok(ValuesText { id, bytes: text.into_bytes() })
    }

    fn values_of_file<T: Track<Origin = O>>(
        &self,
        work: &mut Work<T>,
        loader: &Loader,
        located: Option<&str>,
    ) -> Result<ValuesText, Failure> {
        let own = |folder: &str| Text {
            text: format!("/{folder}/values.yaml").into(),
            origin: self.chart.origin,
            content: None,
        };
        match (&self.chart.values_file, located) {
            (Some(path), _) => load_values(work, loader, path),
            (None, None) => load_values(work, loader, &own(&self.folder)),
            (None, Some(folder)) => {
                let loaded = work.files.read(&load::join(folder, "values.yaml"));
                let loaded = loaded.map_err(Failure::new)?;
                Ok(ValuesText { id: loaded.id, bytes: loaded.bytes.clone() })
            }
        }
    }
}

/// Refuses names that a program would take for flags.
fn refuse_flags<O>(chart: &HelmChart<O>) -> Result<(), InflateChart> {
    if chart.release_name.starts_with('-') {
        return Err(InflateChart::ReleaseLikeFlag { name: chart.release_name.to_string() });
    }
    if chart.name.starts_with('-') {
        return Err(InflateChart::NameLikeFlag { name: chart.name.to_string() });
    }
    Ok(())
}

/// The folder in which a chart stands: charts with a version and a repository have one of their own for each version.
fn folder_of<O: Copy>(loader: &Loader, chart: &HelmChart<O>, globals: &HelmGlobals) -> String {
    let home = match globals.chart_home.as_str() {
        "" => load::join(loader.root(), "charts"),
        absolute if absolute.starts_with('/') => load::join("", absolute),
        relative => load::join(loader.root(), relative),
    };
    let home = if chart.version.is_empty() || chart.repo.is_empty() {
        home
    } else {
        load::join(&home, &format!("{}-{}", chart.name, chart.version))
    };
    load::join(&home, &chart.name)
}

#[cfg(test)]
mod tests;
