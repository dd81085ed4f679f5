//! One root: build it, judge the text of its objects, find the places of what was found.

use std::collections::BTreeMap;

use checks::Finding;
use inventory::{NotAssessed, Reason};
use kustomize::load::Files;
use kustomize::places::{FilePlace, PrintedObject, Sources};
use kustomize::{Failure, Options, Order, ResMap, Resource, Work, build};
use manifest::limits::FILE_BYTES_MAX;
use text::{LineIndex, Origin, Origins, Span};

use super::Rendering;
use super::output::{Judged, Output, judge};
use super::roots::Root;

/// A finding in an output with its places in files.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) finding: Finding,
    /// Where the bytes at fault were written, the place to edit first.
    pub(crate) places: Vec<FilePlace>,
    /// Where findings of the same check stand for this one, and are taken away.
    pub(crate) replaces: Option<FilePlace>,
    pub(crate) related: Vec<(FilePlace, String)>,
}

/// What came of one root.
#[derive(Debug, Default)]
pub(crate) struct RootOutcome {
    pub(crate) is_built: bool,
    pub(crate) found: Vec<Found>,
    /// What was not assessed, each with its place if it has one in a file.
    pub(crate) not_assessed: Vec<(NotAssessed, Option<FilePlace>)>,
}

/// Builds and judges one root.
pub(super) struct Renderer<'a> {
    pub(super) root: &'a Root,
    /// The path of the kustomization's file.
    pub(super) path: &'a str,
    pub(super) rendering: &'a Rendering<'a>,
}

impl Renderer<'_> {
    /// Gives the files back, for the next root to share.
    pub(super) fn render(&self, files: Files<Origin>) -> (RootOutcome, Files<Origin>) {
        let mut work: Work<Origins> = Work::new(files);
        // The order of objects is of no interest here, and sorting them would refuse some.
        let options = Options { order: Order::AsRead, ..Options::default() };
        let built = build(&mut work, &self.root.folder, &options);
        let printed = built.and_then(|built| Ok((built.texts()?, built)));
        let outcome = match printed {
            Ok((texts, built)) => self.judge(&work, &built.map, &texts),
            Err(failure) => self.failed(&work, &failure),
        };
        (outcome, work.files)
    }

    fn judge(&self, work: &Work<Origins>, map: &ResMap<Origin>, texts: &[String]) -> RootOutcome {
        let output = Output::of(texts.iter().map(String::as_str));
        let Rendering { assessor, routes, checks, .. } = self.rendering;
        let judged = routes.of(self.root.position);
        let judged = judged.map(|route| judge((assessor, checks), (route, self.path), &output.text));
        let Judged { findings, not_assessed } = judged.unwrap_or_default();
        if findings.is_empty() && not_assessed.is_empty() {
            return RootOutcome { is_built: true, ..RootOutcome::default() };
        }
        let mut places = Places {
            objects: map.resources().collect(),
            texts,
            output: &output,
            sources: Sources::new(&work.files, &work.tracker),
            printed: BTreeMap::new(),
            otherwise: FilePlace { path: self.path.to_owned(), range: 0..0 },
        };
        let found = findings.into_iter().map(|finding| places.found(finding)).collect();
        let not_assessed = not_assessed.into_iter().map(|item| {
            let place = item.span.and_then(|span| places.of(span).into_iter().next());
            (item, place)
        });
        RootOutcome { is_built: true, not_assessed: not_assessed.collect(), found }
    }

    /// A root that cannot be built: which cause, at which place, reached through which kustomizations.
    fn failed(&self, work: &Work<Origins>, failure: &Failure) -> RootOutcome {
        let sources = Sources::new(&work.files, &work.tracker);
        let place = failure.place.and_then(|span| sources.file_place(span));
        let at = place.and_then(|place| self.in_words(&place)).unwrap_or_default();
        let detail = format!("{at}{}", text::with_causes(failure));
        let (path, reason) = (self.path.to_owned(), Reason::RenderFailed);
        let item = NotAssessed { path, span: None, reason, detail };
        RootOutcome { not_assessed: vec![(item, None)], ..RootOutcome::default() }
    }

    fn in_words(&self, place: &FilePlace) -> Option<String> {
        let bytes = self.rendering.tree.read(&place.path, FILE_BYTES_MAX).ok()?;
        let at = LineIndex::new(&bytes).position(&bytes, place.range.start);
        Some(format!("{}:{}:{}: ", place.path, at.line, at.column))
    }
}

/// Brings spans of an output to files.
struct Places<'a> {
    objects: Vec<&'a Resource<Origin>>,
    texts: &'a [String],
    output: &'a Output,
    sources: Sources<'a>,
    /// Objects that were asked about, by their position; none for one whose text cannot be read again.
    printed: BTreeMap<usize, Option<PrintedObject<'a>>>,
    /// What is shown where nobody wrote anything: the kustomization.
    otherwise: FilePlace,
}

impl Places<'_> {
    fn found(&mut self, finding: Finding) -> Found {
        let mut places = self.of(finding.span);
        if places.is_empty() {
            places.push(self.otherwise.clone());
        }
        let related = finding.related.iter().filter_map(|(span, what)| {
            let place = self.of(*span).into_iter().next()?;
            Some((place, what.clone()))
        });
        let related = related.collect();
        Found { finding, places, replaces: None, related }
    }

    /// The places of a span of the output.
    fn of(&mut self, span: Span) -> Vec<FilePlace> {
        let Some((position, range)) = self.output.within(span) else { return Vec::new() };
        let (objects, texts) = (&self.objects, self.texts);
        let printed = self.printed.entry(position).or_insert_with(|| {
            let (object, text) = (objects.get(position)?, texts.get(position)?);
            PrintedObject::new(object, text)
        });
        let Some(printed) = printed else { return Vec::new() };
        printed.places(&mut self.sources, range)
    }
}
