//! A commit as a tree of files, read straight from the object database: nothing is checked out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use gix::bstr::ByteSlice;
use gix::objs::tree::EntryKind;
use tree::{Listing, Obstacle, ObstacleReason, Place, ReadFile, Tree, has_folder};

/// How many links are followed before they are taken for a circle: what Linux follows.
const LINKS_MAX: usize = 40;

/// The files of a commit below a folder.
pub struct Revision {
    repository: gix::ThreadSafeRepository,
    commit: String,
    blobs: BTreeMap<String, gix::ObjectId>,
    /// The targets of links, as written.
    links: BTreeMap<String, String>,
    submodules: BTreeSet<String>,
}

/// Why a revision cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum FindRevision {
    /// The folder lies in no Git repository.
    #[error("'{path}' lies in no Git repository")]
    FindRepository {
        /// The folder.
        path: String,
    },
    /// The repository has no commit yet.
    #[error("the Git repository of '{path}' has no commit yet")]
    FindCommit {
        /// The folder.
        path: String,
    },
    /// There is no such revision.
    #[error("there is no revision '{revision}'")]
    Resolve {
        /// What was asked for.
        revision: String,
        /// Git's words.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The repository or an object in it cannot be read.
    #[error("cannot read revision '{revision}'")]
    Read {
        /// What was asked for.
        revision: String,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl std::fmt::Debug for Revision {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Revision").field("commit", &self.commit).finish_non_exhaustive()
    }
}

impl Revision {
    /// The commit that a revision names (`HEAD`, `main~3`, `v1.2.0`, digits of a hash), seen from a folder.
    ///
    /// # Errors
    /// If there is no repository, no such revision, or one that cannot be read.
    pub fn open(folder: &Path, revision: &str) -> Result<Self, FindRevision> {
        let shown = || folder.display().to_string();
        let no_repository = || FindRevision::FindRepository { path: shown() };
        let (git_folder, _) = gix::discover::upwards(folder).map_err(|_| no_repository())?;
        let failed = |source| FindRevision::Read { revision: revision.to_owned(), source };
        let repository = gix::open_opts(git_folder.as_ref(), gix::open::Options::isolated())
            .map_err(|error| failed(Box::new(error)))?;
        if repository.head().map_err(|error| failed(Box::new(error)))?.is_unborn() {
            return Err(FindRevision::FindCommit { path: shown() });
        }
        let prefix = prefix_of(&repository, folder).ok_or_else(no_repository)?;
        let resolved = |source| FindRevision::Resolve { revision: revision.to_owned(), source };
        let id = repository.rev_parse_single(revision).map_err(|error| resolved(error.into()))?;
        let object = id.object().map_err(|error| failed(Box::new(error)))?;
        let commit =
            object.peel_to_kind(gix::objs::Kind::Commit).map_err(|error| resolved(Box::new(error)))?;
        let name = commit.id.to_string();
        let tree = commit.peel_to_tree().map_err(|error| failed(Box::new(error)))?;
        let entries = tree.traverse().breadthfirst.files().map_err(|error| failed(error.into()))?;
        let mut found = Self {
            repository: repository.clone().into_sync(),
            commit: name,
            blobs: BTreeMap::new(),
            links: BTreeMap::new(),
            submodules: BTreeSet::new(),
        };
        for entry in entries {
            let path = entry.filepath.to_str_lossy().into_owned();
            let Some(path) = path.strip_prefix(&prefix).map(str::to_owned) else { continue };
            match entry.mode.kind() {
                EntryKind::Blob | EntryKind::BlobExecutable => {
                    found.blobs.insert(path, entry.oid);
                }
                EntryKind::Link => {
                    let target =
                        repository.find_object(entry.oid).map_err(|error| failed(Box::new(error)))?;
                    found.links.insert(path, target.data.to_str_lossy().into_owned());
                }
                EntryKind::Commit => {
                    found.submodules.insert(path);
                }
                EntryKind::Tree => {}
            }
        }
        Ok(found)
    }

    /// The hash of the commit.
    #[must_use]
    pub fn commit(&self) -> &str {
        &self.commit
    }

    /// Where a path leads once its links are followed.
    fn resolved(&self, path: &str) -> Result<String, ReadFile> {
        let mut path = cleaned(path).ok_or(ReadFile::OutsideRoot)?;
        for _ in 0..LINKS_MAX {
            let Some((link, rest)) = self.first_link(&path) else { return Ok(path) };
            let folder = link.rsplit_once('/').map_or("", |(folder, _)| folder);
            let target = self.links.get(link).map(String::as_str).unwrap_or_default();
            if target.starts_with('/') {
                return Err(ReadFile::OutsideRoot);
            }
            path = cleaned(&format!("{folder}/{target}/{rest}")).ok_or(ReadFile::OutsideRoot)?;
        }
        Err(ReadFile::Missing)
    }

    /// The first link on the way to a path, and what follows it.
    fn first_link<'p>(&self, path: &'p str) -> Option<(&'p str, &'p str)> {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        let mut splits =
            ends.filter_map(|at| Some((path.get(..at)?, path.get(at..)?.trim_start_matches('/'))));
        splits.find(|(link, _)| self.links.contains_key(*link))
    }

    fn has_folder(&self, path: &str) -> bool {
        has_folder(path, |from| self.blobs.range(from..).next().map(|(file, _)| file.as_str()))
    }
}

