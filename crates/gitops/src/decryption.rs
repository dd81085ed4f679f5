//! What a Kustomization has decrypted, before its build and after it, as Flux does it.
//!
//! Takes keys through a port and decrypts in memory; a person's keys stand in for the Secret that `spec.decryption.secretRef`
//! names. What no key at hand opens stays as it is and is noted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kustomize::load::{KUSTOMIZATION_NAMES, join};
use manifest::limits::FILE_BYTES_MAX;
use manifest::resolve::Dialect;
use manifest::value::Value;
use sops::flux::{DecryptObject, Outcome, decrypt_object};
use sops::{Fault, KeyService, NoKeys};
use text::{TextId, Track};
use tree::{Listing, Place, ReadFile, Tree};

use crate::fields::Fields;
use crate::graph::Missing;
use crate::limits::FOLDERS_MAX;
use crate::trees::SharedTree;

/// What opens encrypted documents.
pub trait Keys: KeyService + Send + Sync {}

impl<K: KeyService + Send + Sync> Keys for K {}

/// The keys of a Kustomization that decrypts.
#[derive(Clone, Default)]
pub(crate) struct Decryption(pub(crate) Option<Arc<dyn Keys>>);

/// What became of the files that are decrypted before a build.
pub(crate) struct DecryptedFiles {
    /// The tree with clear files in place of those.
    pub(crate) tree: SharedTree,
    /// The paths of those.
    pub(crate) paths: BTreeSet<String>,
    /// How many stay encrypted.
    pub(crate) left: usize,
    pub(crate) notes: Vec<String>,
}

/// A tree of which some files are decrypted.
struct DecryptedTree {
    tree: SharedTree,
    files: BTreeMap<String, sops::Clear>,
}

/// What becomes of objects.
#[derive(Debug, Default)]
pub(crate) struct DecryptedObjects {
    /// How many values were decrypted.
    pub(crate) values: usize,
    /// How many objects stay encrypted.
    pub(crate) left: usize,
    pub(crate) notes: Vec<String>,
}

impl Decryption {
    fn keys(&self) -> &dyn KeyService {
        match &self.0 {
            Some(keys) => &**keys,
            None => &NoKeys,
        }
    }

    /// Decrypts the files that kustomizations of a folder, and of those that they name, make Secrets and patches of.
    pub(crate) fn files(&self, tree: &SharedTree, folders: Vec<String>) -> Result<DecryptedFiles, Missing> {
        let (mut files, mut notes) = (BTreeMap::new(), Vec::new());
        for (path, source) in sources(&**tree, folders) {
            let Some((path, bytes)) = file(&**tree, &path) else { continue };
            match source.decrypt((TextId(0), &bytes), self.keys()) {
                Ok(None) => {}
                Ok(Some(clear)) => {
                    files.insert(path, clear);
                }
                Err(fault @ Fault::GetDataKey(_)) => notes.push(format!(
                    "{path} stays encrypted, so that the names of what is generated of it are not those of the cluster: {fault}"
                )),
                Err(fault) => return Err(Missing::Open(format!("{path}: {fault}"))),
            }
        }
        let (paths, left) = (files.keys().cloned().collect(), notes.len());
        let tree: SharedTree = match files.is_empty() {
            true => Arc::clone(tree),
            false => Arc::new(DecryptedTree { tree: Arc::clone(tree), files }),
        };
        Ok(DecryptedFiles { tree, paths, left, notes })
    }

    /// Decrypts the objects of a build.
    pub(crate) fn objects<T: Track>(
        &self,
        tracker: &mut T,
        map: &mut kustomize::ResMap<T::Origin>,
    ) -> Result<DecryptedObjects, Missing> {
        let mut all = DecryptedObjects::default();
        for slot in map.slots() {
            let Some(resource) = map.get_mut(slot) else { continue };
            let mut graph = resource.graph().clone();
            match decrypt_object(&mut graph, tracker, self.keys()) {
                Ok(Outcome::Left) => {}
                Ok(Outcome::Decrypted { values }) => {
                    all.values += values;
                    resource.set_graph(graph);
                }
                Err(fault) if has_no_key(&fault) => {
                    all.left += 1;
                    // Without any key it is as everybody expects.
                    if self.0.is_some() {
                        all.notes.push(format!("stays encrypted: {fault}"));
                    }
                }
                Err(fault) => return Err(Missing::Open(fault.to_string())),
            }
        }
        Ok(all)
    }
}

