//! The files of each source of a cluster: this repository, others that were fetched, and artifacts made of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use globset::{GlobBuilder, GlobMatcher};
use kustomize::flux::Artifact;
use kustomize::load::remote::{RepositoryAddress, masked};
use tree::{Listing, Place, ReadFile, Tree, has_folder};

use crate::flux::{ArtifactGenerator, Copy, GitSource, OutputArtifact, Reference, Source};
use crate::graph::{Missing, Wanted};
use crate::repository::Repository;
use crate::walk::Ports;

/// A tree that builds share.
pub(crate) type SharedTree = Arc<dyn Tree + Send>;

/// The files of a source, and whose they are.
#[derive(Clone)]
pub(crate) struct SourceTree {
    pub(crate) tree: SharedTree,
    pub(crate) home: Arc<Home>,
    /// What it is made of, in words: two of the same words have the same files.
    pub(crate) key: Arc<str>,
}

/// Whose the files of a source are.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// The repository that is looked at, under the same paths.
    Repository,
    /// A checkout of another one, by what it is called.
    Checkout(String),
    /// Files of others under other paths.
    Composed(BTreeMap<String, (Arc<Home>, String)>),
}

/// Artifacts that were made before, by their keys: those of one repository look alike in all its clusters.
#[derive(Default)]
pub(crate) struct Artifacts(Mutex<BTreeMap<Arc<str>, SourceTree>>);

/// What tells which files a source has.
pub(crate) struct Trees<'a> {
    repository: &'a Repository,
    ports: &'a Ports<'a>,
    artifacts: &'a Artifacts,
    /// The address and reference of this repository, as its entries name it.
    own: Vec<GitSource>,
    made: BTreeMap<Reference, SourceTree>,
    /// The artifacts that are being made, the outermost first.
    open: Vec<Reference>,
}

impl Home {
    /// The name of the repository that a file is of, none for the one that is looked at; and its path there.
    pub(crate) fn locate<'h>(&'h self, path: &'h str) -> Option<(Option<&'h str>, &'h str)> {
        match self {
            Self::Repository => Some((None, path)),
            Self::Checkout(name) => Some((Some(name), path)),
            Self::Composed(files) => {
                let (home, path) = files.get(path)?;
                home.locate(path)
            }
        }
    }
}

impl Artifacts {
    fn get(
        &self,
        key: String,
        make: impl FnOnce() -> Result<(SharedTree, Home), Missing>,
    ) -> Result<SourceTree, Missing> {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key: Arc<str> = key.into();
        if let Some(known) = lock().get(&key) {
            return Ok(known.clone());
        }
        let (tree, home) = make()?;
        let made = SourceTree { tree, home: Arc::new(home), key: Arc::clone(&key) };
        Ok(lock().entry(key).or_insert(made).clone())
    }
}

/// The sources and generators that are known in a cluster.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    pub(crate) known: BTreeMap<Reference, Source>,
    pub(crate) generators: BTreeMap<(String, String), ArtifactGenerator>,
}

