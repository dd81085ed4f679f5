//! One Kustomization built as its controller builds it: the folder, what the object says of it, and the variables.

use std::collections::BTreeSet;
use std::sync::Arc;

use kustomize::flux;
use kustomize::load::remote::{FetchRemote, Remote};
use kustomize::load::{Files, LoadFile, Restriction, join};
use kustomize::{Cause, Work};
use text::{NoOrigins, Origins, Source, TextId, Track};
use tree::Place;

use crate::compare::digest_of_name;
use crate::decryption::{DecryptedFiles, DecryptedObjects, Decryption};
use crate::fields::Fields;
use crate::flux::KustomizationSpec;
use crate::graph::{Missing, Wanted};
use crate::kept::RecordedRemote;
use crate::made::Outcome;
use crate::mask::occurrences;
use crate::object::RenderedObject;
use crate::sensitive::SensitiveTexts;
use crate::substitute::Strictness;
use crate::substitution::Substituter;
use crate::trees::SourceTree;
use crate::variables::KnownVariables;

/// A Kustomization with all that its build needs.
pub(crate) struct BuildJob {
    /// The object that says it.
    pub(crate) object: RenderedObject,
    pub(crate) spec: Arc<KustomizationSpec>,
    /// The files of its source.
    pub(crate) source: SourceTree,
    pub(crate) remote: Arc<RecordedRemote>,
    /// What is substituted in its output; none if nothing is asked.
    pub(crate) variables: Option<KnownVariables>,
    /// What its controller does with a variable that nobody has set; none if nobody knows.
    pub(crate) strictness: Option<Strictness>,
    /// What it is decrypted with; none if it says nothing of decryption.
    pub(crate) decryption: Option<Decryption>,
}

/// What a build made, with all that it was made of.
pub(crate) struct Built<T: Track> {
    pub(crate) work: Work<T>,
    pub(crate) built: kustomize::Built<T::Origin>,
    /// The text of each object.
    pub(crate) texts: Vec<String>,
    pub(crate) notes: Vec<String>,
    /// The text that the object is which says the Kustomization.
    pub(crate) declaration: TextId,
    /// The text of each variable, by its name.
    pub(crate) variables: Vec<(String, TextId)>,
    /// The files that were decrypted for it.
    pub(crate) decrypted: BTreeSet<String>,
    /// How many files and objects stay encrypted.
    pub(crate) left_encrypted: usize,
}

/// What of a substitution is not as in the cluster, and the text of each variable.
type SubstitutedAll = (Vec<String>, Vec<(String, TextId)>);

impl BuildJob {
    /// Builds it.
    pub(crate) fn run(&self) -> Result<Outcome, Missing> {
        if self.may_be_sensitive() {
            return self.run_masked();
        }
        let Built { work, texts, notes, .. } = self.build::<NoOrigins>()?;
        let objects = all_of_each(texts)?;
        let read = work.files.paths().map(str::to_owned).collect();
        Ok(Outcome { objects, notes, read, ..Outcome::default() })
    }

    /// Whether anything that it is made of is decrypted, or may be.
    pub(crate) fn may_be_sensitive(&self) -> bool {
        self.has_keys() || self.has_sensitive_variables() || self.object.is_masked()
    }

    /// Whether it decrypts with keys that are at hand.
    pub(crate) fn has_keys(&self) -> bool {
        self.decryption.as_ref().is_some_and(|decryption| decryption.0.is_some())
    }

    fn has_sensitive_variables(&self) -> bool {
        let mut variables = self.variables.iter().flat_map(|variables| variables.0.values());
        variables.any(|variable| variable.is_sensitive)
    }

