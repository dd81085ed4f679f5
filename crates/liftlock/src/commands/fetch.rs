//! `liftlock fetch`: fills the cache from which `liftlock kustomize build` and `liftlock helm template` take what is remote.

mod fleet;
mod known;
mod side_by_side;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use clap::Args;
use fetch::{Cached, ChartFolder, ChartOptions, Client, Event, Fetcher, Mirror, Patience};
use helm::schema::Remotes;
use helm::sources::{Aliases, GIT_PREFIX, OCI_SCHEME, Typed, WantedChart};
use kustomize::load::KUSTOMIZATION_NAMES;
use kustomize::load::remote::{RepositoryAddress, is_remote_file};
use store::Store;
use tree::{Directory, Tree};

pub(crate) use known::aliases;

use crate::commands::kustomize::quoted;
use crate::commands::repository::read_config;
use crate::error::{CommandError, Outcome};
use crate::terminal;

/// Fetch remote bases, files and charts, so that builds need no network.
///
/// Reads all kustomizations below the folders and fetches the Git repositories and files that they name, and those that
/// these name in turn, into the cache of `liftlock kustomize build`. Branches and tags are looked up anew each time.
/// Needs no `git`; addresses of SSH are reached by the system's `ssh`. The configuration of Git is obeyed where it says
/// `url.<base>.insteadOf`, `credential.helper` or `core.sshCommand`.
///
/// Reads all charts below the folders, too, and fetches what they depend on and do not hold: the versions of the lock if it
/// is in sync, else the newest in their ranges; and the schemas at other addresses that those of their values refer to.
/// Digests of indexes and registries are checked, provenance is not. Logins come from Helm's `repositories.yaml` and
/// `registry/config.json`, Docker's `config.json`, and `.netrc`; no program that keeps logins is run.
///
/// Where the folder is a repository that Flux or Argo CD deploys, fetches the charts and Git repositories of its releases
/// and sources, and what these name in turn, and writes what that was into `liftlock.lock` there: versions, digests and
/// commits. While the file is there, ranges and branches lead to what it says, for everything that renders the units; an
/// archive with another digest at the same version is refused. It belongs into Git.
///
/// Everything else works offline.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  liftlock fetch\n  liftlock fetch clusters/production apps\n  liftlock fetch 'https://github.com/org/repo//deploy?ref=v1.2.0'\n  liftlock fetch oci://ghcr.io/org/charts/web --version '^1.2'\n  liftlock fetch web --repo https://charts.example.com --mirror https://charts.example.com=oci://registry.example.com/charts",
    disable_version_flag = true
)]
pub(crate) struct FetchArguments {
    /// Folders to look for kustomizations and charts in, addresses as kustomizations write them, or charts: `oci://…`, the
    /// URL of an archive, `git+https://…@PATH?ref=NAME`, a chart of --repo, or NAME/CHART of a repository that Helm knows.
    #[arg(default_value = ".", value_name = "DIR|URL|CHART")]
    targets: Vec<String>,
    /// The URL of the chart repository that has the charts.
    #[arg(long, value_name = "URL")]
    repo: Option<String>,
    /// The version of the charts, or a range of versions. Without it: the newest release.
    #[arg(long = "version", value_name = "RANGE")]
    chart_version: Option<String>,
    /// Without --version, take pre-releases as well.
    #[arg(long)]
    devel: bool,
    /// Ask elsewhere: addresses that begin with FROM begin with TO instead, which is a chart repository, a registry
    /// (`oci://…`), a Git repository, a server of files, or a folder: of charts as NAME-VERSION.tgz, or of files. The longest
    /// FROM counts, and what stands for something has no mirror itself. `mirrors` of `.liftlock.yaml` says the same for a
    /// repository. What is kept keeps its own address, so that builds know nothing of mirrors.
    #[arg(long = "mirror", value_name = "FROM=TO")]
    mirrors: Vec<Mirror>,
    /// Take the newest charts in their ranges and the newest commits again where `liftlock.lock` says older ones, and write
    /// that down.
    #[arg(long, conflicts_with = "locked")]
    update: bool,
    /// Refuse to change `liftlock.lock`, or to do without one: for CI.
    #[arg(long)]
    locked: bool,
    /// Ask registries without TLS.
    #[arg(long)]
    plain_http: bool,
    /// Trust servers, too, whom a certificate in this file vouches for, in PEM form: those of an authority of your own. They
    /// count for everything that is fetched over HTTPS.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    #[command(flatten)]
    cache: CacheArguments,
}