/// What the paths of a repository begin with below a folder of its work tree.
fn prefix_of(repository: &gix::Repository, folder: &Path) -> Option<String> {
    let Some(root) = repository.workdir() else { return Some(String::new()) };
    let (root, folder) = (root.canonicalize().ok()?, folder.canonicalize().ok()?);
    let below = folder.strip_prefix(&root).ok()?.to_string_lossy().into_owned();
    Some(if below.is_empty() { below } else { format!("{below}/") })
}

/// A path without `.`, `..` and empty parts; none if it leads out.
fn cleaned(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

impl Tree for Revision {
    fn list(&self, relevant: &(dyn Fn(&str) -> bool + Sync)) -> Listing {
        let mut files: Vec<String> = self.blobs.keys().filter(|path| relevant(path)).cloned().collect();
        let mut obstacles = Vec::new();
        for (path, target) in &self.links {
            let reason = match self.resolved(path) {
                Ok(resolved) if self.blobs.contains_key(&resolved) => {
                    files.extend(relevant(path).then(|| path.clone()));
                    continue;
                }
                // The files of a folder are listed where it stands, as in a work tree.
                Ok(resolved) if self.has_folder(&resolved) => continue,
                Err(ReadFile::OutsideRoot) => ObstacleReason::OutsideRoot,
                _ => ObstacleReason::DanglingLink,
            };
            obstacles.push(Obstacle { path: path.clone(), reason, detail: target.clone() });
        }
        let submodules = self.submodules.iter().map(|path| Obstacle {
            path: path.clone(),
            reason: ObstacleReason::UnreadableFolder,
            detail: "a submodule, whose files are in another repository".to_owned(),
        });
        obstacles.extend(submodules);
        files.sort_unstable();
        obstacles.sort();
        Listing { files, obstacles }
    }

    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, ReadFile> {
        let resolved = self.resolved(path)?;
        let Some(id) = self.blobs.get(&resolved) else {
            return Err(if self.has_folder(&resolved) {
                ReadFile::NotARegularFile
            } else {
                ReadFile::Missing
            });
        };
        let refused =
            |error: &dyn std::fmt::Display| ReadFile::Refused(std::io::Error::other(error.to_string()));
        let repository = self.repository.to_thread_local();
        let header = repository.find_header(*id).map_err(|error| refused(&error))?;
        if header.size() > bytes_max {
            return Err(ReadFile::TooLarge { bytes_max });
        }
        let object = repository.find_object(*id).map_err(|error| refused(&error))?;
        Ok(object.detach().data)
    }

    fn locate(&self, path: &str) -> Result<Place, ReadFile> {
        let resolved = self.resolved(path)?;
        if self.blobs.contains_key(&resolved) {
            return Ok(Place::File(resolved));
        }
        if self.has_folder(&resolved) { Ok(Place::Folder(resolved)) } else { Err(ReadFile::Missing) }
    }
}
