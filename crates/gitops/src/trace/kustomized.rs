//! The objects of a build with origins, and the way back from a range of one of them.

use std::collections::BTreeMap;
use std::ops::Range;

use kustomize::Work;
use kustomize::places::{PrintedObject, Sources};
use text::{Origin, Origins, Span, TextId};

use super::{Given, Step, in_home, in_text, positions};
use crate::argo::source::KUSTOMIZATION_NAMES;
use crate::object::RenderedObject;
use crate::trees::Home;

/// A build with the texts that it was given.
pub(super) struct TracedBuild {
    work: Work<Origins>,
    built: kustomize::Built<Origin>,
    texts: Vec<String>,
    given: BTreeMap<TextId, Given>,
    /// For each object its text, and which object of that it is.
    objects: Vec<(usize, usize)>,
}

impl TracedBuild {
    pub(super) fn new(
        work: Work<Origins>,
        (built, texts): (kustomize::Built<Origin>, Vec<String>),
        given: BTreeMap<TextId, Given>,
    ) -> Option<Self> {
        let objects = positions(&texts)?;
        Some(Self { work, built, texts, given, objects })
    }

    /// The places of a range of an object: files by their paths in the tree that was built from, and given texts.
    pub(super) fn places(
        &self,
        (position, object): (usize, &RenderedObject),
        range: Range<u32>,
    ) -> Vec<BuildPlace> {
        let Some((text, nth)) = self.objects.get(position).copied() else { return Vec::new() };
        let (resource, printed) = (self.built.map.resources().nth(text), self.texts.get(text));
        let Some((resource, printed)) = resource.zip(printed) else { return Vec::new() };
        let Some(range) = in_text((object, range), (printed, nth)) else { return Vec::new() };
        let Some(printed) = PrintedObject::new(resource, printed) else { return Vec::new() };
        let sources = Sources::new(&self.work.files, &self.work.tracker);
        let mut sources = sources.with_given(self.given.keys().copied());
        let spans = printed.spans(&mut sources, range);
        spans.into_iter().filter_map(|span| self.place(span)).collect()
    }

    /// The files that were read of which kustomizations are called so.
    pub(super) fn kustomizations(&self) -> impl Iterator<Item = &str> {
        let is_it = |path: &&str| KUSTOMIZATION_NAMES.contains(&path.rsplit('/').next().unwrap_or(path));
        self.work.files.paths().filter(is_it)
    }

    fn place(&self, span: Span) -> Option<BuildPlace> {
        let range = span.start..span.end;
        if let Some(given) = self.given.get(&span.text) {
            return Some(BuildPlace::Given(given.clone(), range));
        }
        let path = self.work.files.texts().path(span.text)?;
        Some(BuildPlace::File(path.to_owned(), range))
    }
}

/// A place that a build leads back to.
pub(super) enum BuildPlace {
    File(String, Range<u32>),
    Given(Given, Range<u32>),
}

impl BuildPlace {
    /// The step back where files are those of a source.
    pub(super) fn step(self, home: &Home) -> Option<Step> {
        match self {
            Self::File(path, range) => Some(Step::File(in_home(home, &path, range)?)),
            Self::Given(given, range) => Some(Step::Given(given, range)),
        }
    }
}
