//! Applications built as Argo CD builds them: each source with its tool, the objects of all of them together.

mod chart;
mod directory;
mod edits;
mod images;
mod inflate;
mod kustomization;
mod values;

use std::collections::BTreeMap;
use std::sync::Arc;

use gotemplate::Ledger;
use helm::capabilities::{Capabilities, KubeVersion};
use helm::render::Release;
use helm::schema::Remotes;
use kustomize::schema::Schema;
use text::{NoOrigins, Track};

use super::application::{ApplicationSource, ApplicationSpec};
use super::environment::Environment;
use super::source::ResolvedSource;
use crate::build::all_of_each;
use crate::fields::Fields;
use crate::graph::Missing;
use crate::kept::{Asked, RecordedRemote};
use crate::made::Outcome;
use crate::object::{ObjectId, RenderedObject};
use crate::ports::ChartPorts;
use crate::release::{KnownChart, LoadedChart, Manifest, Rendered, manifests};
use crate::trees::{Home, SourceTree};
use chart::{Render, SetValue};
use kustomization::{Built, KustomizeBuild};
use values::{FilesOfSource, ValuesFrom};

pub(crate) use super::source::Tool;
pub(crate) use chart::{HELM, ValuesFile, ValuesHome};
pub(crate) use directory::{PlacedObject, objects as directory_objects};
pub(crate) use inflate::{AskedChart, Inflating};
pub(crate) use kustomization::BuildOptions;

/// An Application with all that its build needs.
pub(crate) struct ApplicationJob {
    /// The object that says it.
    pub(crate) object: RenderedObject,
    pub(crate) spec: Arc<ApplicationSpec>,
    pub(crate) sources: Vec<PreparedSource>,
    /// The files of sources by what others call them, with a `$`.
    pub(crate) references: BTreeMap<String, SourceTree>,
    pub(crate) capabilities: Arc<Capabilities>,
    pub(crate) remote: Arc<RecordedRemote>,
    pub(crate) now_nanoseconds: i128,
}

/// A source with its files.
pub(crate) struct PreparedSource {
    pub(crate) source: ApplicationSource,
    pub(crate) resolved: ResolvedSource,
    pub(crate) files: Files,
    /// The options of builds with kustomize.
    pub(crate) build_options: String,
    /// The charts that a kustomization asks for.
    pub(crate) inflating: Arc<Inflating>,
}

/// The files of a source.
pub(crate) enum Files {
    Tree(SourceTree),
    /// A chart in a folder of a tree.
    ChartOfTree(SourceTree, Arc<KnownChart>),
    /// A chart of a repository of charts.
    Chart(Arc<KnownChart>),
}

impl PreparedSource {
    fn own_home(&self) -> Option<&Arc<Home>> {
        let home = match &self.files {
            Files::Tree(source) | Files::ChartOfTree(source, _) => &source.home,
            Files::Chart(_) => return None,
        };
        (**home == Home::Repository).then_some(home)
    }
}

/// What came of one source.
#[derive(Default)]
struct Part {
    objects: Vec<RenderedObject>,
    notes: Vec<String>,
    asked: Asked,
    read: Vec<String>,
}

impl ApplicationJob {
    pub(crate) fn run(&self, ports: ChartPorts<'_>) -> Result<Outcome, Missing> {
        let mut outcome = Outcome::default();
        for prepared in &self.sources {
            let Part { objects, notes, asked, read } = self.built(prepared, ports)?;
            outcome.objects.extend(objects);
            outcome.notes.extend(notes);
            outcome.asked.extend(asked);
            // Files of other repositories are told by nobody.
            outcome.read.extend(read.into_iter().filter(|_| prepared.own_home().is_some()));
            outcome.read.extend(self.files_of_values(prepared, ports));
        }
        // Parameters, paths and images may have it in them, which nobody notes.
        outcome.asked.version = true;
        self.place_all(&mut outcome.objects);
        keep_last(&mut outcome);
        Ok(outcome)
    }

    /// Says of all objects which namespace they end up in.
    fn place_all(&self, objects: &mut [RenderedObject]) {
        let schema = Schema::default();
        for object in objects {
            place(object, &self.spec.destination.namespace, &schema);
        }
    }

