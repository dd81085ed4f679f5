//! One Kustomization built as its controller builds it: the folder, what the object says of it, and the variables.

use std::collections::BTreeSet;
use std::sync::Arc;

use kustomize::flux;
use kustomize::load::remote::{FetchRemote, Remote};
use kustomize::load::{Files, LoadFile, Restriction, join};
use kustomize::{Cause, Work};
use text::{NoOrigins, Source, TextId, Track};
use tree::Place;

use crate::flux::KustomizationSpec;
use crate::graph::{Missing, Wanted};
use crate::made::Outcome;
use crate::object::RenderedObject;
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
    pub(crate) remote: Option<Arc<dyn Remote>>,
    /// What is substituted in its output; none if nothing is asked.
    pub(crate) variables: Option<KnownVariables>,
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
}

/// What of a substitution is not as in the cluster, and the text of each variable.
type SubstitutedAll = (Vec<String>, Vec<(String, TextId)>);

impl BuildJob {
    /// Builds it.
    pub(crate) fn run(&self) -> Result<Outcome, Missing> {
        let Built { work, texts, notes, .. } = self.build::<NoOrigins>()?;
        let mut objects = Vec::with_capacity(texts.len());
        for text in texts {
            objects.extend(all_of(&text)?);
        }
        let read = work.files.paths().map(str::to_owned).collect();
        Ok(Outcome { objects, notes, asked: BTreeSet::new(), read })
    }

    /// Builds it, with or without origins.
    pub(crate) fn build<T: Track>(&self) -> Result<Built<T>, Missing> {
        let tree = &self.source.tree;
        let folder = join("", &self.spec.path);
        if !matches!(tree.locate(&folder), Ok(Place::Folder(_))) {
            let source_name = self.spec.source.to_string();
            return Err(Missing::FindPath { path: self.spec.path.clone(), source_name });
        }
        let files = Files::new(Arc::clone(tree), Restriction::None, self.remote.clone());
        let mut work: Work<T> = Work::new(files);
        let declaration = work.files.add_text(Source::Given { name: self.object.id.to_string() });
        let object = self.object.text.as_bytes();
        let (asked, _) = flux::read_text(&mut work, declaration, object).map_err(refused)?;
        let mut built = flux::build(&mut work, &folder, asked.first()).map_err(refused)?;
        let (notes, variables) = self.substitute(&mut work, &mut built)?;
        let texts = built.texts().map_err(refused)?;
        Ok(Built { work, built, texts, notes, declaration, variables })
    }

    /// Puts the variables into all objects; gives what of it is not as in the cluster, and the texts of the variables.
    fn substitute<T: Track>(
        &self,
        work: &mut Work<T>,
        built: &mut kustomize::Built<T::Origin>,
    ) -> Result<SubstitutedAll, Missing> {
        let Some(known) = &self.variables else { return Ok(Default::default()) };
        let mut substituter = Substituter::new(work, known);
        for slot in built.map.slots() {
            if let Some(resource) = built.map.get_mut(slot) {
                substituter.substitute(&mut work.tracker, resource)?;
            }
        }
        Ok(substituter.finish())
    }

    /// Hands out all that decides what it gives.
    pub(crate) fn identify(&self, put: &mut dyn FnMut(&str)) {
        let Self { object, spec, source, remote, variables } = self;
        put("build");
        put(&spec.path);
        put(&object.text);
        put(&source.key);
        put(if remote.is_some() { "remote" } else { "local" });
        match variables {
            None => put("no variables"),
            Some(variables) => variables.identify(put),
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

/// The objects of a text.
pub(crate) fn all_of(text: &str) -> Result<Vec<RenderedObject>, Missing> {
    RenderedObject::all_of(text).map_err(|error| Missing::Render(text::with_causes(&error)))
}
