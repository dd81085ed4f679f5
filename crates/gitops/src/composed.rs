//! Trees made of the files of others: what a generator of artifacts copies together, and what a repository includes.

use std::collections::BTreeMap;
use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};
use tree::{Listing, Place, ReadFile, Tree, has_folder};

use crate::flux::{Copy, Include, OutputArtifact};
use crate::graph::Missing;
use crate::trees::{Home, SharedTree, SourceTree};

/// Files of other trees under other paths.
pub(crate) struct Composed {
    /// By their paths here: the alias of the source, its tree, and the path there.
    files: BTreeMap<String, (String, SharedTree, String)>,
}

impl Composed {
    pub(crate) fn of(
        artifact: &OutputArtifact,
        inputs: &BTreeMap<String, SourceTree>,
    ) -> Result<Self, Missing> {
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

    /// The files of a source, and over them those that it includes of others. The inputs are the source itself under no name,
    /// and the others under the names of their sources.
    pub(crate) fn including(
        includes: &[Include],
        inputs: &BTreeMap<String, SourceTree>,
    ) -> Result<Self, Missing> {
        let mut files = BTreeMap::new();
        let whole = Include { name: String::new(), from: String::new(), to: String::new() };
        for Include { name, from, to } in std::iter::once(&whole).chain(includes) {
            let Some(SourceTree { tree, .. }) = inputs.get(name) else { continue };
            let below = |path: &str| match from.as_str() {
                "" => Some(path.to_owned()),
                from => path.strip_prefix(from)?.strip_prefix('/').map(str::to_owned),
            };
            let listing = tree.list(&|path| below(path).is_some());
            if listing.files.is_empty() && !name.is_empty() {
                return Err(Missing::Render(format!(
                    "GitRepository {name} has no folder '{from}' to include"
                )));
            }
            for path in listing.files {
                let Some(rest) = below(&path) else { continue };
                let target = if to.is_empty() { rest } else { format!("{to}/{rest}") };
                files.insert(target, (name.clone(), Arc::clone(tree), path));
            }
        }
        Ok(Self { files })
    }

    /// Whose each file is.
    pub(crate) fn homes(
        &self,
        inputs: &BTreeMap<String, SourceTree>,
    ) -> BTreeMap<String, (Arc<Home>, String)> {
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