    /// The objects of all sources, each with its source and its position there, of which those that stay are `kept`.
    pub(crate) fn kept(&self, mut of_sources: Vec<Vec<RenderedObject>>) -> Vec<(usize, usize)> {
        let mut all = Vec::new();
        let mut places = Vec::new();
        for (source, objects) in of_sources.iter_mut().enumerate() {
            places.extend((0..objects.len()).map(|position| (source, position)));
            all.append(objects);
        }
        self.place_all(&mut all);
        let kept = last_of_each(&all);
        kept.into_iter().filter_map(|position| places.get(position).copied()).collect()
    }

    fn built(&self, prepared: &PreparedSource, ports: ChartPorts<'_>) -> Result<Part, Missing> {
        match (prepared.resolved.tool, &prepared.files) {
            (Tool::Helm, Files::ChartOfTree(_, chart) | Files::Chart(chart)) => {
                self.rendered(prepared, chart, ports)
            }
            (Tool::Directory, Files::Tree(source)) => {
                let (placed, read) = directory::objects(&*source.tree, &prepared.resolved)?;
                let objects = placed.into_iter().map(|placed| placed.object).collect();
                Ok(Part { objects, read, ..Part::default() })
            }
            (Tool::Kustomize, Files::Tree(source)) => self.kustomized(prepared, source),
            _ => Err(Missing::Render("a chart of a repository is built with Helm alone".to_owned())),
        }
    }

    fn kustomized(&self, prepared: &PreparedSource, source: &SourceTree) -> Result<Part, Missing> {
        let Built { work, texts, notes, .. } =
            self.kustomize_build::<NoOrigins>((prepared, source), &prepared.inflating)?;
        let objects = all_of_each(&texts)?;
        let read = work.files.paths().map(str::to_owned).collect();
        Ok(Part { objects, notes, asked: prepared.inflating.heard(), read })
    }

    /// Builds a source with kustomize, with or without origins.
    pub(crate) fn kustomize_build<T: Track>(
        &self,
        (prepared, source): (&PreparedSource, &SourceTree),
        charts: &Arc<Inflating>,
    ) -> Result<Built<T>, Missing> {
        let build = KustomizeBuild {
            tree: &source.tree,
            source: &prepared.resolved,
            environment: &self.environment(&prepared.source),
            options: &prepared.build_options,
            remote: Arc::<RecordedRemote>::clone(&self.remote),
        };
        build.run(charts)
    }

    /// The charts that the kustomizations of the sources ask for, by the positions of the sources; none where none are
    /// rendered. What else a build says, it will say again.
    pub(crate) fn asked_charts(&self) -> Vec<(usize, Vec<AskedChart>)> {
        let mut asked = Vec::new();
        for (position, prepared) in self.sources.iter().enumerate() {
            let Files::Tree(source) = &prepared.files else { continue };
            let renders_charts = BuildOptions::of(&prepared.build_options).renders_charts;
            if prepared.resolved.tool == Tool::Kustomize && renders_charts {
                let recorder = Arc::new(Inflating::default());
                // What is refused now is refused again when it is built.
                drop(self.kustomize_build::<NoOrigins>((prepared, source), &recorder));
                asked.push((position, recorder.asked()));
            }
        }
        asked
    }

    fn rendered(
        &self,
        prepared: &PreparedSource,
        chart: &KnownChart,
        ports: ChartPorts<'_>,
    ) -> Result<Part, Missing> {
        let loaded = chart.loaded(ports.charts)?;
        self.chart_render((prepared, loaded), Ledger::off(), ports, |rendered, _| {
            let manifests = self.chart_manifests(prepared, &rendered.release)?;
            let objects = all_of_each(manifests.iter().map(|manifest| &manifest.text))?;
            let notes = crate::release::not_validated(&rendered.release.warnings);
            Ok(Part { objects, notes, asked: rendered.asked.clone(), read: loaded.files() })
        })
    }