/// Whether it is only that no key at hand opens an object.
fn has_no_key(fault: &DecryptObject) -> bool {
    match fault {
        DecryptObject::Whole { source, .. } | DecryptObject::Entry { source, .. } => {
            matches!(source, Fault::GetDataKey(_))
        }
        DecryptObject::RequireDecryption { .. } => false,
    }
}

/// A file by its own path, and its bytes; none where a build says that it is not there.
fn file(tree: &dyn Tree, path: &str) -> Option<(String, Vec<u8>)> {
    match tree.locate(path).ok()? {
        Place::File(path) => {
            let bytes = tree.read(&path, FILE_BYTES_MAX).ok()?;
            Some((path, bytes))
        }
        Place::Folder(_) => None,
    }
}

/// What Flux decrypts before a build: files of `secretGenerator` and of `patches`, of a kustomization and of those that it
/// names as resources or components (`DecryptSources`).
fn sources(tree: &dyn Tree, folders: Vec<String>) -> Vec<(String, sops::flux::Source)> {
    let (mut found, mut seen, mut open) = (Vec::new(), BTreeSet::new(), folders);
    while let Some(folder) = open.pop().filter(|_| seen.len() < FOLDERS_MAX) {
        if !seen.insert(folder.clone()) {
            continue;
        }
        let Some(value) = kustomization(tree, &folder) else { continue };
        let fields = Fields::of(&value);
        let sources = of_kustomization(fields);
        found.extend(sources.map(|source| (join(&folder, &source.path), source)));
        let named = ["resources", "components", "bases"].into_iter().flat_map(|field| fields.items(&[field]));
        let named = named.filter_map(|item| item.value()?.as_str());
        let below = named.map(|path| join(&folder, path));
        open.extend(below.filter(|path| matches!(tree.locate(path), Ok(Place::Folder(_)))));
    }
    found
}

fn of_kustomization(fields: Fields<'_>) -> impl Iterator<Item = sops::flux::Source> + '_ {
    use sops::flux::Source;
    let texts = |fields: Fields<'_>, field| -> Vec<String> {
        let items = fields.items(&[field]);
        items.filter_map(|item| item.value()?.as_str().map(str::to_owned)).collect()
    };
    let of_generator = move |generator: Fields<'_>| {
        let files = texts(generator, "files").into_iter().map(|written| Source::of_file(&written));
        let mut envs = texts(generator, "envs");
        envs.extend(Some(generator.text(&["env"]).to_owned()).filter(|env| !env.is_empty()));
        files.chain(envs.into_iter().map(|path| Source::of_env(&path))).collect::<Vec<_>>()
    };
    let patches = fields.items(&["patches"]).filter_map(|patch| Source::of_patch(patch.text(&["path"])));
    fields.items(&["secretGenerator"]).flat_map(of_generator).chain(patches)
}

fn kustomization(tree: &dyn Tree, folder: &str) -> Option<Value> {
    let (_, bytes) = KUSTOMIZATION_NAMES.iter().find_map(|name| file(tree, &join(folder, name)))?;
    let document = manifest::parse_first(TextId(0), &bytes, 0..bytes.len()).ok()?;
    Value::from_document(&document, Dialect::GoYaml3).ok()
}

impl Tree for DecryptedTree {
    fn list(&self, relevant: &(dyn Fn(&str) -> bool + Sync)) -> Listing {
        self.tree.list(relevant)
    }

    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, ReadFile> {
        match self.files.get(path) {
            Some(clear) if clear.expose().len() as u64 <= bytes_max => Ok(clear.expose().to_vec()),
            _ => self.tree.read(path, bytes_max),
        }
    }

    fn locate(&self, path: &str) -> Result<Place, ReadFile> {
        self.tree.locate(path)
    }
}