    /// Builds it with origins, and masks what is made of decrypted values.
    fn run_masked(&self) -> Result<Outcome, Missing> {
        let built = self.build::<Origins>()?;
        let sensitive = self.sensitive_texts(&built);
        let (tracker, texts) = (&built.work.tracker, built.work.files.texts());
        let resources = built.built.map.resources().zip(&built.texts);
        let mut all: Vec<_> = resources
            .map(|(resource, text)| {
                (resource, text, sensitive.in_printed((tracker, texts), (resource, text)))
            })
            .collect();
        // The digest at the end of a generated Secret's name is made of its values, wherever the name stands.
        let with_secrets = all.iter().filter(|(_, _, ranges)| !ranges.is_empty());
        let digests = with_secrets.filter_map(|(resource, ..)| digest_of_name(resource.name()));
        let digests: Vec<String> = digests.map(str::to_owned).collect();
        let mut objects = Vec::with_capacity(all.len());
        for (_, text, ranges) in &mut all {
            ranges.extend(occurrences(text, &digests));
            objects.extend(all_masked(text, ranges)?);
        }
        let mut notes = built.notes;
        notes.extend(masked_note(&objects));
        let read = built.work.files.paths().map(str::to_owned).collect();
        let left_encrypted = built.left_encrypted;
        Ok(Outcome { objects, notes, read, left_encrypted, ..Outcome::default() })
    }

    /// The texts of a build that hold anything decrypted.
    fn sensitive_texts(&self, built: &Built<Origins>) -> SensitiveTexts {
        let mut sensitive = SensitiveTexts::default();
        sensitive.add(built.declaration, self.object.sensitive());
        let texts = built.work.files.texts();
        let ids = (0..u32::try_from(texts.len()).unwrap_or(u32::MAX)).map(TextId);
        for text in ids.filter(|id| texts.path(*id).is_some_and(|path| built.decrypted.contains(path))) {
            sensitive.add_whole(text);
        }
        let known = self.variables.as_ref().map(|variables| &variables.0);
        for (name, text) in &built.variables {
            if known.and_then(|known| known.get(name)).is_some_and(|variable| variable.is_sensitive) {
                sensitive.add_whole(*text);
            }
        }
        sensitive
    }

    /// Builds it, with or without origins.
    pub(crate) fn build<T: Track>(&self) -> Result<Built<T>, Missing> {
        let tree = &self.source.tree;
        let folder = join("", &self.spec.path);
        if !matches!(tree.locate(&folder), Ok(Place::Folder(_))) {
            let source_name = self.spec.source.to_string();
            return Err(Missing::FindPath { path: self.spec.path.clone(), source_name });
        }
        let DecryptedFiles { tree, paths: decrypted, left: files_left, mut notes } =
            self.decrypted_files(&folder)?;
        let is_masked = self.object.is_masked() || !decrypted.is_empty();
        let told = |failure| hidden_if(is_masked, refused(failure));
        let remote: Arc<dyn Remote> = Arc::<RecordedRemote>::clone(&self.remote);
        let files = Files::new(tree, Restriction::None, Some(remote));
        let mut work: Work<T> = Work::new(files);
        let declaration = work.files.add_text(Source::Given { name: self.object.id.to_string() });
        let object = self.object.clear_text().as_bytes();
        let (asked, _) = flux::read_text(&mut work, declaration, object).map_err(told)?;
        let mut built = flux::build(&mut work, &folder, asked.first()).map_err(told)?;
        let DecryptedObjects { values, left: objects_left, notes: of_objects } =
            self.decrypt(&mut work, &mut built)?;
        notes.extend(of_objects);
        let left_encrypted = files_left + objects_left;
        let is_masked = is_masked || values > 0 || self.has_sensitive_variables();
        if values + decrypted.len() > 0 {
            notes.push(format!("{} are decrypted and shown as ***", counted(values, decrypted.len())));
        }
        let substituted = self.substitute(&mut work, &mut built);
        let (said, variables) = substituted.map_err(|missing| hidden_if(is_masked, missing))?;
        notes.extend(said);
        let texts = built.texts().map_err(|failure| hidden_if(is_masked, refused(failure)))?;
        Ok(Built { work, built, texts, notes, declaration, variables, decrypted, left_encrypted })
    }

    /// The files of the source, those decrypted that are before a build.
    fn decrypted_files(&self, folder: &str) -> Result<DecryptedFiles, Missing> {
        let tree = &self.source.tree;
        let Some(decryption) = &self.decryption else {
            let (tree, paths) = (Arc::clone(tree), BTreeSet::new());
            return Ok(DecryptedFiles { tree, paths, left: 0, notes: Vec::new() });
        };
        let said = self.object.value().map_err(|error| Missing::Render(text::with_causes(&error)))?;
        let components = Fields::of(&said).items(&["spec", "components"]);
        let components = components.filter_map(|item| Some(join(folder, item.value()?.as_str()?)));
        decryption.files(tree, components.chain([folder.to_owned()]).collect())
    }

