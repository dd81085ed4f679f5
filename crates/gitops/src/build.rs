//! One Kustomization built as its controller builds it: the folder, what the object says of it, and the variables.

use std::sync::Arc;

use kustomize::Work;
use kustomize::flux;
use kustomize::load::remote::Remote;
use kustomize::load::{Files, Restriction, join};
use text::{NoOrigins, Source};
use tree::Place;

use crate::flux::KustomizationSpec;
use crate::graph::Missing;
use crate::object::RenderedObject;
use crate::substitution::Substituter;
use crate::trees::SharedTree;
use crate::variables::Variables;

/// A Kustomization with all that its build needs.
pub(crate) struct BuildJob<'a> {
    /// The object that says it.
    pub(crate) object: &'a RenderedObject,
    pub(crate) spec: &'a KustomizationSpec,
    /// The files of its source.
    pub(crate) tree: SharedTree,
    pub(crate) remote: Option<Arc<dyn Remote>>,
    /// What is substituted in its output; none if nothing is asked.
    pub(crate) variables: Option<Variables>,
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
        let refused = |failure: kustomize::Failure| Missing::Render(text::with_causes(&failure));
        let name = format!("{}", self.object.id);
        let text = work.files.add_text(Source::Given { name });
        let (asked, _) = flux::read_text(&mut work, text, self.object.text.as_bytes()).map_err(refused)?;
        let built = flux::build(&mut work, &folder, asked.first()).map_err(refused)?;
        let texts = built.texts().map_err(refused)?;
        let mut substituter = self.variables.as_ref().map(Substituter::new);
        let mut objects = Vec::with_capacity(texts.len());
        for text in texts {
            let substituted = match &mut substituter {
                Some(substituter) => substituter.substituted(&text)?,
                None => None,
            };
            objects.extend(all_of(substituted.as_deref().unwrap_or(&text))?);
        }
        Ok(Built { objects, notes: substituter.map(Substituter::notes).unwrap_or_default() })
    }
}

/// The objects of a text.
pub(crate) fn all_of(text: &str) -> Result<Vec<RenderedObject>, Missing> {
    RenderedObject::all_of(text).map_err(|error| Missing::Render(text::with_causes(&error)))
}
