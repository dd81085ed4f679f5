//! The files of each source of a cluster: this repository, others that were fetched, and artifacts made of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use helm::sources::{OCI_SCHEME, without_user};
use kustomize::flux::Artifact;
use kustomize::load::remote::{CheckoutKey, RepositoryAddress, masked};
use tree::{Answer, Listing, Question, Recorded, Tree};

use crate::composed::Composed;
use crate::flux::{ArtifactGenerator, GitSource, OciManifests, Reference, Source};
use crate::graph::{Missing, Wanted};
use crate::kept::Answers;
use crate::ports::Ports;
use crate::repository::Repository;

/// A tree that builds share.
pub(crate) type SharedTree = Arc<dyn Tree + Send>;

/// The files of a source, and whose they are.
#[derive(Clone)]
pub(crate) struct SourceTree {
    pub(crate) tree: SharedTree,
    pub(crate) home: Arc<Home>,
    /// What it is made of, in words: two of the same words have the same files.
    pub(crate) key: Arc<str>,
    /// What its files answer in this run.
    answers: Arc<Answers>,
    /// What was asked of them for one unit; none if nobody notes it.
    recorded: Option<Arc<Recorded>>,
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

impl SourceTree {
    /// The same files, with a note of what is asked of them from now on.
    pub(crate) fn recorded(self) -> Self {
        let recorded = Arc::new(Recorded::new(self.tree));
        Self { tree: Arc::<Recorded>::clone(&recorded), recorded: Some(recorded), ..self }
    }

    /// What was asked, with the answers; none if nobody has noted it.
    pub(crate) fn asked(&self) -> Option<BTreeMap<Question, Answer>> {
        self.recorded.as_ref().map(|recorded| recorded.answers())
    }