/// The file that makes a folder a chart.
const CHART_FILE: &str = "Chart.yaml";

/// The folder in which a chart holds others.
const HELD_FOLDER: &str = "charts";

/// Where fetched things are kept.
#[derive(Debug, Clone, Args)]
pub(crate) struct CacheArguments {
    /// The folder in which fetched repositories, files and charts are kept. Without it: `liftlock` in `$XDG_CACHE_HOME`, or in
    /// `~/.cache`.
    #[arg(long, value_name = "DIR")]
    pub(crate) cache: Option<PathBuf>,
}

impl CacheArguments {
    /// The cache. A folder that is not there is an empty one.
    pub(crate) fn store(&self) -> Result<Store, CommandError> {
        let folder = self.cache.clone().or_else(default_folder);
        let folder = folder.ok_or_else(|| {
            CommandError::environment("no folder for the cache: neither XDG_CACHE_HOME nor HOME is set")
                .hint("name one with --cache")
        })?;
        Ok(Store::at(&folder))
    }
}

/// What schemas refer to, out of the cache. Where there is no folder for one, nothing is in it.
#[derive(Debug)]
pub(crate) struct CachedSchemas<'a>(pub(crate) &'a CacheArguments);

impl Remotes for CachedSchemas<'_> {
    fn text(&self, address: &str) -> Option<Arc<str>> {
        Cached::new(self.0.store().ok()?).text(address)
    }
}

#[expect(clippy::disallowed_methods, reason = "the binary asks the environment")]
fn default_folder() -> Option<PathBuf> {
    let absolute = |name: &str| {
        let path = PathBuf::from(std::env::var(name).ok()?);
        path.is_absolute().then_some(path)
    };
    let caches = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")));
    Some(caches?.join("liftlock"))
}

/// Who asks servers.
#[expect(clippy::disallowed_methods, reason = "the file is the machine's, not the repository's")]
fn client(authorities: Option<&Path>) -> Result<Client, CommandError> {
    let Some(path) = authorities else { return Ok(Client::default()) };
    let cannot = || CommandError::environment(format!("cannot take '{}' for --ca-file", path.display()));
    let pem = std::fs::read(path).map_err(|error| cannot().because(error))?;
    Client::trusting(&pem).map_err(|error| cannot().because(error))
}

pub(crate) fn run(arguments: &FetchArguments) -> Result<Outcome, CommandError> {
    let store = arguments.cache.store()?;
    #[expect(clippy::disallowed_methods, reason = "the binary asks the clock")]
    let now = SystemTime::now();
    let credentials = known::credentials();
    let aliases = credentials.aliases();
    let options = ChartOptions {
        credentials,
        mirrors: mirrors(arguments, &aliases)?,
        is_plain_http: arguments.plain_http,
        patience: Patience::default(),
        client: client(arguments.ca_file.as_deref())?,
        does_update: arguments.update,
        ..ChartOptions::default()
    };
    let mut fetcher = fetch::fetcher(store.clone(), options.clone(), now);
    let mut told = Told::default();
    for target in &arguments.targets {
        let mut tell = |event| told.tell(&event);
        if is_chart(target, arguments, &aliases) {
            fetcher.fetch_chart(&wanted(target, arguments, &aliases)?, &mut tell);
        } else if is_address(target) {
            fetcher.fetch_address(target, &mut tell);
        } else {
            let folder = Path::new(target);
            let known = fleet::known_lock(folder, arguments.locked)?;
            let lock = Arc::new(known.clone().unwrap_or_default());
            let options = ChartOptions { lock, ..options.clone() };
            let make = || fetch::fetcher(store.clone(), options.clone(), now);
            fetch_folder(&mut make(), folder, &mut tell)?;
            let lock = fleet::fetch(&make, (folder, arguments), known.as_ref(), &mut tell)?;
            fleet::keep_lock(folder, known.as_ref(), (lock, arguments.locked), &mut told)?;
        }
    }
    told.outcome()
}

