//! One Kustomization built as its controller builds it: the folder, what the object says of it, and the variables.

use std::sync::Arc;

use kustomize::flux;
use kustomize::load::remote::{FetchRemote, Remote};
use kustomize::load::{Files, LoadFile, Restriction, join};
use kustomize::{Cause, Work};
use text::{NoOrigins, Source, Track};
use tree::Place;

use crate::flux::KustomizationSpec;
use crate::graph::{Missing, Wanted};
use crate::object::RenderedObject;
use crate::substitution::Substituter;
use crate::trees::SharedTree;
use crate::variables::KnownVariables;

/// A Kustomization with all that its build needs.
pub(crate) struct BuildJob<'a> {
    /// The object that says it.
    pub(crate) object: &'a RenderedObject,
    pub(crate) spec: &'a KustomizationSpec,
    /// The files of its source.
    pub(crate) tree: SharedTree,
    pub(crate) remote: Option<Arc<dyn Remote>>,
    /// What is substituted in its output; none if nothing is asked.
    pub(crate) variables: Option<KnownVariables>,
}

/// What came of a build.
pub(crate) struct Built {
    pub(crate) objects: Vec<RenderedObject>,
    /// What is not as in the cluster.
    pub(crate) notes: Vec<String>,
}

impl BuildJob<'_> {
    pub(crate) fn run(&self) -> Result<Built, Missing> {
        let folder = join("", &self.spec.path);
        if !matches!(self.tree.locate(&folder), Ok(Place::Folder(_))) {
            let source_name = self.spec.source.to_string();
            return Err(Missing::FindPath { path: self.spec.path.clone(), source_name });
        }
        let files = Files::new(Arc::clone(&self.tree), Restriction::None, self.remote.clone());
        let mut work: Work<NoOrigins> = Work::new(files);
        let name = format!("{}", self.object.id);
        let text = work.files.add_text(Source::Given { name });
        let (asked, _) = flux::read_text(&mut work, text, self.object.text.as_bytes()).map_err(refused)?;
        let mut built = flux::build(&mut work, &folder, asked.first()).map_err(refused)?;
        let notes = self.substitute(&mut work, &mut built)?;
        let texts = built.texts().map_err(refused)?;
        let mut objects = Vec::with_capacity(texts.len());
        for text in texts {
            objects.extend(all_of(&text)?);
        }
        Ok(Built { objects, notes })
    }

    /// Puts the variables into all objects; gives what of it is not as in the cluster.
    fn substitute<T: Track>(
        &self,
        work: &mut Work<T>,
        built: &mut kustomize::Built<T::Origin>,
    ) -> Result<Vec<String>, Missing> {
        let Some(known) = &self.variables else { return Ok(Vec::new()) };
        let mut substituter = Substituter::new(work, known);
        for slot in built.map.slots() {
            if let Some(resource) = built.map.get_mut(slot) {
                substituter.substitute(&mut work.tracker, resource)?;
            }
        }
        Ok(substituter.notes())
    }
}

/// Why a folder is not built: something of it is remote and not at hand, or it is refused.
fn refused(failure: kustomize::Failure) -> Missing {
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
