//! A folder of plain manifests.

use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};
use tree::{ReadFile, Tree};

use crate::argo::source::ResolvedSource;
use crate::fields::Fields;
use crate::graph::Missing;
use crate::limits::MANIFEST_BYTES_MAX;
use crate::object::RenderedObject;
use crate::repository::documents;

/// What names of files end with that may be manifests.
const ENDINGS: [&str; 4] = [".yaml", ".yml", ".json", ".jsonnet"];

/// What says in a file that it is no manifest.
const SKIPPED: &str = "+argocd:skip-file-rendering";

/// Words that only manifests have all of: a file without them that is no manifest is passed over.
const WORDS: [&str; 3] = ["apiVersion:", "kind:", "metadata:"];

/// Which files of a folder count.
struct Filter<'f> {
    folder: &'f str,
    recurses: bool,
    takes_any_ending: bool,
    include: Option<GlobMatcher>,
    exclude: Option<GlobMatcher>,
}

/// An object with its place.
pub(crate) struct PlacedObject {
    pub(crate) object: RenderedObject,
    /// The file.
    pub(crate) path: Arc<str>,
    /// Where its document begins in the file.
    pub(crate) start: usize,
    /// Its document where it is a list that the object is an item of, and which one it is.
    pub(crate) list: Option<(Arc<str>, usize)>,
}

/// The objects of a folder, and the files that they stand in.
pub(crate) fn objects(
    tree: &dyn Tree,
    source: &ResolvedSource,
) -> Result<(Vec<PlacedObject>, Vec<String>), Missing> {
    let filter = Filter::of(source)?;
    let mut paths = tree.list_below(&source.folder, &|path| filter.takes(path)).files;
    // As Go walks: by the parts of the path.
    paths.sort_by(|one, other| one.split('/').cmp(other.split('/')));
    let mut objects = Vec::new();
    let mut read = Vec::new();
    let mut bytes_left = MANIFEST_BYTES_MAX;
    for path in paths {
        let text = text_of(tree, &path, bytes_left)?;
        if text.contains(SKIPPED) {
            continue;
        }
        if path.ends_with(".jsonnet") {
            return Err(Missing::UseSource { source_kind: "Jsonnet", name: path });
        }
        bytes_left = bytes_left.saturating_sub(text.len() as u64);
        objects.extend(objects_of(&path, &text)?);
        read.push(path);
    }
    Ok((objects, read))
}

impl<'f> Filter<'f> {
    fn of(source: &'f ResolvedSource) -> Result<Self, Missing> {
        let directory = Fields::of(&source.value).at(&["directory"]);
        let flag = |field: &str| directory.flag(&[field]) == Some(true);
        let glob = |field: &str| {
            let pattern = directory.text(&[field]);
            let compiled = GlobBuilder::new(pattern).literal_separator(false).backslash_escape(true).build();
            let compiled =
                compiled.map_err(|error| Missing::Render(format!("directory.{field}: {error}")))?;
            Ok((!pattern.is_empty()).then(|| compiled.compile_matcher()))
        };
        Ok(Self {
            folder: &source.folder,
            recurses: flag("recurse"),
            takes_any_ending: flag("disableExtensionFilter"),
            include: glob("include")?,
            exclude: glob("exclude")?,
        })
    }

    fn takes(&self, path: &str) -> bool {
        let within = match self.folder {
            "" => Some(path),
            folder => path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')),
        };
        let Some(path) = within else { return false };
        let has_ending = ENDINGS.iter().any(|ending| path.ends_with(ending));
        (self.recurses || !path.contains('/'))
            && (self.takes_any_ending || has_ending)
            && !self.exclude.as_ref().is_some_and(|glob| glob.is_match(path))
            && self.include.as_ref().is_none_or(|glob| glob.is_match(path))
    }
}

fn text_of(tree: &dyn Tree, path: &str, bytes_max: u64) -> Result<String, Missing> {
    let bytes = tree.read(path, bytes_max).map_err(|error| match error {
        ReadFile::TooLarge { .. } => Missing::Render(format!(
            "the manifests of the folder are more than {MANIFEST_BYTES_MAX} bytes together"
        )),
        error => Missing::Render(format!("{path}: {}", text::with_causes(&error))),
    })?;
    String::from_utf8(bytes).map_err(|error| Missing::Render(format!("{path}: {error}")))
}

/// The objects of a file. Up to the first document that is no object a file is read; one that then looks like no manifest is
/// passed over.
fn objects_of(path: &str, text: &str) -> Result<Vec<PlacedObject>, Missing> {
    let refused = |reason: String| Missing::Render(format!("Failed to unmarshal \"{path}\": {reason}"));
    let documents = documents(text).map_err(|error| refused(error.to_string()))?;
    if path.ends_with(".json") && documents.len() > 1 {
        return Err(Missing::Render(format!(
            "Found multiple objects in \"{path}\". Only single objects are allowed in JSON files."
        )));
    }
    let file: Arc<str> = path.into();
    let mut objects = Vec::new();
    for document in documents {
        let start = document.as_ptr().addr() - text.as_ptr().addr();
        match RenderedObject::all_of(document) {
            Ok(found) => objects.extend(placed(found, (&file, document, start))),
            Err(error) => {
                let is_manifest = WORDS.into_iter().all(|word| text.contains(word));
                if is_manifest || !objects.is_empty() || path.ends_with(".json") {
                    return Err(refused(text::with_causes(&error)));
                }
                return Ok(Vec::new());
            }
        }
    }
    Ok(objects)
}

/// The objects of a document with their places.
fn placed(
    found: Vec<RenderedObject>,
    (path, document, start): (&Arc<str>, &str, usize),
) -> Vec<PlacedObject> {
    let is_list = |object: &RenderedObject| &*object.text != document;
    let list: Option<Arc<str>> = found.first().is_some_and(is_list).then(|| document.into());
    let of_one = |(nth, object)| {
        let list = list.clone().map(|list| (list, nth));
        PlacedObject { object, path: Arc::clone(path), start, list }
    };
    found.into_iter().enumerate().map(of_one).collect()
}
