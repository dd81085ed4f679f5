//! What Applications and `ApplicationSet`s need of what is known so far, and what Argo CD is told by what units render.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use helm::HelmVersion;
use helm::capabilities::Capabilities;
use helm::sources::OCI_SCHEME;
use manifest::value::Value;

use super::{Held, Patience, Walk};
use crate::argo::application::{ApplicationSource, ApplicationSpec};
use crate::argo::application_set::{SetJob, World as SetWorld, applications, asks_for_clusters};
use crate::argo::build::{ApplicationJob, AskedChart, Files, HELM, Inflating, PreparedSource};
use crate::argo::cluster::ClusterSecret;
use crate::argo::settings::Settings;
use crate::argo::source::{ResolvedSource, Tool, folder_of, resolve};
use crate::clusters::Instance;
use crate::fields::Fields;
use crate::graph::Missing;
use crate::made::Job;
use crate::object::RenderedObject;
use crate::release::KnownChart;
use crate::trees::SourceTree;

/// What is known of the Argo CD of a cluster.
#[derive(Default)]
pub(super) struct Argo {
    instance: Instance,
    /// The clusters that units declare, by their names.
    clusters: BTreeMap<String, ClusterSecret>,
    /// What a unit renders of its settings.
    settings: Option<Settings>,
    /// The APIs of custom resources that units install in other clusters.
    custom_apis: BTreeMap<String, BTreeSet<String>>,
    /// Whether anything is taken from this repository that nobody says to be it.
    pub(super) has_used_own: bool,
}

impl Argo {
    pub(super) fn of(instance: &Instance) -> Self {
        Self { instance: instance.clone(), ..Self::default() }
    }

    /// Takes an object in that says something to Argo CD.
    pub(super) fn take(&mut self, object: &RenderedObject) {
        if let Some(cluster) = ClusterSecret::of(object) {
            let name = cluster.name.clone().unwrap_or_else(|| cluster.secret.clone());
            self.clusters.entry(name).or_insert(cluster);
        } else if self.settings.is_none() {
            self.settings = Settings::of(object);
        }
    }

    /// Takes the API of a custom resource in that is installed in another cluster.
    pub(super) fn install(&mut self, cluster: &str, api: String) {
        self.custom_apis.entry(cluster.to_owned()).or_default().insert(api);
    }

    /// The APIs of custom resources that are installed in another cluster.
    pub(super) fn installed(&self, cluster: &str) -> Option<&BTreeSet<String>> {
        self.custom_apis.get(cluster)
    }

    /// The URL that is taken for this repository, if nobody says so.
    pub(super) fn assumed_url(&self) -> Option<&str> {
        self.instance.own.shown.as_deref().filter(|_| self.has_used_own)
    }

    /// The clusters that are declared: what units render counts before what stands in files.
    fn clusters(&self, namespace: &str) -> Vec<ClusterSecret> {
        let mut clusters = self.clusters.clone();
        for cluster in &self.instance.clusters {
            let name = cluster.name.clone().unwrap_or_else(|| cluster.secret.clone());
            clusters.entry(name).or_insert_with(|| cluster.clone());
        }
        clusters.retain(|_, cluster| cluster.namespace.is_empty() || cluster.namespace == namespace);
        clusters.into_values().collect()
    }

    fn settings(&self) -> Option<&Settings> {
        self.settings.as_ref().or(self.instance.settings.as_ref())
    }
}