    /// What its files answer, without a note that they were asked.
    pub(crate) fn answer(&self, question: &Question) -> Answer {
        let bare = self.recorded.as_ref().map_or(&self.tree, |recorded| recorded.tree());
        self.answers.of(question, &**bare)
    }
}

impl Artifacts {
    fn get(
        &self,
        key: String,
        make: impl FnOnce() -> Result<(SharedTree, Home), Missing>,
    ) -> Result<SourceTree, Missing> {
        // Held while one is made: all clusters ask for the same one at once.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key: Arc<str> = key.into();
        if let Some(known) = known.get(&key) {
            return Ok(known.clone());
        }
        let (tree, home) = make()?;
        let (home, answers) = (Arc::new(home), Arc::default());
        let made = SourceTree { tree, home, key: Arc::clone(&key), answers, recorded: None };
        known.insert(key, made.clone());
        Ok(made)
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
            Some(Source::Git(git)) if git.includes.is_empty() => self.of_git(git)?,
            Some(Source::Git(git)) => match self.of_including(reference, git, sources)? {
                Some(tree) => tree,
                None => return Ok(None),
            },
            Some(Source::Elsewhere(kind)) => {
                return Err(Missing::UseSource { source_kind: kind, name: reference.name.clone() });
            }
            Some(Source::Registry { url, digest, range, tag, manifests }) => {
                self.of_artifact(url, [digest, range, tag], manifests)?
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

    /// The files of a repository with those that it includes of others; none if one of these is not declared yet.
    fn of_including(
        &mut self,
        reference: &Reference,
        git: &GitSource,
        sources: &Sources,
    ) -> Result<Option<SourceTree>, Missing> {
        let mut inputs = BTreeMap::from([(String::new(), self.of_git(git)?)]);
        for include in &git.includes {
            let source = Reference { name: include.name.clone(), ..reference.clone() };
            if source == *reference || self.open.contains(&source) {
                return Err(Missing::Render(format!("{reference} includes itself")));
            }
            self.open.push(reference.clone());
            let tree = self.of(&source, sources);
            self.open.pop();
            let Some(tree) = tree? else { return Ok(None) };
            inputs.insert(include.name.clone(), tree);
        }
        let made_of: Vec<&str> = inputs.values().map(|tree| &*tree.key).collect();
        let key = format!("{:?} included of [{}] without {:?}", git.includes, made_of.join("; "), git.ignore);
        let made = self.artifacts.get(key, || {
            let composed = Composed::including(&git.includes, &inputs)?;
            let home = Home::Composed(composed.homes(&inputs));
            let tree: SharedTree = Arc::new(composed);
            let Listing { files, .. } = tree.list(&|_| true);
            Ok((artifact(&tree, &files, git.ignore.as_deref())?, home))
        });
        made.map(Some)
    }

    /// The files of an artifact of a registry: those of one of its layers.
    fn of_artifact(
        &self,
        url: &str,
        [digest, range, tag]: [&str; 3],
        manifests: &OciManifests,
    ) -> Result<SourceTree, Missing> {
        let tag_filter = &manifests.tag_filter;
        let reference = match (digest, range, tag) {
            ("", "", "") => "latest".to_owned(),
            ("", "", tag) => tag.to_owned(),
            ("", range, _) if tag_filter.is_empty() => format!("semver:{range}"),
            ("", range, _) => format!("semver:{range} matching {tag_filter}"),
            (digest, ..) => digest.to_owned(),
        };
        self.of_registry(url, reference, manifests)
    }

    /// The files of an artifact of a registry at a revision of Argo CD: a tag, a range of versions, or a digest.
    pub(crate) fn artifact_at(&self, url: &str, revision: &str) -> Result<SourceTree, Missing> {
        let reference = match revision {
            "" | "HEAD" => "latest".to_owned(),
            range if is_range(range) => format!("range:{range}"),
            name => name.to_owned(),
        };
        self.of_registry(url, reference, &OciManifests::default())
    }

    fn of_registry(
        &self,
        url: &str,
        reference: String,
        manifests: &OciManifests,
    ) -> Result<SourceTree, Missing> {
        let OciManifests { media_type, ignore, .. } = manifests;
        let url = format!("{OCI_SCHEME}{}", url.trim_start_matches(OCI_SCHEME).trim_end_matches('/'));
        let name = format!("{} at {reference}", without_user(&url));
        // A layer of another kind is another tree.
        let layer = if media_type.is_empty() { String::new() } else { format!("#{media_type}") };
        let key = CheckoutKey { url: format!("{url}{layer}"), reference: Some(reference), submodules: false };
        self.kept(
            (format!("{key:?} without {ignore:?}"), &key),
            name.clone(),
            Wanted::Checkout { name, key: key.clone() },
            |tree| {
                let Listing { files, .. } = tree.list(&|_| true);
                artifact(tree, &files, ignore.as_deref())
            },
        )
    }

    /// What is shown of a checkout.
    fn checkout(
        &self,
        git: &GitSource,
        show: impl Fn(&SharedTree) -> Result<SharedTree, Missing>,
    ) -> Result<SourceTree, Missing> {
        let address = address_of(git);
        let parsed = RepositoryAddress::parse(&address);
        let unread = |error| {
            Missing::Render(format!("Git repository '{}': {}", masked(&git.url), text::with_causes(&error)))
        };
        let mut key = parsed.map_err(unread)?.key();
        let name = match &git.reference {
            Some((kind, name)) => format!("{} at {kind} {name}", masked(&git.url)),
            None => masked(&git.url),
        };
        let wanted = match &git.reference {
            Some((kind @ ("semver" | "range"), range)) => {
                // No name of a reference has a colon.
                key.reference = Some(format!("{kind}:{range}"));
                Wanted::Checkout { name: name.clone(), key: key.clone() }
            }
            _ => Wanted::Repository { name: name.clone(), address },
        };
        // What is left out of one differs from what is left out of all.
        self.kept((format!("{key:?} without {:?}", git.ignore), &key), name, wanted, show)
    }

    /// What is shown of something that was fetched.
    fn kept(
        &self,
        (words, key): (String, &CheckoutKey),
        name: String,
        wanted: Wanted,
        show: impl Fn(&SharedTree) -> Result<SharedTree, Missing>,
    ) -> Result<SourceTree, Missing> {
        self.artifacts.get(words, || {
            let tree = self.ports.remote.checkout(key).map_err(|_| Missing::Fetch(wanted))?;
            Ok((show(&tree)?, Home::Checkout(name)))
        })
    }

    /// The files of a repository at a revision, all of them.
    pub(crate) fn at_revision(&self, url: &str, revision: &str) -> Result<SourceTree, Missing> {
        let kind = if is_range(revision) { "range" } else { "revision" };
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

/// Whether a revision of Argo CD is a range of versions: no name of Git's and no tag has these characters.
fn is_range(revision: &str) -> bool {
    revision.contains(['*', '^', '~', '<', '>', ' '])
}

/// The address of a repository as kustomizations write it. The prefix says that no file is meant.
fn address_of(git: &GitSource) -> String {
    let reference = match &git.reference {
        Some(("semver" | "range", _)) => String::new(),
        Some((_, name)) => format!("&ref={name}"),
        None => String::new(),
    };
    let submodules = git.has_submodules;
    format!("git::{}?submodules={submodules}{reference}", git.url)
}