    /// Renders the chart of a source, and gives what `then` makes of it and of the files of values.
    pub(crate) fn chart_render<R>(
        &self,
        (prepared, loaded): (&PreparedSource, &LoadedChart),
        ledger: Ledger,
        ports: ChartPorts<'_>,
        then: impl FnOnce(Rendered<'_>, &[ValuesFile]) -> Result<R, Missing>,
    ) -> Result<R, Missing> {
        let helm = Fields::of(&prepared.resolved.value).at(&["helm"]);
        let (values, sets) = self.values(prepared, helm, ports)?;
        let or = |said: &'_ str, otherwise: &str| if said.is_empty() { otherwise } else { said }.to_owned();
        let schemas: &dyn Remotes = ports.schemas;
        let render = Render {
            release_name: &or(helm.text(&["releaseName"]), &self.spec.name),
            namespace: &or(helm.text(&["namespace"]), &self.spec.destination.namespace),
            values: &values,
            sets: &sets,
            capabilities: &self.capabilities_for(helm)?,
            schemas: (helm.flag(&["skipSchemaValidation"]) != Some(true)).then_some(schemas),
            now_nanoseconds: self.now_nanoseconds,
        };
        render.run(loaded, ledger, |rendered| then(rendered, &values))
    }

    /// All that a chart installs. Argo CD has no phase for tests, and never applies what is for one.
    pub(crate) fn chart_manifests(
        &self,
        prepared: &PreparedSource,
        release: &Release<'_>,
    ) -> Result<Vec<Manifest>, Missing> {
        let helm = Fields::of(&prepared.resolved.value).at(&["helm"]);
        manifests(release, (helm.flag(&["skipCrds"]) != Some(true), false))
    }

    /// The files of values of a source that stand in the repository that is looked at.
    fn files_of_values(&self, prepared: &PreparedSource, ports: ChartPorts<'_>) -> Vec<String> {
        let helm = Fields::of(&prepared.resolved.value).at(&["helm"]);
        let files = self.values(prepared, helm, ports).map(|(files, _)| files).unwrap_or_default();
        let own = files.into_iter().filter_map(|file| match file.home {
            ValuesHome::File { source, path } => {
                let home = self.home_of(prepared, &source)?;
                (**home == Home::Repository).then_some(path)
            }
            _ => None,
        });
        own.collect()
    }

    /// Whose the files of a source are, by what it is called; those of `prepared` if it is called nothing.
    pub(crate) fn home_of<'j>(&'j self, prepared: &'j PreparedSource, name: &str) -> Option<&'j Arc<Home>> {
        match (name, &prepared.files) {
            ("", Files::Tree(source) | Files::ChartOfTree(source, _)) => Some(&source.home),
            ("", Files::Chart(_)) => None,
            (name, _) => self.references.get(name).map(|source| &source.home),
        }
    }

    /// The files of values and the parameters that a chart is given.
    fn values(
        &self,
        prepared: &PreparedSource,
        helm: Fields<'_>,
        ports: ChartPorts<'_>,
    ) -> Result<(Vec<ValuesFile>, Vec<SetValue>), Missing> {
        let environment = self.environment(&prepared.source);
        let own: &dyn FilesOfSource = match &prepared.files {
            Files::ChartOfTree(source, _) | Files::Tree(source) => source,
            Files::Chart(chart) => &chart.loaded(ports.charts)?.chart,
        };
        let others = |name: &str| {
            let source = self.references.get(name)?;
            let files: &dyn FilesOfSource = source;
            Some(files)
        };
        let from = ValuesFrom {
            own,
            folder: &prepared.resolved.folder,
            others: &others,
            remote: &*self.remote,
            environment: &environment,
        };
        Ok((from.files(helm)?, from.sets(helm)?))
    }

    /// What a chart is told of the cluster; what the source says itself counts more.
    fn capabilities_for(&self, helm: Fields<'_>) -> Result<Capabilities, Missing> {
        let mut capabilities = Capabilities::clone(&self.capabilities);
        let said: Vec<String> = helm
            .items(&["apiVersions"])
            .filter_map(|item| Some(item.value()?.as_str()?.to_owned()))
            .collect();
        if !said.is_empty() {
            capabilities.api_versions = Capabilities::of(HELM).api_versions;
            capabilities.api_versions.extend(said);
        }
        let version = helm.text(&["kubeVersion"]);
        if !version.is_empty() {
            capabilities.kube_version = KubeVersion::parse(version, HELM).map_err(|error| {
                Missing::Render(format!(
                    "could not parse kubernetes version {version}: {}",
                    text::with_causes(&error)
                ))
            })?;
        }
        Ok(capabilities)
    }

    fn environment(&self, source: &ApplicationSource) -> Environment {
        let spec = &self.spec;
        let values = [
            ("ARGOCD_APP_NAME", spec.name.clone()),
            ("ARGOCD_APP_NAMESPACE", spec.destination.namespace.clone()),
            ("ARGOCD_APP_PROJECT_NAME", spec.project.clone()),
            ("ARGOCD_APP_SOURCE_REPO_URL", source.url.clone()),
            ("ARGOCD_APP_SOURCE_PATH", source.path.clone()),
            ("ARGOCD_APP_SOURCE_TARGET_REVISION", source.revision.clone()),
        ];
        Environment::of(values, &source.revision)
    }

    /// The repository that is looked at, if a source is of it.
    pub(crate) fn own_home(&self) -> Option<&Arc<Home>> {
        let others = self.references.values().map(|source| &source.home);
        let mut homes = self.sources.iter().filter_map(PreparedSource::own_home).chain(others);
        homes.find(|home| ***home == Home::Repository)
    }

    /// The files of all sources, and of those that others name.
    pub(crate) fn trees(&self) -> impl Iterator<Item = &SourceTree> {
        let own = self.sources.iter().filter_map(|prepared| match &prepared.files {
            Files::Tree(source) | Files::ChartOfTree(source, _) => Some(source),
            Files::Chart(_) => None,
        });
        own.chain(self.references.values())
    }

    /// Hands out all that decides what it gives, but for the answers of a cluster, and the time.
    pub(crate) fn identify(&self, put: &mut dyn FnMut(&str)) {
        let Self { object, spec, sources, references, capabilities: _, remote: _, now_nanoseconds: _ } = self;
        put("application");
        put(&spec.namespace);
        put(&object.text);
        for prepared in sources {
            put(&prepared.build_options);
            put(&format!("{:?}", prepared.resolved));
            prepared.inflating.identify(put);
            match &prepared.files {
                Files::Tree(source) => put(&source.key),
                Files::ChartOfTree(source, chart) => {
                    put(&source.key);
                    put(&chart.key);
                }
                Files::Chart(chart) => put(&chart.key),
            }
        }
        for (name, source) in references {
            put(name);
            put(&source.key);
        }
    }
}

/// Groups whose objects all have a namespace, besides those of Kubernetes.
const NAMESPACED_GROUPS: [&str; 4] =
    ["argoproj.io", "kustomize.toolkit.fluxcd.io", "helm.toolkit.fluxcd.io", "source.toolkit.fluxcd.io"];

/// Says of an object without a namespace which it ends up in. Of kinds that nothing is known of nothing is said.
fn place(object: &mut RenderedObject, namespace: &str, schema: &Schema) {
    let id = &mut object.id;
    if !id.namespace.is_empty() || namespace.is_empty() {
        return;
    }
    let is_known = !id.group.contains('.') || id.group.ends_with(".k8s.io");
    let version = object.api_version.rsplit('/').next().unwrap_or_default();
    let gvk = kustomize::Gvk {
        group: id.group.as_str().into(),
        version: version.into(),
        kind: id.kind.as_str().into(),
    };
    let is_cluster_scoped = id.kind == "CustomResourceDefinition" || schema.is_cluster_scoped(&gvk);
    // Workflows share the group, and have kinds of clusters.
    let is_of_controllers = NAMESPACED_GROUPS.contains(&id.group.as_str()) && !id.kind.starts_with("Cluster");
    if is_of_controllers || (is_known && !is_cluster_scoped) {
        namespace.clone_into(&mut id.namespace);
    }
}

/// Of several objects of one name the last stays, at its own place.
fn keep_last(outcome: &mut Outcome) {
    let kept = last_of_each(&outcome.objects);
    let mut counts: BTreeMap<&ObjectId, usize> = BTreeMap::new();
    outcome.objects.iter().for_each(|object| *counts.entry(&object.id).or_default() += 1);
    let repeated = counts.into_iter().filter(|(id, count)| *count > 1 && !id.name.is_empty());
    let notes: Vec<String> =
        repeated.map(|(id, _)| format!("{id} is rendered more than once: the last counts")).collect();
    outcome.notes.extend(notes);
    let all = std::mem::take(&mut outcome.objects);
    let mut kept = kept.into_iter().peekable();
    let stays = |(position, object)| (kept.next_if_eq(&position).is_some()).then_some(object);
    outcome.objects = all.into_iter().enumerate().filter_map(stays).collect();
}

/// The positions of the last object of each name, and of all without one.
fn last_of_each(objects: &[RenderedObject]) -> Vec<usize> {
    let mut last: BTreeMap<&ObjectId, usize> = BTreeMap::new();
    for (position, object) in objects.iter().enumerate() {
        last.insert(&object.id, position);
    }
    let stays = |(position, object): &(usize, &RenderedObject)| {
        object.id.name.is_empty() || last.get(&object.id) == Some(position)
    };
    objects.iter().enumerate().filter(stays).map(|(position, _)| position).collect()
}