/// The mirrors that were typed, and behind them those of the repositories: of several that say the same, the first counts.
fn mirrors(arguments: &FetchArguments, aliases: &Aliases) -> Result<Vec<Mirror>, CommandError> {
    let is_folder = |target: &&String| !is_chart(target, arguments, aliases) && !is_address(target);
    let mut folders: Vec<&Path> = arguments.targets.iter().filter(is_folder).map(Path::new).collect();
    if folders.is_empty() {
        folders.push(Path::new("."));
    }
    let mut mirrors = arguments.mirrors.clone();
    for folder in folders {
        // A folder that is not there is told by whoever looks into it.
        let Ok(directory) = Directory::open(folder, 1) else { continue };
        for config::Mirror { from, to } in read_config(&directory)?.mirrors {
            let is_path = !to.contains("://");
            let to = if is_path { folder.join(to).to_string_lossy().into_owned() } else { to };
            let mirror = Mirror::new(&from, &to);
            mirrors.push(
                mirror.map_err(|error| {
                    CommandError::configuration(format!("{}: {error}", config::FILE_NAME))
                })?,
            );
        }
    }
    Ok(mirrors)
}

/// Whether a chart was typed: a version is of one, and whatever a repository is named for.
fn is_chart(target: &str, arguments: &FetchArguments, aliases: &Aliases) -> bool {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let is_archive = is_remote_file(target) && path.ends_with(".tgz");
    let is_of_alias = target.split_once('/').is_some_and(|(name, _)| aliases.contains_key(name));
    arguments.repo.is_some()
        || arguments.chart_version.is_some()
        || target.starts_with(OCI_SCHEME)
        || target.starts_with(GIT_PREFIX)
        || is_archive
        || is_of_alias && !Path::new(target).exists()
}

fn wanted(target: &str, arguments: &FetchArguments, aliases: &Aliases) -> Result<WantedChart, CommandError> {
    let typed = Typed {
        chart: target,
        repository: arguments.repo.as_deref(),
        version: arguments.chart_version.as_deref().unwrap_or_default(),
        is_development: arguments.devel,
    };
    WantedChart::of_typed(typed, aliases).map_err(|error| {
        CommandError::user(error.to_string())
            .hint("give `oci://…`, the URL of an archive, `git+https://…`, or a name and --repo")
    })
}

/// The flag that names the cache which is used, for commands that are shown.
pub(crate) fn cache_flag(cache: &CacheArguments) -> String {
    let folder = cache.cache.as_ref();
    folder.map(|folder| format!(" --cache {}", quoted(&folder.to_string_lossy()))).unwrap_or_default()
}

/// Whether something that was typed is an address and no path.
pub(crate) fn is_address(target: &str) -> bool {
    is_remote_file(target) || RepositoryAddress::parse(target).is_ok()
}

fn fetch_folder(
    fetcher: &mut Fetcher,
    folder: &Path,
    tell: &mut dyn FnMut(Event),
) -> Result<(), CommandError> {
    let refuse = |error: tree::OpenDirectory| {
        let told = CommandError::user(error.to_string()).because(error);
        told.hint("give a folder, or an address as kustomizations write them")
    };
    let below = Directory::open(folder, 0).map_err(refuse)?;
    let listing = below.list(&|path| is_kustomization(path) || is_of_chart(path));
    let mut folders: Vec<String> = listing
        .files
        .iter()
        .filter(|file| is_kustomization(file))
        .map(|file| below.root().join(file).parent().unwrap_or(below.root()).to_string_lossy().into_owned())
        .collect();
    folders.dedup();
    for obstacle in listing.obstacles {
        tell(Event::NotRead { folder: obstacle.path, reason: obstacle.detail });
    }
    let machine: Arc<dyn Tree + Send> = Arc::new(Directory::open(Path::new("/"), 1).map_err(refuse)?);
    fetcher.fetch_folders(&machine, &folders, tell);
    fetcher.fetch_charts(&below, &chart_folders(folder, &listing.files), tell);
    Ok(())
}