impl<'a> Trees<'a> {
    pub(crate) fn new(
        repository: &'a Repository,
        (ports, artifacts): (&'a Ports<'a>, &'a Artifacts),
        own: Vec<GitSource>,
    ) -> Self {
        Self { repository, ports, artifacts, own, made: BTreeMap::new(), open: Vec::new() }
    }

    /// The files of a source; none if nobody has declared it yet.
    pub(crate) fn of(
        &mut self,
        reference: &Reference,
        sources: &Sources,
    ) -> Result<Option<SourceTree>, Missing> {
        if let Some(tree) = self.made.get(reference) {
            return Ok(Some(tree.clone()));
        }
        let tree = match sources.known.get(reference) {
            Some(Source::Git(git)) => self.of_git(git)?,
            Some(Source::Elsewhere(kind)) => {
                return Err(Missing::UseSource { source_kind: kind, name: reference.name.clone() });
            }
            Some(Source::Registry { .. }) => {
                return Err(Missing::UseSource {
                    source_kind: "OCIRepository",
                    name: reference.name.clone(),
                });
            }
            Some(Source::Charts { .. } | Source::Chart(_)) => {
                return Err(Missing::Render(format!("{reference} holds charts, not manifests")));
            }
            None if reference.kind == "ExternalArtifact" => match self.of_generator(reference, sources)? {
                Some(tree) => tree,
                None => return Ok(None),
            },
            None => return Ok(None),
        };
        self.made.insert(reference.clone(), tree.clone());
        Ok(Some(tree))
    }

    /// Takes a source that is declared nowhere for this repository.
    pub(crate) fn assume_own(&mut self, reference: &Reference) -> Result<(), Missing> {
        let tree = self.own_artifact(None)?;
        self.made.insert(reference.clone(), tree);
        Ok(())
    }

    fn of_git(&self, git: &GitSource) -> Result<SourceTree, Missing> {
        let is_own = |own: &GitSource| own.url == git.url && own.reference == git.reference;
        if self.own.iter().any(is_own) {
            return self.own_artifact(git.ignore.as_deref());
        }
        let ignore = git.ignore.as_deref();
        self.checkout(git, |tree| {
            let Listing { files, .. } = tree.list(&|_| true);
            artifact(tree, &files, ignore)
        })
    }

    /// What is shown of a checkout.
    fn checkout(
        &self,
        git: &GitSource,
        show: impl Fn(&SharedTree) -> Result<SharedTree, Missing>,
    ) -> Result<SourceTree, Missing> {
        let address = address_of(git)?;
        let parsed = RepositoryAddress::parse(&address);
        let unread = |error| {
            Missing::Render(format!("Git repository '{}': {}", masked(&git.url), text::with_causes(&error)))
        };
        let key = parsed.map_err(unread)?.key();
        let name = match &git.reference {
            Some((kind, name)) => format!("{} at {kind} {name}", masked(&git.url)),
            None => masked(&git.url),
        };
        // What is left out of one differs from what is left out of all.
        let ignore = &git.ignore;
        self.artifacts.get(format!("{address} without {ignore:?}"), || {
            let missing =
                |_| Missing::Fetch(Wanted::Repository { name: name.clone(), address: address.clone() });
            let tree = self.ports.remote.checkout(&key).map_err(missing)?;
            Ok((show(&tree)?, Home::Checkout(name.clone())))
        })
    }

    /// The files of a repository at a revision, all of them.
    pub(crate) fn at_revision(&self, url: &str, revision: &str) -> Result<SourceTree, Missing> {
        let is_range = revision.contains(['*', '^', '~', '<', '>', ' ']);
        let kind = if is_range { "semver" } else { "revision" };
        let reference = (!["", "HEAD"].contains(&revision)).then(|| (kind, revision.to_owned()));
        let git = GitSource { url: url.to_owned(), reference, has_submodules: true, ..GitSource::default() };
        self.checkout(&git, |tree| Ok(SharedTree::clone(tree)))
    }

    /// All files of the repository that is looked at.
    pub(crate) fn whole_repository(&self) -> Result<SourceTree, Missing> {
        let whole = || Ok((SharedTree::clone(&self.repository.tree), Home::Repository));
        self.artifacts.get("this repository".to_owned(), whole)
    }

    /// The files of the repository that is looked at, as its source shows them.
    fn own_artifact(&self, ignore: Option<&str>) -> Result<SourceTree, Missing> {
        self.artifacts.get(format!("this repository without {ignore:?}"), || {
            let Repository { tree, files, .. } = self.repository;
            Ok((artifact(tree, files, ignore)?, Home::Repository))
        })
    }

    /// The artifact of a generator that makes one of that name.
    fn of_generator(
        &mut self,
        reference: &Reference,
        sources: &Sources,
    ) -> Result<Option<SourceTree>, Missing> {
        let own_namespace =
            sources.generators.iter().filter(|((namespace, _), _)| *namespace == reference.namespace);
        let made = own_namespace.flat_map(|(_, generator)| {
            let named = generator.artifacts.iter().filter(|artifact| artifact.name == reference.name);
            named.map(move |artifact| (generator, artifact))
        });
        let Some((generator, artifact)) = made.into_iter().next() else { return Ok(None) };
        let mut inputs = BTreeMap::new();
        for (alias, source) in &generator.sources {
            // An artifact that is made of itself, if by way of others, would never be there.
            if source == reference || self.open.contains(source) {
                return Err(Missing::Render(format!("{reference} is made of itself")));
            }
            self.open.push(reference.clone());
            let tree = self.of(source, sources);
            self.open.pop();
            let Some(tree) = tree? else { return Ok(None) };
            inputs.insert(alias.clone(), tree);
        }
        let made_of: Vec<String> =
            inputs.iter().map(|(alias, tree)| format!("{alias}: {}", tree.key)).collect();
        let key = format!("{:?} of [{}]", artifact.copies, made_of.join("; "));
        let made = self.artifacts.get(key, || {
            let composed = Composed::of(artifact, &inputs)?;
            let home = Home::Composed(composed.homes(&inputs));
            Ok((Arc::new(composed) as SharedTree, home))
        });
        made.map(Some)
    }
}

/// What a source shows of a tree.
fn artifact(tree: &SharedTree, files: &[String], ignore: Option<&str>) -> Result<SharedTree, Missing> {
    let artifact = Artifact::new(Arc::clone(tree), "", files, ignore);
    artifact
        .map(|artifact| Arc::new(artifact) as SharedTree)
        .map_err(|error| Missing::Render(format!("a .sourceignore file: {}", text::with_causes(&error))))
}

/// The address of a repository as kustomizations write it. The prefix says that no file is meant.
fn address_of(git: &GitSource) -> Result<String, Missing> {
    let reference = match &git.reference {
        Some(("semver", range)) => {
            return Err(Missing::Render(format!(
                "{}: the tag of range '{range}' is not known here",
                masked(&git.url)
            )));
        }
        Some((_, name)) => format!("&ref={name}"),
        None => String::new(),
    };
    let submodules = git.has_submodules;
    Ok(format!("git::{}?submodules={submodules}{reference}", git.url))
}

/// Files of other trees under other paths.
struct Composed {
    /// By their paths here: the alias of the source, its tree, and the path there.
    files: BTreeMap<String, (String, SharedTree, String)>,
}

impl Composed {
    fn of(artifact: &OutputArtifact, inputs: &BTreeMap<String, SourceTree>) -> Result<Self, Missing> {
        let mut files = BTreeMap::new();
        for copy in &artifact.copies {
            let SourceTree { tree, .. } = inputs.get(&copy.alias).ok_or_else(|| {
                Missing::Render(format!("no source of the generator has the alias '{}'", copy.alias))
            })?;
            if ["Merge", "Extract"].contains(&copy.strategy.as_str()) {
                return Err(Missing::Render(format!("strategy '{}' of an artifact's copy", copy.strategy)));
            }
            let pattern = Pattern::new(copy)?;
            let listing = tree.list(&|path| pattern.target(path).is_some());
            for path in listing.files {
                let Some(target) = pattern.target(&path) else { continue };
                files.insert(target, (copy.alias.clone(), Arc::clone(tree), path));
            }
        }
        Ok(Self { files })
    }

