//! What the commands on a repository share: opening it, its configuration, reading files again.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use config::Config;
use fixes::{Answers, Unanswered};
use jiff::civil::Date;
use lock::Lock;
use manifest::limits::FILE_BYTES_MAX;
use report::Sources;
use text::{LineIndex, TextId};
use tree::{Directory, ReadFile, Tree};

use crate::arguments::AnswerArguments;
use crate::error::CommandError;

/// A repository on disk with its configuration.
pub(crate) struct Repository {
    /// Shared with the builds of kustomizations.
    pub(crate) tree: Arc<Directory>,
    pub(crate) config: Config,
}

/// Opens the repository at `path`.
pub(crate) fn open(path: &Path, threads: usize) -> Result<Repository, CommandError> {
    let tree = Directory::open(path, threads).map_err(|error| {
        let told = CommandError::user(error.to_string()).because(error);
        told.hint("give the folder of a repository, such as '.'")
    })?;
    let config = read_config(&tree)?;
    let tree = Arc::new(tree.excluding(&config.exclude));
    Ok(Repository { tree, config })
}

/// Reads `.liftlock.yaml` at the root of `tree`, if there is one.
pub(crate) fn read_config(tree: &dyn Tree) -> Result<Config, CommandError> {
    let bytes = match tree.read(config::FILE_NAME, FILE_BYTES_MAX) {
        Ok(bytes) => bytes,
        Err(ReadFile::Missing) => return Ok(Config::default()),
        Err(error) => {
            return Err(
                CommandError::environment(format!("cannot read '{}'", config::FILE_NAME)).because(error)
            );
        }
    };
    let ids: Vec<&str> = checks::registry().iter().map(|check| check.meta().id).collect();
    config::read(TextId(0), &bytes, &ids).map_err(|problems| {
        let lines = LineIndex::new(&bytes);
        let told: Vec<String> = problems
            .iter()
            .map(|problem| {
                let at = lines.position(&bytes, problem.span.start);
                format!("{}:{}:{}: {}", config::FILE_NAME, at.line, at.column, problem.message)
            })
            .collect();
        CommandError::configuration(told.join("\n  ")).hint("`liftlock schema config` prints what is allowed")
    })
}

/// Reads `liftlock.lock` at the root of `tree`; none if there is none.
pub(crate) fn read_lock(tree: &dyn Tree) -> Result<Option<Lock>, CommandError> {
    let bytes = match tree.read(lock::FILE_NAME, lock::BYTES_MAX as u64) {
        Ok(bytes) => bytes,
        Err(ReadFile::Missing) => return Ok(None),
        Err(error) => {
            return Err(
                CommandError::environment(format!("cannot read '{}'", lock::FILE_NAME)).because(error)
            );
        }
    };
    let refused = |error| {
        CommandError::configuration(format!("{}:{error}", lock::FILE_NAME))
            .hint("`liftlock fetch` writes the file again once it is taken away")
    };
    lock::read(&bytes).map(Some).map_err(refused)
}

impl AnswerArguments {
    /// The answers that were given.
    pub(crate) fn read(&self) -> Result<Answers, CommandError> {
        let answers = match &self.answers {
            None => Answers::none(),
            Some(path) => Answers::read(&read_file(path)?)
                .map_err(|error| CommandError::user(format!("'{}': {error}", path.display())))?,
        };
        Ok(if self.keep_meaning { answers.or(Unanswered::KeepMeaning) } else { answers })
    }
}

/// Reads files of a tree again, for excerpts.
pub(crate) struct TreeSources<'t>(pub(crate) &'t dyn Tree);

impl Sources for TreeSources<'_> {
    fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        self.0.read(path, FILE_BYTES_MAX).ok()
    }
}

/// Today, in UTC: the day by which waivers expire and support ends.
pub(crate) fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// Reads a file that was named on the command line, wherever it is.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>, CommandError> {
    let refused = |error: std::io::Error| {
        CommandError::user(format!("cannot read '{}'", path.display())).because(error)
    };
    read_limited(std::fs::File::open(path).map_err(refused)?).map_err(refused)
}

/// Reads a file, or standard input for `-`.
pub(crate) fn read_file_or_input(path: &Path) -> Result<Vec<u8>, CommandError> {
    if path != Path::new("-") {
        return read_file(path);
    }
    read_limited(std::io::stdin().lock())
        .map_err(|error| CommandError::environment("cannot read standard input").because(error))
}

fn read_limited(reader: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(std::io::Error::new(
            std::io::ErrorKind::FileTooLarge,
            format!("larger than {FILE_BYTES_MAX} bytes"),
        ));
    }
    Ok(bytes)
}
