//! A Kustomization built once more with origins.

use std::collections::BTreeMap;
use std::ops::Range;

use kustomize::places::{PrintedObject, Sources};
use text::{Origin, Origins, Span, TextId};

use super::{Given, Step, Written, WrittenIn, nodes};
use crate::build::{BuildJob, Built, all_of};
use crate::object::RenderedObject;
use crate::trees::Home;

/// A build with the texts that it was given.
pub(super) struct TracedBuild {
    built: Built<Origins>,
    given: BTreeMap<TextId, Given>,
    /// For each object its text, and which object of that it is.
    objects: Vec<(usize, usize)>,
}

impl TracedBuild {
    pub(super) fn of(job: &BuildJob) -> Option<Self> {
        let built = job.build::<Origins>().ok()?;
        let mut given = BTreeMap::from([(built.declaration, Given::Declaration)]);
        let known = job.variables.iter().flat_map(|variables| &variables.0);
        let known: BTreeMap<&String, Given> = known
            .map(|(name, variable)| match &variable.from {
                None => (name, Given::Variable(name.clone())),
                Some(object) => (name, Given::Data { object: object.clone(), key: name.clone() }),
            })
            .collect();
        given.extend(
            built.variables.iter().filter_map(|(name, text)| Some((*text, known.get(name)?.clone()))),
        );
        let objects = positions(&built.texts)?;
        Some(Self { built, given, objects })
    }

    /// The places of a range of an object.
    pub(super) fn steps(
        &self,
        job: &BuildJob,
        (position, object): (usize, &RenderedObject),
        range: Range<u32>,
    ) -> Vec<Step> {
        let Some((text, nth)) = self.objects.get(position).copied() else { return Vec::new() };
        let (resource, printed) = (self.built.built.map.resources().nth(text), self.built.texts.get(text));
        let Some((resource, printed)) = resource.zip(printed) else { return Vec::new() };
        let Some(range) = in_text((object, range), (printed, nth)) else { return Vec::new() };
        let Some(printed) = PrintedObject::new(resource, printed) else { return Vec::new() };
        let sources = Sources::new(&self.built.work.files, &self.built.work.tracker);
        let mut sources = sources.with_given(self.given.keys().copied());
        let spans = printed.spans(&mut sources, range);
        spans.into_iter().filter_map(|span| self.step(&job.source.home, span)).collect()
    }

    fn step(&self, home: &Home, span: Span) -> Option<Step> {
        let range = span.start..span.end;
        if let Some(given) = self.given.get(&span.text) {
            return Some(Step::Given(given.clone(), range));
        }
        let path = self.built.work.files.texts().path(span.text)?;
        Some(Step::File(in_home(home, path, range)?))
    }
}

/// For each object of some texts its text, and which object of that it is.
pub(super) fn positions(texts: &[String]) -> Option<Vec<(usize, usize)>> {
    let mut objects = Vec::with_capacity(texts.len());
    for (position, text) in texts.iter().enumerate() {
        let count = all_of(text).ok()?.len();
        objects.extend((0..count).map(|nth| (position, nth)));
    }
    Some(objects)
}

/// Where a range of an object stands in the text that it is an object of.
pub(super) fn in_text(
    (object, range): (&RenderedObject, Range<u32>),
    (text, nth): (&str, usize),
) -> Option<Range<u32>> {
    match nodes::nth_object(text, nth) {
        None => Some(range),
        Some(_) => nodes::twin_of_object((&object.text, range), (text, nth)),
    }
}

/// A file of a source, by whose it is.
pub(super) fn in_home(home: &Home, path: &str, range: Range<u32>) -> Option<Written> {
    let (checkout, path) = home.locate(path)?;
    let home = match checkout {
        None => WrittenIn::Repository,
        Some(name) => WrittenIn::Checkout(name.to_owned()),
    };
    Some(Written { home, path: path.to_owned(), range })
}

/// What is written, patched or composed, by what somebody can edit or else look at.
pub(super) fn spans_of(origins: &Origins, origin: Origin) -> Vec<Span> {
    match origins.editable(origin) {
        Some(span) => vec![span],
        None => origins.evidence(origin),
    }
}
