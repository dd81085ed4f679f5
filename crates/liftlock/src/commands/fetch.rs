//! `liftlock fetch`: fills the cache from which `liftlock kustomize build` takes what is remote.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use clap::Args;
use fetch::{Event, Fetcher};
use kustomize::load::KUSTOMIZATION_NAMES;
use kustomize::load::remote::{RepositoryAddress, is_remote_file};
use store::Store;
use tree::{Directory, Tree};

use crate::error::{CommandError, Outcome};
use crate::terminal;

/// Fetch remote bases and files, so that builds need no network.
///
/// Reads all kustomizations below the folders and fetches the Git repositories and files that they name, and those that
/// these name in turn, into the cache of `liftlock kustomize build`. Branches and tags are looked up anew each time.
/// Needs no `git`; addresses of SSH are reached by the system's `ssh`. The configuration of Git is obeyed where it says
/// `url.<base>.insteadOf`, `credential.helper` or `core.sshCommand`. Everything else works offline.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  liftlock fetch\n  liftlock fetch clusters/production apps\n  liftlock fetch 'https://github.com/org/repo//deploy?ref=v1.2.0'"
)]
pub(crate) struct FetchArguments {
    /// Folders to look for kustomizations in, or addresses as kustomizations write them.
    #[arg(default_value = ".", value_name = "DIR|URL")]
    targets: Vec<String>,
    #[command(flatten)]
    cache: CacheArguments,
}

/// Where fetched things are kept.
#[derive(Debug, Clone, Args)]
pub(crate) struct CacheArguments {
    /// The folder in which fetched repositories and files are kept. Without it: `liftlock` in `$XDG_CACHE_HOME`, or in
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

#[expect(clippy::disallowed_methods, reason = "the binary asks the environment")]
fn default_folder() -> Option<PathBuf> {
    let absolute = |name: &str| {
        let path = PathBuf::from(std::env::var(name).ok()?);
        path.is_absolute().then_some(path)
    };
    let caches = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")));
    Some(caches?.join("liftlock"))
}

pub(crate) fn run(arguments: &FetchArguments) -> Result<Outcome, CommandError> {
    let store = arguments.cache.store()?;
    #[expect(clippy::disallowed_methods, reason = "the binary asks the clock")]
    let mut fetcher = fetch::fetcher(store, SystemTime::now());
    let mut told = Told::default();
    let mut tell = |event| told.tell(&event);
    for target in &arguments.targets {
        if is_address(target) {
            fetcher.fetch_address(target, &mut tell);
        } else {
            fetch_folder(&mut fetcher, Path::new(target), &mut tell)?;
        }
    }
    told.outcome()
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
    let listing = below.list(&is_kustomization);
    let mut folders: Vec<String> = listing
        .files
        .iter()
        .map(|file| below.root().join(file).parent().unwrap_or(below.root()).to_string_lossy().into_owned())
        .collect();
    folders.dedup();
    for obstacle in listing.obstacles {
        tell(Event::NotRead { folder: obstacle.path, reason: obstacle.detail });
    }
    let machine: Arc<dyn Tree + Send> = Arc::new(Directory::open(Path::new("/"), 1).map_err(refuse)?);
    fetcher.fetch_folders(&machine, &folders, tell);
    Ok(())
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
            Event::File { address, bytes } => self.line(&format!("fetched {address} ({bytes} bytes)\n")),
            Event::RepositoryFailed { of_file, source } => {
                self.failed += 1;
                terminal::tell(&format!("error: {}", text::with_causes(source)));
                if let Some(error) = of_file {
                    terminal::tell(&format!("  and as a file: {}", text::with_causes(error)));
                }
            }
            Event::FileFailed(error) => {
                self.failed += 1;
                terminal::tell(&format!("error: {}", text::with_causes(error)));
            }
            Event::KeepFailed(error) => {
                self.failed += 1;
                terminal::tell(&format!("error: {}", text::with_causes(error)));
            }
            Event::NotRead { folder, reason } => {
                self.not_read += 1;
                terminal::tell(&format!("not assessed: {folder}: {reason}"));
            }
        }
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