    /// Decrypts the objects.
    fn decrypt<T: Track>(
        &self,
        work: &mut Work<T>,
        built: &mut kustomize::Built<T::Origin>,
    ) -> Result<DecryptedObjects, Missing> {
        match &self.decryption {
            Some(decryption) => decryption.objects(&mut work.tracker, &mut built.map),
            None => Ok(DecryptedObjects::default()),
        }
    }

    /// Puts the variables into all objects; gives what of it is not as in the cluster, and the texts of the variables.
    fn substitute<T: Track>(
        &self,
        work: &mut Work<T>,
        built: &mut kustomize::Built<T::Origin>,
    ) -> Result<SubstitutedAll, Missing> {
        let Some(known) = &self.variables else { return Ok(Default::default()) };
        let mut substituter = Substituter::new(work, known, self.strictness);
        for slot in built.map.slots() {
            if let Some(resource) = built.map.get_mut(slot) {
                substituter.substitute(&mut work.tracker, resource)?;
            }
        }
        Ok(substituter.finish())
    }

    /// Hands out all that decides what it gives.
    pub(crate) fn identify(&self, put: &mut dyn FnMut(&str)) {
        let Self { object, spec, source, remote: _, variables, strictness, decryption } = self;
        put("build");
        put(&spec.path);
        put(object.clear_text());
        put(if object.is_masked() { "masked" } else { "shown" });
        put(if decryption.is_some() { "decrypts" } else { "as it is" });
        put(&source.key);
        match variables {
            None => put("no variables"),
            Some(variables) => {
                put(&format!("{strictness:?}"));
                variables.identify(put);
            }
        }
    }
}

/// Why a folder is not built: something of it is remote and not at hand, or it is refused.
pub(crate) fn refused(failure: kustomize::Failure) -> Missing {
    match &*failure.cause {
        Cause::LoadFile(LoadFile::Fetch(FetchRemote::FindInCache { address })) => {
            Missing::Fetch(Wanted::Repository { name: address.clone(), address: address.clone() })
        }
        _ => Missing::Render(text::with_causes(&failure)),
    }
}

/// A refusal without its words where these may hold what was decrypted.
pub(crate) fn hidden_if(is_sensitive: bool, missing: Missing) -> Missing {
    match missing {
        Missing::Render(_) if is_sensitive => Missing::Hide,
        missing => missing,
    }
}

/// Says how many objects are made of decrypted values.
pub(crate) fn masked_note(objects: &[RenderedObject]) -> Option<String> {
    match objects.iter().filter(|object| object.is_masked()).count() {
        0 => None,
        1 => Some("what 1 object has of decrypted values is shown as ***".to_owned()),
        count => Some(format!("what {count} objects have of decrypted values is shown as ***")),
    }
}

fn counted(values: usize, files: usize) -> String {
    let of = |count: usize, what: &str| match count {
        0 => None,
        1 => Some(format!("1 {what}")),
        count => Some(format!("{count} {what}s")),
    };
    let parts: Vec<String> = [of(values, "value"), of(files, "file")].into_iter().flatten().collect();
    parts.join(" and ")
}

/// The objects of a text of which some ranges are sensitive.
pub(crate) fn all_masked(
    text: &str,
    sensitive: &[std::ops::Range<u32>],
) -> Result<Vec<RenderedObject>, Missing> {
    let objects = RenderedObject::all_masked(text, sensitive);
    objects.map_err(|error| hidden_if(!sensitive.is_empty(), Missing::Render(text::with_causes(&error))))
}

/// The objects of several texts, in their order.
pub(crate) fn all_of_each<T: AsRef<str>>(
    texts: impl IntoIterator<Item = T>,
) -> Result<Vec<RenderedObject>, Missing> {
    let mut objects = Vec::new();
    for text in texts {
        objects.extend(all_of(text.as_ref())?);
    }
    Ok(objects)
}

/// The objects of a text.
pub(crate) fn all_of(text: &str) -> Result<Vec<RenderedObject>, Missing> {
    RenderedObject::all_of(text).map_err(|error| Missing::Render(text::with_causes(&error)))
}
