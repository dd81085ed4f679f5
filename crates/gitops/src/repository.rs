//! The repository that is looked at: its files, and what of Flux and of Argo CD is declared in them as it stands.
//!
//! What stands in a file is only where the search begins: what a unit renders, patched and substituted, is what counts.

use std::collections::BTreeMap;
use std::sync::Arc;

use kustomize::load::join;
use manifest::limits::FILE_DOCUMENTS_MAX;
use manifest::scan::{self, TooManyDocuments, Triggers};
use tree::{Listing, Remembered, Tree};

use crate::argo::declared::{self, DeclaredArgo};
use crate::fields::Fields;
use crate::flux::{
    EXTENSIONS_GROUP, GitSource, KUSTOMIZE_GROUP, KustomizationSpec, OPERATOR_GROUP, Reference, SOURCE_GROUP,
    Source, source_of,
};
use crate::limits::{DECLARING_FILE_BYTES_MAX, REMEMBERED_BYTES_MAX};
use crate::object::{ObjectId, RenderedObject};
use crate::versions::{self, SaidVersion};

/// What a file must hold to declare something: it stands in the groups of Flux and of the Flux Operator.
const WORD: &[u8] = b"fluxcd";

/// A repository.
pub struct Repository {
    pub(crate) tree: Arc<dyn Tree + Send>,
    /// Its files, sorted.
    pub(crate) files: Vec<String>,
    /// The Kustomizations that stand in files.
    pub(crate) kustomizations: Vec<Declared>,
    /// The sources that stand in files.
    pub(crate) sources: Vec<DeclaredSource>,
    /// The positions of the sources that stand nearest to files which name them.
    nearest: BTreeMap<Reference, BTreeMap<String, usize>>,
    /// What is said of the versions of clusters.
    pub(crate) said_versions: Vec<SaidVersion>,
    /// What of Argo CD stands in files.
    pub(crate) argo: DeclaredArgo,
    /// Whether a unit of Flux may apply something in another cluster.
    pub(crate) names_other_clusters: bool,
}

/// A source in a file.
#[derive(Debug, Clone)]
pub(crate) struct DeclaredSource {
    pub(crate) path: String,
    pub(crate) reference: Reference,
    pub(crate) source: Source,
}

/// A Kustomization in a file.
#[derive(Debug, Clone)]
pub(crate) struct Declared {
    pub(crate) path: String,
    pub(crate) object: RenderedObject,
    pub(crate) spec: KustomizationSpec,
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Repository").field("files", &self.files.len()).finish_non_exhaustive()
    }
}

/// The words without which a file says nothing that matters, looked for in one pass: most files hold none of them.
struct Words {
    /// None if there is no matcher for them, and then every file is looked at.
    all: Option<Triggers>,
    /// How many of them, the first ones, stand in what declares something; the rest stand in what says a version.
    declaring: usize,
}

impl Words {
    fn new() -> Self {
        let declaring: Vec<&[u8]> = std::iter::once(WORD).chain(declared::WORDS).collect();
        let count = declaring.len();
        let all: Vec<&[u8]> =
            declaring.into_iter().chain(versions::WORDS.iter().map(|word| word.as_bytes())).collect();
        Self { all: Triggers::new(&all).ok(), declaring: count }
    }

    /// Whether a file may declare something, and whether it may say a version.
    fn found_in(&self, bytes: &[u8]) -> (bool, bool) {
        let Some(all) = &self.all else { return (true, true) };
        let found = all.find(bytes);
        (found.ids().any(|id| id < self.declaring), found.ids().any(|id| id >= self.declaring))
    }
}

/// The word that stands where objects go to another cluster.
const ACCESS_WORD: &[u8] = b"kubeConfig";

impl Repository {
    /// Reads what is declared. Files that are no YAML declare nothing; a scan tells them.
    #[must_use]
    pub fn open(tree: Arc<dyn Tree + Send>) -> Self {
        // Files are read to find what they declare, by each unit that is made of them, and to tell whether a kept render still counts.
        let tree: Arc<dyn Tree + Send> = Arc::new(Remembered::new(tree, REMEMBERED_BYTES_MAX));
        let Listing { files, .. } = tree.list(&|_| true);
        let (kustomizations, sources, argo) = (Vec::new(), Vec::new(), DeclaredArgo::default());
        let (said_versions, nearest) = (Vec::new(), BTreeMap::new());
        let mut repository = Self {
            tree,
            files,
            kustomizations,
            sources,
            nearest,
            said_versions,
            argo,
            names_other_clusters: false,
        };
        let mut reading = versions::Reading::default();
        let words = Words::new();
        let wanted: Vec<String> =
            repository.files.iter().filter(|path| versions::may_say(path)).cloned().collect();
        for path in wanted {
            let Ok(bytes) = repository.tree.read(&path, DECLARING_FILE_BYTES_MAX) else { continue };
            let (may_declare, may_say_version) = words.found_in(&bytes);
            if may_say_version || !is_yaml(&path) {
                reading.take(&path, &bytes);
            }
            if may_declare && is_yaml(&path) {
                repository.declare(&path, &bytes);
            }
        }
        repository.find_nearest();
        repository.said_versions = reading.finish();
        repository
    }

    /// The source of a Kustomization: of several with one name that which stands nearest to it.
    pub(crate) fn source_of(&self, declared: &Declared) -> Option<&Source> {
        let Declared { path, spec, .. } = declared;
        let known = self.nearest.get(&spec.source).and_then(|nearest| nearest.get(path)).copied();
        let position = known.or_else(|| nearest(&self.sources, &spec.source, path))?;
        Some(&self.sources.get(position)?.source)
    }

