//! Where the chart is that is rendered, and what it depends on: folders, archives, and the cache.

use std::path::{Path, PathBuf};

use fetch::Cached;
use helm::HelmVersion;
use helm::chart::{Chart, LoadChart};
use helm::sources::{
    Aliases, ChartSource, CompleteChart, FindChart, LoadFound, Typed, WantedChart, complete,
};
use text::Texts;
use tree::{Directory, OpenDirectory};

use super::flags::TemplateArguments;
use super::given;
use crate::commands::fetch::{aliases, cache_flag};
use crate::error::CommandError;
use crate::terminal;

/// A chart that was found.
pub(super) struct Located {
    pub(super) chart: Chart,
    /// The folder that the paths of its files begin at; empty for an archive.
    pub(super) root: PathBuf,
    /// The folder of the chart; none for an archive.
    folder: Option<PathBuf>,
}

/// The chart that the arguments name: on this machine, else out of the cache.
pub(super) fn locate(
    path: &str,
    arguments: &TemplateArguments,
    texts: &mut Texts,
) -> Result<Located, CommandError> {
    let sources = &arguments.sources;
    let is_version_3 = arguments.version() == HelmVersion::V3;
    if sources.repo.is_none() || is_version_3 {
        let path = path.trim();
        if Path::new(path).exists() {
            if sources.repo.is_some() {
                terminal::tell(
                    "warning: local chart found in current working directory. repository url ignored",
                );
            }
            return load(Path::new(path), texts);
        }
        if Path::new(path).is_absolute() || path.starts_with('.') {
            return Err(CommandError::user(format!("path \"{path}\" not found")));
        }
    }
    let known = if path.contains("://") { Aliases::new() } else { aliases(sources.repository_config())? };
    let typed = Typed {
        chart: path,
        repository: sources.repo.as_deref(),
        version: sources.chart_version.as_deref().unwrap_or_default(),
        is_development: sources.devel,
    };
    let wanted = WantedChart::of_typed(typed, &known).map_err(|error| {
        let told = CommandError::user(error.to_string());
        told.hint("give the folder or the archive of a chart, `oci://…`, or a name and --repo")
    })?;
    let cached = Cached::new(arguments.cache.store()?);
    let found = cached.archive(&wanted).map_err(|error| not_found(error, &wanted, arguments))?;
    // Only a chart in Git asks for others, by the names of Helm's configuration as well.
    let known =
        if matches!(wanted, WantedChart::Git { .. }) { aliases(sources.repository_config())? } else { known };
    let chart = found.load((&known, &cached), texts).map_err(|error| match (&error, error.missing()) {
        (_, Some(FindChart::Offline(missing))) => {
            not_found(FindChart::Offline(missing.clone()), missing, arguments)
        }
        (LoadFound::Load(error), _) => refused(error, found.address()),
        (LoadFound::Complete(error), _) => CommandError::user(text::with_causes(error)),
    })?;
    Ok(Located { chart, root: PathBuf::new(), folder: None })
}

/// Puts into the chart what it names and does not hold, where that is asked for. Nothing is written.
pub(super) fn update(
    located: &mut Located,
    arguments: &TemplateArguments,
    texts: &mut Texts,
) -> Result<(), CommandError> {
    let Some(folder) = located.folder.clone() else {
        return Err(CommandError::user("only unpacked charts can be updated"));
    };
    let known = aliases(arguments.sources.repository_config())?;
    let cached = Cached::new(arguments.cache.store()?);
    let mut load_folder =
        |path: &Path, texts: &mut Texts| load_path(&folder.join(path), texts).map(|found| found.chart);
    let completed = complete(&mut located.chart, (&known, &cached), texts, &mut load_folder);
    let completed = completed.map_err(|error| {
        if let Some(FindChart::Offline(wanted)) = error.missing() {
            return not_found(FindChart::Offline(wanted.clone()), wanted, arguments);
        }
        match error {
            CompleteChart::Find(error) => stale(error, &folder.display().to_string(), arguments),
            error => CommandError::user(text::with_causes(&error)),
        }
    })?;
    if completed.is_lock_out_of_sync {
        terminal::tell(
            "warning: the lock is out of sync with the dependencies of the chart; their ranges count",
        );
    }
    Ok(())
}

