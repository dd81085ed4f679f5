//! What the commands on what a repository deploys share: the arguments, and observing the clusters.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use config::Config;
use fetch::Cached;
use gitops::{
    Fleet, KeptRenders, Keys, Missing, Outcome as UnitOutcome, Ports, Renders, Repository, Request, Wanted,
    observe,
};
use kustomize::load::remote::Remote;
use project::FleetRequest;
use tree::Tree;
use version::Minor;

use crate::commands::charts::Scanned;
use crate::commands::fetch::{CacheArguments, cache_flag};
use crate::commands::keys::KeyArguments;
use crate::commands::kustomize::quoted;
use crate::commands::renders::{RendersArguments, RendersInStore};
use crate::commands::repository;
use crate::error::{CommandError, Outcome};
use crate::terminal;

/// Which repository, for which cluster, at which version.
#[derive(Debug, Args)]
pub(crate) struct FleetArguments {
    /// The folder of the repository.
    #[arg(long, short = 'C', default_value = ".", value_name = "DIR")]
    pub(crate) repository: PathBuf,
    /// The only cluster to look at.
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,
    #[command(flatten)]
    cache: CacheArguments,
    #[command(flatten)]
    renders: RendersArguments,
    #[command(flatten)]
    keys: KeyArguments,
    /// Threads to use; 0 for one for each core.
    #[arg(long, default_value_t = 0, value_name = "COUNT")]
    threads: usize,
}

impl FleetArguments {
    /// The clusters of a folder, all of them, as far as the cache has what they need.
    pub(crate) fn of_folder(repository: PathBuf, cache: CacheArguments) -> Self {
        let (renders, keys) = (RendersArguments::default(), KeyArguments::default());
        Self { repository, cluster: None, cache, renders, keys, threads: 0 }
    }

    /// The clusters, with all that their units render; `version` is what all of them run, if it was said.
    pub(crate) fn observe(&self, version: Option<Minor>) -> Result<Fleet, CommandError> {
        let fleet = self.observe_any(version)?;
        self.refuse_nothing(&fleet)?;
        Ok(fleet)
    }

    /// The same, if there are clusters or not.
    pub(crate) fn observe_any(&self, version: Option<Minor>) -> Result<Fleet, CommandError> {
        let repository::Repository { tree, config } = repository::open(&self.repository, self.threads)?;
        self.observe_tree(tree, &config, version)
    }

    /// The clusters of a tree in place of the folder.
    pub(crate) fn observe_tree(
        &self,
        tree: Arc<dyn Tree + Send>,
        config: &Config,
        version: Option<Minor>,
    ) -> Result<Fleet, CommandError> {
        let cached = cached_for(&*tree, &self.cache)?;
        self.observe_by(&cached, tree, config, version)
    }

    /// The clusters of the folder, with what is given of what was fetched.
    pub(crate) fn observe_cached(&self, cached: &Cached) -> Result<Fleet, CommandError> {
        let repository::Repository { tree, config } = repository::open(&self.repository, self.threads)?;
        self.observe_by(cached, tree, &config, None)
    }

    /// The clusters of the folder at two versions, one after the other.
    pub(crate) fn observe_both(&self, versions: [Option<Minor>; 2]) -> Result<[Fleet; 2], CommandError> {
        let repository::Repository { tree, config } = repository::open(&self.repository, self.threads)?;
        let cached = cached_for(&*tree, &self.cache)?;
        let [before, after] = self.observe_at(&cached, tree, &config, versions)?;
        self.refuse_nothing(&before)?;
        Ok([before, after])
    }

    fn observe_by(
        &self,
        cached: &Cached,
        tree: Arc<dyn Tree + Send>,
        config: &Config,
        version: Option<Minor>,
    ) -> Result<Fleet, CommandError> {
        let [fleet] = self.observe_at(cached, tree, config, [version])?;
        Ok(fleet)
    }

    /// The clusters at each of some versions; what is the same at several is rendered once.
    fn observe_at<const COUNT: usize>(
        &self,
        cached: &Cached,
        tree: Arc<dyn Tree + Send>,
        config: &Config,
        versions: [Option<Minor>; COUNT],
    ) -> Result<[Fleet; COUNT], CommandError> {
        let repository = Repository::open(tree);
        let named = |path: &str| config.cluster_of(path).map(|cluster| cluster.name.clone());
        let clusters = gitops::Clusters::find(&repository, &named);
        let kept = self.renders.kept(&self.cache)?;
        let ports = ports(cached, kept.as_ref(), self.keys.read()?);
        let renders = Renders::default();
        let mut fleets = [(); COUNT].map(|()| Fleet::default());
        for (fleet, version) in fleets.iter_mut().zip(versions) {
            let version_of =
                |name: &str| version.or(config.cluster(name).and_then(|cluster| cluster.version));
            let request = Request {
                version_of: &version_of,
                is_wanted: &|name| self.cluster.as_deref().is_none_or(|only| only == name),
                now_nanoseconds: midnight(),
                threads: self.threads,
            };
            *fleet = observe(&clusters, (&ports, &renders), &request)
                .map_err(|error| CommandError::environment("cannot start threads").because(error))?;
        }
        Ok(fleets)
    }