    /// Finds the source of all Kustomizations of a file once: each cluster of a fleet has one of the same name.
    fn find_nearest(&mut self) {
        for Declared { path, spec, .. } in &self.kustomizations {
            let known = self.nearest.entry(spec.source.clone()).or_default();
            if !known.contains_key(path)
                && let Some(position) = nearest(&self.sources, &spec.source, path)
            {
                known.insert(path.clone(), position);
            }
        }
    }

    /// What an instance of the Flux Operator makes: a source and a Kustomization, both called as its namespace unless it says
    /// otherwise.
    fn declare_instance(&mut self, path: &str, object: &RenderedObject) {
        let Ok(value) = object.value() else { return };
        let sync = Fields::of(&value).at(&["spec", "sync"]);
        let namespace = namespace_of(object).to_owned();
        let or = |said: &str, otherwise: &str| if said.is_empty() { otherwise } else { said }.to_owned();
        let name = or(sync.text(&["name"]), &namespace);
        let kind = or(sync.text(&["kind"]), "GitRepository");
        if sync.value().is_none()
            || [&name, &namespace, &kind].iter().any(|text| text.contains(['\n', ':', '#']))
        {
            return;
        }
        let reference = Reference { kind: kind.clone(), namespace, name: name.clone() };
        let (url, at) = (sync.text(&["url"]).to_owned(), sync.text(&["ref"]).to_owned());
        let source = match kind.as_str() {
            "GitRepository" => {
                Source::Git(GitSource { url, reference: Some(("name", at)), ..GitSource::default() })
            }
            "OCIRepository" => Source::Elsewhere("OCIRepository"),
            _ => Source::Elsewhere("Bucket"),
        };
        let folder = join("", sync.text(&["path"]));
        let declared = bootstrap(reference.clone(), &name, &folder);
        self.kustomizations.push(Declared { path: path.to_owned(), ..declared });
        self.sources.push(DeclaredSource { path: path.to_owned(), reference, source });
    }

    fn declare(&mut self, path: &str, bytes: &[u8]) {
        self.names_other_clusters |= memchr::memmem::find(bytes, ACCESS_WORD).is_some();
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        for object in documents(text)
            .into_iter()
            .flatten()
            .flat_map(|text| RenderedObject::all_of(text).unwrap_or_default())
        {
            let namespace = namespace_of(&object).to_owned();
            if object.is(OPERATOR_GROUP, "FluxInstance") {
                self.declare_instance(path, &object);
            } else if object.is(KUSTOMIZE_GROUP, "Kustomization") {
                let Ok(value) = object.value() else { continue };
                let spec = KustomizationSpec::of(&value, &namespace);
                // Without a source it is a patch of one.
                if !spec.source.name.is_empty() {
                    self.kustomizations.push(Declared { path: path.to_owned(), object, spec });
                }
            } else if [SOURCE_GROUP, EXTENSIONS_GROUP].contains(&object.id.group.as_str()) {
                let Ok(value) = object.value() else { continue };
                let Some(source) = source_of(&object.id.kind, &value, &namespace) else { continue };
                let name = object.id.name.clone();
                let reference = Reference { kind: object.id.kind.clone(), namespace, name };
                self.sources.push(DeclaredSource { path: path.to_owned(), reference, source });
            } else {
                self.argo.take(path, &object);
            }
        }
    }
}

/// The Kustomization of this name and path that Flux is told to begin with.
pub(crate) fn bootstrap(source: Reference, name: &str, folder: &str) -> Declared {
    let namespace = source.namespace.clone();
    let text = format!(
        "apiVersion: {KUSTOMIZE_GROUP}/v1\nkind: Kustomization\nmetadata:\n  name: {name}\n  namespace: {namespace}\nspec:\n  path: ./{folder}\n  prune: true\n  sourceRef:\n    kind: {}\n    name: {}\n",
        source.kind, source.name
    );
    let name = name.to_owned();
    let id =
        ObjectId { group: KUSTOMIZE_GROUP.to_owned(), kind: "Kustomization".to_owned(), namespace, name };
    let api_version = format!("{KUSTOMIZE_GROUP}/v1");
    let object = RenderedObject { id, api_version, text: text.into(), installs: Vec::new(), clear: None };
    let spec = KustomizationSpec { path: format!("./{folder}"), source, ..KustomizationSpec::default() };
    Declared { path: folder.to_owned(), object, spec }
}

/// The position of the source of a name that stands nearest to a file.
fn nearest(sources: &[DeclaredSource], reference: &Reference, path: &str) -> Option<usize> {
    let named = sources.iter().enumerate().filter(|(_, source)| source.reference == *reference);
    named.max_by_key(|(_, source)| parts_in_common(&source.path, path)).map(|(position, _)| position)
}

/// How many folders two paths begin with together.
pub(crate) fn parts_in_common(one: &str, other: &str) -> usize {
    one.split('/').zip(other.split('/')).take_while(|(one, other)| one == other).count()
}

/// The namespace of an object; objects that say none end up in `default`.
pub(crate) fn namespace_of(object: &RenderedObject) -> &str {
    match object.id.namespace.as_str() {
        "" => "default",
        namespace => namespace,
    }
}

pub(crate) fn is_yaml(path: &str) -> bool {
    path.ends_with(".yaml") || path.ends_with(".yml")
}

/// The documents of a text.
///
/// # Errors
/// If there are more than a file may have.
pub(crate) fn documents(text: &str) -> Result<Vec<&str>, TooManyDocuments> {
    let ranges = scan::split(text.as_bytes(), FILE_DOCUMENTS_MAX)?;
    Ok(ranges.into_iter().filter_map(|range| text.get(range)).collect())
}