    /// Whose each file is.
    fn homes(&self, inputs: &BTreeMap<String, SourceTree>) -> BTreeMap<String, (Arc<Home>, String)> {
        let home = |(target, (alias, _, path)): (&String, &(String, SharedTree, String))| {
            Some((target.clone(), (Arc::clone(&inputs.get(alias)?.home), path.clone())))
        };
        self.files.iter().filter_map(home).collect()
    }
}

/// Which files a copy takes, and what they are called then.
struct Pattern<'c> {
    copy: &'c Copy,
    matcher: GlobMatcher,
    excludes: Vec<GlobMatcher>,
    /// The folder before the first part with a wildcard: what is kept of a path is what comes behind it.
    base: String,
}

impl<'c> Pattern<'c> {
    fn new(copy: &'c Copy) -> Result<Self, Missing> {
        let glob = |pattern: &str| {
            let built = GlobBuilder::new(pattern).literal_separator(true).build();
            let refused =
                |error: globset::Error| Missing::Render(format!("pattern of an artifact's copy: {error}"));
            built.map(|glob| glob.compile_matcher()).map_err(refused)
        };
        let is_literal = |part: &&str| !part.contains(['*', '?', '[', '{']);
        let parts: Vec<&str> = copy.from.split('/').collect();
        let base: Vec<&str> = parts.iter().copied().take_while(is_literal).collect();
        let excludes = copy.excludes.iter().map(|pattern| glob(pattern)).collect::<Result<_, _>>()?;
        Ok(Self { copy, matcher: glob(&copy.from)?, excludes, base: base.join("/") })
    }

    /// The path in the artifact of a file of the source.
    fn target(&self, path: &str) -> Option<String> {
        let Self { copy, matcher, excludes, base } = self;
        let is_whole = *base == copy.from.trim_end_matches('/');
        let below = |folder: &str| match folder {
            "" => Some(path.to_owned()),
            folder => path.strip_prefix(folder)?.strip_prefix('/').map(str::to_owned),
        };
        if is_whole && path == base {
            let name = path.rsplit('/').next().unwrap_or(path);
            let target = if copy.to.ends_with('/') { format!("{}{name}", copy.to) } else { copy.to.clone() };
            return Some(target);
        }
        let rest = below(base)?;
        let is_taken = is_whole || matcher.is_match(path);
        let is_excluded = excludes.iter().any(|exclude| exclude.is_match(path) || exclude.is_match(&rest));
        let folder = copy.to.trim_end_matches('/');
        let target = if folder.is_empty() { rest.clone() } else { format!("{folder}/{rest}") };
        (is_taken && !is_excluded).then_some(target)
    }
}

impl Tree for Composed {
    fn list(&self, relevant: &(dyn Fn(&str) -> bool + Sync)) -> Listing {
        let files = self.files.keys().filter(|path| relevant(path)).cloned().collect();
        Listing { files, obstacles: Vec::new() }
    }

    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, ReadFile> {
        let (_, tree, source) = self.files.get(path).ok_or(ReadFile::Missing)?;
        tree.read(source, bytes_max)
    }

    fn locate(&self, path: &str) -> Result<Place, ReadFile> {
        if self.files.contains_key(path) {
            return Ok(Place::File(path.to_owned()));
        }
        let first_from = |from: String| self.files.range(from..).next().map(|(file, _)| file.as_str());
        if has_folder(path, first_from) { Ok(Place::Folder(path.to_owned())) } else { Err(ReadFile::Missing) }
    }
}