    /// A repository without clusters is probably another one than was meant.
    pub(crate) fn refuse_nothing(&self, fleet: &Fleet) -> Result<(), CommandError> {
        match (&self.cluster, fleet.clusters.is_empty()) {
            (_, false) => Ok(()),
            (Some(name), true) => Err(CommandError::user(format!("there is no cluster '{name}'"))
                .hint("`liftlock tree` lists the clusters")),
            (None, true) => {
                let folder = self.repository.display();
                Err(CommandError::not_assessed(format!(
                    "'{folder}' holds no Kustomization of Flux and no Application of Argo CD"
                ))
                .hint("`liftlock scan` judges manifests, kustomizations and charts without one"))
            }
        }
    }

    /// Tells on standard error what is not assessed, with the commands that fetch what is missing.
    pub(crate) fn tell_missing(&self, fleet: &Fleet) -> Outcome {
        let mut outcome = Outcome::Clean;
        let mut is_remote = false;
        for cluster in &fleet.clusters {
            for unit in &cluster.units {
                let UnitOutcome::NotAssessed(missing) = &unit.outcome else { continue };
                outcome = Outcome::NotAssessed;
                terminal::tell(&format!("not assessed: {}: {}: {missing}", cluster.name, unit.key));
                is_remote |= matches!(missing, Missing::Fetch(_));
            }
        }
        if is_remote {
            tell_fetch(&self.repository, &self.cache);
        }
        outcome
    }
}

/// Tells with which command what units lack is fetched.
pub(crate) fn tell_fetch(repository: &Path, cache: &CacheArguments) {
    let folder = quoted(&repository.to_string_lossy());
    terminal::tell(&format!("hint: `liftlock fetch{} {folder}` fills the cache", cache_flag(cache)));
}

/// What was fetched, as the lock of a tree says.
fn cached_for(tree: &dyn Tree, cache: &CacheArguments) -> Result<Cached, CommandError> {
    let lock = repository::read_lock(tree)?.unwrap_or_default();
    Ok(Cached::new(cache.store()?).locked(Arc::new(lock)))
}

fn ports<'p>(cached: &'p Cached, kept: Option<&'p RendersInStore>, keys: Option<Arc<dyn Keys>>) -> Ports<'p> {
    let remote: Arc<dyn Remote> = Arc::new(cached.clone());
    let kept = kept.map(|kept| kept as &(dyn KeptRenders + Sync));
    Ports { remote, charts: cached, schemas: cached, keys, kept }
}

/// What scanning and fixing what clusters get needs.
pub(crate) struct Clusters {
    cached: Cached,
    kept: Option<RendersInStore>,
    keys: Option<Arc<dyn Keys>>,
    renders: Renders,
}

impl Clusters {
    /// For the clusters of what is scanned; none where they are left out, or a chart is looked at alone.
    pub(crate) fn of(
        scanned: &Scanned,
        (cache, renders, keys): (&CacheArguments, &RendersArguments, &KeyArguments),
        files_only: bool,
    ) -> Result<Option<Self>, CommandError> {
        if files_only || scanned.is_chart() {
            return Ok(None);
        }
        let cached = cached_for(&*scanned.tree, cache)?;
        let kept = renders.kept(cache)?;
        Ok(Some(Self { cached, kept, keys: keys.read()?, renders: Renders::default() }))
    }

    /// What was fetched.
    pub(crate) fn ports(&self) -> Ports<'_> {
        ports(&self.cached, self.kept.as_ref(), self.keys.clone())
    }

    /// How they are rendered.
    pub(crate) fn request<'a>(&'a self, ports: &'a Ports<'a>) -> FleetRequest<'a> {
        FleetRequest { ports, renders: &self.renders, now_nanoseconds: midnight() }
    }
}

/// The version that clusters run.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct VersionArgument {
    /// The Kubernetes version that all clusters run. Without it: the configuration's.
    #[arg(long, value_name = "VERSION")]
    pub(crate) from: Option<Minor>,
}

/// What is to be fetched for the units of a fleet.
pub(crate) fn wanted(fleet: &Fleet) -> BTreeSet<Wanted> {
    let units = fleet.clusters.iter().flat_map(|cluster| &cluster.units);
    let wanted = units.filter_map(|unit| match &unit.outcome {
        UnitOutcome::NotAssessed(Missing::Fetch(wanted)) => Some(wanted.clone()),
        _ => None,
    });
    wanted.collect()
}

/// The moment at which charts find themselves: the beginning of today, so that renders of one day are equal.
pub(crate) fn midnight() -> i128 {
    let day = repository::today().to_zoned(jiff::tz::TimeZone::UTC);
    day.map_or(0, |day| day.timestamp().as_nanosecond())
}