impl Walk<'_> {
    pub(super) fn of_application(
        &mut self,
        (object, spec): (RenderedObject, Arc<ApplicationSpec>),
        position: usize,
        patience: Patience,
    ) -> Result<Job, Held> {
        if spec.sources.is_empty() {
            return Err(Held::For(Missing::Render("it has no source".to_owned())));
        }
        let cluster = self.destination(&spec, patience)?;
        if let Some(pending) = self.pending.get_mut(position) {
            pending.unit.other_cluster.clone_from(&cluster);
        }
        let mut sources = Vec::with_capacity(spec.sources.len());
        for source in spec.sources.iter().filter(|source| !source.is_for_others()) {
            sources.push(self.prepared(&spec, source, patience)?);
        }
        let references = self.references(&spec)?;
        let capabilities = self.capabilities_in(cluster.as_deref());
        let remote = self.recorded_remote();
        let now_nanoseconds = self.now_nanoseconds;
        let mut job =
            ApplicationJob { object, spec, sources, references, capabilities, remote, now_nanoseconds };
        self.inflate(&mut job)?;
        Ok(Job::Application(Box::new(job)))
    }

    pub(super) fn of_set(
        &mut self,
        (object, value): (RenderedObject, Arc<Value>),
        patience: Patience,
    ) -> Result<Job, Held> {
        // More clusters may be declared as long as there is anything else to do.
        if patience == Patience::Waits && asks_for_clusters(&value) {
            return Err(Held::Until(Missing::FindValues("a Secret of a cluster".to_owned())));
        }
        let namespace = crate::repository::namespace_of(&object).to_owned();
        let clusters = self.argo.clusters(&namespace);
        let now_nanoseconds = self.now_nanoseconds;
        let mut files = |url: &str, revision: &str| Ok(self.files_at(url, revision)?.tree);
        let world = SetWorld { clusters: &clusters, files: &mut files, now_nanoseconds };
        let made = applications(&value, &namespace, world)?;
        Ok(Job::Set(Box::new(SetJob { object, made })))
    }

    /// The cluster that the objects of an Application go to; none for its own.
    fn destination(&self, spec: &ApplicationSpec, patience: Patience) -> Result<Option<String>, Held> {
        let clusters = self.argo.clusters(&spec.namespace);
        let cluster = spec.destination.cluster(&clusters).map_err(Held::For)?;
        let server = &spec.destination.server;
        let is_declared = |cluster: &ClusterSecret| cluster.server.as_deref() == Some(server);
        // Whoever declares the server says what it is called.
        let may_be_called = cluster.is_some() && !server.is_empty() && !clusters.iter().any(is_declared);
        if may_be_called && patience == Patience::Waits {
            return Err(Held::Until(Missing::FindValues(format!("the Secret of the cluster {server}"))));
        }
        Ok(cluster.filter(|name| *name != self.name))
    }

    fn prepared(
        &mut self,
        spec: &ApplicationSpec,
        source: &ApplicationSource,
        patience: Patience,
    ) -> Result<PreparedSource, Held> {
        let (resolved, files) = self.located(spec, source)?;
        let version = Fields::of(&resolved.value).text(&["kustomize", "version"]);
        let build_options = match self.argo.settings() {
            Some(settings) => settings.build_options(version).to_owned(),
            // They may still be rendered.
            None if resolved.tool == Tool::Kustomize && patience == Patience::Waits => {
                let name = crate::argo::settings::SETTINGS_NAME;
                return Err(Held::Until(Missing::FindValues(format!("ConfigMap {name}"))));
            }
            None => String::new(),
        };
        let inflating = Arc::new(Inflating::default());
        Ok(PreparedSource { source: source.clone(), resolved, files, build_options, inflating })
    }

    /// The files of a source, and what they are built with.
    fn located(
        &mut self,
        spec: &ApplicationSpec,
        source: &ApplicationSource,
    ) -> Result<(ResolvedSource, Files), Missing> {
        if !source.chart.is_empty() || source.is_packed_chart() {
            let chart = self.charts.of_repository(&source.url, &source.chart, &source.revision)?;
            let value = source.value.clone();
            let resolved = ResolvedSource { tool: Tool::Helm, folder: String::new(), value };
            return Ok((resolved, Files::Chart(chart)));
        }
        let files = self.files_at(&source.url, &source.revision)?;
        let folder = folder_of(&*files.tree, &source.path)?;
        let mut resolved = resolve(&*files.tree, folder, &source.value, &spec.name)?;
        if let Some(settings) = self.argo.settings() {
            resolved.tool = settings.allowed(resolved.tool);
        }
        let files = match resolved.tool {
            Tool::Helm => {
                let chart = self.charts.of_folder(&files, &resolved.folder, &source.shown())?;
                Files::ChartOfTree(self.recorded(files), chart)
            }
            Tool::Kustomize | Tool::Directory => Files::Tree(self.recorded(files)),
        };
        Ok((resolved, files))
    }

    /// The files of a repository at a revision.
    fn files_at(&mut self, url: &str, revision: &str) -> Result<SourceTree, Missing> {
        if url.starts_with(OCI_SCHEME) {
            return self.trees.artifact_at(url, revision);
        }
        if self.argo.instance.own.is(url, revision) {
            self.argo.has_used_own = true;
            return self.trees.whole_repository();
        }
        self.trees.at_revision(url, revision)
    }

    /// The files of the sources that others name.
    fn references(&mut self, spec: &ApplicationSpec) -> Result<BTreeMap<String, SourceTree>, Missing> {
        let mut references = BTreeMap::new();
        for source in spec.sources.iter().filter(|source| !source.reference.is_empty()) {
            if !source.chart.is_empty() {
                return Err(Missing::Render(format!(
                    "source '{}' has a chart: its files cannot be named by others",
                    source.reference
                )));
            }
            let files = self.files_at(&source.url, &source.revision)?;
            references.insert(format!("${}", source.reference), self.recorded(files));
        }
        Ok(references)
    }

    /// What charts are told of a cluster; none is the own one.
    fn capabilities_in(&self, cluster: Option<&str>) -> Arc<Capabilities> {
        let Some(cluster) = cluster else {
            let custom = self.custom_apis.iter().cloned();
            return Arc::new(crate::release::capabilities_of(HELM, self.version, custom));
        };
        self.capabilities_elsewhere(HELM, cluster)
    }

    /// What releases of Flux are told of a cluster; none is the own one.
    pub(super) fn release_capabilities(&self, cluster: Option<&str>) -> Arc<Capabilities> {
        match cluster {
            None => Arc::clone(&self.capabilities),
            Some(cluster) => self.capabilities_elsewhere(HelmVersion::V4, cluster),
        }
    }

    fn capabilities_elsewhere(&self, helm: HelmVersion, cluster: &str) -> Arc<Capabilities> {
        let version = (self.world.version_of)(cluster);
        let custom = self.argo.installed(cluster).into_iter().flatten().cloned();
        Arc::new(crate::release::capabilities_of(helm, version, custom))
    }

    /// Puts the charts at hand that kustomizations of an Application ask for.
    fn inflate(&mut self, job: &mut ApplicationJob) -> Result<(), Missing> {
        for (position, asked) in job.asked_charts() {
            let Some(prepared) = job.sources.get_mut(position) else { continue };
            let mut charts = BTreeMap::new();
            for one in asked {
                let chart = self.chart(&one, prepared)?;
                chart.loaded(self.world.ports.charts)?;
                charts.insert(one, chart);
            }
            let capabilities = Arc::clone(&job.capabilities);
            prepared.inflating = Arc::new(Inflating::with(charts, capabilities, job.now_nanoseconds));
        }
        Ok(())
    }

    fn chart(&mut self, asked: &AskedChart, prepared: &PreparedSource) -> Result<Arc<KnownChart>, Missing> {
        match (asked, &prepared.files) {
            (AskedChart::Folder(folder), Files::Tree(source)) => {
                self.charts.of_folder(source, folder, &prepared.source.shown())
            }
            (AskedChart::Elsewhere { repository, name, version, .. }, _) => {
                self.charts.of_repository(repository, name, version)
            }
            (AskedChart::Folder(folder), _) => Err(Missing::Render(format!("no chart stands in '{folder}'"))),
        }
    }
}