/// Whether a file makes a folder a chart, or is an archive of one that another holds.
fn is_of_chart(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    name == CHART_FILE || name.ends_with(".tgz") && folder.rsplit('/').next() == Some(HELD_FOLDER)
}

/// The folders of charts, each with what it holds. One that another holds is not looked into: whoever made it a part of
/// that one has brought what it depends on.
fn chart_folders(root: &Path, files: &[String]) -> Vec<ChartFolder> {
    let folder_of = |file: &str| file.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
    let charts = files.iter().filter(|file| file.rsplit('/').next() == Some(CHART_FILE));
    let charts: BTreeSet<String> = charts.map(|file| folder_of(file)).collect();
    let mut held: BTreeMap<String, Vec<String>> =
        charts.iter().map(|folder| (folder.clone(), Vec::new())).collect();
    let archives = files.iter().filter(|file| file.ends_with(".tgz"));
    for path in archives.chain(&charts) {
        let Some((folder, name)) = path.rsplit_once('/') else { continue };
        let holder = folder.strip_suffix(HELD_FOLDER).map(|holder| holder.trim_end_matches('/'));
        let Some(holder) = holder.filter(|holder| charts.contains(*holder)) else { continue };
        held.remove(path);
        held.entry(holder.to_owned()).and_modify(|names| names.push(name.to_owned()));
    }
    let shown = |path: &str| match path {
        "" => root.display().to_string(),
        path => root.join(path).display().to_string(),
    };
    held.into_iter().map(|(path, held)| ChartFolder { shown: shown(&path), path, held }).collect()
}

fn is_kustomization(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    KUSTOMIZATION_NAMES.contains(&name)
}

/// What was told so far.
#[derive(Debug, Default)]
struct Told {
    failed: usize,
    not_read: usize,
}

impl Told {
    fn tell(&mut self, event: &Event) {
        match event {
            Event::Repository { address, commit, was_known } => {
                let what = if *was_known { "unchanged" } else { "fetched" };
                self.line(&format!("{what} {address} at {commit}\n"));
            }
            Event::Chart { name, version, address, identity, was_known } => {
                let what = if *was_known { "unchanged" } else { "fetched" };
                self.line(&format!("{what} {name} {version} from {address} ({identity})\n"));
            }
            Event::Artifact { address, digest, was_known } => {
                let what = if *was_known { "unchanged" } else { "fetched" };
                self.line(&format!("{what} {address} ({digest}; signatures are not verified)\n"));
            }
            Event::ArtifactFailed(error) => self.failed(error),
            Event::LockOutOfSync { folder } => terminal::tell(&format!(
                "warning: {folder}: the lock is out of sync with the dependencies of the chart; their ranges count"
            )),
            Event::ChartFailed(error) => self.failed(error),
            Event::SchemaFailed(error) => self.failed(error),
            Event::File { address, bytes } => self.line(&format!("fetched {address} ({bytes} bytes)\n")),
            Event::RepositoryFailed { of_file, source } => {
                self.failed += 1;
                terminal::tell(&format!("error: {}", text::with_causes(source)));
                if let Some(error) = of_file {
                    terminal::tell(&format!("  and as a file: {}", text::with_causes(error)));
                }
            }
            Event::FileFailed(error) => self.failed(error),
            Event::KeepFailed(error) => self.failed(error),
            Event::NotRead { folder, reason } => {
                self.not_read += 1;
                terminal::tell(&format!("not assessed: {folder}: {reason}"));
            }
        }
    }

    fn failed(&mut self, error: &(dyn std::error::Error + 'static)) {
        self.failed += 1;
        terminal::tell(&format!("error: {}", text::with_causes(error)));
    }

    fn line(&mut self, line: &str) {
        if terminal::print_bytes(line.as_bytes()).is_err() {
            self.failed += 1;
        }
    }

    fn outcome(&self) -> Result<Outcome, CommandError> {
        match self {
            Self { failed: 0, not_read: 0 } => Ok(Outcome::Clean),
            Self { failed: 0, .. } => Ok(Outcome::NotAssessed),
            Self { failed, .. } => {
                let things = if *failed == 1 { "thing" } else { "things" };
                Err(CommandError::environment(format!("{failed} {things} could not be fetched")))
            }
        }
    }
}