/// A chart that is not at hand, and the command that fetches it.
fn not_found(error: FindChart, wanted: &WantedChart, arguments: &TemplateArguments) -> CommandError {
    let fetched = wanted.fetch_arguments();
    match error {
        error @ FindChart::Offline(_) => CommandError::not_assessed(error.to_string())
            .hint(format!("`liftlock fetch{} {fetched}` fills the cache", flags(arguments))),
        error => stale(error, &fetched, arguments),
    }
}

/// Something that is wrong with what is at hand, which may be old.
fn stale(error: FindChart, fetched: &str, arguments: &TemplateArguments) -> CommandError {
    let hint = format!("`liftlock fetch{} {fetched}` asks for newer versions", flags(arguments));
    CommandError::user(text::with_causes(&error)).hint(hint)
}

/// The flags of `liftlock fetch` that were given here.
fn flags(arguments: &TemplateArguments) -> String {
    let plain = if arguments.sources.plain_http { " --plain-http" } else { "" };
    format!("{}{plain}", cache_flag(&arguments.cache))
}

/// Why a path gives no chart.
#[derive(Debug, thiserror::Error)]
enum LoadPath {
    /// There is nothing.
    #[error("directory {path} not found")]
    Find {
        path: String,
        #[source]
        source: std::io::Error,
    },
    /// Its folder cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenDirectory),
    /// Its bytes cannot be read.
    #[error("cannot read '{path}'")]
    Read {
        path: String,
        #[source]
        source: std::io::Error,
    },
    /// It is no chart.
    #[error(transparent)]
    Load(#[from] LoadChart),
}

/// The chart of a folder or of an archive.
fn load(path: &Path, texts: &mut Texts) -> Result<Located, CommandError> {
    load_path(path, texts).map_err(|error| match error {
        LoadPath::Load(error) => refused(&error, &path.display().to_string()),
        error => CommandError::user(error.to_string()).because(error),
    })
}

fn refused(error: &LoadChart, shown: &str) -> CommandError {
    CommandError::user(text::with_causes(error)).hint(format!("the chart is '{shown}'"))
}

fn load_path(path: &Path, texts: &mut Texts) -> Result<Located, LoadPath> {
    let shown = || path.display().to_string();
    let absolute = path.canonicalize().map_err(|source| LoadPath::Find { path: shown(), source })?;
    if absolute.is_dir() {
        let root = repository_of(&absolute);
        let folder = absolute.strip_prefix(&root).unwrap_or(&absolute).to_string_lossy().into_owned();
        let tree = Directory::open(&root, 1)?.everything_in(&folder);
        let chart = Chart::of_folder(&tree, &folder, texts)?;
        return Ok(Located { chart, root, folder: Some(absolute) });
    }
    let bytes = given::bytes_of(&absolute).map_err(|source| LoadPath::Read { path: shown(), source })?;
    let chart = Chart::of_archive(&bytes, &shown(), texts)?;
    Ok(Located { chart, root: PathBuf::new(), folder: None })
}

/// The folder within which links may lead anywhere: the repository that a chart is in, else the folder in which the
/// command runs if the chart is below it, else the chart's own.
fn repository_of(folder: &Path) -> PathBuf {
    let repository = folder.ancestors().find(|ancestor| ancestor.join(".git").exists());
    let here = Path::new(".").canonicalize().ok().filter(|here| folder.starts_with(here));
    repository.map(Path::to_path_buf).or(here).unwrap_or_else(|| folder.to_path_buf())
}
