//! What scanning and fixing charts share: the flags, and what a path is.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use config::Config;
use helm::chart::unpack_archive;
use project::ValuesFile;
use tree::{Directory, Memory, Place, Tree};

use crate::commands::fetch::{CacheArguments, cache_flag};
use crate::commands::repository::{self, read_config, read_file};
use crate::commands::scan::shell_word;
use crate::error::CommandError;

/// How charts are rendered.
#[derive(Debug, Clone, Args)]
pub(crate) struct ChartArguments {
    /// Judge what charts render, too: with their own values and each file in their `ci/` and `examples/`, at each minor of
    /// the way. A finding stands at the line of a template, the helper or the value to edit.
    #[arg(long)]
    pub(crate) helm: bool,
    /// A file of values to render charts with, besides those at hand; later ones win. Only with --helm or a chart.
    #[arg(short = 'f', long = "values", value_name = "FILE", value_delimiter = ',')]
    pub(crate) values: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) cache: CacheArguments,
}

/// What was given to be looked at.
pub(crate) struct Scanned {
    pub(crate) tree: Arc<dyn Tree + Send>,
    pub(crate) config: Config,
    held: Held,
}

/// Where its files are.
enum Held {
    /// On disk.
    Folder(Arc<Directory>),
    /// In an archive that was unpacked into memory.
    Archive(Memory),
}

impl Scanned {
    /// Opens a folder, or the archive of a chart.
    pub(crate) fn open(path: &Path, threads: usize) -> Result<Self, CommandError> {
        if is_archive(path) {
            return Self::unpack(path);
        }
        Ok(Self::of(&repository::open(path, threads)?))
    }

    /// A repository that was opened.
    pub(crate) fn of(repository: &repository::Repository) -> Self {
        let tree = Arc::<Directory>::clone(&repository.tree);
        Self { tree: tree.clone(), config: repository.config.clone(), held: Held::Folder(tree) }
    }

    fn unpack(path: &Path) -> Result<Self, CommandError> {
        let files = unpack_archive(&read_file(path)?).map_err(|error| {
            let told = format!("'{}' is no archive of a chart", path.display());
            CommandError::user(told).because(error).hint("give a folder, or what `helm package` makes")
        })?;
        let memory: Memory = files.into_iter().collect();
        let config = read_config(&memory)?;
        Ok(Self { tree: Arc::new(memory.clone()), config, held: Held::Archive(memory) })
    }

    /// Whether it is a chart itself.
    pub(crate) fn is_chart(&self) -> bool {
        matches!(self.tree.locate("Chart.yaml"), Ok(Place::File(_)))
    }

    /// All that stands in one of its folders, ignored by Git or not.
    pub(crate) fn everything_in(&self, folder: &str) -> Box<dyn Tree + Send> {
        match &self.held {
            Held::Folder(directory) => Box::new(Directory::clone(directory).everything_in(folder)),
            Held::Archive(memory) => Box::new(memory.clone()),
        }
    }

    /// The folder on disk.
    pub(crate) fn root(&self) -> Option<&Path> {
        match &self.held {
            Held::Folder(directory) => Some(directory.root()),
            Held::Archive(_) => None,
        }
    }
}

/// Whether a path is that of an archive by its name, and there.
pub(crate) fn is_archive(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    (name.ends_with(".tgz") || name.ends_with(".tar.gz")) && path.is_file()
}

impl ChartArguments {
    /// Reads the files of values.
    pub(crate) fn read(&self, scanned: &Scanned) -> Result<Vec<ValuesFile>, CommandError> {
        if !self.values.is_empty() && !self.helm && !scanned.is_chart() {
            let told = CommandError::user("--values is for charts, and none is rendered");
            return Err(told.hint("give --helm, or the folder or archive of a chart"));
        }
        self.values.iter().map(|path| values_file(path, scanned.root())).collect()
    }

    /// The flags again, for the command that comes next.
    pub(crate) fn repeated(&self, scanned: &Scanned) -> String {
        let helm = if self.helm && !scanned.is_chart() { " --helm" } else { "" };
        let values =
            self.values.iter().map(|path| format!(" -f {}", shell_word(&path.display().to_string())));
        std::iter::once(helm.to_owned()).chain(values).chain([cache_flag(&self.cache)]).collect()
    }
}

fn values_file(path: &Path, root: Option<&Path>) -> Result<ValuesFile, CommandError> {
    let bytes = read_file(path)?.into();
    let absolute = path.canonicalize().ok();
    let below = absolute.as_deref().zip(root).and_then(|(absolute, root)| absolute.strip_prefix(root).ok());
    // A name that is no UTF-8 has another form in a tree; such a file is read and not edited.
    let below = below.and_then(Path::to_str).map(str::to_owned);
    Ok(ValuesFile { name: path.display().to_string(), path: below, bytes })
}
